"""Notifications: told, read again, taken, read back, confirmed; only the notifier changes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.procedures.notification import NOTIFICATIONS
from tieline.procedures.notification.covered import volumes_of
from tieline.space.shape import Circle, Corridor
from tieline.space.window import INSTANT_MS_MAX, Interval
from tieline.state.board import Overlay
from tieline.state.model import Outcome
from tieline.state.notices import HAS_BEGUN, IS_OVER, NOWHERE
from tieline.state.notifications import apart, notification, notifications
from tieline.state.standing import known_when_filed

HOUR_MS = 3_600_000


def circle(lat_e7: int = 543_333_333, lon_e7: int = 121_666_667, **times: Any) -> Any:
    span = {"start_ms": 1_900_000_000_000, "end_ms": 1_900_003_600_000} | times
    shape = {
        "kind": "circle",
        "centre": {"lat_e7": lat_e7, "lon_e7": lon_e7},
        "radius_m": 9_260,
    }
    return [{"shape": shape, "window": [span]}]


def notify(desk: Any, kind: str = "activity", **changes: Any) -> Any:
    body = {"key": "gunnery-4", "title": "Gunnery", "sort": "firing", "volumes": circle()} | changes
    body = {name: value for name, value in body.items() if value is not None}
    return desk.post(f"{kind}.notify", body)


def overlay(desk: Any) -> Overlay:
    return Overlay(
        own=desk.party,
        now_s=desk.clock.now().wall_s,
        held=lambda ref, party: None,
        content=desk.seat.content,
    )


def shown(desk: Any, case: Any) -> Any:
    view = desk.seat.view
    return notification(view, overlay(desk), view.case_at(case), whole=True)


def test_every_party_has_a_strand_and_the_channels_are_those_agreed(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = notify(alpha)
    three.sync()
    found = charlie.seat.view
    assert found.states(found.case_at(case)) == {
        "alpha": "notified", "bravo": "told", "charlie": "told",
    }  # fmt: skip
    channels = {procedure.name: procedure.channel for procedure in NOTIFICATIONS}
    assert channels == {
        "activity": "notification", "hazard": "notification",
        "site": "safety", "movement": "safety", "stop": "safety",
    }  # fmt: skip
    bravo.post("activity.take", {}, case=case)
    three.sync()
    assert charlie.state(case, "bravo") == "taken"
    assert charlie.state(case, "charlie") == "told"


def test_an_amendment_moves_every_strand_and_has_to_be_read_again(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = notify(alpha)
    three.sync()
    bravo.post("activity.take", {}, case=case)
    three.sync()
    alpha.post("activity.amend", {"title": "Gunnery", "volumes": circle(550_000_000)}, case=case)
    three.sync()
    assert charlie.state(case, "alpha") == "notified"
    assert charlie.state(case, "bravo") == charlie.state(case, "charlie") == "amended"
    one = shown(charlie, case)
    shape = volumes_of(one.body)[0].shape
    assert isinstance(shape, Circle)
    assert shape.centre.lat_e7 == 550_000_000
    assert one.key == "gunnery-4"


def test_an_amendment_that_crosses_a_take_leaves_that_strand_to_be_read_again(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = notify(alpha)
    three.sync()
    bravo.post("activity.take", {}, case=case)
    alpha.post("activity.amend", {"title": "Gunnery 5"}, case=case)
    three.sync()
    assert charlie.state(case, "bravo") == "crossed"
    assert charlie.state(case, "charlie") == "amended"
    bravo.post("activity.take", {}, case=case)
    three.sync()
    assert charlie.state(case, "bravo") == "taken"


@pytest.mark.parametrize("verb", ["cancel", "amend", "replace"])
def test_what_another_party_notified_is_not_changed_by_us(world: Any, verb: str) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    world.sync()
    body = {"by": "other"} if verb == "replace" else {}
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post(f"activity.{verb}", body, case=case, strands=("alpha", "bravo"))
    forged = bravo.forge(f"activity.{verb}", body, case=case, strands=("alpha", "bravo"))
    world.sync()
    assert alpha.outcome(forged) is Outcome.OUT_OF_TURN
    assert alpha.state(case, "bravo") == "told"


def test_an_amendment_that_arrives_before_its_notification_waits_for_it(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = notify(alpha)
    alpha.deliver(bravo)
    express = alpha.seat.own["express"]
    changed = {"title": "Gunnery 5"}
    alpha.forge("activity.amend", changed, case=case, role="express", to=("bravo/watch",))
    charlie.hear(alpha, express)
    assert charlie.seat.view.case_at(case) is None
    assert express in charlie.seat.fold.waiting
    charlie.hear(alpha, alpha.seat.own["main"])
    assert charlie.state(case, "charlie") == "amended"
    assert charlie.seat.fold.waiting == {}


def test_an_answer_that_arrives_before_its_notification_waits_for_it(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = notify(alpha)
    alpha.deliver(bravo)
    bravo.post("activity.query", {"texts": texts("Why?")}, case=case)
    theirs = bravo.seat.own["main"]
    charlie.hear(bravo, theirs)
    assert charlie.seat.view.case_at(case) is None
    assert theirs in charlie.seat.fold.waiting
    charlie.hear(alpha, alpha.seat.own["main"])
    assert charlie.state(case, "bravo") == "queried"


def texts(words: str) -> Any:
    return [{"lang": "en", "text": words, "original": "yes"}]


def test_a_question_is_explained_and_an_objection_stands_until_taken(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    world.sync()
    bravo.post("activity.query", {"texts": texts("Which guns?")}, case=case)
    world.sync()
    alpha.post("activity.explain", {"texts": texts("76 mm.")}, case=case, strands=("bravo",))
    world.sync()
    assert bravo.state(case, "bravo") == "explained"
    with pytest.raises(UsageError, match="why is missing"):
        bravo.post("activity.object", {}, case=case)
    bravo.post("activity.object", {"why": "our fishing ground"}, case=case)
    bravo.post("activity.reply", {"words": "We go on fishing."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "objected"
    (reply,) = shown(alpha, case).replies
    assert (reply.words, reply.label) == ("We go on fishing.", "a reply is no clearance")
    bravo.post("activity.take", {}, case=case)
    assert bravo.state(case, "bravo") == "taken"


def test_keeping_apart_takes_one_side_to_propose_and_the_other_to_agree(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    world.sync()
    with pytest.raises(UsageError, match="one of distance_m"):
        bravo.post("activity.separate", {}, case=case)
    bravo.post("activity.separate", {"distance_m": 18_520}, case=case)
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("activity.agree", {}, case=case)
    alpha.post("activity.agree", {}, case=case, strands=("bravo",))
    world.sync()
    assert bravo.state(case, "bravo") == "separation agreed"


def test_read_backs_stand_with_their_distance_from_what_was_sent(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    world.sync()
    read = [{"lat_e7": 543_333_333, "lon_e7": 122_500_000}]
    bravo.post("activity.readback", {"positions": read, "place": "the bank"}, case=case)
    world.sync()
    for desk in world.desks:
        (back,) = shown(desk, case).readbacks
        assert (back.apart_m, back.missing) == ((5_421,), 0)
        assert back.sent[0]["lon_e7"] == 121_666_667
        assert back.read[0]["lon_e7"] == 122_500_000
    assert apart((), ()) == ()


def test_a_window_by_a_rule_has_not_begun_before_its_first_real_time(world: Any) -> None:
    alpha, _ = world.desks
    today = datetime.fromtimestamp(alpha.clock.now().wall_s, UTC).date()

    def flags(first: date) -> tuple[str, ...]:
        volumes = circle()
        rule = {"first": first.isoformat(), "since": {"minute": 480}, "to": {"minute": 720}}
        volumes[0]["window"] = [rule]
        case = notify(alpha, key=f"gunnery-{first}", volumes=volumes)
        found: tuple[str, ...] = shown(alpha, case).flags
        return found

    assert HAS_BEGUN not in flags(today + timedelta(days=1))
    assert HAS_BEGUN in flags(today - timedelta(days=1))


def test_units_that_must_know_show_every_gap_to_the_notifier(world: Any) -> None:
    alpha, bravo = world.desks
    units = [{"party": "bravo", "value": unit} for unit in ("radar 1", "radar 2", "radar 3")]
    case = notify(alpha, must_know=units)
    world.sync()
    bravo.post("activity.confirm", {"unit": "radar 1", "state": "confirmed"}, case=case)
    bravo.post("activity.confirm", {"unit": "radar 2", "state": "unreachable"}, case=case)
    world.sync()
    one = shown(alpha, case)
    assert [(u.unit, u.state) for u in one.units] == [
        ("radar 1", "confirmed"), ("radar 2", "unreachable"), ("radar 3", "no word"),
    ]  # fmt: skip
    assert one.gaps == 2
    alpha.post("activity.amend", {"title": "Gunnery 5", "must_know": units}, case=case)
    assert shown(alpha, case).units[0].earlier
    assert shown(alpha, case).gaps == 3


def test_a_unit_of_a_stranger_is_refused(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="no party of this line"):
        notify(alpha, must_know=[{"party": "zulu", "value": "radar"}])


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"volumes": circle(start_ms=1_000, end_ms=2_000)}, IS_OVER),
        ({"volumes": circle(start_ms=1_000)}, HAS_BEGUN),
        ({"volumes": circle(0, 0)}, NOWHERE),
        ({"sort": None, "volumes": None}, "left out: sort, volumes, purpose, contact"),
        (
            {"redacted": ["purpose", "contact"], "purpose": None},
            "withheld from this recipient: purpose, contact",
        ),
    ],
)
def test_what_is_late_or_incomplete_is_taken_and_flagged(
    world: Any, changes: dict[str, Any], flag: str
) -> None:
    alpha, bravo = world.desks
    case = notify(alpha, **changes)
    world.sync()
    assert bravo.outcome(case) is Outcome.OPENS
    assert flag in bravo.flags(case)


@pytest.mark.parametrize(
    "volumes",
    [
        [],
        [{}],
        circle() * 65,
        [{"shape": {"kind": "area", "ring": [[0, 0], [1, 1]]}, "window": [{"start_ms": 0}]}],
        [{"shape": {"kind": "area", "ring": [[0, 0]] * 10_001}, "window": [{"start_ms": 0}]}],
        circle(900_000_000, 1),
        [{**circle()[0], "window": [{"start_ms": 2, "end_ms": 1}]}],
        [{**circle()[0], "coarse": "no"}],
        [{"shape": {**circle()[0]["shape"], "radius_m": 30_000_000}, "window": [{"start_ms": 0}]}],
    ],
)
def test_a_body_that_cannot_be_is_refused_here_and_a_discrepancy_there(
    world: Any, volumes: Any
) -> None:
    alpha, bravo = world.desks
    with pytest.raises(UsageError, match="volumes"):
        notify(alpha, volumes=volumes)
    forged = alpha.forge("activity.notify", {"key": "bad", "volumes": volumes})
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_BODY


def test_what_the_notifier_had_received_follows_from_what_he_had_seen(world: Any) -> None:
    alpha, bravo = world.desks
    first = notify(bravo, key="theirs")
    late = notify(alpha, key="blind")
    world.sync()
    seeing = notify(alpha, key="seeing")
    world.sync()
    for desk in world.desks:
        view = desk.seat.view
        assert known_when_filed(view, view.case_at(late)) == ()
        assert known_when_filed(view, view.case_at(seeing)) == (first,)
    bravo.post("activity.cancel", {}, case=first)
    world.sync()
    after = notify(alpha, key="after")
    view = alpha.seat.view
    assert known_when_filed(view, view.case_at(after)) == ()
    assert known_when_filed(view, view.case_at(seeing)) == (first,)


def test_what_is_cancelled_stands_no_more_and_its_end_is_taken(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    hazard = notify(alpha, "hazard", key="debris")
    world.sync()
    alpha.post("activity.cancel", {"why": "weather"}, case=case)
    world.sync()
    found = notifications(bravo.seat.view, overlay(bravo))
    assert [one.full_ref for one in found if not one.is_over] == [hazard.text()]
    bravo.post("activity.take", {}, case=case)
    assert bravo.state(case, "bravo") == "end taken"


def test_flags_follow_the_newest_wording(world: Any) -> None:
    alpha, bravo = world.desks
    outer = [{**circle()[0], "coarse": "yes"}]
    case = notify(alpha, volumes=outer, sort=None)
    world.sync()
    first = shown(bravo, case).flags
    assert "coarse: an outer bound, and no detail yet" in first
    assert "left out: sort, purpose, contact" in first
    whole = {"title": "Gunnery", "sort": "firing", "purpose": "practice", "contact": ["16"]}
    alpha.post("activity.amend", whole | {"volumes": circle()}, case=case)
    world.sync()
    assert shown(bravo, case).flags == ()


def test_a_step_that_passes_over_a_newer_one_is_stale(world: Any) -> None:
    alpha, bravo = world.desks
    case = notify(alpha)
    world.sync()
    bravo.post("activity.take", {}, case=case)
    with pytest.raises(MovedError):
        bravo.post("activity.take", {}, case=case, after=(case,))


def test_a_site_past_its_day_still_stands_and_is_flagged(world: Any) -> None:
    alpha, bravo = world.desks
    by = alpha.clock.now().wall_ms + HOUR_MS
    body = {"key": "clinic-3", "title": "Clinic", "volumes": circle(), "reconfirm_by_ms": by}
    case = alpha.post("site.notify", body)
    world.sync()
    assert not shown(bravo, case).expired
    world.clock.wait(2 * 3_600)
    assert shown(bravo, case).expired
    assert not shown(bravo, case).is_over
    alpha.post(
        "site.reconfirm", {"reconfirm_by_ms": by + 9 * HOUR_MS}, case=case, strands=("alpha",)
    )
    world.sync()
    one = shown(bravo, case)
    assert not one.expired
    assert one.receivers[1].state == "told"
    alpha.post("site.remove", {}, case=case)
    world.sync()
    assert shown(bravo, case).words == "removed from the list; its legal status is unchanged"


def test_a_route_covers_a_corridor_for_each_leg_in_its_own_time() -> None:
    stops: list[Any] = [
        {"lat_e7": 0, "lon_e7": n * 10_000_000, "at_ms": n * HOUR_MS + HOUR_MS} for n in range(3)
    ]
    found = volumes_of({"route": stops, "half_width_m": 500, "slack_min": 10})
    assert [type(volume.shape) for volume in found] == [Corridor, Corridor]
    span = found[0].window.spans[0]
    assert isinstance(span, Interval)
    assert span.start_ms == HOUR_MS - 600_000
    assert span.end_ms == 2 * HOUR_MS + 600_000
    whole = volumes_of({"route": [{k: v for k, v in s.items() if k != "at_ms"} for s in stops]})
    assert [volume.coarse for volume in whole] == [True]
    same = volumes_of({"route": [stops[0], stops[0]]})
    assert len(same) == 1
    far: list[Any] = [
        {"lat_e7": 0, "lon_e7": 0, "at_ms": INSTANT_MS_MAX},
        {"lat_e7": 1, "lon_e7": 0},
    ]
    assert len(volumes_of({"route": far, "arrive_ms": INSTANT_MS_MAX})) == 1

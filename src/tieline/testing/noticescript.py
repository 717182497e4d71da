"""The script of an exercise with notifications: activities, closures, sites and movements.

What an officer says is worked out from what that officer's own machine shows at that moment: the
wording that is read back, the arrival that is put off, the offices that a *stop* goes to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieline.procedures.notification import movement
from tieline.procedures.notification.parts import ASKED, QUERIED, TOLD
from tieline.record.strict import JsonValue
from tieline.replication.drafts import Draft
from tieline.testing.noticebodies import (
    GUNNERY,
    GUNNERY_MOVED,
    Body,
    circle,
    plan,
    site,
    texts,
)
from tieline.testing.noticesteps import (
    Eyes,
    Where,
    always,
    end_keeper,
    has_said,
    keeper,
    known,
    never,
    opened,
    read_back,
    stands,
    taken,
    unless_over,
)
from tieline.testing.noticestops import stops, suspended
from tieline.testing.talkscript import Step

DELAY_MS: Final = 15_000
"""By how much the convoy puts its arrival off while it is held."""
UNDER_WAY_MS: Final = 20_000


def script(eyes: Eyes) -> tuple[Step, ...]:
    """Everything, in the order in which an officer would look at it."""
    first, second = eyes.parties[:2]
    return (
        *suspended(eyes, first, second),
        *stops(eyes, first, second),
        *_activities(eyes, first, second),
        *_closures(eyes, first, second),
        *_sites(eyes, first, second),
        *_movements(eyes, first, second),
    )


def _activities(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """Two activities that overlap; one is amended while others answer it, and talked about."""
    key, moved = "gunnery", has_said("gunnery", "activity.amend", a)
    yield opened(a, "activity.notify", lambda: GUNNERY | {"must_know": unit(b)}, key)
    yield opened(b, "activity.notify", lambda: circle(54.35, 12.2, 4_000), "survey")
    yield taken(
        a, "activity.amend", key, lambda: GUNNERY_MOVED | {"must_know": unit(b)}, known("survey")
    )
    yield read_back(eyes, b, "activity", key, always)
    yield taken(b, "activity.query", key, lambda: {"texts": texts("Which guns?")}, moved)
    yield taken(
        a,
        "activity.explain",
        key,
        lambda: {"texts": texts("Of 76 mm.")},
        stands(key, b, QUERIED),
        strand=b,
    )
    explained = has_said(key, "activity.explain", a)
    yield taken(b, "activity.confirm", key, lambda: confirm(eyes, b, key), explained)
    yield taken(b, "activity.object", key, lambda: {"why": "We fish there."}, explained)
    yield taken(
        b,
        "activity.separate",
        key,
        lambda: {"distance_m": 5_000},
        has_said(key, "activity.object", b),
    )
    yield taken(a, "activity.agree", key, dict, stands(key, b, ASKED), strand=b)
    yield taken(a, "activity.object", "survey", lambda: {"why": "We fire there."}, always)
    for party in eyes.others(a):
        yield keeper(party, "activity", key)
    for party in eyes.others(b):
        yield keeper(party, "activity", "survey")


def _closures(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """A closure is replaced by another; an activity is cancelled while it is answered."""
    yield opened(b, "hazard.notify", lambda: circle(54.0, 11.0, 9_000), "closure")
    yield taken(
        a,
        "hazard.reply",
        "closure",
        lambda: {"words": "Seen."},
        always,
        done=unless_over("hazard.reply", "closure", a),
    )
    yield opened(
        b, "hazard.notify", lambda: circle(54.1, 11.1, 9_000), "closure-2", known("closure")
    )
    yield taken(b, "hazard.replace", "closure", lambda: {"by": "closure-2"}, known("closure-2"))
    yield opened(a, "activity.notify", lambda: circle(53.0, 10.0, 2_000), "dive")
    yield taken(
        b,
        "activity.object",
        "dive",
        lambda: {"why": "A cable."},
        stands("dive", b, TOLD),
        done=unless_over("activity.object", "dive", b),
    )
    yield taken(a, "activity.cancel", "dive", lambda: {"why": "weather"}, always)
    for party in eyes.others(b):
        yield end_keeper(party, "hazard", "closure")
        yield keeper(party, "hazard", "closure-2")
    for party in eyes.others(a):
        yield end_keeper(party, "activity", "dive")


def _sites(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """A sheet of sites, one of them wrong, one confirmed again, one removed."""
    for number in range(3):
        yield opened(a, "site.notify", lambda n=number: site(n), f"clinic-{number}")  # type: ignore[misc]
    yield read_back(eyes, b, "site", "clinic-0", always)
    yield taken(a, "site.amend", "clinic-0", lambda: site(5), known("clinic-0"))
    again: Body = {"reconfirm_by_ms": eyes.now_ms(a) + 10**10, "statement": "yes"}
    yield taken(a, "site.reconfirm", "clinic-1", lambda: again, known("clinic-1"))
    yield taken(a, "site.remove", "clinic-2", lambda: {"why": "burnt down"}, always)
    for party in eyes.others(a):
        yield keeper(party, "site", "clinic-0")
        yield keeper(party, "site", "clinic-1")
        yield end_keeper(party, "site", "clinic-2")


def _movements(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """A convoy through every state, one that turns back, one that never leaves."""
    key = "convoy"

    def said(kind: str) -> Where:
        return has_said(key, kind, a)

    def later() -> Body:
        case, _ = eyes.newest(a, key)
        return {"arrive_ms": int(str(case.message.body["arrive_ms"])) + DELAY_MS}

    def rerouted() -> Body:
        return plan(eyes.now_ms(a), UNDER_WAY_MS * 3, 53.7) | {"why": "a bridge is down"}

    yield opened(a, movement.PLAN, lambda: plan(eyes.now_ms(a), UNDER_WAY_MS, 53.5), key)
    yield taken(a, movement.DEPART, key, dict, known(key))
    yield taken(a, movement.WAYPOINT, key, lambda: {"place": "bridge"}, said(movement.DEPART))
    yield taken(a, movement.HOLD, key, later, said(movement.WAYPOINT))
    yield Step(
        party=a,
        name=f"the machine of {a} says that {key} is overdue",
        due=never,
        done=said(movement.OVERDUE),
        said=lambda _: Draft(kind="", office="", body={}),
    )
    yield read_back(eyes, b, "movement", key, always)
    yield taken(a, movement.REROUTE, key, rerouted, said(movement.OVERDUE))
    yield taken(a, movement.ARRIVE, key, dict, said(movement.REROUTE))
    yield opened(b, movement.PLAN, lambda: plan(eyes.now_ms(b), 10**9, 52.5), "aid")
    yield taken(b, movement.DEPART, "aid", dict, known("aid"))
    yield taken(b, movement.ABORT, "aid", lambda: {"why": "mines"}, stands("aid", b, "departed"))
    yield opened(b, movement.PLAN, lambda: plan(eyes.now_ms(b), 10**9, 51.5), "ferry")
    yield taken(
        a,
        "movement.query",
        "ferry",
        lambda: {"texts": texts("Why?")},
        always,
        done=unless_over("movement.query", "ferry", a),
    )
    yield taken(b, movement.CANCEL, "ferry", lambda: {"why": "no fuel"}, always)
    for party in eyes.others(a):
        yield keeper(party, "movement", key)
    for party in eyes.others(b):
        yield end_keeper(party, "movement", "aid")
        yield end_keeper(party, "movement", "ferry")


def unit(party: str) -> list[JsonValue]:
    """The one unit of a party that must know."""
    return [{"party": party, "value": "radar 4"}]


def confirm(eyes: Eyes, party: str, key: str) -> Body:
    """That unit knows the wording that its party sees."""
    _, worded = eyes.newest(party, key)
    return {"unit": "radar 4", "state": "confirmed", "of": worded.ref.text()}

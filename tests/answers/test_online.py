"""What two parties say on a line answers the same questions as what reporters say."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tieline import answers
from tieline.answers import mechanism
from tieline.answers.online import picture_of_line
from tieline.days import parse_days
from tieline.observer import (
    Force,
    Picture,
    commitments,
    contacts,
    discrepancies,
    frameworks,
    measures,
    rounds,
    seats,
    standings,
    status,
)
from tieline.observer.assertion import (
    AgendaItem,
    Cause,
    Commitment,
    Measure,
    Precondition,
    Readout,
    Restoration,
    Suspension,
    Text,
)
from tieline.observer.meetings import Planned
from tieline.observer.vocabulary import Demand, Draft, Fate, Outcome, Result, Stage
from tieline.procedures.brackets import agreed_text
from tieline.procedures.dialogue.text import text_digest
from tieline.record.message import Mark

DESKS = Path(__file__).resolve().parents[1] / "procedures"
DAY_MS = 86_400_000


def load(name: str) -> Any:
    known = f"tieline_test_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, DESKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    load("bodies")
    desks = load("desks")
    with desks.quick_seals():
        yield desks.open_line("alpha", "bravo")


def words(text: str, name: str = "texts", lang: str = "en") -> dict[str, Any]:
    return {name: [{"lang": lang, "text": text, "original": "yes"}]}


@pytest.fixture(scope="module")
def told(world: Any) -> Any:
    """A mechanism, a round put off and held, readouts, promises, a suspension and its end."""

    def both(desk: Any, kind: str, body: dict[str, Any], **more: Any) -> Any:
        ref = desk.post(kind, body, **more)
        world.sync()
        return ref

    found = held(world, both)
    promised(world, both, found)
    return found


def held(world: Any, both: Any) -> dict[str, Any]:
    """A mechanism and its round, put off, moved and held."""
    alpha, bravo = world.desks
    at_ms = world.clock.wall_ms
    found: dict[str, Any] = {}
    found["series"] = both(
        alpha,
        "mechanism.propose",
        {
            "key": "harbour",
            "name": "Harbour talks",
            "levels": [{"party": "alpha", "value": "director"}],
            "mandated_by": "summit",
            "prepares": ["ministers"],
        },
    )
    both(bravo, "mechanism.accept", {}, case=found["series"])
    found["round"] = both(
        alpha,
        "round.propose",
        {
            "key": "harbour-1",
            "mechanism": found["series"].text(),
            "number": 1,
            "planned": "2026-10",
            "place": "Newport",
            "host": "bravo",
        },
    )
    both(bravo, "round.accept", {}, case=found["round"])
    both(bravo, "round.postpone", {"why": "a storm", "to": "2026-12"}, case=found["round"])
    both(alpha, "round.move", {"planned": "2026-12-08", "place": "Oldport"}, case=found["round"])
    both(bravo, "round.accept", {}, case=found["round"])
    both(alpha, "round.open", {"at_ms": at_ms, "place": "Oldport"}, case=found["round"])
    close = {"at_ms": at_ms + DAY_MS, "length_min": 240}
    both(bravo, "round.close", close, case=found["round"])
    return found


def promised(world: Any, both: Any, found: dict[str, Any]) -> None:
    """Agenda, seat, call, readouts, promises, causes, and a suspension that both lift."""
    alpha, bravo = world.desks
    item = {"round": "harbour-1", **words("Fishing", "item"), "topic": "fish"}
    found["item"] = both(alpha, "agenda.propose", item)
    both(bravo, "agenda.leave", {}, case=found["item"])
    seat = {"key": "bravo-director", "office": "Director", "rank": 2}
    found["seat"] = both(bravo, "seat.name", seat)
    both(bravo, "seat.vacate", {"since": "2026-03"}, case=found["seat"])
    call = {"key": "call-1", "way": "call", "level": "director"}
    found["call"] = both(alpha, "contact.request", call, to=["bravo/watch"])
    both(bravo, "contact.condition", {"conditions": ["end the patrols"]}, case=found["call"])
    both(alpha, "readout.give", {"of": "harbour-1", **words("Frank and useful.")})
    both(bravo, "readout.give", {"of": "harbour-1", **words("坦诚。", lang="zh")})
    both(bravo, "position.state", {"topic": "fish", **words("The bank is ours.")})
    promise = {"key": "survey", "owners": ["bravo"], "due": "2026-12-31", **words("A survey")}
    found["promise"] = both(bravo, "commitment.make", promise)
    both(bravo, "commitment.meet", {"evidence": "chart 7"}, case=found["promise"])
    both(alpha, "commitment.dispute", {"why": "no chart came"}, case=found["promise"])
    sale = {"key": "boats", "what": "sale", **words("Six boats"), "by": "alpha"}
    both(alpha, "measure.state", sale)
    both(bravo, "cause.name", {"of": "harbour-1", "because": "boats"})
    demand = {"key": "no-boats", "of": "harbour", **words("Stop the sale"), "measure": "boats"}
    found["demand"] = both(bravo, "precondition.name", demand)
    both(bravo, "precondition.withdraw", {}, case=found["demand"])
    cut = {"channel": "dialogue", "reason": "the boats", "conditions": ["an apology"]}
    found["cut"] = both(bravo, "suspension.declare", cut)
    lift = {"lifts": [found["cut"].text()], "note": ""}
    found["lift"] = both(alpha, "resumption.propose", lift)
    both(bravo, "resumption.accept", {"note": ""}, case=found["lift"])


@pytest.fixture(scope="module")
def seen(world: Any, told: Any) -> Picture:
    desk = world.desks[0]
    return picture_of_line(desk.seat.fold, desk.seat.content)


def test_both_sides_have_one_picture(world, told):
    one, other = (picture_of_line(d.seat.fold, d.seat.content).record for d in world.desks)

    assert one == other


def test_every_statement_is_a_signed_word_at_its_place(seen):
    assert {s.force for s in seen.record.statements} == {Force.SIGNED}
    assert all(":" in s.id for s in seen.record.statements)


def test_first_plans_stay_and_the_round_was_held(seen):
    (view,) = rounds(seen)

    plans = [(days.words() if days else "", place) for days, place, _ in view.planned]
    assert plans[0] == ("2026-10", "Newport")
    assert ("2026-12-08", "Oldport") in plans
    assert view.of == "harbour"
    assert view.held is not None
    assert view.held.days.earliest is not None
    assert [claim.assertion.reason for claim in view.postponed] == ["a storm"]
    assert [claim.assertion.by for claim in view.postponed] == [()]


def planned(one: Any) -> str:
    return str(one.days.words())


def test_plans_follow_each_other_as_they_were_made(seen):
    (view,) = rounds(seen)
    wanted = [("2026-10", "Newport"), ("2026-12", None), ("2026-12-08", "Oldport")]

    assert [(planned(one), one.place) for one in view.plans] == wanted
    assert [one.how for one in view.plans] == [Planned.PROPOSED, Planned.PUT_OFF, Planned.MOVED]
    told = answers.round_of(seen, "harbour-1").plans
    assert [(planned(one), one.place) for one in told] == wanted


def test_a_mechanism_is_established_when_all_accept(seen):
    series = next(view for view in standings(seen) if view.key == "harbour")

    assert series.name == "Harbour talks"
    assert series.established is not None


def test_a_vacant_seat_has_its_day(seen):
    (seat,) = seats(seen)

    assert seat.party == "bravo"
    assert [h.holder for h in seat.holdings][-1] is None


def test_conditions_are_a_result_of_their_own(seen):
    call = next(view for view in contacts(seen) if view.key == "call-1")

    assert [result for result, _ in call.results] == [Result.REQUESTED, Result.CONDITIONAL]
    named = [c.assertion for c in seen.of(Precondition) if c.assertion.of == "call-1"]
    assert [(p.words, p.stage) for p in named] == [("end the patrols", Demand.NAMED)]


def test_both_readouts_stand_side_by_side_in_their_own_words(seen):
    found = seen.about(Readout, "harbour-1")

    texts = {s.id: (s.text, s.language) for s in seen.record.statements}
    assert [(c.assertion.side, texts[c.cite.id]) for c in found] == [
        ("alpha", ("Frank and useful.", "en")),
        ("bravo", ("坦诚。", "zh")),
    ]


def test_both_views_of_a_commitment_are_kept_apart(seen):
    claims = [c.assertion for c in seen.about(Commitment, "survey")]

    assert {(c.side, c.outcome) for c in claims if c.outcome} == {
        ("bravo", Outcome.MET),
        ("alpha", Outcome.DISPUTED),
    }
    assert commitments(seen)[0].by == ("bravo",)


def test_an_item_left_to_one_side_says_so(seen):
    fates = [(c.assertion.fate, c.assertion.by) for c in seen.about(AgendaItem, "harbour-1")]

    assert fates == [(Fate.PROPOSED, ("alpha",)), (Fate.LEFT, ("alpha",))]


def test_causes_and_measures_refer_to_each_other(seen):
    (cause,) = seen.about(Cause, "harbour-1")

    assert cause.assertion.because == "boats"
    assert seen.about(Measure, "boats")[0].assertion.by == ("alpha",)
    stages = [c.assertion.stage for c in seen.about(Precondition, "no-boats")]
    assert stages == [Demand.NAMED, Demand.WITHDRAWN]


def test_a_channel_that_was_only_severed_and_restored_has_an_answer(seen):
    found = mechanism(seen, "channel-dialogue")

    assert [spell.by for spell in found.restorations] == [("alpha", "bravo")]


def test_only_all_together_restore_a_channel(seen):
    channel = next(view for view in standings(seen) if view.key == "channel-dialogue")

    cut = [c.assertion.by for c in seen.about(Suspension, channel.key)]
    restored = [c.assertion.by for c in seen.about(Restoration, channel.key)]
    assert cut == [("bravo",)]
    assert restored == [("alpha", "bravo")]


def test_exercises_are_no_part_of_what_happened(world):
    alpha = world.desks[0]
    before = len(picture_of_line(alpha.seat.fold, alpha.seat.content).record.statements)
    alpha.say("Only a drill", to=["bravo/watch"], mark=Mark.EXERCISE)
    world.sync()

    after = picture_of_line(alpha.seat.fold, alpha.seat.content).record
    assert len(after.statements) == before


def test_a_text_goes_from_brackets_to_adopted(world):
    alpha, bravo = world.desks
    clause = {"id": "aim", "title": "Aim", "text": "Calm at sea", "terms": ""}
    draft = {"key": "joint", "title": "Joint words", "for": "joint statement", "clauses": [clause]}
    case = alpha.post("text.draft", draft)
    world.sync()
    bravo.post("text.draft", {"clauses": [clause]}, case=case)
    world.sync()
    view = alpha.seat.view
    found = agreed_text(view.positions(view.case_at(case)), view.registers.parties)
    assert found is not None
    for desk in (alpha, bravo):
        desk.post("text.adopt", {"digest": text_digest(found)}, case=case)
        world.sync()

    seen = picture_of_line(alpha.seat.fold, alpha.seat.content)
    stages = [c.assertion.stage for c in seen.about(Text, "joint")]
    assert stages == [Draft.OPENED, Draft.BRACKETED, Draft.AGREED, Draft.AGREED, Draft.ADOPTED]


def test_the_framework_of_the_line_has_its_stages(world):
    clause = {"id": "aim", "title": "Aim", "text": "Calm", "terms": ""}
    world.agree(clause)
    alpha = world.desks[0]

    seen = picture_of_line(alpha.seat.fold, alpha.seat.content)
    (framework,) = frameworks(seen)

    assert [stage.stage for stage in framework.stages][-1] is Stage.IN_FORCE
    assert {p for s in framework.stages if s.stage is Stage.IN_FORCE for p in s.by} == {
        "alpha",
        "bravo",
    }


@pytest.fixture(scope="module")
def fee(world: Any) -> Any:
    """A tariff of alpha's, extended once by its own later word."""
    alpha, _ = world.desks
    stated = {"key": "fee", "what": "tariff", **words("A fee"), "by": "alpha"}
    case = alpha.post("measure.state", {**stated, "from": "2026-01-01", "until": "2026-06-30"})
    world.sync()
    alpha.post("measure.extend", {"until": "2026-12-31"}, case=case)
    world.sync()
    return alpha


def test_a_party_s_own_later_word_replaces_its_earlier_one(fee):
    seen = picture_of_line(fee.seat.fold, fee.seat.content)

    assert [one for one in discrepancies(seen) if one.thing == "fee"] == []
    view: Any = next(one for one in measures(seen) if one.key == "fee")
    assert view.end.days.words() == "2026-12-31"
    assert [days.words() for days, _ in view.replaced] == ["2026-06-30"]
    (line,) = (one for one in status(seen, on=date(2026, 11, 1)) if one.thing == "fee")
    assert "until 2026-12-31, at first until 2026-06-30" in line.words
    item: Any = next(
        i for i in answers.due(seen, on=date(2026, 11, 1)).items if i.thing.key == "fee"
    )
    assert (item.due.days.words(), item.first_due.days.words()) == ("2026-12-31", "2026-06-30")


def test_the_other_side_s_word_replaces_nothing(fee):
    seen = picture_of_line(fee.seat.fold, fee.seat.content)
    told = seen.record.statements[-1]
    other = replace(
        told,
        id="other",
        source="bravo",
        assertions=(Measure(thing="fee", end=parse_days("2026-07-31")),),
    )

    found = discrepancies(seen.with_items([other]))

    (one,) = (one for one in found if one.thing == "fee" and one.field == "until")
    assert {value for value, _ in one.values} == {"2026-12-31", "2026-07-31"}


def test_words_that_are_no_conditions_are_listed_as_none(seen):
    keys = {one.thing.key for one in answers.conditions(seen)}

    assert "call-1" not in keys
    assert {"call-1.bravo.1", "no-boats"} <= keys

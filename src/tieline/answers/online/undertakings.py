"""Undertakings: what messages about texts, readouts, promises and measures assert."""

from __future__ import annotations

from typing import Final

from tieline.answers.online.filed import Act, Filed, shortly
from tieline.observer.assertion import (
    Assertion,
    Cause,
    Commitment,
    Measure,
    Position,
    Precondition,
    Readout,
    Text,
)
from tieline.observer.vocabulary import Act as Sort
from tieline.observer.vocabulary import Demand, Draft, Outcome
from tieline.procedures.dialogue import (
    cause,
    commitment,
    measure,
    position,
    precondition,
    readout,
    text,
)


def _drafted(said: Filed) -> tuple[Assertion, ...]:
    opens = said.message is said.opener
    return (
        Text(
            thing=said.thing,
            stage=Draft.OPENED if opens else Draft.BRACKETED,
            name=said.line("title"),
            of=said.named("round"),
            by=(said.party,),
        ),
    )


def _adopted(said: Filed) -> tuple[Assertion, ...]:
    agreed = Text(thing=said.thing, stage=Draft.AGREED, by=(said.party,))
    if not said.completes:
        return (agreed,)
    return (agreed, Text(thing=said.thing, stage=Draft.ADOPTED, by=said.parties))


def _left(said: Filed) -> tuple[Assertion, ...]:
    return (Text(thing=said.thing, stage=Draft.WITHDRAWN, by=(said.party,)),)


def _readout(said: Filed) -> tuple[Assertion, ...]:
    return (
        Readout(
            thing=said.named("of") or said.thing,
            side=said.party,
            channel=said.line("channel"),
            said=said.instant("said_ms"),
            embargo=said.instant("embargo_ms"),
        ),
    )


def _position(said: Filed) -> tuple[Assertion, ...]:
    return (Position(thing=said.text("topic") or said.thing, side=said.party),)


def _promised(said: Filed) -> tuple[Assertion, ...]:
    return (
        Commitment(
            thing=said.thing,
            what=shortly(said.message) or None,
            by=said.texts("owners"),
            due=said.days("due"),
            condition=said.line("condition"),
            at=said.named("round"),
        ),
    )


def _became(outcome: Outcome) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (
            Commitment(
                thing=said.thing,
                outcome=outcome,
                side=said.party,
                due=said.days("due"),
                condition=said.line("condition"),
                evidence=said.line("evidence") or said.line("why"),
            ),
        )

    return act


def _demanded(said: Filed) -> tuple[Assertion, ...]:
    return (
        Precondition(
            thing=said.thing,
            of=said.named("of"),
            words=shortly(said.message) or None,
            by=(said.party,),
            stage=Demand.NAMED,
            measure=said.named("measure"),
        ),
    )


def _demand(stage: Demand) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (Precondition(thing=said.thing, by=(said.party,), stage=stage),)

    return act


def _measure(said: Filed) -> tuple[Assertion, ...]:
    on = said.line("on")
    return (
        Measure(
            thing=said.thing,
            name=shortly(said.message) or None,
            act=said.choice("what", Sort),
            by=(said.line("by") or said.party,),
            on=(on,) if on else (),
            start=said.days("from"),
            end=said.days("until"),
        ),
    )


def _ended(name: str) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (Measure(thing=said.thing, end=said.days(name) or said.day),)

    return act


def _cause(said: Filed) -> tuple[Assertion, ...]:
    words = said.line("words")
    return (
        Cause(thing=said.named("of") or said.thing, because=said.named("because"), words=words),
    )


ACTS: Final[dict[str, Act]] = {
    text.DRAFT: _drafted,
    text.ADOPT: _adopted,
    text.WITHDRAW: _left,
    readout.GIVE: _readout,
    position.STATE: _position,
    commitment.MAKE: _promised,
    commitment.DISPUTE: _became(Outcome.DISPUTED),
    commitment.MEET: _became(Outcome.MET),
    commitment.MISS: _became(Outcome.MISSED),
    commitment.LAPSE: _became(Outcome.LAPSED),
    commitment.RENEW: _became(Outcome.RENEWED),
    precondition.NAME: _demanded,
    precondition.MEET: _demand(Demand.MET),
    precondition.WITHDRAW: _demand(Demand.WITHDRAWN),
    precondition.ACKNOWLEDGE: _demand(Demand.ACKNOWLEDGED),
    precondition.REJECT: _demand(Demand.REJECTED),
    measure.STATE: _measure,
    measure.EXTEND: _ended("until"),
    measure.END: _ended("on"),
    measure.WITHDRAW: _ended("on"),
    cause.NAME: _cause,
}
"""What a message of each kind asserts. A kind that is absent is shown in its own words only."""

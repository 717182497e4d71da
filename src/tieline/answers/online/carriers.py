"""Carriers: what messages about seats, channels, the framework and crisis messages assert."""

from __future__ import annotations

from typing import Final

from tieline.answers.online.filed import Act, Filed, shortly
from tieline.observer.assertion import (
    Assertion,
    Channel,
    Contact,
    Framework,
    OfSide,
    Precondition,
    Restoration,
    Seat,
    Suspension,
)
from tieline.observer.vocabulary import Demand, Extent, Manner, Result, Stage, Way
from tieline.procedures.dialogue import seat
from tieline.procedures.line import framework as fw
from tieline.procedures.line import message as msg
from tieline.procedures.line import suspension

FRAMEWORK_KEY: Final = "framework"
"""The key of a line's own framework in answers."""


def channel_key(channel: str) -> str:
    """The key of a channel of the line in answers."""
    return f"channel-{channel}"


def _seat(said: Filed) -> tuple[Assertion, ...]:
    faces = said.sides("counterpart")
    rank = said.number("rank")
    plain = Seat(
        thing=said.thing,
        party=said.party,
        office=said.line("office"),
        level=said.line("level"),
        rank=rank,
    )
    paired = tuple(Seat(thing=said.thing, counterpart=side.value) for side in faces)
    return (plain, *paired)


def _holds(manner: Manner | None) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (
            Seat(
                thing=said.thing,
                party=said.party,
                holder=said.line("holder"),
                start=said.days("from") or said.day,
                manner=manner,
            ),
        )

    return act


def _vacated(said: Filed) -> tuple[Assertion, ...]:
    since = said.days("since") or said.day
    return (Seat(thing=said.thing, party=said.party, vacant=True, start=since),)


def _delegated(said: Filed) -> tuple[Assertion, ...]:
    return (
        Seat(
            thing=said.thing,
            party=said.party,
            holder=said.line("holder"),
            at=said.named("round"),
            manner=Manner.DELEGATE,
        ),
    )


def _severed(said: Filed) -> tuple[Assertion, ...]:
    channel = said.text("channel")
    thing = channel_key(channel) if channel else said.named("mechanism") or said.thing
    named: tuple[Assertion, ...] = (Channel(thing=thing, name=f"{channel} channel"),)
    demands = tuple(
        Precondition(
            thing=f"{said.thing[:40]}.condition.{n}",
            of=thing,
            words=words,
            by=(said.party,),
            stage=Demand.NAMED,
        )
        for n, words in enumerate(said.texts("conditions"), start=1)
    )
    cut = Suspension(
        thing=thing,
        by=(said.party,),
        since=said.day,
        extent=Extent.WHOLE,
        reason=said.line("reason"),
    )
    return (*(named if channel else ()), cut, *demands)


def _resumed(said: Filed) -> tuple[Assertion, ...]:
    if not said.completes:
        return ()
    lifted = said.opener.body.get("lifts")
    things = [said.severed.get(str(ref)) for ref in lifted] if isinstance(lifted, list) else []
    return tuple(
        Restoration(thing=thing, by=said.parties, since=said.day, extent=Extent.WHOLE)
        for thing in dict.fromkeys(things)
        if thing is not None
    )


def _stage(stage: Stage) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (Framework(thing=FRAMEWORK_KEY, stage=stage, by=(said.party,)),)

    return act


def _signed(said: Filed) -> tuple[Assertion, ...]:
    agreed = Framework(thing=FRAMEWORK_KEY, stage=Stage.AGREED, by=(said.party,))
    if not said.completes:
        return (agreed,)
    newer = (said.number("version") or 1) > 1
    stage = Stage.AMENDED if newer else Stage.IN_FORCE
    return (agreed, Framework(thing=FRAMEWORK_KEY, stage=stage, by=said.parties))


def _said(said: Filed) -> tuple[Assertion, ...]:
    return (
        Contact(
            thing=said.thing,
            way=Way.MESSAGE,
            result=Result.REQUESTED,
            of=channel_key(said.text("channel") or "dialogue"),
            by=(said.party,),
            who=tuple(OfSide(party=o.party, value=o.name) for o in said.message.to),
            days=said.day,
            level=said.message.level or None,
        ),
    )


def _became(result: Result) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        why = said.line("reason") or shortly(said.message, 300) or None
        return (Contact(thing=said.thing, result=result, terms=why),)

    return act


ACTS: Final[dict[str, Act]] = {
    seat.NAME: _seat,
    seat.APPOINT: _holds(None),
    seat.ACT: _holds(Manner.ACTING),
    seat.VACATE: _vacated,
    seat.DELEGATE: _delegated,
    seat.ABOLISH: _vacated,
    suspension.DECLARE: _severed,
    "suspension.mechanism": _severed,
    suspension.ACCEPT: _resumed,
    fw.PROMISE: _stage(Stage.PROMISED),
    fw.DRAFT: _stage(Stage.DRAFTED),
    fw.SIGN: _signed,
    fw.DENOUNCE: _stage(Stage.LAPSED),
    msg.SAY: _said,
    msg.ANSWER: _became(Result.ANSWERED),
    msg.DECLINE: _became(Result.REFUSED),
    msg.EXPIRED: _became(Result.UNANSWERED),
}
"""What a message of each kind asserts. A kind that is absent is shown in its own words only."""

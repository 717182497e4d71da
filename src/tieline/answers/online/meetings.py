"""Meetings: what messages about mechanisms, rounds, contacts and agendas assert."""

from __future__ import annotations

from typing import Final

from tieline.answers.online.filed import Act, Filed, on_day, shortly
from tieline.observer.assertion import (
    AgendaItem,
    Assertion,
    Condition,
    Contact,
    Link,
    Mechanism,
    OfSide,
    Postponement,
    Precondition,
    Round,
    Turn,
)
from tieline.observer.vocabulary import Demand, Fate, Move, Presence, Result, Tie, Way, Where
from tieline.procedures.dialogue import agenda, contact, mechanism
from tieline.procedures.dialogue import round as rounds


def _mechanism(said: Filed) -> tuple[Assertion, ...]:
    mandate = said.named("mandated_by")
    ties = [Link(thing=mandate, tie=Tie.MANDATES, to=said.thing)] if mandate else []
    ties += [Link(thing=said.thing, tie=Tie.PREPARES, to=key) for key in said.names("prepares")]
    series = Mechanism(
        thing=said.thing,
        name=said.line("name"),
        by=(said.party,),
        parent=said.named("parent"),
        mandate=said.line("mandate"),
        levels=said.sides("levels"),
        subject=said.line("subject"),
        offices=said.sides("offices"),
        rhythm=said.line("rhythm"),
    )
    return (series, Condition(thing=said.thing, words=f"proposed by {said.party}"), *ties)


def _accepted(said: Filed) -> tuple[Assertion, ...]:
    words = Condition(thing=said.thing, words=f"accepted by {said.party}")
    if not said.completes:
        return (words,)
    return (words, Mechanism(thing=said.thing, established=said.day))


def _fares(words: str) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        why = said.line("why")
        told = f"{words} by {said.party}" + (f": {why}" if why else "")
        return (Condition(thing=said.thing, words=told[:2000]),)

    return act


def _turn(move: Move) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (
            Turn(
                thing=said.thing,
                move=move,
                by=(said.party,),
                days=said.instant("at_ms"),
                reason=said.line("why"),
            ),
        )

    return act


def _planned(said: Filed, move: Move) -> tuple[Assertion, ...]:
    plan = Round(
        thing=said.thing,
        of=said.named("mechanism"),
        number=said.number("number"),
        planned=said.days("planned"),
        planned_place=said.line("place"),
        mandate=said.named("mandate"),
        host=said.text("host"),
    )
    return (plan, *_turn(move)(said))


def _postponed(said: Filed) -> tuple[Assertion, ...]:
    by = said.line("by")
    return (
        Postponement(
            thing=said.thing,
            by=(by,) if by else (),
            reason=said.line("why"),
            to=said.days("to"),
            to_place=said.line("to_place"),
        ),
    )


def _opened(said: Filed) -> tuple[Assertion, ...]:
    held = Round(
        thing=said.thing,
        held=said.instant("at_ms"),
        place=said.line("place"),
        presence=said.choice("form", Presence),
    )
    return (held, *_turn(Move.OPENED)(said))


def _closed(said: Filed) -> tuple[Assertion, ...]:
    length = said.number("length_min")
    told = [Round(thing=said.thing, length_min=length)] if length else []
    return (*told, *_turn(Move.CLOSED)(said))


def _requested(said: Filed) -> tuple[Assertion, ...]:
    return (
        Contact(
            thing=said.thing,
            way=said.choice("way", Way),
            result=Result.REQUESTED,
            of=said.named("channel"),
            by=(said.party,),
            who=tuple(OfSide(party=o.party, value=o.name) for o in said.message.to),
            days=said.days("days"),
            place=said.line("place"),
            level=said.line("level"),
        ),
    )


def _result(result: Result) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        return (Contact(thing=said.thing, result=result, terms=said.line("why")),)

    return act


def _conditions(said: Filed) -> tuple[Assertion, ...]:
    named = said.texts("conditions")
    demands = [
        Precondition(
            thing=f"{said.thing[:40]}.{said.party[:16]}.{n}",
            of=said.thing,
            words=words,
            by=(said.party,),
            stage=Demand.NAMED,
        )
        for n, words in enumerate(named, start=1)
    ]
    terms = "; ".join(named)[:2000]
    return (Contact(thing=said.thing, result=Result.CONDITIONAL, terms=terms), *demands)


def _held(said: Filed) -> tuple[Assertion, ...]:
    return (
        Contact(
            thing=said.thing,
            result=Result.HELD,
            days=said.instant("at_ms"),
            place=said.line("place"),
            length_min=said.number("length_min"),
        ),
    )


def _told(said: Filed) -> tuple[Assertion, ...]:
    return (
        Contact(
            thing=said.thing,
            way=said.choice("way", Way),
            result=Result.HELD,
            of=said.named("channel"),
            who=said.sides("who"),
            days=said.days("days"),
            place=said.line("place"),
            length_min=said.number("length_min"),
        ),
    )


def _silent(said: Filed) -> tuple[Assertion, ...]:
    asked = on_day(said.number("answer_by_ms") or 0)
    words = f"no answer by {asked.words()}"
    return (Contact(thing=said.thing, result=Result.UNANSWERED, terms=words),)


def _item(fate: Fate) -> Act:
    def act(said: Filed) -> tuple[Assertion, ...]:
        value = said.opener.body.get("round")
        thing = said.keys.get(value, value) if isinstance(value, str) else said.thing
        topic = said.opener.body.get("topic")
        by = said.text("by") or said.opener.sender.party
        return (
            AgendaItem(
                thing=thing,
                item=shortly(said.opener),
                by=(by,),
                topic=topic if isinstance(topic, str) else None,
                fate=fate,
                where=said.choice("where", Where),
            ),
        )

    return act


ACTS: Final[dict[str, Act]] = {
    mechanism.PROPOSE: _mechanism,
    mechanism.ACCEPT: _accepted,
    mechanism.DECLINE: _fares("declined"),
    mechanism.WITHDRAW: _fares("proposal withdrawn"),
    mechanism.END: _fares("ended"),
    rounds.PROPOSE: lambda said: _planned(said, Move.PROPOSED),
    rounds.ACCEPT: _turn(Move.ACCEPTED),
    rounds.DECLINE: _turn(Move.DECLINED),
    rounds.MOVE: lambda said: _planned(said, Move.MOVED),
    rounds.POSTPONE: _postponed,
    rounds.CANCEL: _turn(Move.CANCELLED),
    rounds.OPEN_KIND: _opened,
    rounds.CLOSE: _closed,
    contact.REQUEST: _requested,
    contact.ACCEPT: _result(Result.ACCEPTED),
    contact.REBUFF: _result(Result.REBUFFED),
    contact.CONDITION: _conditions,
    contact.HOLD: _held,
    contact.CANCEL: _result(Result.CANCELLED),
    contact.EXPIRED: _silent,
    contact.RECORD: _told,
    agenda.PROPOSE: _item(Fate.PROPOSED),
    agenda.ACCEPT: _item(Fate.ACCEPTED),
    agenda.DECLINE: _item(Fate.DECLINED),
    agenda.LEAVE: _item(Fate.LEFT),
    agenda.RAISE: _item(Fate.RAISED),
}
"""What a message of each kind asserts. A kind that is absent is shown in its own words only."""

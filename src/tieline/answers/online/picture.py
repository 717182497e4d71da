"""Picture: the cases of a line as signed statements, folded as reports are.

Every message that opened or moved a case becomes one statement: its speaker is the office that
signed, its force *signed*, its passage the place in the record, its words the original ones. What
it asserts follows from its kind. Discrepancies assert nothing: they had no effect on the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tieline.answers.online import carriers, meetings, undertakings
from tieline.answers.online.filed import Act, Filed, key_of, original
from tieline.days import Days
from tieline.observer.picture import Picture, picture_of
from tieline.observer.statement import Force, Record, Source, Statement
from tieline.procedures.line import framework as fw
from tieline.procedures.line import suspension
from tieline.record.content import Content, Spoken
from tieline.record.entry import Ref
from tieline.record.message import Mark, Message
from tieline.state.fold import Fold
from tieline.state.model import Case, Taken
from tieline.state.shortref import short_ref
from tieline.state.timeline import what_of
from tieline.state.view import View

ACTS: Final[Mapping[str, Act]] = {**meetings.ACTS, **undertakings.ACTS, **carriers.ACTS}
Reader = Callable[[Ref], Content]
"""What can be read of an entry; asked only for entries that were folded."""
ACTUAL: Final = frozenset({Mark.ACTUAL})


def picture_of_line(fold: Fold, read: Reader, *, marks: frozenset[Mark] = ACTUAL) -> Picture:
    """What the parties of a line have said there, as a picture.

    ``marks`` chooses which messages count: exercises and tests are no part of what happened.
    """
    return picture_of(record_of_line(fold, read, marks=marks))


def record_of_line(fold: Fold, read: Reader, *, marks: frozenset[Mark] = ACTUAL) -> Record:
    """The same as a record of statements, causes before effects."""
    view = fold.view
    filed = [said for said in _filed(view, read) if said.message.mark in marks]
    filed.sort(key=lambda said: (sum(fold.past_of(said.ref)), said.ref))
    parties = view.registers.parties
    sources = tuple(
        Source(id=party, title=f"{party}, on the line", published=Days(), file=view.registers.line)
        for party in parties
    )
    return Record(sources=sources, statements=tuple(map(statement_of, filed)))


def statement_of(said: Filed) -> Statement:
    """The statement that a message is."""
    language, words = original(said.message)
    told = what_of(said.message)
    act = ACTS.get(said.message.kind)
    topic = said.opener.body.get("topic")
    topics = (topic,) if isinstance(topic, str) else said.texts("topics")
    return Statement(
        id=short_ref(said.ref),
        source=said.party,
        passage=said.message.sender.name,
        speaker=said.line("speaker") or str(said.message.sender),
        force=Force.SIGNED,
        happened=said.day,
        learned=said.day,
        text=words or told,
        note=f"{told}, as {short_ref(said.ref)}" if words else None,
        language=language or None,
        topics=topics,
        assertions=act(said) if act is not None else (),
    )


def _filed(view: View, read: Reader) -> Iterator[Filed]:
    """Every step that counts, once, however often it was filed."""
    cases = [case for key in view.registers.cases if (case := view.case(key)) is not None]
    keys = {ref.text(): key_of(case.opener, case.message) for case in cases for ref in case.openers}
    severed = dict(_severed(cases, keys))
    for case in cases:
        thing = keys[case.opener.text()]
        done: set[tuple[str, str]] = {(case.key.party, case.message.id)}
        steps = [(case.opener, case.message, _time_s(case))]
        for taken in _steps(view, case):
            message = _message(read, taken.ref)
            if message is not None and (taken.author, taken.id) not in done:
                done.add((taken.author, taken.id))
                steps.append((taken.ref, message, taken.time_s))
        for ref, message, time_s in steps:
            yield Filed(
                ref=ref,
                time_s=time_s,
                party=message.sender.party,
                message=message,
                opener=case.message,
                thing=thing,
                keys=keys,
                severed=severed,
                parties=view.registers.parties,
                completes=_completes(view, case, ref, message),
            )


def _time_s(case: Case) -> int:
    return case.filed_s.get(case.opener, case.time_s)


def _steps(view: View, case: Case) -> list[Taken]:
    found = {step.ref: step for steps in case.strands.values() for step in steps}
    held = [step for step in found.values() if view.holds(step.ref) and view.counts(step)]
    return sorted(held, key=lambda step: (sum(step.past), step.ref))


def _message(read: Reader, ref: Ref) -> Message | None:
    content = read(ref)
    return content.message if isinstance(content, Spoken) else None


def _severed(cases: list[Case], keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """For each suspension, the thing that it suspended."""
    for case in cases:
        if case.procedure.name != "suspension":
            continue
        body = case.message.body
        channel, named = body.get("channel"), body.get("mechanism")
        thing = carriers.channel_key(channel) if isinstance(channel, str) else str(named)
        yield case.opener.text(), keys.get(thing, thing)


def _completes(view: View, case: Case, ref: Ref, message: Message) -> bool:
    """Whether all have agreed now, and this is the step by which the last of them did."""
    last = [step for step in _steps(view, case) if step.kind == message.kind]
    if not last or last[-1].ref != ref:
        return False
    if message.kind == fw.SIGN:
        return message.body.get("version") == view.in_force()[0]
    agreed = {suspension.ACCEPTED, "accepted", "adopted"}
    return set(view.states(case).values()) <= agreed

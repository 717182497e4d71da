"""Observe, marking: a passage becomes a statement, by options or step by step on a terminal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from tieline.cli.asking import confirm, on_terminal
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.look import examples, safe
from tieline.cli.observedialogue import Marking, go_through
from tieline.cli.observeparts import (
    DryRunOption,
    Filing,
    SourceArgument,
    YesOption,
    find_source,
    picture_at,
    weigh_and_file,
)
from tieline.cli.paint import out
from tieline.desk.intake import Draft, drop_draft, kept_report, read_draft
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Picture, Source, Statement
from tieline.observer.intake import Report, check_named, check_own_words
from tieline.observer.notation import make_item, parse_assertion
from tieline.observer.statement import FORCE_MEANING, REPORTED_FORCES

FORCES = ", ".join(force.value for force in FORCE_MEANING if force in REPORTED_FORCES)
ANEW = "--fresh begins anew."
ONE = ("speaker", "happened", "learned", "note", "language", "span")
MANY = (("via", "via"), ("topic", "topics"))


SpanOption = Annotated[
    str, typer.Option("--span", metavar="FROM-TO", help="Characters of the report, from 0.")
]
HappenedOption = Annotated[
    str, typer.Option("--happened", metavar="DAYS", help="When what it tells of was.")
]
LearnedOption = Annotated[
    str,
    typer.Option(
        "--learned", metavar="DAYS", help="When it became known, if later than the report."
    ),
]
TopicsOption = Annotated[
    list[str] | None, typer.Option("--topic", help="Key of a topic; may stand often.")
]
ViaOption = Annotated[
    list[str] | None, typer.Option("--via", help="Where the report has it from, step by step.")
]
AssertsOption = Annotated[
    list[str] | None,
    typer.Option("--assert", metavar="ASSERTION", help="'round dsd-2; held=2018-11-09'; often."),
]
IdOption = Annotated[
    str, typer.Option("--id", help="Key of the statement; the next free one if left out.")
]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Forget answers kept from an interrupted sitting.")
]
SpeakerOption = Annotated[str, typer.Option("--speaker", help="Who says it, if somebody is named.")]
PassageLanguageOption = Annotated[
    str, typer.Option("--language", help="Of the passage, if not the report's.")
]


def mark(
    key: SourceArgument,
    *,
    passage: Annotated[str, typer.Option("--passage", help="5; 8, 9; title; standfirst.")] = "",
    span: SpanOption = "",
    force: Annotated[str, typer.Option("--force", help=FORCES)] = "",
    speaker: SpeakerOption = "",
    text: Annotated[str, typer.Option("--text", help="What is said, in words of your own.")] = "",
    happened: HappenedOption = "",
    learned: LearnedOption = "",
    topic: TopicsOption = None,
    via: ViaOption = None,
    asserts: AssertsOption = None,
    note: Annotated[str, typer.Option("--note", help="A remark of yours.")] = "",
    language: PassageLanguageOption = "",
    id_: IdOption = "",
    fresh: FreshOption = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mark a passage and turn it into a statement: who says what, with what force, and when.

    On a terminal it asks for whatever is not given, and offers what it recognises. Answers are
    kept as you give them: after an interruption the same command goes on where you stopped.
    """
    given: Draft = {
        "passage": passage,
        "span": span,
        "force": force,
        "speaker": speaker,
        "text": text,
        "happened": happened,
        "learned": learned,
        "note": note,
        "language": language,
        "via": via,
        "topics": topic,
        "asserts": asserts,
        "id": id_,
    }
    answers = {name: value for name, value in given.items() if value}
    filing = Filing(home=home, vault=vault, yes=yes, dry_run=dry_run, as_json=as_json)
    with desk_at(home, officers) as desk:
        if fresh:
            drop_draft(desk.home, _draft(key))
        _mark(desk, key, answers, filing)


def _mark(desk: Desk, key: str, answers: Draft, filing: Filing) -> None:
    """Mark one passage, or on a terminal one after the other."""
    whole = {"force", "text"} <= set(answers) and ("passage" in answers or "span" in answers)
    asking = not whole and on_terminal() and not filing.as_json
    again = True
    while again:
        seen = picture_at(desk)
        source = find_source(seen, key)
        report = kept_report(desk.home, source)
        told = _ask(desk, seen, source, report, answers) if asking else answers
        statement = statement_of(seen, source, report, told)
        filed = weigh_and_file(desk, seen, [statement], filing, {"statement": statement.id})
        if filed:
            drop_draft(desk.home, _draft(key))
        elif asking:
            out(safe(f"Your answers are kept; {ANEW}", "dim"))
        answers, again = {}, asking and filed and confirm("Mark another passage?", default=True)


def _draft(key: str) -> str:
    return f"mark-{key}"


def _ask(desk: Desk, seen: Picture, source: Source, report: Report | None, given: Draft) -> Draft:
    held = read_draft(desk.home, _draft(source.id))
    if held:
        out(safe(f"Going on with what was kept ({', '.join(held)}); {ANEW}", "yellow"))
    marking = Marking(desk=desk, seen=seen, source=source, report=report, name=_draft(source.id))
    try:
        return go_through(marking, {**held, **given})
    except KeyboardInterrupt:
        out(
            Text("\nStopped. Your answers are kept; go on with:", style="yellow"),
            safe(f"  tieline observe mark {source.id}"),
        )
        raise


def statement_of(seen: Picture, source: Source, report: Report | None, answers: Draft) -> Statement:
    """A statement of the answers that were given.

    Raises:
        UsageError: an answer is missing or wrong, or its words are the report's.
    """
    for name in ("force", "text"):
        if not answers.get(name):
            raise UsageError(f"{name} is missing", advice=f"Give --{name}.")
    passage, span = str(answers.get("passage") or ""), str(answers.get("span") or "")
    if report is not None and span:
        found = report.at(span)
        passage = passage or found.locator
        if found.locator != passage:
            raise UsageError(f"span {span} lies in passage {found.locator}, not in {passage}")
    if not passage:
        raise UsageError(
            "no passage is named", advice="Give --passage, or --span of a kept report."
        )
    if report is not None:
        check_own_words(str(answers["text"]), report.cited(passage))
    pairs = [
        ("id", str(answers.get("id") or next_id(seen, source.id))),
        *(("source", source.id), ("passage", passage), ("force", str(answers["force"]))),
        ("text", str(answers["text"])),
        *((name, str(answers[name])) for name in ONE if answers.get(name)),
        *((field, str(one)) for field, name in MANY for one in answers.get(name) or ()),
    ]
    assertions = tuple(parse_assertion(str(one)) for one in answers.get("asserts") or ())
    made = make_item("statement", pairs, assertions)
    assert isinstance(made, Statement)
    return check_named(made)


def next_id(seen: Picture, source: str) -> str:
    """The next free key of a statement of a source: ``gazette-12``."""
    taken = {one.id for one in seen.record.statements}
    taken |= {one.id for one in seen.record.inferences}
    number = 1 + sum(one.source == source for one in seen.record.statements)
    while f"{source}-{number}" in taken:
        number += 1
    return f"{source}-{number}"


def register(observe: typer.Typer) -> None:
    """Hang the verb into `tieline observe`."""
    observe.command(
        epilog=examples(
            "tieline observe mark gazette",
            "tieline observe mark gazette --passage 5 --force said --speaker 'Minister Orr' "
            "--text 'The jetty will be mended by August.' "
            "--assert 'commitment jetty; by=Aval; due=..1931-08-31'",
        )
    )(mark)

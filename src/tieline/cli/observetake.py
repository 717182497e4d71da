"""Observe, taking: a report becomes a source, cut into passages; what they name is proposed."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.asking import ask, on_terminal
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.intake import read_file
from tieline.cli.look import counted, examples, safe
from tieline.cli.observeparts import (
    Filing,
    SourceArgument,
    YesOption,
    find_source,
    picture_at,
    proposal_parts,
    proposal_value,
    weigh_and_file,
)
from tieline.cli.paint import indented, out
from tieline.cli.said import emit_or_print
from tieline.desk.intake import (
    Draft,
    drop_draft,
    drop_report,
    keep_report,
    kept_report,
    read_draft,
    write_draft,
)
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Picture, Source
from tieline.observer.forms import ITEMS
from tieline.observer.intake import ARTICLE_BYTES_MAX, Passage, Report, read_article
from tieline.observer.notation import check_value, make_item
from tieline.observer.recognise_dates import dates_in
from tieline.observer.recognise_names import proposals_in
from tieline.observer.recognise_register import registers_of

KEY_WORDS_CHARS = 40
PASTED = "pasted"
_DAYS_HINT = '2018-11-09, 2018-11, 2018-11-01..2018-11-30 or unknown; 2018-11-10 "dateline"'
_ASKED = (
    ("title", "Title", True, "as printed; Enter if there is none"),
    ("outlet", "Outlet", True, "who published it, and its author if named"),
    ("published", "Published", False, _DAYS_HINT),
    ("language", "Language", True, "en, zh, ko ..."),
)


FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE|-", help="The report's text; - to paste it.")
]
PublishedOption = Annotated[
    str, typer.Option("--published", metavar="DAYS", help="2018-11-10, an interval, or unknown.")
]
HeadingsOption = Annotated[
    int,
    typer.Option(
        "--headings",
        metavar="N",
        help="The first N passages are title, standfirst and headings, not paragraphs.",
    ),
]
NoKeepOption = Annotated[bool, typer.Option("--no-keep", help="Keep no private copy of the text.")]


def take(
    file: FileArgument,
    *,
    key: Annotated[str, typer.Option("--key", help="How it will be cited; short.")] = "",
    title: Annotated[str, typer.Option("--title", help="Title, as printed.")] = "",
    outlet: Annotated[str, typer.Option("--outlet", help="Who published it.")] = "",
    published: PublishedOption = "",
    language: Annotated[str, typer.Option("--language", help="Of the text: en, zh, ko.")] = "",
    headings: HeadingsOption = 0,
    no_keep: NoKeepOption = False,
    yes: YesOption = False,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a report: keep its digest, number its paragraphs, make it a source of the record.

    Its sentences are not recorded. A private copy stays in the home unless you say --no-keep.
    """
    data = _bytes_of(file)
    report = read_article(data, headings=headings)
    given = {"title": title, "outlet": outlet, "published": published, "language": language}
    filing = Filing(home=home, vault=vault, yes=yes, as_json=as_json)
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        _refuse_again(seen, report)
        # Kept before anything is asked: what was pasted is not to be pasted again.
        copy = None if no_keep else keep_report(desk.home, data, headings=headings)
        answers = {name: text for name, text in given.items() if text}
        draft = f"take-{report.sha256[:16]}"
        try:
            answers = _answers(desk, draft, answers, report, as_json=as_json)
        except KeyboardInterrupt:
            again = copy if str(file) == "-" else file
            kept = f"go on with: tieline observe take {again}" if again else "take it again."
            out(safe(f"\nStopped. Your answers are kept; {kept}", "yellow"))
            raise
        name = PASTED if str(file) == "-" else file.name
        source = _source(report, answers, name, key or _key_of(seen, answers, name, report.sha256))
        _file(desk, seen, source, len(report.passages), filing)
        drop_draft(desk.home, draft)


def _source(report: Report, answers: dict[str, str], name: str, key: str) -> Source:
    pairs = [("id", key), *((field, text) for field, text in answers.items() if text)]
    made = make_item("source", [*pairs, ("file", _file_name(name)), ("sha256", report.sha256)])
    assert isinstance(made, Source)
    return made


def _file(desk: Desk, seen: Picture, source: Source, passages: int, filing: Filing) -> None:
    copy = kept_report(desk.home, source)
    more = {
        "source": source.id,
        "sha256": source.sha256,
        "passages": passages,
        "kept": copy is not None,
    }
    if not weigh_and_file(desk, seen, [source], filing, more):
        drop_report(desk.home, source)
    elif not filing.as_json:
        told = "no copy is kept" if copy is None else "a private copy is kept in this home"
        out(
            safe(f"{counted(passages, 'passage')}; {told}."),
            safe(f"Go on: tieline observe passages {source.id}", "dim"),
            safe(f"       tieline observe mark {source.id}", "dim"),
        )


def _bytes_of(file: Path) -> bytes:
    if str(file) != "-":
        return read_file(file, ARTICLE_BYTES_MAX)
    if sys.stdin.isatty():
        out(Text("Paste the report's text, then press ^D on a line of its own.", style="bold"))
    return sys.stdin.buffer.read(ARTICLE_BYTES_MAX + 1)


def _refuse_again(seen: Picture, report: Report) -> None:
    for source in seen.record.sources:
        if source.sha256 == report.sha256:
            raise UsageError(
                f"this very text is in the record as source {source.id}",
                advice=f"Mark its passages: `tieline observe mark {source.id}`.",
            )


def _answers(
    desk: Desk, name: str, given: Draft, report: Report, *, as_json: bool
) -> dict[str, str]:
    """Outlet, day and language: from the options, else asked, else what must stand is missing."""
    form = ITEMS["source"]
    for field, text in given.items():
        check_value(form, field, text)
    if not on_terminal() or as_json:
        if "published" not in given:
            raise UsageError(
                "when the report was published is not said",
                advice="Give --published DAY; --published unknown if the report does not tell.",
            )
        return given
    answers: Draft = {**read_draft(desk.home, name), **given}
    _show_head(report)
    for field, question, optional, hint in _ASKED:
        if field in answers:
            continue
        told = ask(question, partial(check_value, form, field), hint=hint, optional=optional)
        answers[field] = told or ""
        write_draft(desk.home, name, answers)
    return answers


def _show_head(report: Report) -> None:
    first = report.passages[:3]
    out(Text("The report begins", style="bold"), *(passage_part(one, brief=True) for one in first))
    days = [
        one for passage in first for one in dates_in(passage.text) if one.days and one.days.known
    ]
    if days:
        out(Text("Days named there", style="bold"), *proposal_parts(days))


def passage_part(passage: Passage, *, brief: bool = False) -> RenderableType:
    """A passage with its locator and place."""
    text = " ".join(passage.text.split())
    if brief and len(text) > 200:
        text = f"{text[:200]}…"
    head = passage.locator if not passage.locator.isdecimal() else f"¶{passage.locator}"
    return indented(Text.assemble((head, "bold cyan"), (f"  {passage.span}  ", "dim"), safe(text)))


def _key_of(seen: Picture, answers: dict[str, str], name: str, sha256: str) -> str:
    """A key that nobody has yet: the file's name, the outlet's, or digits of the digest."""
    stem = Path(name).stem if name != PASTED else answers.get("outlet", "")
    plain = unicodedata.normalize("NFC", re.sub(r"[^\w.-]+", "-", stem.casefold())).strip("-._")
    base = plain[:KEY_WORDS_CHARS].strip("-._") or f"s-{sha256[:8]}"
    taken = {source.id for source in seen.record.sources}
    number, found = 2, base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


def _file_name(name: str) -> str:
    """A file's name as one line of text; what cannot stand in one is spelled out."""
    clean = "".join(c if c.isprintable() else "_" for c in name).strip()
    return clean or PASTED


def passages(
    key: SourceArgument,
    *,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a report's passages with their numbers and places, from the private copy."""
    with desk_at(home) as desk:
        seen = picture_at(desk)
        source = find_source(seen, key)
        report = report_of(desk, source)
        marked: dict[str, list[str]] = {}
        for said in seen.record.statements:
            if said.source == source.id and said.id not in seen.fallen:
                marked.setdefault(said.passage, []).append(said.id)
        value = [
            {
                "passage": p.locator,
                "span": p.span,
                "text": p.text,
                "marked": marked.get(p.locator, []),
            }
            for p in report.passages
        ]
        parts: list[RenderableType] = []
        for one in report.passages:
            parts.append(passage_part(one))
            if one.locator in marked:
                parts.append(
                    indented(safe(f"marked: {', '.join(marked[one.locator])}", "green"), 4)
                )
        emit_or_print(value, parts, as_json=as_json)


def report_of(desk: Desk, source: Source) -> Report:
    """The private copy of a report.

    Raises:
        UsageError: there is none in this home.
    """
    report = kept_report(desk.home, source)
    if report is None:
        raise UsageError(
            f"there is no private copy of {source.id} in this home",
            advice="Look at the report itself; `observe mark` takes a passage's number from you.",
        )
    return report


def propose(
    key: SourceArgument,
    *,
    passage: Annotated[str, typer.Option("--passage", help="Number or heading: 5, title.")] = "",
    span: Annotated[
        str, typer.Option("--span", metavar="FROM-TO", help="Characters of the report.")
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose days, persons, offices, parties, things and topics that passages name.

    By rules and by the record's own registers. Nothing is entered: you choose.
    """
    with desk_at(home) as desk:
        seen = picture_at(desk)
        source = find_source(seen, key)
        report = report_of(desk, source)
        registers = registers_of(seen)
        chosen = (
            (report.at(span),) if span else report.cited(passage) if passage else report.passages
        )
        value: list[dict[str, Any]] = []
        parts: list[RenderableType] = []
        for one in chosen:
            found = proposals_in(one.text, registers, source.published)
            value += [{"passage": one.locator, **proposal_value(each)} for each in found]
            parts += [passage_part(one), *proposal_parts(found)]
        emit_or_print(value, parts, as_json=as_json)


def forget(key: SourceArgument, *, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Remove the private copy of a report; the record and its citations stay."""
    with desk_at(home) as desk:
        source = find_source(picture_at(desk), key)
        there = drop_report(desk.home, source)
    told = "The private copy is removed." if there else "There was no private copy."
    emit_or_print({"source": key, "removed": there}, [safe(told)], as_json=as_json)


def register(observe: typer.Typer) -> None:
    """Hang the verbs into `tieline observe`."""
    observe.command(
        epilog=examples(
            "tieline observe take article.txt --published 2018-11-10 --outlet 'Harbour Gazette'",
            "tieline observe take - --headings 2",
        )
    )(take)
    observe.command(epilog=examples("tieline observe passages gazette"))(passages)
    observe.command(
        epilog=examples(
            "tieline observe propose gazette --passage 5",
            "tieline observe propose gazette --json",
        )
    )(propose)
    observe.command(epilog=examples("tieline observe forget gazette"))(forget)

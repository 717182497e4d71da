"""Paper: briefs of two pages, drawings, print pages and calendars, each with its handling mark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.frame import HomeOption, JsonOption, desk_at
from tieline.cli.look import counted, examples, safe
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.cli.status import day_of
from tieline.days import parse_day
from tieline.desk import papering
from tieline.errors import UsageError
from tieline.papers.brief import Subject
from tieline.papers.paper import CUTTING_RULE, Paper, bounded, labels, left_out_words
from tieline.record.marking import Marking, parse_marking

paper_app = typer.Typer(
    no_args_is_help=True,
    help="Make papers from a record: briefs, timelines, ladders, readouts, calendars.",
    epilog=examples(
        "tieline paper brief dsd --write brief.pdf --write brief.docx",
        "tieline paper ladder --side alpha --side bravo --write ladder.svg",
        "tieline paper calendar --write talks.ics",
    ),
)

LABEL_COLUMNS = 20

OfOption = Annotated[
    str,
    typer.Option(
        "--of",
        metavar="RECORD",
        help="observer, house, or a line by title or id; may be left out while there is only one.",
    ),
]
OnOption = Annotated[
    str, typer.Option("--on", metavar="DAY", help="As it stood at the end of this day; or today.")
]
KnownOption = Annotated[
    str, typer.Option("--known-on", metavar="DAY", help="From what was known by this day.")
]
MarkOption = Annotated[
    str,
    typer.Option(
        "--mark", help="own, line or publishable: stands on every page, and bounds what is used."
    ),
]
WriteOption = Annotated[
    Path, typer.Option("--write", metavar="FILE", help="The ending says what: .svg or .html.")
]
SidesOption = Annotated[
    list[str] | None, typer.Option("--side", metavar="PARTY", help="In this order; repeat it.")
]


def _wanted(on: str, known_on: str, mark: str) -> papering.Wanted:
    return papering.Wanted(
        on=day_of(on),
        mark=parse_marking(mark),
        known_on=parse_day(known_on) if known_on else None,
    )


def _subject(text: str) -> Subject | None:
    if not text:
        return None
    if text not in {one.value for one in Subject}:
        known = ", ".join(one.value for one in Subject)
        raise UsageError(f"--as {text[:40]!r} is not one of {known}")
    return Subject(text)


@paper_app.command(
    epilog=examples(
        "tieline paper brief dsd --on 2018-11-20 --write brief.pdf",
        'tieline paper brief "M. Orr" --us alpha --write brief.docx --mark line',
        "tieline paper brief taiwan --as topic",
    )
)
def brief(
    subject: Annotated[
        str, typer.Argument(help="A seat, round, mechanism, channel or topic, or a name.")
    ],
    *,
    write: Annotated[
        list[Path] | None,
        typer.Option("--write", metavar="FILE", help="Into a .pdf or a .docx; repeat it for both."),
    ] = None,
    as_: Annotated[
        str, typer.Option("--as", help="counterpart, round, mechanism or topic; or by the key.")
    ] = "",
    us: Annotated[str, typer.Option("--us", metavar="PARTY", help="Our side, shown first.")] = "",
    font: Annotated[
        list[Path] | None,
        typer.Option("--font", metavar="FILE", help="A TrueType font to use as well; repeat it."),
    ] = None,
    made: Annotated[
        str, typer.Option("--made", metavar="DAY", help="The day in the file; or today.")
    ] = "",
    on: OnOption = "",
    known_on: KnownOption = "",
    mark: MarkOption = "own",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Two pages before a meeting: who, what was promised, what each side holds, what is unknown.

    What does not fit is cut by a stated rule; the brief says how much, and what lists the rest.
    """
    wanted, kind = _wanted(on, known_on, mark), _subject(as_)
    with desk_at(home) as desk:
        told = papering.told_by(desk, of, wanted)
        paper = papering.make_brief(told, subject, wanted, made=day_of(made), us=us, subject=kind)
        if write:
            done = papering.write_brief(told, paper, write, font or ())
            _tell_written(done, as_json=as_json)
            return
    whole = bounded(paper)
    emit_or_print(_value(whole, None, ()), list(_shown(whole)), as_json=as_json)


def _value(paper: Paper, pages: int | None, written: tuple[Path, ...]) -> dict[str, Any]:
    return {
        "title": paper.title,
        "about": paper.about,
        "mark": paper.mark.value,
        "on": paper.on.isoformat(),
        "known_on": paper.known_on.isoformat() if paper.known_on else None,
        "pages": pages,
        "written": [str(path) for path in written],
        "left_out": paper.left_out,
        "sections": [
            {
                "title": section.title,
                "left_out": section.left_out,
                "more": section.more,
                "entries": [
                    {
                        "label": entry.label,
                        "lead": entry.lead,
                        "text": entry.text,
                        "inferred": entry.inferred,
                        "cites": [cite.id for cite in entry.cites],
                    }
                    for entry in section.entries
                ],
            }
            for section in paper.sections
        ],
    }


def _tell_written(done: papering.Written, *, as_json: bool) -> None:
    names = ", ".join(str(path) for path in done.files)
    pages = counted(done.pages or 0, "page")
    parts: list[RenderableType] = [safe(f"Written: {names} ({pages}, {done.paper.mark.value}).")]
    if done.paper.left_out:
        parts.append(safe(f"{done.paper.left_out} left out. {CUTTING_RULE}", "yellow"))
    parts += [
        safe(f"  {section.title}: {left_out_words(section)}", "dim")
        for section in done.paper.sections
        if section.left_out
    ]
    emit_or_print(_value(done.paper, done.pages, done.files), parts, as_json=as_json)


def _shown(paper: Paper) -> Iterator[RenderableType]:
    yield safe(f"{paper.about}: {paper.title}", "bold")
    yield safe(f"{paper.asof()}. Mark: {paper.mark.value}.", "dim")
    for section in paper.sections:
        table = listing(section.title, "", wide=1)
        table.columns[0].no_wrap = False
        table.columns[0].width = LABEL_COLUMNS
        for entry, label in zip(section.entries, labels(section.entries), strict=True):
            text = Text("≈ " if entry.inferred else "", style="magenta")
            text.append_text(safe(f"{entry.lead}: " if entry.lead else "", "bold"))
            text.append_text(safe(entry.text))
            ids = ", ".join(dict.fromkeys(cite.id for cite in entry.cites))
            text.append_text(safe(f" [{ids}]" if ids else "", "dim"))
            table.add_row(safe(label, "bold"), text)
        yield table
        if section.left_out:
            yield safe(left_out_words(section), "dim")


@paper_app.command(
    epilog=examples(
        "tieline paper timeline --write talks.svg",
        "tieline paper timeline --write talks.html --known-on 2018-12-01 --mark publishable",
    )
)
def timeline(
    *,
    write: WriteOption,
    title: Annotated[str, typer.Option("--title", help="Above the drawing.")] = "Timeline",
    on: OnOption = "",
    known_on: KnownOption = "",
    mark: MarkOption = "own",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The timeline of a record as a drawing, or as pages to print."""
    wanted, page = _wanted(on, known_on, mark), papering.is_page(write)
    with desk_at(home) as desk:
        told = papering.told_by(desk, of, wanted)
        drawn = papering.drawn_timeline(told, wanted, title=title, page=page)
    _save(write, drawn, wanted.mark, as_json=as_json)


@paper_app.command(
    epilog=examples(
        "tieline paper ladder --side alpha --side bravo --on 2023-12-01 --write ladder.svg",
        "tieline paper ladder --write ladder.html",
    )
)
def ladder(
    *,
    write: WriteOption,
    side: SidesOption = None,
    on: OnOption = "",
    known_on: KnownOption = "",
    mark: MarkOption = "own",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Two sides by rank: holders, vacancies since when, unknown, and who sits opposite whom."""
    wanted, page = _wanted(on, known_on, mark), papering.is_page(write)
    named = side or []
    if len(named) not in {0, 2}:
        raise UsageError(f"a ladder has two sides; --side names {len(named)}")
    sides = (named[0], named[1]) if named else None
    with desk_at(home) as desk:
        told = papering.told_by(desk, of, wanted)
        drawn = papering.drawn_ladder(told, wanted, sides=sides, page=page)
    _save(write, drawn, wanted.mark, as_json=as_json)


@paper_app.command(
    epilog=examples(
        "tieline paper readouts dsd-2 --write readouts.svg",
        "tieline paper readouts dsd-2 --side alpha --side bravo --write readouts.html",
    )
)
def readouts(
    key: Annotated[str, typer.Argument(help="A round or contact, for instance dsd-2.")],
    *,
    write: WriteOption,
    side: SidesOption = None,
    on: OnOption = "",
    known_on: KnownOption = "",
    mark: MarkOption = "own",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What each side said of one round, side by side and never merged."""
    wanted, page = _wanted(on, known_on, mark), papering.is_page(write)
    with desk_at(home) as desk:
        told = papering.told_by(desk, of, wanted)
        drawn = papering.drawn_readouts(told, key, wanted, sides=tuple(side or ()), page=page)
    _save(write, drawn, wanted.mark, as_json=as_json)


def _save(target: Path, drawn: str, mark: Marking, *, as_json: bool) -> None:
    papering.write_bytes(target, drawn.encode())
    value = {"written": [str(target)], "mark": mark.value}
    emit_or_print(value, [safe(f"Written: {target} ({mark.value}).")], as_json=as_json)


@paper_app.command(
    epilog=examples(
        "tieline paper calendar --write talks.ics",
        'tieline paper calendar --of border --name "Border talks" --mark line --write border.ics',
    )
)
def calendar(
    *,
    write: Annotated[Path, typer.Option("--write", metavar="FILE", help="An .ics file.")],
    name: Annotated[
        str, typer.Option("--name", help="Of the calendar; or that of the record.")
    ] = "",
    on: OnOption = "",
    known_on: KnownOption = "",
    mark: MarkOption = "own",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rounds, due days and expiries for a calendar program; days that nobody gave are left out."""
    wanted = _wanted(on, known_on, mark)
    if write.suffix.lower() != ".ics":
        raise UsageError(f"{write.name} does not end in .ics")
    with desk_at(home) as desk:
        told = papering.told_by(desk, of, wanted)
        stamp = datetime.now(UTC).replace(microsecond=0)
        feed = papering.calendar_of(told, wanted, name=name or f"Tieline: {told.name}", stamp=stamp)
    papering.write_bytes(write, feed.data)
    value = {
        "written": [str(write)],
        "mark": wanted.mark.value,
        "events": feed.count,
        "etag": feed.etag,
        "left_out": list(feed.left_out),
    }
    parts: list[RenderableType] = [safe(f"Written: {write} ({counted(feed.count, 'event')}).")]
    parts += [safe(f"  left out: {words}", "dim") for words in feed.left_out]
    emit_or_print(value, parts, as_json=as_json)


@paper_app.command(
    epilog=examples("tieline paper sample --write papers", "tieline paper sample --write a --json")
)
def sample(
    *,
    write: Annotated[Path, typer.Option("--write", metavar="FOLDER", help="Made if absent.")],
    as_json: JsonOption = False,
) -> None:
    """Every kind of paper once, from the sample record: to see what they look like."""
    try:
        write.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{write} cannot be made: {error.strerror or error}") from None
    made = papering.samples()
    for name, data in made.items():
        papering.write_bytes(write / name, data)
    value = {"written": [str(write / name) for name in made]}
    parts: list[RenderableType] = [safe(f"Written: {write / name}") for name in made]
    emit_or_print(value, parts, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    app.add_typer(paper_app, name="paper")

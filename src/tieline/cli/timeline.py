"""Timeline: everything said on a line, or all that the observer's sources tell of, in order."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked, line_for, live_lines
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.harmless import clean
from tieline.cli.houseview import withheld_words
from tieline.cli.look import examples, safe
from tieline.cli.paint import MARK_STYLES, listing, moment
from tieline.cli.said import emit_or_print
from tieline.cli.status import cites
from tieline.days import parse_day
from tieline.desk.house import house_line, items, marking_of
from tieline.desk.observing import TITLE, observer_line, picture
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Picture, Row, Sure, render_svg
from tieline.observer import timeline as observed_rows
from tieline.record.marking import Audience, Cut, Marking, cut, parse_audience

EXAMPLES = examples(
    "tieline timeline --since 2026-11-20",
    f"tieline timeline --line {TITLE} --svg talks.svg",
    "tieline timeline --line house --audience line",
    "tieline timeline --machines --json",
)
LANE_PX, ROW_PX, TOP_PX, LEFT_PX = 300, 44, 90, 165
LABEL_CHARS = 40


def timeline(
    *,
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="From this day on.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="To this day's end.")] = "",
    machines: Annotated[
        bool, typer.Option("--machines", help="Also what only machines said.")
    ] = False,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw it into a file.")
    ] = None,
    audience: Annotated[
        str, typer.Option("--audience", help="Who reads it: own, line or public.")
    ] = "own",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What happened on a line, oldest first; or, with `--line observer`, what sources tell of.

    Entries that did not know of each other stand in a fixed order that means nothing. Days of the
    observer's record are as uncertain as reported: `~` marks those that are not exact.
    """
    first, last = _day(since), _day(until)
    if first and last and first > last:
        raise UsageError(f"{first} is after {last}; swap --since and --until")
    with desk_at(home) as desk:
        record = observer_line(desk)
        only_record = bool(record) and not live_lines(desk)
        where = record if only_record and not line else line_for(desk, line)
        if where == record:
            _observed(desk, record, first, last, svg, as_json=as_json)
        else:
            board = asked(desk, "board", line=where)
            seen = _seen_by(desk, board, parse_audience(audience))
            _live(board, seen, first, last, svg, machines=machines, as_json=as_json)


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _write(path: Path, drawing: str) -> None:
    try:
        path.write_text(drawing, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


# -- the observer's record


def _observed(
    desk: Desk,
    record: str,
    first: date | None,
    last: date | None,
    svg: Path | None,
    *,
    as_json: bool,
) -> None:
    seen = picture(desk, record)
    rows = [row for row in observed_rows(seen) if _within(row, first, last)]
    value = [_row_value(row) for row in rows]
    if svg is not None:
        _write(svg, render_svg(_cut(seen, rows), title="What the sources tell of"))
        emit_or_print(
            {"svg": str(svg), "rows": len(rows)}, [safe(f"drawn: {svg}")], as_json=as_json
        )
        return
    table = listing("", "Days", "What is told", wide=2)
    table.columns[1].no_wrap = False
    table.columns[1].width = 22
    for row in rows:
        exact = row.days.earliest is not None and row.days.earliest == row.days.latest
        told = safe(f"{row.speaker}: " if row.speaker else "", "bold").append_text(safe(row.words))
        told.append(" ").append_text(cites([row.cite]))
        table.add_row(" " if exact else "~", safe(row.days.words()), told)
    emit_or_print(value, [table], as_json=as_json)


def _within(row: Row, first: date | None, last: date | None) -> bool:
    """Whether a row may lie in the span: its day need not be known for certain."""
    after = first is None or row.days.over_by(first) is not Sure.YES
    before = last is None or row.days.begun_by(last) is not Sure.NO
    return after and before


def _cut(seen: Picture, rows: Iterable[Row]) -> Picture:
    """The picture of the rows that were asked for; inferences on them stay."""
    kept = {row.cite.id for row in rows}
    out = [s.id for s in seen.record.statements if s.id not in kept]
    return seen.without(out) if out else seen


def _row_value(row: Row) -> dict[str, Any]:
    return {
        "earliest": row.days.earliest.isoformat() if row.days.earliest else None,
        "latest": row.days.latest.isoformat() if row.days.latest else None,
        "wording": row.days.wording,
        "words": row.words,
        "speaker": row.speaker,
        "id": row.cite.id,
        "force": row.cite.force.value if row.cite.force else None,
        "inferred_by": row.cite.author,
    }


# -- a line of our own


def _seen_by(desk: Desk, board: Shown, audience: Audience) -> Cut[Shown]:
    """Rows that an audience may see: items of our house by their marks, all else is the line's."""
    ours_alone = len(board["parties"]) == 1
    marks: dict[str, Marking] = {}
    if board["line"] == house_line(desk):
        for item in items(desk):
            marks |= {step["ref"]: marking_of(item) for step in item["steps"]}
    usual = Marking.OWN if ours_alone else Marking.LINE
    seen = cut(audience, board["timeline"], lambda row: marks.get(row["ref"], usual))
    if audience is Audience.OWN or not ours_alone:
        return seen
    # Who did it, and where it stands in our logs, is for our own house.
    bare = tuple({**row, "ref": "", "case": "", "office": ""} for row in seen.shown)
    return Cut(shown=bare, withheld=seen.withheld)


def _live(
    board: Shown,
    seen: Cut[Shown],
    first: date | None,
    last: date | None,
    svg: Path | None,
    *,
    machines: bool,
    as_json: bool,
) -> None:
    rows = [
        row
        for row in seen.shown
        if (machines or not row["is_minor"]) and _in_span(row["time_s"], first, last)
    ]
    if svg is not None:
        _write(svg, draw(board, rows))
        emit_or_print(
            {"svg": str(svg), "rows": len(rows)}, [safe(f"drawn: {svg}")], as_json=as_json
        )
        return
    parts = list(_live_parts(board, rows))
    if seen.withheld:
        parts.append(withheld_words(seen.withheld))
    emit_or_print(rows, parts, as_json=as_json)


def _in_span(time_s: int | None, first: date | None, last: date | None) -> bool:
    if time_s is None:
        return True
    day = datetime.fromtimestamp(time_s, UTC).date()
    return (first is None or day >= first) and (last is None or day <= last)


def _live_parts(board: Shown, rows: list[Shown]) -> Iterator[RenderableType]:
    yield safe(board["title"] or board["line"], "bold").append(
        f"  {moment(board['now_s'])}", style="dim"
    )
    table = listing("Time (UTC)", "Entry", "By", "What", wide=3)
    day = ""
    for row in rows:
        told = moment(row["time_s"]) or "unreadable"
        today, _, clock = told.partition(" ")
        if today != day and clock:
            table.add_row(Text(today, style="bold"), "", "", "")
            day = today
        table.add_row(clock or told, row["ref"], safe(row["office"] or row["party"]), _what(row))
    yield table


def _what(row: Shown) -> Text:
    text = Text()
    if row["mark"] and row["mark"] != "ACTUAL":
        text.append(f"{row['mark']} ", style=MARK_STYLES.get(row["mark"], "bold"))
    if row["kind"] == "message.say":
        text.append(f"{clean(row['level'])} ", style="bold")
    style = "bold red" if row["what"].startswith("does not fit") else ""
    text.append_text(safe(row["what"], "dim" if row["is_minor"] else style))
    if row["case"] and row["case"] != row["ref"]:
        text.append(f" (in {row['case']})", style="dim")
    return text


def draw(board: Shown, rows: list[Shown]) -> str:
    """The rows as an SVG document: a lane for each party, a row for each entry, escaped."""
    lanes = [party["party"] for party in board["parties"]]
    width = LEFT_PX + LANE_PX * len(lanes)
    height = TOP_PX + ROW_PX * len(rows) + 20
    parts = [_svg_text(20, 36, board["title"] or board["line"], "t")]
    for number, party in enumerate(lanes):
        x = LEFT_PX + LANE_PX * number + 10
        parts.append(_svg_text(x, 68, party, "h"))
        parts.append(f'<path class="l" d="M{x} {TOP_PX - 10}V{height - 20}"/>')
    places: dict[str, tuple[int, int]] = {}
    joins: list[str] = []
    drawn: list[str] = []
    for number, row in enumerate(rows):
        x = LEFT_PX + LANE_PX * lanes.index(row["party"]) + 10
        y = TOP_PX + ROW_PX * number + 12
        places[row["ref"]] = (x, y)
        drawn += _svg_row(row, x, y)
        opened = places.get(row["case"])
        if opened not in {None, (x, y)}:
            assert opened is not None
            joins.append(f'<path class="c" d="M{opened[0]} {opened[1]}L{x} {y}"/>')
    # Lines that join a step to what it answers lie below the words.
    parts += [*joins, *drawn]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{_escaped(board['title'] or board['line'])}</title>\n<style>{STYLE}</style>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
    )


STYLE = (
    "text{font:13px sans-serif;fill:#1a2733;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".t{font:600 19px sans-serif}"
    ".h{font:600 14px sans-serif}"
    ".d{fill:#5b6b7a;font-size:12px}.l{stroke:#c8d2da;stroke-width:2}"
    ".c{stroke:#b9c7d2;fill:none;stroke-dasharray:3 3}.m{fill:#fff;stroke:#5b6b7a;stroke-width:2}"
    ".e{fill:#1f5f99}.x{fill:#b3261e}"
)


def _svg_row(row: Shown, x: int, y: int) -> list[str]:
    style = "x" if row["what"].startswith("does not fit") else "m" if row["is_minor"] else "e"
    words = clean(row["what"])
    if row["kind"] == "message.say":
        words = f"{row['level']} {row['mark']} {words}"
    short = words if len(words) <= LABEL_CHARS else f"{words[: LABEL_CHARS - 1]}…"
    whole = f"<title>{_escaped(words)}</title>"
    return [
        _svg_text(16, y + 4, moment(row["time_s"]) or "unreadable", "d"),
        f'<circle class="{style}" cx="{x}" cy="{y}" r="6">{whole}</circle>',
        _svg_text(x + 14, y - 2, short, ""),
        _svg_text(x + 14, y + 14, f"{row['ref']} {row['office']}", "d"),
    ]


def _svg_text(x: int, y: int, text: str, style: str) -> str:
    return f'<text x="{x}" y="{y}" class="{style}">{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return html.escape(clean(text).replace("\n", " "))


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(epilog=EXAMPLES)(timeline)

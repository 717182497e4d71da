"""Warnings: read navigational warnings from files, list and show them, say what was not read."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli.frame import JsonOption
from tieline.cli.look import counted, examples, facts, safe, table, tell, when
from tieline.errors import RefusedError, UsageError
from tieline.feeds.warnings import NavWarning, read_file, read_warning
from tieline.feeds.warnings.asking import holds_between, is_near, windows
from tieline.feeds.warnings.limits import FILE_BYTES_MAX
from tieline.feeds.warnings.model import Part
from tieline.feeds.warnings.showing import to_geojson, to_json
from tieline.space.geodesy import NM_M
from tieline.space.reading import Style, read_position
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape, corners
from tieline.space.window import Interval, Span, TimeOfDay
from tieline.space.writing import write_position
from tieline.words import shown

DAY_MS = 86_400_000
group = typer.Typer(help="Read navigational warnings as published, from files.")

Files = Annotated[
    list[Path], typer.Argument(help="JSON, XML or plain text, packed by gzip or not.")
]
OnOption = Annotated[str, typer.Option("--on", metavar="DAY", help="Only what holds on this day.")]
NearOption = Annotated[
    str, typer.Option("--near", metavar="POSITION", help="Only what lies near this position.")
]
WithinOption = Annotated[
    float, typer.Option("--within", metavar="NM", help="How near, in nautical miles.")
]
UnreadOption = Annotated[bool, typer.Option("--unread", help="Only what could not be read.")]
GeojsonOption = Annotated[
    Path | None, typer.Option("--geojson", metavar="OUT", help="Write the places to this file.")
]


def read(
    files: Files,
    *,
    on: OnOption = "",
    near: NearOption = "",
    within: WithinOption = 30.0,
    unread: UnreadOption = False,
    geojson: GeojsonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files and say how much was read, and why the rest was not.

    Lines between positions are taken as rhumb lines, and miles as nautical miles.
    """
    found = _chosen(files, on, near, within, unread=unread)
    _write_geojson(geojson, found)
    left = [one for one in found if one.unread]
    parts = sum(len(one.parts) for one in found)
    lines: list[RenderableType] = [
        safe(
            f"{counted(len(found), 'warning')}, {counted(parts, 'place')} read, "
            f"{counted(len(left), 'warning')} with something unread"
        )
    ]
    if unread:
        lines.append(_unread_table(left))
    tell([to_json(one) for one in found], *lines, as_json=as_json)


def list_(
    files: Files,
    *,
    on: OnOption = "",
    near: NearOption = "",
    within: WithinOption = 30.0,
    unread: UnreadOption = False,
    geojson: GeojsonOption = None,
    as_json: JsonOption = False,
) -> None:
    """List warnings, one to a line: what about, where, how much was read."""
    found = _chosen(files, on, near, within, unread=unread)
    _write_geojson(geojson, found)
    rows = table("warning", "about", "where", "read", "unread", "ends")
    for one in found:
        rows.add_row(
            safe(one.name),
            safe(str(one.kind)),
            safe(", ".join(one.areas[:2])),
            str(len(one.parts)),
            safe(str(len(one.unread) or ""), "yellow"),
            safe(_ends(one)),
        )
    tell([to_json(one) for one in found], rows, as_json=as_json)


def show(
    name: Annotated[str, typer.Argument(help='Such as "HYDROLANT 603/23".')],
    files: Files,
    as_json: JsonOption = False,
) -> None:
    """Show one warning: its text, and below it what was read and what was not."""
    wanted = " ".join(name.upper().split())
    found = [one for one in _all(files) if one.name == wanted]
    if not found:
        raise RefusedError(
            f'no warning "{shown(name)}" in these files', advice="List them: tieline warnings list."
        )
    lines: list[RenderableType] = []
    for one in found:
        lines += _shown(one)
    tell([to_json(one) for one in found], *lines, as_json=as_json)


def stats(files: Files, as_json: JsonOption = False) -> None:
    """Count what was read by kind and phrase, and what was not by reason."""
    found = _all(files)
    kinds = Counter(str(one.kind) for one in found)
    phrases = Counter(str(part.phrase) for one in found for part in one.parts)
    reasons = Counter(f"{left.about}: {left.reason}" for one in found for left in one.unread)
    value = {
        "warnings": len(found),
        "nothing_unread": sum(not one.unread for one in found),
        "kinds": dict(kinds.most_common()),
        "phrases": dict(phrases.most_common()),
        "unread": dict(reasons.most_common()),
    }
    rows = table("", "number")
    for title, counts in (("about", kinds), ("place", phrases), ("unread", reasons)):
        for words, count in counts.most_common():
            rows.add_row(safe(title, "dim"), str(count), safe(words))
    rows.add_column("", overflow="fold")
    head = f"{counted(len(found), 'warning')}, {value['nothing_unread']} with nothing unread"
    tell(value, safe(head), rows, as_json=as_json)


def _all(files: list[Path]) -> list[NavWarning]:
    return [read_warning(raw) for path in files for raw in read_file(_bytes(path))]


def _bytes(path: Path) -> bytes:
    try:
        with path.expanduser().open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _chosen(
    files: list[Path], on: str, near: str, within: float, *, unread: bool
) -> list[NavWarning]:
    found = _all(files)
    if on:
        start = _day_ms(on)
        found = [one for one in found if holds_between(one, start, start + DAY_MS)]
    if near:
        at = read_position(near).at
        found = [one for one in found if is_near(one, at, within * NM_M)]
    return [one for one in found if one.unread] if unread else found


def _day_ms(text: str) -> int:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no day; write 2023-04-21') from None
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _write_geojson(path: Path | None, found: list[NavWarning]) -> None:
    if path is None:
        return
    try:
        path.expanduser().write_text(json.dumps(to_geojson(found), ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _ends(one: NavWarning) -> str:
    return when(one.cancelled_ms // 1000) if one.cancelled_ms is not None else ""


def _unread_table(found: list[NavWarning]) -> RenderableType:
    rows = table("warning", "what", "words", "why")
    for one in found:
        for left in one.unread:
            rows.add_row(
                safe(f"{one.name}  {left.label}".strip()),
                safe(str(left.about)),
                safe(left.text[-60:]),
                safe(left.reason, "yellow"),
            )
    return rows


def _shown(one: NavWarning) -> list[RenderableType]:
    issued = when(one.raw.issued_ms // 1000) if one.raw.issued_ms else "not given"
    lines: list[RenderableType] = [
        safe(one.name, "bold"),
        safe(one.raw.text.strip()),
        facts(
            ("about", str(one.kind)),
            ("issued", issued),
            ("ends by its own words", _ends(one) or "no"),
            ("cancels", ", ".join(ref.name for ref in one.cancels) or "nothing"),
        ),
    ]
    rows = table("part", "place", "when", "keep off")
    for part in one.parts:
        rows.add_row(
            safe(part.label), safe(_place(part)), safe(_times(part, one)), safe(_off(part))
        )
    lines += [rows, safe("Not read:", "bold"), _unread_table([one])] if one.unread else [rows]
    return lines


def _off(part: Part) -> str:
    return "" if part.keep_off_m is None else f"{part.keep_off_m / NM_M:g} nm"


def _place(part: Part) -> str:
    vague = " (in vicinity)" if part.is_vague else ""
    return f"{_shape(part.shape)}{vague}"


def _shape(shape: Shape) -> str:
    first = write_position(corners(shape)[0], Style.WARNING)
    match shape:
        case Point():
            return first
        case Circle(radius_m=radius):
            return f"within {radius / NM_M:g} nm of {first}"
        case Corridor(points=points, half_width_m=half):
            beside = f"within {half / NM_M:.2f} nm of a " if half else ""
            return f"{beside}line of {len(points)} positions from {first}"
        case Polygon(ring=ring):
            return f"area of {len(ring)} corners from {first}"


def _times(part: Part, one: NavWarning) -> str:
    if not part.is_timed:
        return "not read; taken as long as in force"
    if part.window is None:
        return "as long as in force"
    return "; ".join(_span(span) for window in windows(part, one) for span in window.spans)


def _span(span: Span) -> str:
    if isinstance(span, Interval):
        end = "until cancelled" if span.end_ms is None else f"to {when(span.end_ms // 1000)}"
        return f"{when(span.start_ms // 1000)} {end}"
    days = f"{span.first} to {span.last or 'until cancelled'}"
    return f"{_clock(span.since)} to {_clock(span.to)} daily, {days}"


def _clock(time: TimeOfDay) -> str:
    return str(time.sun) if time.sun else f"{time.minute // 60:02d}{time.minute % 60:02d}Z"


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    group.command(
        epilog=examples(
            "tieline warnings read navwarnings.json",
            "tieline warnings read warnings.xml.gz --unread",
            'tieline warnings read in.txt --near "46-24N 030-54E" --within 20 --geojson out.json',
        )
    )(read)
    group.command("list", epilog=examples("tieline warnings list in.json --on 2023-04-21"))(list_)
    group.command(epilog=examples('tieline warnings show "HYDROLANT 603/23" in.json'))(show)
    group.command(epilog=examples("tieline warnings stats navwarnings.json --json"))(stats)
    app.add_typer(group, name="warnings")

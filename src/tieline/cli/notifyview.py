"""How notifications look on a terminal: lists, and one with who has it and who knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, line_for
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.look import examples, facts, safe
from tieline.cli.notifyfileview import file_parts
from tieline.cli.notifyhandview import gap_count, no_node, no_node_parts
from tieline.cli.notifyparts import (
    KeyArgument,
    LinesOption,
    SureOption,
    ask_doubts,
    found_on,
    noticing_lines,
    title_of,
)
from tieline.cli.paint import badge, indented, listing, moment
from tieline.cli.said import emit_or_print
from tieline.desk.placing import Doubts, length_m
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.record.strict import Fields
from tieline.space.body import read_volumes, write_position
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, Point, Polygon, corners
from tieline.space.volume import Volume
from tieline.space.window import Interval
from tieline.space.writing import write_position as position_text
from tieline.state.standing import NOTICES

FAR_M = 500
"""From here on a read-back that differs is shown in red, in metres."""
CORNERS_SHOWN = 6
MATCHES_SHOWN = 5
StandingOption = Annotated[bool, typer.Option("--standing", help="Only what is not over.")]
KindOption = Annotated[str, typer.Option("--kind", help=f"Only one: {', '.join(NOTICES)}.")]
WithinOption = Annotated[str, typer.Option("--within", metavar="LENGTH", help="10nm, 20km.")]


def _lines(desk: Desk, line: str) -> list[str]:
    return [line_for(desk, line)] if line else noticing_lines(desk)


def _gathered(desk: Desk, line: str, verb: str, **args: Any) -> list[Shown]:
    """What every line, or the one named, answers; each with the title of its line."""
    found: list[Shown] = []
    for each in _lines(desk, line):
        told = desk.client.call(verb, line=each, **args)
        assert isinstance(told, list)
        title = title_of(desk, each)
        found += [
            {"line": each, "line_title": title, **one} for one in told if isinstance(one, dict)
        ]
    return found


def listed(
    *,
    kind: KindOption = "",
    standing: StandingOption = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every notification of every line: how it stands, and with whom; the newest step first."""
    with desk_at(home) as desk:
        found = _gathered(desk, line, "notices", procedure=kind)
        found = [one for one in found if not (standing and one["is_over"])]
        found.sort(key=lambda one: -int(one["newest_s"]))
        _add_no_node(desk, found)
        emit_or_print(found, list(_table(found)), as_json=as_json)


def _add_no_node(desk: Desk, found: list[Shown]) -> None:
    """Beside each notification, who was told of it without a node."""
    told = no_node(desk, [(str(one["line"]), one) for one in found])
    for one in found:
        one["no_node"] = told.get((str(one["line"]), str(one["key"])), [])


def on_day(
    day: Annotated[str, typer.Argument(metavar="DAY", help="A day, UTC: 2026-12-01.")],
    *,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What stands on a day, at what hours (UTC)."""
    try:
        start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    except ValueError:
        raise UsageError(f"{day[:40]!r} is no day; write 2026-12-01") from None
    start_ms = int(start.timestamp()) * 1000
    end_ms = start_ms + int(timedelta(days=1).total_seconds()) * 1000
    with desk_at(home) as desk:
        found = _gathered(desk, line, "notices.on", start_ms=start_ms, end_ms=end_ms)
        emit_or_print(found, list(_table(found, _hours)), as_json=as_json)


def near(
    position: Annotated[str, typer.Argument(metavar="POSITION", help="In any usual style.")],
    *,
    within: WithinOption = "50nm",
    sure: SureOption = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What stands near a position, nearest first. That nothing is found clears nothing."""
    doubts = Doubts()
    at = doubts.of(position)
    ask_doubts(doubts, sure=sure)
    with desk_at(home) as desk:
        args: Shown = {"at": dict(write_position(at)), "within_m": length_m(within)}
        found = _gathered(desk, line, "notices.near", **args)
        found.sort(key=lambda one: int(one["apart_m"]))
        emit_or_print(found, list(_table(found, _away)), as_json=as_json)


def _hours(one: Shown) -> str:
    clock = [[datetime.fromtimestamp(t / 1000, UTC) for t in span] for span in one["times"][:4]]
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in clock)


def _away(one: Shown) -> str:
    return f"{one['apart_m'] / 1000:.1f} km"


def _table(found: list[Shown], extra: Any = None) -> Iterator[RenderableType]:
    if not found:
        yield Text("None found among the notifications held here.", style="dim")
        return
    many = len({one["line"] for one in found}) > 1
    heads = ["Key", *(["Line"] if many else []), "Kind"]
    table = listing(*heads, "What it is, and how it stands", "When" if extra else "Newest",
                    wide=len(heads))  # fmt: skip
    for one in found:
        told = safe(one["title"] or one["key"], "dim" if one["is_over"] else "bold")
        told.append_text(safe(f"\n{one['words']}", "dim"))
        for flag in one["flags"]:
            told.append_text(safe(f"\n! {flag}", "yellow"))
        if one["gaps"]:
            told.append_text(safe(f"\n{one['gaps']} unit(s) not confirmed", "bold yellow"))
        if one.get("no_node"):
            told.append_text(safe(f"\n{gap_count(one)}", "yellow"))
        cells = [safe(one["key"], "bold"), *([safe(one["line_title"])] if many else [])]
        last = extra(one) if extra else moment(one["newest_s"])[:16]
        table.add_row(*cells, safe(one["procedure"]), told, safe(last))
    yield table


def show(
    key: KeyArgument,
    *,
    lines: LinesOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One notification on every line that has it: who holds, opened, took and confirmed it."""
    with desk_at(home) as desk:
        found = found_on(desk, lines, key)
        value = [
            {"line": line, "line_title": title_of(desk, line), **one} for line, one in found.items()
        ]
        _add_no_node(desk, value)
        parts: list[RenderableType] = []
        for one in value:
            parts += _shown(one, desk.card.handle)
        emit_or_print(value, parts, as_json=as_json)


def _shown(one: Shown, own: str) -> Iterator[RenderableType]:
    head = badge(one["level"], one["mark"], [one["level"]])
    yield head.append("  ").append_text(safe(f"{one['procedure']}: {one['title']}", "bold"))
    rows: list[tuple[str, RenderableType]] = [
        ("line", safe(one["line_title"])),
        ("key", safe(one["key"])),
        ("entry", safe(one["ref"])),
        ("notified by", safe(f"{one['opened_by']}, {moment(one['opened_s'])}")),
        ("stands", safe(one["words"], "dim" if one["is_over"] else "bold")),
    ]
    if one["due_ms"] is not None:
        rows.append(("overdue after", safe(moment(one["due_ms"] // 1000))))
    if len(one["wordings"]) > 1:
        rows.append(("wordings", safe(", ".join(one["wordings"]))))
    yield facts(*rows)
    for flag in [*one["flags"], *(["two wordings crossed; both stand"] if one["crossed"] else [])]:
        yield safe(f"! {flag}", "yellow")
    yield from _body(one["body"])
    yield from file_parts(one)
    others = [r for r in one["receivers"] if r["party"] != one["opened_by"].partition("/")[0]]
    if others:
        yield Text("Who has it", style="bold")
    for each in others:
        yield indented(_receiver(each, own))
    yield from no_node_parts(one)
    yield from _units(one)
    yield from _readbacks(one)
    for each in one["replies"]:
        yield Text("Reply ", style="bold").append_text(
            safe(f"({each['label'].upper()}) {each['party']}: “{each['words']}”", "")
        )
    yield from matches_lines(one)
    yield from _known(one)
    yield Text("What was said", style="bold")
    for did in one["history"]:
        head_ = f"{moment(did['time_s'])}  {did['ref']}  {did['office']}: {did['what']}"
        yield indented(safe(head_))
        yield from _said(did)


def _receiver(each: Shown, own: str) -> Text:
    steps = [
        ("held by their system", each["held_s"]) if each["party"] != own else ("held here", None),
        ("opened", each["opened_s"]),
    ]
    told = Text(f"{each['party']}: ", style="bold").append_text(safe(each["words"]))
    for words, time_s in steps:
        if words == "held here":
            continue
        told.append_text(
            safe(
                f"; {words} {moment(time_s)}" if time_s is not None else f"; not {words} yet", "dim"
            )
        )
    return told


def _units(one: Shown) -> Iterator[RenderableType]:
    if one["units"]:
        yield Text("Units that must know", style="bold")
    for unit in one["units"]:
        good = unit["state"] == "confirmed" and not unit["earlier"]
        words = f"{unit['party']} {unit['unit']}: {unit['state']}"
        words += " (an earlier wording)" if unit["earlier"] else ""
        words += f", {moment(unit['time_s'])}" if unit["time_s"] is not None else ""
        yield indented(safe(words, "green" if good else "bold yellow"))


def _readbacks(one: Shown) -> Iterator[RenderableType]:
    for back in one["readbacks"]:
        yield Text(f"Read back by {back['party']} ", style="bold").append_text(
            safe(back["place"], "dim")
        )
        for number, read in enumerate(back["read"]):
            away = back["apart_m"][number] if number < len(back["apart_m"]) else None
            sent = back["sent"][number] if number < len(back["sent"]) else None
            words = f"sent {_at(sent)}, read {_at(read)}: "
            words += f"{away} m apart" if away is not None else "nothing to compare"
            yield indented(safe(words, "bold red" if (away or 0) >= FAR_M else ""))
        if back["missing"]:
            yield indented(safe(f"{back['missing']} position(s) not read back", "bold yellow"))


def matches_lines(one: Shown) -> Iterator[RenderableType]:
    """Entries of the lists near to a stop, nearest first."""
    if one["procedure"] != "stop":
        return
    if not one["matches"]:
        yield safe("No entry of the lists has a place here; the call counts as much.", "dim")
    for each in one["matches"][:MATCHES_SHOWN]:
        old = ", NOT confirmed again by its day" if each["expired"] else ""
        words = f"{each['apart_m']} m: {each['procedure']} {each['key']} {each['title']}"
        yield indented(safe(f"{words} ({each['party']}, {each['state']}{old})"))
    more = len(one["matches"]) - MATCHES_SHOWN
    if more > 0:
        yield indented(safe(f"and {more} further away; --json tells all", "dim"))


def _known(one: Shown) -> Iterator[RenderableType]:
    if one["procedure"] == "stop":
        return
    refs = ", ".join(one["known"]) or "none"
    yield safe(f"Others' notifications that the notifier held when he filed it: {refs}", "dim")


def _said(did: Shown) -> Iterator[RenderableType]:
    body = did["body"]
    for name in ("why", "words", "note", "said", "what", "result", "unit", "state"):
        if isinstance(body.get(name), str):
            yield indented(safe(f"{name}: {body[name]}", "dim"), 6)
    for text in body.get("texts") or ():
        yield indented(safe(f"[{text['lang']}] {text['text']}", "dim"), 6)


SKIPPED = frozenset({"key", "title", "volumes", "texts", "must_know", "attachments", "route"})


def _body(body: Shown) -> Iterator[RenderableType]:
    for name, value in body.items():
        if name in SKIPPED:
            continue
        yield indented(safe(f"{name.removesuffix('_ms').replace('_', ' ')}: {_value(name, value)}"))
    if "volumes" in body:
        for volume in read_volumes(Fields({"volumes": body["volumes"]})):
            yield indented(safe(_volume(volume)))
    for stop in body.get("route") or ():
        at = f", {moment(stop['at_ms'] // 1000)}" if "at_ms" in stop else ""
        yield indented(safe(f"waypoint {_at(stop)} {stop.get('name', '')}{at}"))
    for number, each in enumerate(body.get("attachments") or (), start=1):
        yield indented(safe(f"attachment {number}: {each['name']}, {each['length']} bytes"))


def _value(name: str, value: Any) -> str:
    if name.endswith("_ms") and isinstance(value, int):
        return moment(value // 1000)
    if isinstance(value, dict) and "lat_e7" in value:
        return _at(value)
    if isinstance(value, list):
        return "; ".join(v if isinstance(v, str) else json.dumps(v) for v in value)
    return str(value)


def _at(at: Shown | None) -> str:
    """A position in two styles, so that whoever reads it has one that he did not type."""
    if at is None:
        return "nothing"
    place = Position(lat_e7=at["lat_e7"], lon_e7=at["lon_e7"])
    return f"{_text(place)} ({position_text(place, Style.DECIMAL)})"


def _text(at: Position) -> str:
    return position_text(at, Style.WARNING, digits=2)


def _volume(volume: Volume) -> str:
    shape, where = volume.shape, ""
    places = "; ".join(map(_text, corners(shape)[:CORNERS_SHOWN]))
    more = len(corners(shape)) - CORNERS_SHOWN
    places += f"; and {more} more" if more > 0 else ""
    match shape:
        case Point():
            where = f"at {places}"
        case Circle(radius_m=radius):
            where = f"within {radius / 1852:.1f} nm of {places}"
        case Corridor(half_width_m=half):
            where = f"within {half / 1852:.1f} nm of the line {places}"
        case Polygon(within_m=within):
            where = f"area {places}" + (f" and {within / 1852:.1f} nm around" if within else "")
    times = [
        f"{moment(span.start_ms // 1000)} to "
        f"{moment(span.end_ms // 1000) if span.end_ms is not None else 'until cancelled'}"
        if isinstance(span, Interval)
        else f"by a rule from {span.first} to {span.last or 'when cancelled'}"
        for span in volume.window.spans[:4]
    ]
    coarse = "; COARSE, no detail yet" if volume.coarse else ""
    return f"{where}; {', '.join(times)}{coarse}"


def register(app: typer.Typer) -> None:
    """Hang the views into the group."""
    app.command("list", epilog=examples("tieline notify list", "tieline notify list --kind site"))(
        listed
    )
    app.command("show", epilog=examples("tieline notify show gunnery-4"))(show)
    app.command("on", epilog=examples("tieline notify on 2026-12-01"))(on_day)
    app.command(
        "near", epilog=examples("tieline notify near '54-20N 012-10E' --within 20nm --json")
    )(near)

"""How warnings look: lists, one of them whole, what was not read, what an import brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from tieline.cli.look import ago, counted, facts, safe, table, when
from tieline.cli.warningsfrom import Found, Item
from tieline.feeds.keeping import Kept
from tieline.feeds.taking import Taken
from tieline.feeds.warnings import NavWarning
from tieline.feeds.warnings.asking import windows
from tieline.feeds.warnings.model import Part
from tieline.feeds.warnings.showing import iso, to_json
from tieline.papers.noticewords import band
from tieline.space.band import EVERYWHERE
from tieline.space.geodesy import NM_M
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape, corners
from tieline.space.window import Interval, Span, TimeOfDay
from tieline.space.writing import write_position

STALE_S = 86_400
"""After a day without an import warnings are likely to be missing: publishers send daily."""
TEXT_ROWS = 60


def value(found: Found) -> list[dict[str, Any]]:
    """What was chosen, for machines."""
    return [item_value(item) for item in found.items]


def item_value(item: Item) -> dict[str, Any]:
    """One warning for machines, with how it stands if the home keeps it."""
    kept = item.kept
    if kept is None:
        return to_json(item.warning)
    one = kept.standing
    return to_json(item.warning) | {
        "standing": {
            "over": iso(one.over_ms),
            "over_by": one.over_by,
            "discrepancies": list(one.doubts),
            "imported": iso(one.issue.taken_ms),
            "source": one.issue.source,
            "is_facts": one.issue.is_facts,
            "earlier_texts": [text.raw.text for text in kept.earlier],
        }
    }


def listed(found: Found) -> Iterator[RenderableType]:
    """One warning to a line."""
    rows = table("warning", "about", "where", "read", "unread", "ends")
    for item in found.items:
        one = item.warning
        odd = "  !" if item.kept is not None and item.kept.standing.doubts else ""
        rows.add_row(
            safe(f"{one.name}{odd}"),
            safe(str(one.kind)),
            safe(", ".join(one.areas[:2])),
            str(len(one.parts)),
            safe(str(len(one.unread) or ""), "yellow"),
            safe(_ends(item)),
        )
    yield rows
    yield from foot(found)


def _ends(item: Item) -> str:
    if item.kept is None:
        end_ms, by = item.warning.cancelled_ms, ""
    else:
        end_ms = item.kept.standing.over_ms
        by = item.kept.standing.over_by
    if end_ms is None:
        return ""
    names = f" by {by}" if any(c.isdigit() for c in by) else ""
    return f"{when(end_ms // 1000)}{names}"


def foot(found: Found) -> Iterator[RenderableType]:
    """Out of how many, and how old what is known is."""
    if found.imported_ms is None:
        return
    since_s = max(found.now_ms - found.imported_ms, 0) // 1000
    yield safe(f"{len(found.items)} of {counted(found.total, 'warning')} kept here.")
    yield safe(
        f"Last import {ago(since_s)}, {when(found.imported_ms // 1000)}; "
        "what was published since is not here.",
        "yellow" if since_s > STALE_S else "dim",
    )
    if any(item.kept is not None and item.kept.standing.doubts for item in found.items):
        yield safe("! a discrepancy: tieline warnings show NAME", "yellow")


def unread_table(found: list[NavWarning]) -> RenderableType:
    """What was not read, in whose words, and why."""
    rows = table("warning", "what", "words", "why")
    for one in found:
        for left in one.unread:
            rows.add_row(
                safe(f"{one.name}  {left.label}".strip()),
                safe(str(left.about)),
                safe(left.text[-TEXT_ROWS:]),
                safe(left.reason, "yellow"),
            )
    return rows


def pieces_table(found: Found) -> Iterator[RenderableType]:
    """Rows that are no warnings at all."""
    if found.pieces:
        yield safe("No warnings at all, and kept as text:", "bold")
        rows = table("file", "where", "words", "why")
        for piece in found.pieces:
            rows.add_row(
                safe(piece.source),
                safe(piece.where),
                safe(" ".join(piece.text.split())[:TEXT_ROWS]),
                safe(piece.reason, "yellow"),
            )
        yield rows


def taken_words(taken: Taken) -> str:
    """What an import brought, on a line."""
    words = [f"{taken.new} new"]
    words += [f"{taken.changed} with another text than before"] if taken.changed else []
    words += [f"{taken.known} known"] if taken.known else []
    words += [f"{counted(taken.cancelled, 'kept warning')} cancelled"] if taken.cancelled else []
    words += [f"{taken.unread} with something unread"] if taken.unread else []
    rows = counted(taken.left, "row that is no warning", "rows that are no warnings")
    words += [rows] if taken.left else []
    return ", ".join(words)


def whole(item: Item) -> Iterator[RenderableType]:
    """One warning: its text, and below it what was read and what was not."""
    one = item.warning
    issued = when(one.raw.issued_ms // 1000) if one.raw.issued_ms is not None else "not given"
    yield safe(one.name, "bold")
    yield safe(one.raw.text.strip() or "The published text is not here: these are facts of it.")
    end_ms = one.cancelled_ms
    yield facts(
        ("about", str(one.kind)),
        *((("where", ", ".join(one.areas)),) if not one.raw.text else ()),
        ("issued", issued),
        ("ends by its own words", when(end_ms // 1000) if end_ms is not None else "no"),
        ("cancels", ", ".join(ref.name for ref in one.cancels) or "nothing"),
        *(_standing(item.kept) if item.kept is not None else ()),
    )
    rows = table("part", "place", "when", "keep off")
    for part in one.parts:
        rows.add_row(
            safe(part.label), safe(_place(part)), safe(_times(part, one)), safe(_off(part))
        )
    yield rows
    if one.unread:
        yield safe("Not read:", "bold")
        yield unread_table([one])
    for earlier in item.kept.earlier if item.kept is not None else ():
        yield safe("An earlier text of the same name:", "bold")
        yield safe(earlier.raw.text.strip() or "facts only")


def _standing(kept: Kept) -> Iterator[tuple[str, RenderableType]]:
    one = kept.standing
    if one.over_ms is not None:
        yield "over", safe(f"{when(one.over_ms // 1000)}, by {one.over_by}", "yellow")
    yield "imported", f"{when(one.issue.taken_ms // 1000)}, {one.issue.source or 'no name'}"
    for doubt in one.doubts:
        yield "discrepancy", safe(doubt, "yellow")


def _off(part: Part) -> str:
    return "" if part.keep_off_m is None else f"{part.keep_off_m / NM_M:g} nm"


def _place(part: Part) -> str:
    vague = " (in vicinity)" if part.is_vague and part.band == EVERYWHERE else ""
    heights = "" if part.band == EVERYWHERE else f"; {band(part.band)}"
    return f"{_shape(part.shape)}{vague}{heights}"


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

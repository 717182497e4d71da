"""The drawn timeline: one standalone SVG, without scripts, links or fonts of its own.

What is not known is drawn as not known: an end that nobody gave fades out, a mark without any
day stands in a column of its own, and a value that rests on an inference is dashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from tieline.days import Days
from tieline.observer.lanes import Lane, Mark, Shape, lanes
from tieline.observer.layout import Placed, place, shorten, width_px
from tieline.observer.scale import Scale, scale_for
from tieline.observer.statement import FORCE_MEANING, Force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture

_NAME_PX: Final = 214.0
_PAD_PX: Final = 22.0
_UNDATED_PX: Final = 400.0
_LABEL_PX: Final = 460.0
_TOP_PX: Final = 92.0
_TRACK_PX: Final = 24.0
_ROW_PX: Final = 27.0
_GROUP_PX: Final = 28.0
_FADE_PX: Final = 56.0
_LEGEND_PX: Final = 216.0
_AXIS_MIN_PX: Final = 420.0
# Room after the last year, so that its labels stay on the right of their marks.
_AFTER_PX: Final = 190.0
_SIZE: Final = 11.5
_SMALL: Final = 9.0

_INK: Final = "#22303c"
_FAINT: Final = "#6b7783"
_COLOURS: Final = {
    Shape.FOUNDED: "#5b6770",
    Shape.PLANNED: "#1f5f8b",
    Shape.HELD: "#1f5f8b",
    Shape.MET: "#6a4c93",
    Shape.SOUGHT: "#6a4c93",
    Shape.BROKEN: "#b3323f",
    Shape.RESTORED: "#2b7a4b",
    Shape.CONDITION: "#a0661a",
    Shape.STAGE: "#0f6e73",
    Shape.HOLDER: "#44607a",
    Shape.VACANT: "#8a949c",
    Shape.PROMISE: "#8a5a00",
}
_STYLE: Final = (
    "text{font-family:system-ui,'Segoe UI','Helvetica Neue','Noto Sans','DejaVu Sans',sans-serif;"
    f"fill:{_INK}}}.s{{font-size:{_SMALL}px;fill:{_FAINT}}}.l{{font-size:{_SIZE}px}}"
    ".i{font-style:italic}.h{font-size:12px;font-weight:600;letter-spacing:.04em}"
    ".n{font-size:12px;font-weight:600}.y{font-size:12px;fill:#4a5661}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    scale: Scale
    undated_px: float
    width_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A mark on the axis: its bar, and where marker and leader stand."""

    mark: Mark
    left_px: float
    right_px: float
    anchor_px: float
    track: int


def render_svg(picture: Picture, *, title: str = "Timeline") -> str:
    """Draw the picture as an SVG document; the text is escaped, the same picture same bytes."""
    found = lanes(picture)
    axis_px = _NAME_PX + _PAD_PX
    scale = scale_for(_days_of(found), axis_px)
    undated = max(scale.end_px, axis_px + _AXIS_MIN_PX) + _AFTER_PX
    frame = _Frame(scale=scale, undated_px=undated, width_px=undated + _UNDATED_PX)
    body: list[str] = []
    at, group = _TOP_PX, ""
    for number, lane in enumerate(found):
        if lane.group != group:
            group = lane.group
            body.append(_text(16, at + 19, group.upper(), "h"))
            at += _GROUP_PX
        drawn, height = _lane(lane, frame, at, odd=number % 2 == 1)
        body.append(drawn)
        at += height
    parts = [*_axis(frame, at), *body, *_legend(at + 12)]
    return _document(title, parts, frame.width_px, at + _LEGEND_PX)


def _document(title: str, parts: Iterable[str], width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n<defs>{_gradients()}</defs>\n"
        f'<rect width="100%" height="100%" fill="#fbfaf7"/>\n'
        f'<text x="16" y="34" font-size="19" font-weight="600">{_safe(title)}</text>\n'
        + _text(
            16, 54, "As reported. Faded: not given by any report. Dashed, italic: inferred.", "l"
        )
        + "\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _gradients() -> str:
    stops = []
    for shape, colour in _COLOURS.items():
        for name, first, last in (("in", 0, 1), ("out", 1, 0)):
            stops.append(
                f'<linearGradient id="{shape.name.lower()}-{name}">'
                f'<stop offset="0" stop-color="{colour}" stop-opacity="{first}"/>'
                f'<stop offset="1" stop-color="{colour}" stop-opacity="{last}"/></linearGradient>'
            )
    return "".join(stops)


def _days_of(found: Iterable[Lane]) -> Iterator[date]:
    for lane in found:
        for mark in lane.marks:
            for days in (mark.days, mark.until or Days()):
                yield from {day for day in (days.earliest, days.latest) if day}


def _axis(frame: _Frame, bottom: float) -> Iterator[str]:
    for span in frame.scale.spans:
        middle = (span.start_px + span.end_px) / 2
        if span.folded:
            yield _rect((span.start_px, span.end_px), (_TOP_PX - 20, bottom), "#eceae3")
        yield _text(middle, _TOP_PX - 6, span.label, "s" if span.folded else "y", "middle")
        for edge in (span.start_px, span.end_px):
            yield _line((edge, _TOP_PX - 18), (edge, bottom), "#dcd9cf")
    yield _text(frame.undated_px + 8, _TOP_PX - 6, "day not known", "y")
    edge = frame.undated_px - 8
    yield _line((edge, _TOP_PX - 18), (edge, bottom), "#b9b5a8")


def _lane(lane: Lane, frame: _Frame, top: float, *, odd: bool) -> tuple[str, float]:
    dated = [mark for mark in lane.marks if mark.days.known]
    undated = [mark for mark in lane.marks if not mark.days.known]
    boxes = _boxes(dated, frame.scale)
    labels = [_label(mark, _LABEL_PX) for mark in dated]
    widths = [max(width_px(a, _SIZE), width_px(b, _SMALL)) + 4 for a, b in labels]
    spots = place([box.anchor_px for box in boxes], widths, frame.undated_px - 16)
    tracks = max((box.track for box in boxes), default=-1) + 1
    rows = max((spot.row for spot in spots), default=-1) + 1
    names = _wrapped(lane.name, _NAME_PX - 24)
    height = 14 + max(
        tracks * _TRACK_PX + rows * _ROW_PX, len(undated) * (_ROW_PX + 2), len(names) * 16 + 4
    )
    parts = [_rect((0, frame.width_px), (top, top + height), "#ffffff" if odd else "#f4f2ec", 0.75)]
    parts += [_text(16, top + 21 + 16 * n, line, "n") for n, line in enumerate(names)]
    label_top = top + 8 + tracks * _TRACK_PX
    for box, spot in zip(boxes, spots, strict=True):
        parts.append(_leader(box, spot, top, label_top))
    for box, spot, label in zip(boxes, spots, labels, strict=True):
        parts.append(_drawn(box, spot, label, frame.scale, (top, label_top)))
    for number, mark in enumerate(undated):
        parts.append(_undated(mark, frame.undated_px + 8, top + 18 + number * (_ROW_PX + 2)))
    return "\n".join(parts), height


def _boxes(marks: Sequence[Mark], scale: Scale) -> list[_Box]:
    """Bars and markers from left to right, on as many tracks as they need."""
    ends: list[float] = []
    boxes: dict[int, _Box] = {}
    for n in sorted(range(len(marks)), key=lambda n: marks[n].days.sort_key()):
        mark = marks[n]
        left, right, anchor = _extent(mark, scale)
        track = next((t for t, end in enumerate(ends) if end + 4 <= left), len(ends))
        ends[track:] = [right, *ends[track + 1 :]]
        boxes[n] = _Box(mark=mark, left_px=left, right_px=right, anchor_px=anchor, track=track)
    return [boxes[n] for n in range(len(marks))]


def _extent(mark: Mark, scale: Scale) -> tuple[float, float, float]:
    first, last = mark.days.earliest, mark.days.latest
    left = scale.at(first) if first else scale.at(last, end=True) - _FADE_PX if last else 0.0
    right = scale.at(last, end=True) if last else left + _FADE_PX
    if first is None:
        anchor = right
    elif last is None:
        anchor = left
    else:
        anchor = (left + right) / 2
    if mark.until is not None:
        anchor = left if first else right
        end = mark.until.latest or mark.until.earliest
        right = max(right, scale.at(end, end=True)) if end else right + _FADE_PX
    return min(left, anchor - 7), max(right, anchor + 7), anchor


def _drawn(
    box: _Box, spot: Placed, label: tuple[str, str], scale: Scale, tops: tuple[float, float]
) -> str:
    top, label_top = tops
    y = top + 8 + box.track * _TRACK_PX + _TRACK_PX / 2
    mark = box.mark
    parts = [f"<g><title>{_safe(_full(mark))}</title>"]
    parts += _bar(box, y, scale)
    parts.append(_marker(mark.shape, box.anchor_px, y, inferred=_inferred(mark)))
    x = spot.left_px + 2
    text_y = label_top + spot.row * _ROW_PX + 12
    parts.append(_text(x, text_y, label[0], "l i" if _inferred(mark) else "l"))
    parts.append(_text(x, text_y + 10.5, label[1], "s"))
    return "".join(parts) + "</g>"


def _leader(box: _Box, spot: Placed, top: float, label_top: float) -> str:
    y = top + 8 + box.track * _TRACK_PX + _TRACK_PX / 2
    foot = label_top + spot.row * _ROW_PX + 23
    return _line((box.anchor_px, y), (box.anchor_px, foot), "#c3c8cc")


def _bar(box: _Box, y: float, scale: Scale) -> Iterator[str]:
    """A thin band where a point in time may lie, or a bar over what may have lasted."""
    days, until, shape = box.mark.days, box.mark.until, box.mark.shape
    if until is None:
        if days.earliest != days.latest:
            yield from _faded(box, (y - 2.5, y + 2.5), (box.anchor_px, box.anchor_px), 0.35)
        return
    sure = None
    if days.latest is not None:
        sure = scale.at(days.latest), scale.at(until.earliest or days.latest, end=True)
    if sure is None or sure[1] < sure[0]:
        colour = _COLOURS[shape]
        yield from _faded(box, (y - 5, y + 5), (box.right_px, box.left_px), 0.3)
        yield _line((box.left_px, y), (box.right_px, y), colour, dash="3 3")
        return
    yield from _faded(box, (y - 5, y + 5), sure, 0.6)


def _faded(
    box: _Box, down: tuple[float, float], sure: tuple[float, float], opacity: float
) -> Iterator[str]:
    """Rise to the days that are sure, and fade after them."""
    name = box.mark.shape.name.lower()
    sure_from, sure_to = sure
    if sure_from > sure_to:
        middle = (box.left_px + box.right_px) / 2
        sure_from = sure_to = middle
    spans = (
        (box.left_px, sure_from, f"url(#{name}-in)"),
        (sure_from, sure_to, _COLOURS[box.mark.shape]),
        (sure_to, box.right_px, f"url(#{name}-out)"),
    )
    for left, right, fill in spans:
        if right > left:
            yield _rect((left, right), down, fill, opacity)


def _undated(mark: Mark, x: float, y: float) -> str:
    first, second = _label(mark, _UNDATED_PX - 44)
    return (
        f"<g><title>{_safe(_full(mark))}</title>"
        + _marker(mark.shape, x + 6, y, inferred=_inferred(mark))
        + _text(x + 20, y + 1, first, "l i" if _inferred(mark) else "l")
        + _text(x + 20, y + 11.5, second, "s")
        + "</g>"
    )


def _marker(shape: Shape, x: float, y: float, *, inferred: bool) -> str:
    colour = _COLOURS[shape]
    hollow = shape in {Shape.PLANNED, Shape.SOUGHT, Shape.VACANT}
    fill = "#fbfaf7" if hollow else colour
    dash = ' stroke-dasharray="2.2 1.8"' if inferred else ""
    if inferred and not hollow:
        fill = "#fbfaf7"
    paint = f'fill="{fill}" stroke="{colour}" stroke-width="1.7"{dash}'
    if shape in {Shape.PLANNED, Shape.HELD, Shape.HOLDER, Shape.VACANT}:
        radius = 5.5 if shape in {Shape.PLANNED, Shape.HELD} else 4.2
        core = _core(x, y, colour) if inferred and not hollow else ""
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {paint}/>{core}'
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in _OUTLINES[shape])
    core = _core(x, y, colour) if inferred and not hollow else ""
    return f'<polygon points="{points}" {paint}/>{core}'


def _core(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>'


_DIAMOND: Final = ((0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0))
_OUTLINES: Final[dict[Shape, tuple[tuple[float, float], ...]]] = {
    Shape.FOUNDED: ((0, -6), (6, 5), (-6, 5)),
    Shape.MET: _DIAMOND,
    Shape.SOUGHT: _DIAMOND,
    Shape.BROKEN: ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    Shape.RESTORED: ((-5, -6), (6, 0), (-5, 6)),
    Shape.CONDITION: ((-5, -3.5), (5, -3.5), (5, 3.5), (-5, 3.5)),
    Shape.STAGE: ((0, -6.5), (6.2, -2), (3.8, 5.3), (-3.8, 5.3), (-6.2, -2)),
    Shape.PROMISE: ((-5, -6), (5, -6), (0, 6)),
}


def _label(mark: Mark, room: float) -> tuple[str, str]:
    cites = "; ".join(_short_cite(cite) for cite in mark.cites)
    return shorten(mark.words, room, _SIZE), shorten(cites, room, _SMALL)


def _short_cite(cite: Cite) -> str:
    return f"{cite.id} {cite.force.value if cite.force else 'inferred'}"


def _full(mark: Mark) -> str:
    until = f", until {mark.until.words()}" if mark.until is not None else ""
    cites = "; ".join(cite.words() for cite in mark.cites)
    return f"{mark.words}: {mark.days.words()}{until} [{cites}]"


def _inferred(mark: Mark) -> bool:
    return any(cite.inferred for cite in mark.cites)


def _legend(top: float) -> Iterator[str]:
    yield _text(16, top + 14, "MARKS", "h")
    for number, shape in enumerate(Shape):
        x, y = 24 + (number % 3) * 380.0, top + 34 + (number // 3) * 20
        yield _marker(shape, x, y - 4, inferred=False)
        yield _text(x + 14, y, shape.value, "l")
    yield _text(16, top + 128, "FORCE", "h")
    for number, force in enumerate(Force):
        x, y = 18 + (number % 3) * 380.0, top + 146 + (number // 3) * 18
        yield _text(x, y, f"{force.value}: {FORCE_MEANING[force]}", "l")


def _wrapped(text: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_px(joined, 12.5) <= room:
            lines[-1] = joined
        else:
            lines.append(shorten(word, room, 12.5))
    return lines


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}"{at}>{_safe(text)}</text>'


def _rect(
    across: tuple[float, float], down: tuple[float, float], fill: str, opacity: float = 1.0
) -> str:
    faint = "" if opacity == 1.0 else f' fill-opacity="{opacity}"'
    return (
        f'<rect x="{across[0]:.1f}" y="{down[0]:.1f}" width="{across[1] - across[0]:.1f}" '
        f'height="{down[1] - down[0]:.1f}" fill="{fill}"{faint}/>'
    )


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    path = f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
    return f'<path d="{path}" stroke="{colour}"{dashed}/>'


def _safe(text: str) -> str:
    """Escape, and replace the code points that XML 1.0 (section 2.2) does not allow."""
    allowed = (
        c
        if c == "\t" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else "\ufffd"
        for c in text
    )
    return escape("".join(allowed))

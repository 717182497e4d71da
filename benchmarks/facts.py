"""Facts of a warning in a few words, for comparing what was read with what a person wrote down."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tieline.feeds.warnings import NavWarning
from tieline.space.reading import Style
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape, corners
from tieline.space.window import Interval, Span, TimeOfDay, Window
from tieline.space.writing import write_position

FACTS = ("shapes", "times", "ends", "cancels")


def facts(warning: NavWarning) -> dict[str, list[str]]:
    """What was read: each kind of fact as a list of short words, in no order that matters."""
    return {
        "shapes": [shape_words(part.shape) for part in warning.parts],
        "times": [
            f"{shape_words(part.shape).split(' from')[0]}: {words}"
            for part in warning.parts
            for words in _window_words(part.window) + _keep_off(part.keep_off_m)
        ],
        "ends": [] if warning.cancelled_ms is None else [moment(warning.cancelled_ms)],
        "cancels": [ref.name for ref in warning.cancels],
    }


def shape_words(shape: Shape) -> str:
    first, last = (
        write_position(at, Style.WARNING) for at in (corners(shape)[0], corners(shape)[-1])
    )
    match shape:
        case Point():
            return f"point {first}"
        case Circle(radius_m=radius):
            return f"circle {radius} m {first}"
        case Corridor(points=points, half_width_m=half):
            return f"line {len(points)} within {half} m from {first} to {last}"
        case Polygon(ring=ring, within_m=within):
            return f"area {len(ring)} within {within} m from {first} to {last}"


def _keep_off(keep_off_m: int | None) -> list[str]:
    return [] if keep_off_m is None else [f"keep off {keep_off_m} m"]


def _window_words(window: Window | None) -> list[str]:
    return [] if window is None else [span_words(span) for span in window.spans]


def span_words(span: Span) -> str:
    if isinstance(span, Interval):
        end = "until cancelled" if span.end_ms is None else moment(span.end_ms)
        return f"{moment(span.start_ms)} to {end}"
    days = f"{span.first} to {span.last or 'until cancelled'}"
    on = f" on {','.join(str(day) for day in span.weekdays)}" if span.weekdays else ""
    return f"{_clock(span.since)} to {_clock(span.to)} {days}{on}"


def _clock(time: TimeOfDay) -> str:
    return str(time.sun) if time.sun else f"{time.minute // 60:02d}{time.minute % 60:02d}Z"


def moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H%MZ")


def score(read: dict[str, list[str]], label: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """For each kind of fact: right, read but not so, and missed."""
    result = {}
    for kind in FACTS:
        ours, theirs = Counter(read[kind]), Counter(label.get(kind, []))
        right = sum((ours & theirs).values())
        result[kind] = (right, sum(ours.values()) - right, sum(theirs.values()) - right)
    return result

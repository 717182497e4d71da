"""Handout map: the chart of one notification as a small drawing for paper, if it fits there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.files.chart import GRID, Area, Chart, Dot, Hatch, Label, Line, make_chart
from tieline.papers.noticepages import Mark, Sketch
from tieline.space.volume import Volume

POINTS_MAX: Final = 20_000
"""With more the file grows past what a slow line carries, and nobody sees more on paper."""


def sketch_of(name: str, volumes: Sequence[Volume]) -> Sketch | None:
    """A map of volumes under their numbers, or the name of the only one.

    None where there is nothing to draw, or too much for paper.
    """
    if not volumes:
        return None
    told = [
        Notified(
            key=str(number) if len(volumes) > 1 else name, party="", kind="", volumes=(volume,)
        )
        for number, volume in enumerate(volumes, start=1)
    ]
    chart = make_chart(told, [], title="", under="")
    if chart.left_out or sum(map(_count, chart.things)) > POINTS_MAX:
        return None
    left, top, width, height = chart.frame
    marks = [mark for thing in chart.things for mark in _marks(thing, chart)]
    moved = tuple(
        Mark(
            points=tuple((x - left, y - top) for x, y in mark.points),
            colour=mark.colour,
            fill=mark.fill,
            dot=mark.dot,
            width=mark.width,
            words=mark.words,
        )
        for mark in marks
    )
    return Sketch(width=width, height=height, marks=moved)


def _count(thing: object) -> int:
    match thing:
        case Area(rings=rings):
            return sum(map(len, rings))
        case Line(points=points):
            return len(points)
        case _:
            return 1


def _marks(thing: object, chart: Chart) -> list[Mark]:
    match thing:
        case Area(rings=rings, colour=colour, outlined=outlined):
            wide = 0.9 if outlined else 0.0
            return [Mark(points=r, colour=_rgb(colour), fill=True, width=wide) for r in rings]
        case Line(points=points, colour=colour):
            wide = 0.4 if colour == GRID else 1.1
            return [Mark(points=points, colour=_rgb(colour), width=wide)]
        case Dot(at=at, colour=colour) if _is_inside(at, chart):
            return [Mark(points=(at,), colour=_rgb(colour), dot=True)]
        case Label(at=at, words=words) if _is_inside(at, chart):
            return [Mark(points=(at,), colour=_rgb("#22303c"), words=words)]
        case Hatch() | _:
            return []


def _is_inside(at: tuple[float, float], chart: Chart) -> bool:
    """Not of the legend: there is one notification, and the paper says whose it is."""
    left, top, width, height = chart.frame
    return left <= at[0] <= left + width and top <= at[1] <= top + height


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue

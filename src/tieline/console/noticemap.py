"""Map of notifications inside a page: a small drawing beside a table that says the same and more.

The drawing carries no styles, scripts or links of its own, and each of its ids begins with the name
of its map, so that several stand on one page. Colours come from the style sheet by number, and
every shape bears its key: nothing is told by a colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from markupsafe import Markup

from tieline.console.wording import flat
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap
from tieline.errors import UsageError
from tieline.files.chart import ALARM, COLOURS, Area, Chart, Dot, Hatch, Label, Line, Rings, Thing
from tieline.files.chart import make_chart as chart_of
from tieline.observer.layout import width_px
from tieline.space.shape import corners

SHAPES_MAX: Final = 60
"""Most shapes of a map in a page; with more nobody sees anything."""
CORNERS_MAX: Final = 4_000
"""Most corners of all shapes together: a page stays small, and the node's loop free."""
LETTER: Final = 32.0
"""Height of letters for which room is left, in units of the drawing, as a telephone shows them."""
BOLD: Final = 1.15
"""How much wider bold letters are, in the mean."""
WORDS_MAX: Final = 24
"""Characters of a key beside its shape."""
SHIFTS: Final = (0.0, 1.1, -1.1, 2.2, -2.2, 3.3)
"""Heights of letters by which words give way to others."""
HATCH_STEP: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A drawing as markup, whose colours are which party, and what is not drawn, in words."""

    svg: Markup
    parties: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]


def make_map(
    notified: Sequence[Notified],
    overlaps: Iterable[Overlap] = (),
    *,
    name: str,
    title: str,
    alarm: str = "",
) -> Map | None:
    """A map of what has a place; None if nothing has one, or it cannot be drawn.

    ``name`` begins every id and is a plain word of ours; ``title`` is what a reader of screens
    hears; ``alarm`` is the key that stands out.
    """
    told, left_out = _few([one for one in notified if one.volumes])
    if not told:
        return None
    try:
        chart = chart_of(told, overlaps, title="", under="")
    except UsageError:
        return None
    parties = sorted({one.party for one in told})
    return Map(
        svg=Markup("").join(_drawn(chart, name, title, alarm)),
        parties=tuple((party, n % len(COLOURS)) for n, party in enumerate(parties)),
        left_out=(*left_out, *chart.left_out),
    )


def _few(notified: list[Notified]) -> tuple[list[Notified], list[str]]:
    """The first ones that can be drawn without a picture that nobody can read."""
    found: list[Notified] = []
    shapes = points = 0
    for one in notified:
        shapes += len(one.volumes)
        points += sum(len(corners(volume.shape)) for volume in one.volumes)
        if shapes > SHAPES_MAX or points > CORNERS_MAX:
            break
        found.append(one)
    left = len(notified) - len(found)
    return found, [f"{left} of {len(notified)} are not drawn: too much for one map"] if left else []


def _drawn(chart: Chart, name: str, title: str, alarm: str) -> Iterator[Markup]:
    left, top, wide, tall = chart.frame
    box = Markup("{:.0f} {:.0f} {:.0f} {:.0f}").format(left, top, wide, tall)
    yield Markup(
        '<svg class="map" viewBox="{}" role="img" aria-labelledby="{}-title">'
        '<title id="{}-title">{}</title><defs>'
        '<pattern id="{}-hatch" width="{}" height="{}" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="map-hatch" d="M0 0V{}"/></pattern></defs>'
    ).format(box, name, name, flat(title), name, HATCH_STEP, HATCH_STEP, HATCH_STEP)
    inside = [_trimmed(thing, chart) for thing in chart.things if _is_inside(thing, chart)]
    labels = [thing for thing in inside if isinstance(thing, Label)]
    for number, thing in enumerate(inside):
        yield from _shape(thing, f"{name}-{number}", name)
    yield from _words(labels, chart, alarm)
    yield Markup('<rect class="map-frame" x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}"/>'
                 "</svg>").format(left, top, wide, tall)  # fmt: skip


def _is_inside(thing: Thing, chart: Chart) -> bool:
    """The key of colours below the drawing is words of the page instead."""
    return not (
        isinstance(thing, Label | Dot) and thing.at[1] > chart.frame[1] + chart.frame[3] + 1
    )


def _trimmed(thing: Thing, chart: Chart) -> Thing:
    """A line of the grid without what lies far outside of the drawing."""
    if not isinstance(thing, Line) or thing.colour in COLOURS:
        return thing
    left, top, wide, tall = chart.frame
    beyond = 0.12 * max(wide, tall)
    kept = tuple(
        (x, y)
        for x, y in thing.points
        if left - beyond <= x <= left + wide + beyond and top - beyond <= y <= top + tall + beyond
    )
    return Line(points=kept, colour=thing.colour, width=thing.width)


def _colour(colour: str) -> str:
    return f"map-{COLOURS.index(colour)}" if colour in COLOURS else "map-grid"


def _shape(thing: Thing, own: str, name: str) -> Iterator[Markup]:
    match thing:
        case Area(rings=rings, colour=colour, outlined=outlined):
            line = "" if outlined else " map-soft"
            yield Markup('<path class="map-area {}{}" d="{}"/>').format(
                _colour(colour), line, _path(rings)
            )
        case Line(points=()):
            return
        case Line(points=points, colour=colour):
            told = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            yield Markup('<path class="map-line {}" d="M{}"/>').format(_colour(colour), told)
        case Dot(at=(x, y), colour=colour, cross=True) if colour == ALARM:
            yield Markup('<path class="map-cross" d="M{:.1f} {:.1f}l16 16m0 -16l-16 16"/>').format(
                x - 8, y - 8
            )
        case Dot(at=(x, y), colour=colour):
            yield Markup('<circle class="map-dot {}" cx="{:.1f}" cy="{:.1f}" r="7"/>').format(
                _colour(colour), x, y
            )
        case Hatch(first=first, second=second):
            yield Markup(
                '<clipPath id="{}"><path d="{}"/></clipPath>'
                '<path fill="url(#{}-hatch)" clip-path="url(#{})" d="{}"/>'
            ).format(own, _path(first), name, own, _path(second))
        case Label():
            return
        case _:
            assert_never(thing)


def _path(rings: Rings) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)


def _words(labels: list[Label], chart: Chart, alarm: str) -> Iterator[Markup]:
    """Words in letters that a telephone shows, each where no other stands; the grid's last."""
    left, _, wide, _ = chart.frame
    taken: list[tuple[float, float, float]] = []
    for label in sorted(labels, key=lambda one: (one.words != alarm, _STYLES.index(one.style))):
        words = label.words if len(label.words) <= WORDS_MAX else f"{label.words[:WORDS_MAX]}…"
        long = width_px(words, LETTER) * BOLD
        at_end = label.at[0] + long > left + wide - 6
        x = min(label.at[0], left + wide - 6) if at_end else max(label.at[0], left + 6)
        begin, end = (x - long, x) if at_end else (x, x + long)
        # Degrees stay at their line or are left out: elsewhere they would name another one.
        steps = (0.0,) if label.style == "small" else SHIFTS
        places = (label.at[1] + step * LETTER for step in steps)
        y = next((y for y in places if _is_free(y, begin, end, taken, chart)), None)
        if y is None:
            continue
        taken.append((begin, y, end))
        style = "alarm" if alarm and label.words == alarm else label.style
        kind = {"alarm": "map-alarm", "small": "map-degrees"}.get(style, "map-name")
        side = Markup(' text-anchor="end"') if at_end else Markup("")
        yield Markup('<text class="{}" x="{:.1f}" y="{:.1f}"{}>{}</text>').format(
            kind, x, y, side, flat(words)
        )


def _is_free(
    y: float, begin: float, end: float, taken: list[tuple[float, float, float]], chart: Chart
) -> bool:
    """Whether words fit into the drawing there, and no other words stand in the way."""
    _, top, _, tall = chart.frame
    return top + LETTER * 0.8 <= y <= top + tall - 3 and not any(
        abs(y - other) < LETTER and begin < last and first < end for first, other, last in taken
    )


_STYLES: Final = ("alarm", "name", "", "small")

"""Pictures of a chart: SVG written by ourselves, PNG drawn by Pillow, if it is installed."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, assert_never

from tieline.errors import UsageError
from tieline.files.chart import ALARM, Area, Chart, Dot, Hatch, Label, Line, Rings, Thing
from tieline.papers.drawing import FAINT, INK, PAPER, document, text

SCALE: Final = 2
"""Pixels of a PNG for one of the chart, so that small letters can be read."""
FILL: Final = 0.18
HATCH_STEP: Final = 7
NO_PILLOW: Final = "PNG pictures need Pillow"
INSTALL: Final = 'Install the papers: pip install "tieline[papers]"; or write --svg instead.'
DASHES: Final = {0x2013: "-", 0x2014: "-", 0x2212: "-"}
SIZES: Final = {"h": 18, "m": 12, "c": 11, "small": 9, "name": 11, "alarm": 11, "": 12}

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; the last two are not part of it."""


# -- SVG


def svg(chart: Chart, *, mark: str) -> str:
    """The chart as a standalone SVG, without scripts, links or fonts."""
    left, top, wide, tall = chart.frame
    parts = [
        (
            "<defs>"
            f'<clipPath id="map"><rect x="{left}" y="{top}" width="{wide}" height="{tall:.1f}"/>'
            "</clipPath>"
            f'<pattern id="hatch" width="{HATCH_STEP}" height="{HATCH_STEP}" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<path d="M0 0V{HATCH_STEP}" stroke="{ALARM}" stroke-width="2.4"/></pattern></defs>'
        ),
        (
            f"<style>.name{{font-size:11px;paint-order:stroke;stroke:{PAPER};stroke-width:3px}}"
            f".alarm{{font-size:11px;font-weight:700;fill:{ALARM};paint-order:stroke;"
            f"stroke:{PAPER};stroke-width:3px}}.small{{font-size:9px;fill:{FAINT}}}</style>"
        ),
        '<g clip-path="url(#map)">',
    ]
    outside = [thing for thing in chart.things if _is_outside(thing, chart)]
    for number, thing in enumerate(chart.things):
        if thing not in outside:
            parts += _svg(thing, number)
    parts.append("</g>")
    parts += [piece for thing in outside for piece in _svg(thing, 0)]
    parts.append(
        f'<rect x="{left}" y="{top}" width="{wide}" height="{tall:.1f}" fill="none" '
        f'stroke="{FAINT}"/>'
    )
    return document(
        parts,
        title=chart.title,
        under=chart.under,
        mark=mark,
        width=chart.width,
        height=chart.height,
    )


def _is_outside(thing: Thing, chart: Chart) -> bool:
    """Whether it belongs to the legend below the map."""
    return isinstance(thing, Label | Dot) and thing.at[1] > chart.frame[1] + chart.frame[3]


def _svg(thing: Thing, number: int) -> Iterator[str]:
    match thing:
        case Area(rings=rings, colour=colour, outlined=outlined):
            stroke = f'stroke="{colour}" stroke-width="1.3"' if outlined else ""
            yield (f'<path d="{_rings(rings)}" fill="{colour}" fill-opacity="{FILL}" {stroke}/>')
        case Line(points=points, colour=colour, width=width, dashed=dashed):
            dash = ' stroke-dasharray="5 4"' if dashed else ""
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'
        case Dot(at=(x, y), colour=colour, cross=False):
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        case Dot(at=(x, y), colour=colour):
            yield (
                f'<path d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10" stroke="{colour}" '
                'stroke-width="2.4"/>'
            )
        case Hatch(first=first, second=second):
            yield f'<clipPath id="c{number}"><path d="{_rings(first)}"/></clipPath>'
            yield (
                f'<path d="{_rings(second)}" fill="url(#hatch)" fill-opacity="0.75" '
                f'clip-path="url(#c{number})"/>'
            )
        case Label(at=(x, y), words=words, side=side, style=style):
            yield text(x, y, words, style, side)
        case _:
            assert_never(thing)


def _rings(rings: Rings) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)


# -- PNG


def png(chart: Chart, *, mark: str) -> bytes:
    """The chart as a PNG.

    Raises:
        UsageError: Pillow is not installed.
    """
    if find_spec("PIL") is None:
        raise UsageError(NO_PILLOW, advice=INSTALL)
    image_module, draw_module = import_module("PIL.Image"), import_module("PIL.ImageDraw")
    size = (round(chart.width * SCALE), round(chart.height * SCALE))
    image = image_module.new("RGB", size, PAPER)
    painter = _Painter(image, image_module, draw_module)
    for thing in chart.things:
        if not _is_outside(thing, chart):
            painter.paint(thing)
    painter.frame(chart)
    for thing in chart.things:
        if _is_outside(thing, chart):
            painter.paint(thing)
    painter.words((chart.width / 2, 18), mark, "m", "middle")
    painter.words((20, 46), chart.title, "h")
    painter.words((20, 66), chart.under, "c")
    painter.words((chart.width / 2, chart.height - 10), mark, "m", "middle")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class _Painter:
    def __init__(self, image: Any, image_module: Any, draw_module: Any) -> None:
        self._image, self._images, self._draws = image, image_module, draw_module
        self._draw = draw_module.Draw(image)
        self._fonts = import_module("PIL.ImageFont")

    def paint(self, thing: Thing) -> None:
        match thing:
            case Area(rings=rings, colour=colour, outlined=outlined):
                self._cover(rings, colour)
                if outlined:
                    for ring in rings:
                        self._line((*ring, ring[0]), colour, 1.3)
            case Line(points=points, colour=colour, width=width):
                self._line(points, colour, width)
            case Dot(at=(x, y), colour=colour, cross=False):
                box = [(x - 3.5) * SCALE, (y - 3.5) * SCALE, (x + 3.5) * SCALE, (y + 3.5) * SCALE]
                self._draw.ellipse(box, fill=colour)
            case Dot(at=(x, y), colour=colour):
                self._line(((x - 5, y - 5), (x + 5, y + 5)), colour, 2.4)
                self._line(((x - 5, y + 5), (x + 5, y - 5)), colour, 2.4)
            case Hatch(first=first, second=second):
                self._hatched(first, second)
            case Label(at=at, words=words, side=side, style=style):
                self.words(at, words, style, side)
            case _:
                assert_never(thing)

    def _cover(self, rings: Rings, colour: str) -> None:
        if len(rings) > 1:
            # Rings that lie over each other, as those of a corridor, are painted once.
            box = self._box(rings)
            if box[0] < box[2] and box[1] < box[3]:
                self._filled(self._mask(rings, box), box, colour, FILL)
            return
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        draw = self._draws.Draw(self._image, "RGBA")
        for ring in rings:
            points = [(x * SCALE, y * SCALE) for x, y in ring]
            draw.polygon(points, fill=(red, green, blue, round(255 * FILL)))

    def _mask(self, rings: Rings, box: Box) -> Any:
        left, top, right, bottom = box
        mask = self._images.new("L", (right - left, bottom - top), 0)
        draw = self._draws.Draw(mask)
        for ring in rings:
            draw.polygon([(x * SCALE - left, y * SCALE - top) for x, y in ring], fill=255)
        return mask

    def _box(self, rings: Rings) -> Box:
        """Pixels that rings reach, as far as the picture goes."""
        xs = [x * SCALE for ring in rings for x, _ in ring]
        ys = [y * SCALE for ring in rings for _, y in ring]
        wide, tall = self._image.size
        return (
            max(0, math.floor(min(xs))),
            max(0, math.floor(min(ys))),
            min(wide, math.ceil(max(xs)) + 1),
            min(tall, math.ceil(max(ys)) + 1),
        )

    def _filled(self, mask: Any, box: Box, colour: str, part: float) -> None:
        through = mask.point(lambda v: round(v * part))
        self._image.paste(colour, box, through)

    def _hatched(self, first: Rings, second: Rings) -> None:
        one, other = self._box(first), self._box(second)
        box = (
            max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]),
            min(one[3], other[3]),
        )  # fmt: skip
        wide, tall = box[2] - box[0], box[3] - box[1]
        if wide <= 0 or tall <= 0:
            return
        chops = import_module("PIL.ImageChops")
        stripes = self._images.new("L", (wide, tall), 0)
        draw = self._draws.Draw(stripes)
        for x in range(-tall, wide, HATCH_STEP * SCALE):
            draw.line([(x, tall), (x + tall, 0)], fill=255, width=SCALE * 2)
        both = chops.multiply(self._mask(first, box), self._mask(second, box))
        self._filled(chops.multiply(both, stripes), box, ALARM, 0.75)

    def _line(self, points: Iterable[tuple[float, float]], colour: str, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=max(round(width * SCALE), 1), joint="curve")

    def frame(self, chart: Chart) -> None:
        """Wipe what reaches beyond the map, and draw its edge."""
        left, top, wide, tall = (round(value * SCALE) for value in chart.frame)
        right, bottom = left + wide, top + tall
        width, height = self._image.size
        for box in (
            (0, 0, width, top), (0, bottom, width, height), (0, 0, left, height),
            (right, 0, width, height),
        ):  # fmt: skip
            self._draw.rectangle(box, fill=PAPER)
        self._draw.rectangle((left, top, right, bottom), outline=FAINT, width=SCALE)

    def words(
        self, at: tuple[float, float], words: str, style: str = "", side: str = "start"
    ) -> None:
        """One line; letters that the font lacks become boxes."""
        font = self._fonts.load_default(SIZES.get(style, 12) * SCALE)
        colour = {"alarm": ALARM, "small": FAINT}.get(style, INK)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[side]
        edge = 2 * SCALE if style in {"name", "alarm"} else 0
        self._draw.text(
            (at[0] * SCALE, at[1] * SCALE), safe_words(words), fill=colour, font=font,
            anchor=anchor, stroke_width=edge, stroke_fill=PAPER,
        )  # fmt: skip


def safe_words(words: str) -> str:
    """Words on one line; dashes that the font of pictures lacks become hyphens."""
    plain = "".join(c if c.isprintable() else " " for c in words.translate(DASHES))
    return " ".join(plain.split())

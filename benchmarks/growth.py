"""Growth: time and memory beside the number of pairs found, drawn from the numbers of a run.

    ./run bench overlaps --json numbers.json
    python benchmarks/growth.py numbers.json docs/deconfliction/growth.svg

Both scales are logarithmic: a line at the slope of the grey one grows as the pairs do.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from overlaps import BULK

WIDTH, HEIGHT = 1120, 520
TOP, BOTTOM = 96, 448
PANELS = ((66, 340), (600, 874))
"""Left and right end of the two drawings; names of lines stand to the right of each."""
LABEL_STEP = 15
INK, GREY, FAINT = "#22303c", "#6b7783", "#d5dade"
COLOURS = {
    "ours": "#0b5cad", "geodesic": "#0b5cad", "plain": "#6c9dc9", "tree": "#8a6d1f",
    "duck": "#8a3d6f", "postgis": "#4a6b3a", "geography": "#4a6b3a",
}  # fmt: skip
DASHED = {"geodesic", "geography"}
STYLE = (
    "text{font-family:system-ui,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif;fill:#22303c;"
    "font-size:12px}.h{font-size:18px;font-weight:600}.c{fill:#4a5661}.s{font-size:11px;"
    "fill:#6b7783}.n{font-weight:600}"
)
MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One engine: points of (pairs, value), in order."""

    engine: str
    points: list[tuple[float, float]]


def lines(values: dict[str, Any], what: str) -> tuple[list[Line], dict[int, int]]:
    """The lines of all engines, and how many pairs each number of volumes has."""
    found: dict[str, list[tuple[float, float]]] = {}
    sizes: dict[int, int] = {}
    for key, result in values.items():
        told = re.fullmatch(r"overlaps_([0-9]+)_([a-z]+)", key)
        if told is None or told[2] not in BULK:
            continue
        value = median(result["wall_s"]) if what == "s" else memory(result) / MIB
        pairs = max(result["pairs"], 1)
        found.setdefault(told[2], []).append((pairs, value))
        if told[2] == "ours":
            sizes[int(told[1])] = pairs
    return [Line(engine=name, points=sorted(points)) for name, points in found.items()], sizes


def memory(result: dict[str, Any]) -> float:
    return float(result["peak_bytes"] + max(result.get("server_bytes", [0])))


def scale(low: float, high: float, begin: float, end: float) -> Any:
    """From a value to a place, by its logarithm."""
    span = math.log10(high / low) or 1.0
    return lambda value: begin + (end - begin) * math.log10(value / low) / span


def decades(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [10.0**n for n in range(first, max(last, first + 1) + 1)]


def said(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def panel(drawn: list[Line], sizes: dict[int, int], left: int, right: int, title: str) -> list[str]:
    values = [value for line in drawn for _, value in line.points]
    steps = decades(min(values), max(values))
    x = scale(min(sizes.values()), max(sizes.values()), left + 14, right - 6)
    y = scale(steps[0], steps[-1], BOTTOM, TOP)
    out = [f'<text x="{left - 40}" y="{TOP - 16}" class="n">{title}</text>']
    for step in steps:
        out.append(f'<path d="M{left} {y(step):.1f}H{right}" stroke="{FAINT}"/>')
        out.append(
            f'<text x="{left - 8}" y="{y(step) + 4:.1f}" text-anchor="end">{said(step)}</text>'
        )
    for count, pairs in sorted(sizes.items()):
        at = f"{x(pairs):.1f}"
        out.append(f'<path d="M{at} {TOP}V{BOTTOM}" stroke="{FAINT}" stroke-dasharray="2 3"/>')
        out.append(f'<text x="{at}" y="{BOTTOM + 18}" text-anchor="middle">{pairs:,}</text>')
        out.append(
            f'<text x="{at}" y="{BOTTOM + 34}" text-anchor="middle" class="s">of {count:,}</text>'
        )
    if title.startswith("Seconds"):
        out.append(as_pairs(x, y, sizes, steps))
    ends = []
    for line in drawn:
        places = [(x(pairs), y(value)) for pairs, value in line.points]
        colour, dash = COLOURS[line.engine], "5 4" if line.engine in DASHED else "none"
        width = 2.6 if line.engine in {"ours", "geodesic"} else 1.6
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
        out.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
            f'stroke-dasharray="{dash}"/>'
        )
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places]
        ends.append((places[-1][1], line))
    return out + names(ends, right, sizes)


def as_pairs(x: Any, y: Any, sizes: dict[int, int], steps: list[float]) -> str:
    """What grows as the pairs do, as far as there is room for it."""
    first = min(sizes.values())
    most = min(max(sizes.values()), first * steps[-1] / steps[0])
    begin = f"{x(first):.1f} {y(steps[0]):.1f}"
    end = f"{x(most):.1f} {y(steps[0] * most / first):.1f}"
    return f'<path d="M{begin}L{end}" stroke="{GREY}" opacity=".45"/>'


def names(ends: list[tuple[float, Line]], right: int, sizes: dict[int, int]) -> list[str]:
    """Names beside the ends of their lines, moved apart where they would lie over each other."""
    out, last = [], -math.inf
    most = max(sizes.values())
    for at, line in sorted(ends, key=lambda end: end[0]):
        last = max(at + 4, last + LABEL_STEP)
        pairs, value = line.points[-1]
        digits = 0 if value >= 100 else 1 if value >= 1 else 2
        size = min(sizes, key=lambda count: abs(sizes[count] - pairs))
        told = "" if pairs > most / 2 else f", of {size:,}"
        text = f"{escape(SHORT[line.engine])} {value:,.{digits}f}{told}"
        style = f'style="fill:{COLOURS[line.engine]}"'
        out.append(f'<text x="{right + 8}" y="{last:.1f}" {style}>{text}</text>')
    return out


SHORT = {
    "ours": "Tieline, planar", "geodesic": "Tieline, geodesic", "plain": "Tieline, numpy alone",
    "tree": "shapely STRtree", "duck": "DuckDB", "postgis": "PostGIS geometry",
    "geography": "PostGIS geography",
}  # fmt: skip


def svg(values: dict[str, Any]) -> str:
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    note = (
        "Medians of one run; all found the same pairs for one kind of edges. Dashed: geodesic. "
        "Thin grey: what grows as the pairs do."
    )
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>All overlaps: time and memory beside the pairs found</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        '<text x="26" y="34" class="h">All overlaps: time and memory beside the pairs found</text>',
        f'<text x="26" y="54" class="c">{note}</text>',
    ]
    for (left, right), what, title in zip(
        PANELS, ("s", "MiB"), ("Seconds on the wall", "Memory, MiB"), strict=True
    ):
        drawn, sizes = lines(values, what)
        out += panel(drawn, sizes, left, right, title)
    out.append(f'<text x="26" y="{HEIGHT - 12}" class="s">Pairs found, of so many volumes</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("numbers", type=Path, help="what `./run bench overlaps --json` wrote")
    parser.add_argument("drawing", type=Path, help="the SVG to write")
    args = parser.parse_args()
    values = json.loads(args.numbers.read_text())
    if not any(key.startswith("overlaps_") and key.endswith("_ours") for key in values):
        sys.exit(f"{args.numbers} has no numbers of overlaps: ./run bench overlaps --json FILE")
    args.drawing.write_text(svg(values))


if __name__ == "__main__":
    main()

"""Showing: a warning as JSON, and as GeoJSON (RFC 7946) cut at the antimeridian."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from math import atan, degrees, pi, sinh
from typing import Any, Final

from tieline.feeds.warnings.model import NavWarning, Part
from tieline.feeds.warnings.plane import Spot, on_plane
from tieline.space.band import EVERYWHERE
from tieline.space.body import write_band, write_shape, write_window
from tieline.space.position import Position
from tieline.space.shape import Circle, Corridor, Point, Polygon, Shape

DIGITS: Final = 7
"""Decimals of a degree: what positions are held to."""


def to_json(warning: NavWarning) -> dict[str, Any]:
    """Everything that was read and what was not; times in ISO 8601, UTC."""
    raw = warning.raw
    return {
        "name": warning.name,
        "series": raw.series,
        "number": raw.number,
        "year": raw.year,
        "subregions": list(raw.subregions),
        "issued": iso(raw.issued_ms),
        "status": raw.status,
        "kind": str(warning.kind),
        "areas": list(warning.areas),
        "edge": str(warning.edge),
        "parts": [_part(part) for part in warning.parts],
        "unread": [
            {"about": str(u.about), "label": u.label, "text": u.text, "reason": u.reason}
            for u in warning.unread
        ],
        "cancelled": iso(warning.cancelled_ms),
        "cancels": [reference.name for reference in warning.cancels],
        "references": [reference.name for reference in warning.references],
        "text": raw.text,
    }


def _part(part: Part) -> dict[str, Any]:
    heights = {} if part.band == EVERYWHERE else {"band": write_band(part.band)}
    return heights | {
        "label": part.label,
        "phrase": str(part.phrase),
        "words": part.words,
        "shape": write_shape(part.shape),
        "window": None if part.window is None else write_window(part.window),
        "alternate": None if part.alternate is None else write_window(part.alternate),
        "keep_off_m": part.keep_off_m,
        "observed": iso(part.observed_ms),
        "vague": part.is_vague,
        "timed": part.is_timed,
    }


def iso(value_ms: int | None) -> str | None:
    """ISO 8601 in UTC, to the second; None for none."""
    if value_ms is None:
        return None
    return datetime.fromtimestamp(value_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_geojson(warnings: list[NavWarning]) -> dict[str, Any]:
    """Every part as a feature; circles are points with ``radius_m``, for they have no corners."""
    features = [_feature(warning, part) for warning in warnings for part in warning.parts]
    return {"type": "FeatureCollection", "features": features}


def _feature(warning: NavWarning, part: Part) -> dict[str, Any]:
    shape = part.shape
    properties: dict[str, Any] = {
        "name": warning.name,
        "label": part.label,
        "kind": str(warning.kind),
        "phrase": str(part.phrase),
        "error_m": shape.error_m,
        "window": None if part.window is None else write_window(part.window),
        "keep_off_m": part.keep_off_m,
    }
    match shape:
        case Circle():
            properties["radius_m"] = shape.radius_m
        case Corridor():
            properties |= {"half_width_m": shape.half_width_m, "edge": str(shape.edge)}
        case Polygon():
            properties |= {"within_m": shape.within_m, "edge": str(shape.edge)}
        case Point():
            pass
    return {"type": "Feature", "properties": properties, "geometry": _geometry(shape)}


def _geometry(shape: Shape) -> dict[str, Any]:
    match shape:
        case Point(at=at) | Circle(centre=at):
            return {"type": "Point", "coordinates": _at(at)}
        case Corridor(points=points):
            return _line(points)
        case Polygon(ring=ring):
            return _ring(ring)


def _at(at: Position) -> list[float]:
    return [round(at.lon_deg, DIGITS), round(at.lat_deg, DIGITS)]


def _line(points: tuple[Position, ...]) -> dict[str, Any]:
    spots = on_plane(points)
    seams = _seams(spots)
    if not seams:
        return {"type": "LineString", "coordinates": [_at(point) for point in points]}
    lines: list[list[Spot]] = [[spots[0]]]
    for one, other in pairwise(spots):
        for seam in sorted(_between(one, other, seams), reverse=other[0] < one[0]):
            cut = _cut(one, other, seam)
            lines[-1].append(cut)
            lines.append([cut])
        lines[-1].append(other)
    return {"type": "MultiLineString", "coordinates": [_homed(line) for line in lines]}


def _ring(ring: tuple[Position, ...]) -> dict[str, Any]:
    spots = on_plane(ring)
    seams = _seams(spots)
    if not seams:
        return {"type": "Polygon", "coordinates": [_closed(_homed(_turned(spots)))]}
    pieces: list[list[Spot]] = []
    rest = spots
    for seam in seams:
        pieces.append(_side(rest, seam, -1))
        rest = _side(rest, seam, 1)
    pieces.append(rest)
    rings = [[_closed(_homed(_turned(piece)))] for piece in pieces if len(piece) > 2]
    return {"type": "MultiPolygon", "coordinates": rings}


def _seams(spots: list[Spot]) -> list[float]:
    """Antimeridians, on the unrolled plane, strictly between the westernmost and easternmost."""
    west, east = min(x for x, _ in spots), max(x for x, _ in spots)
    return [turn * pi for turn in (-3, -1, 1, 3) if west + 1e-12 < turn * pi < east - 1e-12]


def _between(one: Spot, other: Spot, seams: list[float]) -> list[float]:
    return [seam for seam in seams if (one[0] < seam) != (other[0] < seam)]


def _cut(one: Spot, other: Spot, seam: float) -> Spot:
    share = (seam - one[0]) / (other[0] - one[0])
    return seam, one[1] + (other[1] - one[1]) * share


def _side(spots: list[Spot], seam: float, side: int) -> list[Spot]:
    """What of a ring lies on one side of a meridian (Sutherland and Hodgman, 1974)."""
    kept: list[Spot] = []
    for at, other in enumerate(spots):
        one = spots[at - 1]
        if ((one[0] - seam) * side < 0) != ((other[0] - seam) * side < 0):
            kept.append(_cut(one, other, seam))
        if (other[0] - seam) * side >= 0:
            kept.append(other)
    return kept


def _turned(spots: list[Spot]) -> list[Spot]:
    """Counterclockwise, as RFC 7946 section 3.1.6 asks of outer rings."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*spots, spots[0]]))
    return spots if area > 0 else spots[::-1]


def _homed(spots: list[Spot]) -> list[list[float]]:
    """Back to degrees within -180 and 180, whole pieces at a time."""
    middle = (min(x for x, _ in spots) + max(x for x, _ in spots)) / 2
    turn = round(middle / (2 * pi)) * 2 * pi
    return [
        [round(degrees(x - turn), DIGITS), round(degrees(atan(sinh(y))), DIGITS)] for x, y in spots
    ]


def _closed(ring: list[list[float]]) -> list[list[float]]:
    return [*ring, ring[0]]

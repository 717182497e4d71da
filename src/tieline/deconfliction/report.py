"""Report: overlaps in words. Never *clear*: only what was found, among what, as known when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from tieline.deconfliction.overlaps import Nature, Overlap, Result
from tieline.deconfliction.settling import Standing
from tieline.space.geodesy import NM_M
from tieline.space.reading import Style
from tieline.space.spans import Times
from tieline.space.window import INSTANT_MS_MAX
from tieline.space.writing import write_position

SHORT_ID: Final = 10
"""Digits of an identifier that people are shown: enough to tell a hundred thousand pairs apart."""
NO_CLEARANCE: Final = "This is what was found, and no clearance."


def instant(time_ms: int) -> str:
    """``2026-12-01 08:00Z``; the last instant there is means until cancelled."""
    if time_ms >= INSTANT_MS_MAX:
        return "until cancelled"
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d %H:%MZ}"


def none_found(result: Result) -> str:
    """The only way in which an empty result is told."""
    return (
        f"none found among these {result.notified} notifications, "
        f"as known at {instant(result.known_ms)}"
    )


def summary(result: Result) -> str:
    """How many were found, among what, as known when."""
    if not result.overlaps:
        return none_found(result)
    marginal = sum(each.marginal for each in result.overlaps)
    told = (
        f"{len(result.overlaps)} found among these {result.notified} notifications, "
        f"as known at {instant(result.known_ms)}"
    )
    return told + (f"; {marginal} of them marginal" if marginal else "")


def caveats(result: Result) -> Iterator[str]:
    """What a reader has to know of a result beside its overlaps."""
    if result.placeless:
        yield f"{result.placeless} of the notifications have no place and were not compared"
    for key, number, why in result.uncompared:
        yield f"{key}, volume {number + 1}, could not be compared: {why}"
    yield NO_CLEARANCE


def distance(metres: float) -> str:
    """``850 m``, ``12.3 km (6.6 nm)``."""
    if metres < 1_000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km ({metres / NM_M:.1f} nm)"


def gap_words(each: Overlap) -> str:
    """How close they come, against what is agreed."""
    if each.nature is Nature.MEET:
        return "room in common"
    parts = []
    if each.gap_m > 0 or each.height_gap_m <= 0:
        parts.append(f"{distance(each.gap_m)} apart")
    if each.height_gap_m > 0:
        parts.append(f"{each.height_gap_m} m apart in height")
    limit = f"; {distance(each.limit_m)} agreed" if each.limit_m else ""
    return ", ".join(parts) + limit


def height_words(each: Overlap) -> str:
    """What is known of heights."""
    if each.height_gap_m > 0:
        return f"{each.height_gap_m} m between them"
    return "heights in common"


def time_words(each: Overlap) -> str:
    """The first time in common, how many more there are, and whether it goes on."""
    if not each.common:
        return "not worked out"
    start, end = each.common[0]
    told = span_words(start, end)
    if each.spans > 1:
        told += f", and {each.spans - 1} more"
    return told + (", until cancelled" if each.is_open and end < INSTANT_MS_MAX else "")


def times_words(times: tuple[Times, ...]) -> list[str]:
    """Each time in a line of its own."""
    return [span_words(start, end) for start, end in times]


def span_words(start_ms: int, end_ms: int) -> str:
    """``2026-12-01 08:00Z to 2026-12-01 10:00Z``, or until cancelled."""
    if end_ms >= INSTANT_MS_MAX:
        return f"from {instant(start_ms)} until cancelled"
    return f"{instant(start_ms)} to {instant(end_ms)}"


def between_words(each: Overlap) -> str:
    """Whose and which."""
    return " / ".join(f"{side.party}: {side.key}" for side in each.sides)


def value(each: Overlap, standing: Standing | None = None) -> dict[str, Any]:
    """An overlap for machines: positions in 1e-7 degree, times in milliseconds, metres."""
    found: dict[str, Any] = {
        "id": each.id,
        "between": [
            {
                "party": side.party,
                "key": side.key,
                "kind": side.kind,
                "volume": side.number + 1,
                "digest": side.digest,
            }
            for side in each.sides
        ],
        "nature": each.nature.value,
        "severity": each.severity.value,
        "marginal": each.marginal,
        "gap_m": round(each.gap_m, 1),
        "limit_m": each.limit_m,
        "height_gap_m": each.height_gap_m,
        "at": {"lat_e7": each.at.lat_e7, "lon_e7": each.at.lon_e7},
        "common": [list(times) for times in each.common],
        "times": each.spans,
        "common_ms": each.common_ms,
        "until_cancelled": each.is_open,
        "doubts": list(each.doubts),
        "pack": each.pack,
        "rule": each.rule,
        "source": each.source,
    }
    if standing is not None:
        found |= {"state": standing.state.value, "state_words": standing.words}
    return found


def value_of(each: Overlap, standing: Standing) -> dict[str, Any]:
    """The same with its state, and ``words`` for people: between whom, how close, when."""
    return value(each, standing) | {
        "words": {
            "between": between_words(each),
            "gap": gap_words(each),
            "time": time_words(each),
        }
    }


def result_value(result: Result) -> dict[str, Any]:
    """A whole result for machines, with its words and its digest."""
    return {
        "summary": summary(result),
        "notified": result.notified,
        "volumes": result.volumes,
        "known_ms": result.known_ms,
        "packs": list(result.packs),
        "digest": result.digest,
        "caveats": list(caveats(result)),
        "overlaps": [value(each) for each in result.overlaps],
    }


def facts(each: Overlap, standing: Standing) -> list[tuple[str, str]]:
    """Everything about one overlap, named, for people."""
    styles = (Style.WARNING, Style.DECIMAL, Style.SECONDS)
    rows = [
        ("overlap", each.id),
        ("severity", each.severity.value + (", marginal" if each.marginal else "")),
        ("state", f"{standing.state.value}: {standing.words}"),
        *(
            (side.party, f"{side.name}, {side.kind}, volume {side.number + 1}")
            for side in each.sides
        ),
        ("distance", gap_words(each)),
        ("heights", height_words(each)),
        ("where", "; ".join(write_position(each.at, style) for style in styles)),
        ("times", time_words(each)),
        ("rule", f"{each.rule} ({each.pack})" if each.pack else each.rule),
        ("source", each.source),
    ]
    if each.marginal:
        rows.append(("note", "within the tolerance of a limit: an overlap, but not in the hash"))
    rows += [("unsure", words) for words in each.doubts]
    return rows

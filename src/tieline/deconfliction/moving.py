"""Moving: what a notification says, with its times moved; how most overlaps are settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tieline.errors import UsageError
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_volumes, write_volumes
from tieline.space.spans import DAY_MS, MINUTE_MS
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX, Interval, Repeat, Span, Window

_SHIFT: Final = re.compile(r"([+-]?)([0-9]{1,6}) ?(min|m|h|d)")
_UNITS_MS: Final = {"min": MINUTE_MS, "m": MINUTE_MS, "h": 60 * MINUTE_MS, "d": DAY_MS}
_TIMES: Final = ("depart_ms", "arrive_ms")
WEEK_DAYS: Final = 7


def shift_ms(text: str) -> int:
    """Milliseconds of ``6h``, ``-90min`` or ``2d``.

    Raises:
        UsageError: not such a time, or none at all.
    """
    found = _SHIFT.fullmatch(text.strip().lower())
    if found is None or not int(found[2]):
        raise UsageError(f"{text[:40]!r} moves nothing; write 6h, -90min or 2d")
    return int(found[2]) * _UNITS_MS[found[3]] * (-1 if found[1] == "-" else 1)


def moved(body: Mapping[str, JsonValue], by_ms: int) -> dict[str, JsonValue]:
    """The fields of a notification's body that change when all its times move by so much.

    Raises:
        UsageError: it says no times, or has a rule that such a move would make another rule.
    """
    found: dict[str, JsonValue] = {}
    if "volumes" in body:
        found["volumes"] = write_volumes(tuple(_moved(v, by_ms) for v in volumes_in(body)))
    for name in _TIMES:
        value = body.get(name)
        if isinstance(value, int):
            found[name] = _instant(value + by_ms)
    stops = body.get("route")
    if isinstance(stops, list):
        found["route"] = [_stop(stop, by_ms) for stop in stops]
    if not found or found == {name: body[name] for name in found}:
        raise UsageError(
            "this notification says no times that could be moved",
            advice="Amend it with `tieline notify amend`, or talk about it: --separate.",
        )
    return found


def placed(body: Mapping[str, JsonValue], start_ms: int, end_ms: int | None) -> list[JsonValue]:
    """The volumes of a body, each from one instant to another; None is until cancelled.

    Raises:
        UsageError: it says no volumes, as a route does, or the end is not after the start.
    """
    if "volumes" not in body:
        raise UsageError(
            "this notification says a route and no windows",
            advice="Move all its times with --shift, or amend it: `tieline notify amend`.",
        )
    window = Window(spans=(Interval(start_ms=start_ms, end_ms=end_ms),))
    return write_volumes(tuple(replace(v, window=window) for v in volumes_in(body)))


def volumes_in(body: Mapping[str, JsonValue]) -> tuple[Volume, ...]:
    """The volumes that a body says itself; none if it says a route."""
    return read_volumes(Fields({"volumes": body["volumes"]})) if "volumes" in body else ()


def _moved(volume: Volume, by_ms: int) -> Volume:
    spans = tuple(_span(span, by_ms) for span in volume.window.spans)
    return replace(volume, window=Window(spans=spans))


def _span(span: Span, by_ms: int) -> Span:
    if isinstance(span, Interval):
        end = None if span.end_ms is None else _instant(span.end_ms + by_ms)
        return Interval(start_ms=_instant(span.start_ms + by_ms), end_ms=end)
    return _rule(span, by_ms)


def _rule(span: Repeat, by_ms: int) -> Repeat:
    days, rest = divmod(by_ms, DAY_MS)
    if rest or (span.weekdays and days % WEEK_DAYS):
        raise UsageError(
            "its window is a rule that repeats by days; it moves by whole days only, and one of "
            "weekdays by whole weeks",
            advice="Say the new rule: `tieline notify amend KEY --from DAY --daily 0900-1700`.",
        )
    by = timedelta(days=days)
    try:
        return replace(
            span, first=span.first + by, last=None if span.last is None else span.last + by
        )
    except OverflowError:
        raise _out_of_time() from None


def _stop(stop: JsonValue, by_ms: int) -> JsonValue:
    if isinstance(stop, dict) and isinstance(stop.get("at_ms"), int):
        return stop | {"at_ms": _instant(int(str(stop["at_ms"])) + by_ms)}
    return stop


def _instant(value: int) -> int:
    if not 0 <= value <= INSTANT_MS_MAX:
        raise _out_of_time()
    return value


def _out_of_time() -> UsageError:
    return UsageError("moved so far, it would leave the years 1970 to 9999")

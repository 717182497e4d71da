"""Times in common of two windows, worked out as far as their rules can surprise, and no further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Final

from tieline.space.shape import corners
from tieline.space.spans import (
    DAY_MS,
    MINUTE_MS,
    Times,
    envelope_ms,
    in_common,
    joined,
    spans_between,
)
from tieline.space.volume import Volume
from tieline.space.window import INSTANT_MS_MAX, Repeat, Span, Window

DAYS_AHEAD: Final = 400
"""Rules are worked out for so many days from the later start: a year of the sun, and some."""
SUN_SLACK_MS: Final = 2 * MINUTE_MS
"""Two nodes may round a sunrise to different minutes; times that hang on that are marginal."""
SHOWN_MAX: Final = 8
"""How many times in common an overlap keeps; the others are counted."""
SPANS_KEPT: Final = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The times that two windows have in common.

    Attributes:
        times: in order; touched up by the separation in time that was asked for.
        is_open: nobody named an end, so that it goes on.
        is_marginal: they hang on a sunrise or sunset to within minutes.
        is_unsettled: no time in common was found, but rules go on past what was worked out and do
            not repeat within it, or some begin so late that they did not come round.
        is_cut: the windows go on past what was worked out.
    """

    times: tuple[Times, ...]
    is_open: bool = False
    is_marginal: bool = False
    is_unsettled: bool = False
    is_cut: bool = False


class Clock:
    """Looks at windows of rows; what it worked out it keeps for the next pair.

    ``volumes`` are those of the rows by their numbers, which are never given to another.
    """

    def __init__(self, volumes: Sequence[Volume] | Mapping[int, Volume]) -> None:
        self._volumes = volumes
        self._spans = lru_cache(maxsize=SPANS_KEPT)(self._worked_out)

    def _worked_out(self, row: int, start_ms: int, end_ms: int) -> tuple[Times, ...]:
        volume = self._volumes[row]
        at = corners(volume.shape)[0]
        return spans_between(volume.window, start_ms, end_ms, at=at)

    def common(self, one: int, other: int, apart_ms: int = 0) -> Common:
        """What two rows have in common, each widened by ``apart_ms`` if less than that is near."""
        windows = (self._volumes[one].window, self._volumes[other].window)
        (start1, end1), (start2, end2) = (envelope_ms(window) for window in windows)
        start, last = max(start1, start2), min(end1, end2)
        slack = apart_ms + SUN_SLACK_MS
        if start - slack >= last + slack:
            return Common(times=())
        period = _period_days(windows)
        until = last + slack
        if period and until - start > DAYS_AHEAD * DAY_MS:
            until = start + DAYS_AHEAD * DAY_MS
        since = max(start - slack, 0)
        spans = [self._spans(row, since, until) for row in (one, other)]
        found = in_common(_wider(spans[0], apart_ms), spans[1])
        is_open = last == INSTANT_MS_MAX
        is_cut = until < last
        is_unsettled = is_cut and _may_meet_later(windows, period, until)
        if not any(_has_sun(window) for window in windows):
            return Common(
                times=found,
                is_open=is_open and bool(found),
                is_unsettled=not found and is_unsettled,
                is_cut=is_cut,
            )
        firm = any(end - begin > 2 * SUN_SLACK_MS for begin, end in found)
        loose = in_common(_wider(spans[0], apart_ms + SUN_SLACK_MS), spans[1])
        return Common(
            times=found or loose,
            is_open=is_open and bool(found or loose),
            is_marginal=not firm and bool(loose),
            is_unsettled=not loose and is_unsettled,
            is_cut=is_cut,
        )


def _wider(times: tuple[Times, ...], by_ms: int) -> tuple[Times, ...]:
    if not by_ms:
        return times
    return joined([(max(start - by_ms, 0), end + by_ms) for start, end in times])


def _period_days(windows: Sequence[Window]) -> int:
    """After how many days rules repeat together, the sun apart; 0 if nothing repeats."""
    rules = [span for window in windows for span in window.spans if isinstance(span, Repeat)]
    if not rules:
        return 0
    return lcm(*(rule.every_days * (7 if rule.weekdays else 1) for rule in rules))


def _may_meet_later(windows: Sequence[Window], period_days: int, until_ms: int) -> bool:
    """Whether what does not meet before a time may do so later.

    Rules that all ran for a whole period before it show all that they ever do; a span that begins
    too late for that has shown nothing.
    """
    begins = max(_begin_ms(span) for window in windows for span in window.spans)
    return begins + period_days * DAY_MS > until_ms


def _begin_ms(span: Span) -> int:
    return envelope_ms(Window(spans=(span,)))[0]


def _has_sun(window: Window) -> bool:
    return any(
        span.since.sun is not None or span.to.sun is not None
        for span in window.spans
        if isinstance(span, Repeat)
    )

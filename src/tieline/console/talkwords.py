"""Talk words: how values of the talks become words on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from typing import Any, Final

from tieline.answers import Spread, Told
from tieline.console.talkcites import day_words, force_words, sort_of
from tieline.observer.claims import pilcrow


def place_of(kind: str) -> str:
    """Which page shows things of a kind."""
    if kind in {"mechanism", "channel"}:
        return "mechanism"
    return "round" if kind == "round" else "thing"


def topic_words(key: str) -> str:
    """A topic's key for readers."""
    return key.replace("-", " ").replace("_", " ")


def long_day(day: date) -> str:
    """``Friday 9 November 2018``."""
    return f"{day:%A} {day.day} {day:%B} {day.year:04d}"


def either(told: Iterable[Told[Any]]) -> str:
    """Every value that is told, side by side."""
    return " / ".join(
        str(one.value.value if isinstance(one.value, Enum) else one.value) for one in told
    )


UNSAID: Final = {"by": "who set it up", "rhythm": "how often it meets", "offices": "which offices"}


def unsaid(name: str) -> str:
    """A field that nobody gives, in words."""
    return UNSAID.get(name, name)


def number_words(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def spread_words(spread: Spread) -> str:
    """``median 341 (300 to 380) days, from 2; 1 unknown``."""
    if spread.median is None:
        return "nothing to count"
    low, high = float(spread.median.low), float(spread.median.high)
    told = number_words(low) if low == high else f"{number_words(low)} to {number_words(high)}"
    return f"{told} days in the median, of {spread.n}"


def filters() -> dict[str, Callable[..., Any]]:
    """What the templates of the talks can call on a value."""
    return {
        "topic_words": topic_words,
        "long_day": long_day,
        "day_words": day_words,
        "either": either,
        "place_of": place_of,
        "force_words": force_words,
        "sort_of": sort_of,
        "spread_words": spread_words,
        "pilcrow": pilcrow,
        "unsaid": unsaid,
    }

"""Times in common are missed by no rule, however late it begins."""

from __future__ import annotations

from datetime import date

from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.space.position import of_degrees
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Repeat, TimeOfDay, Window


def told(key, *spans):
    shape = Circle(centre=of_degrees(0, 0), radius_m=9)
    volume = Volume(shape=shape, window=Window(spans=spans))
    return Notified(key=key, party=f"of {key}", kind="exercise", volumes=(volume,))


def daily(first, last, since, to):
    return Repeat(first=first, last=last, since=TimeOfDay(minute=since), to=TimeOfDay(minute=to))


def test_a_rule_that_begins_years_later_is_shown_and_not_dropped():
    years = daily(date(2026, 1, 1), date(2040, 1, 1), 12 * 60, 13 * 60)
    early = daily(date(2026, 1, 1), date(2026, 2, 1), 0, 60)
    late = daily(date(2030, 1, 1), date(2030, 2, 1), 12 * 60, 13 * 60)

    (found,) = find([told("a", years), told("b", early, late)], known_ms=0).overlaps

    assert (found.marginal, found.is_cut) == (True, True)
    assert find([told("a", years), told("b", early)], known_ms=0).overlaps == ()

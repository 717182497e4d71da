"""A paper that anyone may see holds no readout before its embargo is over."""

from __future__ import annotations

from datetime import date

import pytest

from tieline.desk.papering import Wanted, without_embargoed
from tieline.observer.assertion import Readout
from tieline.record.marking import Marking

READOUT = ("Words.", ["asserts: readout r-1", "  side: A", "  embargo: 2030-01-04..2030-01-05"])
FREE = ("Free words.", ["asserts: readout r-1", "  side: B"])


@pytest.mark.parametrize(
    ("mark", "day", "sides"),
    [
        (Marking.PUBLISHABLE, 3, ["B"]),
        (Marking.PUBLISHABLE, 4, ["B"]),
        (Marking.PUBLISHABLE, 5, ["A", "B"]),
        (Marking.LINE, 3, ["A", "B"]),
        (Marking.OWN, 3, ["A", "B"]),
    ],
)
def test_what_is_under_embargo_waits_for_its_day(picture, mark, day, sides):
    seen = without_embargoed(picture(READOUT, FREE), Wanted(on=date(2030, 1, day), mark=mark))
    assert [claim.assertion.side for claim in seen.of(Readout)] == sides

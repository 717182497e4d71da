"""Notices to airmen, told as warnings are."""

from __future__ import annotations

import pytest

from tieline.errors import MalformedError
from tieline.feeds.notices import read_notice
from tieline.feeds.published import read_published
from tieline.feeds.warnings import Kind
from tieline.feeds.warnings.asking import volumes
from tieline.feeds.warnings.facts import read_facts, write_facts
from tieline.space.band import Datum

NOTICE = """(A0123/24 NOTAMN
Q) XXYY/QWMLW/IV/BO/W/000/350/4430N03030E025
A) XXYY B) 2404151200 C) 2404201800
E) FIRING WILL TAKE PLACE IN AREA BOUNDED BY
443000N 0300000E - 443000N 0310000E - 440000N 0303000E.
F) SFC G) FL350)
"""
ENDS_MS = 1_713_636_000_000


def test_a_notice_has_the_name_of_its_region_and_its_heights():
    one = read_notice(NOTICE)
    assert (one.name, one.kind, one.areas) == ("NOTAM XXYY A0123/24", Kind.FIRING, ("XXYY",))
    assert (one.cancelled_ms, one.raw.issued_ms) == (ENDS_MS, None)
    (volume,) = volumes(one)
    assert (volume.band.upper_m, volume.band.datum) == (10_668, Datum.PRESSURE)
    assert not volume.coarse


def test_an_estimated_end_ends_nothing():
    assert read_notice(NOTICE.replace("2404201800", "2404201800 EST")).cancelled_ms is None
    assert read_notice(NOTICE.replace("2404201800", "PERM")).cancelled_ms is None


@pytest.mark.parametrize("kind", ["C", "R"])
def test_a_notice_that_cancels_or_replaces_ends_the_other(kind):
    text = NOTICE.replace("A0123/24 NOTAMN", f"A0124/24 NOTAM{kind} A0123/24")
    assert [one.name for one in read_notice(text).cancels] == ["NOTAM XXYY A0123/24"]


def test_many_notices_in_one_file_are_told_apart_and_bad_ones_are_left():
    two = NOTICE + NOTICE.replace("A0123", "B0007") + "(C0001/24 NOTAMN " + "X" * 30_000
    read = read_published(two.encode())
    assert [one.name for one in read.found] == ["NOTAM XXYY A0123/24", "NOTAM XXYY B0007/24"]
    (left,) = read.left
    assert (left.where, left.text[:16]) == ("notice 3", "(C0001/24 NOTAMN")
    assert "20000" in left.reason


def test_what_a_notice_says_wrongly_is_told_by_its_item():
    one = read_notice(NOTICE.replace("C) 2404201800", "C) 2404001800"))
    assert [(left.label, left.about.value) for left in one.unread] == [("C", "window")]


def test_a_notice_goes_through_facts_unchanged():
    one = read_notice(NOTICE)
    (again,) = read_facts(write_facts([one]))
    assert (again.name, volumes(again)) == (one.name, volumes(one))


def test_what_is_neither_says_what_was_looked_for():
    with pytest.raises(MalformedError, match="HYDROLANT"):
        read_published(b"WIND 20 KNOTS")

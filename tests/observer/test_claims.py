from datetime import date

from tieline.days import Days
from tieline.observer.assertion import Suspension
from tieline.observer.claims import Cite, Claim, refine, settle, told
from tieline.observer.statement import Force

REPORT = Cite(id="a-1", source="a", passage="1", force=Force.SAID)
OTHER = Cite(id="a-2", source="a", passage="2", force=Force.PRESS)
DRAWN = Cite(id="i-1", author="desk")
MAY = Days(earliest=date(1931, 5, 1), latest=date(1931, 5, 31), wording="May")
JUNE = Days(earliest=date(1931, 6, 1), latest=date(1931, 6, 30))
SECOND = Days(earliest=date(1931, 5, 2), latest=date(1931, 5, 2))


def test_an_inference_narrows_what_is_reported_and_is_named():
    settled = settle([(SECOND, DRAWN), (MAY, REPORT)])

    assert settled is not None
    assert (settled.days.earliest, settled.days.wording) == (date(1931, 5, 2), "May")
    assert settled.cites == (REPORT, DRAWN)


def test_an_inference_that_contradicts_a_report_changes_nothing():
    settled = settle([(MAY, REPORT), (JUNE, DRAWN)])

    assert settled is not None
    assert settled.days == MAY
    assert settled.cites == (REPORT,)


def test_an_inference_that_adds_nothing_is_not_leant_on():
    settled = settle([(SECOND, REPORT), (MAY, DRAWN)])

    assert settled is not None
    assert settled.cites == (REPORT,)


def test_reports_that_contradict_each_other_span_both():
    settled = settle([(JUNE, OTHER), (SECOND, REPORT)])

    assert settled is not None
    assert (settled.days.earliest, settled.days.latest) == (date(1931, 5, 2), date(1931, 6, 30))
    assert settled.days.wording == "reports differ"


def test_no_claim_settles_nothing():
    assert settle([]) is None


def test_two_reports_are_never_merged_and_an_inference_joins_its_grounds():
    claims = [
        Claim(assertion=Suspension(thing="x"), cite=DRAWN, grounds=frozenset({"a-2"})),
        Claim(assertion=Suspension(thing="x"), cite=REPORT),
        Claim(assertion=Suspension(thing="x"), cite=OTHER),
    ]

    groups = [[claim.cite.id for claim in group] for group in refine(claims)]

    assert groups == [["a-1"], ["a-2", "i-1"]]


def test_different_values_stand_side_by_side_and_parts_add_nothing():
    assert told(["Oldport", None, "Newport"]) == "Newport / Oldport"
    assert told(["Old Mint, Oldport", "Oldport"]) == "Old Mint, Oldport"
    assert told([None]) is None

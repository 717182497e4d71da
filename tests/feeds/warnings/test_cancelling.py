"""What a warning ends, and when it ends itself."""

from __future__ import annotations

import pytest

from tieline.feeds.warnings import About, Kind


def ended(read, text):
    warning = read(text)
    return [ref.name for ref in warning.cancels], warning.cancelled_ms, warning


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2. CANCEL HYDROLANT 5/24.", ["HYDROLANT 5/24"]),
        ("2. CANCEL HYDROLANT 5/24, 6/24 AND 7/23.",
         ["HYDROLANT 5/24", "HYDROLANT 6/24", "HYDROLANT 7/23"]),
        ("2. CANCEL HYDROLANT 5/24(55), 6/24(23,29).", ["HYDROLANT 5/24", "HYDROLANT 6/24"]),
        ("2. CANCEL NAVAREA IV 5/24, HYDROPAC 8/24.", ["NAVAREA IV 5/24", "HYDROPAC 8/24"]),
        ("2. CANCEL HYDROLANT 5/24 6/24.", ["HYDROLANT 5/24", "HYDROLANT 6/24"]),
    ],
)  # fmt: skip
def test_others_are_cancelled_by_name(read, text, names):
    found, own, warning = ended(read, f"1. SAMPLE LIGHT 44-00N 030-00E UNLIT.\n{text}")
    assert (found, own, warning.unread) == (names, None, ())


def test_a_warning_ends_itself_at_a_time_or_as_a_day_begins(read):
    text = "1. LIGHT UNLIT.\n2. CANCEL THIS MSG {}."
    assert ended(read, text.format("151600Z APR 24"))[1] == 1_713_196_800_000
    assert ended(read, text.format("16 APR 24"))[1] == 1_713_225_600_000
    assert ended(read, text.format("151600Z APR"))[1] == 1_713_196_800_000


def test_a_cancellation_alone_ends_itself_at_once(read):
    names, own, warning = ended(read, "CANCEL HYDROLANT 5/24 AND THIS MSG, LIGHT RESTORED.")
    assert (names, own, warning.kind) == (
        ["HYDROLANT 5/24"],
        warning.raw.issued_ms,
        Kind.CANCELLATION,
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CANCEL THIS MSG 101600Z APR 24.", "before it was issued"),
        ("CANCEL THIS MSG 311600Z APR 24.", "no such time"),
        ("CANCEL HYDRLOANT 5/24.", "not said"),
        ("CANCEL HYDROLANT 5/24, HYDROLNT 6/24.", "in a way that was not read"),
        ("CANCEL HYDROLANT 5/25.", "year to come"),
        ("CANCEL THIS MSG UPON COMPLETION.", "event"),
    ],
)
def test_what_is_cancelled_in_other_words_stays_text(read, text, why):
    warning = read(f"1. LIGHT UNLIT.\n2. {text}")
    left = [one for one in warning.unread if one.about is About.CANCELLATION]
    assert why in left[0].reason


def test_a_window_that_outlasts_its_warning_is_not_believed(read):
    warning = read(
        "1. FIRING 15 THRU 25 APR IN AREA WITHIN TWO MILES OF 44-00N 030-00E.\n"
        "2. CANCEL THIS MSG 160000Z APR 24."
    )
    assert warning.parts[0].window is None
    assert not warning.parts[0].is_timed
    assert "longer than the warning" in warning.unread[0].reason


def test_warnings_named_otherwise_are_references(read):
    warning = read("1. REFER TO HYDROLANT 5/24 (6/24). M/V SAMPLE 3/4 LOADED.")
    assert [ref.name for ref in warning.references] == ["HYDROLANT 5/24", "HYDROLANT 6/24"]
    assert warning.cancels == ()

"""Rule packs are read strictly, and what notifications do not keep is said and never refused."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.rulecheck import Fault, check, check_answer
from tieline.deconfliction.rulereading import PACK_BYTES_MAX, read_pack, shipped
from tieline.deconfliction.rules import Severity, Support, separations_of
from tieline.errors import UsageError
from tieline.space.position import Position
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
START_MS = 1_700_000_000_000
HEAD = """format = "tieline/rules@v1"
id = "ours"
edition = 2
title = "Ours"
dated = 2026-01-01
source = "our agreement, article 3"
"""
NOTICE = """
[[notice]]
id = "n"
kinds = ["exercise"]
hours = 48
emergency_hours = 24
advised_hours = 96
source = "article 4"
support = "agreed"
"""
THRESHOLD = """
[[threshold]]
id = "t"
kinds = ["exercise"]
quantity = "personnel"
at_least = 9000
duty = "notify"
source = "article 5"
support = "agreed"
"""


def pack(text: str):
    return read_pack((HEAD + text).encode())


def told(key: str = "a", *, party: str = "North", kind: str = "exercise", **more):
    start_ms = more.pop("start_ms", START_MS)
    end_ms = more.pop("end_ms", start_ms + DAY_MS)
    shape = Circle(centre=Position(lat_e7=0, lon_e7=0), radius_m=1000)
    window = Window(spans=(Interval(start_ms=start_ms, end_ms=end_ms),))
    volumes = (Volume(shape=shape, window=window),)
    return Notified(key=key, party=party, kind=kind, volumes=volumes, **more)


def faults(found) -> list[Fault]:
    return [each.fault for each in found]


@pytest.mark.parametrize(
    ("lead_h", "emergency", "expected"),
    [
        (97, False, []),
        (96, False, []),
        (95, False, [Fault.LESS_THAN_ADVISED]),
        (48, False, [Fault.LESS_THAN_ADVISED]),
        (47, False, [Fault.LATE]),
        (24, True, [Fault.LESS_THAN_ADVISED]),
        (23, True, [Fault.LATE]),
        (-1, True, [Fault.AFTER]),
    ],
)
def test_notice_is_measured_against_the_figure_that_applies(lead_h, emergency, expected):
    one = told(filed_ms=START_MS - lead_h * HOUR_MS, emergency=emergency)

    assert faults(check([pack(NOTICE)], [one])) == expected


def test_a_late_notification_is_flagged_with_rule_figure_and_source():
    (found,) = check([pack(NOTICE)], [told(filed_ms=START_MS - 3 * HOUR_MS)])

    assert found.is_discrepancy
    assert found.words == "a was notified 3.0 hours before its start; 48 hours ahead are agreed"
    assert (found.pack, found.rule, found.source) == ("ours, edition 2", "n", "article 4")
    assert found.support == "agreed by the parties of this pack"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (8_099, []),
        (8_100, [Fault.JUST_UNDER]),
        (8_999, [Fault.JUST_UNDER]),
        (9_000, [Fault.REACHED]),
    ],
)
def test_just_under_a_threshold_is_seen_and_is_no_discrepancy(count, expected):
    found = check([pack(THRESHOLD)], [told(counts={"personnel": count})])

    assert faults(found) == expected
    assert not any(each.is_discrepancy for each in found)


def test_parts_of_one_party_at_one_time_are_added_up():
    parts = [
        told("a", counts={"personnel": 4_000}),
        told("b", counts={"personnel": 3_000}, start_ms=START_MS + HOUR_MS),
        told("c", counts={"personnel": 2_500}, start_ms=START_MS + 2 * HOUR_MS),
        told("other party", party="South", counts={"personnel": 8_000}),
    ]

    found = [f for f in check([pack(THRESHOLD)], parts) if f.fault is Fault.TOGETHER]

    assert [each.keys for each in found] == [("a", "b", "c")]
    assert "= 9,500 personnel at one time" in found[0].words


def test_parts_one_after_the_other_are_not_added_up():
    parts = [
        told("a", counts={"personnel": 5_000}),
        told("b", counts={"personnel": 5_000}, start_ms=START_MS + DAY_MS),
    ]

    assert check([pack(THRESHOLD)], parts) == ()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(1, 8_999))))
def test_the_largest_sum_at_any_instant_is_the_one_that_counts(given_):
    parts = [
        told(str(n), counts={"personnel": count}, start_ms=START_MS + a * HOUR_MS,
             end_ms=START_MS + (a + length) * HOUR_MS)
        for n, (a, length, count) in enumerate(given_)
    ]  # fmt: skip

    found = [f for f in check([pack(THRESHOLD)], parts) if f.fault is Fault.TOGETHER]

    most = max((sum(c for a, n, c in given_ if a <= hour < a + n) for hour in range(41)), default=0)
    assert bool(found) == (most >= 9_000)
    if found:
        assert f"= {most:,} personnel" in found[0].words


def test_a_file_that_does_not_say_which_fields_it_has_is_not_called_incomplete():
    required = (
        '[[required]]\nid="r"\nkinds=["movement"]\nfields=["route","contact"]\nsource="s"\n'
        'support="agreed"\n'
    )
    one = told(kind="movement", fields=frozenset({"route"}))

    assert check([pack(required)], [told(kind="movement")]) == ()
    (found,) = check([pack(required)], [one])
    assert (found.fault, found.words) == (Fault.INCOMPLETE, "a does not say: contact")


def test_an_agreement_that_ended_is_said():
    ended = pack(f"ended = 2020-01-01\n{NOTICE}")

    assert faults(check([ended], [told(filed_ms=0)])) == [Fault.EXPIRED]


def test_a_pack_binds_nobody_but_its_parties():
    bound = pack(f'parties = ["South", "West"]\n{NOTICE}')

    assert check([bound], [told(filed_ms=START_MS)]) == ()
    assert check([bound], [told(party="West", filed_ms=START_MS)]) != ()


def test_an_answer_is_due_when_the_pack_says():
    answers = pack(
        '[[answer]]\nid="x"\nkinds=["request"]\nhours=48\nthen="a meeting"\nsource="s"\n'
        'support="agreed"\n'
    )
    one = told(kind="request", filed_ms=0)

    assert check_answer([answers], one, 48 * HOUR_MS, 0) == ()
    assert faults(check_answer([answers], one, 49 * HOUR_MS, 0)) == [Fault.LATE_ANSWER]
    (late,) = check_answer([answers], one, None, 72 * HOUR_MS)
    assert late.words == "a is unanswered after 3 days; 48 hours are agreed, then a meeting"


def test_every_separation_that_is_asked_holds_the_widest_first():
    text = """
[[separation]]
id = "{id}"
kinds = ["exercise"]
other_kinds = ["movement", "site"]
distance_m = {far}
near = "low"
source = "s"
support = "agreed"
"""
    packs = (pack(text.format(id="one", far=2000)), pack(text.format(id="two", far=5000)))

    found = separations_of(packs, "site", "A", "exercise", "B")

    assert [(rule.id, rule.distance_m, rule.near) for _, rule in found] == [
        ("two", 5000, Severity.LOW),
        ("one", 2000, Severity.LOW),
    ]
    assert separations_of(packs, "exercise", "A", "exercise", "B") == ()


# -- reading


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1\n", "line 7, the head: colour is no part of a pack"),
        (NOTICE + "colour = 1\n", "line 16, [[notice]] number 1: colour is no part of [[notice]]"),
        (NOTICE.replace("hours = 48", "hours = 4.5"), "hours is not a whole number"),
        (NOTICE.replace("hours = 48", "hours = 0"), "line 11, [[notice]] number 1: hours = 0"),
        (NOTICE.replace("hours = 48", "hours = true"), "hours is not a whole number"),
        (NOTICE.replace("hours = 48\n", ""), "hours is missing; write hours = 24"),
        (NOTICE.replace('"agreed"', '"rumour"'), "it is one of found, recalled, agreed"),
        (NOTICE.replace('source = "article 4"\n', ""), "source is missing"),
        (NOTICE + NOTICE, "id 'n' stands twice"),
        (NOTICE.replace('["exercise"]', "[]"), "kinds has 0 items"),
        (NOTICE.replace('["exercise"]', '"exercise"'), "kinds is not a list of texts"),
        ("[notice]\nid = 'n'\n", "write [[notice]] above each rule"),
        ("x = ", "is not TOML"),
        ('ended = "2020"\n', "ended is not a day"),
        ("ended = 2020-01-01T00:00:00Z\n", "ended is not a day"),
    ],
)
def test_a_fault_is_named_with_its_line_and_remedy(text, words):
    with pytest.raises(UsageError, match=re.escape(words)):
        pack(text)


def test_a_pack_of_another_format_or_size_is_refused():
    with pytest.raises(UsageError, match="the format is not known"):
        read_pack(HEAD.replace("@v1", "@v2").encode())
    with pytest.raises(UsageError, match="a pack has at most"):
        read_pack(b"#" * (PACK_BYTES_MAX + 1))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_pack(b"\xff\xfe")


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_else_happens(data):
    with pytest.raises(UsageError):
        read_pack(data)


def test_every_figure_that_is_shipped_has_a_source_and_says_how_it_is_supported():
    packs = shipped()

    assert len(packs) >= 8
    for each in packs.values():
        assert each.dated > date(2026, 1, 1)
        for rule in each.rules:
            assert rule.source
            assert rule.support in {Support.FOUND, Support.RECALLED}


def test_figures_of_the_papers_stand_in_the_packs():
    packs = shipped()
    figures: dict[tuple[str, str], Any] = {
        (pack_id, rule.id): rule for pack_id, each in packs.items() for rule in each.rules
    }
    assert figures["incsea-1972", "dangerous-acts"].hours == 3 * 24
    assert figures["incsea-1972", "dangerous-acts"].advised_hours == 5 * 24
    assert figures["launch-notification-1988", "launch"].hours == 24
    assert figures["yemen-hns", "road-movement"].hours == 48
    assert figures["yemen-hns", "road-movement"].emergency_hours == 24
    assert figures["vienna-document-2011", "troops-observe"].at_least == 13_000
    assert figures["vienna-document-2011", "prior-notification"].support is Support.RECALLED
    assert figures["india-pakistan-exercises-1991", "division"].distance_m == 5_000

"""Sheets of facts: what is written is read back, and nothing else is taken."""

from __future__ import annotations

import json

import pytest

from tieline.errors import MalformedError
from tieline.feeds.warnings import read_warning
from tieline.feeds.warnings.asking import volumes
from tieline.feeds.warnings.facts import is_facts, read_facts, write_facts
from tieline.feeds.warnings.model import Raw

TEXT = """BLACK SEA.
1. GUNNERY EXERCISES 0800Z TO SUNSET DAILY 15 THRU 17 APR, ALTERNATE 18 APR
   IN AREA WITHIN TEN MILES OF 44-00.00N 031-00.00E. TWO MILE BERTH REQUESTED.
2. WRECK IN VICINITY 44-00N 031-00E.
3. DRILLING IN AREA BOUND BY 44-00N 030-00E, 43-00N 031-00E, 44-00N 031-00E, 43-00N 030-00E.
4. CANCEL HYDROLANT 5/24, 6/24.
5. CANCEL THIS MSG 191100Z APR 24."""


@pytest.fixture
def one():
    return read_warning(
        Raw(
            series="HYDROLANT",
            number=7,
            year=2024,
            text=TEXT,
            subregions=("55",),
            issued_ms=1_712_895_960_000,
        )
    )


@pytest.fixture
def sheet(one):
    return json.loads(write_facts([one]))


def test_everything_but_prose_comes_back(one):
    (again,) = read_facts(write_facts([one]))
    assert len(one.parts) == 2
    assert volumes(again) == volumes(one)
    for name in ("name", "kind", "areas", "cancels", "references", "cancelled_ms", "edge"):
        assert getattr(again, name) == getattr(one, name), name
    assert [p.keep_off_m for p in again.parts] == [p.keep_off_m for p in one.parts]
    assert [u.reason for u in again.unread] == [u.reason for u in one.unread] != []
    assert (again.raw.text, again.raw.subregions) == ("", ("55",))
    assert {p.words for p in again.parts} == {u.text for u in again.unread} == {""}


def test_a_sheet_is_known_by_its_beginning(one):
    assert is_facts(write_facts([one]))
    assert is_facts(b'\n{ "tieline-warnings": 1')
    assert not is_facts(b'{"broadcast-warn": []}')
    assert not is_facts(b'["tieline-warnings"]')


def test_another_version_is_refused_and_says_what_to_do(sheet):
    for version in (2, True, "1"):
        sheet["tieline-warnings"] = version
        with pytest.raises(MalformedError, match="version") as refused:
            read_facts(json.dumps(sheet).encode())
        assert "newer program" in refused.value.advice


def broken(sheet, way):
    one = sheet["warnings"][0]
    part = one["parts"][0]
    {
        "unknown field": lambda: one.update(colour="red"),
        "prose": lambda: one.update(text="WORDS"),
        "no kind": lambda: one.pop("kind"),
        "kind": lambda: one.update(kind="picnic"),
        "number": lambda: one.update(number="7"),
        "year": lambda: one.update(year=99_999),
        "float": lambda: one.update(issued_ms=1.5),
        "null": lambda: one.update(until_ms=None),
        "shape": lambda: part["shape"].update(radius_m=0),
        "latitude": lambda: part["shape"]["centre"].update(lat_e7=910_000_000),
        "window": lambda: part.update(window=[]),
        "flag": lambda: part.update(vague=1),
        "keep off": lambda: part.update(keep_off_m=-1),
        "more": lambda: sheet.update(more=1),
        "no list": lambda: sheet.update(warnings={}),
    }[way]()
    return json.dumps(sheet).encode()


@pytest.mark.parametrize(
    "way",
    [
        "unknown field", "prose", "no kind", "kind", "number", "year", "float", "null", "shape",
        "latitude", "window", "flag", "keep off", "more", "no list",
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(sheet, way):
    with pytest.raises(MalformedError):
        read_facts(broken(sheet, way))


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b'{"tieline-warnings":1}', b"\xff"])
def test_what_is_no_sheet_is_refused(data):
    with pytest.raises(MalformedError):
        read_facts(data)

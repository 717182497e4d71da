"""Rows become items by a mapping; every fault names its sheet, its cell and the remedy."""

import importlib.util
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.days import parse_days
from tieline.errors import UsageError
from tieline.observer import Record, Source, picture_of
from tieline.observer.sheet import FAULTS_MAX, against_rules, read_tables
from tieline.observer.sheet_cells import BadCell, Row, cell_name, guarded, unguarded
from tieline.observer.sheet_mapping import own_table, own_tables, read_mapping
from tieline.observer.sheet_rows import rows_of

_spec = importlib.util.spec_from_file_location(
    "round_trip", Path(__file__).with_name("test_round_trip.py")
)
assert _spec is not None
assert _spec.loader is not None
round_trip = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(round_trip)

MAPPING = """\
format = "tieline/mapping@v1"

[[source]]
id = "ledger"
published = "2019-03"
file = "talks.xlsx"

[[table]]
sheet = "Talks"
kind = "statement"
header = 2
dates = "day first"
separator = ";"

[table.columns]
"Ref" = "id"
"When" = "happened"
"Who" = "speaker"
"How" = "force"
"What" = "text"
"Themes" = "topic"
"Raw" = "asserts"

[table.defaults]
force = "narrated"

[table.constants]
source = "ledger"
passage = "row"

[table.values.force]
"official text" = "readout"

[[table.asserts]]
kind = "round"
constants = { of = "talks" }
columns = { "Round" = "thing", "Held" = "held", "City" = "place" }
"""
AFTERNOON = datetime(2019, 3, 1, 14, 30, tzinfo=UTC)
HEADS = ("Ref", "When", "Who", "How", "What", "Themes", "Raw", "Round", "Held", "City", "Colour")


def tables(text=MAPPING):
    return read_mapping(tomllib.loads(text))


def read(*rows, text=MAPPING, heads=HEADS, known=None):
    listed = [("A title over the table",), heads, *rows]
    sheet = [Row(number=n, cells=cells) for n, cells in enumerate(listed, start=1)]
    return read_tables([(tables(text)[0], "Talks", sheet)], known or Record())


def test_a_row_becomes_a_statement_with_its_assertion():
    found = read(
        (
            "t-1",
            date(2019, 3, 1),
            "Orr",
            "press",
            "Said so.",
            "sea; ferry",
            None,
            "r-1",
            "02.03.2019",
            "Oldport",
        ),
        (
            2,
            AFTERNOON,
            None,
            None,
            "Told.\nAnd more.",
            "",
            "channel phone",
            "",
            "",
            "",
        ),
        (None,) * 10,
        ("t-3", "3/3/2019", "", "official text", "Text."),
    )
    assert found.faults == ()
    assert found.rows == 3
    source, one, two, three = found.items
    assert source.id == "ledger"
    assert one.topics == ("sea", "ferry")
    assert one.assertions[0].held == parse_days("2019-03-02")
    assert one.assertions[0].of == "talks"
    assert (two.id, two.text, two.happened) == ("2", "Told. And more.", parse_days("2019-03-01"))
    assert two.force.value == "narrated"
    assert [type(each).__name__ for each in two.assertions] == ["Channel"]
    assert three.force.value == "readout"
    assert found.unused == ("Talks: Colour",)


def test_every_fault_names_its_cell_and_the_remedy():
    found = read(
        ("t-1", "31.06.2019", "", "stated", "x"),
        ("t-2", "", "", "", "", "", "ruond r"),
        ("t-2b", "", "", "opinion", "x"),
        ("t 3", "", "", "", BadCell(what="is a formula; paste its value")),
        ("t-4", "", "", "", "x", "", "", "r-1", "yesterday", ""),
        ("t-5", "", "", "", "x", "", "", "", "2019-01-01", ""),
    )
    told = {(fault.cell, fault.field) for fault in found.faults}
    assert told == {
        ("B3", "happened"),
        ("D3", "force"),
        ("E4", "text"),
        ("G4", "asserts"),
        ("D5", "force"),
        ("A6", "id"),
        ("E6", "text"),
        ("I7", "held"),
        ("H8", "thing"),
    }
    assert found.fault_count == len(told)
    assert [item.id for item in found.items] == ["ledger"]
    words = [fault.words() for fault in found.faults]
    assert any(each.startswith("Talks!B3, happened: there is no day") for each in words)


def test_a_key_that_stands_twice_is_told_with_both_rows():
    found = read(("a", "", "", "", "x"), ("b", "", "", "", "x"), ("a", "", "", "", "y"))
    (fault,) = found.faults
    assert (fault.cell, "taken on Talks row 3" in fault.what) == ("A5", True)


def test_what_the_mapping_says_wrongly_for_every_row_is_told_once():
    text = MAPPING.replace('id = "ledger"', 'id = "other"')
    found = read(*((f"a-{n}", "", "", "", "x") for n in range(500)), text=text)
    (fault,) = found.faults
    assert "by the mapping" in fault.field
    assert "no source block" in fault.what


def test_only_the_first_faults_are_listed_and_all_are_counted():
    found = read(*((f"a-{n}", "", "", "stated", "x") for n in range(1_000)))
    assert (len(found.faults), found.fault_count) == (FAULTS_MAX, 1_000)


def test_a_mapped_column_that_is_not_there_is_a_fault_and_a_missing_head_line_too():
    found = read(("a",), heads=("Ref", "Ref"))
    assert any('no column "What"' in fault.what for fault in found.faults)
    assert any("stands twice" in fault.what for fault in found.faults)
    empty = read_tables([(tables()[0], "Talks", [])], Record())
    assert "no such row" in empty.faults[0].what


def test_what_cannot_be_is_a_fault_at_the_row_that_says_so():
    text = MAPPING.replace('"Raw" = "asserts"', '"Raw" = "asserts"\n"Learned" = "learned"')
    heads = (*HEADS, "Learned")
    row = ("a", "", "", "", "x", "", "", "", "", "", "", "2001-01-01")
    found = against_rules(read(row, text=text, heads=heads), picture_of(Record()))
    (fault,) = found.faults
    assert fault.cell == "A3"
    assert "learned" in fault.what
    assert [item.id for item in found.items] == ["ledger"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"tieline/mapping@v1"', '"x"', "write it on top"),
        ('kind = "statement"', 'kind = "talk"', "table 1, kind"),
        ('"Ref" = "id"', '"Ref" = "key"', 'no field "key"'),
        ('"Ref" = "id"', '"Ref" = 3', "not a text"),
        ("header = 2", "header = 0", "header"),
        ('"day first"', '"year first"', "dates"),
        ('kind = "round"', 'kind = "meeting"', "asserts 1, kind"),
        ('"held"', '"day"', 'a round has no field "day"'),
        ("separator", "seperator", 'there is no "seperator"'),
        ('published = "2019-03"', 'published = "2019-13"', "source 1"),
        ("[[table]]", "[table]", "no [[table]]|not a table|Cannot"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place(old, new, words):
    with pytest.raises((UsageError, tomllib.TOMLDecodeError), match=words.replace("[[", r"\[\[")):
        tables(MAPPING.replace(old, new, 1))


@pytest.mark.parametrize(
    ("column", "name"),
    [(0, "A17"), (1, "B17"), (25, "Z17"), (26, "AA17"), (701, "ZZ17"), (702, "AAA17")],
)
def test_cells_are_named_as_spreadsheets_name_them(column, name):
    assert cell_name(column, 17) == name


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "'=x", "''@x", "＝1", "－x"])
def test_nothing_that_a_spreadsheet_would_run_is_left(text):
    assert guarded(text)[0] == "'"
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_the_guard_is_taken_off_exactly(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_own_words_in_quotes_keep_their_apostrophe():
    assert guarded("'frank' talks") == unguarded("'frank' talks") == "'frank' talks"


def _sheet(rows):
    return [
        Row(number=n, cells=tuple(guarded(text) for text in row))
        for n, row in enumerate(rows, start=1)
    ]


@given(round_trip.records())
def test_a_record_survives_its_rows(record):
    kinds = [(t, t.sheet, _sheet(rows_of(record.items(), t.kind))) for t in own_tables()]
    by_kind = read_tables(kinds, Record())
    whole = read_tables([(own_table(), "all", _sheet(rows_of(record.items())))], Record())
    for found in (by_kind, whole):
        own = [
            f for f in found.faults if "say who" not in f.what and "not for reports" not in f.what
        ]
        if not own and not found.faults:
            assert set(found.items) == set(record.items())


def test_the_sample_survives_its_rows(talks):
    kinds = [(t, t.sheet, _sheet(rows_of(talks.items(), t.kind))) for t in own_tables()]
    found = read_tables(kinds, Record())
    assert found.faults == ()
    assert set(found.items) == set(talks.items())


def test_rows_may_cite_what_is_recorded_already():
    text = MAPPING.replace('id = "ledger"', 'id = "other"')
    known = Record(sources=(Source(id="ledger", published=parse_days("2019"), file="x"),))
    assert read(("a", "", "", "", "x"), text=text, known=known).faults == ()

"""The sample of the demonstration: facts of a real day, made from what was published."""

from __future__ import annotations

import importlib
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from tieline.demo.warnings import SHEET, sheet
from tieline.feeds.keeping import Keeping
from tieline.feeds.published import read_published
from tieline.feeds.warnings.asking import volumes
from tieline.feeds.warnings.facts import read_facts, write_facts
from tieline.space.shape import Corridor, Polygon

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT.parent / "shared" / "data" / "nga-msi-inforce-20230421" / "navwarnings.json"
DAY_MS = 1_682_078_400_000
"""Noon of 21 April 2023."""
CORRIDOR, HAZARD = "HYDROLANT 603/23", "HYDROLANT 838/22"


def made():
    return write_facts(read_published(PUBLISHED.read_bytes()).found)


@pytest.fixture
def in_force(tmp_path):
    keeping = Keeping(tmp_path / "warnings.db")
    keeping.take_file(sheet(), name=SHEET, now_ms=DAY_MS)
    yield {one.key: one for one in keeping.in_force(DAY_MS)}
    keeping.close()


def test_the_sample_is_what_this_program_reads_in_the_published_file():
    if not PUBLISHED.is_file():
        pytest.skip(f"the published warnings are not beside this checkout ({PUBLISHED}): NOT MADE")
    assert sheet() == made(), "read otherwise now: see the note beside the sample, make it again"


def test_it_holds_no_published_prose():
    text = sheet().decode()
    prose = ("MARINERS ARE", "REQUESTED", "PROVOCATIONS", "CANCEL THIS", "NO VESSEL")
    assert [words for words in prose if words in text] == []
    assert max(len(area) for one in read_facts(sheet()) for area in one.areas) < 100
    assert all(not one.raw.text for one in read_facts(sheet()))


def test_it_is_written_as_this_program_writes_facts():
    assert write_facts(read_facts(sheet())) == sheet()


def test_the_note_beside_it_tells_origin_and_licence():
    note = files("tieline.demo").joinpath(SHEET.replace(".json", ".SOURCE.md")).read_text()
    assert "not subject to copyright" in note
    assert "454" in note


def test_454_are_taken_and_all_but_those_that_end_before_are_in_force(tmp_path):
    keeping = Keeping(tmp_path / "warnings.db")
    taken = keeping.take_file(sheet(), name=SHEET, now_ms=DAY_MS)
    assert (taken.new, taken.left) == (454, 0)
    over = {one.warning.name for one in keeping.all() if not one.standing.holds_at(DAY_MS)}
    assert len(keeping.in_force(DAY_MS)) == 454 - len(over)
    assert 0 < len(over) < 25
    keeping.close()


def test_the_corridor_is_there_with_its_stand_off(in_force):
    one = in_force[CORRIDOR]
    assert one.party == "warnings"
    assert one.kind == "humanitarian corridor"
    assert one.title == "BLACK SEA, keep off 10 nm"
    assert one.counts == {"keep_off_m": 18_520}
    widths = [v.shape.half_width_m for v in one.volumes if isinstance(v.shape, Corridor)]
    assert widths == [200, 200, 200, 2_778]


def test_the_hazardous_area_is_there(in_force):
    (volume,) = in_force[HAZARD].volumes
    assert isinstance(volume.shape, Polygon)
    assert len(volume.shape.ring) == 5


def test_facts_take_up_what_their_texts_take_up():
    if not PUBLISHED.is_file():
        pytest.skip(f"the published warnings are not beside this checkout ({PUBLISHED}): NOT MADE")
    published = {one.name: one for one in read_published(PUBLISHED.read_bytes()).found}
    facts = {one.name: one for one in read_facts(sheet())}
    assert {name: volumes(one) for name, one in facts.items()} == {
        name: volumes(one) for name, one in published.items()
    }


if __name__ == "__main__":
    target = Path(importlib.import_module("tieline.demo").__path__[0]) / SHEET
    target.write_bytes(made())
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")

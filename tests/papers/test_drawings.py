"""Ladders, readouts and timelines as drawings and print pages: marked, whole, escaped, alone."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tieline.errors import UsageError
from tieline.observer.layout import width_px
from tieline.papers.drawing import BODY, text, wrapped
from tieline.papers.ladder import ladder_svg
from tieline.papers.printed import ladder_page, readouts_page, timeline_page, timeline_svg
from tieline.papers.sidebyside import NO_WORDS, columns_of, readouts_svg
from tieline.record.marking import Marking

DAY = date(2024, 1, 12)
SVG = "{http://www.w3.org/2000/svg}"
WORST = "</text><script>alert(1)</script> & \u0001"
SIDES = ("US", "China")
EVERY: dict[str, Any] = {
    "ladder.svg": lambda p, **k: ladder_svg(p, sides=SIDES, **k),
    "ladder.html": lambda p, **k: ladder_page(p, sides=SIDES, **k),
    "readouts.svg": lambda p, **k: readouts_svg(p, "dsd-2", **k),
    "readouts.html": lambda p, **k: readouts_page(p, "dsd-2", **k),
    "timeline.svg": timeline_svg,
    "timeline.html": timeline_page,
}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("mark", Marking)
def test_each_bears_its_mark_twice_and_is_the_same_each_time(sample, name, mark):
    first, second = (EVERY[name](sample, on=DAY, mark=mark) for _ in range(2))
    assert first == second
    assert first.count(f"{mark.value.upper()} –") == 2


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(sample, name):
    drawn = EVERY[name](sample, on=DAY, mark=Marking.OWN)
    assert "<script" not in drawn
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\((?!#)|@import""", drawn)


@pytest.mark.parametrize("name", [name for name in EVERY if name.endswith("svg")])
def test_drawings_are_well_formed_and_have_a_title(sample, name):
    root = ET.fromstring(EVERY[name](sample, on=DAY, mark=Marking.OWN))
    assert root.tag == f"{SVG}svg"
    assert next(e.text for e in root.iter(f"{SVG}title"))


def words(drawn):
    return [e.text or "" for e in ET.fromstring(drawn).iter(f"{SVG}text")]


def test_the_ladder_sets_counterparts_beside_each_other_by_rank(sample):
    told = words(ladder_svg(sample, on=DAY, mark=Marking.OWN, sides=SIDES))
    assert told.index("US") < told.index("China")
    assert any("Dong Jun, from 2023-12-29" in line for line in told)
    assert "counterparts" in told
    assert any("said to be its counterpart" in line for line in told)
    assert told.index("1") < told.index("2") < told.index("4")


def test_a_vacant_seat_is_drawn_empty_with_since_when(picture):
    told = picture(
        (
            "Held.",
            ["asserts: seat a-1", "  party: A", "  office: Chief", "  holder: X", "  rank: 1"],
        ),
        (
            "Vacant.",
            [
                *("asserts: seat b-1", "  party: B", "  office: Head", "  vacant: yes"),
                *("  rank: 1", "  from: 2029-06-01"),
            ],
        ),
    )
    drawn = ladder_svg(told, on=DAY, mark=Marking.OWN)
    assert any("vacant, from 2029-06-01" in line or "vacant" in line for line in words(drawn))
    assert "same rank" in words(drawn)
    assert '"2 3"' in drawn


def test_a_ladder_of_one_side_is_refused(picture):
    told = picture(("Held.", ["asserts: seat a-1", "  party: A", "  holder: X"]))
    with pytest.raises(UsageError, match="two sides"):
        ladder_svg(told, on=DAY, mark=Marking.OWN)


def test_readouts_stand_in_columns_and_an_absent_side_says_so(sample):
    columns = columns_of(sample, "talks-003", sides=("US", "China", "Mars"))
    assert [column.side for column in columns] == ["US", "China", "Mars"]
    page = readouts_page(sample, "talks-003", on=DAY, mark=Marking.OWN, sides=("Mars",))
    assert NO_WORDS in page


def test_a_round_without_readouts_is_refused_with_the_remedy(sample):
    with pytest.raises(UsageError, match="no readout of 'dpct-2020'"):
        readouts_svg(sample, "dpct-2020", on=DAY, mark=Marking.OWN)
    with pytest.raises(UsageError):
        readouts_svg(sample, "no-such", on=DAY, mark=Marking.OWN)


def test_what_a_report_says_cannot_leave_its_place(picture):
    told = picture(
        (
            WORST.replace("\u0001", "x"),
            ["asserts: readout r-1", "  side: A <b>", "  said: 2029-12-01"],
        ),
        ("Held.", ["asserts: round r-1", "  of: t", "  held: 2029-12-01"]),
        ("Seat.", ["asserts: seat a", "  party: A <b>", "  holder: <i>", "  rank: 1"]),
        ("Seat.", ["asserts: seat b", "  party: B", "  holder: &amp;", "  rank: 1"]),
    )
    for drawn in (
        readouts_svg(told, "r-1", on=DAY, mark=Marking.OWN),
        ladder_svg(told, on=DAY, mark=Marking.OWN),
        timeline_svg(told, on=DAY, mark=Marking.OWN),
        readouts_page(told, "r-1", on=DAY, mark=Marking.OWN),
        ladder_page(told, on=DAY, mark=Marking.OWN),
        timeline_page(told, on=DAY, mark=Marking.OWN),
    ):
        assert "<script" not in drawn
        assert "<b>" not in drawn
        assert "<i>" not in drawn


def test_head_and_foot_of_a_print_page_repeat_on_every_sheet(sample):
    page = ladder_page(sample, on=DAY, mark=Marking.LINE, sides=SIDES)
    assert page.index("<thead>") < page.index("<tfoot>") < page.index("<tbody>")
    assert "size: A4 portrait" in page
    assert "size: A4 landscape" in timeline_page(sample, on=DAY, mark=Marking.LINE)


def test_the_timeline_is_cut_between_lanes_below_its_years(sample):
    page = timeline_page(sample, on=DAY, mark=Marking.OWN)
    windows = [tuple(map(float, m)) for m in re.findall(r'viewBox="0 (\d+) \d+ (\d+)"', page)]
    slices = [w for w in windows if w[1] > 20]
    assert len(slices) > 2
    (year, *_) = re.findall(r'y="([0-9.]+)" class="y"', page)
    assert 72 < float(year) < 92
    for (top, height), (after, _) in pairwise(slices[1:]):
        assert top + height == pytest.approx(after, abs=1)


def test_text_from_right_to_left_keeps_its_place():
    drawn = text(10, 20, "שיחות")
    assert 'direction="rtl"' in drawn
    assert 'text-anchor="end"' in drawn


@pytest.mark.parametrize("said", ["one two three four five", "x" * 90, "长" * 40, "a  b", ""])
def test_wrapped_lines_fit_and_lose_nothing(said):
    lines = wrapped(said, 100)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert all(width_px(line, BODY) <= 100 for line in lines)


def test_drawings_and_pages_need_no_package_of_the_extra():
    code = (
        "import sys\n"
        "for name in ('reportlab', 'docx', 'icalendar'): sys.modules[name] = None\n"
        "import tieline.desk.papering as papering\n"
        "import tieline.papers.ladder, tieline.papers.printed, tieline.cli.paper\n"
        "try: papering.need_packages()\n"
        "except papering.SettingsError as error: print(error.advice)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "tieline[papers]"' in done.stdout

"""Handouts: the sheet and the drawing of a recipient without a node, read by others' readers."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files import handout, handoutlabels, kml
from tieline.files.handoutanswer import UNPACKED_BYTES_MAX, read_answer
from tieline.files.handoutmap import POINTS_MAX, sketch_of
from tieline.papers import noticewords as nw
from tieline.papers.notice import Told
from tieline.procedures.house.handed import READ_MAX
from tieline.record.message import Mark
from tieline.space.position import of_degrees
from tieline.space.shape import Corridor

_spec = importlib.util.spec_from_file_location(
    "notices", Path(__file__).resolve().parents[1] / "papers" / "test_notice.py"
)
assert _spec is not None
assert _spec.loader is not None
notices: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(notices)


def book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def filled(made: Any, **cells: Any) -> bytes:
    """The page as a recipient fills it in: labels by name, readings by number."""
    found = book(handout.write(made))
    sheet = found[handoutlabels.ANSWER]
    readings = cells.pop("read", {})
    for row in sheet.iter_rows():
        label = row[0].value
        if label in cells:
            row[1].value = cells[label]
        if isinstance(label, int) and label in readings:
            row[3].value = readings[label]
    out_file = io.BytesIO()
    found.save(out_file)
    return out_file.getvalue()


@pytest.mark.parametrize("mark", Mark)
def test_every_sheet_bears_the_mark_in_its_first_row_and_on_paper(mark: Mark) -> None:
    made = book(handout.write(notices.notice(mark=mark)))
    assert made.sheetnames == [handoutlabels.NOTICE, handoutlabels.POSITIONS, handoutlabels.ANSWER]
    for sheet in made.worksheets:
        assert sheet["A1"].value == nw.MARK_WORDS[mark]
        assert nw.MARK_WORDS[mark] in sheet.oddHeader.center.text
        assert sheet["A1"].fill.fgColor.rgb == handout.FILLS[mark]


def test_every_position_is_a_row_of_numbers_with_its_measures_and_times() -> None:
    sheet = book(handout.write(notices.notice()))[handoutlabels.POSITIONS]
    head = [cell.value for cell in sheet[2]]
    (row,) = [
        dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=3, values_only=True)
    ]
    assert (row["latitude"], row["longitude"]) == (54.3333333, 12.1666667)
    assert (row["shape"], row["radius_m"], row["upper_m"]) == ("circle", 9260, 3048)
    assert (row["from_utc"], row["until_utc"]) == ("2026-12-01T08:00:00Z", "2026-12-01T16:00:00Z")
    assert row["coarse"] == "no"


def test_thousands_of_positions_are_all_in_the_sheet() -> None:
    sheet = book(handout.write(notices.notice(notices.area_body(5_000))))
    assert sheet[handoutlabels.POSITIONS].max_row == 5_002
    numbers = [row[0].value for row in sheet[handoutlabels.ANSWER].iter_rows()]
    assert sum(isinstance(n, int) for n in numbers) == READ_MAX


def test_no_cell_is_a_formula_whatever_the_words_say() -> None:
    told = Told(lang="en", text="=HYPERLINK(1)\n" + "x" * 70_000, is_original=True)
    made = notices.notice(title="=1+1", texts=(told,), facts=(("purpose", "@SUM(A1)"),))
    for sheet in book(handout.write(made)).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            assert all(len(str(cell.value)) <= 32_767 for cell in row)


def test_a_page_that_was_filled_in_is_read_by_its_labels_and_numbers() -> None:
    made = notices.notice(notices.area_body(4))
    data = filled(
        made,
        **{
            handoutlabels.PERSON: "Lt. Example, watch",
            handoutlabels.WHAT: "Read-back",
            handoutlabels.WORDS: "All clear to us?",
            handoutlabels.PLACE: "west of the bank",
            "read": {1: "54.0N 13.0E", 3: "31U DQ 48251 11932", 4: "nowhere"},
        },
    )
    found = read_answer(data, "answer.xlsx")
    assert found.reference == made.reference
    assert (found.person, found.what) == ("Lt. Example, watch", "read-back")
    assert (found.words, found.place) == ("All clear to us?", "west of the bank")
    assert [number for number, _, _ in found.read] == [1, 3]
    assert found.read[0][1] == of_degrees(54.0, 13.0)
    (fault,) = found.faults
    assert fault.startswith("number 4")


def test_a_reading_that_was_copied_is_told_and_a_number_counts_once() -> None:
    made = notices.notice()
    copy = read_answer(filled(made, read={1: nw.in_minutes(made.places[0].at)}), "a.xlsx")
    assert "copy of what we sent" in copy.faults[0]
    twice = book(filled(made, read={1: "54N 12E"}))
    twice[handoutlabels.ANSWER].append([1, "", "", "55N 12E"])
    twice[handoutlabels.ANSWER].append(["", "", "", "56N 12E"])
    out_file = io.BytesIO()
    twice.save(out_file)
    found = read_answer(out_file.getvalue(), "a.xlsx")
    assert len(found.read) == 1
    assert len(found.faults) == 2


def test_an_unknown_word_for_what_it_comes_to_is_told_and_left_out() -> None:
    found = read_answer(filled(notices.notice(), **{handoutlabels.WHAT: "approved"}), "a.xlsx")
    assert found.what == ""
    assert "'approved' is not one of" in found.faults[0]


def test_formulas_in_an_answer_are_not_believed() -> None:
    data = filled(notices.notice(), **{handoutlabels.WORDS: "=1+1", "read": {1: '="54N 12E"'}})
    found = read_answer(data, "a.xlsx")
    assert (found.words, found.read) == ("", ())


def _bomb() -> bytes:
    out_file = io.BytesIO()
    with zipfile.ZipFile(out_file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (UNPACKED_BYTES_MAX + 1))
    return out_file.getvalue()


def _other() -> bytes:
    out_file = io.BytesIO()
    openpyxl.Workbook().save(out_file)
    return out_file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not an XLSX file"),
        (b"PK\x03\x04 no", "is not an XLSX file"),
        (_bomb(), "unpacks to"),
        (_other(), "has no page named Answer"),
    ],
    ids=["empty", "broken", "bomb", "another sheet"],
)
def test_a_file_that_is_no_answer_is_told_as_such(data: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_answer(data, "answer.xlsx")


def test_another_reader_finds_the_placemark_with_its_mark() -> None:
    fastkml = pytest.importorskip("fastkml", reason="NOT CHECKED: another reader of KML is absent")
    made = notices.notice(mark=Mark.EXERCISE)
    told = Notified(
        key=made.reference, party="Alpha Navy", kind="activity", title=made.heading,
        volumes=made.volumes,
    )  # fmt: skip
    data = kml.write([told], title=made.heading)
    text = data.decode().partition("?>")[2].strip()
    (mark,) = fastkml.KML.from_string(text).features[0].features
    assert mark.name is not None
    assert "EXERCISE" in mark.name
    assert mark.geometry is not None


def test_a_map_has_the_shapes_under_their_numbers_and_gives_up_on_too_many() -> None:
    volumes = notices.notice().volumes
    sketch = sketch_of("Gunnery 4", volumes * 2)
    assert sketch is not None
    assert {"1", "2"} <= {mark.words for mark in sketch.marks}
    assert all(0 <= x <= sketch.width for m in sketch.marks if m.words for x, _ in m.points)
    named = sketch_of("Gunnery 4", volumes)
    assert named is not None
    assert "Gunnery 4" in {mark.words for mark in named.marks}
    assert sketch_of("nothing", ()) is None
    long = Corridor(
        points=tuple(of_degrees(n / 100, (n % 2) / 100) for n in range(2_000)), half_width_m=100
    )
    many = notices.replace(volumes[0], shape=long)
    assert sketch_of("long", (many,)) is None
    assert POINTS_MAX < 2_000 * 60

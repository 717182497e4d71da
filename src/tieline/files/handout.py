"""Handout: a notice as a spreadsheet: what was notified, every position, and a page to send back.

Every cell is text or a number and none is a formula. The page to fill in bears the reference, so
that an answer is compared with the wording that its reader had before him and with no other.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from tieline.files.handoutlabels import (
    ANSWER,
    NOTICE,
    NUMBER,
    PERSON,
    PLACE,
    POSITIONS,
    READ,
    REFERENCE,
    SENT,
    WHAT,
    WORDS,
)
from tieline.files.making import rfc3339
from tieline.observer.sheet_cells import guarded
from tieline.papers import noticewords as nw
from tieline.papers.notice import KIND_WORDS, Notice, Place
from tieline.procedures.house.handed import ANSWERS, READ_MAX
from tieline.record.message import Mark
from tieline.space.shape import Circle, Corridor, Point, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_CHARS_MAX: Final = 32_000
"""Longer words go on in the cell below; a cell of Excel holds 32,767 characters."""
FILLS: Final = {Mark.ACTUAL: "FF1A2430", Mark.EXERCISE: "FFFFD11A", Mark.TEST: "FF73D9E6"}
LETTERS: Final = {Mark.ACTUAL: "FFFFFFFF", Mark.EXERCISE: "FF1A2430", Mark.TEST: "FF1A2430"}
OPEN_FILL: Final = "FFF4F1DC"
COLUMNS: Final = (
    "number", "volume", "what", "name", "latitude", "longitude", "degrees and minutes",
    "shape", "radius_m", "half_width_m", "within_m", "error_m", "edges", "lower_m", "upper_m",
    "heights above", "coarse", "from_utc", "until_utc", "times in words", "at_utc", "stop_min",
)  # fmt: skip


def write(notice: Notice) -> bytes:
    """The whole notice as an XLSX file of three sheets."""
    book = Workbook()
    made = datetime.fromtimestamp(notice.made_ms // 1000, UTC).replace(tzinfo=None)
    book.properties.title = notice.heading
    book.properties.creator = notice.office
    book.properties.created = book.properties.modified = made
    first: Any = book.active
    first.title = NOTICE
    _notice(first, notice)
    _positions(book.create_sheet(POSITIONS), notice)
    _answer(book.create_sheet(ANSWER), notice)
    out_file = io.BytesIO()
    book.save(out_file)
    return out_file.getvalue()


def _head(sheet: Any, notice: Notice, columns: int) -> None:
    """The mark, in the first row of every sheet and on every printed page."""
    sheet.append([nw.MARK_WORDS[notice.mark], "", nw.MARK_MEANING[notice.mark]])
    for column in range(1, columns + 1):
        cell = sheet.cell(row=1, column=column)
        cell.fill = PatternFill("solid", fgColor=FILLS[notice.mark])
        cell.font = Font(bold=True, color=LETTERS[notice.mark], size=12)
    for part in (sheet.oddHeader, sheet.oddFooter):
        part.center.text = f"{nw.MARK_WORDS[notice.mark]}  {notice.reference}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _text(value: str) -> str:
    return guarded("".join(c if c.isprintable() or c == "\n" else " " for c in value))


def _notice(sheet: Any, notice: Notice) -> None:
    _head(sheet, notice, 3)
    sheet.append([])
    for label, value in _facts(notice):
        for start in range(0, max(len(value), 1), CELL_CHARS_MAX):
            sheet.append([label if not start else "", _text(value[start : start + CELL_CHARS_MAX])])
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 96
    for row in sheet.iter_rows(min_row=3, max_col=2):
        row[0].font, row[0].alignment = Font(bold=True), Alignment(vertical="top")
        row[1].alignment = Alignment(wrap_text=True, vertical="top")


def _facts(notice: Notice) -> Iterator[tuple[str, str]]:
    yield KIND_WORDS.get(notice.procedure, notice.procedure), notice.name
    yield "", nw.NO_REQUEST
    yield "precedence", notice.level
    yield "from", notice.office
    yield "for", notice.recipient
    yield REFERENCE.lower(), notice.reference
    yield "wording (SHA-256)", notice.wording.rpartition(" ")[2]
    yield "stands", notice.standing + (" (ENDED)" if notice.is_over else "")
    yield "notified", nw.instant(notice.opened_ms, notice.zone)
    yield "in these words since", nw.instant(notice.worded_ms, notice.zone)
    yield "papers made", nw.instant(notice.made_ms, notice.zone)
    yield "handling", nw.HANDLING_WORDS[notice.handling]
    yield "left out for you", ", ".join(notice.redacted) or "nothing"
    yield "files not handed over", str(notice.kept_back)
    for address in notice.answer_to:
        yield "answer to", address
    yield from notice.facts
    for told in notice.texts:
        yield f"in words [{told.lang}{', original' if told.is_original else ''}]", told.text


def _positions(sheet: Any, notice: Notice) -> None:
    _head(sheet, notice, len(COLUMNS))
    sheet.append(list(COLUMNS))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for place in notice.places:
        sheet.append(_row(notice, place))
    told = {place.volume for place in notice.places}
    for number, volume in enumerate(notice.volumes, start=1):
        if number not in told:
            sheet.append(["", number, "leg", *[""] * 4, *_shaped(notice, volume), "", ""])
    sheet.freeze_panes = "A3"
    for letter, width in zip("CDGT", (16, 22, 26, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for letter in "RSU":
        sheet.column_dimensions[letter].width = 22


def _row(notice: Notice, place: Place) -> list[Any]:
    at = place.at
    volume = notice.volumes[place.volume - 1] if place.volume else None
    shaped = _shaped(notice, volume) if volume is not None else [""] * 13
    return [
        *(place.number, place.volume or "", place.what, _text(place.name)),
        *(at.lat_e7 / 1e7, at.lon_e7 / 1e7, nw.in_minutes(at)),
        *shaped,
        rfc3339(place.at_ms) if place.at_ms is not None else "",
        place.stop_min if place.stop_min is not None else "",
    ]


def _shaped(notice: Notice, volume: Volume) -> list[Any]:
    """What a row says of the volume that its position belongs to."""
    shape, band, spans = volume.shape, volume.band, volume.window.spans
    edges = shape.edge.value if isinstance(shape, Corridor | Polygon) else ""
    span = spans[0]
    one = span if len(spans) == 1 and isinstance(span, Interval) else None
    name = {Point: "point", Circle: "circle", Corridor: "corridor", Polygon: "area"}[type(shape)]
    words = "; ".join(nw.span(each, notice.zone) for each in spans)[:CELL_CHARS_MAX]
    return [
        name,
        shape.radius_m if isinstance(shape, Circle) else "",
        shape.half_width_m if isinstance(shape, Corridor) else "",
        shape.within_m if isinstance(shape, Polygon) else "",
        *(shape.error_m, edges),
        band.lower_m if band.lower_m is not None else "",
        band.upper_m if band.upper_m is not None else "",
        *(band.datum.value, "yes" if volume.coarse else "no"),
        rfc3339(one.start_ms) if one is not None and one.start_ms else "",
        rfc3339(one.end_ms) if one is not None and one.end_ms is not None else "",
        words,
    ]


# -- the page that is sent back


def _answer(sheet: Any, notice: Notice) -> None:
    _head(sheet, notice, 4)
    sheet.append(["Fill in the light cells and send the whole file back to one of:"])
    sheet.append(["; ".join(map(_text, notice.answer_to))])
    sheet.append([nw.NO_REQUEST])
    sheet.append([])
    sheet.append([REFERENCE, notice.reference])
    for label in (PERSON, WHAT, WORDS, PLACE):
        sheet.append([label, None])
    sheet.append(["", f"What it comes to is one of: {', '.join(ANSWERS)}."])
    sheet.append(["Read each position from your own chart or list, in another style than it came."])
    sheet.append([NUMBER, "", SENT, READ])
    head = sheet.max_row
    places = notice.places[:READ_MAX]
    for place in places:
        told = f"{place.what}{f' of {place.volume}' if place.volume else ''} {place.name}".strip()
        sheet.append([place.number, _text(told), nw.in_minutes(place.at), None])
    _look(sheet, head, len(places))


def _look(sheet: Any, head: int, count: int) -> None:
    for letter, width in zip("ABCD", (28, 34, 30, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    light = PatternFill("solid", fgColor=OPEN_FILL)
    fields = [sheet.cell(row=row, column=2) for row in range(7, 11)]
    reads = [sheet.cell(row=head + n, column=4) for n in range(1, count + 1)]
    for cell in (*fields, *reads):
        cell.fill, cell.protection = light, Protection(locked=False)
        # As text: a program would make numbers and dates of what is typed.
        cell.number_format = "@"
    for row in range(6, 11):
        sheet.cell(row=row, column=1).font = Font(bold=True)
    for column in range(1, 5):
        sheet.cell(row=head, column=column).font = Font(bold=True)
    for cell in fields:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[9].height = 60
    choices = DataValidation(type="list", formula1=f'"{",".join(ANSWERS)}"', allow_blank=True)
    sheet.add_data_validation(choices)
    choices.add(fields[1])
    # Without a password: it keeps the labels from a slip, and nobody out.
    sheet.protection.sheet = True
    sheet.freeze_panes = sheet.cell(row=head + 1, column=1)

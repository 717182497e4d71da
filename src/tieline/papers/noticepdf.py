"""Notice as PDF: its mark above and below every page, and across it unless it is ACTUAL."""

from __future__ import annotations

from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas

from tieline.papers import noticewords as nw
from tieline.papers.faces import Faces, FontFile
from tieline.papers.notice import Notice
from tieline.papers.noticepages import SIDE, SMALL, Box, Colour, Mark, Page, Set, Sketch, lay_out
from tieline.papers.pages import A4_HEIGHT, A4_WIDTH
from tieline.papers.paper import shortened
from tieline.papers.setting import Run, set_lines
from tieline.record.message import Mark as Marked

INK: Final[Colour] = (0.10, 0.14, 0.18)
FAINT: Final[Colour] = (0.38, 0.42, 0.46)
WHITE: Final[Colour] = (1.0, 1.0, 1.0)
BANDS: Final[dict[Marked, tuple[Colour, Colour]]] = {
    Marked.ACTUAL: ((0.10, 0.14, 0.18), WHITE),
    Marked.EXERCISE: ((1.0, 0.82, 0.10), INK),
    Marked.TEST: ((0.45, 0.85, 0.90), INK),
}
"""Ground and letters of the band; told apart in grey, too, since papers are copied and faxed."""
BAND: Final = 22.0
BAND_SIZE: Final = 12.5
ACROSS: Final = 92.0
ACROSS_GREY: Final[Colour] = (0.93, 0.93, 0.93)
TURN_DEG: Final = 52
FILL: Final = 0.20
MAP_LETTERS: Final = 6.4
HEADING_CHARS_MAX: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A PDF file, its pages, how many lines found no room, and whether the map did."""

    data: bytes
    pages: int
    left_out: int
    has_map: bool


def make_pdf(notice: Notice, fonts: tuple[FontFile, ...], sketch: Sketch | None = None) -> Drawn:
    """The papers of a notice for printing, sending and faxing."""
    faces = Faces(files=fonts)
    laid = lay_out(notice, faces, sketch)
    out_file = BytesIO()
    canvas: Any = Canvas(
        out_file,
        pagesize=(A4_WIDTH, A4_HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=faces.font_for("a", bold=False),
    )
    canvas.setTitle(notice.heading)
    canvas.setAuthor(notice.office)
    canvas.setSubject(f"{notice.reference}. {nw.NO_REQUEST}")
    canvas.setCreator("Tieline")
    # The library has no other way to say when a file was made.
    canvas._doc._timeStamp = _Made.of(notice.made_ms)  # noqa: SLF001
    for number, page in enumerate(laid.pages, start=1):
        _frame(canvas, faces, notice, f"page {number} of {len(laid.pages)}")
        _page(canvas, faces, page)
        canvas.showPage()
    canvas.save()
    return Drawn(
        data=out_file.getvalue(),
        pages=len(laid.pages),
        left_out=laid.left_out,
        has_map=laid.has_map,
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A point in time as the library reads it, Coordinated Universal Time."""

    t: float
    YMDhms: tuple[int, int, int, int, int, int]
    dhh: int = 0
    dmm: int = 0

    @classmethod
    def of(cls, made_ms: int) -> _Made:
        then = datetime.fromtimestamp(made_ms // 1000, UTC)
        six = (then.year, then.month, then.day, then.hour, then.minute, then.second)
        return cls(t=float(timegm(six)), YMDhms=six)


def _frame(canvas: Any, faces: Faces, notice: Notice, count: str) -> None:
    if notice.mark is not Marked.ACTUAL:
        _across(canvas, faces, notice.mark.value)
    ground, letters = BANDS[notice.mark]
    words = nw.MARK_WORDS[notice.mark]
    for y in (A4_HEIGHT - SIDE / 2 - BAND, SIDE / 2):
        canvas.setFillColorRGB(*ground)
        canvas.rect(SIDE, y, A4_WIDTH - 2 * SIDE, BAND, stroke=0, fill=1)
        _middle(canvas, faces, words, y + 0.31 * BAND, letters)
    top, bottom = A4_HEIGHT - SIDE / 2 - BAND - 11, SIDE / 2 + BAND + 5
    handling = nw.HANDLING_WORDS[notice.handling]
    edges = (
        (handling, f"reference {notice.reference}", top),
        (shortened(notice.heading, HEADING_CHARS_MAX), count, bottom),
    )
    for left, right, y in edges:
        for text, at_right in ((left, False), (right, True)):
            for line in set_lines(faces, (Run(text=text, faint=True),), size=SMALL, width=400)[:1]:
                x = A4_WIDTH - SIDE - line.width if at_right else SIDE
                _line(canvas, Set(line=line, x=x, y=A4_HEIGHT - y, room=line.width))


def _middle(canvas: Any, faces: Faces, words: str, y: float, colour: Colour) -> None:
    font = faces.font_for("A", bold=True) or "Helvetica-Bold"
    canvas.setFillColorRGB(*colour)
    canvas.setFont(font, BAND_SIZE)
    canvas.drawCentredString(A4_WIDTH / 2, y, words)


def _across(canvas: Any, faces: Faces, word: str) -> None:
    canvas.saveState()
    canvas.setFillColorRGB(*ACROSS_GREY)
    canvas.setFont(faces.font_for("A", bold=True) or "Helvetica-Bold", ACROSS)
    canvas.translate(A4_WIDTH / 2, A4_HEIGHT / 2)
    canvas.rotate(TURN_DEG)
    canvas.drawCentredString(0, -ACROSS / 3, word)
    canvas.restoreState()


def _page(canvas: Any, faces: Faces, page: Page) -> None:
    canvas.setStrokeColorRGB(*INK)
    for box in page.boxes:
        canvas.setLineWidth(0.9)
        if box.sketch is not None:
            _map(canvas, faces, box, box.sketch)
        canvas.rect(box.x, A4_HEIGHT - box.y - box.height, box.width, box.height, stroke=1, fill=0)
    for told in page.lines:
        _line(canvas, told)


def _line(canvas: Any, told: Set) -> None:
    shift = told.room - told.line.width if told.line.right else 0.0
    for piece in told.line.pieces:
        canvas.setFillColorRGB(*(FAINT if piece.faint else INK))
        canvas.setFont(piece.font, piece.size)
        canvas.drawString(told.x + shift + piece.x, A4_HEIGHT - told.y, piece.text)


def _map(canvas: Any, faces: Faces, box: Box, sketch: Sketch) -> None:
    scale = box.width / sketch.width
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(box.x, A4_HEIGHT - box.y - box.height, box.width, box.height)
    canvas.clipPath(path, stroke=0, fill=0)
    for mark in sketch.marks:
        points = [(box.x + x * scale, A4_HEIGHT - box.y - y * scale) for x, y in mark.points]
        if points:
            _mark(canvas, faces, mark, points)
    canvas.restoreState()


def _mark(canvas: Any, faces: Faces, mark: Mark, points: list[tuple[float, float]]) -> None:
    if mark.words:
        _words(canvas, faces, mark, points[0])
        return
    canvas.setStrokeColorRGB(*mark.colour)
    canvas.setFillColorRGB(*mark.colour, alpha=FILL if mark.fill else 1)
    canvas.setLineWidth(mark.width)
    if mark.dot:
        canvas.circle(*points[0], 2.2, stroke=0, fill=1)
        return
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for x, y in points[1:]:
        path.lineTo(x, y)
    if mark.fill:
        path.close()
    canvas.drawPath(path, stroke=int(mark.width > 0), fill=int(mark.fill))


def _words(canvas: Any, faces: Faces, mark: Mark, at: tuple[float, float]) -> None:
    runs = (Run(text=mark.words, faint=mark.colour == FAINT),)
    canvas.setFillAlpha(1)
    for line in set_lines(faces, runs, size=MAP_LETTERS, width=300)[:1]:
        _line(canvas, Set(line=line, x=at[0], y=A4_HEIGHT - at[1], room=line.width))

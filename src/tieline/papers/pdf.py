"""PDF: pages drawn with fonts embedded, the same bytes for the same paper, fonts and library."""

from __future__ import annotations

from calendar import timegm
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfgen.canvas import Canvas

from tieline.papers.faces import Faces, FontFile
from tieline.papers.pages import (
    A4_HEIGHT,
    A4_WIDTH,
    BODY,
    BOTTOM,
    SIDE,
    SMALL,
    TOP,
    Page,
    Placed,
    lay_out,
)
from tieline.papers.paper import Paper, bounded, cited_part, fitted, mark_words, shortened
from tieline.papers.setting import Run, SetLine, set_lines

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.picture import Picture

_INK: Final = (0.10, 0.14, 0.18)
_FAINT: Final = (0.38, 0.42, 0.46)
_RAISE: Final = 0.32
_EDGE: Final = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """A brief that was cut to fit, and its pages as a PDF file."""

    paper: Paper
    data: bytes
    count: int


def cut_to_fit(paper: Paper, picture: Picture, fonts: tuple[FontFile, ...]) -> Paper:
    """The paper as it fits on two pages; the Word file is made of the same."""
    faces = Faces(files=fonts)
    picture = cited_part(paper, picture)
    kept: dict[tuple[object, ...], list[SetLine]] = {}
    # What fonts lack is known only after a first pass, and the paper tells of it.
    lay_out(bounded(paper), picture, faces, kept)
    return fitted(paper, lambda one: len(lay_out(one, picture, faces, kept)))


def make_pdf(paper: Paper, picture: Picture, fonts: tuple[FontFile, ...]) -> Pages:
    """Cut and draw a brief."""
    paper = cut_to_fit(paper, picture, fonts)
    picture = cited_part(paper, picture)
    faces = Faces(files=fonts)
    kept: dict[tuple[object, ...], list[SetLine]] = {}
    lay_out(paper, picture, faces, kept)
    pages = lay_out(paper, picture, faces, kept)
    out_file = BytesIO()
    canvas = Canvas(
        out_file,
        pagesize=(A4_WIDTH, A4_HEIGHT),
        invariant=1,
        pageCompression=1,
        # Else the file names a font that it does not use and does not hold.
        initialFontName=faces.font_for("a", bold=False),
    )
    _describe(canvas, paper)
    for number, page in enumerate(pages, start=1):
        _frame(canvas, faces, paper, f"page {number} of {len(pages)}")
        _draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return Pages(paper=paper, data=out_file.getvalue(), count=len(pages))


def _describe(canvas: Any, paper: Paper) -> None:
    canvas.setTitle(paper.title)
    canvas.setAuthor("Tieline")
    canvas.setSubject(f"{paper.about}. {paper.asof()}. {mark_words(paper.mark)}")
    canvas.setCreator("Tieline")
    # The library has no other way to say which day a file is of.
    canvas._doc._timeStamp = _Made.of(paper.made)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class _Made:
    """A point in time as the library reads it: midnight, Coordinated Universal Time."""

    t: float
    YMDhms: tuple[int, int, int, int, int, int]
    dhh: int = 0
    dmm: int = 0

    @classmethod
    def of(cls, day: date) -> _Made:
        six = (day.year, day.month, day.day, 0, 0, 0)
        return cls(t=float(timegm(six)), YMDhms=six)


def _frame(canvas: Any, faces: Faces, paper: Paper, count: str) -> None:
    """The handling mark, the days and the number of the page, above and below."""
    width = A4_WIDTH - 2 * SIDE
    mark = (Run(text=mark_words(paper.mark), bold=True),)
    for y in (TOP - _EDGE, A4_HEIGHT - BOTTOM + _EDGE + BODY):
        for line in set_lines(faces, mark, size=BODY, width=width):
            _line(
                canvas, Placed(line=line, x=SIDE + (width - line.width) / 2, y=y, room=line.width)
            )
    title = shortened(paper.title, 60)
    for words, y, side in (
        (paper.asof(), TOP - _EDGE - 11, "right"),
        (f"Tieline: {paper.about}", TOP - _EDGE - 11, "left"),
        (title, A4_HEIGHT - BOTTOM + _EDGE + BODY + 11, "left"),
        (count, A4_HEIGHT - BOTTOM + _EDGE + BODY + 11, "right"),
    ):
        for line in set_lines(faces, (Run(text=words, faint=True),), size=SMALL, width=width)[:1]:
            x = SIDE if side == "left" else SIDE + width - line.width
            _line(canvas, Placed(line=line, x=x, y=y, room=line.width))
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(0.8)
    for y in (TOP - _EDGE + 5, A4_HEIGHT - BOTTOM + _EDGE - 4):
        canvas.line(SIDE, A4_HEIGHT - y, A4_WIDTH - SIDE, A4_HEIGHT - y)


def _draw(canvas: Any, page: Page) -> None:
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*_FAINT)
    for rule in page.rules:
        canvas.line(rule.left, A4_HEIGHT - rule.y, rule.right, A4_HEIGHT - rule.y)
    for placed in page.lines:
        _line(canvas, placed)


def _line(canvas: Any, placed: Placed) -> None:
    shift = placed.room - placed.line.width if placed.line.right else 0.0
    for piece in placed.line.pieces:
        canvas.setFillColorRGB(*(_FAINT if piece.faint else _INK))
        canvas.setFont(piece.font, piece.size)
        raised = piece.size * _RAISE / 0.66 if piece.raised else 0.0
        canvas.drawString(placed.x + shift + piece.x, A4_HEIGHT - placed.y + raised, piece.text)

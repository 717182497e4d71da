"""Pages: where every line of a brief stands on A4, counted before anything is drawn.

Measures are points; a page is that of ISO 216, 210 by 297 mm. The same count decides what is cut
and what is drawn, so that a brief cannot grow a third page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tieline.papers.faces import Faces, describe
from tieline.papers.paper import (
    CUTTING_RULE,
    INFERRED_SIGN,
    Entry,
    Note,
    Paper,
    Section,
    labels,
    left_out_words,
    note_numbers,
    notes,
    numbers_of,
    source_words,
    sources,
)
from tieline.papers.setting import Run, SetLine, set_lines

if TYPE_CHECKING:
    from tieline.observer.picture import Picture

A4_WIDTH: Final = 210 / 25.4 * 72
A4_HEIGHT: Final = 297 / 25.4 * 72
SIDE: Final = 46.0
TOP: Final = 58.0
BOTTOM: Final = 50.0
BODY: Final = 8.6
SMALL: Final = 6.7
HEAD: Final = 9.6
TITLE: Final = 16.0
LABEL_WIDTH: Final = 92.0
GAP: Final = 8.0
_LEADING: Final = 1.28
_COLUMNS: Final = 2
_COLUMN_GAP: Final = 16.0
FAINT_NOTE: Final = (
    f"{INFERRED_SIGN} hangs on an inference, not on reports alone. Raised numbers lead to the "
    "notes. Texts are as the record has them; no two sides' words are merged."
)
OUTSIDE_NOTE: Final = (
    "Chinese, Japanese and Korean letters use fonts of the reader's program; "
    "give a font with --font to put them into the file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line at a place; ``y`` is its baseline, counted from the top of the page."""

    line: SetLine
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A thin line across, counted from the top."""

    y: float
    left: float
    right: float


@dataclass(slots=True)
class Page:
    """What stands on one page."""

    lines: list[Placed] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """Pages being filled from the top; a page ends where no line fits any more."""

    faces: Faces
    pages: list[Page] = field(default_factory=lambda: [Page()])
    y: float = TOP
    kept: dict[tuple[object, ...], list[SetLine]] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def set(self, runs: tuple[Run, ...], size: float, width: float) -> list[SetLine]:
        key = (runs, size, width)
        if key not in self.kept:
            self.kept[key] = set_lines(self.faces, runs, size=size, width=width)
        return self.kept[key]

    def need(self, height: float) -> None:
        """Turn the page unless so much room is left."""
        if self.y + height > A4_HEIGHT - BOTTOM:
            self.pages.append(Page())
            self.y = TOP

    def put(self, lines: list[SetLine], x: float, room: float, leading: float) -> None:
        for line in lines:
            self.need(leading)
            self.y += leading
            self.page.lines.append(Placed(line=line, x=x, y=self.y - leading * 0.24, room=room))


def lay_out(
    paper: Paper, picture: Picture, faces: Faces, kept: dict[tuple[object, ...], list[SetLine]]
) -> list[Page]:
    """Place everything: title, sections, notes, sources. ``kept`` remembers set lines."""
    made = notes(paper, picture)
    sheet = Sheet(faces=faces, kept=kept)
    _title(sheet, paper)
    for section in paper.sections:
        _section(sheet, section, note_numbers(made))
    _notes(sheet, paper, picture, made)
    return sheet.pages


def _title(sheet: Sheet, paper: Paper) -> None:
    width = A4_WIDTH - 2 * SIDE
    sheet.put(sheet.set((Run(text=paper.about, faint=True),), BODY, width), SIDE, width, 12)
    lines = sheet.set((Run(text=paper.title, bold=True),), TITLE, width)
    sheet.put(lines, SIDE, width, TITLE * 1.2)
    sheet.put(
        sheet.set((Run(text=f"{paper.asof()}."),), BODY, width), SIDE, width, BODY * _LEADING + 2
    )


def _section(sheet: Sheet, section: Section, numbers: dict[str, int]) -> None:
    width = A4_WIDTH - 2 * SIDE
    sheet.need(HEAD * _LEADING + 2 * BODY * _LEADING + 10)
    sheet.y += 7
    sheet.put(
        sheet.set((Run(text=section.title, bold=True),), HEAD, width), SIDE, width, HEAD * _LEADING
    )
    sheet.page.rules.append(Rule(y=sheet.y + 1, left=SIDE, right=A4_WIDTH - SIDE))
    sheet.y += 3
    for entry, label in zip(section.entries, labels(section.entries), strict=True):
        _entry(sheet, entry, label, numbers)
    more = left_out_words(section)
    if more:
        _row(sheet, "", (Run(text=more, faint=True),))


def _entry(sheet: Sheet, entry: Entry, label: str, numbers: dict[str, int]) -> None:
    told = numbers_of(entry, numbers)
    runs = (
        Run(text=f"{INFERRED_SIGN} " if entry.inferred else ""),
        Run(text=f"{entry.lead}: " if entry.lead else "", bold=True),
        Run(text=entry.text),
        Run(text=f"\u2009{told}" if told else "", raised=True),
    )
    _row(sheet, label, runs, entry.label)


def _row(sheet: Sheet, label: str, runs: tuple[Run, ...], full_label: str = "") -> None:
    """Label and text side by side; on top of a page the label stands even if it repeats."""
    leading = BODY * _LEADING
    room = A4_WIDTH - 2 * SIDE - LABEL_WIDTH - GAP
    right = sheet.set(runs, BODY, room)
    before = len(sheet.pages)
    sheet.need(min(max(2, len(right)), 6) * leading)
    label = label if len(sheet.pages) == before else full_label
    left = sheet.set((Run(text=label, bold=True),), BODY * 0.92, LABEL_WIDTH) if label else []
    top, page = sheet.y, len(sheet.pages)
    sheet.put(left, SIDE, LABEL_WIDTH, leading)
    low, left_page = sheet.y, len(sheet.pages)
    if left_page == page:
        sheet.y = top
    sheet.put(right, SIDE + LABEL_WIDTH + GAP, room, leading)
    if len(sheet.pages) == left_page == page:
        sheet.y = max(sheet.y, low)
    sheet.y += 1.6


def _notes(sheet: Sheet, paper: Paper, picture: Picture, made: tuple[Note, ...]) -> None:
    """Notes in two columns of small print, evenly long, on the page where they fit."""
    width = A4_WIDTH - 2 * SIDE
    room = (width - _COLUMN_GAP) / _COLUMNS
    leading = SMALL * 1.22
    lines: list[SetLine] = []
    for note in made:
        runs = (Run(text=f"{note.number} ", bold=True), Run(text=f"{note.id}: {note.words}"))
        lines += sheet.set(runs, SMALL, room)
    for source in sources(paper, picture):
        runs = (Run(text=f"{source.id} ", bold=True), Run(text=source_words(source), faint=True))
        lines += sheet.set(runs, SMALL, room)
    closing = [line for words in _closing(sheet, paper) for line in _faint(sheet, words, width)]
    rows = -(-len(lines) // _COLUMNS)
    sheet.need(min((rows + len(closing)) * leading + HEAD * 2 + 12, A4_HEIGHT - TOP - BOTTOM))
    sheet.y += 7
    sheet.put(
        sheet.set((Run(text="Notes and sources", bold=True),), HEAD, width),
        SIDE,
        width,
        HEAD * _LEADING,
    )
    sheet.page.rules.append(Rule(y=sheet.y + 1, left=SIDE, right=A4_WIDTH - SIDE))
    sheet.y += 3
    for row in range(rows):
        sheet.need(leading)
        sheet.y += leading
        for column in range(_COLUMNS):
            at = row + column * rows
            if at < len(lines):
                x = SIDE + column * (room + _COLUMN_GAP)
                sheet.page.lines.append(
                    Placed(line=lines[at], x=x, y=sheet.y - leading * 0.24, room=room)
                )
    sheet.y += 3
    sheet.put(closing, SIDE, width, leading)


def _faint(sheet: Sheet, words: str, width: float) -> list[SetLine]:
    return sheet.set((Run(text=words, faint=True),), SMALL, width)


def _closing(sheet: Sheet, paper: Paper) -> list[str]:
    told = [FAINT_NOTE]
    if paper.is_cut:
        told.append(f"{paper.left_out} left out in all. {CUTTING_RULE}")
    if sheet.faces.outside:
        told.append(OUTSIDE_NOTE)
    if sheet.faces.missing:
        told.append(
            f"Not drawn, as no font at hand can: {describe(sorted(sheet.faces.missing.items()))}. "
            "The Word file has them."
        )
    return told

"""Pages of a notice: where its lines stand on A4, what is cut when there are too many.

What may never be missing comes first: mark, that it asks for nothing, how to answer, what was left
out. Positions and words follow, and where the pages end, the last one says what is not printed and
that the sheet beside it has all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tieline.papers import noticewords as nw
from tieline.papers.faces import Faces, describe
from tieline.papers.notice import KIND_WORDS, Notice, Place
from tieline.papers.pages import A4_HEIGHT, A4_WIDTH
from tieline.papers.setting import Run, SetLine, set_lines
from tieline.space.volume import Volume

PAGES_MAX: Final = 8
"""More nobody reads or sends by fax; the sheet has every position of the longest notification."""
SIDE: Final = 48.0
TOP: Final = 84.0
BOTTOM: Final = 72.0
SIZE: Final = 9.2
SMALL: Final = 7.6
HEAD: Final = 11.0
TITLE: Final = 17.0
LEADING: Final = 1.32
LABEL: Final = 104.0
MAP_HEIGHT_MAX: Final = 250.0
MAP_HEIGHT_MIN: Final = 90.0
SPANS_PRINTED: Final = 12
LETTER_WIDTH: Final = 0.5
"""Of the size, in the mean: how lines that are not set are counted."""
COLUMNS: Final = (0.0, 30.0, 118.0, 262.0, 378.0)
"""Where the columns of a table of positions begin: number, what, minutes, degrees, name."""

Colour: TypeAlias = tuple[float, float, float]
XY: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of a map: a filled outline, a line, a dot, or words at a place."""

    points: tuple[XY, ...]
    colour: Colour
    fill: bool = False
    dot: bool = False
    width: float = 1.0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A small map, ``width`` by ``height`` units with the origin on top at the left."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A line of text at a place; ``y`` is its baseline, counted from the top of the page."""

    line: SetLine
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A frame, and the map in it if there is one; ``y`` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    sketch: Sketch | None = None


@dataclass(slots=True, kw_only=True)
class Page:
    """What stands on one page."""

    lines: list[Set] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Flow:
    """Lines put one below the other, page after page; beyond the last page they are counted."""

    faces: Faces
    pages: list[Page] = field(default_factory=lambda: [Page()])
    y: float = TOP
    left_out: int = 0

    @property
    def width(self) -> float:
        return A4_WIDTH - 2 * SIDE

    @property
    def room(self) -> float:
        """Points left on this page, above the line that tells of a cut."""
        return A4_HEIGHT - BOTTOM - 2 * SIZE - self.y

    def _place(self, height: float) -> Page | None:
        """The page that has this room, a new one if need be; None once there is none left."""
        if self.left_out:
            return None
        if height > self.room:
            if len(self.pages) == PAGES_MAX:
                return None
            self.pages.append(Page())
            self.y = TOP
        return self.pages[-1]

    def gap(self, points: float) -> None:
        self.y += points

    def text(self, *runs: Run, size: float = SIZE, indent: float = 0.0) -> None:
        """A paragraph; lines that find no page are counted, as far as can be told unset."""
        room = self.width - indent
        if self.left_out:
            chars = sum(len(run.text) for run in runs)
            self.left_out += 1 + int(chars * size * LETTER_WIDTH / room)
            return
        for line in set_lines(self.faces, runs, size=size, width=room):
            self.row(((indent, line, room),), size)

    def words(self, text: str, *, size: float = SIZE, indent: float = 0.0, **look: bool) -> None:
        """Words of several paragraphs."""
        for part in text.splitlines() or [""]:
            self.text(Run(text=part or " ", **look), size=size, indent=indent)

    def row(self, cells: tuple[tuple[float, SetLine, float], ...], size: float) -> None:
        """Lines beside each other: where each begins, the line, and how wide it may be."""
        page = self._place(size * LEADING)
        if page is None:
            self.left_out += 1
            return
        self.y += size * LEADING
        for x, line, room in cells:
            page.lines.append(Set(line=line, x=SIDE + x, y=self.y - size * 0.3, room=room))

    def fact(self, label: str, text: str, *, bold: bool = False) -> None:
        """A name on the left, what holds on the right."""
        heads = set_lines(self.faces, (Run(text=label, faint=True),), size=SIZE, width=LABEL - 8)
        room = self.width - LABEL
        told = [
            line
            for part in text.splitlines()
            for line in set_lines(self.faces, (Run(text=part, bold=bold),), size=SIZE, width=room)
        ]
        for n in range(max(len(heads), len(told))):
            left = ((0.0, heads[n], LABEL),) if n < len(heads) else ()
            right = ((LABEL, told[n], room),) if n < len(told) else ()
            self.row((*left, *right), SIZE)

    def heading(self, text: str) -> None:
        """Words above what belongs together; never the last line of a page."""
        if self.room < HEAD * LEADING + 4 * SIZE * LEADING:
            self._place(self.room + 1)
        self.gap(7)
        self.text(Run(text=text, bold=True), size=HEAD)
        self.gap(1)

    def framed(self, text: str) -> None:
        """Words in a frame."""
        lines = set_lines(
            self.faces, (Run(text=text, bold=True),), size=SIZE, width=self.width - 16
        )
        height = len(lines) * SIZE * LEADING + 10
        page = self._place(height)
        if page is None:
            self.left_out += len(lines)
            return
        page.boxes.append(Box(x=SIDE, y=self.y, width=self.width, height=height))
        self.gap(5)
        for line in lines:
            self.row(((8.0, line, self.width - 16),), SIZE)
        self.gap(5)

    def sketch(self, told: Sketch) -> bool:
        """A map as large as there is room for on this page; whether there was."""
        wide = self.width
        high = min(wide * told.height / told.width, MAP_HEIGHT_MAX)
        if self.left_out or min(high, self.room - 8) < MAP_HEIGHT_MIN:
            return False
        high = min(high, self.room - 8)
        wide = high * told.width / told.height
        x = SIDE + (self.width - wide) / 2
        box = Box(x=x, y=self.y + 4, width=wide, height=high, sketch=told)
        self.pages[-1].boxes.append(box)
        self.gap(high + 8)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Pages of a notice; ``left_out`` counts lines that found no page, ``has_map`` says so."""

    pages: tuple[Page, ...]
    left_out: int
    has_map: bool


def lay_out(notice: Notice, faces: Faces, sketch: Sketch | None) -> Laid:
    """The pages of a notice, in the order in which nothing grave can be cut."""
    flow = Flow(faces=faces)
    _head(flow, notice)
    _answer(flow, notice)
    has_map = _where(flow, notice, sketch)
    _more(flow, notice)
    if faces.missing:
        flow.text(Run(text=f"Not drawn: {describe(faces.missing.items())}", faint=True), size=SMALL)
    left = flow.left_out
    if left:
        words = (
            f"Cut here: about {left} more lines are not printed. The sheet (XLSX) has all of it."
        )
        (line,) = set_lines(faces, (Run(text=words, bold=True),), size=SIZE, width=flow.width)[:1]
        y = A4_HEIGHT - BOTTOM - 0.4 * SIZE
        flow.pages[-1].lines.append(Set(line=line, x=SIDE, y=y, room=flow.width))
    return Laid(pages=tuple(flow.pages), left_out=left, has_map=has_map)


def _head(flow: Flow, notice: Notice) -> None:
    kind = KIND_WORDS.get(notice.procedure, notice.procedure)
    flow.text(Run(text=kind, faint=True))
    flow.text(Run(text=notice.name, bold=True), size=TITLE)
    if notice.is_over:
        flow.gap(3)
        flow.framed(f"ENDED: {notice.standing}. It no longer stands; what follows is what it was.")
    flow.gap(4)
    flow.framed(nw.NO_REQUEST)
    flow.gap(5)
    flow.fact("marked", f"{nw.MARK_WORDS[notice.mark]}. {nw.MARK_MEANING[notice.mark]}", bold=True)
    flow.fact("precedence", notice.level)
    flow.fact("from", notice.office)
    flow.fact("for", notice.recipient, bold=True)
    flow.fact("reference", notice.reference, bold=True)
    flow.fact("stands", notice.standing)
    flow.fact("notified", nw.instant(notice.opened_ms, notice.zone))
    if notice.worded_ms != notice.opened_ms:
        flow.fact("in these words", f"since {nw.instant(notice.worded_ms, notice.zone)}")
    flow.fact("papers made", nw.instant(notice.made_ms, notice.zone))
    flow.fact("handling", nw.HANDLING_WORDS[notice.handling])
    if notice.redacted:
        left = ", ".join(name.removesuffix("_ms").replace("_", " ") for name in notice.redacted)
        flow.fact("left out for you", f"{left}. Something is known there that is not told here.")
    if notice.kept_back:
        flow.fact("files", f"{notice.kept_back} belonging to it, not handed over")
    for name in notice.passed_on:
        flow.fact("file with it", name)


def _answer(flow: Flow, notice: Notice) -> None:
    flow.heading("How to answer")
    flow.text(
        Run(text=f"Name the reference {notice.reference}. ", bold=True),
        Run(
            text="Say that you have it, ask, object, or read the positions back from your own "
            "chart, in another style than they stand here. The sheet (XLSX) beside this paper has "
            "a page to fill in and send back. Your answer is written down by us; that is all it "
            "becomes."
        ),
    )
    for address in notice.answer_to:
        flow.text(Run(text=address, bold=True), indent=LABEL)


def _where(flow: Flow, notice: Notice, sketch: Sketch | None) -> bool:
    has_map = False
    if notice.volumes or notice.places:
        flow.heading("Where, when, how high")
        if sketch is not None:
            has_map = flow.sketch(sketch)
    loose = [place for place in notice.places if not place.volume]
    if loose:
        _positions(flow, loose, notice.zone)
    told = {place.volume for place in notice.places}
    for number, volume in enumerate(notice.volumes, start=1):
        if number in told:
            _volume(flow, notice, number, volume)
    return has_map


def _volume(flow: Flow, notice: Notice, number: int, volume: Volume) -> None:
    if flow.room < 7 * SIZE * LEADING:
        flow.gap(flow.room)
    flow.gap(5)
    flow.text(Run(text=f"{number}. ", bold=True), Run(text=nw.shape(volume.shape), bold=True))
    if volume.coarse:
        flow.fact("COARSE", "an outer bound for now; what lies in it may lie anywhere in it")
    spans = volume.window.spans
    for n, each in enumerate(spans[:SPANS_PRINTED]):
        flow.fact("when" if not n else "and", nw.span(each, notice.zone))
    if len(spans) > SPANS_PRINTED:
        flow.fact(
            "and", f"{len(spans) - SPANS_PRINTED} more times, all of them in the sheet (XLSX)"
        )
    flow.fact("height", nw.band(volume.band))
    _positions(flow, [place for place in notice.places if place.volume == number], notice.zone)


def _positions(flow: Flow, places: list[Place], zone: str) -> None:
    heads = ("No.", "what", "degrees and minutes", "decimal degrees", "")
    _row(flow, heads, faint=True)
    for place in places:
        more = [place.name] if place.name else []
        more += [nw.instant(place.at_ms, zone)] if place.at_ms is not None else []
        more += [f"stops {place.stop_min} min"] if place.stop_min is not None else []
        at = place.at
        cells = (str(place.number), place.what, nw.in_minutes(at), nw.in_degrees(at))
        _row(flow, (*cells, ", ".join(more)))


def _row(flow: Flow, cells: tuple[str, ...], *, faint: bool = False) -> None:
    """A row of the table; what is too long for its column goes on below."""
    if flow.left_out:
        flow.left_out += 1
        return
    ends = (*COLUMNS[1:], flow.width)
    found = [
        [
            (x, line, end - x)
            for line in set_lines(
                flow.faces, (Run(text=cell, faint=faint),), size=SMALL + 0.6, width=end - x - 4
            )
        ]
        for x, end, cell in zip(COLUMNS, ends, cells, strict=True)
    ]
    for n in range(max(map(len, found))):
        flow.row(tuple(column[n] for column in found if n < len(column)), SMALL + 0.6)


def _more(flow: Flow, notice: Notice) -> None:
    if notice.facts:
        flow.heading("What else was notified")
        for label, text in notice.facts:
            flow.fact(label, text)
    for told in notice.texts:
        kind = "original" if told.is_original else "translation; the original counts"
        flow.heading(f"In words [{told.lang}, {kind}]")
        flow.words(told.text)

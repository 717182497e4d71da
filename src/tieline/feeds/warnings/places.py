"""Places: the parts of a warning's sentences: which positions belong to which phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from tieline.feeds.warnings.checks import (
    AREA_REACH_NM_MAX,
    DEBRIS_REACH_NM_MAX,
    DoubtError,
    check_length,
    make_shape,
)
from tieline.feeds.warnings.layout import Paragraph
from tieline.feeds.warnings.model import About, Kind, Part, Phrase, Unread
from tieline.feeds.warnings.phrases import (
    Lead,
    berth_m,
    is_continued,
    is_suspect,
    is_vicinity,
    lead_of,
    length_m,
    sector_of,
    width_m,
)
from tieline.feeds.warnings.positions import Mark, find_positions, looks_like_position
from tieline.feeds.warnings.seas import Sea
from tieline.feeds.warnings.when import NOTHING, Times, read_times
from tieline.space.position import Position
from tieline.space.shape import EdgeKind

POSITIONS_MAX: Final = 2_000
"""Most positions of one warning; the most of two years is 110."""
WORDS_MAX: Final = 160
FAULTS_MAX: Final = 50

_STEP: Final = re.compile(r"[ ,;.]*(?:(?:AND|TO|THENCE(?: TO)?|THEN(?: TO)?|&)[ ,]*)?")
_OUTLINE: Final = re.compile(
    r"[ ,.]*(?:(?:AND|THENCE|TO|ALONG) )*(?:THE )?(?:COAST\w*|SHORE\w*|LAND\b|BEACH|ARC\b)"
)
_LAT: Final = r"(\d{1,2}-\d{2}(?:\.\d{1,3}|-\d{2})?[NS])"
_LON: Final = r"(\d{1,3}-\d{2}(?:\.\d{1,3}|-\d{2})?[EW])"
_PARALLELS: Final = re.compile(
    rf"\bBETWEEN:? {_LAT}[ ,]*(?:AND )?{_LAT},? AND {_LON}[ ,]*(?:AND )?{_LON}"
)
_PARALLELS_ITEM: Final = re.compile(_PARALLELS.pattern.removeprefix(r"\bBETWEEN:? "))
LIST_MAX: Final = 3
_AREA_KINDS: Final = frozenset(
    {
        Kind.FIRING,
        Kind.LAUNCH,
        Kind.DEBRIS,
        Kind.EXERCISE,
        Kind.HAZARD,
        Kind.PROHIBITED,
        Kind.SURVEY,
        Kind.CABLE,
        Kind.UNDERWATER,
    }
)
"""What goes on in areas: three positions and more may be corners, even if the text forgot it."""
_PLAIN: Final = Lead(Phrase.POINT, "")
_ROUND: Final = (Phrase.CIRCLE, Phrase.SECTOR)


@dataclass(slots=True)
class Places:
    """What the paragraphs of a warning gave."""

    parts: list[Part] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """Positions that follow each other, with the text before and after."""

    marks: list[Mark]
    before: str
    after: str = ""
    spoilt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What holds for the whole warning."""

    kind: Kind
    issued_ms: int | None
    edge: EdgeKind
    seas: tuple[Sea, ...]
    standoff_m: int | None
    corridors: frozenset[str]

    @property
    def reach_nm(self) -> int:
        """How far the corners of an area may lie apart."""
        is_far = self.kind in (Kind.DEBRIS, Kind.LAUNCH, Kind.FIRING, Kind.HAZARD)
        return DEBRIS_REACH_NM_MAX if is_far else AREA_REACH_NM_MAX

    @property
    def is_report(self) -> bool:
        """Whether the times of the text are mostly of what was seen."""
        return self.kind in (Kind.RESCUE, Kind.ATTACK, Kind.DERELICT)


def read_paragraph(paragraph: Paragraph, setting: Setting, found: Places) -> None:
    """Read one numbered paragraph: its own text, then its items with what it lends them."""
    intro, tail = paragraph.intro, paragraph.tail
    marks, after = find_positions(intro), find_positions(tail)
    bare = _without(intro, marks)
    if tail:
        bare = f"{bare} ... {_without(tail, after)}"
    own = _times(bare, paragraph.label, setting, found)
    berth = berth_m(bare)
    lead = _intro_lead(intro) if paragraph.items else None
    block = _Block(paragraph.label, setting, found, own, berth, None, bare)
    block.read(intro, marks)
    if tail:
        block.read(tail, after)
    for item in paragraph.items:
        label = f"{paragraph.label}.{item.label}" if paragraph.label else item.label
        marks = find_positions(item.text)
        bare = _without(item.text, marks)
        times = _lent(own, _times(bare, label, setting, found))
        near = berth_m(bare) or berth
        _Block(label, setting, found, times, near, lead, bare).read(item.text, marks)


def _lent(own: Times, times: Times) -> Times:
    """An item's times, and where it has none those of its paragraph."""
    if times is NOTHING:
        return own
    return Times(
        window=times.window or own.window,
        alternate=times.alternate if times.window else own.alternate,
        observed_ms=times.observed_ms or own.observed_ms,
        faults=times.faults or (() if times.window else own.faults),
    )


def _times(text: str, label: str, setting: Setting, found: Places) -> Times:
    times = read_times(text, setting.issued_ms, is_report=setting.is_report)
    for words, reason in islice(times.faults, FAULTS_MAX):
        found.unread.append(
            Unread(about=About.WINDOW, label=label, text=words[:WORDS_MAX], reason=reason)
        )
    return times


def _without(text: str, marks: list[Mark]) -> str:
    """The text with each position as one sign, so that its digits are no times."""
    if not marks:
        return text
    pieces, at = [], 0
    for mark in marks:
        pieces += [text[at : mark.start], "@"]
        at = mark.end
    return "".join([*pieces, text[at:]])


def _intro_lead(intro: str) -> Lead | None:
    """The phrase that a paragraph begins and its items end."""
    bare = intro.rstrip(" :.")
    if bare.endswith("BETWEEN"):
        return Lead(Phrase.BETWEEN, "BETWEEN")
    lead = lead_of(bare)
    if lead is not None:
        return lead
    if bare.endswith("WITHIN"):
        return Lead(Phrase.CIRCLE, "WITHIN", None, "")
    return None


@dataclass(slots=True)
class _Block:
    label: str
    setting: Setting
    found: Places
    times: Times
    berth_m: int | None
    lent: Lead | None
    context: str

    def read(self, text: str, marks: list[Mark]) -> None:
        boxed = self._boxes(text)
        if boxed is not text:
            text, marks = boxed, find_positions(boxed)
        runs = self._runs(text, marks)
        for run in runs:
            self._run(run)
        if not runs:
            left = looks_like_position(text)
            if left:
                self._fail(left, "it may be a position, and is not written as one")

    def _boxes(self, text: str) -> str:
        """Areas between parallels and meridians; what is left of the text."""
        pattern = _PARALLELS
        if self.lent is not None and self.lent.phrase is Phrase.BETWEEN:
            pattern = _PARALLELS_ITEM
        elif "BETWEEN" not in text:
            return text
        boxes = list(islice(pattern.finditer(text), POSITIONS_MAX))
        for box in boxes:
            self._box(box)
        return pattern.sub("", text) if boxes else text

    def _box(self, box: re.Match[str]) -> None:
        lats, lons = (box[1], box[2]), (box[3], box[4])
        marks = [find_positions(f"{lat} {lon}")[:1] for lat in lats for lon in lons]
        points = [mark[0].at for mark in marks if mark]
        if len(points) != 4 or any(point is None for point in points):
            self._fail(box.group(), "its parallels and meridians are none")
            return
        sw, se, nw, ne = [point for point in points if point is not None]
        lead = Lead(Phrase.BETWEEN, "BETWEEN")
        self._made(lead, (sw, nw, ne, se), 0, box.group())

    def _runs(self, text: str, marks: list[Mark]) -> list[_Run]:
        runs: list[_Run] = []
        at = 0
        for mark in marks[:POSITIONS_MAX]:
            between = text[at : mark.start]
            if runs and _STEP.fullmatch(between):
                runs[-1].marks.append(mark)
            elif runs and len(between) < 48 and looks_like_position(between):
                runs[-1].marks.append(mark)
                runs[-1].spoilt = looks_like_position(between)
            else:
                if runs:
                    runs[-1].after = between
                runs.append(_Run([mark], between))
            at = mark.end
        if runs:
            runs[-1].after = text[at:]
        return runs

    def _run(self, run: _Run) -> None:
        lead = self._lead(run)
        words = run.before[-WORDS_MAX:].strip()
        if lead is None:
            self._fail(words, "words of a place that fit no phrase")
        elif lead.phrase in (Phrase.POINT, Phrase.PLACE, *_ROUND):
            self._singles(lead, run, words)
            if run.spoilt:
                self._fail(run.spoilt, "it may be a position, and is not written as one")
        else:
            self._joined(lead, run, words)

    def _joined(self, lead: Lead, run: _Run, words: str) -> None:
        """All positions of a run as the corners of one shape."""
        left = run.spoilt or looks_like_position(f"{run.before[-12:]} {run.after[:24]}")
        faults = [mark.fault for mark in run.marks if mark.fault]
        if left:
            self._fail(words, f'a position may be misspelt: "{left}"')
        elif faults:
            self._fail(words, faults[0])
        elif _OUTLINE.match(run.after):
            self._fail(words, "part of its outline is a coast or an arc")
        else:
            points = tuple(mark.at for mark in run.marks if mark.at is not None)
            self._made(lead, points, 0, words)

    def _lead(self, run: _Run) -> Lead | None:
        before = run.before
        own = lead_of(before)
        if own is not None and self.lent is not None and is_continued(own.words):
            own = None
        if own is None and self.lent is not None:
            text = before.strip(" ,:")
            if text and self.lent.phrase is Phrase.CIRCLE and self.lent.distance_m is None:
                own = lead_of(f"WITHIN {text}")
            elif not text or is_continued(text) or not is_suspect(text):
                own = self.lent
            if own is None and is_suspect(before):
                return None
        if own is not None:
            return own
        if before.rstrip().endswith("("):
            return Lead(Phrase.PLACE, "")
        return None if is_suspect(before) else _PLAIN

    def _singles(self, lead: Lead, run: _Run, words: str) -> None:
        """Each position a point or a circle of its own."""
        is_listed = len(run.marks) < LIST_MAX or self.setting.kind not in _AREA_KINDS
        if lead.phrase is Phrase.POINT and not is_listed:
            self._fail(words, "several positions, and how they are joined is not said")
            return
        lead = sector_of(lead, run.after)
        if lead.phrase in _ROUND and lead.distance_m is None and not lead.fault:
            self._fail(words, "within a distance that is not given")
            return
        for mark in run.marks:
            if mark.at is None:
                self._fail(words, mark.fault)
            else:
                self._made(lead, (mark.at,), mark.precision_m, words)

    def _made(self, lead: Lead, points: tuple[Position, ...], precision_m: int, words: str) -> None:
        setting = self.setting
        keep_off = self.berth_m
        try:
            if lead.phrase is Phrase.LINE:
                lead = self._widened(lead, points)
                if setting.standoff_m and self._is_corridor():
                    keep_off = setting.standoff_m
            shape = make_shape(
                lead,
                points,
                precision_m,
                edge=setting.edge,
                seas=setting.seas,
                reach_nm=setting.reach_nm,
            )
        except DoubtError as doubt:
            self._fail(words, str(doubt))
            return
        self.found.parts.append(
            Part(
                label=self.label,
                phrase=lead.phrase,
                words=(lead.words or words)[-WORDS_MAX:],
                shape=shape,
                window=self.times.window,
                alternate=self.times.alternate,
                keep_off_m=keep_off,
                observed_ms=self.times.observed_ms,
                is_vague=is_vicinity(words),
                is_timed=self.times.window is not None or not self.times.faults,
            )
        )

    def _widened(self, lead: Lead, points: tuple[Position, ...]) -> Lead:
        """A line whose paragraph says how wide it is is a corridor."""
        width = width_m(self.context)
        if width is None:
            return lead
        stated = length_m(self.context)
        if stated is not None:
            check_length(points, stated)
        return lead._replace(phrase=Phrase.WITHIN_LINE, distance_m=-(-width // 2))

    def _is_corridor(self) -> bool:
        names = self.setting.corridors
        return "CORRIDOR" in self.context or any(name in self.context for name in names)

    def _fail(self, words: str, reason: str) -> None:
        if len(self.found.unread) < POSITIONS_MAX:
            self.found.unread.append(
                Unread(about=About.SHAPE, label=self.label, text=words[-WORDS_MAX:], reason=reason)
            )

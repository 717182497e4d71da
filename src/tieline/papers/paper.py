"""Paper: what a brief holds before it becomes pages: sections of entries, each with its citations.

An entry never speaks without a citation unless it says that something is unknown. Numbers of
notes follow from the order in which the entries that are kept cite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tieline.observer.claims import pilcrow, unique
from tieline.observer.picture import Picture
from tieline.observer.statement import Record
from tieline.record.marking import MARKING_MEANING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from tieline.observer.claims import Cite
    from tieline.observer.statement import Inference, Source, Statement
    from tieline.record.marking import Marking

PAGES_MAX: Final = 2
"""A brief that does not fit on one sheet of paper is not read on the way to the room."""
SECTION_ENTRIES_MAX: Final = 24
"""More entries than this cannot stand on two pages beside other sections."""
ENTRY_CHARS_MAX: Final = 380
ENTRY_CHARS_MIN: Final = 48
CITES_MAX: Final = 8
"""Citations of one entry; what a hundred reports say needs no hundred notes."""
NOTE_CHARS_MAX: Final = 150
TITLE_CHARS_MAX: Final = 90
LEAD_CHARS_MAX: Final = 160
LABEL_CHARS_MAX: Final = 48
INFERRED_SIGN: Final = "≈"
CUTTING_RULE: Final = (
    "What does not fit on two pages is left out: the last entry of the section that shows most, "
    "again and again, and of two such sections the later one. Where that is not enough, texts "
    "end sooner. +n after a number counts citations that found no room."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing said.

    ``label`` stands in the margin: a side, a day, how it is due. ``lead`` opens the text, in bold.
    ``more_cites`` counts citations that found no room.
    """

    label: str = ""
    lead: str = ""
    text: str
    cites: tuple[Cite, ...] = ()
    more_cites: int = 0

    @property
    def inferred(self) -> bool:
        """Whether it hangs on an inference."""
        return any(cite.inferred or cite.dated_by for cite in self.cites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Entries of one kind, the most important first.

    Attributes:
        more: the command that lists everything.
        left_out: how many entries were left out for want of room.
    """

    title: str
    entries: tuple[Entry, ...]
    more: str
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A citation as it stands at the end: number, where it is said, and with what force."""

    number: int
    id: str
    words: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A brief.

    Attributes:
        about: what kind of thing it is on, for the line above the title.
        mark: how far it may go; stands on every page.
        on: the day as of which it speaks.
        known_on: the day whose knowledge it uses; None for all that is recorded.
        made: the day that its metadata give.
    """

    title: str
    about: str
    mark: Marking
    on: date
    known_on: date | None
    made: date
    sections: tuple[Section, ...]

    @property
    def cites(self) -> tuple[Cite, ...]:
        return unique(
            c for section in self.sections for entry in section.entries for c in entry.cites
        )

    @property
    def left_out(self) -> int:
        return sum(section.left_out for section in self.sections)

    @property
    def is_cut(self) -> bool:
        """Whether entries or citations were left out."""
        more = (entry.more_cites for section in self.sections for entry in section.entries)
        return bool(self.left_out or any(more))

    def asof(self) -> str:
        """The two days of knowledge, in words."""
        known = f"what was known by {self.known_on}" if self.known_on else "all that is recorded"
        return f"As of {self.on}, from {known}"


def mark_words(mark: Marking) -> str:
    """The handling mark as it stands on pages."""
    return f"{mark.value.upper()} \N{EN DASH} {MARKING_MEANING[mark]}"


def bounded(paper: Paper, chars: int = ENTRY_CHARS_MAX, cites: int = CITES_MAX) -> Paper:
    """The paper with at most so many entries a section, and no entry of endless length."""
    return replace(
        paper,
        title=shortened(paper.title, TITLE_CHARS_MAX),
        sections=tuple(_bounded(section, chars, cites) for section in paper.sections),
    )


def _bounded(section: Section, chars: int, cites: int) -> Section:
    kept = section.entries[:SECTION_ENTRIES_MAX]
    return replace(
        section,
        entries=tuple(
            replace(
                entry,
                text=shortened(entry.text, chars),
                label=shortened(entry.label, LABEL_CHARS_MAX),
                lead=shortened(entry.lead, min(chars, LEAD_CHARS_MAX)),
                cites=_first_cites(entry, cites),
                more_cites=entry.more_cites + max(0, len(entry.cites) - cites),
            )
            for entry in kept
        ),
        left_out=section.left_out + len(section.entries) - len(kept),
    )


def _first_cites(entry: Entry, limit: int) -> tuple[Cite, ...]:
    """The first citations; an inference that others hide keeps a place, so that it shows."""
    kept = entry.cites[:limit]
    hidden = [one for one in entry.cites[limit:] if one.inferred or one.dated_by]
    if hidden and not replace(entry, cites=kept).inferred:
        return (*kept[:-1], hidden[0])
    return kept


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning with a sign that it goes on."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def fitted(paper: Paper, pages_of: Callable[[Paper], int]) -> Paper:
    """The paper cut until ``pages_of`` counts no more than `PAGES_MAX`, by `CUTTING_RULE`.

    Steps: (1) every cut in its order, (2) the first after which it fits, found by halving, as
    counting pages takes longest, (3) shorter texts and fewer citations where even one entry a
    section is too much.
    """
    # (1)
    cuts = [bounded(paper)]
    while (shorter := _cut_once(cuts[-1])) is not None:
        cuts.append(shorter)
    # (2)
    low, high = 0, len(cuts) - 1
    while low < high:
        middle = (low + high) // 2
        if pages_of(cuts[middle]) <= PAGES_MAX:
            high = middle
        else:
            low = middle + 1
    found = cuts[low]
    # (3)
    chars, cites = ENTRY_CHARS_MAX, CITES_MAX
    while pages_of(found) > PAGES_MAX and chars > ENTRY_CHARS_MIN:
        chars, cites = chars // 2, max(1, cites // 2)
        found = bounded(found, chars, cites)
    return found


def _cut_once(paper: Paper) -> Paper | None:
    """Without the last entry of the section that shows most; None when each shows one."""
    longest = max(range(len(paper.sections)), key=lambda n: (len(paper.sections[n].entries), n))
    section = paper.sections[longest]
    if len(section.entries) < 2:
        return None
    cut = replace(section, entries=section.entries[:-1], left_out=section.left_out + 1)
    listed = list(paper.sections)
    listed[longest] = cut
    return replace(paper, sections=tuple(listed))


def labels(entries: Iterable[Entry]) -> list[str]:
    """The labels as they are shown: one that repeats the label above it stays empty."""
    found: list[str] = []
    last = ""
    for entry in entries:
        found.append("" if entry.label == last else entry.label)
        last = entry.label
    return found


def left_out_words(section: Section) -> str:
    """What a cut section says of itself; empty for a whole one."""
    if not section.left_out:
        return ""
    return f"{section.left_out} more left out for want of room: {section.more}"


def notes(paper: Paper, picture: Picture) -> tuple[Note, ...]:
    """Numbered notes in the order of citation."""
    statements = {one.id: one for one in picture.record.statements}
    inferences = {one.id: one for one in picture.record.inferences}
    found = []
    for number, cite in enumerate(unique(cite.id for cite in paper.cites), start=1):
        statement, inference = statements.get(cite), inferences.get(cite)
        if statement is not None:
            words, source = statement_words(statement), statement.source
        elif inference is not None:
            words, source = _inference_words(inference), None
        else:
            words, source = "not in the record", None
        told = shortened(words, NOTE_CHARS_MAX)
        found.append(Note(number=number, id=cite, words=told, source=source))
    return tuple(found)


def cited_part(paper: Paper, picture: Picture) -> Picture:
    """A picture of the cited items alone: pages are counted many times, a record may be long."""
    ids = {cite.id for cite in paper.cites}
    record = picture.record
    statements = tuple(one for one in record.statements if one.id in ids)
    inferences = tuple(one for one in record.inferences if one.id in ids)
    cut = Record(sources=record.sources, statements=statements, inferences=inferences)
    return Picture(record=cut)


def statement_words(statement: Statement) -> str:
    """Source, passage, force, speaker, channel and language of a statement."""
    parts = [f"source {statement.source} {pilcrow(statement.passage)}", statement.force.value]
    parts += [statement.speaker] if statement.speaker else []
    parts += [f"via {', via '.join(statement.via)}"] if statement.via else []
    parts += [f"from {statement.language}"] if statement.language else []
    return ", ".join(parts)


def _inference_words(inference: Inference) -> str:
    return f"inference by {inference.author} from {', '.join(inference.grounds)}"


def sources(paper: Paper, picture: Picture) -> tuple[Source, ...]:
    """The sources of the notes, in the order of the record."""
    used = {note.source for note in notes(paper, picture)}
    return tuple(source for source in picture.record.sources if source.id in used)


def source_words(source: Source) -> str:
    """Outlet, title, day and file of a source."""
    parts = [source.outlet or "outlet not named"]
    parts += [source.title] if source.title else []
    parts += [f"published {source.published.words()}"]
    parts += [f"file {source.file}"] if source.file else []
    return shortened(", ".join(parts), NOTE_CHARS_MAX)


def note_numbers(made: Iterable[Note]) -> dict[str, int]:
    """The number of each cited id."""
    return {note.id: note.number for note in made}


def numbers_of(entry: Entry, numbers: dict[str, int]) -> str:
    """The raised numbers after an entry."""
    found = sorted({numbers[cite.id] for cite in entry.cites if cite.id in numbers})
    more = f"+{entry.more_cites}" if entry.more_cites else ""
    return ",".join([*map(str, found), *([more] if more else [])])

"""Papering: briefs, drawings, print pages and calendars from a record, as files.

The packages that write PDF, Word and calendar files are an extra; without them everything else
works, and asking for such a file says what to install.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieline.desk.speaking import Desk
from tieline.errors import SettingsError, UsageError
from tieline.observer import Picture, Sure, picture_of, read_text
from tieline.observer.assertion import Readout
from tieline.papers.brief import Subject, brief
from tieline.papers.carried import read_record
from tieline.papers.ladder import ladder_svg
from tieline.papers.paper import Paper
from tieline.papers.printed import ladder_page, readouts_page, timeline_page, timeline_svg
from tieline.papers.sidebyside import readouts_svg
from tieline.record.marking import Audience, Marking

if TYPE_CHECKING:
    from tieline.papers.faces import FontFile
    from tieline.papers.ical import Feed

FONT_BYTES_MAX: Final = 64 * 1024 * 1024
"""The largest fonts with all of Chinese have some 30 MB."""
FONTS_MAX: Final = 8
AUDIENCE_OF: Final = {
    Marking.OWN: Audience.OWN,
    Marking.LINE: Audience.LINE,
    Marking.PUBLISHABLE: Audience.PUBLIC,
}
SAMPLE: Final = "talks-2017-2024.txt"
SAMPLE_DAY: Final = date(2024, 1, 12)
SAMPLE_BRIEFS: Final = {
    "mechanism": "dpct",
    "round": "dsd-2",
    "counterpart": "china-defence-minister",
    "topic": "taiwan",
}
_PLAIN, _BOLD = "figo", "figbo"
"""FiraGO (SIL Open Font Licence), as the package of fonts names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record as a picture for an audience; ``record`` names it for good."""

    picture: Picture
    record: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What every paper is asked for: days, mark, record."""

    on: date
    mark: Marking
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A brief as it was written: what was cut, and what fonts could not draw."""

    paper: Paper
    pages: int | None
    files: tuple[Path, ...]


def told_by(desk: Desk, of: str, wanted: Wanted) -> Told:
    """A record, observer's, house's or a line's, as far as readers under the mark may see it.

    Raises:
        UsageError: there is no such record, or more than one is meant.
    """
    answer = desk.client.call("record.whole", of=of, audience=AUDIENCE_OF[wanted.mark].value)
    assert isinstance(answer, dict)
    picture = without_embargoed(picture_of(read_record(answer["record"])), wanted)
    return Told(picture=picture, record=str(answer["line"]), name=str(answer["name"]))


def without_embargoed(picture: Picture, wanted: Wanted) -> Picture:
    """For a paper that anyone may see: without readouts whose embargo may last beyond the day."""
    if wanted.mark is not Marking.PUBLISHABLE:
        return picture
    held = [
        claim.cite.id
        for claim in picture.of(Readout)
        if claim.assertion.embargo is not None
        if claim.assertion.embargo.begun_by(wanted.on) is not Sure.YES
    ]
    return picture.without(held) if held else picture


def make_brief(
    told: Told,
    key: str,
    wanted: Wanted,
    *,
    made: date,
    us: str = "",
    subject: Subject | None = None,
) -> Paper:
    """A brief that is not cut yet; see `tieline.papers.brief.brief`."""
    return brief(
        told.picture,
        key,
        on=wanted.on,
        mark=wanted.mark,
        made=made,
        known_on=wanted.known_on,
        us=us,
        of=told.name,
        subject=subject,
    )


def write_brief(
    told: Told, paper: Paper, targets: Sequence[Path], fonts: Sequence[Path] = ()
) -> Written:
    """Write a brief into each file, as its ending says: ``.pdf`` or ``.docx``.

    Raises:
        SettingsError: the packages for it are not installed.
        UsageError: another ending, or a font or file that cannot be read or written.
    """
    for target in targets:
        if target.suffix.lower() not in {".pdf", ".docx"}:
            raise UsageError(f"{target.name} ends neither in .pdf nor in .docx")
    need_packages()
    from tieline.papers.pdf import make_pdf  # noqa: PLC0415  # needs the extra
    from tieline.papers.word import make_docx  # noqa: PLC0415

    picture = told.picture.known_on(paper.known_on) if paper.known_on else told.picture
    made = make_pdf(paper, picture, load_fonts(fonts))
    for target in targets:
        is_pdf = target.suffix.lower() == ".pdf"
        write_bytes(target, made.data if is_pdf else make_docx(made.paper, picture))
    return Written(paper=made.paper, pages=made.count, files=tuple(targets))


def load_fonts(extra: Sequence[Path] = ()) -> tuple[FontFile, ...]:
    """Our own fonts, then those that were named, in their order.

    Raises:
        UsageError: too many, or one that cannot be read.
    """
    from tieline.papers.faces import FontFile  # noqa: PLC0415  # needs the extra

    if len(extra) > FONTS_MAX:
        raise UsageError(f"{len(extra)} fonts were named; at most {FONTS_MAX} can be")
    buffers = import_module("pymupdf_fonts").fontbuffers
    own = FontFile(plain=bytes(buffers[_PLAIN]()), bold=bytes(buffers[_BOLD]()), name="FiraGO")
    return (own, *(FontFile(plain=_font(path), name=path.name) for path in extra))


def _font(path: Path) -> bytes:
    try:
        if path.stat().st_size > FONT_BYTES_MAX:
            raise UsageError(f"{path.name} has more than {FONT_BYTES_MAX} bytes; choose another")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def need_packages() -> None:
    """Say what to install when the packages of the extra are absent.

    Raises:
        SettingsError: one of them is.
    """
    for name, told in (("reportlab", "PDF"), ("docx", "Word"), ("icalendar", "calendar")):
        try:
            __import__(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise SettingsError(
                f"{told} files need a package that is not installed here",
                advice='Install it: pip install "tieline[papers]". Drawings and print pages '
                "(.svg, .html) need nothing more.",
            ) from None


def drawn_timeline(told: Told, wanted: Wanted, *, title: str, page: bool) -> str:
    """The timeline as a drawing, or as a print page."""
    draw = timeline_page if page else timeline_svg
    return draw(told.picture, on=wanted.on, mark=wanted.mark, known_on=wanted.known_on, title=title)


def drawn_ladder(told: Told, wanted: Wanted, *, sides: tuple[str, str] | None, page: bool) -> str:
    """The ladder of two sides as a drawing, or as a print page."""
    draw = ladder_page if page else ladder_svg
    return draw(told.picture, on=wanted.on, mark=wanted.mark, known_on=wanted.known_on, sides=sides)


def drawn_readouts(
    told: Told, key: str, wanted: Wanted, *, sides: tuple[str, ...], page: bool
) -> str:
    """The readouts of a round side by side as a drawing, or as a print page."""
    draw = readouts_page if page else readouts_svg
    return draw(
        told.picture, key, on=wanted.on, mark=wanted.mark, known_on=wanted.known_on, sides=sides
    )


def calendar_of(told: Told, wanted: Wanted, *, name: str, stamp: datetime) -> Feed:
    """The calendar of a record: bytes, entity tag, and what it had to leave out.

    Raises:
        SettingsError: the package for it is not installed.
    """
    need_packages()
    from tieline.papers.ical import make_calendar  # noqa: PLC0415  # needs the extra

    return make_calendar(
        told.picture,
        record=told.record,
        name=name,
        stamp=stamp,
        on=wanted.on,
        mark=wanted.mark,
        known_on=wanted.known_on,
    )


def samples() -> dict[str, bytes]:
    """Every kind of paper once, by its file name, from the sample record, on fixed days.

    Raises:
        SettingsError: the packages of the extra are not installed.
    """
    need_packages()
    from tieline.papers.pdf import make_pdf  # noqa: PLC0415  # needs the extra
    from tieline.papers.word import make_docx  # noqa: PLC0415

    text = (files("tieline.observer") / "samples" / SAMPLE).read_bytes()
    told = Told(picture=picture_of(read_text(text).record), record="sample", name="sample")
    wanted = Wanted(on=SAMPLE_DAY, mark=Marking.PUBLISHABLE)
    made: dict[str, bytes] = {}
    for name, key in SAMPLE_BRIEFS.items():
        paper = make_brief(told, key, wanted, made=SAMPLE_DAY, us="US")
        pages = make_pdf(paper, told.picture, load_fonts())
        made[f"brief-{name}.pdf"] = pages.data
        made[f"brief-{name}.docx"] = make_docx(pages.paper, told.picture)
    for ending in ("svg", "html"):
        page = ending == "html"
        drawn = {
            "timeline": drawn_timeline(told, wanted, title="Seven years of talks", page=page),
            "ladder": drawn_ladder(told, wanted, sides=None, page=page),
            "readouts": drawn_readouts(told, "dsd-2", wanted, sides=(), page=page),
        }
        made |= {f"{name}.{ending}": words.encode() for name, words in drawn.items()}
    stamp = datetime(SAMPLE_DAY.year, SAMPLE_DAY.month, SAMPLE_DAY.day, tzinfo=UTC)
    made["calendar.ics"] = calendar_of(told, wanted, name="Seven years of talks", stamp=stamp).data
    return made


def is_page(target: Path) -> bool:
    """Whether a file is to be a print page (``.html``) and not a drawing (``.svg``).

    Raises:
        UsageError: it ends in neither.
    """
    ending = target.suffix.lower()
    if ending not in {".svg", ".html"}:
        raise UsageError(f"{target.name} ends neither in .svg nor in .html")
    return ending == ".html"


def write_bytes(target: Path, data: bytes) -> None:
    """Write a file that somebody named; what was there is replaced.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        target.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}") from None

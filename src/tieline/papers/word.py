"""Word file: the same brief as Office Open XML, with marks in header and footer of every page.

Equal input gives equal bytes: times inside the file are those of the paper, and the container is
written again with fixed dates. Letters that the PDF cannot draw stand here as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tieline.observer.layout import width_px
from tieline.papers.bidi import base_level, levels
from tieline.papers.pages import FAINT_NOTE, LABEL_WIDTH
from tieline.papers.paper import (
    CUTTING_RULE,
    INFERRED_SIGN,
    Entry,
    Paper,
    Section,
    labels,
    left_out_words,
    mark_words,
    note_numbers,
    notes,
    numbers_of,
    shortened,
    source_words,
    sources,
)

if TYPE_CHECKING:
    from tieline.observer.picture import Picture

FONT: Final = "Arial"
EAST_ASIAN_FONT: Final = "Microsoft YaHei"
_BODY: Final = Pt(8)
_SMALL: Final = Pt(6.5)
_HEAD: Final = Pt(9)
_TITLE: Final = Pt(15)
_FAINT: Final = RGBColor(0x5F, 0x68, 0x72)
_ZIP_YEARS: Final = (1980, 2107)
"""The years that a ZIP container can date a part with (APPNOTE 6.3.10, section 4.4.6)."""


def make_docx(paper: Paper, picture: Picture) -> bytes:
    """Write a brief that was cut to fit (`pdf.cut_to_fit`) as a Word file."""
    document: Any = Document()
    _style(document)
    _frame(document, paper)
    _describe(document, paper)
    _line(document, [(paper.about, {"faint": True})], size=_BODY)
    _line(document, [(paper.title, {"bold": True})], size=_TITLE, heading=1)
    _line(document, [(f"{paper.asof()}.", {})], size=_BODY)
    made = notes(paper, picture)
    for section in paper.sections:
        _section(document, section, note_numbers(made))
    _heading(document, "Notes and sources")
    _columns(document, 2)
    for note in made:
        told = [(f"{note.number} ", {"bold": True}), (f"{note.id}: {note.words}", {})]
        _line(document, told, size=_SMALL)
    for source in sources(paper, picture):
        told = [(f"{source.id} ", {"bold": True}), (source_words(source), {"faint": True})]
        _line(document, told, size=_SMALL)
    _columns(document, 1)
    closing = [FAINT_NOTE]
    if paper.is_cut:
        closing.append(f"{paper.left_out} left out in all. {CUTTING_RULE}")
    for words in closing:
        _line(document, [(words, {"faint": True})], size=_SMALL)
    out_file = BytesIO()
    document.save(out_file)
    return _settled(out_file.getvalue(), paper)


def _style(document: Any) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(16)
    page.top_margin, page.bottom_margin = Mm(19), Mm(18)
    page.header_distance = page.footer_distance = Mm(8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, _BODY
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), EAST_ASIAN_FONT)
    fonts.set(qn("w:cs"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def _frame(document: Any, paper: Paper) -> None:
    """The handling mark and the days, above and below on every page."""
    page = document.sections[0]
    for part, words in (
        (page.header, f"{paper.about}\t{paper.asof()}"),
        (page.footer, shortened(paper.title, 60)),
    ):
        mark = part.paragraphs[0]
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(mark, mark_words(paper.mark), size=_BODY, bold=True)
        below = part.add_paragraph()
        below.paragraph_format.tab_stops.clear_all()
        below.paragraph_format.tab_stops.add_tab_stop(Mm(178), 2)
        _write(below, words, size=_SMALL, faint=True)
        if part is page.footer:
            _write(below, "\tpage ", size=_SMALL, faint=True)
            _field(below, "PAGE")
            _write(below, " of ", size=_SMALL, faint=True)
            _field(below, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A number that the reader's program fills in."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        run.font.size, run.font.color.rgb = _SMALL, _FAINT
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = name
        run._r.append(mark)  # noqa: SLF001


def _describe(document: Any, paper: Paper) -> None:
    day = datetime(paper.made.year, paper.made.month, paper.made.day, tzinfo=UTC)
    core = document.core_properties
    core.title, core.subject = paper.title, f"{paper.about}. {paper.asof()}."
    core.author = core.last_modified_by = "Tieline"
    core.keywords = mark_words(paper.mark)
    core.comments = ""
    core.created = core.modified = day.replace(tzinfo=None)
    core.revision = 1


def _heading(document: Any, words: str) -> None:
    paragraph = _line(document, [(words, {"bold": True})], size=_HEAD, heading=2)
    paragraph.paragraph_format.space_before = Pt(5)
    paragraph.paragraph_format.space_after = Pt(1.5)
    paragraph.paragraph_format.keep_with_next = True
    borders = OxmlElement("w:pBdr")
    below = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "5F6872")):
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _section(document: Any, section: Section, numbers: dict[str, int]) -> None:
    _heading(document, section.title)
    for entry, label in zip(section.entries, labels(section.entries), strict=True):
        _entry(document, entry, label, numbers)
    more = left_out_words(section)
    if more:
        _indented(_line(document, [(f"\t{more}", {"faint": True})], size=_BODY))


def _entry(document: Any, entry: Entry, label: str, numbers: dict[str, int]) -> None:
    """Label and text with a hanging indent, which every program keeps."""
    sign = f"{INFERRED_SIGN} " if entry.inferred else ""
    told = numbers_of(entry, numbers)
    # A label that is too wide stands on a line of its own; the next begins where texts do.
    after = "\n" if width_px(label, _BODY.pt) > LABEL_WIDTH else "\t"
    parts: list[tuple[str, dict[str, bool]]] = [
        (f"{label}{after}", {"bold": True}),
        (sign, {}),
        (f"{entry.lead}: " if entry.lead else "", {"bold": True}),
        (entry.text, {}),
        (f"\N{NO-BREAK SPACE}{told}" if told else "", {"raised": True}),
    ]
    _indented(_line(document, parts, size=_BODY, labelled=True))


def _indented(paragraph: Any) -> None:
    shape = paragraph.paragraph_format
    shape.left_indent, shape.first_line_indent = Pt(LABEL_WIDTH + 8), Pt(-LABEL_WIDTH - 8)
    shape.tab_stops.add_tab_stop(Pt(LABEL_WIDTH + 8))
    shape.space_after = Pt(1.2)


def _line(
    document: Any,
    parts: list[tuple[str, dict[str, bool]]],
    *,
    size: Any,
    heading: int = 0,
    labelled: bool = False,
) -> Any:
    """A paragraph; its direction is that of its text, whatever its label is."""
    paragraph = document.add_paragraph()
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    if base_level("".join(text for text, _ in parts[labelled:])):
        properties.insert_element_before(OxmlElement("w:bidi"), "w:jc", "w:outlineLvl", "w:ind")
    if heading:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(heading - 1))
        properties.append(level)
    for text, look in parts:
        if text:
            _write(paragraph, text, size=size, **look)
    return paragraph


def _write(
    paragraph: Any,
    text: str,
    *,
    size: Any,
    bold: bool = False,
    faint: bool = False,
    raised: bool = False,
) -> None:
    """Write text as runs of one direction each; those from right to left say so."""
    clean = "".join(char if char in "\t\n" or char.isprintable() else "\ufffd" for char in text)
    for piece, is_right in _directions(clean):
        run = paragraph.add_run(piece)
        run.font.size, run.font.bold = size, bold or None
        # Letters of complex scripts have a size and a weight of their own.
        run.font.cs_bold = bold or None
        _complex_size(run, size)
        if faint:
            run.font.color.rgb = _FAINT
        if raised:
            run.font.superscript = True
        if is_right:
            run.font.rtl = True


def _complex_size(run: Any, size: Any) -> None:
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    own = OxmlElement("w:szCs")
    own.set(qn("w:val"), str(int(size.pt * 2)))
    at = properties.find(qn("w:sz"))
    at.addnext(own)


def _directions(text: str) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for char, level in zip(text, levels(text, base_level(text)), strict=True):
        is_right = level % 2 == 1
        if found and found[-1][1] == is_right:
            found[-1] = (found[-1][0] + char, is_right)
        else:
            found.append((char, is_right))
    return found


def _columns(document: Any, count: int) -> None:
    """What follows stands in so many columns, on the same page; headers go on."""
    page = document.add_section(WD_SECTION.CONTINUOUS)
    columns = page._sectPr.find(qn("w:cols"))  # noqa: SLF001
    if columns is None:
        columns = OxmlElement("w:cols")
        page._sectPr.append(columns)  # noqa: SLF001
    columns.set(qn("w:num"), str(count))
    columns.set(qn("w:space"), "320")


def _settled(data: bytes, paper: Paper) -> bytes:
    """The container with the paper's day on every part, in the order in which they came."""
    first, last = _ZIP_YEARS
    year = min(max(paper.made.year, first), last)
    when = (year, paper.made.month, paper.made.day, 0, 0, 0)
    out_file = BytesIO()
    with ZipFile(BytesIO(data)) as read, ZipFile(out_file, "w", ZIP_DEFLATED) as write:
        for name in read.namelist():
            info = ZipInfo(name, date_time=when)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            write.writestr(info, read.read(name))
    return out_file.getvalue()

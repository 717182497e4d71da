"""Word: the same brief, marked on every page, read again, the same bytes each time."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree as ET

import docx
import pypdf
import pytest

from tieline.observer import Record, picture_of
from tieline.papers.brief import brief
from tieline.papers.paper import Entry, Paper, Section
from tieline.papers.pdf import cut_to_fit
from tieline.papers.word import make_docx
from tieline.record.marking import Marking

DAY = date(2024, 1, 12)
EMPTY = picture_of(Record())
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def one(text, label="", title="T"):
    section = Section(title="S", entries=(Entry(label=label, text=text),), more="")
    return Paper(
        title=title,
        about="Brief",
        mark=Marking.OWN,
        on=DAY,
        known_on=None,
        made=DAY,
        sections=(section,),
    )


def read(data):
    return docx.Document(io.BytesIO(data))


@pytest.mark.parametrize("mark", Marking)
def test_header_and_footer_of_every_section_bear_the_mark(sample, fonts, mark):
    paper = cut_to_fit(brief(sample, "dsd", on=DAY, mark=mark, made=DAY), sample, fonts)
    document = read(make_docx(paper, sample))
    assert len(document.sections) == 3
    for section in document.sections:
        for part in (section.header, section.footer):
            assert part.paragraphs[0].text.startswith(f"{mark.value.upper()} –")
        assert not section.different_first_page_header_footer
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_it_says_what_the_pages_say(sample, fonts):
    paper = cut_to_fit(brief(sample, "dpct", on=DAY, mark=Marking.OWN, made=DAY), sample, fonts)
    text = "\n".join(paragraph.text for paragraph in read(make_docx(paper, sample)).paragraphs)
    for section in paper.sections:
        assert section.title in text
        assert all(entry.text in text for entry in section.entries)
    assert "source 003" in text


def test_equal_input_gives_equal_bytes_and_the_day_is_that_of_the_argument(sample, fonts):
    paper = cut_to_fit(brief(sample, "dsd", on=DAY, mark=Marking.OWN, made=DAY), sample, fonts)
    first, second = (make_docx(paper, sample) for _ in range(2))
    assert first == second
    core = read(first).core_properties
    assert core.created.replace(tzinfo=None) == datetime(2024, 1, 12)  # noqa: DTZ001
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(2024, 1, 12, 0, 0, 0)}
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(parts.read(name))


def test_text_from_right_to_left_says_so_and_is_whole():
    text = "أكد الطرفان (الجولة 17) وفق بيان Pentagon"
    document = read(make_docx(one(text, label="方"), EMPTY))
    (paragraph,) = [p for p in document.paragraphs if "Pentagon" in p.text]
    assert text in paragraph.text
    assert paragraph._p.pPr.find(f"{W}bidi") is not None
    right = [run.text for run in paragraph.runs if run.font.rtl]
    assert "".join(right).strip().startswith("أكد")
    assert "Pentagon" not in "".join(right)


def test_letters_that_the_pages_cannot_draw_are_here():
    text = "रक्षा \U0001f600 维持"
    assert any(text in p.text for p in read(make_docx(one(text), EMPTY)).paragraphs)


def test_what_no_document_may_hold_is_replaced():
    made = make_docx(one("a\x0bb\ufffec"), EMPTY)
    assert any("a\ufffdb\ufffdc" in p.text for p in read(made).paragraphs)


def test_a_word_processor_needs_no_third_page(sample, fonts, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is absent: the pages of Word files were NOT counted")
    for key in ("dsd", "dpct", "dsd-2"):
        paper = brief(sample, key, on=DAY, mark=Marking.OWN, made=DAY)
        data = make_docx(cut_to_fit(paper, sample, fonts), sample)
        (tmp_path / f"{key}.docx").write_bytes(data)
    command = [office, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path)]
    command += [str(path) for path in tmp_path.glob("*.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = {path.stem: len(pypdf.PdfReader(path).pages) for path in tmp_path.glob("*.pdf")}
    assert len(pages) == 3
    assert max(pages.values()) <= 2

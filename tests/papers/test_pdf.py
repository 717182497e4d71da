"""PDF: two pages at most whatever the record holds, marked on each, the same bytes each time."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.observer import Record, picture_of
from tieline.observer.claims import Cite
from tieline.observer.statement import Force
from tieline.papers.brief import brief
from tieline.papers.paper import Entry, Paper, Section
from tieline.papers.pdf import make_pdf
from tieline.record.marking import Marking

DAY = date(2024, 1, 12)
EMPTY = picture_of(Record())
ANY = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=900
)


def paper(sections, mark=Marking.OWN, title="T"):
    return Paper(
        title=title,
        about="Brief on a test",
        mark=mark,
        on=DAY,
        known_on=None,
        made=DAY,
        sections=tuple(sections),
    )


def pages(data):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("mark", Marking)
def test_every_page_bears_the_mark_above_and_below(sample, fonts, mark):
    made = brief(sample, "dsd", on=DAY, mark=mark, made=DAY)
    read = pages(make_pdf(made, sample, fonts).data)
    assert len(read) == 2
    assert [page.count(f"{mark.value.upper()} –") for page in read] == [2, 2]
    assert all("As of 2024-01-12, from all that is recorded" in page for page in read)
    assert ["page 1 of 2" in read[0], "page 2 of 2" in read[1]] == [True, True]


def test_what_is_left_out_is_said_with_the_rule_and_the_command(fonts):
    many = Section(
        title="Long",
        entries=tuple(Entry(label=f"l{n}", text="word " * 60) for n in range(90)),
        more="tieline ask due",
    )
    made = make_pdf(paper([many]), EMPTY, fonts)
    text = "".join(pages(made.data))
    assert made.count == 2
    assert f"{made.paper.left_out} more left out for want of room: tieline ask due" in text
    assert "the last entry of the section that shows most" in text
    assert made.paper.left_out == 90 - len(made.paper.sections[0].entries)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.lists(ANY, min_size=1, max_size=9), min_size=1, max_size=12),
    title=ANY,
)
def test_no_record_can_make_a_third_page(fonts, texts, title):
    sections = [
        Section(
            title=f"Section {n}",
            entries=tuple(Entry(label=each[:60], lead=each[:99], text=each) for each in told),
            more="tieline ask due",
        )
        for n, told in enumerate(texts)
    ]
    made = make_pdf(paper(sections, title=title), EMPTY, fonts)
    assert made.count <= 2
    assert len(pypdf.PdfReader(io.BytesIO(made.data)).pages) == made.count


def test_equal_input_gives_equal_bytes_and_the_day_is_that_of_the_argument(sample, fonts):
    made = brief(sample, "dpct", on=DAY, mark=Marking.LINE, made=date(2024, 2, 3))
    first, second = (make_pdf(made, sample, fonts).data for _ in range(2))
    assert first == second
    told: Any = pypdf.PdfReader(io.BytesIO(first)).metadata
    assert told["/CreationDate"] == told["/ModDate"]
    assert told["/CreationDate"].startswith("D:20240203000000")
    assert "LINE – may be shown to the parties of a line" in told["/Subject"]


def test_our_fonts_are_in_the_file_and_others_are_told_of(fonts):
    plain = make_pdf(paper([Section(title="S", entries=(Entry(text="a"),), more="")]), EMPTY, fonts)
    chinese = Section(title="S", entries=(Entry(text="维持稳定"),), more="")
    other = make_pdf(paper([chinese]), EMPTY, fonts)
    assert "fonts of the reader's program" not in "".join(pages(plain.data))
    assert "fonts of the reader's program" in "".join(pages(other.data))
    assert b"FontFile2" in plain.data


def test_what_no_font_draws_is_said_at_the_end(fonts):
    hindi = Section(title="S", entries=(Entry(text="रक्षा"),), more="")
    text = "".join(pages(make_pdf(paper([hindi]), EMPTY, fonts).data))
    assert "[4 signs of Devanagari not drawn]" in text
    assert "4 of Devanagari. The Word file has them." in text.replace("\n", " ")


def test_a_thousand_citations_of_one_thing_are_counted_and_fit(fonts):
    cites = tuple(Cite(id=f"s-{n}", source="s", passage="1", force=Force.SAID) for n in range(999))
    guess = Cite(id="i-1", author="a")
    sections = [
        Section(
            title=f"S{n}", entries=(Entry(text="x " * 900, cites=(*cites, guess)),) * 9, more="m"
        )
        for n in range(11)
    ]
    made = make_pdf(paper(sections), EMPTY, fonts)
    text = "".join(pages(made.data))
    assert made.count == 2
    entry = made.paper.sections[0].entries[0]
    assert entry.more_cites == 1_000 - len(entry.cites)
    assert entry.inferred
    assert f"+{entry.more_cites}" in text
    assert "counts citations that found no room" in text.replace("\n", " ")

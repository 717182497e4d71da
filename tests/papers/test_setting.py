"""Lines are set so that nothing vanishes: what no font has is counted and named."""

from __future__ import annotations

import pytest

from tieline.errors import UsageError
from tieline.papers.faces import Faces, FontFile, clusters
from tieline.papers.setting import Run, set_lines

LATIN = "The quick brown fox jumps over the lazy dog"


def said(lines):
    return ["".join(piece.text for piece in line.pieces) for line in lines]


@pytest.fixture
def faces(fonts):
    return Faces(files=fonts)


def test_lines_break_at_blanks_and_are_no_wider_than_the_room(faces):
    lines = set_lines(faces, [Run(text=LATIN)], size=10, width=90)
    assert " ".join(said(lines)) == LATIN
    assert all(line.width <= 90 for line in lines)
    assert len(lines) > 2


def test_a_word_wider_than_the_room_is_cut_and_no_letter_lost(faces):
    lines = set_lines(faces, [Run(text="x" * 200)], size=10, width=90)
    assert "".join(said(lines)) == "x" * 200
    assert all(line.width <= 90 for line in lines)


def test_chinese_breaks_anywhere_but_before_a_closing_mark(faces):
    text = "两军应加强沟通，管控分歧。" * 6
    lines = said(set_lines(faces, [Run(text=text)], size=10, width=95))
    assert "".join(lines) == text
    assert not any(line[0] in "，。" for line in lines)
    assert faces.missing == {}
    assert faces.outside


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("维持稳定", "STSong-Light"),
        ("維持區域穩定", "STSong-Light"),
        ("開催された", "HeiseiKakuGo-W5"),
        ("재개되었다", "HYGothic-Medium"),
    ],
)
def test_east_asian_text_has_a_font_of_its_language(faces, text, font):
    (line,) = set_lines(faces, [Run(text=text)], size=10, width=400)
    assert {piece.font for piece in line.pieces} == {font}


@pytest.mark.parametrize("text", ["Żółć Erdoğan Nguyễn", "Оборона", "Οι συνομιλίες", "ქართ"])
def test_european_names_are_drawn_with_our_own_fonts(faces, text):
    (line,) = set_lines(faces, [Run(text=text)], size=10, width=400)
    assert "".join(piece.text for piece in line.pieces) == text
    assert all(piece.font.startswith("tl-") for piece in line.pieces)


def test_hebrew_runs_from_the_right_with_its_numbers_in_order(faces):
    (line,) = set_lines(faces, [Run(text="סבב (17)")], size=10, width=400)
    assert line.right
    assert said([line]) == ["(17) בבס"]


def test_marks_stand_before_their_letter_where_lines_run_to_the_left(faces):
    (line,) = set_lines(faces, [Run(text="שָ")], size=10, width=400)
    assert said([line]) == ["\u05b8ש"]


def test_letters_that_need_shaping_are_counted_and_named(faces):
    (line,) = set_lines(faces, [Run(text="see रक्षा here")], size=10, width=600)
    assert said([line]) == ["see [4 signs of Devanagari not drawn] here"]
    assert faces.missing == {"Devanagari": 4}


def test_letters_beyond_the_first_plane_are_named_and_never_wrong(faces):
    (line,) = set_lines(faces, [Run(text="ok \U0001f600 \U00020000")], size=10, width=600)
    assert said([line]) == ["ok [1 sign of symbols not drawn] [1 sign of Cjk not drawn]"]


def test_what_has_no_shape_takes_no_room(faces):
    (plain,) = set_lines(faces, [Run(text="ab")], size=10, width=600)
    (hidden,) = set_lines(faces, [Run(text="a\u200b\u00ad\ufeffb")], size=10, width=600)
    assert plain.width == hidden.width


def test_the_number_of_a_note_stays_with_its_word(faces):
    for width in range(60, 160, 7):
        runs = [Run(text="one two three four"), Run(text="\u200912,13", raised=True)]
        last = said(set_lines(faces, runs, size=10, width=float(width)))[-1]
        assert last.strip().startswith(("one", "two", "three", "four"))


def test_a_letter_and_its_marks_are_one():
    assert clusters("e\u0301a") == [(0, 2), (2, 3)]


def test_a_file_that_is_no_font_is_refused_by_name():
    with pytest.raises(UsageError, match=r"page\.html is no TrueType font"):
        Faces(files=(FontFile(plain=b"<html>", name="page.html"),))

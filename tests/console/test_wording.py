"""Texts of anybody, made harmless and visible; times and spans in words."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tieline.console import wording

INVISIBLE = [
    "\u202e",  # right-to-left override
    "\u2066",  # left-to-right isolate
    "\u200b",  # zero-width space
    "\u200d",  # zero-width joiner
    "\ufeff",  # byte order mark
    "\u00ad",  # soft hyphen
    "\x1b",  # escape
    "\x00",
    "\x85",  # next line
    "\u2028",  # line separator
    "\U000e0041",  # tag letter
    "\U000e0100",  # variation selector of the supplement
    "\u3164",  # Hangul filler
    "\u2003",  # em space
    "\ue000",  # private use
    "\r",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("character", INVISIBLE, ids=wording.code_point)
def test_a_character_without_a_shape_gets_one(character: str) -> None:
    shown = str(wording.visible(f"a{character}b"))
    assert character not in shown
    assert wording.code_point(character) in shown
    assert shown.startswith("<bdi>")


@pytest.mark.parametrize(
    "text", ["plain", "line\nnext", "中文　全角", "naïve", "שלום", "مرحبا", "हिन्दी"]
)
def test_ordinary_writing_is_left_as_it_is(text: str) -> None:
    shown = Tags()
    shown.feed(str(wording.visible(text)))
    assert shown.text == text


@given(st.text())
def test_no_text_becomes_markup_or_stays_hidden(text: str) -> None:
    shown = Tags()
    shown.feed(str(wording.visible(text)))
    assert shown.seen <= {"bdi", "span"}
    assert not any(wording.is_odd(c) for c in shown.text)


@given(st.text())
def test_attributes_and_titles_hold_one_line_without_quotes(text: str) -> None:
    shown = str(wording.flat(text))
    assert not set('<>"\n') & set(shown)
    assert not any(wording.is_odd(c) for c in shown)


def test_stacked_marks_are_cut_short() -> None:
    shown = str(wording.visible("a" + "\u0301" * 200))
    assert shown.count("\u0301") == 8


def test_markup_of_our_own_passes() -> None:
    assert wording.visible(Markup("<b>x</b>")) == "<b>x</b>"
    assert wording.visible(7) == 7


@pytest.mark.parametrize(
    ("tag", "shown"),
    [("zh", "zh-Hans"), ("zh-Hant", "zh-Hant"), ("en", "en"), ('x" onload="', ""), ("", "")],
)
def test_only_language_tags_stand_in_lang(tag: str, shown: str) -> None:
    assert wording.language(tag) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (-75, "1 min 15 s"),
        (3_600, "1 h 00 min"),
        (90_000, "1 day 1 h"),
        (200_000, "2 days 7 h"),
    ],
)
def test_spans_are_told_in_two_units(seconds: int, words: str) -> None:
    assert wording.span(seconds) == words


def test_a_time_that_nobody_named_or_that_is_none_is_said_so() -> None:
    assert wording.instant(None) == "time not known"
    assert wording.clock_time(10**18) == "time not known"
    assert wording.when(1_795_291_200, 1_795_291_200 + 90_000) == "2026-11-21 20:00:00"


def test_the_words_of_the_inside_are_not_shown() -> None:
    said = wording.plain_words("Checkpoint of alpha: leaf 3 and two blobs, folded; the head")
    assert said == "signed size of alpha: entry 3 and two sealed texts, taken in; the signed size"

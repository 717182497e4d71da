"""Dates, names and offices are recognised by rules and registers, each with words and reason."""

import time

import pytest

from tieline.days import parse_days
from tieline.observer import parse_text, picture_of
from tieline.observer.recognise import Found
from tieline.observer.recognise_dates import PASSAGE_CHARS_MAX, dates_in
from tieline.observer.recognise_names import names_in, proposals_in
from tieline.observer.recognise_register import registers_of

SATURDAY = "2018-11-10"


def days(text, published=SATURDAY):
    found = dates_in(text, parse_days(published))
    for one in found:
        assert " ".join(text[one.start : one.end].split()) == one.words
        assert one.days is not None
        assert one.days.wording == one.words
        assert one.why
    return [one.value.partition(' "')[0] for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 9 November 2018", ["2018-11-09"]),
        ("on the 9th of November, 2018", ["2018-11-09"]),
        ("on November 9, 2018", ["2018-11-09"]),
        ("on Nov. 9th, 2018", ["2018-11-09"]),
        ("on Friday, 9 November 2018,", ["2018-11-09"]),
        ("on 2018-11-09 and 2018/11/9", ["2018-11-09", "2018-11-09"]),
        ("am 09.11.2018", ["2018-11-09"]),
        ("on 11/13/2018", ["2018-11-13"]),
        ("on 9/11/2018", ["2018-11-09", "2018-09-11"]),
        ("from 8-9 November 2018", ["2018-11-08..2018-11-09"]),
        ("on November 8 and 9, 2018", ["2018-11-08..2018-11-09"]),
        ("in November 2018", ["2018-11"]),
        ("talks that began in 2005", ["2005"]),
        ("2018年11月9日", ["2018-11-09"]),
        ("二〇一八年十一月九日", ["2018-11-09"]),
        ("２０１８年１１月９日", ["2018-11-09"]),
        ("2018년 11월 9일", ["2018-11-09"]),
        ("2018年11月", ["2018-11"]),
        ("2018年8日", ["2018", "2018-11-08"]),
    ],
)
def test_absolute_dates_in_the_usual_styles(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("met on Friday", ["2018-11-09", "2018-11-16"]),
        ("will meet on Friday", ["2018-11-16", "2018-11-09"]),
        ("met last Friday", ["2018-11-09", "2018-11-02"]),
        ("next Friday", ["2018-11-16"]),
        ("on Saturday", ["2018-11-10", "2018-11-17"]),
        ("last month", ["2018-10"]),
        ("earlier this month", ["2018-11-01..2018-11-10"]),
        ("later in the month", ["2018-11-10..2018-11-30"]),
        ("begun last year", ["2017"]),
        ("earlier in the year", ["2018-01-01..2018-11-10"]),
        ("by the end of the year", ["..2018-12-31"]),
        ("before the end of the month", ["..2018-11-30"]),
        ("on the 9th", ["2018-11-09"]),
        ("on the 8th and 9th", ["2018-11-08..2018-11-09"]),
        ("on the 11th", ["2018-10-11"]),
        ("on the 29th of last month", ["2018-10-29"]),
        ("in November last year", ["2017-11"]),
        ("November of the year before", ["2017-11"]),
        ("two weeks ago", ["2018-10-22..2018-10-28"]),
        ("three days ago, yesterday", ["2018-11-07", "2018-11-09"]),
        ("this weekend", ["2018-11-10..2018-11-11"]),
        ("in May", ["2018-05", "2019-05"]),
        ("scheduled for December", ["2018-12", "2017-12"]),
        ("29 February", ["2016-02-29", "2020-02-29"]),
        ("周五", ["2018-11-09", "2018-11-16"]),
        ("上周五", ["2018-11-02"]),
        ("昨天", ["2018-11-09"]),
        ("上个月29日", ["2018-10-29"]),
        ("去年11月", ["2017-11"]),
        ("11月9日", ["2018-11-09", "2019-11-09"]),
        ("年底前", ["..2018-12-31"]),
        ("지난달 29일", ["2018-10-29"]),
        ("지난해 11월", ["2017-11"]),
        ("8, 9일", ["2018-11-08..2018-11-09"]),
        ("금요일", ["2018-11-09", "2018-11-16"]),
    ],
)
def test_relative_dates_are_counted_from_the_day_of_publication(text, expected):
    assert days(text) == expected


def test_an_interval_of_publication_leaves_an_interval():
    assert days("on Friday", "2018-11-05..2018-11-18")[0] == "2018-11-02..2018-11-16"
    assert days("last month", "2018-11-05..2018-12-18") == ["2018-10-01..2018-11-30"]
    assert days("last month", "2018-11-05..") == ["2018-10-01.."]
    assert days("last month", "..2018-11-05") == ["..2018-10-31"]


def test_without_a_day_of_publication_the_words_stay_and_nothing_is_guessed():
    (found,) = dates_in("on the 9th", parse_days("unknown"))
    assert found.value == 'unknown "the 9th"'
    assert "not known" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "the 17th round",
        "on the 38th parallel",
        "They may march on.",
        "a three-day march",
        "31 June 2018",
        "2018-13-01",
        "30 February",
        "worth 330 million; 1,500 people; room 2017b",
        "三日間の会談",
        "on the 9th to the 8th of last month",
    ],
)
def test_what_is_no_date_is_not_proposed(text):
    assert days(text) == []


def test_a_weekday_that_the_day_was_not_is_pointed_out():
    (found,) = dates_in("on Friday, 8 November 2018", parse_days(SATURDAY))
    assert found.value.startswith("2018-11-08")
    assert "that day was a Thursday" in found.why


@pytest.mark.parametrize("unit", ["9 ", "May ", "九", "the 9th and ", "on Friday ", "2018-", "a "])
def test_a_long_passage_is_searched_in_bounded_time(unit):
    before = time.perf_counter()
    dates_in(unit * (3 * PASSAGE_CHARS_MAX // len(unit)), parse_days(SATURDAY))
    assert time.perf_counter() - before < 10


@pytest.fixture(scope="module")
def registers(talks):
    return registers_of(picture_of(talks))


def values(text, registers, found):
    return {one.value for one in names_in(text, registers) if one.found is found}


def test_persons_are_found_by_whole_names_and_by_one_word_of_them(registers):
    found = values("Mr. MATTIS’s guest Yang Jiechi spoke.", registers, Found.PERSON)
    assert {"James Mattis", "Yang Jiechi"} <= found


def test_accents_and_case_do_not_matter(registers):
    assert "Yang Jiechi" in values("YÁNG Jiéchí", registers, Found.PERSON)


def test_a_word_in_lower_case_is_no_family_name(registers):
    assert values("he sang a song and chased it", registers, Found.PERSON) == set()


def test_offices_mechanisms_parties_and_topics_are_found(registers):
    text = "The Secretary of Defense of the US at the Diplomatic and Security Dialogue, on Taiwan"
    assert "Secretary of Defense" in values(text, registers, Found.OFFICE)
    assert "dsd" in values(text, registers, Found.THING)
    assert "US" in values(text, registers, Found.PARTY)
    assert "taiwan" in values(text, registers, Found.TOPIC)


RIVER = """\
source: s
  published: 1931
  file: s.txt

statement: s-1
  source: s
  passage: 1
  force: narrated
  text: Somebody sat somewhere.
  asserts: seat minister
    office: 国防部长
    holder: 董军
    party: 河国
  asserts: attendance m
    person: Eli Ratner
  asserts: attendance m
    person: أحمد الخالد
"""


@pytest.fixture(scope="module")
def river_registers():
    return registers_of(picture_of(parse_text(RIVER.encode())))


def test_names_of_two_letters_in_a_script_without_blanks_are_found(river_registers):
    text = "据悉，新任国防部长董军周五会见了来宾。"
    assert values(text, river_registers, Found.PERSON) == {"董军"}
    assert values(text, river_registers, Found.OFFICE) == {"国防部长"}


def test_right_to_left_names_are_found(river_registers):
    assert values("قال أحمد الخالد اليوم", river_registers, Found.PERSON) == {"أحمد الخالد"}


def test_another_spelling_of_a_first_name_is_pointed_out(river_registers):
    (one,) = names_in("Ely Ratner spoke.", river_registers)
    assert (one.value, one.words) == ("Eli Ratner", "Ratner")
    assert "'Ely Ratner'" in one.why
    (same,) = names_in("Mr. Ratner spoke.", river_registers)
    assert "spelling" not in same.why
    assert "writes" not in same.why


def test_every_proposal_shows_the_words_that_it_came_from(talks, registers):
    text = (
        "On Friday Secretary Pompeo and China's Yang met at the Diplomatic and Security Dialogue."
    )
    found = proposals_in(text, registers, parse_days(SATURDAY))
    assert found
    assert all(text[one.start : one.end] == one.words for one in found)


def test_what_was_withdrawn_is_in_no_register():
    gone = RIVER + "\nwithdrawal: w\n  of: s-1\n  author: x\n  on: 1931\n  why: y\n"
    registers = registers_of(picture_of(parse_text(gone.encode())))
    assert names_in("Eli Ratner and 董军", registers) == ()

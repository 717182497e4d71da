"""A report is cut into passages that can be cited, and its sentences stay out of the record."""

import time

import pytest

from tieline.errors import UsageError
from tieline.observer import Days, Force, Statement
from tieline.observer.intake import (
    ARTICLE_BYTES_MAX,
    PASSAGES_MAX,
    check_named,
    check_own_words,
    parse_span,
    read_article,
)

TEXT = "A title\n\nFirst line,\nstill the first.\n\n  Second: \u00fcber.\n"


def test_blank_lines_part_passages_and_headings_are_not_counted():
    report = read_article(TEXT.encode(), headings=1)
    assert [(p.locator, p.text) for p in report.passages] == [
        ("title", "A title"),
        ("1", "First line,\nstill the first."),
        ("2", "Second: \u00fcber."),
    ]


def test_without_blank_lines_every_line_is_a_passage():
    report = read_article("one\r\ntwo\u2028three".encode())
    assert [p.text.strip() for p in report.passages] == ["one", "two", "three"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_span_gives_back_the_passage_it_was_read_from(ends):
    report = read_article(TEXT.replace("\n", ends).encode())
    for passage in report.passages:
        assert report.at(passage.span).locator == passage.locator
        assert report.text[passage.start : passage.end] == passage.text


def test_the_digest_is_of_the_bytes_as_given():
    marked = b"\xef\xbb\xbfword"
    assert read_article(marked).passages[0].text == "word"
    assert read_article(marked).sha256 != read_article(b"word").sha256


def test_several_passages_and_ranges_are_cited():
    report = read_article(b"a\n\nb\n\nc\n\nd")
    assert [p.text for p in report.cited("1, 3-4")] == ["a", "c", "d"]
    with pytest.raises(UsageError, match="paragraphs 1 to 4"):
        report.cited("5")
    with pytest.raises(UsageError, match="no passage"):
        report.cited("3-400000")


@pytest.mark.parametrize("span", ["4", "5-5", "7-3", "a-b", "-1-3"])
def test_what_is_no_span_is_refused(span):
    with pytest.raises(UsageError, match="120-240"):
        parse_span(span)


def test_a_span_across_passages_or_past_the_end_is_refused():
    report = read_article(b"one\n\ntwo")
    with pytest.raises(UsageError, match="no single passage"):
        report.at("0-6")
    with pytest.raises(UsageError, match="ends at 8"):
        report.at("5-90")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n \t\n", "empty"),
        (b"caf\xe9", "UTF-8 text from byte 3"),
        (b"%PDF-1.4\x00\x01", "zero bytes"),
        (b"<!DOCTYPE html><p>x</p>", "web page"),
        (b"  <html lang='en'>", "web page"),
        (b"text " + b"<p>a</p>\n" * 6, "web page"),
        (b"a\n\n" * (PASSAGES_MAX + 1), "more than 10000 passages"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(data, words):
    with pytest.raises(UsageError, match=words):
        read_article(data)


def test_an_article_of_five_megabytes_is_refused_at_once():
    before = time.perf_counter()
    with pytest.raises(UsageError, match=f"at most {ARTICLE_BYTES_MAX}"):
        read_article(b"word " * 1_000_000)
    assert time.perf_counter() - before < 1


@pytest.mark.parametrize(
    "data",
    [
        b"word " * (ARTICLE_BYTES_MAX // 5),
        b"\n" * (ARTICLE_BYTES_MAX - 1) + b"a",
        b" " * (ARTICLE_BYTES_MAX - 1) + b"a",
        b"a \n" * (PASSAGES_MAX - 1),
        ("\u0301" * (ARTICLE_BYTES_MAX // 2)).encode(),
        b"<" * ARTICLE_BYTES_MAX,
    ],
)
def test_the_longest_article_is_read_in_bounded_time(data):
    before = time.perf_counter()
    assert read_article(data).passages
    assert time.perf_counter() - before < 10


def test_the_reports_own_sentence_is_refused_and_our_words_are_not():
    report = read_article(
        b"The delegations of both sides met in the old customs house on the quay for two days."
    )
    with pytest.raises(UsageError, match="own words"):
        check_own_words(
            "Says: the delegations of both sides met in the OLD customs house on the quay!",
            report.passages,
        )
    ours = "For two days both sides met in the old customs house."
    assert check_own_words(ours, report.passages) == ours


def test_a_sentence_in_a_script_without_blanks_is_recognised_as_the_reports():
    sentence = "双方代表团周五在旧海关大楼举行了为期两天的海上安全会谈并同意继续保持沟通渠道畅通"
    report = read_article(sentence.encode())
    with pytest.raises(UsageError, match="own words"):
        check_own_words(f"说：{sentence}", report.passages)


def _statement(force, speaker=None):
    return Statement(
        id="a", source="s", passage="1", force=force, text="x", speaker=speaker, happened=Days()
    )


def test_an_opinion_needs_a_name_and_a_narration_does_not():
    with pytest.raises(UsageError, match="say who"):
        check_named(_statement(Force.OPINION))
    assert check_named(_statement(Force.OPINION, "Mara Quist")).speaker == "Mara Quist"
    assert check_named(_statement(Force.NARRATED)).speaker is None
    with pytest.raises(UsageError, match="force signed"):
        check_named(_statement(Force.SIGNED, "x"))

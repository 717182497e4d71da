"""Intake: a report as an observer has it, cut into passages that can be cited.

The record keeps the report's digest and the places of its passages, never its sentences. The
text itself stays outside the record, in a private copy or nowhere.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.errors import UsageError
from tieline.observer.statement import FORCE_MEANING, REPORTED_FORCES, Force
from tieline.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.observer.statement import Statement

ARTICLE_BYTES_MAX: Final = 2 * 1024 * 1024
"""A book of 300,000 words has about this; a report that is longer is split by its chapters."""
PASSAGES_MAX: Final = 10_000
HEADINGS_MAX: Final = 20
QUOTE_WORDS_MAX: Final = 12
"""So many words of a report in a row, and more, are its sentence and not ours."""
QUOTE_LETTERS_MAX: Final = 30
"""The same for scripts that set no blanks between words."""

NEEDS_SPEAKER: Final = frozenset({Force.PRESS, Force.SAID, Force.POST, Force.OPINION})
"""By their own definition these are the words of a named person or body."""

HTML_HINT: Final = "Open it in a browser, copy the article's text alone, and give that."
_HTML: Final = re.compile(
    r"\s*(?:<!--|<!doctype\s|<html\b|<head\b|<body\b|<\?xml\b)", re.IGNORECASE
)
_TAG: Final = re.compile(r"</(?:p|div|span|article|section|a|h[1-6])\s*>", re.IGNORECASE)
_TAGS_MIN: Final = 5
_BLOCK: Final = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_LINE: Final = re.compile(r"\S[^\n]*")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")
_BREAKS: Final = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
)
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_SPAN: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_LATIN_LIKE: Final = re.compile(r"[^\W_]+")
# Scripts without blanks between words: Han, kana, Thai, Lao, Khmer, Myanmar (UAX 29).
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One paragraph or heading; ``start`` to ``end`` are characters of the report from 0."""

    locator: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> str:
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report's text with its passages; ``sha256`` is of the bytes as they were given."""

    sha256: str
    text: str
    passages: tuple[Passage, ...]

    def passage(self, locator: str) -> Passage:
        """One passage by its locator.

        Raises:
            UsageError: there is none; the message says which there are.
        """
        for one in self.passages:
            if one.locator == locator:
                return one
        raise UsageError(
            f"the report has no passage {shown(locator)!r}; it has {self._locators()}",
            advice="`tieline observe passages SOURCE` shows them all, numbered.",
        )

    def at(self, span: str) -> Passage:
        """The passage within which a span of characters lies, cut to that span.

        Raises:
            UsageError: no span, beyond the report's end, or across several passages.
        """
        start, end = parse_span(span)
        if end > len(self.text):
            raise UsageError(f"span {span} goes beyond the report, which ends at {len(self.text)}")
        for one in self.passages:
            if one.start <= start and end <= one.end:
                cut = self.text[start:end]
                return Passage(locator=one.locator, start=start, end=end, text=cut)
        raise UsageError(f"span {span} lies in no single passage; mark each passage for itself")

    def cited(self, locator: str) -> tuple[Passage, ...]:
        """The passages that ``5``, ``8, 9``, ``8-10`` or ``title`` cite.

        Raises:
            UsageError: one of them is not there.
        """
        found: list[Passage] = []
        for part in (part.strip() for part in locator.split(",")):
            first, dash, last = part.partition("-")
            if dash and _NUMBER.fullmatch(first) and _NUMBER.fullmatch(last):
                self.passage(last)
                found += [self.passage(str(n)) for n in range(int(first), int(last) + 1)]
            else:
                found.append(self.passage(part))
        return tuple(found)

    def _locators(self) -> str:
        named = [one.locator for one in self.passages if not one.locator.isdecimal()]
        numbered = len(self.passages) - len(named)
        return ", ".join([*named, f"paragraphs 1 to {numbered}" if numbered else "no paragraph"])


def read_article(data: bytes, *, headings: int = 0) -> Report:
    """Read a report and cut it into passages; blank lines, or else line ends, part them.

    Args:
        data: the report as it was pasted or saved, UTF-8 text.
        headings: how many of the first passages are title, standfirst and further headings.
            Paragraphs are counted from 1 over what follows.

    Raises:
        UsageError: too long, not UTF-8, markup instead of text, empty, too many passages.
    """
    text = _decoded(data)
    _refuse_markup(text)
    # Of the same length, so that places in it are places in the text.
    flat = text.translate(_BREAKS) if "\r\n" not in text else _unix(text)
    pattern = _BLOCK if _BLANK_LINE.search(flat.strip()) else _LINE
    if not 0 <= headings <= HEADINGS_MAX:
        raise UsageError(f"a report has 0 to {HEADINGS_MAX} headings, not {headings}")
    passages = tuple(_passages(flat, pattern, headings))
    if not passages:
        raise UsageError("the report is empty; give its text")
    return Report(sha256=hashlib.sha256(data).hexdigest(), text=flat, passages=passages)


def parse_span(text: str) -> tuple[int, int]:
    """Read ``120-240``: characters from 0, the second one excluded; raises UsageError."""
    match = _SPAN.fullmatch(text)
    if match is None or int(match[1]) >= int(match[2]):
        raise UsageError(f"{shown(text)!r} is no span of characters; write it as 120-240")
    return int(match[1]), int(match[2])


def check_own_words(words: str, passages: tuple[Passage, ...]) -> str:
    """Return the words of a statement if they are ours.

    Raises:
        UsageError: they repeat ``QUOTE_WORDS_MAX`` words of the passage in a row, or
            ``QUOTE_LETTERS_MAX`` letters of a script without blanks.
    """
    ours = set(_runs(words))
    for one in passages:
        quoted = next((run for run in _runs(one.text) if run in ours), None)
        if quoted is not None:
            raise UsageError(
                f"these are the report's own words: {shown(quoted)!r}",
                advice="Say it in words of your own; the record keeps the place of the passage, "
                "not its sentences.",
            )
    return words


def check_named(statement: Statement) -> Statement:
    """Return the statement if its force is a report's and names somebody where it must.

    Raises:
        UsageError: another force, or nobody is named.
    """
    force = statement.force
    if force not in REPORTED_FORCES:
        raise UsageError(f"force {force.value} is not for reports; write said or another of theirs")
    if force in NEEDS_SPEAKER and not statement.speaker:
        raise UsageError(
            f"{force.value} means {FORCE_MEANING[force]}: say who, or write unnamed or narrated"
        )
    return statement


def _runs(text: str) -> Iterator[str]:
    """Every run of words, or of letters where a script sets no blanks, that is a quotation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _LATIN_LIKE.findall(folded)
    for at in range(len(words) - QUOTE_WORDS_MAX + 1):
        yield " ".join(words[at : at + QUOTE_WORDS_MAX])
    if _UNSPACED.search(folded):
        letters = "".join(words)
        for at in range(len(letters) - QUOTE_LETTERS_MAX + 1):
            yield letters[at : at + QUOTE_LETTERS_MAX]


def _decoded(data: bytes) -> str:
    if len(data) > ARTICLE_BYTES_MAX:
        raise UsageError(
            f"the report has {len(data)} bytes; at most {ARTICLE_BYTES_MAX} can be taken at once",
            advice="Save the article's text alone, or split it by chapters into several sources.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the report is not UTF-8 text from byte {error.start} on",
            advice="Save it as plain text in UTF-8; a PDF or a word processor's file is none.",
        ) from None
    if "\x00" in text:
        raise UsageError("the report holds zero bytes and is no text; save it as plain text")
    return text


def _refuse_markup(text: str) -> None:
    start = text[: 64 * 1024]
    if _HTML.match(start) or len(_TAG.findall(start)) >= _TAGS_MIN:
        raise UsageError("the report is a web page's source, not its text", advice=HTML_HINT)


def _unix(text: str) -> str:
    # "\r\n" is one end of line: its first half becomes a blank, so that no place moves.
    return text.replace("\r\n", " \n").translate(_BREAKS)


def _passages(text: str, pattern: re.Pattern[str], headings: int) -> Iterator[Passage]:
    for count, match in enumerate(pattern.finditer(text), start=1):
        if count > PASSAGES_MAX:
            raise UsageError(f"the report has more than {PASSAGES_MAX} passages; split it")
        block = match.group().rstrip()
        start = match.start()
        yield Passage(
            locator=_locator(count, headings), start=start, end=start + len(block), text=block
        )


def _locator(count: int, headings: int) -> str:
    if count > headings:
        return str(count - headings)
    return {1: "title", 2: "standfirst"}.get(count, f"heading {count}")

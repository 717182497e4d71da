"""Folded text: how words are made comparable, and cut into terms, in every script.

Case folding and compatibility forms follow the Unicode Standard (chapter 3.13, and Annex 15 for
NFKC). Scripts without blanks between words are cut into single characters and pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTERS: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "\u0640": "",
        "\u200c": "",
        "\u200d": "",
    }
)
"""Latin letters that no normal form takes apart, and signs that only stretch or join letters."""

# Scripts in which marks above and below letters are often left out (Latin to Arabic, by block).
_MARKS_FALL: Final = (("\u0000", "\u08ff"), ("\u1e00", "\u1fff"), ("\ufb1d", "\ufdff"))

# Scripts without blanks between words, and Hangul, whose particles hang on the words (by block).
_GRAM: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u318f"
    "\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks that belong to the word they stand in, which \w leaves out (Hebrew to Tibetan, by block).
_MARK: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963"
    "\u0971-\u0df3\u0f18-\u0f3f\u0f71-\u0f84"
)
_RUNS: Final = re.compile(rf"([{_GRAM}]+)|((?:(?![{_GRAM}])[\w{_MARK}])+)")
_GRAM_CHAR: Final = re.compile(rf"[{_GRAM}]")
_ASCII_RUNS: Final = re.compile(r"[a-z0-9_]+")
_QUOTED: Final = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"'})
CACHE_TEXTS: Final = 4_096
"""Short texts repeat (speakers, offices, topics): their terms are kept."""
CACHED_CHARS_MAX: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing to look for: its ``parts``, each with whether it is the beginning of a word.

    ``is_run``: the parts must stand together, as ``folded`` has them; in a phrase as whole words.
    """

    text: str
    folded: str
    parts: tuple[tuple[str, bool], ...]
    is_run: bool = False
    is_phrase: bool = False

    def is_in(self, text: str) -> bool:
        """Whether a text, spaced as `spaced` does, holds the run."""
        if not self.is_phrase:
            return self.folded in text
        # Runs without blanks are met inside longer ones; words are met whole.
        first = "" if _GRAM_CHAR.match(self.folded[0]) else " "
        last = "" if _GRAM_CHAR.match(self.folded[-1]) else " "
        return f"{first}{self.folded}{last}" in f" {text} "


def fold_text(text: str) -> str:
    """The text without case, compatibility forms and marks that are often left out."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept: list[str] = []
    base = ""
    for char in parted:
        if unicodedata.combining(char) and _falls(base):
            continue
        if not unicodedata.combining(char):
            base = char
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept).translate(_LETTERS))


def _falls(base: str) -> bool:
    return any(first <= base <= last for first, last in _MARKS_FALL)


def terms_of(text: str) -> tuple[str, ...]:
    """The terms under which a text is found; a term may come more than once."""
    return _cached(text) if len(text) <= CACHED_CHARS_MAX else tuple(_terms(text))


@lru_cache(maxsize=CACHE_TEXTS)
def _cached(text: str) -> tuple[str, ...]:
    return tuple(_terms(text))


def _terms(text: str) -> Iterator[str]:
    folded = fold_text(text)
    if folded.isascii():
        yield from _ASCII_RUNS.findall(folded)
        return
    for run, word in _RUNS.findall(folded):
        if word:
            yield word
            continue
        yield from run
        yield from pairs(run)


def spaced(text: str) -> str:
    """The text folded, with one blank between its words and runs and nothing else."""
    folded = fold_text(text)
    if folded.isascii():
        return " ".join(_ASCII_RUNS.findall(folded))
    return " ".join(run or word for run, word in _RUNS.findall(folded))


def pairs(run: str) -> list[str]:
    """Each two neighbouring characters."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def query_terms(query: str) -> tuple[Term, ...]:
    """What a query looks for: words by their beginning, runs of characters, quoted phrases."""
    found: list[Term] = []
    for quoted, bare in _QUOTED.findall(query.translate(_QUOTES)):
        if quoted:
            found += _phrase(quoted)
            continue
        for run, word in _RUNS.findall(fold_text(bare)):
            found.append(_run(run) if run else _word(word))
    return tuple(dict.fromkeys(found))


def _word(word: str) -> Term:
    return Term(text=word, folded=word, parts=((word, True),))


def _run(run: str) -> Term:
    parts = pairs(run) or [run]
    return Term(
        text=run,
        folded=run,
        parts=tuple((part, False) for part in parts),
        is_run=len(run) > 2,
    )


def _phrase(text: str) -> list[Term]:
    runs = _RUNS.findall(fold_text(text))
    parts = [part for run, word in runs for part in ([word] if word else pairs(run) or [run])]
    if not parts:
        return []
    return [
        Term(
            text=text,
            folded=spaced(text),
            parts=tuple((part, False) for part in parts),
            is_run=len(parts) > 1,
            is_phrase=True,
        )
    ]

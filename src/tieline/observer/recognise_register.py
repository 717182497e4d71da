"""Registers: the names that a record holds already, by which a passage is searched.

Persons, offices, parties, things and topics, each under every spelling that was filed. Case,
accents and width do not count; a name of a script that sets no blanks is sought letter by letter.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import (
    Attendance,
    Channel,
    Contact,
    Event,
    Framework,
    Measure,
    Mechanism,
    OfSide,
    Person,
    Seat,
    Text,
)
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.recognise import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tieline.observer.assertion import Assertion
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Statement

NAME_CHARS_MAX: Final = 200
"""A longer "name" is a sentence; it is not sought."""
TITLES: Final = frozenset(
    "adm admiral amb ambassador capt captain col colonel dr gen general lord lt maj major marshal "
    "minister mr mrs ms president prof professor secretary sir the vice".split()
)
_PARTY_FIELDS: Final = ("by", "party", "side", "on")
_UNSPACED_NAMES: Final = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Myanmar
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3040", "\u30ff"),  # kana
    ("\u3400", "\u9fff"),  # Han
    ("\uac00", "\ud7a3"),  # Hangul: particles follow a name without a blank
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word of a text, folded, with its place."""

    text: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name in the registers: what it names, and the statement that brought it in.

    ``family`` marks one word of a person's name that stands for the whole.
    """

    found: Found
    value: str
    tokens: tuple[str, ...] = ()
    cite: str
    kind: str = ""
    key: str = ""
    family: bool = False


@dataclass(slots=True, kw_only=True)
class Registers:
    """Entries by their first word, and names that are sought letter by letter.

    ``offices`` holds the office of a folded name, ``office_words`` the words of all offices.
    """

    words: dict[str, list[Entry]] = field(default_factory=dict)
    letters: dict[str, list[Entry]] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)
    office_words: set[str] = field(default_factory=set)
    _seen: set[tuple[Found, str, tuple[str, ...], str]] = field(default_factory=set)

    def add(self, name: str, entry: Entry, *, split: bool = False) -> None:
        """Put a name in; one that is there already stays as it came first.

        ``split`` lets the first and the last word of a person's name stand for the whole: which
        of them is the family's differs from language to language.
        """
        tokens = tuple(token.text for token in tokens_of(name[: NAME_CHARS_MAX + 1]))
        if not tokens or len(name) > NAME_CHARS_MAX:
            return
        if entry.found is Found.OFFICE:
            self.office_words.update(tokens)
        self._put(replace(entry, tokens=tokens), name if is_unspaced(name) else "")
        bare = [token for token in tokens if token not in TITLES]
        if split and len(tokens) > 1 and bare:
            for part in dict.fromkeys((bare[-1], bare[0])):
                if len(part) > 1:
                    self._put(replace(entry, tokens=(part,), family=True), "")

    def _put(self, entry: Entry, letters: str) -> None:
        mark = (entry.found, entry.value.casefold(), entry.tokens, entry.key)
        if mark in self._seen:
            return
        self._seen.add(mark)
        if letters:
            self.letters.setdefault(fold(letters), []).append(entry)
        else:
            self.words.setdefault(entry.tokens[0], []).append(entry)


def fold(text: str) -> str:
    """Without case, accents and width (Unicode NFKD, combining marks taken out)."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).casefold()


def is_unspaced(name: str) -> bool:
    return any(low <= c <= high for c in name for low, high in _UNSPACED_NAMES)


def tokens_of(text: str) -> list[Token]:
    """The words of a text with their places; marks belong to the letter before them."""
    found: list[Token] = []
    start = -1
    for at, char in enumerate(text):
        inside = char.isalnum() or (start >= 0 and unicodedata.category(char)[0] == "M")
        if inside and start < 0:
            start = at
        elif not inside and start >= 0:
            found.append(_token(text, start, at))
            start = -1
    if start >= 0:
        found.append(_token(text, start, len(text)))
    return found


def _token(text: str, start: int, end: int) -> Token:
    first = text[start]
    capital = first.isupper() or first.lower() == first.upper()
    return Token(text=fold(text[start:end]), start=start, end=end, capital=capital)


def registers_of(picture: Picture) -> Registers:
    """The names in all that counts of a record."""
    registers = Registers()
    for claim in picture.claims:
        one, cite = claim.assertion, claim.cite.id
        word = ASSERTION_FORM_OF[type(one)].word
        for party in _parties(one):
            registers.add(party, Entry(found=Found.PARTY, value=party, cite=cite))
        for office, key in _offices(one):
            registers.add(office, Entry(found=Found.OFFICE, value=office, cite=cite, key=key))
        for person, key in _persons(one):
            entry = Entry(found=Found.PERSON, value=person, cite=cite, key=key)
            registers.add(person, entry, split=True)
        if isinstance(one, Mechanism | Channel | Framework | Measure | Event | Text) and one.name:
            key = one.thing
            registers.add(
                one.name, Entry(found=Found.THING, value=key, cite=cite, kind=word, key=key)
            )
        if isinstance(one, Seat) and one.holder and one.office:
            registers.offices.setdefault(fold(one.holder), one.office)
    for statement in picture.record.statements:
        if statement.id not in picture.fallen:
            _of_statement(registers, statement)
    return registers


def _of_statement(registers: Registers, statement: Statement) -> None:
    if statement.speaker:
        # A speaker may be a ministry: no single word of that stands for it.
        person = Entry(found=Found.PERSON, value=statement.speaker, cite=statement.id)
        registers.add(statement.speaker, person)
    for topic in statement.topics:
        words = topic.replace("-", " ").replace("_", " ")
        registers.add(words, Entry(found=Found.TOPIC, value=topic, cite=statement.id, key=topic))


def _offices(one: Assertion) -> Iterator[tuple[str, str]]:
    if isinstance(one, Seat) and one.office:
        yield one.office, one.thing
    elif isinstance(one, Attendance) and one.office:
        yield one.office, ""


def _persons(one: Assertion) -> Iterator[tuple[str, str]]:
    if isinstance(one, Person):
        yield from ((name, one.thing) for name in one.names)
    elif isinstance(one, Seat) and one.holder:
        yield one.holder, ""
    elif isinstance(one, Attendance):
        yield one.person, ""
    elif isinstance(one, Contact):
        yield from ((who.value, "") for who in one.who)


def _parties(one: Assertion) -> Iterator[str]:
    for name in _PARTY_FIELDS:
        value: object = getattr(one, name, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, str))
    for name in ("levels", "offices", "who"):
        sides: Iterable[OfSide] = getattr(one, name, ())
        yield from (side.party for side in sides if side.party)

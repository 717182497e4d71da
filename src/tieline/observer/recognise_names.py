"""Names and offices in a passage, found by the record's own registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.recognise import Found, Proposal
from tieline.observer.recognise_dates import PASSAGE_CHARS_MAX, PROPOSALS_MAX, dates_in
from tieline.observer.recognise_register import (
    TITLES,
    Entry,
    Registers,
    Token,
    fold,
    tokens_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieline.days import Days

Hit = tuple[Entry, int, int]
_WHAT: Final = {
    Found.PERSON: "a person",
    Found.OFFICE: "an office",
    Found.PARTY: "a party",
    Found.THING: "a name",
    Found.TOPIC: "a topic",
}


def proposals_in(
    text: str, registers: Registers, published: Days | None = None
) -> tuple[Proposal, ...]:
    """All that is recognised in a passage: dates first, then names in their order."""
    return (*dates_in(text, published), *names_in(text, registers))


def names_in(text: str, registers: Registers) -> tuple[Proposal, ...]:
    """Every name of the registers that a passage holds; the longest of those that overlap."""
    text = text[:PASSAGE_CHARS_MAX]
    tokens = tokens_of(text)
    hits = [*_by_words(tokens, registers), *_by_letters(text, registers)]
    hits.sort(key=lambda hit: (hit[1], -hit[2]))
    found: dict[tuple[Found, str, str], Proposal] = {}
    reach: dict[Found, int] = {}
    covered: dict[Found, int] = {}
    for entry, start, end in hits:
        inside = start < reach.get(entry.found, 0)
        if inside and (start, end) != (covered.get(entry.found, -1), reach[entry.found]):
            continue
        reach[entry.found], covered[entry.found] = max(end, reach.get(entry.found, 0)), start
        proposal = _proposal(text, tokens, registers, (entry, start, end))
        found.setdefault((entry.found, fold(entry.value), entry.key), proposal)
    keyed = {(what, name) for what, name, key in found if key}
    kept = [one for (what, name, key), one in found.items() if key or (what, name) not in keyed]
    return tuple(kept[:PROPOSALS_MAX])


def _by_words(tokens: list[Token], registers: Registers) -> Iterator[Hit]:
    for at, token in enumerate(tokens):
        for entry in registers.words.get(token.text, ()):
            size = len(entry.tokens)
            if entry.family and not token.capital:
                continue
            if tuple(one.text for one in tokens[at : at + size]) == entry.tokens:
                yield entry, token.start, tokens[at + size - 1].end


def _by_letters(text: str, registers: Registers) -> Iterator[Hit]:
    # Folding may change the length of a text; where it does, places would be wrong.
    folded = fold(text)
    searched = folded if len(folded) == len(text) else text
    for name, entries in registers.letters.items():
        at = searched.find(name)
        if at >= 0:
            yield from ((entry, at, at + len(name)) for entry in entries)


def _proposal(text: str, tokens: list[Token], registers: Registers, hit: Hit) -> Proposal:
    entry, start, end = hit
    why = f"{_WHAT[entry.found]} in the record, {entry.cite}"
    if entry.found is Found.PERSON:
        office = registers.offices.get(fold(entry.value))
        why += f", {office}" if office else ""
        why += ", by one word of the name" if entry.family else ""
        other = _other_spelling(text, tokens, registers, hit)
        if other:
            why += (
                f"; the passage writes {other!r}: if that is one person, add a `person` with both"
            )
    return Proposal(
        found=entry.found,
        words=text[start:end],
        start=start,
        end=end,
        value=entry.value,
        why=why,
        kind=entry.kind,
        key=entry.key,
    )


def _other_spelling(text: str, tokens: list[Token], registers: Registers, hit: Hit) -> str:
    """The passage's own form of a name of which one word alone is in the record."""
    entry, start, end = hit
    before = next((one for one in reversed(tokens) if one.end <= start), None)
    if not entry.family or before is None or text[before.end : start] != " ":
        return ""
    whole = {token.text for token in tokens_of(entry.value)}
    plain = before.text in TITLES or before.text in registers.office_words
    if not before.capital or plain or before.text in whole:
        return ""
    if not any(c.isupper() for c in text[before.start : before.end]):
        return ""
    return text[before.start : end]

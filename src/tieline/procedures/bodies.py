"""Parts that bodies share: texts in several languages, reasons, references."""

from __future__ import annotations

from tieline.record.entry import parse_ref
from tieline.record.message import REF_CHARS_MAX
from tieline.record.strict import Fields

TEXT_CHARS_MAX = 100_000
TEXTS_MAX = 8
LANGUAGE_CHARS_MAX = 35
"""Longest language tag (RFC 5646 section 4.4.1)."""
SUBJECT_CHARS_MAX = 300
REASON_CHARS_MAX = 2_000
REFERENCES_MAX = 32
SECONDS_MAX = 366 * 86_400


def texts(fields: Fields, name: str = "texts", *, least: int = 1) -> None:
    """``texts``: the same words in one or more languages, one of them marked original."""
    found = _texts(fields, name, least)
    if found and found.count("yes") != 1:
        fields.refuse(name, "must mark exactly one text as the original")


def translations(fields: Fields, name: str = "texts") -> None:
    """As :func:`texts`, of words whose original stands elsewhere: none is marked original."""
    if "yes" in _texts(fields, name, 1):
        fields.refuse(name, "must mark no text as the original")


def _texts(fields: Fields, name: str, least: int) -> list[str]:
    """What each text says of being the original."""
    originals = []
    for item in fields.objects(name, TEXTS_MAX, min_items=least):
        item.text("lang", LANGUAGE_CHARS_MAX, min_chars=2)
        item.text("text", TEXT_CHARS_MAX, min_chars=1)
        originals.append(item.choice("original", ("yes", "no")))
    return originals


def reason(fields: Fields, *, least: int = 0) -> None:
    """``reason``: in the author's own words."""
    fields.text("reason", REASON_CHARS_MAX, min_chars=least)


def references(fields: Fields, name: str = "references", *, least: int = 0) -> None:
    """A list of references to entries."""
    for text in fields.texts(name, REFERENCES_MAX, REF_CHARS_MAX, min_items=least):
        parse_ref(text)


def note(fields: Fields) -> None:
    """``note``: free words, may be empty."""
    fields.text("note", REASON_CHARS_MAX)

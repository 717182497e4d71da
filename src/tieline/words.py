"""Words and keys: what a line of text may hold, and how things are named.

Every check returns the thing or raises `UsageError` with the remedy; the text format adds the
line number, the body adds the field's path.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tieline.errors import UsageError

LINE_CHARS_MAX: Final = 4_000
KEY_CHARS_MAX: Final = 64

_KEY: Final = re.compile(r"\w[\w.\-]*")
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Bidirectional overrides and isolates let a text show something else than it says
# (Unicode Technical Report 36, section 2.9); a citation must not.
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_line(value: str) -> str:
    """Return one line of text, trimmed and printable, of at most ``LINE_CHARS_MAX`` characters.

    Raises:
        UsageError: empty, too long, with outer blanks, or with a character that hides or
            breaks lines.
    """
    if not value or value != value.strip():
        raise UsageError("is empty or has blanks around it; write one line of text")
    if len(value) > LINE_CHARS_MAX:
        raise UsageError(f"has {len(value)} characters; shorten it to {LINE_CHARS_MAX} or fewer")
    for char in value:
        if char in _BIDI or unicodedata.category(char) in _UNSAFE_CATEGORIES:
            raise UsageError(f"holds the invisible character U+{ord(char):04X}; take it out")
    return value


def check_key(value: str) -> str:
    """Return the key of a thing: letters, digits, ``_``, ``.`` and ``-``, any script, NFC.

    Raises:
        UsageError: another character, too long, or not in normal form, so that two keys that
            look the same could differ.
    """
    if len(value) > KEY_CHARS_MAX:
        raise UsageError(f"is longer than {KEY_CHARS_MAX} characters; choose a shorter key")
    if _KEY.fullmatch(value) is None:
        raise UsageError(f'"{shown(value)}" is not a key; use letters, digits, "-", "." or "_"')
    if not unicodedata.is_normalized("NFC", value):
        raise UsageError(f'"{shown(value)}" is not in Unicode normal form NFC; type it again')
    return value


def shown(value: str, limit: int = 60) -> str:
    """A short printable form of bad input for an error message."""
    clean = "".join(c if c.isprintable() else "?" for c in value[:limit])
    return clean + ("..." if len(value) > limit else "")

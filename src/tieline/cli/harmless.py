"""Harmless: words of others, with whatever steers a terminal spelled out.

What a peer or a file says is never printed as it came. An escape sequence could repaint a line,
and an unproven step would look proven.
"""

from __future__ import annotations

import json
import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a terminal or cannot be seen."""
JOINERS = "\u200c\u200d"
"""Persian, Hindi and others need them between letters; they steer nothing."""


def _steers(character: str) -> bool:
    if character == "\n" or character in JOINERS:
        return False
    return unicodedata.category(character) in HIDDEN


def clean(text: str) -> str:
    """The text with everything unseen spelled out by its number; line ends stay."""
    return "".join(c.encode("unicode_escape").decode("ascii") if _steers(c) else c for c in text)


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON of the same value, readable in every script, that steers no terminal either."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(json.dumps(c)[1:-1] if _steers(c) else c for c in text)

"""Wording: how values become words on a page: visible marks for odd characters, times, spans.

Whatever a template prints goes through `visible`, so that no text of anybody can reorder or hide
what stands around it (Boucher and Anderson, "Trojan Source", 2021).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

_KEPT = frozenset("\n\t\u3000\u00a0")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
"""Letters and marks that show nothing: joiners, fillers, the empty Braille cell."""
_SELECTORS_FROM = 0xE0100
"""From here on Unicode has nothing but selectors and private use."""
_STACK_MAX = 8
"""Combining marks on one letter; no orthography known to Unicode needs more (UAX 15, stream-safe
text, allows 30; eight keep a line inside its box)."""
_MACHINE_WORDS = {
    "blob": "sealed text",
    "blobs": "sealed texts",
    "leaf": "entry",
    "leaves": "entries",
    "checkpoint": "signed size",
    "checkpoints": "signed sizes",
    "head": "signed size",
    "heads": "signed sizes",
    "fold": "state",
    "folded": "taken in",
}
_MACHINE = re.compile(rf"\b(?:{'|'.join(_MACHINE_WORDS)})\b", re.IGNORECASE)


def is_odd(character: str) -> bool:
    """Whether a character has no shape of its own, or changes the order of others.

    `str.isprintable` is false for exactly the categories Other and Separator but the space.
    """
    if character.isprintable():
        return character in _INVISIBLE or ord(character) >= _SELECTORS_FROM
    return character not in _KEPT


def code_point(character: str) -> str:
    """``U+202E``."""
    return f"U+{ord(character):04X}"


def visible(text: object) -> Any:
    """A text as markup: escaped, isolated, with odd characters as marks. Other values unchanged."""
    if isinstance(text, Markup) or not isinstance(text, str):
        return text
    if text.isascii() and text.replace("\n", " ").isprintable():
        return escape(text)
    return Markup("<bdi>{}</bdi>").format(Markup("").join(_parts(text)))


def _parts(text: str) -> list[Markup]:
    parts: list[Markup] = []
    plain: list[str] = []
    stack = 0
    for character in text.replace("\r\n", "\n"):
        stack = stack + 1 if unicodedata.combining(character) else 0
        if is_odd(character) or stack > _STACK_MAX:
            parts += [escape("".join(plain)), _mark(character)]
            plain = []
        else:
            plain.append(character)
    return [*parts, escape("".join(plain))]


_UNBROKEN = re.compile(
    r"\d\d-\d\d\.\d\d[NS] \d{3}-\d\d\.\d\d[EW]|\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?"
)
"""Positions in the style of warnings, and days with their time."""
_WHOLE = Markup('<span class="whole">{}</span>')


def unbroken(text: str) -> Markup:
    """A text in which no position and no time is broken at the end of a line."""
    parts: list[Markup] = []
    at = 0
    for found in _UNBROKEN.finditer(text):
        parts += [visible(text[at : found.start()]), _WHOLE.format(found[0])]
        at = found.end()
    return Markup("").join([*parts, visible(text[at:])])


def _mark(character: str) -> Markup:
    name = unicodedata.name(character, "a character without a name").lower()
    return Markup('<span class="odd" title="{}">{}</span>').format(name, code_point(character))


def flat(text: object) -> Markup:
    """A text for an attribute or a title: escaped, odd characters as ``[U+202E]``."""
    shown = (f"[{code_point(c)}]" if is_odd(c) or c == "\n" else c for c in str(text))
    return escape("".join(shown))


def cut(text: str, most: int) -> str:
    """The beginning of a long text; the page of the message has the whole."""
    return text if len(text) <= most else f"{text[:most]} …"


def plain_words(text: str) -> str:
    """What a machine said, without the words of the record's inside."""
    return _MACHINE.sub(lambda found: _MACHINE_WORDS[found[0].lower()], text)


def language(tag: str) -> Markup:
    """A language tag for a ``lang`` attribute; Chinese without a script is taken as simplified."""
    found = tag if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) else ""
    return escape({"zh": "zh-Hans"}.get(found, found))


LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "ja": "Japanese",
    "ko": "Korean",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "zh-hans": "Chinese",
    "zh-hant": "Chinese, traditional",
}


def language_name(tag: str) -> str:
    """English name of a language with its tag, the tag alone when we have no name."""
    name = LANGUAGES.get(tag.lower()) or LANGUAGES.get(tag.lower().partition("-")[0])
    return f"{name} ({tag})" if name else tag


def _utc(time_s: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(time_s, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def clock_time(time_s: int | None) -> str:
    """``20:04:11``, in UTC."""
    moment = _utc(time_s) if time_s is not None else None
    return moment.strftime("%H:%M:%S") if moment else "time not known"


def day(time_s: int | None) -> str:
    """``2026-11-21``, in UTC."""
    moment = _utc(time_s) if time_s is not None else None
    return moment.strftime("%Y-%m-%d") if moment else "day not known"


def instant(time_s: int | None) -> str:
    """``2026-11-21 20:04:11 UTC``."""
    return f"{day(time_s)} {clock_time(time_s)} UTC" if time_s is not None else "time not known"


def when(time_s: int | None, now_s: int) -> str:
    """The time of today, else day and time; UTC is said once on the page."""
    if time_s is None or day(time_s) == day(now_s):
        return clock_time(time_s)
    return f"{day(time_s)} {clock_time(time_s)}"


def span(seconds: int) -> str:
    """``45 s``, ``4 min 05 s``, ``3 h 20 min``, ``2 days 3 h``; the sign is left out."""
    left = abs(seconds)
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min {left % 60:02} s"
    if left < 86_400:
        return f"{left // 3600} h {left % 3600 // 60:02} min"
    days = left // 86_400
    return f"{days} day{'s' if days > 1 else ''} {left % 86_400 // 3600} h"


def size(count: int) -> str:
    """A file's length: ``512 bytes``, ``3.4 kB``, ``12.0 MB`` (powers of ten)."""
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1_000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"

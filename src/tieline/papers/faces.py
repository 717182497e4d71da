"""Faces: which font draws which letters, and what is shown where none can.

No letter ever vanishes or becomes an empty box: letters without a font, or of a script that must be
shaped in ways that we cannot, are replaced by words that say how many and which.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from tieline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Fonts of the PDF standard (ISO 32000-1, section 9.7.3) that the reader's program brings, each with
# a codec that says which letters its collection holds; what it does not hold would be blank. The
# Chinese one holds the traditional letters too: the font that the library has for these alone names
# the wrong character map, and programs then draw nothing.
_CHINESE, _JAPANESE, _KOREAN = (
    ("STSong-Light", "gbk"),
    ("HeiseiKakuGo-W5", "cp932"),
    ("HYGothic-Medium", "cp949"),
)
_BASIC_PLANE_END: Final = 0xFFFF
"""Beyond it the library writes the wrong letters into the text that readers search and copy."""
# Scripts whose letters change or move beside each other by rules that only a font's own tables
# give: Syriac, N'Ko, Mandaic, those of India, Tibet and South-East Asia, Mongolian.
_SHAPED: Final = (
    (0x0700, 0x074F),
    (0x07C0, 0x085F),
    (0x0900, 0x0DFF),
    (0x0F00, 0x109F),
    (0x1780, 0x18AF),
    (0x1A20, 0x1CFF),
    (0xA800, 0xA82F),
    (0xA840, 0xAAFF),
    (0xABC0, 0xABFF),
    (0x10A00, 0x10FFF),
    (0x11000, 0x11FFF),
)
_IGNORED: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff")
"""Characters that work on others and have no shape of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """A TrueType font as bytes; ``bold`` may be absent, and the plain one serves then."""

    plain: bytes = field(repr=False)
    bold: bytes | None = field(default=None, repr=False)
    name: str = "font"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    plain: str
    bold: str
    letters: tuple[frozenset[int], frozenset[int]]


@dataclass(slots=True)
class Faces:
    """The fonts at hand, in the order in which they are tried; keeps what it could not draw.

    Attributes:
        missing: scripts that were not drawn, with the number of their letters.
        outside: whether a font was used that the reader's program has to bring.
    """

    files: tuple[FontFile, ...]
    missing: dict[str, int] = field(default_factory=dict)
    outside: bool = False
    _pairs: list[_Pair] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._pairs = [_register(file) for file in self.files]

    def font_for(self, cluster: str, *, bold: bool, near: str = "") -> str | None:
        """The name of a font that has every letter of a cluster; None when there is none.

        ``near`` is the text around it, from which the language of Chinese letters is guessed.
        """
        points = {ord(char) for char in cluster if char not in _IGNORED}
        if any(_is_shaped(point) or point > _BASIC_PLANE_END for point in points):
            return None
        for pair in self._pairs:
            if points <= pair.letters[bold]:
                return pair.bold if bold else pair.plain
        return self._outside_font(cluster, near)

    def width(self, text: str, font: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(text, font, size))

    def note_missing(self, cluster: str) -> None:
        script = script_of(cluster)
        self.missing[script] = self.missing.get(script, 0) + 1

    def _outside_font(self, cluster: str, near: str) -> str | None:
        for name, codec in _outside_order(near):
            try:
                cluster.encode(codec)
            except UnicodeEncodeError:
                continue
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(UnicodeCIDFont(name))
            self.outside = True
            return name
        return None


def _outside_order(near: str) -> tuple[tuple[str, str], ...]:
    """Kana near by make Chinese letters Japanese ones, and Hangul makes them Korean."""
    if any("\u3041" <= char <= "\u30fa" for char in near):
        return _JAPANESE, _CHINESE, _KOREAN
    if any("\uac00" <= char <= "\ud7a3" for char in near):
        return _KOREAN, _CHINESE, _JAPANESE
    return _CHINESE, _JAPANESE, _KOREAN


def script_of(cluster: str) -> str:
    """The first word of the name of a cluster's letter, which names its script."""
    name = unicodedata.name(cluster[0], "")
    if not name or unicodedata.category(cluster[0])[0] not in "LM":
        return "symbols"
    return name.split(" ")[0].capitalize()


def clusters(text: str) -> list[tuple[int, int]]:
    """Where each letter begins and ends, with the marks that stand on it."""
    found: list[tuple[int, int]] = []
    for n, char in enumerate(text):
        if found and (unicodedata.category(char) in {"Mn", "Me"} or char in _IGNORED):
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found


def visible(text: str) -> str:
    """The text without what has no shape, for drawing."""
    return "".join(char for char in text if char not in _IGNORED)


def _is_shaped(point: int) -> bool:
    return any(first <= point <= last for first, last in _SHAPED)


def _register(file: FontFile) -> _Pair:
    """Make a font known to the drawing library, under a name that follows from its bytes."""
    names, letters = [], []
    for data in (file.plain, file.bold or file.plain):
        name = f"tl-{sha256(data).hexdigest()[:16]}"
        if name not in pdfmetrics.getRegisteredFontNames():
            try:
                pdfmetrics.registerFont(TTFont(name, BytesIO(data)))
            except (TTFError, ValueError, KeyError, IndexError) as error:
                raise UsageError(
                    f"{file.name} is no TrueType font that can be put into a PDF: {error}",
                    advice="Name a .ttf or .ttc file whose outlines are TrueType.",
                ) from error
        font: Any = pdfmetrics.getFont(name)
        names.append(name)
        letters.append(frozenset(point for point, glyph in font.face.charToGlyph.items() if glyph))
    return _Pair(plain=names[0], bold=names[1], letters=(letters[0], letters[1]))


def describe(missing: Iterable[tuple[str, int]]) -> str:
    """What could not be drawn, in words."""
    return ", ".join(f"{count} of {script}" for script, count in missing)

"""What officers type or hand over: words in several languages, spans of time, files."""

from __future__ import annotations

import mimetypes
import re
import sys
from pathlib import Path

from tieline.desk.notifyfiles import described_file
from tieline.errors import UsageError
from tieline.record.strict import JsonValue

ATTACHMENTS_BYTES_MAX = 6_500_000
"""All attachments of one message: an entry has to fit into one parcel on the wire."""
ATTACHMENT_BYTES_MAX = 6_500_000
"""One attachment; larger files go in several messages."""
WORDS_BYTES_MAX = 1024 * 1024
UNIT_S = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
_SPAN = re.compile(r"(?:[0-9]+(?:min|[smhd]))+")


def words_from(text: str, file: Path | None, *, needed: bool = True) -> str:
    """What is to be said: the argument, a file, or standard input (``-``, or nothing else given).

    Raises:
        UsageError: nothing to say, both given, or not UTF-8.
    """
    if text and text != "-" and file is not None:
        raise UsageError("give the words as TEXT or with --file, not both")
    if file is not None:
        return _decoded(read_file(file, WORDS_BYTES_MAX), str(file))
    if text and text != "-":
        return text
    if not needed and text != "-":
        return ""
    if sys.stdin.isatty():
        raise UsageError("there are no words: give TEXT, --file, or pipe them in")
    said = _decoded(sys.stdin.buffer.read(WORDS_BYTES_MAX + 1), "standard input")
    if not said.strip() and needed:
        raise UsageError("there are no words: give TEXT, --file, or pipe them in")
    return said


def _decoded(data: bytes, where: str) -> str:
    if len(data) > WORDS_BYTES_MAX:
        raise UsageError(f"{where} has more than {WORDS_BYTES_MAX} bytes; attach it instead")
    try:
        return data.decode("utf-8-sig").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8 text: {error}") from None


def read_file(path: Path, bytes_max: int) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        UsageError: it cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        if size > bytes_max:
            raise UsageError(f"{path} has {size} bytes; at most {bytes_max} can be taken")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def texts_of(said: str, lang: str, also: list[str] | None) -> list[JsonValue]:
    """The words as a body has them: the original first, then ``zh=...`` or ``zh=@file``.

    Raises:
        UsageError: a language is missing or given twice.
    """
    found: list[JsonValue] = [{"lang": lang, "text": said, "original": "yes"}] if said else []
    seen = {lang}
    for item in also or ():
        code, equals, text = item.partition("=")
        if not equals or len(code) < 2 or not text:
            raise UsageError(f"--also {item[:40]!r} is not LANGUAGE=TEXT or LANGUAGE=@FILE")
        if code in seen:
            raise UsageError(f"there are two texts in {code!r}; one of them is enough")
        seen.add(code)
        value = words_from("", Path(text[1:])) if text.startswith("@") else text
        found.append({"lang": code, "text": value, "original": "no"})
    if found and not said:
        raise UsageError("a translation needs an original: give TEXT as well")
    return found


def translations_of(also: list[str] | None) -> list[JsonValue]:
    """Translations alone, of words that stand elsewhere: ``zh=...`` or ``zh=@file``.

    Raises:
        UsageError: there is none, a language is missing or given twice.
    """
    if not also:
        raise UsageError("there is no translation: give --also LANGUAGE=TEXT or LANGUAGE=@FILE")
    # The original stands elsewhere; its place is taken by a word, and left out again.
    return texts_of("elsewhere", "", also)[1:]


def seconds_of(text: str) -> int:
    """Seconds of ``90s``, ``10m``, ``2h``, ``1d`` or several of them; 0 for an empty text.

    Raises:
        UsageError: not of that form.
    """
    if not text:
        return 0
    if not _SPAN.fullmatch(text):
        raise UsageError(f"{text[:40]!r} is no span of time; write 90s, 10m, 2h or 1h30m")
    return sum(int(n) * UNIT_S[u] for n, u in re.findall(r"([0-9]+)(min|[smhd])", text))


def attachments_from(
    paths: list[Path] | None, personal: list[Path] | None = None
) -> tuple[list[JsonValue], tuple[bytes, ...]]:
    """Files to come along: how the body describes them, and their bytes; the personal ones last.

    Raises:
        UsageError: one cannot be read or is too large, or all together are.
    """
    described: list[JsonValue] = []
    parts: list[bytes] = []
    listed = [(path, False) for path in paths or ()] + [(path, True) for path in personal or ()]
    for path, is_personal in listed:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        data = read_file(path, ATTACHMENT_BYTES_MAX)
        item, part = described_file(path.name, kind, data, personal=is_personal)
        described.append(item)
        parts.append(part)
    if sum(map(len, parts)) > ATTACHMENTS_BYTES_MAX:
        raise UsageError(f"the attachments have more than {ATTACHMENTS_BYTES_MAX} bytes together")
    return described, tuple(parts)

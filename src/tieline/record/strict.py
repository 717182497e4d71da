"""Strict reading of other people's bytes: one way to write each value, and a limit on all of it.

Python's own readers are generous (``int("٣")``, ``b64decode`` with junk, duplicate keys in
JSON). Two readers that differ in what they accept would differ in what the record says, so
everything of a peer comes through these.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from tieline.errors import MalformedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

INTEGER_MAX = 2**63 - 1
"""Largest size, index or time: SQLite's and Go's integers are signed."""

JSON_INTEGER_MAX = 2**53 - 1
"""Largest integer that every JSON reader keeps exact (RFC 8259 section 6)."""

JSON_BYTES_MAX = 1 << 20
JSON_DEPTH_MAX = 32

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | bool | None"

_DECIMAL = re.compile(rb"0|[1-9][0-9]{0,18}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
# A string that never closes swallows the rest, which keeps the scan linear on hostile input.
_BRACKET_OR_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse_decimal(data: bytes, *, max: int = INTEGER_MAX) -> int:  # noqa: A002 - reads as prose
    """An unsigned decimal: ASCII digits, no sign, no leading zero.

    Raises:
        MalformedError: not such a number, or larger than ``max``.
    """
    if _DECIMAL.fullmatch(data) is None:
        raise MalformedError(f"{_shown(data)} is not a plain decimal number")
    value = int(data)
    if value > max:
        raise MalformedError(f"{value} is over the limit of {max}")
    return value


def b64decode(text: bytes | str) -> bytes:
    """Standard base64, padded, and the only encoding of its value (RFC 4648 section 3.5).

    Raises:
        MalformedError: anything else.
    """
    try:
        given = text.encode("ascii") if isinstance(text, str) else bytes(text)
        value = base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error) as error:
        raise MalformedError(f"{_shown(text)} is not base64") from error
    if base64.b64encode(value) != given:
        raise MalformedError(f"{_shown(text)} is not the canonical base64 of its value")
    return value


def b64encode(data: bytes) -> str:
    """Standard padded base64."""
    return base64.b64encode(data).decode("ascii")


def hexdecode(text: bytes | str, length: int) -> bytes:
    """Lower-case hexadecimal of exactly ``length`` bytes.

    Raises:
        MalformedError: anything else.
    """
    given = text if isinstance(text, str) else bytes(text).decode("latin-1")
    if len(given) != 2 * length or _HEX.fullmatch(given) is None:
        raise MalformedError(f"{_shown(text)} is not lower-case hexadecimal of {length} bytes")
    return bytes.fromhex(given)


def load_json(
    data: bytes, *, max_bytes: int = JSON_BYTES_MAX, max_depth: int = JSON_DEPTH_MAX
) -> JsonValue:
    """One JSON value: UTF-8 without mark, no duplicate keys, integers and strings only.

    Spaces after the value are allowed, because messages are padded with them.

    Raises:
        MalformedError: over a limit, not JSON, or JSON that two readers could take differently
            (floats, ``NaN``, integers beyond 2^53 - 1, ``-0``, lone surrogates, duplicate keys).
    """
    if len(data) > max_bytes:
        raise MalformedError(f"JSON of {len(data)} bytes; {max_bytes} are allowed")
    _check_depth(data, max_depth)
    try:
        text = bytes(data).decode("utf-8")
        value: JsonValue = _DECODER.decode(text)
        if b"\\u" in data:
            # Only an escape can smuggle half a surrogate pair past the UTF-8 decoder.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {error}") from error
    return value


def dump_json(value: JsonValue) -> bytes:
    """Compact JSON in UTF-8, keys in the order given.

    Raises:
        UsageError: a float, an integer beyond 2^53 - 1, half a surrogate pair, a key that is
            no string, or a value of another type.
    """
    _check_writable(value)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise UsageError(f"cannot be written as JSON: {error}") from error


class Fields:
    """The fields of one JSON object, taken one by one; what nobody took is refused.

    Every reader raises :class:`MalformedError` naming the field by its dotted path, for
    instance ``message.to[2].office``. Absent is not null: null is refused everywhere.
    """

    __slots__ = ("_given", "_open", "_path", "_taken")

    def __init__(self, value: JsonValue, *, path: str = "") -> None:
        if not isinstance(value, dict):
            raise MalformedError(f"{path or 'the value'} is not an object")
        self._given = value
        self._path = path
        self._taken: set[str] = set()
        self._open: list[Fields] = []

    @property
    def path(self) -> str:
        """Where this object stands, dotted; empty for the outermost."""
        return self._path

    def has(self, name: str) -> bool:
        """Whether the field is there at all."""
        return name in self._given

    def at(self, name: str) -> str:
        """The dotted path of a field of this object."""
        return f"{self._path}.{name}" if self._path else name

    def value(self, name: str) -> JsonValue:
        """Any value but null, unread."""
        self._taken.add(name)
        value = self._given.get(name)
        if value is None:
            self.refuse(name, "is null" if name in self._given else "is missing")
        return value

    def text(self, name: str, max_chars: int, *, min_chars: int = 0) -> str:
        """A string of ``min_chars`` to ``max_chars`` code points."""
        return self._text(self.value(name), name, max_chars, min_chars)

    def integer(self, name: str, lo: int, hi: int) -> int:
        """An integer from ``lo`` to ``hi``, both allowed."""
        value = self.value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "is not an integer")
        if not lo <= value <= hi:
            self.refuse(name, f"is {value}; {lo} to {hi} are allowed")
        return value

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self.value(name)
        if not isinstance(value, bool):
            self.refuse(name, "is neither true nor false")
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of the ``allowed`` strings."""
        value = self.value(name)
        if not isinstance(value, str) or value not in allowed:
            self.refuse(name, f"is not one of {', '.join(sorted(allowed))}")
        return value

    def base64(self, name: str, max_bytes: int, *, min_bytes: int = 0) -> bytes:
        """Bytes in canonical base64, ``min_bytes`` to ``max_bytes`` of them."""
        text = self.text(name, 4 * -(-max_bytes // 3))
        data = self._read(name, lambda: b64decode(text))
        if not min_bytes <= len(data) <= max_bytes:
            self.refuse(name, f"has {len(data)} bytes; {min_bytes} to {max_bytes} are allowed")
        return data

    def hex(self, name: str, length: int) -> bytes:
        """Exactly ``length`` bytes in lower-case hexadecimal."""
        text = self.text(name, 2 * length)
        return self._read(name, lambda: hexdecode(text, length))

    def list(self, name: str, max_items: int, *, min_items: int = 0) -> list[JsonValue]:
        """A list of ``min_items`` to ``max_items`` values, unread."""
        value = self.value(name)
        if not isinstance(value, list):
            self.refuse(name, "is not a list")
        if not min_items <= len(value) <= max_items:
            self.refuse(name, f"has {len(value)} items; {min_items} to {max_items} are allowed")
        return value

    def texts(
        self, name: str, max_items: int, max_chars: int, *, min_items: int = 0, min_chars: int = 0
    ) -> tuple[str, ...]:
        """A list of strings."""
        items = enumerate(self.list(name, max_items, min_items=min_items))
        return tuple(self._text(v, f"{name}[{i}]", max_chars, min_chars) for i, v in items)

    def object(self, name: str) -> Fields:
        """An object; :meth:`done` on this one covers it too."""
        return self._child(self.value(name), name)

    def objects(self, name: str, max_items: int, *, min_items: int = 0) -> tuple[Fields, ...]:
        """A list of objects; :meth:`done` on this one covers them too."""
        items = enumerate(self.list(name, max_items, min_items=min_items))
        return tuple(self._child(v, f"{name}[{i}]") for i, v in items)

    def optional_text(self, name: str, max_chars: int, *, min_chars: int = 0) -> str | None:
        """As :meth:`text`, or ``None`` when absent."""
        return self.text(name, max_chars, min_chars=min_chars) if self.has(name) else None

    def optional_integer(self, name: str, lo: int, hi: int) -> int | None:
        """As :meth:`integer`, or ``None`` when absent."""
        return self.integer(name, lo, hi) if self.has(name) else None

    def optional_boolean(self, name: str) -> bool | None:
        """As :meth:`boolean`, or ``None`` when absent."""
        return self.boolean(name) if self.has(name) else None

    def optional_choice(self, name: str, allowed: Collection[str]) -> str | None:
        """As :meth:`choice`, or ``None`` when absent."""
        return self.choice(name, allowed) if self.has(name) else None

    def optional_base64(self, name: str, max_bytes: int, *, min_bytes: int = 0) -> bytes | None:
        """As :meth:`base64`, or ``None`` when absent."""
        return self.base64(name, max_bytes, min_bytes=min_bytes) if self.has(name) else None

    def optional_object(self, name: str) -> Fields | None:
        """As :meth:`object`, or ``None`` when absent."""
        return self.object(name) if self.has(name) else None

    def done(self) -> None:
        """Refuse every field that nobody took, here and in the objects handed out."""
        for name in self._given:
            if name not in self._taken:
                self.refuse(name, "is not known")
        for child in self._open:
            child.done()

    def refuse(self, name: str, why: str) -> NoReturn:
        """Raise :class:`MalformedError` about one field of this object."""
        raise MalformedError(f"{_shown_name(self.at(name))} {why}")

    def _text(self, value: JsonValue, name: str, max_chars: int, min_chars: int) -> str:
        if not isinstance(value, str):
            self.refuse(name, "is not text")
        if not min_chars <= len(value) <= max_chars:
            self.refuse(
                name, f"has {len(value)} characters; {min_chars} to {max_chars} are allowed"
            )
        return value

    def _read(self, name: str, read: Callable[[], bytes]) -> bytes:
        try:
            return read()
        except MalformedError as error:
            raise MalformedError(f"{_shown_name(self.at(name))}: {error}") from error

    def _child(self, value: JsonValue, name: str) -> Fields:
        child = Fields(value, path=self.at(name))
        self._open.append(child)
        return child


def _check_depth(data: bytes, max_depth: int) -> None:
    """Count brackets before the recursive parser sees them."""
    depth = 0
    for match in _BRACKET_OR_STRING.finditer(data):
        token = data[match.start()]
        if token in b"[{":
            depth += 1
            if depth > max_depth:
                raise MalformedError(f"JSON nested deeper than {max_depth}")
        elif token in b"]}":
            depth -= 1


def _no_float(text: str) -> NoReturn:
    raise MalformedError(f"{_shown(text)} is not an integer")


def _small_int(text: str) -> int:
    if len(text) > len(str(-JSON_INTEGER_MAX)) or text == "-0":
        raise MalformedError(f"{_shown(text)} is not an integer within 2^53 - 1")
    value = int(text)
    if abs(value) > JSON_INTEGER_MAX:
        raise MalformedError(f"{value} is beyond 2^53 - 1")
    return value


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise MalformedError(f"the field {_shown_name(name)} stands twice in one object")
            seen.add(name)
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_no_float, parse_int=_small_int, parse_constant=_no_float
)


def _check_writable(value: object) -> None:
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > JSON_DEPTH_MAX:
            raise UsageError(f"nested deeper than {JSON_DEPTH_MAX}")
        if isinstance(item, dict):
            if not all(isinstance(name, str) for name in item):
                raise UsageError("a name in a JSON object must be text")
            waiting.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, list | tuple):
            waiting.extend((inner, depth + 1) for inner in item)
        elif isinstance(item, int):
            if abs(item) > JSON_INTEGER_MAX:
                raise UsageError(f"{item} is beyond 2^53 - 1")
        elif item is not None and not isinstance(item, str):
            raise UsageError(f"a {type(item).__name__} has no place in a message")


def _shown(data: bytes | str, limit: int = 40) -> str:
    """A short printable form for messages: never more than the reader can use."""
    text = ascii(data[:limit] if isinstance(data, str) else bytes(data[:limit]))
    return text if len(data) <= limit else f"{text}..."


def _shown_name(name: str, limit: int = 120) -> str:
    text = name[:limit] if name.isprintable() else ascii(name[:limit])
    return text if len(name) <= limit else f"{text}..."

"""Entry: one leaf of a log, a small plain text that `sha256sum` can check.

::

    tieline/entry@v1
    log lines.example/5d2f/alpha-1
    index 0
    time 1795257600
    blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=
    commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=
    seen lines.example/5d2f/beta-1 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

ASCII, LF after every line, this order, one space between words. ``blob`` names a sealed
payload and ``clear`` an open one (length in bytes, SHA-256); an entry has one kind only. The
first payload is the message, the others are its attachments. ``commit``, the SHA-256 of
the plaintext of the first blob, stands on sealed entries only. ``seen`` names, in
the order of the origins' bytes, the newest verified head of every other log of the line.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.errors import MalformedError
from tieline.record.names import check_origin
from tieline.record.strict import b64decode, b64encode, hexdecode, parse_decimal

ENTRY_BYTES_MAX = 4096
"""Longest leaf (RECORD 5.13)."""
PAYLOADS_MAX = 16
"""One message and 15 attachments (RECORD 1.7)."""
SEEN_MAX = 64
"""Most heads that one leaf names (RECORD 5.13)."""
PAYLOAD_BYTES_MAX = 16 * 1024 * 1024
"""Longest payload, sealed or clear."""
HASH_BYTES = 32

_FIRST = b"tieline/entry@v1"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Head:
    """A log's size (entries) and RFC 6962 root (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Where an entry stands, and what it is: names a case or one of its steps."""

    origin: str
    index: int
    leaf_hash: bytes

    def text(self) -> str:
        """As bodies write it: origin, index and hexadecimal leaf hash, one space between."""
        return f"{self.origin} {self.index} {self.leaf_hash.hex()}"


def parse_ref(text: str) -> Ref:
    """Read :meth:`Ref.text` back.

    Raises:
        MalformedError: not of that form.
    """
    words = text.split(" ")
    if len(words) != 3 or not text.isascii():
        raise MalformedError(f"not a reference to an entry: {text[:120]!r}")
    origin, index, digest = words
    return Ref(check_origin(origin), parse_decimal(index.encode()), hexdecode(digest, HASH_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Length in bytes and SHA-256 of something stored beside the log."""

    length: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf, parsed. ``commit`` is None exactly when the payloads are clear."""

    log: str
    index: int
    time_s: int
    sealed: bool
    payloads: tuple[Payload, ...]
    commit: bytes | None
    seen: tuple[Head, ...]


def encode_entry(entry: Entry) -> bytes:
    """The exact bytes of the leaf; what :func:`parse_entry` reads back."""
    word = "blob" if entry.sealed else "clear"
    lines = [
        _FIRST.decode(),
        f"log {entry.log}",
        f"index {entry.index}",
        f"time {entry.time_s}",
        *(f"{word} {p.length} {b64encode(p.digest)}" for p in entry.payloads),
        *([f"commit {b64encode(entry.commit)}"] if entry.commit is not None else []),
        *(f"seen {h.origin} {h.size} {b64encode(h.root)}" for h in entry.seen),
    ]
    leaf = ("\n".join(lines) + "\n").encode("ascii")
    if parse_entry(leaf) != entry:
        raise MalformedError("an entry that does not read back as written")
    return leaf


def parse_entry(leaf: bytes) -> Entry:
    """Read a leaf strictly.

    Raises:
        MalformedError: any deviation from the grammar above, or a limit exceeded.
    """
    if len(leaf) > ENTRY_BYTES_MAX:
        raise MalformedError(f"a leaf of {len(leaf)} bytes; at most {ENTRY_BYTES_MAX}")
    if not leaf.endswith(b"\n"):
        raise MalformedError("a leaf does not end with a line feed")
    lines = _Lines(leaf[:-1].split(b"\n"))
    if lines.next() != _FIRST:
        raise MalformedError("a leaf's first line is not tieline/entry@v1")
    log = _origin(lines.words(b"log", 1)[0])
    index = parse_decimal(lines.words(b"index", 1)[0])
    time_s = parse_decimal(lines.words(b"time", 1)[0])
    word = lines.peek()
    if word not in (b"blob", b"clear"):
        raise MalformedError("a leaf names no payload (blob or clear) after its time")
    payloads = tuple(_payloads(lines, word))
    commit = _hash(lines.words(b"commit", 1)[0]) if word == b"blob" else None
    seen = tuple(_seen(lines, log))
    lines.end()
    return Entry(
        log=log,
        index=index,
        time_s=time_s,
        sealed=word == b"blob",
        payloads=payloads,
        commit=commit,
        seen=seen,
    )


class _Lines:
    """Lines of a leaf, taken one after another."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines
        self._at = 0

    def peek(self) -> bytes:
        """First word of the next line, empty at the end."""
        return self._lines[self._at].split(b" ")[0] if self._at < len(self._lines) else b""

    def next(self) -> bytes:
        if self._at >= len(self._lines):
            raise MalformedError("a leaf ends too early")
        self._at += 1
        return self._lines[self._at - 1]

    def words(self, first: bytes, count: int) -> list[bytes]:
        words = self.next().split(b" ")
        if words[0] != first or len(words) != count + 1:
            raise MalformedError(
                f"line {self._at} of a leaf is not `{first.decode()}`, {count} words"
            )
        return words[1:]

    def end(self) -> None:
        if self._at != len(self._lines):
            raise MalformedError(f"line {self._at + 1} of a leaf is one too many or out of place")


def _payloads(lines: _Lines, word: bytes) -> list[Payload]:
    payloads: list[Payload] = []
    while lines.peek() == word:
        length, digest = lines.words(word, 2)
        payloads.append(
            Payload(length=parse_decimal(length, max=PAYLOAD_BYTES_MAX), digest=_hash(digest))
        )
    if len(payloads) > PAYLOADS_MAX:
        raise MalformedError(f"a leaf names {len(payloads)} payloads; at most {PAYLOADS_MAX}")
    return payloads


def _seen(lines: _Lines, own: str) -> list[Head]:
    heads: list[Head] = []
    while lines.peek() == b"seen":
        origin, size, root = lines.words(b"seen", 3)
        head = Head(origin=_origin(origin), size=parse_decimal(size), root=_hash(root))
        if head.origin == own:
            raise MalformedError("a leaf names its own log as seen")
        if heads and heads[-1].origin.encode() >= head.origin.encode():
            raise MalformedError("a leaf's seen lines are not in the order of their origins")
        heads.append(head)
    if len(heads) > SEEN_MAX:
        raise MalformedError(f"a leaf names {len(heads)} heads; at most {SEEN_MAX}")
    return heads


def _origin(word: bytes) -> str:
    if not word.isascii():
        raise MalformedError("an origin is ASCII")
    return check_origin(word.decode("ascii"))


def _hash(word: bytes) -> bytes:
    digest = b64decode(word)
    if len(digest) != HASH_BYTES:
        raise MalformedError(f"a SHA-256 has {HASH_BYTES} bytes, not {len(digest)}")
    return digest

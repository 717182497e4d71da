"""Parcel: what travels between nodes, as files with names; a pouch is the same files in a folder.

::

    line                               the line's id
    have                               origin, size and root of each log that the sender holds
    want                               origin, index, number of payloads that the sender lacks
    withdrawn                          digests of payloads left out, because they were withdrawn
    <log>/checkpoint                   newest signed head
    <log>/entries/<start>              leaves from that index on, each behind its 2-byte length
    <log>/proof/<old>-<new>            consistency proof, one base64 hash a line
    <log>/fork                         another signed head of the same log: evidence
    blob/<2 hex>/<64 hex>              a payload, named by its SHA-256
    receipts/<log>/<size>-<note>-<n>   a mirror's receipt

``<log>`` is the hexadecimal SHA-256 of the origin, ``<note>`` the first 16 digits of the one of the
receipt, ``<n>`` counts from 0. Nothing in a parcel is trusted for its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tieline.errors import MalformedError
from tieline.record.entry import ENTRY_BYTES_MAX, HASH_BYTES, PAYLOADS_MAX, Head
from tieline.record.names import check_origin
from tieline.record.strict import b64decode, b64encode, hexdecode, parse_decimal

PARCEL_BYTES_MAX = 8 * 1024 * 1024
FILES_MAX = 20_000
HAVE_MAX = 256
PROOF_HASHES_MAX = 63
"""Most hashes of a consistency proof (C2SP tlog-witness)."""
RUN_ENTRIES_MAX = 100_000
WANT_MAX = 64
WITHDRAWN_MAX = 20_000
NOTE_BYTES_MAX = 128 * 1024

_MAGIC = b"tieline/parcel@v1\n"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*){0,3}")
_LOG = r"(?P<log>[0-9a-f]{64})"
_CHECKPOINT = re.compile(_LOG + r"/checkpoint")
_FORK = re.compile(_LOG + r"/fork")
_ENTRIES = re.compile(_LOG + r"/entries/(?P<start>[0-9]{1,19})")
_PROOF = re.compile(_LOG + r"/proof/(?P<old>[0-9]{1,19})-(?P<new>[0-9]{1,19})")
_BLOB = re.compile(r"blob/(?P<head>[0-9a-f]{2})/(?P<digest>[0-9a-f]{64})")
_RECEIPT = re.compile(r"receipts/" + _LOG + r"/[0-9]{1,19}-[0-9a-f]{16}-[0-9]{1,19}")


def log_name(origin: str) -> str:
    """A log's name in a parcel: hexadecimal SHA-256 of its origin."""
    return hashlib.sha256(origin.encode()).hexdigest()


def blob_name(digest: bytes) -> str:
    """A payload's name in a parcel."""
    return f"blob/{digest.hex()[:2]}/{digest.hex()}"


def receipt_name(origin: str, size: int, cosigner: str, time_s: int) -> str:
    """A receipt's name in a parcel."""
    mirror = hashlib.sha256(cosigner.encode()).hexdigest()[:16]
    return f"receipts/{log_name(origin)}/{size}-{mirror}-{time_s}"


@dataclass(slots=True, kw_only=True)
class LogPart:
    """What a parcel carries of one log. ``runs`` maps a start index to leaves.

    ``shows_fork`` does not travel: the sender knows that this part contradicts the receiver.
    """

    name: str
    checkpoint: bytes | None = None
    runs: dict[int, list[bytes]] = field(default_factory=dict)
    proofs: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)
    fork: bytes | None = None
    shows_fork: bool = False


@dataclass(slots=True, kw_only=True)
class Parcel:
    """A parcel, parsed; nothing in it is verified yet."""

    line: str
    have: tuple[Head, ...] = ()
    want: tuple[tuple[str, int, int], ...] = ()
    withdrawn: set[bytes] = field(default_factory=set)
    parts: dict[str, LogPart] = field(default_factory=dict)
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    receipts: list[bytes] = field(default_factory=list)
    refused: str = ""

    def part(self, name: str) -> LogPart:
        """The part of a log, made when there is none."""
        return self.parts.setdefault(name, LogPart(name=name))


def encode_have(heads: Iterable[Head]) -> bytes:
    """One line a log: origin, size, base64 root."""
    lines = [f"{h.origin} {h.size} {b64encode(h.root)}\n" for h in heads]
    return "".join(lines).encode("ascii")


def parse_have(data: bytes) -> tuple[Head, ...]:
    """Read :func:`encode_have` back. Hints of the sender; nothing signed.

    Raises:
        MalformedError: not of that form.
    """
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > HAVE_MAX:
        raise MalformedError(f"`have` is not at most {HAVE_MAX} whole lines")
    heads = []
    for line in lines:
        words = line.split(b" ")
        if len(words) != 3 or not line.isascii():
            raise MalformedError("a line of `have` is not origin, size, root")
        root = b64decode(words[2])
        if len(root) != HASH_BYTES:
            raise MalformedError("a root in `have` is not 32 bytes")
        origin = check_origin(words[0].decode("ascii"))
        heads.append(Head(origin=origin, size=parse_decimal(words[1]), root=root))
    return tuple(heads)


def encode_want(places: Iterable[tuple[str, int, int]]) -> bytes:
    """One line a payload: origin, index of the entry, number of the payload."""
    return "".join(f"{origin} {index} {number}\n" for origin, index, number in places).encode()


def parse_want(data: bytes) -> tuple[tuple[str, int, int], ...]:
    """Read :func:`encode_want` back. Hints of the sender; nothing signed.

    Raises:
        MalformedError: not of that form.
    """
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > WANT_MAX or not data.isascii():
        raise MalformedError(f"`want` is not at most {WANT_MAX} whole lines")
    found = []
    for line in lines:
        words = line.split(b" ")
        if len(words) != 3:
            raise MalformedError("a line of `want` is not origin, index, number")
        number = parse_decimal(words[2], max=PAYLOADS_MAX)
        found.append((check_origin(words[0].decode("ascii")), parse_decimal(words[1]), number))
    return tuple(found)


def encode_withdrawn(digests: Iterable[bytes]) -> bytes:
    """One line a payload: its SHA-256 in hexadecimal."""
    return "".join(f"{digest.hex()}\n" for digest in sorted(digests)).encode()


def parse_withdrawn(data: bytes) -> set[bytes]:
    """Read :func:`encode_withdrawn` back. Hints of the sender; nothing signed.

    Raises:
        MalformedError: not of that form.
    """
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > WITHDRAWN_MAX or not data.isascii():
        raise MalformedError(f"`withdrawn` is not at most {WITHDRAWN_MAX} whole lines")
    return {hexdecode(line.decode("ascii"), HASH_BYTES) for line in lines}


def encode_run(leaves: Iterable[bytes]) -> bytes:
    """Leaves, each behind its length in two bytes, as in an entry bundle of C2SP tlog-tiles."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def parse_run(data: bytes) -> list[bytes]:
    """Read :func:`encode_run` back.

    Raises:
        MalformedError: cut off, or a leaf longer than allowed.
    """
    leaves, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        leaf = data[at + 2 : at + 2 + length]
        if len(data) - at < 2 or len(leaf) != length or length > ENTRY_BYTES_MAX:
            raise MalformedError("a run of entries is cut off or holds one that is too long")
        leaves.append(leaf)
        at += 2 + length
        if len(leaves) > RUN_ENTRIES_MAX:
            raise MalformedError(f"a run of more than {RUN_ENTRIES_MAX} entries")
    return leaves


def files_of(parcel: Parcel) -> dict[str, bytes]:
    """The parcel as named files, in a fixed order."""
    files = {"line": parcel.line.encode() + b"\n"}
    if parcel.have:
        files["have"] = encode_have(parcel.have)
    if parcel.want:
        files["want"] = encode_want(parcel.want)
    if parcel.withdrawn:
        files["withdrawn"] = encode_withdrawn(parcel.withdrawn)
    if parcel.refused:
        files["refused"] = parcel.refused.encode()[:2000]
    for name, part in parcel.parts.items():
        if part.checkpoint is not None:
            files[f"{name}/checkpoint"] = part.checkpoint
        for start, leaves in part.runs.items():
            files[f"{name}/entries/{start}"] = encode_run(leaves)
        for (old, new), hashes in part.proofs.items():
            files[f"{name}/proof/{old}-{new}"] = "".join(
                b64encode(each) + "\n" for each in hashes
            ).encode()
        if part.fork is not None:
            files[f"{name}/fork"] = part.fork
    for digest, data in parcel.blobs.items():
        files[blob_name(digest)] = data
    for number, note in enumerate(parcel.receipts):
        files[_receipt_file(note, number)] = note
    return files


def _receipt_file(note: bytes, number: int) -> str:
    lines = note.split(b"\n")
    # A hostile one may have no second line; it is carried as it came, and refused where it is read.
    size = lines[1].decode() if len(lines) > 1 and lines[1].isdigit() else "0"
    digest = hashlib.sha256(note).hexdigest()[:16]
    return f"receipts/{hashlib.sha256(lines[0]).hexdigest()}/{size}-{digest}-{number}"


def parse_files(files: Mapping[str, bytes]) -> Parcel:
    """Read named files as a parcel.

    1. Names are of the list in the module's docstring; anything else is refused.
    2. Blobs have the digest that they are named by.

    Raises:
        MalformedError: an unexpected name, an odd content, or too many files.
    """
    if len(files) > FILES_MAX:
        raise MalformedError(f"a parcel of {len(files)} files; at most {FILES_MAX}")
    line = files.get("line", b"")
    if not line.endswith(b"\n") or not line.isascii() or len(line) > 256:
        raise MalformedError("a parcel does not name its line")
    parcel = Parcel(line=line[:-1].decode("ascii"))
    for name, data in files.items():
        _take(parcel, name, data)
    if len(parcel.parts) > HAVE_MAX:
        raise MalformedError(f"a parcel of {len(parcel.parts)} logs; at most {HAVE_MAX}")
    return parcel


def _take(parcel: Parcel, name: str, data: bytes) -> None:
    if name == "line" or _take_hint(parcel, name, data):
        return
    if match := _CHECKPOINT.fullmatch(name):
        parcel.part(match["log"]).checkpoint = _note(data)
    elif match := _FORK.fullmatch(name):
        parcel.part(match["log"]).fork = _note(data)
    elif match := _ENTRIES.fullmatch(name):
        start = parse_decimal(match["start"].encode())
        parcel.part(match["log"]).runs[start] = parse_run(data)
    elif match := _PROOF.fullmatch(name):
        span = (parse_decimal(match["old"].encode()), parse_decimal(match["new"].encode()))
        parcel.part(match["log"]).proofs[span] = _hashes(data)
    elif match := _BLOB.fullmatch(name):
        digest = bytes.fromhex(match["digest"])
        if hashlib.sha256(data).digest() != digest or match["digest"][:2] != match["head"]:
            raise MalformedError(f"{name} does not have the SHA-256 that it is named by")
        parcel.blobs[digest] = data
    elif _RECEIPT.fullmatch(name):
        parcel.receipts.append(_note(data))
    else:
        raise MalformedError(f"a parcel has no place for {name[:120]!r}")


def _take_hint(parcel: Parcel, name: str, data: bytes) -> bool:
    """Read what the sender says of itself; False where it is another file."""
    match name:
        case "have":
            parcel.have = parse_have(data)
        case "want":
            parcel.want = parse_want(data)
        case "withdrawn":
            parcel.withdrawn = parse_withdrawn(data)
        case "refused":
            parcel.refused = data[:2000].decode("utf-8", "replace")
        case _:
            return False
    return True


def _note(data: bytes) -> bytes:
    if len(data) > NOTE_BYTES_MAX:
        raise MalformedError(f"a note of {len(data)} bytes; at most {NOTE_BYTES_MAX}")
    return data


def _hashes(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > PROOF_HASHES_MAX:
        raise MalformedError(f"a proof is not at most {PROOF_HASHES_MAX} whole lines")
    return [b64decode(line) for line in lines]


def encode_parcel(parcel: Parcel) -> bytes:
    """The parcel as one run of bytes, for HTTPS."""
    parts = [_MAGIC]
    for name, data in files_of(parcel).items():
        parts.append(f"file {name} {len(data)}\n".encode())
        parts.append(data + b"\n")
    return b"".join([*parts, b"end\n"])


def parse_parcel(data: bytes, *, max_bytes: int = PARCEL_BYTES_MAX) -> Parcel:
    """Read :func:`encode_parcel` back.

    Raises:
        MalformedError: not of that form, or over a limit.
    """
    if len(data) > max_bytes:
        raise MalformedError(f"a parcel of {len(data)} bytes; at most {max_bytes}")
    if not data.startswith(_MAGIC):
        raise MalformedError("a parcel's first line is not tieline/parcel@v1")
    files: dict[str, bytes] = {}
    at = len(_MAGIC)
    while (line := _line(data, at)) != b"end":
        words = line.split(b" ")
        if len(words) != 3 or words[0] != b"file" or not line.isascii():
            raise MalformedError("a parcel's file line is not `file NAME LENGTH`")
        name, length = words[1].decode("ascii"), parse_decimal(words[2])
        start = at + len(line) + 1
        if not _NAME.fullmatch(name) or name in files or len(files) >= FILES_MAX:
            raise MalformedError(f"a parcel's file name is odd or stands twice: {name[:80]!r}")
        if data[start + length : start + length + 1] != b"\n":
            raise MalformedError(f"the parcel's file {name} is cut off")
        files[name] = data[start : start + length]
        at = start + length + 1
    if at + 4 != len(data):
        raise MalformedError("a parcel goes on after its end")
    return parse_files(files)


def _line(data: bytes, at: int) -> bytes:
    end = data.find(b"\n", at, at + 300)
    if end < 0:
        raise MalformedError("a parcel is cut off")
    return data[at:end]

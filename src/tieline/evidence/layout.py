"""Layout: names of the files of an export, and its first page, the MANIFEST.

::

    MANIFEST                           line, parties, logs, mirrors, with all their public keys
    <log>/checkpoint                   newest head, signed twice (C2SP tlog-checkpoint)
    <log>/tile/<L>/<N>[.p/<W>]         hashes of the tree (C2SP tlog-tiles)
    <log>/tile/entries/<N>[.p/<W>]     leaves
    <log>/fork/<16 hex>                another head of this log, signed twice, that contradicts it
    blob/<2 hex>/<64 hex>              payloads, named by their SHA-256
    plaintext/<2 hex>/<64 hex>         what is in a sealed payload, named like the payload
    receipts/<log>/<size>-<mirror>-<time>   mirror cosignatures (C2SP tlog-cosignature)

``<log>`` is the hexadecimal SHA-256 of the origin. The MANIFEST follows from the rest, byte for
byte, so it can be compared and need not be believed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from tieline.errors import MalformedError
from tieline.evidence.trust import Trust
from tieline.record.message import check_handle
from tieline.record.names import check_origin
from tieline.record.note import format_vkey
from tieline.record.rosterchain import parse_fingerprint
from tieline.replication.parcel import blob_name, log_name

MANIFEST = "MANIFEST"
MANIFEST_BYTES_MAX = 1024 * 1024
FIRST = "tieline/export@v1"

_LINE = re.compile(r"line ([!-~]+)")
_PARTY = re.compile(r"party ([!-~]+) ([0-9]+)")


def checkpoint_path(origin: str) -> str:
    """Where a log's head stands."""
    return f"{log_name(origin)}/checkpoint"


def fork_path(origin: str, note: bytes) -> str:
    """Where a head that contradicts a log's history stands."""
    return f"{log_name(origin)}/fork/{hashlib.sha256(note).hexdigest()[:16]}"


def plaintext_path(digest: bytes) -> str:
    """Where the content of the sealed payload with this SHA-256 stands."""
    return "plaintext" + blob_name(digest).removeprefix("blob")


def manifest(parties: Mapping[str, str], trust: Trust, sizes: Iterable[tuple[str, int]]) -> bytes:
    """The MANIFEST: what the rosters and the heads of a folder say, in a fixed order.

    Args:
        parties: fingerprint of each party.
        trust: keys, out of the rosters.
        sizes: each log in the folder, with the size of its head.
    """
    lines = [FIRST, f"line {trust.line}"]
    lines += [f"party {party} {digits}" for party, digits in sorted(parties.items())]
    for origin, size in sorted(sizes):
        certificate = trust.certificate(origin)
        if certificate is None:
            continue
        lines.append(
            f"log {origin} {trust.owner(origin)} {certificate.role} {certificate.generation} {size}"
        )
        lines += [f"vkey {format_vkey(key)}" for key in certificate.key.verifiers()]
    for name, (party, mirror) in sorted(trust.mirrors().items()):
        lines.append(f"mirror {name} {party}")
        lines += [f"vkey {format_vkey(key)}" for key in mirror.verifiers()]
    return ("\n".join(lines) + "\n").encode("ascii")


def parse_page(data: bytes, first: str = FIRST) -> tuple[str, dict[str, str]]:
    """Line and parties that a first page claims; the rest of it is compared, not read.

    Raises:
        MalformedError: not a page that begins with ``first`` and a line.
    """
    if len(data) > MANIFEST_BYTES_MAX or not data.isascii():
        raise MalformedError("a first page that is too long, or not ASCII")
    lines = data.decode("ascii").split("\n")
    line = _LINE.fullmatch(lines[1]) if len(lines) > 1 else None
    if lines[0] != first or line is None:
        raise MalformedError(f"it does not begin with {first} and a line")
    found = [match for text in lines[2:] if (match := _PARTY.fullmatch(text)) is not None]
    parties = {check_handle(match[1]): parse_fingerprint(match[2]) for match in found}
    return check_origin(line[1]), parties

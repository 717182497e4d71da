"""Names of logs and cosigners: what may stand in an origin line, and what it says.

An origin is ASCII: segments of ``a-z 0-9 . -`` joined by ``/``, for instance
``lines.example/5d2f/alpha-1``. Everything before its last segment names the line.
"""

from __future__ import annotations

import re

from tieline.errors import MalformedError

ORIGIN_BYTES_MAX = 255
"""The ML-DSA-44 cosignature message has one byte for the length of a name (tlog-cosignature)."""

RESERVED_PREFIXES = ("cosignature/", "subtree/", "DSSEv1")
"""First bytes of other signed messages. Ed25519 signs a checkpoint's raw text, which begins with
the origin, so no origin may begin like one of them."""

_ORIGIN = re.compile(r"[a-z0-9.-]+(?:/[a-z0-9.-]+)+")
_WALKING = frozenset({".", ".."})


def check_origin(origin: str) -> str:
    """Return ``origin`` if it keeps the grammar of log and cosigner names.

    Raises:
        MalformedError: it does not, is over 255 bytes, or begins like another signed message.
    """
    if len(origin) > ORIGIN_BYTES_MAX:
        raise MalformedError(f"a name has {len(origin)} characters; {ORIGIN_BYTES_MAX} are allowed")
    if _ORIGIN.fullmatch(origin) is None or "." not in origin:
        raise MalformedError(f"{origin!r} is not a name: a-z 0-9 . - in segments, with a / and a .")
    if origin.startswith(RESERVED_PREFIXES):
        raise MalformedError(f"{origin!r} begins like another kind of signed message")
    if not _WALKING.isdisjoint(origin.split("/")):
        raise MalformedError(f"{origin!r} has a segment that walks between folders")
    return origin


def line_of(origin: str) -> str:
    """The line of a log: everything before the last ``/``.

    Raises:
        MalformedError: ``origin`` is not a name.
    """
    return check_origin(origin).rpartition("/")[0]


def name_of(origin: str) -> str:
    """The log's own name within its line: the last segment.

    Raises:
        MalformedError: ``origin`` is not a name.
    """
    return check_origin(origin).rpartition("/")[2]

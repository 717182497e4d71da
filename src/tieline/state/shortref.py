"""Short references: ``alpha-1:12`` is entry 12 of the log named alpha-1.

What officers read to each other and type. Inside one line the name of a log is enough; a full
reference also carries the entry's hash, which only the record itself can supply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tieline.errors import MalformedError, UsageError
from tieline.record.entry import Ref
from tieline.record.names import check_origin
from tieline.record.strict import parse_decimal
from tieline.state.fold import Fold

_SHORT = re.compile(r"([a-z0-9.-]+):([0-9]+)")


def short_ref(ref: Ref) -> str:
    """Name of the log and index (from 0), without the line and the hash."""
    return f"{ref.origin.rpartition('/')[2]}:{ref.index}"


def parse_short_ref(text: str, line: str) -> tuple[str, int]:
    """Origin of the log and index of the entry that a short reference names on a line.

    Raises:
        UsageError: not of the form ``alpha-1:12``.
    """
    match = _SHORT.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text[:80]!r} names no entry; it looks like alpha-1:12")
    try:
        return check_origin(f"{line}/{match[1]}"), parse_decimal(match[2].encode())
    except MalformedError as error:
        raise UsageError(str(error)) from None


def find_ref(fold: Fold, text: str) -> Ref:
    """The entry that a short reference names, with its hash.

    Raises:
        UsageError: not a short reference, or no entry of this line has it.
    """
    origin, index = parse_short_ref(text, fold.registers.line)
    for ref in known_refs(fold):
        if (ref.origin, ref.index) == (origin, index):
            return ref
    raise UsageError(f"no entry {text.strip()} is held on this line")


def known_refs(fold: Fold) -> Iterator[Ref]:
    """Every entry that was folded, each at least once, in no particular order."""
    registers = fold.registers
    yield from registers.steps_of
    for uses in registers.ids.values():
        yield from (ref for ref, _ in uses)
    yield from registers.unreadable
    yield from (found.ref for found in registers.discrepancies)

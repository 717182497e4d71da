"""What was published, from files of any form: warnings, notices to airmen, sheets of facts.

The form is recognised by what a file holds, not by its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieline.errors import MalformedError
from tieline.feeds.notices import holds_notices, read_notices
from tieline.feeds.warnings.facts import is_facts, read_facts
from tieline.feeds.warnings.model import NavWarning
from tieline.feeds.warnings.reader import read_warning
from tieline.feeds.warnings.sources import BadRow, read_file
from tieline.feeds.warnings.unpack import unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a file holds, each item read, and the rows that are no warnings at all."""

    found: tuple[NavWarning, ...]
    left: tuple[BadRow, ...] = ()


def read_published(data: bytes) -> Published:
    """Everything that a file holds; what one item says wrongly stops no other.

    Raises:
        MalformedError: of no form that is known, damaged, or beyond a limit; a sheet of facts is
            read whole or not at all, for it is ours to write rightly.
    """
    plain = unpack(data)
    left: list[BadRow] = []
    if is_facts(plain):
        return Published(found=tuple(read_facts(plain)))
    try:
        raws = read_file(plain, left)
    except MalformedError:
        if not holds_notices(plain):
            raise
        return Published(found=tuple(read_notices(plain, left)), left=tuple(left))
    return Published(found=tuple(read_warning(raw) for raw in raws), left=tuple(left))

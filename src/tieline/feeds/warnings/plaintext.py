"""Plain text: warnings one after the other, as radio, telex and web pages give them.

Each begins with a line ``HYDROLANT 603/23(55).`` or ``NAVAREA III 124/22``; a line with the time of
issue stands before or behind it, and ``//`` or ``NNNN`` may end it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from tieline.errors import MalformedError
from tieline.feeds.warnings.limits import check_count
from tieline.feeds.warnings.model import Raw
from tieline.feeds.warnings.timewords import MONTHS

LINE_CHARS_MAX: Final = 4_000
_HEAD: Final = re.compile(
    r"(HYDROLANT|HYDROPAC|HYDROARC|NAVAREA [IVX]{1,5}|NAVAREA [IVX]{1,5} COASTAL)"
    r"(?: WARNING| WARN)?(?: NO\.?| NR\.?)? (\d{1,5})/(\d{2}|\d{4})"
    r"[ ]?(?:\(([A-Z0-9, ]{1,40})\))?\.?"
)
_DATED: Final = re.compile(r"(\d{2})(\d{2})(\d{2})(?:Z|UTC)? ([A-Z]{3}) (\d{2}|\d{4})\.?")
_ENDS: Final = ("//", "NNNN")


def read_plain(text: str) -> list[Raw]:
    """Warnings from plain text.

    Raises:
        MalformedError: no warning begins in it, or a line is too long.
    """
    lines = text.replace("\r", "").split("\n")
    if any(len(line) > LINE_CHARS_MAX for line in lines):
        raise MalformedError(f"a line of more than {LINE_CHARS_MAX} characters")
    bare = [" ".join(line.upper().split()) for line in lines]
    heads = [at for at, line in enumerate(bare) if _HEAD.fullmatch(line)]
    if not heads:
        raise MalformedError('no line such as "HYDROLANT 603/23(55)." begins a warning')
    check_count(len(heads))
    ends = [*heads[1:], len(lines)]
    return [_warning(lines, bare, at, end) for at, end in zip(heads, ends, strict=True)]


def _warning(lines: list[str], bare: list[str], at: int, end: int) -> Raw:
    head = _HEAD.fullmatch(bare[at])
    assert head is not None
    year = int(head[3])
    body_at = at + 1
    issued = _dated(bare[at - 1]) if at else None
    if body_at < end and _DATED.fullmatch(bare[body_at]):
        issued = _dated(bare[body_at])
        body_at += 1
    # The time of issue of the next warning may stand before its own head.
    if end < len(lines) and end - 1 > at and _DATED.fullmatch(bare[end - 1]):
        end -= 1
    return Raw(
        series=head[1].removesuffix(" COASTAL"),
        number=int(head[2]),
        year=year if year > 99 else 2000 + year,
        text=_body(lines[body_at:end]),
        subregions=tuple(part.strip() for part in (head[4] or "").split(",") if part.strip()),
        issued_ms=issued,
    )


def _body(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        for mark in _ENDS:
            if line.rstrip().endswith(mark):
                kept.append(line.rstrip().removesuffix(mark))
                return "\n".join(kept).strip("\n")
        kept.append(line)
    return "\n".join(kept).strip("\n")


def _dated(line: str) -> int | None:
    found = _DATED.fullmatch(line)
    if found is None or found[4] not in MONTHS:
        return None
    year = int(found[5]) if len(found[5]) == 4 else 2000 + int(found[5])
    month = MONTHS.index(found[4]) + 1
    try:
        moment = datetime(year, month, int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000)

"""Draft: what somebody wants to say, before it is placed, signed and sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tieline.record.entry import Ref
from tieline.record.message import Mark, Office
from tieline.record.strict import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say, before it is placed, signed and sealed.

    ``case`` and ``strands`` are for steps; ``after`` defaults to the newest steps here, ``id`` to
    a fresh one, ``level`` and ``mark`` to those of the case.
    """

    kind: str
    office: str
    body: Mapping[str, JsonValue]
    to: tuple[Office, ...] = ()
    level: str = ""
    mark: Mark | None = None
    case: Ref | None = None
    strands: tuple[str, ...] = ()
    after: tuple[Ref, ...] | None = None
    id: str = ""
    issued_ms: int = 0

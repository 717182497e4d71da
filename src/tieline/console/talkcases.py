"""Talk cases: what was said on the line itself about one thing, message by message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tieline.asking import LINE
from tieline.console.reading import line_id, overlay
from tieline.console.talks import Opened
from tieline.node import Node
from tieline.record.strict import JsonValue
from tieline.state.negotiation import Negotiation, negotiation
from tieline.state.talks import Did, Side, find_talk, talk

STEPS_MAX: Final = 200
"""Messages of one case on a page; the oldest ones are left out beyond that."""
VALUE_CHARS_MAX: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message: what it did, and what it held beside, field by field."""

    did: Did
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """A case with how it stands with each party and every message; ``line`` is for addresses."""

    line: str
    ref: str
    procedure: str
    sides: tuple[Side, ...]
    steps: tuple[Step, ...]
    left_out: int


def case_history(node: Node, opened: Opened, key: str) -> CaseHistory | None:
    """The case of the line that goes by this key; None in another record, or without one."""
    if opened.kind != LINE:
        return None
    seat = node.seat(opened.shelf.record.line)
    case = find_talk(seat.view, key)
    if case is None:
        return None
    found = talk(seat.view, overlay(node, seat, rows_max=1), case, history=True)
    shown = found.history[-STEPS_MAX:]
    return CaseHistory(
        line=line_id(seat),
        ref=found.ref,
        procedure=found.procedure,
        sides=found.sides,
        steps=tuple(Step(did=did, fields=_fields(did.body)) for did in shown),
        left_out=len(found.history) - len(shown),
    )


def texts_on_line(node: Node, opened: Opened, keys: Iterable[str]) -> dict[str, Negotiation]:
    """Joint texts in brackets, as they stand on the line now, by key; nothing elsewhere."""
    if opened.kind != LINE:
        return {}
    view = node.seat(opened.shelf.record.line).view
    cases = {key: find_talk(view, key) for key in keys}
    return {
        key: negotiation(view, case)
        for key, case in cases.items()
        if case is not None and case.procedure.name == "text"
    }


def _fields(body: Mapping[str, JsonValue]) -> tuple[tuple[str, str], ...]:
    told = [
        (name.removesuffix("_ms").replace("_", " "), _words(name, v)) for name, v in body.items()
    ]
    return tuple((name, words) for name, words in told if words)


def _words(name: str, value: JsonValue) -> str:
    if name.endswith("_ms") and isinstance(value, int):
        try:
            moment = datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, OSError, ValueError):
            return str(value)
        return moment.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, list):
        return "; ".join(words for one in value if (words := _words("", one)))[:VALUE_CHARS_MAX]
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            return str(value["text"])[:VALUE_CHARS_MAX]
        told = (
            f"{k}: {_words('', v)}" if k not in {"party", "value"} else _words("", v)
            for k, v in value.items()
        )
        return ", ".join(told)[:VALUE_CHARS_MAX]
    return "" if value is None else str(value)[:VALUE_CHARS_MAX]

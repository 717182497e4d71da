"""Stop in words: a call to stop as a message, for a line whose framework has no *stop*.

A framework pins the procedures of its line; one that was agreed before *stop* existed has none, and
only an amendment brings it in. Until then the call goes as a message of the highest level in the
safety channel, with the same words and the same position written in three ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tieline.errors import UsageError
from tieline.procedures.bodies import SUBJECT_CHARS_MAX, TEXT_CHARS_MAX
from tieline.procedures.line.message import SAY
from tieline.procedures.terms import SAFETY
from tieline.record.strict import Fields, JsonValue
from tieline.space.body import read_position
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.writing import write_position

STYLES: Final = (Style.DECIMAL, Style.WARNING, Style.MGRS)
"""Ways in which the position is written, so that a slip in one shows against the others."""
WHAT: Final = {"site": "a protected site", "movement": "a protected movement"}
ASK: Final = "Make whatever fires there stop."
WHY: Final = (
    "The framework of this line has no procedure for this call, so it comes as a message. Take it, "
    "and answer it when you have acted, or decline it with the reason."
)
INSTEAD: Final = "the framework of this line has no stop; it went as a message in safety instead"

__all__ = ["INSTEAD", "SAY", "message_body", "words_of"]


def message_body(body: Mapping[str, Any], *, answer_by_s: int) -> dict[str, JsonValue]:
    """The body of the message that stands for a call; its ``body`` has passed the form."""
    subject = f"STOP: {_what(body)} under fire"
    name = " ".join(str(body.get("title", "")).split())
    subject += f": {name}" if name else ""
    return {
        "subject": subject[:SUBJECT_CHARS_MAX],
        "texts": [{"lang": "en", "text": words_of(body), "original": "yes"}],
        "codes": [],
        "channel": SAFETY,
        "answer_by_s": answer_by_s,
        "references": [],
        "attachments": list(body.get("attachments", ())),
    }


def words_of(body: Mapping[str, Any]) -> str:
    """Everything that a call says, line by line."""
    return "\n".join(_lines(body))[:TEXT_CHARS_MAX]


def _what(body: Mapping[str, Any]) -> str:
    return WHAT.get(str(body.get("what", "")), "somebody protected")


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    yield f"STOP. {_what(body).capitalize()} is under fire. {ASK}"
    if "title" in body:
        yield f"Name: {body['title']}"
    if "of" in body:
        yield f"On the list as: {body['of']}"
    if "at" in body:
        yield f"Position: {'; '.join(_written(read_position(Fields(dict(body['at'])))))}"
        yield from [f"It may be off by {body['error_m']} m."] if "error_m" in body else []
    else:
        yield "Position: not known."
    if "fire" in body:
        yield f"What is happening: {body['fire']}"
    if "since_ms" in body:
        since = datetime.fromtimestamp(int(body["since_ms"]) / 1000, UTC)
        yield f"Since: {since:%Y-%m-%d %H:%M:%SZ}"
    for each in body.get("contact", ()):
        yield f"Reach them: {each}"
    for text in body.get("texts", ()):
        yield f"Said beside it ({text['lang']}): {text['text']}"
    if body.get("redacted"):
        yield f"Withheld from you: {', '.join(body['redacted'])}"
    yield f"Our name for this call: {body['key']}"
    yield WHY


def _written(at: Position) -> Iterator[str]:
    for style in STYLES:
        try:
            yield write_position(at, style)
        except UsageError:
            # The military grid has no square at the poles.
            continue

"""What became of something said: where it was filed, how far it got, who has to sign still."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked
from tieline.cli.frame import emit
from tieline.cli.look import safe
from tieline.cli.paint import NOT_PROVEN, PROVEN, STANDING_STYLES, badge, due, indented, moment, out
from tieline.control import SocketClient
from tieline.desk.speaking import Desk, Said
from tieline.procedures.line.message import SENT

WAIT_S = 2.0
"""How long a command looks for the first receipt where a node runs and carries the message."""
LOOK_S = 0.1
SHORT_ID = 8


def levels_of(terms: Shown) -> list[str]:
    """Names of the levels, highest first."""
    return [str(level["level"]) for level in terms["levels"]]


def held_by_all(message: Shown) -> bool:
    """Whether the system of every other party holds the message."""
    return all(
        rung["proven"]
        for one in message["ladders"]
        for rung in one["rungs"]
        if rung["step"] == "held"
    )


def filed_message(desk: Desk, line: str, said: Said, wait_s: float = 0.0) -> Shown:
    """The message as it stands now; where a node runs, after a look for its first receipts."""
    until = time.monotonic() + (wait_s if isinstance(desk.client, SocketClient) else 0.0)
    message = asked(desk, "message", line=line, ref=said.short)
    while message and not held_by_all(message) and time.monotonic() < until:
        time.sleep(LOOK_S)
        message = asked(desk, "message", line=line, ref=said.short)
    return message


def report(
    desk: Desk,
    line: str,
    said: Said,
    *,
    what: str,
    as_json: bool,
    notices: list[str] | None = None,
    wait_s: float = 0.0,
) -> None:
    """Print where something was filed, or that it waits for a second person."""
    told = notices or []
    if said.waiting:
        emit_or_print(_waiting_value(said, told), _waiting(said, what, told), as_json=as_json)
        return
    message = filed_message(desk, line, said, wait_s)
    value = {
        "ref": said.short,
        "full_ref": said.ref,
        "id": said.id,
        "line": line,
        "waiting": False,
        "notices": told,
        "message": message or None,
    }
    parts: list[RenderableType] = [Text.assemble((said.short, "bold"), f"  {what}.")]
    parts += [_notice(text) for text in told]
    if message:
        levels = levels_of(asked(desk, "terms", line=line))
        own = message_head(message, levels)
        now_s = int(time.time())
        parts.append(own)
        for one in message["ladders"]:
            parts += ladder_parts(one, now_s, {}, brief=True)
    emit_or_print(value, parts, as_json=as_json)


def emit_or_print(value: Any, parts: list[RenderableType], *, as_json: bool) -> None:
    """JSON for machines, else the parts one below the other."""
    if as_json:
        emit(value, as_json=True)
    else:
        out(*parts)


def _notice(text: str) -> Text:
    return Text("! ", style="bold yellow").append_text(safe(text, "yellow"))


def _waiting(said: Said, what: str, notices: list[str]) -> list[RenderableType]:
    short = said.id[:SHORT_ID]
    return [
        Text.assemble(
            ("Not filed yet: it waits for a second person. ", "bold yellow"),
            (f"({what}, signed by one)", ""),
        ),
        *(_notice(text) for text in notices),
        Text.assemble(
            "The second person reads it and signs: ", (f"tieline release {short}", "bold")
        ),
    ]


def _waiting_value(said: Said, notices: list[str]) -> Shown:
    return {"ref": "", "id": said.id, "waiting": True, "notices": notices}


def message_head(message: Shown, levels: list[str]) -> Text:
    """Precedence, mark and subject in one line."""
    text = badge(message["level"], message["mark"], levels)
    return text.append("  ").append_text(safe(message["title"] or message["procedure"], "bold"))


def ladder_parts(
    ladder: Shown, now_s: int, labels: dict[str, str], *, brief: bool = False
) -> Iterator[RenderableType]:
    """How far a message got with one party, a line for each step; never further than proven."""
    standing = ladder["standing"]
    head = Text(ladder["party"], style="bold").append(": ")
    ours = ladder["state"] == SENT and "message.take" in ladder["allowed"]
    told = "waits for our officer" if ours else ladder["words"]
    head.append_text(safe(told, STANDING_STYLES.get(standing, "bold" if ours else "")))
    if standing in {"suspended", "vacant"}:
        head.append(f" ({standing})", style=STANDING_STYLES[standing])
    yield head
    for rung in ladder["rungs"]:
        if brief and rung["step"] == "filed":
            continue
        yield indented(_rung(rung, now_s, labels, brief=brief))
        if not brief:
            yield from _said_there(rung)
    for clock in ladder["clocks"]:
        yield indented(due(clock["due_in_s"]).append(f" {clock['words']}", style="dim"))


def _rung(rung: Shown, now_s: int, labels: dict[str, str], *, brief: bool) -> Text:
    mark, style = (PROVEN, "green") if rung["proven"] else (NOT_PROVEN, "dim")
    line = Text(f"{mark} ", style=style)
    line.append_text(safe(rung["words"], "" if rung["proven"] else "dim"))
    at = moment(rung["time_s"], now_s)
    details = [at] if at else []
    if rung["implied"]:
        details.append("known from a later step of theirs")
    if not brief:
        details += [f"signed by {names(rung['signers'], labels)}"] if rung["signers"] else []
        details += [rung["ref"]] if rung["ref"] else []
    return line.append(f"  {', '.join(details)}" if details else "", style="dim")


def _said_there(rung: Shown) -> Iterator[RenderableType]:
    if rung["reason"]:
        yield indented(safe(f"“{rung['reason']}”"), 6)
    for code in rung["codes"]:
        yield indented(safe(f"code {code}", "bold"), 6)
    for text in rung["texts"]:
        kind = "original" if text["original"] else "translation"
        yield indented(safe(f"[{text['lang']}, {kind}] {text['text']}"), 6)


def names(ids: list[str], labels: dict[str, str]) -> str:
    """Persons by their opaque ids; our own also by the label that stays in the house."""
    named = [
        "a machine" if i == "node" else f"{i} ({labels[i]})" if i in labels else i for i in ids
    ]
    return " and ".join(named) or "nobody"

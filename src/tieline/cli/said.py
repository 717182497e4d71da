"""What became of something said: where it was filed, how far it got, who has to sign still."""

from __future__ import annotations

import time
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked
from tieline.cli.frame import emit
from tieline.cli.look import safe
from tieline.cli.paint import NOT_PROVEN, PROVEN, STANDING_STYLES, badge, due, indented, moment, out
from tieline.control import SocketClient
from tieline.desk.speaking import Desk, Said

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
        parts += [own, *(indented(reach(one, now_s)) for one in message["ladders"])]
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


def reach(ladder: Shown, now_s: int) -> Text:
    """How far a message got with one party, in one line; never further than proven."""
    text = Text.assemble((f"{ladder['party']}  ", "bold"))
    for rung in ladder["rungs"]:
        if rung["step"] == "filed":
            continue
        at = moment(rung["time_s"], now_s)
        mark = PROVEN if rung["proven"] else NOT_PROVEN
        style = "green" if rung["proven"] else "dim"
        text.append(f"{mark} ", style=style)
        text.append_text(safe(rung["words"], "" if rung["proven"] else "dim"))
        text.append(f" {at}" if at else "", style="dim").append("  ")
    if ladder["standing"] not in {"waiting", "done"}:
        text.append(
            ladder["standing"].upper(), style=STANDING_STYLES.get(ladder["standing"], "bold")
        )
    for clock in ladder["clocks"][:1]:
        text.append("  ").append_text(due(clock["due_in_s"])).append(
            f" {clock['words']}", style="dim"
        )
    return text

"""Inbox: what waits for us, by precedence; what we wait for; what a second person has to sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked, line_for, live_lines
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.harmless import clean
from tieline.cli.inboxmore import (
    handed_parts,
    handed_waiting,
    more_parts,
    notices_waiting,
    stop_parts,
    stops_waiting,
    talks_waiting,
    unfit_parts,
    unfit_stops,
)
from tieline.cli.look import examples, safe
from tieline.cli.paint import STANDING_STYLES, badge, due, length, listing, moment
from tieline.cli.said import emit_or_print, levels_of
from tieline.desk.speaking import Desk
from tieline.state.timeline import WHAT

EXAMPLES = examples("tieline inbox", "tieline inbox --all", "tieline inbox --line watch --json")


def inbox(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Show what is settled, too.")] = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What waits for us, the gravest first, with the clocks of whoever sent it.

    Then what we wait for, with the clocks that run here, and what waits for a second person.
    """
    with desk_at(home) as desk:
        names = [line_for(desk, line)] if line else [str(each["line"]) for each in live_lines(desk)]
        value = {
            "lines": [_line_value(desk, name, everything=everything) for name in names],
            "handed": handed_waiting(desk, names if line else []),
            "to_release": desk.waiting(),
        }
        emit_or_print(value, list(_parts(value)), as_json=as_json)


def _line_value(desk: Desk, name: str, *, everything: bool) -> Shown:
    board = asked(desk, "board", line=name)
    terms = asked(desk, "terms", line=name)
    own = desk.card.handle
    messages = [m for level in board["levels"] for m in level["messages"]]
    theirs = [m for m in messages if not m["is_ours"]]
    ours = [m for m in messages if m["is_ours"] and (m["is_open"] or everything)]
    corrections = [m for m in board["corrections"] if everything or _waits(m, own)]
    return {
        "line": name,
        "title": board["title"],
        "now_s": board["now_s"],
        "levels": levels_of(terms),
        "waits_for_us": [
            {**m, "clock": _their_clock(m, own, terms, board["now_s"])}
            for m in theirs
            if everything or _waits(m, own)
        ],
        "we_wait_for": ours,
        "corrections": [m for m in corrections if not m["is_ours"]],
        "proposals": [
            {**p, "channel": channel["name"]}
            for channel in board["channels"]
            for p in channel["proposals"]
            if [state for party, state in _standing(p) if party == own] == ["proposed"]
        ],
        "suspended": [f"{c['name']}: {c['words']}" for c in board["channels"] if not c["is_open"]],
        "unreadable": board["unreadable"],
        "stops": stops_waiting(desk, name),
        "unfit_stops": unfit_stops(desk, name),
        "notifications": notices_waiting(desk, name),
        "talks": talks_waiting(desk, name),
    }


def _standing(proposal: Shown) -> list[tuple[str, str]]:
    return [
        (party, "proposed" if "proposed" in state else state)
        for party, state in proposal["answers"]
    ]


def _waits(message: Shown, own: str) -> bool:
    return any(one["party"] == own and one["is_open"] for one in message["ladders"])


def _their_clock(message: Shown, own: str, terms: Shown, now_s: int) -> Shown:
    """What the sender's clock says about us, counted from when the message was sent.

    The sender's machine measures; this is where it will be by its own claimed time.
    """
    mine = next((one for one in message["ladders"] if one["party"] == own), None)
    if mine is None or not mine["is_open"]:
        return {}
    clocks = {str(level["level"]): level for level in terms["levels"]}
    allowed = clocks.get(message["level"], terms["levels"][-1])
    taken = any(rung["step"].startswith("taken") for rung in mine["rungs"])
    seconds = (message["answer_by_s"] or allowed["answer_s"]) if taken else allowed["take_s"]
    return {
        "clock": "answer" if taken else "take",
        "due_in_s": message["time_s"] + int(seconds) - now_s,
    }


def _parts(value: dict[str, Any]) -> Iterator[RenderableType]:
    if not value["lines"]:
        yield Text("This home shares no line with anybody yet.")
    for line in value["lines"]:
        yield from _line_parts(line)
    yield from handed_parts(value["handed"])
    if value["to_release"]:
        yield Text("\nWaits for a second person", style="bold")
        table = listing("Id", "Signed by", "What", wide=2)
        for half in value["to_release"]:
            did = WHAT.get(half["kind"], half["kind"])
            what = f"{half['level']} {half['mark']} {did}:"
            subject = half["body"].get("subject") or half["body"].get("reason") or half["id"]
            signed = ", ".join(half["signed_by"])
            table.add_row(half["id"][:8], signed, safe(f"{what} {subject}".strip()))
        yield table
        yield Text("Read and sign: tieline release ID", style="dim")


def _line_parts(line: Shown) -> Iterator[RenderableType]:
    now_s = line["now_s"]
    head = Text(clean(line["title"] or line["line"]), style="bold")
    head.append(f"  {moment(now_s)}", style="dim")
    yield head
    yield from stop_parts(line["stops"])
    yield from unfit_parts(line["unfit_stops"])
    for words in line["suspended"]:
        yield safe(f"! {words}", "bold yellow")
    if line["unreadable"]:
        yield safe(f"! {len(line['unreadable'])} entries cannot be read here", "bold yellow")
    if line["waits_for_us"]:
        table = listing("Waits for us", "From", "Precedence", "Subject", "Clock", wide=3)
        for message in _gravest_first(line["waits_for_us"], line["levels"]):
            table.add_row(*_theirs(message, line))
        yield table
    elif not (line["stops"] or line["unfit_stops"] or line["notifications"] or line["talks"]):
        yield Text("Nothing waits for us.", style="green")
    yield from more_parts(line)
    for proposal in line["proposals"]:
        yield safe(
            f"{proposal['ref']}  {proposal['by']} proposes to resume {proposal['channel']}: "
            f"tieline resume accept {proposal['ref']}, or refuse"
        )
    for message in line["corrections"]:
        yield safe(
            f"{message['ref']}  {message['sender']} corrects {', '.join(message['references'])}"
        )
    if line["we_wait_for"]:
        table = listing("We wait for", "To", "Precedence", "Subject", "How far", wide=3)
        for message in _gravest_first(line["we_wait_for"], line["levels"]):
            for row in _ours(message, line, now_s):
                table.add_row(*row)
        yield table


def _gravest_first(messages: list[Shown], levels: list[str]) -> list[Shown]:
    """By level, open ones first, the oldest first among them: it has waited longest."""
    rank = {level: number for number, level in enumerate(levels)}
    return sorted(
        messages, key=lambda m: (rank.get(m["level"], len(rank)), not m["is_open"], m["time_s"])
    )


def _theirs(message: Shown, line: Shown) -> list[RenderableType]:
    clock = message["clock"]
    state = Text()
    if clock:
        left = clock["due_in_s"]
        state.append(f"{clock['clock']} ").append_text(due(left))
    else:
        mine = [one["standing"] for one in message["ladders"]]
        state.append(", ".join(mine), style=STANDING_STYLES.get(mine[0] if mine else "", ""))
    subject = safe(message["title"])
    for flag in message["flags"]:
        subject.append(f"\n{clean(flag)}", style="yellow")
    return [
        Text(message["ref"], style="bold"),
        safe(message["sender"]),
        badge(message["level"], message["mark"], line["levels"]),
        subject,
        state,
    ]


def _ours(message: Shown, line: Shown, now_s: int) -> Iterator[list[RenderableType]]:
    for number, one in enumerate(message["ladders"]):
        first = number == 0
        reached = Text(one["reached"])
        if one["standing"] not in {"waiting", "done"}:
            reached = Text(one["standing"], style=STANDING_STYLES.get(one["standing"], "bold"))
        elif one["clocks"]:
            reached.append(" ").append_text(due(one["clocks"][0]["due_in_s"]))
        else:
            reached.append(f" {length(now_s - message['time_s'])} ago", style="dim")
        yield [
            Text(message["ref"] if first else "", style="bold"),
            safe(", ".join(one["offices"]) or one["party"]),
            badge(message["level"], message["mark"], line["levels"]) if first else Text(""),
            safe(message["title"] if first else ""),
            reached,
        ]


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(epilog=EXAMPLES)(inbox)

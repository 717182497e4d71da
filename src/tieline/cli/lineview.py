"""Lines as people read them: one row for each, or one of them with its parties and channels."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.look import ago, facts, safe, short_line_id, table, when
from tieline.record.rosterchain import spoken

Value = Any
"""What a verb answered, as JSON has it."""

LINKS = {"up": "connected", "down": "connection lost", "never": "never reached", "": "ourselves"}


def list_parts(told: Value) -> list[RenderableType]:
    """Who lives here, and on which lines."""
    rows = table("line", "id", "parties", "framework", "own log")
    for line in told["lines"]:
        present = set(line["present"])
        parties = Text(", ").join(
            safe(p) if p in present else safe(f"{p} (not joined)", "yellow")
            for p in sorted(line["parties"])
        )
        version = f"version {line['framework']}" if line["framework"] else "none: defaults"
        locked = safe("LOCKED", "bold red") if line["locked"] else safe("open", "green")
        name = safe(line["title"] or "untitled", "bold")
        rows.add_row(name, short_line_id(line["line"]), parties, version, locked)
    head = facts(
        ("party", f"{told['handle']} ({told['name']})"),
        ("fingerprint", spoken(told["fingerprint"])),
    )
    if not told["lines"]:
        return [head, "\nNo line yet. Open one: tieline line invite PARTY=FINGERPRINT"]
    return [head, rows]


def show_parts(board: Value, config: Value) -> list[RenderableType]:
    """One line, from its parties down to what is held of whom."""
    frame = board["framework"]
    parts: list[RenderableType] = [
        facts(
            ("line", safe(board["title"] or "untitled", "bold")),
            ("id", board["line"]),
            ("framework", f"{_version(frame)}{frame['words']}"),
            ("tests", _tests(board["tests"])),
            (
                "discrepancies",
                str(len(board["discrepancies"])) if board["discrepancies"] else "none",
            ),
        ),
        _parties(board),
        _channels(board),
        _logs(config),
    ]
    for origin, why in config["locked"].items():
        name = origin.rpartition("/")[2]
        parts.append(safe(f"{name} is locked: {why}.", "bold red"))
        parts.append("Go on in a new one: tieline line generation --reason WHY")
    return parts


def _version(frame: Value) -> str:
    return f"version {frame['version']}, " if frame["version"] else ""


def _tests(tests: Value) -> str:
    if not tests:
        return "none yet: tieline line test"
    newest = tests[0]
    told = "; ".join(f"{ladder['party']}: {ladder['words']}" for ladder in newest["ladders"])
    return f"{newest['ref']} by {newest['sender']} at {when(newest['time_s'])}: {told}"


def _parties(board: Value) -> RenderableType:
    rows = table("party", "name", "connection", "offices")
    for party in board["parties"]:
        link = LINKS.get(party["link"], party["link"])
        if party["link"] == "down":
            link = f"{link}, heard {ago(party['heard_s'])}"
        if not party["roster_version"]:
            offices: RenderableType = safe("not joined yet", "yellow")
        else:
            offices = Text(", ").join(
                safe(_office(o), "" if o["filled"] else "yellow") for o in party["offices"]
            )
        rows.add_row(safe(party["party"], "bold"), safe(party["name"]), link, offices)
    return rows


def _office(office: Value) -> str:
    faces = f" (faces {office['counterpart']})" if office["counterpart"] else ""
    vacant = "" if office["filled"] else ", vacant"
    return f"{office['name']}{vacant}{faces}"


def _channels(board: Value) -> RenderableType:
    rows = table("channel", "state", "since", "why")
    for channel in board["channels"]:
        style = "green" if channel["is_open"] else "bold red"
        first = channel["suspensions"][0] if channel["suspensions"] else None
        rows.add_row(
            channel["name"],
            safe(channel["words"], style),
            when(first["time_s"]) if first else "",
            safe(first["reason"]) if first else "",
        )
    return rows


def _logs(config: Value) -> RenderableType:
    rows = table("held of", "log", "entries")
    for origin, size in config["logs"].items():
        name = origin.rpartition("/")[2]
        kind = "express, for the highest level" if name.endswith("x") else "main"
        rows.add_row(safe(name.rpartition("-")[0]), f"{name} ({kind})", str(size))
    return rows

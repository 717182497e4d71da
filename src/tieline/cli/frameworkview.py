"""Frameworks as people read them: agreed clauses in a list, brackets side by side."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tieline.cli.look import facts, safe, table, when
from tieline.desk.frameworks import short_code

Value = Any
"""What a verb answered, as JSON has it."""

STATUS_STYLES = {
    "in force": "green",
    "amended": "yellow",
    "agreed": "yellow",
    "drafted": "yellow",
    "promised": "yellow",
    "lapsed": "bold red",
}
DIFFERS = "»"
DIFF_STYLES = {"+": "green", "-": "red", "@": "dim"}


def show_parts(shown: Value, *, only: tuple[str, ...], full: bool) -> Iterator[RenderableType]:
    """The framework from its standing down to the words of each bracket."""
    if not only:
        yield _head(shown)
        if shown["clauses"]:
            yield _list(shown)
    for clause in shown["clauses"]:
        if clause["id"] in only or (not only and (full or clause["is_bracketed"])):
            yield _clause(clause)
    if not only:
        yield Text(_next(shown), style="dim")


def _head(shown: Value) -> Table:
    status = shown["status"]
    rows: list[tuple[str, RenderableType]] = [
        ("framework", safe(shown["words"], STATUS_STYLES.get(status, ""))),
    ]
    if shown["version"]:
        rows.append(("in force", f"version {shown['version']}, signed by {_all(shown['signed'])}"))
        rows.append(("its code", short_code(shown["digest"])))
    if shown["next_digest"]:
        signed = _all(shown["next_signed"]) or "nobody yet"
        rows.append(("to be signed", f"version {shown['next_version']}; signed by {signed}"))
        rows.append(("its code", safe(short_code(shown["next_digest"]), "bold")))
    rows += [(party, safe(words)) for party, words in shown["standing"]]
    for promised in shown["promises"]:
        words = "; ".join(text["text"] for text in promised["texts"])
        due = f" (by {promised['due']})" if promised["due"] else ""
        said = f"{promised['party']} at {when(promised['time_s'])}: {words}{due}"
        rows.append(("promised", said))
    return facts(*rows)


def _all(names: list[str]) -> str:
    return " and ".join(names)


def _list(shown: Value) -> Table:
    rows = table("clause", "title", "standing")
    for clause in shown["clauses"]:
        titles = dict.fromkeys(p["title"] for p in clause["positions"] if p["title"])
        rows.add_row(safe(clause["id"], "bold"), safe(" / ".join(titles)), _standing(clause))
    return rows


def _standing(clause: Value) -> Text:
    if clause["is_bracketed"]:
        parties = ", ".join(position["party"] for position in clause["positions"])
        if clause["missing"]:
            waits = ", ".join(clause["missing"])
            return safe(f"[in brackets] proposed by {parties}; waits for {waits}", "yellow")
        return safe(f"[in brackets] {parties} differ", "yellow")
    if all(position["left_out"] for position in clause["positions"]):
        return safe("agreed to leave it out", "dim")
    return safe("agreed", "green")


def _clause(clause: Value) -> RenderableType:
    """One clause: once if all agree, else each party's words beside the others'."""
    style = "yellow" if clause["is_bracketed"] else "green"
    name = f"[{clause['id']}]" if clause["is_bracketed"] else clause["id"]
    beside = Table(
        box=box.ROUNDED,
        title=safe(name, f"bold {style}"),
        title_justify="left",
        show_lines=True,
        border_style="dim",
    )
    positions = clause["positions"] if clause["is_bracketed"] else clause["positions"][:1]
    for position in positions:
        heading = position["party"] if clause["is_bracketed"] else "all parties"
        beside.add_column(safe(heading, "bold"), ratio=1, overflow="fold")
    for party in clause["missing"]:
        beside.add_column(safe(party, "bold"), ratio=1)
    blanks = [safe("no position yet", "dim")] * len(clause["missing"])
    beside.add_row(*(_words(p, positions) for p in positions), *blanks)
    if any(position["terms"] for position in positions):
        beside.add_row(*(_terms(p, positions) for p in positions), *([""] * len(blanks)))
    return beside


def _words(position: Value, among: list[Value]) -> Text:
    if position["left_out"]:
        return safe("to be left out", "yellow")
    differs = len({p["title"] for p in among}) > 1
    mark, style = (f"{DIFFERS} ", "bold yellow") if differs else ("", "bold")
    title = safe(f"{mark}{position['title']}", style)
    return title.append("\n").append_text(_marked(position["text"], [p["text"] for p in among]))


def _terms(position: Value, among: list[Value]) -> Text:
    return _marked(position["terms"].rstrip("\n"), [p["terms"].rstrip("\n") for p in among])


def _marked(text: str, among: list[str]) -> Text:
    """A text with those lines marked that not every party has; also seen without colour."""
    shared = set.intersection(*(set(other.splitlines()) for other in among))
    rows = [
        safe(row) if row in shared else safe(f"{DIFFERS} {row}", "yellow")
        for row in text.splitlines()
    ]
    return Text("\n").join(rows)


def _next(shown: Value) -> str:
    status = shown["status"]
    if shown["next_digest"]:
        return "Compare the code by voice, then: tieline framework sign --as ONE --as OTHER"
    if any(clause["is_bracketed"] for clause in shown["clauses"]):
        return "Take theirs: tieline framework accept CLAUSE --from PARTY; or propose another text."
    if status in {"none", "promised", "lapsed"}:
        return "Begin a text: tieline framework template FILE"
    return "Change it: tieline framework template FILE --of PARTY, edit, propose"


def differences(shown: Value, own: str, *, party: str, in_force: bool) -> list[dict[str, object]]:
    """Where our positions differ from others', or from the version in force, line by line."""
    found: list[dict[str, object]] = []
    agreed = {clause["id"]: clause for clause in shown["in_force"]}
    empty = {"title": "", "text": "", "terms": ""}
    for clause in shown["clauses"]:
        by_party = {position["party"]: position for position in clause["positions"]}
        ours = by_party.pop(own, empty)
        others = {"in force": agreed.get(clause["id"], empty)} if in_force else by_party
        for name, theirs in sorted(others.items()):
            lines = _diff(theirs, ours, name, own) if party in {"", name} else []
            if lines:
                found.append({"clause": clause["id"], "with": name, "lines": lines})
    return found


def _diff(theirs: Value, ours: Value, name: str, own: str) -> list[str]:
    return list(difflib.unified_diff(_rows(theirs), _rows(ours), name, own, lineterm=""))


def _rows(position: Value) -> list[str]:
    rows = [f"title: {position['title']}"] if position["title"] else []
    return [*rows, *position["text"].splitlines(), *position["terms"].splitlines()]


def diff_parts(found: list[dict[str, Any]]) -> Iterator[RenderableType]:
    """Differences as people know them from other tools: theirs red, ours green."""
    if not found:
        yield safe("no difference", "green")
    for each in found:
        yield safe(f"{each['clause']}: ours against {each['with']}", "bold")
        for row in each["lines"]:
            yield safe(row, DIFF_STYLES.get(row[:1], ""))

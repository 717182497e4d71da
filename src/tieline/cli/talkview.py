"""How cases of the dialogue look on a terminal: a list, and one with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked, line_for, seats_of
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.look import facts, safe
from tieline.cli.paint import indented, listing, moment
from tieline.cli.said import emit_or_print
from tieline.desk.clausefile import write_clauses
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.brackets import Clause

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Its key, or an entry of it: alpha-1:12.")
]
OpenOption = Annotated[bool, typer.Option("--open", help="Only what is not settled yet.")]
WriteOption = Annotated[
    Path | None,
    typer.Option("--write", metavar="FILE", help="Write a joint text as it stands, to edit."),
]


def show_list(procedure: str) -> Callable[..., None]:
    """The command that lists the cases of a procedure; of all for an empty name."""

    def listed(
        *,
        is_open: OpenOption = False,
        line: LineOption = "",
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        with desk_at(home) as desk:
            where = line_for(desk, line)
            told = desk.client.call("talks", line=where, procedure=procedure)
            assert isinstance(told, list)
            every: list[Any] = list(told)
            found = [one for one in every if one["is_open"] or not is_open]
            emit_or_print(found, list(_listed(found, procedure)), as_json=as_json)

    what = f"Every {procedure} of the line" if procedure else "Everything in the talks of the line"
    listed.__doc__ = f"{what}, how it stands with each side, the newest step first."
    return listed


def _listed(found: list[Shown], procedure: str) -> Iterator[RenderableType]:
    if not found:
        yield Text(f"There is no {procedure or 'talk'} on this line yet.", style="dim")
        return
    kind = () if procedure else ("Kind",)
    table = listing(
        "Entry", *kind, "Key", "What it is, and how it stands", "Newest", wide=2 + len(kind)
    )
    for one in found:
        told = safe(one["title"] or one["key"] or one["ref"], "bold" if one["is_open"] else "")
        for side in one["sides"]:
            told.append_text(safe(f"\n{side['party']}: {side['words']}", "dim"))
        cells = [safe(one["ref"], "bold"), *([safe(one["procedure"])] if kind else [])]
        table.add_row(*cells, safe(one["key"]), told, moment(one["newest_s"])[:10])
    yield table


def show_one(procedure: str) -> Callable[..., None]:
    """The command that shows one case of a procedure."""

    def show(
        case: CaseArgument,
        *,
        write: WriteOption = None,
        line: LineOption = "",
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        with desk_at(home) as desk:
            where = line_for(desk, line)
            found = asked(desk, "talk", line=where, name=case)
            if write is not None:
                _write(found, desk.card.handle, write)
            emit_or_print(found, list(_shown(found)), as_json=as_json)

    show.__doc__ = f"One {procedure}: how it stands with each side, and everything said in it."
    return show


def _write(found: Shown, own: str, path: Path) -> None:
    text = found.get("text")
    if not text:
        raise UsageError(f"{found['ref']} is no joint text; only a text is written to a file")
    clauses = {}
    for clause in text["clauses"]:
        sides = clause["alternatives"]
        ours = sides.get(own) or next(iter(sides.values()))
        clauses[clause["id"]] = Clause(title=ours["title"], text=ours["text"], terms=ours["terms"])
    try:
        with path.open("x", encoding="utf-8") as out_file:
            out_file.write(write_clauses(clauses))
    except FileExistsError:
        raise UsageError(f"{path} is there already; nothing is written over") from None


def _shown(found: Shown) -> Iterator[RenderableType]:
    yield Text.assemble((found["ref"], "bold"), "  ").append_text(
        safe(f"{found['procedure']}: {found['title'] or found['key']}", "bold")
    )
    rows: list[tuple[str, RenderableType]] = [("key", safe(found["key"]))] if found["key"] else []
    rows += [(side["party"], safe(side["words"])) for side in found["sides"]]
    yield facts(*rows)
    for flag in found["flags"]:
        yield safe(f"! {flag}", "yellow")
    if found.get("text"):
        yield from _text(found["text"])
    yield Text("What was said", style="bold")
    for did in found["history"]:
        head = f"{moment(did['time_s'])}  {did['ref']}  {did['office']}: {did['what']}"
        yield indented(safe(head))
        for name, value in did["body"].items():
            words = _words(name, value)
            if words:
                yield indented(safe(words, "dim"), 6)


def _words(name: str, value: Any) -> str:
    """A field of a body in one line for readers."""
    label = name.replace("_", " ")
    if name == "clauses" and isinstance(value, list):
        return f"{label}: {', '.join(str(c['id']) for c in value)}"
    if name.endswith("_ms") and isinstance(value, int):
        return f"{label.removesuffix(' ms')}: {moment(value // 1000)}"
    if isinstance(value, list):
        parts = [
            f"[{v['lang']}] {v['text']}" if "lang" in v else f"{v['party']}: {v['value']}"
            for v in value
            if isinstance(v, dict)
        ] or [str(v) for v in value]
        return f"{label}: {'; '.join(parts)}" if parts else ""
    return f"{label}: {value}" if value not in ("", None) else ""


def _text(text: Shown) -> Iterator[RenderableType]:
    yield Text("The text", style="bold")
    for clause in text["clauses"]:
        locked = clause["is_locked"]
        mark = Text("agreed ", style="green") if locked else Text("[ ] ", style="yellow")
        yield indented(mark.append_text(safe(clause["id"], "bold")))
        said = clause["alternatives"]
        shown = dict([next(iter(said.items()))]) if locked and said else said
        for party, one in shown.items():
            who = "all" if locked else party
            yield indented(safe(f"{who}: {one['title']}: {one['text'] or '(left out)'}"), 6)
        for party in clause["missing"]:
            yield indented(safe(f"{party}: no position yet", "dim"), 6)
    if text["digest"]:
        given = ", ".join(text["given_by"]) or "nobody yet"
        yield indented(safe(f"No bracket is left. Adopted by: {given}.", "green"))


def vacancies(desk: Desk, line: str, targets: list[str]) -> tuple[list[str], list[str]]:
    """Whom a request is for, and what to know of them: who is vacant, and who is filled instead.

    Raises:
        UsageError: a party has no such office.
    """
    if not targets:
        return [], []
    board = asked(desk, "board", line=line)
    ladder = list(asked(desk, "terms", line=line)["ladder"])
    own = seats_of(board["parties"], board["own"])
    chosen, notices = [], []
    for target in dict.fromkeys(targets):
        party, slash, office = target.partition("/")
        theirs = seats_of(board["parties"], party)
        order = list(dict.fromkeys([*ladder, *theirs]))
        both = [name for name in order if theirs.get(name) and own.get(name)]
        if not slash:
            office = both[0] if both else order[0]
        if theirs and office not in theirs:
            raise UsageError(f"{party} has no office {office!r}; it has: {', '.join(theirs)}")
        chosen.append(f"{party}/{office}")
        why = []
        if theirs and not theirs.get(office):
            why.append(f"{party}/{office} is vacant")
        if office not in own:
            why.append(f"we have no counterpart of {party}/{office}")
        elif not own[office]:
            why.append(f"our own {office} is vacant")
        if why:
            higher = [name for name in both if name != office]
            offer = f"; filled on both sides: {', '.join(higher)}" if higher else ""
            notices.append(f"{' and '.join(why)}{offer}.")
    return chosen, notices

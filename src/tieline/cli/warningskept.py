"""Warnings that come into the home and leave it: import, export as facts, forget."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import HomeOption, JsonOption, console, settings_of
from tieline.cli.look import counted, examples, safe, tell
from tieline.cli.warningsfrom import (
    AllOption,
    Choice,
    FilesOrHome,
    NearOption,
    OnOption,
    WithinOption,
    bytes_of,
    choose,
    day_ms,
    keeping_at,
    now_ms,
)
from tieline.cli.warningsview import taken_words
from tieline.errors import MalformedError, TielineError, UsageError
from tieline.feeds.keeping import Keeping
from tieline.feeds.taking import Taken
from tieline.feeds.warnings.facts import write_facts
from tieline.home import Home


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON, XML, plain text, NOTAM or facts, packed by gzip or not."),
    ],
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Import warnings into the home, where lists, overlaps and the node find them.

    A file may be imported again: what is known changes nothing. What cancels another warning ends
    it, whichever came first. A file that cannot be read stops none of the others.
    """
    Home(settings_of(home).home).card()
    results: dict[str, Taken] = {}
    faults: dict[str, TielineError] = {}
    with keeping_at(home) as keeping:
        for path in files:
            try:
                results[str(path)] = taken = _import(keeping, path)
            except (MalformedError, UsageError) as error:
                faults[str(path)] = error
                continue
            if not as_json:
                console().print(safe(f"{path.name}: {taken_words(taken)}"))
        total = sum(results.values(), start=Taken())
        in_force = len(keeping.in_force(now_ms()))
        kept = keeping.count()
    value = {
        "files": {name: taken.value() for name, taken in results.items()},
        "total": total.value(),
        "not_imported": {name: str(error) for name, error in faults.items()},
        "kept": kept,
        "in_force": in_force,
    }
    lines = [f"{counted(kept, 'warning')} kept here, {in_force} of them in force now."]
    if total.unread or total.left:
        lines.append("What was not read stays as text: tieline warnings list --unread")
    if not faults or not as_json:
        tell(value, *lines, as_json=as_json)
    if faults:
        raise _not_imported(faults, len(files))


def _import(keeping: Keeping, path: Path) -> Taken:
    with console(stderr=True).status(f"reading {path.name}"):
        return keeping.take_file(bytes_of(path), name=_plain(path.name), now_ms=now_ms())


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _not_imported(faults: dict[str, TielineError], count: int) -> TielineError:
    reasons = "; ".join(f"{name}: {error}" for name, error in faults.items())
    kind = UsageError if all(isinstance(e, UsageError) for e in faults.values()) else MalformedError
    return kind(
        f"{len(faults)} of {counted(count, 'file')} not imported: {reasons}",
        advice="The others were imported. Correct these, or ask their publisher for them again.",
    )


def export(
    files: FilesOrHome = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="OUT", help="Write to this file, not to the screen."),
    ] = None,
    on: OnOption = "",
    near: NearOption = "",
    within: WithinOption = 30.0,
    every: AllOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write facts of warnings, without their published texts, for another home to import.

    Places, times, numbers and cancellations, and why anything was not read.
    """
    choice = Choice(on=on, near=near, within_nm=within, is_all=every)
    found = choose(files, home, choice)
    sheet = write_facts(found.warnings)
    if out is None:
        sys.stdout.write(sheet.decode())
        return
    try:
        out.expanduser().write_bytes(sheet)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from None
    words = f"{out}: facts of {counted(len(found.items), 'warning')}"
    tell({"file": str(out), "warnings": len(found.items)}, words, as_json=as_json)


def forget(
    before: Annotated[
        str, typer.Option("--before", metavar="DAY", help="Over when this day began, UTC.")
    ],
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Delete warnings that were over by a day; an old file does not bring them back to life."""
    with keeping_at(home) as keeping:
        count = keeping.forget(day_ms(before)) if keeping.count() else 0
        kept = keeping.count()
    words = f"{counted(count, 'warning')} forgotten, {kept} kept."
    tell({"forgotten": count, "kept": kept}, words, as_json=as_json)


def register(group: typer.Typer) -> None:
    """Hang the verbs into the group."""
    group.command(
        "import",
        epilog=examples(
            "tieline warnings import navwarnings.json",
            "tieline warnings import *.xml.gz notams.txt --home alpha",
        ),
    )(import_)
    group.command(
        epilog=examples(
            "tieline warnings export --out in-force.json",
            "tieline warnings export navwarnings.json --near '44-53N 030-39E' --out near.json",
        )
    )(export)
    group.command(epilog=examples("tieline warnings forget --before 2026-01-01"))(forget)

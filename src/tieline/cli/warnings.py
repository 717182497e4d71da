"""Warnings: import navigational warnings and notices, list and show them, say what was not read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli import warningskept
from tieline.cli.frame import HomeOption, JsonOption
from tieline.cli.look import counted, examples, safe, table, tell
from tieline.cli.warningsfrom import (
    AllOption,
    Choice,
    FilesOrHome,
    Found,
    Item,
    NearOption,
    OnOption,
    UnreadOption,
    WithinOption,
    choose,
    keeping_at,
)
from tieline.cli.warningsview import (
    foot,
    item_value,
    listed,
    pieces_table,
    unread_table,
    value,
    whole,
)
from tieline.errors import RefusedError, UsageError
from tieline.feeds.warnings import NavWarning
from tieline.feeds.warnings.showing import to_geojson
from tieline.words import shown

group = typer.Typer(
    no_args_is_help=True,
    help="Navigational warnings and notices as published: import, list, show them.",
)

GeojsonOption = Annotated[
    Path | None, typer.Option("--geojson", metavar="OUT", help="Write the places to this file.")
]


def read(
    files: FilesOrHome = None,
    *,
    on: OnOption = "",
    near: NearOption = "",
    within: WithinOption = 30.0,
    unread: UnreadOption = False,
    every: AllOption = False,
    geojson: GeojsonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files, or what the home keeps, and say how much was read, and why the rest was not.

    Lines between positions are taken as rhumb lines, and miles as nautical miles.
    """
    choice = Choice(on=on, near=near, within_nm=within, is_unread=unread, is_all=every)
    found = choose(files, home, choice)
    _write_geojson(geojson, found.warnings)
    left = [one for one in found.warnings if one.unread]
    parts = sum(len(one.parts) for one in found.warnings)
    rows = counted(len(found.pieces), "row that is no warning", "rows that are no warnings")
    rows = f", {rows}" if found.pieces else ""
    lines: list[RenderableType] = [
        safe(
            f"{counted(len(found.items), 'warning')}, {counted(parts, 'place')} read, "
            f"{counted(len(left), 'warning')} with something unread{rows}"
        )
    ]
    if unread:
        lines += [unread_table(left), *pieces_table(found)]
    tell(value(found), *lines, *foot(found), as_json=as_json)


def list_(
    files: FilesOrHome = None,
    *,
    on: OnOption = "",
    near: NearOption = "",
    within: WithinOption = 30.0,
    unread: UnreadOption = False,
    every: AllOption = False,
    geojson: GeojsonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List warnings, one to a line: what about, where, how much was read.

    Without files: what the home keeps and is in force now; a day of the past with --on.
    """
    choice = Choice(on=on, near=near, within_nm=within, is_unread=unread, is_all=every)
    found = choose(files, home, choice)
    _write_geojson(geojson, found.warnings)
    lines = list(listed(found))
    if unread:
        lines += [unread_table(found.warnings), *pieces_table(found)]
    tell(value(found), *lines, as_json=as_json)


def show(
    name: Annotated[str, typer.Argument(help='Such as "HYDROLANT 603/23".')],
    files: FilesOrHome = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one warning: its text, and below it what was read and what was not."""
    wanted = " ".join(name.upper().split())
    found = _named(wanted, files, home)
    if not found:
        where = "in these files" if files else "kept here"
        raise RefusedError(
            f'no warning "{shown(name)}" {where}', advice="List them: tieline warnings list."
        )
    lines = [line for item in found for line in whole(item)]
    tell([item_value(item) for item in found], *lines, as_json=as_json)


def _named(wanted: str, files: list[Path] | None, home: Path | None) -> list[Item]:
    if files:
        found = choose(files, home, Choice())
        return [item for item in found.items if item.warning.name == wanted]
    with keeping_at(home) as keeping:
        kept = keeping.named(wanted)
        return [] if kept is None else [Item(warning=kept.warning, kept=kept)]


def stats(
    files: FilesOrHome = None,
    *,
    every: AllOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count what was read by kind and phrase, and what was not by reason."""
    found = choose(files, home, Choice(is_all=every))
    kinds = Counter(str(one.kind) for one in found.warnings)
    phrases = Counter(str(part.phrase) for one in found.warnings for part in one.parts)
    reasons = _reasons(found)
    whole_read = sum(not one.unread for one in found.warnings)
    counts = {
        "warnings": len(found.items),
        "nothing_unread": whole_read,
        "kinds": dict(kinds.most_common()),
        "phrases": dict(phrases.most_common()),
        "unread": dict(reasons.most_common()),
    }
    rows = table("", "number", "")
    for title, numbers in (("about", kinds), ("place", phrases), ("unread", reasons)):
        for words, count in numbers.most_common():
            rows.add_row(safe(title, "dim"), str(count), safe(words))
    head = f"{counted(len(found.items), 'warning')}, {whole_read} with nothing unread"
    tell(counts, safe(head), rows, *foot(found), as_json=as_json)


def _reasons(found: Found) -> Counter[str]:
    reasons = Counter(f"{u.about}: {u.reason}" for one in found.warnings for u in one.unread)
    reasons.update(f"no warning: {piece.reason}" for piece in found.pieces)
    return reasons


def _write_geojson(path: Path | None, found: list[NavWarning]) -> None:
    if path is None:
        return
    try:
        path.expanduser().write_text(json.dumps(to_geojson(found), ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    warningskept.register(group)
    group.command(
        epilog=examples(
            "tieline warnings read navwarnings.json",
            "tieline warnings read warnings.xml.gz --unread",
            'tieline warnings read in.txt --near "46-24N 030-54E" --within 20 --geojson out.json',
        )
    )(read)
    group.command(
        "list",
        epilog=examples(
            "tieline warnings list",
            'tieline warnings list --near "46-24N 030-54E" --unread',
            "tieline warnings list in.json --on 2023-04-21",
        ),
    )(list_)
    group.command(
        epilog=examples(
            'tieline warnings show "HYDROLANT 603/23"',
            'tieline warnings show "HYDROLANT 603/23" in.json',
        )
    )(show)
    group.command(epilog=examples("tieline warnings stats navwarnings.json --json"))(stats)
    app.add_typer(group, name="warnings")

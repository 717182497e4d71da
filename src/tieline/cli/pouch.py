"""Pouch: carry the record in a folder, for a line without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.look import counted, examples, facts, safe, size, table, tell
from tieline.control import Client
from tieline.desk.pouches import PouchSeen, look_into
from tieline.errors import UnverifiedError
from tieline.record.strict import JsonValue

group = typer.Typer(
    no_args_is_help=True, help="Carry the record in a folder, for a line without a network."
)
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The pouch: a folder.")]


def packed(
    client: Client, folder: Path, *, line: str, to: str = "", whole: bool = False
) -> dict[str, JsonValue]:
    """Pack a pouch at the node; a relative folder is ours, not the node's."""
    value = client.call(
        "pouch.pack",
        line=line,
        folder=str(folder.expanduser().absolute()),
        to=to,
        whole="yes" if whole else "",
    )
    assert isinstance(value, dict)
    return value


def packed_words(value: dict[str, JsonValue]) -> str:
    """What went into a pouch."""
    entries = counted(int(str(value["entries"])), "entry", "entries")
    receipts = counted(int(str(value["receipts"])), "receipt")
    return f"{entries} and {receipts} in {value['folder']} ({size(int(str(value['bytes'])))})"


def pack(
    folder: Folder,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="PARTY", help="Leave out what this party holds.")
    ] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Everything, whatever they hold.")] = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a new folder with what the others may lack.

    Without `--to` it holds the whole line and suits everybody on it. Bodies in it are sealed;
    who wrote when, and to whom, can be read by whoever finds it.
    """
    with desk_at(home) as desk:
        value = packed(desk.client, folder, line=line, to=to, whole=whole)
    tell(value, safe("packed", "green") + f" {packed_words(value)}", as_json=as_json)


def read(folder: Folder, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Take in what a folder carries; reading it twice does no harm.

    What does not verify is refused, named and left out; the exit code is then 4.
    """
    with desk_at(home) as desk:
        value = desk.client.call("pouch.read", folder=str(folder.expanduser().absolute()))
    assert isinstance(value, dict)
    entries = counted(int(str(value["folded"])), "new entry", "new entries")
    receipts = counted(int(str(value["receipts"])), "new receipt")
    alarms = value["alarms"]
    assert isinstance(alarms, list)
    tell(
        value,
        safe("read", "green") + f" {entries}, {receipts}",
        *(safe(f"! {words}", "bold red") for words in alarms),
        as_json=as_json,
    )
    if alarms:
        raise typer.Exit(UnverifiedError.exit_code)


def look(folder: Folder, as_json: JsonOption = False) -> None:
    """Say what is in a folder, without taking it in and without a home.

    Nothing of it is verified by looking. Fingerprints are not shown: they are compared by voice or
    on paper, never taken from the pouch itself.
    """
    seen = look_into(folder)
    tell(seen.value(), *_parts(seen), as_json=as_json)


def _parts(seen: PouchSeen) -> tuple[RenderableType, ...]:
    logs = table("log", "by", "carried", "says it has")
    for log in seen.logs:
        carried = ", ".join(f"{a} to {b}" for a, b in log.runs) or "nothing"
        logs.add_row(safe(log.name), safe(log.party), safe(carried), safe(str(log.size or "-")))
    return (
        facts(
            ("line", seen.line),
            ("invited by", ", ".join(seen.inviters) or "no invitation in it"),
            ("parties", ", ".join(seen.parties) or "not said"),
            ("contents", f"{counted(seen.blobs, 'item')}, {counted(seen.receipts, 'receipt')}"),
            ("size", size(seen.size_bytes)),
        ),
        logs,
        safe("Not verified, not taken in: tieline pouch read FOLDER", "dim"),
    )


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    group.command(
        epilog=examples(
            "tieline pouch pack stick/to-bravo",
            "tieline pouch pack stick/short --to bravo --line border",
            "tieline pouch pack stick/all --whole --json",
        )
    )(pack)
    group.command(
        epilog=examples("tieline pouch read stick/from-bravo", "tieline pouch read in --json")
    )(read)
    group.command(
        epilog=examples("tieline pouch look stick/from-bravo", "tieline pouch look in --json")
    )(look)
    app.add_typer(group, name="pouch")

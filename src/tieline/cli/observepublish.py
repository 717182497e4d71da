"""Observe, publishing: the whole record as a folder that anyone can read and check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import HomeOption, JsonOption, desk_at
from tieline.cli.look import counted, examples, safe, size
from tieline.cli.said import emit_or_print
from tieline.desk.bundle import SIGNED, publish


def publish_bundle(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    *,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the record for everybody: signed, as a page, as text and as a spreadsheet.

    Private copies of reports never go along. Tell readers your fingerprint in another way.
    """
    with desk_at(home) as desk:
        found = publish(desk, folder)
        who = f"{desk.card.handle}={desk.card.fingerprint}"
    value = {
        "folder": str(folder),
        "line": found.line,
        "items": found.items,
        "files": found.files,
        "bytes": found.size,
    }
    parts = [
        safe(
            f"{counted(found.items, 'item')} in {counted(found.files, 'file')}, "
            f"{size(found.size)}, in {folder}",
            "green",
        ),
        safe(f"Anyone checks it with: tieline verify {folder / SIGNED} --party {who}", "dim"),
    ]
    emit_or_print(value, list(parts), as_json=as_json)


def register(observe: typer.Typer) -> None:
    """Hang the verb into `tieline observe`."""
    observe.command("publish", epilog=examples("tieline observe publish record-2026"))(
        publish_bundle
    )

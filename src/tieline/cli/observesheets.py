"""Observe, exchanging: the record as text, CSV or XLSX, and spreadsheets into the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import pick_office
from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    OfficerOption,
    VaultOption,
    desk_at,
    settings_of,
)
from tieline.cli.look import counted, examples, safe
from tieline.cli.observeparts import DryRunOption, picture_at
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.desk.observing import file_items, picture
from tieline.desk.spreadsheets import (
    mapping_from,
    read_csv,
    read_xlsx,
    write_csv,
    write_file,
    write_xlsx,
)
from tieline.errors import UsageError
from tieline.observer import write_text
from tieline.observer.sheet import SheetReading, against_rules

UNUSED_SHOWN_MAX = 20


def export(
    *,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="In the text format.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE.csv|FOLDER", help="All in one file, or a file a kind."),
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="A sheet a kind.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole record as text or as spreadsheets; private copies never go along.

    What is written is read back by `observe add` and `observe import` to equal items.
    """
    if not (text or csv or xlsx):
        raise UsageError("say where to: --text FILE, --csv FILE.csv or a folder, --xlsx FILE")
    with desk_at(home) as desk:
        record = picture(desk).record
    written: list[Path] = []
    if text:
        written.append(write_file(text, write_text(record).encode()))
    if csv:
        written += write_csv(csv, record.items())
    if xlsx:
        written.append(write_xlsx(xlsx, record.items()))
    count = len(record.items())
    value = {"items": count, "files": [str(path) for path in written]}
    told = f"{counted(count, 'item')} written to {', '.join(map(str, written))}"
    emit_or_print(value, [safe(told, "green")], as_json=as_json)


def import_sheet(
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE|FOLDER", help="A CSV file, or a folder.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="An XLSX file.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="TOML", help="Which column is which field."),
    ] = None,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="File the rows that have no fault.")
    ] = False,
    dry_run: DryRunOption = False,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """File the rows of a spreadsheet; on any fault, nothing, and each is told with its cell.

    Without --mapping the sheet has the layout that `observe export` writes.
    """
    if (csv is None) == (xlsx is None):
        raise UsageError("name one spreadsheet: --csv FILE or --xlsx FILE")
    tables = mapping_from(mapping) if mapping else ()
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        if csv is not None:
            reading = read_csv(csv, tables, seen.record)
        else:
            assert xlsx is not None
            reading = read_xlsx(xlsx, tables, seen.record)
        reading = against_rules(reading, seen)
        stop = bool(reading.fault_count) and not skip_faulty
        filed = already = 0
        if not stop and not dry_run:
            office = pick_office(desk, "", ("desk",))
            kept = vault or settings_of(home).vault
            entered = file_items(desk, reading.items, vault=kept, office=office)
            filed, already = entered.filed, entered.known
    _tell(reading, filed, already, stop=stop, dry_run=dry_run, as_json=as_json)
    if stop:
        raise typer.Exit(UsageError.exit_code)


def _tell(
    reading: SheetReading, filed: int, already: int, *, stop: bool, dry_run: bool, as_json: bool
) -> None:
    value = {
        **({"error": UsageError.code} if stop else {}),
        "rows": reading.rows,
        "items": len(reading.items),
        "filed": filed,
        "known": already,
        "fault_count": reading.fault_count,
        "faults": [
            {"sheet": f.sheet, "cell": f.cell, "field": f.field, "what": f.what}
            for f in reading.faults
        ],
        "unused": list(reading.unused),
    }
    parts: list[RenderableType] = []
    if reading.faults:
        table = listing("Cell", "Field", "What is wrong, and the remedy", wide=2)
        for fault in reading.faults:
            table.add_row(safe(f"{fault.sheet}!{fault.cell}"), safe(fault.field), safe(fault.what))
        head = counted(reading.fault_count, "fault")
        parts += [safe(f"{head}{'; nothing was filed' if stop else ''}:", "bold red"), table]
        if reading.fault_count > len(reading.faults):
            parts.append(safe(f"and {reading.fault_count - len(reading.faults)} more"))
    if reading.unused:
        names = ", ".join(reading.unused[:UNUSED_SHOWN_MAX])
        parts.append(safe(f"Columns that nothing was read from: {names}", "yellow"))
    if not stop:
        told = f"{counted(reading.rows, 'row')}: {counted(filed, 'item')} filed"
        told = f"{counted(reading.rows, 'row')} read; nothing was filed" if dry_run else told
        known = f", {already} were there already" if already else ""
        parts.append(Text(f"{told}{known}.", style="green"))
    emit_or_print(value, parts, as_json=as_json)


def register(observe: typer.Typer) -> None:
    """Hang the verbs into `tieline observe`."""
    observe.command(
        epilog=examples(
            "tieline observe export --text record.txt --xlsx record.xlsx",
            "tieline observe export --csv tables",
        )
    )(export)
    observe.command(
        "import",
        epilog=examples(
            "tieline observe import --xlsx talks.xlsx --mapping talks.toml --dry-run",
            "tieline observe import --csv record.csv",
        ),
    )(import_sheet)

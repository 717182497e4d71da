"""Lists of protected sites: many of them from one sheet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.look import examples, safe
from tieline.cli.notifyparts import LinesOption, SureOption, ask_doubts, named_lines, office_on
from tieline.cli.paint import indented
from tieline.cli.said import emit_or_print
from tieline.cli.send import OwnOfficeOption
from tieline.desk import notifying as nt
from tieline.desk.sitesheets import Sheet, Twin, file_many, read_sheet, twins
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.words import check_key

SHOWN_MAX = 40
app = typer.Typer(
    no_args_is_help=True,
    help="Lists of protected sites from CSV or XLSX sheets.",
    epilog=examples("tieline notify sites import sites.xlsx --dry-run"),
)


@app.callback()
def sites() -> None:
    """Lists of protected sites from CSV or XLSX sheets."""


def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX; one site a row.")],
    *,
    reconfirm: Annotated[
        str, typer.Option("--reconfirm", metavar="DAY", help="For rows that name no such day.")
    ] = "",
    prefix: Annotated[str, typer.Option("--prefix", help="Of keys that rows lack.")] = "site",
    twins_too: Annotated[
        bool, typer.Option("--twins-too", help="File entries too that may be one place.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read and check.")] = False,
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """File every site of a sheet as a notification of its own, on each line.

    Nothing is filed while a cell is wrong, or while two entries may be one place. By importing it
    you pass on the owner's statement that the data are correct.
    """
    check_key(prefix)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        now_ms = int(time.time() * 1000)
        sheet = read_sheet(path, now_ms=now_ms, reconfirm=reconfirm, prefix=prefix)
        where = named_lines(desk, lines)
        filed: list[dict[str, Any]] = []
        pairs: dict[str, tuple[Twin, ...]] = {}
        for line in dict.fromkeys(where.values()):
            told = desk.client.call("notices", line=line, procedure="site")
            assert isinstance(told, list)
            known = [one for one in told if isinstance(one, dict) and not one["is_over"]]
            pairs[line] = twins(sheet.sites, known)
        found = tuple(dict.fromkeys(twin for each in pairs.values() for twin in each))
        good = not sheet.faults and (twins_too or not found)
        if good and not dry_run:
            ask_doubts(sheet.doubts, sure=sure)
            filed += [{"line": line, "refs": _file(desk, line, sheet, office)} for line in pairs]
        value = {
            "sites": len(sheet.sites),
            "faults": [{"cell": f.cell, "words": f.words} for f in sheet.faults],
            "twins": [
                {
                    "row": t.row, "other_row": t.other_row, "other": t.other,
                    "apart_m": t.apart_m, "why": t.why,
                }
                for t in found
            ],
            "filed": filed,
        }  # fmt: skip
        emit_or_print(value, list(_parts(sheet, found, filed)), as_json=as_json)
    if not good:
        raise UsageError(
            "nothing was filed",
            advice="Correct the cells, and take out twins or say --twins-too.",
        )


def _file(desk: Desk, line: str, sheet: Sheet, office: str) -> list[str]:
    """Sign every site, then file them all in one go."""
    speaker = office_on(desk, line, office)
    kind = nt.OPENINGS["site"]
    return file_many(desk, line, kind, [site.body for site in sheet.sites], office=speaker)


def _parts(
    sheet: Sheet, found: tuple[Twin, ...], filed: list[dict[str, Any]]
) -> Iterator[RenderableType]:
    yield Text(f"{len(sheet.sites)} sites read.", style="bold")
    for fault in sheet.faults[:SHOWN_MAX]:
        yield indented(safe(f"{fault.cell} {fault.words}", "red"))
    if len(sheet.faults) > SHOWN_MAX:
        yield indented(safe(f"and {len(sheet.faults) - SHOWN_MAX} more", "red"))
    for twin in found[:SHOWN_MAX]:
        other = f"row {twin.other_row}" if twin.other_row else f"{twin.other}, notified before"
        words = f"row {twin.row} and {other}: {twin.why}, {twin.apart_m} m apart"
        yield indented(safe(words, "yellow"))
    for each in filed:
        yield safe(f"Filed {len(each['refs'])} on {each['line'].rpartition('/')[2][:8]}.", "green")


app.command(
    "import",
    epilog=examples(
        "tieline notify sites import sites.xlsx --dry-run",
        "tieline notify sites import sites.csv --reconfirm 2027-03-01 --line north",
    ),
)(import_)

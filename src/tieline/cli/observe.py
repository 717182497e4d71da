"""Observe: keep a record of what others report, each item cited, nothing more than was said."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from tieline.cli import (
    observemark,
    observemerge,
    observepublish,
    observereview,
    observesheets,
    observeshow,
    observetake,
)
from tieline.cli.choosing import pick_office
from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    OfficerOption,
    VaultOption,
    desk_at,
    settings_of,
)
from tieline.cli.intake import read_file
from tieline.cli.look import counted, examples, safe
from tieline.cli.observeparts import SHOWN_MAX, discrepancy_words, picture_at
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.desk.observing import file_items, read_report
from tieline.errors import UsageError
from tieline.observer import Reading
from tieline.observer.intake_gain import impossible

REPORT_BYTES_MAX = 4 * 1024 * 1024
SAMPLE = "talks-2017-2024"
"""Which sample record is meant if none is named."""

observe_app = typer.Typer(
    no_args_is_help=True,
    help="Keep an observer's record: what sources report, with passage, force and days.",
    epilog=examples(
        "tieline observe sample --write talks.txt",
        "tieline observe add talks.txt",
        "tieline observe take article.txt",
        "tieline status --on 2022-09-01",
    ),
)
FileArgument = Annotated[Path, typer.Argument(help="A report in the text format.")]


@observe_app.command(
    epilog=examples("tieline observe add talks.txt", "tieline observe add a.txt --json")
)
def add(
    file: FileArgument,
    *,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """File every item of a text that is not in the record yet; on any fault, nothing.

    Its blocks may refer to sources and statements that are in the record already.
    """
    data = read_file(file, REPORT_BYTES_MAX)
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        reading = read_report(data, seen.record)
        if reading.faults:
            _tell_faults(file, reading, as_json=as_json)
        refused = impossible(seen, reading.record.items())
        if refused:
            told = "\n".join(discrepancy_words(one) for one in refused[:SHOWN_MAX])
            raise UsageError(f"{counted(len(refused), 'thing')} cannot be:\n{told}")
        entered = file_items(
            desk,
            reading.record.items(),
            vault=vault or settings_of(home).vault,
            office=pick_office(desk, "", ("desk",)),
        )
        value = {"line": entered.line, "filed": entered.filed, "known": entered.known}
        text = Text(f"{counted(entered.filed, 'item')} filed", style="green")
        text.append(f", {entered.known} were there already." if entered.known else ".", style="")
        emit_or_print(value, [text], as_json=as_json)


@observe_app.command(
    epilog=examples("tieline observe check talks.txt", "tieline observe check - < a.txt")
)
def check(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Say all that is wrong in a text, each with its line, field and remedy; file nothing."""
    stdin = str(file) == "-"
    data = sys.stdin.buffer.read(REPORT_BYTES_MAX) if stdin else read_file(file, REPORT_BYTES_MAX)
    reading = read_report(data)
    if reading.faults:
        _tell_faults(file, reading, as_json=as_json)
    value = {"faults": [], **_counts(reading)}
    told = ", ".join(f"{counted(n, name.rstrip('s'))}" for name, n in _counts(reading).items() if n)
    emit_or_print(value, [Text(f"Nothing is wrong: {told or 'no items'}.")], as_json=as_json)


def _counts(reading: Reading) -> dict[str, int]:
    record = reading.record
    return {
        "sources": len(record.sources),
        "statements": len(record.statements),
        "inferences": len(record.inferences),
        "withdrawals": len(record.withdrawals),
        "reviews": len(record.reviews),
    }


def _tell_faults(file: Path, reading: Reading, *, as_json: bool) -> None:
    """Print all faults and end with the exit code of bad input."""
    value = {
        "error": UsageError.code,
        "faults": [{"line": f.line, "field": f.field, "what": f.what} for f in reading.faults],
    }
    table = listing("Line", "Field", "What is wrong, and the remedy", wide=2)
    for fault in reading.faults:
        table.add_row(str(fault.line), safe(fault.field), safe(fault.what))
    count = counted(len(reading.faults), "fault")
    head = safe(f"{file}: {count}; nothing was filed. Correct this first:", "bold red")
    emit_or_print(value, [head, table], as_json=as_json)
    raise typer.Exit(UsageError.exit_code)


@observe_app.command(
    epilog=examples(
        "tieline observe sample | less",
        "tieline observe sample --write talks.txt",
        "tieline observe sample korean-lines-2018-2023",
    )
)
def sample(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Which one; a wrong name lists them.")
    ] = SAMPLE,
    *,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write it here instead.")
    ] = None,
) -> None:
    """Print a sample record: by default seven years of talks, as five articles tell them."""
    folder = files("tieline.observer") / "samples"
    known = sorted(each.name.removesuffix(".txt") for each in folder.iterdir())
    if name not in known:
        raise UsageError(f"there is no sample {name[:40]!r}; there are {', '.join(known)}")
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    if write is None:
        sys.stdout.write(text)
        return
    try:
        with write.open("x", encoding="utf-8") as out_file:
            out_file.write(text)
    except FileExistsError:
        raise UsageError(f"{write} is there already; nothing is written over") from None
    except OSError as error:
        raise UsageError(f"{write} cannot be written: {error.strerror}") from None
    emit_or_print(
        None, [safe(f"Written to {write}. File it: tieline observe add {write}")], as_json=False
    )


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    parts = (
        observetake,
        observemark,
        observeshow,
        observereview,
        observemerge,
        observesheets,
        observepublish,
    )
    for part in parts:
        part.register(observe_app)
    app.add_typer(observe_app, name="observe")

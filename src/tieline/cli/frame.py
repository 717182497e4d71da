"""What all commands share: which home and officer, how results and errors are printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tieline.cli.harmless import clean, json_text
from tieline.control import connect
from tieline.desk.speaking import Desk
from tieline.errors import TielineError
from tieline.home import Home
from tieline.settings import Settings, load_settings

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="TIELINE_HOME", help="The party's folder.", show_default=False),
]
LineOption = Annotated[
    str, typer.Option("--line", help="Title of the line, or the beginning of its id.")
]
OfficerOption = Annotated[
    list[str] | None,
    typer.Option("--as", help="Who signs: label or id; twice for two persons."),
]
OfficeOption = Annotated[str, typer.Option("--office", help="For which office.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
VaultOption = Annotated[
    Path | None, typer.Option("--vault", help="Folder with root, operator and spare keys.")
]


def console(*, stderr: bool = False) -> Console:
    """Where people read; colour only where the terminal and NO_COLOR allow it."""
    return Console(stderr=stderr, highlight=False, soft_wrap=not sys.stdout.isatty())


def settings_of(home: Path | None) -> Settings:
    """The settings of the home that the flags name."""
    return load_settings(home)[0]


@contextmanager
def desk_at(home: Path | None, officers: list[str] | None = None) -> Iterator[Desk]:
    """An officer's desk at a home: at the node that runs there, or at one opened for this."""
    settings = settings_of(home)
    client = connect(settings)
    try:
        yield Desk(Home(settings.home), client, officers=tuple(officers or ()))
    finally:
        client.close()


def emit(value: Any, *, as_json: bool, text: str | Table | None = None) -> None:
    """Print a result: JSON for machines, else the text or table for people."""
    if as_json:
        sys.stdout.write(json_text(value, indent=2) + "\n")
    elif text is not None:
        console().print(text)


def report_error(error: TielineError) -> int:
    """Print an error with its advice; its exit code."""
    if "--json" in sys.argv:
        value = {"error": error.code, "message": str(error), "advice": error.advice}
        sys.stdout.write(json_text(value) + "\n")
    else:
        out = console(stderr=True)
        out.print(f"[bold red]{type(error).__name__.removesuffix('Error')}[/]: ", end="")
        out.print(clean(str(error)), markup=False)
        out.print(clean(error.advice), style="dim", markup=False)
    if os.environ.get("TIELINE_TRACE"):
        raise error
    return error.exit_code

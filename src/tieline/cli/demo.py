"""`tieline demo`: the reported history, and two parties that make a line of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import console
from tieline.cli.look import examples
from tieline.demo.play import run


def demo(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="End after the last act; 0 if everything held.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the homes behind.")] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the two first pages.")
    ] = True,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the homes go; kept if named.")
    ] = None,
) -> None:
    """Show what Tieline does: about a minute, on this machine only."""
    code = run(console(), folder=folder, keep=keep, check=check, browser=browser)
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(
        epilog=examples(
            "tieline demo",
            "tieline demo --check",
            "tieline demo --keep --folder trial --no-browser",
        )
    )(demo)

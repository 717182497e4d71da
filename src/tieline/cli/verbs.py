"""Which verbs there are: one line each, in the order of the help."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Hang every verb into the program."""
    del app

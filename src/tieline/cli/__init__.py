"""The command line `tieline`: one module per verb, exit codes by branch of the error tree."""

from __future__ import annotations

import sys

import typer

from tieline.cli.frame import report_error
from tieline.errors import TielineError

app = typer.Typer(
    name="tieline",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Lines that stay open between parties that do not trust each other.",
)


def main() -> None:
    """Run the command line; every error of ours becomes words, advice and an exit code."""
    from tieline.cli import verbs

    verbs.register(app)
    try:
        app()
    except TielineError as error:
        sys.exit(report_error(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)

"""What the verbs of our own house share: their options, and how a result is told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import pick_office
from tieline.cli.frame import settings_of
from tieline.cli.look import outcome, said_value
from tieline.cli.said import emit_or_print
from tieline.desk import house
from tieline.desk.speaking import Desk, Said
from tieline.record.marking import AUDIENCE_MEANING, MARKING_MEANING

MARKS = "; ".join(f"{mark.value}: {words}" for mark, words in MARKING_MEANING.items())
AUDIENCES = "; ".join(f"{who.value}: {words}" for who, words in AUDIENCE_MEANING.items())

WordsArgument = Annotated[str, typer.Argument(help="The words; - or nothing reads them.")]
RefArgument = Annotated[str, typer.Argument(metavar="REF", help="The item, as `list` names it.")]
MarkOption = Annotated[str, typer.Option("--mark", help=MARKS)]
AudienceOption = Annotated[str, typer.Option("--audience", help=AUDIENCES)]
TitleOption = Annotated[str, typer.Option("--title", help="One line on what it is about.")]
AboutOption = Annotated[
    str, typer.Option("--about", metavar="KEY", help="The mechanism, round or contact meant.")
]
WhyOption = Annotated[str, typer.Option("--why", help="In your own words.")]


def where_of(desk: Desk, home: Path | None, vault: Path | None, office: str) -> house.Where:
    """Where an officer files items of the house."""
    return house.Where(vault=vault or settings_of(home).vault, office=pick_office(desk, office))


def told(said: Said, what: str, *, as_json: bool, **more: Any) -> None:
    """Print where an item or a step was filed."""
    emit_or_print({**said_value(said), **more}, [outcome(said, what)], as_json=as_json)

"""Observe, merging: two reports of one thing become one by an inference, which can be undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from tieline.cli.choosing import pick_office
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.look import examples
from tieline.cli.observeparts import (
    DryRunOption,
    Filing,
    YesOption,
    picture_at,
    weigh_and_file,
)
from tieline.desk.reviewing import grounds_of, new_merge, new_withdrawal
from tieline.desk.speaking import Desk

AuthorOption = Annotated[
    str, typer.Option("--author", help="Whose conclusion; your person's id if left out.")
]


def merge(
    one: Annotated[str, typer.Argument(metavar="KEY", help="The key that will be shown.")],
    other: Annotated[str, typer.Argument(metavar="KEY", help="The other key of the same thing.")],
    *,
    because: Annotated[str, typer.Option("--because", help="Why they are one, in your words.")],
    ground: Annotated[
        list[str] | None,
        typer.Option("--ground", help="A statement it rests on; all about the two if left out."),
    ] = None,
    author: AuthorOption = "",
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that two keys name one thing: an inference with its grounds and its author.

    Both reports stay as they are. `observe undo` takes it back, `observe without` shows the
    picture without it.
    """
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        grounds = tuple(ground or grounds_of(seen, one, other))
        found = new_merge(
            seen, one, other, because=because, grounds=grounds, author=author or _author(desk)
        )
        filing = Filing(home=home, vault=vault, yes=yes, dry_run=dry_run, as_json=as_json)
        more = {"inference": found.id, "grounds": list(found.grounds)}
        weigh_and_file(desk, seen, [found], filing, more)


def undo(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A statement or inference.")],
    *,
    why: Annotated[str, typer.Option("--why", help="Why it is taken back.")],
    author: AuthorOption = "",
    yes: YesOption = False,
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a statement or inference back; it stays readable and counts no more."""
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        today = datetime.now(UTC).date()
        found = new_withdrawal(seen, id_, why=why, author=author or _author(desk), on=today)
        filing = Filing(home=home, vault=vault, yes=yes, as_json=as_json)
        weigh_and_file(desk, seen, [found], filing, {"withdrawn": id_})


def _author(desk: Desk) -> str:
    return desk.signers(pick_office(desk, "", ("desk",)), 1)[0].id


def register(observe: typer.Typer) -> None:
    """Hang the verbs into `tieline observe`."""
    observe.command(
        epilog=examples(
            "tieline observe merge round-17 chase-song --because 'same persons, city and days' "
            "--ground 003-3 --ground 004-4",
            "tieline observe merge summit-sf summit-biden-xi --because 'one meeting' --dry-run",
        )
    )(merge)
    observe.command(epilog=examples("tieline observe undo i-same-round-17 --why 'another year'"))(
        undo
    )

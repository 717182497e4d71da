"""Roster: our persons, offices and addresses, as every line knows them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import typer

from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    LineOption,
    OfficerOption,
    VaultOption,
    desk_at,
    settings_of,
)
from tieline.cli.init import check_office
from tieline.cli.look import examples, outcome, safe, said_value, table, tell
from tieline.cli.rosterview import roster_value, show_parts
from tieline.desk import rosters
from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, TielineError, UsageError
from tieline.home import OFFICES, OfficerLabel
from tieline.record.roster import Person, Roster
from tieline.record.rosterchain import read_roster
from tieline.record.strict import b64decode
from tieline.transport.sockets import split_address

group = typer.Typer(no_args_is_help=True, help="Our persons, offices and addresses.")

LineAll = Annotated[str, typer.Option("--line", help="On this line only; else on every line.")]
AloneOption = Annotated[
    bool, typer.Option("--alone", help="File at once, without a second person; others see it.")
]
Who = Annotated[str, typer.Argument(metavar="OFFICER", help="Label or id.")]


def show(
    *,
    party: Annotated[str, typer.Option("--party", help="Another party's; else ours.")] = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who may speak for a party on a line, and which offices are vacant.

    For our own it also brings the labels kept in this home in step with what was published.
    """
    with desk_at(home) as desk:
        changed = rosters.in_step(desk)
        roster = _current(desk, line, party)
        labels = {o.id: o.label for o in desk.card.officers if roster.party == desk.card.handle}
    value = roster_value(roster, labels)
    kept = safe(f"kept in step here: {', '.join(changed)}", "dim") if changed else ""
    tell(value, *show_parts(roster, labels), *([kept] if kept else []), as_json=as_json)


def _current(desk: Desk, line: str, party: str = "") -> Roster:
    current: Any = desk.client.call("roster.current", line=line, party=party)
    return read_roster(b64decode(current["envelope"]))[1]


def _publish(
    desk: Desk, line: str, change: rosters.Change, words: str, *, vault: Any, alone: bool
) -> list[dict[str, object]]:
    """Publish on one line or on all; a row for each, with what became of it.

    Raises:
        TielineError: it failed on every line.
    """
    told: Any = desk.client.call("info")
    lines = [line] if line else [one["line"] for one in told["lines"]]
    if not lines:
        raise RefusedError(
            "there is no line to publish on", advice="Open one: tieline line invite."
        )
    rows: list[dict[str, object]] = []
    first: TielineError | None = None
    for one in lines:
        try:
            said = rosters.publish(
                desk, line=one, vault=vault, change=change, words=words, alone=alone
            )
            rows.append({"line": one, "title": _title(told, one), **said_value(said)})
        except TielineError as error:
            first = first or error
            rows.append({"line": one, "title": _title(told, one), "error": str(error)})
    if first is not None and all("error" in row for row in rows):
        raise first
    return rows


def _title(told: Any, line: str) -> str:
    return next((str(one["title"]) for one in told["lines"] if one["line"] == line), "") or line


def _report(rows: list[dict[str, object]], what: str, *, as_json: bool) -> None:
    out = table("line", what)
    for row in rows:
        if "error" in row:
            words = safe(str(row["error"]), "bold red")
        else:
            said = Said(
                short=str(row["short"]),
                ref=str(row["ref"]),
                id=str(row["id"]),
                waiting=bool(row["waiting"]),
            )
            words = outcome(said, "Roster")
        out.add_row(safe(str(row["title"]), "bold"), words)
    tell(rows, out, as_json=as_json)
    if any("error" in row for row in rows):
        raise typer.Exit(RefusedError.exit_code)


def _change(
    home: Any,
    officers: list[str] | None,
    make: Callable[[Desk], tuple[rosters.Change, str]],
    *,
    line: str,
    vault: Any,
    alone: bool,
    as_json: bool,
) -> None:
    """What enrol, revoke, vacate, fill and address have in common."""
    with desk_at(home, officers) as desk:
        place = vault or settings_of(home).vault
        change, words = make(desk)
        rows = _publish(desk, line, change, words, vault=place, alone=alone)
        rosters.in_step(desk)
    _report(rows, words, as_json=as_json)


def _label(desk: Desk, text: str) -> OfficerLabel | None:
    with suppress(UsageError):
        return desk.card.officer(text)
    return None


def _id(desk: Desk, text: str) -> str:
    """A person's id: of one of ours by label, else as it stands in the roster."""
    officer = _label(desk, text)
    return officer.id if officer is not None else text


def parse_offices(text: str) -> tuple[str, ...]:
    """Offices of a list with commas.

    Raises:
        UsageError: one of them is no name, or there is none.
    """
    offices = tuple(check_office(part.strip()) for part in text.split(",") if part.strip())
    if not offices:
        raise UsageError("no office is named", advice=f"The usual ones: {', '.join(OFFICES)}.")
    return tuple(dict.fromkeys(offices))


def enrol(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="Stays in this home.")],
    offices: Annotated[str, typer.Option("--offices", metavar="OFFICE,...", help="Which.")],
    *,
    alone: AloneOption = False,
    line: LineAll = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enrol a person, or give one other offices.

    A new person gets a key in this home; other parties learn an id, never the label.
    """
    wanted = parse_offices(offices)

    def make(desk: Desk) -> tuple[rosters.Change, str]:
        known = _label(desk, label)
        if known is None:
            return rosters.enrol(rosters.new_person(desk, label, wanted)), "enrol a person"
        key = next(p.key for p in desk.home.persons(desk.card) if p.id == known.id)
        return rosters.enrol(Person(id=known.id, key=key, offices=wanted)), "change offices"

    _change(home, officer, make, line=line, vault=vault, alone=alone, as_json=as_json)


def revoke(
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why; all parties read it.")],
    *,
    suspect: Annotated[
        bool, typer.Option("--suspect", help="Flag what comes, and remove nothing.")
    ] = False,
    alone: AloneOption = False,
    line: LineAll = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a person's key count no longer, from the next entry on.

    After a theft there may be no second person left to sign: then use `--alone`.
    """

    def make(desk: Desk) -> tuple[rosters.Change, str]:
        change = rosters.revoke(_id(desk, who), reason, suspect=suspect)
        return change, "suspect a key" if suspect else "revoke a key"

    _change(home, officer, make, line=line, vault=vault, alone=alone, as_json=as_json)


def vacate(
    office: Annotated[str, typer.Argument(metavar="OFFICE", help="Which office.")],
    *,
    alone: AloneOption = False,
    line: LineAll = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an office as vacant: nobody speaks for it until it is filled."""

    def make(desk: Desk) -> tuple[rosters.Change, str]:
        del desk
        return rosters.vacate(check_office(office)), f"vacate {office}"

    _change(home, officer, make, line=line, vault=vault, alone=alone, as_json=as_json)


def fill(
    office: Annotated[str, typer.Argument(metavar="OFFICE", help="Which office.")],
    who: Who,
    *,
    title: Annotated[str, typer.Option("--title", help="Name of an office that is new.")] = "",
    alone: AloneOption = False,
    line: LineAll = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a person who is enrolled speak for an office; a new office is made."""

    def make(desk: Desk) -> tuple[rosters.Change, str]:
        name = check_office(office)
        return rosters.fill(name, _id(desk, who), title), f"fill {name}"

    _change(home, officer, make, line=line, vault=vault, alone=alone, as_json=as_json)


def address(
    given: Annotated[
        list[str] | None, typer.Argument(metavar="[HOST:PORT]...", help="None: by pouch only.")
    ] = None,
    *,
    alone: AloneOption = False,
    line: LineAll = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say where peers reach our node, with our certificate as it is now."""
    addresses = tuple(given or ())
    for text in addresses:
        if not split_address(text)[1]:
            raise UsageError(f"port 0 in {text!r} is no port that a peer can call")

    def make(desk: Desk) -> tuple[rosters.Change, str]:
        certificate = desk.home.tls().certificate()
        return rosters.address(addresses, certificate), "change addresses"

    _change(home, officer, make, line=line, vault=vault, alone=alone, as_json=as_json)


def rotate(
    who: Who,
    *,
    reason: Annotated[str, typer.Option("--reason", help="All parties read it.")] = "new key",
    alone: AloneOption = False,
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a fresh key in the place of a person's old one, on every line.

    Both persons sign at once (`--as` twice): while one half waited, the old and the new key would
    both be in doubt. The old key is deleted here once every line has the new one.
    """
    with desk_at(home, officer) as desk:
        if len(set(officer or ())) < 2 and not alone:
            raise RefusedError(
                "a key is changed by two persons at once",
                advice="Name both with --as, or use --alone if there is no second person.",
            )
        old = desk.card.officer(who)
        fresh, person = rosters.fresh_key(desk, old)
        change = rosters.rotate(old.id, person, reason)
        place = vault or settings_of(home).vault
        # The message is judged by the roster that it brings, so the new key signs it.
        rosters.replace_key(desk, old, fresh)
        desk.choose(tuple(fresh.id if o == old.id else o for o in officer or ()))
        try:
            rows = _publish(desk, "", change, "change a key", vault=place, alone=alone)
        except TielineError:
            rosters.replace_key(desk, fresh, old)
            rosters.key_path(desk, fresh.id).unlink()
            raise
        if not any("error" in row for row in rows):
            rosters.key_path(desk, old.id).unlink(missing_ok=True)
    _report(rows, "change a key", as_json=as_json)


EXAMPLES: dict[Callable[..., None], tuple[str, ...]] = {
    show: ("tieline roster show", "tieline roster show --party bravo --line border"),
    enrol: (
        "tieline roster enrol carla --offices watch --as anna --as ben",
        "tieline roster enrol carla --offices watch,desk --vault stick/vault",
    ),
    rotate: ("tieline roster rotate anna --as anna --as ben",),
    revoke: (
        'tieline roster revoke ben --reason "Key lost on 3 May" --as anna --as carla',
        'tieline roster revoke p-62cb24 --reason "Stolen" --alone',
        'tieline roster revoke ben --reason "Laptop out of sight" --suspect',
    ),
    vacate: ("tieline roster vacate principal --as anna --as ben",),
    fill: (
        "tieline roster fill principal carla --as anna --as ben",
        'tieline roster fill liaison carla --title "Liaison officer"',
    ),
    address: (
        "tieline roster address line.example:8440 --as anna --as ben",
        "tieline roster address [2001:db8::7]:8440 192.0.2.7:8440",
    ),
}


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    for command, lines in EXAMPLES.items():
        group.command(epilog=examples(*lines))(command)
    app.add_typer(group, name="roster")

"""Init: make a party here, with a vault for the keys that do not belong on a node."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli.frame import HomeOption, JsonOption
from tieline.cli.look import examples, facts, safe, tell
from tieline.errors import MalformedError, UsageError
from tieline.home import OFFICES, Home, PartyCard, create_home
from tieline.record.message import check_handle
from tieline.record.rosterchain import spoken
from tieline.settings import FILE_NAME, Settings, load_settings, write_settings
from tieline.transport.sockets import split_address

OFFICERS = ("first", "second")
"""Labels of the two persons whom a party has if none is named: grave steps need two."""

GROUPS_A_ROW = 6
"""Of the fingerprint: two rows of six groups are easy to read aloud."""
ABOUT = """\
The vault holds the keys that make the party: root, operator, archive and spare keys. Move it to
a stick in a safe, and name it with --vault when a command asks for it.
The marks say how far each log was signed. Leave them out of every backup: a restored home must
not be able to sign again what somebody has seen go further."""
NEXT = """\
1. Give the fingerprint to the other party by voice or on paper, and take theirs.
2. One of you invites:    tieline line invite PARTY="FINGERPRINT" --title "..." --pouch FOLDER
3. The other joins:       tieline line join FOLDER --from PARTY="FINGERPRINT"
`tieline doctor` checks this home at any time."""

Officers = list[tuple[str, tuple[str, ...]]]


def parse_officers(texts: list[str]) -> Officers:
    """Persons with their offices, of ``LABEL`` or ``LABEL:office,office``.

    Raises:
        UsageError: no label, a label twice, or an office that is no name.
    """
    found: Officers = []
    for text in texts or list(OFFICERS):
        label, colon, listed = text.partition(":")
        offices = tuple(o.strip() for o in listed.split(",")) if colon else OFFICES
        if not label.strip() or label in [known for known, _ in found]:
            raise UsageError(
                f"--officer {text!r} has no label, or one that is taken",
                advice="Write LABEL:office,office with another label for each person.",
            )
        for office in offices:
            check_office(office)
        found.append((label.strip(), tuple(dict.fromkeys(offices))))
    return found


def check_office(office: str) -> str:
    """The name of an office.

    Raises:
        UsageError: it is not one.
    """
    try:
        return check_handle(office, "office")
    except MalformedError as error:
        raise UsageError(
            str(error), advice=f"Offices are short names; the usual ones: {', '.join(OFFICES)}."
        ) from None


def _settings(
    home: Path | None, vault: Path | None, marks: Path | None, listen: str
) -> tuple[Settings, dict[str, str]]:
    """The settings of the new home, and what its file has to say about them."""
    settings, origins = load_settings(home)
    written = {n: str(getattr(settings, n)) for n, o in origins.items() if o == FILE_NAME}
    if vault is not None:
        written["vault"] = str(vault.expanduser().absolute())
    if marks is not None:
        written["marks"] = str(marks.expanduser().absolute())
    if listen:
        split_address(listen)
        written["listen"] = listen
    settings = replace(
        settings,
        vault=Path(written.get("vault", settings.vault)),
        marks=Path(written.get("marks", settings.marks)),
        listen=written.get("listen", settings.listen),
    )
    for name, place in (("marks", settings.marks), ("vault", settings.vault)):
        if place.resolve().is_relative_to(settings.home.resolve()):
            raise UsageError(
                f"the {name} may not lie inside the home {settings.home}",
                advice=f"Name a folder elsewhere with --{name}: copies of the home must lack it.",
            )
    return settings, written


def _keep_offices(home: Home, card: PartyCard) -> PartyCard:
    """Remember offices beyond the usual ones, if somebody holds them."""
    held = {office for officer in card.officers for office in officer.offices}
    more = {office: office.capitalize() for office in sorted(held - set(card.offices))}
    if more:
        card = replace(card, offices=card.offices | more)
        home.write_card(card)
    return card


def init(
    handle: Annotated[str, typer.Argument(help="Short name: a-z, 0-9 and -, a letter first.")],
    *,
    name: Annotated[str, typer.Option("--name", help="The party's full name.")] = "",
    officer: Annotated[
        list[str] | None,
        typer.Option(
            "--officer",
            metavar="LABEL:OFFICE,...",
            help="A person and the offices held; once for each person.",
        ),
    ] = None,
    vault: Annotated[
        Path | None,
        typer.Option("--vault", help="Folder for root, operator, archive and spare keys."),
    ] = None,
    marks: Annotated[
        Path | None, typer.Option("--marks", help="Folder for the signer's high-water marks.")
    ] = None,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where peers reach this node.")
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a party: its home, its vault and its persons' keys.

    Without `--officer` there are two persons, *first* and *second*, each of whom holds the offices
    watch, desk and principal. Grave steps need two persons' signatures.
    """
    settings, written = _settings(home, vault, marks, listen)
    card = create_home(
        settings.home,
        settings.vault,
        handle=handle,
        name=name or handle,
        officers=parse_officers(officer or []),
    )
    card = _keep_offices(Home(settings.home), card)
    if written:
        write_settings(settings.home, written)
    tell(_value(card, settings), *_parts(card, settings), as_json=as_json)


def _value(card: PartyCard, settings: Settings) -> dict[str, object]:
    return {
        "handle": card.handle,
        "name": card.name,
        "fingerprint": card.fingerprint,
        "home": str(settings.home),
        "vault": str(settings.vault),
        "marks": str(settings.marks),
        "listen": settings.listen,
        "officers": [
            {"id": o.id, "label": o.label, "offices": list(o.offices)} for o in card.officers
        ],
    }


def _parts(card: PartyCard, settings: Settings) -> tuple[RenderableType, ...]:
    digits = spoken(card.fingerprint).split(" ")
    rows = [" ".join(digits[i : i + GROUPS_A_ROW]) for i in range(0, len(digits), GROUPS_A_ROW)]
    persons = "\n".join(f"{o.label} ({o.id}): {', '.join(o.offices)}" for o in card.officers)
    return (
        facts(
            ("party", safe(f"{card.handle} ({card.name})", "bold")),
            ("fingerprint", safe("\n".join(rows), "bold")),
            ("persons", persons),
            ("home", str(settings.home)),
            ("vault", str(settings.vault)),
            ("marks", str(settings.marks)),
        ),
        f"\n{ABOUT}",
        safe("\nNext", "bold"),
        NEXT,
    )


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(
        epilog=examples(
            'tieline init alpha --name "Ministry of Alpha"',
            "tieline init bravo --officer anna:watch,desk --officer ben:watch,principal",
            "tieline init alpha --home alpha --vault stick/vault --listen 192.0.2.7:8440",
        )
    )(init)

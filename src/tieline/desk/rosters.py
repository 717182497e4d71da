"""Rosters: enrol, rotate, revoke, vacate and fill, each as the next version of our roster.

The operator key signs the new version; it comes from the vault and is read here, never by
the node. The message that publishes it is signed by officers as any other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UsageError
from tieline.home import OfficerLabel, PartyCard, read_vault
from tieline.record import ed25519
from tieline.record.roster import Cutoff, OfficeSeat, Person, Roster
from tieline.record.rosterchain import read_roster
from tieline.record.strict import b64decode
from tieline.replication.founding import next_roster
from tieline.signer import KeyFile, write_key

Change = Callable[[Roster, dict[str, int]], Roster]


def publish(desk: Desk, *, line: str, vault: Path, change: Change, words: str) -> Said:
    """Publish the next version of our roster on a line.

    Raises:
        RefusedError: nothing would change.
    """
    current = desk.client.call("roster.current", line=line)
    assert isinstance(current, dict)
    envelope = b64decode(str(current["envelope"]))
    _, roster = read_roster(envelope)
    sizes = current["sizes"]
    assert isinstance(sizes, dict)
    changed = change(roster, {str(o): int(str(n)) for o, n in sizes.items()})
    if changed == roster:
        raise RefusedError("the roster says so already; nothing was published")
    following = next_roster(
        roster,
        envelope,
        read_vault(vault).operator,
        persons=changed.persons,
        offices=changed.offices,
        cutoffs=changed.cutoffs,
        addresses=changed.addresses,
        certificate=changed.certificate,
    )
    return desk.say(
        line=str(current["line"]),
        kind="roster.publish",
        body={"version": roster.version + 1, "change": words},
        office=_office(desk),
        clear=(following,),
    )


def _office(desk: Desk) -> str:
    for officer in desk.card.officers:
        if officer.offices:
            return officer.offices[0]
    raise RefusedError("nobody here holds an office")


def enrol(person: Person) -> Change:
    """Add a person, or give one other offices."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        del sizes
        others = tuple(p for p in roster.persons if p.id != person.id)
        return _with_offices(replace(roster, persons=(*others, person)))

    return change


def revoke(person: str, reason: str, *, suspect: bool = False) -> Change:
    """A person's key counts no longer from the next entry of each log on."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        if roster.person(person) is None:
            raise UsageError(f"the roster has no person {person}")
        cutoffs = tuple(
            Cutoff(key=person, log=origin, index=size + 1, reason=reason, suspect=suspect)
            for origin, size in sorted(sizes.items())
        )
        kept = tuple(p for p in roster.persons if p.id != person or suspect)
        return _with_offices(replace(roster, persons=kept, cutoffs=(*roster.cutoffs, *cutoffs)))

    return change


def vacate(office: str) -> Change:
    """Show an office as vacant: nobody speaks for it until it is filled."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        del sizes
        if roster.office(office) is None:
            raise UsageError(f"the roster has no office {office}")
        persons = tuple(
            replace(p, offices=tuple(o for o in p.offices if o != office)) for p in roster.persons
        )
        return _with_offices(replace(roster, persons=persons))

    return change


def fill(office: str, person: str, title: str = "") -> Change:
    """Let a person speak for an office, made new if the roster lacks it."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        del sizes
        found = roster.person(person)
        if found is None:
            raise UsageError(f"the roster has no person {person}")
        offices = roster.offices
        if roster.office(office) is None:
            offices = (*offices, OfficeSeat(name=office, title=title or office, filled=True))
        persons = tuple(
            replace(p, offices=(*p.offices, office))
            if p.id == person and office not in p.offices
            else p
            for p in roster.persons
        )
        return _with_offices(replace(roster, persons=persons, offices=offices))

    return change


def address(addresses: tuple[str, ...], certificate: bytes) -> Change:
    """Say where our node listens."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        del sizes
        return replace(roster, addresses=addresses, certificate=certificate)

    return change


def _with_offices(roster: Roster) -> Roster:
    held = {office for person in roster.persons for office in person.offices}
    return replace(
        roster,
        offices=tuple(replace(o, filled=o.name in held) for o in roster.offices),
    )


def new_person(desk: Desk, label: str, offices: tuple[str, ...]) -> Person:
    """Make a person's key in our home and remember the label; the roster comes after."""
    officer = desk.home.add_officer(label, offices)
    _remember(desk, (*desk.card.officers, officer))
    public = ed25519.public_of(desk.home.officer_seed(officer.id))
    return Person(id=officer.id, key=public, offices=offices)


def rotated(desk: Desk, officer: OfficerLabel) -> Person:
    """A fresh key for a person: a new id, the same label and offices."""
    person = f"p-{os.urandom(3).hex()}"
    seed = os.urandom(ed25519.SEED_BYTES)
    path = desk.home.path / "officers" / f"{person}.key"
    write_key(path, KeyFile(purpose="officer", name=person, seeds={"ed25519": seed}))
    fresh = OfficerLabel(id=person, label=officer.label, offices=officer.offices)
    others = tuple(o for o in desk.card.officers if o.id != officer.id)
    _remember(desk, (*others, fresh))
    return Person(id=person, key=ed25519.public_of(seed), offices=officer.offices)


def rotate(old: str, fresh: Person, reason: str) -> Change:
    """Put a fresh key in the place of an old one, which counts no longer."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        return enrol(fresh)(revoke(old, reason)(roster, sizes), sizes)

    return change


def keep_offices(desk: Desk, changed: dict[str, tuple[str, ...]]) -> None:
    """Keep the card in step with the roster: offices by person id."""
    _remember(
        desk,
        tuple(replace(o, offices=changed.get(o.id, o.offices)) for o in desk.card.officers),
    )


def _remember(desk: Desk, officers: tuple[OfficerLabel, ...]) -> None:
    card: PartyCard = replace(desk.card, officers=officers)
    desk.home.write_card(card)
    desk.card = card

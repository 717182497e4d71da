"""Rosters: enrol, rotate, revoke, vacate and fill, each as the next version of our roster.

The operator key signs the new version; it comes from the vault and is read here, never by
the node. The message that publishes it is signed by officers as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UsageError
from tieline.home import OfficerLabel, PartyCard, read_vault
from tieline.record import dsse, ed25519
from tieline.record.message import MESSAGE_TYPE
from tieline.record.roster import Cutoff, OfficeSeat, Person, Roster
from tieline.record.rosterchain import read_roster
from tieline.record.strict import JsonValue, b64decode, b64encode
from tieline.replication.founding import next_roster

PUBLISH = "roster.publish"

Change = Callable[[Roster, dict[str, int]], Roster]


def publish(
    desk: Desk, *, line: str, vault: Path, change: Change, words: str, alone: bool = False
) -> Said:
    """Publish the next version of our roster on a line.

    ``alone`` files it with the signatures at hand, without waiting for a second person: the
    roster counts all the same, and the others see that somebody acted alone.

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
    body: dict[str, JsonValue] = {"version": roster.version + 1, "change": words}
    say = _say_alone if alone else _say
    return say(desk, str(current["line"]), body, following)


def _say(desk: Desk, line: str, body: dict[str, JsonValue], roster: bytes) -> Said:
    office = _office(desk)
    return desk.say(line=line, kind=PUBLISH, body=body, office=office, clear=(roster,))


def _say_alone(desk: Desk, line: str, body: dict[str, JsonValue], roster: bytes) -> Said:
    office = _office(desk)
    composed = desk.client.call("compose", line=line, kind=PUBLISH, body=body, office=office)
    assert isinstance(composed, dict)
    payload = b64decode(str(composed["payload"]))
    seeds = {o.id: desk.home.officer_seed(o.id) for o in desk.signers(office, 2)}
    envelope = dsse.sign_many(MESSAGE_TYPE, payload, seeds)
    filed = desk.client.call(
        "file", line=line, envelope=b64encode(envelope), clear=[b64encode(roster)]
    )
    assert isinstance(filed, dict)
    return Said(
        short=str(filed["short"]), ref=str(filed["ref"]), id=str(composed["id"]), waiting=False
    )


def _office(desk: Desk) -> str:
    """The office that most persons here may sign for: a second one may have to."""
    offices = dict.fromkeys(o for officer in desk.card.officers for o in officer.offices)
    best = max(offices, key=lambda office: len(desk.able(office)), default="")
    if not best or not desk.able(best):
        raise RefusedError(
            "nobody here holds an office", advice="Name persons who share one with --as."
        )
    return best


def enrol(person: Person) -> Change:
    """Add a person, or give one other offices; offices that there were none of are made."""

    def change(roster: Roster, sizes: dict[str, int]) -> Roster:
        del sizes
        if roster.person(person.id) == person:
            return roster
        others = tuple(p for p in roster.persons if p.id != person.id)
        fresh = tuple(
            OfficeSeat(name=name, title=name.capitalize(), filled=True)
            for name in person.offices
            if roster.office(name) is None
        )
        offices = (*roster.offices, *fresh)
        return _with_offices(replace(roster, persons=(*others, person), offices=offices))

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


def fresh_key(desk: Desk, officer: OfficerLabel) -> tuple[OfficerLabel, Person]:
    """A new key for a person, under a new id with the same label and offices.

    The card still names the old one until :func:`replace_key`.
    """
    fresh = desk.home.add_officer(officer.label, officer.offices)
    public = ed25519.public_of(desk.home.officer_seed(fresh.id))
    return fresh, Person(id=fresh.id, key=public, offices=officer.offices)


def key_path(desk: Desk, person: str) -> Path:
    """Where a person's key lies, if it lies here."""
    return desk.home.path / "officers" / f"{person}.key"


def replace_key(desk: Desk, old: OfficerLabel, fresh: OfficerLabel) -> None:
    """Let the card name the new key; the old one stays where it is."""
    _remember(desk, tuple(fresh if o.id == old.id else o for o in desk.card.officers))


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


def own_rosters(desk: Desk) -> list[Roster]:
    """Our newest roster on every line."""
    told = desk.client.call("info")
    assert isinstance(told, dict)
    lines = told["lines"]
    assert isinstance(lines, list)
    found = []
    for line in lines:
        assert isinstance(line, dict)
        try:
            current = desk.client.call("roster.current", line=line["line"])
        except RefusedError:
            continue  # a line that we began to open and have no roster on yet
        assert isinstance(current, dict)
        found.append(read_roster(b64decode(str(current["envelope"])))[1])
    return found


def in_step(desk: Desk) -> tuple[str, ...]:
    """Make the card say what our rosters say, after a change was released; labels that changed.

    A person whom no roster knows keeps the offices noted here until one does; a person whose key
    was revoked has none.
    """
    rosters = own_rosters(desk)
    changed: dict[str, tuple[str, ...]] = {}
    for officer in desk.card.officers:
        found = [p.offices for r in rosters if (p := r.person(officer.id)) is not None]
        held = tuple(dict.fromkeys(office for offices in found for office in offices))
        is_revoked = any(c.key == officer.id and not c.suspect for r in rosters for c in r.cutoffs)
        if (found or is_revoked) and set(held) != set(officer.offices):
            changed[officer.id] = held
    titles = {o.name: o.title for r in rosters for o in r.offices}
    if changed or set(titles) - set(desk.card.offices):
        desk.card = replace(desk.card, offices=titles | desk.card.offices)
        keep_offices(desk, changed)
    return tuple(o.label for o in desk.card.officers if o.id in changed)


def _remember(desk: Desk, officers: tuple[OfficerLabel, ...]) -> None:
    card: PartyCard = replace(desk.card, officers=officers)
    desk.home.write_card(card)
    desk.card = card

"""Counterpart: who a seat or a person is, with whom they sat, and what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.answers import ladder, named, next_filled, seat_of
from tieline.answers.told import kind_of, no_such
from tieline.days import Days, Sure
from tieline.observer.assertion import Attendance, Contact, Person, Round, Seat
from tieline.observer.claims import settle, unique
from tieline.observer.picture import cite_of
from tieline.papers.paper import Entry, Section
from tieline.papers.sections import (
    Asked,
    differ_section,
    open_section,
    section,
    unknown_section,
)
from tieline.papers.wordings import (
    day_words,
    either,
    newest,
    seat_entry,
    tenure_words,
    topic_words,
    unknown_entry,
)

if TYPE_CHECKING:
    from tieline.answers import SeatView
    from tieline.observer.claims import Cite
    from tieline.observer.picture import Picture


def counterpart_sections(asked: Asked, key: str) -> tuple[str, list[Section]]:
    """Title and sections of a brief on a seat (by key) or a person (by key or name)."""
    picture = asked.picture
    names = _names(picture, key)
    views = _seats(asked, key, names)
    people = names or {
        tenure.holder.casefold() for view in views for tenure in view.history if tenure.holder
    }
    party = next((view.party for view in views if view.party), None)
    title = _title(picture, key, names, views)
    sections = [
        _who(asked, views),
        _opposite(asked, views),
        section(
            "Who held it before",
            [
                Entry(label=view.thing.name, text=f"{tenure_words(one)}.", cites=one.cites)
                for view in views
                for one in reversed(view.history)
            ],
            asked.lists(f"counterparts --on {asked.on}"),
            "Nobody is reported.",
        ),
        _meetings(asked, people),
        _words(asked, people),
        open_section(asked, sides=(party,) if party else ()),
        *differ_section(asked, [view.thing.key for view in views]),
    ]
    missing = [f"{v.office or v.thing.key}: holder" for v in views if not v.now]
    missing += [f"{v.office or v.thing.key}: level" for v in views if not v.level]
    missing += [f"{v.office or v.thing.key}: counterpart" for v in views if not v.counterpart]
    missing += [
        f"{tenure.holder or 'vacant'}: since when"
        for v in views
        for tenure in v.now
        if tenure.start is None
    ]
    sections.append(
        unknown_section(
            unknown_entry("the counterpart", missing), asked.lists(f"counterparts --on {asked.on}")
        )
    )
    return title, sections


def _names(picture: Picture, key: str) -> set[str]:
    """The names of a person, in one case; empty when the key is that of a seat."""
    if kind_of(picture, picture.key(key)) == "seat":
        return set()
    claims = picture.about(Person, key)
    names = {name for claim in claims for name in claim.assertion.names}
    return {name.casefold() for name in names or {key}}


def _seats(asked: Asked, key: str, names: set[str]) -> list[SeatView]:
    if not names:
        return [seat_of(asked.picture, key, on=asked.on)]
    every = [seat for rung in ladder(asked.picture, on=asked.on).rungs for seat in rung.seats]
    found = [
        seat
        for seat in every
        if names & {(tenure.holder or "").casefold() for tenure in seat.history}
    ]
    there = {c.assertion.person.casefold() for c in asked.picture.of(Attendance)}
    if not found and not names & there:
        raise no_such(key, sorted(there), "nobody is reported by the name")
    return found


def _title(picture: Picture, key: str, names: set[str], views: list[SeatView]) -> str:
    if not names:
        view = views[0]
        return f"{view.party or 'Side not said'}: {view.office or view.thing.name}"
    spelled = unique(
        [c.assertion.person for c in picture.of(Attendance)]
        + [c.assertion.holder for c in picture.of(Seat) if c.assertion.holder]
    )
    shown = [name for name in spelled if name.casefold() in names]
    return shown[0] if shown else named(picture, key).name


def _who(asked: Asked, views: list[SeatView]) -> Section:
    entries = []
    for view in views:
        entries.append(seat_entry(view))
        rank = either(view.rank)
        if rank:
            cites = tuple(cite for told in view.rank for cite in told.cites)
            entries.append(Entry(label="rank", text=f"{rank} (1 is the highest).", cites=cites))
    return section(
        f"Who, as of {asked.on}",
        entries,
        asked.lists(f"counterparts --on {asked.on}"),
        "No seat of theirs is reported.",
    )


def _opposite(asked: Asked, views: list[SeatView]) -> Section:
    """Who sits on the other side of each seat, and where a request can go if nobody does."""
    entries: list[Entry] = []
    keys = {view.thing.key for view in views}
    for rung in ladder(asked.picture, on=asked.on).rungs:
        if not keys & {seat.thing.key for seat in rung.seats}:
            continue
        others = [seat for seat in rung.seats if seat.thing.key not in keys]
        entries += [seat_entry(seat) for seat in others]
        entries += [
            Entry(label=party, text="No seat of this side is reported on this level.")
            for party in rung.missing
        ]
    for view in views:
        way = next_filled(asked.picture, view.thing.key, on=asked.on)
        if way.why and way.next is not None:
            seats = "; ".join(f"{s.party}: {s.office or s.thing.key}" for s in way.next.seats)
            sure = "" if way.sure is Sure.YES else ", perhaps"
            entries.append(
                Entry(
                    label="a request",
                    text=f"{way.why}; the next level filled on both sides{sure}: {seats}.",
                    cites=tuple(cite for s in way.next.seats for cite in s.cites),
                )
            )
    return section(
        "Opposite them",
        entries,
        asked.lists(f"counterparts --on {asked.on}"),
        "No counterpart is reported.",
    )


def _meetings(asked: Asked, people: set[str]) -> Section:
    """Rounds and contacts at which they are reported present, the latest first."""
    picture = asked.picture
    found: dict[str, list[tuple[str, Cite]]] = {}
    for claim in picture.of(Attendance):
        if claim.assertion.person.casefold() in people:
            office = f"{claim.assertion.person}, {claim.assertion.office or 'office not said'}"
            found.setdefault(picture.key(claim.assertion.thing), []).append((office, claim.cite))
    listed = sorted(found, key=lambda key: newest(_days(picture, key), asked.on))
    entries = []
    for key in listed:
        styled = " / ".join(unique(office for office, _ in found[key]))
        text = f"{named(picture, key).name}: {styled}."
        entries.append(
            Entry(
                label=_days(picture, key).words(),
                text=text,
                cites=unique(cite for _, cite in found[key]),
            )
        )
    return section(
        "Where they were present", entries, asked.lists("rounds"), "Presence is not reported."
    )


def _days(picture: Picture, key: str) -> Days:
    held = settle((c.assertion.held, c.cite) for c in picture.about(Round, key) if c.assertion.held)
    met = settle(
        (c.assertion.days, c.cite) for c in picture.about(Contact, key) if c.assertion.days
    )
    first = held or met
    return Days(earliest=first.days.earliest, latest=first.days.latest) if first else Days()


def _words(asked: Asked, people: set[str]) -> Section:
    """Everything that is reported as said by them, the latest first."""
    picture = asked.picture
    found = [
        one
        for one in picture.record.statements
        if one.speaker and one.speaker.casefold() in people and one.id not in picture.fallen
        if (one.happened or Days()).begun_by(asked.on) is not Sure.NO
    ]
    found.sort(key=lambda one: newest(one.happened, asked.on))
    entries = [
        Entry(
            label=day_words(one.happened or Days()),
            lead=", ".join(topic_words(topic) for topic in one.topics),
            text=f"{one.text} ({one.speaker}, {one.force.value})",
            cites=(cite_of(one),),
        )
        for one in found
    ]
    return section("What they said", entries, asked.lists("positions"), "Nothing is reported.")

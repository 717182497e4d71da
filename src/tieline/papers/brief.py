"""Brief: two pages on a counterpart, a round, a mechanism or a topic, before a meeting."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from tieline.answers import (
    RoundAnswer,
    as_known,
    due,
    named,
    positions_on,
    readouts_of,
    round_of,
    rounds_of,
    why,
)
from tieline.answers.told import kind_of, no_such
from tieline.days import Sure
from tieline.errors import UsageError
from tieline.observer.assertion import Attendance, Position, Round, Seat
from tieline.observer.claims import unique
from tieline.observer.picture import cite_of
from tieline.papers.counterpart import counterpart_sections
from tieline.papers.paper import Entry, Paper, Section
from tieline.papers.sections import (
    Asked,
    differ_section,
    history_section,
    made_at_section,
    open_section,
    positions_in_reports,
    positions_section,
    present_section,
    round_section,
    seats_section,
    section,
    standstill_section,
    unknown_of_due,
    unknown_section,
)
from tieline.papers.wordings import readout_entry, round_entry, topic_words, unknown_entry

if TYPE_CHECKING:
    from tieline.observer.picture import Picture
    from tieline.record.marking import Marking


class Subject(Enum):
    """What a brief can be on."""

    COUNTERPART = "counterpart"
    ROUND = "round"
    MECHANISM = "mechanism"
    TOPIC = "topic"


def brief(
    picture: Picture,
    key: str,
    *,
    on: date,
    mark: Marking,
    made: date,
    known_on: date | None = None,
    us: str = "",
    of: str = "",
    subject: Subject | None = None,
) -> Paper:
    """A brief on a thing, before it is cut to two pages.

    Args:
        picture: folded from what the readers under ``mark`` may see.
        key: of a seat, round, contact, mechanism, channel or topic, or the name of a person.
        on: the day as of which it speaks.
        mark: the handling mark of every page.
        made: the day in the file's metadata.
        known_on: use what was known by then; None for all.
        us: our own side, which stands first.
        of: the name of the record, for the commands that list what was left out.
        subject: what the key is of, when it could be several things.

    Raises:
        UsageError: nothing is reported under that key.
    """
    seen = as_known(picture, known_on)
    asked = Asked(picture=seen, on=on, us=us, of=of)
    chosen = subject or _subject(seen, key)
    title, sections = {
        Subject.COUNTERPART: counterpart_sections,
        Subject.ROUND: _round,
        Subject.MECHANISM: _mechanism,
        Subject.TOPIC: _topic,
    }[chosen](asked, key)
    return Paper(
        title=title,
        about=f"Brief on a {chosen.value}",
        mark=mark,
        on=on,
        known_on=known_on,
        made=made,
        sections=tuple(sections),
    )


def people(picture: Picture) -> tuple[str, ...]:
    """Everybody who is named in a seat or as present."""
    holders = [c.assertion.holder for c in picture.of(Seat) if c.assertion.holder]
    return unique([*holders, *(c.assertion.person for c in picture.of(Attendance))])


def _subject(picture: Picture, key: str) -> Subject:
    kind = kind_of(picture, picture.key(key))
    if kind in {"seat", "person"} or key.casefold() in {n.casefold() for n in people(picture)}:
        return Subject.COUNTERPART
    if kind == "round":
        return Subject.ROUND
    if kind in {"mechanism", "channel"}:
        return Subject.MECHANISM
    topics = {topic for one in picture.record.statements for topic in one.topics}
    topics |= {claim.assertion.thing for claim in picture.of(Position)}
    if key in topics:
        return Subject.TOPIC
    every = [*picture.things(Seat), *picture.things(Round), *sorted(topics), *people(picture)]
    raise no_such(key, every, "no brief can be made on")


def last_round(found: tuple[RoundAnswer, ...], on: date) -> RoundAnswer | None:
    """The last round that was, or may have been, held by a day."""
    past = [one for one in found if one.held and one.held.days.begun_by(on) is not Sure.NO]
    return past[-1] if past else None


def next_rounds(found: tuple[RoundAnswer, ...], on: date) -> list[Entry]:
    """Rounds that are planned and not known to be held by a day."""
    ahead = [
        one
        for one in found
        if one.plans and (one.held is None or one.held.days.begun_by(on) is Sure.NO)
    ]
    return [round_entry(one, label="ahead") for one in ahead]


def _mechanism(asked: Asked, key: str) -> tuple[str, list[Section]]:
    picture = asked.picture
    thing = named(picture, picture.key(key))
    has_rounds = any(
        c.assertion.of and picture.key(c.assertion.of) == thing.key for c in picture.of(Round)
    )
    found = rounds_of(picture, thing.key) if has_rounds else ()
    last = last_round(found, asked.on)
    more = asked.lists(f"rounds {thing.key}")
    keys = [one.thing.key for one in found]
    sections = [seats_section(asked, [*keys, thing.key], f"Who: the seats as of {asked.on}")]
    if last is not None:
        sections.append(present_section(asked, last, more, "Who was at the last round"))
    sections.append(history_section(asked, thing.key, found))
    ahead = next_rounds(found, asked.on)
    whole = round_section(last, "The last round", more)
    sections.append(
        Section(title=whole.title, entries=(*ahead, *whole.entries), more=more) if ahead else whole
    )
    made: tuple[str, ...] = ()
    if last is not None:
        made = tuple(one.thing.key for one in last.commitments)
        sections.append(made_at_section(asked, last))
    sections.append(open_section(asked, apart_from=made))
    sections.append(
        positions_section(
            asked,
            positions_in_reports(asked, last),
            "Positions by side, from the reports on that round",
            asked.lists("positions"),
        )
    )
    sections.append(standstill_section(asked, thing.key))
    sections += differ_section(asked, [thing.key, *keys])
    unknown = unknown_entry("the last round", last.unknown) if last else []
    unknown += unknown_entry("the standstill", why(picture, thing.key).unknown)
    unknown += unknown_of_due(due(picture, on=asked.on).items)
    sections.append(unknown_section(unknown, more))
    return thing.name, sections


def _round(asked: Asked, key: str) -> tuple[str, list[Section]]:
    picture = asked.picture
    answer = round_of(picture, key)
    more = asked.lists(f"round {answer.thing.key}")
    sections = [
        round_section(answer, "The round", more),
        present_section(asked, answer, more),
        seats_section(asked, [answer.thing.key], f"These seats as of {asked.on}"),
    ]
    if answer.mechanism is not None:
        series = rounds_of(picture, answer.mechanism.key)
        sections.append(history_section(asked, answer.mechanism.key, series))
    sections.append(_readouts(asked, answer.thing.key))
    sections.append(made_at_section(asked, answer))
    sections.append(
        positions_section(
            asked,
            positions_in_reports(asked, answer),
            "Positions by side, from the reports on this round",
            asked.lists("positions"),
        )
    )
    if answer.mechanism is not None:
        sections.append(standstill_section(asked, answer.mechanism.key))
    sections += differ_section(asked, [answer.thing.key])
    sections.append(unknown_section(unknown_entry("the round", answer.unknown), more))
    return answer.thing.name, sections


def _readouts(asked: Asked, key: str) -> Section:
    columns = sorted(readouts_of(asked.picture, key), key=lambda c: asked.first_us(c.side))
    entries = [readout_entry(one) for column in columns for one in column.readouts]
    return section(
        "Readouts, each side's own",
        entries,
        asked.lists(f"readouts {key}"),
        "No readout is reported.",
    )


def _topic(asked: Asked, key: str) -> tuple[str, list[Section]]:
    picture = asked.picture
    try:
        answers = positions_on(picture, key, on=asked.on)
    except UsageError:
        answers = ()
    told = [one for topic in answers for column in topic.sides for one in column.positions]
    stated = {one.cite.id for one in told}
    others = [
        one
        for one in picture.record.statements
        if key in one.topics
        and one.id not in picture.fallen
        and one.id not in stated
        and (one.happened is None or one.happened.begun_by(asked.on) is not Sure.NO)
    ]
    more = asked.lists(f"positions --topic {key}")
    sections = [
        positions_section(
            asked, told, "Positions by side, each statement by itself", more, topic=False
        ),
        section(
            "Also reported under this topic",
            [
                Entry(
                    label=one.force.value,
                    text=f"{one.text} ({one.speaker + '; ' if one.speaker else ''}"
                    f"{one.happened.words() if one.happened else 'day not known'})",
                    cites=(cite_of(one),),
                )
                for one in others
            ],
            f"tieline observe list --topic {key}",
            "Nothing else is marked with it.",
        ),
        _raised(asked, key),
        open_section(asked, sides=unique(one.side for one in told)),
    ]
    silent = [f"{t.undated} statements whose day nobody gives" for t in answers if t.undated]
    by_side = {one.side for one in told}
    if len(by_side) == 1:
        silent.append(f"what any side but {by_side.pop()} holds")
    sections.append(unknown_section(unknown_entry("the topic", silent), more))
    title = topic_words(key)
    return title[:1].upper() + title[1:], sections


def _raised(asked: Asked, key: str) -> Section:
    entries = [
        Entry(
            label=", ".join(line.sides) or "side not said",
            text=f"{one.thing.name}: {line.item}"
            f"{f', {line.fate.value}' if line.fate else ''}"
            f"{f' {line.where.value}' if line.where else ''}.",
            cites=line.cites,
        )
        for one in rounds_of(asked.picture)
        for line in one.agenda
        if line.topic == key
    ]
    return section(
        "Where it was on the agenda", entries, asked.lists("rounds"), "No agenda names it."
    )

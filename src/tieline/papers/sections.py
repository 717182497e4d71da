"""Sections: what a desk officer asks before a meeting, each answered from a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.answers import DueState, RoundAnswer, due, ladder, mandates, positions_on, why
from tieline.answers.told import kind_of
from tieline.days import Days, Sure
from tieline.observer import discrepancies
from tieline.observer.assertion import Mechanism
from tieline.observer.claims import Cite, settle
from tieline.observer.vocabulary import Tie
from tieline.papers.paper import Entry, Section
from tieline.papers.wordings import (
    cause_entry,
    due_entry,
    newest,
    position_entry,
    round_entry,
    seat_entry,
    spell_entry,
    topic_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.answers import DueItem, PositionTold
    from tieline.observer.picture import Picture

_TIED: Final = {
    Tie.MANDATES: "mandated by",
    Tie.CREATES: "created by",
    Tie.REVIVES: "revived by",
    Tie.BINDS: "bound by",
    Tie.PREPARES: "prepared by",
    Tie.FOLLOWS: "follows",
}
_SETTLED: Final = frozenset({DueState.MET, DueState.ENDED, DueState.LAPSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a brief is asked from: picture, day, our own side, and the name of the record."""

    picture: Picture
    on: date
    us: str = ""
    of: str = ""

    def lists(self, question: str) -> str:
        """The command that lists everything that a section may have cut."""
        known = f" --known-on {self.picture.day}" if self.picture.day else ""
        return f"tieline ask {question}{known}" + (f" --of {self.of}" if self.of else "")

    def first_us(self, party: str | None) -> int:
        return 0 if party and party == self.us else 1


def nothing(words: str) -> Entry:
    """Says that the record has nothing; a section is never silently empty."""
    return Entry(label="nothing reported", text=words)


def section(title: str, entries: Iterable[Entry], more: str, empty: str) -> Section:
    listed = tuple(entries)
    return Section(title=title, entries=listed or (nothing(empty),), more=more)


def present_section(
    asked: Asked, answer: RoundAnswer, more: str, title: str = "Who was there"
) -> Section:
    """Who sat on which side, each styled as reported."""
    entries = [
        Entry(
            label=one.party or "side not said",
            text=f"{one.person}"
            + (f", {' / '.join(o.value for o in one.offices)}" if one.offices else "")
            + ".",
            cites=one.cites,
        )
        for one in sorted(answer.present, key=lambda one: asked.first_us(one.party))
    ]
    levels = [
        Entry(label=f"level, {one.party or 'side not said'}", text=f"{one.value}.", cites=one.cites)
        for one in answer.levels
    ]
    return section(title, [*entries, *levels], more, "Nobody is named.")


def seats_section(asked: Asked, keys: Iterable[str], title: str) -> Section:
    """Seats whose holders were seen at any of these rounds or contacts, as they stand now."""
    wanted = set(keys)
    views = [
        seat
        for rung in ladder(asked.picture, on=asked.on).rungs
        for seat in rung.seats
        if wanted & {event.key for tenure in seat.history for event in tenure.at}
    ]
    views.sort(key=lambda seat: asked.first_us(seat.party))
    return section(
        title,
        [seat_entry(seat) for seat in views],
        asked.lists(f"counterparts --on {asked.on}"),
        "No seat is known by its holder's presence.",
    )


def history_section(asked: Asked, key: str, found: tuple[RoundAnswer, ...]) -> Section:
    """Three lines: how it began, how often it met, how it broke and went on."""
    entries = [*_founding(asked.picture, key)]
    past = [one for one in found if one.held and one.held.days.begun_by(asked.on) is not Sure.NO]
    if past:
        told = "; ".join(_short_round(one) for one in past)
        cites = [cite for one in past for cite in (one.held.cites if one.held else ())]
        entries.append(
            Entry(
                label="rounds",
                text=f"{len(past)} reported: {told}.",
                cites=tuple(dict.fromkeys(cites)),
            )
        )
    standing = why(asked.picture, key)
    spells = [
        spell
        for spell in (*standing.suspensions, *standing.restorations)
        if spell.since.days.begun_by(asked.on) is not Sure.NO
    ]
    spells.sort(key=lambda spell: spell.since.days.sort_key())
    if spells:
        parts = [spell_entry(spell).text.rstrip(".") for spell in spells]
        cites = [cite for spell in spells for cite in (*spell.cites, *spell.since.cites)]
        entries.append(
            Entry(
                label="breaks", text="; then: ".join(parts) + ".", cites=tuple(dict.fromkeys(cites))
            )
        )
    return section(
        "History in three lines", entries, asked.lists(f"rounds {key}"), "No event is reported."
    )


def _short_round(one: RoundAnswer) -> str:
    number = " / ".join(str(told.value) for told in one.number)
    days = one.held.days if one.held else Days()
    name = f"no. {number}, " if number else ""
    place = " / ".join(told.value for told in one.place)
    return name + days.words() + (f", {place}" if place else "")


def _founding(picture: Picture, key: str) -> list[Entry]:
    claims = picture.about(Mechanism, key)
    founded = settle((c.assertion.established, c.cite) for c in claims if c.assertion.established)
    ties = mandates(picture, key).up if kind_of(picture, key) else ()
    by = [f"{_TIED[tie.tie]} {tie.source.name}" for tie in ties[:2]]
    words = [c.assertion.mandate for c in claims if c.assertion.mandate]
    if founded is None and not by and not words:
        return []
    days = founded.days.words() if founded else "day not reported"
    text = f"Established: {days}"
    text += f"; {'; '.join(by)}" if by else ""
    text += f"; its mandate: {' / '.join(dict.fromkeys(words))}" if words else ""
    cites = [*(founded.cites if founded else ()), *(c.cite for c in claims if c.assertion.mandate)]
    cites += [cite for tie in ties[:2] for cite in tie.cites]
    return [Entry(label="beginning", text=text + ".", cites=tuple(dict.fromkeys(cites)))]


def round_section(answer: RoundAnswer | None, title: str, more: str) -> Section:
    """One round: how it went, and what only one side raised."""
    if answer is None:
        return section(title, [], more, "No round is reported.")
    entries = [round_entry(answer, label="the round")]
    for one in answer.one_sided:
        where = ", ".join(told.value for told in one.where)
        text = f"raised by this side only, as far as is reported ({where})."
        lead = topic_words(one.topic)
        entries.append(Entry(label=f"only {one.side}", lead=lead, text=text, cites=one.cites))
    entries += _agenda(answer)
    return section(title, entries, more, "No round is reported.")


def _agenda(answer: RoundAnswer) -> list[Entry]:
    """The items by side and by what became of them, those of one kind in one line."""
    groups: dict[tuple[str, str], list[tuple[str, tuple[Cite, ...]]]] = {}
    for line in answer.agenda:
        side = ", ".join(line.sides) or "by whom is not said"
        fate = line.fate.value if line.fate else "what became of it is not said"
        where = f", {line.where.value}" if line.where else ""
        groups.setdefault((side, fate + where), []).append((line.item, line.cites))
    return [
        Entry(
            label="agenda",
            lead=f"{side}, {fate}",
            text="; ".join(item for item, _ in items) + ".",
            cites=tuple(dict.fromkeys(cite for _, cites in items for cite in cites)),
        )
        for (side, fate), items in groups.items()
    ]


def made_at_section(asked: Asked, answer: RoundAnswer) -> Section:
    """What became of what was undertaken there, on the day."""
    keys = {brief.thing.key for brief in answer.commitments}
    items = [item for item in due(asked.picture, on=asked.on).items if item.thing.key in keys]
    return section(
        "What became of its commitments",
        [due_entry(item) for item in items],
        asked.lists(f"due --on {asked.on}"),
        "No commitment is reported as made there.",
    )


def open_section(
    asked: Asked, *, sides: Iterable[str] = (), apart_from: Iterable[str] = ()
) -> Section:
    """What is not known to be done, the most pressing first."""
    skipped, wanted = set(apart_from), set(sides)
    items = [
        item
        for item in due(asked.picture, on=asked.on).items
        if item.state not in _SETTLED and item.thing.key not in skipped
        if not wanted or not item.owners or wanted & {one.party for one in item.owners}
    ]
    return section(
        f"Open commitments as of {asked.on}",
        [due_entry(item) for item in items],
        asked.lists(f"due --on {asked.on}"),
        "No open commitment is reported.",
    )


def positions_section(
    asked: Asked, told: Iterable[PositionTold], title: str, more: str, *, topic: bool = True
) -> Section:
    """Statements side by side, our own side first, the newest first; none merged."""
    listed = sorted(told, key=lambda one: newest(one.said, asked.on))
    by_topic: dict[str, list[PositionTold]] = {}
    for one in listed:
        by_topic.setdefault(one.topic, []).append(one)
    # A topic on which two sides speak says more than several on which one does.
    topics = sorted(by_topic.values(), key=lambda group: -len({one.side for one in group}))
    ordered = [
        one
        for group in topics
        for one in sorted(group, key=lambda one: (asked.first_us(one.side), one.side))
    ]
    entries = [position_entry(one, topic=topic) for one in ordered]
    return section(title, entries, more, "No position is reported.")


def positions_in_reports(asked: Asked, answer: RoundAnswer | None) -> list[PositionTold]:
    """Positions from the sources that report a round: what was said about it, or beside it."""
    if answer is None:
        return []
    reports = {cite.source for cite in answer.cites if cite.source}
    return [
        one
        for topic in positions_on(asked.picture, on=asked.on)
        for column in topic.sides
        for one in column.positions
        if one.source in reports
    ]


def standstill_section(asked: Asked, key: str) -> Section:
    """Why it stood still, as it is said: suspensions, causes, what was put off, conditions."""
    answer = why(asked.picture, key)
    entries = [spell_entry(one, label="suspended") for one in answer.suspensions]
    entries += [cause_entry(one) for one in answer.causes]
    for put_off in answer.put_off:
        step = put_off.step
        if step.reasons_are_causes:
            text = f"{put_off.round.name} {step.what}: why, the causes above tell."
        elif step.reasons:
            reasons = " / ".join(told.value for told in step.reasons)
            text = f"{put_off.round.name} {step.what}: {reasons}."
        else:
            text = f"{put_off.round.name} {step.what}: why is not said."
        entries.append(Entry(label=step.what, text=text, cites=step.cites))
    entries += [spell_entry(one, label="reported state") for one in answer.reported]
    for one in answer.conditions:
        words = " / ".join(told.value for told in one.words) or one.thing.name
        by = ", ".join(told.value for told in one.by)
        stages = "; ".join(
            f"{said.stage.value if said.stage else 'stage not said'} "
            f"({said.force.value if said.force else 'inferred'})"
            for said in one.said
        )
        whose = f"demanded by {by}" if by else "whose demand is not said"
        entries.append(
            Entry(label="condition", text=f"{words}; {stages}; {whose}.", cites=one.cites)
        )
    return section(
        "Why it stood still",
        entries,
        asked.lists(f"why {key}"),
        "No standstill is reported.",
    )


def differ_section(asked: Asked, keys: Iterable[str]) -> list[Section]:
    """Where reports do not fit; no section when they do."""
    wanted = {asked.picture.key(key) for key in keys}
    found = [one for one in discrepancies(asked.picture) if asked.picture.key(one.thing) in wanted]
    entries = [
        Entry(
            label=one.field or "noted",
            text=(one.why or " against ".join(value for value, _ in one.values)) + ".",
            cites=tuple(dict.fromkeys(cite for _, cite in one.values)),
        )
        for one in found
    ]
    if not entries:
        return []
    return [section("Where reports differ", entries, asked.lists("discrepancies"), "")]


def unknown_section(entries: Iterable[Entry], more: str) -> Section:
    return section("What is unknown", entries, more, "Nothing that this brief asks for is missing.")


def unknown_of_due(items: Iterable[DueItem]) -> list[Entry]:
    """What nobody says of commitments, counted by what it is."""
    listed = list(items)
    names = dict.fromkeys(name for item in listed for name in item.unknown)
    counts = [f"{name} ({sum(name in item.unknown for item in listed)})" for name in names]
    if not counts:
        return []
    return [Entry(label=f"{len(listed)} commitments", text=", ".join(counts) + ".")]

"""Status: how every mechanism, channel, framework, seat and commitment stood on one day.

Two days are asked for: the day that the answer is about, and, if wanted, the day whose
knowledge it may use. What no report covers is said to be unknown; no line is carried forward
as if the last report still held.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.assertion import Condition, Restoration, Suspension
from tieline.observer.claims import Cite, unique
from tieline.observer.views import (
    CommitmentView,
    ContactView,
    FrameworkView,
    Holding,
    RoundView,
    SeatView,
    Spell,
    StandingView,
    commitments,
    frameworks,
    rounds,
    seats,
    standings,
)
from tieline.observer.vocabulary import Result, Stage
from tieline.observer.wording import (
    contact_words,
    due_words,
    held_words,
    holding_words,
    plan_words,
    round_title,
    spell_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.observer.picture import Picture
    from tieline.observer.statement import Force


class About(Enum):
    """What a line is about."""

    ESTABLISHED = "established"
    ROUND = "round"
    CONTACT = "contact"
    SUSPENSION = "suspension"
    RESTORATION = "restoration"
    CONDITION = "condition"
    STANDING = "standing"
    FRAMEWORK = "framework"
    SEAT = "seat"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """One thing that stood, or may have stood, on the day.

    ``sure`` is PERHAPS when the days reported leave it open whether this was so by then, and NO
    for a line that says that nothing is reported.
    """

    thing: str
    name: str
    about: About
    words: str
    sure: Sure
    cites: tuple[Cite, ...] = ()

    @property
    def forces(self) -> tuple[Force, ...]:
        """The forces of the statements cited, each once; none stands for another."""
        return unique(cite.force for cite in self.cites if cite.force is not None)

    @property
    def inferences(self) -> tuple[str, ...]:
        """The inferences that the line rests on; empty if it is reported as it stands."""
        own = [cite.id for cite in self.cites if cite.inferred]
        return unique(own + [id_ for cite in self.cites for id_ in cite.dated_by])

    def text(self) -> str:
        """One line for readers."""
        cited = "; ".join(cite.words() for cite in self.cites)
        return f"{self.name}: {self.words}" + (f" [{cited}]" if cited else "")


def status(picture: Picture, *, on: date, known_on: date | None = None) -> list[StatusLine]:
    """How things stood at the end of the day ``on``, from what was known by ``known_on``.

    ``known_on`` None uses the whole record. Statements whose day of publication is unknown, and
    may lie before ``known_on``, are used, and their citations say so.
    """
    seen = picture.known_on(known_on)
    lines: list[StatusLine] = []
    for standing in standings(seen):
        lines += _standing_lines(standing, on)
    for view in rounds(seen):
        if view.of is None:
            lines += _round_lines("round of a mechanism not named", view, on)
    for framework in frameworks(seen):
        lines += _framework_lines(framework, on)
    for seat in seats(seen):
        lines.append(_seat_line(seat, on))
    for commitment in commitments(seen):
        lines += _commitment_lines(commitment, on)
    return lines


def _standing_lines(view: StandingView, on: date) -> list[StatusLine]:
    lines = _established(view, on)
    for one in view.rounds:
        lines += _round_lines(view.name, one, on, view.key)
    for contact in view.contacts:
        lines += _contact_lines(view, contact, on)
    spells: list[StatusLine] = []
    for spell in (*view.suspensions, *view.restorations, *view.conditions):
        spells += _spell_lines(view, spell, on)
    lines += spells
    if not any(line.sure is Sure.YES for line in spells):
        lines.append(_silence(view, on))
    return lines


def _established(view: StandingView, on: date) -> list[StatusLine]:
    if view.established is None:
        return []
    begun = view.established.days.begun_by(on)
    if begun is Sure.NO:
        words = f"not yet established; that came {view.established.days.words()}"
    else:
        words = f"established {view.established.days.words()}"
    place = f", at {view.place}" if view.place else ""
    cites = unique(view.established.cites)
    sure = Sure.PERHAPS if begun is Sure.PERHAPS else Sure.YES
    return [_line(view, About.ESTABLISHED, _doubted(words + place, sure), sure, cites)]


def _doubted(words: str, sure: Sure, doubt: str = "whether by then is not said") -> str:
    return f"{words}; {doubt}" if sure is Sure.PERHAPS else words


def _round_lines(name: str, view: RoundView, on: date, thing: str = "") -> list[StatusLine]:
    held = view.held.days.begun_by(on) if view.held else Sure.PERHAPS
    if held is Sure.NO and not _was_planned(view, on):
        return []
    words = [f"{round_title(view)} {held_words(view, held)}", *plan_words(view)]
    words += [f"mandate: {view.mandate}"] if view.mandate else []
    used = view.held.cites if view.held else ()
    plan_cites = [claim.cite for claim in view.postponed]
    return [
        StatusLine(
            thing=thing or view.key,
            name=name,
            about=About.ROUND,
            words="; ".join(words) if held is Sure.NO else _doubted("; ".join(words), held),
            sure=Sure.YES if held is Sure.YES else Sure.PERHAPS,
            cites=unique([*view.cites, *used, *plan_cites]),
        )
    ]


def _was_planned(view: RoundView, on: date) -> bool:
    # When a plan was made is seldom reported: from the days planned for, at the latest.
    return any(days is not None and days.begun_by(on) is not Sure.NO for days, _, _ in view.planned)


def _contact_lines(view: StandingView, contact: ContactView, on: date) -> list[StatusLine]:
    begun = contact.days.days.begun_by(on)
    ahead = {Result.PLANNED, Result.POSSIBLE}
    looked_to = bool(contact.results) and all(result in ahead for result, _ in contact.results)
    if begun is Sure.NO and not looked_to:
        return []
    words = contact_words(contact)
    if looked_to and contact.days.days.over_by(on) is Sure.YES:
        words += "; the day has passed, whether it was held is unknown"
    sure = Sure.YES if begun is Sure.YES and not looked_to else Sure.PERHAPS
    words = words if looked_to else _doubted(words, sure)
    return [_line(view, About.CONTACT, words, sure, unique([*contact.cites, *contact.days.cites]))]


def _spell_lines(view: StandingView, spell: Spell, on: date) -> list[StatusLine]:
    begun = spell.since.days.begun_by(on)
    if begun is Sure.NO:
        return []
    one = spell.assertion
    about = {
        Suspension: About.SUSPENSION,
        Restoration: About.RESTORATION,
        Condition: About.CONDITION,
    }[type(one)]
    words = f"{spell_words(one)}; since: {spell.since.days.words()}"
    return [_line(view, about, _doubted(words, begun), begun, spell.since.cites)]


def _silence(view: StandingView, on: date) -> StatusLine:
    events = [one.held.days for one in view.rounds if one.held]
    events += [
        one.days.days
        for one in view.contacts
        if any(result is Result.HELD for result, _ in one.results)
    ]
    past = [days for days in events if days.begun_by(on) is Sure.YES]
    words = f"unknown: how it stood on {on} is not reported"
    if past:
        last = max(past, key=lambda days: days.earliest or days.latest or on)
        words += f"; the last event reported by then: {last.words()}"
    return _line(view, About.STANDING, words, Sure.NO, ())


def _framework_lines(view: FrameworkView, on: date) -> list[StatusLine]:
    lines: list[StatusLine] = []
    for stage in unique(one.stage for one in view.stages):
        told = [one for one in view.stages if one.stage is stage]
        begun = [one for one in told if one.days.begun_by(on) is not Sure.NO]
        if not begun:
            continue
        sides = unique(side for one in begun for side in one.by)
        only = " only" if len(sides) == 1 else ""
        surely = any(one.days.begun_by(on) is Sure.YES for one in begun)
        sure = Sure.YES if surely else Sure.PERHAPS
        words = f"{stage.value}, by {', '.join(sides) or 'whom is not said'}{only}"
        when = ", ".join(one.days.words() for one in begun)
        cites = unique(one.cite for one in begun)
        lines.append(
            StatusLine(
                thing=view.key,
                name=view.name,
                about=About.FRAMEWORK,
                words=f"{_doubted(f'{words} ({when})', sure)}; {_not_reported(view, on)}",
                sure=sure,
                cites=cites,
            )
        )
    if not lines:
        words = f"unknown: no stage is reported for {on} or before"
        lines.append(
            StatusLine(
                thing=view.key,
                name=view.name,
                about=About.FRAMEWORK,
                words=words,
                sure=Sure.NO,
            )
        )
    return lines


def _not_reported(view: FrameworkView, on: date) -> str:
    reached = {one.stage for one in view.stages if one.days.begun_by(on) is not Sure.NO}
    missing = [stage.value for stage in Stage if stage not in reached]
    return f"not reported as {', '.join(missing)}" if missing else "every stage is reported"


def _seat_line(view: SeatView, on: date) -> StatusLine:
    office = view.office or view.key
    name = f"{office}, {view.party}" if view.party else office
    by_then = [one for one in view.holdings if _begun(one, on) is not Sure.NO]
    sure = [one for one in by_then if _begun(one, on) is Sure.YES]
    doubtful = [
        one
        for one in by_then
        if _begun(one, on) is Sure.PERHAPS and _ended(one, on) is not Sure.YES
    ]
    current = [one for one in sure if _ended(one, on) is not Sure.YES][-1:]
    shown = [*current, *doubtful]
    if not shown:
        words = f"unknown: no holder is reported for {on} or before"
        sureness = Sure.NO
    else:
        words = "; ".join(holding_words(one, on) for one in shown)
        settled = bool(current) and not doubtful and _covers(current[0], on)
        sureness = Sure.YES if settled else Sure.PERHAPS
        words = _doubted(words, sureness, f"who held it on {on} is not reported")
    return StatusLine(
        thing=view.key,
        name=name,
        about=About.SEAT,
        words=words,
        sure=sureness,
        cites=unique(cite for one in shown for cite in one.cites),
    )


def _begun(one: Holding, on: date) -> Sure:
    return one.anchor().begun_by(on)


def _ended(one: Holding, on: date) -> Sure:
    return one.end.days.over_by(on) if one.end else Sure.NO


def _covers(one: Holding, on: date) -> bool:
    """Whether a report, and not our carrying it forward, puts the holder there on that day."""
    if one.seen:
        return (one.seen.days.earliest, one.seen.days.latest) == (on, on)
    return bool(one.end and one.start and one.end.days.over_by(on) is Sure.NO)


def _commitment_lines(view: CommitmentView, on: date) -> list[StatusLine]:
    made = view.made.days.begun_by(on)
    if made is Sure.NO:
        return []
    by = ", ".join(view.by) or "whom is not said"
    words = _doubted(f"by {by}; {due_words(view, on)}", made)
    return [
        StatusLine(
            thing=view.key,
            name=view.what,
            about=About.COMMITMENT,
            words=words,
            sure=made,
            cites=unique([*view.cites, *view.made.cites]),
        )
    ]


def _line(
    view: StandingView, about: About, words: str, sure: Sure, cites: Iterable[Cite]
) -> StatusLine:
    return StatusLine(
        thing=view.key, name=view.name, about=about, words=words, sure=sure, cites=unique(cites)
    )

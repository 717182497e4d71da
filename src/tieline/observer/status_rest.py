"""Status lines of seats, frameworks, joint texts, commitments, preconditions and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.claims import unique
from tieline.observer.statement import Force
from tieline.observer.statusline import About, StatusLine, doubted, line
from tieline.observer.vocabulary import Demand, Stage
from tieline.observer.wording import due_words, holding_words, stage_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from enum import Enum

    from tieline.days import Days
    from tieline.observer.offices import Holding, SeatView
    from tieline.observer.surroundings import MeasureView
    from tieline.observer.undertakings import (
        CommitmentView,
        DemandView,
        DraftView,
        FrameworkView,
        PreconditionView,
        StageView,
        TextView,
    )


def framework_lines(view: FrameworkView, on: date) -> list[StatusLine]:
    """The stages reported of a framework by a day, each with the sides that it is said of."""
    reached = _reached(view.stages, on)
    missing = [stage.value for stage in Stage if stage not in reached]
    left = f"not reported as {', '.join(missing)}" if missing else "every stage is reported"
    lines = []
    for stage, told in reached.items():
        words, sure = _stage_words(stage, told, on)
        words = f"{doubted(words, sure)}; {left}"
        cites = [one.cite for one in told]
        lines.append(line(view.key, view.name, About.FRAMEWORK, words, sure, cites))
    words = f"unknown: no stage is reported for {on} or before"
    return lines or [line(view.key, view.name, About.FRAMEWORK, words, Sure.NO)]


def text_lines(view: TextView, on: date) -> list[StatusLine]:
    """The stages reported of a joint text by a day."""
    lines = []
    for stage, told in _reached(view.stages, on).items():
        words, sure = _stage_words(stage, told, on)
        cites = [one.cite for one in told]
        lines.append(line(view.key, view.name, About.TEXT, doubted(words, sure), sure, cites))
    return lines


def _reached(
    stages: Iterable[StageView | DraftView], on: date
) -> dict[Enum, list[StageView | DraftView]]:
    reached: dict[Enum, list[StageView | DraftView]] = {}
    for one in stages:
        if one.days.begun_by(on) is not Sure.NO:
            reached.setdefault(one.stage, []).append(one)
    return reached


def _stage_words(stage: Enum, told: list[StageView | DraftView], on: date) -> tuple[str, Sure]:
    sides = unique(side for one in told for side in one.by)
    alone = " only" if len(sides) == 1 else ""
    surely = any(one.days.begun_by(on) is Sure.YES for one in told)
    when = ", ".join(one.days.words() for one in told)
    words = f"{stage.value}, by {', '.join(sides) or 'whom is not said'}{alone} ({when})"
    return words, Sure.YES if surely else Sure.PERHAPS


def seat_line(view: SeatView, on: date) -> StatusLine:
    """Who is reported in a seat by a day; nobody is carried forward as if surely still there."""
    office = view.office or view.key
    name = f"{office}, {view.party}" if view.party else office
    begun = [(one, _begun(one, on)) for one in view.holdings]
    sure = [one for one, by_then in begun if by_then is Sure.YES]
    doubtful = [
        one for one, by_then in begun if by_then is Sure.PERHAPS and _ended(one, on) is not Sure.YES
    ]
    current = [one for one in sure if _ended(one, on) is not Sure.YES][-1:]
    # Whoever surely holds it that day needs no second line for a report under another name.
    if current and _covers(current[0], on):
        doubtful = [one for one in doubtful if not _is_one(one, current[0])]
    shown = [*current, *doubtful]
    if not shown:
        words = f"unknown: no holder is reported for {on} or before"
        return line(view.key, name, About.SEAT, words, Sure.NO)
    settled = bool(current) and not doubtful and _covers(current[0], on)
    sureness = Sure.YES if settled else Sure.PERHAPS
    state = tuple(id(one) if not _is_seen(one, on) else (id(one), on) for one in shown)
    if state not in view.lines:
        told = "; ".join(holding_words(one, on) for one in shown)
        view.lines[state] = told, unique(cite for one in shown for cite in one.cites)
    words, cites = view.lines[state]
    words = doubted(words, sureness, f"who held it on {on} is not reported")
    return StatusLine(
        thing=view.key, name=name, about=About.SEAT, words=words, sure=sureness, cites=cites
    )


def _is_one(one: Holding, other: Holding) -> bool:
    """Whether two reports are of one person, in one manner, the first adding no day of its own."""
    adds = one.start or one.end
    return bool(one.who) and one.who == other.who and one.manner is other.manner and not adds


def _begun(one: Holding, on: date) -> Sure:
    return one.anchor().begun_by(on)


def _ended(one: Holding, on: date) -> Sure:
    return one.end.days.over_by(on) if one.end else Sure.NO


def _covers(one: Holding, on: date) -> bool:
    """Whether a report, and not our carrying it forward, puts the holder there on that day."""
    if one.seen:
        return _is_seen(one, on)
    return bool(one.end and one.start and one.end.days.over_by(on) is Sure.NO)


def _is_seen(one: Holding, on: date) -> bool:
    """Whether the holder was seen on exactly that day."""
    seen = one.seen
    return seen is not None and (seen.days.earliest, seen.days.latest) == (on, on)


def commitment_lines(view: CommitmentView, on: date) -> list[StatusLine]:
    """A commitment from when it was made: by whom, on what condition, what each side says of it."""
    made = view.made.days.begun_by(on)
    if made is Sure.NO:
        return []
    said = due_words(view, on)
    if (made, said) not in view.lines:
        by = ", ".join(view.by) or "whom is not said"
        terms = unique(words for words, _ in view.conditions)
        on_terms = f"; on condition: {' / '.join(terms)}" if terms else ""
        words = doubted(f"by {by}{on_terms}; {said}", made)
        cites = [*view.cites, *view.made.cites]
        view.lines[made, said] = line(view.key, view.what, About.COMMITMENT, words, made, cites)
    return [view.lines[made, said]]


def precondition_lines(view: PreconditionView, on: date) -> list[StatusLine]:
    """A precondition from when it was named, with all that became of it by then."""
    steps = [one for one in view.steps if one.days.begun_by(on) is not Sure.NO]
    if not steps:
        return []
    surely = any(one.days.begun_by(on) is Sure.YES for one in steps)
    sure = Sure.YES if surely else Sure.PERHAPS
    words = "; ".join(_demand_words(one) for one in steps)
    words = f"before {view.of}: {words}" if view.of else words
    if not {Demand.MET, Demand.WITHDRAWN} & {one.stage for one in steps}:
        words += "; not reported as met or withdrawn"
    cites = [one.cite for one in steps]
    return [line(view.key, view.words, About.PRECONDITION, doubted(words, sure), sure, cites)]


def _demand_words(one: DemandView) -> str:
    inferred = " (inferred)" if one.cite.inferred else ""
    opinion = ", an opinion" if one.cite.force is Force.OPINION else ""
    by = ", ".join(one.by) or "whom is not said"
    return f"{stage_words(one.stage)}{inferred}{opinion}, by {by}"


def measure_lines(view: MeasureView, on: date) -> list[StatusLine]:
    """A measure from its first day to its last; one that has surely ended is not shown."""
    start = view.start.days.begun_by(on) if view.start else Sure.PERHAPS
    over = view.end.days.over_by(on) if view.end else Sure.NO
    if start is Sure.NO or over is Sure.YES:
        return []
    sure = Sure.YES if start is Sure.YES and over is Sure.NO else Sure.PERHAPS
    by = f"by {', '.join(view.by)}" if view.by else "by whom is not said"
    parts = [view.act.value if view.act else "measure", by]
    parts += [f"on {', '.join(view.on)}"] if view.on else []
    parts += [_span("from", view.start.days)] if view.start else []
    parts += [_span("until", view.end.days)] if view.end else ["end not reported"]
    parts += [f"at first {_span('until', days)}" for days, _ in view.replaced]
    cites = [*view.cites, *(view.start.cites if view.start else ())]
    cites += view.end.cites if view.end else ()
    words = doubted(", ".join(parts), sure, f"whether it stood on {on} is not said")
    return [line(view.key, view.name, About.MEASURE, words, sure, cites)]


def _span(word: str, days: Days) -> str:
    return f"{word} {days.words()}"

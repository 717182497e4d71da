"""Talk passages: what the pages show of one statement, of anything with a key, of a topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from tieline import answers
from tieline.answers import (
    CauseTold,
    ContactAnswer,
    Named,
    SeatView,
    TopicPositions,
)
from tieline.answers.causes import causes_of
from tieline.console.talkcites import (
    Passage,
    Passages,
    day_words,
    force_words,
    item_of,
    meaning,
    passages,
    sort_of,
    source_of,
)
from tieline.console.talkdue import Promise, promise_of
from tieline.console.talkkept import due_on
from tieline.console.talkwords import topic_words
from tieline.days import Days
from tieline.observer import Discrepancy, Picture
from tieline.observer.assertion import (
    Assertion,
    Commitment,
    Contact,
    Measure,
    OfSide,
    Position,
    Seat,
)
from tieline.observer.claims import Cite, pilcrow, unique
from tieline.observer.form import KEY
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.statement import Force, Inference, Statement

RESTS_MAX: Final = 50
"""Inferences that rest on one statement, and reviews of it, on its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingShown:
    """A thing by its key, with what is particular to its kind, and every passage on it."""

    thing: Named
    contact: ContactAnswer | None
    promise: Promise | None
    seat: SeatView | None
    causes: tuple[CauseTold, ...]
    facts: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]
    total: int
    first: int


def thing_shown(picture: Picture, key: str, on: date, first: int, most: int) -> ThingShown:
    """One thing with so many of its passages, from a place on."""
    shown = picture.key(key)
    claims = [claim for listed in picture.dossier(shown).claims.values() for claim in listed]
    cites = unique(claim.cite for claim in claims)
    kinds = picture.kinds(shown)
    items = due_on(picture, on).items if kinds & {Commitment, Measure} else ()
    promise = next((one for one in items if one.thing.key == shown), None)
    facts = unique(
        pair for claim in claims for pair in fact_words(claim.assertion) if pair[0] != "kind"
    )
    return ThingShown(
        thing=answers.named(picture, shown),
        contact=answers.contact_of(picture, shown) if Contact in kinds else None,
        promise=promise_of(picture, promise, on) if promise and Commitment in kinds else None,
        seat=answers.seat_of(picture, shown, on=on) if Seat in kinds else None,
        causes=causes_of(picture, shown),
        facts=facts[:RESTS_MAX],
        passages=passages(picture, cites[first : first + most], most).shown,
        total=len(cites),
        first=first,
    )


def fact_words(one: Assertion) -> list[tuple[str, str]]:
    """The fields of an assertion in words: ``("held", "2018-11-09")``."""
    form = ASSERTION_FORM_OF[type(one)]
    told = [("kind", form.word)]
    for each in form.fields:
        value = getattr(one, each.attribute)
        if each.name != "thing" and not _is_unsaid(value):
            told.append((each.name.replace("-", " "), value_words(value)))
    return told


def _is_unsaid(value: object) -> bool:
    return value is None or value is False or value == ()


def value_words(value: object) -> str:
    """A field's value for readers."""
    if isinstance(value, tuple):
        return ", ".join(map(value_words, value))
    if isinstance(value, Days):
        return value.words()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, OfSide):
        return f"{value.party}: {value.value}" if value.party else value.value
    return "yes" if value is True else str(value)


# ---- a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """One fact that a statement is read as: what about which thing, with its fields.

    ``fields`` holds a name, the value in words, and the thing meant where the value is a key.
    """

    word: str
    thing: Named
    fields: tuple[tuple[str, str, Named | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementShown:
    """A statement or inference with everything that hangs together with it."""

    id: str
    item: Statement | Inference
    is_inference: bool
    sort: str
    force: str
    meaning: str
    rows: tuple[tuple[str, str], ...]
    language: str
    asserted: tuple[Asserted, ...]
    grounds: tuple[Passage, ...]
    rests: tuple[Passage, ...]
    rests_total: int
    fallen: str
    reviews: tuple[str, ...]
    withdrawn: tuple[str, ...]


def statement_shown(picture: Picture, item: Statement | Inference) -> StatementShown:
    """One statement or inference, its source, and what rests on it."""
    is_inference = isinstance(item, Inference)
    force = item.force if isinstance(item, Statement) else None
    rests = [one.id for one in picture.record.inferences if item.id in one.grounds]
    grounds = item.grounds if isinstance(item, Inference) else ()
    return StatementShown(
        id=item.id,
        item=item,
        is_inference=is_inference,
        sort=sort_of(force),
        force=force_words(force),
        meaning=meaning(force),
        rows=tuple(_statement_rows(picture, item)),
        language=(item.language or "") if isinstance(item, Statement) else "",
        asserted=tuple(_asserted(picture, one) for one in item.assertions[:RESTS_MAX]),
        grounds=_by_id(picture, grounds[:RESTS_MAX]),
        rests=_by_id(picture, rests[:RESTS_MAX]),
        rests_total=len(rests),
        fallen=picture.fallen.get(item.id, ""),
        reviews=tuple(
            f"{one.reviewer} {one.verdict.value}, {one.on.words()}"
            + (f": {one.note}" if one.note else "")
            for one in picture.record.reviews
            if one.of == item.id
        )[:RESTS_MAX],
        withdrawn=tuple(
            f"{one.author}, {one.on.words()}: {one.why}"
            for one in picture.record.withdrawals
            if one.of == item.id
        )[:RESTS_MAX],
    )


def _statement_rows(picture: Picture, item: Statement | Inference) -> list[tuple[str, str]]:
    if isinstance(item, Inference):
        return [("Concluded by", item.author)]
    source = source_of(picture, item.source)
    rows = [("Said by", item.speaker or "not named")]
    if item.force not in {Force.SIGNED, Force.RECORDED}:
        rows.append(("Source", _source_words(picture, item.source)))
        rows += [("By way of", ", ".join(item.via))] if item.via else []
        rows.append(("Passage", pilcrow(item.passage)))
        rows += [("Characters", item.span)] if item.span else []
        rows += [("File", source.file)] if source else []
    rows.append(("Tells of", item.happened.words() if item.happened else "no event of its own"))
    learned = picture.learned.get(item.id)
    rows.append(("Known since", learned.words() if learned else "not counted here"))
    rows += [("Language", item.language)] if item.language else []
    rows += [("Topics", ", ".join(map(topic_words, item.topics)))] if item.topics else []
    rows += [("Beside it", item.note)] if item.note else []
    return rows


def _source_words(picture: Picture, key: str) -> str:
    source = source_of(picture, key)
    if source is None:
        return f"{key} (not described)"
    published = (
        f"published {day_words(source.published)}"
        if source.published.known
        else "day of publication not known"
    )
    parts = [source.title or "", source.outlet or "outlet not named", published]
    return f"{key}: {', '.join(part for part in parts if part)}"


def _asserted(picture: Picture, one: Assertion) -> Asserted:
    form = ASSERTION_FORM_OF[type(one)]
    fields: list[tuple[str, str, Named | None]] = []
    for each in form.fields:
        value = getattr(one, each.attribute)
        if each.name == "thing" or _is_unsaid(value):
            continue
        is_key = each.codec is KEY and isinstance(value, str)
        named = answers.named(picture, value) if is_key else None
        fields.append(
            (
                each.name.replace("-", " "),
                value_words(value),
                named if named and named.kind else None,
            )
        )
    return Asserted(word=form.word, thing=answers.named(picture, one.thing), fields=tuple(fields))


def _by_id(picture: Picture, ids: Iterable[str]) -> tuple[Passage, ...]:
    cites = []
    for id_ in ids:
        item = item_of(picture, id_)
        if isinstance(item, Statement):
            cites.append(Cite(id=id_, source=item.source, passage=item.passage, force=item.force))
        elif item is not None:
            cites.append(Cite(id=id_, author=item.author))
    return passages(picture, cites, RESTS_MAX).shown


# ---- topics and discrepancies


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic with how many statements of position each side has on it."""

    key: str
    sides: tuple[tuple[str, int], ...]
    total: int


def topics(picture: Picture) -> tuple[TopicRow, ...]:
    """Every topic on which a side states a position, those with most statements first."""
    counts: dict[str, dict[str, int]] = {}
    for claim in picture.of(Position):
        sides = counts.setdefault(picture.key(claim.assertion.thing), {})
        sides[claim.assertion.side] = sides.get(claim.assertion.side, 0) + 1
    rows = [
        TopicRow(key=key, sides=tuple(sides.items()), total=sum(sides.values()))
        for key, sides in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total, row.key)))


def said_later(picture: Picture, topic: str, told: tuple[TopicPositions, ...]) -> int:
    """How many statements of position on a topic a day leaves out."""
    shown = sum(len(column.positions) for one in told for column in one.sides)
    return len(picture.about(Position, topic)) - shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A discrepancy: what it is about, and each value with its passages."""

    one: Discrepancy
    thing: Named
    title: str
    values: tuple[tuple[str, Passages], ...]


def differing(picture: Picture, found: Iterable[Discrepancy]) -> tuple[Differing, ...]:
    """Discrepancies with the passages that do not fit each other."""
    return tuple(
        Differing(
            one=one,
            thing=answers.named(picture, one.thing),
            title=one.why or f"{one.field}: told in different ways",
            values=tuple((value, passages(picture, [cite])) for value, cite in one.values),
        )
        for one in found
    )

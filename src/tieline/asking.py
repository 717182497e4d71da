"""Asking: questions to the records of a node, from pictures that are kept while nothing changes.

A record is an observer's (`observer`), our own notes (`house`), or a line. What it adds up to is
folded once and kept, with its words for searching, until the record's logs grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol
from weakref import WeakKeyDictionary

from tieline import answers
from tieline.answers.online import picture_of_line
from tieline.answers.told import no_such
from tieline.days import Days, parse_day
from tieline.errors import UsageError
from tieline.node import Node
from tieline.observer import Picture, fold
from tieline.observer.picture import picture_of
from tieline.observer.statement import Force, Record, Source
from tieline.overview import reported
from tieline.procedures.house import recorded
from tieline.procedures.reported import REPORTED
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.marking import Audience, may_see, parse_audience
from tieline.replication.seat import Seat
from tieline.state.house import items_of
from tieline.verbargs import Args, Json, json_of, text_arg

OBSERVER, HOUSE, LINE = "observer", "house", "line"


class Provider(Protocol):
    """What a record of one kind adds up to, for an audience.

    The picture holds nothing that the audience may not see.
    """

    def __call__(self, seat: Seat, audience: Audience) -> Picture:
        """Fold the record anew."""
        ...


def observer_picture(seat: Seat, audience: Audience) -> Picture:
    """An observer's record is filed in clear and shown to everybody alike."""
    del audience
    return fold((kind, item) for kind, item, _, _ in reported(seat))


def line_picture(seat: Seat, audience: Audience) -> Picture:
    """A line is for its parties; anyone else sees nothing of it."""
    if not seat.parties or audience is Audience.PUBLIC:
        return picture_of(Record())
    return picture_of_line(seat.fold, seat.content)


def house_picture(seat: Seat, audience: Audience) -> Picture:
    """What was recorded by us only, as far as its marks let it go."""
    bodies: list[tuple[str, Mapping[str, object]]] = []
    for item in items_of(seat.view, seat.content):
        said = item.body.get("item")
        stands = item.kind == recorded.RECORDED and item.state != recorded.WITHDRAWN
        if stands and isinstance(said, dict) and may_see(audience, item.marking):
            bodies.append(("reported.statement", said))
    told = fold(bodies, forces=frozenset({Force.RECORDED}))
    own = Source(
        id=recorded.SOURCE,
        title="recorded by us only",
        published=Days(),
        file=recorded.SOURCE,
    )
    filed = Record(sources=(own,), statements=told.record.statements)
    return Picture(record=filed, faults=told.faults) if filed.statements else told


PROVIDERS: Final[Mapping[str, Provider]] = {
    OBSERVER: observer_picture,
    HOUSE: house_picture,
    LINE: line_picture,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordName:
    """A record that can be asked: ``kind`` is observer, house or line."""

    kind: str
    line: str
    title: str

    @property
    def name(self) -> str:
        """What one types after ``--of``."""
        if self.kind != LINE:
            return self.kind
        return self.title or self.line.rpartition("/")[2]


class Warm:
    """One record's picture, with what it was made from; its words are read when first searched."""

    def __init__(
        self, picture: Picture, heads: object, openers: list[Ref], before: Warm | None = None
    ) -> None:
        self.picture = picture
        self.heads = heads
        self.count = len(openers)
        self.last = max(openers, default=None)
        self._index: answers.SearchIndex | None = None
        self._before = before.words_read() if before is not None else None

    def words_read(self) -> answers.SearchIndex | None:
        """The words as far as they were ever read, for the picture that comes after this one."""
        return self._index or self._before

    def index(self) -> answers.SearchIndex:
        """The words of the record."""
        if self._index is None:
            record, before = self.picture.record, self._before
            self._index = before.extended(record) if before else answers.index_of(record)
            self._before = None
        return self._index


_KEPT: WeakKeyDictionary[Node, dict[tuple[str, Audience], Warm]] = WeakKeyDictionary()


def records(node: Node) -> list[RecordName]:
    """Every record of a node: the observer's and our own first, then the lines by title."""
    found = []
    for line, config in node.configs.items():
        alone = len(config.parties) == 1
        kind = config.title if alone and config.title in {OBSERVER, HOUSE} else LINE
        if kind != LINE or not alone:
            found.append(RecordName(kind=kind, line=line, title=config.title))
    order = (OBSERVER, HOUSE, LINE)
    return sorted(found, key=lambda one: (order.index(one.kind), one.title, one.line))


def record_named(node: Node, of: str) -> RecordName:
    """The record that is meant: observer, house, a line by title or id; the only one for "".

    Raises:
        UsageError: none, or several; those that there are are named.
    """
    listed = records(node)
    found = [one for one in listed if _is_meant(one, of)]
    if len(found) == 1:
        return found[0]
    if not listed:
        raise UsageError(
            "there is no record to ask here yet",
            advice="Begin an observer's record with `tieline observe add FILE`, or open a line "
            "with `tieline line invite`.",
        )
    names = ", ".join(one.name for one in listed)
    if found:
        raise UsageError(
            f"{f'{of!r} names' if of else 'there are'} several records: {names}",
            advice="Name one with --of: observer, house, or the title or id of a line.",
        )
    raise no_such(of, [one.name for one in listed], "no record is called")


def _is_meant(one: RecordName, of: str) -> bool:
    if not of:
        return True
    if of in {OBSERVER, HOUSE}:
        return one.kind == of
    named = of in {one.line, one.title} or one.line.rpartition("/")[2].startswith(of)
    return one.kind == LINE and named


def warm(node: Node, line: str, kind: str, audience: Audience = Audience.OWN) -> Warm:
    """A record's picture as it stands, folded again only when the record has grown."""
    seat = node.seat(line)
    heads = (seat.fold.view.past, tuple(sorted((o, c.size) for o, c in seat.copies.items())))
    kept = _KEPT.setdefault(node, {})
    found = kept.get((line, audience))
    if found is None or found.heads != heads:
        openers = [case.opener for case in seat.view.cases(REPORTED.name)]
        grown = _grown(found, seat, openers) if found is not None and kind == OBSERVER else None
        picture = grown if grown is not None else PROVIDERS[kind](seat, audience)
        found = kept[line, audience] = Warm(picture, heads, openers, found)
    return found


def _grown(before: Warm, seat: Seat, openers: list[Ref]) -> Picture | None:
    """An observer's picture with what was filed since; None when it must be folded anew.

    It is the same that folding all would give: where an item is faulty, or stands before one that
    was there, all is folded.
    """
    fresh = openers[before.count :]
    if before.last is None or any(ref <= before.last for ref in fresh):
        return None
    bodies: list[tuple[str, Mapping[str, object]]] = []
    for ref in sorted(fresh):
        content = seat.content(ref)
        item = content.message.body.get("item") if isinstance(content, Spoken) else None
        if isinstance(content, Spoken) and isinstance(item, dict):
            bodies.append((content.message.kind, item))
    told = fold(bodies)
    grown = before.picture.with_items(told.record.items())
    return grown if not told.faults and grown.faults == before.picture.faults else None


def ask(node: Node, args: Args) -> Json:
    """Answer one question about one record.

    ``of`` names the record, ``question`` is one of `answers.QUESTIONS`, ``args`` its arguments;
    ``on`` and ``known_on`` are days, ``audience`` who will read it. The answer tells what it was
    made from.

    Raises:
        UsageError: no such record, question or thing, or an argument that cannot be taken.
    """
    question = text_arg(args, "question")
    if question not in answers.QUESTIONS:
        raise no_such(question, answers.QUESTIONS, "there is no question")
    record = record_named(node, text_arg(args, "of"))
    audience = parse_audience(text_arg(args, "audience") or Audience.OWN.value)
    kept = warm(node, record.line, record.kind, audience)
    own = args.get("args", {})
    if not isinstance(own, dict):
        raise UsageError("args is not an object")
    today = datetime.fromtimestamp(node.now().wall_s, UTC).date()
    on, known = text_arg(own, "on"), text_arg(own, "known_on")
    known_on = parse_day(known) if known else None
    seen = kept.picture.known_on(known_on)
    day = parse_day(on) if on else today
    asked = answers.Asked(seen=seen, on=day, args=own, index=kept.index)
    found = answers.answer(question, asked)
    whole = found if isinstance(found, answers.Part) else None
    return json_of(
        {
            "question": question,
            "of": record.name,
            "record": record.kind,
            "line": record.line,
            "on": day.isoformat(),
            "known_on": known_on.isoformat() if known_on else None,
            "statements": len(seen.record.statements),
            "set_aside": len(seen.fallen),
            "faults": list(seen.faults),
            "left_off": whole.total - whole.shown if whole is not None else 0,
            "answer": answers.plain(whole.value if whole is not None else found),
        }
    )

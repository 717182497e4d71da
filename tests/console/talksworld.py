"""Three records of one node: what the press reported, our own notes, and a line with another party.

The same content serves the tests and the pictures in the docs (`picturing.py`).
"""

from __future__ import annotations

import importlib.util
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

from tieline.days import parse_days
from tieline.observer import Statement, read_text, to_bodies, to_body
from tieline.observer.assertion import Channel, Commitment, Contact, Position
from tieline.observer.statement import Force
from tieline.observer.vocabulary import Result, Way
from tieline.replication import founding

_spec = importlib.util.spec_from_file_location(
    "console_pair", Path(__file__).with_name("conftest.py")
)
assert _spec is not None
assert _spec.loader is not None
_pair = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_pair)
Pair = _pair.Pair
said = _pair.said

SAMPLE = "talks-2017-2024.txt"
DAY_S = 86_400


class Visible(HTMLParser):
    """What a reader sees, cells of a table apart, and the structure that carries it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in {"style", "script", "title"}:
            self._hidden += 1
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "title"}:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


def seen(page: str) -> str:
    """The words that a reader sees."""
    return Visible(page).text


def one_party_line(pair: Any, title: str) -> str:
    """A line of alpha alone under this title."""
    line = founding.new_line_id(pair.alpha.node.entropy)
    pair.alpha.join(line, title, {"alpha": pair.alpha.card.fingerprint})
    return str(line)


def observe(pair: Any, data: bytes | None = None) -> str:
    """Alpha's observer's record, filled from a text (the first sample unless given)."""
    line = one_party_line(pair, "observer")
    text = data or (files("tieline.observer") / "samples" / SAMPLE).read_bytes()
    for kind, body in to_bodies(read_text(text).record):
        pair.say(pair.alpha, kind, {"item": body}, line=line)
    return line


def note(pair: Any) -> str:
    """Alpha's own notes of two contacts with a party that has no node."""
    line = one_party_line(pair, "house")
    for text, more in (
        (
            "Colonel Charis called about the fishing boats. Twelve minutes.",
            {
                "assertions": (
                    Channel(thing="coast-guard", name="Coast guard of Charlie"),
                    Contact(
                        thing="call-7",
                        way=Way.CALL,
                        result=Result.HELD,
                        of="coast-guard",
                        by=("charlie",),
                        length_min=12,
                    ),
                )
            },
        ),
        (
            "The boats will be gone by Monday.",
            {
                "speaker": "Colonel Charis",
                "topics": ("fishing",),
                "assertions": (
                    Position(thing="fishing", side="charlie"),
                    Commitment(
                        thing="boats-leave",
                        what="the boats leave the strait",
                        by=("charlie",),
                        due=parse_days("2026-11-23"),
                    ),
                ),
            },
        ),
    ):
        statement = Statement(
            id=f"house-call-7-{len(text)}",
            source="house",
            passage="recorded",
            force=Force.RECORDED,
            happened=parse_days("2026-11-20"),
            text=text,
            **more,
        )
        body = {"marking": "own", "contact": "call-7", "part": "contact", "way": "call"}
        item = to_body(statement)[1]
        pair.say(pair.alpha, "house.recorded", body | {"item": item}, line=line, office="desk")
    return line


def _filer(pair: Any) -> Any:
    """Files what a party says, two days after what was said before."""

    def both(desk: Any, kind: str, body: dict[str, Any], **more: Any) -> str:
        pair.pass_s(2 * DAY_S, step_s=DAY_S)
        more.setdefault("office", "watch")
        return str(pair.say(desk, kind, body, **more))

    return both


def words(text: str, name: str = "texts", lang: str = "en") -> dict[str, Any]:
    """The original words of a body."""
    return {name: said({lang: text})}


def talk(pair: Any) -> str:
    """A small dialogue on the line of both; its part in addresses."""
    for part in (_set_up, _fill_seats, _meet, _speak, _promise, _fall_out):
        part(_filer(pair), pair)
    return str(pair.line.rpartition("/")[2])


def _set_up(both: Any, pair: Any) -> None:
    """A mechanism that both agree to."""
    alpha, bravo = pair.alpha, pair.bravo
    series = both(
        alpha,
        "mechanism.propose",
        {
            "key": "harbour",
            "name": "Harbour talks",
            "subject": "safety of ships in the strait",
            "rhythm": "twice a year",
            "mandate": "keep fishing boats and patrols apart",
            "levels": [
                {"party": "alpha", "value": "director"},
                {"party": "bravo", "value": "vice minister"},
            ],
            "mandated_by": "summit-2026",
            "prepares": ["ministers"],
        },
    )
    both(bravo, "mechanism.accept", {}, case=series)


def _fill_seats(both: Any, pair: Any) -> None:
    """Two seats that are held, and one that is vacant."""
    alpha, bravo = pair.alpha, pair.bravo
    seats = (
        (alpha, "alpha-director", "Director of sea affairs", "director", 3, "I. Ardal"),
        (bravo, "bravo-vice", "Vice minister", "vice minister", 3, "韩丽 Han Li"),
        (bravo, "bravo-chief", "Chief of staff", "chief", 2, ""),
    )
    for desk, key, office, level, rank, holder in seats:
        seat = {"key": key, "office": office, "level": level, "rank": rank}
        case = both(desk, "seat.name", seat)
        if holder:
            both(desk, "seat.appoint", {"holder": holder, "from": "2026-03"}, case=case)
        else:
            both(desk, "seat.vacate", {"since": "2026-09"}, case=case)


def _meet(both: Any, pair: Any) -> None:
    """A round that is put off, moved and held, with one item of each side."""
    alpha, bravo = pair.alpha, pair.bravo
    meeting = both(
        alpha,
        "round.propose",
        {
            "key": "harbour-1",
            "mechanism": "harbour",
            "number": 1,
            "host": "bravo",
            "planned": "2026-12-20",
            "place": "Newport",
            "form": "in person",
        },
    )
    both(bravo, "round.accept", {}, case=meeting)
    both(bravo, "round.postpone", {"by": "bravo", "to": "2027-01", "why": "a storm"}, case=meeting)
    both(alpha, "round.move", {"planned": "2027-01-12", "place": "Oldport"}, case=meeting)
    both(bravo, "round.accept", {}, case=meeting)
    item = both(
        alpha,
        "agenda.propose",
        {"round": "harbour-1", **words("Night signals", "item"), "topic": "signals"},
    )
    both(bravo, "agenda.accept", {}, case=item)
    item = both(
        bravo,
        "agenda.propose",
        {"round": "harbour-1", **words("Fishing grounds", "item"), "topic": "fish"},
    )
    both(alpha, "agenda.leave", {}, case=item)
    at_ms = pair.clock().wall_ms
    both(
        alpha, "round.open", {"at_ms": at_ms, "place": "Oldport", "form": "in person"}, case=meeting
    )
    both(bravo, "round.close", {"at_ms": at_ms + 14_400_000, "length_min": 240}, case=meeting)


def _speak(both: Any, pair: Any) -> None:
    """Each side's readout and position."""
    alpha, bravo = pair.alpha, pair.bravo
    both(
        alpha,
        "readout.give",
        {
            "of": "harbour-1",
            "topics": ["signals"],
            **words("Frank and useful. Both sides will use one set of night signals."),
        },
    )
    both(
        bravo,
        "readout.give",
        {
            "of": "harbour-1",
            "topics": ["signals", "fish"],
            **words("双方坦诚交换意见。渔场归我方所有。", lang="zh"),
        },
    )
    both(bravo, "position.state", {"topic": "fish", **words("渔场自古归我方。", lang="zh")})
    both(alpha, "position.state", {"topic": "fish", **words("The bank is shared by treaty.")})


def _promise(both: Any, pair: Any) -> None:
    """One commitment told in two ways, one open, and what stands in the way."""
    alpha, bravo = pair.alpha, pair.bravo
    survey = both(
        bravo,
        "commitment.make",
        {
            "key": "survey",
            "owners": ["bravo"],
            "due": "2027-01-31",
            "round": "harbour-1",
            **words("A joint survey of the bank"),
        },
    )
    both(bravo, "commitment.meet", {"evidence": "chart 7"}, case=survey)
    both(alpha, "commitment.dispute", {"why": "no chart came"}, case=survey)
    both(
        alpha,
        "commitment.make",
        {
            "key": "signals-list",
            "owners": ["alpha", "bravo"],
            "due": "2027-06-30",
            "round": "harbour-1",
            **words("One list of night signals"),
        },
    )
    both(
        alpha,
        "measure.state",
        {"key": "boats", "what": "sale", **words("Six patrol boats"), "by": "alpha"},
    )
    both(bravo, "cause.name", {"of": "harbour-1", "because": "boats"})
    both(
        bravo,
        "precondition.name",
        {
            "key": "no-boats",
            "of": "harbour",
            **words("Stop the sale of the boats"),
            "measure": "boats",
        },
    )
    both(
        alpha,
        "round.propose",
        {
            "key": "harbour-2",
            "mechanism": "harbour",
            "number": 2,
            "host": "alpha",
            "planned": "2027-06",
            "place": "Newport",
        },
    )


def _fall_out(both: Any, pair: Any) -> None:
    """A text in brackets, and a suspension."""
    alpha, bravo = pair.alpha, pair.bravo
    clause = {"id": "aim", "title": "Aim", "text": "Calm at sea.", "terms": ""}
    draft = {"key": "joint", "title": "Joint words", "for": "joint statement", "round": "harbour-1"}
    text = both(alpha, "text.draft", draft | {"clauses": [clause]})
    other = clause | {"text": "Calm in the strait."}
    both(bravo, "text.draft", {"clauses": [other]}, case=text)
    both(
        bravo,
        "suspension.mechanism",
        {
            "mechanism": "harbour",
            "reason": "the sale of six patrol boats",
            "conditions": ["The sale is stopped"],
        },
    )


def fill(pair: Any) -> dict[str, str]:
    """All three; the ids of their lines by kind."""
    return {"observer": observe(pair), "house": note(pair), "line": _talked(pair)}


def _talked(pair: Any) -> str:
    talk(pair)
    return str(pair.line)


__all__ = ["SAMPLE", "Pair", "fill", "note", "observe", "one_party_line", "said", "talk"]

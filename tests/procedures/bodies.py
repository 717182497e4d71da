"""Bodies of messages and versions of rosters, as an officer would fill them in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tieline.replication import founding as fd
from tieline.replication import machine


def texts(*words: str) -> list[Any]:
    """The first one is the original."""
    langs = ("en", "fr", "ru")
    return [
        {"lang": lang, "text": text, "original": "no" if number else "yes"}
        for number, (lang, text) in enumerate(zip(langs, words, strict=False))
    ]


def say_body(subject: str = "Convoy", **changes: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "texts": texts("A convoy leaves at noon."),
        "codes": [],
        "channel": "dialogue",
        "answer_by_s": 0,
        "references": [],
        "attachments": [],
    } | changes


def clause(name: str, terms: str = "", text: str = "As agreed.") -> dict[str, str]:
    return {"id": name, "title": name.title(), "text": text, "terms": terms}


def draft_body(*clauses: dict[str, str]) -> dict[str, Any]:
    return {"clauses": list(clauses), "note": ""}


def expiry_body(
    *, clock: str = "take", rung: int = 0, allowed: int, receipt: bytes = b"", following: str = ""
) -> dict[str, Any]:
    return {
        "clock": clock,
        "rung": rung,
        "next": following,
        "receipt": receipt.decode(),
        "allowed": allowed,
    }


def answer_body(words: str = "We have seen it.") -> dict[str, Any]:
    return {"texts": texts(words), "codes": []}


def call_test(desk: Any, text: str = "How do you hear us?") -> Any:
    """A test call with the digest of the state as it will be seen."""
    draft = machine.test_draft(desk.seat, "watch", text)
    return desk.post(draft.kind, draft.body, mark=draft.mark)


def publish(desk: Any, *, operator: bytes | None = None, people: int = 2, **changes: Any) -> Any:
    """A new version of a desk's roster."""
    at = desk.seat.view.roster_at(desk.party)
    assert at is not None
    envelope = fd.next_roster(at.roster, at.envelope, operator or desk.vault.operator, **changes)
    body = {"version": at.roster.version + 1, "change": "as announced"}
    return desk.post("roster.publish", body, clear=(envelope,), people=people)


def vacate(desk: Any, office: str, *, filled: bool = False) -> Any:
    """An office that nobody holds from now on, or that somebody holds again."""
    roster = desk.seat.roster(desk.party)
    assert roster is not None
    seats = tuple(replace(o, filled=filled) if o.name == office else o for o in roster.offices)
    return publish(desk, offices=seats)

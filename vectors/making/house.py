"""Bodies of every kind of a party's own house."""

from __future__ import annotations

from typing import Any

from making.common import MALFORMED, Files, case_file
from making.talk import BODY, REF, dump

TEXTS = BODY["texts"]
DRAFT: dict[str, Any] = {
    "marking": "own",
    "title": "Convoy on Monday",
    "line": "border",
    "kind": "message.say",
    "case": REF,
    "to": ["bravo/watch"],
    "level": "ROUTINE",
    "texts": TEXTS,
}
PREPARED: dict[str, Any] = {"marking": "line", "title": "Round", "body": {"key": "round-17"}}
MARK: dict[str, Any] = {"marking": "line", "before": "own", "why": "the desk agreed"}
ITEM: dict[str, Any] = {"id": "house-call-7-1", "force": "recorded"}
SAID: dict[str, Any] = {
    "marking": "own",
    "contact": "call-7",
    "part": "said",
    "way": "call",
    "side": "bravo",
    "words": "our summary",
    "texts": TEXTS,
    "answers": REF,
    "item": ITEM,
}
FILE: dict[str, Any] = {
    "name": "gunnery-4.pdf",
    "type": "application/pdf",
    "length": 3,
    "sha256": "00" * 32,
}
PAPERS: dict[str, Any] = {
    "marking": "own",
    "key": "gunnery-4",
    "line": "tieline.invalid/00",
    "wording": REF,
    "mark": "EXERCISE",
    "standing": "notified, and stands",
    "to": "Coast guard",
    "address": "watch@coast.example",
    "handling": "line",
    "reference": "gunnery-4/a0d154dd",
    "redacted": ["purpose"],
    "answer_to": ["telephone 555 0100"],
    "message_id": "<1@alpha.example>",
    "letter": "00" * 32,
    "attachments": [FILE],
}

GOOD: dict[str, dict[str, Any]] = {
    "house.draft": DRAFT,
    "house.draft.revise": {"revision": 2, "texts": TEXTS, "why": "the desk asked"},
    "house.draft.sent": {"line": "tieline.invalid/00", "entry": REF, "revision": 2},
    "house.draft.drop": {"why": "overtaken"},
    "house.draft.mark": MARK,
    "house.clearance": {
        "marking": "own",
        "draft": REF,
        "office": "desk",
        "revision": 1,
        "note": "the second paragraph",
    },
    "house.clearance.clear": {"revision": 1, "note": "with that change"},
    "house.clearance.refuse": {"revision": 1, "why": "not before the visit"},
    "house.clearance.comment": {"revision": 1, "note": "name the road"},
    "house.clearance.withdraw": {},
    "house.clearance.mark": MARK,
    "house.instruction": {
        "marking": "own",
        "title": "Calls",
        "to": ["watch"],
        "about": "round-17",
        "texts": TEXTS,
        "until_ms": 1_795_305_599_000,
    },
    "house.instruction.end": {"why": "done"},
    "house.instruction.mark": MARK,
    "house.points": {"marking": "own", "about": "round-17", "topic": "convoys", "texts": TEXTS},
    "house.points.revise": {"texts": TEXTS},
    "house.points.drop": {},
    "house.points.mark": MARK,
    "house.note": {
        "marking": "publishable",
        "title": "Colonel X",
        "about": "round-17",
        "texts": TEXTS,
        "references": [REF],
    },
    "house.note.revise": {"texts": TEXTS, "why": "a slip"},
    "house.note.drop": {},
    "house.note.mark": MARK,
    "house.recorded": SAID,
    "house.recorded.correct": {"why": "the wrong day", "item": ITEM},
    "house.recorded.sheet": {"sha256": "00" * 32, "name": "call-7.txt", "to": "Colonel X"},
    "house.recorded.withdraw": {"why": "never took place"},
    "house.recorded.mark": MARK,
    "house.handed": PAPERS,
    "house.handed.gone": {
        "way": "e-mail",
        "server": "mail.alpha.example",
        "at_ms": 1_795_305_599_000,
    },
    "house.handed.heard": {
        "speaker": "Coast guard",
        "way": "e-mail",
        "what": "read-back",
        "words": "We have it.",
        "positions": [{"lat_e7": 543_333_333, "lon_e7": 121_666_667, "name": "1"}],
        "place": "off the mole",
        "attachments": [FILE | {"name": "answer.xlsx"}],
    },
    "house.handed.withdraw": {"why": "never went"},
    "house.handed.mark": MARK,
}


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


BAD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "draft-without-mark": ("house.draft", "no handling mark", _without(DRAFT, "marking")),
    "draft-mark-unknown": ("house.draft", "no such mark", DRAFT | {"marking": "secret"}),
    "draft-says-nothing": ("house.draft", "neither texts nor body", _without(DRAFT, "texts")),
    "draft-says-both": ("house.draft", "texts and a body", DRAFT | {"body": {}}),
    "draft-body-list": ("house.draft", "a body that is a list", PREPARED | {"body": []}),
    "revise-first": ("house.draft.revise", "revision 1", {"revision": 1, "texts": TEXTS}),
    "revise-with-mark": (
        "house.draft.revise",
        "a step that carries a mark",
        {"revision": 2, "texts": TEXTS, "marking": "publishable"},
    ),
    "refuse-without-why": ("house.clearance.refuse", "a reason is owed", {"revision": 1}),
    "mark-without-why": ("house.note.mark", "a reason is owed", _without(MARK, "why")),
    "mark-without-before": ("house.note.mark", "not what it was", _without(MARK, "before")),
    "instruction-to-nobody": (
        "house.instruction",
        "for nobody",
        {"marking": "own", "to": [], "texts": TEXTS},
    ),
    "recorded-side-without-words": (
        "house.recorded",
        "a side, and not in whose words",
        _without(SAID, "words"),
    ),
    "handed-to-nobody": ("house.handed", "for nobody", _without(PAPERS, "to")),
    "handed-of-no-wording": ("house.handed", "no wording", _without(PAPERS, "wording")),
    "handed-unmarked": ("house.handed", "neither ACTUAL nor practice", _without(PAPERS, "mark")),
    "heard-nothing": (
        "house.handed.heard",
        "neither words nor positions",
        {"speaker": "Coast guard", "way": "telephone", "what": "taken"},
    ),
    "recorded-item-text": ("house.recorded", "an item that is no object", SAID | {"item": "x"}),
}


def make() -> Files:
    """Every body of `message/body-house-*`."""
    files: Files = {}
    for kind, body in GOOD.items():
        name = f"message/body-{kind.replace('.', '-')}.txt"
        files[name] = case_file(f"a body of {kind}", dump(body), ("check", "body"), ("kind", kind))
    prepared = case_file(
        "a draft with a prepared body", dump(PREPARED), ("check", "body"), ("kind", "house.draft")
    )
    files["message/body-house-draft-prepared.txt"] = prepared
    for name, (kind, about, body) in BAD.items():
        headers = (("check", "body"), ("kind", kind))
        data = case_file(about, dump(body), *headers, expect=MALFORMED)
        files[f"message/body-house-{name}.txt"] = data
    return files

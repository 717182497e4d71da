"""Bodies of every kind of message, and the text of a framework."""

from __future__ import annotations

from typing import Any

from making.common import FINGERPRINTS, MALFORMED, Files, case_file
from making.talk import BODY, REF, dump
from tieline.procedures.brackets import Clause
from tieline.procedures.line.framework import text_digest

DIGEST = "00" * 32
PARTIES = [{"party": p, "fingerprint": f} for p, f in sorted(FINGERPRINTS.items())]
INVITE: dict[str, Any] = {"parties": PARTIES, "cites": [], "title": "Strait"}
TEXTS = BODY["texts"]
CLAUSE = {"id": "clocks", "title": "Clocks", "text": "", "terms": "take_FLASH_s = 60"}
EXPIRED: dict[str, Any] = {"clock": "take", "rung": 0, "next": "", "receipt": "", "allowed": 120}
TEST: dict[str, Any] = {"rules": 1, "state": DIGEST, "unreadable": DIGEST, "text": "test"}
FILE = {"name": "map.png", "type": "image/png", "length": 1, "sha256": DIGEST}

GOOD: dict[str, dict[str, Any]] = {
    "line.invite": INVITE,
    "framework.promise": {"texts": TEXTS, "due": "in spring"},
    "framework.draft": {"clauses": [CLAUSE], "note": ""},
    "framework.sign": {"version": 1, "digest": DIGEST},
    "framework.denounce": {"reason": ""},
    "roster.publish": {"version": 2, "change": "a new person"},
    "generation.open": {
        "continues": REF.split(" ")[0],
        "size": 7,
        "root": DIGEST,
        "reason": "disk lost",
    },
    "test.call": TEST,
    "test.echo": TEST,
    "test.confirm": {"note": ""},
    "test.expired": EXPIRED | {"clock": "answer"},
    "message.say": BODY | {"attachments": [FILE]},
    "message.take": {"note": "taken"},
    "message.answer": {"texts": TEXTS, "codes": []},
    "message.decline": {"reason": "not ours"},
    "message.withdraw": {"reason": ""},
    "message.expired": EXPIRED,
    "message.unreached": EXPIRED,
    "message.reconcile": {"outcome": "answered", "note": ""},
    "opened.batch": {"items": [{"ref": REF, "result": "ok"}]},
    "suspension.declare": {"channel": "dialogue", "reason": "an incident", "conditions": []},
    "resumption.propose": {"lifts": [REF], "note": ""},
    "resumption.accept": {"note": ""},
    "resumption.refuse": {"reason": ""},
    "resumption.withdraw": {"reason": ""},
    "correction.file": {"corrects": REF, "texts": TEXTS, "reason": "a slip"},
    "correction.note": {"note": ""},
    "correction.dispute": {"reason": ""},
    "reported.source": {"item": {}},
    "reported.statement": {"item": {}},
    "reported.inference": {"item": {}},
    "reported.withdrawal": {"item": {}},
}

two_originals = [TEXTS[0], TEXTS[0] | {"lang": "fr"}]
BAD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "say-field-missing": (
        "message.say",
        "no channel",
        {k: v for k, v in BODY.items() if k != "channel"},
    ),
    "say-field-unknown": ("message.say", "a field too many", BODY | {"urgent": True}),
    "say-nothing": ("message.say", "neither text nor code", BODY | {"texts": []}),
    "say-two-originals": ("message.say", "two originals", BODY | {"texts": two_originals}),
    "say-channel-unknown": ("message.say", "no such channel", BODY | {"channel": "gossip"}),
    "say-answer-in-two-years": ("message.say", "over 366 days", BODY | {"answer_by_s": 63_072_000}),
    "say-attachments-16": ("message.say", "16 attachments", BODY | {"attachments": [FILE] * 16}),
    "decline-without-reason": ("message.decline", "a reason is owed", {"reason": ""}),
    "expired-allowed-zero": ("message.expired", "no time allowed", EXPIRED | {"allowed": 0}),
    "expired-clock-unknown": ("message.expired", "no such clock", EXPIRED | {"clock": "tea"}),
    "opened-nothing": ("opened.batch", "an empty batch", {"items": []}),
    "opened-result-unknown": (
        "opened.batch",
        "no such result",
        {"items": [{"ref": REF, "result": "fine"}]},
    ),
    "draft-clause-twice": (
        "framework.draft",
        "one clause twice",
        {"clauses": [CLAUSE] * 2, "note": ""},
    ),
    "draft-float": (
        "framework.draft",
        "a float in the terms",
        {"clauses": [CLAUSE | {"terms": "x = 1.5"}], "note": ""},
    ),
    "draft-date": (
        "framework.draft",
        "a date in the terms",
        {"clauses": [CLAUSE | {"terms": "x = 2026-01-01"}], "note": ""},
    ),
    "draft-no-toml": (
        "framework.draft",
        "terms that are no TOML",
        {"clauses": [CLAUSE | {"terms": "x = "}], "note": ""},
    ),
    "sign-version-zero": ("framework.sign", "version 0", {"version": 0, "digest": DIGEST}),
    "declare-without-reason": (
        "suspension.declare",
        "a reason is owed",
        {"channel": "dialogue", "reason": "", "conditions": []},
    ),
    "propose-lifting-nothing": ("resumption.propose", "lifts nothing", {"lifts": [], "note": ""}),
    "generation-without-reason": (
        "generation.open",
        "a reason is owed",
        GOOD["generation.open"] | {"reason": ""},
    ),
    "test-rules-zero": ("test.call", "rules version 0", TEST | {"rules": 0}),
    "reported-list": ("reported.statement", "an item that is a list", {"item": []}),
}
BAD_INVITES: dict[str, tuple[str, dict[str, Any]]] = {
    "out-of-order": ("bravo before alpha", INVITE | {"parties": PARTIES[::-1]}),
    "party-twice": ("one party twice", INVITE | {"parties": [PARTIES[0], *PARTIES]}),
    "nobody": ("no party", INVITE | {"parties": []}),
    "parties-11": (
        "11 parties",
        INVITE | {"parties": [PARTIES[0] | {"party": f"p{n:02}"} for n in range(11)]},
    ),
    "fingerprint-59": ("59 digits", INVITE | {"parties": [PARTIES[0] | {"fingerprint": "1" * 59}]}),
    "fingerprint-in-groups": (
        "spaces between the digits",
        INVITE | {"parties": [PARTIES[0] | {"fingerprint": "12345 " * 10}]},
    ),
    "fingerprint-arabic": (
        "Arabic digits",
        INVITE | {"parties": [PARTIES[0] | {"fingerprint": "١" * 60}]},
    ),
    "title-missing": ("no title", {k: v for k, v in INVITE.items() if k != "title"}),
    "cites-17": ("17 heads", INVITE | {"cites": [""] * 17}),
}


def bodies() -> Files:
    """Bodies in the folders `message` and `invitation`."""
    files = {}
    for kind, body in GOOD.items():
        folder = "invitation" if kind == "line.invite" else "message"
        name = f"{folder}/body-{kind.replace('.', '-')}.txt"
        files[name] = case_file(f"a body of {kind}", dump(body), ("check", "body"), ("kind", kind))
    for name, (kind, about, body) in BAD.items():
        headers = (("check", "body"), ("kind", kind))
        files[f"message/body-{name}.txt"] = case_file(about, dump(body), *headers, expect=MALFORMED)
    for name, (about, body) in BAD_INVITES.items():
        headers = (("check", "body"), ("kind", "line.invite"))
        data = case_file(about, dump(body), *headers, expect=MALFORMED)
        files[f"invitation/body-{name}.txt"] = data
    return files


LEVELS = {
    "id": "levels",
    "title": "levels",
    "text": "Four levels",
    "terms": 'names=["FLASH","IMMEDIATE","PRIORITY","ROUTINE"]',
}
CLOCKS = {
    "id": "clocks",
    "title": "clocks",
    "text": "c",
    "terms": "take_FLASH_s=120\nanswer_FLASH_s=300",
}
DROPPED = {"id": "old", "title": "Old", "text": "", "terms": ""}
UMLAUT = {"id": "words", "title": "Wörter", "text": "Grüße 🙂\n", "terms": ""}

DIGESTS: dict[str, tuple[str, list[dict[str, str]]]] = {
    "worked-example": ("the worked example", [CLOCKS, LEVELS]),
    "order-of-clauses": ("the order in which clauses are filed says nothing", [LEVELS, CLOCKS]),
    "one-clause": ("one clause", [LEVELS]),
    "not-ascii": ("titles and texts are hashed in UTF-8", [UMLAUT, LEVELS]),
    "no-clause": ("no clause at all", []),
}
AGREED: dict[str, tuple[str, dict[str, list[dict[str, str]]], str]] = {
    "agreed": (
        "both have filed the same",
        {"alpha": [CLOCKS, LEVELS], "bravo": [LEVELS, CLOCKS]},
        "",
    ),
    "agreed-without-what-both-drop": (
        "a clause that both leave empty is left out",
        {"alpha": [LEVELS, DROPPED], "bravo": [LEVELS, DROPPED]},
        "",
    ),
    "bracket-text": (
        "one text differs",
        {"alpha": [CLOCKS, LEVELS], "bravo": [LEVELS, CLOCKS | {"text": "d"}]},
        "clocks",
    ),
    "bracket-title": (
        "one title differs",
        {"alpha": [LEVELS], "bravo": [LEVELS | {"title": "x"}]},
        "levels",
    ),
    "bracket-space-in-terms": (
        "a space in the terms is a difference",
        {"alpha": [CLOCKS], "bravo": [CLOCKS | {"terms": CLOCKS["terms"] + " "}]},
        "clocks",
    ),
    "bracket-silence": (
        "one party is silent on a clause",
        {"alpha": [CLOCKS, LEVELS], "bravo": [LEVELS]},
        "clocks",
    ),
    "bracket-dropped-by-one": (
        "left out by one party only",
        {"alpha": [LEVELS, DROPPED], "bravo": [LEVELS]},
        "old",
    ),
    "bracket-two": (
        "two clauses, in the order of ids",
        {"alpha": [LEVELS], "bravo": [CLOCKS]},
        "clocks levels",
    ),
}
TERMS: dict[str, tuple[str, str, bool]] = {
    "terms-table": (
        "strings, integers, booleans, lists, tables",
        'a = "x"\nb = 1\nc = true\nd = ["y", 2]\n[e]\nf = 3\n',
        True,
    ),
    "terms-empty": ("no terms", "", True),
    "terms-float": ("a float", "a = 1.0", False),
    "terms-nan": ("not a number", "a = nan", False),
    "terms-date": ("a date", "a = 2026-11-21", False),
    "terms-key-twice": ("one key twice", "a = 1\na = 2", False),
    "terms-float-inside": ("a float inside a list", "a = [1, [2.5]]", False),
    "terms-nested": ("16 deep", "a = " + "[" * 15 + "1" + "]" * 15, True),
    "terms-nested-too-deep": ("17 brackets open", "a = " + "[" * 17 + "]" * 17, False),
    "terms-digits": ("16 digits", "a = 9007199254740991", True),
    "terms-digits-17": ("17 digits", "a = 90071992547409910", False),
    "terms-beyond-53-bits": ("2^53", "a = 9007199254740992", False),
    "terms-not-toml": ("not TOML", "a: 1", False),
}


def clauses_of(items: list[dict[str, str]]) -> dict[str, Clause]:
    return {i["id"]: Clause(title=i["title"], text=i["text"], terms=i["terms"]) for i in items}


def frameworks() -> Files:
    """The folder `framework`."""
    files = {}
    for name, (about, items) in DIGESTS.items():
        digest = text_digest(clauses_of(items))
        headers = (("check", "digest"), ("digest", digest))
        files[f"framework/digest-{name}.txt"] = case_file(about, dump(items), *headers)
    for name, (about, positions, brackets) in AGREED.items():
        kept = [i for i in positions["alpha"] if i["text"] or i["terms"]]
        digest = "-" if brackets else text_digest(clauses_of(kept))
        headers = (("check", "agreed"), ("brackets", brackets or "-"), ("digest", digest))
        files[f"framework/{name}.txt"] = case_file(about, dump(positions), *headers)
    for name, (about, text, is_good) in TERMS.items():
        expect = "pass" if is_good else MALFORMED
        body = text.encode()
        files[f"framework/{name}.txt"] = case_file(about, body, ("check", "terms"), expect=expect)
    return files


def make() -> Files:
    """Bodies, and the folder `framework`."""
    return bodies() | frameworks()

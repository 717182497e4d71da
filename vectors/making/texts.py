"""Joint texts and what follows them: bodies, digests, locked clauses, and a line of its own."""

from __future__ import annotations

import random
from typing import Any

from making.builder import Line
from making.common import MALFORMED, Files, case_file
from making.dialogue import Talks
from making.kinds import TEXTS, clauses_of
from making.lines import found
from making.talk import REF, dump
from tieline.procedures.brackets import changed
from tieline.procedures.dialogue.text import text_digest
from tieline.record.entry import Ref

PURPOSE = {"key": "joint-2018", "title": "Joint statement", "for": "joint statement"}
FRENCH = [{"lang": "fr", "text": "Une bouée dérive.", "original": "no"}]
SUSPEND: dict[str, Any] = {"mechanism": "talks", "reason": "an incident"}


def clause(name: str, text: str, terms: str = "") -> dict[str, str]:
    return {"id": name, "title": name.title(), "text": text, "terms": terms}


ONE, TWO = clause("one", "Both meet."), clause("two", "In June.")
BOTH = {"clauses": [ONE, TWO]}

GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "text.draft": (
        "text.draft",
        BOTH | PURPOSE | {"round": REF, "reopens": ["one"], "note": "as discussed"},
    ),
    "text.draft-least": ("text.draft", {"clauses": [ONE]}),
    "suspension.mechanism": (
        "suspension.mechanism",
        SUSPEND | {"mechanism": REF, "conditions": ["An explanation."]},
    ),
    "suspension.mechanism-least": ("suspension.mechanism", SUSPEND),
}
BAD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "text-draft-no-clause": ("text.draft", "no clause", {"clauses": []}),
    "text-draft-clause-twice": ("text.draft", "one clause twice", {"clauses": [ONE, ONE]}),
    "text-draft-reopens-another": (
        "text.draft",
        "reopens a clause that it does not hold",
        {"clauses": [ONE], "reopens": ["two"]},
    ),
    "text-draft-reopens-nothing": (
        "text.draft",
        "an empty list is not unsaid",
        {"clauses": [ONE], "reopens": []},
    ),
    "text-draft-without-purpose": (
        "text.draft",
        "a key without a purpose",
        {"clauses": [ONE], "key": "joint", "title": "Joint"},
    ),
    "text-draft-terms": (
        "text.draft",
        "a float in the terms",
        {"clauses": [clause("one", "x", "a = 1.5")]},
    ),
    "text-adopt-short": ("text.adopt", "31 bytes", {"digest": "ab" * 31}),
    "readout-translation-original": (
        "readout.translate",
        "a translation that is marked as the original",
        {"of": REF, "texts": TEXTS},
    ),
    "readout-translates-a-key": (
        "readout.translate",
        "a key where a reference is due",
        {"of": "readout-1", "texts": FRENCH},
    ),
    "commitment-nobody": (
        "commitment.make",
        "no owner",
        {"key": "x", "texts": TEXTS, "owners": []},
    ),
    "commitment-renewed-to-nothing": ("commitment.renew", "neither day nor condition", {}),
    "measure-unknown": ("measure.state", "no such sort", {"key": "x", "what": "frown"}),
    "cause-without": ("cause.name", "neither thing nor words", {"of": "round-2"}),
    "suspension-mechanism-without-reason": (
        "suspension.mechanism",
        "a reason is owed",
        {"mechanism": "talks"},
    ),
}
DIGESTS: dict[str, tuple[str, list[dict[str, str]]]] = {
    "two-clauses": ("two clauses", [ONE, TWO]),
    "order-of-clauses": ("the order in which clauses are filed says nothing", [TWO, ONE]),
    "not-ascii": ("texts are hashed in UTF-8", [clause("one", "双方会晤。")]),
}
AGREED = {"alpha": [ONE, TWO], "bravo": [ONE, clause("two", "In May.")]}
LOCKED: dict[str, tuple[str, dict[str, Any], list[dict[str, str]]]] = {
    "nothing-filed-anew": ("the agreed words again", AGREED, [ONE]),
    "agreed-clause": ("other words on an agreed clause", AGREED, [clause("one", "x")]),
    "agreed-clause-title": ("another title", AGREED, [ONE | {"title": "First"}]),
    "agreed-clause-left-out": ("an agreed clause left out", AGREED, [clause("one", "")]),
    "clause-in-brackets": ("a clause in brackets", AGREED, [clause("two", "x")]),
    "new-clause": ("a clause that nobody has filed", AGREED, [clause("three", "x")]),
    "agreed-to-leave-out": (
        "words on a clause that both leave out",
        {"alpha": [clause("one", "")], "bravo": [clause("one", "")]},
        [ONE],
    ),
    "one-party-silent": (
        "a clause on which one party has no position",
        {"alpha": [ONE], "bravo": []},
        [clause("one", "x")],
    ),
}


def make() -> Files:
    """Bodies in the folder `message`; digests and locked clauses in the folder `text`."""
    files = {}
    for name, (kind, body) in GOOD.items():
        headers = (("check", "body"), ("kind", kind))
        path = f"message/body-{name.replace('.', '-')}.txt"
        files[path] = case_file(f"a body of {kind}", dump(body), *headers)
    for name, (kind, about, body) in BAD.items():
        headers = (("check", "body"), ("kind", kind))
        files[f"message/body-{name}.txt"] = case_file(about, dump(body), *headers, expect=MALFORMED)
    for name, (about, items) in DIGESTS.items():
        headers = (("check", "text-digest"), ("digest", text_digest(clauses_of(items))))
        files[f"text/digest-{name}.txt"] = case_file(about, dump(items), *headers)
    for name, (about, positions, filed) in LOCKED.items():
        given = {party: clauses_of(items) for party, items in positions.items()}
        locked = " ".join(changed(given, tuple(sorted(given)), clauses_of(filed))) or "-"
        body = {"positions": positions, "filed": filed}
        headers = (("check", "locked"), ("locked", locked))
        files[f"text/locked-{name}.txt"] = case_file(about, dump(body), *headers)
    return files


def line() -> Line:
    """A text to its adoption, views of a commitment, a mechanism suspended and resumed."""
    found_ = Line("texts", sealed=False, entropy=random.Random(4).randbytes)  # noqa: S311
    found(found_)
    talks = Talks(found_)
    case = _negotiated(talks)
    _commitment(talks, case)
    _words(talks)
    _suspended(talks)
    return found_


def _negotiated(talks: Talks) -> Ref:
    say, move = talks.line.say, talks.move
    say("alpha", "text.draft", BOTH)
    case = say("alpha", "text.draft", BOTH | PURPOSE)
    # Bravo's draft and alpha's second one cross; clause one is agreed, two is not.
    talks.look("alpha")
    move("bravo", "text.draft", {"clauses": [ONE, clause("two", "In May.")]}, case, "bravo")
    move("alpha", "text.draft", {"clauses": [clause("two", "In July.")]}, case, "alpha", blind=True)
    move("alpha", "text.adopt", {"digest": _digest(ONE, TWO)}, case, "alpha")
    move("alpha", "text.draft", {"clauses": [clause("one", "Alpha invites.")]}, case, "alpha")
    reopened = {"clauses": [clause("one", "Bravo invites.")], "reopens": ["one"]}
    move("bravo", "text.draft", reopened, case, "bravo")
    move("alpha", "text.draft", {"clauses": [clause("one", "Alpha invites.")]}, case, "alpha")
    move("bravo", "text.draft", {"clauses": [ONE], "title": "Again"}, case, "bravo")
    for party in ("alpha", "bravo"):
        move(party, "text.draft", BOTH, case, party)
    move("bravo", "text.withdraw", {}, case, "bravo")
    move("alpha", "text.adopt", {"digest": _digest(ONE, TWO)}, case, "alpha")
    move("bravo", "text.draft", BOTH, case, "bravo")
    move("alpha", "text.adopt", {"digest": _digest(ONE)}, case, "alpha")
    for party in ("alpha", "bravo", "bravo"):
        move(party, "text.adopt", {"digest": _digest(ONE, TWO)}, case, party)
    return case


def _digest(*clauses: dict[str, str]) -> str:
    return text_digest(clauses_of(list(clauses)))


def _commitment(talks: Talks, text: Ref) -> None:
    say, move = talks.line.say, talks.move
    body = {"key": "exercise", "texts": TEXTS, "owners": ["alpha", "bravo"], "due": "..2018-12-31"}
    say("alpha", "commitment.make", body | {"owners": ["carol"]})
    case = say("alpha", "commitment.make", body | {"text": text.text()})
    move("bravo", "commitment.accept", {}, case, "bravo")
    talks.look("bravo")
    move("alpha", "commitment.meet", {"evidence": "two ships"}, case, "alpha")
    move("bravo", "commitment.miss", {}, case, "bravo", blind=True)
    move("bravo", "commitment.meet", {}, case, "alpha")
    move("alpha", "commitment.dispute", {"why": "we were there"}, case, "alpha")
    move("bravo", "commitment.renew", {"due": "2019"}, case, "bravo")


def _words(talks: Talks) -> None:
    say, move = talks.line.say, talks.move
    readout = say("alpha", "readout.give", {"of": "round-2", "texts": TEXTS})
    for party in ("alpha", "bravo"):
        say(party, "readout.translate", {"of": readout.text(), "texts": FRENCH})
    position = say("bravo", "position.state", {"topic": "buoys", "texts": TEXTS})
    for party, ref in (("bravo", position), ("alpha", position), ("bravo", readout)):
        body = {"topic": "buoys", "texts": TEXTS, "replaces": ref.text()}
        say(party, "position.state", body)
    measure = say("alpha", "measure.state", {"key": "ban", "what": "other", "texts": TEXTS})
    move("bravo", "measure.end", {}, measure)
    move("alpha", "measure.extend", {"until": "2019-05"}, measure)
    move("alpha", "measure.end", {}, measure)
    body = {"key": "lift-it", "of": "talks", "texts": TEXTS, "measure": measure.text()}
    condition = say("bravo", "precondition.name", body)
    for party, kind in (("alpha", "meet"), ("alpha", "reject"), ("bravo", "acknowledge")):
        move(party, f"precondition.{kind}", {}, condition, party)
    move("alpha", "precondition.acknowledge", {}, condition, "alpha")
    move("bravo", "precondition.meet", {}, condition, "bravo")
    say("alpha", "cause.name", {"of": "talks", "because": measure.text()})


def _suspended(talks: Talks) -> None:
    say, move = talks.line.say, talks.move
    two = {p: (f"{p}-p1", f"{p}-p2") for p in ("alpha", "bravo")}
    mechanism = say("alpha", "mechanism.propose", {"key": "talks", "name": "Talks"})
    say("bravo", "suspension.mechanism", SUSPEND)
    say("bravo", "suspension.mechanism", SUSPEND, by=two["bravo"])
    named = SUSPEND | {"mechanism": mechanism.text()}
    suspension = say("bravo", "suspension.mechanism", named, by=two["bravo"])
    wrong = SUSPEND | {"mechanism": suspension.text()}
    say("bravo", "suspension.mechanism", wrong, by=two["bravo"])
    lifts = {"lifts": [suspension.text()], "note": ""}
    proposal = say("bravo", "resumption.propose", lifts, by=two["bravo"])
    move("alpha", "resumption.accept", {"note": ""}, proposal, by=two["alpha"])

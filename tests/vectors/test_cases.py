"""Every case of our own documents gets the answer that it states."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tieline.errors import MalformedError, TielineError
from tieline.procedures import BY_KIND
from tieline.procedures.brackets import Clause, agreed_text, bracketed, changed
from tieline.procedures.dialogue import text as tx
from tieline.procedures.line import framework as fw
from tieline.procedures.terms import Terms, parse_terms
from tieline.record.content import Spoken, read_content
from tieline.record.entry import Entry, Head, Ref, encode_entry, parse_entry, parse_ref
from tieline.record.merkle import hash_leaf
from tieline.record.message import Office, encode_message, parse_message
from tieline.record.roster import encode_roster, parse_roster
from tieline.record.rosterchain import (
    fingerprint,
    keys_digest,
    read_roster,
    verify_first,
    verify_next,
)
from tieline.record.strict import Fields, load_json
from tieline.replication import filing, seen
from tieline.replication.parcel import encode_parcel, parse_parcel
from tieline.state.judge import judge
from tieline.state.registers import Registers
from tieline.state.view import View

FOLDERS = ("entry", "message", "roster", "invitation", "framework", "text", "parcel", "express")
VECTORS = Path(__file__).resolve().parents[2] / "vectors"
FILES = [path for folder in FOLDERS for path in sorted((VECTORS / folder).glob("*.txt"))]
LEAST = {"entry": 25, "message": 20, "roster": 15, "parcel": 12}


def check_entry(case: Any) -> None:
    entry = parse_entry(case.body)
    assert encode_entry(entry) == case.body
    hashed = hash_leaf(case.body)
    assert hashed.hex() == case.one("leaf-hash")
    ref = Ref(entry.log, entry.index, hashed)
    assert ref.text() == case.one("reference")
    assert parse_ref(ref.text()) == ref


def check_message(case: Any) -> None:
    padding = b" " * int(case.one("spaces")) if case.all("spaces") else b""
    message = parse_message(case.body + padding)
    assert message.kind == case.one("kind")
    assert message.id == case.one("id")
    assert message.issued_ms == int(case.one("issued"))
    assert (message.case.text() if message.case else "-") == case.one("case")
    assert parse_message(encode_message(message)) == message


def check_body(case: Any) -> None:
    fields = Fields(load_json(case.body), path="body")
    kind = case.one("kind")
    BY_KIND[kind].bodies[kind](fields)
    fields.done()


def check_judge(case: Any) -> None:
    """The outcome of an invitation in an empty past."""
    entry = Entry(log="", index=0, time_s=0, sealed=False, payloads=(), commit=None, seen=())
    roster = [sibling(case, name) for name in case.all("roster")]
    spoken = read_content(entry, case.body, roster)
    assert isinstance(spoken, Spoken)
    view = View(Registers(case.one("line"), case.pairs("named")), ())
    ref = Ref(case.one("log"), 0, bytes(32))
    assert judge(view, ref, case.one("party"), spoken).outcome.name == case.one("outcome")


def sibling(case: Any, name: str) -> bytes:
    """The body of another case; no roster has an encoding of its own."""
    data: bytes = (case.path.parent / name).read_bytes().partition(b"\n\n")[2]
    return data


def check_first(case: Any) -> None:
    digits = case.one("fingerprint")
    roster = verify_first(case.body, line=case.one("line"), party=case.one("party"), digits=digits)
    assert hashlib.sha256(case.body).hexdigest() == case.one("sha256")
    assert parse_roster(encode_roster(roster)) == roster


def check_next(case: Any) -> None:
    before = sibling(case, case.one("after"))
    verify_next(case.body, after=read_roster(before)[1], after_envelope=before)


def check_fingerprint(case: Any) -> None:
    keys = [bytes.fromhex(key) for key in case.all("key")]
    assert fingerprint(keys, int(case.one("threshold"))) == case.one("fingerprint")
    assert keys_digest(keys) == case.one("next-digest")


def clauses(items: Any) -> dict[str, Clause]:
    return {i["id"]: Clause(title=i["title"], text=i["text"], terms=i["terms"]) for i in items}


def check_digest(case: Any) -> None:
    assert fw.text_digest(clauses(json.loads(case.body))) == case.one("digest")


def check_agreed(case: Any) -> None:
    positions = {party: clauses(items) for party, items in json.loads(case.body).items()}
    parties = tuple(sorted(positions))
    assert " ".join(bracketed(positions, parties)) or case.one("brackets") == "-"
    text = agreed_text(positions, parties)
    assert (fw.text_digest(text) if text else "-") == case.one("digest")


def check_text_digest(case: Any) -> None:
    assert tx.text_digest(clauses(json.loads(case.body))) == case.one("digest")


def check_locked(case: Any) -> None:
    given = json.loads(case.body)
    positions = {party: clauses(items) for party, items in given["positions"].items()}
    locked = changed(positions, tuple(sorted(positions)), clauses(given["filed"]))
    assert (" ".join(locked) or "-") == case.one("locked")


def check_terms(case: Any) -> None:
    parse_terms(case.body.decode())


def check_parcel(case: Any) -> None:
    parcel = parse_parcel(case.body)
    assert hashlib.sha256(case.body).hexdigest() == case.one("sha256")
    if not parcel.receipts:
        assert parse_parcel(encode_parcel(parcel)) == parcel


class Stub:
    """As much of a seat as the choice of log and heads looks at."""

    def __init__(self, case: Any) -> None:
        self.party = "alpha"
        folded = {log: int(n) for log, n in case.pairs("folded").items()}
        self.owners = {log: party for party, log in case.pairs("owner").items()}
        self.held = {tuple(row.split(" ")[:2]): int(row.split(" ")[2]) for row in case.all("held")}
        line = next(iter(folded)).rpartition("/")[0]
        self.own = {"main": f"{line}/alpha-1", "express": f"{line}/alpha-1x"}
        before = [Head(origin=o, size=int(n), root=b"") for o, n in case.pairs("before").items()]
        self.copies = {log: self.copy(log, n, ()) for log, n in folded.items()}
        own = self.own["express"]
        self.copies[own] = self.copy(own, folded.get(own, 0), tuple(before))
        self.fold = SimpleNamespace(size=folded.__getitem__)
        self.view = SimpleNamespace(terms=Terms)
        self.owner = self.owners.get
        self.parties = tuple(sorted({*self.owners.values(), "alpha"}))
        self.roster = lambda _: None
        self.locked: dict[str, str] = {}

    def copy(self, log: str, size: int, seen: tuple[Head, ...]) -> Any:
        def at(n: int) -> Head:
            return Head(origin=log, size=n, root=b"")

        return SimpleNamespace(size=size, head_size=size, last=SimpleNamespace(seen=seen), at=at)

    def held_by(self, log: str, party: str) -> int:
        if self.owners.get(log) == party:
            return int(self.fold.size(log))
        return self.held.get((party, log), 0)


def addressees(case: Any) -> tuple[Office, ...]:
    return tuple(Office(*text.split("/")) for text in case.all("to"))


def check_seen(case: Any) -> None:
    stub: Any = Stub(case)
    heads = seen.seen_heads(stub, case.one("role"), addressees(case))
    assert "".join(f"{h.origin} {h.size}\n" for h in heads).encode() == case.body


def check_log(case: Any) -> None:
    stub: Any = Stub(case)
    refs = [parse_ref(text) for text in case.all("names")]
    procedure = BY_KIND[case.one("kind")]
    role = filing._role(stub, procedure, case.one("level"), refs, addressees(case))
    assert role == case.one("role")


CHECKS = {
    "body": check_body,
    "judge": check_judge,
    "first": check_first,
    "next": check_next,
    "fingerprint": check_fingerprint,
    "digest": check_digest,
    "agreed": check_agreed,
    "text-digest": check_text_digest,
    "locked": check_locked,
    "terms": check_terms,
    "seen": check_seen,
    "log": check_log,
}
BY_FOLDER = {"entry": check_entry, "message": check_message, "parcel": check_parcel}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gets_the_answer_that_it_states(path, read_case):
    case = read_case(path)
    check = CHECKS[case.one("check")] if case.all("check") else BY_FOLDER[path.parent.name]
    if case.one("expect") == "pass":
        check(case)
        return
    with pytest.raises(TielineError) as refused:
        check(case)
    assert refused.value.code == case.one("expect")


@pytest.mark.parametrize("folder", sorted(LEAST))
def test_every_parser_has_enough_cases_that_it_must_refuse(folder, read_case):
    paths = [path for path in FILES if path.parent.name == folder]
    answers = Counter(read_case(path).one("expect") == "pass" for path in paths)
    assert answers[False] >= LEAST[folder]
    assert answers[True] >= 5


def test_every_case_says_what_it_is_about(read_case):
    assert [path.name for path in FILES if not read_case(path).one("about")] == []


def test_a_case_that_must_be_refused_differs_from_one_that_passes(read_case):
    """Otherwise a reader that refuses everything of a folder would not be found out."""
    bodies = Counter(
        (path.parent.name, read_case(path).body, str(read_case(path).headers.get("check")))
        for path in FILES
        if read_case(path).one("expect") == MalformedError.code
    )
    assert [key for key, count in bodies.items() if count > 1 and key[0] != "message"] == []

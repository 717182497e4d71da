"""Every case in vectors/ gets the answer that it states."""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tieline.errors import BrokenProofError, TielineError
from tieline.record import age, dsse, ed25519, merkle
from tieline.record.checkpoint import LogKey, subtree_message, verify_checkpoint
from tieline.record.note import parse_vkey, verify_note
from tieline.record.receipt import MirrorKey, cosignature_message, verify_receipt

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    headers: dict[str, list[str]]
    body: bytes

    def one(self, name: str) -> str:
        (value,) = self.headers[name]
        return value

    def all(self, name: str) -> list[str]:
        return self.headers.get(name, [])

    def hex(self, name: str) -> bytes:
        return bytes.fromhex(self.one(name))

    def hexes(self, name: str) -> list[bytes]:
        return [bytes.fromhex(value) for value in self.all(name)]

    def number(self, name: str) -> int:
        return int(self.one(name))


def read(path: Path) -> Case:
    head, _, body = path.read_bytes().partition(b"\n\n")
    headers = defaultdict(list)
    for line in head.decode().splitlines():
        name, _, value = line.partition(":")
        headers[name].append(value.strip())
    if headers["encoding"] == ["base64"]:
        body = base64.b64decode(body)
    return Case(headers=dict(headers), body=body)


def check_merkle(case: Case) -> None:
    proof = case.hexes("proof")
    if case.one("check") == "root":
        leaves = [merkle.hash_leaf(leaf) for leaf in case.hexes("leaf")]
        if merkle.root_of(leaves) != case.hex("root"):
            raise BrokenProofError("another root")
    elif case.one("check") == "inclusion":
        numbers = case.number("index"), case.number("size")
        merkle.verify_inclusion(case.hex("leaf-hash"), *numbers, proof, case.hex("root"))
    else:
        old, new = case.number("old-size"), case.number("size")
        merkle.verify_consistency(old, case.hex("old-root"), new, case.hex("root"), proof)


def check_note(case: Case) -> None:
    keys = [parse_vkey(vkey) for vkey in case.all("vkey")]
    note, rebuilt = verify_note(case.body, keys)
    assert verify_note(rebuilt, keys) == (note, rebuilt)
    assert len(note.lines) == len(keys)


def check_checkpoint(case: Case) -> None:
    classic, quantum = (parse_vkey(vkey) for vkey in case.all("vkey"))
    key = LogKey(origin=classic.name, ed25519=classic.public, mldsa44=quantum.public)
    assert key.verifiers() == (classic, quantum)
    verified = verify_checkpoint(case.body, key)
    head = verified.checkpoint
    assert (head.size, head.root) == (case.number("size"), case.hex("root"))
    assert verified.time_s == case.number("time")
    assert verify_checkpoint(verified.note, key) == verified


def check_cosignature(case: Case) -> None:
    classic, quantum = (parse_vkey(vkey) for vkey in case.all("vkey"))
    key = MirrorKey(name=classic.name, ed25519=classic.public, mldsa44=quantum.public)
    assert key.verifiers() == (classic, quantum)
    receipt = verify_receipt(case.body, key)
    assert receipt.time_s == case.number("time")
    text = receipt.checkpoint.encode()
    assert cosignature_message(text, receipt.time_s) == case.hex("message-ed25519")
    message = subtree_message(receipt.checkpoint, receipt.cosigner, receipt.time_s)
    assert message == case.hex("message-mldsa44")
    assert verify_receipt(receipt.note, key) == receipt


def check_dsse(case: Case) -> None:
    publics = dict(line.split(" ") for line in case.all("public"))
    envelope = dsse.parse(case.body, case.one("type"))
    for signature in envelope.signatures:
        ed25519.verify(bytes.fromhex(publics[signature.keyid]), signature.sig, envelope.pae)
    assert sha256(envelope.pae).digest() == case.hex("pae-sha256")
    assert envelope.body == case.hex("body")


def check_age(case: Case) -> None:
    identities = [age.parse_identity(text) for text in case.all("identity")]
    assert sha256(age.decrypt(case.body, identities)).digest() == case.hex("payload-sha256")


def check_ed25519(case: Case) -> None:
    ed25519.verify(case.hex("key"), case.hex("signature"), case.hex("message"))


CHECKS: dict[str, Callable[[Case], None]] = {
    "age": check_age,
    "checkpoint": check_checkpoint,
    "cosignature": check_cosignature,
    "dsse": check_dsse,
    "ed25519": check_ed25519,
    "merkle": check_merkle,
    "note": check_note,
}
FILES = [path for folder in CHECKS for path in sorted((VECTORS / folder).glob("*.txt"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gets_the_answer_that_it_states(path: Path) -> None:
    case = read(path)
    check = CHECKS[path.parent.name]
    if case.one("expect") == "pass":
        check(case)
        return
    with pytest.raises(TielineError) as refused:
        check(case)
    assert refused.value.code == case.one("expect")


@pytest.mark.parametrize("folder", sorted(CHECKS))
def test_every_folder_has_cases_of_both_kinds(folder: str) -> None:
    answers = Counter(read(path).one("expect") == "pass" for path in FILES if folder in path.parts)
    assert answers[True] >= 3
    assert answers[False] >= 8


def test_every_case_says_what_it_is_about() -> None:
    assert [path.name for path in FILES if not read(path).one("about")] == []

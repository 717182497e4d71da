"""Later versions of a roster, after the file `roster/first.txt`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from making.common import ALPHA, BRAVO, MALFORMED, Files, case_file, seed
from making.papers import BAD_SIGNATURE, FIRST, OPERATOR, signed
from tieline.record import ed25519
from tieline.record.roster import Cutoff, Roster, encode_roster
from tieline.record.rosterchain import keys_digest

Case = tuple[str, Roster, Mapping[str, bytes]]

ONE = ALPHA.roster()
PREVIOUS = hashlib.sha256(FIRST).hexdigest()


def following(**changes: object) -> Roster:
    return replace(ONE, version=2, previous=PREVIOUS, **changes)  # type: ignore[arg-type]


def publics(seeds: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(ed25519.public_of(each) for each in seeds)


SAME = following()
NEXT_OPERATOR = {"operator": ALPHA.seed("next operator")}
STRANGER = {"operator": seed("stranger")}
OLD, NEW = ALPHA.roots(), ALPHA.roots("next root")
OLDS = {"root-1": OLD[0], "root-2": OLD[1]}
NEWS = {"new-root-1": NEW[0], "new-root-2": NEW[1]}
ROOTED = following(root_keys=publics(NEW))
MOVED = following(operator=ALPHA.public("next operator"), operator_next=keys_digest([]))
TAKEN = following(operator=ed25519.public_of(seed("stranger")))
FOREIGN = tuple(seed(f"foreign root {n}") for n in (1, 2, 3))
FOREIGNS = {"new-root-1": FOREIGN[0], "new-root-2": FOREIGN[1]}
SPARE = following(logs=(*ONE.logs, ALPHA.log("2", state="spare")))
CUT = following(
    cutoffs=(Cutoff(key="alpha-p1", log=ALPHA.origin(), index=7, reason="lost", suspect=False),)
)
OTHER_KEY = replace(ONE.logs[0], key=replace(ALPHA.log("2").key, origin=ALPHA.origin()))
OF_BODY = hashlib.sha256(encode_roster(ONE)).hexdigest()

GOOD: dict[str, Case] = {
    "next": ("a cut-off", CUT, OPERATOR),
    "next-spare-log": ("a log is added", SPARE, OPERATOR),
    "next-operator": ("the operator that was committed to", MOVED, NEXT_OPERATOR),
    "next-root": ("old root, new root, operator", ROOTED, OLDS | NEWS | OPERATOR),
}
UNSIGNED: dict[str, Case] = {
    "wrong-operator": ("signed by a stranger", SAME, STRANGER),
    "operator-early": ("signed by the next operator, not named yet", SAME, NEXT_OPERATOR),
    "operator-not-committed": ("a new operator out of nowhere", TAKEN, STRANGER),
    "operator-signed-by-old": ("the new operator has to sign", MOVED, OPERATOR),
    "roots-for-operator": ("the root does not stand in for the operator", SAME, OLDS),
    "root-not-committed": (
        "new root keys out of nowhere",
        following(root_keys=publics(FOREIGN)),
        OLDS | FOREIGNS | OPERATOR,
    ),
    "root-without-old": ("the old root is silent", ROOTED, NEWS | OPERATOR),
    "root-without-new": ("the new root is silent", ROOTED, OLDS | OPERATOR),
    "root-threshold-missing": (
        "one of two of the new root",
        ROOTED,
        OLDS | OPERATOR | {"new-root-1": NEW[0]},
    ),
    "threshold-lowered": (
        "a threshold cannot change alone",
        following(root_threshold=1),
        OLDS | OPERATOR | {"new-root-1": OLD[0]},
    ),
}
MISPLACED: dict[str, Case] = {
    "drops-a-log": ("a log is gone", following(logs=ONE.logs[:1]), OPERATOR),
    "changes-a-log": (
        "a log has another key",
        following(logs=(OTHER_KEY, ONE.logs[1])),
        OPERATOR,
    ),
    "skips-a-version": ("version 3 after version 1", replace(SAME, version=3), OPERATOR),
    "follows-another": ("another version before it", replace(SAME, previous="00" * 32), OPERATOR),
    "previous-of-body": (
        "the digest of the body, not of the envelope",
        replace(SAME, previous=OF_BODY),
        OPERATOR,
    ),
    "of-another-party": (
        "bravo's",
        replace(BRAVO.roster(), version=2, previous=PREVIOUS),
        {"operator": BRAVO.seed("operator")},
    ),
}


def make() -> Files:
    """Later versions in the folder `roster`."""
    headers = (("check", "next"), ("after", "first.txt"))
    files = {}
    for name, (about, roster, signers) in GOOD.items():
        files[f"roster/{name}.txt"] = case_file(about, signed(roster, signers), *headers)
    for expect, cases in ((BAD_SIGNATURE, UNSIGNED), (MALFORMED, MISPLACED)):
        for name, (about, roster, signers) in cases.items():
            data = signed(roster, signers)
            files[f"roster/next-{name}.txt"] = case_file(about, data, *headers, expect=expect)
    return files

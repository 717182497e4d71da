"""Invitations, as the fold judges them in an empty past."""

from __future__ import annotations

from typing import Any

from making.common import ALPHA, FINGERPRINTS, LINE, Files, case_file, seed, sign
from making.kinds import INVITE
from making.talk import MESSAGE, dump

Value = dict[str, Any]

BASE: Value = MESSAGE | {"kind": "line.invite", "rosters": {"alpha": 1}, "body": INVITE}
ONLY_ALPHA = INVITE | {"parties": INVITE["parties"][:1]}
OTHER_BRAVO = INVITE | {
    "parties": [INVITE["parties"][0], INVITE["parties"][1] | {"fingerprint": "1" * 60}]
}
P1 = "alpha-p1"

CASES: dict[str, tuple[str, Value, str, str, str]] = {
    "good": ("an invitation", {}, P1, "first", "OPENS"),
    "roster-missing": ("without any roster", {}, P1, "", "BAD_ROSTER"),
    "names-fewer": ("one party alone", {"body": ONLY_ALPHA}, P1, "first", "OTHER_PARTIES"),
    "another-bravo": ("other digits", {"body": OTHER_BRAVO}, P1, "first", "OTHER_PARTIES"),
    "unsigned": ("no operator on the roster", {}, P1, "first-no-operator", "BAD_ROSTER"),
    "version-two": ("a roster of version 2", {}, P1, "next", "BAD_ROSTER"),
    "stranger": ("signed by nobody of the roster", {}, "mallory", "first", "NOT_ENTITLED"),
    "another-office": ("p3 does not hold the watch", {}, "alpha-p3", "first", "NOT_ENTITLED"),
    "node": ("a machine may not invite", {}, "node", "first", "NOT_ENTITLED"),
    "another-log": ("of another log", {"log": f"{LINE}/alpha-1x"}, P1, "first", "WRONG_LINE"),
    "another-line": ("of another line", {"line": "lines.example/6e30"}, P1, "first", "WRONG_LINE"),
    "another-speaker": ("for bravo", {"from": "bravo/watch"}, P1, "first", "WRONG_SPEAKER"),
    "bad-body": ("no title", {"body": {"parties": []}}, P1, "first", "BAD_BODY"),
    "to-a-stranger": ("to carol", {"to": ["carol/watch"]}, P1, "first", "BAD_BODY"),
    "wrong-key": ("p1's id over another key", {}, "forged", "first", "BAD_SIGNATURE"),
}


def make() -> Files:
    """The folder `invitation`, but for bodies."""
    files = {}
    for name, (about, changes, who, roster, outcome) in CASES.items():
        headers = [("check", "judge"), ("line", LINE), ("log", ALPHA.origin()), ("party", "alpha")]
        headers += [("named", f"{party} {digits}") for party, digits in FINGERPRINTS.items()]
        headers += [("roster", f"../roster/{roster}.txt")] if roster else []
        signer = P1 if who == "forged" else who
        keys = {P1: seed("mallory")} if who == "forged" else None
        data = sign(dump(BASE | changes), [signer], keys)
        files[f"invitation/{name}.txt"] = case_file(about, data, *headers, ("outcome", outcome))
    return files

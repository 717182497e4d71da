"""Frameworks: promise, propose, accept, sign and denounce, from the officer's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tieline.desk.clauserules import levels_named
from tieline.desk.speaking import Desk, Said
from tieline.errors import MovedError, RefusedError, UsageError
from tieline.procedures.brackets import Clause
from tieline.procedures.line import framework as fw
from tieline.procedures.terms import parse_terms
from tieline.record.strict import JsonValue

CODE_DIGITS = 20
"""Of the code that both sides compare before they sign: 66 bits, read as four groups of five."""
GROUP = 5

Positions = dict[str, dict[str, Clause]]


def short_code(digest: str) -> str:
    """Twenty digits that name an agreed text: its SHA-256 as a number modulo 10**20.

    Args:
        digest: hexadecimal, as `procedures.line.framework.text_digest` gives it.
    """
    digits = str(int(digest, 16) % 10**CODE_DIGITS).zfill(CODE_DIGITS)
    return " ".join(digits[i : i + GROUP] for i in range(0, CODE_DIGITS, GROUP))


def state_of(desk: Desk, line: str) -> dict[str, Any]:
    """The framework's case and every party's positions, as the node tells them."""
    told = desk.client.call("framework.state", line=line)
    assert isinstance(told, dict)
    return told


def positions_in(state: Mapping[str, Any]) -> Positions:
    """Newest position of each party on each clause."""
    return {
        party: {name: Clause(**clause) for name, clause in own.items()}
        for party, own in state["positions"].items()
    }


def promise(desk: Desk, *, line: str, text: str, lang: str, due: str, office: str) -> Said:
    """Promise a framework, in our own words."""
    texts: list[JsonValue] = [{"lang": lang, "text": text, "original": "yes"}]
    return _say(desk, line, fw.PROMISE, {"texts": texts, "due": due}, office)


def propose(
    desk: Desk, *, line: str, clauses: Mapping[str, Clause], note: str, office: str
) -> tuple[Said, tuple[str, ...]]:
    """File our positions on those clauses where they differ from what we filed before.

    Raises:
        RefusedError: they differ nowhere.
    """
    own = positions_in(state_of(desk, line)).get(desk.card.handle, {})
    changed = {name: clause for name, clause in clauses.items() if own.get(name) != clause}
    if not changed:
        raise RefusedError(
            "these are our positions already; nothing was filed",
            advice="`tieline framework show` tells what is still in brackets.",
        )
    listed: list[JsonValue] = [
        {"id": name, "title": c.title, "text": c.text, "terms": c.terms}
        for name, c in sorted(changed.items())
    ]
    said = _say(desk, line, fw.DRAFT, {"clauses": listed, "note": note}, office)
    return said, tuple(sorted(changed))


def accept(
    desk: Desk, *, line: str, party: str, names: tuple[str, ...], note: str, office: str
) -> tuple[Said, tuple[str, ...]]:
    """Take over another party's positions, to the last character; no names means all of them.

    Raises:
        UsageError: the party, or its position on a clause, is not there.
    """
    positions = positions_in(state_of(desk, line))
    theirs = positions.get(party, {})
    if party == desk.card.handle or not theirs:
        raise UsageError(
            f"{party} has filed no positions that we could accept",
            advice="Name another party of the line with --from.",
        )
    missing = [name for name in names if name not in theirs]
    if missing:
        raise UsageError(
            f"{party} has no position on {', '.join(missing)}",
            advice=f"It has one on: {', '.join(sorted(theirs))}.",
        )
    wanted = {name: theirs[name] for name in names or sorted(theirs)}
    return propose(desk, line=line, clauses=wanted, note=note, office=office)


def sign(desk: Desk, *, line: str, code: str, office: str) -> tuple[Said, int, str]:
    """Sign the agreed text; what was said, the version and the digest.

    ``code`` is what both sides compared (blanks and hyphens allowed), or empty.

    Raises:
        RefusedError: brackets are left, or nothing is there to sign.
        MovedError: the text has another code than the one given.
    """
    board = desk.client.call("board", line=line)
    assert isinstance(board, dict)
    shown: Any = board["framework"]
    digest, version = str(shown["next_digest"]), int(shown["next_version"])
    if not digest:
        open_now = [clause["id"] for clause in shown["clauses"] if clause["is_bracketed"]]
        raise RefusedError(
            f"in brackets still: {', '.join(open_now)}"
            if open_now
            else f"there is nothing to sign: the framework is {shown['status']}",
            advice="`tieline framework show` tells what is agreed and what is not.",
        )
    if code and _digits(code) != _digits(short_code(digest)):
        raise MovedError(
            f"the agreed text has the code {short_code(digest)}, not {code}",
            advice="Somebody has moved since you compared: read the text, compare codes again.",
        )
    body: dict[str, JsonValue] = {"version": version, "digest": digest}
    return _say(desk, line, fw.SIGN, body, office), version, digest


def _digits(code: str) -> str:
    return "".join(c for c in code if c not in " -")


def denounce(desk: Desk, *, line: str, reason: str, office: str) -> Said:
    """End the framework; the fixed defaults hold from then on.

    Raises:
        RefusedError: there is none.
    """
    if not state_of(desk, line)["case"]:
        raise RefusedError("there is no framework on this line to denounce")
    return _say(desk, line, fw.DENOUNCE, {"reason": reason}, office)


def _say(desk: Desk, line: str, kind: str, body: dict[str, JsonValue], office: str) -> Said:
    """Say it in the framework's case, or open the case with it."""
    case = str(state_of(desk, line)["case"])
    return desk.say(line=line, kind=kind, body=body, case=case, office=office)


def office_for(desk: Desk, given: str, *preferred: str) -> str:
    """The office given, else the first preferred one that whoever signs here holds."""
    if given:
        return given
    return next((office for office in preferred if desk.able(office)), preferred[0])


def levels_of(own: Mapping[str, Clause]) -> tuple[str, ...]:
    """Precedence levels that a party's position names; empty if it names none."""
    clause = own.get("levels")
    if clause is None or not clause.terms:
        return ()
    return levels_named({"levels": {"terms": parse_terms(clause.terms)}})

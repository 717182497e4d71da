"""Opening a line: invite, join, and go on in a new generation."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tieline.desk import opening
from tieline.desk.opening import Opening
from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UnknownKeyError, UsageError
from tieline.home import drop_spare, office_seats, read_vault, take_spare, write_spares
from tieline.procedures.line.invitation import KIND as INVITE
from tieline.record import dsse
from tieline.record.entry import parse_entry
from tieline.record.message import MESSAGE_TYPE, parse_message
from tieline.record.rosterchain import parse_fingerprint, read_roster, verify_first
from tieline.record.strict import JsonValue, b64encode
from tieline.replication.effects import Now
from tieline.replication.founding import (
    LineKeys,
    first_roster,
    invitation_message,
    log_origin,
    new_line_id,
    new_line_keys,
)
from tieline.replication.parcel import Parcel, parse_files
from tieline.transport.directory import read_parcel_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, read from a pouch and checked against a fingerprint."""

    line: str
    title: str
    inviter: str
    parties: Mapping[str, str]
    addresses: tuple[str, ...]


def found_line(
    desk: Desk,
    *,
    line: str,
    title: str,
    parties: Mapping[str, str],
    vault: Path,
    addresses: tuple[str, ...] = (),
    pouch: Path | None = None,
) -> Said:
    """Make our keys for a line, certify them with the vault, and file our invitation.

    Interrupted at any point, it goes on where it stopped when it is called again. ``pouch`` is
    read last.

    Raises:
        RefusedError: we are on this line already, or began it with another vault.
    """
    known = _is_known(desk, line)
    begun = opening.begun(vault, line)
    if begun is None:
        _refuse_if_ours(desk, line, known=known)
        begun = _prepare(desk, line, title, parties, vault, addresses)
    keys = begun.keys
    if not known:
        # What comes after a line is known may have used up a spare: never write them again.
        desk.home.save_line_keys(keys)
        write_spares(vault, keys)
        desk.client.call(
            "line.create",
            line=line,
            title=begun.title,
            parties=dict(begun.parties),
            own={role: log_origin(line, desk.card.handle, role, 1) for role in ("main", "express")},
            mirror=keys.mirror_name,
            logs=_seeds(keys.logs),
        )
    said = _file_invitation(desk, begun)
    if pouch is not None:
        desk.client.call("pouch.read", folder=str(pouch))
    opening.finish(vault, line)
    return said


def _is_known(desk: Desk, line: str) -> bool:
    lines = _list(_dict(desk.client.call("info"))["lines"])
    return any(_dict(each).get("line") == line for each in lines)


def _refuse_if_ours(desk: Desk, line: str, *, known: bool) -> None:
    if known:
        raise RefusedError(
            "we are on this line already",
            advice="Take in what the pouch brings: `tieline pouch read FOLDER`.",
        )
    if desk.home.has_line_key(line):
        raise RefusedError(
            "we began to open this line with another vault",
            advice="Bring that vault, name it with --vault, and say the same again.",
        )


def _prepare(  # noqa: PLR0917 - what a line consists of
    desk: Desk,
    line: str,
    title: str,
    parties: Mapping[str, str],
    vault: Path,
    addresses: tuple[str, ...],
) -> Opening:
    """Make everything that opens the line, and keep it in the vault before any of it is used."""
    home, card = desk.home, desk.card
    keys = new_line_keys(line, card.handle, os.urandom)
    roster = first_roster(
        handle=card.handle,
        name=card.name,
        vault=read_vault(vault),
        keys=keys,
        persons=home.persons(card),
        offices=office_seats(card),
        addresses=addresses,
        certificate=home.tls().certificate(),
    )
    made = Opening(
        title=title,
        parties=dict(parties),
        addresses=addresses,
        keys=keys,
        roster=roster,
        invitation=_invitation(desk, keys, title, parties),
    )
    opening.begin(vault, made)
    return made


def _seeds(logs: Mapping[str, object]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for origin, seeds in logs.items():
        ed, ml = getattr(seeds, "ed25519"), getattr(seeds, "mldsa44")  # noqa: B009
        found[origin] = {"ed25519": b64encode(ed), "mldsa44": b64encode(ml)}
    return found


def _invitation(desk: Desk, keys: LineKeys, title: str, parties: Mapping[str, str]) -> bytes:
    signer = desk.signers(_any_office(desk), 1)[0]
    now_ms = time.time_ns() // 1_000_000
    payload = invitation_message(
        line=keys.line,
        handle=desk.card.handle,
        office=signer.offices[0],
        parties=parties,
        title=title,
        entropy=os.urandom,
        now=Now(wall_ms=now_ms, elapsed_ms=0),
    )
    return dsse.sign_many(MESSAGE_TYPE, payload, {signer.id: desk.home.officer_seed(signer.id)})


def _file_invitation(desk: Desk, begun: Opening) -> Said:
    """File the invitation; filed before, its id counts once, and its place is told again."""
    filed = desk.client.call(
        "file",
        line=begun.line,
        envelope=b64encode(begun.invitation),
        clear=[b64encode(begun.roster)],
    )
    assert isinstance(filed, dict)
    return Said(short=str(filed["short"]), ref=str(filed["ref"]), id="", waiting=False)


def _any_office(desk: Desk) -> str:
    for officer in desk.card.officers:
        if officer.offices:
            return officer.offices[0]
    raise RefusedError("nobody here holds an office")


def invite(
    desk: Desk,
    *,
    others: Mapping[str, str],
    title: str,
    vault: Path,
    addresses: tuple[str, ...] = (),
) -> tuple[str, Said]:
    """Open a new line with the parties named by fingerprint; its id, and our invitation.

    Said again with the same words after an interruption, it goes on with the line that was begun.
    """
    parties = {handle: parse_fingerprint(digits) for handle, digits in others.items()}
    if desk.card.handle in parties:
        raise UsageError(f"{desk.card.handle} is ourselves; name the other parties")
    parties[desk.card.handle] = desk.card.fingerprint
    begun = opening.find(vault, title=title, parties=parties, addresses=addresses)
    line = begun.line if begun is not None else new_line_id(os.urandom)
    said = found_line(
        desk, line=line, title=title, parties=parties, vault=vault, addresses=addresses
    )
    return line, said


def read_invitation(folder: Path, known: Mapping[str, str], own: str) -> Invited:
    """Read an invitation from a pouch and check it against the fingerprints that we were told.

    Raises:
        UnknownKeyError: nobody whose fingerprint we know invites, or it is not us who is invited.
        UnverifiedError: the pouch does not verify.
    """
    parcel = parse_files(read_parcel_folder(folder))
    told = {handle: parse_fingerprint(digits) for handle, digits in known.items()}
    for part in parcel.parts.values():
        run = part.runs.get(0)
        if run:
            invited = _invitation_in(parcel, run[0], told)
            if invited is not None:
                if invited.parties.get(own) is None:
                    raise UnknownKeyError(f"{own} is not among the parties of this invitation")
                return invited
    raise UnknownKeyError(
        "the pouch holds no invitation of a party whose fingerprint was given",
        advice="Compare fingerprints by voice or on paper, then name them: --from PARTY=DIGITS.",
    )


def _invitation_in(parcel: Parcel, leaf: bytes, told: Mapping[str, str]) -> Invited | None:
    entry = parse_entry(leaf)
    if entry.sealed or len(entry.payloads) != 2:
        return None
    message_bytes, roster_bytes = (parcel.blobs.get(p.digest) for p in entry.payloads)
    if message_bytes is None or roster_bytes is None:
        return None
    _, roster = read_roster(roster_bytes)
    digits = told.get(roster.party)
    if digits is None:
        return None
    verify_first(roster_bytes, line=parcel.line, party=roster.party, digits=digits)
    message = parse_message(dsse.parse(message_bytes, MESSAGE_TYPE).body)
    listed = message.body.get("parties")
    if message.kind != INVITE or not isinstance(listed, list):
        return None
    return Invited(
        line=parcel.line,
        title=str(message.body.get("title", "")),
        inviter=roster.party,
        parties={str(i["party"]): str(i["fingerprint"]) for i in listed if isinstance(i, dict)},
        addresses=roster.addresses,
    )


def join(
    desk: Desk,
    folder: Path,
    *,
    known: Mapping[str, str],
    title: str,
    vault: Path,
    addresses: tuple[str, ...] = (),
) -> tuple[Invited, Said]:
    """Answer an invitation: check it, take our seat, file our own, take in what the pouch has.

    Said again after an interruption, it goes on where it stopped.

    Raises:
        RefusedError: we are on this line already.
        UnknownKeyError: our own fingerprint, or one that we were told, is not the one invited.
    """
    invited = read_invitation(folder, known, desk.card.handle)
    told = {handle: parse_fingerprint(digits) for handle, digits in known.items()}
    told[desk.card.handle] = desk.card.fingerprint
    for handle, digits in invited.parties.items():
        if told.get(handle, digits) != digits:
            raise UnknownKeyError(
                f"the invitation names another fingerprint for {handle} than the one you know",
                advice="Do not join. Call the inviter on another line.",
            )
    said = found_line(
        desk,
        line=invited.line,
        title=title or invited.title,
        parties=invited.parties,
        vault=vault,
        addresses=addresses,
        pouch=folder,
    )
    return invited, said


def next_generation(
    desk: Desk, *, line: str, vault: Path, reason: str
) -> tuple[list[Said], list[dict[str, JsonValue]]]:
    """Go on in spare logs, after the old ones can no longer be signed.

    Returns what was filed, and what was possibly sent before and may have to be said again.

    Raises:
        RefusedError, SettingsError: no spare is certified, or the vault lacks its key.
    """
    plan = _dict(desk.client.call("generation.plan", line=line, reason=reason))
    logs = {str(origin): take_spare(vault, str(origin)) for origin in _dict(plan["own"]).values()}
    switched = _dict(desk.client.call("line.switch", line=line, reason=reason, logs=_seeds(logs)))
    for origin in logs:
        drop_spare(vault, origin)
    said = [
        desk.say(line=line, kind="generation.open", body=_dict(body), office=_any_office(desk))
        for body in _list(switched["bodies"])
    ]
    return said, [_dict(item) for item in _list(switched["possibly_sent"])]


def _dict(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []

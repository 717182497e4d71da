"""Overview: what one node knows beside the record, and the board that comes of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tieline.errors import DamagedStoreError, SealError, UsageError
from tieline.lineconfig import LineConfig
from tieline.node import Node
from tieline.procedures.brackets import agreed_text, bracketed
from tieline.procedures.line import framework as fw
from tieline.procedures.sorts import PERSONAL_SALT_BYTES
from tieline.record.content import Spoken
from tieline.record.entry import Ref, parse_entry, parse_ref
from tieline.record.strict import JsonValue
from tieline.replication.clocks import Clock, clocks_of, remaining_s
from tieline.replication.seat import Seat
from tieline.replication.withdrawing import places
from tieline.state.board import Board, board
from tieline.state.digest import state_digest
from tieline.state.house import HouseItem, items_of
from tieline.state.model import Case
from tieline.state.saying import message_shown
from tieline.state.shortref import parse_short_ref, short_ref
from tieline.state.shown import Link, MessageShown, Overlay, RunningClock

ROWS_MAX = 500


def overlay(node: Node, seat: Seat, *, rows_max: int = ROWS_MAX) -> Overlay:
    """Receipts, links and clocks of a seat, as a board wants them."""

    def held(ref: Ref, party: str) -> int | None:
        if party == seat.party:
            return None
        receipt = seat.receipt_for(ref, party)
        return receipt.time_s if receipt is not None else None

    now = node.now()
    links = {}
    for party, peer in seat.peers.items():
        if peer.heard_at_ms is None:
            links[party] = Link(state="never")
        else:
            heard_s = (now.elapsed_ms - peer.heard_at_ms) // 1000
            links[party] = Link(state="up" if peer.up else "down", heard_s=heard_s)
    return Overlay(
        own=seat.party,
        now_s=now.wall_s,
        held=held,
        content=seat.content,
        links=links,
        clocks=tuple(_clocks(node, seat)),
        rows_max=rows_max,
    )


def _clocks(node: Node, seat: Seat) -> list[RunningClock]:
    found = []
    now = node.now()
    for key in sorted(seat.watched):
        case = seat.view.case(key)
        for strand in sorted(case.strands) if case is not None else ():
            for clock in clocks_of(seat, case, strand) if case is not None else ():
                name = _clock_name(case, clock) if case is not None else clock.clock
                found.append(
                    RunningClock(
                        case=key,
                        strand=strand,
                        clock=name,
                        due_in_s=remaining_s(seat, clock, now),
                    )
                )
    return found


def _clock_name(case: Case, clock: Clock) -> str:
    """What the clock waits for: a receipt, that somebody takes it, or an answer."""
    waits_for_receipt = clock.receipt is None and case.procedure.name == "message"
    return "receipt" if waits_for_receipt else clock.clock


def board_of(node: Node, seat: Seat, *, rows_max: int = ROWS_MAX) -> Board:
    """Everything that is shown of a line."""
    return board(seat.fold, overlay(node, seat, rows_max=rows_max))


def reported(seat: Seat) -> list[tuple[str, dict[str, JsonValue], str, int]]:
    """Items of an observer's record: kind, item, full reference, time filed (POSIX s)."""
    found: list[tuple[str, dict[str, JsonValue], str, int]] = []
    for case in sorted(seat.view.cases("reported"), key=lambda c: c.opener):
        content = seat.content(case.opener)
        item = content.message.body.get("item") if isinstance(content, Spoken) else None
        if isinstance(item, dict):
            found.append((case.message.kind, item, case.opener.text(), case.time_s))
    return found


def house_shown(node: Node, args: Mapping[str, JsonValue]) -> JsonValue:
    """Every item of a party's own house, as it stands; of a line with others there is none."""
    seat = node.seat(str(args.get("line", "")))
    return [_house_item(item) for item in items_of(seat.view, seat.content)]


def _house_item(item: HouseItem) -> dict[str, JsonValue]:
    first = item.steps[0] if item.steps else None
    return {
        "ref": short_ref(item.ref),
        "full_ref": item.ref.text(),
        "kind": item.kind,
        "state": item.state,
        "words": item.words,
        "marking": item.marking.value,
        "body": dict(item.body),
        "revision": item.revision,
        "time_s": item.time_s,
        "office": first.office if first is not None else "",
        "may_go": item.may_go,
        "send_id": item.send_id,
        "clearances": [_house_item(one) for one in item.clearances],
        "steps": [
            {
                "ref": short_ref(step.ref),
                "kind": step.kind,
                "office": step.office,
                "signers": list(step.signers),
                "time_s": step.time_s,
                "state": step.state,
                "body": dict(step.body),
            }
            for step in item.steps
        ],
    }


def ref_of(seat: Seat, text: str) -> Ref:
    """An entry by its full reference, by a short one (``alpha-1:12``).

    Raises:
        UsageError: no such entry is held.
    """
    whole = parse_ref(text) if " " in text else None
    place = (whole.origin, whole.index) if whole is not None else parse_short_ref(text, seat.line)
    origin, index = place
    copy = seat.copies.get(origin)
    found = None
    if copy is not None and 0 <= index < copy.size:
        found = Ref(origin, index, copy.tree.node(0, index))
    # A whole reference names what stands there too: another history's entry is not ours.
    if found is None or (whole is not None and whole != found):
        raise UsageError(
            f"nothing is held under {text!r}",
            advice="`tieline inbox` and `tieline timeline` show what there is.",
        )
    return found


LADDERED = frozenset({"message", "test", "correction"})
"""Procedures whose cases are shown with ladders."""


def case_shown(node: Node, seat: Seat, ref: Ref) -> MessageShown | None:
    """The message that an entry opened or moved, with its ladders; None when it is none."""
    view = seat.view
    key = view.registers.steps_of.get(ref)
    case = view.case(key) if key is not None else None
    if case is None or case.procedure.name not in LADDERED:
        return None
    full = case.opener.text()
    amended = [c.opener for c in view.cases("correction") if c.message.body["corrects"] == full]
    return message_shown(view, case, overlay(node, seat), tuple(map(short_ref, sorted(amended))))


def entry_shown(seat: Seat, ref: Ref) -> dict[str, Any]:
    """One entry: the message as it was signed, and what its place in the record rests on."""
    found: dict[str, Any] = {"ref": ref.text(), "short": short_ref(ref), **_evidence(seat, ref)}
    content = seat.content(ref)
    if not isinstance(content, Spoken):
        return {**found, "readable": "no"}
    message = content.message
    return {
        **found,
        "readable": "yes",
        "id": message.id,
        "kind": message.kind,
        "from": str(message.sender),
        "to": [str(office) for office in message.to],
        "issued_ms": message.issued_ms,
        "mark": message.mark.value,
        "level": message.level,
        "case": message.case.text() if message.case is not None else "",
        "body": dict(message.body),
        "signed_by": [s.keyid for s in content.envelope.signatures],
    }


def _evidence(seat: Seat, ref: Ref) -> dict[str, Any]:
    copy, entry = seat.copies[ref.origin], parse_entry(_leaf(seat, ref))
    receipts = [(party, seat.receipt_for(ref, party)) for party in sorted(seat.peers)]
    return {
        "log": ref.origin,
        "index": ref.index,
        "hash": ref.leaf_hash.hex(),
        "signed_size": copy.head_size,
        "time_s": entry.time_s,
        "sealed": entry.sealed,
        "payloads": [{"length": p.length, "sha256": p.digest.hex()} for p in entry.payloads],
        "held": [
            {"party": party, "time_s": receipt.time_s, "size": receipt.size}
            for party, receipt in receipts
            if receipt is not None
        ],
    }


def _leaf(seat: Seat, ref: Ref) -> bytes:
    leaf = seat.reader.leaf(ref.origin, ref.index)
    if leaf is None:
        raise DamagedStoreError(f"entry {ref.index} of {ref.origin} is missing from the store")
    return leaf


def terms_shown(seat: Seat) -> dict[str, Any]:
    """The terms in force: levels with clocks in seconds, ladder of offices, codes."""
    terms = seat.view.terms()
    return {
        "version": terms.version,
        "levels": [
            {
                "level": level,
                "receipt_s": terms.receipt_s(level),
                "take_s": terms.take_s(level),
                "answer_s": terms.answer_s(level),
            }
            for level in terms.levels()
        ],
        "ladder": list(terms.ladder()),
        "codes": dict(terms.codes()),
    }


def attachment_of(seat: Seat, ref: Ref, number: object) -> bytes:
    """Attachment ``number`` (from 1) of a message, opened and checked against its digest.

    Raises:
        UsageError: the message has no such attachment.
        SealError: our keys do not open it.
        DamagedStoreError: what it holds is not what the message says.
    """
    content = seat.content(ref)
    body = content.message.body if isinstance(content, Spoken) else {}
    listed = body.get("attachments")
    entry = parse_entry(_leaf(seat, ref))
    if not isinstance(number, int) or not isinstance(listed, list):
        raise UsageError(f"{short_ref(ref)} has no attachment {number!r}")
    if not 1 <= number <= len(listed):
        raise UsageError(f"{short_ref(ref)} has no attachment {number}")
    if number >= len(entry.payloads):
        raise UsageError(f"attachment {number} of {short_ref(ref)} is named, and was not sent")
    by = places(seat).get((ref.origin, ref.index, number))
    if by is not None:
        raise UsageError(
            f"attachment {number} of {short_ref(ref)} was withdrawn by its author",
            advice=f"`tieline show {short_ref(by)}` tells why; its bytes are held here no more.",
        )
    sealed = seat.reader.blob(entry.payloads[number].digest)
    data = seat.unseal(sealed) if sealed is not None else None
    if data is None:
        raise SealError(f"attachment {number} of {short_ref(ref)} cannot be opened here")
    told = listed[number - 1]
    length = told.get("length") if isinstance(told, dict) else None
    # What follows the attachment is padding, so that its size says little on the way.
    data = data[:length] if isinstance(length, int) else data
    if not isinstance(told, dict) or told.get("sha256") != hashlib.sha256(data).hexdigest():
        raise DamagedStoreError(f"attachment {number} of {short_ref(ref)} is not the one described")
    return data[PERSONAL_SALT_BYTES:] if told.get("personal") else data


def line_shown(node: Node, config: LineConfig, *, digest: bool) -> dict[str, Any]:
    """One line in short: parties, who is present, framework, sizes of logs, state."""
    seat = node.seats[config.line]
    version, _ = seat.view.in_force()
    return {
        "line": config.line,
        "title": config.title,
        "parties": dict(config.parties),
        "present": [p for p in config.parties if seat.roster(p) is not None],
        "framework": version,
        "locked": dict(seat.locked),
        "logs": {name: copy.size for name, copy in sorted(seat.copies.items())},
        "state": state_digest(seat.fold).hex() if digest else "",
    }


def framework_text(seat: Seat) -> dict[str, Any]:
    """The framework's text as it stands: positions, brackets, digest, who signed."""
    view = seat.view
    case = view.framework()
    if case is None:
        return {"case": "", "version": 0, "positions": {}, "brackets": [], "digest": ""}
    positions = view.positions(case)
    text = agreed_text(positions, view.registers.parties)
    version, digest = view.in_force()
    return {
        "case": case.opener.text(),
        "version": version,
        "in_force": digest,
        "lapsed": view.lapsed(),
        "states": dict(view.states(case)),
        "brackets": list(bracketed(positions, view.registers.parties)),
        "digest": fw.text_digest(text) if text else "",
        "positions": {
            party: {
                name: {"title": c.title, "text": c.text, "terms": c.terms}
                for name, c in sorted(own.items())
            }
            for party, own in sorted(positions.items())
        },
    }

"""Verbs: what an operator's program can ask of a node, as plain functions with JSON values.

The command line calls them in its own process, or over the control socket of a node that runs.
No officer's or vault key ever passes through here: messages are composed by the node,
signed by whoever holds the key, and filed. Bytes are base64.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tieline.asking import ask, record_named, warm
from tieline.errors import RefusedError, UsageError
from tieline.lineconfig import LineConfig
from tieline.node import Node
from tieline.notifying import VERBS as NOTIFYING
from tieline.overlapping import VERBS as OVERLAPPING
from tieline.overview import (
    attachment_of,
    board_of,
    case_shown,
    entry_shown,
    framework_text,
    house_shown,
    line_shown,
    ref_of,
    reported,
    terms_shown,
)
from tieline.papers.carried import to_json
from tieline.procedures import BY_KIND
from tieline.record.marking import Audience, parse_audience
from tieline.record.message import Mark, parse_office
from tieline.record.strict import b64decode, b64encode
from tieline.replication import effects as fx
from tieline.replication import generation
from tieline.replication.drafts import Draft
from tieline.replication.filing import check_body, compose
from tieline.replication.machine import OPEN_BATCH_MS, test_draft
from tieline.replication.offers import offer
from tieline.replication.parcel import encode_parcel, files_of, parse_files
from tieline.replication.seat import Peer, Seat
from tieline.state.board import plain
from tieline.state.shortref import short_ref
from tieline.talking import VERBS as TALKING
from tieline.transport.directory import read_parcel_folder, write_parcel_folder
from tieline.verbargs import Args, Json, Verb, json_of, object_arg, text_arg, texts_arg

POUCH_BYTES_MAX = 2**40
"""A pouch is bounded by its folder's own limits, not by a link."""


def info(node: Node, args: Args) -> Json:
    """Who lives here, and on which lines; with ``state``, the digest of each line's state too."""
    digests = text_arg(args, "state") == "yes"
    card = node.card
    return {
        "handle": card.handle,
        "name": card.name,
        "fingerprint": card.fingerprint,
        "home": str(node.settings.home),
        "officers": [
            {"id": o.id, "label": o.label, "offices": list(o.offices)} for o in card.officers
        ],
        "lines": [line_shown(node, config, digest=digests) for config in node.configs.values()],
    }


def line_create(node: Node, args: Args) -> Json:
    """Take the keys of a new line and our seat on it. The invitation is filed separately."""
    line = text_arg(args, "line")
    if line in node.configs:
        raise RefusedError(f"the line {line} is here already")
    for origin, seeds in object_arg(args, "logs").items():
        if not isinstance(seeds, dict):
            raise UsageError("logs are objects of two seeds")
        node.signer.take_log(
            origin, b64decode(str(seeds["ed25519"])), b64decode(str(seeds["mldsa44"]))
        )
    own = {str(k): str(v) for k, v in object_arg(args, "own").items()}
    config = LineConfig(
        line=line,
        title=text_arg(args, "title"),
        parties={str(k): str(v) for k, v in object_arg(args, "parties").items()},
        own=own,
        mirror=text_arg(args, "mirror"),
    )
    node.add_line(config)
    return {"line": line}


def generation_plan(node: Node, args: Args) -> Json:
    """Which spare logs come next, and what was possibly sent and may have to be said again."""
    seat = node.seat(text_arg(args, "line"))
    plan = generation.plan(seat, reason=text_arg(args, "reason") or "no reason given")
    return {"line": seat.line, "own": dict(plan.own), "possibly_sent": _possibly(plan)}


def _possibly(plan: generation.Plan) -> Json:
    return [
        {
            "ref": short_ref(item.ref),
            "signed": "yes" if item.signed else "no",
            "kind": item.message.kind if item.message is not None else "",
            "id": item.message.id if item.message is not None else "",
        }
        for item in plan.possibly_sent
    ]


def line_switch(node: Node, args: Args) -> Json:
    """Go on in the next generation of our logs, whose keys come along.

    What is to be said first in the new log is returned; it needs an officer's signature.
    """
    seat = node.seat(text_arg(args, "line"))
    plan = generation.plan(seat, reason=text_arg(args, "reason") or "no reason given")
    for origin, seeds in object_arg(args, "logs").items():
        if isinstance(seeds, dict) and origin in plan.own.values():
            node.signer.take_log(
                origin, b64decode(str(seeds["ed25519"])), b64decode(str(seeds["mldsa44"]))
            )
    if plan.changes or seat.later:
        node.store.commit([*plan.changes, *seat.later])
    node.change_line(replace(node.configs[seat.line], own=dict(plan.own)))
    node.reload_line(seat.line)
    return {
        "line": seat.line,
        "own": dict(plan.own),
        "bodies": [dict(body) for body in plan.bodies],
        "possibly_sent": _possibly(plan),
    }


def compose_message(node: Node, args: Args) -> Json:
    """The message that says what the arguments want, to be signed by ``persons`` persons."""
    seat = node.seat(text_arg(args, "line"))
    kind, body = text_arg(args, "kind"), object_arg(args, "body")
    if kind in BY_KIND:
        check_body(BY_KIND[kind], kind, body)
    case = text_arg(args, "case")
    mark = text_arg(args, "mark")
    draft = Draft(
        kind=kind,
        office=text_arg(args, "office", "watch"),
        body=body,
        to=tuple(parse_office(text) for text in texts_arg(args, "to")),
        level=text_arg(args, "level"),
        mark=Mark(mark) if mark else None,
        case=ref_of(seat, case) if case else None,
        strands=tuple(texts_arg(args, "strands")),
        id=text_arg(args, "id"),
    )
    return _composed(node, seat, draft)


def _composed(node: Node, seat: Seat, draft: Draft) -> Json:
    composed = compose(seat, draft, node.now())
    return {
        "line": seat.line,
        "payload": b64encode(composed.payload),
        "persons": composed.persons,
        "id": composed.message.id,
        "level": composed.message.level,
    }


def compose_test(node: Node, args: Args) -> Json:
    """A test call of an officer, with the digest of our state."""
    seat = node.seat(text_arg(args, "line"))
    draft = test_draft(seat, text_arg(args, "office", "watch"), text_arg(args, "text"))
    return _composed(node, seat, draft)


def file_message(node: Node, args: Args) -> Json:
    """File a signed message."""
    seat = node.seat(text_arg(args, "line"))
    ref = node.file(
        seat,
        b64decode(text_arg(args, "envelope")),
        tuple(b64decode(text) for text in texts_arg(args, "clear")),
        tuple(b64decode(text) for text in texts_arg(args, "attachments")),
    )
    return {"ref": ref.text(), "short": short_ref(ref)}


def file_many(node: Node, args: Args) -> Json:
    """File several signed messages in one commit."""
    seat = node.seat(text_arg(args, "line"))
    events = [fx.File(envelope=b64decode(text)) for text in texts_arg(args, "envelopes")]
    told = node.do(seat, *events)
    refs = [tell.ref for tell in told if tell.event == "filed" and tell.ref is not None]
    return {"refs": [ref.text() for ref in refs]}


def roster_current(node: Node, args: Args) -> Json:
    """Our newest roster on a line, as an envelope, and the sizes of our logs."""
    seat = node.seat(text_arg(args, "line"))
    party = text_arg(args, "party") or seat.party
    found = seat.view.roster_at(party)
    if found is None:
        raise RefusedError(f"{party} has no roster on this line yet")
    own = [seat.copies[origin] for origin in seat.own.values() if origin in seat.copies]
    return {
        "line": seat.line,
        "party": party,
        "envelope": b64encode(found.envelope),
        "version": found.roster.version,
        "sizes": {copy.origin: copy.size for copy in own},
    }


def framework_state(node: Node, args: Args) -> Json:
    """The framework's text as it stands: positions, brackets, digest, who signed."""
    return json_of(framework_text(node.seat(text_arg(args, "line"))))


def show_message(node: Node, args: Args) -> Json:
    """One entry in full: the message as it was signed, and what it rests on."""
    seat = node.seat(text_arg(args, "line"))
    return json_of(entry_shown(seat, ref_of(seat, text_arg(args, "ref"))))


def message(node: Node, args: Args) -> Json:
    """The case that an entry belongs to, with its ladders; empty when it has none."""
    seat = node.seat(text_arg(args, "line"))
    shown = case_shown(node, seat, ref_of(seat, text_arg(args, "ref")))
    return json_of(plain(shown)) if shown is not None else {}


def terms(node: Node, args: Args) -> Json:
    """Levels with their clocks, the ladder of offices and the agreed codes, as in force."""
    return json_of(terms_shown(node.seat(text_arg(args, "line"))))


def attachment(node: Node, args: Args) -> Json:
    """One attachment of a message, by its number from 1."""
    seat = node.seat(text_arg(args, "line"))
    ref = ref_of(seat, text_arg(args, "ref"))
    return {"data": b64encode(attachment_of(seat, ref, args.get("number")))}


def pouch_pack(node: Node, args: Args) -> Json:
    """Write what the others may lack into a folder; everything with ``whole``."""
    seat = node.seat(text_arg(args, "line"))
    if seat.open_since_ms is not None:
        # A pouch leaves now or never: what our machine has opened goes along.
        seat.open_since_ms = node.now().elapsed_ms - OPEN_BATCH_MS
    node.do(seat, fx.Tick())
    peer = Peer(party="")
    party = text_arg(args, "to")
    if party and text_arg(args, "whole") != "yes":
        if party not in seat.peers:
            raise UsageError(f"{party} is no other party of this line")
        peer.has = {
            origin: copy.at(min(seat.held_by(origin, party), copy.size))
            for origin, copy in seat.copies.items()
        }
    parcel = offer(seat, peer, None, POUCH_BYTES_MAX)
    if parcel is None:
        raise RefusedError("there is nothing to carry yet")
    files = files_of(parcel)
    folder = Path(text_arg(args, "folder"))
    write_parcel_folder(folder, files)
    return {
        "folder": str(folder),
        "line": seat.line,
        "files": len(files),
        "bytes": sum(len(data) for data in files.values()),
        "entries": sum(len(r) for p in parcel.parts.values() for r in p.runs.values()),
        "receipts": len(parcel.receipts),
    }


def pouch_read(node: Node, args: Args) -> Json:
    """Take in what a folder carries."""
    files = read_parcel_folder(Path(text_arg(args, "folder")))
    parcel = parse_files(files)
    seat = node.seats.get(parcel.line)
    if seat is None:
        raise RefusedError(
            f"the pouch is for the line {parcel.line}, which is not here",
            advice="Join the line first: `tieline line join POUCH --from PARTY=FINGERPRINT`.",
        )
    before = len(node.journal)
    parcel.have = ()
    node.arrived(parcel.line, encode_parcel(parcel), "")
    # Receipts that we just gave wait for the next write; the next command must find them.
    node.do(seat, fx.Tick())
    news = [tell for _, line, tell in node.journal[before:] if line == parcel.line]
    return {
        "line": parcel.line,
        "folded": sum(tell.event == "folded" for tell in news),
        "receipts": sum(tell.event == "stored" for tell in news),
        "alarms": [tell.words for tell in news if tell.event == "alarm"],
    }


def journal(node: Node, args: Args) -> Json:
    """The newest events, oldest first."""
    wanted = text_arg(args, "line")
    seat = node.seat(wanted) if wanted else None
    return [
        {
            "time_ms": time_ms,
            "line": line,
            "event": tell.event,
            "words": tell.words,
            "party": tell.party,
            "ref": short_ref(tell.ref) if tell.ref is not None else "",
        }
        for time_ms, line, tell in node.journal
        if seat is None or line == seat.line
    ]


def console_link(node: Node, args: Args) -> Json:
    """A one-time link to the web page of a node that runs."""
    del args
    if node.page_link is None:
        raise RefusedError(
            "this node shows no web page",
            advice="Start it with `tieline serve`, without --no-console.",
        )
    return node.page_link()


def tick(node: Node, args: Args) -> Json:
    """Let time pass: clocks, batches."""
    del args
    node.tick()
    return {}


def board(node: Node, args: Args) -> Json:
    """Everything that is shown of a line."""
    seat = node.seat(text_arg(args, "line"))
    shown = plain(board_of(node, seat))
    shown["title"] = node.configs[seat.line].title or shown["title"]
    return json_of(shown)


def observed(node: Node, args: Args) -> Json:
    """Items of the observer's record on a line of one party."""
    seat = node.seat(text_arg(args, "line"))
    names = ("kind", "item", "ref", "time_s")
    return json_of([dict(zip(names, found, strict=True)) for found in reported(seat)])


def record_whole(node: Node, args: Args) -> Json:
    """A record as far as an audience may see it: what papers are made from."""
    record = record_named(node, text_arg(args, "of"))
    audience = parse_audience(text_arg(args, "audience") or Audience.OWN.value)
    found = warm(node, record.line, record.kind, audience).picture.record
    return json_of({"line": record.line, "name": record.name, "record": to_json(found)})


VERBS: dict[str, Verb] = {
    "ask": ask,
    "record.whole": record_whole,
    "board": board,
    "observed": observed,
    "house": house_shown,
    "info": info,
    "line.create": line_create,
    "line.switch": line_switch,
    "generation.plan": generation_plan,
    "compose": compose_message,
    "compose.test": compose_test,
    "file": file_message,
    "file.many": file_many,
    "roster.current": roster_current,
    "framework.state": framework_state,
    "show": show_message,
    "message": message,
    "terms": terms,
    "attachment": attachment,
    "pouch.pack": pouch_pack,
    "pouch.read": pouch_read,
    "journal": journal,
    "console.link": console_link,
    "tick": tick,
    **TALKING,
    **NOTIFYING,
    **OVERLAPPING,
}

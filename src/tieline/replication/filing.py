"""Filing: from what an officer wants to say to an entry at the end of our own log.

`compose` writes the message that is to be signed; `file` judges the signed message in the past
that its entry will have, by the very rule that every reader will use, and refuses what would
be a discrepancy. Nothing is refused for being late or for a channel being suspended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tieline.errors import MalformedError, MovedError, RefusedError, UsageError
from tieline.procedures import BY_KIND
from tieline.procedures.procedure import Procedure, roles_of
from tieline.record import age
from tieline.record.content import Malformed, Spoken, Unreadable, read_content
from tieline.record.dsse import pad_to_bucket, padme
from tieline.record.entry import Entry, Payload, Ref, encode_entry
from tieline.record.merkle import Tree
from tieline.record.message import ID_BYTES, SALT_BYTES, Mark, Message, Office, encode_message
from tieline.record.rosterchain import read_roster
from tieline.record.strict import Fields, JsonValue
from tieline.replication import apart
from tieline.replication.admit import take_entry
from tieline.replication.changes import Change, PutBlob
from tieline.replication.compare import is_stale
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now
from tieline.replication.seat import LogCopy, Seat
from tieline.replication.seen import knows_signers, seen_heads
from tieline.state.judge import Judgement, content_digest, judge
from tieline.state.model import Case, CaseKey, Outcome
from tieline.state.view import View

ENTRY_PAYLOADS_BYTES_MAX = 7 * 1024 * 1024
"""All payloads of one entry: with its proof and names it has to fit into one parcel."""
EXPRESS_PROCEDURES = frozenset({"message", "test", "opened", "stop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message ready to be signed; ``persons`` is how many must sign it."""

    payload: bytes
    message: Message
    persons: int


@dataclass(slots=True, kw_only=True)
class Filing:
    """What filing brought: the place, and the changes to persist (none for a repetition)."""

    ref: Ref
    changes: list[Change] = field(default_factory=list)
    repeated: bool = False


def compose(seat: Seat, draft: Draft, now: Now) -> Composed:
    """The message that says what the draft wants, placed on one of our logs.

    Raises:
        UsageError: a kind that we do not know.
        RefusedError: a case that is not there.
    """
    procedure = BY_KIND.get(draft.kind)
    if procedure is None:
        raise UsageError(f"no procedure has a message {draft.kind}")
    apart.refuse_kind(seat, draft.kind)
    apart.refuse_mention(seat, draft.body)
    view = seat.view
    case = view.case_at(draft.case) if draft.case is not None else None
    if draft.case is not None and case is None:
        raise RefusedError(f"no case was opened by {draft.case.text()}")
    level = draft.level or (case.level if case is not None else view.terms().levels()[-1])
    strands = draft.strands
    if case is not None and not strands:
        strands = _strands(view, seat.party, case, draft.kind)
    after = draft.after
    if after is None:
        tips = [tip.ref for s in strands for tip in view.tips(case, s)] if case is not None else []
        after = tuple(sorted(set(tips)))
    to = draft.to or _addressees(seat, case, strands)
    mark = draft.mark or (case.mark if case is not None else Mark.ACTUAL)
    role = _role(seat, procedure, level, [*after, *([draft.case] if draft.case else [])], to)
    if role == "express" and not knows_signers(seat, to):
        role = "main"
    message = Message(
        line=seat.line,
        log=seat.own[role],
        id=draft.id or seat.tools.entropy(ID_BYTES).hex(),
        salt=seat.tools.entropy(SALT_BYTES).hex(),
        issued_ms=max(draft.issued_ms, now.wall_ms),
        sender=Office(seat.party, draft.office),
        to=to,
        rosters={p: r.version for p in seat.parties if (r := view.roster(p)) is not None},
        mark=mark,
        level=level,
        kind=draft.kind,
        case=draft.case,
        after=after,
        strands=strands,
        body=draft.body,
    )
    channel = draft.body.get("channel") if procedure.name == "message" else procedure.channel
    two = view.terms().needs_two(draft.kind, level, mark.value, str(channel or ""))
    return Composed(payload=encode_message(message), message=message, persons=2 if two else 1)


def _addressees(seat: Seat, case: Case | None, strands: tuple[str, ...]) -> tuple[Office, ...]:
    """Whom a draft is for that names nobody.

    A step of an express procedure goes to the other side of its case alone, so that a third party
    that is out of reach never keeps it off the express log.
    """
    if case is not None and case.procedure.name in EXPRESS_PROCEDURES:
        if case.key.party != seat.party:
            return (case.message.sender,)
        sides = tuple(office for office in case.message.to if office.party in strands)
        if sides:
            return sides
    return tuple(Office(p, "watch") for p in seat.parties if p != seat.party)


def _strands(view: View, party: str, case: Case, kind: str) -> tuple[str, ...]:
    """Our own strand, else those that this kind of message can move now, else all."""
    if kind in case.procedure.whole:
        return tuple(sorted(case.strands))
    if party in case.strands:
        return (party,)
    movable = [
        strand
        for strand in sorted(case.strands)
        if case.procedure.target(
            view.state(case, strand),
            kind,
            roles_of(party, opener=case.key.party, strand=strand),
        )
    ]
    return tuple(movable) or tuple(sorted(case.strands))


def _role(
    seat: Seat, procedure: Procedure, level: str, refs: list[Ref], to: tuple[Office, ...]
) -> str:
    """Express for the highest level, if everything that it names is known to all addressees."""
    if procedure.name not in EXPRESS_PROCEDURES or level != seat.view.terms().highest():
        return "main"
    if "express" not in seat.own or seat.own["express"] in seat.locked:
        return "main"
    heads = {h.origin: h.size for h in seen_heads(seat, "express", to)}
    own = seat.copies.get(seat.own["express"])
    for ref in refs:
        if ref.origin == seat.own["express"]:
            if own is None or ref.index >= own.size:
                return "main"
        elif heads.get(ref.origin, 0) <= ref.index:
            return "main"
    return "express"


def file(
    seat: Seat,
    envelope: bytes,
    clear: tuple[bytes, ...],
    attachments: tuple[bytes, ...],
    now: Now,
) -> Filing:
    """Put a signed message at the end of our log.

    Raises:
        MovedError: the case moved since the message was composed.
        RefusedError: the message would be a discrepancy, or its log cannot be signed any more.
        UsageError: not a message, or too large.
    """
    spoken = _spoken(seat, envelope, clear)
    message = spoken.message
    apart.refuse_kind(seat, message.kind)
    apart.refuse_mention(seat, message.body, (*clear, *attachments))
    repeated = _repeated(seat, message)
    if repeated is not None:
        return Filing(ref=repeated, repeated=True)
    role = _own_role(seat, message)
    copy = _own_copy(seat, message.log, clear)
    procedure = BY_KIND.get(message.kind)
    if procedure is None:
        raise UsageError(f"no procedure has a message {message.kind}")
    sealed = message.kind not in procedure.clear
    _check_attachments(message, attachments)
    entry, payloads, plaintext = _entry(
        seat, copy, role, message, envelope, clear if not sealed else attachments, now, sealed
    )
    past = seat.fold.past_after(copy.origin, entry)
    if past is None:
        raise RefusedError("our own entry would name heads that are not held here")
    if is_stale(seat, message, past):
        raise MovedError("the state moved since the test was composed; compose it again")
    ref = Ref(copy.origin, entry.index, bytes(32))
    _refuse_unless_good(judge(View(seat.fold.registers, past), ref, seat.party, spoken), message)
    size = sum(payload.length for payload in entry.payloads)
    if size > ENTRY_PAYLOADS_BYTES_MAX:
        raise UsageError(
            f"the message and its attachments have {size} bytes, sealed; "
            f"at most {ENTRY_PAYLOADS_BYTES_MAX} go together",
            advice="Send large files in several messages; nothing was filed.",
        )
    leaf = encode_entry(entry)
    changes: list[Change] = [PutBlob(digest=d, data=b) for d, b in payloads.items()]
    item = take_entry(seat, copy, leaf, entry, payloads, changes, plaintext if sealed else None)
    return Filing(ref=item.ref, changes=changes)


def _check_attachments(message: Message, attachments: tuple[bytes, ...]) -> None:
    """What the message says of its attachments is what goes along."""
    listed = message.body.get("attachments")
    told = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    found = [(len(data), hashlib.sha256(data).hexdigest()) for data in attachments]
    if [(item.get("length"), item.get("sha256")) for item in told] != found:
        raise UsageError("the attachments are not those that the message describes")


def _spoken(seat: Seat, envelope: bytes, clear: tuple[bytes, ...]) -> Spoken:
    probe = Entry(log="", index=0, time_s=0, sealed=False, payloads=(), commit=None, seen=())
    content = read_content(probe, envelope, clear)
    match content:
        case Spoken():
            return content
        case Malformed(why=why):
            raise UsageError(why)
        case Unreadable():
            raise UsageError(f"nothing to file on {seat.line}")


def _repeated(seat: Seat, message: Message) -> Ref | None:
    known = seat.fold.registers.ids.get(CaseKey(seat.party, message.id))
    if known is None:
        return None
    if known[0][1] != content_digest(message):
        raise RefusedError("another message was filed under this id")
    return known[0][0]


def _own_role(seat: Seat, message: Message) -> str:
    for role, origin in seat.own.items():
        if origin == message.log:
            if origin in seat.locked:
                raise RefusedError(
                    f"{origin} cannot be signed any more: {seat.locked[origin]}",
                    advice="Open a new generation with a spare key: `tieline line generation`.",
                )
            return role
    raise MovedError(f"{message.log} is not the log that we write now; say it again")


def _own_copy(seat: Seat, origin: str, clear: tuple[bytes, ...]) -> LogCopy:
    copy = seat.copies.get(origin)
    if copy is not None:
        return copy
    key = seat.log_key(origin)
    if key is None and clear:
        # The very first entry brings the roster that certifies the log it stands in.
        certificate = read_roster(clear[0])[1].log(origin)
        key = certificate.key if certificate is not None else None
    if key is None and seat.roster(seat.party) is None:
        raise RefusedError(
            "our own invitation is not filed yet: the opening of this line was interrupted",
            advice="Say `tieline line invite` or `tieline line join` again, word for word.",
        )
    if key is None:
        raise RefusedError(f"no roster of ours certifies {origin}")
    seat.fold.own(origin, seat.party)
    copy = seat.copies[origin] = LogCopy(origin=origin, key=key, tree=Tree())
    return copy


def _entry(  # noqa: PLR0917 - what an entry consists of
    seat: Seat,
    copy: LogCopy,
    role: str,
    message: Message,
    envelope: bytes,
    others: tuple[bytes, ...],
    now: Now,
    sealed: bool,  # noqa: FBT001 - passed on once
) -> tuple[Entry, dict[bytes, bytes], bytes]:
    plain = pad_to_bucket(envelope) if sealed else envelope
    padded = [part.ljust(padme(len(part)), b"\0") for part in others] if sealed else others
    data = [seal(seat, part) for part in (plain, *padded)] if sealed else [plain, *others]
    digests = [hashlib.sha256(part).digest() for part in data]
    entry = Entry(
        log=copy.origin,
        index=copy.size,
        time_s=max(now.wall_s, message.issued_ms // 1000),
        sealed=sealed,
        payloads=tuple(
            Payload(length=len(part), digest=digest)
            for part, digest in zip(data, digests, strict=True)
        ),
        commit=hashlib.sha256(plain).digest() if sealed else None,
        seen=seen_heads(seat, role, message.to),
    )
    return entry, dict(zip(digests, data, strict=True)), plain


def seal(seat: Seat, plain: bytes) -> bytes:
    """Seal to two keys a party: the reading key and the offline archive key."""
    recipients: list[age.HybridRecipient | age.X25519Recipient] = []
    for party in seat.parties:
        roster = seat.roster(party)
        if roster is None:
            raise RefusedError(
                f"nothing can be sealed yet: {party} has not sent its roster",
                advice="Exchange invitations first: by `tieline pouch`, or by HTTPS.",
            )
        recipients += [_recipient(key) for key in (roster.reading, roster.archive)]
    return age.encrypt(plain, recipients, entropy=seat.tools.entropy)


@lru_cache(maxsize=256)
def _recipient(text: str) -> age.HybridRecipient | age.X25519Recipient:
    """A recipient; reading one takes longer than sealing to it."""
    return age.parse_recipient(text)


def _refuse_unless_good(judgement: Judgement, message: Message) -> None:
    match judgement.outcome:
        case Outcome.OPENS | Outcome.MOVES | Outcome.FACT:
            return
        case Outcome.STALE | Outcome.UNSEEN_STEP:
            raise MovedError(f"{message.kind}: {judgement.outcome.value}")
        case Outcome.NEEDS_TWO:
            raise RefusedError(
                f"{message.kind} needs two persons",
                advice="Have a second person sign it: `tieline release`.",
            )
        case Outcome.BAD_BODY:
            raise UsageError(judgement.detail)
        case _:
            raise RefusedError(f"{message.kind}: {judgement.outcome.value} ({judgement.detail})")


def check_body(procedure: Procedure, kind: str, body: Mapping[str, JsonValue]) -> None:
    """Check a body before anybody signs it.

    Raises:
        UsageError: which field is wrong.
    """
    try:
        fields = Fields(dict(body), path="body")
        procedure.bodies[kind](fields)
        fields.done()
    except MalformedError as error:
        raise UsageError(str(error)) from None

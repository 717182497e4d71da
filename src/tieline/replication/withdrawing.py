"""Withdrawing: files that their author took back: erased here, and absent where they never came.

Two things are kept apart. *Places* that are withdrawn follow from the logs, alike on every node.
*Gaps* are payloads of entries that we took without their bytes, because the sender said that they
were withdrawn; nobody's word for that counts, so a gap is open until the author's own withdrawal is
folded, or the bytes come. While a gap is open, no receipt is given over it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping

from tieline.errors import DamagedStoreError
from tieline.procedures.line.opened import ERASED
from tieline.procedures.line.opened import KIND as OPENED
from tieline.record.entry import Entry, Payload, Ref, parse_entry
from tieline.record.names import name_of
from tieline.record.strict import JsonValue, b64decode
from tieline.replication import effects as fx
from tieline.replication.changes import Change, EraseBlob, PutBlob, PutLocal
from tieline.replication.clocks import MACHINE_OFFICE
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now, Output
from tieline.replication.parcel import WANT_MAX
from tieline.replication.seat import Seat
from tieline.state.withdrawn import Place, withdrawn_places

ERASE_EVERY_MS = 2_000
"""Between two erasures: each one looks through all leaves, and peers decide how many are asked."""
GAP_MS = 60_000
"""After this long it is an alarm that a file is absent which nobody is seen to have withdrawn."""
ITEMS_AT_ONCE = 250
_PAYLOAD = re.compile(rb"\n(?:blob|clear) [0-9]+ ([A-Za-z0-9+/=]{44})(?=\n)")


def gaps_key(origin: str) -> str:
    """Where it is kept which payloads of a log never came."""
    return f"gaps/{origin}"


def load_gaps(seat: Seat) -> None:
    """Take up the gaps that are kept beside the record."""
    for origin in seat.copies:
        kept = seat.reader.local(gaps_key(origin))
        for index, numbers in json.loads(kept).items() if kept is not None else ():
            if int(index) < seat.copies[origin].size:
                seat.withdrawals.gaps[origin, int(index)] = tuple(numbers)


def places(seat: Seat) -> Mapping[Place, Ref]:
    """Every payload that is withdrawn in what is folded, and by which entry."""
    known, registers = seat.withdrawals, seat.fold.registers
    seen = (len(registers.withdrawn), len(registers.personal))
    if seen != known.seen:
        fresh = withdrawn_places(registers) if registers.withdrawn else {}
        known.to_erase |= {at: by for at, by in fresh.items() if at not in known.places}
        known.to_confirm |= {by for by in registers.withdrawn if not _confirmed(seat, by)}
        known.places, known.seen = fresh, seen
    return known.places


def _confirmed(seat: Seat, by: Ref) -> bool:
    facts = seat.fold.registers.opened.get(by, ())
    return any(fact.party == seat.party and fact.result == ERASED for fact in facts)


# -- erasing


def has_work(seat: Seat) -> bool:
    """Whether something is withdrawn and not looked at yet."""
    places(seat)
    return bool(seat.withdrawals.to_erase)


def erase(seat: Seat, now: Now) -> list[Change]:
    """Erase what is withdrawn, and leave a tombstone; done anew from the state after a crash.

    Only bytes that no entry of any line here names in another way are touched: else an author
    could name somebody's message as his file, withdraw it, and have it erased. To see all of those
    entries, all that is taken up has to be in the store.
    """
    known = seat.withdrawals
    if not has_work(seat) or not _is_durable(seat):
        return []
    if known.erased_at_ms is not None and now.elapsed_ms - known.erased_at_ms < ERASE_EVERY_MS:
        return []
    known.erased_at_ms = now.elapsed_ms
    named = {_digest(seat, place): by for place, by in known.to_erase.items()}
    named = {d: by for d, by in named.items() if seat.reader.tombstone(d) is None}
    kept = _named_otherwise(seat, named) if named else set()
    known.to_erase = {}
    return [EraseBlob(digest=d, by=by.text()) for d, by in named.items() if d not in kept]


def _is_durable(seat: Seat) -> bool:
    return all(seat.reader.size(o) >= copy.size for o, copy in seat.copies.items())


def _digest(seat: Seat, place: Place) -> bytes:
    return _payload(seat, place).digest


def _payload(seat: Seat, place: Place) -> Payload:
    origin, index, number = place
    leaf = seat.reader.leaf(origin, index)
    if leaf is None:
        raise DamagedStoreError(f"entry {index} of {origin} is missing from the store")
    return parse_entry(leaf).payloads[number]


def _named_otherwise(seat: Seat, digests: Iterable[bytes]) -> set[bytes]:
    """Those of the digests that some leaf in the store names at a place that is not withdrawn."""
    asked, found = frozenset(digests), set[bytes]()
    for origin in seat.reader.origins():
        for index, leaf in enumerate(seat.reader.leaves(origin, 0, seat.reader.size(origin))):
            for number, text in enumerate(_PAYLOAD.findall(leaf)):
                digest = b64decode(text)
                if digest in asked and (origin, index, number) not in seat.withdrawals.places:
                    found.add(digest)
    return found


def confirmations(seat: Seat) -> list[Draft]:
    """What our machine says of withdrawals whose files our store holds no more."""
    places(seat)
    known = seat.withdrawals
    done = [by for by in sorted(known.to_confirm) if _is_gone(seat, by)][:ITEMS_AT_ONCE]
    known.to_confirm -= set(done)
    if not done:
        return []
    items: list[JsonValue] = [{"ref": by.text(), "result": ERASED} for by in done]
    return [Draft(kind=OPENED, office=MACHINE_OFFICE, body={"items": items})]


def _is_gone(seat: Seat, by: Ref) -> bool:
    """Whether every file that one entry withdrew has its tombstone."""
    named = {(ref.origin, ref.index, n) for ref, n in seat.fold.registers.withdrawn[by]}
    return all(seat.reader.tombstone(_digest(seat, place)) is not None for place in named)


# -- gaps


def may_lack(entry: Entry, absent: tuple[int, ...], withdrawn: Collection[bytes]) -> bool:
    """Whether an entry is taken without these: sealed attachments, said to be withdrawn."""
    told = all(entry.payloads[number].digest in withdrawn for number in absent)
    return entry.sealed and 0 not in absent and told


def note_gaps(seat: Seat, origin: str, index: int, numbers: tuple[int, ...]) -> Change:
    """Remember payloads of an entry that is taken without them."""
    seat.withdrawals.gaps[origin, index] = numbers
    return _keep(seat, origin)


def _keep(seat: Seat, origin: str) -> Change:
    gaps = {str(i): list(n) for (o, i), n in seat.withdrawals.gaps.items() if o == origin}
    return PutLocal(key=gaps_key(origin), value=json.dumps(gaps).encode())


def open_gaps(seat: Seat) -> list[Place]:
    """Payloads that are absent here, and that their author is not known to have withdrawn."""
    if not seat.withdrawals.gaps:
        return []
    excused = places(seat)
    all_gaps = seat.withdrawals.gaps.items()
    found = [(origin, index, n) for (origin, index), numbers in all_gaps for n in numbers]
    return sorted(place for place in found if place not in excused)


def is_whole(seat: Seat, origin: str, size: int) -> bool:
    """Whether a receipt may be given: below this size only what was withdrawn is absent."""
    return not any(o == origin and index < size for o, index, _ in open_gaps(seat))


def wanted(seat: Seat) -> tuple[Place, ...]:
    """What to ask peers for."""
    return tuple(open_gaps(seat)[:WANT_MAX])


def asked_for(seat: Seat, want: Iterable[Place]) -> dict[bytes, bytes]:
    """What a peer asks for, as far as it is named by an entry of this line and held here."""
    found = {}
    for origin, index, number in want:
        copy = seat.copies.get(origin)
        leaf = seat.reader.leaf(origin, index) if copy is not None and index < copy.size else None
        payloads = parse_entry(leaf).payloads if leaf is not None else ()
        data = seat.reader.blob(payloads[number].digest) if number < len(payloads) else None
        if data is not None:
            found[payloads[number].digest] = data
    return found


def fill_gaps(seat: Seat, blobs: Mapping[bytes, bytes], out: list[Output]) -> list[Change]:
    """Take in what was asked for earlier; to be called before anything new is taken up."""
    changes: list[Change] = []
    for origin, index, number in open_gaps(seat) if blobs else ():
        payload = _payload(seat, (origin, index, number))
        data = blobs.get(payload.digest)
        if data is None:
            continue
        if len(data) != payload.length:
            words = f"{_name(seat, (origin, index, number))} has another length than signed"
            out.append(fx.Tell(event="alarm", words=words, party=seat.owner(origin) or ""))
            continue
        rest = tuple(n for n in seat.withdrawals.gaps[origin, index] if n != number)
        seat.withdrawals.gaps[origin, index] = rest
        if not rest:
            del seat.withdrawals.gaps[origin, index]
        changes += [PutBlob(digest=payload.digest, data=data), _keep(seat, origin)]
    return changes


def watch_gaps(seat: Seat, now: Now) -> list[Output]:
    """Say once of each gap that it stays open."""
    out: list[Output] = []
    since = seat.withdrawals.gap_since
    for place in open_gaps(seat):
        first = since.setdefault(place, now.elapsed_ms)
        if first >= 0 and now.elapsed_ms - first >= GAP_MS:
            since[place] = -1
            words = f"{_name(seat, place)} is absent: we were told that it was withdrawn, and no"
            words += " withdrawal by its author is here; no receipt is given for it"
            out.append(fx.Tell(event="alarm", words=words, party=seat.owner(place[0]) or ""))
    return out


def _name(seat: Seat, place: Place) -> str:
    origin, index, number = place
    whose = seat.owner(origin) or "an unknown party"
    return f"attachment {number} of entry {index} of {whose}'s log {name_of(origin)}"

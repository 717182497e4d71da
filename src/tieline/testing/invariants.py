"""Invariants of RELIABILITY section 5, asked of running seats; each raises what is broken.

Where the code computes something, this recomputes it by another way: newest steps from causes
instead of from what a step names, pasts entry by entry, states at every common past.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from tieline.procedures.line import message as msg
from tieline.procedures.procedure import CROSSED
from tieline.record.entry import Ref, parse_entry
from tieline.record.merkle import hash_leaf
from tieline.replication.seat import Seat
from tieline.state.digest import state_text, unreadable_digest
from tieline.state.fold import Fold
from tieline.state.model import Case, Taken
from tieline.state.past import Past, raised
from tieline.testing.broken import require
from tieline.testing.station import Station

EXPIRIES = frozenset({msg.EXPIRED, msg.UNREACHED})


# -- I-7: equal prefixes, equal states


def past_at(fold: Fold, sizes: dict[str, int]) -> Past:
    """The past with these sizes, in the positions of one fold."""
    past: Past = ()
    for origin, size in sizes.items():
        past = raised(past, fold.registers.logs.position(origin), size)
    return past


def equal_states(stations: list[Station]) -> None:
    """Any two nodes compute one state at everything that both have folded."""
    for one, other in combinations([s for s in stations if s.seat is not None], 2):
        assert one.seat is not None
        assert other.seat is not None
        _equal_states(one.seat, other.seat)


def _equal_states(one: Seat, other: Seat) -> None:
    mine, theirs = _folded(one), _folded(other)
    sizes = {o: min(mine[o], theirs[o]) for o in mine.keys() & theirs.keys()}
    for origin, size in sizes.items():
        if one.copies[origin].tree.root(size) != other.copies[origin].tree.root(size):
            return  # Two histories of one log: not comparable, and shown as a fork.
    here, there = past_at(one.fold, sizes), past_at(other.fold, sizes)
    if unreadable_digest(one.fold, here) != unreadable_digest(other.fold, there):
        return
    left, right = state_text(one.fold, here), state_text(other.fold, there)
    differ = [pair for pair in zip(left.split("\n"), right.split("\n"), strict=False)
              if pair[0] != pair[1]]  # fmt: skip
    what = f"{one.party} and {other.party} differ at one past: {differ[:2]}"
    require("I-7", left == right, what)


def _folded(seat: Seat) -> dict[str, int]:
    return {origin: seat.fold.size(origin) for origin in seat.copies if seat.fold.size(origin)}


# -- the order of concurrent entries decides nothing; late is late


def honest_strands(seat: Seat) -> None:
    """Every strand stands where its causally newest steps lead, or is crossed."""
    view = seat.view
    for key in seat.fold.registers.cases:
        case = view.case(key)
        if case is None:
            continue
        for strand, steps in case.strands.items():
            held = [s for s in steps if view.holds(s.ref)]
            if any((r := view.roster(s.author)) is not None and r.cutoffs for s in held):
                continue
            _newest(seat, case, strand, held)
            for step in held:
                _late(seat, case, step, held)


def _before(seat: Seat, one: Taken, other: Taken) -> bool:
    return seat.fold.registers.logs.holds(other.past, one.ref.origin, one.ref.index)


def _newest(seat: Seat, case: Case, strand: str, steps: list[Taken]) -> None:
    newest = {s.state for s in steps if not any(_before(seat, s, o) for o in steps)}
    if not newest:
        return
    expected = next(iter(newest)) if len(newest) == 1 else CROSSED
    shown = seat.view.state(case, strand)
    what = f"{seat.party} shows {case.message.kind} as {shown!r}, it is {expected!r}"
    require("concurrency", shown == expected, what)


def _late(seat: Seat, case: Case, step: Taken, steps: list[Taken]) -> None:
    in_time = {msg.TAKEN, msg.ANSWERED, msg.DECLINED}
    if case.procedure.name != "message" or step.state not in in_time:
        return
    if step.kind == msg.RECONCILE:
        return
    earlier = [s for s in steps if _before(seat, s, step)]
    expired = any(s.kind in EXPIRIES for s in earlier)
    settled = any(s.kind == msg.RECONCILE for s in earlier)
    what = f"{seat.party} shows {step.kind} as {step.state} after an expiry that its author had"
    require("late", settled or not expired, what)


# -- pasts, entry by entry


def honest_pasts(seat: Seat) -> None:
    """What the fold takes as an entry's past is the closure of true heads, and nothing more."""
    known: dict[tuple[str, int], dict[str, int]] = {}
    order = [(o, i) for o in seat.copies for i in range(seat.fold.size(o))]
    for origin, index in order:
        expected = _closure(seat, origin, index, known)
        past = seat.fold.past_of(Ref(origin, index, bytes(32)))
        found = dict(seat.fold.registers.logs.sizes(past))
        what = f"{seat.party}: entry {index} of {origin} saw {expected}, the fold says {found}"
        require("seen", found == {o: n for o, n in expected.items() if n}, what)


def _closure(
    seat: Seat, origin: str, index: int, known: dict[tuple[str, int], dict[str, int]]
) -> dict[str, int]:
    stack = [(origin, index)]
    while stack:
        at = stack[-1]
        if at in known:
            stack.pop()
            continue
        needs = _needs(seat, *at)
        missing = [n for n in needs if n not in known]
        if missing:
            stack += missing
            continue
        sizes: dict[str, int] = {}
        for name, position in needs:
            for key, size in known[name, position].items():
                sizes[key] = max(sizes.get(key, 0), size)
            sizes[name] = max(sizes.get(name, 0), position + 1)
        known[at] = sizes
        stack.pop()
    return known[origin, index]


_entry = lru_cache(maxsize=65_536)(parse_entry)


def _needs(seat: Seat, origin: str, index: int) -> list[tuple[str, int]]:
    leaf = seat.reader.leaf(origin, index)
    assert leaf is not None
    needs = [(origin, index - 1)] if index else []
    for head in _entry(leaf).seen:
        copy = seat.copies.get(head.origin)
        if head.size and copy is not None and copy.tree.root(head.size) == head.root:
            needs.append((head.origin, head.size - 1))
    return needs


# -- I-13 and what a disk must show


def one_case_per_id(seat: Seat) -> None:
    """Of two entries that open one case, of which one saw the other, only one counts."""
    for key, case in seat.fold.registers.cases.items():
        steps = [s for ref in case.openers for s in _steps_at(seat, ref)]
        for one, other in combinations(steps, 2):
            ordered = _before(seat, one, other) or _before(seat, other, one)
            what = f"{seat.party}: {key.party} {key.id[:8]} counts twice"
            require("I-13", not ordered or one.ref == other.ref, what)


def _steps_at(seat: Seat, ref: Ref) -> list[Taken]:
    key = seat.fold.registers.case_of[ref]
    strands = seat.fold.registers.cases[key].strands.values()
    return [s for steps in strands for s in steps if s.ref == ref][:1]


def true_copies(station: Station, others: list[Station], forked: set[str]) -> None:
    """I-8: nothing on a disk but what its author has on its own, unless the author forked."""
    for author in others:
        for origin in author.disk.origins():
            if author.handle == station.handle or not origin.startswith(
                f"{author.line}/{author.handle}-"
            ):
                continue
            size = min(author.disk.size(origin), station.disk.size(origin))
            if origin in forked or not size:
                continue
            mine, theirs = station.disk.leaf(origin, size - 1), author.disk.leaf(origin, size - 1)
            same = mine is not None and theirs is not None and hash_leaf(mine) == hash_leaf(theirs)
            what = f"{station.name} holds entry {size - 1} of {origin} that was never written"
            require("I-8", same, what)

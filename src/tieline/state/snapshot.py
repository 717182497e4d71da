"""Snapshot: everything that a fold holds, as bytes, so that a start need not fold a whole record.

A derived value of this house: it is sent to nobody, signed by nobody, and can be deleted at any
time. It counts only for the rules, line, parties and reading key that it was made with, and only if
each log that it covers has the root that it names, computed from the leaves that are held; whoever
loads it asks for that. Then what follows is folded as always.

Layout: a first line with the format's version, the SHA-256 of the rest (32 bytes), and one plain
value in the encoding of Python's `marshal`. The hash covers the names of all packed fields too.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tieline.errors import MalformedError
from tieline.procedures.brackets import Clause
from tieline.record.entry import Head, Ref
from tieline.record.rosterchain import read_roster
from tieline.state.fold import RULES_VERSION, Fold
from tieline.state.model import Discrepancy, Outcome
from tieline.state.packings import MARSHAL_VERSION, SHAPE, Packings, TreeOf, case_code, case_key
from tieline.state.registers import GenerationAt, Registers, RosterAt
from tieline.state.shelf import Code, Packing, Shelf

MAGIC = b"tieline/snapshot@v3\n"
"""Changes whenever the encoding does: a snapshot of another format is folded anew, not read."""
HASH_BYTES = 32

K = TypeVar("K")
V = TypeVar("V")
Plain = Any
"""Tuples, lists, dicts, texts, bytes, integers and None, as marshal carries them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A snapshot whose bytes are whole. ``covers`` are the logs that it was folded from.

    ``reader`` names who could read what (a digest of the reading key); ``beside`` is what the
    caller gave to be kept.
    """

    rules: int
    line: str
    parties: Mapping[str, str]
    reader: bytes
    covers: tuple[Head, ...]
    beside: Plain
    body: tuple[Plain, ...]


# -- writing


def dump(fold: Fold, tree_of: TreeOf, *, reader: bytes = b"", beside: Plain = None) -> bytes:
    """The bytes of a snapshot of everything folded. The fold keeps them, packed as well."""
    registers, packings = fold.registers, Packings(fold, tree_of)
    covers = []
    for origin, pasts in fold.pasts.items():
        tree = tree_of(origin)
        assert tree is not None, "what was folded is held"
        covers.append((origin, len(pasts), tree.root(len(pasts))))
    head = (RULES_VERSION, registers.line, registers.fingerprints, reader, covers, beside)
    payload = marshal.dumps((head, _fold_value(fold, packings)), MARSHAL_VERSION)
    return MAGIC + _hash(payload) + payload


def _fold_value(fold: Fold, packings: Packings) -> tuple[Plain, ...]:
    registers = fold.registers
    registers.cases = _shelf(registers.cases, packings.cases)
    registers.case_of = _shelf(registers.case_of, packings.case_names)
    registers.steps_of = _shelf(registers.steps_of, packings.case_names)
    registers.ids = _shelf(registers.ids, packings.ids)
    registers.opened = _shelf(registers.opened, packings.opened)
    return (
        registers.logs.origins,
        registers.owners,
        registers.full,
        fold.pasts,
        fold.chains,
        [
            shelf.packed()
            for shelf in (
                registers.cases,
                registers.case_of,
                registers.steps_of,
                registers.ids,
                registers.opened,
            )
        ],
        {name: [case_code(k) for k in keys] for name, keys in registers.by_procedure.items()},
        _small(registers, packings),
    )


def _shelf(mapping: MutableMapping[K, V], packing: Packing[K, V]) -> Shelf[K, V]:
    if isinstance(mapping, Shelf):
        return mapping
    return Shelf(packing, {}, mapping)


def _small(registers: Registers, packings: Packings) -> tuple[Plain, ...]:
    """The registers that stay small, whole."""
    code = packings.code
    return (
        {
            party: [(code(r.ref), r.envelope) for r in rosters]
            for party, rosters in registers.rosters.items()
        },
        {code(ref): _clauses(clauses) for ref, clauses in registers.clauses.items()},
        {digest: _clauses(clauses) for digest, clauses in registers.texts.items()},
        {code(ref): signed for ref, signed in registers.signed.items()},
        {code(ref): due_ms for ref, due_ms in registers.arrivals.items()},
        {code(ref): personal for ref, personal in registers.personal.items()},
        {
            code(ref): tuple((code(of), number) for of, number in files)
            for ref, files in registers.withdrawn.items()
        },
        {case_code(k): tuple(map(code, refs)) for k, refs in registers.lifts.items()},
        [(code(g.ref), g.party, g.continues, g.size) for g in registers.generations],
        [(code(d.ref), d.party, d.outcome.name, d.detail) for d in registers.discrepancies],
        [code(ref) for ref in registers.unreadable],
    )


def _clauses(clauses: Mapping[str, Clause]) -> dict[str, tuple[str, str, str]]:
    return {name: (c.title, c.text, c.terms) for name, c in clauses.items()}


def _hash(payload: bytes | memoryview) -> bytes:
    """Over the shape as well: bytes of another shape do not have it."""
    digest = hashlib.sha256(SHAPE)
    digest.update(payload)
    return digest.digest()


# -- reading


def read(data: bytes) -> Snapshot:
    """The snapshot in some bytes; nothing of it is compared with a record yet.

    Raises:
        MalformedError: another format, or bytes that are not those that were written.
    """
    if not data.startswith(MAGIC):
        raise MalformedError("a snapshot of another format")
    payload = memoryview(data)[len(MAGIC) + HASH_BYTES :]
    if _hash(payload) != data[len(MAGIC) : len(MAGIC) + HASH_BYTES]:
        raise MalformedError("a snapshot whose bytes, or fields, do not have their hash")
    try:
        # Safe to decode: the hash says that these are the bytes which `dump` wrote.
        head, body = marshal.loads(payload)  # noqa: S302
        rules, line, parties, reader, covers, beside = head
        return Snapshot(
            rules=rules,
            line=line,
            parties=parties,
            reader=reader,
            covers=tuple(Head(origin=o, size=n, root=r) for o, n, r in covers),
            beside=beside,
            body=tuple(body),
        )
    except (ValueError, TypeError, EOFError) as error:
        raise MalformedError(f"a snapshot that cannot be decoded: {error}") from None


def check(snapshot: Snapshot, registers: Registers, tree_of: TreeOf, *, reader: bytes) -> None:
    """That a snapshot is by our rules, for this line and reading key, and of the leaves held.

    Raises:
        MalformedError: what differs.
    """
    if snapshot.rules != RULES_VERSION:
        raise MalformedError(f"a snapshot by rules {snapshot.rules}, not {RULES_VERSION}")
    if (snapshot.line, snapshot.parties) != (registers.line, registers.fingerprints):
        raise MalformedError("a snapshot of another line or of other parties")
    if snapshot.reader != reader:
        raise MalformedError("a snapshot made with another reading key")
    for head in snapshot.covers:
        tree = tree_of(head.origin)
        if tree is None or tree.size < head.size or tree.root(head.size) != head.root:
            raise MalformedError(f"a snapshot of other entries of {head.origin} than are held")


def fill(fold: Fold, snapshot: Snapshot, tree_of: TreeOf) -> None:
    """Fill a fresh fold from a snapshot that was checked against these trees.

    Raises:
        MalformedError: a value that this version would not have written; throw the fold away.
    """
    try:
        _fill(fold, snapshot, tree_of)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise MalformedError(f"a snapshot that does not fit: {error}") from None


def _fill(fold: Fold, snapshot: Snapshot, tree_of: TreeOf) -> None:
    registers, packings = fold.registers, Packings(fold, tree_of)
    origins, owners, full, pasts, chains, shelves, by_procedure, small = snapshot.body
    for origin in origins:
        registers.logs.position(origin)
    registers.owners, registers.full = owners, full
    fold.pasts, fold.chains = pasts, chains
    cases, case_of, steps_of, ids, opened = shelves
    registers.cases = Shelf(packings.cases, cases)
    registers.case_of = Shelf(packings.case_names, case_of)
    registers.steps_of = Shelf(packings.case_names, steps_of)
    registers.ids = Shelf(packings.ids, ids)
    registers.opened = Shelf(packings.opened, opened)
    registers.by_procedure = {n: [case_key(k) for k in keys] for n, keys in by_procedure.items()}
    _fill_small(registers, small, packings.ref)


def _fill_small(registers: Registers, small: tuple[Plain, ...], ref: Callable[[Code], Ref]) -> None:
    rosters, clauses, texts, signed, arrivals, *rest = small
    personal, withdrawn, lifts, generations, discrepancies, unreadable = rest
    for party, published in rosters.items():
        registers.rosters[party] = [
            RosterAt(ref=ref(code), roster=read_roster(envelope)[1], envelope=envelope)
            for code, envelope in published
        ]
    registers.clauses = {ref(code): _to_clauses(value) for code, value in clauses.items()}
    registers.texts = {digest: _to_clauses(value) for digest, value in texts.items()}
    registers.signed = {ref(code): value for code, value in signed.items()}
    registers.arrivals = {ref(code): due_ms for code, due_ms in arrivals.items()}
    registers.personal = {ref(code): value for code, value in personal.items()}
    registers.withdrawn = {
        ref(code): tuple((ref(of), number) for of, number in files)
        for code, files in withdrawn.items()
    }
    registers.lifts = {case_key(k): frozenset(map(ref, codes)) for k, codes in lifts.items()}
    registers.generations = [
        GenerationAt(ref=ref(code), party=party, continues=continues, size=size)
        for code, party, continues, size in generations
    ]
    registers.discrepancies = [
        Discrepancy(ref=ref(code), party=party, outcome=Outcome[outcome], detail=detail)
        for code, party, outcome, detail in discrepancies
    ]
    registers.unreadable = [ref(code) for code in unreadable]


def _to_clauses(value: Mapping[str, tuple[str, str, str]]) -> dict[str, Clause]:
    return {
        name: Clause(title=title, text=text, terms=terms)
        for name, (title, text, terms) in value.items()
    }

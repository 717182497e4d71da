"""Packings: what the large registers of a fold hold, as plain values in `marshal` bytes.

An entry that is held is coded as one integer (index and position of its log), for its hash stands
in the tree; a reference to anything else, which a peer may write into a body, keeps its text. The
format is that of marshal, version 2: no objects, no references, nothing that can be executed.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from sys import intern
from typing import Any

from tieline.procedures import BY_NAME
from tieline.procedures.brackets import Clause
from tieline.record.entry import Ref, parse_ref
from tieline.record.merkle import Tree
from tieline.record.message import Mark, Message, Office
from tieline.state.fold import Fold
from tieline.state.model import Case, CaseKey, Discrepancy, Taken
from tieline.state.registers import GenerationAt, OpenedAt, RosterAt
from tieline.state.shelf import Code, Packed, Packing

TreeOf = Callable[[str], "Tree | None"]
"""The tree of a log, made from the leaves that are held; None for a log of which none is."""

MARSHAL_VERSION = 2
POSITION_BITS = 16
"""A line has at most 2^16 logs; 10 parties with 32 certified logs each are the limit anyway."""


PACKED = (
    Case, Clause, Discrepancy, GenerationAt, Message, Office, OpenedAt, RosterAt, Taken,
)  # fmt: skip
SHAPE = sha256(
    " ".join(f"{kind.__name__}({','.join(f.name for f in fields(kind))})" for kind in PACKED)
    .encode()
).digest()  # fmt: skip
"""Names the fields of what is packed: a snapshot of values of another shape is folded anew."""


class Packings:
    """Codes and packings that belong to one fold, whose logs keep their positions."""

    def __init__(self, fold: Fold, tree_of: TreeOf) -> None:
        self._fold = fold
        self._tree_of = tree_of
        self._origins = fold.registers.logs.origins
        self._positions: dict[str, int] = {}
        self.cases = Packing(
            code=case_code, key=case_key, pack=self.case, unpack=self.to_case, weight=_case_weight
        )
        self.case_names: Packing[Ref, CaseKey] = Packing(
            code=self.code,
            key=self.ref,
            pack=case_code,
            unpack=lambda _, text: case_key(text),
            weight=lambda _: 0,
        )
        self.ids = Packing(
            code=case_code, key=case_key, pack=self.uses, unpack=self.to_uses, weight=len
        )
        self.opened = Packing(
            code=self.code, key=self.ref, pack=self.facts, unpack=self.to_facts, weight=len
        )

    # -- references

    def code(self, ref: Ref) -> Code:
        """An integer for an entry that is held, else the reference's text."""
        if len(self._positions) != len(self._origins):
            self._positions = {origin: at for at, origin in enumerate(self._origins)}
        position = self._positions.get(ref.origin)
        tree = self._tree_of(ref.origin)
        if position is None or tree is None or _leaf_hash(tree, ref.index) != ref.leaf_hash:
            return ref.text()
        return ref.index << POSITION_BITS | position

    def ref(self, code: Code) -> Ref:
        """The reference again."""
        if isinstance(code, str):
            return parse_ref(code)
        origin, index = self._origins[code & (1 << POSITION_BITS) - 1], code >> POSITION_BITS
        tree = self._tree_of(origin)
        assert tree is not None, "a snapshot is used with the trees that it was checked with"
        return Ref(origin, index, _leaf_hash(tree, index))

    def _codes(self, refs: Any) -> tuple[Code, ...]:
        return tuple(map(self.code, refs))

    def _refs(self, codes: Any) -> tuple[Ref, ...]:
        return tuple(map(self.ref, codes))

    # -- cases

    def case(self, case: Case) -> Packed:
        """A case with its message and its steps."""
        message = case.message
        strands = [
            (strand, tuple(self._step(taken) for taken in steps))
            for strand, steps in case.strands.items()
        ]
        return _dumps(
            (
                case.procedure.name,
                self.code(case.opener),
                self._message(message),
                case.time_s,
                case.flags,
                case.signers,
                self._codes(case.openers),
                [(self.code(ref), time_s) for ref, time_s in case.filed_s.items()],
                strands,
            )
        )

    def to_case(self, key: CaseKey, packed: Packed) -> Case:
        name, opener, message, time_s, flags, signers, openers, filed, strands = _loads(packed)
        return Case(
            key=key,
            procedure=BY_NAME[name],
            opener=self.ref(opener),
            message=self._to_message(message),
            time_s=time_s,
            flags=flags,
            signers=signers,
            openers=list(self._refs(openers)),
            filed_s={self.ref(code): at_s for code, at_s in filed},
            strands={strand: [self._to_step(step) for step in steps] for strand, steps in strands},
        )

    def _step(self, taken: Taken) -> tuple[Any, ...]:
        """A step without its past, which is that of its entry."""
        return (
            self.code(taken.ref),
            taken.id,
            taken.kind,
            taken.state,
            taken.author,
            taken.signers,
            tuple(sorted(self._codes(taken.after), key=str)),
            taken.issued_ms,
            taken.time_s,
        )

    def _to_step(self, step: tuple[Any, ...]) -> Taken:
        code, id_, kind, state, author, signers, after, issued_ms, time_s = step
        ref = self.ref(code)
        return Taken(
            ref=ref,
            id=id_,
            kind=kind,
            state=state,
            author=author,
            signers=signers,
            after=frozenset(self._refs(after)),
            past=self._fold.past_of(ref),
            issued_ms=issued_ms,
            time_s=time_s,
        )

    def _message(self, message: Message) -> tuple[Any, ...]:
        """A message without its line, which is the fold's."""
        return (
            message.log,
            message.id,
            message.salt,
            message.issued_ms,
            (message.sender.party, message.sender.name),
            tuple((office.party, office.name) for office in message.to),
            dict(message.rosters),
            message.mark.value,
            message.level,
            message.kind,
            self.code(message.case) if message.case is not None else None,
            self._codes(message.after),
            message.strands,
            dict(message.body),
        )

    def _to_message(self, value: tuple[Any, ...]) -> Message:
        log, own_id, salt, issued_ms, sender, to, rosters, mark, level, kind, *rest = value
        case, after, strands, body = rest
        return Message(
            line=self._fold.registers.line,
            log=log,
            id=own_id,
            salt=salt,
            issued_ms=issued_ms,
            sender=Office(*sender),
            to=tuple(Office(*office) for office in to),
            rosters=rosters,
            mark=Mark(mark),
            level=level,
            kind=kind,
            case=self.ref(case) if case is not None else None,
            after=self._refs(after),
            strands=strands,
            body=body,
        )

    # -- ids, and what machines opened

    def uses(self, uses: list[tuple[Ref, bytes]]) -> Packed:
        """Where an id was used, and for what."""
        return _dumps([(self.code(ref), digest) for ref, digest in uses])

    def to_uses(self, key: CaseKey, packed: Packed) -> list[tuple[Ref, bytes]]:
        del key
        return [(self.ref(code), digest) for code, digest in _loads(packed)]

    def facts(self, facts: list[OpenedAt]) -> Packed:
        """Which machines opened an entry."""
        return _dumps([(self.code(f.by), f.party, f.result, f.time_s) for f in facts])

    def to_facts(self, ref: Ref, packed: Packed) -> list[OpenedAt]:
        del ref
        return [
            OpenedAt(by=self.ref(by), party=party, result=result, time_s=time_s)
            for by, party, result, time_s in _loads(packed)
        ]


def _leaf_hash(tree: Tree, index: int) -> bytes:
    """Hash of a leaf, empty past the end."""
    return tree.hashes(0, index, index + 1)


def _case_weight(case: Case) -> int:
    """Steps and openings: a case changes by nothing else."""
    return len(case.openers) + sum(map(len, case.strands.values()))


def case_code(key: CaseKey) -> str:
    """A case's key as one text; handles have no slash."""
    return intern(f"{key.party}/{key.id}")


def case_key(code: Code | Packed) -> CaseKey:
    """The key again."""
    party, _, own_id = str(code).partition("/")
    return CaseKey(party, own_id)


def _dumps(value: Any) -> bytes:
    return marshal.dumps(value, MARSHAL_VERSION)


def _loads(packed: Packed) -> Any:
    assert isinstance(packed, bytes)
    return marshal.loads(packed)  # noqa: S302 - plain values, under the hash of the whole file

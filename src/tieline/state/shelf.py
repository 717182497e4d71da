"""Shelf: a mapping whose values lie packed until somebody asks for them.

A record of 100,000 entries has some 300,000 values that a start needs none of. They are kept as
bytes, one string of bytes a value, and become objects one by one. Values only ever grow; what has
not grown since it was unpacked need not be packed again for the next snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
Code = str | int
Packed = bytes | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing(Generic[K, V]):
    """How keys and values of one mapping are packed, and unpacked again.

    ``weight`` counts what can be added to a value in place.
    """

    code: Callable[[K], Code]
    key: Callable[[Code], K]
    pack: Callable[[V], Packed]
    unpack: Callable[[K, Packed], V]
    weight: Callable[[V], int]


class Shelf(MutableMapping[K, V]):
    """A mapping, packed except for what was looked at."""

    __slots__ = ("_fresh", "_kept", "_packed", "packing")

    def __init__(
        self, packing: Packing[K, V], packed: dict[Code, Packed], fresh: Mapping[K, V] | None = None
    ) -> None:
        self.packing = packing
        self._packed = packed
        self._fresh: dict[K, V] = dict(fresh or {})
        self._kept: dict[K, tuple[int, Packed]] = {}

    def __getitem__(self, key: K) -> V:
        found = self._fresh.get(key)
        if found is not None:
            return found
        packed = self._packed.pop(self.packing.code(key), None)
        if packed is None:
            raise KeyError(key)
        value = self._fresh[key] = self.packing.unpack(key, packed)
        self._kept[key] = (self.packing.weight(value), packed)
        return value

    def __setitem__(self, key: K, value: V) -> None:
        self._packed.pop(self.packing.code(key), None)
        self._kept.pop(key, None)
        self._fresh[key] = value

    def __delitem__(self, key: K) -> None:
        self._kept.pop(key, None)
        if self._packed.pop(self.packing.code(key), None) is None:
            del self._fresh[key]

    def __contains__(self, key: object) -> bool:
        return key in self._fresh or self.packing.code(key) in self._packed  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[K]:
        """All keys as they are now: looking values up meanwhile does no harm."""
        fresh, packed = list(self._fresh), list(self._packed)
        yield from fresh
        yield from map(self.packing.key, packed)

    def __len__(self) -> int:
        return len(self._fresh) + len(self._packed)

    def packed(self) -> dict[Code, Packed]:
        """Everything packed, by code."""
        whole = dict(self._packed)
        for key, value in self._fresh.items():
            weight = self.packing.weight(value)
            kept = self._kept.get(key)
            if kept is None or kept[0] != weight:
                kept = self._kept[key] = (weight, self.packing.pack(value))
            whole[self.packing.code(key)] = kept[1]
        return whole

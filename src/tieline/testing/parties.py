"""Parties of an exercise: real keys from seeded randomness, and people who sign with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tieline.record import dsse, ed25519
from tieline.record.message import MESSAGE_TYPE
from tieline.record.roster import OfficeSeat, Person
from tieline.replication import founding
from tieline.replication.founding import LineKeys, Vault

OFFICES = ("watch", "desk", "principal")
HANDLES = ("alpha", "bravo", "charlie", "delta")
PEOPLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party with everything that it keeps, on the node and off it."""

    handle: str
    vault: Vault
    keys: LineKeys
    people: dict[str, bytes] = field(repr=False)
    roster: bytes = field(repr=False)

    def sign(self, payload: bytes, who: list[str]) -> bytes:
        """A message under the signatures of some of the people."""
        return dsse.sign_many(MESSAGE_TYPE, payload, {name: self.people[name] for name in who})

    def sign_as_node(self, payload: bytes) -> bytes:
        """A message under the node's signature alone."""
        return dsse.sign_many(MESSAGE_TYPE, payload, {"node": self.keys.node})


def make_party(line: str, handle: str, entropy: Callable[[int], bytes]) -> Party:
    """A party with fresh keys, three people for all offices, and its first roster."""
    vault = founding.new_vault(entropy)
    keys = founding.new_line_keys(line, handle, entropy)
    people = {f"{handle}-{n}": entropy(32) for n in range(1, PEOPLE + 1)}
    roster = founding.first_roster(
        handle=handle,
        name=handle.title(),
        vault=vault,
        keys=keys,
        persons=tuple(
            Person(id=name, key=ed25519.public_of(seed), offices=OFFICES)
            for name, seed in people.items()
        ),
        offices=tuple(OfficeSeat(name=n, title=n, filled=True) for n in OFFICES),
    )
    return Party(handle=handle, vault=vault, keys=keys, people=people, roster=roster)

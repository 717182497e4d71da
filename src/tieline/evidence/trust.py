"""Trust: whose keys count on a line, from the fingerprints that people compared.

The rosters come out of the line's own logs; each counts by its signatures and by the version
before it, never by where it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tieline.errors import MalformedError, UnverifiedError
from tieline.record.checkpoint import LogKey
from tieline.record.entry import Entry
from tieline.record.receipt import MirrorKey
from tieline.record.roster import LogCertificate, Roster
from tieline.record.rosterchain import read_roster, verify_first, verify_next

NODE = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A roster in its envelope, and the entry that carries it. Not verified yet."""

    origin: str
    index: int
    envelope: bytes


@dataclass(slots=True, kw_only=True)
class Trust:
    """Verified rosters of each party, by version, with their envelopes."""

    line: str
    chains: dict[str, list[tuple[bytes, Roster]]] = field(default_factory=dict)
    refused: list[tuple[Published, str, str]] = field(default_factory=list)
    """Rosters that do not count: where, whose, why."""

    def rosters(self, party: str) -> tuple[Roster, ...]:
        """All verified versions of a party's roster, oldest first."""
        return tuple(roster for _, roster in self.chains.get(party, ()))

    def owner(self, origin: str) -> str:
        """The party whose roster certifies a log; empty when none does."""
        for party in self.chains:
            if any(roster.log(origin) for roster in self.rosters(party)):
                return party
        return ""

    def certificate(self, origin: str) -> LogCertificate | None:
        """What the newest roster says of a log."""
        rosters = self.rosters(self.owner(origin))
        return rosters[-1].log(origin) if rosters else None

    def key(self, origin: str) -> LogKey | None:
        """Public keys of a log."""
        certificate = self.certificate(origin)
        return certificate.key if certificate is not None else None

    def mirrors(self) -> dict[str, tuple[str, MirrorKey]]:
        """Every mirror that a roster names: its party and keys, by its name."""
        return {
            roster.mirror.name: (party, roster.mirror)
            for party in sorted(self.chains)
            for roster in self.rosters(party)
        }

    def signers(self, party: str, keyid: str, office: str) -> frozenset[bytes]:
        """Public keys that ever stood for a person of an office, or for a party's ``node``."""
        if keyid == NODE:
            return frozenset(roster.node for roster in self.rosters(party))
        persons = (roster.person(keyid) for roster in self.rosters(party))
        return frozenset(p.key for p in persons if p is not None and office in p.offices)


def carries_roster(entry: Entry) -> bytes | None:
    """SHA-256 of the roster that an entry may carry: the second of two clear payloads."""
    if entry.sealed or len(entry.payloads) != 2:
        return None
    return entry.payloads[1].digest


def build_trust(line: str, parties: Mapping[str, str], found: Iterable[Published]) -> Trust:
    """Put the rosters of a line into chains.

    1. A first roster has the party's fingerprint, and certifies the log whose first entry
       carries it.
    2. Version n+1 follows version n, and stands in a log of its own party.

    Args:
        line: the line's id.
        parties: fingerprint of each party, sixty digits.
        found: what looks like a roster, in any order.
    """
    trust = Trust(line=line)
    read = []
    for published in found:
        try:
            read.append((read_roster(published.envelope)[1], published))
        except UnverifiedError:
            # Observers publish clear pairs too; what is no roster says nothing about keys.
            continue
    for roster, published in sorted(read, key=lambda pair: pair[0].version):
        party = roster.party
        chain = trust.chains.get(party, [])
        if any(envelope == published.envelope for envelope, _ in chain):
            continue
        try:
            verified = _verified(trust, parties, chain, roster, published)
        except UnverifiedError as error:
            trust.refused.append((published, party, str(error)))
            continue
        trust.chains.setdefault(party, []).append((published.envelope, verified))
    return trust


def _verified(
    trust: Trust,
    parties: Mapping[str, str],
    chain: list[tuple[bytes, Roster]],
    roster: Roster,
    published: Published,
) -> Roster:
    party = roster.party
    if party not in parties:
        raise MalformedError(f"{party} is no party of this line")
    if not chain:
        # (1)
        first = verify_first(
            published.envelope, line=trust.line, party=party, digits=parties[party]
        )
        if published.index != 0 or first.log(published.origin) is None:
            raise MalformedError(f"the first roster of {party} does not open a log of its own")
        return first
    # (2)
    if trust.owner(published.origin) != party:
        raise MalformedError(f"a roster of {party} in another party's log")
    return verify_next(published.envelope, after=chain[-1][1], after_envelope=chain[-1][0])

"""Founding: a party's keys, and the first roster and invitation of a line.

Pure: entropy comes in, seeds and signed documents come out; where they are kept is the shell's
affair. Root, operator and archive keys belong off the node; log, mirror, reading and node keys of
one line belong on it; spare log keys are certified at once and kept off it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tieline.procedures.line import invitation
from tieline.record import age, ed25519
from tieline.record.checkpoint import LogKey
from tieline.record.message import (
    ID_BYTES,
    SALT_BYTES,
    Mark,
    Message,
    Office,
    encode_message,
)
from tieline.record.receipt import MirrorKey
from tieline.record.roster import (
    LogCertificate,
    OfficeSeat,
    Person,
    Roster,
)
from tieline.record.rosterchain import fingerprint, keys_digest, sign_roster
from tieline.record.strict import JsonValue
from tieline.replication.effects import Now

SEED_BYTES = 32
ROOT_KEYS = 3
ROOT_THRESHOLD = 2
SPARES = 3
"""Generations certified beforehand, beside the first."""
LINE_PREFIX = "tieline.invalid"
"""First part of a line's id; ``.invalid`` is reserved and names no host (RFC 2606)."""

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """What a party keeps off its node. All seeds have 32 bytes."""

    roots: tuple[bytes, ...] = field(repr=False)
    next_roots: tuple[bytes, ...] = field(repr=False)
    threshold: int
    operator: bytes = field(repr=False)
    next_operator: bytes = field(repr=False)
    archive: bytes = field(repr=False)

    def fingerprint(self) -> str:
        """The sixty digits that name the party."""
        return fingerprint([ed25519.public_of(seed) for seed in self.roots], self.threshold)

    def archive_recipient(self) -> str:
        """The recipient that everything is sealed to beside the reading key."""
        return age.HybridIdentity(self.archive).recipient.encode()


def new_vault(
    entropy: Entropy, *, roots: int = ROOT_KEYS, threshold: int = ROOT_THRESHOLD
) -> Vault:
    """Fresh root, operator and archive keys."""

    def seed() -> bytes:
        return entropy(SEED_BYTES)

    return Vault(
        roots=tuple(seed() for _ in range(roots)),
        next_roots=tuple(seed() for _ in range(roots)),
        threshold=threshold,
        operator=seed(),
        next_operator=seed(),
        archive=seed(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSeeds:
    """The two secret seeds of a log or mirror."""

    ed25519: bytes = field(repr=False)
    mldsa44: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKeys:
    """Keys of one party on one line. ``logs`` and ``spares`` map origins to seeds."""

    line: str
    logs: Mapping[str, LogSeeds]
    spares: Mapping[str, LogSeeds]
    mirror_name: str
    mirror: LogSeeds
    reading: bytes = field(repr=False)
    node: bytes = field(repr=False)

    def reading_recipient(self) -> str:
        """Recipient of the reading key."""
        return age.HybridIdentity(self.reading).recipient.encode()


def new_line_id(entropy: Entropy) -> str:
    """A random line id: it says nothing about who is on it."""
    return f"{LINE_PREFIX}/{entropy(16).hex()}"


def log_origin(line: str, handle: str, role: str, generation: int) -> str:
    """Name of a party's log: ``<line>/<handle>-<generation>``, with an x for express."""
    return f"{line}/{handle}-{generation}{'x' if role == 'express' else ''}"


def new_line_keys(line: str, handle: str, entropy: Entropy) -> LineKeys:
    """Fresh keys for a party's first generation and its spares."""

    def seeds() -> LogSeeds:
        return LogSeeds(ed25519=entropy(SEED_BYTES), mldsa44=entropy(SEED_BYTES))

    def generation(number: int) -> dict[str, LogSeeds]:
        return {log_origin(line, handle, role, number): seeds() for role in ("main", "express")}

    spares: dict[str, LogSeeds] = {}
    for number in range(2, 2 + SPARES):
        spares |= generation(number)
    return LineKeys(
        line=line,
        logs=generation(1),
        spares=spares,
        mirror_name=f"{line}/{handle}-mirror-1",
        mirror=seeds(),
        reading=entropy(SEED_BYTES),
        node=entropy(SEED_BYTES),
    )


def first_roster(
    *,
    handle: str,
    name: str,
    vault: Vault,
    keys: LineKeys,
    persons: tuple[Person, ...],
    offices: tuple[OfficeSeat, ...],
    addresses: tuple[str, ...] = (),
    certificate: bytes = b"",
) -> bytes:
    """The signed first roster of a party on a line, as an envelope."""
    logs = [
        _certificate(origin, seeds, state)
        for state, group in (("open", keys.logs), ("spare", keys.spares))
        for origin, seeds in group.items()
    ]
    roster = Roster(
        line=keys.line,
        party=handle,
        name=name,
        version=1,
        previous="",
        root_keys=tuple(ed25519.public_of(seed) for seed in vault.roots),
        root_threshold=vault.threshold,
        root_next=keys_digest(ed25519.public_of(seed) for seed in vault.next_roots),
        operator=ed25519.public_of(vault.operator),
        operator_next=keys_digest([ed25519.public_of(vault.next_operator)]),
        node=ed25519.public_of(keys.node),
        logs=tuple(logs),
        mirror=MirrorKey.from_seeds(keys.mirror_name, keys.mirror.ed25519, keys.mirror.mldsa44),
        reading=keys.reading_recipient(),
        archive=vault.archive_recipient(),
        persons=persons,
        offices=offices,
        cutoffs=(),
        addresses=addresses,
        certificate=certificate,
    )
    signers = {f"root-{n}": s for n, s in enumerate(vault.roots[: vault.threshold], 1)}
    return sign_roster(roster, signers | {"operator": vault.operator})


def _certificate(origin: str, seeds: LogSeeds, state: str) -> LogCertificate:
    name = origin.rpartition("-")[2]
    return LogCertificate(
        key=LogKey.from_seeds(origin, seeds.ed25519, seeds.mldsa44),
        role="express" if name.endswith("x") else "main",
        generation=int(name.rstrip("x")),
        state=state,
    )


def next_roster(after: Roster, after_envelope: bytes, operator: bytes, **changes: object) -> bytes:
    """The signed next version of a roster; ``changes`` are fields of `Roster`."""
    following = replace(
        after,
        version=after.version + 1,
        previous=hashlib.sha256(after_envelope).hexdigest(),
        **changes,  # type: ignore[arg-type]
    )
    return sign_roster(following, {"operator": operator})


def invitation_message(
    *,
    line: str,
    handle: str,
    office: str,
    parties: Mapping[str, str],
    title: str,
    entropy: Entropy,
    now: Now,
    cites: tuple[str, ...] = (),
) -> bytes:
    """The body of a party's first entry on a line, to be signed by a person."""
    listed: list[JsonValue] = [
        {"party": party, "fingerprint": digits} for party, digits in sorted(parties.items())
    ]
    message = Message(
        line=line,
        log=log_origin(line, handle, "main", 1),
        id=entropy(ID_BYTES).hex(),
        salt=entropy(SALT_BYTES).hex(),
        issued_ms=now.wall_ms,
        sender=Office(handle, office),
        to=tuple(Office(party, "watch") for party in sorted(parties) if party != handle),
        rosters={handle: 1},
        mark=Mark.ACTUAL,
        level="ROUTINE",
        kind=invitation.KIND,
        case=None,
        after=(),
        strands=(),
        body={"parties": listed, "cites": list(cites), "title": title},
    )
    return encode_message(message)

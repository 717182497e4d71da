"""Limits: what one message costs at least, each primitive measured alone in the same run."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from houses import TEXT
from measuring import REPETITIONS, Sample, per_call, sample

from tieline.home import Home
from tieline.record import age, dsse, ed25519
from tieline.record.checkpoint import Checkpoint, LogKey, sign_checkpoint, verify_checkpoint
from tieline.record.merkle import hash_leaf
from tieline.record.message import MESSAGE_TYPE
from tieline.record.receipt import verify_receipt
from tieline.settings import Settings
from tieline.signer import MirrorSigner
from tieline.transport import Peer
from tieline.transport.https import HttpsCarrier, HttpsServer

RECIPIENTS = 4
"""Two parties with a reading key and an archive key each."""
LEAF_BYTES = 600
PARCEL_BYTES = 12_000
"""About a single sealed message with its signed head."""
FSYNC_BYTES = 16_384
STORE_SYNCS = 3
"""Commits for one message: the sender's entry, the receiver's entry, the sender's receipt."""
MARK_SYNCS = 2
"""The signer's mark: its file and its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds of each primitive."""

    each: dict[str, Sample]
    """Once for every message."""
    head: dict[str, Sample]
    """Once for every signed head, with its receipt."""
    exchange: Sample
    fsync: Sample

    def seconds(self, group: int = 1) -> float:
        """Least seconds for one message when so many share a head."""
        each = sum(found.median for found in self.each.values())
        shared = sum(found.median for found in self.head.values())
        shared += self.exchange.median + self.fsync.median * (STORE_SYNCS + MARK_SYNCS)
        return each + shared / group

    def round_trip(self) -> float:
        """One exchange and the syncs on both sides."""
        return self.exchange.median + self.fsync.median * (STORE_SYNCS + MARK_SYNCS)


def measure(folder: Path, home: Settings, *, quick: bool) -> Limits:
    calls = 3 if quick else 30
    return Limits(
        each=_each(calls),
        head=_head(calls),
        exchange=asyncio.run(_exchange(home, 3 if quick else 40)),
        fsync=_fsync(folder, 5 if quick else 40),
    )


def _timed(acts: dict[str, Callable[[], object]], calls: int) -> dict[str, Sample]:
    return {name: per_call(act, calls=calls) for name, act in acts.items()}


def _each(calls: int) -> dict[str, Sample]:
    seed = os.urandom(32)
    public = ed25519.public_of(seed)
    identities = [age.HybridIdentity(os.urandom(32)) for _ in range(RECIPIENTS)]
    recipients = [identity.recipient for identity in identities]
    body = (TEXT * 4).encode()
    plain = dsse.pad_to_bucket(dsse.sign_many(MESSAGE_TYPE, body, {"p": seed}))
    sealed = age.encrypt(plain, recipients, entropy=os.urandom)
    pae = dsse.pae(MESSAGE_TYPE, body)
    signature = ed25519.sign(seed, pae)
    leaf = os.urandom(LEAF_BYTES)
    return _timed(
        {
            "seal to 4 recipients": lambda: age.encrypt(plain, recipients, entropy=os.urandom),
            "open": lambda: age.decrypt(sealed, [identities[2]]),
            "DSSE sign": lambda: dsse.sign_many(MESSAGE_TYPE, body, {"p": seed}),
            "DSSE verify": lambda: ed25519.verify(public, signature, pae),
            "hash payload and leaf, both sides": lambda: [
                (sha256(sealed), sha256(plain), hash_leaf(leaf)) for _ in range(2)
            ],
        },
        calls,
    )


def _head(calls: int) -> dict[str, Sample]:
    origin = "tieline.invalid/00/alpha-1"
    seeds = (os.urandom(32), os.urandom(32))
    key = LogKey.from_seeds(origin, *seeds)
    head = Checkpoint(origin=origin, size=7, root=os.urandom(32))
    note = sign_checkpoint(head, *seeds, 1)
    mirror = MirrorSigner("tieline.invalid/00/bravo-mirror-1", os.urandom(32), os.urandom(32))
    receipt = mirror.cosign(head, time_s=1)
    return _timed(
        {
            "head sign": lambda: sign_checkpoint(head, *seeds, 1),
            "head verify": lambda: verify_checkpoint(note, key),
            "cosign": lambda: mirror.cosign(head, time_s=1),
            "receipt verify": lambda: verify_receipt(receipt, mirror.key),
        },
        calls,
    )


def _fsync(folder: Path, calls: int) -> Sample:
    data = os.urandom(FSYNC_BYTES)
    handle = os.open(folder / "fsync.probe", os.O_RDWR | os.O_CREAT, 0o600)

    def write() -> None:
        os.pwrite(handle, data, 0)
        os.fsync(handle)

    try:
        return per_call(write, calls=calls)
    finally:
        os.close(handle)


async def _exchange(home: Settings, calls: int) -> Sample:
    """Round trip of one parcel over a kept connection, both ends in this loop."""
    identity = Home(home.home).tls()
    pin = identity.certificate()

    async def handle(_peer: Peer, data: bytes) -> bytes:
        return data[: PARCEL_BYTES // 2]

    server = HttpsServer(identity=identity, pins=lambda: [pin], handler=handle)
    port = await server.start("127.0.0.1", 0)
    carrier = HttpsCarrier(f"127.0.0.1:{port}", identity=identity, certificate=pin)
    data = os.urandom(PARCEL_BYTES)
    try:
        await carrier.exchange(data)
        values = []
        for _ in range(REPETITIONS):
            start = time.perf_counter()
            for _ in range(calls):
                await carrier.exchange(data)
            values.append((time.perf_counter() - start) / calls)
    finally:
        await carrier.close()
        await server.stop()
    return sample(values)

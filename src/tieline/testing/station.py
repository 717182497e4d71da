"""Station: one party's machine in an exercise. It drives the very `step` that `serve` drives.

What survives a crash is the disk (`MemoryStore`), the signer with its marks, and which logs the
party writes; everything else is the seat, thrown away and loaded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tieline.errors import MarkError, RefusedError, SignerError
from tieline.record import age, ed25519
from tieline.record.checkpoint import Checkpoint
from tieline.record.entry import Ref
from tieline.replication import effects as fx
from tieline.replication import generation
from tieline.replication import step as stepping
from tieline.replication.changes import Change
from tieline.replication.founding import log_origin
from tieline.replication.seat import Seat, Tools
from tieline.signer.memory import MemorySigner
from tieline.signer.mirror import MirrorSigner
from tieline.store.memory import MemorySnapshot, MemoryStore
from tieline.testing.broken import PowerCutError, require
from tieline.testing.parties import Party


class Surroundings(Protocol):
    """What a station needs of its world."""

    def instant_ms(self) -> int: ...
    def between(self, station: Station) -> None: ...
    def around_commit(self, station: Station, moment: str, changes: Sequence[Change]) -> None: ...
    def send(self, station: Station, send: fx.Send) -> None: ...
    def reply(self, station: Station, reply: fx.Reply) -> None: ...
    def told(self, station: Station, tell: fx.Tell) -> None: ...
    def signed(self, station: Station, checkpoint: Checkpoint, note: bytes) -> None: ...
    def before_cosign(self, station: Station, cosign: fx.Cosign) -> None: ...
    def died(self, station: Station, why: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of a disk, taken some time ago, and which logs were being written."""

    disk: MemorySnapshot
    sizes: dict[str, int]


@dataclass(slots=True, kw_only=True)
class Clocks:
    """Wall clock and elapsed clock of one machine, derived from the world's instant."""

    skew_ms: int = 0
    base_ms: int = 0
    booted_ms: int = 0

    def now(self, instant_ms: int) -> fx.Now:
        return fx.Now(
            wall_ms=instant_ms + self.skew_ms,
            elapsed_ms=self.base_ms + instant_ms - self.booted_ms,
        )


class Station:
    """A machine that can crash, restart, go back to a backup, and run twice."""

    def __init__(
        self, party: Party, parties: dict[str, str], world: Surroundings, rng: Random
    ) -> None:
        self.party = party
        self.parties = parties
        self.world = world
        self.rng = rng
        self.name = party.handle
        self.clocks = Clocks(base_ms=rng.randrange(10**7))
        self.disk = MemoryStore(on_commit=self._around)
        self.signer = MemorySigner()
        self.mirror = MirrorSigner(
            party.keys.mirror_name, party.keys.mirror.ed25519, party.keys.mirror.mldsa44
        )
        self.generation = 1
        self.seat: Seat | None = None
        self.epoch = 0
        self.uptime_ms = 0
        self.restarts = 0
        self.retired = False
        self.ticking_ms = 0
        self.heard: Callable[[fx.Tell], None] | None = None
        for origin, seeds in party.keys.logs.items():
            self.signer.create_log(origin, seeds.ed25519, seeds.mldsa44)
        identity = age.HybridIdentity(party.keys.reading)
        self.tools = Tools(
            entropy=rng.randbytes,
            node_sign=lambda message: ed25519.sign(party.keys.node, message),
            open_blob=lambda blob: age.decrypt(blob, [identity]),
        )

    @property
    def handle(self) -> str:
        return self.party.handle

    @property
    def line(self) -> str:
        return self.party.keys.line

    def own(self) -> dict[str, str]:
        """The logs that this machine writes."""
        return {
            role: log_origin(self.line, self.handle, role, self.generation)
            for role in ("main", "express")
        }

    def now(self) -> fx.Now:
        return self.clocks.now(self.world.instant_ms())

    def _around(self, moment: str, changes: Sequence[Change]) -> None:
        self.world.around_commit(self, moment, changes)

    # -- life and death

    def boot(self) -> None:
        """Start the machine on its disk."""
        self.epoch += 1
        self.clocks.base_ms = self.rng.randrange(10**7)
        self.clocks.booted_ms = self.ticking_ms = self.world.instant_ms()
        seat = Seat(
            line=self.line,
            party=self.handle,
            parties=self.parties,
            own=self.own(),
            mirror=self.party.keys.mirror_name,
            reader=self.disk,
            tools=self.tools,
        )
        outputs = stepping.load(seat, self.now())
        generation.check_marks(seat, {o: self.signer.mark(o) for o in seat.own.values()})
        self.seat = seat
        self.carry([*outputs, *stepping.step(seat, fx.Flush(), self.now())])

    def crash(self, why: str) -> None:
        """Lose everything that is not on the disk."""
        if self.seat is None:
            return
        self.uptime_ms += self.world.instant_ms() - self.ticking_ms
        self.seat = None
        self.epoch += 1
        self.restarts += 1
        if self.disk.broken:
            self.disk.restore(self.disk.snapshot())
        self.world.died(self, why)

    def backup(self) -> Backup:
        """A copy of the disk as it is."""
        disk = self.disk.snapshot()
        return Backup(disk=disk, sizes={o: self.disk.size(o) for o in self.disk.origins()})

    def restore(self, backup: Backup | None, *, lose_marks: bool) -> None:
        """Come back with an old disk, or an empty one. The machine is off meanwhile."""
        self.crash("restore")
        self.disk.restore(backup.disk if backup is not None else MemorySnapshot())
        if lose_marks:
            self.signer.lose_marks()

    # -- driving

    def give(self, event: fx.Input) -> bool:
        """One input; False when the machine is off, or lost its power in the middle.

        Raises:
            RefusedError: our own officer asked for what the rules forbid.
        """
        if self.seat is None:
            return False
        try:
            self.carry(stepping.step(self.seat, event, self.now()))
        except PowerCutError as cut:
            self.crash(str(cut))
            return False
        return True

    def carry(self, outputs: Sequence[fx.Output]) -> None:
        """Carry outputs out in their order; the power may fail between any two."""
        seat = self.seat
        assert seat is not None
        for output in outputs:
            self.world.between(self)
            self._one(seat, output)
        self.world.between(self)

    def _one(self, seat: Seat, output: fx.Output) -> None:
        match output:
            case fx.Persist():
                self._persist(output)
            case fx.Sign():
                self._sign(seat, output)
            case fx.Cosign():
                self.world.before_cosign(self, output)
                time_s = max(1, self.now().wall_s)
                notes = tuple(self.mirror.cosign(c, time_s=time_s) for c in output.checkpoints)
                self.carry(
                    stepping.step(seat, fx.Cosigned(token=output.token, notes=notes), self.now())
                )
            case fx.Send():
                self.world.send(self, output)
            case fx.Reply():
                self.world.reply(self, output)
            case fx.Tell():
                self.world.told(self, output)

    def _persist(self, output: fx.Persist) -> None:
        try:
            self.disk.commit(output.changes)
        except OSError as error:
            raise PowerCutError(f"commit: {error}") from None
        except Exception as error:
            require("F4", self.disk.broken, f"{self.name}: our own batch is refused: {error}")
            raise

    def _sign(self, seat: Seat, output: fx.Sign) -> None:
        checkpoint = output.checkpoint
        copy = seat.copies[checkpoint.origin]
        mark = self.signer.mark(checkpoint.origin)
        event: fx.Input
        try:
            if mark is None or mark.size > checkpoint.size:
                raise MarkError(f"{checkpoint.origin}: no mark that this head extends")
            proof = copy.tree.consistency_proof(mark.size, checkpoint.size)
            note = self.signer.sign(checkpoint, consistency=proof, time_s=self.now().wall_s)
        except SignerError as error:
            event = fx.SignerRefused(origin=checkpoint.origin, why=str(error))
        else:
            self.world.signed(self, checkpoint, note)
            self.world.between(self)
            event = fx.Signed(origin=checkpoint.origin, note=note)
        self.carry(stepping.step(seat, event, self.now()))

    # -- our officers

    def file(
        self,
        envelope: bytes,
        clear: tuple[bytes, ...] = (),
        attachments: tuple[bytes, ...] = (),
    ) -> Ref | None:
        """File a message; None when the outcome is unknown, because the power failed.

        Raises:
            RefusedError: the rules forbid it, or the machine is off.
        """
        if self.seat is None:
            raise RefusedError(f"{self.name} is off")
        filed: list[Ref] = []
        with _Ear(self, filed):
            self.give(fx.File(envelope=envelope, clear=clear, attachments=attachments))
        return filed[0] if filed else None


@dataclass(slots=True)
class _Ear:
    """Listens for the answer to one filing."""

    station: Station
    filed: list[Ref] = field(default_factory=list)

    def __enter__(self) -> None:
        self.station.heard = self._take

    def __exit__(self, *_: object) -> None:
        self.station.heard = None

    def _take(self, tell: fx.Tell) -> None:
        if tell.event == "filed" and tell.ref is not None:
            self.filed.append(tell.ref)

"""Faults of an exercise, as a schedule: cuts, clock jumps, restores, pouches, noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tieline.errors import RefusedError
from tieline.replication import generation
from tieline.replication.offers import offer
from tieline.replication.parcel import encode_parcel
from tieline.replication.seat import Peer
from tieline.state.digest import state_digest
from tieline.testing.broken import PowerCutError, require
from tieline.testing.officers import Officers
from tieline.testing.station import Backup, Station
from tieline.testing.world import World

ROUND_MS = 10_000
"""How often faults are drawn; rates in `Options` are per minute."""
POUCH_BYTES = 400_000
RESTORES_MAX = 2
"""Restores of one party: a roster certifies three spare generations."""


@dataclass(slots=True)
class Faults:
    """Everything that goes wrong in one world."""

    world: World
    officers: dict[str, Officers]
    rng: Random
    backups: dict[str, list[Backup]] = field(default_factory=dict)
    pouches: list[tuple[str, bytes]] = field(default_factory=list)
    restores: dict[str, int] = field(default_factory=dict)
    foreign: list[bytes] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Draw faults from now on, until `World.faulty` is off."""
        self.world.later(ROUND_MS, self._round)

    def _round(self) -> None:
        if not self.world.faulty:
            return
        for station in self.world.honest():
            self._keep_backup(station)
            self._about(station)
        self.world.later(ROUND_MS, self._round)

    def _chance(self, per_minute: float) -> bool:
        return self.rng.random() < per_minute * ROUND_MS / 60_000

    def _about(self, station: Station) -> None:
        options = self.world.options
        if self._chance(options.cut):
            self.cut(station)
        if self._chance(options.jump):
            station.clocks.skew_ms += self.rng.choice((-1, 1)) * self.rng.choice(
                (3_000, 60_000, 10 * 86_400_000)
            )
        if self._chance(options.restore):
            self.restore(station)
        if self._chance(options.pouch):
            self.make_pouch(station)
        if self._chance(options.pouch) and self.pouches:
            self.bring_pouch(station)
        if self._chance(options.garbage):
            self.bring_noise(station)

    def _keep_backup(self, station: Station) -> None:
        if self.rng.random() < 0.3:
            self.backups.setdefault(station.handle, []).append(station.backup())

    # -- links

    def cut(self, station: Station) -> None:
        """Cut a link in one direction or in both, for a while."""
        peer = self.rng.choice([p for p in self.world.stations if p != station.handle])
        pairs = [(station.handle, peer), (peer, station.handle)]
        if self.rng.random() < 0.5:
            del pairs[self.rng.randrange(2)]
        self.world.network.cuts.update(pairs)
        self.world.later(
            self.rng.randint(5_000, 60_000),
            lambda: self.world.network.cuts.difference_update(pairs),
        )

    # -- disks

    def restore(self, station: Station, *, lose_marks: bool | None = None) -> None:
        """Bring a machine back with an old disk or an empty one; its operator recovers it."""
        handle = station.handle
        if self.restores.get(handle, 0) >= RESTORES_MAX:
            return
        if handle not in self.world.watch.ledger.cosigned_handles():
            return
        self.restores[handle] = self.restores.get(handle, 0) + 1
        backups = self.backups.get(handle, [])
        chosen = self.rng.choice([None, *backups])
        marks = self.world.options.lose_marks if lose_marks is None else lose_marks
        self.happened.append(f"restore {handle} marks_lost={marks} old={chosen is not None}")
        station.restore(chosen, lose_marks=marks)
        self._excuse(station)
        self.world.later(self.rng.randint(500, 5_000), lambda: self.world.boot(station))
        self.world.later(self.rng.randint(8_000, 40_000), lambda: self.recover(station))

    def _excuse(self, station: Station) -> None:
        others = [s for s in self.world.stations.values() if s is not station]
        watch = self.world.watch
        watch.ledger.excuse_lost(station, others)
        watch.ledger.forget_receipts(station.handle)
        watch.reached.pop(station.name, None)
        watch.frozen = {pair for pair in watch.frozen if pair[0] != station.name}

    def recover(self, station: Station) -> None:
        """The operator's part of a recovery: go on in spare logs, say so, issue again."""
        if station.retired:
            return
        seat = station.seat
        if seat is None:
            self.world.later(5_000, lambda: self.recover(station))
            return
        if not seat.locked:
            return
        try:
            plan = generation.plan(seat, reason="exercise: restored")
        except RefusedError as error:
            self.world.watch.note(station, f"no plan: {error}")
            self.world.later(5_000, lambda: self.recover(station))
            return
        self._switch(station, plan)

    def _switch(self, station: Station, plan: generation.Plan) -> None:
        number = int(plan.own["main"].rpartition("-")[2])
        for origin in plan.own.values():
            seeds = station.party.keys.spares[origin]
            station.signer.create_log(origin, seeds.ed25519, seeds.mldsa44)
        watch = self.world.watch
        watch.ledger.excuse_refs({p.ref for p in plan.possibly_sent if not p.signed})
        try:
            station.disk.commit(plan.changes)
        except OSError:
            station.crash("commit of a plan")
        station.generation = number
        if plan.changes:
            station.crash("load anew after a cut")
        elif station.seat is not None:
            station.seat.own = dict(plan.own)
            station.seat.locked.clear()
        self.happened.append(f"generation {number} of {station.handle}")
        self._open(station, plan)

    def _open(self, station: Station, plan: generation.Plan) -> None:
        officers = self.officers[station.handle]
        if station.seat is None or officers.pending:
            officers.retry()
            self.world.later(2_000, lambda: self._open(station, plan))
            return
        main = station.seat.copies.get(station.own()["main"])
        if station.own() != plan.own:
            # Another restore came in between: this plan's list of what was possibly sent remains.
            if main is not None and main.size and not station.seat.locked:
                self._issue_again(station, plan)
            elif not station.retired:
                self.world.later(2_000, lambda: self._open(station, plan))
            return
        drafts = generation.drafts(plan, "principal")
        done = main.size if main is not None else 0
        try:
            for draft in drafts[min(done, len(drafts)) :]:
                if officers.say(draft) is None:
                    break
            else:
                self._issue_again(station, plan)
                return
        except RefusedError as error:
            self.world.watch.note(station, f"generation not opened: {error}")
        if not station.retired:
            self.world.later(2_000, lambda: self._open(station, plan))

    def _issue_again(self, station: Station, plan: generation.Plan) -> None:
        for item in plan.possibly_sent:
            if item.message is not None and self.rng.random() < 0.7:
                try:
                    self.officers[station.handle].say(generation.issue_again(item.message))
                except RefusedError:
                    continue

    # -- pouches and noise

    def make_pouch(self, station: Station) -> None:
        """Write a pouch for somebody, from what is durable here now."""
        seat = station.seat
        if seat is None or seat.roster(seat.party) is None:
            return
        party = self.rng.choice(list(seat.peers))
        peer = seat.peers[party] if self.rng.random() < 0.5 else Peer(party=party)
        parcel = offer(seat, peer, None, POUCH_BYTES)
        if parcel is None:
            return
        data = encode_parcel(parcel)
        self.world.watch.emitted(station, data, "pouch")
        self.pouches.append((party, data))

    def bring_pouch(self, station: Station) -> None:
        """Deliver some pouch, meant for this party or not, perhaps not for the first time."""
        if station.seat is not None:
            _, data = self.rng.choice(self.pouches)
            self.world.network.deliver(station, data, "")

    def bring_noise(self, station: Station) -> None:
        """Bytes that do not verify: nothing may change (I-8)."""
        kinds = [self.rng.randbytes(self.rng.randint(0, 300)), *self.foreign]
        if self.pouches:
            _, data = self.rng.choice(self.pouches)
            at = self.rng.randrange(len(data))
            kinds.append(data[:at] + self.rng.randbytes(1) + data[at + 1 :])
            kinds.append(data[: self.rng.randrange(len(data))])
        chosen = self.rng.choice(kinds)
        if chosen in (data for _, data in self.pouches):
            return
        if chosen in self.foreign or not chosen.startswith(b"tieline/parcel"):
            self.bring_useless(station, chosen)
        elif station.seat is not None:
            self.world.network.deliver(station, chosen, self.rng.choice(["", *station.seat.peers]))

    def bring_useless(self, station: Station, data: bytes) -> None:
        """Deliver what can have no effect at all, and see that it has none."""
        seat = station.seat
        if seat is None:
            return
        before = self._marks(station)
        crashing, self.world.crashing = self.world.crashing, False
        self.world.network.deliver(station, data, "")
        self.world.crashing = crashing
        after = self._marks(station)
        require("I-8", before == after, f"{station.name}: bytes that do not verify changed it")

    @staticmethod
    def _marks(station: Station) -> tuple[object, ...]:
        seat, disk = station.seat, station.disk
        assert seat is not None
        sizes = {o: (disk.size(o), len(disk.receipts(o))) for o in disk.origins()}
        return (sizes, state_digest(seat.fold), set(seat.locked), len(disk.snapshot().blobs))


__all__ = ["Faults", "PowerCutError"]

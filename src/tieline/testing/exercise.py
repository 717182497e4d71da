"""Exercise: one seed, one mixture of faults, and every promise kept until the end.

>>> run(7, Options(parties=3, loss=0.1))  # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random

from tieline.state.digest import state_digest
from tieline.testing import invariants
from tieline.testing.broken import BrokenPromiseError, require
from tieline.testing.faults import Faults
from tieline.testing.lies import Liar
from tieline.testing.officers import Officers, found_line
from tieline.testing.options import Options, drawn
from tieline.testing.parties import make_party
from tieline.testing.station import Station
from tieline.testing.world import World

SETTLE_MS = 4_000
PATIENCE = 4
SENDS_PER_ENTRY = 4
QUIET_SENDS_PER_MINUTE = 80
"""Parcels of one machine to each peer in a minute in which nothing happens, with slack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an exercise saw."""

    seed: int
    options: Options
    filed: int
    refused: int
    entries: int
    restarts: int
    outputs: int
    outcomes: dict[str, int]
    alarms: dict[str, int]
    happened: tuple[str, ...]


class Exercise:
    """A world with its officers and its faults."""

    def __init__(self, seed: int, options: Options) -> None:
        self.world = World(seed, options)
        self.rng = Random(f"exercise {seed}")
        self.officers = {
            handle: Officers(station, Random(f"officers {seed} {handle}"))
            for handle, station in self.world.stations.items()
        }
        self.faults = Faults(self.world, self.officers, Random(f"faults {seed}"))
        self.liar: Liar | None = None

    def open(self) -> None:
        """Switch everything on and open the line; the power may fail, if the options say so."""
        self.world.opening = True
        for station in self.world.stations.values():
            self.world.boot(station)
            self.world.start_ticking(station)
        found_line(list(self.officers.values()), self.world.settle)
        self.world.opening = False
        for officers in self.officers.values():
            seat = officers.station.seat
            require("opening", seat is not None and seat.view.in_force()[0] == 1, "no framework")

    def trouble(self) -> None:
        """The phase with faults."""
        world, options = self.world, self.world.options
        for station in world.stations.values():
            station.clocks.skew_ms += self.rng.randint(-options.skew_s, options.skew_s) * 1_000
        world.faulty = world.crashing = world.network.faulty = True
        if options.liar:
            who = self.officers[self.rng.choice(sorted(world.stations))]
            self.liar = Liar(world, who, options.lies, self.rng)
            self.liar.start()
        if options.garbage:
            self._foreign_parcels()
        self.faults.start()
        for handle in self.officers:
            self._act_later(handle)
        world.run(options.faults_s * 1_000)

    def _act_later(self, handle: str) -> None:
        rate = self.world.options.acts_per_minute
        if not rate:
            return

        def act() -> None:
            if self.world.faulty:
                self.officers[handle].act()
                self._act_later(handle)

        self.world.later(int(self.rng.expovariate(rate) * 60_000) + 1, act)

    def _foreign_parcels(self) -> None:
        """Parcels of the same parties on another line: whole, signed, and out of place here."""
        line = self.world.line + "0"
        other = World(self.world.seed + 1, Options(parties=2))
        other.line = line
        fresh = {h: make_party(line, h, other.rng.randbytes) for h in other.parties}
        other.fingerprints = {h: p.vault.fingerprint() for h, p in fresh.items()}
        other.stations = {h: other.new_station(p) for h, p in fresh.items()}
        kept: list[bytes] = []
        other.watch.keep_bytes = kept
        for station in other.stations.values():
            station.boot()
            other.start_ticking(station)
        people = [Officers(s, Random(f"foreign {h}")) for h, s in other.stations.items()]
        found_line(people, other.settle)
        here, there = self.world.line.encode(), line.encode()
        moved = kept[1].replace(b"\n" + there + b"\n", b"\n" + here + b"\n")
        self.faults.foreign = [*kept[-4:], moved]

    def calm(self) -> None:
        """The phase without faults: everything must converge (I-22)."""
        world = self.world
        world.faulty = world.crashing = world.network.faulty = False
        world.network.cuts.clear()
        if self.liar is not None:
            self.liar.stop()
        for station in world.stations.values():
            world.later(1_000, partial(world.boot, station))
        for officers in self.officers.values():
            world.later(3_000, officers.retry)
            world.later(9_000, officers.retry)
        for station in world.honest():
            world.later(20_000, partial(self.faults.recover, station))
        world.run(world.options.calm_s * 1_000)
        self._is_quiet()
        patience, held = PATIENCE, -1
        while patience:
            try:
                self.converged()
            except BrokenPromiseError as broken:
                # A test may be on its way just now; on a slow link the backlog takes its time.
                if broken.invariant not in {"I-1", "I-9", "I-22"}:
                    raise
                world.run(SETTLE_MS)
                before, held = held, self._held()
                patience = PATIENCE if held > before else patience - 1
            else:
                return
        self.converged()

    def _held(self) -> int:
        disks = [station.disk for station in self.world.stations.values()]
        return sum(disk.size(o) + len(disk.receipts(o)) for disk in disks for o in disk.origins())

    def _is_quiet(self) -> None:
        before, said = dict(self.world.watch.sends), self._entries()
        self.world.run(30_000)
        said = self._entries() - said
        peers = len(self.world.stations) - 1
        for station in self.world.honest():
            sent = self.world.watch.sends[station.name] - before.get(station.name, 0)
            what = f"{station.name} sent {sent} parcels in 30 s in which nothing happened"
            usual = QUIET_SENDS_PER_MINUTE / 2 + SENDS_PER_ENTRY * said
            require("I-17", sent <= usual * peers, what)

    def _entries(self) -> int:
        return sum(tree.size for tree in self.world.watch.ledger.trees.values())

    def converged(self) -> None:
        """All honest nodes hold, have receipted and compute the same."""
        honest = self.world.honest()
        self.world.watch.check_all()
        for station in honest:
            self.world.watch.ledger.still_filed(station, healed=True)
            seat = station.seat
            require("I-22", seat is not None, f"{station.name} is off")
            assert seat is not None
            require("I-22", not seat.locked, f"{station.name} is still locked: {seat.locked}")
            for peer in honest:
                if peer is not station:
                    self._holds_all(station, peer)
        self._forks_are_known(honest)
        if self.liar is not None and self.liar.lie in self.liar.tricks.keys() - {"bad-envelope"}:
            self._is_not_stalled(honest, self.liar.station.handle)
        if not self.world.watch.dishonest:
            digests = {state_digest(s.seat.fold) for s in honest if s.seat is not None}
            require("I-22", len(digests) == 1, "states differ although all is delivered")

    def _holds_all(self, station: Station, peer: Station) -> None:
        seat, other = station.seat, peer.seat
        assert seat is not None
        assert other is not None
        for origin, copy in seat.copies.items():
            if seat.owner(origin) != station.handle or not copy.head_size:
                continue
            theirs = other.copies.get(origin)
            held = theirs.size if theirs is not None else 0
            what = f"{peer.name} holds {held} of {copy.size} entries of {origin}"
            require("I-22", held == copy.size, what)
            proof = seat.held_by_receipt(origin, peer.handle)
            what = (
                f"{station.name} has receipts of {peer.name} for {proof} of {copy.size}: {origin}"
            )
            # Behind the last head that is filled, nothing of a lost log can be receipted any more.
            require("I-22", copy.head_size <= proof <= copy.size, what)
            folded = other.fold.size(origin)
            waits = other.fold.waiting.get(origin)
            if waits is not None and self._is_lost(waits[1]):
                continue
            what = f"{peer.name} folded {folded} of {held} of {origin}: {other.fold.waiting}"
            require("I-22", folded == held or self.world.watch.dishonest, what)

    def _is_lost(self, what: str) -> bool:
        """Whether an entry waits for something that no disk holds any more after restores."""
        origin, _, size = what.partition(" at size ")
        return all(s.disk.size(origin) < int(size) for s in self.world.stations.values())

    def _is_not_stalled(self, honest: list[Station], liar: str) -> None:
        """Whatever a body says: its entry is stored and receipted like any other (I-9)."""
        for origin, tree in self.world.watch.ledger.trees.items():
            for station in honest:
                if origin.startswith(f"{station.line}/{liar}-"):
                    held = station.disk.size(origin)
                    what = f"{station.name} holds {held} of {tree.size} entries of {origin}"
                    require("I-9", held == tree.size, what)

    def _forks_are_known(self, honest: list[Station]) -> None:
        """Whoever holds one of two histories that honest parties hold has frozen it (I-5)."""
        for origin in self.world.watch.ledger.forked:
            copies = [
                (s, copy)
                for s in honest
                if s.seat is not None and (copy := s.seat.copies.get(origin)) is not None
            ]
            for one, mine in copies:
                for _, theirs in copies:
                    size = min(mine.size, theirs.size)
                    torn = mine.tree.root(size) != theirs.tree.root(size)
                    known = not torn or mine.forked is not None
                    require("I-5", known, f"{one.name} never learned that {origin} is forked")

    def report(self) -> Report:
        watch = self.world.watch
        return Report(
            seed=self.world.seed,
            options=self.world.options,
            filed=sum(o.filed for o in self.officers.values()),
            refused=sum(o.refused for o in self.officers.values()),
            entries=self._entries(),
            restarts=sum(s.restarts for s in self.world.stations.values()),
            outputs=self.world.outputs,
            outcomes=dict(watch.outcomes),
            alarms=dict(watch.alarms),
            happened=tuple(self.faults.happened),
        )


def run(seed: int, options: Options | None = None) -> Report:
    """One exercise from beginning to end.

    Raises:
        BrokenPromiseError: what was broken; the message repeats seed and options.
    """
    chosen = options if options is not None else drawn(seed)
    exercise = Exercise(seed, chosen)
    try:
        exercise.open()
        exercise.trouble()
        exercise.calm()
    except BrokenPromiseError as broken:
        repeat = f"run({seed}, Options({chosen.text()}))"
        broken.add_note(f"again: {repeat}")
        broken.add_note(f"happened: {exercise.faults.happened[-8:]}")
        raise
    return exercise.report()


__all__ = ["Exercise", "Report", "invariants", "run"]

"""Node: one party's seats, driven: it reads the clock, writes the store, signs and hands over.

All behaviour is in `replication.step`; this file carries its outputs out, in order. If a write's
outcome is unknown the node refuses everything from then on: whoever runs it must stop, open it
again, and let it read and verify anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from tieline.errors import (
    MarkError,
    RefusedError,
    SettingsError,
    SignerError,
    StoreError,
    UsageError,
)
from tieline.home import Home, PartyCard, short_line
from tieline.lineconfig import LineConfig, read_config
from tieline.record import age, ed25519
from tieline.record.entry import Ref
from tieline.replication import effects as fx
from tieline.replication import generation, snapshots
from tieline.replication.changes import Change, PutLocal
from tieline.replication.effects import Now, Output
from tieline.replication.seat import Seat, Tools
from tieline.replication.step import load, step
from tieline.replication.withdrawing import has_work
from tieline.settings import Settings
from tieline.signer import FileSigner, Mark, MirrorSigner
from tieline.store import SqliteStore, open_store
from tieline.store.derived import read_derived, write_derived

LINE_PREFIX = "line/"
JOURNAL_MAX = 500
SNAPSHOT_EVERY = 2_000
"""Entries folded between two snapshots: what a start after a crash folds anew, at most."""
SNAPSHOT_AT_CLOSE = 500
"""Entries folded since the last snapshot for which a clean end writes another one."""


def elapsed_ms() -> int:
    """Milliseconds of a clock that never steps and goes on while the machine sleeps."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // 1_000_000


def system_now() -> Now:
    """The machine's clocks."""
    return Now(wall_ms=time.time_ns() // 1_000_000, elapsed_ms=elapsed_ms())


class Node:
    """One party's node: a store, a signer, and a seat on each line."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], Now] = system_now,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Open the home for writing.

        Raises:
            StoreLockedError: another process has it open.
            SettingsError, StoreError, SignerError: what is wrong with the home.
        """
        self.settings = settings
        self.home = Home(settings.home)
        self.card: PartyCard = self.home.card()
        self.now = now
        self.entropy = entropy
        self.store: SqliteStore = open_store(self.home.store, create=True)
        try:
            self.signer = FileSigner(keys=self.home.keys, marks=settings.marks)
        except BaseException:
            self.store.close()
            raise
        self.seats: dict[str, Seat] = {}
        self.configs: dict[str, LineConfig] = {}
        self.mirrors: dict[str, MirrorSigner] = {}
        self.journal: list[tuple[int, str, fx.Tell]] = []
        self.on_send: Callable[[str, fx.Send], None] | None = None
        self.page_link: Callable[[], str] | None = None
        self.on_tell: Callable[[str, fx.Tell], None] | None = None
        self._replies: dict[int, bytes] = {}
        self._spoiled = False
        self._tokens = 0
        self._readers: dict[str, bytes] = {}
        self._saved: dict[str, int] = {}
        for _, value in self.store.locals(LINE_PREFIX):
            self._open_line(read_config(value))

    def close(self) -> None:
        """Let go of the home."""
        if not self.store.broken:
            for seat in self.seats.values():
                if seat.later:
                    self.store.commit(seat.later)
                    seat.later = []
                self._save(seat, SNAPSHOT_AT_CLOSE)
        self.store.close()
        self.signer.close()

    # -- lines

    def add_line(self, config: LineConfig) -> Seat:
        """Remember a line and take our seat on it."""
        self.store.commit([PutLocal(key=self._config_key(config.line), value=config.encode())])
        return self._open_line(config)

    def change_line(self, config: LineConfig) -> None:
        """Remember what changed about a line; the seat takes it up at once."""
        self.store.commit([PutLocal(key=self._config_key(config.line), value=config.encode())])
        self.configs[config.line] = config
        self.seats[config.line].own = dict(config.own)

    def _config_key(self, line: str) -> str:
        return f"{LINE_PREFIX}{short_line(line)}"

    def _open_line(self, config: LineConfig) -> Seat:
        key = self.home.line_key(config.line)
        identity = age.HybridIdentity(key.seed("reading"))
        node_seed = key.seed("node")
        mirror = MirrorSigner(config.mirror, key.seed("mirror-ed25519"), key.seed("mirror-mldsa44"))
        seat = Seat(
            line=config.line,
            party=self.card.handle,
            parties=config.parties,
            own=config.own,
            mirror=config.mirror,
            reader=self.store,
            tools=Tools(
                entropy=self.entropy,
                node_sign=lambda message: ed25519.sign(node_seed, message),
                open_blob=lambda blob: age.decrypt(blob, [identity]),
            ),
        )
        self.configs[config.line] = config
        self.seats[config.line] = seat
        self.mirrors[config.line] = mirror
        self._tell_alone()
        self._readers[config.line] = sha256(identity.recipient.encode().encode()).digest()
        self._thaw(seat)
        outputs = load(seat, self.now())
        marks = {origin: self._mark(origin) for origin in seat.own.values()}
        generation.check_marks(seat, marks)
        self.carry(seat, [*outputs, *step(seat, fx.Flush(), self.now())])
        self._save(seat, SNAPSHOT_EVERY)
        return seat

    def _tell_alone(self) -> None:
        """Which lines are ours alone: nothing that is said on another may name them."""
        alone = frozenset(c.line for c in self.configs.values() if len(c.parties) == 1)
        for seat in self.seats.values():
            seat.alone = alone

    # -- snapshots

    def _snapshot(self, seat: Seat) -> Path:
        return self.home.path / "derived" / f"{short_line(seat.line)}.snapshot"

    def _thaw(self, seat: Seat) -> None:
        """Spare the fold of what a snapshot holds; a bad one is told of, and the record folded."""
        try:
            data = read_derived(self._snapshot(seat))
            why = (
                snapshots.thaw(seat, data, self._readers[seat.line], self.now())
                if data is not None
                else ""
            )
        except OSError as error:
            why = str(error)
        self._saved[seat.line] = seat.fold.count
        if why:
            words = f"the state is computed anew from the record: {why}"
            self._journal(seat, fx.Tell(event="snapshot", words=words))

    def _save(self, seat: Seat, entries: int) -> None:
        """Write a snapshot if so many entries were folded since the last, and all are durable."""
        count = seat.fold.count
        if count - self._saved[seat.line] < entries:
            return
        if any(self.store.size(o) < seat.fold.size(o) for o in seat.copies):
            return
        self._saved[seat.line] = count
        try:
            write_derived(self._snapshot(seat), snapshots.freeze(seat, self._readers[seat.line]))
        except OSError as error:
            self._journal(seat, fx.Tell(event="snapshot", words=f"not written: {error}"))

    def _mark(self, origin: str) -> Mark | None:
        """A mark that cannot be read counts as missing: the log is locked, the rest goes on."""
        try:
            return self.signer.mark(origin)
        except (SignerError, SettingsError):
            return None

    def reload_line(self, line: str) -> Seat:
        """Throw a seat away and load it anew from the store."""
        return self._open_line(self.configs[line])

    def seat(self, line: str) -> Seat:
        """A seat by its line id, the beginning of it, or the line's title.

        Raises:
            UsageError: no such line, or several.
        """
        # Without a name the one line with others is meant; an observer's record is ours alone.
        shared = [seat for seat in self.seats.values() if len(seat.parties) > 1]
        for usual in (list(self.seats.values()), shared):
            if not line and len(usual) == 1:
                return usual[0]
        found = [
            seat
            for name, seat in self.seats.items()
            if line
            and (
                name == line
                or self.configs[name].title == line
                or name.rpartition("/")[2].startswith(line)
            )
        ]
        if len(found) != 1:
            known = ", ".join(
                f"{c.title or 'untitled'} ({c.line.rpartition('/')[2][:8]})"
                for c in self.configs.values()
            )
            raise UsageError(
                f"no single line {line!r}; there are: {known or 'none'}",
                advice="Name one with --line, by its title or the beginning of its id.",
            )
        return found[0]

    # -- driving

    def do(self, seat: Seat, *inputs: fx.Input) -> list[fx.Tell]:
        """Give inputs to a seat and carry out what follows; what it had to tell.

        Everything that several inputs ask to persist goes into one commit, and each log is signed
        once: that is the group commit.

        Raises:
            RefusedError: an input of our own officer was refused; the others stand.
            StoreError: the outcome is unknown; the node must be opened again.
        """
        outputs: list[Output] = []
        refusal: RefusedError | None = None
        try:
            for each in inputs:
                try:
                    outputs += step(seat, each, self.now())
                except RefusedError as error:
                    refusal = refusal or error
            told = self.carry(seat, outputs)
        except BaseException:
            self._throw_away(seat)
            raise
        self._save(seat, SNAPSHOT_EVERY)
        if refusal is not None:
            raise refusal
        return told

    @property
    def is_spoiled(self) -> bool:
        """Whether nothing may be written any more until the node is opened again."""
        return self.store.broken or self._spoiled

    def _throw_away(self, seat: Seat) -> None:
        """What a seat took up and could not keep must never be signed: load it anew."""
        if self.is_spoiled:
            return
        try:
            self.reload_line(seat.line)
        except BaseException:
            self._spoiled = True
            raise

    def carry(self, seat: Seat, outputs: Iterable[Output]) -> list[fx.Tell]:
        """Carry out outputs: what must be durable first, then the rest in order."""
        if self.is_spoiled:
            raise StoreError("the outcome of an earlier write is unknown; start the node again")
        told: list[fx.Tell] = []
        waiting = list(outputs)
        while waiting:
            changes: list[Change] = []
            rest: list[Output] = []
            for output in waiting:
                if isinstance(output, fx.Persist):
                    changes += output.changes
                else:
                    rest.append(output)
            if changes:
                self.store.commit(changes)
            signs = {o.checkpoint.origin: o for o in rest if isinstance(o, fx.Sign)}
            waiting = []
            for output in rest:
                if isinstance(output, fx.Sign):
                    if signs.get(output.checkpoint.origin) is output:
                        waiting += self._sign(seat, output)
                else:
                    waiting += self._carry_one(seat, output, told)
        return told

    def _carry_one(self, seat: Seat, output: Output, told: list[fx.Tell]) -> list[Output]:
        match output:
            case fx.Cosign():
                mirror = self.mirrors[seat.line]
                time_s = self.now().wall_s
                notes = tuple(mirror.cosign(c, time_s=time_s) for c in output.checkpoints)
                return step(seat, fx.Cosigned(token=output.token, notes=notes), self.now())
            case fx.Reply():
                self._replies[output.token] = output.data
            case fx.Send():
                return self._send(seat, output)
            case fx.Tell():
                told.append(output)
                self._journal(seat, output)
            case fx.Persist() | fx.Sign():
                raise AssertionError("sorted out before")
        return []

    def _send(self, seat: Seat, output: fx.Send) -> list[Output]:
        if self.on_send is not None:
            self.on_send(seat.line, output)
            return []
        failed = fx.Failed(peer=output.peer, lane=output.lane, why="no carrier here")
        return step(seat, failed, self.now())

    def _sign(self, seat: Seat, output: fx.Sign) -> list[Output]:
        checkpoint, copy = output.checkpoint, seat.copies[output.checkpoint.origin]
        if self.store.size(checkpoint.origin) < checkpoint.size:
            raise StoreError(f"{checkpoint.origin}: a head over entries that are not stored")
        try:
            mark = self.signer.mark(checkpoint.origin)
            if mark is None or mark.size > checkpoint.size:
                raise MarkError(f"{checkpoint.origin}: no mark that this head extends")
            proof = copy.tree.consistency_proof(mark.size, checkpoint.size)
            note = self.signer.sign(checkpoint, consistency=proof, time_s=self.now().wall_s)
        except MarkError as error:
            refused = fx.SignerRefused(origin=checkpoint.origin, why=str(error))
            return step(seat, refused, self.now())
        except (SignerError, SettingsError) as error:
            # A full disk or a key's mode: nothing was signed, and the next flush tries again.
            words = f"{checkpoint.origin} is not signed for the moment: {error}"
            return [fx.Tell(event="alarm", words=words)]
        return step(seat, fx.Signed(origin=checkpoint.origin, note=note), self.now())

    def _journal(self, seat: Seat, tell: fx.Tell) -> None:
        self.journal.append((self.now().wall_ms, seat.line, tell))
        del self.journal[:-JOURNAL_MAX]
        if self.on_tell is not None:
            self.on_tell(seat.line, tell)

    # -- what comes in

    def file(
        self,
        seat: Seat,
        envelope: bytes,
        clear: tuple[bytes, ...] = (),
        attachments: tuple[bytes, ...] = (),
    ) -> Ref:
        """File one signed message; where it stands. Durable and signed when this returns."""
        event = fx.File(envelope=envelope, clear=clear, attachments=attachments)
        told = self.do(seat, event)
        if has_work(seat):
            self.do(seat, fx.Tick())
        for tell in told:
            if tell.event == "filed" and tell.ref is not None:
                return tell.ref
        raise AssertionError("filing tells where")

    def arrived(self, line: str, data: bytes, peer: str) -> bytes:
        """Take a parcel; the answer to give."""
        seat = self.seats.get(line)
        if seat is None:
            raise UsageError(f"no line {line} here")
        self._tokens += 1
        token = self._tokens
        self.do(seat, fx.Arrived(data=data, peer=peer, token=token))
        return self._replies.pop(token)

    def tick(self) -> None:
        """Let time pass on every line."""
        for seat in self.seats.values():
            self.do(seat, fx.Tick())

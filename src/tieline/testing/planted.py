"""Planted bugs: mistakes that were or could be made, switched on to see that exercises find them.

Each is a context manager that changes the real code while it is open. ``FOUND_BY`` says under
which options, and within how many seeds, an exercise must report it; an exercise that stops
finding them is broken (RELIABILITY 4, point 10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from tieline.procedures.line import message as msg
from tieline.procedures.procedure import Procedure
from tieline.record.checkpoint import parse_checkpoint
from tieline.record.content import Malformed, read_content
from tieline.record.merkle import EMPTY_ROOT
from tieline.record.note import parse_note
from tieline.replication import admit, arrivals, clocks, generation, pushes
from tieline.replication import effects as fx
from tieline.replication import step as stepping
from tieline.replication.seat import Armed, LogCopy, Seat
from tieline.signer.contract import Mark
from tieline.signer.memory import MemorySigner
from tieline.state.fold import Fold
from tieline.state.view import View
from tieline.testing.options import Options

Outputs = list[fx.Output]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A bug, how to switch it on, and where it shows."""

    name: str
    patches: Callable[[], Sequence[Any]]
    options: Options
    seeds: int = 3


@contextmanager
def planted(bug: Planted) -> Iterator[None]:
    """The bug is there while this is open."""
    with ExitStack() as stack:
        for each in bug.patches():
            stack.enter_context(each)
        yield


def _ordered(late: type[fx.Output]) -> Sequence[Any]:
    """A step whose outputs of one kind come before anything is persisted."""
    real = stepping.step

    def step(seat: Seat, event: fx.Input, now: fx.Now) -> Outputs:
        return sorted(real(seat, event, now), key=lambda output: not isinstance(output, late))

    return [patch.object(stepping, "step", step)]


def _filed_first() -> Sequence[Any]:
    real = stepping.step

    def step(seat: Seat, event: fx.Input, now: fx.Now) -> Outputs:
        def is_word(output: fx.Output) -> bool:
            return isinstance(output, fx.Tell) and output.event == "filed"

        return sorted(real(seat, event, now), key=lambda output: not is_word(output))

    return [patch.object(stepping, "step", step)]


def _sign_on() -> Sequence[Any]:
    """The signer believes whatever it is shown, and nobody looks at marks."""
    real = MemorySigner.sign

    def sign(self: MemorySigner, checkpoint: Any, **more: Any) -> bytes:
        self._marks[checkpoint.origin] = Mark(checkpoint.size, checkpoint.root)
        return real(self, checkpoint, consistency=(), time_s=more["time_s"])

    def mark(_: MemorySigner, __: str) -> Mark:
        return Mark(0, EMPTY_ROOT)

    return [
        patch.object(MemorySigner, "sign", sign),
        patch.object(MemorySigner, "mark", mark),
        patch.object(generation, "check_marks", lambda *_: None),
        patch.object(arrivals, "_ours_returned", lambda *_: None),
    ]


def _lost_mark() -> Sequence[Any]:
    """A missing mark counts as none signed yet."""
    real = MemorySigner.mark

    def mark(self: MemorySigner, origin: str) -> Mark:
        found = real(self, origin)
        if found is None:
            found = self._marks[origin] = Mark(0, EMPTY_ROOT)
        return found

    def no_locks(*_: object) -> None:
        return None

    return [
        patch.object(MemorySigner, "mark", mark),
        patch.object(generation, "check_marks", no_locks),
        patch.object(arrivals, "_ours_returned", no_locks),
    ]


def _tip(choose: Callable[[list[Any]], Any]) -> Sequence[Any]:
    real = View.tips

    def tips(self: View, case: Any, strand: str) -> list[Any]:
        found = real(self, case, strand)
        return [choose(found)] if len(found) > 1 else found

    return [patch.object(View, "tips", tips)]


def _in_time() -> Sequence[Any]:
    """Late steps are taken for steps in time."""
    real = Procedure.target
    plain = {
        msg.TAKEN_LATE: msg.TAKEN,
        msg.ANSWERED_LATE: msg.ANSWERED,
        msg.DECLINED_LATE: msg.DECLINED,
    }

    def target(self: Procedure, state: str, kind: str, roles: Any) -> str | None:
        found = real(self, state, kind, roles)
        return plain.get(found or "", found)

    return [patch.object(Procedure, "target", target)]


def _any_root() -> Sequence[Any]:
    """Whatever root an entry names as seen is believed."""
    real = Fold.past_after

    class Anything:
        def __ne__(self, _: object) -> bool:
            return False

        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, _: object) -> bool:
            return True

    def past_after(self: Fold, origin: str, entry: Any) -> Any:
        with patch.object(self, "_root_at", lambda *_: Anything()):
            return real(self, origin, entry)

    return [patch.object(Fold, "past_after", past_after)]


def _no_ids() -> Sequence[Any]:
    return [patch.object(Fold, "_remember_id", lambda *_: None)]


def _hurried(factor: int) -> Sequence[Any]:
    real = clocks.spent_ms

    def spent_ms(armed: Armed, now: fx.Now) -> int:
        return real(armed, now) * factor

    return [patch.object(clocks, "spent_ms", spent_ms)]


def _by_the_wall() -> Sequence[Any]:
    def spent_ms(armed: Armed, now: fx.Now) -> int:
        return now.wall_ms - armed.wall_ms

    return [patch.object(clocks, "spent_ms", spent_ms)]


def _gaps() -> Sequence[Any]:
    """A receipt for the head that was announced, whatever of it has come."""
    real = admit.admit

    def hasty(seat: Seat, part: Any, *brought: Any) -> Any:
        admitted = real(seat, part, *brought)
        return replace(admitted, complete=parse_checkpoint(parse_note(part.checkpoint).text))

    return [patch("tieline.replication.arrivals.admit", hasty)]


def _blind_to_forks() -> Sequence[Any]:
    return [
        patch.object(admit, "_check_fork", lambda *_: None),
        patch.object(admit, "_check_claims", lambda *_: None),
    ]


def _taken_back() -> Sequence[Any]:
    """An old head that comes late gets a receipt of its own."""
    real = arrivals._after_admission  # noqa: SLF001

    def after(seat: Seat, admitted: Any, taking: Any) -> None:
        given, seat.given = seat.given, {}
        real(seat, admitted, taking)
        seat.given = given

    return [
        patch.object(arrivals, "_after_admission", after),
        patch.object(LogCopy, "newest", lambda _, filled: filled),
    ]


def _busy_loop() -> Sequence[Any]:
    """What was answered without effect is offered again at once."""
    return [
        patch.object(pushes, "_digest", lambda _: b"%d" % id(object())),
        patch.object(pushes, "can_use", lambda *_: False),
        patch.object(pushes, "HEARTBEAT_MS", 0),
    ]


def _stalled() -> Sequence[Any]:
    """A body that is no message stops the log that it stands in."""
    real = admit._take  # noqa: SLF001

    def take(seat: Seat, copy: Any, good: list[Any], blobs: Any, admitted: Any) -> None:
        fine = []
        for leaf, entry in good:
            plain = seat.unseal(blobs.get(entry.payloads[0].digest, b"")) if entry.sealed else b""
            if entry.sealed and isinstance(read_content(entry, plain), Malformed):
                copy.stopped = entry.index
                break
            fine.append((leaf, entry))
        real(seat, copy, fine, blobs, admitted)

    return [patch.object(admit, "_take", take)]


def _calm(**more: Any) -> Options:
    return Options(faults_s=70, calm_s=20, acts_per_minute=16.0, **more)


def _restored(**more: Any) -> Options:
    return Options(faults_s=120, calm_s=20, acts_per_minute=16.0, restore=1.0, cut=2.0, **more)


PLANTED = (
    Planted(name="cosign before persist", patches=lambda: _ordered(fx.Cosign), options=_calm()),
    Planted(
        name="reply before persist",
        patches=lambda: _ordered(fx.Reply),
        options=_calm(cut=3.0, bytes_per_s=4_000),
    ),
    Planted(name="filed before persist", patches=_filed_first, options=_calm()),
    Planted(name="go on signing after a restore", patches=_sign_on, options=_restored()),
    Planted(
        name="a lost mark counts as a fresh one",
        patches=_lost_mark,
        options=_restored(lose_marks=True),
    ),
    Planted(
        name="a tie-break decides",
        patches=lambda: _tip(lambda tips: max(tips, key=lambda tip: tip.ref)),
        options=_calm(cut=3.0),
        seeds=5,
    ),
    Planted(
        name="the order of arrival decides",
        patches=lambda: _tip(lambda tips: tips[-1]),
        options=_calm(cut=3.0),
        seeds=5,
    ),
    Planted(
        name="late counts as in time",
        patches=_in_time,
        options=Options(faults_s=120, calm_s=20, acts_per_minute=8.0),
        seeds=4,
    ),
    Planted(
        name="any root is believed",
        patches=_any_root,
        options=_calm(liar=True, lies="false-root"),
    ),
    Planted(
        name="one id counts twice",
        patches=_no_ids,
        options=_calm(crash=0.03, unknown=0.15),
        seeds=6,
    ),
    Planted(
        name="cut-offs are ignored",
        patches=lambda: [patch.object(View, "cut_off", lambda *_: False)],
        options=_calm(liar=True, lies="revoked"),
    ),
    Planted(name="expired early", patches=lambda: _hurried(2), options=_calm(), seeds=4),
    Planted(name="a receipt for a gap", patches=_gaps, options=_calm(cut=3.0, bytes_per_s=6_000)),
    Planted(
        name="a fork is ignored",
        patches=_blind_to_forks,
        options=_calm(liar=True, lies="fork"),
        seeds=5,
    ),
    Planted(
        name="deadlines on the wall clock", patches=_by_the_wall, options=_calm(jump=3.0), seeds=4
    ),
    Planted(
        name="clocks are lost on a restart",
        patches=lambda: [patch.object(clocks, "load_clocks", lambda *_: None)],
        options=_calm(crash=0.02, cut=2.0),
        seeds=5,
    ),
    Planted(
        name="a receipt is taken back", patches=_taken_back, options=_calm(twice=0.5, late=0.3)
    ),
    Planted(name="offered in a busy loop", patches=_busy_loop, options=_calm(liar=False)),
    Planted(
        name="a bad body stalls the log",
        patches=_stalled,
        options=_calm(liar=True, lies="bad-body"),
    ),
    Planted(
        name="two persons are not asked for",
        patches=lambda: [patch("tieline.procedures.terms.Terms.needs_two", lambda *_: False)],
        options=_calm(liar=True, lies="single"),
    ),
    Planted(
        name="receipts in answers are not taken",
        patches=lambda: [patch("tieline.replication.pushes.take_receipts", lambda *_: [])],
        options=_calm(),
    ),
    Planted(
        name="receipts are not taken",
        patches=lambda: [
            patch("tieline.replication.pushes.take_receipts", lambda *_: []),
            patch("tieline.replication.arrivals.take_receipts", lambda *_: []),
        ],
        options=_calm(),
    ),
    Planted(
        name="deadlines are never looked at",
        patches=lambda: [patch("tieline.replication.machine.expiries", lambda *_: [])],
        options=_calm(cut=1.0),
    ),
)
"""Every planted bug with the options under which it must be found."""

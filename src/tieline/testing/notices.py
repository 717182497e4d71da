"""Notifications of an exercise: whole nodes tell, answer, amend and stop while everything fails.

Activities, closures, a sheet of sites, movements through every state, two stops, a channel that is
suspended meanwhile. At the end all nodes show the same, compute the same overlaps, and each thing
that must never happen to a notification did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any, Final, cast

from tieline import notifying
from tieline.errors import RefusedError
from tieline.node import Node
from tieline.procedures.line import roster as roster_book
from tieline.procedures.notification import movement, stop
from tieline.record.content import Spoken
from tieline.record.roster import OfficeSeat
from tieline.record.strict import JsonValue
from tieline.replication import founding
from tieline.replication.drafts import Draft
from tieline.replication.seat import Seat
from tieline.state.board import plain
from tieline.state.model import Case
from tieline.state.notifications import Notification, find_notification
from tieline.state.standing import AMENDS, NOTICES, steps_of
from tieline.testing.broken import require
from tieline.testing.noticefold import overlaps, shown
from tieline.testing.noticescript import script
from tieline.testing.noticesteps import Eyes
from tieline.testing.options import Options
from tieline.testing.parties import OFFICES
from tieline.testing.talks import TalksExercise

VACANT: Final = "desk"
"""The office of the ladder in which the second party has nobody."""
UNDER: Final = "sent under suspension"
FOREIGN: Final = (
    ("gunnery", "activity.amend"),
    ("gunnery", "activity.cancel"),
    ("clinic-1", "site.remove"),
    ("clinic-1", "site.reconfirm"),
    ("convoy", "movement.arrive"),
    ("convoy", "movement.cancel"),
    ("stop-convoy", "stop.end"),
)
"""What the second party tries on what the first one notified."""
ATTEMPT_BODIES: Final[dict[str, dict[str, Any]]] = {"site.reconfirm": {"reconfirm_by_ms": 10**12}}


class NoticesExercise(TalksExercise):
    """An exercise whose officers follow the script of notifications, and sometimes overstep."""

    def __init__(self, seed: int, options: Options) -> None:
        super().__init__(seed, options)
        self.eyes = Eyes(
            seat=self._seat,
            now_ms=lambda party: self.world.stations[party].now().wall_ms,
            offices=self._offices,
            parties=tuple(self.world.stations),
        )
        self.steps = script(self.eyes)
        self.attempts = Random(f"attempts {seed}")

    def open(self) -> None:
        """Open the line; then one office of the second party's ladder falls vacant."""
        super().open()
        officers = self.officers[self.eyes.parties[1]]
        seat = officers.station.seat
        assert seat is not None
        found = seat.view.roster_at(seat.party)
        assert found is not None
        envelope = founding.next_roster(
            found.roster,
            found.envelope,
            officers.station.party.vault.operator,
            offices=tuple(
                OfficeSeat(name=name, title=name, filled=name != VACANT) for name in OFFICES
            ),
        )
        body: dict[str, JsonValue] = {
            "version": found.roster.version + 1,
            "change": "nobody at the desk",
        }
        draft = Draft(kind=roster_book.KIND, office="principal", body=body)
        officers.say(draft, (envelope,))
        self.world.settle()

    def _seat(self, party: str) -> Seat:
        seat = self.world.stations[party].seat
        assert seat is not None
        return seat

    def _offices(self, party: str) -> list[str]:
        """Whom a *stop* of a party goes to, by what its node answers to its desk."""
        station = self.world.stations[party]
        node = cast("Node", SimpleNamespace(seat=lambda _: station.seat, now=station.now))
        plan = notifying.stop_shown(node, {"line": self.world.line})
        assert isinstance(plan, dict)
        return [str(name) for name in cast("list[str]", plan["to"])]

    def take_steps(self, handle: str) -> None:
        """As the script says; now and then the second party tries what is not its to say."""
        if handle == self.eyes.parties[1] and self.attempts.random() < 0.2:
            self._overstep(handle)
        super().take_steps(handle)

    def _overstep(self, handle: str) -> None:
        officers = self.officers[handle]
        seat = officers.station.seat
        if seat is None or seat.locked or officers.pending:
            return
        key, kind = self.attempts.choice(FOREIGN)
        case = find_notification(seat.view, key)
        if case is None:
            return
        body = ATTEMPT_BODIES.get(kind, {})
        try:
            ref = officers.say(Draft(kind=kind, office="watch", body=body, case=case.opener))
        except RefusedError:
            officers.refused += 1
            # What was refused is not to be filed again.
            officers.pending.clear()
            return
        require("N-1", ref is None, f"{handle} said {kind} of what another party notified")

    # -- the end

    def _equal_pictures(self) -> None:
        seats = [s.seat for s in self.world.stations.values() if s.seat is not None]
        first = seats[0]
        told = shown(first.view, first.content, first.party)
        for seat in seats[1:]:
            other = shown(seat.view, seat.content, first.party)
            same = [plain(one) for one in told] == [plain(one) for one in other]
            require("N-2", same, f"{first.party} and {seat.party} show notifications differently")
        results = [overlaps(seat.view, seat.content, seat.party) for seat in seats]
        require("N-3", len({each.digest for each in results}) == 1, "overlaps differ")
        require("N-3", results[0].overlaps, "no overlap was found")
        self._is_sound(first, told)

    def _is_sound(self, seat: Seat, told: tuple[Notification, ...]) -> None:
        cases = [case for name in NOTICES for case in seat.view.cases(name)]
        for case in cases:
            _changed_by_its_author(seat, case)
        for case in seat.view.cases("stop"):
            self._reached_all(seat, case)
        for one in told:
            for back in one.readbacks:
                what = f"{back.party} read {one.key} back {back.apart_m} m from what it had seen"
                require("N-5", set(back.apart_m) == {0} and not back.missing, what)
            if one.key in {"under-suspension", "stop-site"}:
                flagged = UNDER in one.flags
                what = f"{one.key} is {'' if flagged else 'not '}flagged as {UNDER}"
                require("N-6", flagged == (one.procedure != "stop"), what)
        for case in seat.view.cases("movement"):
            for late in _early(seat, case):
                require("N-7", False, late)

    def _reached_all(self, seat: Seat, case: Case) -> None:
        to = {str(office) for office in case.message.to}
        for party in self.eyes.others(case.key.party):
            missed = {f"{party}/{name}" for name in seat.view.terms().ladder()} - to
            what = f"{case.message.body['key']} did not go to {', '.join(sorted(missed))}"
            require("N-4", not missed, what)
        require("N-4", case.level == seat.view.terms().highest(), "a stop below the highest level")


def _changed_by_its_author(seat: Seat, case: Case) -> None:
    """Whoever notified it amends, moves and ends it, and nobody else."""
    changes = AMENDS | movement.MOVEMENT.machine | {movement.ARRIVE, stop.END}
    for step in steps_of(seat.view, case):
        verb = step.kind.partition(".")[2]
        if step.kind in changes or verb in {"cancel", "replace", "remove", "reconfirm", "abort"}:
            what = f"{step.author} said {step.kind} of what {case.key.party} notified"
            require("N-1", step.author == case.key.party, what)


def _early(seat: Seat, case: Case) -> Iterator[str]:
    """Words for each *overdue* that was said before the arrival that its author stated last."""
    logs = seat.view.registers.logs
    steps = steps_of(seat.view, case)
    for step in steps:
        if step.kind != movement.OVERDUE:
            continue
        before = [
            each
            for each in steps
            if each.author == step.author
            and logs.holds(step.past, each.ref.origin, each.ref.index)
            and _due_ms(seat, each.ref, case) is not None
        ]
        newest = max(before, key=lambda each: sum(each.past), default=None)
        due_ms = _due_ms(seat, newest.ref, case) if newest is not None else None
        if due_ms is None or step.issued_ms < due_ms:
            yield f"overdue was said at {step.issued_ms}, {due_ms} was stated last"


def _due_ms(seat: Seat, ref: Any, case: Case) -> int | None:
    content = seat.content(ref)
    body = content.message.body if isinstance(content, Spoken) else {}
    return movement.due_ms(body, case.message.body)


def run_notices(seed: int, options: Options) -> NoticesExercise:
    """Notifications under faults, from the opening of the line to equal overlaps.

    Raises:
        BrokenPromiseError: what was broken, or a step that never came about.
    """
    exercise = NoticesExercise(seed, options)
    exercise.open()
    exercise.trouble()
    exercise.calm()
    exercise.finish()
    return exercise

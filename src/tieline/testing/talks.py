"""Talks of an exercise: two parties go through a whole dialogue while everything else fails.

Proposal, bracketed agenda, postponement, vacancy, suspension by one and resumption by both, a round
with two readouts and three commitments. Each step is taken as soon as whoever takes it sees that it
is due, and taken again if its effect was lost with a disk.
"""

from __future__ import annotations

from typing import Final

from tieline.answers.online import picture_of_line
from tieline.errors import RefusedError
from tieline.replication.seat import Seat
from tieline.testing.broken import require
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options
from tieline.testing.talkscript import Step, script

AFTER_MS: Final = 2_000
"""How often an officer looks whether a step is due."""
ROUNDS_MAX: Final = 60
"""So often everybody looks again once the faults are over, before the talks count as stuck."""


class TalksExercise(Exercise):
    """An exercise whose officers follow the script of a dialogue."""

    def __init__(self, seed: int, options: Options) -> None:
        super().__init__(seed, options)
        self.steps = script()

    def _act_later(self, handle: str) -> None:
        def act() -> None:
            if self.world.faulty:
                self.take_steps(handle)
                self._act_later(handle)

        self.world.later(AFTER_MS, act)

    def take_steps(self, handle: str) -> None:
        """Take the first step of a party that it sees due and not done."""
        officers = self.officers[handle]
        seat = officers.station.seat
        if seat is None or seat.locked:
            return
        if officers.pending:
            officers.retry()
            return
        step = self._next(seat, handle)
        if step is None:
            return
        try:
            officers.say(step.said(seat.view))
        except RefusedError:
            officers.refused += 1

    def _next(self, seat: Seat, handle: str) -> Step | None:
        view = seat.view
        own = [step for step in self.steps if step.party == handle]
        return next((step for step in own if not step.done(view) and step.due(view)), None)

    def undone(self) -> list[str]:
        """Steps that somebody does not see done yet."""
        seats = [s.seat for s in self.world.stations.values() if s.seat is not None]
        return [step.name for step in self.steps if not all(step.done(seat.view) for seat in seats)]

    def finish(self) -> None:
        """Go on without faults until every step is done, and everybody computes the same."""
        for _ in range(ROUNDS_MAX):
            if not self.undone():
                break
            for handle in self.officers:
                self.take_steps(handle)
            self.world.run(AFTER_MS)
        require("talks", not self.undone(), f"never done: {self.undone()}")
        self.calm()
        self._equal_pictures()

    def _equal_pictures(self) -> None:
        pictures = [
            picture_of_line(station.seat.fold, station.seat.content)
            for station in self.world.stations.values()
            if station.seat is not None
        ]
        records = [picture.record for picture in pictures]
        require("talks", all(one == records[0] for one in records), "two pictures of one line")


def run_talks(seed: int, options: Options) -> TalksExercise:
    """A whole dialogue under faults, from the opening of the line to equal pictures.

    Raises:
        BrokenPromiseError: what was broken, or a step that never came about.
    """
    exercise = TalksExercise(seed, options)
    exercise.open()
    exercise.trouble()
    exercise.calm()
    exercise.finish()
    return exercise

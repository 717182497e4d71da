"""Lies: what a dishonest peer does, with good keys and a node that it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tieline.testing.world import World


@dataclass(slots=True)
class Liar:
    """One party that lies in one way."""

    world: World
    handle: str
    lie: str
    rng: Random

    def start(self) -> None:
        self.world.watch.dishonest.add(self.handle)

    def stop(self) -> None:
        """The calm phase: no more lies."""

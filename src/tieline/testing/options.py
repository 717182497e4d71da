"""Options of an exercise, and the swarm: each seed draws its own mixture of faults.

Rates that are sometimes zero find what constant rates hide: a fault that masks another one is
absent in some of the seeds (swarm testing, Groce et al. 2012).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What happens in one world. Probabilities are per event, times are virtual.

    Attributes:
        parties: two to four; liar: one of them lies, in the way that ``lies`` names.
        faults_s: length of the phase with faults; calm_s: of the one in which all must converge.
        acts_per_minute: what each party's officers try.
        loss, twice, late: of a parcel on its way: lost, delivered again, held up for long.
        cut: that a link is cut in a minute; crash, unknown: per output and per commit.
        restore, lose_marks: that a store goes back to a backup in a minute, and that marks go too.
        pouch, garbage: that a folder or noise arrives in a minute.
        skew_s, jump: of the wall clock.
        bytes_per_s: of each direction of a link; 0 is no limit.
        crash_at: the one output at which the power fails; 0 is none.
        early: crash and unknown, while the line is being opened.
    """

    parties: int = 2
    liar: bool = False
    lies: str = ""
    faults_s: int = 180
    calm_s: int = 90
    acts_per_minute: float = 6.0
    loss: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    cut: float = 0.0
    crash: float = 0.0
    unknown: float = 0.0
    restore: float = 0.0
    lose_marks: bool = False
    pouch: float = 0.0
    garbage: float = 0.0
    skew_s: int = 0
    jump: float = 0.0
    bytes_per_s: int = 0
    crash_at: int = 0
    early: float = 0.0

    def text(self) -> str:
        """The options that differ from the defaults, to be repeated by hand."""
        plain = asdict(Options())
        return ", ".join(f"{k}={v!r}" for k, v in asdict(self).items() if v != plain[k])


LIES = (
    "fork", "withhold", "garbage", "bad-envelope", "bad-body", "false-root", "unheld-head",
    "hollow-receipt", "shrink", "revoked", "single", "same-id",
)  # fmt: skip


def drawn(seed: int) -> Options:
    """The mixture of one seed."""
    rng = Random(f"options {seed}")

    def some(*values: float) -> float:
        return rng.choice((0.0, *values))

    parties = rng.choice((2, 2, 3))
    liar = rng.random() < 0.35
    return Options(
        parties=parties,
        liar=liar,
        lies=rng.choice(LIES) if liar else "",
        faults_s=rng.choice((90, 150)),
        acts_per_minute=rng.choice((4.0, 8.0, 14.0)),
        loss=some(0.05, 0.3),
        twice=some(0.05, 0.3),
        late=some(0.05, 0.2),
        cut=some(0.3, 0.8),
        crash=some(0.001, 0.01),
        unknown=some(0.01, 0.04),
        restore=some(0.3, 0.8),
        lose_marks=rng.random() < 0.5,
        # One draw is thrown away: seeds that found something keep the mixture that they had.
        pouch=(some(0.0, 0.0, 0.3), some(0.5, 1.5))[1],
        garbage=some(0.5, 2.0),
        skew_s=rng.choice((0, 0, 2, 7_200)),
        jump=some(0.2, 0.6),
        bytes_per_s=rng.choice((0, 0, 6_000)),
        early=some(0.01),
    )

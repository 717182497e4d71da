"""Causes: why something was put off or stood still, as it is said, with force and inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import Named, cites_of, named
from tieline.observer.assertion import Cause
from tieline.observer.claims import unique

if TYPE_CHECKING:
    from tieline.observer.claims import Cite, Claim
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Force


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseTold:
    """One cause as it is said: of what, the thing that is the cause or the words for it.

    ``forces`` is empty, and ``inferred`` true, when only an observer concludes it.
    """

    of: Named
    because: Named | None
    words: str | None
    forces: tuple[Force, ...]
    inferred: bool
    cites: tuple[Cite, ...]


def causes_of(picture: Picture, key: str) -> tuple[CauseTold, ...]:
    """What is said to be the cause of something: equal ones together, with every force."""
    groups: dict[tuple[str | None, str | None], list[Claim[Cause]]] = {}
    for claim in picture.about(Cause, key):
        one = claim.assertion
        because = picture.key(one.because) if one.because else None
        groups.setdefault((because, one.words), []).append(claim)
    return tuple(
        CauseTold(
            of=named(picture, key),
            because=named(picture, because) if because else None,
            words=words,
            forces=unique(c.cite.force for c in claims if c.cite.force),
            inferred=all(c.cite.inferred for c in claims),
            cites=cites_of(claims),
        )
        for (because, words), claims in groups.items()
    )

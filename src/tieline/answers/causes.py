"""Causes: why something was put off or stood still, as it is said, with force and inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import Named, Told, cites_of, named
from tieline.observer.assertion import Cause
from tieline.observer.claims import unique
from tieline.observer.wording import is_said_by

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def are_causes(reasons: Iterable[Told[str]], causes: Iterable[CauseTold]) -> bool:
    """Whether all reasons only repeat causes that the same items name."""
    named_so = [
        (f"{one.because.name if one.because else ''} {one.words or ''}", cite)
        for one in causes
        for cite in one.cites
    ]
    listed = [(told.value, cite) for told in reasons for cite in told.cites]
    return bool(listed) and all(is_said_by(words, cite, named_so) for words, cite in listed)


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

"""Recorded: notifications of a line as the engine takes them, with every wording that they had.

All of it follows from the record, so that each node of the line makes the same of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tieline.deconfliction.book import Slot
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap, volume_digest
from tieline.deconfliction.settling import Told
from tieline.procedures.notification import parts
from tieline.procedures.notification.covered import volumes_of
from tieline.record.entry import Ref
from tieline.record.strict import JsonValue
from tieline.space.volume import Volume
from tieline.state.model import Case, CaseKey
from tieline.state.notices import redacted_of
from tieline.state.notifications import title_of
from tieline.state.past import Logs, Past
from tieline.state.shortref import short_ref
from tieline.state.standing import (
    COVERING,
    ContentOf,
    Revision,
    ends_of,
    is_over,
    newest,
    revisions,
)
from tieline.state.told import told_ms
from tieline.state.view import View

CROSSED: Final = "two wordings crossed; the volumes of both are taken until a later one names both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording of a notification: with its volumes, where it was filed, and where it ended.

    Attributes:
        slot: party, key and reference: wordings are held side by side.
        past: what its author had seen when he filed it.
        is_first: whether it is the opening one, and no amendment.
        ends: entries by which it ceased to stand; empty while it stands.
    """

    slot: Slot
    notified: Notified
    ref: Ref
    time_s: int
    past: Past
    is_first: bool
    ends: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A notification of a line: as it stands, and every wording in order."""

    case: Case
    told: Told
    wordings: tuple[Wording, ...]
    agreed: Mapping[str, tuple[Past, ...]]
    """What whoever agreed to keep apart had seen then, by the party whose strand it is."""

    @property
    def slot(self) -> Slot:
        """Party and key."""
        return self.told.notified.party, self.told.notified.key


def keys_of(view: View) -> dict[CaseKey, str]:
    """What each notification of a line that covers anything is called, once for each party.

    A party may use a key again, after the first was cancelled or by mistake: later ones are told
    apart by their reference.
    """
    found: dict[CaseKey, str] = {}
    taken: set[tuple[str, str]] = set()
    cases = [case for name in COVERING for case in view.cases(name)]
    for case in sorted(cases, key=lambda each: (each.time_s, each.opener)):
        named, ref = case.message.body.get("key"), short_ref(case.opener)
        key = named if isinstance(named, str) and named else ref
        if (case.key.party, key) in taken:
            key = f"{key} ({ref})"
        taken.add((case.key.party, key))
        found[case.key] = key
    return found


def filed(view: View, content: ContentOf, case: Case, key: str) -> Filed:
    """A notification of a line as the engine takes it."""
    worded = revisions(view, content, case)
    plan = case.message.body
    last = newest(view, worded)
    covered = [volumes_of(one.body, plan) for one in worded]
    first_ms = case.filed_s.get(case.opener, case.time_s) * 1000
    said_ms = [first_ms, *(one.time_s * 1000 for one in worded[1:])]
    each = [
        _notified(case, key, one, volumes, told_ms(covered[: number + 1], said_ms))
        for number, (one, volumes) in enumerate(zip(worded, covered, strict=True))
    ]
    standing = [told for told, one in zip(each, worded, strict=True) if one in last]
    volumes = dict.fromkeys(volume for told in standing for volume in told.volumes)
    own = view.state(case, case.key.party)
    now = replace(
        each[-1],
        volumes=tuple(volumes),
        state=own if is_over(view, case) else "",
        doubts=(CROSSED,) if len(last) > 1 else (),
    )
    strands = {party: state for party, state in view.states(case).items() if party != now.party}
    earlier = tuple(told for told, one in zip(each, worded, strict=True) if one not in last)
    agreed = {
        party: tuple(tip.past for tip in view.tips(case, party))
        for party, state in strands.items()
        if state == parts.AGREED
    }
    return Filed(
        case=case,
        agreed=agreed,
        told=Told(notified=now, strands=strands, earlier=earlier),
        wordings=tuple(
            Wording(
                slot=(told.party, key, one.ref.text()),
                notified=told,
                ref=one.ref,
                time_s=one.time_s,
                past=one.past,
                is_first=one.ref in case.openers,
                ends=ends_of(view, case, worded, one),
            )
            for told, one in zip(each, worded, strict=True)
        ),
    )


def _notified(
    case: Case, key: str, one: Revision, volumes: tuple[Volume, ...], filed_ms: int
) -> Notified:
    body: Mapping[str, JsonValue] = one.body
    sort, kind = body.get("sort"), case.procedure.name
    return Notified(
        key=key,
        party=case.key.party,
        kind=sort if kind == "activity" and isinstance(sort, str) else kind,
        title=title_of(body),
        volumes=volumes,
        filed_ms=filed_ms,
        counts={name: value for name, value in body.items() if type(value) is int},
        # What was left out for this recipient is said, to others.
        fields=frozenset(body) | frozenset(redacted_of(body)),
        emergency=body.get("emergency") == "yes",
    )


def stood_together(logs: Logs, one: Wording, other: Wording) -> bool:
    """Whether neither author had seen the end of the other wording when he filed his."""
    return not _had_seen_end(logs, one, other) and not _had_seen_end(logs, other, one)


def _had_seen_end(logs: Logs, one: Wording, other: Wording) -> bool:
    return any(logs.holds(one.past, end.origin, end.index) for end in other.ends)


def made_by(wordings: Iterable[Wording], digest: str) -> Wording | None:
    """The wording that first said a volume, by the volume's digest."""
    for each in wordings:
        if any(volume_digest(volume) == digest for volume in each.notified.volumes):
            return each
    return None


def stands_agreed(logs: Logs, each: Overlap, by_slot: Mapping[Slot, Filed]) -> bool:
    """Whether somebody agreed to keep apart who had seen both volumes as they are.

    An amendment of the notification that was spoken of asks for new words by itself; one of the
    other notification does not, so that it is looked at here.
    """
    for side, other in (each.sides, each.sides[::-1]):
        notice, there = by_slot.get((side.party, side.key)), by_slot.get((other.party, other.key))
        made = made_by(there.wordings, other.digest) if there is not None else None
        pasts = notice.agreed.get(other.party, ()) if notice is not None else ()
        if made is not None and any(
            logs.holds(past, made.ref.origin, made.ref.index) for past in pasts
        ):
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Knew:
    """What one author had received of the other when he filed what overlaps, and in words."""

    party: str
    key: str
    wording: Wording
    of: Wording
    received: bool

    @property
    def words(self) -> str:
        """Provable either way: it follows from what his entry says that he had seen."""
        had = "had received" if self.received else "had not received"
        did = "filed" if self.wording.is_first else "amended"
        other = self.of.notified.key
        what = other if self.of.is_first else f"the amended {other}"
        return f"{self.party} {had} {what} when it {did} {self.key}"


def knew(logs: Logs, each: Overlap, by_slot: Mapping[Slot, Filed]) -> Iterator[Knew]:
    """Of each author, whether he had received the other volume when he filed his own.

    Nothing where one of the two is not of this line.
    """
    made = []
    for side in each.sides:
        notice = by_slot.get((side.party, side.key))
        found = made_by(notice.wordings, side.digest) if notice is not None else None
        if found is None:
            return
        made.append(found)
    for one, other in (made, made[::-1]):
        yield Knew(
            party=one.notified.party,
            key=one.notified.key,
            wording=one,
            of=other,
            received=logs.holds(one.past, other.ref.origin, other.ref.index),
        )

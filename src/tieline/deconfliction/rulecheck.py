"""Checks of notifications against rule packs: late, incomplete, just under, together over, expired.

Nothing is refused: a notification that comes late or lacks a field still tells something, and what
it does not keep is said beside it, with the rule, its figure and where that figure stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from tieline.deconfliction.notified import Notified
from tieline.deconfliction.rules import (
    HOUR_MS,
    SUPPORT_WORDS,
    Answer,
    AnyRule,
    Buffer,
    Notice,
    Pack,
    Required,
    Threshold,
)
from tieline.space.spans import DAY_MS

TOGETHER_MAX: Final = 10_000
"""Most notifications of one party that are looked at together."""


class Fault(StrEnum):
    """What a rule found."""

    LATE = "late"
    AFTER = "after its start"
    LESS_THAN_ADVISED = "later than advised"
    INCOMPLETE = "incomplete"
    REACHED = "reaches a threshold"
    JUST_UNDER = "just under a threshold"
    TOGETHER = "together over a threshold"
    EXPIRED = "agreement ended"
    UNCHECKED = "to be checked by hand"
    LATE_ANSWER = "answered late"
    NO_ANSWER = "not answered"


DISCREPANCIES: Final = frozenset(
    {Fault.LATE, Fault.AFTER, Fault.INCOMPLETE, Fault.EXPIRED, Fault.LATE_ANSWER, Fault.NO_ANSWER}
)
"""What does not keep an agreement; the others are remarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark on one or more notifications, with what it rests on."""

    fault: Fault
    keys: tuple[str, ...]
    words: str
    pack: str
    rule: str
    source: str
    support: str

    @property
    def is_discrepancy(self) -> bool:
        """Whether something agreed was not kept; otherwise it is a remark."""
        return self.fault in DISCREPANCIES


def check(packs: Iterable[Pack], notified: Iterable[Notified]) -> tuple[Finding, ...]:
    """Everything that rules have to say, pack by pack, in the order of the notifications.

    A pack speaks of a notification whose party it binds; one that names no parties speaks of all.
    """
    told = tuple(notified)
    return tuple(
        finding
        for pack in packs
        for finding in _by_pack(pack, tuple(each for each in told if pack.binds(each.party)))
    )


def _by_pack(pack: Pack, told: tuple[Notified, ...]) -> Iterator[Finding]:
    for each in told:
        rules = [rule for rule in pack.rules if rule.covers(each.kind)]
        if rules:
            yield from _expired(pack, each)
        for rule in rules:
            yield from _one(pack, rule, each)
    for rule in pack.rules:
        if isinstance(rule, Threshold):
            yield from _together(pack, rule, told)


def _one(pack: Pack, rule: AnyRule, told: Notified) -> Iterator[Finding]:
    match rule:
        case Notice():
            yield from _notice(pack, rule, told)
        case Threshold():
            yield from _threshold(pack, rule, told)
        case Required():
            yield from _required(pack, rule, told)
        case Buffer():
            what = f" ({rule.measured})" if rule.measured else ""
            words = (
                f"{told.name} keeps {rule.distance_m / 1000:g} km from {rule.of}{what}; no line is "
                "given here, so that the distance was not measured"
            )
            yield _finding(pack, rule, Fault.UNCHECKED, (told,), words)
        case Answer():
            # Of requests, which are no volumes: see `check_answer`.
            return
        case _:
            # Separations are looked up by pairs, when overlaps are found.
            return


def _finding(
    pack: Pack, rule: AnyRule, fault: Fault, told: Iterable[Notified], words: str
) -> Finding:
    note = f" Note: {rule.note}" if rule.note else ""
    return Finding(
        fault=fault,
        keys=tuple(each.key for each in told),
        words=words + note,
        pack=pack.name,
        rule=rule.id,
        source=rule.source,
        support=SUPPORT_WORDS[rule.support],
    )


def _expired(pack: Pack, told: Notified) -> Iterator[Finding]:
    span = told.envelope_ms()
    if pack.ended is None or span is None:
        return
    starts = datetime.fromtimestamp(span[0] / 1000, UTC).date()
    if starts > pack.ended:
        yield Finding(
            fault=Fault.EXPIRED,
            keys=(told.key,),
            words=f"{told.name} begins on {starts}; {pack.title} ended on {pack.ended}",
            pack=pack.name,
            rule="ended",
            source=pack.source,
            support="as the pack says",
        )


def _notice(pack: Pack, rule: Notice, told: Notified) -> Iterator[Finding]:
    span = told.envelope_ms()
    if told.filed_ms is None or span is None:
        return
    lead_ms = span[0] - told.filed_ms
    asked = rule.hours
    if told.emergency and rule.emergency_hours is not None:
        asked = rule.emergency_hours
    given = f"{told.name} was notified {lead_words(lead_ms)}"
    if lead_ms < 0:
        yield _finding(pack, rule, Fault.AFTER, (told,), f"{given}; {asked} hours ahead are agreed")
    elif lead_ms < asked * HOUR_MS:
        words = f"{given}; {hours_words(asked)} ahead are agreed"
        words += " for an emergency" if asked != rule.hours else ""
        yield _finding(pack, rule, Fault.LATE, (told,), words)
    elif rule.advised_hours is not None and lead_ms < rule.advised_hours * HOUR_MS:
        words = f"{given}; {hours_words(rule.advised_hours)} ahead are advised"
        yield _finding(pack, rule, Fault.LESS_THAN_ADVISED, (told,), words)


def _threshold(pack: Pack, rule: Threshold, told: Notified) -> Iterator[Finding]:
    count = told.counts.get(rule.quantity)
    if count is None:
        return
    figure = f"{told.name} states {count:,} {rule.quantity}"
    if count >= rule.at_least:
        words = f"{figure}; from {rule.at_least:,} on the duty is: {rule.duty}"
        yield _finding(pack, rule, Fault.REACHED, (told,), words)
    elif count * 100 >= rule.at_least * (100 - rule.just_under_percent):
        words = f"{figure}, {rule.at_least - count:,} below {rule.at_least:,} ({rule.duty})"
        yield _finding(pack, rule, Fault.JUST_UNDER, (told,), words)


def _required(pack: Pack, rule: Required, told: Notified) -> Iterator[Finding]:
    if told.fields is None:
        return
    missing = [name for name in rule.fields if name not in told.fields]
    if missing:
        words = f"{told.name} does not say: {', '.join(missing)}"
        yield _finding(pack, rule, Fault.INCOMPLETE, (told,), words)


def _together(pack: Pack, rule: Threshold, told: tuple[Notified, ...]) -> Iterator[Finding]:
    """What a party notified in parts that go on at one time, none reaching the threshold alone.

    Of all instants the one with the largest sum is named, once for each party.
    """
    for party in sorted({each.party for each in told}):
        parts = [
            (span, each, each.counts[rule.quantity])
            for each in told
            if each.party == party and rule.covers(each.kind) and not each.state
            if 0 < each.counts.get(rule.quantity, 0) < rule.at_least
            if (span := each.envelope_ms()) is not None
        ][:TOGETHER_MAX]
        found = _largest(parts)
        total = sum(count for _, count in found)
        if len(found) > 1 and total >= rule.at_least:
            names = " + ".join(f"{count:,} ({each.key})" for each, count in found)
            words = (
                f"{party} states {names} = {total:,} {rule.quantity} at one time; from "
                f"{rule.at_least:,} on the duty is: {rule.duty}"
            )
            yield _finding(pack, rule, Fault.TOGETHER, [each for each, _ in found], words)


def _largest(
    parts: list[tuple[tuple[int, int], Notified, int]],
) -> list[tuple[Notified, int]]:
    """Those that go on at the instant with the largest sum; a sum only grows where one starts."""
    events = sorted(
        (time, kind, number)
        for number, (span, _, _) in enumerate(parts)
        for time, kind in ((span[0], 1), (span[1], 0))
    )
    best, best_sum, going, running = frozenset[int](), 0, set[int](), 0
    for _, starts, number in events:
        if starts:
            going.add(number)
            running += parts[number][2]
            if running > best_sum:
                best, best_sum = frozenset(going), running
        else:
            going.discard(number)
            running -= parts[number][2]
    return [(parts[number][1], parts[number][2]) for number in sorted(best)]


def check_answer(
    packs: Iterable[Pack], told: Notified, answered_ms: int | None, now_ms: int
) -> tuple[Finding, ...]:
    """Whether a request that was filed was answered in time, or is overdue by ``now_ms``."""
    found = []
    for pack in packs:
        for rule in pack.rules:
            if not isinstance(rule, Answer) or not rule.covers(told.kind) or told.filed_ms is None:
                continue
            took_ms = (now_ms if answered_ms is None else answered_ms) - told.filed_ms
            if not pack.binds(told.party) or took_ms <= rule.hours * HOUR_MS:
                continue
            done = "is unanswered" if answered_ms is None else "was answered"
            words = f"{told.name} {done} after {hours_words(took_ms // HOUR_MS)}; "
            words += f"{hours_words(rule.hours)} are agreed" + (
                f", then {rule.then}" if rule.then else ""
            )
            fault = Fault.NO_ANSWER if answered_ms is None else Fault.LATE_ANSWER
            found.append(_finding(pack, rule, fault, (told,), words))
    return tuple(found)


def hours_words(hours: int) -> str:
    """``24 hours``, ``15 days``: whole days above two."""
    if hours % 24 == 0 and hours > 48:
        return f"{hours // 24} days"
    return f"{hours} hour{'' if hours == 1 else 's'}"


def lead_words(lead_ms: int) -> str:
    """How long before or after its start, in words."""
    size_ms, when = abs(lead_ms), "before" if lead_ms >= 0 else "after"
    if size_ms >= 3 * DAY_MS:
        return f"{size_ms / DAY_MS:.1f} days {when} its start"
    if size_ms >= HOUR_MS:
        return f"{size_ms / HOUR_MS:.1f} hours {when} its start"
    return f"{size_ms // 60_000} minutes {when} its start"

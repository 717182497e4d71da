"""Attention: what a watch officer must see first, counted from what the lines show.

Pure: boards go in, plain values come out. What waits for us is what the other side's clocks run
on; everything else is ordered behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tieline.console.noticelist import Counts
from tieline.console.noticewords import counted
from tieline.console.overlapkept import OverlapCounts, severity_words
from tieline.console.reading import LinePage
from tieline.procedures.line import message as msg
from tieline.state.shown import LadderShown, MessageShown, Rung

REACHED_WORDS = {
    "filed": "sent, not known to be held by their system",
    "held": "held by their system, not taken yet",
    "opened": "opened by their machine, not taken yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One count at the top of the overview. ``tone``: calm, watch or grave."""

    label: str
    count: int
    words: str
    tone: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a message stands with one party: a kind for shape, a label, and the words."""

    kind: str
    label: str
    words: str


def waits_for_us(message: MessageShown, own: str) -> bool:
    """Whether our side owes something on a message of the other side."""
    return not message.is_ours and any(la.party == own and la.is_open for la in message.ladders)


def standing(message: MessageShown, ladder: LadderShown, own: str) -> Standing:
    """One of waiting for us, waiting, answered, declined, no answer, technical fault, ..."""
    if ladder.party == own and ladder.is_open and not message.is_ours:
        taken = ladder.state in {msg.TAKEN, msg.TAKEN_LATE}
        fresh = ladder.state in {msg.SENT, msg.NOT_HELD}
        words = f"{ladder.words}; not answered yet" if taken else ladder.words
        words = "not taken by us yet" if fresh else words
        return Standing(kind="for us", label="waiting for us", words=words)
    words = ladder.words
    if ladder.state == msg.SENT:
        words = REACHED_WORDS.get(ladder.reached, words)
    if ladder.standing == "vacant":
        words = f"the office is vacant; {words}"
    if ladder.standing == "suspended":
        words = f"sent under suspension; {words}"
    late = ladder.state in {msg.ANSWERED_LATE, msg.DECLINED_LATE, msg.TAKEN_LATE}
    label = f"{ladder.standing}, late" if late else ladder.standing
    prefix, _, rest = words.partition(": ")
    return Standing(
        kind=ladder.standing,
        label=label,
        words=rest if prefix == ladder.standing and rest else words,
    )


def outstanding(message: MessageShown, ladder: LadderShown) -> tuple[str, ...]:
    """Steps that are still owed, in words, to be shown hollow after those that are proven."""
    if message.procedure != "message" or not ladder.is_open:
        return ()
    steps = {rung.step for rung in ladder.rungs}
    taken = () if steps & {msg.TAKEN, msg.TAKEN_LATE} else ("not taken yet",)
    return (*taken, "not answered yet")


def rung_kind(rung: Rung) -> str:
    """Shape of a step: proven, implied, failed, refused or missing."""
    if not rung.proven:
        return "failed" if rung.words.startswith("held, but") else "missing"
    if rung.step in {msg.NOT_HELD, msg.NOT_TAKEN, msg.NOT_ANSWERED}:
        return "failed"
    if rung.step in {msg.DECLINED, msg.DECLINED_LATE, msg.WITHDRAWN}:
        return "refused"
    return "implied" if rung.implied else "proven"


def tiles(lines: Iterable[LinePage], own: str) -> tuple[Tile, ...]:
    """The counts at the top of the overview."""
    pages = list(lines)
    waiting = [m for m in _messages(pages) if waits_for_us(m, own)]
    silent = [m for m in _messages(pages) if m.is_ours and m.is_open and _is_silent(m)]
    down = [p for page in pages for p in page.board.parties if p.link in {"down", "never"}]
    shut = [c for page in pages for c in page.board.channels if not c.is_open]
    alarms = sum(len(page.alarms) + len(page.locked) for page in pages)
    odd = sum(len(page.board.discrepancies) for page in pages)
    return (
        Tile(
            label="waiting for us",
            count=len(waiting),
            words=_by_level(waiting) or "nothing to take or answer",
            tone="grave" if waiting else "calm",
            anchor="messages",
        ),
        Tile(
            label="no answer, fault",
            count=len(silent),
            words=", ".join(sorted({_worst(m) for m in silent})) or "none of ours",
            tone="watch" if silent else "calm",
            anchor="messages",
        ),
        Tile(
            label="links down",
            count=len(down),
            words=f"{_names(p.party for p in down)}: carry a pouch" if down else "all links up",
            tone="grave" if down else "calm",
            anchor="links",
        ),
        Tile(
            label="suspended",
            count=len(shut),
            words=_names(c.name for c in shut) or "all channels open",
            tone="watch" if shut else "calm",
            anchor="channels",
        ),
        Tile(
            label="does not fit",
            count=alarms + odd,
            words=_counted(alarms, odd) or "no alarm, no discrepancy",
            tone="grave" if alarms else "watch" if odd else "calm",
            anchor="faults",
        ),
    )


def notice_tiles(told: Counts, overlaps: OverlapCounts) -> tuple[Tile, ...]:
    """Counts of notifications and overlaps at the top of the overview; drills are told apart."""
    waits = [
        f"{count} {what}"
        for count, what in (
            (told.not_taken, "not taken"),
            (told.not_read, "not read back"),
            (told.waiting - told.not_taken - told.not_read, "to be answered"),
        )
        if count
    ]
    words = [f"wait for us: {', '.join(waits)}" if waits else "none waits for us"]
    words += [f"{told.holding} hold now"]
    words += [f"{counted(told.gaps, 'unit')} not confirmed"] if told.gaps else []
    return (
        Tile(
            label="notifications",
            count=told.waiting,
            words="; ".join(words),
            tone="watch" if told.waiting or told.gaps else "calm",
            anchor="notices",
        ),
        _overlap_tile(overlaps),
    )


def _overlap_tile(overlaps: OverlapCounts) -> Tile:
    words = [severity_words(overlaps) or f"none found among these {overlaps.notified}"]
    words += [f"{overlaps.done} settled or passed"] if overlaps.done else []
    words += [f"{overlaps.drills} with EXERCISE or TEST"] if overlaps.drills else []
    if overlaps.is_due:
        words = ["still being compared; NOT all are counted", *words[: bool(overlaps.total)]]
    tone = "grave" if overlaps.unseen_high else "watch"
    return Tile(
        label="overlaps",
        count=overlaps.total,
        words=", ".join(words),
        tone=tone if overlaps.total or overlaps.is_due else "calm",
        anchor="overlaps",
    )


def _counted(alarms: int, odd: int) -> str:
    told = ((alarms, "alarm"), (odd, "discrepancy"))
    plural = {"alarm": "alarms", "discrepancy": "discrepancies"}
    return ", ".join(f"{n} {word if n == 1 else plural[word]}" for n, word in told if n)


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _messages(pages: Iterable[LinePage]) -> Iterator[MessageShown]:
    for page in pages:
        for level in page.board.levels:
            yield from level.messages


def _is_silent(message: MessageShown) -> bool:
    return any(la.standing in {"no answer", "technical fault"} for la in message.ladders)


def _worst(message: MessageShown) -> str:
    found = {la.standing for la in message.ladders}
    return "technical fault" if "technical fault" in found else "no answer"


def _by_level(messages: Iterable[MessageShown]) -> str:
    """``1 FLASH, 2 ROUTINE``; drills are counted apart."""
    counts: dict[str, int] = {}
    for message in messages:
        drill = "" if message.mark == "ACTUAL" else f" {message.mark}"
        name = f"{message.level}{drill}"
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counts.items())

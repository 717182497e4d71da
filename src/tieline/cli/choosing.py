"""Which line, which message, which office: what a command may leave out is found here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, UsageError

Shown = dict[str, Any]


def asked(desk: Desk, verb: str, **args: Any) -> Shown:
    """What the node answers, where that is an object."""
    told = desk.client.call(verb, **args)
    assert isinstance(told, dict)
    return told


def all_lines(desk: Desk) -> list[Shown]:
    """Every line of this home."""
    lines: list[Shown] = asked(desk, "info")["lines"]
    return lines


def live_lines(desk: Desk) -> list[Shown]:
    """Lines that we share with somebody."""
    return [line for line in all_lines(desk) if len(line["parties"]) > 1]


def fits(line: Shown, text: str) -> bool:
    """Whether a text names a line: its id, the beginning of that, or its title."""
    name: str = line["line"]
    return text in (name, line["title"]) or name.rpartition("/")[2].startswith(text)


def line_for(desk: Desk, text: str, parties: Iterable[str] = ()) -> str:
    """The line that is meant: the one named, else the only shared one with these parties.

    Raises:
        UsageError: none, or several.
    """
    lines = all_lines(desk) if text else live_lines(desk)
    wanted = set(parties)
    found = [
        line for line in lines if (not text or fits(line, text)) and wanted <= set(line["parties"])
    ]
    if len(found) == 1:
        return str(found[0]["line"])
    raise _no_single_line(lines, text, wanted)


def _no_single_line(lines: list[Shown], text: str, parties: set[str]) -> UsageError:
    if not lines:
        return UsageError(
            "this home shares no line with anybody yet",
            advice="Open one with `tieline line invite`, or join one with `tieline line join`.",
        )
    known = "; ".join(
        f"{line['title'] or 'untitled'} ({line['line'].rpartition('/')[2][:8]}) with "
        f"{', '.join(sorted(line['parties']))}"
        for line in lines
    )
    what = f"line {text!r}" if text else "line"
    whom = f" with {', '.join(sorted(parties))}" if parties else ""
    return UsageError(
        f"no single {what}{whom}; there are: {known}",
        advice="Name one with --line, by its title or the beginning of its id.",
    )


def place_of(desk: Desk, line: str, ref: str) -> str:
    """The line on which a reference stands: the one named, else the only shared one that has it.

    Raises:
        UsageError: no line has it, or several have.
    """
    if line:
        return line_for(desk, line)
    log, _, index = ref.rpartition(":")
    holders = [
        each
        for each in all_lines(desk)
        if index.isdecimal() and each["logs"].get(f"{each['line']}/{log}", 0) > int(index)
    ]
    # Officers mean a line that they share with somebody; a record of our own is named.
    chosen = [each for each in holders if len(each["parties"]) > 1] or holders
    if len(chosen) == 1:
        return str(chosen[0]["line"])
    if holders:
        raise UsageError(
            f"{ref} stands on more than one line",
            advice="Name the line with --line, by its title or the beginning of its id.",
        )
    raise UsageError(
        f"nothing is held under {ref!r}",
        advice="References look like alpha-1:12; `tieline inbox` and `tieline timeline` list them.",
    )


def message_at(desk: Desk, line: str, ref: str) -> Shown:
    """The message that a reference belongs to, with its ladders.

    Raises:
        RefusedError: what stands there is no message.
    """
    found = asked(desk, "message", line=line, ref=ref)
    if not found:
        raise RefusedError(
            f"{ref} belongs to no message", advice=f"`tieline show {ref}` tells what it is."
        )
    return found


def pick_signers(desk: Desk, first: list[str] | None, second: str) -> None:
    """Choose who signs: those named, and whoever else is needed beside the second person."""
    named = tuple(first or ())
    if second and not named:
        other = desk.card.officer(second)
        able = [
            o
            for o in desk.card.officers
            if o.id != other.id and set(o.offices) & set(other.offices)
        ]
        if not able:
            raise RefusedError(f"there is no other person here beside {other.label}")
        named = (able[0].id,)
    desk.choose((*named, second) if second else named)


def pick_office(desk: Desk, wanted: str, preferred: Iterable[str] = ()) -> str:
    """The office to speak for: the one named, else the first that whoever signs holds.

    Raises:
        RefusedError: whoever signs holds no office.
    """
    if wanted:
        return wanted
    for office in dict.fromkeys([*preferred, *desk.card.offices]):
        if desk.able(office):
            return office
    raise RefusedError(
        "nobody who signs here holds an office",
        advice="Name others with --as, or fill an office: `tieline roster fill`.",
    )


def seats_of(board_parties: list[Shown], party: str) -> dict[str, bool]:
    """Offices of a party and whether somebody holds them."""
    for each in board_parties:
        if each["party"] == party:
            return {office["name"]: office["filled"] for office in each["offices"]}
    return {}

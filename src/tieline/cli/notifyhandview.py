"""How recipients without a node look on a terminal: never as more than recorded by us only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown
from tieline.cli.look import safe
from tieline.cli.paint import indented, moment
from tieline.desk import handing, house
from tieline.desk.speaking import Desk
from tieline.procedures.house import handed as hd
from tieline.procedures.notification.parts import NO_CLEARANCE
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.writing import write_position
from tieline.state.board import plain

READ_SHOWN = 12
WORDS_CHARS = 400


def no_node(desk: Desk, found: list[tuple[str, Shown]]) -> dict[tuple[str, str], list[Shown]]:
    """Recipients without a node of notifications, by line and key, as values for machines.

    ``found`` are lines with notifications as the node shows them there.
    """
    items = handing.items(desk)
    now_s = int(time.time())
    told: dict[tuple[str, str], list[Shown]] = {}
    for line, notice in found:
        if any(_is_of(item, line, notice) for item in items):
            whole = _whole(desk, line, notice, items)
            each = handing.nodeless(items, line, whole, now_s)
            told[line, str(notice["key"])] = [plain(one) for one in each]
    return told


def _is_of(item: house.Item, line: str, notice: Shown) -> bool:
    return bool(item["body"]["key"] == notice["key"] and item["body"]["line"] == line)


def _whole(desk: Desk, line: str, notice: Shown, items: list[house.Item]) -> Shown:
    """The notification with its history, where positions were read back and it is not there."""
    read = any(
        "positions" in step["body"]
        for item in items
        if _is_of(item, line, notice)
        for step in item["steps"]
    )
    if not read or notice["history"]:
        return notice
    found = desk.client.call("notice", line=line, name=str(notice["key"]))
    return dict(found) if isinstance(found, dict) and found else notice


def no_node_parts(one: Shown) -> Iterator[RenderableType]:
    """Recipients without a node below a notification."""
    told = one.get("no_node") or []
    if not told:
        if len(one["receivers"]) <= 1:
            words = f"Nobody was told yet: tieline notify hand {one['key']} --to 'Name <address>'"
            yield safe(words, "bold yellow")
        return
    yield Text("Without a node ", style="bold").append(f"({hd.BY_US})", style="bold yellow")
    for each in told:
        yield indented(_recipient(each))
        for gap in each["gaps"]:
            yield indented(safe(f"! {gap}", "bold yellow"), 4)
        for heard in each["heard"]:
            for line in heard_lines(heard):
                yield indented(line, 4)


def _recipient(each: Shown) -> Text:
    name = f"{each['to']} <{each['address']}>" if each["address"] else each["to"]
    text = Text().append_text(safe(f"{name}: ", "bold"))
    if each["went_s"] is not None:
        server = f", taken by {each['server']} for delivery" if each["server"] else ""
        text.append_text(safe(f"handed over by {each['way']} {moment(each['went_s'])}{server}"))
    else:
        text.append_text(safe(f"papers made {moment(each['made_s'])}"))
    more = f"; wording {each['wording']}, reference {each['reference']}"
    more += f"; without {', '.join(each['redacted'])}" if each["redacted"] else ""
    more += f"; {each['handed']} times in all" if each["handed"] > 1 else ""
    return text.append_text(safe(more, "dim"))


def heard_lines(heard: Shown) -> Iterator[RenderableType]:
    """One answer: who, how, word for word, with what it read back and how far that lies away."""
    if not heard:
        return
    what = f", {heard['what']}" if heard["what"] else ""
    head = f"{moment(heard['time_s'])}  {heard['ref']}  {heard['speaker']}, by {heard['way']}{what}"
    yield safe(head).append_text(safe(f"  ({NO_CLEARANCE})", "dim"))
    if heard["words"]:
        words = heard["words"]
        more = f" [... {len(words) - WORDS_CHARS} more; --json]" if len(words) > WORDS_CHARS else ""
        yield indented(safe(f"“{words[:WORDS_CHARS]}”{more}"))
    if heard["place"]:
        yield indented(safe(f"place: {heard['place']}", "dim"))
    for read in _gravest(heard["read"]):
        yield indented(_read(read))
    left = len(heard["read"]) - READ_SHOWN
    if left > 0:
        yield indented(safe(f"and {left} more, nearer; --json tells all", "dim"))
    if heard["missing"]:
        yield indented(safe(f"{heard['missing']} position(s) not read back", "bold yellow"))
    for name in heard["files"]:
        yield indented(safe(f"kept: {name}", "dim"))
    if heard["note"]:
        yield indented(safe(f"odd: {heard['note']}", "yellow"))


def _gravest(read: list[Shown]) -> list[Shown]:
    """The furthest away, in the order of their numbers."""
    ranked = sorted(read, key=lambda r: -(r["apart_m"] if r["apart_m"] is not None else 10**9))
    return sorted(ranked[:READ_SHOWN], key=lambda r: r["number"])


def _read(each: Shown) -> Text:
    if each["sent"] is None:
        words = f"{each['number']}: {_at(each['read'])}, a number that we did not send"
        return safe(words, "bold yellow")
    words = f"{each['number']}: sent {_at(each['sent'])}, read {_at(each['read'])}: "
    far = each["apart_m"] >= handing.FAR_M
    return safe(words).append_text(safe(f"{each['apart_m']} m apart", "bold red" if far else ""))


def _at(at: Any) -> str:
    place = Position(lat_e7=at["lat_e7"], lon_e7=at["lon_e7"])
    return write_position(place, Style.WARNING, digits=2)


def gap_count(one: Shown) -> str:
    """In a list: how many recipients without a node, and how many of them need somebody."""
    told = one.get("no_node") or []
    if not told:
        return ""
    gaps = sum(bool(each["gaps"]) for each in told)
    words = f"{len(told)} without a node, {hd.BY_US}"
    return words + (f"; {gaps} to see to" if gaps else "")

"""What waits for us beside messages: a *stop* first of all, notifications not taken, open talks."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown
from tieline.cli.look import safe
from tieline.cli.notifyhandview import no_node
from tieline.cli.paint import listing, moment
from tieline.desk import handing
from tieline.desk.speaking import Desk
from tieline.procedures.house.handed import BY_US
from tieline.procedures.notification import parts, stop
from tieline.procedures.procedure import CROSSED
from tieline.space.position import Position
from tieline.space.reading import Style
from tieline.space.writing import write_position

ANSWERS = frozenset(
    {"accept", "decline", "rebuff", "condition", "leave", "dispute", "acknowledge", "reject"}
)
"""Verbs by which a talk is answered; a talk that allows us one of them waits for us."""
UNREAD = frozenset({parts.TOLD, parts.AMENDED, CROSSED})
"""States in which no officer of ours has taken a notification as it stands now."""
STOP_DONE = frozenset({stop.ACTED, stop.CANNOT_COMPLY, stop.ENDED})
"""States in which nothing more is asked of us about a stop."""
NEAR_SHOWN = 3
"""Entries of the lists near to a call that are named in the inbox; `tieline show` has the call."""
WAITING = frozenset({"proposed", "requested", "silent", "heard"})
"""States in which a side has said nothing yet."""


def stops_waiting(desk: Desk, line: str) -> list[Shown]:
    """Calls to stop that others made, that are not over, and that nobody of us has acted on."""
    return [one for one in _notices(desk, line) if one["procedure"] == "stop"]


def unfit_stops(desk: Desk, line: str) -> list[Shown]:
    """Calls to stop of others that fit nothing on this line, and that we have not answered."""
    told = desk.client.call("stops.unfit", line=line)
    return [dict(one) for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def notices_waiting(desk: Desk, line: str) -> list[Shown]:
    """Notifications of others, not over, that no officer of ours has taken as they stand now."""
    return [one for one in _notices(desk, line) if one["procedure"] != "stop"]


def _notices(desk: Desk, line: str) -> list[Shown]:
    told = desk.client.call("notices", line=line)
    own = desk.card.handle
    found = []
    for one in told if isinstance(told, list) else ():
        assert isinstance(one, dict)
        case: Shown = dict(one)
        mine = next((r for r in case["receivers"] if r["party"] == own), None)
        if mine is None or case["is_over"] or case["opened_by"].partition("/")[0] == own:
            continue
        done = STOP_DONE if case["procedure"] == "stop" else None
        if (mine["state"] not in done) if done else (mine["state"] in UNREAD):
            found.append({**case, "words_for_us": mine["words"]})
    return found


def talks_waiting(desk: Desk, line: str) -> list[Shown]:
    """Cases of the dialogue in which we have said nothing yet and may."""
    told = desk.client.call("talks", line=line)
    own = desk.card.handle
    found = []
    for one in told if isinstance(told, list) else ():
        assert isinstance(one, dict)
        case: Shown = dict(one)
        for side in case["sides"]:
            verbs = {kind.partition(".")[2] for kind in side["allowed"]}
            if side["party"] == own and side["state"] in WAITING and verbs & ANSWERS:
                found.append({**case, "words_for_us": side["words"]})
    return found


def stop_parts(stops: list[Shown]) -> Iterator[RenderableType]:
    """Calls to stop, before everything else."""
    for one in stops:
        head = Text(" STOP ", style="bold white on red").append(" ")
        head.append_text(safe(f"{one['ref']}  {one['title'] or one['key']}", "bold"))
        head.append_text(safe(f"  from {one['opened_by']}, {moment(one['opened_s'])}"))
        yield head
        name = one["key"] or one["ref"]
        yield safe(f"  {one['words_for_us']}. Act on it: tieline notify show {name}", "bold red")


def unfit_parts(stops: list[Shown]) -> Iterator[RenderableType]:
    """Calls to stop that are no step here: as loud as any other, with what does not fit."""
    for one in stops:
        head = Text(" STOP ", style="bold white on red").append(" ")
        head.append_text(safe(f"{one['ref']}  {one['title'] or one['fire'] or one['key']}", "bold"))
        head.append_text(safe(f"  from {one['opened_by']}, {moment(one['opened_s'])}"))
        yield head
        where = at_words(one["at"]) if one["at"] else "no place that could be read"
        yield safe(f"  {where}. {one['fire']}", "bold red")
        for near in one["matches"][:NEAR_SHOWN]:
            named = near["title"] or near["key"]
            yield safe(f"  {near['apart_m']} m from {near['procedure']} {named}", "bold red")
        yield safe(f"  It does not fit this line: {one['why']}", "yellow")
        party = one["opened_by"].partition("/")[0]
        yield safe(
            f"  Act on it, ring them up, and answer: tieline send --to {party} --channel safety "
            f"--ref {one['ref']} --subject STOP",
            "bold red",
        )


def at_words(at: Shown) -> str:
    """A position in the style of warnings."""
    place = Position(lat_e7=at["lat_e7"], lon_e7=at["lon_e7"])
    return write_position(place, Style.WARNING)


def more_parts(line: Shown) -> Iterator[RenderableType]:
    """Notifications and talks that wait for us."""
    if line["notifications"]:
        table = listing("Notified to us", "From", "What", wide=2)
        for one in line["notifications"]:
            told = f"{one['procedure']}: {one['title'] or one['key']}"
            words = safe(told).append_text(safe(f"\n{one['words_for_us']}", "dim"))
            table.add_row(Text(one["ref"], style="bold"), safe(one["opened_by"]), words)
        yield table
        yield Text("Taking it is no clearance: tieline notify take KEY", style="dim")
    if line["talks"]:
        table = listing("To be answered", "From", "Talks", wide=2)
        for one in line["talks"]:
            told = f"{one['procedure']}: {one['title'] or one['key']}"
            words = safe(told).append_text(safe(f"\n{one['words_for_us']}", "dim"))
            table.add_row(Text(one["ref"], style="bold"), safe(one["opened_by"]), words)
        yield table


def handed_waiting(desk: Desk, lines: list[str]) -> list[Shown]:
    """Recipients without a node that somebody has to see to, with their gaps.

    ``lines`` are those asked about; our own house comes along with all of them.
    """
    items = handing.items(desk)
    found = []
    for line in dict.fromkeys(str(item["body"]["line"]) for item in items):
        if lines and line not in lines:
            continue
        told = desk.client.call("notices", line=line)
        assert isinstance(told, list)
        notices = [(line, dict(one)) for one in told if isinstance(one, dict)]
        for (_, key), each in no_node(desk, notices).items():
            found += [{"key": key, "line": line, **one} for one in each if one["gaps"]]
    return found


def handed_parts(handed: list[Shown]) -> Iterator[RenderableType]:
    """Recipients without a node that somebody has to see to."""
    if not handed:
        return
    yield Text(f"\nWithout a node ({BY_US})", style="bold")
    table = listing("Notification", "For", "What is open", wide=2)
    for one in handed:
        gaps = safe("\n".join(one["gaps"]), "yellow")
        table.add_row(Text(one["key"], style="bold"), safe(one["to"]), gaps)
    yield table
    words = "tieline notify show KEY; hand KEY --to NAME; handed KEY; heard KEY --from NAME"
    yield Text(words, style="dim")

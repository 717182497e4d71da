"""Ways to settle an overlap: which steps of which notification are filed for each, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tieline.cli.choosing import Shown
from tieline.cli.intake import texts_of
from tieline.cli.notifyparts import found_on, title_of
from tieline.cli.overlapsnode import PASSED
from tieline.deconfliction import moving
from tieline.deconfliction.report import span_words
from tieline.desk import notifying as nt
from tieline.desk.placing import length_m
from tieline.desk.speaking import Desk
from tieline.desk.talks import instant_ms
from tieline.errors import RefusedError, UsageError
from tieline.procedures import BY_KIND
from tieline.procedures.notification import parts
from tieline.procedures.notification.covered import volumes_of
from tieline.space.spans import envelope_ms

WAYS: Final = ("shift", "since", "separate", "agree", "cancel")
OPTIONS: Final = "--shift, --from with --until, --separate, --agree or --cancel"
ENDS: Final = {"site": "remove"}
"""What ending is called where it is not *cancel*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an overlap is to be settled: one of `WAYS`, and what was typed for it."""

    name: str
    value: str = ""
    until: str = ""
    distance: str = ""
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One step to be filed on one line, on a notification as it stands there."""

    line: str
    notice: Shown
    kind: str
    body: nt.Body
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be filed, in words first."""

    words: list[str]
    steps: list[Filing]
    doubts: list[str] = field(default_factory=list)


def way_of(given: dict[str, Any]) -> Way:
    """The one way that was typed.

    Raises:
        UsageError: none, or several, or an option without the one that it belongs to.
    """
    typed = [name for name in WAYS if given[name]]
    if len(typed) != 1:
        what = "say how" if not typed else "say one way only"
        raise UsageError(
            f"{what}: {OPTIONS}", advice="`tieline overlaps settle --help` has examples."
        )
    name = typed[0]
    for option, needs in (("until", "since"), ("distance", "separate")):
        if given[option] and name != needs:
            raise UsageError(f"--{option} goes with --{'from' if needs == 'since' else needs}")
    return Way(
        name=name,
        value=given[name] if isinstance(given[name], str) else "",
        until=given["until"],
        distance=given["distance"],
        why=given["why"],
        key=given["key"],
    )


def check_open(each: Shown) -> None:
    """An overlap that can still be settled.

    Raises:
        RefusedError: it is over.
    """
    if each["gone"] or each["state"] == PASSED:
        raise RefusedError(
            f"this overlap is over already: {each['state_words']}",
            advice="`tieline overlaps list` shows what overlaps now.",
        )


def plan_of(desk: Desk, line: str, each: Shown, way: Way, now_ms: int) -> Plan:
    """What will be filed.

    Raises:
        UsageError: no notification of ours is in it, or its procedure has no such step.
        RefusedError: nobody proposed what would be agreed to.
    """
    plans: dict[str, Callable[[], Plan]] = {
        "shift": lambda: _moved(desk, line, each, way, now_ms),
        "since": lambda: _moved(desk, line, each, way, now_ms),
        "cancel": lambda: _cancelled(desk, line, each, way),
        "separate": lambda: _separated(desk, line, each, way),
        "agree": lambda: _agreed(desk, line, each, way),
    }
    return plans[way.name]()


# -- ours: moved or cancelled


def _ours(each: Shown, way: Way) -> Shown:
    """Our notification in it.

    Raises:
        UsageError: none is ours, or both are and none was named.
    """
    ours = [side for side in each["between"] if side["ours"]]
    if way.key:
        ours = [side for side in ours if side["key"] == way.key]
    if not ours:
        names = " and ".join(f"{side['party']}'s {side['key']}" for side in each["between"])
        what = f"{way.key[:60]!r} is not ours in it" if way.key else "no notification in it is ours"
        raise UsageError(
            f"{what}: it lies between {names}",
            advice="Only who notified can move or cancel; propose it with --separate 'words'.",
        )
    if len(ours) > 1:
        keys = " or ".join(side["key"] for side in ours)
        raise UsageError(f"both notifications are ours; which one? --key {keys}")
    found: Shown = ours[0]
    return found


def _places(desk: Desk, line: str, side: Shown) -> dict[str, Shown]:
    """Our notification on every line that has it; by its entry where its key names another."""
    found = found_on(desk, None, side["key"]) if " " not in side["key"] else {}
    if found.get(line, {}).get("full_ref") == side["full_ref"]:
        return found
    return nt.lines_with(desk, side["ref"], [line])


def _moved(desk: Desk, line: str, each: Shown, way: Way, now_ms: int) -> Plan:
    side = _ours(each, way)
    places = _places(desk, line, side)
    steps, doubts = [], []
    for where, notice in places.items():
        try:
            steps.append(_amending(where, notice, way))
        except UsageError as error:
            if where == line:
                raise
            # What a line may not see cannot be moved there.
            doubts.append(f"nothing is amended on {title_of(desk, where)}: {error}")
    here = next(step for step in steps if step.line == line)
    times = f"{_when(here.notice['body'])} becomes {_when(here.body)}"
    if _envelope(here.body)[0] < now_ms:
        doubts.append("it would begin before now")
    return Plan(words=[f"Will amend {side['key']}: {times}"], steps=steps, doubts=doubts)


def _amending(line: str, notice: Shown, way: Way) -> Filing:
    """The amendment for one line; raises `UsageError` if its times cannot be moved there."""
    kind = f"{notice['procedure']}.amend"
    left = set(notice["body"].get("redacted", ()))
    new = _new_times(notice["body"], way)
    given = {name: value for name, value in new.items() if name not in left}
    body = nt.amended(notice, kind, given | ({"why": way.why} if way.why else {}))
    return Filing(line=line, notice=notice, kind=kind, body=body)


def _new_times(body: nt.Body, way: Way) -> nt.Body:
    if way.name == "shift":
        return moving.moved(body, moving.shift_ms(way.value))
    end = instant_ms(way.until) if way.until else None
    return {"volumes": moving.placed(body, instant_ms(way.value), end)}


def _envelope(body: nt.Body) -> tuple[int, int]:
    found = [envelope_ms(volume.window) for volume in volumes_of(body)]
    return min(start for start, _ in found), max(end for _, end in found)


def _when(body: nt.Body) -> str:
    return span_words(*_envelope(body)).removeprefix("from ")


def _cancelled(desk: Desk, line: str, each: Shown, way: Way) -> Plan:
    side = _ours(each, way)
    steps = []
    for where, notice in _places(desk, line, side).items():
        kind = f"{notice['procedure']}.{ENDS.get(notice['procedure'], 'cancel')}"
        given = {"why": way.why} if way.why else {}
        body = nt.checked(desk, where, kind, given)
        steps.append(Filing(line=where, notice=notice, kind=kind, body=body))
    return Plan(words=[f"Will cancel {side['key']}"], steps=steps)


def files_of(desk: Desk, step: Filing) -> tuple[bytes, ...]:
    """The files of a notification as they stand, so that an amendment still has them."""
    if not step.kind.endswith(".amend"):
        return ()
    listed = step.body.get("attachments")
    many = len(listed) if isinstance(listed, list) else 0
    wordings = step.notice["wordings"]
    return tuple(nt.attachment(desk, step.line, wordings, number + 1) for number in range(many))


# -- keeping apart


def _separated(desk: Desk, line: str, each: Shown, way: Way) -> Plan:
    """Propose it on the other's notification, or offer it on ours where that has no such step."""
    sides = [side for side in _spoken(each) if f"{side['procedure']}.separate" in BY_KIND]
    theirs = [side for side in sides if not side["ours"]]
    chosen = theirs or [side for side in sides if side["ours"]]
    other = _other(each)
    if not chosen or not other:
        raise UsageError(_nobody(each), advice="Move ours with --shift, or cancel it.")
    side = chosen[0]
    kind = f"{side['procedure']}.separate"
    given: dict[str, Any] = {"texts": texts_of(way.value, "en", None)}
    if way.distance:
        given["distance_m"] = length_m(way.distance)
    notice = nt.lines_with(desk, side["ref"], [line])[line]
    body = nt.checked(desk, line, kind, given)
    party = other if side["ours"] else ""
    what = "offer" if side["ours"] else "ask"
    words = f'Will {what} to keep apart, on {side["party"]}\'s {side["key"]}: "{way.value}"'
    return Plan(
        words=[words],
        steps=[Filing(line=line, notice=notice, kind=kind, body=body, party=party)],
    )


def _agreed(desk: Desk, line: str, each: Shown, way: Way) -> Plan:
    """Agree to what the other asked on ours, or offered on its own."""
    own = each["own"]
    for side in _spoken(each):
        other = _other(each)
        waits = parts.ASKED if side["ours"] else parts.OFFERED
        strand = other if side["ours"] else own
        if side["strands"].get(strand) != waits:
            continue
        kind = f"{side['procedure']}.agree"
        notice = nt.lines_with(desk, side["ref"], [line])[line]
        body = nt.checked(desk, line, kind, {"note": way.value})
        words = f"Will agree to what {other} proposed on {side['party']}'s {side['key']}"
        party = other if side["ours"] else ""
        return Plan(
            words=[words],
            steps=[Filing(line=line, notice=notice, kind=kind, body=body, party=party)],
        )
    raise RefusedError(
        f"nothing that the other side proposed waits for our word: {each['state_words']}",
        advice="Propose it yourself: --separate 'words'; the other side then agrees.",
    )


def _spoken(each: Shown) -> list[Shown]:
    """The notifications of the line in it that still stand."""
    return [s for s in each["between"] if s["source"] == "line" and not s["is_over"]]


def _other(each: Shown) -> str:
    """The other party in it; empty if there is none on this line."""
    others = [s["party"] for s in each["between"] if s["source"] == "line" and not s["ours"]]
    ours = any(s["ours"] for s in each["between"])
    return str(others[0]) if ours and others else ""


def _nobody(each: Shown) -> str:
    if any(side["source"] == "warning" for side in each["between"]):
        return "a published warning is in it, and nobody of this line answers for that"
    if all(side["ours"] for side in each["between"]):
        return "both notifications are ours, and there is nobody to agree with"
    if not any(side["ours"] for side in each["between"]):
        return "no notification in it is ours; those who notified speak with each other"
    kinds = " and ".join(sorted({side["procedure"] for side in _spoken(each)}))
    return f"there is no step to keep apart for {kinds}"

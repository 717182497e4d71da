"""Notifications: bodies of their forms, and a line with an activity, a convoy, a site, a stop."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from making.builder import Line
from making.common import LINE, MALFORMED, Files, case_file
from making.dialogue import VALUES, Talks
from making.kinds import TEXTS
from making.lines import found
from making.talk import dump
from tieline.procedures.form import Field, Form, Sort
from tieline.procedures.notification import NOTIFICATIONS

START_MS, END_MS = 1_795_300_000_000, 1_795_386_400_000
CENTRE = {"lat_e7": 543_333_333, "lon_e7": 121_666_667}
INTERVAL = [{"start_ms": START_MS, "end_ms": END_MS}]
CIRCLE: dict[str, Any] = {
    "shape": {"kind": "circle", "centre": CENTRE, "radius_m": 9_260},
    "window": INTERVAL,
}
CORRIDOR: dict[str, Any] = {
    "shape": {
        "kind": "corridor",
        "points": [[0, 1_799_999_999], [10_000_000, -1_800_000_000]],
        "half_width_m": 3_704,
        "edge": "rhumb",
    },
    "window": [
        {
            "first": "2026-12-01",
            "last": "2026-12-31",
            "since": {"minute": 0, "sun": "sunset"},
            "to": {"minute": 30, "sun": "sunrise"},
            "weekdays": ["mon", "fri"],
            "zone": "+05:30",
        }
    ],
    "band": {"lower_m": -200, "upper_m": 0},
    "coarse": "yes",
}
AREA: dict[str, Any] = {
    "shape": {"kind": "area", "ring": [[0, 0], [10_000_000, 0], [0, 10_000_000]]},
    "window": [{"start_ms": START_MS}],
}
OWN: dict[Sort, Any] = VALUES | {
    Sort.VOLUMES: [CIRCLE, CORRIDOR, AREA],
    Sort.POSITION: CENTRE,
    Sort.WAYPOINTS: [
        CENTRE | {"name": "Depot", "at_ms": START_MS},
        {"lat_e7": 0, "lon_e7": -1_800_000_000, "stop_min": 30},
    ],
    Sort.UNITS: [
        {"party": "bravo", "value": "radar 1"},
        {"party": "bravo", "value": "雷达站"},
    ],
    Sort.ATTACHMENTS: [
        {"name": "route.txt", "type": "text/plain", "length": 16, "sha256": "ab" * 32},
        {
            "name": "crew.txt",
            "type": "text/plain",
            "length": 64,
            "sha256": "cd" * 32,
            "personal": "yes",
        },
    ],
    Sort.FILES: [{"of": f"{LINE}/alpha-1 7 {'ab' * 32}", "attachment": 2}],
}
ACTIVITY: dict[str, Any] = {"key": "gunnery-4", "title": "Gunnery 4", "volumes": [CIRCLE]}


def circle(**changes: Any) -> dict[str, Any]:
    shape = CIRCLE["shape"] | changes
    return {"key": "k", "volumes": [CIRCLE | {"shape": shape}]}


def window(*spans: Any) -> dict[str, Any]:
    return {"key": "k", "volumes": [CIRCLE | {"window": list(spans)}]}


BAD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "activity-no-key": ("activity.notify", "no key", {"title": "Gunnery"}),
    "activity-volumes-none": ("activity.notify", "no volume", {"key": "k", "volumes": []}),
    "activity-radius-30000-km": (
        "activity.notify", "a radius of 30,000 km", circle(radius_m=30_000_000),
    ),
    "activity-beyond-the-pole": (
        "activity.notify", "north of the pole", circle(centre={"lat_e7": 900_000_001, "lon_e7": 0}),
    ),
    "activity-pole-with-longitude": (
        "activity.notify", "a pole with a longitude",
        circle(centre={"lat_e7": 900_000_000, "lon_e7": 1}),
    ),
    "activity-antimeridian-as-180": (
        "activity.notify", "180 degrees east is written as west",
        circle(centre={"lat_e7": 0, "lon_e7": 1_800_000_000}),
    ),
    "activity-ends-before-it-starts": (
        "activity.notify", "ends before it starts", window({"start_ms": 2, "end_ms": 1}),
    ),
    "activity-zone-of-a-place": (
        "activity.notify", "a zone by the name of a place",
        window({"first": "2026-12-01", "since": {"minute": 0}, "to": {"minute": 60},
                "zone": "Asia/Aden"}),
    ),
    "activity-ring-of-two": (
        "activity.notify", "a ring of two points",
        {"key": "k", "volumes": [AREA | {"shape": {"kind": "area", "ring": [[0, 0], [1, 1]]}}]},
    ),
    "activity-ring-closed": (
        "activity.notify", "the last corner repeats the first",
        {"key": "k", "volumes": [
            AREA | {"shape": {"kind": "area", "ring": [[0, 0], [1, 1], [0, 1], [0, 0]]}}]},
    ),
    "activity-coarse-no": (
        "activity.notify", "coarse is yes or absent", {"key": "k", "volumes": [
            CIRCLE | {"coarse": "no"}]},
    ),
    "activity-unit-twice": (
        "activity.notify", "one unit twice",
        {"key": "k", "must_know": [{"party": "bravo", "value": "radar"}] * 2},
    ),
    "activity-personal-no": (
        "activity.notify", "personal is yes or absent",
        {"key": "k", "attachments": [{
            "name": "a", "type": "", "length": 0, "sha256": "00" * 32, "personal": "no"}]},
    ),
    "activity-withdraw-file-0": (
        "activity.withdraw-file", "the message itself is no file", {
            "files": [{"of": f"{LINE}/alpha-1 7 {'ab' * 32}", "attachment": 0}], "why": "over"},
    ),
    "activity-withdraw-file-twice": (
        "activity.withdraw-file", "one file twice", {
            "files": [{"of": f"{LINE}/alpha-1 7 {'ab' * 32}", "attachment": 1}] * 2, "why": "over"},
    ),
    "activity-object-without-reasons": ("activity.object", "no reasons", {}),
    "activity-separate-nothing": ("activity.separate", "nothing is proposed", {}),
    "activity-readback-nothing": ("activity.readback", "no position", {"positions": []}),
    "movement-overdue-without-due": ("movement.overdue", "no instant", {}),
    "movement-slack-eight-days": ("movement.plan", "eight days", {"key": "k", "slack_min": 11_520}),
    "site-reconfirm-without-day": ("site.reconfirm", "no day", {"statement": "yes"}),
    "stop-relay-by-pigeon": (
        "stop.relay", "no such way", {"to": "x", "how": "pigeon", "at_ms": 0, "result": "reached"},
    ),
}  # fmt: skip


def value_of(field: Field) -> Any:
    if field.sort is Sort.CHOICE:
        return field.choices[0]
    if field.sort is Sort.INTEGER:
        return field.most
    return OWN[field.sort]


def full(form: Form) -> dict[str, Any]:
    return {field.name: value_of(field) for field in form}


def least(form: Form) -> dict[str, Any]:
    needed = {f.name for f in form if f.required} | {group[0] for group in form.either}
    return {name: value for name, value in full(form).items() if name in needed}


def make() -> Files:
    """Bodies of every form of the notifications, in the folder `message`."""
    files = {}
    for procedure in NOTIFICATIONS:
        for kind, form in procedure.bodies.items():
            if not isinstance(form, Form):
                continue
            name = f"message/body-{kind.replace('.', '-')}"
            headers = (("check", "body"), ("kind", kind))
            about = f"a body of {kind} that says everything"
            files[f"{name}.txt"] = case_file(about, dump(full(form)), *headers)
            about = f"a body of {kind} that says no more than it must"
            files[f"{name}-least.txt"] = case_file(about, dump(least(form)), *headers)
    for name, (kind, about, body) in BAD.items():
        headers = (("check", "body"), ("kind", kind))
        files[f"message/body-{name}.txt"] = case_file(about, dump(body), *headers, expect=MALFORMED)
    return files


def line() -> Line:
    """An activity through its answers and an amendment that crosses, a convoy, a site, a stop."""
    found_ = Line("notices", sealed=False, entropy=random.Random(4).randbytes)  # noqa: S311
    found(found_)
    talks = Talks(found_)
    _activity(talks)
    _movement(talks)
    site = found_.say("alpha", "site.notify", {"key": "clinic", "reconfirm_by_ms": START_MS})
    talks.move("bravo", "site.reconfirm", {"reconfirm_by_ms": END_MS}, site, "alpha")
    talks.move("alpha", "site.reconfirm", {"reconfirm_by_ms": END_MS}, site, "alpha")
    talks.move("alpha", "site.remove", {}, site)
    _stop(talks)
    return found_


def withdrawn() -> Line:
    """Two files, one of them personal: withdrawn by another party, as a whole, and rightly.

    The pouch no longer has the bytes of the one that was withdrawn, and says so.
    """
    found_ = Line("withdrawn", sealed=True, entropy=random.Random(5).randbytes)  # noqa: S311
    found(found_)
    talks = Talks(found_)
    crew, route = bytes(32) + b"six names\n", b"the usual road\n"
    listed = [
        {
            "name": name,
            "type": "text/plain",
            "length": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in (("crew.txt", crew), ("route.txt", route))
    ]
    body = {"key": "convoy", "attachments": [listed[0] | {"personal": "yes"}, listed[1]]}
    case = found_.say("alpha", "activity.notify", body, files=(crew, route))

    def named(number: int) -> dict[str, Any]:
        return {"files": [{"of": case.text(), "attachment": number}], "why": "it is over"}

    talks.move("bravo", "activity.withdraw-file", named(1), case, "alpha")
    talks.move("alpha", "activity.withdraw-file", named(2), case, "alpha")
    by = talks.move("alpha", "activity.withdraw-file", named(1), case, "alpha")
    found_.erase(case, 1)
    talks.move("alpha", "activity.cancel", {}, case)
    items = [{"ref": by.text(), "result": "erased"}]
    found_.say("bravo", "opened.batch", {"items": items}, by=("node",), from_="bravo/node")
    return found_


def _activity(talks: Talks) -> None:
    case = talks.line.say("alpha", "activity.notify", ACTIVITY)
    talks.move("bravo", "activity.cancel", {}, case)
    talks.move("bravo", "activity.query", {"texts": TEXTS}, case, "bravo")
    talks.move("alpha", "activity.explain", {"texts": TEXTS}, case, "bravo")
    read = {"positions": [{"lat_e7": 543_333_333, "lon_e7": 122_500_000}]}
    talks.move("bravo", "activity.readback", read, case, "bravo")
    talks.look("bravo")
    amended = {"title": "Gunnery 5", "volumes": [AREA]}
    talks.move("alpha", "activity.amend", amended, case)
    # Bravo speaks without having seen the amendment, and then in view of both.
    talks.line.say(
        "bravo", "activity.object", {"why": "our ground"}, blind=True,
        case=case.text(), after=[_tip(talks, case, "bravo")], strands=["bravo"],
    )  # fmt: skip
    talks.move("bravo", "activity.take", {}, case, "bravo")
    talks.move("bravo", "activity.separate", {"distance_m": 18_520}, case, "bravo")
    talks.move("bravo", "activity.agree", {}, case, "bravo")
    talks.move("alpha", "activity.agree", {}, case, "bravo")
    talks.move("alpha", "activity.replace", {"by": "gunnery-6"}, case)
    talks.move("bravo", "activity.take", {}, case, "bravo")


def _tip(talks: Talks, case: Any, strand: str) -> str:
    """The newest step of a strand that its own party took: what it has in view, when blind."""
    found_ = talks.line.fold.view.case_at(case)
    assert found_ is not None
    own = [s for s in found_.strands[strand] if s.author == strand]
    return own[-1].ref.text()


def _movement(talks: Talks) -> None:
    line_ = talks.line
    by = (line_.time_s + 600) * 1000
    case = line_.say("alpha", "movement.plan", {"key": "convoy", "arrive_ms": by, "slack_min": 10})
    node = {"by": ("node",), "from_": "alpha/node"}
    due = by + 600_000
    talks.move("alpha", "movement.overdue", {"due_ms": due}, case, "alpha", issued=due - 1, **node)
    talks.move("alpha", "movement.hold", {"arrive_ms": by + 60_000}, case, "alpha")
    talks.move("alpha", "movement.overdue", {"due_ms": due}, case, "alpha", issued=due, **node)
    late = due + 60_000
    talks.move("bravo", "movement.overdue", {"due_ms": late}, case, "alpha", issued=late)
    talks.move("alpha", "movement.overdue", {"due_ms": late}, case, "alpha", issued=late, **node)
    talks.move("alpha", "movement.arrive", {}, case, "alpha")


def _stop(talks: Talks) -> None:
    line_ = talks.line
    case = line_.say("alpha", "stop.call", {"key": "stop-1", "at": CENTRE}, level="FLASH")
    relay = {"to": "bravo/watch", "how": "telephone", "at_ms": 0, "result": "no answer"}
    talks.move("alpha", "stop.relay", relay, case, "alpha")
    talks.move("bravo", "stop.acknowledge", {}, case, "bravo")
    # A minute after the acknowledgement: time goes on by one with each entry.
    acked = line_.time_s
    node = {"by": ("node",), "from_": "alpha/node"}
    body = {"clock": "answer", "rung": 0, "next": "", "receipt": "", "allowed": 120}
    early = acked * 1000
    talks.move("alpha", "stop.expired", body, case, "bravo", issued=early, **node)
    after = (acked + 61) * 1000
    talks.move("alpha", "stop.expired", body, case, "bravo", issued=after, **node)
    talks.move("bravo", "stop.cannot", {"why": "not our fire"}, case, "bravo")
    talks.move("alpha", "stop.end", {}, case)

"""Movements on their way: departed, at a waypoint, held, rerouted, arrived, aborted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from tieline.cli.choosing import pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.look import examples
from tieline.cli.notifyparts import (
    KeyArgument,
    LinesOption,
    SetOption,
    SureOption,
    WaypointOption,
    ask_doubts,
    found_on,
    office_on,
)
from tieline.cli.said import report
from tieline.cli.send import OwnOfficeOption, WithOption
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.notifyfiles import with_files
from tieline.desk.placing import Doubts
from tieline.errors import UsageError
from tieline.space.body import write_position

AtOption = Annotated[
    str, typer.Option("--at", metavar="TIME", help="When; default: now. As 2026-12-01T09:00Z.")
]
PositionOption = Annotated[str, typer.Option("--position", help="Where it is.")]
PlaceOption = Annotated[str, typer.Option("--place", help="Where, in words.")]
ArriveOption = Annotated[
    str, typer.Option("--arrive", metavar="TIME", help="When it arrives, from now on.")
]
NoteOption = Annotated[str, typer.Option("--note", help="Anything beside it.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason.")]
app = typer.Typer(
    no_args_is_help=True,
    help="A movement of ours on its way; it is overdue by itself when no word comes.",
    epilog=examples("tieline notify move depart convoy-7 --arrive 2026-12-01T10:00Z"),
)


def _moved(verb: str, given: dict[str, Any]) -> None:
    doubts = Doubts()
    body: dict[str, Any] = {
        name: given.get(name) for name in ("place", "note", "why") if given.get(name)
    }
    if given.get("position"):
        body["position"] = dict(write_position(doubts.of(given["position"])))
    if given.get("waypoint"):
        body["route"] = pl.route_of(given["waypoint"], doubts)
    ask_doubts(doubts, sure=given.get("sure", False))
    kind = f"movement.{verb}"
    names = {field.name for field in nt.form_of(kind)}
    if "at_ms" in names:
        body["at_ms"] = given.get("at") or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if given.get("arrive"):
        body["arrive_ms"] = given["arrive"]
    body |= nt.settings_of(kind, given.get("settings") or ())
    with desk_at(given["home"]) as desk:
        pick_signers(desk, given["officers"], given["second"])
        found = found_on(desk, given["lines"], given["key"])
        for line, notice in found.items():
            if notice["procedure"] != "movement":
                raise UsageError(f"{given['key']} is no movement")
            checked = nt.checked(desk, line, kind, body)
            files: tuple[bytes, ...] = ()
            if verb == "reroute":
                checked, files = with_files(desk, line, notice, kind, checked)
            said = nt.step(
                desk, notice, line=line, kind=kind, body=checked,
                office=office_on(desk, line, given["office"]), attachments=files,
            )  # fmt: skip
            what = f"{verb.capitalize()}: {notice['title'] or notice['key']}"
            report(desk, line, said, what=what, as_json=given["as_json"])


def depart(
    key: KeyArgument,
    *,
    at: AtOption = "",
    position: PositionOption = "",
    place: PlaceOption = "",
    arrive: ArriveOption = "",
    note: NoteOption = "",
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that it departed."""
    _moved("depart", locals())


def waypoint(
    key: KeyArgument,
    *,
    at: AtOption = "",
    position: PositionOption = "",
    place: PlaceOption = "",
    arrive: ArriveOption = "",
    note: NoteOption = "",
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that it is at a waypoint."""
    _moved("waypoint", locals())


def hold(
    key: KeyArgument,
    *,
    at: AtOption = "",
    position: PositionOption = "",
    place: PlaceOption = "",
    arrive: ArriveOption = "",
    why: WhyOption = "",
    note: NoteOption = "",
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that it is held on its way."""
    _moved("hold", locals())


def reroute(
    key: KeyArgument,
    *,
    route: WaypointOption = None,
    arrive: ArriveOption = "",
    why: WhyOption = "",
    settings: SetOption = None,
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take it by another route; the others have to read it again."""
    if not route:
        raise UsageError("the new route is missing: give each --waypoint in order")
    _moved("reroute", locals() | {"waypoint": route})


def arrived(
    key: KeyArgument,
    *,
    at: AtOption = "",
    place: PlaceOption = "",
    note: NoteOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that it arrived."""
    _moved("arrive", locals())


def abort(
    key: KeyArgument,
    *,
    why: WhyOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that it was aborted on its way."""
    _moved("abort", locals())


VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "depart": (depart, "tieline notify move depart convoy-7 --arrive 2026-12-01T10:00Z"),
    "waypoint": (waypoint, "tieline notify move waypoint convoy-7 --place 'north bridge'"),
    "hold": (hold, "tieline notify move hold convoy-7 --why checkpoint --arrive 2026-12-01T12:00Z"),
    "reroute": (
        reroute,
        "tieline notify move reroute convoy-7 --waypoint '12.5N 45.0E' --waypoint '12.8N 45.4E'",
    ),
    "arrive": (arrived, "tieline notify move arrive convoy-7"),
    "abort": (abort, "tieline notify move abort convoy-7 --why 'road mined'"),
}
for _name, (_command, _example) in VERBS.items():
    app.command(_name, epilog=examples(_example))(_command)

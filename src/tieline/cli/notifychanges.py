"""Changes to notifications of ours: amended, cancelled, replaced, on every line that has them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tieline.cli.choosing import pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.notifycompose import SortOption, TextArgument, TitleOption, draft_of, told
from tieline.cli.notifyparts import (
    AreaOption,
    CoarseOption,
    ContactOption,
    CorridorOption,
    DailyOption,
    GeoOption,
    KeyArgument,
    LinesOption,
    MustKnowOption,
    PointOption,
    SectorOption,
    SetOption,
    ShapeOptions,
    SinceOption,
    SureOption,
    UntilOption,
    WaypointOption,
    ask_doubts,
    found_on,
    office_on,
    value_of,
)
from tieline.cli.send import (
    AlsoOption,
    AttachOption,
    FileOption,
    LangOption,
    OwnOfficeOption,
    WithOption,
)
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.speaking import Desk

WhyOption = Annotated[str, typer.Option("--why", help="The reason.")]


def amend(
    key: KeyArgument,
    text: TextArgument = "",
    *,
    why: WhyOption = "",
    title: TitleOption = "",
    sort: SortOption = "",
    point: PointOption = None,
    circle: ShapeOptions = None,
    corridor: CorridorOption = None,
    area: AreaOption = None,
    sector: SectorOption = None,
    geojson: GeoOption = None,
    since: SinceOption = "",
    until: UntilOption = "",
    daily: DailyOption = "",
    coarse: CoarseOption = False,
    waypoint: WaypointOption = None,
    contact: ContactOption = None,
    must_know: MustKnowOption = None,
    settings: SetOption = None,
    attach: AttachOption = None,
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    lines: LinesOption = None,
    sure: SureOption = False,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a notification of ours, on every line that has it; the others have to read it again.

    What is not named stays as it was. What a line may not see stays withheld there.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        found = found_on(desk, lines, key)
        first, notice = next(iter(found.items()))
        kind = f"{notice['procedure']}.amend"
        fields = value_of(title=title, sort=sort, why=why)
        before = pl.volumes_before(notice)
        given = locals() | {"fields": fields, "ask": False, "before": before}
        draft = draft_of(desk, first, kind, given)
        ask_doubts(draft.doubts, sure=sure)

        def amended(line: str, there: dict[str, Any]) -> nt.Sent:
            return _amended(desk, line, there, draft, office)

        sent = nt.on_each(found, amended)
        told(desk, str(notice["key"]), sent, as_json=as_json)


def _amended(desk: Desk, line: str, there: dict[str, Any], draft: nt.Draft, office: str) -> nt.Sent:
    """One line's amendment: what it may not see stays withheld."""
    left = set(there["body"].get("redacted", ()))
    named = nt.for_line(desk, draft, line).body
    changed = {name: value for name, value in named.items() if name not in left}
    files = draft.attachments if "attachments" in changed else _files(desk, line, there)
    said = nt.step(
        desk,
        there,
        line=line,
        kind=draft.kind,
        body=nt.amended(there, draft.kind, changed),
        office=office_on(desk, line, office),
        attachments=files,
    )
    return nt.Sent(line=line, said=said, redacted=tuple(sorted(left)))


def _files(desk: Desk, line: str, notice: dict[str, Any]) -> tuple[bytes, ...]:
    """The files of a notification as they stand, so that an amendment still has them."""
    listed = notice["body"].get("attachments") or ()
    return tuple(
        nt.attachment(desk, line, notice["wordings"], number + 1) for number in range(len(listed))
    )


def _ended(verb: str, key: str, body: dict[str, Any], given: dict[str, Any]) -> None:
    with desk_at(given["home"]) as desk:
        pick_signers(desk, given["officers"], given["second"])

        def ended(line: str, notice: dict[str, Any]) -> nt.Sent:
            kind = f"{notice['procedure']}.{_end_of(verb, str(notice['procedure']))}"
            office = office_on(desk, line, given["office"])
            whole = nt.checked(desk, line, kind, body)
            said = nt.step(desk, notice, line=line, kind=kind, body=whole, office=office)
            return nt.Sent(line=line, said=said)

        sent = nt.on_each(found_on(desk, given["lines"], key), ended)
        told(desk, key, sent, as_json=given["as_json"])


def _end_of(verb: str, procedure: str) -> str:
    """What ending is called: a site is removed, a stop is over."""
    names = {"site": "remove", "stop": "end"}
    return names.get(procedure, verb) if verb == "cancel" else verb


def cancel(
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
    """Cancel a notification of ours, or take a site off the list, on every line that has it."""
    _ended("cancel", key, value_of(why=why), locals())


def replaced(
    key: KeyArgument,
    *,
    by: Annotated[str, typer.Option("--by", help="Key of the one that stands in its place.")],
    why: WhyOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an activity or hazard of ours because another notification stands in its place."""
    _ended("replace", key, value_of(why=why, by=by), locals())

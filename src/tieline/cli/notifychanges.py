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
    PersonalOption,
    WithOption,
)
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.mustknow import refuse_strangers
from tieline.desk.notifyfiles import to_withdraw, with_files
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.notification.parts import withdraw_kind
from tieline.procedures.sorts import ATTACHMENTS_MAX

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
    personal: PersonalOption = None,
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
        refuse_strangers(desk, draft.body, list(found))
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
    body, files = with_files(desk, line, there, draft.kind, changed, files=draft.attachments)
    said = nt.step(
        desk,
        there,
        line=line,
        kind=draft.kind,
        body=body,
        office=office_on(desk, line, office),
        attachments=files,
    )
    return nt.Sent(line=line, said=said, redacted=tuple(sorted(left)))


def withdraw_file(
    key: KeyArgument,
    *,
    number: Annotated[
        int | None,
        typer.Option("--attachment", min=1, max=ATTACHMENTS_MAX, help="As `show` numbers it."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every personal file of it.")] = False,
    of: Annotated[
        str, typer.Option("--of", metavar="REF", help="Of this wording alone: alpha-1:12.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="The reason.")],
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a file of personal data: all nodes of the line are to erase it, ours too.

    Copies of it in other wordings go with it. The other parties' nodes say whether they erased it,
    and `show` tells. What was read, copied, printed or backed up is beyond reach. It can be done at
    any time, and never be undone.
    """
    if (number is not None) == every:
        raise UsageError("name one file with --attachment, or all of them with --all")
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)

        def withdrawn(line: str, notice: dict[str, Any]) -> nt.Sent:
            kind = withdraw_kind(str(notice["procedure"]))
            body = {"files": to_withdraw(notice, number or 0, of), "why": why}
            whole = nt.checked(desk, line, kind, body)
            by = office_on(desk, line, office)
            said = nt.step(desk, notice, line=line, kind=kind, body=whole, office=by)
            return nt.Sent(line=line, said=said)

        sent = nt.on_each(found_on(desk, lines, key), withdrawn)
        told(desk, key, sent, as_json=as_json)


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

"""Notify: say what we will do and what we protect, and change or end what we said."""

from __future__ import annotations

from typing import Annotated

import typer

from tieline.cli import notifyanswers, notifyhand, notifymoves, notifysites, notifystops, notifyview
from tieline.cli.choosing import pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.look import examples
from tieline.cli.notifychanges import amend, cancel, replaced, withdraw_file
from tieline.cli.notifycompose import (
    KeyOption,
    SortOption,
    TextArgument,
    TitleOption,
    draft_of,
    told,
)
from tieline.cli.notifyparts import (
    AreaOption,
    CoarseOption,
    ContactOption,
    CorridorOption,
    DailyOption,
    GeoOption,
    LinesOption,
    MustKnowOption,
    PointOption,
    RedactOption,
    SectorOption,
    SetOption,
    ShapeOptions,
    SinceOption,
    SureOption,
    UntilOption,
    WaypointOption,
    ask_doubts,
    guided,
    named_lines,
    office_on,
    on_terminal,
    value_of,
)
from tieline.cli.send import (
    AlsoOption,
    AttachOption,
    FileOption,
    LangOption,
    LevelOption,
    MarkOption,
    OwnOfficeOption,
    PersonalOption,
    WithOption,
)
from tieline.desk import notifying as nt
from tieline.errors import UsageError
from tieline.procedures.form import Sort

KINDS = ("activity", "hazard", "site", "movement")
KindArgument = Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))]
app = typer.Typer(
    no_args_is_help=True,
    help="Notifications: what we will do, what we protect, STOP; none of it asks for a clearance.",
    epilog=examples(
        "tieline notify new activity --title 'Gunnery 4' --sort firing "
        "--circle '54-20N 012-10E r=5nm' --from 2026-12-01T08:00Z --until 2026-12-01T16:00Z",
        "tieline notify take gunnery-4",
        "tieline notify stop call --at '54.3321N 12.1667E' --what site",
    ),
)


def new(
    kind: KindArgument = "",
    text: TextArgument = "",
    *,
    key: KeyOption = "",
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
    redact: RedactOption = None,
    level: LevelOption = "",
    mark: MarkOption = "",
    sure: SureOption = False,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """File a notification on one line or on several; what is missing is asked for on a terminal.

    What is incomplete or late is flagged. Names of persons go into --personal: it can be withdrawn.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        names = named_lines(desk, lines)
        kind = guided(kind, f"What: {', '.join(KINDS)}")
        if kind not in KINDS:
            raise UsageError(f"name what is notified: {', '.join(KINDS)}")
        ask = on_terminal() and not title
        opening = nt.OPENINGS[kind]
        fields = value_of(
            key=key or nt.fresh_key(kind),
            title=guided(title, "What it is called"),
            sort=guided(sort, f"Sort ({_sorts(opening)})", needed=ask),
        )
        draft = draft_of(desk, next(iter(names.values())), opening, locals() | {"fields": fields})
        ask_doubts(draft.doubts, sure=sure)
        to = nt.recipients(list(names.values()), names, redact or ())
        office = office_on(desk, to[0].line, office)
        sent = nt.send(desk, draft, to, office=office, **value_of(level=level, mark=mark))
        told(desk, str(draft.body["key"]), sent, as_json=as_json)


def _sorts(kind: str) -> str:
    field = nt.form_of(kind).field("sort")
    return ", ".join(field.choices) if field is not None and field.sort is Sort.CHOICE else ""


def register(program: typer.Typer) -> None:
    """Hang the verbs of notifications into the program."""
    app.command(
        "new",
        epilog=examples(
            "tieline notify new activity --title 'Gunnery 4' --sort firing "
            "--circle '54-20N 012-10E r=5nm' --from 2026-12-01T08:00Z --until 2026-12-01T16:00Z",
            "tieline notify new hazard --title Debris --area '10N 40E; 11N 40E; 11N 42E' "
            "--from 2026-12-01 --until 2026-12-05 --daily '0600-1800 +02:00'",
            "tieline notify new movement --title 'Convoy 7' --waypoint '12.5N 45.0E "
            "@2026-12-01T06:00Z =Depot' --waypoint '12.9N 45.2E @2026-12-01T09:00Z =Clinic' "
            "--set arrive=2026-12-01T09:00Z --set people=6 --set guards=none --personal crew.txt "
            "--line north --line south --redact south:people,vehicles",
            "tieline notify new hazard --title Blasting --circle '54-20N 012-10E r=2km' "
            "--from 2026-12-01T08:00Z --until 2026-12-01T12:00Z --line house",
        ),
    )(new)
    app.command(
        "amend",
        epilog=examples(
            "tieline notify amend gunnery-4 --circle '54-25N 012-10E r=5nm' "
            "--from 2026-12-01T08:00Z --why 'wind'"
        ),
    )(amend)
    app.command("cancel", epilog=examples("tieline notify cancel gunnery-4 --why 'weather'"))(
        cancel
    )
    app.command(
        "withdraw-file",
        epilog=examples(
            "tieline notify withdraw-file convoy-7 --attachment 1 --why 'the trip is over'",
            "tieline notify withdraw-file convoy-7 --all --why 'the trip is over'",
            "tieline notify withdraw-file convoy-7 --attachment 1 --of alpha-1:12 --why 'wrong'",
        ),
    )(withdraw_file)
    app.command("replace", epilog=examples("tieline notify replace gunnery-4 --by gunnery-5"))(
        replaced
    )
    for part in (notifyanswers, notifyhand, notifyview):
        part.register(app)
    for name, group in (
        ("stop", notifystops.app),
        ("move", notifymoves.app),
        ("sites", notifysites.app),
    ):
        app.add_typer(group, name=name)
    program.add_typer(app, name="notify")

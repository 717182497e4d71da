"""Notify: say what we will do and what we protect, and change or end what we said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import notifyanswers, notifymoves, notifysites, notifystops, notifyview
from tieline.cli.choosing import pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.intake import attachments_from, texts_of, words_from
from tieline.cli.look import examples, safe
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
    RedactOption,
    SetOption,
    ShapeOptions,
    SinceOption,
    SureOption,
    UntilOption,
    WaypointOption,
    ask_doubts,
    found_on,
    guided,
    named_lines,
    office_on,
    on_terminal,
    title_of,
    value_of,
)
from tieline.cli.said import emit_or_print
from tieline.cli.send import (
    AlsoOption,
    AttachOption,
    FileOption,
    LangOption,
    LevelOption,
    MarkOption,
    OwnOfficeOption,
    WithOption,
)
from tieline.desk import notifying as nt
from tieline.desk.placing import Doubts, geojson_shapes, shapes_of, window_of
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.form import Sort

KINDS = ("activity", "hazard", "site", "movement")
KindArgument = Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))]
TextArgument = Annotated[str, typer.Argument(help="What else there is to say; - reads it.")]
KeyOption = Annotated[str, typer.Option("--key", help="Names it on every line; default: new.")]
TitleOption = Annotated[str, typer.Option("--title", help="What it is called.")]
SortOption = Annotated[
    str, typer.Option("--sort", help="What sort: exercise, closed area, hospital ...")
]
WhyOption = Annotated[str, typer.Option("--why", help="The reason.")]
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


def _shapes(given: dict[str, Any], doubts: Doubts) -> Any:
    typed = [
        (name, text)
        for name in ("point", "circle", "corridor", "area")
        for text in given.get(name) or ()
    ]
    if not typed and given.get("geojson") is None and given["ask"]:
        kind = guided("", "Where: point, circle, corridor or area (empty: none)")
        if kind:
            typed = [(kind, guided("", f"{kind}, as in --help"))]
    shapes = shapes_of(typed, doubts) if typed else ()
    more = geojson_shapes(given["geojson"]) if given.get("geojson") is not None else ()
    return (*shapes, *more)


def _draft(desk: Desk, line: str, kind: str, given: dict[str, Any]) -> nt.Draft:
    """A notification from the options, with the doubts about its positions."""
    doubts = Doubts()
    values: dict[str, Any] = dict(given["fields"])
    shapes = _shapes(given, doubts)
    since = given["since"]
    if shapes and not since and given["ask"]:
        since = guided("", "Since when, as 2026-12-01T09:00Z (empty: now)")
    window = window_of(since, given["until"], given["daily"])
    before = given.get("before", ())
    if shapes or (before and (window is not None or given["coarse"])):
        values["volumes"] = nt.volumes_from(
            shapes, window, before, coarse=given["coarse"], now_ms=int(time.time() * 1000)
        )
    if given["waypoint"]:
        values["route"] = [nt.waypoint(each, doubts) for each in given["waypoint"]]
    if given["must_know"]:
        values["must_know"] = nt.units_of(given["must_know"])
    if given["contact"]:
        values["contact"] = list(given["contact"])
    described, files = attachments_from(given["attach"])
    if described:
        values["attachments"] = described
    words = words_from(given["text"], given["file"], needed=False)
    if words:
        values["texts"] = texts_of(words, given["lang"], given["also"])
    values |= nt.settings_of(kind, given["settings"] or ())
    body = nt.checked(desk, line, kind, values)
    return nt.Draft(kind=kind, body=body, attachments=files, doubts=doubts)


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

    Incomplete or late ones are taken and flagged. Names of persons belong into a file that is
    attached, not into a field.
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
        draft = _draft(desk, next(iter(names.values())), opening, locals() | {"fields": fields})
        ask_doubts(draft.doubts, sure=sure)
        to = nt.recipients(list(names.values()), names, redact or ())
        more = value_of(level=level, mark=mark)
        office = office_on(desk, to[0].line, office)
        sent = nt.send(desk, draft, to, office=office, **more)
        _told(desk, str(draft.body["key"]), sent, as_json=as_json)


def _sorts(kind: str) -> str:
    field = nt.form_of(kind).field("sort")
    return ", ".join(field.choices) if field is not None and field.sort is Sort.CHOICE else ""


def _told(desk: Desk, key: str, sent: list[nt.Sent], *, as_json: bool) -> None:
    value = {
        "key": key,
        "sent": [
            {
                "line": each.line,
                "ref": each.said.short if each.said is not None else "",
                "full_ref": each.said.ref if each.said is not None else "",
                "waiting": each.said.waiting if each.said is not None else False,
                "redacted": list(each.redacted),
                "fault": each.fault,
            }
            for each in sent
        ],
    }
    emit_or_print(value, list(_lines(desk, key, sent)), as_json=as_json)
    if all(each.said is None for each in sent):
        raise UsageError("no line took it")


def _lines(desk: Desk, key: str, sent: list[nt.Sent]) -> Iterator[RenderableType]:
    yield Text.assemble(("Key ", "dim"), (key, "bold"))
    for each in sent:
        head = safe(f"{title_of(desk, each.line)}: ", "bold")
        if each.said is None:
            yield head.append_text(safe(f"NOT filed: {each.fault}", "bold red"))
        elif each.said.waiting:
            yield head.append("waits for a second person: ").append(
                f"tieline release {each.said.id[:8]}", style="bold"
            )
        else:
            withheld = f", without {', '.join(each.redacted)}" if each.redacted else ""
            yield head.append_text(safe(f"filed as {each.said.short}{withheld}"))


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
        before = nt.volumes_before(notice)
        given = locals() | {"fields": fields, "ask": False, "before": before}
        draft = _draft(desk, first, kind, given)
        ask_doubts(draft.doubts, sure=sure)
        sent = []
        for line, there in found.items():
            left = set(there["body"].get("redacted", ()))
            changed = {n: v for n, v in draft.body.items() if n not in left}
            body = nt.amended(there, kind, changed)
            files = draft.attachments if "attachments" in changed else _files(desk, line, there)
            whole = nt.Draft(kind=kind, body=body, attachments=files)
            said = nt.step(
                desk, there, line=line, kind=kind, body=whole.body,
                office=office_on(desk, line, office), attachments=whole.attachments,
            )  # fmt: skip
            sent.append(nt.Sent(line=line, said=said, redacted=tuple(sorted(left))))
        _told(desk, str(notice["key"]), sent, as_json=as_json)


def _files(desk: Desk, line: str, notice: dict[str, Any]) -> tuple[bytes, ...]:
    """The files of a notification as they stand, so that an amendment still has them."""
    listed = notice["body"].get("attachments") or ()
    return tuple(
        nt.attachment(desk, line, notice["wordings"], number + 1) for number in range(len(listed))
    )


def _ended(verb: str, key: str, body: dict[str, Any], given: dict[str, Any]) -> None:
    with desk_at(given["home"]) as desk:
        pick_signers(desk, given["officers"], given["second"])
        sent = []
        for line, notice in found_on(desk, given["lines"], key).items():
            name = verb
            if verb == "cancel" and notice["procedure"] in {"site", "stop"}:
                name = "remove" if notice["procedure"] == "site" else "end"
            kind = f"{notice['procedure']}.{name}"
            said = nt.step(
                desk, notice, line=line, kind=kind, body=nt.checked(desk, line, kind, body),
                office=office_on(desk, line, given["office"]),
            )  # fmt: skip
            sent.append(nt.Sent(line=line, said=said))
        _told(desk, key, sent, as_json=given["as_json"])


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
            "--set arrive=2026-12-01T09:00Z --set people=6 --set guards=none --attach crew.txt "
            "--line north --line south --redact south:people,vehicles",
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
    app.command("replace", epilog=examples("tieline notify replace gunnery-4 --by gunnery-5"))(
        replaced
    )
    for part in (notifyanswers, notifyview):
        part.register(app)
    for name, group in (
        ("stop", notifystops.app),
        ("move", notifymoves.app),
        ("sites", notifysites.app),
    ):
        app.add_typer(group, name=name)
    program.add_typer(app, name="notify")

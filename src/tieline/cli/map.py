"""Map: a small picture of notifications and their overlaps, and files for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli.choosing import line_for
from tieline.cli.frame import HomeOption, JsonOption, desk_at, settings_of
from tieline.cli.look import counted, examples, safe
from tieline.cli.overlapsources import (
    FAULTS_SHOWN,
    FilesArgument,
    KnownOption,
    LinesOption,
    OwnOption,
    RulesOption,
    Sources,
    known_at,
    packs_named,
    read_sources,
)
from tieline.cli.said import emit_or_print
from tieline.deconfliction import report
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Result
from tieline.deconfliction.rules import Pack
from tieline.desk.papering import write_bytes
from tieline.errors import UsageError
from tieline.feeds.keeping import FILE_NAME, Keeping
from tieline.files import calendar, cap, geojson, kml
from tieline.files.chart import make_chart
from tieline.files.pictures import png, svg
from tieline.overlapping.packs import adopted
from tieline.papers.paper import mark_words
from tieline.record.marking import parse_marking

EXAMPLES = examples(
    "tieline map warnings.json Aid=convoy.gpx --svg map.svg --png map.png",
    "tieline map --line 'North and South' --geojson out.geojson --kml out.kml --ics out.ics",
    "tieline map --line 'North and South' --kept --only convoy-7 --only 'HYDROLANT 603/23' "
    "--svg map.svg",
    "tieline map hazards.geojson --cap alerts --sender watch@example.org --status Exercise",
)
OutOption = Path | None
KeptOption = Annotated[
    bool, typer.Option("--kept", help="The warnings in force that the home keeps as well.")
]


def map_(
    files: FilesArgument = None,
    *,
    lines: LinesOption = None,
    rules: RulesOption = None,
    own: OwnOption = False,
    known: KnownOption = "",
    kept: KeptOption = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="KEY", help="Only this one; repeat it.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Above the map.")] = "Notifications",
    mark: Annotated[
        str, typer.Option("--mark", help="own, line or publishable: stands on the picture.")
    ] = "own",
    to_svg: Annotated[OutOption, typer.Option("--svg", help="Write a picture as SVG.")] = None,
    to_png: Annotated[OutOption, typer.Option("--png", help="Write a picture as PNG.")] = None,
    to_geojson: Annotated[OutOption, typer.Option("--geojson", help="Write GeoJSON.")] = None,
    to_kml: Annotated[OutOption, typer.Option("--kml", help="Write KML.")] = None,
    to_ics: Annotated[OutOption, typer.Option("--ics", help="Write windows as a calendar.")] = None,
    to_cap: Annotated[
        OutOption, typer.Option("--cap", metavar="FOLDER", help="Write CAP alerts, one a file.")
    ] = None,
    sender: Annotated[str, typer.Option("--sender", help="Who sends alerts: an address.")] = "",
    status: Annotated[
        str, typer.Option("--status", help=f"Of alerts: {', '.join(cap.STATUSES)}.")
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw notifications and overlaps, or write them for other programs; files are replaced.

    Without --rules those hold that the home has adopted for the lines named.
    """
    if not any((to_svg, to_png, to_geojson, to_kml, to_ics, to_cap)):
        raise UsageError("say what to write: --svg, --png, --geojson, --kml, --ics or --cap")
    packs, marking = _packs(rules, lines, home), parse_marking(mark)
    now_ms = known_at(known)
    sources = read_sources(files, lines, home) if files or lines or not kept else Sources()
    told = _chosen((*sources.notified, *(_kept(home, now_ms) if kept else ())), only or [])
    out: dict[Path, bytes] = {}
    notes: list[str] = []
    if to_svg or to_png:
        result = find(told, known_ms=now_ms, packs=packs, own_too=own)
        out |= _pictures(
            told, result, title, mark_words(marking), {svg: to_svg, png: to_png}, notes=notes
        )
    out |= {to_geojson: geojson.write(told)} if to_geojson else {}
    out |= {to_kml: kml.write(told, title=title)} if to_kml else {}
    if to_ics:
        sheet = calendar.write(told, name=title, now_ms=now_ms)
        notes += sheet.left_out
        out[to_ics] = sheet.data
    if to_cap:
        out |= _alerts(told, to_cap, cap.Head(sender=sender, sent_ms=now_ms, status=status), notes)
    _write(out, len(told), [*notes, *sources.faults[:FAULTS_SHOWN]], as_json=as_json)


def _write(out: dict[Path, bytes], notified: int, notes: list[str], *, as_json: bool) -> None:
    for path, data in out.items():
        write_bytes(path, data)
    value = {"written": [str(path) for path in out], "notified": notified, "notes": notes}
    parts: list[RenderableType] = [
        safe(f"Written: {path} ({counted(notified, 'notification')})") for path in out
    ]
    emit_or_print(value, [*parts, *(safe(f"  {words}", "dim") for words in notes)], as_json=as_json)


def _packs(rules: list[str] | None, lines: list[str] | None, home: Path | None) -> tuple[Pack, ...]:
    """The packs that are named, else those that the home has adopted for the lines."""
    if rules or not lines:
        return packs_named(rules)
    with desk_at(home) as desk:
        named = [adopted(desk.home.path, line_for(desk, name)).packs for name in lines]
    return tuple({pack.name: pack for packs in named for pack in packs}.values())


def _kept(home: Path | None, now_ms: int) -> tuple[Notified, ...]:
    keeping = Keeping(settings_of(home).home / FILE_NAME)
    try:
        return keeping.in_force(now_ms)
    finally:
        keeping.close()


def _pictures(
    told: tuple[Notified, ...],
    result: Result,
    title: str,
    mark: str,
    targets: dict[Callable[..., str | bytes], Path | None],
    *,
    notes: list[str],
) -> dict[Path, bytes]:
    """Each picture that is wanted, by how it is drawn."""
    under = f"{report.summary(result)}. {report.NO_CLEARANCE}"
    chart = make_chart(told, result.overlaps, title=title, under=under)
    notes += chart.left_out
    drawn = {path: draw(chart, mark=mark) for draw, path in targets.items() if path}
    return {path: data.encode() if isinstance(data, str) else data for path, data in drawn.items()}


def _chosen(notified: tuple[Notified, ...], only: list[str]) -> tuple[Notified, ...]:
    told = tuple(each for each in notified if not each.state)
    if not only:
        return told
    found = tuple(each for each in told if each.key in only)
    missing = sorted(set(only) - {each.key for each in found})
    if missing:
        raise UsageError(f"there is no notification {', '.join(missing)[:200]} that stands")
    return found


def _alerts(
    told: tuple[Notified, ...], folder: Path, head: cap.Head, notes: list[str]
) -> dict[Path, bytes]:
    if not head.sender or not head.status:
        raise UsageError("--cap needs --sender and --status: an alert says who, and how serious")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror or error}") from None
    found = {}
    for each in told:
        if each.volumes:
            found[folder / f"{cap.identifier(each)}.xml"] = cap.write(each, head)
        else:
            notes.append(f"{each.key} has no place, and gets no alert")
    return found


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(name="map", epilog=EXAMPLES)(map_)

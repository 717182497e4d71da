"""Overlaps: which notifications come closer than agreed, in lists, one by one, or as it changes.

Those of lines are kept by the node; those of files are worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import overlapsnode as node
from tieline.cli import overlapssettle, overlapswatch
from tieline.cli.choosing import Shown, line_for
from tieline.cli.frame import HomeOption, JsonOption, desk_at
from tieline.cli.look import counted, examples, facts, safe
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
from tieline.cli.paint import indented
from tieline.cli.said import emit_or_print
from tieline.deconfliction import report
from tieline.deconfliction.finding import find
from tieline.deconfliction.overlaps import Overlap, Result
from tieline.deconfliction.rules import Severity
from tieline.deconfliction.settling import Standing, crowd_of, standing
from tieline.errors import UsageError

overlaps_app = typer.Typer(
    no_args_is_help=True,
    help="Which notifications come closer than agreed; never a clearance.",
    epilog=examples(
        "tieline overlaps list --line 'North and South'",
        "tieline overlaps settle 3fa91c77d0 --line 'North and South' --shift 6h",
        "tieline overlaps list convoys.gpx warnings.json --rules ours.toml",
    ),
)
ROWS = 50
STYLES = {Severity.HIGH: "bold red", Severity.MEDIUM: "bold yellow", Severity.LOW: ""}


@overlaps_app.command(
    name="list",
    epilog=examples(
        "tieline overlaps list --line 'North and South'",
        "tieline overlaps list warnings.json Aid=convoy.gpx --rules ours.toml",
        "tieline overlaps list warnings.json --own --rows 20 --json",
    ),
)
def list_(
    files: FilesArgument = None,
    *,
    lines: LinesOption = None,
    rules: RulesOption = None,
    own: OwnOption = False,
    known: KnownOption = "",
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many are printed.")] = ROWS,
    every: Annotated[
        bool, typer.Option("--all", help="Those whose times are over, and all that are no more.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every pair that is closer than agreed, gravest first. An empty list is no clearance.

    Without files those of a line, by the rule packs that this home has adopted; with files, or
    with --rules, by the packs named, and what has room in common.
    """
    if not files and not rules:
        at = known_at(known) if known else None
        told = node.of_lines(home, list(lines or [""]), own=own, known_ms=at)
        parts = [part for each in told for part in node.listed(each, rows, every=every)]
        emit_or_print(told[0] if len(told) == 1 else {"lines": told}, parts, as_json=as_json)
        return
    packs = packs_named(rules)
    sources = read_sources(files, lines, home)
    result = find(sources.notified, known_ms=known_at(known), packs=packs, own_too=own)
    emit_or_print(_value(result, sources), list(_table(result, sources, rows)), as_json=as_json)


def _value(result: Result, sources: Sources) -> dict[str, object]:
    found = report.result_value(result)
    crowd = crowd_of(result.overlaps)
    found["overlaps"] = [
        report.value(each, standing(each, sources.told, result.known_ms, crowd))
        for each in result.overlaps
    ]
    found["faults"] = list(sources.faults)
    return found


def _table(result: Result, sources: Sources, rows: int) -> Iterator[RenderableType]:
    yield safe(_capital(report.summary(result)) + ".", "bold")
    if result.overlaps:
        crowd = crowd_of(result.overlaps)
        for each in result.overlaps[:rows]:
            state = standing(each, sources.told, result.known_ms, crowd).state.value
            yield (
                Text(each.id[: report.SHORT_ID], style="bold")
                .append("  ")
                .append_text(_grave(each))
                .append(f"  {state}  ", style="dim")
                .append_text(safe(report.between_words(each)))
            )
            yield indented(safe(f"{report.gap_words(each)}; {report.time_words(each)}"), 12)
    if len(result.overlaps) > rows:
        yield safe(f"{len(result.overlaps) - rows} more; --rows {len(result.overlaps)} shows them")
    yield from _foot(result, sources)


def _grave(each: Overlap) -> Text:
    text = Text(each.severity.value, style=STYLES[each.severity])
    return text.append("~", style="dim") if each.marginal else text


def _foot(result: Result, sources: Sources) -> Iterator[RenderableType]:
    if any(each.marginal for each in result.overlaps):
        yield safe("~ within the tolerance of a limit: treated as an overlap", "dim")
    for words in report.caveats(result):
        yield safe(words, "dim")
    for fault in sources.faults[:FAULTS_SHOWN]:
        yield safe(f"! {fault}", "yellow")
    if len(sources.faults) > FAULTS_SHOWN:
        more = len(sources.faults) - FAULTS_SHOWN
        yield safe(f"! {counted(more, 'more thing')} not read", "yellow")
    yield safe(f"result {result.digest}", "dim")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@overlaps_app.command(
    epilog=examples(
        "tieline overlaps show 3fa91c77d0 --line 'North and South'",
        "tieline overlaps show 3fa91c77d0 convoys.gpx warnings.json --rules ours.toml",
    )
)
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its identifier.")],
    files: FilesArgument = None,
    *,
    lines: LinesOption = None,
    rules: RulesOption = None,
    own: OwnOption = False,
    known: KnownOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One overlap with everything about it: where, every time, the rule, who knew of what.

    Of a line those that are no more as well.
    """
    if not files and not rules:
        at = known_at(known) if known else None
        told = _on_lines(home, lines, id_, own=own, known_ms=at)
        emit_or_print(told, list(node.shown(told)), as_json=as_json)
        return
    sources = read_sources(files, lines, home)
    result = find(sources.notified, known_ms=known_at(known), packs=packs_named(rules), own_too=own)
    each = _named(result, id_)
    state = standing(each, sources.told, result.known_ms, crowd_of(result.overlaps))
    emit_or_print(report.value(each, state), list(_one(each, state, sources)), as_json=as_json)


def _on_lines(
    home: Path | None, lines: list[str] | None, id_: str, *, own: bool, known_ms: int | None
) -> Shown:
    """The overlap on the first of the lines that has it; raises what the last one says."""
    names = list(lines or [""])
    node.check_home(home, names)
    with desk_at(home) as desk:
        for name in names[:-1]:
            with suppress(UsageError):
                line = line_for(desk, name)
                return node.one_of_line(desk, line, id_, own=own, known_ms=known_ms)
        line = line_for(desk, names[-1])
        return node.one_of_line(desk, line, id_, own=own, known_ms=known_ms)


def _named(result: Result, id_: str) -> Overlap:
    found = [each for each in result.overlaps if each.id.startswith(id_.lower())]
    if len(found) == 1:
        return found[0]
    what = "several overlaps begin" if found else "no overlap begins"
    raise UsageError(
        f"{what} with {id_[:64]!r}; {report.summary(result)}",
        advice="`tieline overlaps list` with the same files and rules shows their identifiers.",
    )


def _one(each: Overlap, state: Standing, sources: Sources) -> Iterator[RenderableType]:
    yield facts(*report.facts(each, state))
    if each.spans > 1:
        yield Text("times in common", style="bold")
        for words in report.times_words(each.common):
            yield safe(f"  {words}")
        if each.spans > len(each.common):
            yield safe(f"  and {each.spans - len(each.common)} more", "dim")
    by_key = {(told.party, told.key): told for told in sources.notified}
    first, second = (by_key[side.party, side.key] for side in each.sides)
    for told in (first, second):
        for doubt in told.doubts:
            yield safe(f"{told.key}: {doubt}", "yellow")
    yield safe(report.NO_CLEARANCE, "dim")


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    overlapswatch.register(overlaps_app)
    overlapssettle.register(overlaps_app)
    app.add_typer(overlaps_app, name="overlaps")

"""Doctor: examine a home, and say for each problem what to do."""

from __future__ import annotations

import platform
from dataclasses import asdict, fields
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli.frame import HomeOption, JsonOption
from tieline.cli.look import counted, examples, safe, table, tell
from tieline.desk.checkup import FAIL, OK, WARN, Finding, examine, is_sound
from tieline.settings import Settings, load_settings

STYLES = {OK: "green", WARN: "yellow", FAIL: "bold red"}


def doctor(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read the whole store back.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Examine this home: settings, keys, marks, store, clock, libraries, peers.

    It repairs nothing. Exit code 1 means that something failed; warnings may be meant that way.
    """
    settings, origins = load_settings(home)
    found = examine(settings, deep=not quick)
    value = {
        "sound": is_sound(found),
        "settings": {
            name: {"value": value, "from": origins[name]} for name, value in _settings(settings)
        },
        "findings": [asdict(finding) for finding in found],
    }
    tell(value, *_parts(settings, origins, found), as_json=as_json)
    if not is_sound(found):
        raise typer.Exit(1)


def _version() -> str:
    try:
        return version("tieline")
    except PackageNotFoundError:
        return "(not installed)"


def _settings(settings: Settings) -> list[tuple[str, str]]:
    return [(field.name, str(getattr(settings, field.name))) for field in fields(Settings)]


def _parts(
    settings: Settings, origins: dict[str, str], found: list[Finding]
) -> list[RenderableType]:
    chosen = table("setting", "value", "from")
    for name, value in _settings(settings):
        chosen.add_row(name, safe(value or "none"), safe(origins[name], "dim"))
    checks = table("", "check", "found")
    for finding in found:
        words = safe(finding.words)
        if finding.remedy:
            words.append("\n").append_text(safe(finding.remedy, "italic"))
        checks.add_row(
            safe(finding.result, STYLES[finding.result]), safe(finding.check, "bold"), words
        )
    return [
        f"tieline {_version()}, Python {platform.python_version()}, {platform.system()}",
        chosen,
        checks,
        _summary(found),
    ]


def _summary(found: list[Finding]) -> RenderableType:
    failed = sum(finding.result == FAIL for finding in found)
    warned = sum(finding.result == WARN for finding in found)
    if failed:
        return safe(f"{counted(failed, 'problem')}, {counted(warned, 'warning')}", "bold red")
    if warned:
        return safe(f"sound; {counted(warned, 'warning')}", "yellow")
    return safe("sound", "green")


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(
        epilog=examples("tieline doctor", "tieline doctor --quick", "tieline doctor --json")
    )(doctor)

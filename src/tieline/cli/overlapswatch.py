"""Watching overlaps: what is new, talked about, settled or gone, as it happens."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from tieline.cli import overlapsnode as node
from tieline.cli.choosing import Shown
from tieline.cli.frame import HomeOption, JsonOption
from tieline.cli.harmless import json_text
from tieline.cli.look import examples, safe
from tieline.cli.overlapsources import (
    FilesArgument,
    LinesOption,
    OwnOption,
    RulesOption,
    known_at,
    packs_named,
    read_sources,
)
from tieline.cli.paint import indented, out
from tieline.deconfliction import report
from tieline.deconfliction.finding import find
from tieline.deconfliction.report import value_of
from tieline.deconfliction.settling import crowd_of, standing

LOOK_S: Final = 2.0
"""How often the node is asked; it keeps the answer warm."""
THERE: Final = "there"
WORD_STYLES: Final = {"new": "bold red", "now": "bold cyan", "gone": "bold green", THERE: "dim"}


def watch(
    files: FilesArgument = None,
    *,
    lines: LinesOption = None,
    rules: RulesOption = None,
    own: OwnOption = False,
    seconds: Annotated[
        int, typer.Option("--seconds", min=0, help="Stop after so long; 0: when interrupted.")
    ] = 0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what there is, then each overlap that is new, moves on, or is no more.

    It looks every two seconds; --json prints one object a line. Stop it with Ctrl-C.
    """
    until = time.monotonic() + seconds if seconds else None
    before: dict[str, dict[str, Shown]] = {}
    while True:
        for told in _looked(files, lines, rules, home, own=own):
            _tell(before.get(told["line"]), told, as_json=as_json)
            before[told["line"]] = {each["id"]: each for each in told["overlaps"]}
        if until is not None and time.monotonic() + LOOK_S > until:
            return
        time.sleep(LOOK_S)


def _looked(
    files: list[str] | None,
    lines: list[str] | None,
    rules: list[str] | None,
    home: Path | None,
    *,
    own: bool,
) -> list[Shown]:
    """What there is now; the home is let go of between two looks."""
    if not files and not rules:
        return node.of_lines(home, list(lines or [""]), own=own, known_ms=None)
    sources = read_sources(files, lines, home)
    packs = packs_named(rules)
    result = find(sources.notified, known_ms=known_at(""), packs=packs, own_too=own)
    crowd = crowd_of(result.overlaps)
    found = [
        value_of(each, standing(each, sources.told, result.known_ms, crowd))
        for each in result.overlaps
    ]
    more = {"title": "files", "line": "", "gone": [], "overlaps": found}
    return [report.result_value(result) | more]


def _tell(before: dict[str, Shown] | None, told: Shown, *, as_json: bool) -> None:
    if before is None and not as_json:
        out(safe(f"{told['title']}: ", "bold").append_text(safe(f"{told['summary']}.")))
    became = {each["id"]: each for each in told["gone"]}
    now = {each["id"]: each for each in told["overlaps"]}
    for change, each in node.changes(before or {}, now):
        word = change if before is not None else THERE
        one = became.get(each["id"], each) if word == "gone" else each
        if as_json:
            value = {"change": word, "line": told["line"], "known_ms": told["known_ms"], **one}
            sys.stdout.write(json_text(value) + "\n")
            sys.stdout.flush()
            continue
        time_words = time.strftime("%H:%MZ", time.gmtime(told["known_ms"] / 1000))
        line = Text(f"{time_words} ", style="dim").append(f"{word:<5}", style=WORD_STYLES[word])
        out(line.append_text(node.head(one)).append_text(safe(one["words"]["between"])))
        words = f"{one['words']['gap']}; {one['words']['time']}"
        out(indented(safe(words if word in {"new", THERE} else _state_words(word, one), "dim"), 12))


def _state_words(word: str, one: Shown) -> str:
    known = one["state_words"]
    return known if word != "gone" or one["state"] in {"settled", "withdrawn"} else "no more found"


def register(app: typer.Typer) -> None:
    """Hang the verb into the group."""
    app.command(
        epilog=examples(
            "tieline overlaps watch --line 'North and South'",
            "tieline overlaps watch --line 'North and South' --json",
            "tieline overlaps watch warnings.json Aid=convoy.gpx --rules ours.toml",
        )
    )(watch)

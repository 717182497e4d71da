"""Overlaps of lines as their node keeps them: lists, one with everything, and what changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked, line_for
from tieline.cli.frame import desk_at, settings_of
from tieline.cli.look import counted, facts, safe
from tieline.cli.notifyparts import title_of
from tieline.cli.paint import indented
from tieline.deconfliction.report import SHORT_ID
from tieline.desk.speaking import Desk
from tieline.errors import SettingsError, UsageError
from tieline.home import Home

STYLES: Final = {"high": "bold red", "medium": "bold yellow", "low": ""}
STATE_STYLES: Final = {"found": "bold", "under talk": "cyan", "settled": "green"}
GONE_SHOWN: Final = 5
PASSED: Final = "passed"
INDENT: Final = SHORT_ID + 2


def of_lines(
    home: Path | None, lines: list[str], *, own: bool, known_ms: int | None
) -> list[Shown]:
    """What the node tells of each line, with its title; the only shared line for ``""``."""
    check_home(home, lines)
    with desk_at(home) as desk:
        return [of_line(desk, line_for(desk, name), own=own, known_ms=known_ms) for name in lines]


def check_home(home: Path | None, lines: list[str]) -> None:
    """That somebody lives there whose lines can be meant.

    Raises:
        SettingsError: nobody does, and a line was named.
        UsageError: nobody does, and nothing was named.
    """
    try:
        Home(settings_of(home).home).card()
    except SettingsError as error:
        if any(lines):
            raise
        raise UsageError(
            f"name files, or a line with --line; {error}",
            advice="`tieline overlaps list --help` shows how.",
        ) from None


def of_line(desk: Desk, line: str, *, own: bool = False, known_ms: int | None = None) -> Shown:
    """What the node tells of one line, with its title."""
    found = asked(desk, "overlaps", line=line, **_given(own=own, known_ms=known_ms))
    return found | {"title": title_of(desk, line)}


def one_of_line(
    desk: Desk, line: str, id_: str, *, own: bool = False, known_ms: int | None = None
) -> Shown:
    """Everything about one overlap of a line, with the line's title."""
    found = asked(desk, "overlap", line=line, id=id_, **_given(own=own, known_ms=known_ms))
    return found | {"title": title_of(desk, line)}


def _given(*, own: bool, known_ms: int | None) -> dict[str, Any]:
    known = {} if known_ms is None else {"known_ms": known_ms}
    return known | ({"own": "yes"} if own else {})


def listed(told: Shown, rows: int, *, every: bool) -> Iterator[RenderableType]:
    """One line's overlaps, gravest first; what has passed and most of what is gone on request."""
    yield safe(f"{told['title']}: ", "bold").append_text(safe(f"{told['summary']}."))
    found = [each for each in told["overlaps"] if every or each["state"] != PASSED]
    for each in found[:rows]:
        yield from entry(each)
    if len(found) > rows or told["more"]:
        yield safe(f"{len(found) + told['more'] - rows} more; --rows N shows them")
    passed = len(told["overlaps"]) - len(found)
    if passed:
        yield safe(f"{counted(passed, 'overlap')} whose times are over: --all shows them", "dim")
    yield from _gone(told, every=every)
    yield from _foot(told, found)


def entry(each: Shown) -> Iterator[RenderableType]:
    """One overlap in two lines."""
    yield head(each).append_text(safe(each["words"]["between"]))
    yield indented(safe(f"{each['words']['gap']}; {each['words']['time']}"), INDENT)


def head(each: Shown) -> Text:
    """Identifier, severity and state."""
    text = Text(each["id"][:SHORT_ID], style="bold").append("  ")
    text.append(each["severity"], style=STYLES[each["severity"]])
    text.append("~" if each["marginal"] else "", style="dim")
    return text.append(f"  {each['state']}  ", style=STATE_STYLES.get(each["state"], "dim"))


def _gone(told: Shown, *, every: bool) -> Iterator[RenderableType]:
    shown = told["gone"] if every else told["gone"][:GONE_SHOWN]
    if shown:
        yield Text("no more", style="bold")
    for each in shown:
        yield head(each).append_text(safe(each["words"]["between"]))
        yield indented(safe(each["state_words"], "dim"), INDENT)
    left = len(told["gone"]) + told["more_gone"] - len(shown)
    if left:
        yield safe(f"{left} more that are no more: --all shows them", "dim")


def _foot(told: Shown, found: list[Shown]) -> Iterator[RenderableType]:
    if any(each["marginal"] for each in found):
        yield safe("~ within the tolerance of a limit: treated as an overlap", "dim")
    packs = ", ".join(told["packs"]) or "none: only what has room in common (tieline rules adopt)"
    yield safe(f"rules {packs}", "dim")
    for words in told["caveats"]:
        yield safe(words, "dim")
    yield safe(f"result of the line, to be read to the other side: {told['line_digest']}", "dim")
    if told["warnings"]:
        what = counted(told["warnings"], "warning")
        yield safe(f"result with {what} in force: {told['digest']}", "dim")


def shown(each: Shown) -> Iterator[RenderableType]:
    """One overlap with everything: facts, every time, who knew what, and what can be done."""
    yield facts(*((name, value) for name, value in each["facts"]))
    if each["times"] > 1:
        yield Text("times in common", style="bold")
        for words in each["times_in_common"]:
            yield safe(f"  {words}")
        if each["times"] > len(each["common"]):
            yield safe(f"  and {each['times'] - len(each['common'])} more", "dim")
    for one in each["knew"]:
        style = "" if one["received"] else "yellow"
        proof = f" ({one['ref']}, {one['other']})"
        yield safe(one["words"], style).append(proof, style="dim")
    for side in each["between"]:
        for party, state in side.get("strands", {}).items():
            yield safe(f"{side['key']} with {party}: {state}", "dim")
        for doubt in side["doubts"]:
            yield safe(f"{side['key']}: {doubt}", "yellow")
        if side["source"] == "warning" and side["text"]:
            yield safe(side["text"].strip(), "dim")
    if not each["gone"] and each["state"] != PASSED:
        yield from _ways(each)
    for words in each["caveats"]:
        yield safe(words, "dim")


def _ways(each: Shown) -> Iterator[RenderableType]:
    ours = any(side["ours"] for side in each["between"])
    what = "--shift 6h" if ours else "--separate 'words'"
    yield safe(
        f"to settle it: tieline overlaps settle {each['id'][:SHORT_ID]} "
        f"--line '{each['title']}' {what}",
        "dim",
    )


def changes(before: dict[str, Shown], now: dict[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """What came, changed its state and went between two looks, as a word and the overlap."""
    for name, each in now.items():
        if name not in before:
            yield "new", each
        elif before[name]["state"] != each["state"]:
            yield "now", each
    for name, each in before.items():
        if name not in now:
            yield "gone", each

"""Pieces of answers on a terminal: days, values, citations, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tieline.cli.harmless import clean
from tieline.cli.look import safe

Value = dict[str, Any]
NOT_SAID = "not said"
SURE_MARKS = {"yes": ("●", "green"), "perhaps": ("?", "yellow"), "no": ("–", "dim")}
KEY = (
    "● reported   ? perhaps   – not reported   ≈ an inference\n"
    "Brackets tell passage and force: `tieline observe show ID` gives the words."
)


def heading(words: str) -> Text:
    """The head of a part, with a blank line above it."""
    return Text("\n").append(clean(words).upper(), style="bold blue")


def days(value: Value | None) -> str:
    """Days, or days with their citations, for readers."""
    if value is None:
        return NOT_SAID
    words: str = value["days"]["words"] if "days" in value else value["words"]
    return words


def cites(listed: Sequence[Value], gap: str = " ") -> Text:
    """Citations, short: statement, passage and force; inferences marked as such."""
    text = Text()
    for number, cite in enumerate(listed):
        text.append(", " if number else f"{gap}[", style="dim")
        if cite["inferred"]:
            text.append(f"≈{clean(cite['id'])} inferred", style="magenta")
            continue
        passage = clean(cite["passage"] or "")
        sign = "¶" if passage[:1].isdigit() else ""
        text.append(f"{clean(cite['id'])} {sign}{passage} ", style="dim")
        text.append(cite["force"], style="cyan")
        if cite["known"] != "yes":
            text.append(" day of publication not known", style="dim")
        for inference in cite["dated_by"]:
            text.append(f" dated by ≈{clean(inference)}", style="magenta")
    return text.append("]", style="dim") if listed else text


def cited(words: str, listed: Sequence[Value], style: str = "") -> Text:
    """Words with what says so."""
    return safe(words, style).append_text(cites(listed))


def told(values: Iterable[Value], unit: str = "") -> Text:
    """Every value that is given for a field, each with what gives it."""
    text = Text()
    for number, one in enumerate(values):
        value = one["value"]
        words = value["name"] if isinstance(value, dict) else str(value)
        text.append("\n" if number else "").append_text(cited(words + unit, one["cites"]))
    return text


def of_sides(values: Iterable[Value]) -> Text:
    """Values by side."""
    text = Text()
    for number, one in enumerate(values):
        side = f"{one['party']}: " if one["party"] else ""
        text.append("\n" if number else "")
        text.append_text(cited(f"{side}{one['value']}", one["cites"]))
    return text


def settled(value: Value | None, more: str = "") -> Text:
    """Days that reports leave, with what they rest on."""
    if value is None:
        return Text(NOT_SAID, style="yellow")
    return cited(days(value) + more, value["cites"])


def by(sides: Sequence[str]) -> str:
    """Who did it, as far as is said."""
    return f"by {', '.join(sides)}" if sides else "by whom is not said"


def unknown(names: Sequence[str]) -> Text:
    """What no report says."""
    return safe(f"{len(names)} unknown: {', '.join(names)}", "yellow")


def rows(*pairs: tuple[str, RenderableType]) -> Table:
    """Names of fields on the left, what is told on the right; empty ones are left out."""
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(style="dim", width=16, overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for name, value in pairs:
        if not isinstance(value, Text) or value.plain:
            grid.add_row(name, value)
    return grid


def columns(*ratios: int, head: Sequence[str] = ()) -> Table:
    """A table that fills the terminal; every column may wrap."""
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        expand=True,
        show_header=bool(head),
        header_style="bold",
        pad_edge=False,
    )
    for number, ratio in enumerate(ratios):
        table.add_column(head[number] if head else "", ratio=ratio, overflow="fold")
    return table


def mark(sure: str) -> Text:
    """How sure, as one sign."""
    sign, style = SURE_MARKS[sure]
    return Text(sign, style=style)


def bounds(value: dict[str, float] | None, unit: str = "", scale: float = 1) -> str:
    """A number, or from where to where it lies."""
    if value is None:
        return "–"
    low, high = value["low"] * scale, value["high"] * scale
    return f"{low:g}{unit}" if low == high else f"{round(low, 1):g}..{round(high, 1):g}{unit}"

"""How results look: words of others made harmless, quiet tables, times and sizes for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tieline.cli.frame import console, emit
from tieline.cli.harmless import clean
from tieline.desk.speaking import Said

__all__ = [
    "ago",
    "clean",
    "counted",
    "examples",
    "facts",
    "outcome",
    "safe",
    "said_value",
    "short_line_id",
    "size",
    "table",
    "tell",
    "when",
]

KIB = 1024
ID_DIGITS = 8
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def safe(text: str, style: str = "") -> Text:
    """Words of anybody, to be printed; markup in them stays words."""
    return Text(clean(text), style=style)


def table(*columns: str, title: str = "") -> Table:
    """A table without a cage; the first column names the thing."""
    found = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for number, name in enumerate(columns):
        found.add_column(name, overflow="fold", no_wrap=number == 0)
    return found


def facts(*rows: tuple[str, RenderableType]) -> Table:
    """Names on the left, what holds on the right."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, safe(value) if isinstance(value, str) else value)
    return grid


def tell(value: object, *parts: RenderableType, as_json: bool) -> None:
    """Print a result: JSON for machines, else the parts one below the other."""
    if as_json:
        emit(json.loads(json.dumps(value)), as_json=True)
        return
    out = console()
    for part in parts:
        out.print(safe(part) if isinstance(part, str) else part)


def outcome(said: Said, what: str) -> Text:
    """What became of something said, and what is left to do."""
    if said.waiting:
        return Text.assemble(
            (f"{what}: signed by one person; nothing is filed yet. ", "yellow"),
            f"A second person releases it: tieline release {said.id[:ID_DIGITS]}",
        )
    return Text.assemble((f"{what}: filed as ", "green"), (said.short, "bold green"))


def said_value(said: Said) -> dict[str, object]:
    """The same for machines."""
    return {"ref": said.ref, "short": said.short, "id": said.id, "waiting": said.waiting}


def when(time_s: int | None) -> str:
    """An instant in UTC; a dash where nobody named one."""
    if time_s is None:
        return "-"
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def ago(seconds: int | None) -> str:
    """How long ago, in one unit."""
    if seconds is None:
        return "never"
    for unit, length in (("d", DAY_S), ("h", HOUR_S), ("min", MINUTE_S)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"


def size(count: int) -> str:
    """Bytes in a unit that people read."""
    value, unit = float(count), "bytes"
    for bigger in ("KiB", "MiB", "GiB"):
        if value < KIB:
            break
        value, unit = value / KIB, bigger
    return f"{count} bytes" if unit == "bytes" else f"{value:.1f} {unit}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 entry``, ``3 entries``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def short_line_id(line: str) -> str:
    """The beginning of a line's id, enough to name it with --line."""
    return line.rpartition("/")[2][:ID_DIGITS]


def examples(*lines: str) -> str:
    """What stands below a command's help."""
    return "**Examples**\n\n```sh\n" + "\n".join(lines) + "\n```"

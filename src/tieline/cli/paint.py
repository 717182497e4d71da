"""How messages look on a terminal: times, clocks, precedence and marks, lists."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tieline.cli.frame import console
from tieline.cli.harmless import clean

MARK_STYLES = {"ACTUAL": "bold", "EXERCISE": "bold black on yellow", "TEST": "bold black on cyan"}
RANK_STYLES = ("bold white on red", "bold red", "bold yellow", "")
STANDING_STYLES = {
    "answered": "green",
    "declined": "yellow",
    "withdrawn": "dim",
    "crossed": "bold magenta",
    "no answer": "bold red",
    "technical fault": "bold red",
    "suspended": "bold yellow",
    "vacant": "bold yellow",
    "done": "green",
}
PROVEN, NOT_PROVEN = "●", "○"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def moment(time_s: int | None, now_s: int | None = None) -> str:
    """An instant in UTC; without its day when that is the day of ``now_s``."""
    if time_s is None:
        return ""
    then = datetime.fromtimestamp(time_s, UTC)
    if now_s is not None and then.date() == datetime.fromtimestamp(now_s, UTC).date():
        return f"{then:%H:%M:%SZ}"
    return f"{then:%Y-%m-%d %H:%M:%SZ}"


def length(seconds: int) -> str:
    """A time span in its two largest units: ``1 h 5 min``, ``40 s``."""
    left = abs(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        if left >= size and len(parts) < 2:
            parts.append(f"{left // size} {unit}")
            left %= size
    return " ".join(parts) or "0 s"


def due(seconds: int) -> Text:
    """How long a clock still runs, or since when it has run out."""
    if seconds < 0:
        return Text(f"{length(seconds)} over", style="bold red")
    return Text(f"{length(seconds)} left", style="bold yellow" if seconds < 300 else "")


def badge(level: str, mark: str, levels: list[str]) -> Text:
    """Precedence and mark, never one without the other."""
    rank = levels.index(level) if level in levels else len(levels)
    style = RANK_STYLES[min(rank, len(RANK_STYLES) - 1)]
    text = Text().append(clean(level) or "no level", style=style)
    return text.append(" ").append(clean(mark), style=MARK_STYLES.get(mark, "bold"))


def grid(*ratios: int | None) -> Table:
    """Columns without lines; a ratio lets a column take what is left, None keeps it narrow."""
    table = Table.grid(padding=(0, 2))
    for ratio in ratios:
        table.add_column(ratio=ratio, no_wrap=ratio is None)
    table.expand = any(ratios)
    return table


def listing(*heads: str, wide: int = -1) -> Table:
    """A plain list with a head line; column ``wide`` takes what is left."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=wide >= 0)
    for number, head in enumerate(heads):
        is_wide = number == wide
        table.add_column(head, ratio=1 if is_wide else None, no_wrap=not is_wide, overflow="fold")
    return table


def indented(what: RenderableType, columns: int = 2) -> Padding:
    """Move to the right."""
    return Padding(what, (0, 0, 0, columns))


def out(*parts: RenderableType) -> None:
    """Print for people, wrapped at the width of the terminal (80 columns without one)."""
    where: Console = console()
    for part in parts:
        where.print(part, soft_wrap=False)

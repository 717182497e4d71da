"""Where warnings on the command line come from: files that are named, else what the home keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import settings_of
from tieline.errors import RefusedError, UsageError
from tieline.feeds.keeping import FILE_NAME, Keeping, Kept, Piece
from tieline.feeds.published import read_published
from tieline.feeds.warnings import NavWarning
from tieline.feeds.warnings.asking import holds_between, is_near
from tieline.feeds.warnings.limits import FILE_BYTES_MAX
from tieline.space.geodesy import NM_M
from tieline.space.reading import read_position
from tieline.words import shown

DAY_MS = 86_400_000

FilesOrHome = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="JSON, XML, plain text, NOTAM or facts, packed or not; else what the home keeps.",
        show_default=False,
    ),
]
OnOption = Annotated[str, typer.Option("--on", metavar="DAY", help="Only what holds on this day.")]
NearOption = Annotated[
    str, typer.Option("--near", metavar="POSITION", help="Only what lies near this position.")
]
WithinOption = Annotated[
    float, typer.Option("--within", metavar="NM", help="How near, in nautical miles.")
]
UnreadOption = Annotated[bool, typer.Option("--unread", help="Only what could not be read.")]
AllOption = Annotated[
    bool, typer.Option("--all", help="What the home keeps of the past too: over, cancelled.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which warnings are wanted."""

    on: str = ""
    near: str = ""
    within_nm: float = 30.0
    is_unread: bool = False
    is_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A warning with how it stands in the home, if it came from there."""

    warning: NavWarning
    kept: Kept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was chosen, and out of what.

    ``imported_ms`` is None if files were named; ``total`` is how many there were to choose from.
    """

    items: tuple[Item, ...]
    pieces: tuple[Piece, ...]
    total: int
    now_ms: int
    imported_ms: int | None = None

    @property
    def warnings(self) -> list[NavWarning]:
        return [item.warning for item in self.items]


def now_ms() -> int:
    """The time of this machine."""
    return int(time.time() * 1000)


def bytes_of(path: Path) -> bytes:
    """A file, up to the limit of what is read; raises `UsageError` if it cannot be read."""
    try:
        with path.expanduser().open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


@contextmanager
def keeping_at(home: Path | None) -> Iterator[Keeping]:
    """What the home keeps, closed at the end."""
    keeping = Keeping(settings_of(home).home / FILE_NAME)
    try:
        yield keeping
    finally:
        keeping.close()


def choose(files: list[Path] | None, home: Path | None, choice: Choice) -> Found:
    """The warnings that are wanted.

    Raises:
        UsageError: a file, day or position cannot be read.
        RefusedError: no file is named, and the home keeps none.
    """
    found = _of_files(files) if files else _of_home(home, choice)
    start_ms = day_ms(choice.on) if choice.on else 0
    items = found.items
    if choice.on:
        items = tuple(one for one in items if _holds_on(one, start_ms))
    if choice.near:
        at = read_position(choice.near).at
        items = tuple(one for one in items if is_near(one.warning, at, choice.within_nm * NM_M))
    if choice.is_unread:
        items = tuple(one for one in items if one.warning.unread)
    return Found(
        items=items,
        pieces=found.pieces,
        total=found.total,
        now_ms=found.now_ms,
        imported_ms=found.imported_ms,
    )


def _of_files(files: list[Path]) -> Found:
    items: list[Item] = []
    pieces: list[Piece] = []
    for path in files:
        read = read_published(bytes_of(path))
        items += (Item(warning=one) for one in read.found)
        pieces += (
            Piece(where=row.where, text=row.text, reason=row.reason, taken_ms=0, source=path.name)
            for row in read.left
        )
    return Found(items=tuple(items), pieces=tuple(pieces), total=len(items), now_ms=now_ms())


def _of_home(home: Path | None, choice: Choice) -> Found:
    now = now_ms()
    with keeping_at(home) as keeping:
        imported_ms = keeping.imported_ms()
        if not imported_ms:
            raise RefusedError(
                "no file is named, and the home keeps no warnings",
                advice="Name files, or import them: tieline warnings import FILE.",
            )
        # A day of the past asks for what has ended since.
        is_past_too = choice.is_all or bool(choice.on)
        kept = keeping.all() if is_past_too else keeping.all(at_ms=now)
        items = [Item(warning=one.warning, kept=one) for one in kept]
        return Found(
            items=tuple(sorted(items, key=_order)),
            pieces=keeping.pieces(),
            total=keeping.count(),
            now_ms=now,
            imported_ms=imported_ms,
        )


def _order(item: Item) -> tuple[str, int, int]:
    """By series, the newest first."""
    raw = item.warning.raw
    return raw.series, -raw.year, -raw.number


def _holds_on(item: Item, start_ms: int) -> bool:
    end_ms = start_ms + DAY_MS
    if item.kept is not None:
        standing = item.kept.standing
        issued_ms = standing.issue.issued_ms
        if standing.over_ms is not None and standing.over_ms <= start_ms:
            return False
        if issued_ms is not None and issued_ms >= end_ms:
            return False
    return holds_between(item.warning, start_ms, end_ms)


def day_ms(text: str) -> int:
    """Midnight, UTC, as a day begins; raises `UsageError` if it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no day; write 2023-04-21') from None
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)

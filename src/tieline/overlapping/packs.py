"""Packs that a home has adopted: which rules its overlaps are judged by, for all lines or for one.

::

    home/rules/<pack>.toml          for every line
    home/rules/<line>/<pack>.toml   for one line, in place of the one for every line

They are copies, so that the edition that was adopted stays whatever the program ships later.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieline.deconfliction.rulereading import PACK_BYTES_MAX, read_pack
from tieline.deconfliction.rules import Pack
from tieline.errors import RefusedError, UsageError
from tieline.home import short_line
from tieline.store.derived import write_derived

FOLDER: Final = "rules"
PACKS_MAX: Final = 32
"""Most packs that a home adopts for all lines, and for each one; a party has few agreements."""

Stamp = tuple[tuple[str, int, int], ...]
"""Names, times of change and sizes of the files: equal as long as nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """Packs that apply on a line, in order of their ids, and what could not be read."""

    packs: tuple[Pack, ...] = ()
    faults: tuple[str, ...] = ()


def folder_of(home: Path, line: str = "") -> Path:
    """Where packs for every line lie, or for one, by its id."""
    return home / FOLDER / short_line(line) if line else home / FOLDER


def stamp_of(home: Path, line: str) -> Stamp:
    """What changes when a pack that applies on a line is adopted, changed or dropped."""
    found = []
    for path in _files(home, line):
        try:
            told = path.stat()
        except OSError:
            # It was dropped just now, or leads nowhere: what reads it says so.
            found.append((str(path), 0, 0))
            continue
        found.append((str(path), told.st_mtime_ns, told.st_size))
    return tuple(found)


def adopted(home: Path, line: str = "") -> Adopted:
    """The packs that apply on a line, or on every line; a file that is damaged is told of."""
    packs: dict[str, Pack] = {}
    faults = []
    for path in _files(home, line):
        try:
            pack = read_pack(_bytes(path), source=path.name)
            packs[pack.id] = pack
        except (OSError, UsageError, ValueError) as error:
            faults.append(f"rule pack {path.stem} is adopted and cannot be read: {error}")
    ordered = tuple(packs[name] for name in sorted(packs))
    return Adopted(packs=ordered, faults=tuple(faults))


def adopt(home: Path, data: bytes, *, line: str = "", source: str = "the file") -> Pack:
    """Adopt a pack for a line, or for every line, in place of an earlier edition.

    Raises:
        UsageError: the pack has faults.
        RefusedError: there are too many already.
    """
    pack = read_pack(data, source=source)
    folder = folder_of(home, line)
    path = folder / f"{pack.id}.toml"
    if not path.exists() and len(_in(folder)) >= PACKS_MAX:
        raise RefusedError(
            f"{PACKS_MAX} packs are adopted already", advice="Drop one: `tieline rules drop PACK`."
        )
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    write_derived(path, data)
    return pack


def drop(home: Path, pack: str, *, line: str = "") -> None:
    """Apply a pack no longer, on a line or on every line.

    Raises:
        UsageError: it is not adopted there.
    """
    folder = folder_of(home, line)
    path = next((path for path in _in(folder) if path.stem == pack), None)
    if path is None:
        there = ", ".join(each.stem for each in _in(folder)) or "none"
        raise UsageError(
            f"no rule pack {pack[:60]!r} is adopted there; adopted are: {there}",
            advice="`tieline rules list` shows what is adopted, and for which line.",
        )
    path.unlink()


def _files(home: Path, line: str) -> list[Path]:
    return _in(folder_of(home)) + (_in(folder_of(home, line)) if line else [])


def _in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PACK_BYTES_MAX + 1)

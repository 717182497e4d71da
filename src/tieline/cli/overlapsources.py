"""Sources of overlaps: notifications from files of any kind, and from our lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import line_for
from tieline.cli.frame import desk_at
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.rulereading import PACK_BYTES_MAX, read_pack, shipped
from tieline.deconfliction.rules import Pack
from tieline.deconfliction.settling import Told
from tieline.errors import UsageError
from tieline.feeds.warnings.facts import is_facts
from tieline.feeds.warnings.telling import PARTY
from tieline.files import aixm, geojson, gpx, kml, sites
from tieline.files.making import FILE_BYTES_MAX, Reading, instant_ms
from tieline.words import shown

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PARTY=]FILE...",
        help="GeoJSON, KML, GPX, AIXM, sheets of sites (.csv, .xlsx), or warnings as published.",
        show_default=False,
    ),
]
LinesOption = Annotated[
    list[str] | None,
    typer.Option("--line", help="Notifications of a line, by title or id; repeat it."),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="PACK", help="A shipped pack or a .toml file; repeat it."),
]
OwnOption = Annotated[bool, typer.Option("--own", help="Pairs of one party as well.")]
KnownOption = Annotated[
    str, typer.Option("--known", metavar="INSTANT", help="As known at; now if left out.")
]
FAULTS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was read: notifications, how they stand on lines, and what could not be read."""

    notified: tuple[Notified, ...] = ()
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def packs_named(names: Iterable[str] | None) -> tuple[Pack, ...]:
    """Rule packs, each by the id of one that is shipped, or by a file.

    Raises:
        UsageError: there is none of that name, or the file is wrong.
    """
    return tuple(pack_named(name) for name in names or ())


def pack_named(name: str) -> Pack:
    """One rule pack; raises `UsageError` as :func:`packs_named` does."""
    if name.endswith(".toml") or "/" in name:
        return read_pack(_bytes(Path(name), PACK_BYTES_MAX), source=name)
    known = shipped()
    if name not in known:
        raise UsageError(
            f"there is no rule pack {shown(name)!r}; there are {', '.join(known)}",
            advice="Name one of them, or a .toml file: `tieline rules list` shows them.",
        )
    return known[name]


def known_at(text: str) -> int:
    """An instant in milliseconds; now if nothing is said."""
    return instant_ms(text) if text else int(time.time() * 1000)


def read_sources(
    files: Iterable[str] | None,
    lines: Iterable[str] | None,
    home: Path | None,
) -> Sources:
    """Everything that was named: files, and notifications of lines as they stand.

    Raises:
        UsageError: nothing was named, or a file cannot be read at all.
    """
    names, wanted = list(files or ()), list(lines or ())
    if not names and not wanted:
        raise UsageError(
            "name files, or a line with --line", advice="`tieline overlaps list --help` shows how."
        )
    found: list[Notified] = []
    faults: list[str] = []
    for name in names:
        reading = read_file(name)
        found += reading.notified
        faults += reading.faults
        if reading.more_faults:
            faults.append(f"{name}: {reading.more_faults} more faults")
    told: dict[tuple[str, str], Told] = {}
    if wanted:
        for one in _of_lines(wanted, home):
            told[one.notified.party, one.notified.key] = one
    found += (one.notified for one in told.values())
    return Sources(notified=tuple(found), told=told, faults=tuple(faults))


def read_file(name: str) -> Reading:
    """One file, by its ending and what is in it; ``PARTY=FILE`` says whose it is."""
    party, mark, rest = name.partition("=")
    if not mark or Path(name).exists():
        party, rest = "", name
    path = Path(rest)
    data = _bytes(path, FILE_BYTES_MAX)
    readers: dict[str, Callable[..., Reading]] = {
        ".kml": kml.read, ".gpx": gpx.read, ".csv": sites.read, ".xlsx": sites.read,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None and path.suffix.lower() in {".geojson", ".json"} and _is_geojson(data):
        reader = geojson.read
    if reader is None and aixm.is_aixm(data):
        return aixm.read(data, source=path.name, party=party)
    if reader is None:
        return _warnings(data, path.name, party or PARTY)
    return reader(data, source=path.name, party=party or path.stem)


def _is_geojson(data: bytes) -> bool:
    if b'"broadcast-warn"' in data[:200] or is_facts(data):
        return False
    return data.lstrip()[:1] == b"{"


def _bytes(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise UsageError(f"{path} has {size} bytes; at most {most} are read")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _warnings(data: bytes, source: str, party: str) -> Reading:
    """Warnings as published; what one of them cancels is over."""
    from tieline.feeds.published import read_published
    from tieline.feeds.warnings.telling import to_notified

    read = read_published(data)
    over = {each.name for one in read.found for each in one.cancels}
    unread = [f"{source}, {one.name}: {u.reason}" for one in read.found for u in one.unread]
    unread += [f"{source}, {left.where}: {left.reason}" for left in read.left]
    told = tuple(
        to_notified(one, party=party, state="cancelled" if one.name in over else "")
        for one in read.found
    )
    return Reading(notified=told, faults=tuple(unread))


# -- lines


def _of_lines(wanted: list[str], home: Path | None) -> Iterator[Told]:
    with desk_at(home) as desk:
        for name in wanted:
            listed: Any = desk.client.call("notices", line=line_for(desk, name))
            yield from map(told_of, listed)


def told_of(one: dict[str, Any]) -> Told:
    """A notification as a node shows it."""
    from tieline.procedures.notification.covered import volumes_of
    from tieline.state.notices import redacted_of

    body = one["body"]
    party = str(one["opened_by"]).partition("/")[0]
    sort = body.get("sort")
    kind = one["procedure"]
    return Told(
        notified=Notified(
            key=one["key"] or one["ref"],
            party=party,
            kind=sort if kind == "activity" and isinstance(sort, str) else kind,
            title=one["title"],
            volumes=volumes_of(body),
            filed_ms=one["told_s"] * 1000,
            counts={name: value for name, value in body.items() if type(value) is int},
            # What was left out for this recipient is said, to others.
            fields=frozenset(body) | frozenset(redacted_of(body)),
            emergency=body.get("emergency") == "yes",
            state=one["state"] if one["is_over"] else "",
        ),
        strands={each["party"]: each["state"] for each in one["receivers"]},
    )

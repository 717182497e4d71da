"""Opening: what opens a line is in the vault before it is used, so an interruption loses nothing.

Keys, roster and the signed invitation of a line are made once. Every step after that (keys into
the home, spares into the vault, the line into the node, the invitation into the record) can be
done again with the same result, until all of them are done and this file is taken away. It lies in
the vault because it holds the spare keys too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tieline.errors import SettingsError, UnverifiedError
from tieline.home import short_line
from tieline.record.strict import b64decode, b64encode
from tieline.replication.founding import LineKeys, LogSeeds
from tieline.signer.keyfile import sync_folder, write_beside

FOLDER = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A line that is being opened. ``invitation`` is a signed message, ``roster`` an envelope."""

    title: str
    parties: Mapping[str, str]
    addresses: tuple[str, ...]
    keys: LineKeys = field(repr=False)
    roster: bytes
    invitation: bytes

    @property
    def line(self) -> str:
        return self.keys.line

    def is_for(self, title: str, parties: Mapping[str, str], addresses: tuple[str, ...]) -> bool:
        """Whether somebody asks for this very line again."""
        return (title, dict(parties), addresses) == (
            self.title,
            dict(self.parties),
            self.addresses,
        )


def _path(vault: Path, line: str) -> Path:
    return vault / FOLDER / f"{short_line(line)}.json"


def begin(vault: Path, opening: Opening) -> None:
    """Write down durably what the line will consist of, before any of it is used.

    Raises:
        SettingsError: the vault cannot be written.
    """
    path = _path(vault, opening.line)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        for stale in path.parent.glob(".*.new"):
            stale.unlink()  # Half of an opening that nothing came of.
        write_beside(path, _encode(opening)).replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error}") from error


def begun(vault: Path, line: str) -> Opening | None:
    """The opening of a line that was interrupted, if there is one in this vault.

    Raises:
        SettingsError: there is one, and it cannot be read.
    """
    path = _path(vault, line)
    return _read(path) if path.exists() else None


def find(
    vault: Path, *, title: str, parties: Mapping[str, str], addresses: tuple[str, ...]
) -> Opening | None:
    """An interrupted opening of a line with this title, these parties and these addresses."""
    for path in sorted((vault / FOLDER).glob("*.json")):
        opening = _read(path)
        if opening.is_for(title, parties, addresses):
            return opening
    return None


def finish(vault: Path, line: str) -> None:
    """Take the file away: each of its keys lies where it belongs."""
    _path(vault, line).unlink(missing_ok=True)


def _encode(opening: Opening) -> bytes:
    keys = opening.keys
    value = {
        "line": keys.line,
        "title": opening.title,
        "parties": dict(opening.parties),
        "addresses": list(opening.addresses),
        "logs": {origin: _seeds(seeds) for origin, seeds in keys.logs.items()},
        "spares": {origin: _seeds(seeds) for origin, seeds in keys.spares.items()},
        "mirror": [keys.mirror_name, *_seeds(keys.mirror)],
        "reading": b64encode(keys.reading),
        "node": b64encode(keys.node),
        "roster": b64encode(opening.roster),
        "invitation": b64encode(opening.invitation),
    }
    return json.dumps(value).encode()


def _seeds(seeds: LogSeeds) -> list[str]:
    return [b64encode(seeds.ed25519), b64encode(seeds.mldsa44)]


def _read(path: Path) -> Opening:
    try:
        value = json.loads(path.read_bytes())
        name, *mirror = value["mirror"]
        keys = LineKeys(
            line=value["line"],
            logs={origin: _log_seeds(pair) for origin, pair in value["logs"].items()},
            spares={origin: _log_seeds(pair) for origin, pair in value["spares"].items()},
            mirror_name=name,
            mirror=_log_seeds(mirror),
            reading=b64decode(value["reading"]),
            node=b64decode(value["node"]),
        )
        return Opening(
            title=value["title"],
            parties=value["parties"],
            addresses=tuple(value["addresses"]),
            keys=keys,
            roster=b64decode(value["roster"]),
            invitation=b64decode(value["invitation"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UnverifiedError) as error:
        raise SettingsError(
            f"{path}, a line whose opening was interrupted, cannot be read: {error}",
            advice="Take the file away to give that line up; nobody was invited to it yet, "
            "unless `tieline line list` shows it.",
        ) from error


def _log_seeds(pair: list[str]) -> LogSeeds:
    ed, ml = pair
    return LogSeeds(ed25519=b64decode(ed), mldsa44=b64decode(ml))

"""Home: a party's folder on disk, and its vault.

::

    home/party.json          handle, name, fingerprint, offices, persons (labels stay here)
    home/settings.toml
    home/tls.crt, tls.key    certificate for peers
    home/keys/               log keys; the marks are elsewhere
    home/line/<id>.key       mirror, reading and node keys of one line
    home/officers/<id>.key   one person's signing key; may be moved to that person's own stick
    home/store/              the record

    vault/root-1.key ...     root keys, the next ones, operator, archive: off the node
    vault/spare/<id>/...     log keys of later generations
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from tieline.errors import MalformedError, RefusedError, SettingsError, UsageError
from tieline.record import ed25519
from tieline.record.message import check_handle
from tieline.record.roster import OfficeSeat, Person
from tieline.replication.founding import LineKeys, LogSeeds, Vault, new_vault
from tieline.signer import KeyFile, read_key, write_key
from tieline.transport.tls import TlsIdentity, write_identity

OFFICES = ("watch", "desk", "principal")
PERSON_HEX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLabel:
    """A person of this party: opaque id, a label that stays in the house, offices."""

    id: str
    label: str
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCard:
    """What a home says about its party."""

    handle: str
    name: str
    fingerprint: str
    offices: dict[str, str]
    officers: tuple[OfficerLabel, ...]

    def officer(self, text: str) -> OfficerLabel:
        """An officer by id or label.

        Raises:
            UsageError: there is none, or the label fits several.
        """
        found = [o for o in self.officers if text in (o.id, o.label)]
        if len(found) != 1:
            known = ", ".join(f"{o.label} ({o.id})" for o in self.officers)
            raise UsageError(f"no single officer {text!r}; there are: {known}")
        return found[0]


def short_line(line: str) -> str:
    """A file name for a line: the first 16 digits of its hexadecimal SHA-256."""
    return hashlib.sha256(line.encode()).hexdigest()[:16]


class Home:
    """A party's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def store(self) -> Path:
        return self.path / "store"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def socket(self) -> Path:
        return self.path / "control.sock"

    def card(self) -> PartyCard:
        """Who lives here.

        Raises:
            SettingsError: nobody, or the file is damaged.
        """
        try:
            value = json.loads((self.path / "party.json").read_text(encoding="utf-8"))
            return PartyCard(
                handle=value["handle"],
                name=value["name"],
                fingerprint=value["fingerprint"],
                offices=value["offices"],
                officers=tuple(
                    OfficerLabel(id=o["id"], label=o["label"], offices=tuple(o["offices"]))
                    for o in value["officers"]
                ),
            )
        except FileNotFoundError:
            raise SettingsError(
                f"there is no party in {self.path}",
                advice="Make one with `tieline init`, or name another home with --home.",
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{self.path / 'party.json'} is damaged: {error}") from error

    def write_card(self, card: PartyCard) -> None:
        """Write who lives here, in place of what was there."""
        value = {
            "handle": card.handle,
            "name": card.name,
            "fingerprint": card.fingerprint,
            "offices": card.offices,
            "officers": [
                {"id": o.id, "label": o.label, "offices": list(o.offices)} for o in card.officers
            ],
        }
        temporary = self.path / ".party.json"
        temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
        temporary.replace(self.path / "party.json")

    def tls(self) -> TlsIdentity:
        """Our certificate and its key."""
        return TlsIdentity(certificate_path=self.path / "tls.crt", key_path=self.path / "tls.key")

    # -- officers

    def add_officer(self, label: str, offices: tuple[str, ...]) -> OfficerLabel:
        """Make a person's key and return its label; the roster learns of it separately."""
        person = f"p-{os.urandom(PERSON_HEX // 2).hex()}"
        seed = os.urandom(ed25519.SEED_BYTES)
        folder = self.path / "officers"
        folder.mkdir(mode=0o700, exist_ok=True)
        key = KeyFile(purpose="officer", name=person, seeds={"ed25519": seed})
        write_key(folder / f"{person}.key", key)
        return OfficerLabel(id=person, label=label, offices=offices)

    def officer_seed(self, person: str) -> bytes:
        """The signing seed of a person whose key lies here."""
        return read_key(self.path / "officers" / f"{person}.key").seed("ed25519")

    def persons(self, card: PartyCard) -> tuple[Person, ...]:
        """Persons with their public keys, for a roster."""
        return tuple(
            Person(id=o.id, key=ed25519.public_of(self.officer_seed(o.id)), offices=o.offices)
            for o in card.officers
        )

    # -- lines

    def save_line_keys(self, keys: LineKeys) -> None:
        """Keep mirror, reading and node keys of a line; the same once more changes nothing."""
        folder = self.path / "line"
        folder.mkdir(mode=0o700, exist_ok=True)
        seeds = {
            "mirror-ed25519": keys.mirror.ed25519,
            "mirror-mldsa44": keys.mirror.mldsa44,
            "reading": keys.reading,
            "node": keys.node,
        }
        key = KeyFile(purpose="line", name=keys.line, seeds=seeds)
        _write_once(folder / f"{short_line(keys.line)}.key", key)

    def has_line_key(self, line: str) -> bool:
        """Whether keys of a line lie here."""
        return (self.path / "line" / f"{short_line(line)}.key").exists()

    def line_key(self, line: str) -> KeyFile:
        """Mirror, reading and node keys of a line."""
        return read_key(self.path / "line" / f"{short_line(line)}.key")


def create_home(
    path: Path,
    vault_path: Path,
    *,
    handle: str,
    name: str,
    officers: list[tuple[str, tuple[str, ...]]],
) -> PartyCard:
    """Make a home and its vault.

    Raises:
        UsageError: the handle is not one.
        RefusedError: there is a party already.
    """
    try:
        check_handle(handle)
    except MalformedError as error:
        raise UsageError(str(error)) from None
    if (path / "party.json").exists():
        raise RefusedError(f"there is a party in {path} already")
    if vault_path.exists() and any(vault_path.iterdir()):
        raise RefusedError(f"{vault_path} is not empty; a vault is never written over")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = new_vault(os.urandom)
    write_vault(vault_path, vault)
    write_identity(path)
    home = Home(path)
    labels = tuple(home.add_officer(label, offices) for label, offices in officers)
    card = PartyCard(
        handle=handle,
        name=name,
        fingerprint=vault.fingerprint(),
        offices={office: office.capitalize() for office in OFFICES},
        officers=labels,
    )
    home.write_card(card)
    return card


def office_seats(card: PartyCard) -> tuple[OfficeSeat, ...]:
    """The offices of a party; one that nobody holds is vacant."""
    held = {office for officer in card.officers for office in officer.offices}
    return tuple(
        OfficeSeat(name=name, title=title, filled=name in held)
        for name, title in sorted(card.offices.items())
    )


# -- the vault


def write_vault(folder: Path, vault: Vault) -> None:
    """Write the keys that belong off the node; each in a file of its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    named = {
        **{f"root-{n}": seed for n, seed in enumerate(vault.roots, 1)},
        **{f"next-root-{n}": seed for n, seed in enumerate(vault.next_roots, 1)},
        "operator": vault.operator,
        "next-operator": vault.next_operator,
        "archive": vault.archive,
    }
    for name, seed in named.items():
        write_key(folder / f"{name}.key", KeyFile(purpose="vault", name=name, seeds={"seed": seed}))
    (folder / "threshold").write_text(f"{vault.threshold}\n", encoding="ascii")


def read_vault(folder: Path) -> Vault:
    """Read the vault back.

    Raises:
        SettingsError: no vault there, or a key of it is missing.
    """
    if not (folder / "threshold").exists():
        raise SettingsError(
            f"no vault at {folder}",
            advice="Bring the stick with root and operator keys, and name it with --vault.",
        )

    def seed(name: str) -> bytes:
        return read_key(folder / f"{name}.key").seeds["seed"]

    count = len(list(folder.glob("root-*.key")))
    return Vault(
        roots=tuple(seed(f"root-{n}") for n in range(1, count + 1)),
        next_roots=tuple(seed(f"next-root-{n}") for n in range(1, count + 1)),
        threshold=int((folder / "threshold").read_text(encoding="ascii")),
        operator=seed("operator"),
        next_operator=seed("next-operator"),
        archive=seed("archive"),
    )


def write_spares(folder: Path, keys: LineKeys) -> None:
    """Put the log keys of later generations into the vault; those that are there stay."""
    place = folder / "spare" / short_line(keys.line)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for origin, seeds in keys.spares.items():
        key = KeyFile(
            purpose="log",
            name=origin,
            seeds={"ed25519": seeds.ed25519, "mldsa44": seeds.mldsa44},
        )
        _write_once(place / f"{origin.rpartition('/')[2]}.key", key)


def _write_once(path: Path, key: KeyFile) -> None:
    """Write a key, unless an interrupted attempt has written this very one already.

    Raises:
        SettingsError: another key stands there, or the disk refused.
    """
    if not path.exists() or read_key(path) != key:
        write_key(path, key)


def take_spare(folder: Path, origin: str) -> LogSeeds:
    """Set a spare log key in the vault aside for use; `drop_spare` removes it once it is in use.

    A spare used twice would be two servers signing one log, so it is never left under its name;
    one that an interrupted attempt has set aside is found again.

    Raises:
        SettingsError: there is no such spare.
    """
    path = _spare_path(folder, origin)
    used = path.with_suffix(".used")
    if path.exists():
        path.rename(used)
    elif not used.exists():
        raise SettingsError(f"no spare key for {origin} in {folder}")
    key = read_key(used)
    return LogSeeds(ed25519=key.seed("ed25519"), mldsa44=key.seed("mldsa44"))


def drop_spare(folder: Path, origin: str) -> None:
    """Remove a spare that the node has taken into use; absent is fine."""
    _spare_path(folder, origin).with_suffix(".used").unlink(missing_ok=True)


def _spare_path(folder: Path, origin: str) -> Path:
    line, _, name = origin.rpartition("/")
    return folder / "spare" / short_line(line) / f"{name}.key"

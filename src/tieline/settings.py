"""Settings: where a node lives and listens; read once, passed down piece by piece.

From defaults, then `settings.toml` in the home, then environment variables (``TIELINE_...``),
then flags. Each setting says the accident that it prevents.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

from tieline.errors import SettingsError

ENVIRONMENT_PREFIX = "TIELINE_"
FILE_NAME = "settings.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one node runs.

    Attributes:
        home: the party's folder: store, keys, settings. One process at a time writes to it.
        marks: high-water marks of the signer. Outside the home, so that restoring a backup
            of the home can never make a log continue that somebody has seen go further.
        vault: root, operator, archive and spare keys. On a stick in a safe, not on the node;
            the default beside the home is for trials.
        listen: address and port for peers, empty for none. Peers find it in our roster.
        console: address and port of the web page; loopback unless a proxy stands before it.
    """

    home: Path
    marks: Path
    vault: Path
    listen: str = ""
    console: str = "127.0.0.1:0"


def default_home() -> Path:
    """The home of whoever runs the program (XDG data folder)."""
    return Path(platformdirs.user_data_dir("tieline", appauthor=False)) / "home"


def default_marks(home: Path) -> Path:
    """Marks of a home: in the XDG state folder, under a name made from the home's path."""
    state = Path(platformdirs.user_state_dir("tieline", appauthor=False))
    name = "-".join(part for part in home.resolve().parts if part not in (os.sep, ""))
    return state / "marks" / name


def load_settings(home: Path | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings of a home, and where each value came from.

    Raises:
        SettingsError: the file is not TOML, or names a setting that there is none of.
    """
    environment = {
        field.name: os.environ[ENVIRONMENT_PREFIX + field.name.upper()]
        for field in fields(Settings)
        if ENVIRONMENT_PREFIX + field.name.upper() in os.environ
    }
    place = (home or Path(environment.get("home", default_home()))).expanduser().absolute()
    origins = {"home": "flag" if home is not None else _origin("home", environment)}
    values: dict[str, str] = {}
    for name, value in _file_values(place / FILE_NAME).items():
        values[name], origins[name] = value, FILE_NAME
    for name, value in environment.items():
        if name != "home":
            values[name], origins[name] = value, ENVIRONMENT_PREFIX + name.upper()
    settings = Settings(
        home=place,
        marks=Path(values.get("marks", default_marks(place))).expanduser(),
        vault=Path(values.get("vault", f"{place}-vault")).expanduser(),
        listen=values.get("listen", ""),
        console=values.get("console", "127.0.0.1:0"),
    )
    return settings, {f.name: origins.get(f.name, "default") for f in fields(Settings)}


def _origin(name: str, environment: dict[str, str]) -> str:
    return ENVIRONMENT_PREFIX + name.upper() if name in environment else "default"


def _file_values(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    known = {field.name for field in fields(Settings)} - {"home"}
    for name, value in table.items():
        if name not in known or not isinstance(value, str):
            raise SettingsError(
                f"{path}: {name!r} is no setting with a text value",
                advice=f"Settings are: {', '.join(sorted(known))}.",
            )
    return {str(name): str(value) for name, value in table.items()}


def write_settings(home: Path, values: dict[str, str]) -> None:
    """Write a home's settings file; values are texts."""
    lines = [f"{name} = {_quoted(value)}" for name, value in sorted(values.items())]
    (home / FILE_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

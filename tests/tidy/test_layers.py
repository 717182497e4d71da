"""The import contracts cover the whole core, as soon as a part of it exists."""

from __future__ import annotations

import tomllib
from typing import Any

CORE = ("observer", "procedures", "record", "replication", "space", "state")
NEVER_IN_THE_CORE = frozenset(
    "apsw asyncio fastapi httpx logging os pathlib random rich secrets socket sqlite3 structlog "
    "threading time typer uvicorn".split()
)


def contract(repository: Any, name: str) -> dict[str, Any]:
    settings = tomllib.loads(repository.text("pyproject.toml"))
    (found,) = (c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == name)
    return dict(found)


def test_every_core_package_is_kept_pure(repository: Any) -> None:
    pure = contract(repository, "pure-core")["source_modules"]
    present = [
        f"tieline.{part}"
        for part in CORE
        if f"src/tieline/{part}/__init__.py" in repository.files
        or f"src/tieline/{part}.py" in repository.files
    ]
    assert "tieline.record" in present
    assert sorted(set(present) - set(pure)) == []


def test_the_core_is_kept_from_everything_that_touches_the_world(repository: Any) -> None:
    forbidden = contract(repository, "pure-core")["forbidden_modules"]
    assert sorted(NEVER_IN_THE_CORE - set(forbidden)) == []


def test_every_package_is_a_package(repository: Any) -> None:
    """The linters pass over a folder without __init__.py, and with it over its imports."""
    folders = {
        file.rpartition("/")[0] for file in repository.ending(".py", under=("src/tieline/",))
    }
    assert [f for f in sorted(folders) if f"{f}/__init__.py" not in repository.files] == []

"""The repository as the tidy tests read it."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Files that belong to the project, by their path from its root, in order."""

    root: Path
    files: tuple[str, ...]

    def ending(self, *suffixes: str, under: tuple[str, ...] = ("",)) -> tuple[str, ...]:
        return tuple(f for f in self.files if f.endswith(suffixes) and f.startswith(under))

    def text(self, file: str) -> str | None:
        """The text of a file, or None for pictures and other binary files."""
        try:
            return (self.root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return None

    def tree(self, file: str) -> ast.Module:
        return ast.parse((self.root / file).read_bytes(), filename=file)


def ours_by_git(root: Path) -> list[str] | None:
    """What git tracks or would add; None outside a checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return listed.decode().split("\0")


def ours_by_walk(root: Path) -> list[str]:
    """The same for an unpacked release, where only what tools left behind is not ours."""
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [
        path.as_posix()
        for path in found
        if path.parts[0] == ".ci" or not any(part.startswith(".") for part in path.parts)
        if "__pycache__" not in path.parts
    ]


@cache
def read_repository(root: Path) -> Repository:
    names = (ours_by_git(root) if (root / ".git").exists() else None) or ours_by_walk(root)
    return Repository(
        root=root, files=tuple(sorted({n for n in names if n and (root / n).is_file()}))
    )


@pytest.fixture(scope="session")
def repository() -> Repository:
    return read_repository(ROOT)


@pytest.fixture(scope="session")
def allowed() -> dict[str, dict[str, Any]]:
    """Exceptions, by rule. The list may only shrink."""
    return tomllib.loads((Path(__file__).parent / "allowed.toml").read_text(encoding="utf-8"))

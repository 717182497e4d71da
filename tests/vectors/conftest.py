"""How a case of vectors/ is read."""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Headers and body of one file."""

    path: Path
    headers: dict[str, list[str]]
    body: bytes

    def one(self, name: str) -> str:
        (value,) = self.headers[name]
        return value

    def all(self, name: str) -> list[str]:
        return self.headers.get(name, [])

    def pairs(self, name: str) -> dict[str, str]:
        return dict(value.split(" ", 1) for value in self.all(name))


def read(path: Path) -> Case:
    head, _, body = path.read_bytes().partition(b"\n\n")
    headers = defaultdict(list)
    for line in head.decode().splitlines():
        name, _, value = line.partition(":")
        headers[name].append(value.strip())
    if headers["encoding"] == ["base64"]:
        body = base64.b64decode(body)
    return Case(path=path, headers=dict(headers), body=body)


@pytest.fixture(scope="session")
def read_case() -> Callable[[Path], Case]:
    return read


@pytest.fixture(scope="session")
def vectors() -> Path:
    return VECTORS

"""Desks on a line, as the tests of procedures have them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DESKS = Path(__file__).resolve().parents[1] / "procedures"


def load(name: str) -> ModuleType:
    """Import a module of another folder once, by path: the tests are no package."""
    known = f"tieline_test_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, DESKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


@pytest.fixture(autouse=True, scope="module")
def quick_seals(desks: Any) -> Iterator[None]:
    with desks.quick_seals():
        yield


@pytest.fixture(scope="session")
def desks() -> Any:
    """The module that opens lines and writes bodies."""
    load("bodies")
    return load("desks")


@pytest.fixture
def world(desks: Any) -> Any:
    """Two parties that hold each other's invitation; nothing is agreed yet."""
    return desks.open_line("alpha", "bravo")


@pytest.fixture
def three(desks: Any) -> Any:
    """Three parties that hold each other's invitation."""
    return desks.open_line("alpha", "bravo", "charlie")

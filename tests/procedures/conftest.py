"""Desks on a line, for the tests of procedures."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load(name: str) -> ModuleType:
    """Import a module of this folder once, by path: the tests are no package."""
    known = f"tieline_test_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


def load_desks() -> ModuleType:
    load("bodies")
    return load("desks")


@pytest.fixture(autouse=True, scope="module")
def quick_seals() -> Iterator[None]:
    with load_desks().quick_seals():
        yield


@pytest.fixture(scope="session")
def desks() -> Any:
    """The module that opens lines and writes bodies."""
    return load_desks()


@pytest.fixture
def world(desks: Any) -> Any:
    """Two parties that hold each other's invitation; nothing is agreed yet."""
    return desks.open_line("alpha", "bravo")


@pytest.fixture
def three(desks: Any) -> Any:
    """Three parties that hold each other's invitation."""
    return desks.open_line("alpha", "bravo", "charlie")

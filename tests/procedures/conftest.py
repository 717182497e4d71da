"""Desks on a line, for the tests of procedures."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load_desks() -> ModuleType:
    """Import the desks once, by path: the tests are no package."""
    name = "tieline_test_desks"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("desks.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


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

"""Warnings of the demonstration: what was in force on one real day, as a sheet of facts."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

SHEET: Final = "warnings-2023-04-21.json"
"""454 warnings; its origin and what was changed are told in the note beside it."""


def sheet() -> bytes:
    """The sheet, as ``tieline warnings import`` takes it."""
    return files("tieline.demo").joinpath(SHEET).read_bytes()

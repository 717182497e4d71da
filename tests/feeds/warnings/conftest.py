"""Warnings in our own words, of places that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tieline.feeds.warnings import NavWarning, Raw, read_warning

ISSUED = datetime(2024, 4, 12, 4, 26, tzinfo=UTC)
Reader = Callable[..., NavWarning]


def ms(text: str) -> int:
    """Milliseconds of ``2024-04-12 04:26`` UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def read() -> Reader:
    """Read a text as a warning of 12 April 2024."""

    def reader(text: str, *, sea: str = "", subregions: tuple[str, ...] = ()) -> NavWarning:
        raw = Raw(
            series="HYDROLANT",
            number=7,
            year=2024,
            text=f"{sea}.\n{text}" if sea else text,
            subregions=subregions,
            issued_ms=round(ISSUED.timestamp() * 1000),
        )
        return read_warning(raw)

    return reader

"""The sample record as a picture, our fonts, and pictures made of a few lines."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tieline.desk.papering import load_fonts
from tieline.observer import picture_of, read_text

HEAD = (
    "format: tieline/observer@v1\n\n"
    "source: s\n  outlet: Daily\n  published: 2030-01-01\n  file: s.txt\n"
)


@pytest.fixture(scope="session")
def sample():
    """The sample record."""
    text = (files("tieline.observer") / "samples" / "talks-2017-2024.txt").read_bytes()
    return picture_of(read_text(text).record)


@pytest.fixture(scope="session")
def fonts():
    """Our own fonts."""
    return load_fonts()


@pytest.fixture
def picture():
    """Makes a picture of statements, each given as (text, lines of assertions)."""

    def made(*statements, more=""):
        parts = [HEAD]
        for number, (text, asserts) in enumerate(statements, start=1):
            parts.append(
                f"statement: s-{number}\n  source: s\n  passage: {number}\n  force: said\n"
                f"  speaker: Speaker {number}\n  happened: 2029-12-0{number % 9 + 1}\n"
                f"  text: {text}\n" + "".join(f"  {line}\n" for line in asserts)
            )
        reading = read_text("\n".join([*parts, more]).encode())
        assert reading.faults == ()
        return picture_of(reading.record)

    return made

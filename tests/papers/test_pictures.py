"""The papers in docs/pictures are those that the program makes from the sample today.

Where one differs, `tieline paper sample --write docs/pictures` makes them again: look at them
before they are committed.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdf
import pytest

from tieline.desk.papering import samples

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
REMEDY = "run `tieline paper sample --write docs/pictures` and look at what it made"


def read(name, data):
    """What a file says. Compressed streams may differ between versions of the libraries."""
    if name.endswith(".pdf"):
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return parts.read("word/document.xml")
    return data


@pytest.fixture(scope="module")
def made():
    return samples()


def test_each_is_what_the_program_makes(made):
    stale = [
        name
        for name, data in made.items()
        if not (FOLDER / name).exists()
        or read(name, (FOLDER / name).read_bytes()) != read(name, data)
    ]
    assert stale == [], REMEDY


def test_there_are_no_others(made):
    # Pictures of pages are made by a browser; docs/operate/console.md tells how.
    found = {path.name for path in FOLDER.iterdir() if path.suffix != ".png"}
    assert found == set(made), REMEDY

"""Small records written by hand, and the sample that travels with the package."""

from collections.abc import Callable
from importlib.resources import files

import pytest

from tieline.observer import Picture, parse_text, picture_of

HEAD = """\
format: tieline/observer@v1

source: gazette
  published: 1931-06-10
  file: gazette.txt

source: herald
  published: unknown
  file: herald.txt

"""


@pytest.fixture(scope="session")
def folded() -> Callable[[str], Picture]:
    """A picture from statements in the text format; two sources are there already."""

    def of(text: str) -> Picture:
        return picture_of(parse_text((HEAD + text).encode()))

    return of


@pytest.fixture(scope="session")
def said() -> Callable[..., str]:
    """One statement in the text format: its id, what it asserts, and any fields."""

    def write(id_: str, *asserts: str, **fields: str) -> str:
        told = {"source": "gazette", "passage": "1", "force": "narrated", "text": "Words."}
        told |= fields
        lines = [f"statement: {id_}", *(f"  {name}: {value}" for name, value in told.items())]
        for one in asserts:
            head, *rest = [part.strip() for part in one.split(";")]
            lines += [f"  asserts: {head}", *(f"    {part}" for part in rest)]
        return "\n".join(lines) + "\n\n"

    return write


@pytest.fixture(scope="session")
def talks() -> Picture:
    sample = files("tieline.observer").joinpath("samples", "talks-2017-2024.txt")
    return picture_of(parse_text(sample.read_bytes()))

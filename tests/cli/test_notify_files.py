"""Files of personal data, withdrawn at the command line: gone from both homes, and told so."""

from __future__ import annotations

import importlib.util
import secrets
from pathlib import Path

import pytest

from tieline.record.entry import parse_entry
from tieline.store import open_store

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)
NEEDLE_BYTES = 24


@pytest.fixture
def places(tmp_path):
    return homes.two_homes(tmp_path)


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


@pytest.fixture
def crew(tmp_path):
    """A file of names, whose bytes stand nowhere else."""
    path = tmp_path / "crew.txt"
    path.write_text("\n".join(f"driver {secrets.token_hex(16)}" for _ in range(200)))
    return path


def notify(pair, crew, *more):
    told = pair.alpha(
        *("notify", "new", "activity", "--key", "convoy-7", "--title", "Convoy"),
        *("--personal", crew, *more, "--json"),
    ).json
    return told["sent"][0]["full_ref"], told["sent"][0]["ref"]


def files(ran):
    (one,) = ran.json
    return one["files"]


def traces(folder: Path, data: bytes) -> set[str]:
    """Files below a home in which some piece of the bytes stands.

    All sealed files begin alike: the pieces are of what follows.
    """
    last = len(data) - NEEDLE_BYTES
    pieces = [data[at : at + NEEDLE_BYTES] for at in range(100, last, last // 100)]
    held = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name for name, found in held.items() if any(piece in found for piece in pieces)}


def sealed(home: Path, ref: str) -> bytes:
    """The sealed bytes of the first attachment of an entry."""
    origin, index, _ = ref.split(" ")
    store = open_store(home / "store")
    leaf = store.leaf(origin, int(index))
    assert leaf is not None
    data = store.blob(parse_entry(leaf).payloads[1].digest)
    store.close()
    assert data is not None
    return data


def test_a_personal_file_that_is_withdrawn_is_in_no_file_of_either_home(pair, places, crew):
    ref, short = notify(pair, crew)
    pair.carry("alpha", "bravo", "alpha")
    (file,) = files(pair.bravo("notify", "show", "convoy-7", "--json"))
    assert (file["personal"], file["withdrawn"]) == (True, "")
    pair.bravo("show", short, "--save", crew.parent / "saved")
    assert (crew.parent / "saved" / "1-crew.txt").read_bytes() == crew.read_bytes()
    hidden = sealed(places["alpha"], ref)
    # The control: the search finds what is there.
    assert traces(places["alpha"], hidden) >= {"record.sqlite3"}
    assert traces(places["bravo"], hidden) >= {"record.sqlite3"}

    pair.alpha("notify", "withdraw-file", "convoy-7", "--attachment", "1", "--why", "it is over")
    assert traces(places["alpha"], hidden) == set()
    (file,) = files(pair.alpha("notify", "show", "convoy-7", "--json"))
    assert (file["erased"], file["silent"]) == (["alpha"], ["bravo"])

    pair.carry("alpha", "bravo", "alpha")
    for name, home in places.items():
        assert traces(home, hidden) == set(), name
        assert traces(home, crew.read_bytes()) == set(), name
    (file,) = files(pair.alpha("notify", "show", "convoy-7", "--json"))
    assert (file["erased"], file["silent"]) == (["alpha", "bravo"], [])
    shown = pair.alpha("notify", "show", "convoy-7").out
    assert "their node says that it erased it: alpha, bravo" in shown
    assert "beyond reach" in shown
    refused = pair.bravo("show", short, "--save", crew.parent / "again", code=None)
    assert "was withdrawn by its author" in refused.err

    for home in ("alpha", "bravo"):
        getattr(pair, home)("verify")
    pair.alpha("export", crew.parent / "out")
    pair.run("verify", crew.parent / "out", code=None)

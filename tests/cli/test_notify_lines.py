"""One filing, several recipients: two lines, each unknown to the other; and a sheet of sites."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tieline.desk import lines

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Alpha shares a line named north with bravo, and one named south with charlie."""
    folder = tmp_path_factory.mktemp("lines")
    desks = {name: homes.party(folder, name) for name in ("alpha", "bravo", "charlie")}
    alpha = desks["alpha"]
    for other, title in (("bravo", "north"), ("charlie", "south")):
        known = {other: desks[other].card.fingerprint}
        lines.invite(alpha, others=known, title=title, vault=folder / "alpha-vault")
        line = next(
            each["line"] for each in alpha.client.call("info")["lines"] if other in each["parties"]
        )
        packs = [folder / f"{title}-{n}" for n in range(3)]
        alpha.client.call("pouch.pack", line=line, folder=str(packs[0]))
        lines.join(
            desks[other],
            packs[0],
            known={"alpha": alpha.card.fingerprint},
            title=title,
            vault=folder / f"{other}-vault",
        )
        desks[other].client.call("pouch.pack", folder=str(packs[1]))
        alpha.client.call("pouch.read", folder=str(packs[1]))
        alpha.client.call("pouch.pack", line=line, folder=str(packs[2]))
        desks[other].client.call("pouch.read", folder=str(packs[2]))
    for desk in desks.values():
        desk.client.close()
    return {name: folder / name for name in desks}


@pytest.fixture
def at(run, places):
    def ran(party, *args, code=0):
        return run(*args, home=places[party], code=code)

    return ran


def carry(at, stick, giver, taker, line):
    stick.mkdir(exist_ok=True)
    folder = stick / f"{len(list(stick.iterdir()))}"
    at(giver, "pouch", "pack", folder, "--line", line)
    at(taker, "pouch", "read", folder)


def test_one_filing_goes_to_two_lines_each_with_what_it_may_see(at, tmp_path):
    told = at(
        "alpha",
        *("notify", "new", "movement", "--key", "convoy-9", "--title", "Convoy 9"),
        *("--waypoint", "12.5N 45.0E", "--waypoint", "12.9N 45.2E", "--set", "people=6"),
        *("--set", "vehicles=truck, white", "--set", "arrive=2030-12-01T09:00Z"),
        *("--line", "north", "--line", "south", "--redact", "south:people,vehicles", "--json"),
        *("--must-know", "bravo=radar 4", "--must-know", "charlie=post 2"),
    ).json
    assert [each["redacted"] for each in told["sent"]] == [[], ["people", "vehicles"]]
    carry(at, tmp_path / "s", "alpha", "bravo", "north")
    carry(at, tmp_path / "s", "alpha", "charlie", "south")

    (north,) = at("bravo", "notify", "show", "convoy-9", "--json").json
    (south,) = at("charlie", "notify", "show", "convoy-9", "--json").json
    assert north["body"]["people"] == 6
    assert "redacted" not in north["body"]
    assert south["body"]["redacted"] == ["people", "vehicles"]
    assert "people" not in south["body"]
    assert "bravo" not in json.dumps(south)
    assert "charlie" not in json.dumps(north)
    assert "withheld from this recipient: people, vehicles" in south["flags"]

    assert [unit["unit"] for unit in north["units"]] == ["radar 4"]
    assert [unit["unit"] for unit in south["units"]] == ["post 2"]

    at("charlie", "notify", "take", "convoy-9")
    carry(at, tmp_path / "s", "charlie", "alpha", "south")
    both = at("alpha", "notify", "show", "convoy-9", "--json").json
    states = {one["line_title"]: {r["party"]: r["state"] for r in one["receivers"]} for one in both}
    assert states == {
        "north": {"alpha": "planned", "bravo": "told"},
        "south": {"alpha": "planned", "charlie": "taken"},
    }

    at("alpha", "notify", "amend", "convoy-9", "--set", "people=7", "--why", "one more")
    carry(at, tmp_path / "s", "alpha", "charlie", "south")
    (south,) = at("charlie", "notify", "show", "convoy-9", "--json").json
    assert "people" not in south["body"]
    assert south["body"]["redacted"] == ["people", "vehicles"]
    ran = at("alpha", "notify", "take", "convoy-9", code=None)
    assert ran.code == 2


def test_an_unknown_field_or_line_is_not_withheld_in_silence(at):
    base = ("notify", "new", "hazard", "--title", "X", "--line", "north")
    for wrong in ("south:title", "north:colour", "north:key"):
        ran = at("alpha", *base, "--redact", wrong, code=None)
        assert ran.code == 2


HEAD = ["Key", "Name", "Latitude", "Longitude", "Type", "Reconfirm by", "Phone"]


def sheet(path, rows):
    book = Workbook()
    active = book.active
    assert active is not None
    for row in [HEAD, *rows]:
        active.append(row)
    book.save(path)
    return path


def test_hundreds_of_sites_come_from_one_sheet(at, tmp_path):
    rows = [
        [f"s-{n}", f"Clinic {n}", f"{10 + n * 0.05:.5f}N", "45.00000E", "clinic", "2031-01-01", "1"]
        for n in range(120)
    ]
    path = sheet(tmp_path / "sites.xlsx", rows)
    told = at(
        *("alpha", "notify", "sites", "import", path, "--line", "north", "--json"),
    ).json
    assert (told["sites"], told["faults"], told["twins"]) == (120, [], [])
    assert len(told["filed"][0]["refs"]) == 120
    again = at("alpha", "notify", "sites", "import", path, "--line", "north", "--json", code=None)
    assert again.code == 2
    assert len(json.loads(again.out.split("}\n{")[0] + ("}" if "}\n{" in again.out else ""))[
        "twins"
    ]) == 120  # fmt: skip


def test_faults_are_named_by_cell_and_twins_by_place_and_name(at, tmp_path):
    rows = [
        ["a", "St. Anna Hospital", "12.5N", "44.0E", "hospital", "2031-01-01", ""],
        ["b", "ST ANNA  hospital", "12.51N", "44.0E", "hospital", "2031-01-01", ""],
        ["c", "Mill", "12.5001N", "44.0E", "school", "2031-01-01", ""],
        ["d", "Bad", "95N", "44.0E", "castle", "soon", ""],
        ["a", "Other", "13.5N", "44.0E", "school", "2031-01-01", ""],
    ]
    path = sheet(tmp_path / "bad.xlsx", rows)
    ran = at("alpha", "notify", "sites", "import", path, "--line", "north", "--dry-run", code=None)
    assert ran.code == 2
    told = " ".join(ran.out.split())
    for words in ("C5", "E5 'castle'", 'F5 "soon" is no day', "A6 is the key of row 2 too"):
        assert words in told
    assert "row 3 and row 2: the same name, 1106 m apart" in told
    assert "row 4 and row 2: the same place, 11 m apart" in told

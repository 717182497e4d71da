"""Overlaps, rules and maps as people ask for them: files of any kind in, words and pictures out."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

EXERCISE = {
    "type": "Feature",
    "id": "EX-12",
    "properties": {
        "title": "Exercise 12", "kind": "exercise", "start": "2023-04-24T08:00:00Z",
        "end": "2023-04-24T18:00:00Z", "filed": "2023-04-23T08:00:00Z", "edge": "geodesic",
    },
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[30.55, 45.6], [31.2, 45.6], [31.2, 45.1], [30.55, 45.1], [30.55, 45.6]]],
    },
}  # fmt: skip
CONVOY = """<gpx><trk><name>Convoy 7</name><trkseg>
<trkpt lat="46.20" lon="30.95"><time>2023-04-24T05:00:00Z</time></trkpt>
<trkpt lat="45.40" lon="30.40"><time>2023-04-24T09:00:00Z</time></trkpt>
</trkseg></trk></gpx>"""
RULES = """format = "tieline/rules@v1"
id = "ours"
edition = 1
title = "Ours"
dated = 2026-12-01
source = "our letters"
[[separation]]
id = "convoys"
kinds = ["exercise"]
other_kinds = ["movement"]
distance_m = 20000
source = "point 2"
support = "agreed"
[[notice]]
id = "ahead"
kinds = ["exercise"]
hours = 72
source = "point 1"
support = "agreed"
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "ex.geojson").write_text(json.dumps(EXERCISE))
    (tmp_path / "convoy.gpx").write_text(CONVOY)
    (tmp_path / "ours.toml").write_text(RULES)
    return tmp_path


def given(files):
    return [f"North={files / 'ex.geojson'}", f"Aid={files / 'convoy.gpx'}"]


def test_overlaps_of_files_are_listed_with_their_measure(run, files):
    ran = run(
        "overlaps", "list", *given(files), "--rules", files / "ours.toml", "--known", "2023-04-23"
    )
    words = " ".join(ran.out.split())

    assert "1 found among these 2 notifications, as known at 2023-04-23 00:00Z" in words
    assert "Aid: Convoy 7 / North: EX-12" in words
    assert "apart; 20.0 km (10.8 nm) agreed; 2023-04-24 08:00Z to 2023-04-24 09:00Z" in words
    assert "no clearance" in words


def test_an_empty_list_is_told_in_exactly_these_words(run, files):
    ran = run("overlaps", "list", *given(files), "--known", "2023-04-23")

    assert " ".join(ran.out.split()).startswith(
        "None found among these 2 notifications, as known at 2023-04-23 00:00Z."
    )


def test_one_overlap_is_shown_by_the_beginning_of_its_identifier(run, files):
    args = [*given(files), "--rules", files / "ours.toml", "--known", "2023-04-23"]
    (found,) = run("overlaps", "list", *args, "--json").json["overlaps"]
    shown = run("overlaps", "show", found["id"][:10], *args).out

    assert found["state"] == "found"
    assert found["id"] in "".join(shown.split())
    assert "45-36" in shown
    assert "convoys (ours, edition 1)" in shown
    assert run("overlaps", "show", "ffff", *args, code=2).err


def test_two_runs_give_one_digest(run, files):
    first = run("overlaps", "list", *given(files), "--json").json
    second = run("overlaps", "list", *reversed(given(files)), "--json").json

    assert first["digest"] == second["digest"]


def test_a_watch_prints_what_changed_and_nothing_twice(run, files, monkeypatch):
    rounds: list[int] = []

    def sleep(_):
        rounds.append(len(rounds))
        if len(rounds) == 2:
            moved = json.loads(json.dumps(EXERCISE))
            moved["geometry"]["coordinates"][0] = [[9, 9], [9, 10], [10, 10], [9, 9]]
            (files / "ex.geojson").write_text(json.dumps(moved))
        if len(rounds) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("tieline.cli.overlapswatch.time.sleep", sleep)
    ran = run("overlaps", "watch", *given(files), "--rules", files / "ours.toml", code=130)

    assert len(rounds) == 3
    assert ran.out.count("found among these") == 1
    assert ran.out.count(" there") == 1
    assert ran.out.count(" gone ") == 1


def test_packs_are_listed_shown_and_checked(run, files):
    listed = run("rules", "list", "--json").json
    shown = run("rules", "show", "incsea-1972").out
    checked = run("rules", "check", files / "ours.toml", *given(files)).out

    assert {"incsea-1972", "yemen-hns"} <= {each["id"] for each in listed}
    assert "3 days ahead, 5 days advised" in shown
    assert "read in the source named" in " ".join(shown.split())
    assert "24.0 hours before its start" in " ".join(checked.split())
    assert "1 discrepancy and 0 remarks" in " ".join(checked.split())


def test_a_wrong_pack_is_refused_with_its_line(run, files):
    (files / "ours.toml").write_text(RULES + "colour = 1\n")
    ran = run("rules", "check", files / "ours.toml", code=2)

    assert "line 20, [[notice]] number 1: colour" in " ".join(ran.err.split())
    assert "there is no rule pack" in run("rules", "show", "nothing", code=2).err


def test_a_map_is_drawn_and_files_are_written_for_others(run, files):
    out = {name: files / f"out.{name}" for name in ("svg", "geojson", "kml", "ics")}
    options = [word for name, path in out.items() for word in (f"--{name}", path)]
    told = run("map", *given(files), "--rules", files / "ours.toml", *options, "--json").json

    assert told["notified"] == 2
    ET.parse(out["svg"])
    ET.parse(out["kml"])
    assert len(json.loads(out["geojson"].read_text())["features"]) == 2
    assert out["ics"].read_text().count("BEGIN:VEVENT") == 2
    again = run("overlaps", "list", out["geojson"], "--rules", files / "ours.toml", "--json").json
    assert len(again["overlaps"]) == 1


def test_a_png_is_drawn(run, files):
    pytest.importorskip("PIL", reason="Pillow is absent: no PNG was drawn")
    run("map", *given(files), "--png", files / "m.png")

    assert (files / "m.png").read_bytes().startswith(b"\x89PNG")


def test_alerts_need_a_sender_and_are_written_one_a_file(run, files):
    assert "--cap needs" in run("map", *given(files), "--cap", files / "cap", code=2).err
    run(
        "map", *given(files), "--cap", files / "cap", "--sender", "watch@example.org",
        "--status", "Exercise", "--only", "EX-12",
    )  # fmt: skip

    (alert,) = (files / "cap").iterdir()
    assert b"<status>Exercise</status>" in alert.read_bytes()


@pytest.mark.parametrize("verb", [("overlaps", "list"), ("map", "--svg", "x.svg")])
def test_nothing_named_and_nothing_there_are_refused_with_advice(run, verb, tmp_path):
    assert "name files, or a line" in run(*verb, code=2).err
    assert "cannot be read" in run(*verb, tmp_path / "no.kml", code=2).err


def test_real_warnings_of_a_day_are_compared_in_seconds(run, shared_data):
    path = shared_data("nga-msi-inforce-20230421") / "navwarnings.json"
    found = run("overlaps", "list", path, "--own", "--known", "2023-04-21", "--json").json
    one_party = run("overlaps", "list", path, "--known", "2023-04-21", "--json").json

    assert found["notified"] > 440
    keys = [{side["key"] for side in each["between"]} for each in found["overlaps"]]
    assert {"HYDROLANT 564/22", "HYDROLANT 838/22"} in keys
    assert one_party["overlaps"] == []

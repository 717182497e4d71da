"""Pouches from the command line."""

from __future__ import annotations

import re


def test_looking_into_a_pouch_names_who_invites_and_takes_nothing_in(make_party, run, tmp_path):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    folder = tmp_path / "p"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--pouch", folder, home=alpha.home)
    seen = run("pouch", "look", folder, "--json").json
    assert seen["inviters"] == ["alpha"]
    assert seen["parties"] == ["alpha", "bravo"]
    assert [(log["name"], log["runs"]) for log in seen["logs"]] == [("alpha-1", [[0, 0]])]
    assert "Not verified" in run("pouch", "look", folder).out


def test_looking_never_shows_the_fingerprints_that_a_pouch_brings(make_party, run, tmp_path):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    folder = tmp_path / "p"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--pouch", folder, home=alpha.home)
    shown = run("pouch", "look", folder).out + run("pouch", "look", folder, "--json").out
    digits = "".join(c for c in shown if c.isdigit())
    assert alpha.fingerprint not in digits
    assert bravo.fingerprint not in digits


def test_a_pouch_for_one_party_leaves_out_what_that_party_holds(pair, run, tmp_path):
    whole = run("pouch", "pack", tmp_path / "w", "--whole", "--json", home=pair.bravo.home).json
    to = run("pouch", "pack", tmp_path / "t", "--to", "alpha", "--json", home=pair.bravo.home).json
    assert to["entries"] < whole["entries"]


def test_a_pouch_for_a_line_that_is_not_here_is_refused_with_the_way_to_join(
    pair, run, make_party, tmp_path
):
    carol = make_party("carol")
    run("pouch", "pack", tmp_path / "w", home=pair.bravo.home)
    ran = run("pouch", "read", tmp_path / "w", home=carol.home, code=3)
    assert "tieline line join" in ran.err


def test_a_pouch_is_never_written_over_another(pair, run, tmp_path):
    run("pouch", "pack", tmp_path / "w", home=pair.bravo.home)
    ran = run("pouch", "pack", tmp_path / "w", home=pair.bravo.home, code=2)
    assert "never written over" in ran.err


def test_a_folder_that_is_not_there_is_a_carriers_fault(pair, run, tmp_path):
    run("pouch", "read", tmp_path / "none", home=pair.bravo.home, code=8)
    run("pouch", "look", tmp_path / "none", code=8)


def test_a_damaged_pouch_is_refused_and_nothing_of_it_is_taken_in(pair, run, tmp_path):
    run("line", "test", home=pair.alpha.home)
    run("pouch", "pack", tmp_path / "w", home=pair.alpha.home)
    changed = 0
    for note in (tmp_path / "w").rglob("checkpoint"):
        data, count = re.subn(rb"(/alpha-1\n)(\d+)", rb"\g<1>9\2", note.read_bytes())
        note.write_bytes(data)
        changed += count
    assert changed == 1
    before = run("line", "list", "--json", home=pair.bravo.home).json["lines"][0]["logs"]
    read = run("pouch", "read", tmp_path / "w", "--json", home=pair.bravo.home, code=4).json
    assert len(read["alarms"]) == 1
    assert run("line", "list", "--json", home=pair.bravo.home).json["lines"][0]["logs"] == before


def test_a_folder_that_is_no_pouch_is_refused(run, tmp_path):
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "readme").write_text("nothing")
    run("pouch", "look", tmp_path / "w", code=4)

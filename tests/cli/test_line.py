"""Opening a line from the command line: who is believed, and what is said when nobody is."""

from __future__ import annotations

import pytest

WRONG = "12345 " * 12


def test_a_line_opens_by_two_pouches_and_both_sides_list_each_other(pair, run):
    for place in (pair.alpha, pair.bravo):
        (line,) = run("line", "list", "--json", home=place.home).json["lines"]
        assert line["title"] == "border"
        assert sorted(line["present"]) == ["alpha", "bravo"]
        assert line["locked"] == {}


def test_equal_records_give_both_sides_equal_states(pair, run):
    pair.carry(pair.bravo, pair.alpha)
    states = {
        run("line", "list", "--json", home=place.home).json["lines"][0]["state"]
        for place in (pair.alpha, pair.bravo)
    }
    assert len(states) == 1


def test_the_wrong_fingerprint_is_refused_with_advice(make_party, run, tmp_path):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    folder = tmp_path / "p"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--pouch", folder, home=alpha.home)
    ran = run("line", "join", folder, "--from", f"alpha={WRONG}", home=bravo.home, code=4)
    assert "fingerprint" in ran.err
    assert "voice or on paper" in ran.err
    assert run("line", "list", "--json", home=bravo.home).json["lines"] == []


def test_an_invitation_to_somebody_else_is_refused(make_party, run, tmp_path):
    alpha, bravo, carol = make_party("alpha"), make_party("bravo"), make_party("carol")
    folder = tmp_path / "p"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--pouch", folder, home=alpha.home)
    known = f"alpha={alpha.fingerprint}"
    ran = run("line", "join", folder, "--from", known, home=carol.home, code=4)
    assert "carol is not among the parties" in ran.err


def test_an_invitation_under_our_name_with_another_fingerprint_is_refused(
    make_party, run, tmp_path
):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    folder = tmp_path / "p"
    run("line", "invite", f"bravo={WRONG}", "--pouch", folder, home=alpha.home)
    known = f"alpha={alpha.fingerprint}"
    ran = run("line", "join", folder, "--from", known, "--json", home=bravo.home, code=4)
    assert ran.json["error"] == "unverified.unknown-key"
    assert "Do not join" in ran.json["advice"]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("bravo", "names no party with a fingerprint"),
        ("bravo=123", "60 digits, not 3"),
        ("bravo=@missing.txt", "cannot be read"),
        ("=12345", "names no party"),
    ],
)
def test_a_party_that_is_named_badly_is_refused_with_the_way_to_write_it(
    make_party, run, named, words
):
    alpha = make_party("alpha")
    ran = run("line", "invite", named, home=alpha.home, code=2)
    assert words in ran.err
    assert len(ran.err.strip().splitlines()) >= 2


def test_a_fingerprint_is_read_from_a_file_with_remarks(make_party, run, tmp_path):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    digits = bravo.fingerprint
    paper = tmp_path / "bravo.txt"
    paper.write_text(f"# heard by telephone\n{digits[:30]}\n{digits[30:]}\n")
    run("line", "invite", f"bravo=@{paper}", home=alpha.home)
    (line,) = run("line", "list", "--json", home=alpha.home).json["lines"]
    assert line["parties"]["bravo"] == digits


def test_the_address_that_the_home_listens_at_goes_into_the_roster(make_party, run):
    alpha, bravo = make_party("alpha", "--listen", "127.0.0.1:8440"), make_party("bravo")
    made = run("line", "invite", f"bravo={bravo.fingerprint}", "--json", home=alpha.home)
    assert made.json["addresses"] == ["127.0.0.1:8440"]


@pytest.mark.parametrize("listen", ["0.0.0.0:8440", "127.0.0.1:0", "[::]:8440"])
def test_an_address_that_no_peer_can_call_stays_out_of_the_roster(make_party, run, listen):
    alpha, bravo = make_party("alpha", "--listen", listen), make_party("bravo")
    made = run("line", "invite", f"bravo={bravo.fingerprint}", "--json", home=alpha.home)
    assert made.json["addresses"] == []


def test_a_title_with_an_escape_sequence_is_spelled_out(make_party, run):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    title = "calm\x1b[2Aborder[bold]"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--title", title, home=alpha.home)
    for verb in ("list", "show"):
        shown = run("line", verb, home=alpha.home).out
        assert "\x1b" not in shown
        assert "border[bold]" in shown


def test_an_error_and_json_spell_escape_sequences_out_too(make_party, run):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    title = "calm\x1b[2A\x9b\u202eborder"
    run("line", "invite", f"bravo={bravo.fingerprint}", "--title", title, home=alpha.home)
    ran = run("line", "show", "--line", "coast", home=alpha.home, code=2)
    told = run("line", "list", "--json", home=alpha.home)
    for text in (ran.err, told.out):
        assert not set("\x1b\x9b\u202e") & set(text)
    assert told.json["lines"][0]["title"] == title


def test_after_lost_marks_a_line_goes_on_in_a_spare_log(pair, run, tmp_path):
    home = pair.alpha.home
    for mark in (tmp_path / "xdg_state_home").rglob("*.mark"):
        mark.unlink()
    locked = run("line", "test", home=home, code=None)
    assert locked.code != 0
    assert "tieline line generation" in run("line", "show", home=home).out
    run("line", "generation", "--reason", "Marks lost.", home=home)
    run("line", "test", home=home)
    pair.carry(pair.alpha, pair.bravo)
    logs = run("line", "list", "--json", home=pair.bravo.home).json["lines"][0]["logs"]
    assert any(name.endswith("/alpha-2") for name in logs)


def test_an_echo_shows_in_the_line_after_the_pouches_went_both_ways(pair, run):
    run("line", "test", "--text", "Good morning.", home=pair.alpha.home)
    assert "called, nothing heard yet" in run("line", "show", home=pair.alpha.home).out
    pair.carry(pair.alpha, pair.bravo)
    pair.carry(pair.bravo, pair.alpha)
    assert "their machine echoed" in run("line", "show", home=pair.alpha.home).out


def test_a_line_that_is_not_there_is_named_with_those_that_are(pair, run):
    ran = run("line", "show", "--line", "coast", home=pair.alpha.home, code=2)
    assert "border" in ran.err


def test_a_home_without_a_party_says_how_to_make_one(run, tmp_path):
    ran = run("line", "list", home=tmp_path / "empty", code=9)
    assert "tieline init" in ran.err

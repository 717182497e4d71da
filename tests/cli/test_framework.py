"""A framework from the command line: promised, drafted, in brackets, agreed, signed, in force."""

from __future__ import annotations

import pytest


def framework(run, place):
    return run("framework", "show", "--json", home=place.home).json


@pytest.fixture
def text(pair, run, tmp_path):
    """The template of alpha, in a file."""
    path = tmp_path / "border.toml"
    run("framework", "template", path, home=pair.alpha.home)
    return path


def test_a_framework_goes_from_a_promise_into_force_by_pouch(pair, run, text, tmp_path):
    alpha, bravo = pair.alpha, pair.bravo
    run("framework", "promise", "--text", "By June.", "--due", "June", home=alpha.home)
    pair.carry(alpha, bravo)
    assert framework(run, bravo)["status"] == "promised"

    run("framework", "propose", text, home=alpha.home)
    pair.carry(alpha, bravo)
    ours = tmp_path / "ours.toml"
    ours.write_text(text.read_text().replace("take_FLASH_s = 120", "take_FLASH_s = 60"))
    run("framework", "propose", ours, home=bravo.home)
    shown = framework(run, bravo)
    assert [c["id"] for c in shown["clauses"] if c["is_bracketed"]] == ["clocks"]
    people = run("framework", "show", home=bravo.home).out
    assert "» take_FLASH_s = 120" in people
    assert "» take_FLASH_s = 60" in people
    assert "-take_FLASH_s = 120" in run("framework", "diff", home=bravo.home).out

    refused = run("framework", "sign", "--as", "first", "--as", "second", home=bravo.home, code=3)
    assert "in brackets still: clocks" in refused.err
    run("framework", "accept", "clocks", "--from", "alpha", home=bravo.home)
    pair.carry(bravo, alpha)

    codes = set()
    for giver, taker in ((alpha, bravo), (bravo, alpha)):
        persons = ("--as", "first", "--as", "second")
        signed = run("framework", "sign", *persons, "--json", home=giver.home).json
        codes.add(signed["code"])
        pair.carry(giver, taker)
    assert len(codes) == 1
    for place in (alpha, bravo):
        shown = framework(run, place)
        assert (shown["status"], shown["version"]) == ("in force", 1)
        assert shown["signed"] == ["alpha", "bravo"]

    run("framework", "denounce", "--reason", "Broken.", home=bravo.home)
    assert framework(run, bravo)["status"] == "lapsed"


def test_the_template_is_the_same_whoever_makes_it(pair, run):
    texts = {
        run("framework", "template", "--between", order).out
        for order in ("alpha,bravo", "bravo,alpha")
    }
    assert len(texts) == 1
    theirs = run("framework", "template", home=pair.bravo.home).out
    assert theirs == run("framework", "template", home=pair.alpha.home).out


def test_one_person_alone_does_not_sign_a_framework(pair, run, text):
    for giver, taker in ((pair.alpha, pair.bravo), (pair.bravo, pair.alpha)):
        run("framework", "propose", text, home=giver.home)
        pair.carry(giver, taker)
    said = run("framework", "sign", "--json", home=pair.alpha.home).json
    assert said["waiting"]
    assert framework(run, pair.alpha)["next_signed"] == []


def test_a_text_with_another_code_than_was_compared_is_not_signed(pair, run, text):
    for giver, taker in ((pair.alpha, pair.bravo), (pair.bravo, pair.alpha)):
        run("framework", "propose", text, home=giver.home)
        pair.carry(giver, taker)
    words = ("--code", "12345 67890 12345 67890", "--as", "first", "--as", "second", "--json")
    ran = run("framework", "sign", *words, home=pair.alpha.home, code=3)
    assert ran.json["error"] == "refused.moved"


def test_positions_that_were_filed_before_are_not_filed_again(pair, run, text):
    run("framework", "propose", text, home=pair.alpha.home)
    assert "already" in run("framework", "propose", text, home=pair.alpha.home, code=3).err


def test_a_file_with_faults_files_nothing_and_names_each_with_its_line(pair, run, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('[clause.test]\ntext = "x"\n[clause.test.terms]\nevery_s = "daily"\n')
    ran = run("framework", "propose", path, home=pair.alpha.home, code=2)
    assert "line 4, clause.test.terms.every_s" in ran.err
    assert framework(run, pair.alpha)["status"] == "none"


def test_a_template_is_never_written_over_a_file(pair, run, text):
    ran = run("framework", "template", text, home=pair.alpha.home, code=2)
    assert "exists already" in ran.err


def test_accepting_names_clauses_or_all_and_a_party_that_has_some(pair, run, text):
    home = pair.alpha.home
    run("framework", "accept", "--from", "bravo", home=home, code=2)
    assert (
        "no positions"
        in run("framework", "accept", "test", "--from", "bravo", home=home, code=2).err
    )
    run("framework", "propose", text, home=pair.bravo.home)
    pair.carry(pair.bravo, pair.alpha)
    assert (
        "no position on air"
        in run("framework", "accept", "air", "--from", "bravo", home=home, code=2).err
    )
    assert (
        run("framework", "accept", "--all", "--from", "bravo", "--json", home=home).json["brackets"]
        == []
    )


def test_denouncing_nothing_is_refused(pair, run):
    run("framework", "denounce", "--reason", "x", home=pair.alpha.home, code=3)

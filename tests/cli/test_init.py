"""Making a party from the command line."""

from __future__ import annotations

import stat

import pytest


def test_a_party_has_two_persons_with_three_offices_if_none_is_named(run, tmp_path):
    made = run("init", "alpha", "--json", home=tmp_path / "a").json
    offices = ["watch", "desk", "principal"]
    assert [(o["label"], o["offices"]) for o in made["officers"]] == [
        ("first", offices),
        ("second", offices),
    ]


def test_the_fingerprint_is_shown_in_twelve_groups_of_five(run, tmp_path):
    shown = run("init", "alpha", home=tmp_path / "a").out
    groups = [word for word in shown.split() if len(word) == 5 and word.isdigit()]
    assert len(groups) == 12


def test_what_differs_from_the_defaults_is_written_down_and_read_again(run, tmp_path):
    home, vault, marks = tmp_path / "a", tmp_path / "stick" / "vault", tmp_path / "marks"
    listen = "127.0.0.1:8440"
    words = ("--vault", vault, "--marks", marks, "--listen", listen)
    run("init", "alpha", *words, home=home)
    written = (home / "settings.toml").read_text()
    assert written == f'listen = "{listen}"\nmarks = "{marks}"\nvault = "{vault}"\n'
    run("line", "list", home=home)
    assert (marks / "signer.lock").exists()
    assert (vault / "operator.key").exists()


def test_defaults_need_no_settings_file(run, tmp_path):
    run("init", "alpha", home=tmp_path / "a")
    assert not (tmp_path / "a" / "settings.toml").exists()


def test_nobody_else_can_read_the_keys(run, tmp_path):
    run("init", "alpha", home=tmp_path / "a")
    for path in [*(tmp_path / "a").rglob("*.key"), *(tmp_path / "a-vault").rglob("*.key")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_persons_and_their_offices_can_be_named(run, tmp_path):
    made = run(
        *("init", "alpha", "--officer", "anna:watch,liaison", "--officer", "ben", "--json"),
        home=tmp_path / "a",
    ).json
    assert [o["offices"] for o in made["officers"]] == [
        ["watch", "liaison"],
        ["watch", "desk", "principal"],
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("Alpha",), 2, "is not a handle"),
        (("alpha", "--officer", ":watch"), 2, "has no label"),
        (("alpha", "--officer", "anna", "--officer", "anna"), 2, "taken"),
        (("alpha", "--officer", "anna:Watch"), 2, "is not a handle"),
        (("alpha", "--listen", "8440"), 9, "host:port"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(run, tmp_path, words, code, said):
    ran = run("init", *words, home=tmp_path / "a", code=code)
    assert said in ran.err
    assert not (tmp_path / "a" / "party.json").exists()


@pytest.mark.parametrize("what", ["marks", "vault"])
def test_marks_and_vault_stay_out_of_the_home(run, tmp_path, what):
    inside = tmp_path / "a" / what
    ran = run("init", "alpha", f"--{what}", inside, home=tmp_path / "a", code=2)
    assert "may not lie inside the home" in ran.err


def test_a_party_is_never_made_over_another(run, tmp_path):
    run("init", "alpha", home=tmp_path / "a")
    assert "already" in run("init", "bravo", home=tmp_path / "a", code=3).err


def test_a_vault_is_never_written_over(run, tmp_path):
    run("init", "alpha", home=tmp_path / "a")
    (tmp_path / "a" / "party.json").unlink()
    assert "never written over" in run("init", "alpha", home=tmp_path / "a", code=3).err

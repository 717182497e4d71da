"""Verifying and exporting from the command line, and timelines of lines."""

from __future__ import annotations

import importlib.util
import json
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return homes.two_homes(tmp_path_factory.mktemp("verify"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


@pytest.fixture
def said(pair):
    """A message of alpha's that both hold."""
    args = ("--to", "bravo", "--subject", "Kelp <&>", "Secret words.", "--json")
    ref = pair.alpha("send", *args).json["ref"]
    pair.carry("alpha", "bravo", "alpha")
    return ref


def fingerprints(pair):
    told = pair.alpha("verify", "--json").json[0]["parties"]
    return [part for party, digits in told.items() for part in ("--party", f"{party}={digits}")]


def test_a_home_is_verified_and_counted(pair, said):
    ran = pair.alpha("verify")
    assert "Everything that is here was checked, and holds." in ran.out
    assert "2 logs" in ran.out or "4 logs" in ran.out


def test_an_export_holds_nothing_in_clear_unless_told_and_verifies(pair, said, tmp_path):
    sealed, clear = tmp_path / "sealed", tmp_path / "clear"
    made = pair.alpha("export", sealed, "--json").json
    assert made["plaintexts"] is False
    assert not (sealed / "plaintext").exists()
    partial = pair.run("verify", sealed, "--json").json[0]
    assert partial["verdict"] == "partial"
    whole = pair.run("verify", sealed, *fingerprints(pair), "--json").json[0]
    assert whole["verdict"] == "sound"
    warned = pair.alpha("export", clear, "--with-plaintexts").out
    assert "guard it" in warned
    inside = [f.read_bytes() for f in clear.rglob("plaintext/*/*")]
    assert any(b"Secret words." in b64decode(json.loads(data)["payload"]) for data in inside)


def test_a_changed_byte_is_named_with_exit_code_4(pair, said, tmp_path):
    folder = tmp_path / "line"
    pair.alpha("export", folder)
    victim = max((f for f in folder.rglob("blob/*/*")), key=lambda f: f.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[-1] ^= 1
    victim.write_bytes(bytes(data))
    ran = pair.run("verify", folder, code=4)
    assert ran.out.startswith("WRONG")
    assert "in this copy" in ran.out or "cannot be told" in ran.out
    assert pair.run("verify", folder, "--json", code=4).json[0]["verdict"] == "wrong"
    again = pair.alpha("export", folder, code=2)
    assert "nothing is written over" in again.err


def test_evidence_for_one_message_stands_alone(pair, said, tmp_path):
    proof = tmp_path / "proof"
    pair.alpha("export", proof, "--message", said, "--with-plaintexts")
    report = pair.run("verify", proof, *fingerprints(pair), "--json").json[0]
    assert report["verdict"] == "sound"
    (proof / "leaf").write_bytes(b"other")
    assert pair.run("verify", proof, code=4).out.startswith("WRONG")
    missing = pair.alpha("export", tmp_path / "x", "--message", "alpha-1:99", code=2)
    assert "99" in missing.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("verify", "."), "neither a home nor a whole export"),
        (("verify", "no-such-folder"), "no-such-folder"),
        (("verify", "--party", "alpha"), "alpha"),
    ],
)
def test_what_cannot_be_verified_is_named(pair, args, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert words in pair.alpha(*args, code=2).err


def test_show_names_the_receipt_and_the_place_of_a_message(pair, said):
    entry = pair.alpha("show", said, "--json").json["entry"]
    assert entry["held"][0]["party"] == "bravo"
    assert entry["held"][0]["size"] > entry["index"]
    text = " ".join(pair.alpha("show", said).out.split())
    assert "bravo holds everything below number" in text
    assert entry["hash"] in text


def test_a_line_has_a_timeline_that_can_be_cut_and_drawn(pair, said, tmp_path):
    rows = pair.alpha("timeline", "--json").json
    assert [row["kind"] for row in rows][:2] == ["line.invite", "line.invite"]
    assert not any(row["is_minor"] for row in rows)
    assert any(row["is_minor"] for row in pair.alpha("timeline", "--machines", "--json").json)
    assert pair.alpha("timeline", "--until", "2001-01-01", "--json").json == []
    drawing = tmp_path / "line.svg"
    pair.alpha("timeline", "--svg", drawing)
    tree = ET.fromstring(drawing.read_bytes())
    words = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert any("Kelp <&>" in (word or "") for word in words)
    assert "border" in words


@pytest.mark.parametrize(
    "verb",
    [
        *("send", "inbox", "show", "take", "answer", "decline", "withdraw", "reconcile"),
        *("correct", "release", "suspend", "resume", "status", "timeline", "verify", "export"),
        *("observe add", "observe check", "observe sample", "observe list", "observe show"),
        *("observe without", "resume accept", "resume refuse"),
    ],
)
def test_every_verb_explains_itself_with_examples_in_plain_words(run, verb):
    out = run(*verb.split(), "--help").out
    assert "Examples" in out
    assert f"tieline {verb.split()[0]}" in out
    for word in ("blob", "leaf", "fold ", "checkpoint"):
        assert word not in out.lower()

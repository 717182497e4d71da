"""Speaking and answering from the command line, and what is said when the rules forbid it."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return homes.two_homes(tmp_path_factory.mktemp("send"))


@pytest.fixture
def pair(run, places, tmp_path):
    return homes.Homes(run, places, tmp_path / "stick")


def say(pair, *args, code=0):
    return pair.alpha("send", *args, "--json", code=code)


def plain_message(pair, *args):
    told = say(pair, "--to", "bravo/watch", "--subject", "Buoy adrift", "It drifts north.", *args)
    return told.json["ref"]


def ladder(ran):
    return {rung["step"]: rung for rung in ran.json["message"]["ladders"][0]["rungs"]}


def test_a_message_is_never_shown_further_than_proven(pair):
    ran = say(pair, "--to", "bravo/watch", "--subject", "Buoy", "It drifts.")
    assert ran.json["waiting"] is False
    assert not ladder(ran)["held"]["proven"]

    pair.carry("alpha", "bravo")
    pair.carry("bravo", "alpha")
    shown = pair.alpha("show", ran.json["ref"], "--json")
    rungs = ladder(shown)
    assert rungs["held"]["proven"]
    assert rungs["opened"]["proven"]
    assert shown.json["message"]["ladders"][0]["reached"] == "opened"
    text = pair.alpha("show", ran.json["ref"]).out
    assert "held by their system" in text
    assert "taken by" not in text


def test_taking_and_answering_reach_the_sender_with_the_office_and_the_words(pair):
    ref = plain_message(pair)
    pair.carry("alpha", "bravo")
    took = pair.bravo("take", ref)
    assert "taken by bravo/watch" in took.out
    pair.bravo("answer", ref, "收到", "--lang", "zh", "--also", "en=Understood")
    pair.carry("bravo", "alpha")
    shown = pair.alpha("show", ref).out
    assert "answered by bravo/watch" in shown
    assert "[zh, original] 收到" in shown
    assert "[en, translation] Understood" in shown


def test_chinese_words_come_back_as_they_were_from_a_file_and_a_translation(pair, tmp_path):
    file = tmp_path / "words"
    file.write_text("这是一次事故,不是攻击。", encoding="utf-8")
    other = tmp_path / "other"
    other.write_text("An accident, not an attack.\n", encoding="utf-8")
    args = ("--file", file, "--lang", "zh", "--also", f"en=@{other}")
    ran = say(pair, "--to", "bravo", "--subject", "事故", *args)
    pair.carry("alpha", "bravo")
    message = pair.bravo("show", ran.json["ref"], "--json").json["message"]
    assert message["title"] == "事故"
    assert message["texts"] == [
        {"lang": "zh", "text": "这是一次事故,不是攻击。", "original": True},
        {"lang": "en", "text": "An accident, not an attack.", "original": False},
    ]


def test_words_may_be_piped_in(pair, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"aus dem Rohr\n")))
    ran = say(pair, "--to", "bravo", "--subject", "s", "--lang", "de")
    assert ran.json["message"]["texts"][0]["text"] == "aus dem Rohr"


def test_a_grave_message_waits_for_a_second_person_who_reads_it_first(pair):
    args = (
        "--to",
        "bravo/watch",
        "--level",
        "flash",
        "--subject",
        "Grave",
        "Words [red]here[/red]",
    )
    ran = say(pair, *args)
    assert ran.json["waiting"] is True
    assert ran.json["ref"] == ""
    short = ran.json["id"][:8]
    listed = pair.alpha("release").out
    assert "Words [red]here[/red]" in listed
    assert short in pair.alpha("inbox").out

    refused = pair.alpha("release", short, "--as", "first", code=3)
    assert "a second person" in refused.err
    done = pair.alpha("release", short, "--as", "second", "--json").json
    assert done["message"]["level"] == "FLASH"
    assert len(done["message"]["signers"]) == 2
    assert pair.alpha("release", "--json").json == []


def test_two_persons_at_one_desk_release_at_once_and_one_may_not_sign_twice(pair):
    args = ("--to", "bravo", "--level", "FLASH", "--subject", "Grave", "Words")
    assert say(pair, *args, "--as", "first", "--with", "second").json["ref"]
    assert say(pair, *args, "--with", "first").json["ref"]
    twice = say(pair, *args, "--as", "first", "--with", "first", code=2)
    assert "cannot sign twice" in twice.json["message"]


def test_what_waits_can_be_dropped_and_is_never_filed(pair):
    held = say(pair, "--to", "bravo", "--level", "FLASH", "--subject", "x", "y").json["id"]
    pair.alpha("release", held[:8], "--drop")
    assert pair.alpha("release", "--json").json == []
    missing = pair.alpha("release", held[:8], code=2)
    assert "tieline release" in missing.err


def test_nothing_in_the_safety_channel_waits(pair):
    args = ("--level", "FLASH", "--channel", "safety", "--subject", "Fire", "On the wharf.")
    assert say(pair, "--to", "bravo", *args).json["waiting"] is False


def test_the_same_id_is_filed_once(pair):
    args = ("--to", "bravo", "--subject", "once", "word", "--id", "ab" * 16)
    first, again = say(pair, *args).json["ref"], say(pair, *args).json["ref"]
    assert first == again


def test_attachments_travel_sealed_and_are_written_where_asked(pair, tmp_path):
    chart = tmp_path / "chart.bin"
    chart.write_bytes(bytes(range(256)))
    ref = plain_message(pair, "--attach", chart)
    pair.carry("alpha", "bravo")
    folder = tmp_path / "got"
    shown = pair.bravo("show", ref, "--save", folder, "--json").json
    assert shown["saved"] == [str(folder / "1-chart.bin")]
    assert (folder / "1-chart.bin").read_bytes() == chart.read_bytes()
    again = pair.bravo("show", ref, "--save", folder, code=2)
    assert "nothing is written over" in again.err


def test_an_attachment_named_like_a_path_stays_in_its_folder(pair, tmp_path):
    from tieline.cli.show import _harmless

    assert _harmless("../../etc/passwd") == "passwd"
    assert _harmless("..") == "attachment"
    assert _harmless("a\x1b[31m\n.txt") == "a__31m_.txt"


def test_steps_that_are_out_of_turn_are_refused_with_what_can_be_done(pair):
    ref = plain_message(pair)
    own = pair.alpha("take", ref, code=3)
    assert "our own message" in own.err
    assert "withdrawn" in own.err
    pair.carry("alpha", "bravo")
    pair.bravo("decline", ref, "--reason", "not for us")
    late = pair.bravo("answer", ref, "still", code=3)
    assert "declined" in late.err
    assert "Nothing is left to do" in late.err
    pair.carry("bravo", "alpha")
    shown = pair.alpha("show", ref).out
    assert "not for us" in shown
    gone = pair.alpha("withdraw", ref, code=3)
    assert "declined" in gone.err


def test_a_message_of_ours_is_withdrawn_and_stays_readable(pair):
    ref = plain_message(pair)
    out = pair.alpha("withdraw", ref, "--reason", "settled by voice").out
    assert "WITHDRAWN" in out or "withdrawn" in out
    shown = pair.alpha("show", ref).out
    assert "settled by voice" in shown
    assert "It drifts north." in shown


def test_an_answer_that_crosses_a_withdrawal_is_reconciled_by_name(pair):
    ref = plain_message(pair)
    pair.carry("alpha", "bravo")
    pair.bravo("answer", ref, "yes")
    pair.alpha("withdraw", ref, "--reason", "no")
    pair.carry("bravo", "alpha")
    crossed = pair.alpha("show", ref, "--json").json["message"]["ladders"][0]
    assert crossed["standing"] == "crossed"
    unnamed = pair.alpha("reconcile", ref, code=2)
    assert "answered, withdrawn" in unnamed.err
    settled = pair.alpha("reconcile", ref, "--outcome", "answered").out
    assert "settled as answered" in settled


def test_a_correction_names_what_it_corrects_and_is_noted_or_disputed(pair):
    ref = plain_message(pair)
    fixed = pair.alpha(*("correct", ref, "It drifts south.", "--reason", "misread", "--json")).json[
        "ref"
    ]
    pair.carry("alpha", "bravo")
    shown = pair.bravo("show", ref).out
    assert f"corrected in  {fixed}" in shown
    assert fixed in pair.bravo("inbox").out
    foreign = pair.bravo("correct", ref, "no", code=3)
    assert "only its author corrects it" in foreign.err
    assert "noted" in pair.bravo("correct", fixed, "--note").out
    disputed = pair.bravo("correct", fixed, "--dispute", "--reason", "ours")
    assert "disputed" in disputed.out


def test_the_inbox_orders_by_precedence_and_tells_the_clock(pair):
    plain_message(pair, "--level", "ROUTINE")
    plain_message(pair, "--level", "PRIORITY", "--mark", "EXERCISE")
    pair.carry("alpha", "bravo")
    (line,) = pair.bravo("inbox", "--json").json["lines"]
    assert {m["clock"]["clock"] for m in line["waits_for_us"]} == {"take"}
    out = pair.bravo("inbox").out
    assert out.index("PRIORITY EXERCISE") < out.index("ROUTINE ACTUAL")
    assert "left" in out
    ours = pair.alpha("inbox").out
    assert "Nothing waits for us." in ours
    assert "We wait for" in ours


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--to", "bravo", "--subject", "s", "w", "--level", "URGENT"), "FLASH, IMMEDIATE"),
        (("--to", "bravo", "--subject", "s", "w", "--channel", "gossip"), "dialogue"),
        (("--to", "bravo", "--subject", "s", "w", "--mark", "REAL"), "EXERCISE"),
        (("--to", "bravo/harbour", "--subject", "s", "w"), "desk, principal, watch"),
        (("--to", "carol", "--subject", "s", "w"), "with carol"),
        (("--to", "alpha", "--subject", "s", "w"), "ourselves"),
        (("--to", "bravo", "--subject", "s", "w", "--answer-by", "soon"), "10m"),
        (("--to", "bravo", "--subject", "s", "w", "--also", "zh"), "LANGUAGE=TEXT"),
        (("--to", "bravo", "--subject", "s", "w", "--also", "en=x"), "'en'"),
        (("--to", "bravo", "--subject", "s", "w", "--attach", "no-such-file"), "no-such-file"),
        (("--to", "bravo", "--subject", "s", "w", "--ref", "alpha-1:99"), "alpha-1:99"),
        (("--to", "bravo", "--subject", "s", "w", "--id", "short"), "32 hexadecimal digits"),
        (("--to", "bravo", "--subject", "s" * 301, "w"), "subject"),
        (("--to", "bravo", "--subject", "s", "w", "--as", "nobody"), "'nobody'"),
    ],
)
def test_bad_input_is_named_and_nothing_is_filed(pair, args, words):
    before = pair.alpha("inbox", "--json").json["lines"][0]["we_wait_for"]
    ran = say(pair, *args, code=2)
    assert words in ran.json["message"]
    after = pair.alpha("inbox", "--json").json["lines"][0]["we_wait_for"]
    assert len(after) == len(before)


def test_a_sequence_that_steers_a_terminal_is_shown_and_not_obeyed(pair):
    say(pair, "--to", "bravo", "--subject", "calm\x1b[2Jwater", "a\u202eb\x1b]0;x\x07")
    pair.carry("alpha", "bravo")
    for verb in (("inbox",), ("show", "alpha-1:1"), ("timeline",)):
        out = pair.bravo(*verb).out
        assert "\x1b[2J" not in out
        assert "\u202e" not in out
        assert "\x07" not in out
    assert r"calm\x1b[2Jwater" in pair.bravo("inbox").out


def test_a_reference_that_nobody_holds_is_named(pair):
    ran = pair.alpha("show", "alpha-1:77", "--json", code=2)
    assert "alpha-1:77" in ran.json["message"]
    assert "tieline inbox" in ran.json["advice"]
    ran = pair.bravo("take", "alpha-1:0", code=3)
    assert "belongs to no message" in ran.err

"""Our own house from the command line."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

MARKER = "Perlmutt-Kranich"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("house")
    homes.two_homes(place)
    return place


@pytest.fixture
def pair(run, folder):
    found = {name: folder / name for name in ("alpha", "bravo")}
    return homes.Homes(run, found, folder / "stick")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_draft_is_written_cleared_and_sent(pair):
    said = pair.alpha(
        *("house", "draft", "--title", "Convoy", "--line", "border", "--to", "bravo/watch"),
        *("--ask", "desk", "--json", "A convoy leaves at noon."),
    ).json
    ref = said["short"]
    assert said["asked"] == ["desk"]
    refused = pair.alpha("house", "send", ref, code=3)
    assert "desk: asked, not given yet" in refused.err
    pair.alpha("house", "comment", ref, "Name the road.", "--office", "desk")
    pair.alpha("house", "refuse", ref, "--office", "desk", "--why", "which road?")
    assert "desk: refused" in pair.alpha("house", "send", ref, code=3).err
    pair.alpha("house", "revise", ref, "A convoy leaves at noon on road 5.", "--why", "asked")
    assert pair.alpha("house", "clear", ref, "--office", "desk", "--json").json["may_go"] is True
    assert "may go" in flat(pair.alpha("house", "list").out)

    sent = pair.alpha("house", "send", ref, "--json").json["sent"]
    shown = pair.alpha("house", "show", ref).out
    assert f"went as {sent} on the line" in flat(shown)
    for words in ("drafted", "asked desk", "commented", "refused", "cleared", "sent a draft"):
        assert words in shown
    assert "does not go again" in pair.alpha("house", "send", ref, code=3).err
    pair.carry("alpha", "bravo")
    heard = pair.bravo("show", sent).out
    assert "A convoy leaves at noon on road 5." in heard
    assert "which road?" not in heard


def test_a_draft_that_two_persons_sign_is_linked_after_its_release(pair):
    ref = pair.alpha(
        *("house", "draft", "--title", "Fire", "--line", "border", "--level", "FLASH"),
        *("--to", "bravo/watch", "--json", "Not an attack."),
    ).json["short"]
    waiting = pair.alpha("house", "send", ref, "--as", "first", "--json").json
    assert waiting["waiting"] is True
    other = pair.alpha("send", "--to", "bravo", "--subject", "x", "--json", "x").json["ref"]
    wrong = pair.alpha("house", "send", ref, "--filed", other, code=2)
    assert "is not what" in wrong.err
    filed = pair.alpha("release", waiting["id"], "--as", "second", "--json").json["ref"]
    pair.alpha("house", "send", ref, "--filed", filed)
    shown = pair.alpha("house", "show", ref, "--json").json
    assert shown["state"] == "sent"
    assert "send_id" not in shown


def test_a_prepared_body_goes_as_its_own_kind(pair, folder):
    body = folder / "say.json"
    subject = {"subject": "Prepared", "texts": [], "codes": ["quiet"], "channel": "dialogue"}
    body.write_text(json.dumps({**subject, "answer_by_s": 0, "references": [], "attachments": []}))
    args = ("--line", "border", "--kind", "message.say", "--body", body, "--json")
    ref = pair.alpha("house", "draft", "--title", "x", *args).json["short"]
    sent = pair.alpha("house", "send", ref, "--json").json["sent"]
    assert "Prepared" in pair.alpha("show", sent).out
    both = ("--body", body, "words")
    assert "not both" in pair.alpha("house", "draft", "--title", "x", *both, code=2).err
    body.write_text("[]")
    bad = ("--title", "x", "--body", body)
    assert "no JSON object" in pair.alpha("house", "draft", *bad, code=2).err


def test_a_draft_is_for_a_line_with_others(pair):
    pair.alpha("house", "note", "x")
    args = ("--title", "x", "--line", "house", "words")
    assert "nobody would read it there" in pair.alpha("house", "draft", *args, code=2).err


def test_notes_points_and_instructions_are_kept_with_their_marks(pair):
    note = pair.alpha("house", "note", "--about", "round-17", MARKER, "--json").json["short"]
    args = ("--topic", "convoys", "--mark", "line", "First, the convoys.")
    pair.alpha("house", "points", "round-17", *args)
    pair.alpha("house", "instruct", "--to", "watch", "--until", "2d", "Take no call.")
    listed = pair.alpha("house", "list", "--about", "round-17", "--json").json
    assert {item["marking"] for item in listed["items"]} == {"own", "line"}
    outside = pair.alpha("house", "list", "--about", "round-17", "--audience", "line")
    assert "First, the convoys." in outside.out
    assert MARKER not in outside.out
    assert "1 item withheld by handling marks." in outside.out
    told = pair.alpha("house", "list", "--audience", "public", "--json")
    assert MARKER not in told.out
    assert "alpha-1" not in told.out

    pair.alpha("house", "revise", note, f"{MARKER}, twice.", "--why", "again")
    pair.alpha("house", "mark", note, "publishable", "--why", "agreed")
    shown = pair.alpha("house", "show", note).out
    assert "changed the mark of a note from own to publishable" in flat(shown)
    assert "already" in pair.alpha("house", "mark", note, "publishable", "--why", "x", code=2).err
    pair.alpha("house", "drop", note, "--why", "overtaken")
    assert note not in pair.alpha("house", "list").out
    assert note in pair.alpha("house", "list", "--all").out


def test_a_call_with_a_counterpart_without_a_node_is_recorded_by_us_only(pair, folder):
    made = pair.alpha(
        *("house", "record", "call-7", "--way", "call", "--on", "2026-11-20"),
        *("--who", "charlie=Colonel X", "--said", f"charlie={MARKER}"),
        *("--verbatim", "alpha=We ask you to.", "--topic", "convoys", "A call.", "--json"),
    ).json
    assert (made["force"], len(made["refs"])) == ("recorded", 3)
    answer = ("--way", "letter", "--answers", made["refs"][2], "They answered.")
    pair.alpha("house", "record", "letter-1", *answer)
    again = ("--way", "letter", "--answers", made["refs"][2], "They answered.")
    assert "nothing new" in pair.alpha("house", "record", "letter-1", *again, code=2).err
    sheet = pair.alpha("house", "sheet", "call-7").out
    assert "RECORDED BY US ONLY" in sheet
    assert MARKER in sheet
    assert "Colonel X" in sheet

    pair.alpha("house", "mark", made["refs"][0], "line", "--why", "asked for")
    file = folder / "call-7.txt"
    args = ("--audience", "line", "--write", file, "--to", "Colonel X")
    pair.alpha("house", "sheet", "call-7", *args)
    assert MARKER not in file.read_text(encoding="utf-8")
    assert "Withheld by their handling marks: 2" in file.read_text(encoding="utf-8")
    shown = pair.alpha("house", "show", made["refs"][0]).out
    assert "call-7.txt, to Colonel X" in flat(shown)
    assert "nothing is written over" in pair.alpha("house", "sheet", "call-7", *args, code=2).err
    assert "nothing is recorded" in pair.alpha("house", "sheet", "call-99", code=2).err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("record", "c-1", "--way", "telepathy"), "'telepathy' is not one of call"),
        (("record", "c-1", "--way", "call", "--result", "fine"), "'fine' is not one of held"),
        (("record", "c 1", "--way", "call"), "is not a key"),
        (("record", "c-1", "--way", "call", "--who", "Colonel X"), "is not SIDE=WORDS"),
        (("record", "c-1", "--way", "call", "--on", "2026-13-01", "x"), "2026-13-01"),
        (("note", "x", "--mark", "secret"), "own, line, publishable"),
        (("list", "--audience", "press"), "own, line, public"),
        (("list", "--kind", "rumour"), "draft, clearance"),
        (("show", "alpha-1:9999"), "nothing in the house stands under"),
        (("ask", "alpha-1:1"), "--office OFFICE"),
        (("instruct", "--to", "watch", "--until", "2026-02-30", "x"), "2026-02-30"),
        (("send", "alpha-1:9999"), "nothing in the house"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_filed(pair, args, told):
    before = pair.alpha("house", "list", "--all", "--json").out
    assert told in flat(pair.alpha("house", *args, code=2).err)
    assert pair.alpha("house", "list", "--all", "--json").out == before


def test_an_export_of_the_house_says_for_whom_it_is(pair, folder):
    pair.alpha("house", "note", MARKER)
    pair.alpha("house", "note", "For anyone.", "--mark", "publishable")
    opened = ("--line", "house", "--with-plaintexts")
    told = pair.alpha("export", folder / "x0", *opened, code=2)
    assert "say who will read" in told.err
    assert not (folder / "x0").exists()
    value = pair.alpha("export", folder / "x1", *opened, "--audience", "public", "--json").json
    assert value["withheld"] > 0
    text = pair.alpha("export", folder / "x2", *opened, "--audience", "public").out
    assert f"{value['withheld']} items withheld by handling marks." in flat(text)
    everything = pair.alpha("export", folder / "x3", *opened, "--audience", "own", "--json").json
    assert everything["withheld"] == 0
    assert everything["files"] == value["files"] + value["withheld"]
    assert pair.run("verify", folder / "x2", code=None).code == 0

    own = pair.alpha("house", "list", "--json").json["items"][0]["ref"]
    pair.alpha("house", "mark", own, "own", "--why", "x", code=None)
    proof = ("--line", "house", "--message", own, "--with-plaintexts", "--audience", "public")
    assert pair.alpha("export", folder / "x4", *proof, "--json").json["withheld"] == 1
    assert not (folder / "x4" / "plaintext").exists()


def test_what_was_said_on_a_line_is_for_its_parties(pair, folder):
    pair.alpha("send", "--to", "bravo", "--subject", "x", "Only for bravo.")
    args = ("--line", "border", "--with-plaintexts", "--audience")
    closed = pair.alpha("export", folder / "y1", *args, "public", "--json").json
    opened = pair.alpha("export", folder / "y2", *args, "line", "--json").json
    assert closed["withheld"] > 0
    assert opened["withheld"] == 0
    assert not (folder / "y1" / "plaintext").exists()


def test_a_timeline_of_the_house_obeys_the_marks(pair):
    pair.alpha("house", "note", "For all of them.", "--mark", "line")
    own = pair.alpha("timeline", "--line", "house", "--json").json
    line = pair.alpha("timeline", "--line", "house", "--audience", "line", "--json").json
    assert 0 < len(line) < len(own)
    assert {(row["ref"], row["office"]) for row in line} == {("", "")}
    assert "withheld" in pair.alpha("timeline", "--line", "house", "--audience", "public").out


def test_a_status_for_others_leaves_out_what_is_not_for_them(pair):
    pair.alpha("house", "note", "x")
    whole = pair.alpha("status", "--json").json
    assert (len(whole["lines"]), whole["withheld"]) == (1, 0)
    assert len(pair.alpha("status", "--audience", "line", "--json").json["lines"]) == 1
    public = pair.alpha("status", "--audience", "public", "--json").json
    assert (public["lines"], public["withheld"]) == ([], 1)
    house = ("status", "--line", "house", "--audience", "line", "--json")
    assert pair.alpha(*house).json["lines"] == []
    assert "1 item withheld" in pair.alpha(*house[:-1]).out


def test_the_house_is_packed_for_nobody(pair, folder):
    pair.alpha("house", "note", "x")
    for more in ((), ("--whole",), ("--to", "bravo"), ("--whole", "--to", "bravo")):
        refused = pair.alpha("pouch", "pack", folder / "p", "--line", "house", *more, code=None)
        assert refused.code in {2, 3}
        assert not (folder / "p").exists()


def test_a_home_without_a_house_says_how_one_begins(pair):
    told = pair.bravo("house", "list", code=2)
    assert "tieline house note" in told.err

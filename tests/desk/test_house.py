"""What officers do in their own house: clear, send, record, mark, and write sheets."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.desk import house, recording, sending, sheets
from tieline.errors import RefusedError, UnverifiedError, UsageError
from tieline.observer import Force, fold
from tieline.observer.assertion import Contact, OfSide
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.procedures.house.note import NOTE
from tieline.record.marking import Audience, Marking
from tieline.replication.parcel import parse_parcel

_spec = importlib.util.spec_from_file_location("housing", Path(__file__).with_name("housing.py"))
assert _spec is not None
assert _spec.loader is not None
housing: Any = importlib.util.module_from_spec(_spec)
sys.modules["housing"] = housing
_spec.loader.exec_module(housing)
places, alpha = housing.places, housing.alpha
record, words, leaks = housing.record, housing.words, housing.leaks

Place = Any


def test_a_contact_without_a_node_answers_as_any_other_source(alpha: Place) -> None:
    seen = recording.statements(alpha.desk, Audience.OWN)
    picture = fold(seen.shown, frozenset({Force.RECORDED}))
    assert picture.faults == ()
    (claim,) = picture.about(Contact, "call-7")
    assert claim.assertion.who == (OfSide(party="charlie", value="Colonel X"),)
    assert claim.cite.force is Force.RECORDED
    assert {s.force for s in picture.record.statements} == {Force.RECORDED}
    assert fold(seen.shown).record.statements == ()
    assert recording.statements(alpha.desk, Audience.PUBLIC).shown == ()


def test_a_contact_said_again_adds_only_what_is_new(alpha: Place) -> None:
    first = record(alpha, "call-8")
    assert len(first) == 1
    with pytest.raises(UsageError, match="nothing new"):
        record(alpha, "call-8")
    more = record(alpha, "call-8", said=(recording.Saying(side="alpha", text="We ask."),))
    assert len(more) == 1
    ids = [i["body"]["item"]["id"] for i in recording.contact_items(alpha.desk, "call-8")]
    assert ids == ["house-call-8-1", "house-call-8-2"]


def test_words_of_several_lines_are_kept_in_full(alpha: Place) -> None:
    text = "Dear Colonel,\n\nthe convoy leaves.\n" + "More. " * 1000
    said = (recording.Saying(side="charlie", text=text, verbatim=True),)
    record(alpha, "letter-1", way="letter", said=said)
    item = recording.contact_items(alpha.desk, "letter-1")[1]["body"]
    assert item["texts"][0]["text"] == text
    assert item["item"]["text"].endswith("…")
    assert item["words"] == "the side's own words"


def test_statements_of_a_file_carry_all_that_they_assert(alpha: Place) -> None:
    text = (
        "statement: call-9-a\n  source: house\n  passage: 1\n  speaker: Colonel X\n"
        "  force: recorded\n  happened: 2026-11-20\n  text: The round is put off.\n"
        "  asserts: postponement round-17\n    by: charlie\n"
    )
    refs = recording.record_statements(
        alpha.desk, alpha.where, text.encode(), contact="call-9", way="call", marking=Marking.OWN
    )
    assert len(refs) == 1
    (item,) = recording.contact_items(alpha.desk, "call-9")
    assert item["body"]["item"]["force"] == "recorded"
    assert item["body"]["item"]["asserts"][0]["kind"] == "postponement"
    for bad, told in (("force: said", "no other"), ("source: other", "other")):
        field = bad.partition(":")[0]
        wrong = text.replace(
            next(row.strip() for row in text.splitlines() if row.strip().startswith(field)), bad
        ).replace("call-9-a", "call-9-b")
        with pytest.raises(UsageError, match=told):
            recording.record_statements(
                alpha.desk,
                alpha.where,
                wrong.encode(),
                contact="call-9",
                way="call",
                marking=Marking.OWN,
            )


def test_a_sheet_says_on_its_face_who_alone_recorded_it(alpha: Place) -> None:
    sheet = sheets.contact_sheet(alpha.desk, "call-7", Audience.OWN)
    assert sheet.text.startswith("RECORDED BY US ONLY")
    assert "The other side has signed none of it." in sheet.text
    assert housing.MARKER in sheet.text
    assert sheet.marking is Marking.OWN
    with pytest.raises(UsageError, match="audience line"):
        sheets.contact_sheet(alpha.desk, "call-7", Audience.LINE)
    contact, said = recording.contact_items(alpha.desk, "call-7")
    house.change_mark(alpha.desk, contact["ref"], Marking.LINE, why="asked for", office="watch")
    sheet = sheets.contact_sheet(alpha.desk, "call-7", Audience.LINE)
    assert sheet.withheld == 1
    assert leaks(alpha, sheet.text.encode()) == []
    assert said["ref"] not in sheet.text


def test_a_change_that_loosens_is_a_step_with_its_author(alpha: Place) -> None:
    said = house.put(alpha.desk, alpha.where, NOTE, {"marking": "own", "texts": words("x")})
    with pytest.raises(UsageError, match="already"):
        house.change_mark(alpha.desk, said.short, Marking.OWN, why="x", office="watch")
    house.change_mark(alpha.desk, said.short, Marking.PUBLISHABLE, why="x", office="desk")
    step = house.find(alpha.desk, said.short)["steps"][-1]
    assert (step["office"], step["body"]["before"]) == ("alpha/desk", "own")
    assert step["signers"]


def test_for_others_an_item_names_nothing_of_our_logs_or_offices(alpha: Place) -> None:
    seen = house.seen_by(Audience.LINE, house.items(alpha.desk))
    assert seen.withheld > 0
    assert seen.shown
    for item in seen.shown:
        assert not {"ref", "full_ref", "office", "steps", "clearances", "send_id"} & set(item)
        assert leaks(alpha, repr(item).encode()) == []


def test_a_draft_waits_for_each_office_and_for_its_newest_text(alpha: Place) -> None:
    desk, where = alpha.desk, alpha.where
    body: dict[str, Any] = {"marking": "own", "title": "Second", "texts": words("One.")}
    ref = house.put(desk, where, dr.DRAFT, body).short
    house.ask(desk, where, ref, ["desk"], note="")
    with pytest.raises(UsageError, match="asked already"):
        house.ask(desk, where, ref, ["desk"], note="")
    with pytest.raises(UsageError, match="no office 'chancellor'"):
        house.ask(desk, where, ref, ["chancellor"], note="")
    with pytest.raises(RefusedError, match="desk: asked, not given yet"):
        sending.check(house.find(desk, ref))
    house.give(desk, cl.CLEAR, ref, office="desk", words="")
    house.revise(desk, ref, {"texts": words("Two.")}, why="", office="watch")
    with pytest.raises(RefusedError, match="cleared revision 1, changed since"):
        sending.check(house.find(desk, ref))
    with pytest.raises(RefusedError, match="not the newest"):
        house.give(desk, cl.CLEAR, ref, office="desk", words="", revision=1)
    with pytest.raises(UsageError, match="says exactly this"):
        house.revise(desk, ref, {"texts": words("Two.")}, why="", office="watch")
    house.give(desk, cl.CLEAR, ref, office="desk", words="", revision=2)
    sending.check(house.find(desk, ref))


def test_sending_twice_files_once(alpha: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = alpha.desk
    body: dict[str, Any] = {"marking": "line", "title": "Third", "texts": words("Three.")}
    ref = house.put(desk, alpha.where, dr.DRAFT, body).short
    draft = house.find(desk, ref)

    def ends(*_: Any, **__: Any) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_link", ends)
        with pytest.raises(InterruptedError):
            sending.send(desk, draft, line=alpha.line(), house_office="watch", office="watch")
    before = alpha.node.seats[alpha.line()].fold.count
    again = house.find(desk, ref)
    sent = sending.send(desk, again, line=alpha.line(), house_office="watch", office="watch")
    assert alpha.node.seats[alpha.line()].fold.count == before
    assert sent.link is not None
    with pytest.raises(RefusedError, match="does not go again"):
        sending.check(house.find(desk, ref))


def test_a_letter_is_a_cleared_draft_that_may_leave(alpha: Place) -> None:
    desk = alpha.desk
    body: dict[str, Any] = {
        "marking": "own",
        "title": "To Charlie",
        "texts": words("Dear Colonel, ..."),
    }
    ref = house.put(desk, alpha.where, dr.DRAFT, body).short
    with pytest.raises(UsageError, match="marked own"):
        sheets.letter(desk, house.find(desk, ref))
    house.change_mark(desk, ref, Marking.LINE, why="to be sent", office="watch")
    sheet = sheets.letter(desk, house.find(desk, ref))
    assert "Dear Colonel" in sheet.text
    assert leaks(alpha, sheet.text.encode()) == []


def test_a_home_without_a_house_says_how_one_begins(places: dict[str, Place]) -> None:
    with pytest.raises(UsageError) as told:
        house.items(places["bravo"].desk)
    assert "tieline house note" in told.value.advice
    assert recording.statements(places["bravo"].desk, Audience.OWN).shown == ()


def test_an_unverified_peer_of_the_house_has_no_place_at_the_server(alpha: Place) -> None:
    from tieline.daemon import Daemon

    daemon = Daemon(alpha.node)
    assert daemon._party(house.house_line(alpha.desk), "any pin") is None
    with pytest.raises(UnverifiedError):
        parse_parcel(b"house")

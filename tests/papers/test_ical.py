"""Calendars: no day is invented, changes only count up, and two other readers read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject

from tieline.observer import picture_of, read_text
from tieline.papers.happenings import Kind, Standing, happenings
from tieline.papers.ical import make_calendar, uid_of
from tieline.record.marking import Marking

STAMP = datetime(2030, 1, 1, 12, tzinfo=UTC)
DAY = date(2030, 1, 1)
PLANNED = ("A round is planned.", ["asserts: round r-1", "  of: talks", "  planned: 2030-03-01"])
OFF = ("It is cancelled.", ["asserts: turn r-1", "  move: cancelled"])
PUT_OFF = ("It is put off.", ["asserts: postponement r-1", "  by: unknown"])
MOVED = ("It is put off to May.", ["asserts: postponement r-1", "  by: A", "  to: 2030-05"])


def feed(picture, **more):
    options: dict[str, Any] = {
        "record": "rec",
        "name": "N",
        "stamp": STAMP,
        "on": DAY,
        "mark": Marking.LINE,
    } | more
    return make_calendar(picture, **options)


def events(picture, **more):
    calendar = icalendar.Calendar.from_ical(feed(picture, **more).data)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def only(picture, **more):
    (event,) = events(picture, **more).values()
    return event


def test_a_planned_day_is_tentative_and_reminds(picture):
    event = only(picture(PLANNED))
    assert event["dtstart"].dt == date(2030, 3, 1)
    assert event["dtend"].dt == date(2030, 3, 2)
    assert (event["status"], event["transp"]) == ("TENTATIVE", "TRANSPARENT")
    assert event["dtstamp"].dt == STAMP
    assert [a["trigger"].dt for a in event.walk("VALARM")] == [timedelta(-7), timedelta(-1)]


def test_a_round_held_on_a_day_is_sure(picture):
    event = only(picture(("Held.", ["asserts: round r-1", "  held: 2029-12-05"])))
    assert (event["status"], event["transp"]) == ("CONFIRMED", "OPAQUE")
    assert event.walk("VALARM") == []


def test_an_interval_is_some_day_in_it_and_leaves_the_time_free(picture):
    event = only(picture(("Held.", ["asserts: round r-1", "  held: 2029-12"])))
    assert "(some day in 2029-12)" in event["summary"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2029, 12, 1), date(2030, 1, 1))
    assert (event["status"], event["transp"]) == ("TENTATIVE", "TRANSPARENT")


def test_days_of_opening_and_closing_make_a_round_last(picture):
    told = picture(
        ("Held.", ["asserts: round r-1", "  held: 2029-12-05..2029-12-06"]),
        ("Opened.", ["asserts: turn r-1", "  move: opened", "  days: 2029-12-05"]),
        ("Closed.", ["asserts: turn r-1", "  move: closed", "  days: 2029-12-06"]),
    )
    event = only(told)
    assert "some day" not in event["summary"]
    assert (event["status"], event["dtend"].dt) == ("CONFIRMED", date(2029, 12, 7))


@pytest.mark.parametrize("days", ["2029-12-05..", "..2029-12-05", "unknown", "2020..2024"])
def test_what_has_no_day_is_left_out_and_named(picture, days):
    made = feed(picture(("Held.", ["asserts: round r-1", f"  held: {days}"])))
    assert made.count == 0
    assert len(made.left_out) == 1


@pytest.mark.parametrize("later", [OFF, PUT_OFF])
def test_what_is_cancelled_or_put_off_without_a_day_is_cancelled(picture, later):
    event = only(picture(PLANNED, later))
    assert event["status"] == "CANCELLED"
    assert event.walk("VALARM") == []


def test_a_new_day_moves_the_event_and_keeps_its_name(picture):
    before, after = only(picture(PLANNED)), only(picture(PLANNED, MOVED))
    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt == date(2030, 5, 1)
    assert after["status"] == "TENTATIVE"
    assert after["sequence"] > before["sequence"]


def test_sequence_never_goes_down_as_the_record_grows(picture):
    record = [PLANNED, PUT_OFF, MOVED, OFF]
    withdrawal = "withdrawal: w-1\n  of: s-4\n  author: a\n  on: 2030-01-02\n  why: wrong\n"
    grown = [picture(*record[:n]) for n in range(1, 5)] + [picture(*record, more=withdrawal)]
    counts = [only(one)["sequence"] for one in grown]
    assert counts == sorted(set(counts))
    assert only(grown[-1])["status"] == "TENTATIVE"


def test_what_is_wholly_taken_back_is_cancelled_and_not_forgotten(picture):
    withdrawal = "withdrawal: w-1\n  of: s-1\n  author: a\n  on: 2030-01-02\n  why: wrong\n"
    before, after = only(picture(PLANNED)), only(picture(PLANNED, more=withdrawal))
    assert after["uid"] == before["uid"]
    assert after["status"] == "CANCELLED"
    assert after["sequence"] > before["sequence"]


def test_the_other_name_of_a_merged_round_is_cancelled(sample):
    gone = [one for one in happenings(sample, on=DAY) if "now kept as" in one.title]
    assert all(one.standing is Standing.OFF for one in gone)
    assert len(gone) == len([k for k, v in sample.aliases.items() if k.startswith("talks")])


def test_due_by_the_end_of_an_interval_stands_on_its_last_day(picture):
    lines = ["asserts: commitment c-1", "  what: exercises", "  by: A", "  due: ..2030-12-31"]
    event = only(picture(("Promised.", lines)))
    assert event["summary"] == "Due: A: exercises"
    assert event["dtstart"].dt == date(2030, 12, 31)
    assert len(event.walk("VALARM")) == 2


def test_a_measure_ends_and_an_embargo_too(picture):
    told = picture(
        ("A measure.", ["asserts: measure m-1", "  name: tariff", "  until: 2030-06-30"]),
        (
            "A readout.",
            ["asserts: readout r-1", "  side: A", "  embargo: 2030-01-04"],
        ),
    )
    kinds = {one.kind: one for one in happenings(told, on=DAY)}
    assert kinds[Kind.EXPIRY].days.latest == date(2030, 6, 30)
    assert kinds[Kind.EMBARGO].days.latest == date(2030, 1, 4)
    assert {str(e["categories"].cats[0]) for e in events(told).values()} == {"expiry", "embargo"}


def test_the_entity_tag_changes_with_the_content_and_not_with_the_stamp(picture):
    first, later = feed(picture(PLANNED)), feed(picture(PLANNED), stamp=STAMP + timedelta(1))
    assert first.etag == later.etag
    assert first.data != later.data
    assert first.etag.startswith('W/"')
    assert feed(picture(PLANNED, MOVED)).etag != first.etag
    assert feed(picture(PLANNED)).data == first.data


def test_names_differ_by_record_kind_and_key():
    told = {
        uid_of(r, k, key) for r in ("a", "b") for k in (Kind.ROUND, Kind.DUE) for key in ("x", "y")
    }
    assert len(told) == 8


def test_marks_are_classes_and_stand_in_the_text(picture):
    for mark, told in zip(Marking, ("CONFIDENTIAL", "PRIVATE", "PUBLIC"), strict=True):
        event = only(picture(PLANNED), mark=mark)
        assert event["class"] == told
        assert f"Handling: {mark.value}." in event["description"]


def test_lines_are_folded_and_odd_characters_come_back(picture):
    words = "semi;colon, comma \\ back 谈判 " + "長" * 60
    lines = ["asserts: commitment c-1", f"  what: {words}", "  due: 2030-02-01"]
    data = feed(picture(("Promised.", lines))).data
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    read = vobject.readOne(data.decode())
    assert words in read.vevent.summary.value


def test_another_reader_finds_the_same_events(sample):
    data = feed(sample, on=date(2024, 1, 12)).data
    read = vobject.readOne(data.decode())
    ours: list[Any] = list(icalendar.Calendar.from_ical(data).walk("VEVENT"))
    theirs = {
        (e.uid.value, e.dtstart.value, e.dtend.value, e.status.value, int(e.sequence.value))
        for e in read.vevent_list
    }
    assert theirs == {
        (str(e["uid"]), e["dtstart"].dt, e["dtend"].dt, str(e["status"]), e["sequence"])
        for e in ours
    }
    assert len(theirs) == len(ours) > 4


def test_the_second_dialogue_stands_on_the_day_that_it_was_held(sample):
    told = events(sample, on=date(2024, 1, 12))
    (event,) = [e for name, e in told.items() if "round 2 (held)" in name]
    assert event["dtstart"].dt == date(2018, 11, 9)
    assert "i-dsd-2-day (inference by observer)" in event["description"]


def test_a_picture_of_earlier_knowledge_has_nothing_of_later_reports():
    text = (
        "format: tieline/observer@v1\n\nsource: s\n  published: 2030-01-01\n  file: s\n\n"
        "statement: a\n  source: s\n  passage: 1\n  force: said\n  text: t\n"
        "  asserts: round r-1\n    planned: 2030-03-01\n"
    )
    told = picture_of(read_text(text.encode()).record)
    assert feed(told, known_on=date(2029, 12, 31)).count == 0
    assert feed(told, known_on=date(2030, 1, 2)).count == 1

"""Before anything is filed it is told what it joins, what is new and what would not fit."""

import pytest

from tieline.observer import parse_text, picture_of
from tieline.observer.intake_gain import gain, impossible
from tieline.observer.text import read_text


@pytest.fixture
def look(river, river_picture):
    def looked(text):
        reading = read_text(text.encode(), river)
        assert reading.faults == ()
        return gain(river_picture, reading.record.items())

    return looked


STATEMENT = """\
statement: n-1
  source: gazette
  passage: 9
  force: narrated
  text: Something more was told.
"""


def test_a_text_may_refer_to_what_is_recorded_already(river):
    assert read_text(STATEMENT.encode()).faults
    assert read_text(STATEMENT.encode(), river).faults == ()


def test_a_key_that_is_taken_by_something_else_is_refused(river):
    faults = read_text(STATEMENT.replace("n-1", "g-1").encode(), river).faults
    assert "recorded already" in faults[0].what


def test_what_joins_names_the_statements_that_are_there(look):
    found = look(STATEMENT + "  asserts: round ferry-2\n    host: Aval\n")
    (joint,) = found.joints
    assert set(joint.with_ids) == {"g-1", "h-2"}
    assert joint.words().startswith("joins round ferry-2")
    assert not found.contradicts


def test_what_is_new_is_said_to_be_new_and_a_likeness_is_pointed_out(look):
    found = look(STATEMENT + "  asserts: round Ferry_2\n    host: Aval\n")
    (joint,) = found.joints
    assert joint.with_ids == ()
    assert joint.like == ("ferry-2",)
    assert "is it ferry-2" in joint.words()


def test_a_key_of_another_kind_is_pointed_out(look):
    (joint,) = look(STATEMENT + "  asserts: channel ferry-2\n").joints
    assert "round" in joint.other_kinds


def test_only_what_would_newly_contradict_is_told(look):
    found = look(STATEMENT + "  asserts: round ferry-2\n    number: 3\n")
    (one,) = found.against
    assert (one.thing, one.field) == ("ferry-2", "number")
    assert {cite.id for _, cite in one.values} == {"g-1", "n-1"}


def test_a_merge_tells_whose_reports_become_one(look):
    found = look(
        "inference: i-x\n  author: desk\n  text: One.\n  ground: g-1\n"
        "  asserts: same ferry-2\n    as: jetty\n"
    )
    assert any(joint.word == "as one" and "g-2" in joint.with_ids for joint in found.joints)


def test_what_cannot_be_is_refused_and_not_only_told(look):
    found = look(
        STATEMENT.replace("  text", "  happened: 1931-06-01\n  text")
        + "  asserts: commitment boats\n    by: Aval\n    due: 1930\n"
    )
    assert found.refused
    assert found.against == ()


def test_what_is_there_already_is_judged_no_more():
    bad = "source: s\n  published: 1931\n  file: f\n\n" + STATEMENT.replace("gazette", "s").replace(
        "  text", "  happened: 1931-06-01\n  text"
    )
    bad += "  asserts: commitment boats\n    by: Aval\n    due: 1930\n"
    record = parse_text(bad.encode())
    empty = picture_of(parse_text(b""))
    assert impossible(empty, record.items())
    assert impossible(picture_of(record), record.items()) == ()

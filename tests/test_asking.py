"""Asking a node: which record is meant, and that its picture is kept until the record grows."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tieline import asking
from tieline.asking import record_named, records, warm
from tieline.control import LocalClient
from tieline.desk import observing
from tieline.desk.observing import enter
from tieline.errors import UsageError
from tieline.node import Node
from tieline.observer import to_body
from tieline.record.marking import Audience

_spec = importlib.util.spec_from_file_location(
    "homes", Path(__file__).with_name("cli") / "homes.py"
)
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


def ask(node: Node, args: Any) -> Any:
    return asking.ask(node, args)


def sample() -> bytes:
    return files("tieline.observer").joinpath("samples", "talks-2017-2024.txt").read_bytes()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asking")
    desk = homes.party(folder, "observer")
    enter(desk, sample(), vault=folder / "observer-vault")
    yield desk
    desk.client.close()


@pytest.fixture
def node(desk):
    assert isinstance(desk.client, LocalClient)
    return desk.client.node


def test_the_only_record_needs_no_name_and_an_unknown_one_is_refused(node):
    assert [one.kind for one in records(node)] == ["observer"]
    assert record_named(node, "") == record_named(node, "observer")
    with pytest.raises(UsageError, match="observer"):
        record_named(node, "observr")
    with pytest.raises(UsageError, match="no record is called"):
        record_named(node, "house")


def test_an_answer_tells_what_it_was_made_from(node):
    found = ask(node, {"question": "round", "of": "observer", "args": {"key": "dsd-2"}})

    assert (found["record"], found["statements"], found["left_off"]) == ("observer", 75, 0)
    assert found["answer"]["first_plan"]["place"] == "Beijing"
    assert found["known_on"] is None


def test_what_was_known_on_a_day_is_all_that_is_used(node):
    args = {"on": "2018-11-10", "known_on": "2018-11-10", "key": "dpct"}
    with pytest.raises(UsageError, match="dpct"):
        ask(node, {"question": "mechanism", "args": args})
    assert ask(node, {"question": "status", "args": {"known_on": "2018-11-10"}})["set_aside"] > 0


def test_without_a_day_today_is_meant_by_the_node_s_own_clock(node, monkeypatch):
    now = node.now()
    monkeypatch.setattr(node, "now", lambda: type(now)(wall_ms=0, elapsed_ms=now.elapsed_ms))

    assert ask(node, {"question": "due"})["on"] == "1970-01-01"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"question": "statu"}, "status"),
        ({"question": "round", "args": []}, "not an object"),
        ({"question": "status", "audience": "friends"}, "audience"),
        ({"question": "status", "args": {"on": "soon"}}, "soon"),
    ],
)
def test_what_cannot_be_taken_is_refused(node, args, words):
    with pytest.raises(UsageError, match=words):
        ask(node, args)


def test_a_picture_is_kept_until_the_record_grows(desk, node, tmp_path):
    line = record_named(node, "").line
    first = warm(node, line, "observer")
    words = first.index()
    assert warm(node, line, "observer") is first
    assert warm(node, line, "observer").index() is words
    assert warm(node, line, "observer", Audience.PUBLIC) is not first

    more = """format: tieline/observer@v1

statement: new-1
  source: 000
  passage: 99
  force: narrated
  text: 南海新消息
"""
    enter(desk, sample().rstrip() + b"\n\n" + more.partition("\n\n")[2].encode(), vault=tmp_path)

    again = warm(node, line, "observer")
    assert again is not first
    # What was there is not read again, and the picture is the one that reading all would give.
    assert again.picture == asking.observer_picture(node.seat(line), Audience.OWN)
    assert again.picture.statement("new-1") is not None
    hits = ask(node, {"question": "search", "args": {"query": "南海"}})["answer"]["hits"]
    assert [hit["id"] for hit in hits] == ["new-1"]


EXTRA = """format: tieline/observer@v1

statement: {id}
  source: 000
  passage: 99
  force: narrated
  text: {text}
"""


def test_what_is_filed_later_is_added_without_folding_all_again(desk, node, tmp_path, monkeypatch):
    line = record_named(node, "").line
    warm(node, line, "observer")
    with monkeypatch.context() as never:
        never.setattr(asking, "PROVIDERS", {})
        enter(desk, EXTRA.format(id="new-2", text="More.").encode(), vault=tmp_path)
        assert warm(node, line, "observer").picture.statement("new-2") is not None


def test_an_item_that_contradicts_one_of_its_id_is_a_fault_as_in_a_fresh_fold(desk, node, tmp_path):
    line = record_named(node, "").line
    before = warm(node, line, "observer")
    (first,) = (one for one in before.picture.record.statements if one.id == "000-1")
    odd: Any = to_body(replace(first, text="Otherwise."))
    observing._file_batch(desk, line, [odd], "desk")

    after = warm(node, line, "observer")
    assert not before.picture.faults
    assert len(after.picture.faults) == 1
    assert after.picture == asking.observer_picture(node.seat(line), Audience.OWN)


def test_every_kind_of_record_has_a_provider():
    assert set(asking.PROVIDERS) == {"observer", "house", "line"}

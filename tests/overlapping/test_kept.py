"""A node keeps overlaps warm: nothing is read or measured again that did not change."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tieline.control import LocalClient
from tieline.deconfliction import book as book_module
from tieline.deconfliction import recorded
from tieline.deconfliction.notified import Notified
from tieline.desk import notifying as nt
from tieline.desk.speaking import Desk
from tieline.errors import StoreError
from tieline.feeds.keeping import Keeping
from tieline.home import Home
from tieline.overlapping import kept as kept_module
from tieline.overlapping import watching
from tieline.overlapping.kept import Line, line_of
from tieline.overlapping.packs import adopt
from tieline.settings import load_settings
from tieline.space.position import Position
from tieline.space.shape import Circle
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

T0 = 1_900_000_000_000
HOUR_MS = 3_600_000
WIDE = b"""format = "tieline/rules@v1"
id = "wide"
edition = 1
title = "Wide"
dated = 2026-12-01
source = "letters"
[[separation]]
id = "far"
kinds = ["any"]
other_kinds = ["any"]
distance_m = 200000
source = "point 1"
support = "agreed"
"""


def homes() -> ModuleType:
    path = Path(__file__).parent.parent / "cli" / "homes.py"
    spec = importlib.util.spec_from_file_location("homes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = homes().two_homes(tmp_path)["alpha"]
    desk = Desk(Home(home), LocalClient(load_settings(home)[0]))
    yield desk
    desk.client.close()


def shape(lat_e7: int) -> Circle:
    return Circle(centre=Position(lat_e7=lat_e7, lon_e7=121_666_667), radius_m=5_000)


def volumes(lat_e7: int) -> list[Any]:
    at = {"lat_e7": lat_e7, "lon_e7": 121_666_667}
    shape = {"kind": "circle", "centre": at, "radius_m": 5_000}
    return [{"shape": shape, "window": [{"start_ms": T0, "end_ms": T0 + HOUR_MS}]}]


def notify(desk: Desk, key: str, lat_e7: int = 543_333_333) -> None:
    desk.say(
        line=line_id(desk),
        kind="activity.notify",
        body={"key": key, "sort": "firing", "volumes": volumes(lat_e7)},
        office="watch",
    )


def amend(desk: Desk, key: str, lat_e7: int) -> None:
    line, kind = line_id(desk), "activity.amend"
    notice = nt.lines_with(desk, key, [line])[line]
    body = nt.amended(notice, kind, {"volumes": volumes(lat_e7)})
    nt.step(desk, notice, line=line, kind=kind, body=body, office="watch")


def line_id(desk: Desk) -> str:
    found: Any = desk.client.call("info")
    return str(found["lines"][0]["line"])


def node_of(desk: Desk) -> Any:
    client: Any = desk.client
    return client.node


def kept(desk: Desk) -> Line:
    return line_of(node_of(desk), line_id(desk))


def warning(name: str, lat_e7: int = 543_333_333) -> Notified:
    window = Window(spans=(Interval(start_ms=T0, end_ms=T0 + HOUR_MS),))
    volume = Volume(shape=shape(lat_e7), window=window)
    return Notified(key=name, party="warnings", kind="hazard", volumes=(volume,))


class Kept(Keeping):
    """Warnings that a test hands over, and how often they were asked for."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.given: tuple[Notified, ...] = ()
        self.number = 0
        self.asked: list[int] = []
        self.fault = ""

    def version(self) -> int:
        if self.fault:
            raise StoreError(self.fault)
        return self.number

    def in_force(self, at_ms: int) -> tuple[Notified, ...]:
        self.asked.append(at_ms)
        return self.given


@pytest.fixture
def warnings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Kept:
    found = Kept()
    monkeypatch.setitem(kept_module._KEEPINGS, node_of(desk), found)
    return found


def overlaps(desk: Desk, **more: Any) -> Any:
    return desk.client.call("overlaps", line=line_id(desk), **more)


def test_what_did_not_change_is_neither_read_nor_measured_again(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given, warnings.number = (warning("W 1"),), 1
    read: list[str] = []
    filed = recorded.filed

    def counted(*args: Any) -> Any:
        read.append(args[-1])
        return filed(*args)

    monkeypatch.setattr(kept_module, "filed", counted)
    notify(desk, "gunnery")
    first = overlaps(desk)
    assert [each["between"][1]["key"] for each in first["overlaps"]] == ["W 1"]
    book = kept(desk).book()
    assert book is not None
    put: list[str] = []

    def put_counted(told: Notified, slot: Any) -> bool:
        put.append(told.key)
        return type(book).put(book, told, slot)

    monkeypatch.setattr(book, "put", put_counted)
    again = overlaps(desk)
    assert (read, put, len(warnings.asked)) == (["gunnery"], [], 1)
    assert again["digest"] == first["digest"]

    notify(desk, "far", 100_000_000)
    overlaps(desk)
    assert (read, put) == (["gunnery", "far"], ["far"])


def test_warnings_count_in_the_whole_hash_and_not_in_that_of_the_line(
    desk: Desk, warnings: Kept
) -> None:
    notify(desk, "gunnery")
    bare = overlaps(desk)
    warnings.given, warnings.number = (warning("W 1"), warning("W 2")), 1
    told = overlaps(desk, own="yes")

    assert told["line_digest"] == overlaps(desk, own="yes")["line_digest"]
    assert overlaps(desk)["line_digest"] == bare["line_digest"] == bare["digest"]
    assert overlaps(desk)["digest"] != bare["digest"]
    # Warnings are not compared among themselves, even where own pairs are asked for.
    assert len(told["overlaps"]) == 2
    shown: Any = desk.client.call(
        "overlap", line=line_id(desk), id=told["overlaps"][0]["id"], own="yes"
    )
    assert [side["source"] for side in shown["between"]] == ["line", "warning"]
    assert shown["knew"] == []


def test_warnings_that_cannot_be_read_are_told_of_and_hold_nothing_up(
    desk: Desk, warnings: Kept
) -> None:
    warnings.given, warnings.number = (warning("W 1"),), 1
    notify(desk, "gunnery")
    assert len(overlaps(desk)["overlaps"]) == 1
    warnings.fault = "the file is damaged"
    told = overlaps(desk)
    assert told["overlaps"] == []
    assert any("warnings cannot be read: the file is damaged" in c for c in told["caveats"])
    warnings.fault = ""
    assert len(overlaps(desk)["overlaps"]) == 1


def test_a_pack_that_is_adopted_counts_at_once_and_stands_in_the_hash(
    desk: Desk, warnings: Kept
) -> None:
    warnings.given, warnings.number = (warning("W 1", 550_000_000),), 1
    notify(desk, "gunnery")
    before = overlaps(desk)
    assert before["overlaps"] == []
    adopt(desk.home.path, WIDE, line=line_id(desk))
    after = overlaps(desk)

    assert after["packs"] == ["wide@1"]
    assert [each["rule"] for each in after["overlaps"]] == ["far"]
    assert after["line_digest"] != before["line_digest"]


def test_one_notification_that_cannot_be_taken_leaves_all_others(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieline.deconfliction.book.OVERLAPS_MAX", 1)
    warnings.given, warnings.number = (warning("W 1"), warning("W 2")), 1
    notify(desk, "gunnery")
    told = overlaps(desk)

    assert len(told["overlaps"]) == 1
    assert any("was not compared: 2 pairs are closer" in words for words in told["caveats"])


@pytest.mark.parametrize("args", [{"known_ms": -1}, {"known_ms": "now"}, {"known_ms": 10**18}])
def test_a_time_that_is_none_is_refused(desk: Desk, args: Any) -> None:
    with pytest.raises(Exception, match="known_ms is no time"):
        overlaps(desk, **args)


# -- a node that stays up


def told_of(desk: Desk) -> list[str]:
    """What the node has told of overlaps so far."""
    return [tell.words for _, _, tell in node_of(desk).journal if tell.event == "overlap"]


def look(desk: Desk, monkeypatch: pytest.MonkeyPatch, busy_s: float = 60.0) -> None:
    monkeypatch.setattr(watching, "LOOK_S", 0.0)
    monkeypatch.setattr(watching, "BUSY_S_MAX", busy_s)
    asyncio.run(watching.watch(node_of(desk)))


def test_a_new_overlap_is_told_of_once_and_not_again_after_a_start(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given, warnings.number = (warning("W 1"),), 1
    look(desk, monkeypatch)
    assert told_of(desk) == []
    notify(desk, "gunnery")
    look(desk, monkeypatch)
    look(desk, monkeypatch)
    (words,) = told_of(desk)
    assert "alpha: gunnery / warnings: W 1; room in common" in words

    # As after a start: nothing is remembered but what lies beside the record.
    kept_module._LINES.clear()
    watching._WATCHES.clear()
    look(desk, monkeypatch)
    assert len(told_of(desk)) == 1
    warnings.given, warnings.number = (warning("W 1"), warning("W 2")), 2
    look(desk, monkeypatch)
    assert "warnings: W 2" in told_of(desk)[1]


def test_many_new_ones_are_counted_and_not_all_told(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given = tuple(warning(f"W {number}") for number in range(14))
    warnings.number = 1
    notify(desk, "gunnery")
    look(desk, monkeypatch)

    assert len(told_of(desk)) == 11
    assert told_of(desk)[-1].startswith("4 more new overlaps")


def test_a_long_list_is_taken_up_in_several_turns(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given = tuple(warning(f"W {number}", number * 1_000_000) for number in range(60))
    warnings.number = 1
    notify(desk, "gunnery", 30_000_000)
    turns = 0
    while not told_of(desk):
        look(desk, monkeypatch, 1e-9)
        turns += 1
        assert turns < 200
    assert turns > 2
    assert len(told_of(desk)) == 1


def test_a_damaged_memory_of_what_was_told_is_begun_anew(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given, warnings.number = (warning("W 1"),), 1
    notify(desk, "gunnery")
    look(desk, monkeypatch)
    (path,) = (desk.home.path / "derived").glob("*.overlaps")
    assert len(json.loads(path.read_bytes())) == 1
    path.write_text("{")
    watching._WATCHES.clear()
    look(desk, monkeypatch)
    assert len(told_of(desk)) == 2


def test_what_could_not_be_compared_is_told_as_long_as_it_is_so_and_settles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(desk, "first")
    notify(desk, "second")
    amend(desk, "second", 543_333_334)
    (met,) = overlaps(desk, own="yes")["overlaps"]
    monkeypatch.setattr(book_module, "OVERLAPS_MAX", 0)
    amend(desk, "second", 543_333_335)

    for _ in range(2):
        told = overlaps(desk, own="yes")
        assert told["overlaps"] == []
        became = {each["id"]: each["state"] for each in told["gone"]}
        assert became[met["id"]] == "found"
        assert any("second was not compared: 1 pairs" in words for words in told["caveats"])

    monkeypatch.undo()
    amend(desk, "second", 100_000_000)
    told = overlaps(desk, own="yes")
    assert {each["state"] for each in told["gone"]} == {"settled"}
    assert not any("not compared" in words for words in told["caveats"])


def test_a_line_that_cannot_be_worked_out_is_told_of_once_and_watched_again_when_it_can(
    desk: Desk, warnings: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings.given, warnings.number = (warning("W 1"),), 1
    notify(desk, "gunnery")
    with monkeypatch.context() as odd:
        odd.setattr(Line, "book", None)
        look(desk, monkeypatch)
        look(desk, monkeypatch)
    (words,) = told_of(desk)
    assert words.startswith("overlaps of this line are not watched: ")
    look(desk, monkeypatch)
    assert told_of(desk)[1].startswith("new overlap ")

"""Nothing of our own house crosses: each way is tried, and every byte that leaves is searched."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from tieline.desk import house, sending
from tieline.errors import RefusedError, UsageError
from tieline.evidence.audit import audit_files
from tieline.evidence.handling import handling_of
from tieline.evidence.message import evidence_for
from tieline.procedures.house import draft as dr
from tieline.procedures.house.note import NOTE
from tieline.record.marking import Audience, Marking
from tieline.replication.parcel import Parcel, encode_parcel, parse_parcel

_spec = importlib.util.spec_from_file_location("housing", Path(__file__).with_name("housing.py"))
assert _spec is not None
assert _spec.loader is not None
housing: Any = importlib.util.module_from_spec(_spec)
sys.modules["housing"] = housing
_spec.loader.exec_module(housing)
places, alpha = housing.places, housing.alpha
record, words, leaks = housing.record, housing.words, housing.leaks

MARKER, OPEN, unfolded, files_below = (
    housing.MARKER,
    housing.OPEN,
    housing.unfolded,
    housing.files_below,
)
Place = Any


def test_the_search_finds_the_marker_where_it_is(alpha: Place) -> None:
    found = alpha.exported(house.house_line(alpha.desk), plaintexts=True)
    data = b"\n".join(found.values())
    assert len(leaks(alpha, data)) >= 6
    assert leaks(alpha, MARKER.encode()) != []


def test_nothing_of_the_house_is_in_any_parcel_pouch_or_home_of_the_other(
    alpha: Place, places: dict[str, Place], tmp_path: Path
) -> None:
    bravo = places["bravo"]
    alpha.exchange(bravo)
    bravo.exchange(alpha)
    alpha.client.call("pouch.pack", line=alpha.line(), folder=str(tmp_path / "all"), whole="yes")
    alpha.client.call("pouch.pack", line=alpha.line(), folder=str(tmp_path / "to"), to="bravo")
    bravo.client.call("pouch.read", folder=str(tmp_path / "all"))
    bravo.client.call("pouch.pack", line=bravo.line(), folder=str(tmp_path / "back"), whole="yes")

    assert len(alpha.sent) >= 2
    for data in (*alpha.sent, *bravo.sent):
        assert leaks(alpha, data) == []
        assert parse_parcel(data).line == alpha.line()
    assert len(list(tmp_path.rglob("*"))) > 10
    for path, data in (*files_below(tmp_path), *files_below(bravo.home)):
        assert leaks(alpha, data + str(path).encode()) == [], path
    assert {c.title for c in bravo.node.configs.values()} == {"border"}


def test_nothing_of_the_house_is_in_what_the_line_says_even_opened(
    alpha: Place, places: dict[str, Place]
) -> None:
    bravo = places["bravo"]
    alpha.exchange(bravo)
    for place in (alpha, bravo):
        whole = place.exported(place.line(), plaintexts=True)
        data = b"\n".join([*whole.values(), *map(str.encode, whole)])
        assert leaks(alpha, data) == []
        assert OPEN.encode() in unfolded(data)
    store, parties = bravo.node.store, bravo.node.configs[bravo.line()].parties
    for origin in bravo.node.seats[bravo.line()].copies:
        head = store.checkpoint(origin)
        for index in range(head[0] if head is not None else 0):
            proof = dict(evidence_for(store, bravo.line(), parties, origin, index))
            assert leaks(alpha, b"\n".join(proof.values())) == []


def test_bravo_reads_what_was_sent_and_no_more(alpha: Place, places: dict[str, Place]) -> None:
    bravo = places["bravo"]
    alpha.exchange(bravo)
    (draft,) = (i for i in house.items(alpha.desk) if i["kind"] == dr.DRAFT)
    sent = draft["steps"][-2]["body"] if draft["steps"][-1]["kind"] == dr.MARK else {}
    assert sent["line"] == alpha.line()
    entry = bravo.client.call("show", line=bravo.line(), ref=sent["entry"])
    assert isinstance(entry, dict)
    assert entry["body"] == {
        "subject": "Convoy",
        "texts": words(OPEN),
        "codes": [],
        "channel": "dialogue",
        "answer_by_s": 0,
        "references": [],
        "attachments": [],
    }
    assert entry["id"] == draft["send_id"]


def test_no_entry_of_the_house_is_said_on_the_line(alpha: Place) -> None:
    note = next(i for i in house.items(alpha.desk) if i["kind"] == NOTE)
    before = alpha.client.call("info")
    for kind, body in ((NOTE, {"marking": "own", "texts": words("x")}), (dr.DRAFT, note["body"])):
        with pytest.raises((RefusedError, UsageError)):
            alpha.desk.say(line=alpha.line(), kind=kind, body=body)
    said = {
        "subject": "x",
        "texts": words("x"),
        "codes": [],
        "channel": "dialogue",
        "answer_by_s": 0,
        "references": [note["full_ref"]],
        "attachments": [],
    }
    with pytest.raises(RefusedError, match="ours alone"):
        alpha.desk.say(line=alpha.line(), kind="message.say", body=said)
    assert alpha.client.call("info") == before


def test_a_draft_that_names_the_house_does_not_go(alpha: Place) -> None:
    note = next(i for i in house.items(alpha.desk) if i["kind"] == NOTE)
    body: dict[str, Any] = {
        "marking": "own",
        "title": "x",
        "texts": words(f"see {note['full_ref']}"),
    }
    said = house.put(alpha.desk, alpha.where, dr.DRAFT, body)
    draft = house.find(alpha.desk, said.short)
    with pytest.raises(RefusedError, match="ours alone"):
        sending.send(alpha.desk, draft, line=alpha.line(), house_office="watch", office="watch")
    assert house.find(alpha.desk, said.short)["state"] == dr.IN_DRAFT
    house.drop(alpha.desk, said.short, why="", office="watch")


@pytest.mark.parametrize("more", [{}, {"whole": "yes"}, {"to": "bravo"}])
def test_the_house_is_packed_for_nobody(alpha: Place, tmp_path: Path, more: dict[str, str]) -> None:
    line = house.house_line(alpha.desk)
    with pytest.raises((RefusedError, UsageError)):
        alpha.client.call("pouch.pack", line=line, folder=str(tmp_path / "p"), **more)
    assert not (tmp_path / "p").exists()


def test_the_house_answers_nobody_who_asks_for_it(alpha: Place) -> None:
    line = house.house_line(alpha.desk)
    assert alpha.node.seats[line].peers == {}
    data = encode_parcel(Parcel(line=line))
    answer = parse_parcel(alpha.node.arrived(line, data, "bravo"))
    assert (answer.parts, answer.have, answer.receipts) == ({}, (), [])
    assert "one party" in answer.refused


def test_somebody_elses_pouch_of_the_house_is_not_taken_in(alpha: Place, tmp_path: Path) -> None:
    from tieline.replication.parcel import files_of
    from tieline.transport.directory import write_parcel_folder

    line = house.house_line(alpha.desk)
    write_parcel_folder(tmp_path / "p", files_of(Parcel(line=line)))
    told = alpha.client.call("pouch.read", folder=str(tmp_path / "p"))
    assert isinstance(told, dict)
    assert told["folded"] == 0
    assert told["alarms"]


# -- exports


def test_a_sealed_export_of_the_house_reveals_nothing_that_it_says(alpha: Place) -> None:
    found = alpha.exported(house.house_line(alpha.desk))
    data = unfolded(b"\n".join(found.values()))
    assert MARKER.split(maxsplit=1)[0].encode() not in data
    assert OPEN.encode() not in data


@pytest.mark.parametrize("audience", list(Audience))
def test_an_opened_export_holds_what_its_audience_may_see_and_verifies(
    alpha: Place, audience: Audience
) -> None:
    line = house.house_line(alpha.desk)
    parties = alpha.node.configs[line].parties
    handling = handling_of(alpha.node.store, line, parties, audience)
    found = alpha.exported(line, plaintexts=True, handling=handling)
    plain = [name for name in found if name.startswith("plaintext/")]
    everything = alpha.exported(line, plaintexts=True)
    whole = [name for name in everything if name.startswith("plaintext/")]
    assert len(whole) - len(plain) == handling.withheld()
    assert handling.in_the_way() == 0
    assert (handling.withheld() == 0) is (audience is Audience.OWN)
    assert bool(plain) is (audience is not Audience.PUBLIC)
    report = audit_files(found, parties)
    assert not [f for f in report.findings if f.severity.name == "WRONG"]


def test_the_history_of_an_item_goes_with_its_mark(alpha: Place) -> None:
    """The draft is marked for the line: its steps go, the notes beside it stay."""
    line = house.house_line(alpha.desk)
    handling = handling_of(alpha.node.store, line, alpha.node.configs[line].parties, Audience.LINE)
    marks = set(handling.marks.values())
    assert Marking.LINE in marks
    assert Marking.OWN in marks

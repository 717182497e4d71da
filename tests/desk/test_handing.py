"""Handing over without a node: to whom, what of it, and what is open afterwards."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tieline.desk import handing
from tieline.desk.addresses import Recipient, recipient
from tieline.desk.handingout import (
    Wanted,
    _check_handling,
    one_line,
    redacted_for,
    safe_name,
)
from tieline.errors import UsageError
from tieline.procedures.house import handed as hd
from tieline.record.marking import Marking
from tieline.space.position import of_degrees

_spec = importlib.util.spec_from_file_location(
    "notices", Path(__file__).resolve().parents[1] / "papers" / "test_notice.py"
)
assert _spec is not None
assert _spec.loader is not None
notices: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(notices)


# -- addresses


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Coast guard <watch@coast.example>", "Coast guard", "watch@coast.example"),
        ('"Guard, Coast" <watch@coast.example>', "Guard, Coast", "watch@coast.example"),
        ("watch@coast.example", "watch@coast.example", "watch@coast.example"),
        ("海上保安庁 <a@b.example>", "海上保安庁", "a@b.example"),
        ("Küste <a@küste.example>", "Küste", "a@xn--kste-0ra.example"),
    ],
)
def test_a_recipient_has_a_name_and_an_address(text: str, name: str, address: str) -> None:
    assert recipient(text) == Recipient(name=name, address=address)


@pytest.mark.parametrize(
    "text",
    [
        "Coast guard",
        "Coast guard <watch>",
        "Coast guard <@coast.example>",
        "Coast guard <watch@>",
        "Coast guard <watch@coast.example",
        "A <a@b.example>, B <c@d.example>",
        "a@b.example,c@d.example",
        "a@b@c.example",
        "Coast <wa tch@coast.example>",
        "Coast\nBcc: all@evil.example <watch@coast.example>",
        "Coast\r\nX: y <watch@coast.example>",
        "Coast <watch@coast.example\nBcc: all@evil.example>",
        "Coast \u2028guard <watch@coast.example>",
        "Coast \u202eguard <watch@coast.example>",
        f"Coast <{'a' * 65}@coast.example>",
        f"Coast <a@{'b' * 300}.example>",
        f"{'C' * 400} <a@b.example>",
        "Coast <wätch@coast.example>",
        "",
        "<>",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_made(text: str) -> None:
    with pytest.raises(UsageError):
        recipient(text)


def test_a_name_alone_is_enough_where_no_letter_is_made() -> None:
    assert recipient("Harbour master", mail=False) == Recipient(name="Harbour master")
    with pytest.raises(UsageError):
        recipient("Harbour\nmaster", mail=False)


# -- what may be handed over


def notice(**changes: Any) -> dict[str, Any]:
    body = notices.area_body(4) | {"purpose": "practice", "answer_by_ms": 1, "redacted": ["units"]}
    found: dict[str, Any] = {
        "key": "ring",
        "procedure": "activity",
        "body": body,
        "wordings": ["alpha-1:2"],
        "history": [{"ref": "alpha-1:2", "body": body}],
        "is_over": False,
        "state": "notified",
        "words": "notified, and stands",
    }
    return found | changes


@pytest.mark.parametrize("name", ["key", "redacted", "colour", "PURPOSE"])
def test_a_field_that_is_never_withheld_or_unknown_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        redacted_for(notice(), Wanted(answer_to=("x",), redacted=(name,)))


def test_what_the_line_does_not_have_stays_out_whatever_is_revealed() -> None:
    wanted = Wanted(answer_to=("x",), redacted=("purpose", "title"), revealed=("title",))
    assert redacted_for(notice(), wanted) == ("purpose", "units")
    wanted = Wanted(answer_to=("x",), revealed=("units",))
    assert redacted_for(notice(), wanted) == ("units",)


def test_handling_marks_hold_for_papers() -> None:
    with pytest.raises(UsageError, match="our own house only"):
        _check_handling(Wanted(answer_to=("x",), handling=Marking.OWN))
    public = Wanted(answer_to=("x",), handling=Marking.PUBLISHABLE, with_attachments=True)
    with pytest.raises(UsageError, match="name persons"):
        _check_handling(public)


def test_lines_that_differ_have_to_be_chosen_between() -> None:
    other = notice(body=notice()["body"] | {"purpose": "else"})
    with pytest.raises(UsageError, match="not the same on its 2 lines"):
        one_line({"a": notice(), "b": other})
    ended = notice(state="cancelled")
    with pytest.raises(UsageError):
        one_line({"a": notice(), "b": ended})
    must = notice(body=notice()["body"] | {"must_know": [{"party": "b", "value": "radar"}]})
    assert one_line({"a": notice(), "b": must})[0] == "a"


def test_names_of_files_lead_into_no_other_folder() -> None:
    for name in ("../../etc/passwd", "..", "", "a/b\\c", "x\n.txt", "n" * 500, "C:evil"):
        found = safe_name(name)
        assert found
        assert not set(found) & set('/\\:\n"')
        assert found not in {".", ".."}
        assert len(found) <= 100


# -- what is open

NOW_S = notices.START // 1000 - 3_600
WORDING = f"tieline.invalid/00/alpha-1 2 {'ab' * 32}"


def item(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "key": "ring",
        "line": "x",
        "wording": WORDING,
        "to": "Coast guard",
        "address": "watch@coast.example",
        "reference": "ring/abababab",
    }
    state = hd.READY
    for step in steps:
        state = {hd.GONE: hd.WENT, hd.HEARD: hd.ANSWERED}[step["kind"]]
    return {
        "ref": "alpha-1:3",
        "time_s": NOW_S - 7_200,
        "state": state,
        "words": "",
        "body": body | changes,
        "steps": list(steps),
    }


def gone(ago_s: int = 7_200) -> dict[str, Any]:
    body = {"way": "e-mail"}
    return {"kind": hd.GONE, "ref": "alpha-1:4", "time_s": NOW_S - ago_s, "body": body}


def heard(**body: Any) -> dict[str, Any]:
    said = {"speaker": "Coast", "way": "e-mail", **body}
    return {"kind": hd.HEARD, "ref": "alpha-1:5", "time_s": NOW_S - 60, "body": said}


def gaps(*items: dict[str, Any], **changes: Any) -> tuple[str, ...]:
    (found,) = handing.nodeless(items, "x", notice(**changes), NOW_S)
    return found.gaps


def test_papers_are_not_shown_as_gone_before_that_was_said() -> None:
    assert gaps(item()) == ("papers made 2 h ago, not known to have gone",)
    assert gaps(item(gone())) == ("handed over 2 h ago, not heard from since",)
    assert gaps(item(gone(), heard(what="taken", words="yes"))) == ()


def test_an_earlier_wording_and_an_end_that_was_not_told_are_open() -> None:
    told = item(gone(), heard(what="taken", words="yes"))
    later = {"wordings": ["alpha-1:2", "alpha-1:9"]}
    assert gaps(told, **later) == ("has an earlier wording: hand it again",)
    over = {"is_over": True, "words": "cancelled by the notifier"}
    assert gaps(told, **over) == (
        "cancelled by the notifier, and he has not been told: hand it again",
    )
    again = item(over="yes")
    assert gaps(told, again, **over) == ("papers on its end are made, and not known to have gone",)
    assert gaps(told, item(gone(), over="yes"), **over) == ()


def test_silence_counts_from_the_newest_papers() -> None:
    first = item(gone(), heard(what="taken", words="yes"))
    assert gaps(first, item(gone(120))) == ("handed over 2 min ago, not heard from since",)


@pytest.mark.parametrize(
    ("what", "words"), [("queried", "asks, and waits"), ("objected", "objects")]
)
def test_a_question_and_an_objection_stay_open(what: str, words: str) -> None:
    (gap,) = gaps(item(gone(), heard(what=what, words="?")))
    assert gap.startswith(words)


def test_positions_read_back_are_compared_by_their_numbers() -> None:
    sent = notices.places_of(notice()["body"])
    near, far = sent[2].at, of_degrees(10.0, 10.0)
    read = handing.positions_body([(3, near, "x"), (1, far, "y"), (9, near, "z")])
    (found,) = handing.nodeless([item(gone(), heard(positions=read))], "x", notice(), NOW_S)
    by_number = {each.number: each for each in found.heard[0].read}
    assert by_number[3].apart_m == 0
    assert (by_number[1].apart_m or 0) > 4_000_000
    assert by_number[9].apart_m is None
    assert by_number[1].written == "y"
    assert found.gaps == (
        "1 position(s) read back 500 m or more away",
        "1 position(s) not read back",
    )


def test_positions_that_he_was_not_shown_are_not_asked_of_him() -> None:
    handed = item(gone(), redacted=["volumes"])
    assert handing.sent_places(handed, notice()) == ()


def test_nothing_is_open_once_all_its_windows_are_over() -> None:
    later = notices.END // 1000 + 1
    (found,) = handing.nodeless([item(gone())], "x", notice(), later)
    assert found.gaps == ()
    assert found.words == ""


def test_recipients_are_told_apart_by_address_and_one_name_is_enough() -> None:
    items = [item(gone()), item(gone(), to="Harbour", address=""), item(to="COAST GUARD")]
    found = handing.nodeless(items, "x", notice(), NOW_S)
    assert [(each.to, each.handed) for each in found] == [("COAST GUARD", 2), ("Harbour", 1)]
    assert handing.nodeless(items, "another line", notice(), NOW_S) == ()

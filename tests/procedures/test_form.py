"""Form: the body of a message, declared once and read strictly."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError, UsageError
from tieline.procedures import form as fm
from tieline.procedures.form import Form, Sort
from tieline.record.strict import Fields

_spec = importlib.util.spec_from_file_location("forms", Path(__file__).with_name("forms.py"))
assert _spec is not None
assert _spec.loader is not None
forms: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(forms)

EVERY = Form(
    fields=(
        fm.key("key", "the thing", required=True),
        fm.line("title", "its name"),
        fm.words("why", "why"),
        fm.texts("texts", "what is said"),
        fm.translations("translations", "what is said, in other words"),
        fm.days("on", "when"),
        fm.instant("at_ms", "the minute"),
        fm.integer("number", "which one", least=1, most=9),
        fm.choice("way", "how", ("visit", "call")),
        fm.reference("of", "the entry"),
        fm.key_or_ref("round", "the round"),
        fm.party("by", "who"),
        fm.office("office", "which office"),
        fm.digest("digest", "of what"),
        fm.lines("items", "several"),
        fm.keys("topics", "about what"),
        fm.references("refs", "which entries"),
        fm.parties("owners", "whose"),
        fm.line_by_party("levels", "at what level"),
        fm.key_by_party("seats", "who faces whom"),
        fm.volumes("volumes", "where and when"),
        fm.position("place", "where"),
        fm.waypoints("route", "by which way"),
        fm.units("must_know", "who must know"),
        fm.attachments("attachments", "what comes along"),
        fm.files("files", "what is withdrawn"),
    )
)


def check(form: Form, body: dict[str, Any]) -> None:
    fields = Fields(body, path="body")
    form.check(fields)
    fields.done()


def with_(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = forms.least(EVERY) | changes
    return body


def test_a_form_takes_the_least_and_everything() -> None:
    assert {field.sort for field in EVERY} == set(Sort)
    check(EVERY, forms.least(EVERY))
    check(EVERY, forms.full(EVERY))


@pytest.mark.parametrize("name", [f.name for f in EVERY if not f.required])
def test_each_optional_field_may_be_said_alone(name: str) -> None:
    check(EVERY, with_(**{name: forms.full(EVERY)[name]}))


@pytest.mark.parametrize("name", [field.name for field in EVERY])
@pytest.mark.parametrize("wrong", [None, True, {}, [], "", " ", 1.5, -1, ["", ""], [None]])
def test_no_field_takes_nothing_or_another_sort(name: str, wrong: Any) -> None:
    with pytest.raises(MalformedError, match=name):
        check(EVERY, with_(**{name: wrong}))


@pytest.mark.parametrize(
    ("name", "wrong", "why"),
    [
        ("key", "two words", "not a key"),
        ("key", "\u1112\u1161\u11ab", "normal form"),
        ("title", "x" * (fm.NAME_CHARS_MAX + 1), "300"),
        ("title", "a\u202eb", r"U\+202E"),
        ("title", "two\nlines", r"U\+000A"),
        ("on", "2018-02-30", "calendar"),
        ("on", "2018-11-01..2018-11-30", "write it as 2018-11"),
        ("on", '2018-11  "two blanks"', "write it as"),
        ("on", "2018-11-10..2018-11-09", "after"),
        ("at_ms", 253_402_300_800_000, "allowed"),
        ("number", 10, "1 to 9"),
        ("way", "letter", "one of call, visit"),
        ("of", "talks", "not a reference"),
        ("round", "lines.example/5d2f/alpha-1 0", "not a reference"),
        ("by", "Bravo", "handle"),
        ("office", "bravo", "party/office"),
        ("digest", "AB" * 32, "hexadecimal"),
        ("items", ["x"] * (fm.ITEMS_MAX + 1), "64"),
        ("topics", ["one", "one"], "twice"),
        ("refs", ["one"], r"refs\[0\]"),
        ("owners", ["alpha", "alpha"], "twice"),
        ("levels", [{"party": "alpha", "value": "x"}] * 2, "one party twice"),
        ("levels", [{"party": "alpha"}], "value is missing"),
        ("levels", [{"party": "alpha", "value": "x", "more": "y"}], "more is not known"),
        ("seats", [{"party": "alpha", "value": "two words"}], r"seats\[0\].value"),
        ("texts", [{"lang": "en", "text": "x", "original": "no"}], "exactly one"),
        ("volumes", [{"shape": {"kind": "cube"}, "window": []}], r"volumes\[0\].shape.kind"),
        ("place", {"lat_e7": 900_000_001, "lon_e7": 0}, "place.lat_e7"),
        ("place", {"lat_e7": 0, "lon_e7": 0, "more": 1}, "more is not known"),
        ("route", [{"lat_e7": 900_000_000, "lon_e7": 1}], "a pole has no longitude"),
        ("must_know", [{"party": "bravo", "value": "x"}] * 2, "one unit twice"),
        ("attachments", [{"name": "a", "type": "", "length": 1, "sha256": "AB" * 32}], "sha256"),
        ("files", [], "0 items"),
        ("files", [{"of": "alpha", "attachment": 1}], r"files\[0\].of"),
        ("files", [{"of": "a.b/l/alpha-1 0 " + "ab" * 32, "attachment": 16}], "attachment"),
        ("files", [{"of": "a.b/l/alpha-1 0 " + "ab" * 32, "attachment": 1}] * 2, "twice"),
        ("surplus", "x", "not known"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(name: str, wrong: Any, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        check(EVERY, with_(**{name: wrong}))


def test_what_has_to_be_said_cannot_be_left_out() -> None:
    with pytest.raises(MalformedError, match=r"body\.key is missing"):
        check(EVERY, {})


def test_one_of_a_group_has_to_be_said_and_fields_that_belong_together_go_together() -> None:
    form = Form(
        fields=(
            fm.days("due", "by when"),
            fm.words("condition", "on what"),
            fm.party("by", "who"),
            fm.days("on", "when"),
        ),
        either=(("due", "condition"),),
        together=(("by", "on"),),
    )
    check(form, {"condition": "When asked."})
    check(form, forms.least(form))
    with pytest.raises(MalformedError, match="one of due, condition"):
        check(form, {"by": "alpha", "on": "2018"})
    with pytest.raises(MalformedError, match="on is missing; by, on go together"):
        check(form, {"due": "2018", "by": "alpha"})


def test_a_form_may_read_what_no_sort_can_say() -> None:
    def salted(fields: Fields) -> None:
        fields.hex("salt", 2)

    form = Form(fields=(), also=salted)
    check(form, {"salt": "00ff"})
    with pytest.raises(MalformedError, match="salt"):
        check(form, {"salt": "00"})


def test_a_form_that_names_a_field_twice_or_groups_a_stranger_is_no_form() -> None:
    with pytest.raises(ValueError, match="twice"):
        Form(fields=(fm.key("key", "a"), fm.line("key", "b")))
    with pytest.raises(ValueError, match="lacks"):
        Form(fields=(), either=(("due",),))


def test_a_form_is_walked_in_its_order_and_asked_by_name() -> None:
    assert [field.name for field in EVERY][:3] == ["key", "title", "why"]
    found = EVERY.field("number")
    assert found is not None
    assert found.holds() == "an integer, 1 to 9"
    assert EVERY.field("nothing") is None


@given(st.text(max_size=40))
def test_any_text_is_refused_or_has_one_way_to_be_written(text: str) -> None:
    for name in ("key", "title", "on", "round", "by", "office"):
        try:
            check(EVERY, with_(**{name: text}))
        except MalformedError:
            continue
        if name == "on":
            assert fm.canonical_days(text) == text


def test_days_are_brought_into_the_form_that_a_body_takes() -> None:
    assert fm.canonical_days("2018-11-01..2018-11-30") == "2018-11"
    assert fm.canonical_days("unknown") == "unknown"
    with pytest.raises(UsageError, match="shorten"):
        fm.canonical_days(f'2018 "{"x" * fm.DAYS_CHARS_MAX}"')

"""Typed reading of JSON objects: the field at fault is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.strict import Fields, JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE: JsonValue = {
    "text": "Grüße",
    "number": 7,
    "yes": True,
    "level": "FLASH",
    "key": "QUI=",
    "id": "00ff",
    "names": ["a", "b"],
    "from": {"office": "watch"},
    "to": [{"office": "desk"}, {"office": "principal"}],
    "nothing": None,
}


def test_every_reader_returns_its_kind() -> None:
    fields = Fields(MESSAGE)
    assert fields.text("text", 5) == "Grüße"
    assert fields.integer("number", 0, 7) == 7
    assert fields.boolean("yes") is True
    assert fields.choice("level", {"FLASH", "ROUTINE"}) == "FLASH"
    assert fields.base64("key", 2) == b"AB"
    assert fields.hex("id", 2) == b"\x00\xff"
    assert fields.list("names", 2) == ["a", "b"]
    assert fields.texts("names", 2, 1) == ("a", "b")
    assert fields.object("from").text("office", 9) == "watch"
    assert [one.text("office", 9) for one in fields.objects("to", 2)] == ["desk", "principal"]


def test_what_is_optional_and_absent_is_none() -> None:
    fields = Fields({})
    assert fields.optional_text("a", 1) is None
    assert fields.optional_integer("a", 0, 1) is None
    assert fields.optional_boolean("a") is None
    assert fields.optional_choice("a", {"b"}) is None
    assert fields.optional_base64("a", 1) is None
    assert fields.optional_object("a") is None
    fields.done()


def test_what_is_optional_and_there_is_read_as_strictly() -> None:
    fields = Fields({"a": "x", "b": 1, "c": False, "d": "e", "f": "QQ==", "g": {}})
    assert fields.optional_text("a", 1) == "x"
    assert fields.optional_integer("b", 0, 1) == 1
    assert fields.optional_boolean("c") is False
    assert fields.optional_choice("d", {"e"}) == "e"
    assert fields.optional_base64("f", 1) == b"A"
    assert fields.optional_object("g") is not None
    fields.done()
    with pytest.raises(MalformedError, match="is null"):
        Fields(MESSAGE).optional_text("nothing", 1)


@pytest.mark.parametrize(
    ("take", "complaint"),
    [
        (lambda f: f.text("absent", 9), r"message\.absent is missing"),
        (lambda f: f.text("nothing", 9), r"message\.nothing is null"),
        (lambda f: f.text("number", 9), r"message\.number is not text"),
        (lambda f: f.text("text", 4), r"message\.text has 5 characters; 0 to 4"),
        (lambda f: f.text("text", 9, min_chars=6), r"message\.text has 5 characters; 6 to 9"),
        (lambda f: f.integer("yes", 0, 9), r"message\.yes is not an integer"),
        (lambda f: f.integer("text", 0, 9), r"message\.text is not an integer"),
        (lambda f: f.integer("number", 8, 9), r"message\.number is 7; 8 to 9"),
        (lambda f: f.boolean("number"), r"message\.number is neither"),
        (lambda f: f.choice("level", ["ROUTINE"]), r"message\.level is not one of ROUTINE"),
        (lambda f: f.choice("names", ["ROUTINE"]), r"message\.names is not one of"),
        (lambda f: f.base64("key", 1), r"message\.key has 2 bytes; 0 to 1"),
        (lambda f: f.base64("key", 9, min_bytes=3), r"message\.key has 2 bytes; 3 to 9"),
        (lambda f: f.base64("text", 9), r"message\.text: .*not base64"),
        (lambda f: f.hex("id", 1), r"message\.id has 4 characters"),
        (lambda f: f.hex("id", 3), r"message\.id: .*hexadecimal of 3 bytes"),
        (lambda f: f.list("names", 1), r"message\.names has 2 items; 0 to 1"),
        (lambda f: f.list("names", 9, min_items=3), r"message\.names has 2 items; 3 to 9"),
        (lambda f: f.list("from", 1), r"message\.from is not a list"),
        (lambda f: f.texts("to", 9, 9), r"message\.to\[0\] is not text"),
        (lambda f: f.object("to"), r"message\.to is not an object"),
        (lambda f: f.objects("names", 9), r"message\.names\[0\] is not an object"),
        (lambda f: f.objects("to", 9)[1].text("rank", 9), r"message\.to\[1\]\.rank is missing"),
    ],
)
def test_the_field_at_fault_is_named(take: Callable[[Fields], object], complaint: str) -> None:
    with pytest.raises(MalformedError, match=complaint):
        take(Fields(MESSAGE, path="message"))


def test_a_field_that_nobody_took_is_refused() -> None:
    fields = Fields({"a": 1, "b": 2})
    fields.integer("a", 0, 9)
    with pytest.raises(MalformedError, match="b is not known"):
        fields.done()


def test_the_objects_inside_are_covered_too() -> None:
    fields = Fields({"to": [{"office": "desk", "rank": "x"}]}, path="message")
    assert fields.objects("to", 1)[0].text("office", 9) == "desk"
    with pytest.raises(MalformedError, match=r"message\.to\[0\]\.rank is not known"):
        fields.done()


@pytest.mark.parametrize("value", [None, [], "a", 1, True])
def test_only_an_object_has_fields(value: JsonValue) -> None:
    with pytest.raises(MalformedError, match="not an object"):
        Fields(value)


@given(st.text(max_size=300), st.integers() | st.text() | st.none())
def test_complaints_are_short_whatever_the_names_are(name: str, value: int | str | None) -> None:
    with pytest.raises(MalformedError) as refused:
        Fields({name: value}).done()
    assert len(str(refused.value)) < 1_000

"""Strict reading: one spelling for every value, and a limit on all of it."""

from __future__ import annotations

import base64
import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError, UsageError
from tieline.record.strict import (
    INTEGER_MAX,
    JSON_INTEGER_MAX,
    b64decode,
    b64encode,
    dump_json,
    hexdecode,
    load_json,
    parse_decimal,
)

JSON_INTEGERS = st.integers(-JSON_INTEGER_MAX, JSON_INTEGER_MAX)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | JSON_INTEGERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("data", "value"), [(b"0", 0), (b"7", 7), (b"10", 10), (b"%d" % INTEGER_MAX, INTEGER_MAX)]
)
def test_a_plain_decimal_is_read(data: bytes, value: int) -> None:
    assert parse_decimal(data) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "٣", "1_000", " 7", "7 ", "+7", "-0", "07", "00", "7\n", "\n7", "7.0", "1e3", "0x7"),
        *("²", str(INTEGER_MAX + 1), "9" * 20, "1" * 10_000),
    ],
)
def test_a_decimal_has_one_spelling(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_decimal(text.encode())


def test_a_decimal_keeps_the_limit_that_it_is_given() -> None:
    assert parse_decimal(b"63", max=63) == 63
    with pytest.raises(MalformedError):
        parse_decimal(b"64", max=63)


@given(st.binary(max_size=25))
def test_a_decimal_that_is_read_writes_back_as_it_was(data: bytes) -> None:
    with contextlib.suppress(MalformedError):
        assert b"%d" % parse_decimal(data) == data


@given(st.binary(max_size=80))
def test_base64_comes_back(data: bytes) -> None:
    assert b64decode(b64encode(data)) == data
    assert b64decode(b64encode(data).encode()) == data


@pytest.mark.parametrize(
    "text",
    [
        *("QUJ=", "QUI", "QUI==", "QU I=", "QUI=\n", "\nQUI=", "QUI=QUI=", "----", "____", "QUI*"),
        *("ä", "=", "====", "A", "QQ=", "QR=="),
    ],
)
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(MalformedError):
        b64decode(text)


@given(st.text("AQgw+/=-_ \n", max_size=9))
def test_base64_that_is_read_writes_back_as_it_was(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert base64.standard_b64encode(b64decode(text)).decode() == text


@pytest.mark.parametrize("text", ["", "0", "0A", "0g", " 0a", "0a ", "0a\n", "0x", "00ff", "²²"])
def test_hexadecimal_is_lower_case_and_of_one_length(text: str) -> None:
    assert hexdecode("0a", 1) == hexdecode(b"0a", 1) == b"\n"
    with pytest.raises(MalformedError):
        hexdecode(text, 1)


@given(st.binary(max_size=9), st.integers(0, 4))
def test_hexadecimal_lets_only_malformed_escape(data: bytes, length: int) -> None:
    with contextlib.suppress(MalformedError):
        assert hexdecode(data, length).hex().encode() == data


@given(JSON_VALUES)
def test_json_that_we_write_we_read(value: object) -> None:
    written = dump_json(value)  # type: ignore[arg-type]
    assert load_json(written + b"   ") == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\xef\xbb\xbf{}",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":1,"\\u0061":2}',
        b"1.0",
        b"1e3",
        b"1E400",
        b"-0",
        b"NaN",
        b"-Infinity",
        b"01",
        b"+1",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5_000,
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b'"\\ud83d\\u0041"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'"a\tb"',
        b'"open',
        b'"open\\',
        b"{}x",
        b"{} {}",
        b"[1,]",
        b'{"a":1,}',
        b"{'a':1}",
        b"[1 2]",
        b"]",
        b"nul",
        "[٣]".encode(),
    ],
)
def test_json_that_two_readers_could_take_differently_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        load_json(data)


def test_a_whole_surrogate_pair_in_escapes_is_a_character() -> None:
    assert load_json(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_integers_reach_as_far_as_every_reader_keeps_them_exact() -> None:
    text = b"[%d,%d]" % (JSON_INTEGER_MAX, -JSON_INTEGER_MAX)
    assert load_json(text) == [JSON_INTEGER_MAX, -JSON_INTEGER_MAX]


def test_brackets_in_strings_do_not_count_as_depth() -> None:
    assert load_json(b'["[[[[","\\"[[",{"{":0}]', max_depth=2) == ["[[[[", '"[[', {"{": 0}]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_depth_is_refused_before_the_parser_recurses(opening: bytes) -> None:
    with pytest.raises(MalformedError, match="deeper"):
        load_json(opening * 150_000)


def test_the_depth_limit_is_exact() -> None:
    assert load_json(b"[[[]]]", max_depth=3) == [[[]]]
    with pytest.raises(MalformedError):
        load_json(b"[[[[]]]]", max_depth=3)


def test_the_size_limit_is_exact() -> None:
    assert load_json(b"[]  ", max_bytes=4) == []
    with pytest.raises(MalformedError):
        load_json(b"[]   ", max_bytes=4)


def test_quotes_that_never_close_do_not_take_quadratic_time() -> None:
    before = time.process_time()
    with pytest.raises(MalformedError):
        load_json(b'"' + b'\\"' * 400_000)
    assert time.process_time() - before < 5


def test_a_crowd_of_fields_with_one_double_does_not_take_quadratic_time() -> None:
    names = ",".join(f'"{number}":0' for number in [*range(90_000), 89_999])
    before = time.process_time()
    with pytest.raises(MalformedError, match="89999 stands twice"):
        load_json(f"{{{names}}}".encode())
    assert time.process_time() - before < 5


@given(st.binary(max_size=60) | st.text('[]{}":,\\u0d8e1-. ', max_size=30).map(str.encode))
def test_json_lets_only_malformed_escape(data: bytes) -> None:
    try:
        value = load_json(data)
    except MalformedError:
        return
    assert json.loads(data) == value
    assert load_json(dump_json(value)) == value


@pytest.mark.parametrize(
    "value",
    [1.5, {"a": [float("nan")]}, 2**53, -(2**53), "\ud800", {1: 2}, {"a": b"x"}, {"a": {1, 2}}],
)
def test_what_has_no_place_in_a_message_is_not_written(value: object) -> None:
    with pytest.raises(UsageError):
        dump_json(value)  # type: ignore[arg-type]


def test_a_loop_is_not_written() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(UsageError, match="deeper"):
        dump_json(loop)  # type: ignore[arg-type]


def test_json_is_compact_and_keeps_letters_and_order() -> None:
    assert dump_json({"b": "Grüße", "a": [True, None]}) == '{"b":"Grüße","a":[true,null]}'.encode()

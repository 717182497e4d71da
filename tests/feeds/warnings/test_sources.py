"""Files of warnings in three formats, and files that mean harm."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from tieline.errors import MalformedError
from tieline.feeds.warnings import read_file
from tieline.feeds.warnings.limits import FILE_BYTES_MAX

ROW = {
    "msgYear": 2024,
    "msgNumber": 7,
    "navArea": "A",
    "subregion": "51,57",
    "text": "TEST SEA.\nSAMPLE LIGHT 44-00N 030-00E UNLIT.\n",
    "status": "A",
    "issueDate": "120426Z APR 2024",
    "authority": "TEST",
}
PLAIN = """
120426Z APR 24
HYDROLANT 7/24(51,57).
TEST SEA.
SAMPLE LIGHT 44-00N 030-00E UNLIT.//

130426Z APR 24
NAVAREA IV 8/24.
TEST SEA.
SAMPLE BUOY 44-00N 030-00E UNLIT.
NNNN
"""


def xml(rows: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<broadcast-warn>{rows}</broadcast-warn>'.encode()


def as_row(row: dict[str, object]) -> str:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in row.items())
    return f"<broadcastWarnActiveEntity>{fields}</broadcastWarnActiveEntity>"


def test_json_and_xml_give_the_same_warnings_packed_or_not():
    as_json = json.dumps({"broadcast-warn": [ROW]}).encode()
    found = read_file(as_json)
    assert found == read_file(xml(as_row(ROW))) == read_file(gzip.compress(as_json, mtime=0))
    assert found == read_file(json.dumps([ROW]).encode())
    (raw,) = found
    assert (raw.name, raw.subregions, raw.status) == ("HYDROLANT 7/24", ("51", "57"), "active")
    assert raw.issued_ms == 1_712_895_960_000


def test_plain_text_is_split_at_its_heads():
    first, second = read_file(PLAIN.encode())
    assert (first.name, first.subregions) == ("HYDROLANT 7/24", ("51", "57"))
    assert first.issued_ms == 1_712_895_960_000
    assert first.text == "TEST SEA.\nSAMPLE LIGHT 44-00N 030-00E UNLIT."
    assert (second.name, second.issued_ms) == ("NAVAREA IV 8/24", 1_712_982_360_000)
    assert second.text.endswith("BUOY 44-00N 030-00E UNLIT.")


def test_a_document_type_is_refused_so_that_nothing_expands():
    lol = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(MalformedError, match="document type"):
        read_file(xml("<text>&b;</text>", lol))
    with pytest.raises(MalformedError, match="document type"):
        read_file(xml("", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'))


def test_what_unpacks_to_too_much_is_refused_without_being_unpacked():
    bomb = gzip.compress(b"{" + b" " * (FILE_BYTES_MAX + 10), mtime=0)
    with pytest.raises(MalformedError, match="unpacks"):
        read_file(bomb)


def test_many_packed_members_share_one_limit():
    member = gzip.compress(b" " * 100_000, mtime=0)
    with pytest.raises(MalformedError):
        read_file(member * 1_001 + b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1]",
        b'{"broadcast-warn": 3}',
        b"[" * 100_000,
        b"<a><b>",
        xml("<a>" * 9),
        b"\xff\xfe\x00",
        b"no warning here",
        gzip.compress(b"[]", mtime=0)[:-9],
        b"\x1f\x8b" + zlib.compress(b"x"),
        json.dumps([ROW | {"msgNumber": "-1"}]).encode(),
        json.dumps([ROW | {"msgYear": 99_999}]).encode(),
        json.dumps([ROW | {"text": ["a"]}]).encode(),
        json.dumps([ROW | {"msgNumber": True}]).encode(),
    ],
)
def test_other_files_are_refused_with_an_error_of_ours(data):
    with pytest.raises(MalformedError):
        read_file(data)


def test_a_wrong_day_of_issue_is_none():
    assert (
        read_file(json.dumps([ROW | {"issueDate": "310426Z APR 2024"}]).encode())[0].issued_ms
        is None
    )

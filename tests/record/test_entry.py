"""Entries: the worked example, and readers that refuse whatever they would not write."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.entry import (
    ENTRY_BYTES_MAX,
    PAYLOAD_BYTES_MAX,
    Entry,
    Head,
    Payload,
    Ref,
    encode_entry,
    parse_entry,
    parse_ref,
)
from tieline.record.merkle import EMPTY_ROOT, hash_leaf, root_of
from tieline.record.strict import INTEGER_MAX, b64decode

EXAMPLE = b"""tieline/entry@v1
log lines.example/5d2f/alpha-1
index 0
time 1795257600
blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=
commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=
seen lines.example/5d2f/beta-1 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"""
SECOND = (
    EXAMPLE
    .replace(b"index 0", b"index 1")
    .replace(b"1795257600", b"1795257660")
    .replace(b" 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b" 1 PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=")  # noqa: E501
)  # fmt: skip

hashes = st.binary(min_size=32, max_size=32)
sizes = st.integers(0, INTEGER_MAX)
segments = st.text("abz09-", min_size=1, max_size=8)
origins = st.lists(segments, min_size=1, max_size=3).map(lambda parts: "/".join(["a.b", *parts]))
heads = st.builds(Head, origin=origins, size=sizes, root=hashes)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    log, sealed = draw(origins), draw(st.booleans())
    seen = draw(st.lists(heads, max_size=6, unique_by=lambda head: head.origin))
    length = st.integers(0, PAYLOAD_BYTES_MAX)
    payload = st.builds(Payload, length=length, digest=hashes)
    return Entry(
        log=log,
        index=draw(sizes),
        time_s=draw(sizes),
        sealed=sealed,
        payloads=tuple(draw(st.lists(payload, min_size=1, max_size=16))),
        commit=draw(hashes) if sealed else None,
        seen=tuple(sorted(head for head in seen if head.origin != log)),
    )


def test_the_worked_example_has_its_hashes():
    entry = parse_entry(EXAMPLE)
    assert len(EXAMPLE) == 255
    assert entry.commit == hashlib.sha256(b"example plaintext\n").digest()
    assert entry.payloads == (
        Payload(length=19, digest=hashlib.sha256(b"example ciphertext\n").digest()),
    )
    assert entry.seen == (Head(origin="lines.example/5d2f/beta-1", size=0, root=EMPTY_ROOT),)
    leaf_hash = "a0d154dd96bccdbb007ea9778aec19bfcafcb0a50650adbc28ed7d997d55e4cf"
    assert hash_leaf(EXAMPLE).hex() == leaf_hash
    root = root_of([hash_leaf(EXAMPLE), hash_leaf(SECOND)])
    assert root == b64decode("jIQ082BnMHwtgz0ijj/9V5SeISnfdI94a2JYQoh6htM=")


def test_the_example_of_the_papers_differs_in_its_first_line_only():
    """Its published hash shows that nothing but the name of the grammar was changed."""
    published = EXAMPLE.replace(b"tieline/", b"crisisline.example/")
    hashed = "815ee57320f94c842e281dbf6fcfc0a6c93ac636d1e12a6737a9b0027edeb39f"
    assert (len(published), hash_leaf(published).hex()) == (266, hashed)


@given(entries())
def test_an_entry_is_read_back_as_it_was_written(entry):
    leaf = encode_entry(entry)
    assert len(leaf) <= ENTRY_BYTES_MAX
    assert parse_entry(leaf) == entry


@given(st.binary(max_size=200))
@example(b"tieline/entry@v1\n")
def test_arbitrary_bytes_are_refused_by_name_only(data):
    with pytest.raises(MalformedError):
        parse_entry(data)


@given(st.data())
def test_what_is_accepted_after_a_mutation_is_what_would_be_written(data):
    """One reading, one writing: two leaves never mean the same entry."""
    leaf = bytearray(data.draw(st.sampled_from([EXAMPLE, SECOND])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(leaf) - 1))
        match data.draw(st.sampled_from(["flip", "drop", "twice", "put"])):
            case "flip":
                leaf[at] ^= 1 << data.draw(st.integers(0, 7))
            case "drop":
                del leaf[at]
            case "twice":
                leaf[at:at] = leaf[at : at + 1]
            case _:
                leaf[at] = data.draw(st.sampled_from(b"\n 0=\xff\r\tA"))
    try:
        entry = parse_entry(bytes(leaf))
    except MalformedError:
        return
    assert encode_entry(entry) == bytes(leaf)


@pytest.mark.parametrize(
    "change",
    [
        {"payloads": ()},
        {"commit": None},
        {"sealed": False},
        {"index": -1},
        {"time_s": INTEGER_MAX + 1},
        {"log": "lines.example"},
        {"seen": parse_entry(EXAMPLE).seen * 2},
        {"payloads": parse_entry(EXAMPLE).payloads * 17},
    ],
)
def test_nothing_is_written_that_would_not_be_read(change):
    with pytest.raises(MalformedError):
        encode_entry(replace(parse_entry(EXAMPLE), **change))


def test_a_leaf_may_have_4096_bytes_and_not_one_more():
    entry = replace(parse_entry(EXAMPLE), seen=())
    rest = ENTRY_BYTES_MAX - len(encode_entry(entry))
    line = len(f"seen a.b/ 0 {'=' * 44}\n")
    wide = [Head(origin=f"a.b/{n:02}{'x' * 198}", size=0, root=EMPTY_ROOT) for n in range(15)]
    rest -= sum(line + len(head.origin) - 4 for head in wide)
    last = Head(origin="a.b/z" + "x" * (rest - line - 1), size=0, root=EMPTY_ROOT)
    full = replace(entry, seen=(*wide, last))
    assert len(encode_entry(full)) == ENTRY_BYTES_MAX
    with pytest.raises(MalformedError, match="4097"):
        encode_entry(replace(full, seen=(*wide, replace(last, origin=last.origin + "x"))))


@given(st.builds(Ref, origins, sizes, hashes))
def test_a_reference_is_read_back_as_it_was_written(ref):
    assert parse_ref(ref.text()) == ref


@given(st.text(max_size=120))
@example("a.b/c 0 " + "0" * 63)
@example("a.b/c 0  " + "0" * 64)
@example("a.b/c ٣ " + "0" * 64)
@example("a.b/c 0 " + "0" * 64 + "\n")
def test_other_text_is_no_reference(text):
    with pytest.raises(MalformedError):
        parse_ref(text)

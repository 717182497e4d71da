"""Parcels: read back as written, total on arbitrary bytes, and a pouch is the same files."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.entry import ENTRY_BYTES_MAX, Head
from tieline.record.strict import INTEGER_MAX
from tieline.replication.parcel import (
    FILES_MAX,
    HAVE_MAX,
    PARCEL_BYTES_MAX,
    PROOF_HASHES_MAX,
    LogPart,
    Parcel,
    blob_name,
    encode_have,
    encode_parcel,
    encode_run,
    files_of,
    log_name,
    parse_files,
    parse_have,
    parse_parcel,
    parse_run,
)
from tieline.transport.directory import read_parcel_folder, write_parcel_folder

LINE = "lines.example/5d2f"
ORIGIN = f"{LINE}/alpha-1"
LOG = log_name(ORIGIN)
NOTE = f"{ORIGIN}\n7\n{'A' * 43}=\n\n\N{EM DASH} x y\n".encode()

sizes = st.integers(0, INTEGER_MAX)
hashes = st.binary(min_size=32, max_size=32)
names = st.binary(max_size=9).map(lambda data: hashlib.sha256(data).hexdigest())
heads = st.builds(
    Head, origin=st.sampled_from([ORIGIN, f"{LINE}/bravo-1"]), size=sizes, root=hashes
)
leaves = st.lists(st.binary(max_size=40), max_size=4)
parts = st.builds(
    LogPart,
    name=names,
    checkpoint=st.none() | st.binary(max_size=30),
    runs=st.dictionaries(sizes, leaves, max_size=2),
    proofs=st.dictionaries(st.tuples(sizes, sizes), st.lists(hashes, max_size=3), max_size=2),
    fork=st.none() | st.binary(max_size=30),
)


def held(part: LogPart) -> bool:
    """Whether anything of a part travels; an empty one leaves no file."""
    return bool(part.runs or part.proofs or part.checkpoint is not None or part.fork is not None)


@st.composite
def parcels(draw: st.DrawFn) -> Parcel:
    found = [part for part in draw(st.lists(parts, max_size=3)) if held(part)]
    blobs = draw(st.lists(st.binary(max_size=30), max_size=3))
    return Parcel(
        line=draw(st.sampled_from([LINE, ""])),
        have=tuple(draw(st.lists(heads, max_size=3))),
        parts={part.name: part for part in found},
        blobs={hashlib.sha256(blob).digest(): blob for blob in blobs},
        receipts=draw(st.lists(st.just(NOTE), max_size=2)),
        refused=draw(st.text(max_size=20)),
    )


@given(parcels())
def test_a_parcel_is_read_back_as_it_was_written(parcel):
    assert parse_parcel(encode_parcel(parcel)) == parcel
    assert parse_files(files_of(parcel)) == parcel


@given(parcels())
def test_every_file_has_a_name_that_a_stick_keeps(parcel):
    for name in files_of(parcel):
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-/")
        assert len(name) <= 200
        assert name.count("/") <= 3


def test_a_pouch_is_the_parcel_as_a_folder(tmp_path):
    parcel = Parcel(line=LINE, have=(Head(origin=ORIGIN, size=1, root=bytes(32)),))
    part = parcel.part(LOG)
    part.checkpoint, part.runs[0], part.proofs[1, 7] = NOTE, [b"leaf"], [bytes(32)]
    parcel.blobs[hashlib.sha256(b"blob").digest()] = b"blob"
    parcel.receipts.append(NOTE)
    write_parcel_folder(tmp_path / "pouch", files_of(parcel))
    assert parse_files(read_parcel_folder(tmp_path / "pouch")) == parcel


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_name_only(data):
    for given_ in (data, b"tieline/parcel@v1\n" + data):
        with pytest.raises(MalformedError):
            parse_parcel(given_)


@given(parcels(), st.data())
def test_a_mutated_parcel_is_refused_or_read_whole(parcel, data):
    text = bytearray(encode_parcel(parcel))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        found = parse_parcel(bytes(text))
    except MalformedError:
        return
    if not found.receipts:
        assert parse_parcel(encode_parcel(found)) == found


names_of_files = st.sampled_from(
    ["line", "have", "refused", f"{LOG}/checkpoint", f"{LOG}/fork", f"{LOG}/entries/0",
     f"{LOG}/proof/0-1", f"receipts/{LOG}/1-{'0' * 16}-1", blob_name(hashlib.sha256(b"").digest())]
)  # fmt: skip


@given(st.dictionaries(names_of_files | st.text(max_size=30), st.binary(max_size=60), max_size=5))
def test_arbitrary_files_are_taken_or_refused_by_name_only(files):
    try:
        found = parse_files({"line": b"a.b\n"} | files)
    except MalformedError:
        return
    assert found.line == files.get("line", b"a.b\n")[:-1].decode()


@pytest.mark.parametrize(
    "name",
    ["LINE", "tile/0/000", LOG, f"{LOG}/entries", f"{LOG}/x", f"{LOG.upper()}/checkpoint",
     f"blob/{'0' * 64}", "receipts/x"],
)  # fmt: skip
def test_a_folder_with_anything_else_in_it_is_refused_whole(name):
    with pytest.raises(MalformedError, match="no place"):
        parse_files({"line": b"a.b\n", name: b""})


@given(st.lists(st.binary(max_size=ENTRY_BYTES_MAX), max_size=3))
def test_a_run_is_a_bundle_of_the_standard(run):
    data = encode_run(run)
    assert parse_run(data) == run
    assert len(data) == sum(2 + len(leaf) for leaf in run)


def test_the_published_bundle_is_a_run():
    """RECORD 1.2: `hello`, nothing, `ff ff ff`."""
    assert encode_run([b"hello", b"", b"\xff" * 3]).hex() == "000568656c6c6f00000003ffffff"


@given(st.binary(max_size=60))
def test_a_run_of_arbitrary_bytes_is_refused_or_read_whole(data):
    try:
        run = parse_run(data)
    except MalformedError:
        return
    assert encode_run(run) == data


@given(st.lists(heads, max_size=4))
def test_what_is_held_is_read_back_as_it_was_written(found):
    assert parse_have(encode_have(found)) == tuple(found)


@given(st.binary(max_size=80) | st.just(encode_have([Head(origin=ORIGIN, size=0, root=bytes(32))])))
def test_lines_of_what_is_held_are_strict(data):
    try:
        found = parse_have(data)
    except MalformedError:
        return
    assert encode_have(found) == data


def test_limits_are_kept_to_the_last_one():
    head = Head(origin=ORIGIN, size=0, root=bytes(32))
    assert len(parse_have(encode_have([head] * HAVE_MAX))) == HAVE_MAX
    with pytest.raises(MalformedError):
        parse_have(encode_have([head] * (HAVE_MAX + 1)))

    proof = Parcel(line=LINE)
    proof.part(LOG).proofs[1, 2] = [bytes(32)] * PROOF_HASHES_MAX
    assert parse_files(files_of(proof)) == proof
    proof.part(LOG).proofs[1, 2].append(bytes(32))
    with pytest.raises(MalformedError, match=str(PROOF_HASHES_MAX)):
        parse_files(files_of(proof))

    many = {f"{LOG}/entries/{n}": b"" for n in range(FILES_MAX - 1)} | {"line": b"a.b\n"}
    assert len(parse_files(many).parts[LOG].runs) == FILES_MAX - 1
    with pytest.raises(MalformedError, match=str(FILES_MAX)):
        parse_files(many | {"have": b""})

    blob = bytes(PARCEL_BYTES_MAX)
    with pytest.raises(MalformedError, match=str(PARCEL_BYTES_MAX)):
        parse_parcel(blob + b"x")


def test_a_blob_under_anothers_name_spoils_the_parcel():
    parcel = Parcel(line=LINE, blobs={hashlib.sha256(b"one").digest(): b"two"})
    with pytest.raises(MalformedError, match="SHA-256"):
        parse_parcel(encode_parcel(parcel))


def test_a_refusal_is_cut_and_never_refused_itself():
    long = Parcel(line=LINE, refused="ü" * 2000)
    found = parse_parcel(encode_parcel(long))
    assert found.refused == "ü" * 1000
    files = {"line": b"a.b\n", "refused": b"\xff\xfe"}
    assert parse_files(files).refused == "\N{REPLACEMENT CHARACTER}" * 2


def test_a_part_keeps_what_one_log_sends():
    parcel = Parcel(line=LINE)
    assert parcel.part(LOG) is parcel.part(LOG)
    assert replace(parcel.part(LOG)) == LogPart(name=LOG)

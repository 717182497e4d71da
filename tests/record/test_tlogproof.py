"""Evidence in one file: index, path and head."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, BrokenProofError, MalformedError, UnverifiedError
from tieline.record import ed25519
from tieline.record.checkpoint import Checkpoint, LogKey, parse_checkpoint, sign_checkpoint
from tieline.record.merkle import Tree, hash_leaf, root_of, verify_inclusion
from tieline.record.note import ED25519, VerifierKey, verify_note
from tieline.record.tlogproof import EXTRA_BYTES_MAX, TlogProof, parse_proof, verify_proof

ORIGIN = "lines.example/5d2f/alpha-1"
FIRST_LEAF = f"""crisisline.example/entry@v1
log {ORIGIN}
index 0
time 1795257600
blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=
commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=
seen lines.example/5d2f/beta-1 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
""".encode()
SECOND_LEAF = f"""crisisline.example/entry@v1
log {ORIGIN}
index 1
time 1795257660
blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=
commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=
seen lines.example/5d2f/beta-1 1 PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=
""".encode()
EXAMPLE = f"""c2sp.org/tlog-proof@v1
index 0
zRW5MTV7UWKIPBDZyYvLxgzSWHCuYNTREY1QWnH/u/s=

{ORIGIN}
2
0UbeQdCgbm+B9x9mTrnqYIngk64rMkm3y2CnqH5KNwY=

— {ORIGIN} Ge70az8tlzLdP+5qH3i+IVfGP92o8RGAQNO+Lrz+Vw7+IQ0cjMD43pbAFo9X3NWfmb0JUwK07XAGmQ9xFe1QPl7GZg0=
— beta.example/mirror-1 rb0RkQAAAABrAXVke6gUen6gN0ZE1FbhvSXPwjMQX6gXijwVJjvXFSRf+SL+xBxbr9qkTmfeRrCmZ6IM78whvnmOJcwO9Vc2SBjiAg==
""".encode()  # noqa: E501 - a golden file keeps its lines

ED_SEED, MLDSA_SEED = bytes(range(32)), bytes(range(0x40, 0x60))
KEY = LogKey.from_seeds(ORIGIN, ED_SEED, MLDSA_SEED)
LEAVES = [b"leaf %d" % n for n in range(11)]
TREE = Tree(map(hash_leaf, LEAVES))
HEAD = Checkpoint(origin=ORIGIN, size=11, root=TREE.root())
NOTE = sign_checkpoint(HEAD, ED_SEED, MLDSA_SEED, 1_795_257_600)
PROOF = TlogProof(index=6, hashes=TREE.inclusion_proof(6), note=NOTE)


def test_the_leaf_of_the_worked_example_has_its_hash() -> None:
    assert len(FIRST_LEAF) == 266
    assert hash_leaf(FIRST_LEAF).hex() == (
        "815ee57320f94c842e281dbf6fcfc0a6c93ac636d1e12a6737a9b0027edeb39f"
    )


def test_the_worked_example_is_parsed_and_written_back() -> None:
    proof = parse_proof(EXAMPLE)
    assert (proof.index, proof.extra) == (0, None)
    assert proof.hashes == (hash_leaf(SECOND_LEAF),)
    assert proof.encode() == EXAMPLE


def test_the_worked_example_proves_its_leaf_under_the_logs_key() -> None:
    proof = parse_proof(EXAMPLE)
    key = VerifierKey(name=ORIGIN, type=ED25519, public=ed25519.public_of(ED_SEED))
    head = parse_checkpoint(verify_note(proof.note, [key])[0].text)
    assert head.root == root_of([hash_leaf(FIRST_LEAF), hash_leaf(SECOND_LEAF)])
    verify_inclusion(hash_leaf(FIRST_LEAF), proof.index, head.size, proof.hashes, head.root)


def test_one_signature_of_the_log_is_not_enough_for_us() -> None:
    with pytest.raises(BadSignatureError):
        verify_proof(parse_proof(EXAMPLE), FIRST_LEAF, KEY)


def test_a_proof_comes_back_and_verifies() -> None:
    proof = parse_proof(PROOF.encode())
    assert proof == PROOF
    assert verify_proof(proof, LEAVES[6], KEY).checkpoint == HEAD


def test_extra_bytes_travel_and_prove_nothing() -> None:
    for extra in (b"", b"context"):
        proof = TlogProof(index=6, hashes=PROOF.hashes, note=NOTE, extra=extra)
        assert parse_proof(proof.encode()) == proof
        verify_proof(proof, LEAVES[6], KEY)


def test_another_leaf_is_not_proven() -> None:
    with pytest.raises(BrokenProofError):
        verify_proof(PROOF, LEAVES[7], KEY)


@given(st.integers(0, 8 * len(PROOF.encode()) - 1))
def test_no_bit_of_a_proof_may_change(bit: int) -> None:
    data = bytearray(PROOF.encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnverifiedError):
        verify_proof(parse_proof(bytes(data)), LEAVES[6], KEY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 0", b"index 00"),
        (b"index 0", b"index -1"),
        (b"index 0", b"index  0"),
        (b"index 0\n", b""),
        (b"index 0\n", b"index 0\nindex 0\n"),
        (b"index 0\n", b"extra A\nindex 0\n"),
        (b"index 0\n", b"index 0\nextra QUI=\n"),
        (b"index 0\n", b"extra QUI=\nextra QUI=\nindex 0\n"),
        (b"u/s=\n", b"u/t=\n"),
        (b"u/s=\n", b"u/s= \n"),
        (b"u/s=\n", b"u/s=\r\n"),
        (b"u/s=\n", b"u/s=\nQUI=\n"),
        (b"u/s=\n\n", b"u/s=\n"),
        (b"u/s=\n\n", b"u/s=\n\n\n\xff"),
    ],
)
def test_a_proof_has_one_spelling(old: bytes, new: bytes) -> None:
    assert old in EXAMPLE
    with pytest.raises(MalformedError):
        parse_proof(EXAMPLE.replace(old, new, 1))


def test_a_proof_keeps_its_limits() -> None:
    line = EXAMPLE.split(b"\n")[2] + b"\n"
    assert len(parse_proof(EXAMPLE.replace(line, line * 63)).hashes) == 63
    with pytest.raises(MalformedError):
        parse_proof(EXAMPLE.replace(line, line * 64))
    with pytest.raises(MalformedError):
        TlogProof(index=0, hashes=(), note=NOTE, extra=bytes(EXTRA_BYTES_MAX + 1))
    with pytest.raises(MalformedError):
        parse_proof(EXAMPLE + b"x" * 300_000)


@given(st.binary(max_size=80), st.integers(0, len(EXAMPLE)))
def test_only_malformed_escapes(data: bytes, keep: int) -> None:
    for attempt in (data, EXAMPLE[:keep] + data):
        with contextlib.suppress(MalformedError):
            assert parse_proof(attempt).encode() == attempt

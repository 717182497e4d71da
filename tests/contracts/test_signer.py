"""What every signer promises, asked of each of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tieline.errors import MarkError, SignerError
from tieline.record.checkpoint import Checkpoint, verify_checkpoint
from tieline.record.merkle import EMPTY_ROOT, Tree
from tieline.signer import FileSigner, Mark, MemorySigner, Signer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG = "lines.example/5d2f/north-1"
SEEDS = (bytes(range(32)), bytes(range(32, 64)))
TIME_S = 1_795_257_600


def tree(size: int, *, branch: str = "") -> Tree:
    """A log whose last entry differs from branch to branch."""
    names = [str(index) for index in range(size - 1)] + [f"{size - 1}{branch}"]
    return Tree(sha256(name.encode()).digest() for name in names[:size])


def head(size: int, *, branch: str = "") -> Checkpoint:
    return Checkpoint(origin=LOG, size=size, root=tree(size, branch=branch).root())


def proof(old: int, new: int, *, branch: str = "") -> tuple[bytes, ...]:
    return tree(new, branch=branch).consistency_proof(old)


@pytest.fixture(params=["memory", "file"])
def signer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Signer]:
    if request.param == "memory":
        yield MemorySigner()
        return
    on_disk = FileSigner(keys=tmp_path / "keys", marks=tmp_path / "marks")
    yield on_disk
    on_disk.close()


def test_a_signed_head_verifies_under_the_logs_own_keys(signer: Signer) -> None:
    key = signer.create_log(LOG, *SEEDS)

    note = signer.sign(head(7), consistency=(), time_s=TIME_S)

    verified = verify_checkpoint(note, key)
    assert verified.checkpoint == head(7)
    assert verified.time_s == TIME_S
    assert signer.log_key(LOG) == key


def test_the_mark_begins_at_nothing_and_follows_each_signature(signer: Signer) -> None:
    assert signer.mark(LOG) is None
    signer.create_log(LOG, *SEEDS)
    assert signer.mark(LOG) == Mark(0, EMPTY_ROOT)
    signer.sign(head(3), consistency=(), time_s=TIME_S)
    assert signer.mark(LOG) == Mark(3, head(3).root)
    signer.sign(head(7), consistency=proof(3, 7), time_s=TIME_S)
    assert signer.mark(LOG) == Mark(7, head(7).root)


def test_one_head_is_signed_again_without_a_proof(signer: Signer) -> None:
    key = signer.create_log(LOG, *SEEDS)
    signer.sign(head(3), consistency=(), time_s=TIME_S)

    again = signer.sign(head(3), consistency=(), time_s=TIME_S + 60)

    assert verify_checkpoint(again, key).time_s == TIME_S + 60


@pytest.mark.parametrize(
    ("checkpoint", "consistency"),
    [
        (head(6), ()),
        (head(6), proof(6, 7)),
        (head(7, branch="other"), ()),
        (head(9), ()),
        (head(9), proof(5, 9)),
        (head(9), (*proof(7, 9), bytes(32))),
        (head(8, branch="x"), proof(6, 8, branch="x")),
        (head(0), ()),
    ],
    ids=[
        "smaller",
        "smaller, with the proof backwards",
        "another root at the same size",
        "no proof",
        "the proof from another size",
        "a proof with a hash to spare",
        "a proof from before the mark",
        "empty again",
    ],
)
def test_a_head_that_does_not_extend_the_mark_is_refused_and_moves_nothing(
    signer: Signer, checkpoint: Checkpoint, consistency: tuple[bytes, ...]
) -> None:
    signer.create_log(LOG, *SEEDS)
    signer.sign(head(7), consistency=(), time_s=TIME_S)

    with pytest.raises(MarkError):
        signer.sign(checkpoint, consistency=consistency, time_s=TIME_S)

    assert signer.mark(LOG) == Mark(7, head(7).root)


def test_a_rewritten_past_is_refused_even_with_a_proof_of_its_own(signer: Signer) -> None:
    signer.create_log(LOG, *SEEDS)
    signer.sign(head(7), consistency=(), time_s=TIME_S)
    names = [b"0", b"changed", b"2", b"3", b"4", b"5", b"6", b"7"]
    forged = Tree(sha256(name).digest() for name in names)

    with pytest.raises(MarkError, match="does not extend"):
        signer.sign(
            Checkpoint(origin=LOG, size=8, root=forged.root()),
            consistency=forged.consistency_proof(7),
            time_s=TIME_S,
        )


def test_a_log_is_created_once(signer: Signer) -> None:
    signer.create_log(LOG, *SEEDS)
    with pytest.raises(SignerError):
        signer.create_log(LOG, *SEEDS)


def test_a_log_without_a_key_is_not_signed(signer: Signer) -> None:
    with pytest.raises(SignerError, match="no key"):
        signer.sign(head(1), consistency=(), time_s=TIME_S)
    with pytest.raises(SignerError, match="no key"):
        signer.log_key(LOG)


def test_logs_have_marks_of_their_own(signer: Signer) -> None:
    other = "lines.example/5d2f/north-2"
    signer.create_log(LOG, *SEEDS)
    signer.create_log(other, *reversed(SEEDS))
    signer.sign(head(7), consistency=(), time_s=TIME_S)
    assert signer.mark(other) == Mark(0, EMPTY_ROOT)

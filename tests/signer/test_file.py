"""The signer on disk: what restores, clones, crashes and a second process do to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tieline.errors import MarkError, SettingsError, SignerError
from tieline.record import checkpoint as checkpoint_module
from tieline.record.checkpoint import Checkpoint
from tieline.record.merkle import Tree
from tieline.signer import FileSigner, Mark
from tieline.signer import file as file_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOG = "lines.example/5d2f/north-1"
SEEDS = (bytes(range(32)), bytes(range(32, 64)))
TREE = Tree(sha256(bytes((n,))).digest() for n in range(20))


def head(size: int) -> Checkpoint:
    return Checkpoint(origin=LOG, size=size, root=TREE.root(size))


def sign(signer: FileSigner, old: int, new: int) -> bytes:
    return signer.sign(head(new), consistency=TREE.consistency_proof(old, new), time_s=1)


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[[], FileSigner]]:
    """Open the signer anew, as after a restart."""
    opened: list[FileSigner] = []

    def again() -> FileSigner:
        for signer in opened:
            signer.close()
        opened.append(FileSigner(keys=tmp_path / "home" / "keys", marks=tmp_path / "marks"))
        return opened[-1]

    yield again
    for signer in opened:
        signer.close()


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def test_the_mark_outlives_a_restart(reopen: Callable[[], FileSigner]) -> None:
    reopen().create_log(LOG, *SEEDS)
    sign(reopen(), 0, 7)
    signer = reopen()
    assert signer.mark(LOG) == Mark(7, TREE.root(7))
    with pytest.raises(MarkError, match="7 entries were signed already, these are 6"):
        sign(signer, 6, 6)
    sign(signer, 7, 9)


def test_a_restored_home_finds_its_marks_ahead_and_signs_nothing(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    sign(reopen(), 0, 7)
    shutil.copytree(tmp_path / "home", tmp_path / "backup")
    sign(reopen(), 7, 9)
    shutil.rmtree(tmp_path / "home")
    shutil.copytree(tmp_path / "backup", tmp_path / "home")

    with pytest.raises(MarkError):
        sign(reopen(), 7, 8)


def test_a_clone_without_marks_signs_nothing(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    shutil.rmtree(tmp_path / "marks")
    signer = reopen()
    with pytest.raises(MarkError, match="no high-water mark") as refused:
        sign(signer, 0, 1)
    assert "new generation" in refused.value.advice
    with pytest.raises(SignerError, match="key for this log already"):
        signer.create_log(LOG, *SEEDS)


def test_a_mark_without_its_key_keeps_the_name_from_being_used_again(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    sign(reopen(), 0, 7)
    only(tmp_path / "home" / "keys", "*.key").unlink()
    with pytest.raises(MarkError, match="mark for this log already"):
        reopen().create_log(LOG, *SEEDS)


def test_a_log_whose_creation_was_interrupted_is_created_again(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    only(tmp_path / "home" / "keys", "*.key").unlink()
    key = reopen().create_log(LOG, *SEEDS)
    assert reopen().log_key(LOG) == key
    sign(reopen(), 0, 7)


def test_a_log_is_taken_again_only_with_its_keys_and_before_it_is_signed(
    reopen: Callable[[], FileSigner],
) -> None:
    for _ in range(2):
        reopen().take_log(LOG, *SEEDS)
    with pytest.raises(SignerError, match="key for this log already"):
        reopen().take_log(LOG, *reversed(SEEDS))
    sign(reopen(), 0, 7)
    with pytest.raises(MarkError, match="mark for this log already"):
        reopen().take_log(LOG, *SEEDS)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b"mark@v1", b"mark@v2"),
        lambda data: data.replace(b"north-1", b"north-2"),
        lambda data: data.replace(b"\n7\n", b"\n07\n"),
        lambda data: data + b"\n",
    ],
    ids=["empty", "cut", "header", "other log", "spelling", "longer"],
)
def test_a_damaged_mark_is_no_mark_to_sign_by(
    reopen: Callable[[], FileSigner], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    reopen().create_log(LOG, *SEEDS)
    sign(reopen(), 0, 7)
    path = only(tmp_path / "marks", "*.mark")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(MarkError, match="damaged"):
        sign(reopen(), 7, 8)


def test_a_flipped_bit_in_size_or_root_signs_nothing_new(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    sign(reopen(), 0, 7)
    path = only(tmp_path / "marks", "*.mark")
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"\n7\n", b"\n3\n"))
    with pytest.raises(MarkError):
        sign(reopen(), 3, 8)


def test_no_signature_leaves_when_the_mark_cannot_be_synced(
    reopen: Callable[[], FileSigner], monkeypatch: pytest.MonkeyPatch
) -> None:
    reopen().create_log(LOG, *SEEDS)
    signer = reopen()
    sign(signer, 0, 7)

    def fail(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(file_module, "sync_folder", fail)
        with pytest.raises(SignerError, match="could not be made durable"):
            sign(signer, 7, 8)
        # The new mark may read back already, yet nothing says that it is on the disk.
        with pytest.raises(SignerError, match="could not be made durable"):
            sign(signer, 8, 8)
        with pytest.raises(SignerError, match="could not be made durable"):
            sign(signer, 8, 8)

    sign(signer, 8, 8)
    assert reopen().mark(LOG) == Mark(8, TREE.root(8))


def test_the_mark_is_synced_before_the_head_is_signed(
    reopen: Callable[[], FileSigner], monkeypatch: pytest.MonkeyPatch
) -> None:
    reopen().create_log(LOG, *SEEDS)
    signer = reopen()
    order: list[str] = []

    def noted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: object) -> Any:
            order.append(name)
            return call(*args)

        return run

    monkeypatch.setattr(os, "fsync", noted("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noted("replace", Path.replace))
    signing = noted("sign", checkpoint_module.sign_checkpoint)
    monkeypatch.setattr(file_module, "sign_checkpoint", signing)
    sign(signer, 0, 1)
    assert order == ["fsync", "replace", "fsync", "sign"]
    sign(signer, 1, 1)
    assert order[4:] == ["sign"]


def test_what_a_crash_left_half_written_is_overwritten(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    path = only(tmp_path / "marks", "*.mark")
    path.with_name(f".{path.name}.new").write_bytes(b"half")
    sign(reopen(), 0, 2)
    assert reopen().mark(LOG) == Mark(2, TREE.root(2))


def test_a_second_process_cannot_sign_with_the_same_marks(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    script = (
        "import sys; from pathlib import Path; from tieline.signer import FileSigner\n"
        "from tieline.errors import SignerError\n"
        "try:\n    FileSigner(keys=Path(sys.argv[1]), marks=Path(sys.argv[2]))\n"
        "except SignerError as error:\n    print(error)\n"
    )
    # Another copy of the keys, the same marks: the marks are what counts.
    arguments = [str(tmp_path / "copied keys"), str(tmp_path / "marks")]
    answer = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    assert f"process {os.getpid()} already signs" in answer.stdout


def test_a_closed_signer_signs_nothing(reopen: Callable[[], FileSigner]) -> None:
    signer = reopen()
    signer.create_log(LOG, *SEEDS)
    signer.close()
    signer.close()
    with pytest.raises(SignerError, match="closed"):
        sign(signer, 0, 1)


def test_marks_inside_the_folder_of_keys_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="restored together"):
        FileSigner(keys=tmp_path / "keys", marks=tmp_path / "keys" / "marks")


def test_the_key_of_one_log_does_not_sign_for_another(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    other = "lines.example/5d2f/north-2"
    signer = reopen()
    signer.create_log(LOG, *SEEDS)
    mine = only(tmp_path / "home" / "keys", "*.key").read_bytes()
    signer.create_log(other, *reversed(SEEDS))
    theirs = tmp_path / "home" / "keys" / f"{sha256(other.encode()).hexdigest()}.key"
    theirs.write_bytes(mine)
    with pytest.raises(SignerError, match="not the key of"):
        signer.log_key(other)


def test_keys_and_marks_are_readable_by_their_owner_only(
    reopen: Callable[[], FileSigner], tmp_path: Path
) -> None:
    reopen().create_log(LOG, *SEEDS)
    for folder in (tmp_path / "home" / "keys", tmp_path / "marks"):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}

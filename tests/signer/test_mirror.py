"""The mirror's key: receipts that verify, from a file of the right purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tieline.errors import SettingsError
from tieline.record.checkpoint import Checkpoint
from tieline.record.merkle import EMPTY_ROOT
from tieline.record.receipt import verify_receipt
from tieline.signer import KeyFile, MirrorSigner, write_key

if TYPE_CHECKING:
    from pathlib import Path

NAME = "south.example/mirror-1"
SEEDS = {"ed25519": bytes(range(32)), "mldsa44": bytes(range(32, 64))}
HEAD = Checkpoint(origin="lines.example/5d2f/north-1", size=0, root=EMPTY_ROOT)


def test_a_receipt_from_a_key_file_verifies(tmp_path: Path) -> None:
    write_key(tmp_path / "k", KeyFile(purpose="mirror", name=NAME, seeds=SEEDS))
    mirror = MirrorSigner.from_file(tmp_path / "k")

    receipt = verify_receipt(mirror.cosign(HEAD, time_s=1_795_257_600), mirror.key)

    assert receipt.checkpoint == HEAD
    assert receipt.time_s == 1_795_257_600
    assert mirror.key.name == NAME


def test_a_log_key_gives_no_receipts(tmp_path: Path) -> None:
    write_key(tmp_path / "k", KeyFile(purpose="log", name=NAME, seeds=SEEDS))
    with pytest.raises(SettingsError, match="holds a log key"):
        MirrorSigner.from_file(tmp_path / "k")

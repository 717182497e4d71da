"""Cosigning other parties' heads: the key under which receipts are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import SettingsError
from tieline.record.receipt import MirrorKey, cosign
from tieline.signer.keyfile import read_key

if TYPE_CHECKING:
    from pathlib import Path

    from tieline.record.checkpoint import Checkpoint


class MirrorSigner:
    """Cosigns other parties' heads under one mirror key. It has no mark of its own.

    What it says is "all of this is durably stored here": the store that committed the entries
    knows that, so the caller cosigns after the commit, and never a smaller head than before.
    """

    def __init__(self, name: str, ed_seed: bytes, mldsa_seed: bytes) -> None:
        self._name = name
        self._seeds = (ed_seed, mldsa_seed)
        self.key = MirrorKey.from_seeds(name, ed_seed, mldsa_seed)

    @classmethod
    def from_file(cls, path: Path) -> MirrorSigner:
        """The mirror key in a file.

        Raises:
            SettingsError: no such key, or open to other users.
        """
        key = read_key(path)
        if key.purpose != "mirror":
            raise SettingsError(f"{path} holds a {key.purpose} key, not that of a mirror")
        return cls(key.name, key.seed("ed25519"), key.seed("mldsa44"))

    def cosign(self, checkpoint: Checkpoint, *, time_s: int) -> bytes:
        """The receipt: the head's text under both cosignatures, with one time."""
        return cosign(checkpoint, self._name, *self._seeds, time_s)

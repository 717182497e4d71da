"""The signer: holds a node's secret keys, and can never sign two histories of one log.

Beside each log key stands its **high-water mark**, (origin, size, root): the newest head that
was ever signed. It is made durable *before* a signature leaves, and the next head must be
proven to extend it. The marks live in a folder of their own, outside the home and outside
every backup: a restored home then finds marks ahead of it, or none, and nothing is signed
(RECORD 5.1; after Sunlight's compare-and-swap store and EIP-3076).

The order for a node is: commit the entries, then sign, then commit the checkpoint. Signing
first would leave a mark ahead of the disk after a crash, and cost a generation.
"""

from tieline.signer.contract import Mark, Signer, advance
from tieline.signer.file import FileSigner
from tieline.signer.keyfile import KeyFile, read_key, write_key
from tieline.signer.memory import MemorySigner
from tieline.signer.mirror import MirrorSigner

__all__ = [
    "FileSigner",
    "KeyFile",
    "Mark",
    "MemorySigner",
    "MirrorSigner",
    "Signer",
    "advance",
    "read_key",
    "write_key",
]

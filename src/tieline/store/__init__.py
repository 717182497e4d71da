"""Where entries rest: one contract, a store in memory and a store in SQLite."""

from tieline.store.contract import CHECKPOINTS_KEPT, Store, StoredReceipt
from tieline.store.memory import MemorySnapshot, MemoryStore
from tieline.store.sqlite import SqliteStore, open_readonly, open_store

__all__ = [
    "CHECKPOINTS_KEPT",
    "MemorySnapshot",
    "MemoryStore",
    "SqliteStore",
    "Store",
    "StoredReceipt",
    "open_readonly",
    "open_store",
]

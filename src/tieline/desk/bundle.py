"""Bundle: the whole record as a folder to publish, which anyone can read and check.

::

    index.html       first page: static, printable, no script
    record.txt       the record in the text format
    record.csv       the same as a spreadsheet
    SHA256SUMS       digests of these three
    record/          the signed record, as `tieline verify` and the stand-alone verifier take it

All of it follows from the record, which is in clear. Private copies of reports and drafts are no
part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tieline.desk.bundlepage import index_page
from tieline.desk.observing import observer_line, picture
from tieline.desk.speaking import Desk
from tieline.desk.spreadsheets import csv_bytes, write_file
from tieline.errors import UsageError
from tieline.evidence.export import export_files
from tieline.lineconfig import LineConfig, read_config
from tieline.node import LINE_PREFIX
from tieline.observer import Picture, write_text
from tieline.observer.sheet_rows import rows_of
from tieline.store import SqliteStore, open_readonly

SIGNED = "record"
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written: number of files, their bytes, and items of the record in them."""

    line: str
    files: int
    size: int
    items: int


def publish(desk: Desk, folder: Path) -> Published:
    """Write a bundle into a new folder.

    Raises:
        UsageError: there is no record, the folder is not empty, or cannot be written.
    """
    seen = picture(desk)
    line = observer_line(desk)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; name a new folder for the bundle")
    store = open_readonly(desk.home.store)
    count = total = 0
    try:
        for name, data in _files(desk, store, line, seen):
            write_file(folder / name, data)
            count, total = count + 1, total + len(data)
    finally:
        store.close()
    return Published(line=line, files=count, size=total, items=len(seen.record.items()))


def _files(desk: Desk, store: SqliteStore, line: str, seen: Picture) -> Iterator[tuple[str, bytes]]:
    config = _config(store, line)
    for name, data in export_files(store, line, config.parties):
        yield f"{SIGNED}/{name}", data
    page = index_page(seen, handle=desk.card.handle, fingerprint=desk.card.fingerprint, line=line)
    readable = {
        "index.html": page.encode(),
        "record.csv": csv_bytes(rows_of(seen.record.items())),
        "record.txt": write_text(seen.record).encode(),
    }
    yield from readable.items()
    sums = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in readable.items())
    yield SUMS, "".join(sums).encode("ascii")


def _config(store: SqliteStore, line: str) -> LineConfig:
    for _, value in store.locals(LINE_PREFIX):
        config = read_config(value)
        if config.line == line:
            return config
    raise UsageError(f"this home does not keep the line {line}")

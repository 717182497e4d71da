"""kill -9 at any moment: every entry that was acknowledged is there at the next start.

``TIELINE_KILLS`` sets how often (10 here, 1,000 for a night).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

from tieline.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

LOG = "lines.example/5d2f/north-1"
KILLS = int(os.environ.get("TIELINE_KILLS", "10"))
WRITER = """
import sys
from hashlib import sha256
from pathlib import Path
from tieline.replication.changes import AppendEntry, PutBlob, PutLocal
from tieline.store import open_store, sqlite
sqlite.WAL_PAGES = 50
log = sys.argv[2]
store = open_store(Path(sys.argv[1]), create=True)
while True:
    index = store.size(log)
    data = b"%d " % index * 700
    store.commit([
        AppendEntry(origin=log, index=index, leaf=b"entry %d" % index),
        PutBlob(digest=sha256(data).digest(), data=data),
        PutLocal(key="last", value=b"%d" % index),
    ])
    sys.stdout.write(f"{index}\\n")
    sys.stdout.flush()
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    random = Random(7)
    command = [sys.executable, "-c", WRITER, str(tmp_path / "home"), LOG]
    size = 0
    for _ in range(KILLS):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first, "the writer did not start"
        time.sleep(random.random() * 0.1)
        child.kill()
        lines = [first, *child.stdout]
        child.wait()
        child.stdout.close()
        # A line that was cut off acknowledges nothing.
        acknowledged = [int(line) for line in lines if line.endswith("\n")]

        store = open_store(tmp_path / "home")
        assert acknowledged == list(range(size, acknowledged[-1] + 1))
        size = store.size(LOG)
        assert size > acknowledged[-1]
        assert list(store.leaves(LOG, 0, size)) == [b"entry %d" % n for n in range(size)]
        assert store.local("last") == b"%d" % (size - 1)
        assert list(store.scrub()) == []
        store.close()
    print(f"{KILLS} kills, {size} entries, none lost")

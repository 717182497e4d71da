"""The committed vectors are what their generator writes, but for what is random by nature."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def test_the_generator_writes_the_committed_files_again(tmp_path, vectors):
    for line in ("talk", "outcomes", "dialogue", "texts", "notices", "withdrawn"):
        shutil.copytree(vectors / "state" / line, tmp_path / "state" / line)
    environment = os.environ | {"PYTHONPATH": str(vectors.parent / "src")}
    command = [sys.executable, str(vectors / "generate.py"), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()

    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    folders = {path.parts[0] for path in written}
    assert len(folders) == 9
    committed = {
        path.relative_to(vectors)
        for folder in folders
        for path in (vectors / folder).rglob("*")
        if path.is_file()
    }
    assert written ^ committed == set()
    changed = [
        str(name)
        for name in sorted(written)
        if (tmp_path / name).read_bytes() != (vectors / name).read_bytes()
    ]
    assert changed == []

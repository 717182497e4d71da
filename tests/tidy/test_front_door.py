"""The scripts that a newcomer starts, and the data that tests share."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def call(repository: Any, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(repository.root / "run"), *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_the_scripts_can_be_started(repository: Any, script: str) -> None:
    assert os.access(repository.root / script, os.X_OK)


def test_help_is_given_from_any_folder(repository: Any, tmp_path: Path) -> None:
    done = call(repository, cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[:2]) == (0, ["usage:", "./run"])


def test_an_unknown_verb_is_refused(repository: Any, tmp_path: Path) -> None:
    assert call(repository, "tset", cwd=tmp_path).returncode == 2


def test_shared_data_is_taken_from_the_folder_that_is_named(
    shared_data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "tracks").mkdir(parents=True)
    monkeypatch.setenv("TIELINE_SHARED", str(tmp_path))
    assert shared_data("tracks") == tmp_path / "data" / "tracks"


def test_absent_shared_data_skips_and_says_so(shared_data: Any) -> None:
    with pytest.raises(pytest.skip.Exception, match="'no such set' is absent"):
        shared_data("no such set")

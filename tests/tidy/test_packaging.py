"""Lock files say what to install and nothing else; the wheel carries the whole package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PIN = re.compile(r"^[a-z0-9-]+==[\w.]+(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
LOCKS = ("run.txt", "dev.txt", "uv.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_pins_and_hashes_only(repository: Any, name: str) -> None:
    lines = repository.text(f"requirements/{name}").splitlines()
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []


def test_tests_run_with_the_versions_that_users_get(repository: Any) -> None:
    run, dev = (
        {line for line in repository.text(f"requirements/{name}").splitlines() if PIN.match(line)}
        for name in ("run.txt", "dev.txt")
    )
    assert sorted(run - dev) == []


def test_the_checks_before_the_tests_held() -> None:
    failed = os.environ.get("TIELINE_CHECKS_FAILED")
    if failed is None:
        pytest.skip("lint, types and imports were NOT checked: use `./run test`")
    assert failed == "none"


def test_the_wheel_carries_every_file_of_the_package(repository: Any, tmp_path: Path) -> None:
    if "README.md" not in repository.files:
        pytest.skip("README.md is absent: the wheel was NOT built")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=repository.root, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")

    packed = set(zipfile.ZipFile(wheel).namelist())

    ours = {file.removeprefix("src/") for file in repository.ending("", under=("src/tieline/",))}
    assert sorted(ours - packed) == []
    assert any(name.endswith("licenses/LICENSE") for name in packed)

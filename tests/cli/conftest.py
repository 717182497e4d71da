"""The program as people run it: a command line in, an exit code and two streams out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import pytest

from tieline.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run of the program left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Run(Protocol):
    def __call__(self, *args: str | Path, home: Path | None = None, code: int | None = 0) -> Ran:
        """Run `tieline` with these arguments; ``code`` is what it has to exit with."""
        ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The program in this process, far from the homes of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("TIELINE_")]:
        monkeypatch.delenv(name)
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("COLUMNS", "100")

    def ran(*args: str | Path, home: Path | None = None, code: int | None = 0) -> Ran:
        words = [str(arg) for arg in args] + (["--home", str(home)] if home is not None else [])
        monkeypatch.setattr(sys, "argv", ["tieline", *words])
        out, err, exit_code = StringIO(), StringIO(), 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                exit_code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        found = Ran(code=exit_code, out=out.getvalue(), err=err.getvalue())
        if code is not None:
            assert found.code == code, f"{words} ended with {found}"
        return found

    return ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A party's home with its fingerprint; the vault lies beside it."""

    handle: str
    home: Path
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two parties on one line, and the stick between them."""

    run: Run
    alpha: Place
    bravo: Place
    stick: Path

    def carry(self, giver: Place, taker: Place) -> Any:
        """Carry a pouch from one to the other; what was read."""
        self.stick.mkdir(exist_ok=True)
        folder = self.stick / f"{len(list(self.stick.iterdir()))}-{giver.handle}"
        self.run("pouch", "pack", folder, home=giver.home)
        return self.run("pouch", "read", folder, "--json", home=taker.home).json


@pytest.fixture
def make_party(run: Run, tmp_path: Path) -> Callable[..., Place]:
    """Make a home by `tieline init`; further arguments go along."""

    def make(handle: str, *args: str | Path) -> Place:
        home = tmp_path / handle
        made = run("init", handle, "--name", handle.title(), "--json", *args, home=home).json
        return Place(handle=handle, home=home, fingerprint=made["fingerprint"])

    return make


@pytest.fixture
def pair(run: Run, make_party: Callable[..., Place], tmp_path: Path) -> Pair:
    """Two parties that opened a line named `border` by pouch, and hold each other's roster."""
    alpha, bravo = make_party("alpha"), make_party("bravo")
    there, back = tmp_path / "invitation", tmp_path / "answer"
    run(
        *("line", "invite", f"bravo={bravo.fingerprint}", "--title", "border", "--pouch", there),
        home=alpha.home,
    )
    run(
        *("line", "join", there, "--from", f"alpha={alpha.fingerprint}", "--pouch", back),
        home=bravo.home,
    )
    run("pouch", "read", back, home=alpha.home)
    found = Pair(run=run, alpha=alpha, bravo=bravo, stick=tmp_path / "stick")
    found.carry(alpha, bravo)
    return found

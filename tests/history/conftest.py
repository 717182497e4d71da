"""A home in which the history was filed by the command line, and the questions put to it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tieline.cli import main
from tieline.cli.frame import desk_at
from tieline.desk import observing
from tieline.observer import Picture

HERE = Path(__file__).parent


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Observer:
    """Runs `tieline` at one home, as its owner would."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str | Path) -> str:
        """What the program printed; it has to end well."""
        out, err, code = StringIO(), StringIO(), 0
        argv, sys.argv = sys.argv, ["tieline", *map(str, words)]
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        finally:
            sys.argv = argv
        assert code == 0, f"{words} ended with {code}: {out.getvalue()}{err.getvalue()}"
        return out.getvalue()

    def json(self, *words: str | Path) -> Any:
        return json.loads(self(*words, "--home", self.home, "--json"))

    def text(self, *words: str | Path) -> str:
        return " ".join(self(*words, "--home", self.home).split())


@pytest.fixture(scope="session")
def observer(tmp_path_factory: pytest.TempPathFactory) -> Observer:
    """An observer who wrote the sample to a file and filed it: nothing goes in another way."""
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TIELINE_")]:
            patch.delenv(name)
        for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(folder / name.lower()))
        homes = load(HERE.parent / "cli" / "homes.py")
        homes.party(folder, "observer").client.close()
        asked = Observer(folder / "observer")
        asked("observe", "sample", "--write", folder / "talks.txt")
        filed = asked.json("observe", "add", folder / "talks.txt")
        assert filed["known"] == 0
    return asked


@pytest.fixture(scope="session")
def history(observer: Observer) -> Picture:
    """The picture that the observer's desk folds from the signed log of that home."""
    with desk_at(observer.home) as desk:
        return observing.picture(desk)


@pytest.fixture(scope="session")
def reports(history: Picture) -> Picture:
    """The same from the articles alone, every inference left out."""
    return history.without_inferences()

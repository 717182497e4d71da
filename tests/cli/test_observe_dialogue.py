"""Marking step by step on a terminal: answers are checked at once, and nothing is lost on ^C."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal of this kind is not to be had here", allow_module_level=True)

import pty

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

REPORT = Path(__file__).parent / "data" / "lowland-courier.txt"
PATIENCE_S = 90


class Talk:
    """The program on a terminal of its own; what it says is waited for before each answer."""

    def __init__(self, home: Path, *args: str) -> None:
        self.said = ""
        self._seen = 0
        pid, self._fd = pty.fork()
        if pid == 0:
            kept = {k: v for k, v in os.environ.items() if not k.startswith("TIELINE_")}
            os.environ.clear()
            os.environ.update(kept, TERM="dumb", COLUMNS="200", NO_COLOR="1", PYTHONUTF8="1")
            words = [sys.executable, "-m", "tieline", "observe", *args, "--home", str(home)]
            os.execv(sys.executable, words)
        self._pid = pid

    def until(self, words: str) -> None:
        """Wait for words that were not waited for yet."""
        end = time.monotonic() + PATIENCE_S
        while words not in self.said[self._seen :]:
            assert self._more(end), f"{words!r} did not come after: {self.said[-1500:]}"
        self._seen = self.said.index(words, self._seen) + len(words)

    def answer(self, question: str, words: str) -> None:
        self.until(question)
        os.write(self._fd, f"{words}\n".encode())

    def stop(self, question: str) -> None:
        self.until(question)
        os.write(self._fd, b"\x03")

    def end(self) -> int:
        end = time.monotonic() + PATIENCE_S
        while self._more(end):
            pass
        if time.monotonic() >= end:
            os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)

    def _more(self, end: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, end - time.monotonic()))
        try:
            data = os.read(self._fd, 65_536) if ready else b""
        except OSError:
            return False  # The other end of the terminal is closed.
        self.said += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@pytest.fixture
def home(tmp_path, run):
    homes.party(tmp_path, "watcher").client.close()
    return tmp_path / "watcher"


def test_a_report_is_taken_by_answers_alone(home, run):
    talk = Talk(home, "take", str(REPORT), "--key", "lc", "--headings", "2")
    talk.until("#1 days 2031-03-14")
    talk.answer("Title", "Neighbours on the Sund")
    talk.answer("Outlet", "Lowland Courier")
    talk.answer("Published", "14 March")
    talk.answer("! source, published", "2031-03-14")
    talk.answer("Language", "en")
    talk.answer("File it? (y/n) [y]", "")
    assert talk.end() == 0, talk.said
    assert not list((home / "drafts").iterdir())
    assert len(run("observe", "passages", "lc", "--json", home=home).json) == 14


def test_a_passage_is_marked_in_three_sittings_and_nothing_is_lost(home, run):
    taken = ("--key", "lc", "--headings", "2", "--published", "2031-03-14")
    run("observe", "take", REPORT, *taken, home=home)
    talk = Talk(home, "mark", "lc")
    talk.answer("Passage [1]", "6")
    talk.until("by the end of the year")
    talk.answer("Force", "rumour")
    talk.answer("! choose a number", "2")
    talk.answer("Speaker", "")
    talk.answer("! an answer is needed", "Ilse Orr")
    talk.answer("Happened", "#99")
    talk.stop("! there is no proposal #99")
    assert talk.end() == 130
    assert "answers are kept" in talk.said

    drafts = list((home / "drafts").glob("*.json"))
    assert [path.stat().st_mode & 0o777 for path in drafts] == [0o600]
    assert json.loads(drafts[0].read_bytes())["speaker"] == "Ilse Orr"

    talk = Talk(home, "mark", "lc")
    talk.until("Going on with what was kept (passage, force, speaker)")
    talk.answer("Happened", '2031-03-13 "Thursday"')
    quoted = "We agreed that pilots will carry each other's radio codes from the first of June"
    talk.answer("What is said", quoted)
    talk.answer("own words", "Aval is to lend two boats this year.")
    talk.answer("Topics", "boats, sund")
    talk.answer("What the record takes from it", "commitment")
    talk.answer("commitment: which", "boats")
    talk.answer("field=value", "due=tomorrow")
    talk.answer("! commitment, due", "due=#1")
    talk.answer("field=value", "by=Aval")
    talk.stop("field=value")
    assert talk.end() == 130

    talk = Talk(home, "mark", "lc")
    talk.answer("What the record takes from it", "commitment boats; by=Aval; due=..2031-12-31")
    talk.answer("one more", "")
    talk.answer("Note", "")
    talk.until("new: commitment boats")
    talk.answer("File it? (y/n) [y]", "y")
    talk.answer("Mark another passage?", "n")
    assert talk.end() == 0, talk.said

    (one,) = run("observe", "list", "--json", home=home).json
    assert (one["passage"], one["speaker"], one["force"]) == ("6", "Ilse Orr", "press")
    assert one["topics"] == ["boats", "sund"]
    assert one["happened"]["wording"] == "Thursday"
    assert not list((home / "drafts").iterdir())


def test_a_contradiction_is_filed_only_on_a_yes(home, run):
    run("observe", "take", REPORT, "--key", "lc", "--published", "2031-03-14", home=home)
    mark = ("mark", "lc", "--passage", "3", "--force", "narrated", "--text")
    run("observe", *mark, "Number five.", "--assert", "round r-5; number=5", home=home)
    talk = Talk(home, *mark, "Number six.", "--assert", "round r-5; number=6")
    talk.until("It would not fit what is there")
    talk.answer("File it all the same? (y/n) [n]", "")
    assert talk.end() == 0
    assert len(run("observe", "list", "--json", home=home).json) == 1

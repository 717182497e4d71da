"""The demonstration from beginning to end."""

from __future__ import annotations

import shutil
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tieline.control import SocketClient
from tieline.demo import flip, history, line, notices, talks
from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.errors import TielineError


def run(out: Console, *, folder: Path | None, keep: bool, check: bool, browser: bool) -> int:
    """Play all acts; the exit code: 0 when everything held.

    Args:
        out: where to print.
        folder: where the homes go; a temporary folder otherwise.
        keep: leave the homes there afterwards.
        check: end after the last act instead of staying up for a person.
        browser: open the two first pages.
    """
    with _place(folder, keep=keep) as place:
        stage, report = Stage(place), Report(out)
        started = time.monotonic()
        alpha, bravo = stage.build("alpha", "Alpha"), stage.build("bravo", "Bravo")
        try:
            _acts(stage, alpha, bravo, report)
        except TielineError as error:
            report.prove("the demonstration went on to its end", str(error), holds=False)
            for house in (alpha, bravo):
                out.print(f"{house.handle}'s node said last:", style="bold")
                out.print(stage.last_words(house), markup=False)
        finally:
            if check or report.failed:
                stage.close()
        out.print()
        out.print(report.table())
        gone = "" if keep or folder is not None or not check else " (now removed; --keep leaves it)"
        out.print(f"{time.monotonic() - started:.0f} s; homes in {place}{gone}", markup=False)
        for proof in report.failed:
            out.print(f"did not hold: {proof.claim}: {proof.seen}", style="bold red", markup=False)
        if not check and not report.failed:
            try:
                _stay((alpha, bravo), out, browser=browser)
            finally:
                stage.close()
        return 1 if report.failed else 0


@contextmanager
def _place(folder: Path | None, *, keep: bool) -> Iterator[Path]:
    place = folder or Path(tempfile.mkdtemp(prefix="tieline-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        yield place
    finally:
        if folder is None and not keep:
            shutil.rmtree(place, ignore_errors=True)


def _acts(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.say("Two throw-away homes, two nodes, nothing but this machine.")
    history.play(stage, alpha, report)
    line.make_line(stage, alpha, bravo, report)
    line.talk(stage, alpha, bravo, report)
    talks.play(stage, alpha, bravo, report)
    notices.play(stage, alpha, bravo, report)
    line.sever(stage, alpha, bravo, report)
    flip.play(stage, bravo, report)
    report.begin("h", "The two nodes, up again")
    for house in (alpha, bravo):
        stage.start(house)

    def equal() -> bool:
        return len({_state(house) for house in (alpha, bravo)}) == 1

    stage.wait("equal states on both nodes", equal)
    report.prove("both nodes compute the same state", _state(alpha)[:16] + "...", holds=equal())


def _state(house: House) -> str:
    client = SocketClient(house.home.socket)
    try:
        told = client.call("info", state="yes")
    finally:
        client.close()
    lines = told["lines"] if isinstance(told, dict) else []
    for each in lines if isinstance(lines, list) else []:
        if isinstance(each, dict) and each["title"] == line.LINE:
            return str(each["state"])
    return ""


def _stay(houses: tuple[House, House], out: Console, *, browser: bool) -> None:
    out.print()
    out.print("Both nodes are up. Their first pages (each link opens once):")
    for house in houses:
        client = SocketClient(house.home.socket)
        try:
            link = str(client.call("console.link"))
        finally:
            client.close()
        out.print(f"  {house.name}: {link}", markup=False)
        if browser:
            webbrowser.open(link)
    out.print("Ctrl-C ends the demonstration.")
    try:
        while all(h.process is not None and h.process.poll() is None for h in houses):
            time.sleep(1)
    except KeyboardInterrupt:
        out.print("Ending.")

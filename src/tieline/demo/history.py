"""Act (a): the observer's record of five reports, and what it says of two days."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path

from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.desk import observing
from tieline.observer import Picture, render_svg, render_timeline, status
from tieline.observer.timeline import timeline

DAYS = (dt.date(2022, 9, 1), dt.date(2018, 11, 10))
TIMELINE_ROWS = 12
SAMPLE = "talks-2017-2024.txt"


def sample() -> bytes:
    """The record of the five reports, as text."""
    return (files("tieline.observer") / "samples" / SAMPLE).read_bytes()


def play(stage: Stage, house: House, report: Report) -> None:
    """Enter the record, show its timeline and the status on two days."""
    report.begin("a", "What five reports say, and what nobody said")
    report.command("tieline observe add talks-2017-2024.txt")
    with stage.desk(house) as desk:
        entered = observing.enter(desk, sample(), vault=house.settings.vault)
        picture = observing.picture(desk, entered.line)
    report.prove(
        "every item of the record is a signed entry",
        f"{entered.filed} entries",
        holds=entered.filed > 0 and not picture.faults,
    )
    _timeline(stage.folder, picture, report)
    for day in DAYS:
        _status(picture, day, report)
    _framework(picture, report)


def _timeline(folder: Path, picture: Picture, report: Report) -> None:
    rows = timeline(picture)
    report.command("tieline timeline --svg timeline.svg")
    text = render_timeline(rows[:TIMELINE_ROWS])
    report.out.print(text, markup=False, soft_wrap=False, overflow="fold")
    report.say(f"  ... and {max(0, len(rows) - TIMELINE_ROWS)} rows more")
    path = folder / "timeline.svg"
    path.write_text(render_svg(picture, title="Talks 2017 to 2024, as reported"), encoding="utf-8")
    report.prove("the timeline as a picture", path, holds=path.stat().st_size > 1000)


def _status(picture: Picture, day: dt.date, report: Report) -> None:
    report.command(f"tieline status --on {day.isoformat()}")
    lines = status(picture, on=day)
    for line in lines:
        report.out.print("  " + line.text(), markup=False)
    cited = all(line.cites or "unknown" in line.words for line in lines)
    report.prove(
        f"status on {day.isoformat()}: every line cites its statements or says unknown",
        f"{len(lines)} lines",
        holds=bool(lines) and cited,
    )


def _framework(picture: Picture, report: Report) -> None:
    today = [line for line in status(picture, on=DAYS[1]) if "promised" in line.words]
    words = today[0].text() if today else "nothing said of it"
    report.prove("the framework: promised, by one side only", words, holds="only" in words)

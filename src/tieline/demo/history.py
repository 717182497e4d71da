"""Act (a): the observer's record of five reports, and what it says of two days."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.desk import observing
from tieline.observer import About, Days, Picture, render_svg, status
from tieline.observer.timeline import timeline

DAYS = (dt.date(2022, 9, 1), dt.date(2018, 11, 10))
TIMELINE_ROWS = 8
SHOWN = frozenset(
    {
        About.ESTABLISHED,
        About.ROUND,
        About.SUSPENSION,
        About.RESTORATION,
        About.STANDING,
        About.FRAMEWORK,
    }
)
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


def _table(first: str, second: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column(first, width=20, overflow="fold")
    table.add_column(second, ratio=1, overflow="fold")
    table.add_column("force", width=9, overflow="fold")
    table.add_column("cited", width=12, overflow="fold")
    return table


def _timeline(folder: Path, picture: Picture, report: Report) -> None:
    rows = timeline(picture)
    report.command("tieline timeline --svg timeline.svg")
    table = _table("days, as uncertain as reported", "what")
    for row in rows[:TIMELINE_ROWS]:
        force = row.cite.force.value if row.cite.force is not None else "inference"
        what = f"{row.speaker}: {row.words}" if row.speaker else row.words
        table.add_row(Days.words(row.days), Text(what), force, row.cite.id)
    report.out.print(table)
    report.say(f"  ... and {max(0, len(rows) - TIMELINE_ROWS)} rows more")
    path = folder / "timeline.svg"
    path.write_text(render_svg(picture, title="Talks 2017 to 2024, as reported"), encoding="utf-8")
    report.prove("the timeline as a picture", path.name, holds=path.stat().st_size > 1000)


def _status(picture: Picture, day: dt.date, report: Report) -> None:
    report.command(f"tieline status --on {day.isoformat()}")
    lines = status(picture, on=day)
    shown = [line for line in lines if line.about in SHOWN]
    table = _table(f"on {day.isoformat()}", "how it stood")
    for line in shown:
        forces = [force.value for force in line.forces] + ["inference"] * bool(line.inferences)
        cited = ", ".join(cite.id for cite in line.cites)
        table.add_row(Text(line.name), Text(line.words), " ".join(forces), cited)
    report.out.print(table)
    report.say(f"  ... and {len(lines) - len(shown)} lines more: seats, contacts, commitments")
    cited_all = all(line.cites or "unknown" in line.words for line in lines)
    report.prove(
        f"status on {day.isoformat()}: every line cites its statements or says unknown",
        f"{len(lines)} lines",
        holds=bool(lines) and cited_all,
    )


def _framework(picture: Picture, report: Report) -> None:
    today = [line for line in status(picture, on=DAYS[1]) if "promised" in line.words]
    words = f"{today[0].name}: {today[0].words}" if today else "nothing said of it"
    report.prove("the framework: promised, by one side only", words, holds="only" in words)

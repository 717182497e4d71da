"""Parts of the verbs for notifications: options, lines by their names, doubts asked back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from tieline.cli.choosing import Shown, all_lines, asked, line_for, live_lines, pick_office
from tieline.cli.frame import console
from tieline.cli.look import safe
from tieline.desk.house import house_line
from tieline.desk.notifying import lines_with
from tieline.desk.placing import Doubts
from tieline.desk.speaking import Desk
from tieline.errors import UsageError

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="Its key, or an entry of it: alpha-1:12.")
]
LinesOption = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="LINE", help="Repeat it: the same goes out on each line."),
]
RedactOption = Annotated[
    list[str] | None,
    typer.Option("--redact", metavar="LINE:FIELD,FIELD", help="What that line may not see."),
]
ShapeOptions = Annotated[
    list[str] | None,
    typer.Option("--circle", metavar="'POSITION r=5nm'", help="A circle. Repeat it for more."),
]
PointOption = Annotated[
    list[str] | None,
    typer.Option("--point", metavar="'POSITION error=100m'", help="A place."),
]
CorridorOption = Annotated[
    list[str] | None,
    typer.Option("--corridor", metavar="'P; P; P w=2nm'", help="Within w of a line."),
]
AreaOption = Annotated[
    list[str] | None, typer.Option("--area", metavar="'P; P; P'", help="An area by its corners.")
]
SectorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sector",
        metavar="'P r=5nm from=030 to=120'",
        help="Part of a circle, clockwise between true bearings; inner=1nm leaves out the middle.",
    ),
]
GeoOption = Annotated[
    Path | None, typer.Option("--geojson", metavar="FILE", help="Shapes of a GeoJSON file.")
]
SinceOption = Annotated[
    str, typer.Option("--from", metavar="TIME", help="Since when: 2026-12-01T09:00Z.")
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="TIME", help="Until when; left out: until cancelled.")
]
DailyOption = Annotated[
    str,
    typer.Option(
        "--daily",
        metavar="'HHMM-HHMM ZONE DAYS'",
        help="Every day between --from and --until: '0900-1700 +02:00 mon,fri', 'sunset-sunrise'.",
    ),
]
CoarseOption = Annotated[
    bool, typer.Option("--coarse", help="An outer bound; amend it with the detail later.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="Any other field; several by ';'."),
]
SureOption = Annotated[
    bool, typer.Option("--sure", help="The positions are right although they look odd.")
]
MustKnowOption = Annotated[
    list[str] | None,
    typer.Option("--must-know", metavar="PARTY=UNIT", help="A unit that must know; repeat it."),
]
ContactOption = Annotated[
    list[str] | None, typer.Option("--contact", help="How to reach whoever is there.")
]
WaypointOption = Annotated[
    list[str] | None,
    typer.Option(
        "--waypoint", metavar="'POSITION @TIME =NAME'", help="Each waypoint, in their order."
    ),
]
PartyOption = Annotated[
    str, typer.Option("--party", help="About which party's strand, on a line of several.")
]


def on_terminal() -> bool:
    """Whether somebody can answer a question."""
    return sys.stdin.isatty()


def guided(value: str, question: str, *, needed: bool = True) -> str:
    """What was typed, else what is answered on a terminal, else nothing.

    Raises:
        UsageError: it is needed, and nobody can be asked.
    """
    if value or not on_terminal():
        return value
    return str(typer.prompt(question, default="", show_default=False)) if needed else value


def ask_doubts(doubts: Doubts, *, sure: bool) -> None:
    """Tell what may be a mistake, and go on only on the officer's word; nothing is corrected.

    Raises:
        UsageError: nobody said that it is right.
    """
    out = console(stderr=True)
    for words in dict.fromkeys(doubts.told):
        out.print(Text("? ", style="yellow").append_text(safe(words, "dim")))
    asked_about = list(dict.fromkeys(doubts.asked))
    if not asked_about or sure:
        return
    if on_terminal():
        for words in asked_about:
            out.print(Text("? ", style="bold yellow").append_text(safe(words, "yellow")))
        if typer.confirm("Is this right as it stands?", default=False):
            return
    raise UsageError(
        f"nothing was filed; a position may be wrong: {'; '.join(asked_about)}",
        advice="Write it again, or say --sure if it is right.",
    )


def named_lines(desk: Desk, typed: Sequence[str] | None) -> dict[str, str]:
    """What was typed for each line, to its id; the only shared line for nothing typed."""
    if not typed:
        return {"": line_for(desk, "")}
    return {name: line_for(desk, name) for name in typed}


def found_on(desk: Desk, typed: Sequence[str] | None, key: str) -> dict[str, Shown]:
    """A notification on every line that has it, or on those named.

    Raises:
        UsageError: no line has it, or an entry is named without its line.
    """
    lines = (
        list(named_lines(desk, typed).values())
        if typed
        else noticing_lines(desk, house=":" not in key)
    )
    if ":" in key and len(lines) != 1:
        raise UsageError(f"{key} may stand on several lines", advice="Name the line with --line.")
    return lines_with(desk, key, lines)


def noticing_lines(desk: Desk, *, house: bool = True) -> list[str]:
    """Lines that may have a notification: those shared, and our own for recipients without a node.

    An entry is looked for on shared lines alone, unless the line is named.
    """
    own = house_line(desk) if house else ""
    return [*(str(line["line"]) for line in live_lines(desk)), *([own] if own else [])]


def title_of(desk: Desk, line: str) -> str:
    """The title of a line, or the beginning of its id."""
    for each in all_lines(desk):
        if each["line"] == line:
            return str(each["title"] or line.rpartition("/")[2][:8])
    return line.rpartition("/")[2][:8]


def office_on(desk: Desk, line: str, wanted: str) -> str:
    """The office that speaks: the one named, else the watch or the first of the ladder held."""
    return pick_office(desk, wanted, [*asked(desk, "terms", line=line)["ladder"]])


def strand_of(notice: Shown, own: str, party: str, wanted: Callable[[str], bool]) -> str:
    """Whose strand a word of the notifier is about: the party named, else the only one it fits.

    Raises:
        UsageError: several, or none, and nobody was named.
    """
    others = [each for each in notice["receivers"] if each["party"] != own]
    fitting = [each["party"] for each in others if wanted(each["state"])] or [
        each["party"] for each in others
    ]
    if party:
        if party not in {each["party"] for each in others}:
            raise UsageError(f"{party[:40]!r} is no other party of this line")
        return party
    if len(fitting) == 1:
        return str(fitting[0])
    raise UsageError(f"about which party? {', '.join(fitting)}", advice="Name one with --party.")


def value_of(**named: Any) -> dict[str, Any]:
    """What was typed, without what was left out."""
    return {name: value for name, value in named.items() if value not in ("", None, [])}

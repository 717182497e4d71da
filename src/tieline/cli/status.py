"""Status: how every line, channel and mechanism stands, in one look; or stood, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tieline.cli.choosing import Shown, all_lines, asked, line_for, live_lines
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.harmless import clean
from tieline.cli.houseview import withheld_words
from tieline.cli.look import examples, safe
from tieline.cli.paint import STANDING_STYLES, length, moment
from tieline.cli.said import emit_or_print
from tieline.days import parse_day
from tieline.desk.observing import observer_line, picture
from tieline.desk.speaking import Desk
from tieline.observer import About, Picture, StatusLine, Sure
from tieline.observer import status as status_lines
from tieline.observer.claims import Cite, pilcrow
from tieline.record.marking import Marking, cut, parse_audience

EXAMPLES = examples(
    "tieline status",
    "tieline status --line 'watch line'",
    "tieline status --on 2022-09-01 --known-on 2022-09-01",
)
SURE_MARKS = {Sure.YES: ("●", "green"), Sure.PERHAPS: ("?", "yellow"), Sure.NO: ("–", "dim")}
STATES = (About.SUSPENSION, About.RESTORATION, About.CONDITION, About.STANDING)
HISTORY = (About.ROUND, About.CONTACT, About.ESTABLISHED)
GROUPS = (
    ("Mechanisms and channels: how they stood", STATES),
    ("Framework", (About.FRAMEWORK,)),
    ("Seats", (About.SEAT,)),
    ("Commitments", (About.COMMITMENT,)),
    ("Joint texts", (About.TEXT,)),
    ("Conditions named and measures in force", (About.PRECONDITION, About.MEASURE)),
    ("What had happened", HISTORY),
)
"""How things stood comes first, so that one look does; what happened before comes last."""
LINK_STYLES = {"up": "green", "down": "bold red", "never": "yellow"}
KEY = (
    "● reported   ? whether by then is not said   – not reported   ≈ an inference\n"
    "Each word in brackets tells with what force: `tieline observe show ID` gives the passage."
)

OnOption = Annotated[
    str, typer.Option("--on", metavar="DAY", help="How things stood at the end of this day.")
]
KnownOption = Annotated[
    str, typer.Option("--known-on", metavar="DAY", help="Use only what was known by this day.")
]


def status(
    *,
    on: OnOption = "",
    known_on: KnownOption = "",
    audience: Annotated[
        str, typer.Option("--audience", help="Who reads it: own, line or public.")
    ] = "own",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How every line, channel, mechanism, seat and promise stands, each with what says so.

    Lines are our own record. What the observer's record reports stands apart, each with its
    force (who said it, and how), its passage, and every inference that it rests on.
    How a line of our own stands is for ourselves, how one with others stands for its parties.
    """
    who = parse_audience(audience)
    with desk_at(home) as desk:
        value: dict[str, Any] = {"lines": [], "observed": None, "withheld": 0}
        parts: list[RenderableType] = []
        record = observer_line(desk)
        named = line_for(desk, line) if line else ""
        asks_day = bool(on or known_on)
        if not asks_day or (named and named != record):
            names = [named] if named else [str(each["line"]) for each in live_lines(desk)]
            boards = [asked(desk, "board", line=name) for name in names if name != record]
            told = cut(who, boards, _marking_of)
            value |= {
                "lines": [_live_value(board) for board in told.shown],
                "withheld": told.withheld,
            }
            for board in told.shown:
                parts += [*_live(board), Text("")]
            if told.withheld:
                parts.append(withheld_words(told.withheld))
        if asks_day or (record and named in {"", record}):
            day, known = day_of(on), (day_of(known_on) if known_on else None)
            seen = picture(desk, record)
            found = status_lines(seen, on=day, known_on=known)
            value["observed"] = {
                "on": day.isoformat(),
                "known_on": known.isoformat() if known else None,
                "lines": [line_value(each) for each in found],
            }
            parts += observed_parts(found, day, known, seen)
        if not parts:
            parts.append(_nothing(desk))
        emit_or_print(value, parts, as_json=as_json)


def _marking_of(board: Shown) -> Marking:
    return Marking.LINE if len(board["parties"]) > 1 else Marking.OWN


def day_of(text: str) -> date:
    """A day as typed; today (UTC) for an empty text.

    Raises:
        UsageError: there is no such day.
    """
    return parse_day(text) if text else datetime.now(UTC).date()


def _nothing(desk: Desk) -> Text:
    count = len(all_lines(desk))
    more = f" ({count} lines of our own)" if count else ""
    return safe(
        f"No line with anybody yet{more}, and no observer's record. Begin with "
        "`tieline line invite`, or `tieline observe add FILE`."
    )


# -- what the observer's record reports


def line_value(line: StatusLine) -> dict[str, Any]:
    """One line of the picture for machines."""
    return {
        "thing": line.thing,
        "name": line.name,
        "about": line.about.value,
        "words": line.words,
        "sure": line.sure.value,
        "forces": [force.value for force in line.forces],
        "inferences": list(line.inferences),
        "cites": [
            {
                "id": cite.id,
                "source": cite.source,
                "passage": cite.passage,
                "force": cite.force.value if cite.force else None,
                "author": cite.author,
                "known": cite.known.value,
                "dated_by": list(cite.dated_by),
            }
            for cite in line.cites
        ],
        "text": line.text(),
    }


def observed_parts(
    lines: list[StatusLine], on: date, known_on: date | None, seen: Picture | None = None
) -> list[RenderableType]:
    """The picture for people: how each thing stood first, then what had happened in it."""
    known = f"what was known on {known_on}" if known_on else "everything known now"
    parts: list[RenderableType] = [
        Text(f"Reported by the observer's sources, as of {on}", style="bold").append(
            f"  from {known}", style="dim"
        )
    ]
    for title, abouts in GROUPS:
        own = [each for each in lines if each.about in abouts]
        if own:
            parts += [Text(f"\n{title.upper()}", style="bold blue"), _things(own)]
    if seen is not None and seen.faults:
        parts += [safe(f"! {fault}", "bold yellow") for fault in seen.faults]
    parts.append(Text(f"\n{KEY}", style="dim"))
    return parts


def _things(lines: list[StatusLine]) -> RenderableType:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(no_wrap=True, width=2)
    grid.add_column(ratio=2, overflow="fold")
    grid.add_column(ratio=5, overflow="fold")
    groups = [list(group) for _, group in groupby(lines, key=lambda one: (one.thing, one.name))]
    # What somebody reports comes before that of which nobody says anything.
    groups.sort(key=lambda group: all(each.sure is Sure.NO for each in group))
    for group in groups:
        name = group[0].name
        for number, each in enumerate(group):
            grid.add_row(_marks(each), safe("" if number else name, "bold"), _line(each))
    return grid


def _marks(line: StatusLine) -> Text:
    mark, style = SURE_MARKS[line.sure]
    text = Text(mark, style=style)
    return text.append("≈", style="magenta") if line.inferences else text


def _line(line: StatusLine) -> Text:
    style = "dim" if line.sure is Sure.NO else ""
    if line.about is About.SUSPENSION and line.sure is not Sure.NO:
        style = "bold yellow"
    text = safe(line.words, style)
    return text.append(" ").append_text(cites(line.cites)) if line.cites else text


def cites(found: Iterable[Cite]) -> Text:
    """Citations, short: statement, passage and force; inferences marked as such."""
    text = Text()
    for number, cite in enumerate(found):
        text.append(", " if number else "[", style="dim")
        if cite.inferred:
            text.append(f"≈{clean(cite.id)} inferred", style="magenta")
            continue
        where = clean(pilcrow(cite.passage))
        text.append(f"{clean(cite.id)} {where} ", style="dim")
        text.append(cite.force.value if cite.force else "", style="cyan")
        if cite.known is not Sure.YES:
            text.append(" day of publication not known", style="dim")
        for inference in cite.dated_by:
            text.append(f" dated by ≈{clean(inference)}", style="magenta")
    return text.append("]", style="dim")


# -- lines of our own


def _live_value(board: Shown) -> dict[str, Any]:
    keep = ("line", "title", "own", "now_s", "parties", "channels", "framework")
    messages = [m for level in board["levels"] for m in level["messages"] if m["is_open"]]
    return {
        **{name: board[name] for name in keep},
        "open_messages": messages,
        "tests": board["tests"][:1],
        "discrepancies": board["discrepancies"],
        "unreadable": board["unreadable"],
    }


def _live(board: Shown) -> Iterator[RenderableType]:
    now_s = board["now_s"]
    head = safe(board["title"] or "untitled line", "bold")
    yield head.append(f"  {moment(now_s)}", style="dim")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for party in board["parties"]:
        grid.add_row(safe(party["party"]), _party(party))
    for channel in board["channels"]:
        grid.add_row(safe(channel["name"]), _channel(channel, now_s))
    grid.add_row("framework", _framework(board["framework"]))
    grid.add_row("messages", _messages(board))
    if board["tests"]:
        grid.add_row("test", _test(board["tests"][0], now_s))
    if board["discrepancies"]:
        grid.add_row("does not fit", _count(len(board["discrepancies"]), "discrepancy"))
    if board["unreadable"]:
        grid.add_row("unreadable", _count(len(board["unreadable"]), "entry here"))
    yield grid


def _count(count: int, what: str) -> Text:
    plural = what.replace("discrepancy", "discrepancies").replace("entry", "entries")
    return Text(f"{count} {what if count == 1 else plural}", style="bold yellow")


def _party(party: Shown) -> Text:
    if party["is_ours"]:
        text = Text("ourselves", style="dim")
    elif party["roster_version"] == 0:
        text = Text("nothing heard of it yet", style="yellow")
    else:
        heard = f", heard {length(party['heard_s'])} ago" if party["heard_s"] is not None else ""
        words = {"up": "link up", "down": "link down", "never": "no link yet (pouch only)"}
        text = Text(words[party["link"]] + heard, style=LINK_STYLES[party["link"]])
    vacant = [office["name"] for office in party["offices"] if not office["filled"]]
    if vacant:
        text.append(f"; vacant: {', '.join(vacant)}", style="bold yellow")
    elif party["offices"]:
        text.append("; every office filled", style="dim")
    return text


def _channel(channel: Shown, now_s: int) -> Text:
    text = safe(channel["words"], "green" if channel["is_open"] else "bold yellow")
    for one in channel["suspensions"]:
        text.append(f"\n{one['ref']} by {one['office']}, {moment(one['time_s'], now_s)}: ")
        text.append_text(safe(f"“{one['reason']}”"))
        if one["conditions"]:
            text.append(clean(f"; until: {'; '.join(one['conditions'])}"))
    for one in channel["proposals"]:
        answers = ", ".join(f"{party}: {state}" for party, state in one["answers"])
        text.append(clean(f"\n{one['ref']}: {one['by']} proposes to lift it ({answers})"), "cyan")
    return text


def _framework(framework: Shown) -> Text:
    good = framework["status"] in {"in force", "amended"}
    text = safe(framework["words"], "green" if good else "yellow")
    if framework["version"]:
        text.append(f" (version {framework['version']})", style="dim")
    if framework["status"] in {"drafted", "amended"}:
        brackets = [clause["id"] for clause in framework["clauses"] if clause["is_bracketed"]]
        text.append(clean(f"; in brackets: {', '.join(brackets)}" if brackets else ""))
    if framework["next_digest"]:
        signed = ", ".join(framework["next_signed"]) or "nobody yet"
        text.append(f"; version {framework['next_version']} signed by {signed}")
    return text


def _messages(board: Shown) -> Text:
    still = [m for level in board["levels"] for m in level["messages"] if m["is_open"]]
    if not still:
        return Text("nothing open", style="dim")
    text = Text()
    for number, message in enumerate(still[:5]):
        text.append("\n" if number else "")
        text.append(clean(f"{message['ref']} {message['level']} {message['mark']} "), style="bold")
        text.append_text(safe(f"{message['title']}: "))
        for one in message["ladders"]:
            text.append_text(
                safe(f"{one['party']} {one['words']} ", STANDING_STYLES.get(one["standing"], ""))
            )
    if len(still) > 5:
        text.append(f"\nand {len(still) - 5} more: tieline inbox", style="dim")
    return text


def _test(test: Shown, now_s: int) -> Text:
    text = Text(f"{moment(test['time_s'], now_s)}: ")
    for one in test["ladders"]:
        text.append_text(safe(f"{one['party']} {one['words']} "))
    return text


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(epilog=EXAMPLES)(status)

"""Ask: questions to an observer's record, our own notes or a line, each answer with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import asktables, askview
from tieline.cli.askpieces import KEY, Value
from tieline.cli.choosing import asked
from tieline.cli.frame import HomeOption, JsonOption, desk_at
from tieline.cli.look import counted, examples, safe
from tieline.cli.said import emit_or_print

ask_app = typer.Typer(
    no_args_is_help=True,
    help="Ask what a record adds up to: of talks that others report, or of a line of our own.",
    epilog=examples(
        "tieline ask things",
        "tieline ask rounds dsd",
        "tieline ask counterparts --on 2023-06-01",
        "tieline ask search 南海",
    ),
)

OfOption = Annotated[
    str,
    typer.Option(
        "--of",
        metavar="RECORD",
        help="observer, house, or a line by title or id; may be left out while there is only one.",
    ),
]
OnOption = Annotated[
    str, typer.Option("--on", metavar="DAY", help="As it stood at the end of this day.")
]
KnownOption = Annotated[
    str, typer.Option("--known-on", metavar="DAY", help="From what was known by this day.")
]
SideOption = Annotated[str, typer.Option("--side", help="Only this side.")]
TopicOption = Annotated[str, typer.Option("--topic", help="Only this topic.")]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="`tieline ask things` lists all.")]

LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Rows shown.", show_default="500")
]

View = Callable[[Any], Iterator[RenderableType]]


def _tell(
    question: str,
    view: View,
    args: dict[str, Any],
    *,
    of: str,
    home: Path | None,
    as_json: bool,
) -> None:
    """Ask the node, and print the answer with what it was made from."""
    given = {name: value for name, value in args.items() if value not in ("", None, [])}
    with desk_at(home) as desk:
        found = asked(desk, "ask", question=question, of=of, args=given)
        parts: list[RenderableType] = []
        if not as_json:
            parts = [_head(found, given), *view(found["answer"])]
            if found["left_off"]:
                more = f"{found['left_off']} more left off: narrow the question, or use --limit"
                parts.append(safe(more, "bold yellow"))
            parts += [safe(f"! {fault}", "bold yellow") for fault in found["faults"]]
            parts.append(Text(f"\n{KEY}", style="dim"))
        emit_or_print(found, parts, as_json=as_json)


_KINDS = {
    "observer": "What the observer's sources report",
    "house": "Recorded by us only",
    "line": "What was said on the line",
}


def _head(found: Value, args: dict[str, Any]) -> Text:
    name = f" {found['of']}" if found["record"] == "line" else ""
    text = safe(f"{_KINDS[found['record']]}{name}", "bold")
    if args.get("on"):
        text.append(f", as of {found['on']}", style="bold")
    known = f"what was known on {found['known_on']}" if found["known_on"] else "all known now"
    count = counted(found["statements"], "statement")
    aside = f", {found['set_aside']} set aside" if found["set_aside"] else ""
    return text.append(f"  from {known}: {count}{aside}", style="dim")


@ask_app.command(
    epilog=examples("tieline ask status --on 2022-09-01", "tieline ask status --of border --json")
)
def status(
    *,
    about: Annotated[
        str, typer.Option("--about", help="suspension, round, seat, commitment, ...")
    ] = "",
    on: OnOption = "",
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How every mechanism, channel, seat and commitment stood on a day."""
    args = {"about": about, "on": on, "known_on": known_on, "limit": limit}
    _tell("status", askview.status, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask things", "tieline ask things --kind round"))
def things(
    *,
    kind: Annotated[str, typer.Option("--kind", help="mechanism, round, seat, ...")] = "",
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List everything that has a key, with its name."""
    args = {"kind": kind, "known_on": known_on, "limit": limit}
    _tell("things", askview.things, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask mechanism dsd"))
def mechanism(
    key: KeyArgument,
    *,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A mechanism or channel with its rounds, contacts, suspensions, causes, texts and mandates."""
    args = {"key": key, "known_on": known_on}
    _tell("mechanism", askview.mechanism, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask round dsd-2"))
def round(  # noqa: A001 - the word of the field
    key: KeyArgument,
    *,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """One round: first plan, every move, what was held, who was there, agenda, what is unknown."""
    args = {"key": key, "known_on": known_on}
    _tell("round", _one_round, args, of=of, home=home, as_json=as_json)


def _one_round(answer: Value) -> Iterator[RenderableType]:
    yield from askview.rounds([answer])


@ask_app.command(epilog=examples("tieline ask rounds", "tieline ask rounds dpct --json"))
def rounds(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A mechanism; all without it.")] = "",
    *,
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The rounds of a mechanism, first planned and held, in the order of days."""
    args = {"key": key, "known_on": known_on, "limit": limit}
    _tell("rounds", askview.rounds, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask contacts", "tieline ask contacts ministers"))
def contacts(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A channel; all without it.")] = "",
    *,
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Meetings, calls and letters outside of rounds: sought by whom, with what outcome."""
    args = {"key": key, "known_on": known_on, "limit": limit}
    _tell("contacts", askview.contacts, args, of=of, home=home, as_json=as_json)


@ask_app.command(
    epilog=examples(
        "tieline ask counterparts --on 2023-06-01",
        "tieline ask counterparts --on 2023-12-01 --seat china-defence-minister",
    )
)
def counterparts(
    *,
    on: OnOption = "",
    known_on: KnownOption = "",
    seat: Annotated[
        str, typer.Option("--seat", metavar="KEY", help="Where a request to this seat can go.")
    ] = "",
    side: Annotated[list[str] | None, typer.Option("--side", help="Only these sides.")] = None,
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who sat opposite whom on a day, level by level, with vacancies and acting holders."""
    args = {"on": on, "known_on": known_on, "key": seat, "sides": side or [], "limit": limit}
    _tell("counterparts", asktables.counterparts, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask due", "tieline ask due --on 2018-12-15 --within 30"))
def due(
    *,
    on: OnOption = "",
    known_on: KnownOption = "",
    within: Annotated[
        int | None, typer.Option("--within", metavar="DAYS", min=0, help="What counts as soon.")
    ] = None,
    side: SideOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is due, overdue, met, missed or unknown on a day, with each side's own view."""
    args = {"on": on, "known_on": known_on, "within": within, "side": side, "limit": limit}
    _tell("due", asktables.due, args, of=of, home=home, as_json=as_json)


@ask_app.command(
    epilog=examples("tieline ask positions --topic taiwan", "tieline ask positions --side US")
)
def positions(
    *,
    topic: TopicOption = "",
    side: SideOption = "",
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="Said by this day.")] = "",
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What each side holds on a topic, statement by statement through time; none merged."""
    args = {"topic": topic, "side": side, "on": on, "known_on": known_on, "limit": limit}
    _tell("positions", asktables.positions, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask readouts dsd-2"))
def readouts(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A round or contact.")],
    *,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What each side said afterwards, side by side in its own words."""
    args = {"key": key, "known_on": known_on}
    _tell("readouts", asktables.readouts, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask why military-ties"))
def why(
    key: KeyArgument,
    *,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why a mechanism or channel stood still: who says so, in what force, what is inferred."""
    args = {"key": key, "known_on": known_on}
    _tell("why", askview.why, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask mandates dsd", "tieline ask mandates mar-a-lago"))
def mandates(
    key: KeyArgument,
    *,
    depth: Annotated[
        int | None, typer.Option("--depth", min=1, help="Levels up and down.", show_default="all")
    ] = None,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What created, mandated and prepared a thing, and what came of it in turn."""
    args = {"key": key, "depth": depth, "known_on": known_on}
    _tell("mandates", askview.mandates, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask conditions", "tieline ask conditions ministers"))
def conditions(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="What waits for them; all without it.")
    ] = "",
    *,
    side: SideOption = "",
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who said that something is a condition, for what, in what force, and what became of it."""
    args = {"key": key, "side": side, "known_on": known_on, "limit": limit}
    _tell("conditions", askview.conditions, args, of=of, home=home, as_json=as_json)


@ask_app.command(
    epilog=examples(
        "tieline ask search crisis communication",
        "tieline ask search '\"military ties\"' --field text",
        "tieline ask search 南海",
    )
)
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help='All must be there; "so" together.')
    ],
    *,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="id, speaker, names, topic, text, note or passage."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Hits shown.")] = None,
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search all that is said, in any script; the best hits first, with the fields that matched."""
    args = {
        "query": " ".join(words),
        "fields": field or [],
        "limit": limit,
        "known_on": known_on,
    }
    _tell("search", asktables.search, args, of=of, home=home, as_json=as_json)


@ask_app.command(
    epilog=examples("tieline ask statistics", "tieline ask statistics dpct --by year --json")
)
def statistics(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="A mechanism or channel; all without it.")
    ] = "",
    *,
    by: Annotated[
        str, typer.Option("--by", metavar="PERIOD", help="all, year, quarter or month.")
    ] = "",
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="From this day on.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="To this day's end.")] = "",
    known_on: KnownOption = "",
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Days between rounds, delays, share postponed, answers: each with the count of unknowns."""
    args = {"key": key, "period": by, "since": since, "until": until, "known_on": known_on}
    _tell("statistics", asktables.statistics, args, of=of, home=home, as_json=as_json)


@ask_app.command(epilog=examples("tieline ask discrepancies", "tieline ask discrepancies dsd-2"))
def discrepancies(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A thing; all without it.")] = "",
    *,
    known_on: KnownOption = "",
    limit: LimitOption = None,
    of: OfOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where reports contradict each other, each value with what says so."""
    args = {"key": key, "known_on": known_on, "limit": limit}
    _tell("discrepancies", askview.discrepancies, args, of=of, home=home, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    app.add_typer(ask_app, name="ask")

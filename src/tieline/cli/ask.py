"""Ask: questions to an observer's record, our own notes or a line, each answer with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import Parameter
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
from tieline.cli.signature import command_of, keyword, positional

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

View = Callable[[Any], Iterator[RenderableType]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a verb.

    Attributes:
        name: the verb, and the name by which a node knows the question.
        help: what it answers.
        view: how the answer is shown to people.
        takes: its arguments and options, named as the question names them.
        examples: command lines.
    """

    name: str
    help: str
    view: View
    takes: tuple[Parameter, ...]
    examples: tuple[str, ...]


def _option(name: str, flag: str, help_: str, *, metavar: str | None = None) -> Parameter:
    return keyword(name, Annotated[str, typer.Option(flag, metavar=metavar, help=help_)], "")


def _number(
    name: str, flag: str, help_: str, *, least: int = 1, metavar: str | None = None, usual: str = ""
) -> Parameter:
    shown = typer.Option(flag, metavar=metavar, min=least, help=help_, show_default=usual or False)
    return keyword(name, Annotated[int | None, shown], None)


def _several(name: str, flag: str, help_: str) -> Parameter:
    return keyword(name, Annotated[list[str] | None, typer.Option(flag, help=help_)], None)


def _key(help_: str) -> Parameter:
    """A key that may be left out."""
    return positional("key", Annotated[str, typer.Argument(metavar="KEY", help=help_)], "")


def _needed(help_: str) -> Parameter:
    return positional("key", Annotated[str, typer.Argument(metavar="KEY", help=help_)])


KEY_OF_ALL = _needed("`tieline ask things` lists all.")
ON = _option("on", "--on", "As it stood at the end of this day.", metavar="DAY")
KNOWN_ON = _option("known_on", "--known-on", "From what was known by this day.", metavar="DAY")
SIDE = _option("side", "--side", "Only this side.")
LIMIT = _number("limit", "--limit", "Rows shown.", usual="500")
OF = keyword(
    "of",
    Annotated[
        str,
        typer.Option(
            "--of",
            metavar="RECORD",
            help="observer, house, or a line by title or id; may be left out while there is one.",
        ),
    ],
    "",
)
COMMON = (OF, keyword("home", HomeOption, None), keyword("as_json", JsonOption, False))


def _tell(question: Question, given: dict[str, Any]) -> None:
    """Ask the node, and print the answer with what it was made from."""
    args = {one.name: given[one.name] for one in question.takes}
    args = {name: value for name, value in args.items() if value not in ("", None, [])}
    with desk_at(given["home"]) as desk:
        found = asked(desk, "ask", question=question.name, of=given["of"], args=args)
        parts: list[RenderableType] = []
        if not given["as_json"]:
            parts = [_head(found, args), *question.view(found["answer"])]
            if found["left_off"]:
                more = f"{found['left_off']} more left off: narrow the question, or use --limit"
                parts.append(safe(more, "bold yellow"))
            parts += [safe(f"! {fault}", "bold yellow") for fault in found["faults"]]
            parts.append(Text(f"\n{KEY}", style="dim"))
        emit_or_print(found, parts, as_json=given["as_json"])


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


def _one_round(answer: Value) -> Iterator[RenderableType]:
    yield from askview.rounds([answer])


QUESTIONS = (
    Question(
        name="status",
        help="How every mechanism, channel, seat and commitment stood on a day.",
        view=askview.status,
        takes=(
            _option("about", "--about", "suspension, round, seat, commitment, ..."),
            ON,
            KNOWN_ON,
            LIMIT,
        ),
        examples=("tieline ask status --on 2022-09-01", "tieline ask status --of border --json"),
    ),
    Question(
        name="things",
        help="List everything that has a key, with its name.",
        view=askview.things,
        takes=(_option("kind", "--kind", "mechanism, round, seat, ..."), KNOWN_ON, LIMIT),
        examples=("tieline ask things", "tieline ask things --kind round"),
    ),
    Question(
        name="mechanism",
        help="A mechanism or channel with its rounds, contacts, suspensions, causes, texts "
        "and mandates.",
        view=askview.mechanism,
        takes=(KEY_OF_ALL, KNOWN_ON),
        examples=("tieline ask mechanism dsd",),
    ),
    Question(
        name="round",
        help="One round: first plan, every move, what was held, who was there, agenda, "
        "what is unknown.",
        view=_one_round,
        takes=(KEY_OF_ALL, KNOWN_ON),
        examples=("tieline ask round dsd-2",),
    ),
    Question(
        name="rounds",
        help="The rounds of a mechanism, first planned and held, in the order of days.",
        view=askview.rounds,
        takes=(_key("A mechanism; all without it."), KNOWN_ON, LIMIT),
        examples=("tieline ask rounds", "tieline ask rounds dpct --json"),
    ),
    Question(
        name="contacts",
        help="Meetings, calls and letters outside of rounds: sought by whom, with what outcome.",
        view=askview.contacts,
        takes=(_key("A channel; all without it."), KNOWN_ON, LIMIT),
        examples=("tieline ask contacts", "tieline ask contacts ministers"),
    ),
    Question(
        name="counterparts",
        help="Who sat opposite whom on a day, level by level, with vacancies and acting holders.",
        view=asktables.counterparts,
        takes=(
            ON,
            KNOWN_ON,
            _option("key", "--seat", "Where a request to this seat can go.", metavar="KEY"),
            _several("sides", "--side", "Only these sides."),
            LIMIT,
        ),
        examples=(
            "tieline ask counterparts --on 2023-06-01",
            "tieline ask counterparts --on 2023-12-01 --seat china-defence-minister",
        ),
    ),
    Question(
        name="due",
        help="What is due, overdue, met, missed or unknown on a day, with each side's own view.",
        view=asktables.due,
        takes=(
            ON,
            KNOWN_ON,
            _number("within", "--within", "What counts as soon.", least=0, metavar="DAYS"),
            SIDE,
            LIMIT,
        ),
        examples=("tieline ask due", "tieline ask due --on 2018-12-15 --within 30"),
    ),
    Question(
        name="positions",
        help="What each side holds on a topic, statement by statement through time; none merged.",
        view=asktables.positions,
        takes=(
            _option("topic", "--topic", "Only this topic."),
            SIDE,
            _option("on", "--on", "Said by this day.", metavar="DAY"),
            KNOWN_ON,
            LIMIT,
        ),
        examples=("tieline ask positions --topic taiwan", "tieline ask positions --side US"),
    ),
    Question(
        name="readouts",
        help="What each side said afterwards, side by side in its own words.",
        view=asktables.readouts,
        takes=(_needed("A round or contact."), KNOWN_ON),
        examples=("tieline ask readouts dsd-2",),
    ),
    Question(
        name="why",
        help="Why a mechanism or channel stood still: who says so, in what force, "
        "what is inferred.",
        view=askview.why,
        takes=(KEY_OF_ALL, KNOWN_ON),
        examples=("tieline ask why military-ties",),
    ),
    Question(
        name="mandates",
        help="What created, mandated and prepared a thing, and what came of it in turn.",
        view=askview.mandates,
        takes=(
            KEY_OF_ALL,
            _number("depth", "--depth", "Levels up and down.", usual="all"),
            KNOWN_ON,
        ),
        examples=("tieline ask mandates dsd", "tieline ask mandates mar-a-lago"),
    ),
    Question(
        name="conditions",
        help="Who said that something is a condition, for what, in what force, "
        "and what became of it.",
        view=askview.conditions,
        takes=(_key("What waits for them; all without it."), SIDE, KNOWN_ON, LIMIT),
        examples=("tieline ask conditions", "tieline ask conditions ministers"),
    ),
    Question(
        name="search",
        help="Search all that is said, in any script; the best hits first, "
        "with the fields that matched.",
        view=asktables.search,
        takes=(
            positional(
                "query",
                Annotated[
                    list[str],
                    typer.Argument(metavar="WORDS", help='All must be there; "so" together.'),
                ],
            ),
            _several("fields", "--field", "id, speaker, names, topic, text, note or passage."),
            _number("limit", "--limit", "Hits shown."),
            KNOWN_ON,
        ),
        examples=(
            "tieline ask search crisis communication",
            "tieline ask search '\"military ties\"' --field text",
            "tieline ask search 南海",
        ),
    ),
    Question(
        name="statistics",
        help="Days between rounds, delays, share postponed, answers: each with the count "
        "of unknowns.",
        view=asktables.statistics,
        takes=(
            _key("A mechanism or channel; all without it."),
            _option("period", "--by", "all, year, quarter or month.", metavar="PERIOD"),
            _option("since", "--since", "From this day on.", metavar="DAY"),
            _option("until", "--until", "To this day's end.", metavar="DAY"),
            KNOWN_ON,
        ),
        examples=("tieline ask statistics", "tieline ask statistics dpct --by year --json"),
    ),
    Question(
        name="discrepancies",
        help="Where reports contradict each other, each value with what says so.",
        view=askview.discrepancies,
        takes=(_key("A thing; all without it."), KNOWN_ON, LIMIT),
        examples=("tieline ask discrepancies", "tieline ask discrepancies dsd-2"),
    ),
)


def _command(question: Question) -> Callable[..., None]:
    def run(given: dict[str, Any]) -> None:
        # Words of a search are typed one by one.
        words = given.get("query")
        _tell(question, given | {"query": " ".join(words)} if words else given)

    return command_of(question.name, question.help, (*question.takes, *COMMON), run)


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    for question in QUESTIONS:
        ask_app.command(question.name, epilog=examples(*question.examples))(_command(question))
    app.add_typer(ask_app, name="ask")

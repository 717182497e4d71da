"""Send: say something to offices of the other parties, and see how far it got."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import (
    Shown,
    asked,
    line_for,
    pick_office,
    pick_signers,
    seats_of,
)
from tieline.cli.frame import HomeOption, JsonOption, LineOption, OfficerOption, desk_at
from tieline.cli.intake import attachments_from, seconds_of, texts_of, words_from
from tieline.cli.look import examples
from tieline.cli.said import WAIT_S, levels_of, report
from tieline.errors import UsageError
from tieline.procedures.line.message import CHANNELS
from tieline.record.message import Mark

EXAMPLES = examples(
    'tieline send --to bravo/watch --level FLASH --subject "Engine fire" "Not an attack."',
    "tieline send --to bravo --subject Drill --mark EXERCISE --file drill.txt --also zh=@drill.zh",
    "tieline send --to bravo --subject Fire --code accident-not-attack --channel safety",
)
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Read the words from it.")
]
LangOption = Annotated[str, typer.Option("--lang", help="Language of the words.")]
AlsoOption = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="LANG=TEXT", help="A translation; LANG=@FILE reads it."),
]
CodeOption = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="A coded message of the framework."),
]
WithOption = Annotated[
    str, typer.Option("--with", metavar="OFFICER", help="A second person, who signs at once.")
]
OwnOfficeOption = Annotated[
    str, typer.Option("--office", help="Speak for this office; default: one that you hold.")
]


ToOption = Annotated[
    list[str],
    typer.Option("--to", metavar="PARTY/OFFICE", help="PARTY alone: its first filled office."),
]
SubjectOption = Annotated[
    str, typer.Option("--subject", "-s", help="One line on what it is about.")
]
LevelOption = Annotated[str, typer.Option("--level", help="Precedence; default: the lowest.")]
ChannelOption = Annotated[str, typer.Option("--channel", help=", ".join(CHANNELS))]
MarkOption = Annotated[str, typer.Option("--mark", help="ACTUAL, EXERCISE or TEST.")]
AnswerByOption = Annotated[
    str, typer.Option("--answer-by", metavar="SPAN", help="Ask for an answer in 10m, 2h ...")
]
RefOption = Annotated[
    list[str] | None, typer.Option("--ref", metavar="REF", help="An earlier entry.")
]
AttachOption = Annotated[
    list[Path] | None, typer.Option("--attach", metavar="FILE", help="A file, sealed.")
]
PersonalOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--personal", metavar="FILE", help="A file of personal data, which can be withdrawn."
    ),
]
IdOption = Annotated[
    str, typer.Option("--id", metavar="HEX", help="32 digits: the same id is filed once.")
]
WaitOption = Annotated[
    float, typer.Option("--wait", help="Seconds to look for a receipt, where a node runs.")
]


def send(
    text: Annotated[str, typer.Argument(help="The words; - or nothing reads them.")] = "",
    *,
    to: ToOption,
    subject: SubjectOption,
    level: LevelOption = "",
    channel: ChannelOption = "dialogue",
    mark: MarkOption = "ACTUAL",
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    code: CodeOption = None,
    answer_by: AnswerByOption = "",
    ref: RefOption = None,
    attach: AttachOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    message_id: IdOption = "",
    wait: WaitOption = WAIT_S,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a message and print its reference and how far it got.

    Nothing is called *held by their system* before a receipt says so.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        where = line_for(desk, line, [target.partition("/")[0] for target in to])
        terms, board = asked(desk, "terms", line=where), asked(desk, "board", line=where)
        described, parts = attachments_from(attach)
        notices: list[str] = []
        targets: list[Any] = list(dict.fromkeys(_target(board, terms, t, notices) for t in to))
        body: dict[str, Any] = {
            "subject": subject,
            "texts": texts_of(words_from(text, file, needed=not code), lang, also),
            "codes": _codes(terms, code, notices),
            "channel": _one_of("channel", channel.lower(), CHANNELS),
            "answer_by_s": seconds_of(answer_by),
            "references": [str(asked(desk, "show", line=where, ref=r)["ref"]) for r in ref or ()],
            "attachments": described,
        }
        notices += _suspended(board, body["channel"])
        said = desk.say(
            line=where,
            kind="message.say",
            body=body,
            office=pick_office(desk, office, terms["ladder"]),
            attachments=parts,
            to=targets,
            level=_level(terms, level),
            mark=_one_of("mark", mark.upper(), list(Mark)),
            id=_checked_id(message_id),
        )
        what = f"For {', '.join(targets)}"
        report(desk, where, said, what=what, as_json=as_json, notices=notices, wait_s=wait)


def _one_of(what: str, text: str, allowed: tuple[str, ...] | list[Mark]) -> str:
    if text not in {str(each) for each in allowed}:
        raise UsageError(f"{what} {text[:40]!r} is not one of {', '.join(map(str, allowed))}")
    return text


def _checked_id(text: str) -> str:
    if text and not re.fullmatch(r"[0-9a-f]{32}", text):
        raise UsageError(f"--id {text[:40]!r} is not 32 hexadecimal digits in lower case")
    return text


def _level(terms: Shown, wanted: str) -> str:
    levels = levels_of(terms)
    if not wanted:
        return levels[-1]
    for level in levels:
        if level.casefold() == wanted.casefold():
            return level
    raise UsageError(f"level {wanted[:40]!r} is not one of {', '.join(levels)}")


def _codes(terms: Shown, codes: list[str] | None, notices: list[str]) -> list[str]:
    agreed: dict[str, str] = terms["codes"]
    strange = [code for code in codes or () if code not in agreed]
    if strange and agreed:
        raise UsageError(
            f"the framework has no code {strange[0]!r}; agreed are: {', '.join(sorted(agreed))}"
        )
    if strange:
        notices.append(f"no codes are agreed in the framework: {', '.join(strange)} is bare words")
    return list(codes or ())


def _suspended(board: Shown, channel: str) -> list[str]:
    return [
        f"The channel {channel} is {each['words']}: it is stored, delivered and receipted, and "
        "shown as sent under suspension."
        for each in board["channels"]
        if each["name"] == channel and not each["is_open"]
    ]


def _target(board: Shown, terms: Shown, text: str, notices: list[str]) -> str:
    """The office that is meant. Only its party named: the first filled one of the ladder."""
    party, slash, office = text.partition("/")
    seats = seats_of(board["parties"], party)
    if party == board["own"]:
        raise UsageError(f"{party} is ourselves; name another party with --to")
    order = list(dict.fromkeys([*terms["ladder"], *seats]))
    filled = [name for name in order if seats.get(name)]
    if not slash:
        chosen = filled[0] if filled else order[0]
        if seats and chosen != order[0]:
            notices.append(f"{party}/{order[0]} is vacant; sent to {party}/{chosen} instead.")
        return f"{party}/{chosen}"
    if seats and office not in seats:
        raise UsageError(f"{party} has no office {office!r}; it has: {', '.join(seats)}")
    if seats and not seats[office]:
        after = order[order.index(office) + 1 :] + order
        other = next((name for name in after if seats.get(name)), "")
        offer = f" The next one filled is {party}/{other}: send it there too." if other else ""
        notices.append(f"{party}/{office} is vacant: nobody can take this.{offer}")
    return f"{party}/{office}"


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(send)

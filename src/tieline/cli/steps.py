"""Steps of an officer in a message: take, answer, decline, withdraw, reconcile, correct."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import (
    Shown,
    asked,
    message_at,
    pick_office,
    pick_signers,
    place_of,
)
from tieline.cli.frame import HomeOption, JsonOption, LineOption, OfficerOption, desk_at
from tieline.cli.intake import texts_of, words_from
from tieline.cli.look import examples
from tieline.cli.said import WAIT_S, report
from tieline.cli.send import (
    AlsoOption,
    CodeOption,
    FileOption,
    LangOption,
    OwnOfficeOption,
    WithOption,
)
from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, UsageError

RefArgument = Annotated[str, typer.Argument(help="The message, for instance alpha-1:12.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="In your own words.")]
NoteOption = Annotated[str, typer.Option("--note", help="Free words; may be left out.")]
WordsArgument = Annotated[str, typer.Argument(help="The words; - or nothing reads them.")]

CAN_WORDS = {
    "message.take": "taken",
    "message.answer": "answered",
    "message.decline": "declined",
    "message.withdraw": "withdrawn",
    "message.reconcile": "reconciled",
    "test.confirm": "confirmed",
    "correction.note": "noted",
    "correction.dispute": "disputed",
}


@contextmanager
def at_message(
    home: Path | None, line: str, ref: str, officers: list[str] | None, second: str
) -> Iterator[tuple[Desk, str, Shown]]:
    """The desk, the line, and the message that a reference belongs to."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        where = place_of(desk, line, ref)
        yield desk, where, message_at(desk, where, ref)


def step(
    desk: Desk,
    message: Shown,
    line: str,
    kind: str,
    body: dict[str, Any],
    *,
    office: str,
    as_json: bool,
    done: str,
) -> None:
    """Take one step in a message, on every strand where it is our move; print what came of it.

    Raises:
        RefusedError: no strand allows it now; the message says what can be done instead.
        MovedError: somebody has acted since.
    """
    own = desk.card.handle
    strands = [one["party"] for one in message["ladders"] if kind in one["allowed"]]
    if own in strands and kind != "message.reconcile":
        strands = [own]
    if not strands:
        raise _not_now(message, own, kind)
    addressed = [text.partition("/")[2] for text in message["to"] if text.startswith(f"{own}/")]
    if message["is_ours"]:
        addressed = [message["sender"].partition("/")[2]]
    terms = asked(desk, "terms", line=line)
    said = desk.say(
        line=line,
        kind=kind,
        body=body,
        office=pick_office(desk, office, [*addressed, *terms["ladder"]]),
        case=message["ref"],
        strands=strands,
        to=_others(message, own),
    )
    report(desk, line, said, what=f"{done} {message['ref']}", as_json=as_json, wait_s=WAIT_S)


def _others(message: Shown, own: str) -> list[Any]:
    """Who hears of the step: whoever spoke first, and the other addressees."""
    everyone = [message["sender"], *message["to"]]
    return list(dict.fromkeys(text for text in everyone if text.partition("/")[0] != own))


def _not_now(message: Shown, own: str, kind: str) -> RefusedError:
    ref, wanted = message["ref"], CAN_WORDS.get(kind, kind)
    mine = [one for one in message["ladders"] if one["party"] == own] or message["ladders"]
    states = "; ".join(f"{one['party']}: {one['words']}" for one in mine)
    can = sorted(
        {CAN_WORDS[k] for one in message["ladders"] for k in one["allowed"] if k in CAN_WORDS}
    )
    advice = f"It can be {' or '.join(can)} by us now." if can else "Nothing is left to do in it."
    whose = "our own message" if message["is_ours"] else f"a message of {message['sender']}"
    return RefusedError(f"{ref}, {whose}, cannot be {wanted} now ({states})", advice=advice)


def take(
    ref: RefArgument,
    *,
    note: NoteOption = "",
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a message: an officer has it. That is no agreement."""
    with at_message(home, line, ref, officers, second) as (desk, where, found):
        step(
            desk,
            found,
            where,
            "message.take",
            {"note": note},
            office=office,
            as_json=as_json,
            done="You took",
        )


def answer(
    ref: RefArgument,
    text: WordsArgument = "",
    *,
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    code: CodeOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a message. Not taking it first is allowed; a late answer stands, and is marked."""
    with at_message(home, line, ref, officers, second) as (desk, where, found):
        said = words_from(text, file, needed=not code)
        body = {"texts": texts_of(said, lang, also), "codes": list(code or ())}
        step(
            desk,
            found,
            where,
            "message.answer",
            body,
            office=office,
            as_json=as_json,
            done="You answered",
        )


def decline(
    ref: RefArgument,
    *,
    reason: ReasonOption,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decline to answer, with the reason that is owed."""
    with at_message(home, line, ref, officers, second) as (desk, where, found):
        step(
            desk,
            found,
            where,
            "message.decline",
            {"reason": reason},
            office=office,
            as_json=as_json,
            done="You declined",
        )


def withdraw(
    ref: RefArgument,
    *,
    reason: ReasonOption = "",
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a message of ours that nobody has answered; it stays readable."""
    with at_message(home, line, ref, officers, second) as (desk, where, found):
        step(
            desk,
            found,
            where,
            "message.withdraw",
            {"reason": reason},
            office=office,
            as_json=as_json,
            done="You withdrew",
        )


def reconcile(
    ref: RefArgument,
    *,
    outcome: Annotated[str, typer.Option("--outcome", help="Which of the two stands.")] = "",
    note: NoteOption = "",
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Settle two steps that crossed: name the one that stands. Without --outcome: both."""
    with at_message(home, line, ref, officers, second) as (desk, where, found):
        crossed = [one for one in found["ladders"] if one["standing"] == "crossed"]
        states = sorted(
            {s for one in crossed for s in one["words"].rpartition(": ")[2].split(", ")}
        )
        if crossed and outcome not in states:
            raise UsageError(
                f"{outcome!r} is neither of the two that crossed: {', '.join(states)}",
                advice=f"Name one of them, for instance --outcome {states[0]!r}.",
            )
        step(
            desk,
            found,
            where,
            "message.reconcile",
            {"outcome": outcome, "note": note},
            office=office,
            as_json=as_json,
            done=f"Settled as {outcome}:",
        )


def correct(
    ref: RefArgument,
    text: WordsArgument = "",
    *,
    reason: ReasonOption = "",
    note: Annotated[bool, typer.Option("--note", help="Note a correction of theirs.")] = False,
    dispute: Annotated[bool, typer.Option("--dispute", help="Dispute one, with --reason.")] = False,
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct what we said before, without erasing it; or note or dispute their correction."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        where = place_of(desk, line, ref)
        if note or dispute:
            kind = "correction.dispute" if dispute else "correction.note"
            moved: dict[str, Any] = {"reason": reason} if dispute else {"note": reason}
            found = message_at(desk, where, ref)
            done = "You disputed" if dispute else "You noted"
            step(desk, found, where, kind, moved, office=office, as_json=as_json, done=done)
            return
        entry = asked(desk, "show", line=where, ref=ref)
        if str(entry.get("from", "")).partition("/")[0] != desk.card.handle:
            raise RefusedError(
                f"{ref} is not ours; only its author corrects it",
                advice=f"Say what you have to say: `tieline send --ref {ref}`.",
            )
        said = words_from(text, file)
        body: dict[str, Any] = {
            "corrects": entry["ref"],
            "texts": texts_of(said, lang, also),
            "reason": reason,
        }
        terms = asked(desk, "terms", line=where)
        level = {"level": entry["level"]} if entry.get("level") else {}
        done_ = desk.say(
            line=where,
            kind="correction.file",
            body=body,
            office=pick_office(desk, office, terms["ladder"]),
            mark=str(entry["mark"]),
            **level,
        )
        report(desk, where, done_, what=f"Corrects {ref}", as_json=as_json, wait_s=WAIT_S)


def register(app: typer.Typer) -> None:
    """Hang the steps into the program."""
    app.command(epilog=examples("tieline take alpha-1:12", "tieline take alpha-1:12 --as first"))(
        take
    )
    app.command(
        epilog=examples(
            'tieline answer alpha-1:12 "Understood. Our ship turns away."',
            "tieline answer alpha-1:12 --file answer.txt --lang zh --also en=@answer.en",
            "tieline answer alpha-1:12 --code understood",
        )
    )(answer)
    app.command(epilog=examples('tieline decline alpha-1:12 --reason "Not for this office."'))(
        decline
    )
    app.command(epilog=examples('tieline withdraw alpha-1:12 --reason "Settled by voice."'))(
        withdraw
    )
    app.command(epilog=examples("tieline reconcile alpha-1:12 --outcome answered"))(reconcile)
    app.command(
        epilog=examples(
            'tieline correct alpha-1:12 "At 14:20, not 12:40." --reason "Clock misread"',
            "tieline correct bravo-1:7 --note",
            'tieline correct bravo-1:7 --dispute --reason "Our log has 12:40."',
        )
    )(correct)

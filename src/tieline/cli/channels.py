"""Suspend and resume: severing a channel takes one party, resuming it takes all."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from tieline.cli.choosing import Shown, asked, line_for, pick_office, pick_signers, place_of
from tieline.cli.frame import HomeOption, JsonOption, LineOption, OfficerOption, desk_at
from tieline.cli.look import examples, safe
from tieline.cli.said import emit_or_print, report
from tieline.cli.send import OwnOfficeOption, WithOption
from tieline.cli.steps import NoteOption, ReasonOption
from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UsageError
from tieline.procedures.line import suspension as susp
from tieline.procedures.line.message import CHANNELS

resume_app = typer.Typer(
    no_args_is_help=False,
    invoke_without_command=True,
    epilog=examples(
        "tieline resume --note 'after the call of today'",
        "tieline resume --channel dialogue",
        "tieline resume accept bravo-1:9",
        "tieline resume refuse bravo-1:9 --reason 'the conditions are not met'",
    ),
)


def suspend(
    channel: Annotated[str, typer.Argument(help=", ".join(CHANNELS))] = "",
    *,
    reason: ReasonOption,
    mechanism: Annotated[
        str, typer.Option("--mechanism", metavar="KEY", help="A mechanism in place of a channel.")
    ] = "",
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="What would let it resume.")
    ] = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suspend a channel or a mechanism at once, with our reason and conditions for resuming it.

    Messages in it are stored, delivered and receipted all the same, and shown as sent under
    suspension. By default two persons sign.
    """
    if bool(channel) == bool(mechanism):
        raise UsageError("name a channel, or a mechanism with --mechanism, and not both")
    if channel and channel not in CHANNELS:
        raise UsageError(f"there is no channel {channel[:40]!r}; there are {', '.join(CHANNELS)}")
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        where = line_for(desk, line)
        if channel and not _channel(desk, where, channel)["suspendable"]:
            raise RefusedError(
                f"the framework does not let one party suspend {channel}",
                advice="Agree on an amendment of the framework first: `tieline framework`.",
            )
        conditions = list(condition or ())
        body: dict[str, Any] = {"reason": reason}
        if channel:
            kind = susp.DECLARE
            body |= {"channel": channel, "conditions": conditions}
        else:
            kind = susp.MECHANISM
            found = asked(desk, "talk", line=where, name=mechanism)
            body |= {"mechanism": found["full_ref"]}
            body |= {"conditions": conditions} if conditions else {}
        said = desk.say(line=where, kind=kind, body=body, office=_speaks(desk, where, office))
        _tell(desk, where, said, what=f"Suspends {channel or mechanism}", as_json=as_json)


def _speaks(desk: Desk, line: str, office: str) -> str:
    terms = asked(desk, "terms", line=line)
    return pick_office(desk, office, reversed(terms["ladder"]))


def _channel(desk: Desk, line: str, name: str) -> Shown:
    board = asked(desk, "board", line=line)
    return next(channel for channel in board["channels"] if channel["name"] == name)


def _tell(desk: Desk, line: str, said: Said, *, what: str, as_json: bool) -> None:
    """As `report`, with what stands on the line's channels afterwards."""
    if as_json or said.waiting:
        report(desk, line, said, what=what, as_json=as_json)
        return
    report(desk, line, said, what=what, as_json=False)
    board = asked(desk, "board", line=line)
    parts = [
        Text(f"  {c['name']}: ", style="bold").append_text(
            safe(c["words"], "green" if c["is_open"] else "bold yellow")
        )
        for c in board["channels"]
    ]
    emit_or_print(None, list(parts), as_json=False)


@resume_app.callback()
def resume(
    ctx: typer.Context,
    *,
    channel: Annotated[str, typer.Option("--channel", help="Only this one.")] = "",
    lift: Annotated[
        list[str] | None, typer.Option("--lift", metavar="REF", help="Only this suspension.")
    ] = None,
    note: NoteOption = "",
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose to lift suspensions (all that stand, by default), accept, refuse or withdraw it.

    A channel is open again when every other party has accepted; suspensions that the proposal
    does not name stand on.
    """
    if ctx.invoked_subcommand is not None:
        return
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        where = line_for(desk, line)
        standing = _standing(desk, where, channel)
        for ref in lift or ():
            if ref not in standing:
                raise RefusedError(
                    f"{ref} is no suspension that stands; there are: "
                    f"{', '.join(standing) or 'none'}"
                )
        chosen = lift or sorted(standing)
        if not chosen:
            raise RefusedError(
                "nothing is suspended", advice="`tieline status` shows the channels."
            )
        lifts = [asked(desk, "show", line=where, ref=ref)["ref"] for ref in chosen]
        said = desk.say(
            line=where,
            kind="resumption.propose",
            body={"lifts": lifts, "note": note},
            office=_speaks(desk, where, office),
        )
        _tell(desk, where, said, what=f"Proposes to lift {', '.join(chosen)}", as_json=as_json)


def _standing(desk: Desk, line: str, channel: str) -> list[str]:
    """Entries of the suspensions that stand: of one channel, or of all and of mechanisms too."""
    found = [
        suspension["ref"]
        for one in asked(desk, "board", line=line)["channels"]
        for suspension in one["suspensions"]
        if channel in {"", one["name"]}
    ]
    told = desk.client.call("mechanisms.suspended", line=line) if not channel else []
    assert isinstance(told, list)
    return found + [str(one["ref"]) for one in told if isinstance(one, dict)]


def _move(
    desk: Desk,
    line: str,
    ref: str,
    kind: str,
    body: dict[str, Any],
    *,
    office: str,
    what: str,
    as_json: bool,
) -> None:
    where = place_of(desk, line, ref)
    entry = asked(desk, "show", line=where, ref=ref)
    if entry.get("kind") != "resumption.propose":
        raise UsageError(
            f"{ref} proposes no resumption", advice="`tieline inbox` lists the proposals."
        )
    said = desk.say(line=where, kind=kind, body=body, office=_speaks(desk, where, office), case=ref)
    _tell(desk, where, said, what=f"{what} {ref}", as_json=as_json)


RefArgument = Annotated[str, typer.Argument(help="The proposal, for instance bravo-1:9.")]


@resume_app.command(epilog=examples("tieline resume accept bravo-1:9 --with second"))
def accept(
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
    """Accept a proposal to resume. By default two persons sign."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        kind, body = "resumption.accept", {"note": note}
        _move(desk, line, ref, kind, body, office=office, what="Accepts", as_json=as_json)


@resume_app.command(epilog=examples("tieline resume refuse bravo-1:9 --reason 'not yet'"))
def refuse(
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
    """Refuse a proposal to resume; it can still be accepted later."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        kind, body = "resumption.refuse", {"reason": reason}
        _move(desk, line, ref, kind, body, office=office, what="Refuses", as_json=as_json)


@resume_app.command(epilog=examples("tieline resume withdraw alpha-1:8"))
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
    """Withdraw our own proposal to resume."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        kind, body = "resumption.withdraw", {"reason": reason}
        _move(desk, line, ref, kind, body, office=office, what="Withdraws", as_json=as_json)


def register(app: typer.Typer) -> None:
    """Hang both verbs into the program."""
    app.command(
        epilog=examples(
            "tieline suspend dialogue --reason 'the visit' --condition 'an apology'",
            "tieline suspend notification --reason 'maintenance' --with second",
            "tieline suspend --mechanism harbour --reason 'the sale of boats'",
        )
    )(suspend)
    app.add_typer(resume_app, name="resume")

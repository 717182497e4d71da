"""Stop: a protected site or movement is under fire, and what each side says of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.intake import texts_of, words_from
from tieline.cli.look import examples, safe
from tieline.cli.notifyanswers import one_found, said
from tieline.cli.notifyparts import (
    ContactOption,
    KeyArgument,
    LinesOption,
    RedactOption,
    SureOption,
    ask_doubts,
    found_on,
    guided,
    named_lines,
    office_on,
    title_of,
    value_of,
)
from tieline.cli.notifyview import matches_lines
from tieline.cli.said import emit_or_print
from tieline.cli.send import LangOption, MarkOption, OwnOfficeOption, WithOption
from tieline.desk import notifying as nt
from tieline.desk.doubting import word_doubts
from tieline.desk.placing import Doubts
from tieline.desk.speaking import Desk
from tieline.procedures.notification.stop import HOW, RESULTS, WHAT
from tieline.space.body import write_position

app = typer.Typer(
    no_args_is_help=True,
    help="STOP: a protected site or movement is under fire. Highest level, to all offices at once.",
    epilog=examples("tieline notify stop call --at '12.5123N 45.0456E' --what site"),
)
WhyOption = Annotated[str, typer.Option("--why", help="The reason, in our words.")]
ANSWERING: Final = frozenset({"acknowledge", "act", "cannot"})
"""Verbs of whoever was called: they mean a call of others."""


def call(
    text: Annotated[str, typer.Argument(help="What else there is to say.")] = "",
    *,
    at: Annotated[str, typer.Option("--at", metavar="POSITION", help="Where it is.")] = "",
    what: Annotated[str, typer.Option("--what", help=", ".join(WHAT))] = "",
    of: Annotated[str, typer.Option("--of", help="Key of the site or movement, if known.")] = "",
    title: Annotated[str, typer.Option("--title", help="What it is called.")] = "",
    fire: Annotated[str, typer.Option("--fire", help="From where, with what.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="Since when.")] = "",
    contact: ContactOption = None,
    key: Annotated[str, typer.Option("--key", help="Names the call; default: a new one.")] = "",
    lang: LangOption = "en",
    mark: MarkOption = "",
    lines: LinesOption = None,
    redact: RedactOption = None,
    sure: SureOption = False,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call STOP. One person is enough; no list has to know the place.

    It goes to all offices of the ladder of every other party at once, each hop with its clock. The
    entries of the lists near to it are shown, nearest first. Where the framework has no stop, the
    same goes as a message of the highest level in the safety channel.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        names = named_lines(desk, lines)
        doubts = Doubts()
        place = guided(at, "Where (empty: unknown)")
        values: dict[str, Any] = value_of(
            key=key or nt.fresh_key("stop"),
            what=what,
            of=of,
            title=title,
            fire=guided(fire, "What is happening"),
            since_ms=since,
            contact=list(contact or ()),
        )
        if place:
            values["at"] = dict(write_position(doubts.of(place)))
        if text:
            values["texts"] = texts_of(words_from(text, None), lang, None)
        to = nt.recipients(list(names.values()), names, redact or ())
        kind = nt.OPENINGS["stop"]
        draft = nt.Draft(kind=kind, body=nt.checked(desk, to[0].line, kind, values))
        # Told and not asked: a call is never kept back for the sake of its words.
        doubts.told += word_doubts(draft.body)
        ask_doubts(doubts, sure=sure)
        sent = nt.call_stop(desk, draft, to, office=office_on(desk, to[0].line, office), mark=mark)
        _called(desk, str(values["key"]), sent, as_json=as_json)


def _called(desk: Desk, key: str, sent: list[nt.Sent], *, as_json: bool) -> None:
    """Where a call was filed, and what of the lists lies near."""
    shown, parts = [], list[RenderableType]()
    for each in sent:
        head = safe(f"{title_of(desk, each.line)}: ", "bold")
        if each.said is None:
            parts.append(head.append_text(safe(f"NOT filed: {each.fault}", "bold red")))
            continue
        ref = each.said.short
        notice = desk.client.call("notice", line=each.line, name=ref)
        assert isinstance(notice, dict)
        one = {"line": each.line, "ref": ref, "instead": each.instead, "notice": notice}
        shown.append(one)
        parts.append(head.append_text(safe(f"STOP filed as {ref}", "bold red")))
        if each.instead:
            parts.append(safe(f"  {each.instead}", "bold yellow"))
            parts.append(safe(f"  How far it got: tieline show {ref}"))
        parts += matches_lines(notice) if notice else ()
    how = f", and log it: tieline notify stop relay {key}"
    logged = any(not each.instead for each in sent if each.said is not None)
    parts.append(Text(f"Ring them up as well{how if logged else ''}"))
    value = {"key": key, "sent": shown, "faults": [s.fault for s in sent if s.fault]}
    emit_or_print(value, parts, as_json=as_json)


def _call_of(desk: Desk, given: dict[str, Any], *, of_others: bool) -> tuple[str, Shown]:
    """The call that a key means, whatever else has that key: nobody's key may hide a call.

    ``of_others`` says that a call of others is sought before one of our own.
    """
    key = str(given["key"])
    if ":" in key:
        return one_found(desk, given)
    calls: dict[str, str] = {}
    for line in found_on(desk, given["lines"], key):
        listed: Any = desk.client.call("notices", line=line, procedure="stop")
        named = [each for each in listed if each["key"] == key]
        best = max(named, key=lambda each: _fits(desk, each, of_others=of_others), default=None)
        if best is not None:
            calls[line] = str(best["ref"])
    if len(calls) != 1:
        return one_found(desk, given)
    ((line, ref),) = calls.items()
    notice: Any = desk.client.call("notice", line=line, name=ref)
    return line, dict(notice)


def _fits(desk: Desk, call: Shown, *, of_others: bool) -> tuple[bool, bool, int]:
    is_theirs = call["opened_by"].partition("/")[0] != desk.card.handle
    return not call["is_over"], is_theirs == of_others, int(call["opened_s"])


def _said(given: dict[str, Any], verb: str, body: dict[str, Any], *, what: str) -> None:
    find = partial(_call_of, of_others=verb in ANSWERING)
    said(given, verb, body, what=what, find=find)


def acknowledge(
    key: KeyArgument,
    *,
    note: Annotated[str, typer.Option("--note", help="Anything beside it.")] = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Acknowledge a stop: an officer has it; the clock for action runs now."""
    _said(locals(), "acknowledge", {"note": note}, what="Acknowledged")


def act(
    key: KeyArgument,
    *,
    what: Annotated[str, typer.Option("--what", help="What was ordered, or done.")] = "",
    unit: Annotated[list[str] | None, typer.Option("--unit", help="A unit that has it.")] = None,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When.")] = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that we acted on a stop."""
    _said(locals(), "act", value_of(what=what, units=unit, at_ms=at), what="Acted on")


def cannot(
    key: KeyArgument,
    *,
    why: WhyOption,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that we cannot comply with a stop, and why."""
    _said(locals(), "cannot", {"why": why}, what="Cannot comply")


def relay(
    key: KeyArgument,
    *,
    to: Annotated[str, typer.Option("--to", help="The office or unit that was called.")],
    how: Annotated[str, typer.Option("--how", help=", ".join(HOW))] = HOW[0],
    result: Annotated[str, typer.Option("--result", help=", ".join(RESULTS))] = RESULTS[0],
    who: Annotated[str, typer.Option("--who", help="Who answered, by office.")] = "",
    words: Annotated[str, typer.Option("--said", help="What was answered, word for word.")] = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When; default: now.")] = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Log that a stop was passed on by telephone or otherwise, and what came of it."""
    when = at or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    body = value_of(to=to, how=how, result=result, who=who, said=words, at_ms=when)
    _said(locals(), "relay", body, what=f"{to}: {result}")


def end(
    key: KeyArgument,
    *,
    why: WhyOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a stop of ours."""
    _said(locals(), "end", {"why": why}, what="Ended")


VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "call": (
        call,
        "tieline notify stop call --at '12.5123N 45.0456E' --what site --fire 'shells since 02:08'",
    ),
    "acknowledge": (acknowledge, "tieline notify stop acknowledge stop-1f2e3d4c"),
    "act": (act, "tieline notify stop act stop-1f2e3d4c --what 'battery told to cease fire'"),
    "cannot": (cannot, "tieline notify stop cannot stop-1f2e3d4c --why 'not our fire'"),
    "relay": (
        relay,
        "tieline notify stop relay stop-1f2e3d4c --to bravo/watch --said 'I will pass it on'",
    ),
    "end": (end, "tieline notify stop end stop-1f2e3d4c --why 'fire has stopped'"),
}
for _name, (_command, _example) in VERBS.items():
    app.command(_name, epilog=examples(_example))(_command)

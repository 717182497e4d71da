"""Answers to notifications: take, query, explain, object, reply, read back, confirm, keep apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from tieline.cli.choosing import Shown, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.intake import texts_of, words_from
from tieline.cli.look import examples
from tieline.cli.notifyparts import (
    KeyArgument,
    LinesOption,
    PartyOption,
    SureOption,
    ask_doubts,
    found_on,
    guided,
    office_on,
    strand_of,
    value_of,
)
from tieline.cli.said import report
from tieline.cli.send import AlsoOption, FileOption, LangOption, OwnOfficeOption, WithOption
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.placing import length_m
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.notification.parts import NO_CLEARANCE, UNIT_STATES

NoteOption = Annotated[str, typer.Option("--note", help="Anything beside it.")]
WordsArgument = Annotated[str, typer.Argument(help="The words; - reads them.")]


def one_found(desk: Desk, given: dict[str, Any]) -> tuple[str, Shown]:
    """The notification that is meant, on its only line.

    Raises:
        UsageError: it stands on several lines.
    """
    found = found_on(desk, given["lines"], given["key"])
    if len(found) > 1:
        raise UsageError(
            f"{given['key']} stands on {len(found)} lines; answer on one of them",
            advice="Name the line with --line.",
        )
    return next(iter(found.items()))


def said(
    given: dict[str, Any],
    verb: str,
    body: dict[str, Any],
    *,
    what: str = "",
    find: Callable[[Desk, dict[str, Any]], tuple[str, Shown]] = one_found,
) -> None:
    """Say one thing about the notification that ``find`` finds, and print where it was filed."""
    with desk_at(given["home"]) as desk:
        pick_signers(desk, given["officers"], given["second"])
        line, notice = find(desk, given)
        kind = f"{notice['procedure']}.{verb}"
        form = nt.form_of(kind)
        typed = {
            name: value
            for name, value in body.items()
            if form.field(name) is not None or value not in ("", None, [])
        }
        party = _party(desk, notice, verb, given)
        filed = nt.step(
            desk,
            notice,
            line=line,
            kind=kind,
            body=nt.checked(desk, line, kind, typed),
            office=office_on(desk, line, given["office"]),
            party=party,
        )
        told = f"{what or verb.capitalize()}: {notice['title'] or notice['key']}"
        notices = [NO_CLEARANCE] if verb in {"reply", "take"} else []
        report(desk, line, filed, what=told, as_json=given["as_json"], notices=notices)


def _party(desk: Desk, notice: Shown, verb: str, given: dict[str, Any]) -> str:
    """Whose strand it moves: our own, but for what the notifier says on another's."""
    own = desk.card.handle
    if notice["opened_by"].partition("/")[0] != own or verb not in {"explain", "separate", "agree"}:
        return ""
    waited = {"explain": {"queried"}, "agree": {"separation asked"}}.get(verb, set())
    return strand_of(notice, own, given.get("party") or "", lambda state: state in waited)


def take(
    key: KeyArgument,
    *,
    note: NoteOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a notification, or its end: an officer has it now; that is no clearance."""
    said(locals(), "take", {"note": note}, what="Taken")


def query(
    key: KeyArgument,
    words: WordsArgument = "",
    *,
    about: Annotated[
        list[str] | None, typer.Option("--about", help="A field that it is about; repeat it.")
    ] = None,
    answer_by: Annotated[
        str, typer.Option("--answer-by", metavar="TIME", help="By when, as 2026-12-01T09:00Z.")
    ] = "",
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the notifier to explain."""
    texts = texts_of(words_from(words, file), lang, also)
    body = {"texts": texts, "about": about, "answer_by_ms": answer_by}
    said(locals(), "query", body, what="Asked")


def explain(
    key: KeyArgument,
    words: WordsArgument = "",
    *,
    party: PartyOption = "",
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a notification of ours to a party that asked."""
    said(locals(), "explain", {"texts": texts_of(words_from(words, file), lang, also)})


def object_(
    key: KeyArgument,
    *,
    why: Annotated[str, typer.Option("--why", help="The reasons, in our words.")],
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Object to a notification, with reasons; `take` says later that the objection is gone."""
    said(locals(), "object", {"why": why}, what="Objected")


def reply(
    key: KeyArgument,
    words: WordsArgument = "",
    *,
    speaker: Annotated[str, typer.Option("--speaker", help="Who gave it.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="How it came.")] = "",
    file: FileOption = None,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reply to a notification, kept word for word and always labelled as no clearance."""
    body = {"words": words_from(words, file), "speaker": speaker, "channel": channel}
    said(locals(), "reply", body, what="Replied")


def read_back(
    key: KeyArgument,
    position: Annotated[
        list[str] | None,
        typer.Option("--position", metavar="POSITION", help="As you read it, in your own style."),
    ] = None,
    *,
    place: Annotated[str, typer.Option("--place", help="What place it is, in our words.")] = "",
    sure: SureOption = False,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the positions back, from our own chart or list, in another style than they came in.

    `tieline notify show KEY` then shows how far each lies from what was sent.
    """
    typed = list(position or ())
    while not typed or (position is None and typed[-1]):
        more = guided("", f"Position {len(typed) + 1} as read (empty: that was all)")
        if not more:
            break
        typed.append(more)
    if not typed:
        raise UsageError("no position was read back; give each with --position")
    read, written, doubts = pl.read_back(typed)
    ask_doubts(doubts, sure=sure)
    body = {"positions": read, "written": written, "place": place}
    said(locals(), "readback", body, what="Read back")


def confirm(
    key: KeyArgument,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit, as it was named.")],
    *,
    state: Annotated[
        str, typer.Option("--state", help=f"How it stands: {', '.join(UNIT_STATES)}.")
    ] = "confirmed",
    by: Annotated[str, typer.Option("--by", help="Who of the unit.")] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="When, as 2026-12-01T09:00Z.")
    ] = "",
    note: NoteOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how it stands with a unit of ours that must know; the notifier sees every gap."""
    body = {"unit": unit, "state": state, "by": by, "at_ms": at, "note": note}
    said(locals(), "confirm", body, what=f"{unit} {state}")


def separate(
    key: KeyArgument,
    words: WordsArgument = "",
    *,
    distance: Annotated[
        str, typer.Option("--distance", metavar="LENGTH", help="How far apart: 10nm.")
    ] = "",
    height: Annotated[
        str, typer.Option("--height", metavar="LENGTH", help="How far apart in height: 1000ft.")
    ] = "",
    party: PartyOption = "",
    lang: LangOption = "en",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose to keep apart."""
    body = {
        "distance_m": str(length_m(distance)) if distance else "",
        "height_m": str(length_m(height)) if height else "",
        "texts": texts_of(words, lang, None) if words else None,
    }
    said(locals(), "separate", value_of(**body), what="Proposed to keep apart")


def agree(
    key: KeyArgument,
    *,
    note: NoteOption = "",
    party: PartyOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Agree to keep apart as the other side proposed."""
    said(locals(), "agree", {"note": note}, what="Agreed to keep apart")


def reconfirm(
    key: KeyArgument,
    *,
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="Until when it counts now.")
    ],
    stated_by: Annotated[
        str, typer.Option("--stated-by", help="The office of the owner that states it.")
    ] = "",
    note: NoteOption = "",
    lines: LinesOption = None,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Confirm a protected site of ours again: its owner states that the data are right."""
    body = {"reconfirm_by_ms": until, "statement": "yes", "stated_by": stated_by, "note": note}
    said(locals(), "reconfirm", body, what=f"Confirmed again on {time.strftime('%Y-%m-%d')}")


VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "take": (take, "tieline notify take gunnery-4"),
    "query": (query, "tieline notify query gunnery-4 'Which weapons?' --about sort"),
    "explain": (explain, "tieline notify explain gunnery-4 'Guns up to 76 mm.' --party bravo"),
    "object": (object_, "tieline notify object gunnery-4 --why 'it lies on our fishing ground'"),
    "reply": (reply, "tieline notify reply convoy-7 'Seen. Stay on the main road.'"),
    "read-back": (
        read_back,
        "tieline notify read-back clinic-3 --position '12.5123, 45.0456' --place 'old mill'",
    ),
    "confirm": (confirm, "tieline notify confirm convoy-7 'radar 4' --by 'watch leader'"),
    "separate": (separate, "tieline notify separate gunnery-4 --distance 10nm"),
    "agree": (agree, "tieline notify agree gunnery-4"),
    "reconfirm": (reconfirm, "tieline notify reconfirm clinic-3 --until 2027-03-01T00:00Z"),
}


def register(app: typer.Typer) -> None:
    """Hang the answers into the group."""
    for name, (command, example) in VERBS.items():
        app.command(name, epilog=examples(example))(command)

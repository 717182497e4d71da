"""What we record of a counterpart without a node; sheets and letters that go out on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.choosing import pick_office, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.houseparts import AudienceOption, MarkOption, WordsArgument, told, where_of
from tieline.cli.houseview import withheld_words
from tieline.cli.intake import WORDS_BYTES_MAX, read_file, words_from
from tieline.cli.look import counted, examples, safe
from tieline.cli.said import emit_or_print
from tieline.cli.send import LangOption, OwnOfficeOption
from tieline.days import parse_days
from tieline.desk import house, recording, sheets
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer.assertion import OfSide
from tieline.observer.vocabulary import Result
from tieline.procedures.house import draft as dr
from tieline.procedures.house import recorded as rec
from tieline.record.marking import Marking, parse_audience, parse_marking
from tieline.words import check_key

RESULTS = tuple(each.value for each in Result)
ContactArgument = Annotated[
    str, typer.Argument(metavar="CONTACT", help="The key of the contact, as call-7.")
]


WayOption = Annotated[str, typer.Option("--way", help=", ".join(rec.WAYS))]
OnOption = Annotated[
    str, typer.Option("--on", metavar="DAYS", help="2026-11-20, 2026-11, A..B, or unknown.")
]
WhoOption = Annotated[
    list[str] | None,
    typer.Option("--who", metavar="SIDE=PERSON", help="Who took part, by side."),
]
ByOption = Annotated[list[str] | None, typer.Option("--by", help="The side that sought it.")]
ResultOption = Annotated[str, typer.Option("--result", help=", ".join(RESULTS))]
SaidOption = Annotated[
    list[str] | None,
    typer.Option("--said", metavar="SIDE=WORDS", help="Our summary of what a side said."),
]
VerbatimOption = Annotated[
    list[str] | None,
    typer.Option("--verbatim", metavar="SIDE=WORDS", help="A side's own words; @FILE reads."),
]
OfOption = Annotated[str, typer.Option("--of", metavar="KEY", help="Its channel or mechanism.")]
PlaceOption = Annotated[str, typer.Option("--place", help="Where.")]
LengthOption = Annotated[int | None, typer.Option("--minutes", min=1, help="How long.")]
TopicOption = Annotated[str, typer.Option("--topic", metavar="KEY", help="What it was on.")]
AnswersOption = Annotated[
    str, typer.Option("--answers", metavar="REF", help="The recorded item that it answers.")
]
StatementsOption = Annotated[
    Path | None,
    typer.Option("--statements", metavar="FILE", help="Statements in the text format instead."),
]


def record(
    contact: ContactArgument,
    text: WordsArgument = "",
    *,
    way: WayOption,
    on: OnOption = "unknown",
    who: WhoOption = None,
    by: ByOption = None,
    result: ResultOption = "held",
    said: SaidOption = None,
    verbatim: VerbatimOption = None,
    of: OfOption = "",
    place: PlaceOption = "",
    length: LengthOption = None,
    topic: TopicOption = "",
    answers: AnswersOption = "",
    statements: StatementsOption = None,
    lang: LangOption = "en",
    mark: MarkOption = "own",
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a call, letter, e-mail, radio contact or meeting with a side that has no node.

    It is shown as *recorded by us only* and never as more. Said again under the same key, it adds
    what is new.
    """
    found = recording.Recording(
        contact=_key("contact", contact),
        way=_one_of("way", way, rec.WAYS),
        result=Result(_one_of("result", result, RESULTS)),
        of=_key("of", of),
        by=tuple(dict.fromkeys(by or ())),
        who=tuple(OfSide(party=s, value=w) for s, w in _by_side("--who", who)),
        days=parse_days(on),
        learned=datetime.now(UTC).date(),
        place=place,
        length_min=length,
        text=recording.one_line(text) or f"A contact by {way}: {contact}",
        topic=_key("topic", topic),
        said=_sayings(said, verbatim, lang),
    )
    marking = parse_marking(mark)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, office)
        refs = _file(
            desk, where, replace(found, answers=_whole(desk, answers)), statements, marking
        )
    words = f"{counted(len(refs), 'item')} of {contact}, marked {mark}, recorded by us only: "
    value = {"contact": contact, "refs": refs, "marking": mark, "force": "recorded"}
    emit_or_print(value, [safe(words + ", ".join(refs))], as_json=as_json)


def _file(
    desk: Desk,
    where: house.Where,
    found: recording.Recording,
    statements: Path | None,
    marking: Marking,
) -> list[str]:
    if statements is None:
        return recording.record(desk, where, found, marking=marking)
    data = read_file(statements, WORDS_BYTES_MAX)
    return recording.record_statements(
        desk, where, data, contact=found.contact, way=found.way, marking=marking
    )


def _key(what: str, text: str) -> str:
    try:
        return check_key(text) if text else ""
    except UsageError as error:
        raise UsageError(f"{what} {error}") from None


def _one_of(what: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise UsageError(f"--{what} {text[:40]!r} is not one of {', '.join(allowed)}")
    return text


def _whole(desk: Desk, ref: str) -> str:
    return str(house.find(desk, ref, rec.RECORDED)["full_ref"]) if ref else ""


def _by_side(option: str, texts: list[str] | None) -> list[tuple[str, str]]:
    found = []
    for text in texts or ():
        side, equals, words = text.partition("=")
        if not equals or not side.strip() or not words.strip():
            raise UsageError(f"{option} {text[:40]!r} is not SIDE=WORDS")
        found.append((side.strip(), words.strip()))
    return found


def _sayings(
    said: list[str] | None, verbatim: list[str] | None, lang: str
) -> tuple[recording.Saying, ...]:
    found = []
    for is_verbatim, option, given in ((False, "--said", said), (True, "--verbatim", verbatim)):
        for side, words in _by_side(option, given):
            text = words_from("", Path(words[1:])) if words.startswith("@") else words
            found.append(recording.Saying(side=side, text=text, verbatim=is_verbatim, lang=lang))
    return tuple(found)


def sheet(
    what: Annotated[
        str, typer.Argument(metavar="CONTACT", help="A contact's key; or a cleared draft's REF.")
    ],
    *,
    audience: AudienceOption = "own",
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Into this new file.")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Whom it is sent to: noted in the house.")] = "",
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a contact sheet, or a cleared draft as a letter, as plain text.

    A contact sheet says on its face that it was recorded by us only. What its reader may not see
    is withheld and counted.
    """
    who = parse_audience(audience)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        draft = _draft_at(desk, what)
        if draft is None:
            made = sheets.contact_sheet(desk, what, who)
        else:
            made = sheets.letter(desk, draft)
        if write is not None:
            _write(write, made.text)
        if to and draft is None:
            name = write.name if write is not None else f"{what}.txt"
            own = pick_office(desk, office)
            said = sheets.note_sent(desk, what, made, name=name, to=to, office=own)
            told(said, f"Sheet of {what} to {to}", as_json=as_json, sha256=made.sha256)
            return
        value = {
            "text": made.text,
            "sha256": made.sha256,
            "marking": made.marking.value,
            "withheld": made.withheld,
            "audience": who.value,
        }
        shown = safe(f"Written to {write}") if write is not None else safe(made.text)
        parts = [shown, *([withheld_words(made.withheld)] if made.withheld and write else [])]
        emit_or_print(value, list(parts), as_json=as_json)


def _draft_at(desk: Desk, text: str) -> house.Item | None:
    if ":" not in text:
        return None
    return house.find(desk, text, dr.DRAFT)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as out_file:
            out_file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already; nothing is written over") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def register(group: typer.Typer) -> None:
    """Hang the verbs of recording into the house."""
    group.command(
        epilog=examples(
            'tieline house record call-7 --way call --on 2026-11-20 --who "B=Colonel X" '
            '--said "B=They will look into it." "Call about the convoy"',
            "tieline house record letter-2 --way letter --verbatim B=@letter.txt --topic convoys",
            "tieline house record call-7 --way call --statements call-7.txt --json",
        )
    )(record)
    group.command(
        epilog=examples(
            "tieline house sheet call-7",
            'tieline house sheet call-7 --audience line --write call-7.txt --to "Colonel X"',
            "tieline house sheet alpha-1:3 --write letter.txt --json",
        )
    )(sheet)

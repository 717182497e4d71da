"""Drafts of our own house: written, changed, cleared, refused, and sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import all_lines, asked, fits, line_for, pick_office, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.houseparts import (
    MarkOption,
    RefArgument,
    TitleOption,
    WhyOption,
    WordsArgument,
    told,
    where_of,
)
from tieline.cli.intake import WORDS_BYTES_MAX, read_file, texts_of, words_from
from tieline.cli.look import examples, safe, said_value
from tieline.cli.said import emit_or_print
from tieline.cli.send import AlsoOption, FileOption, LangOption, OwnOfficeOption, WithOption
from tieline.desk import house, sending
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.record.marking import parse_marking
from tieline.record.strict import JsonValue

ForLineOption = Annotated[
    str, typer.Option("--line", help="The line that it is for: title, or beginning of its id.")
]
KindOption = Annotated[
    str, typer.Option("--kind", help="Kind of message, as round.propose; default: a message.")
]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="PARTY/OFFICE", help="Whom it goes to.")
]
LevelOption = Annotated[str, typer.Option("--level", help="Its precedence.")]
CaseOption = Annotated[
    str, typer.Option("--case", metavar="REF", help="The entry on that line that it answers.")
]
BodyOption = Annotated[
    Path | None, typer.Option("--body", metavar="FILE", help="A prepared body as JSON.")
]
AskedOption = Annotated[
    list[str] | None, typer.Option("--office", help="An office of ours that must see it.")
]
NoteOption = Annotated[str, typer.Option("--note", help="Free words; may be left out.")]
RevisionOption = Annotated[
    int | None, typer.Option("--revision", min=1, help="The text that you read; default: newest.")
]
GivenOption = Annotated[str, typer.Option("--office", help="The office of yours that was asked.")]


def draft(
    text: WordsArgument = "",
    *,
    title: TitleOption,
    line: ForLineOption = "",
    kind: KindOption = "",
    to: ToOption = None,
    level: LevelOption = "",
    case: CaseOption = "",
    body: BodyOption = None,
    ask_office: Annotated[
        list[str] | None, typer.Option("--ask", metavar="OFFICE", help="Ask this office at once.")
    ] = None,
    mark: MarkOption = "own",
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a draft: words for a message, or the prepared body of any kind of message."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, office)
        said = house.put(
            desk,
            where,
            dr.DRAFT,
            house.filled(
                marking=parse_marking(mark).value,
                title=title,
                **_target(desk, line=line, kind=kind, to=to, level=level, case=case),
                **_content(text, file, body, lang, also, needed=True),
            ),
        )
        clearances = house.ask(desk, where, said.short, ask_office, note="") if ask_office else []
        offices = [name for name, _ in clearances]
        more = f"; asked: {', '.join(offices)}" if offices else ""
        told(said, f"Draft, marked {mark}{more}", as_json=as_json, asked=offices)


def _target(
    desk: Desk, *, line: str, kind: str, to: list[str] | None, level: str, case: str
) -> dict[str, JsonValue]:
    """Where a draft is to go. The line is kept by its id, and the case as a whole reference."""
    where = _shared(desk, line) if line or case else ""
    whole = str(asked(desk, "show", line=where, ref=case)["ref"]) if case else ""
    listed: list[JsonValue] = list(dict.fromkeys(to or ()))
    return house.filled(line=where, kind=kind, to=listed, level=level, case=whole)


def _shared(desk: Desk, text: str) -> str:
    """The line with others that is meant.

    Raises:
        UsageError: none, several, or one of our own.
    """
    found = line_for(desk, text)
    for each in all_lines(desk):
        if each["line"] == found and len(each["parties"]) < 2:
            raise UsageError(
                f"{text or found} is a line of our own; nobody would read it there",
                advice="Name a line with others: `tieline line list`.",
            )
    return found


def _content(
    text: str,
    file: Path | None,
    body: Path | None,
    lang: str,
    also: list[str] | None,
    *,
    needed: bool,
) -> dict[str, JsonValue]:
    if body is not None and (text or file):
        raise UsageError("give words or a prepared body, not both")
    if body is None:
        words = words_from(text, file, needed=needed) if needed or text or file else ""
        return {"texts": texts_of(words, lang, also)} if words else {}
    try:
        value = json.loads(read_file(body, WORDS_BYTES_MAX))
    except ValueError as error:
        raise UsageError(f"{body} is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{body} holds no JSON object; a body is {{...}}")
    return {"body": value}


def revise(
    ref: RefArgument,
    text: WordsArgument = "",
    *,
    title: TitleOption = "",
    line: ForLineOption = "",
    to: ToOption = None,
    level: LevelOption = "",
    body: BodyOption = None,
    why: WhyOption = "",
    file: FileOption = None,
    lang: LangOption = "en",
    also: AlsoOption = None,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change the words of a draft, a note or points; the words before stay in its history.

    Clearances that were given for the text before count no more.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        own = pick_office(desk, office)
        item = house.find(desk, ref)
        is_draft = item["kind"] == dr.DRAFT
        only = bool(title or line or to or level)
        content = _content(text, file, body, lang, also, needed=not (is_draft and only))
        if is_draft:
            changes = {
                **_target(desk, line=line, kind="", to=to, level=level, case=""),
                **house.filled(title=title),
            }
            said = house.revise(desk, ref, {**changes, **content}, why=why, office=own)
        else:
            texts = content.get("texts")
            if only or not isinstance(texts, list):
                raise UsageError(f"{ref} is no draft: only its words can be changed")
            said = house.say_anew(desk, ref, texts, why=why, office=own)
        told(said, f"{ref} changed", as_json=as_json)


def ask(
    ref: RefArgument,
    *,
    offices: AskedOption = None,
    note: NoteOption = "",
    officers: OfficerOption = None,
    own: Annotated[str, typer.Option("--from", help="Ask for this office of yours.")] = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask offices of ours to clear a draft; it may go only when each of them has."""
    if not offices:
        raise UsageError("name whom you ask: --office OFFICE, once for each")
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, own)
        done = house.ask(desk, where, ref, offices, note=note)
        value = {"draft": ref, "asked": [{"office": o, **said_value(s)} for o, s in done]}
        words = [safe(f"{said.short}  {office} is asked about {ref}.") for office, said in done]
        emit_or_print(value, list(words), as_json=as_json)


def _give(
    kind: str,
    done: str,
    ref: str,
    words: str,
    *,
    revision: int | None,
    officers: list[str] | None,
    office: str,
    home: Path | None,
    as_json: bool,
) -> None:
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.give(desk, kind, ref, office=office, words=words, revision=revision)
        item = house.find(desk, ref)
        draft_ref = item["body"]["draft"] if item["kind"] == cl.ASK else ref
        may_go = bool(house.find(desk, draft_ref)["may_go"])
        more = "; the draft may go" if may_go else ""
        told(said, f"{ref} {done}{more}", as_json=as_json, may_go=may_go)


def clear(
    ref: RefArgument,
    *,
    note: NoteOption = "",
    revision: RevisionOption = None,
    officers: OfficerOption = None,
    office: GivenOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Clear a draft for the office that was asked: for the text as it stands now, no other."""
    _give(
        cl.CLEAR,
        "cleared",
        ref,
        note,
        revision=revision,
        officers=officers,
        office=office,
        home=home,
        as_json=as_json,
    )


def refuse(
    ref: RefArgument,
    *,
    why: WhyOption,
    revision: RevisionOption = None,
    officers: OfficerOption = None,
    office: GivenOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refuse to clear a draft, with a reason; the office can clear it later."""
    _give(
        cl.REFUSE,
        "refused",
        ref,
        why,
        revision=revision,
        officers=officers,
        office=office,
        home=home,
        as_json=as_json,
    )


def comment(
    ref: RefArgument,
    text: WordsArgument = "",
    *,
    revision: RevisionOption = None,
    officers: OfficerOption = None,
    office: GivenOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Comment on a draft for the office that was asked; that neither clears nor refuses it."""
    words = words_from(text, None)
    _give(
        cl.COMMENT,
        "commented",
        ref,
        words,
        revision=revision,
        officers=officers,
        office=office,
        home=home,
        as_json=as_json,
    )


def send(
    ref: RefArgument,
    *,
    line: ForLineOption = "",
    filed: Annotated[
        str, typer.Option("--filed", metavar="REF", help="It was released: only note where it is.")
    ] = "",
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a draft on its line, once every clearance that was asked is given.

    The message carries nothing of the house. The house notes on which entry it went.
    """
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        item = house.find(desk, ref, dr.DRAFT)
        if not filed:
            sending.check(item)
        where = _shared(desk, line or str(item["body"].get("line", "")))
        own = pick_office(desk, office)
        if filed:
            said = sending.link(desk, item, line=where, ref=filed, house_office=own)
            told(said, f"{ref} went as {filed}", as_json=as_json, sent=filed)
            return
        sent = sending.send(desk, item, line=where, house_office=own, office=own)
        if sent.link is None:
            short = sent.said.id[:8]
            words = f"Not sent yet: a second person releases it: tieline release {short}"
            after = f"Then note where it went: tieline house send {ref} --filed REF"
            value: dict[str, Any] = {"waiting": True, "id": sent.said.id, "sent": ""}
            emit_or_print(value, [safe(words, "yellow"), safe(after)], as_json=as_json)
            return
        title = next((e["title"] for e in all_lines(desk) if fits(e, where)), where)
        what = f"{ref} went as {sent.said.short} on the line {title}; noted"
        told(sent.link, what, as_json=as_json, sent=sent.said.short, line=where)


def register(group: typer.Typer) -> None:
    """Hang the verbs of drafts into the house."""
    group.command(
        epilog=examples(
            'tieline house draft --title Convoy --line border "A convoy leaves at noon."',
            "tieline house draft --title Mandate --file words.txt --ask desk --ask principal",
            "tieline house draft --title Round --kind round.propose --line border --body r.json",
        )
    )(draft)
    group.command(
        epilog=examples(
            'tieline house revise alpha-1:3 "A convoy leaves at one." --why "the desk asked"',
            "tieline house revise alpha-1:3 --to bravo/desk --json",
        )
    )(revise)
    group.command(
        epilog=examples(
            "tieline house ask alpha-1:3 --office desk --office principal",
            'tieline house ask alpha-1:3 --office desk --note "the second paragraph" --json',
        )
    )(ask)
    group.command(
        epilog=examples(
            "tieline house clear alpha-1:3 --office desk",
            'tieline house clear alpha-1:3 --revision 2 --note "with that change" --json',
        )
    )(clear)
    group.command(
        epilog=examples(
            'tieline house refuse alpha-1:3 --office desk --why "not before the visit"',
            'tieline house refuse alpha-1:3 --why "no" --json',
        )
    )(refuse)
    group.command(
        epilog=examples(
            'tieline house comment alpha-1:3 "Name the road." --office desk',
            'tieline house comment alpha-1:3 "Shorter." --json',
        )
    )(comment)
    group.command(
        epilog=examples(
            "tieline house send alpha-1:3",
            "tieline house send alpha-1:3 --line border --as first --with second",
            "tieline house send alpha-1:3 --filed alpha-1:12 --json",
        )
    )(send)

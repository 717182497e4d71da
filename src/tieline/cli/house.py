"""House: our own drafts, clearances, instructions, points and notes; none of it crosses a line."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import RenderableType

from tieline.cli import housedraft, houserecord
from tieline.cli.choosing import asked, pick_office, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.houseparts import (
    MARKS,
    AboutOption,
    AudienceOption,
    MarkOption,
    RefArgument,
    TitleOption,
    WhyOption,
    WordsArgument,
    told,
    where_of,
)
from tieline.cli.houseview import list_parts, show_parts
from tieline.cli.intake import seconds_of, texts_of, words_from
from tieline.cli.look import examples
from tieline.cli.said import emit_or_print
from tieline.cli.send import AlsoOption, FileOption, LangOption, OwnOfficeOption
from tieline.desk import house
from tieline.errors import UsageError
from tieline.procedures.house.instruction import INSTRUCT
from tieline.procedures.house.note import NOTE
from tieline.procedures.house.points import POINTS
from tieline.record.marking import parse_audience, parse_marking

group = typer.Typer(
    no_args_is_help=True,
    help="Our own house: drafts, clearances, instructions, points, notes, what we recorded. "
    "Sealed to our own keys; none of it ever crosses a line.",
    epilog=examples(
        'tieline house draft --title "Convoy on Monday" --line border "A convoy leaves at noon."',
        "tieline house ask alpha-1:3 --office desk",
        "tieline house list",
    ),
)


@group.command(
    epilog=examples(
        'tieline house note --about round-17 "They asked twice about the airspace."',
        'tieline house note --title "Colonel X" --mark line --file x.txt',
    )
)
def note(
    text: WordsArgument = "",
    *,
    title: TitleOption = "",
    about: AboutOption = "",
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
    """Keep a note in our own house."""
    words = texts_of(words_from(text, file), lang, also)
    body = house.filled(marking=parse_marking(mark).value, title=title, about=about, texts=words)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.put(desk, where_of(desk, home, vault, office), NOTE, body)
        told(said, f"Note, marked {mark}", as_json=as_json)


@group.command(
    epilog=examples(
        'tieline house points round-17 --topic taiwan "First, ... Second, ..."',
        "tieline house points call-3 --file points.txt --mark own",
    )
)
def points(
    about: Annotated[str, typer.Argument(metavar="KEY", help="The round or contact.")],
    text: WordsArgument = "",
    *,
    topic: Annotated[str, typer.Option("--topic", help="What they are on, a key.")] = "",
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
    """Write talking points for a round or a contact."""
    words = texts_of(words_from(text, file), lang, also)
    body = house.filled(marking=parse_marking(mark).value, about=about, topic=topic, texts=words)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.put(desk, where_of(desk, home, vault, office), POINTS, body)
        told(said, f"Points for {about}, marked {mark}", as_json=as_json)


@group.command(
    epilog=examples(
        'tieline house instruct --to watch --until 2d "Take no call before noon."',
        "tieline house instruct --to desk --about round-17 --file mandate.txt",
    )
)
def instruct(
    text: WordsArgument = "",
    *,
    to: Annotated[list[str], typer.Option("--to", help="An office or person of ours.")],
    title: TitleOption = "",
    about: AboutOption = "",
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help="2026-12-01, or a span as 2d.")
    ] = "",
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
    """Tell offices or persons of ours what to do or to say, and until when."""
    words = texts_of(words_from(text, file), lang, also)
    body = house.filled(
        marking=parse_marking(mark).value,
        title=title,
        to=list(dict.fromkeys(to)),
        about=about,
        texts=words,
        until_ms=_until_ms(until),
    )
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.put(desk, where_of(desk, home, vault, office), INSTRUCT, body)
        told(said, f"Instruction to {', '.join(to)}, marked {mark}", as_json=as_json)


def _until_ms(text: str) -> int:
    """The end of a day (UTC), or a span from now, in milliseconds since 1970; 0 for neither."""
    if not text:
        return 0
    if not text[:4].isdigit() or "-" not in text:
        return (int(time.time()) + seconds_of(text)) * 1000
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, second=59, tzinfo=UTC)
    except ValueError:
        raise UsageError(
            f"--until {text[:40]!r} is no day such as 2026-12-01, nor a span"
        ) from None
    return int(day.timestamp()) * 1000


@group.command(
    "list",
    epilog=examples(
        "tieline house list",
        "tieline house list --kind draft --all",
        "tieline house list --audience line --json",
    ),
)
def list_items(
    *,
    kind: Annotated[str, typer.Option("--kind", help=", ".join(house.NAMES.values()))] = "",
    about: AboutOption = "",
    everything: Annotated[bool, typer.Option("--all", help="Also what was given up.")] = False,
    audience: AudienceOption = "own",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what the house holds, each item with its handling mark.

    For an audience it holds what the marks allow, and says how many items were withheld.
    """
    who = parse_audience(audience)
    if kind and kind not in house.NAMES.values():
        raise UsageError(f"--kind {kind[:40]!r} is not one of {', '.join(house.NAMES.values())}")
    with desk_at(home) as desk:
        found = [i for i in house.items(desk) if _is_listed(i, kind, about, everything=everything)]
    seen = house.seen_by(who, found)
    value = {"audience": who.value, "items": list(seen.shown), "withheld": seen.withheld}
    emit_or_print(value, list_parts(seen.shown, seen.withheld), as_json=as_json)


def _is_listed(item: house.Item, kind: str, about: str, *, everything: bool) -> bool:
    body = item["body"]
    if about and about not in (body.get("about"), body.get("contact"), body.get("topic")):
        return False
    name = house.NAMES[item["kind"]]
    # Clearances are told with their draft.
    shown = name == kind if kind else name != "clearance"
    gone = {"given up", "no longer asked", "ended", "withdrawn; recorded by us only"}
    return shown and (everything or item["words"] not in gone)


@group.command(
    epilog=examples("tieline house show alpha-1:3", "tieline house show alpha-1:3 --json")
)
def show(ref: RefArgument, *, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one item in full: what it says now, its clearances, and every step with its author."""
    with desk_at(home) as desk:
        item = house.find(desk, ref)
        labels = {o["id"]: o["label"] for o in asked(desk, "info")["officers"]}
        parts: list[RenderableType] = list(show_parts(item, labels))
        value = {key: each for key, each in item.items() if key != "send_id"}
        emit_or_print(value, parts, as_json=as_json)


@group.command(
    epilog=examples(
        'tieline house mark alpha-1:3 line --why "agreed with the desk"',
        'tieline house mark alpha-1:3 own --why "names a source" --json',
    )
)
def mark(
    ref: RefArgument,
    marking: Annotated[str, typer.Argument(metavar="MARK", help=MARKS)],
    *,
    why: WhyOption,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change how far an item may go: a step of its own, with an author and a reason."""
    new = parse_marking(marking)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.change_mark(desk, ref, new, why=why, office=pick_office(desk, office))
        told(said, f"{ref} is marked {new.value}", as_json=as_json, marking=new.value)


@group.command(
    epilog=examples(
        'tieline house drop alpha-1:3 --why "overtaken"', "tieline house drop alpha-1:5 --json"
    )
)
def drop(
    ref: RefArgument,
    *,
    why: WhyOption = "",
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an item up: a draft, an asked clearance, an instruction, points, a note, a record."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        said = house.drop(desk, ref, why=why, office=pick_office(desk, office))
        told(said, f"{ref} is given up", as_json=as_json)


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    housedraft.register(group)
    houserecord.register(group)
    app.add_typer(group, name="house")

"""What became of papers: that they went to somebody without a node, and what he answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.choosing import Shown, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.houseparts import where_of
from tieline.cli.intake import read_file, words_from
from tieline.cli.look import examples, safe
from tieline.cli.notifyhandview import heard_lines
from tieline.cli.notifyparts import KeyArgument, SureOption, ask_doubts
from tieline.cli.said import emit_or_print
from tieline.cli.send import OwnOfficeOption
from tieline.desk import handing, handrecord, house
from tieline.desk.placing import Doubts
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.files.making import instant_ms
from tieline.procedures.house import handed as hd
from tieline.space.position import Position
from tieline.state.board import plain

HowOption = Annotated[str, typer.Option("--how", help=", ".join(hd.WAYS))]
AtOption = Annotated[
    str, typer.Option("--at", metavar="TIME", help="When, if not now: 2026-12-01T09:00Z.")
]
WhoOption = Annotated[
    str, typer.Option("--to", metavar="NAME", help="Which recipient: name, address, or a part.")
]


def handed(
    key: KeyArgument,
    *,
    to: WhoOption = "",
    how: HowOption = "e-mail",
    at: AtOption = "",
    note: Annotated[str, typer.Option("--note", help="Anything beside it.")] = "",
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note that papers went to somebody who has no node: sent, posted, read out, given."""
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, office)
        item = handing.find(desk, key, to)[-1]
        at_ms = instant_ms(at) if at else None
        said = handrecord.file_gone(desk, item, how, where.office, note=note, at_ms=at_ms)
        name = item["body"]["to"]
        value = {"key": key, "to": name, "how": how, "ref": said.short, "recorded": hd.BY_US}
        told = safe(f"Handed to {name} by {how}: filed as {said.short}, {hd.BY_US}", "green")
        emit_or_print(value, [told], as_json=as_json)


def heard(
    key: KeyArgument,
    *,
    who: Annotated[
        str, typer.Option("--from", metavar="NAME", help="Which recipient it came from.")
    ] = "",
    how: HowOption,
    words: Annotated[
        str, typer.Option("--words", help="What was said, word for word; - reads it.")
    ] = "",
    what: Annotated[
        str, typer.Option("--what", help=f"What it comes to: {', '.join(hd.ANSWERS)}.")
    ] = "",
    speaker: Annotated[
        str, typer.Option("--speaker", help="Who spoke, if not the recipient himself.")
    ] = "",
    position: Annotated[
        list[str] | None,
        typer.Option("--position", metavar="[N=]POSITION", help="Read back; repeat in order."),
    ] = None,
    place: Annotated[str, typer.Option("--place", help="What place it is, in his words.")] = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="The filled-in sheet, the .eml, a scan."),
    ] = None,
    at: AtOption = "",
    sure: SureOption = False,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what somebody without a node answered; a filled-in sheet is read and compared.

    It is recorded by us only, word for word, and is no clearance.
    """
    spoken = handrecord.Spoken(
        way=how,
        speaker=speaker,
        what=what,
        words=words_from(words, None, needed=False) if words else "",
        place=place,
        read=_positions(position or (), sure=sure),
        at_ms=instant_ms(at) if at else None,
        file=(file.name, read_file(file, handrecord.ANSWER_BYTES_MAX)) if file else None,
    )
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, office)
        _note(desk, handing.find(desk, key, who), spoken, where.office, as_json=as_json)


def _note(
    desk: Desk,
    found: list[house.Item],
    spoken: handrecord.Spoken,
    office: str,
    *,
    as_json: bool,
) -> None:
    """File an answer, and print it as it was compared."""
    body = found[-1]["body"]
    line, key, name = str(body["line"]), str(body["key"]), str(body["to"])
    notice = desk.client.call("notice", line=line, name=key)
    if not isinstance(notice, dict) or not notice:
        raise UsageError(f"the notification {key} cannot be read here any more")
    noted = handrecord.file_heard(desk, found, dict(notice), spoken, office=office)
    told = _as_heard(desk, noted, dict(notice), line)
    value = {
        "key": key,
        "from": name,
        "ref": noted.said.short,
        "recorded": hd.BY_US,
        "odd": list(noted.odd),
        **told,
    }
    words = f"Heard from {name} by {spoken.way}: filed as {noted.said.short}, {hd.BY_US}"
    emit_or_print(value, [safe(words, "green"), *heard_lines(told)], as_json=as_json)


def _as_heard(desk: Desk, noted: handrecord.Noted, notice: Shown, line: str) -> Shown:
    """The answer as `show` will tell it, with its positions compared."""
    found = handing.nodeless(handing.items(desk), line, notice, int(time.time()))
    told = [one for each in found for one in each.heard if one.ref == noted.said.short]
    return plain(told[0]) if told else {}


def _positions(typed: Sequence[str], *, sure: bool) -> tuple[tuple[int, Position, str], ...]:
    """Positions read back, each under its number: the one named, else the next."""
    doubts, found = Doubts(), []
    number = 0
    for text in typed:
        head, equals, rest = text.partition("=")
        is_named = bool(equals) and head.strip().isascii() and head.strip().isdecimal()
        number = int(head) if is_named else number + 1
        written = (rest if is_named else text).strip()
        found.append((number, doubts.of(written), written))
    if len({each[0] for each in found}) != len(found):
        raise UsageError("one number is read back twice; give each position once")
    ask_doubts(doubts, sure=sure)
    return tuple(found)


def register(app: typer.Typer) -> None:
    """Hang the verbs into the group."""
    app.command(
        "handed",
        epilog=examples(
            "tieline notify handed gunnery-4 --to 'Coast guard'",
            "tieline notify handed convoy-7 --to Relief --how 'in person' --at 2026-12-01T09:00Z",
        ),
    )(handed)
    app.command(
        "heard",
        epilog=examples(
            "tieline notify heard gunnery-4 --from 'Coast guard' --how e-mail --file answer.eml",
            "tieline notify heard gunnery-4 --from Coast --how telephone --what taken "
            "--words 'We have it, thank you.'",
            "tieline notify heard clinic-3 --how radio --position '12.5123, 45.0456' "
            "--place 'the old mill'",
        ),
    )(heard)

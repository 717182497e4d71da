"""Hand record: papers, their going and the answers to them, filed in our own house by us only."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from tieline.desk import handing, house, letters
from tieline.desk.addresses import Recipient
from tieline.desk.handingout import Handout, Paper, Wanted, safe_name
from tieline.desk.notifying import Shown
from tieline.desk.speaking import Desk, Said
from tieline.errors import UsageError
from tieline.files.handoutanswer import Filled, read_answer
from tieline.files.making import clipped
from tieline.procedures.bodies import REASON_CHARS_MAX
from tieline.procedures.house import handed as hd
from tieline.procedures.sorts import NAME_CHARS_MAX
from tieline.record.marking import Marking
from tieline.record.strict import JsonValue
from tieline.space.position import Position
from tieline.words import shown

ANSWER_BYTES_MAX: Final = 6_000_000
NOTE_CHARS_MAX: Final = REASON_CHARS_MAX
LINE_SHORT: Final = NAME_CHARS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What was heard, before it is filed.

    Attributes:
        speaker: who answered; empty for the recipient himself.
        way: one of `hd.WAYS`; ``what`` one of `hd.ANSWERS`, or empty.
        words: word for word; ``place`` what place it is, in the reader's words.
        read: positions read back: number, position, as it was written.
        at_ms: when, if not now.
        file: what came in writing, and its name; a letter or the page that was sent back.
    """

    way: str
    speaker: str = ""
    what: str = ""
    words: str = ""
    place: str = ""
    read: tuple[tuple[int, Position, str], ...] = ()
    at_ms: int | None = None
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An answer as it was filed: where, with what, and what was odd about it."""

    said: Said
    item: house.Item
    body: dict[str, JsonValue]
    odd: tuple[str, ...]


def file_handed(  # noqa: PLR0917 - what the record of papers consists of
    desk: Desk,
    where: house.Where,
    handout: Handout,
    to: Recipient,
    wanted: Wanted,
    letter: tuple[EmailMessage, Paper] | None,
) -> Said:
    """Record that papers were made ready, with the papers themselves, before any of them goes."""
    notice = handout.notice
    body: dict[str, JsonValue] = {
        "marking": Marking.OWN.value,
        "key": notice.key,
        "line": handout.line,
        "wording": notice.wording,
        "mark": notice.mark.value,
        "standing": notice.standing,
        **house.filled(over="yes" if notice.is_over else "", to=to.name, address=to.address),
        "handling": notice.handling.value,
        "reference": notice.reference,
        **house.filled(redacted=list(notice.redacted)),
        "answer_to": list(wanted.answer_to),
        "attachments": [each.described for each in handout.papers],
    }
    if letter is not None:
        body |= {
            "message_id": str(letter[0]["Message-ID"]),
            "letter": hashlib.sha256(letter[1].data).hexdigest(),
        }
    passed = [f"{p.name}, SHA-256 {p.described['sha256']}" for p in handout.passed_on]
    body |= house.filled(passed_on=list(passed))
    return desk.say(
        line=house.open_house(desk, where.vault),
        kind=hd.HANDED,
        body=body,
        office=where.office,
        attachments=tuple(each.data for each in handout.papers),
    )


def file_gone(  # noqa: PLR0917 - how papers went
    desk: Desk,
    item: house.Item,
    way: str,
    office: str,
    server: str = "",
    note: str = "",
    at_ms: int | None = None,
) -> Said:
    """Record that papers went.

    Raises:
        UsageError: an unknown way, or e-mail to somebody without an address.
    """
    _check_way(way)
    if way == "e-mail" and not item["body"].get("address"):
        raise UsageError(f"{item['body']['to']} has no address of e-mail; name another way")
    body = house.filled(way=way, server=server, at_ms=at_ms, note=note)
    return handing.file_step(desk, item, hd.GONE, body, office=office)


def _check_way(way: str) -> None:
    if way not in hd.WAYS:
        raise UsageError(f"--how {shown(way)!r} is not one of {', '.join(hd.WAYS)}")


def file_heard(
    desk: Desk, handed: Sequence[house.Item], notice: Shown, spoken: Spoken, *, office: str
) -> Noted:
    """Record an answer as we have it; a page or a letter that came back is read and kept.

    What does not fit is noted beside it and never refused: it is theirs.

    Args:
        desk: where the officer sits.
        handed: what this recipient was handed, the newest last.
        notice: the notification with its history.
        spoken: what was heard.
        office: for which office of ours.

    Raises:
        UsageError: nothing was said, or what we typed is wrong; nothing was filed.
    """
    _check_way(spoken.way)
    if spoken.what and spoken.what not in hd.ANSWERS:
        raise UsageError(f"--what {shown(spoken.what)!r} is not one of {', '.join(hd.ANSWERS)}")
    item = handed[-1]
    odd: list[str] = []
    words, read, place, what = spoken.words, spoken.read, spoken.place, spoken.what
    speaker = spoken.speaker or str(item["body"]["to"])
    files: list[tuple[str, bytes]] = []
    if spoken.file is not None:
        name, data = spoken.file
        files, text, pages = _opened(handed, name, data, odd)
        words = words or text
        for page_name, page in pages:
            item, read = _taken(handed, item, page, read, odd, page_name)
            words, place = words or page.words, place or page.place
            what = what or page.what
            speaker = spoken.speaker or clipped(page.person, LINE_SHORT) or speaker
    if not words.strip() and not read:
        raise UsageError(
            "there is no word and no position in it; nothing was filed",
            advice="Give the words with --words, as they were said.",
        )
    body: dict[str, JsonValue] = {
        "speaker": speaker,
        "way": spoken.way,
        **house.filled(what=what or (hd.READ_BACK if read else "")),
        **house.filled(words=words if words.strip() else ""),
        **house.filled(positions=handing.positions_body(read), place=clipped(place, LINE_SHORT)),
        **house.filled(at_ms=spoken.at_ms, attachments=_described(files)),
        **house.filled(note="; ".join(_numbered(item, notice, read, odd))[:NOTE_CHARS_MAX]),
    }
    parts = tuple(data for _, data in files)
    said = handing.file_step(desk, item, hd.HEARD, body, office=office, attachments=parts)
    return Noted(said=said, item=item, body=body, odd=tuple(odd))


def _described(files: Sequence[tuple[str, bytes]]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for name, data in files:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found.append(Paper(name=safe_name(name), type=kind, data=data).described)
    return found


Pages = list[tuple[str, Filled]]


def _opened(
    handed: Sequence[house.Item], name: str, data: bytes, odd: list[str]
) -> tuple[list[tuple[str, bytes]], str, Pages]:
    """What came in writing: the file to keep, its words, and pages that were filled in."""
    if len(data) > ANSWER_BYTES_MAX:
        raise UsageError(f"{shown(name)} has {len(data)} bytes; {ANSWER_BYTES_MAX} is the most")
    if not name.casefold().endswith(".eml"):
        sheets: Sequence[tuple[str, bytes]] = (
            [(name, data)] if name.casefold().endswith(".xlsx") else ()
        )
        return [(name, data)], "", _pages(sheets, odd)
    answer = letters.read_letter(data, name)
    odd += answer.odd
    addresses = {str(item["body"].get("address", "")).casefold() for item in handed}
    if answer.sender.casefold() not in addresses:
        odd.append(f"it came from {shown(answer.sender)}, which is not the address it went to")
    ids = {str(item["body"].get("message_id", "")) for item in handed}
    if not ids & answer.answers:
        odd.append("it does not name a letter of ours as the one that it answers")
    return [(name, data)], answer.text, _pages(answer.sheets, odd)


def _pages(sheets: Sequence[tuple[str, bytes]], odd: list[str]) -> Pages:
    found: Pages = []
    for name, data in sheets:
        try:
            found.append((name, read_answer(data, name)))
        except UsageError as error:
            odd.append(str(error))
    return found


def _taken(  # noqa: PLR0917 - what a page is taken with
    handed: Sequence[house.Item],
    item: house.Item,
    page: Filled,
    read: tuple[tuple[int, Position, str], ...],
    odd: list[str],
    name: str,
) -> tuple[house.Item, tuple[tuple[int, Position, str], ...]]:
    """The papers that a page answers, and its positions; of another reference, none are taken."""
    odd += page.faults
    named = [one for one in handed if one["body"]["reference"] == page.reference]
    if not named:
        odd.append(
            f"{shown(name)} names the reference {shown(page.reference) or 'of nothing'}, under "
            "which he was handed nothing: its positions are not compared"
        )
        return item, read
    if named[-1] is not handed[-1]:
        odd.append(f"{shown(name)} answers an earlier wording than the last that he was handed")
    return named[-1], read or page.read


def _numbered(
    item: house.Item,
    notice: Shown,
    read: Sequence[tuple[int, Position, str]],
    odd: list[str],
) -> list[str]:
    """What was odd, with numbers that no position of the notification has."""
    if read:
        known = {place.number for place in handing.sent_places(item, notice)}
        strange = [str(number) for number, _, _ in read if number not in known]
        if strange:
            odd.append(f"no position of ours has the number {', '.join(strange[:10])}")
    return odd

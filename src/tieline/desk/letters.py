"""Letters: papers as an e-mail ready for the office's mail program, and e-mails that come back.

Headers are made of checked words alone, by the library that knows how to write them. What comes
back claims a sender and proves none.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime, parseaddr
from typing import Final

from tieline.desk.addresses import Recipient
from tieline.desk.handingout import Handout, Paper, safe_name
from tieline.errors import UsageError
from tieline.papers import noticewords as nw
from tieline.papers.notice import Notice, Place
from tieline.procedures.bodies import TEXT_CHARS_MAX
from tieline.words import shown

EML_TYPE: Final = "message/rfc822"
POSITIONS_MAX: Final = 60
"""Positions that stand in the letter itself, for whoever can open no file."""
SUBJECT_CHARS_MAX: Final = 180
LETTER_BYTES_MAX: Final = 6_500_000
HEADER_CHARS_MAX: Final = 998
"""Of one header of an answer; the longest line there is (RFC 5322, section 2.1.1)."""
IDS_CHARS_MAX: Final = 20_000
ID_HEADERS: Final = frozenset({"references", "in-reply-to"})
"""Headers that grow with every answer, and are plain words to the library."""
FILES_MAX: Final = 14
"""Files of one answer that are kept; with the letter itself as many as one entry lists."""


class _Cut(HeaderRegistry):
    """Headers of others, cut to a length that is read at once, whatever stands in them.

    The library's reader takes the square of a header's length, and gives up on deep brackets.
    """

    def __call__(self, name: str, value: str) -> BaseHeader:
        """A header as it was read; empty if it cannot be."""
        most = IDS_CHARS_MAX if name.casefold() in ID_HEADERS else HEADER_CHARS_MAX
        try:
            return super().__call__(name, value[:most])
        except BROKEN:
            return super().__call__(name, "")


BROKEN: Final = (RecursionError, LookupError, ValueError, AttributeError, TypeError, MessageError)
"""What the library's reader of headers raises on some that it should take for defective."""
CUT: Final = default.clone(header_factory=_Cut())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An e-mail that came back.

    Attributes:
        sender: address of whoever sent it, as it claims; nothing proves it.
        text: its plain words, empty if it has none.
        sheets: spreadsheets in it, each by its name.
        answers: ids of the letters that it names as answered.
        odd: what was left out of it, in words.
    """

    sender: str
    text: str
    sheets: tuple[tuple[str, bytes], ...]
    answers: frozenset[str]
    odd: tuple[str, ...]


def letter(handout: Handout, to: Recipient, sender: str) -> EmailMessage:
    """An e-mail with the papers, from an address of the office to one recipient.

    Raises:
        UsageError: a header cannot hold a name or an address.
    """
    notice = handout.notice
    found = EmailMessage(policy=SMTP)
    try:
        found["From"] = _address(notice.office, sender)
        found["To"] = _address(to.name, to.address)
        found["Subject"] = _subject(notice)
        found["Date"] = format_datetime(datetime.fromtimestamp(notice.made_ms // 1000, UTC))
        host = sender.rpartition("@")[2]
        found["Message-ID"] = f"<{secrets.token_hex(16)}@{host}>"
    except (ValueError, MessageError) as error:
        raise UsageError(f"no letter can be addressed so: {error}") from None
    found.set_content(letter_text(handout), charset="utf-8", cte="quoted-printable")
    for each in (*handout.papers, *handout.passed_on):
        _attach(found, each)
    return found


def _address(name: str, address: str) -> Address:
    local, _, host = address.rpartition("@")
    return Address(display_name=name, username=local, domain=host)


def _subject(notice: Notice) -> str:
    words = f"{notice.heading} [{notice.reference}]"
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if len(plain) <= SUBJECT_CHARS_MAX:
        return plain
    tail = f"... [{notice.reference}]"
    return plain[: SUBJECT_CHARS_MAX - len(tail)] + tail


def _attach(to: EmailMessage, paper: Paper) -> None:
    main, _, sub = paper.type.partition("/")
    plain = main.isalnum() and main.isascii() and sub.isascii() and sub.isprintable()
    if not plain or not sub or " " in sub or main in {"message", "multipart"}:
        main, sub = "application", "octet-stream"
    to.add_attachment(paper.data, maintype=main, subtype=sub, filename=safe_name(paper.name))


def letter_text(handout: Handout) -> str:
    """The words of the letter: enough to act on without opening a file."""
    notice = handout.notice
    lines = [
        nw.MARK_WORDS[notice.mark],
        nw.MARK_MEANING[notice.mark],
        "",
        notice.heading.partition(" - ")[2],
        "",
        nw.NO_REQUEST,
        "",
        f"From:       {notice.office}",
        f"For:        {notice.recipient}",
        f"Reference:  {notice.reference}",
        f"Precedence: {notice.level}",
        f"Stands:     {notice.standing}",
        f"Handling:   {nw.HANDLING_WORDS[notice.handling]}",
    ]
    if notice.redacted:
        lines.append(f"Left out for you: {', '.join(notice.redacted)}")
    lines += ["", *_where(notice), ""]
    lines += [f"Answer, naming the reference {notice.reference}, to:"]
    lines += [f"  {address}" for address in notice.answer_to]
    lines += ["", "With this letter:"]
    lines += [f"  {each.name}" for each in (*handout.papers, *handout.passed_on)]
    lines += ["The sheet (XLSX) has a page to fill in and send back.", ""]
    lines += [nw.MARK_WORDS[notice.mark]]
    return "\n".join(lines) + "\n"


def _where(notice: Notice) -> list[str]:
    lines: list[str] = []
    if loose := [place for place in notice.places if not place.volume]:
        lines += _listed(loose, notice.zone)
    for number, volume in enumerate(notice.volumes, start=1):
        places = [place for place in notice.places if place.volume == number]
        if not places or places[0].number > POSITIONS_MAX:
            continue
        lines.append(f"{number}. {nw.shape(volume.shape)}")
        lines += [f"   {nw.span(span, notice.zone)}" for span in volume.window.spans[:6]]
        if len(volume.window.spans) > 6:
            lines.append("   and more times: see the sheet")
        lines.append(f"   {nw.band(volume.band)}")
        if volume.coarse:
            lines.append("   COARSE: an outer bound for now")
        lines += _listed(places, notice.zone)
    left = len(notice.places) - POSITIONS_MAX
    return [*lines, f"and {left} more positions: see the sheet"] if left > 0 else lines


def _listed(places: Sequence[Place], zone: str) -> list[str]:
    found = []
    for place in places:
        if place.number > POSITIONS_MAX:
            break
        at_ms = f"  {nw.instant(place.at_ms, zone)}" if place.at_ms is not None else ""
        both = f"{nw.in_minutes(place.at)}  ({nw.in_degrees(place.at)})"
        found.append(f"   {place.number:>3} {place.what}: {both} {place.name}{at_ms}".rstrip())
    return found


def as_file(told: EmailMessage, name: str) -> Paper:
    """The letter as a file that mail programs open ready to be sent."""
    copy = BytesParser(policy=SMTP).parsebytes(told.as_bytes())
    # Read by several programs: open it to be edited and sent, not as something received.
    copy["X-Unsent"] = "1"
    return Paper(name=name, type=EML_TYPE, data=copy.as_bytes())


# -- what comes back


def read_letter(data: bytes, name: str) -> Answer:
    """Read an e-mail that came back; its sender is what it claims to be and no more.

    Raises:
        UsageError: it is too large, or no e-mail.
    """
    if len(data) > LETTER_BYTES_MAX:
        raise UsageError(
            f"{shown(name)} has {len(data)} bytes; at most {LETTER_BYTES_MAX} are read"
        )
    told: EmailMessage = BytesParser(policy=CUT).parsebytes(data)
    if not told.get("From"):
        raise UsageError(f"{shown(name)} is no e-mail; save it as .eml once more")
    odd: list[str] = []
    text, sheets = _text(told, odd), list(_sheets(told, odd))
    ids = f"{told.get('In-Reply-To', '')} {told.get('References', '')}".split()
    return Answer(
        sender=parseaddr(str(told["From"]))[1],
        text=text,
        sheets=tuple(sheets[:FILES_MAX]),
        answers=frozenset(ids),
        odd=tuple(odd),
    )


def _text(told: EmailMessage, odd: list[str]) -> str:
    part = told.get_body(preferencelist=("plain",))
    if part is None:
        if told.get_body(preferencelist=("html",)) is not None:
            odd.append("its words are HTML alone: give them with --words")
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, ValueError, KeyError):
        odd.append("its words are in no known coding: give them with --words")
        return ""
    clean = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").strip()
    if len(clean) > TEXT_CHARS_MAX:
        odd.append(f"its words go on after {TEXT_CHARS_MAX} characters; the file has all of them")
    return clean[:TEXT_CHARS_MAX]


def _sheets(told: EmailMessage, odd: list[str]) -> list[tuple[str, bytes]]:
    found = []
    for part in told.walk():
        name = part.get_filename() or ""
        if not name.casefold().endswith(".xlsx"):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            found.append((safe_name(name), data))
        else:
            odd.append(f"{shown(name)} in it cannot be taken out")
    return found

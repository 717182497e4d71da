"""Recipients without a node: papers made, sent if asked to, their going and the answers noted."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import notifyheard
from tieline.cli.choosing import Shown, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, VaultOption, desk_at
from tieline.cli.houseparts import where_of
from tieline.cli.intake import words_from
from tieline.cli.look import examples, safe, size
from tieline.cli.notifyparts import KeyArgument, LinesOption, found_on
from tieline.cli.paint import badge, indented
from tieline.cli.said import emit_or_print
from tieline.cli.send import OwnOfficeOption
from tieline.desk import handing, handrecord, letters, mailing
from tieline.desk import handingout as ho
from tieline.desk.addresses import Recipient, check_address, recipient
from tieline.desk.speaking import Desk, Said
from tieline.desk.spreadsheets import write_file
from tieline.errors import UsageError
from tieline.papers.notice import Notice
from tieline.procedures.house import handed as hd
from tieline.record.marking import parse_marking
from tieline.space.window import offset_min
from tieline.words import check_line

PASSWORD_BYTES_MAX = 1_024
BY_US = hd.BY_US.upper()
ToOption = Annotated[
    str, typer.Option("--to", metavar="'NAME <ADDRESS>'", help="Who has no node; one at a time.")
]
AnswerToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--answer-to",
        help="Telephone or e-mail of your office; repeat it. Left out: as the last time.",
    ),
]
RedactOption = Annotated[
    list[str] | None,
    typer.Option("--redact", metavar="FIELD,FIELD", help="What he may not see; kept next time."),
]
RevealOption = Annotated[
    list[str] | None,
    typer.Option("--reveal", metavar="FIELD,FIELD", help="What was left out for him till now."),
]
HandlingOption = Annotated[
    str, typer.Option("--handling", help="line: for him alone; publishable: for anyone.")
]
FilesOption = Annotated[
    bool,
    typer.Option("--with-attachments", help="Its files go along; they may name persons."),
]
ZoneOption = Annotated[
    str, typer.Option("--zone", metavar="+HH:MM", help="Give times by this clock as well.")
]
LangOption = Annotated[str, typer.Option("--lang", help="The words in this language first.")]
WriteOption = Annotated[
    Path | None, typer.Option("--write", metavar="DIR", help="Where the files go; default: here.")
]
NoMailOption = Annotated[
    bool, typer.Option("--no-mail", help="Papers only, for a letter or by hand.")
]
SmtpOption = Annotated[
    str, typer.Option("--smtp", metavar="HOST:PORT", help="Send it now by this mail server.")
]
SmtpUserOption = Annotated[str, typer.Option("--smtp-user", help="User at the mail server.")]
SmtpPasswordOption = Annotated[
    Path | None,
    typer.Option("--smtp-password-file", metavar="FILE", help="The password's file."),
]


def hand(
    key: KeyArgument,
    *,
    to: ToOption,
    answer_to: AnswerToOption = None,
    redact: RedactOption = None,
    reveal: RevealOption = None,
    handling: HandlingOption = "line",
    with_attachments: FilesOption = False,
    zone: ZoneOption = "",
    lang: LangOption = "",
    write: WriteOption = None,
    no_mail: NoMailOption = False,
    smtp: SmtpOption = "",
    smtp_user: SmtpUserOption = "",
    smtp_password: SmtpPasswordOption = None,
    lines: LinesOption = None,
    officers: OfficerOption = None,
    office: OwnOfficeOption = "",
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the papers of a notification of ours for somebody who has no node.

    PDF, spreadsheet with a page to send back, KML, and a letter with them for your mail program.
    Nothing is sent unless you name a mail server. What was made is recorded by us only.
    """
    who = recipient(to, mail=not no_mail)
    server = _server(smtp, smtp_user, smtp_password)
    if server is not None and not who.address:
        raise UsageError("--smtp needs an address to send to; write Name <address>")
    if zone:
        offset_min(zone)
    with desk_at(home) as desk:
        pick_signers(desk, officers, "")
        where = where_of(desk, home, vault, office)
        line, notice = ho.one_line(found_on(desk, lines, key))
        before = _before(desk, str(notice["key"]), who)
        wanted = ho.Wanted(
            answer_to=_answer_to(desk, answer_to, who),
            redacted=(*_fields(redact), *before),
            revealed=_fields(reveal),
            zone=zone,
            lang=lang,
            handling=parse_marking(handling),
            with_attachments=with_attachments,
        )
        made = ho.make(desk, line, notice, who, wanted, now_ms=int(time.time()) * 1000)
        letter = _letter(made, who, wanted)
        papers = [*made.papers, *made.passed_on, *([letter[1]] if letter else [])]
        folder = _folder(write, papers) if write is not None or server is None else None
        said = handrecord.file_handed(desk, where, made, who, wanted, letter)
        paths = [write_file(folder / each.name, each.data) for each in papers] if folder else []
        if server is not None and letter is not None:
            _sent(desk, said, letter[0], server, where.office)
        value = _value(made, said, who, papers, paths, server)
        emit_or_print(value, _made_parts(made, said, who, papers, paths, server), as_json=as_json)


def _fields(typed: list[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for each in typed or () for name in each.split(",") if name.strip())


def _before(desk: Desk, key: str, who: Recipient) -> tuple[str, ...]:
    """What this recipient was not shown before stays withheld until somebody reveals it."""
    wanted = (who.address or who.name).casefold()
    for item in reversed(handing.items(desk, key)):
        body = item["body"]
        if str(body.get("address") or body["to"]).casefold() == wanted:
            return tuple(body.get("redacted", ()))
    return ()


def _answer_to(desk: Desk, typed: list[str] | None, who: Recipient) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(each.strip() for each in typed or handing.last_answer_to(desk)))
    if not found:
        raise UsageError(
            "nobody would know where to answer; say it with --answer-to",
            advice="For example: --answer-to watch@example.org --answer-to 'telephone 555 0100'.",
        )
    for each in found:
        try:
            check_line(each)
        except UsageError as error:
            raise UsageError(f"--answer-to {error}") from None
    if who.address and not _own_address(found):
        raise UsageError(
            "a letter needs an address of ours to come from; give one with --answer-to",
            advice="Or make papers alone: --no-mail with a name and no address.",
        )
    return found


def _own_address(answer_to: tuple[str, ...]) -> str:
    """The first address of e-mail among the places where answers go; empty if there is none."""
    for each in answer_to:
        try:
            return check_address(each)
        except UsageError:
            continue
    return ""


def _letter(
    made: ho.Handout, who: Recipient, wanted: ho.Wanted
) -> tuple[EmailMessage, ho.Paper] | None:
    if not who.address:
        return None
    told = letters.letter(made, who, _own_address(wanted.answer_to))
    return told, letters.as_file(told, f"{made.stem}.eml")


def _server(text: str, user: str, password: Path | None) -> mailing.Server | None:
    if not text:
        if user or password is not None:
            raise UsageError("--smtp-user and its password belong to --smtp HOST:PORT")
        return None
    secret = words_from("", password) if password is not None else ""
    if len(secret) > PASSWORD_BYTES_MAX:
        raise UsageError(f"{password} is no password: it has {len(secret)} characters")
    return mailing.server_of(text, user=user, password=secret.strip("\r\n"))


def _folder(write: Path | None, papers: list[ho.Paper]) -> Path:
    """Where the files go; what is there already is found before anything is recorded."""
    folder = write or Path()
    for each in papers:
        if (folder / each.name).exists():
            raise UsageError(
                f"{folder / each.name} is there already; nothing was made or recorded",
                advice="Name another folder with --write, or move the file away.",
            )
    return folder


def _sent(desk: Desk, said: Said, told: EmailMessage, server: mailing.Server, office: str) -> None:
    mailing.send(told, server)
    item = next(i for i in handing.items(desk) if i["full_ref"] == said.ref)
    handrecord.file_gone(desk, item, "e-mail", office, server=f"{server.host}:{server.port}")


def _value(  # noqa: PLR0917 - what was made
    made: ho.Handout,
    said: Said,
    who: Recipient,
    papers: list[ho.Paper],
    paths: list[Path],
    server: mailing.Server | None,
) -> Shown:
    notice = made.notice
    return {
        "key": notice.key,
        "to": who.name,
        "address": who.address,
        "reference": notice.reference,
        "wording": notice.wording,
        "mark": notice.mark.value,
        "redacted": list(notice.redacted),
        "files": [dict(each.described) for each in papers],
        "written": [str(path) for path in paths],
        "pages": made.pages,
        "lines_not_printed": made.left_out,
        "kept_back": notice.kept_back,
        "sent": f"{server.host}:{server.port}" if server is not None else "",
        "ref": said.short,
        "recorded": hd.BY_US,
    }


def _made_parts(  # noqa: PLR0917 - what was made
    made: ho.Handout,
    said: Said,
    who: Recipient,
    papers: list[ho.Paper],
    paths: list[Path],
    server: mailing.Server | None,
) -> list[RenderableType]:
    notice = made.notice
    head = badge(notice.level, notice.mark.value, [notice.level])
    head.append("  ").append_text(safe(f"{notice.name} for {who.words}", "bold"))
    parts: list[RenderableType] = [head]
    told = [path.name for path in paths] or [each.name for each in papers]
    for name, each in zip(told, papers, strict=True):
        digest = str(each.described["sha256"])[:16]
        line = safe(f"{name}  ").append_text(safe(f"{size(len(each.data))}, {digest}...", "dim"))
        parts.append(indented(line))
    parts += [indented(safe(words, "yellow")) for words in _left_out(made)]
    parts.append(safe(f"Reference {notice.reference}; {hd.BY_US} as {said.short}", "green"))
    parts.append(_next(notice, who, paths, server))
    return parts


def _left_out(made: ho.Handout) -> list[str]:
    notice, found = made.notice, []
    if notice.redacted:
        found.append(f"left out for him, and named so: {', '.join(notice.redacted)}")
    if notice.kept_back:
        found.append(f"{notice.kept_back} file(s) of it not handed over (--with-attachments)")
    if made.left_out:
        found.append(f"{made.left_out} lines did not fit into the PDF; the sheet has them")
    if notice.volumes and not made.has_map:
        found.append("the map did not fit into the PDF")
    return found


def _next(notice: Notice, who: Recipient, paths: list[Path], server: mailing.Server | None) -> Text:
    if server is not None:
        words = f"{server.host} took it for delivery. That is no word from {who.name}: "
        return safe(words).append_text(safe(f"tieline notify heard {notice.key} ...", "bold"))
    way = "e-mail" if who.address else "letter"
    if who.address:
        first = f"Nothing was sent. Open {paths[-1]} in your mail program and send it; then: "
    else:
        first = "Nothing was sent. When it has gone: "
    after = f"tieline notify handed {notice.key} --to '{who.name}' --how {way}"
    return safe(first, "bold yellow").append_text(safe(after, "bold"))


def register(app: typer.Typer) -> None:
    """Hang the verbs into the group."""
    app.command(
        "hand",
        epilog=examples(
            "tieline notify hand gunnery-4 --to 'Coast guard<watch@coast.example>' "
            "--answer-to ops@alpha.example --answer-to 'telephone 555 0100' --write out",
            "tieline notify hand convoy-7 --to 'Relief office' --no-mail --redact people,vehicles",
            "tieline notify hand gunnery-4 --to watch@coast.example --smtp mail.alpha.example:587",
        ),
    )(hand)
    notifyheard.register(app)

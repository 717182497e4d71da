"""Handing out: the papers of one notification for one recipient: PDF, sheet, KML.

They hold what we notified and nothing that others said of it. Files of the notification may name
persons: they go along only if whoever hands it over says so, and never with a paper for anyone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from tieline.deconfliction.notified import Notified
from tieline.desk import notifying as nt
from tieline.desk import papering
from tieline.desk.addresses import Recipient
from tieline.desk.notifying import Shown
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.files import kml
from tieline.papers import noticewords as nw
from tieline.papers.notice import Notice, facts_of, places_of, reference_of, texts_of
from tieline.procedures.notification.covered import volumes_of
from tieline.record.marking import MARKING_MEANING, Audience, Marking, may_see
from tieline.record.message import Mark
from tieline.record.strict import JsonValue
from tieline.words import shown

PAPERS_BYTES_MAX: Final = 6_000_000
"""All papers of one recipient: they are kept in one entry, and mail servers take little more."""
NAME_CHARS_MAX: Final = 40
STEM_CHARS_MAX: Final = 120
FILE_NAME_CHARS_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file that is handed over."""

    name: str
    type: str
    data: bytes

    @property
    def described(self) -> dict[str, JsonValue]:
        """How a body lists it."""
        digest = sha256(self.data).hexdigest()
        size = len(self.data)
        return {"name": self.name, "type": self.type, "length": size, "sha256": digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How papers are to be made.

    Attributes:
        redacted: fields that this recipient may not see, beside those that the line does not have.
        revealed: fields that he was not shown before and is shown now.
        answer_to: telephones and addresses of the office.
        zone: offset of a local clock; empty for UTC alone.
        lang: language whose words stand first.
        handling: how far he may pass it on.
        with_attachments: whether files of the notification go along.
    """

    answer_to: tuple[str, ...]
    redacted: tuple[str, ...] = ()
    revealed: tuple[str, ...] = ()
    zone: str = ""
    lang: str = ""
    handling: Marking = Marking.LINE
    with_attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """Papers of one notification for one recipient, and what they say.

    ``left_out`` counts lines that found no room in the PDF; ``has_map`` says whether a map did.
    """

    notice: Notice
    line: str
    papers: tuple[Paper, ...]
    passed_on: tuple[Paper, ...]
    pages: int
    left_out: int
    has_map: bool
    stem: str = field(default="")


def one_line(found: Mapping[str, Shown]) -> tuple[str, Shown]:
    """The notification that is handed over, where it stands on several lines.

    Raises:
        UsageError: the lines differ in what they say, and nobody named one.
    """
    told = [
        {name: value for name, value in notice["body"].items() if name != "must_know"}
        for notice in found.values()
    ]
    states = {str(notice["state"]) for notice in found.values()}
    if any(body != told[0] for body in told) or len(states) > 1:
        raise UsageError(
            f"it says not the same on its {len(found)} lines",
            advice="Name the line whose wording is handed over with --line.",
        )
    return next(iter(found.items()))


def make(
    desk: Desk, line: str, notice: Shown, to: Recipient, wanted: Wanted, *, now_ms: int
) -> Handout:
    """The papers of a notification as it stands, for one recipient.

    Raises:
        SettingsError: the packages for papers are not installed.
        UsageError: a mark or a field forbids it, or the papers are too large; nothing is made.
    """
    _check_handling(wanted)
    papering.need_packages()
    from tieline.files import handout  # noqa: PLC0415  # takes long, and few verbs need it
    from tieline.files.handoutmap import sketch_of  # noqa: PLC0415
    from tieline.papers.noticepdf import make_pdf  # noqa: PLC0415  # needs the extra

    passed_on = apart(_files(desk, line, notice, wanted))
    told = _notice(desk, line, notice, to, wanted, passed_on, now_ms)
    drawn = Notified(
        key=told.reference,
        party=desk.card.name,
        kind=told.procedure,
        title=told.heading,
        text=f"{told.standing}. {nw.NO_REQUEST} Reference {told.reference}.",
        volumes=told.volumes,
    )
    pdf = make_pdf(told, papering.load_fonts(), sketch_of(told.name, told.volumes))
    stem = _stem(told, to.name)
    papers = (
        Paper(name=f"{stem}.pdf", type="application/pdf", data=pdf.data),
        Paper(name=f"{stem}.xlsx", type=handout.MEDIA_TYPE, data=handout.write(told)),
        Paper(name=f"{stem}.kml", type=kml.MEDIA_TYPE, data=kml.write([drawn], title=told.heading)),
    )
    size = sum(len(each.data) for each in (*papers, *passed_on))
    if size > PAPERS_BYTES_MAX:
        raise UsageError(
            f"the papers have {size} bytes together; {PAPERS_BYTES_MAX} is the most",
            advice="Hand it over without its files, or divide the notification.",
        )
    return Handout(
        notice=told,
        line=line,
        papers=papers,
        passed_on=passed_on,
        pages=pdf.pages,
        left_out=pdf.left_out,
        has_map=pdf.has_map,
        stem=stem,
    )


def _check_handling(wanted: Wanted) -> None:
    if not may_see(Audience.LINE, wanted.handling):
        raise UsageError(
            f"handling {wanted.handling.value}: {MARKING_MEANING[wanted.handling]}; "
            "nothing of it is handed over",
            advice="Name line, for this recipient, or publishable, for anyone.",
        )
    if wanted.with_attachments and wanted.handling is Marking.PUBLISHABLE:
        raise UsageError(
            "files may name persons; they do not go with a paper that anyone may be shown",
            advice="Leave out --with-attachments, or hand it over with --handling line.",
        )


def redacted_for(notice: Shown, wanted: Wanted) -> tuple[str, ...]:
    """Fields that this recipient does not see, as bodies name them, in order.

    Raises:
        UsageError: a field that the notification cannot have, or that is never withheld.
    """
    form = nt.form_of(nt.OPENINGS[notice["procedure"]])
    known = {f.name: f.name for f in form} | {f.name.removesuffix("_ms"): f.name for f in form}
    known |= {name: name for name in notice["body"]}

    def named(option: str, typed: Sequence[str]) -> set[str]:
        names = [name.strip().replace("-", "_") for name in typed if name.strip()]
        never = nt.NEVER_REDACTED & set(names)
        if never:
            raise UsageError(f"{', '.join(sorted(never))} cannot be withheld")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UsageError(
                f"{option}: there is no field {shown(unknown[0])}",
                advice=f"Fields are: {', '.join(sorted(set(known.values())))}.",
            )
        return {known[name] for name in names}

    left = named("--redact", wanted.redacted) - named("--reveal", wanted.revealed)
    return tuple(sorted(left | set(notice["body"].get("redacted", ()))))


def _files(desk: Desk, line: str, notice: Shown, wanted: Wanted) -> tuple[Paper, ...]:
    """Files of the notification that go along; none unless that was said."""
    if not wanted.with_attachments or "attachments" in redacted_for(notice, wanted):
        return ()
    listed = notice["body"].get("attachments", ())
    gone = {f["number"] for f in notice.get("files", ()) if f["stands"] and f["withdrawn"]}
    return tuple(
        Paper(
            name=safe_name(str(each["name"])),
            type=str(each["type"]),
            data=nt.attachment(desk, line, notice["wordings"], number),
        )
        for number, each in enumerate(listed, start=1)
        if number not in gone
    )


def _notice(  # noqa: PLR0917 - what a paper is made of
    desk: Desk,
    line: str,
    notice: Shown,
    to: Recipient,
    wanted: Wanted,
    passed_on: tuple[Paper, ...],
    now_ms: int,
) -> Notice:
    left = redacted_for(notice, wanted)
    body = {n: v for n, v in notice["body"].items() if n not in left}
    wording = wording_of(desk, line, notice)
    worded = next(d for d in notice["history"] if d["ref"] == notice["wordings"][-1])
    form = nt.form_of(nt.OPENINGS[notice["procedure"]])
    files = len(notice["body"].get("attachments", ()))
    return Notice(
        key=notice["key"],
        reference=reference_of(notice["key"], wording),
        wording=wording,
        procedure=notice["procedure"],
        title=str(body.get("title", "")),
        level=notice["level"],
        mark=Mark(notice["mark"]),
        handling=wanted.handling,
        office=_office(desk, notice),
        recipient=to.words,
        opened_ms=int(notice["opened_s"]) * 1000,
        worded_ms=int(worded["time_s"]) * 1000,
        made_ms=now_ms,
        standing=notice["words"],
        is_over=notice["is_over"],
        answer_to=wanted.answer_to,
        volumes=volumes_of(body),
        places=places_of(body),
        facts=facts_of(form, body, wanted.zone),
        texts=texts_of(body, wanted.lang),
        redacted=left,
        kept_back=files - len(passed_on),
        passed_on=tuple(each.name for each in passed_on),
        zone=wanted.zone,
    )


def wording_of(desk: Desk, line: str, notice: Shown) -> str:
    """The full reference of the wording that stands."""
    told: Any = desk.client.call("show", line=line, ref=notice["wordings"][-1])
    return str(told["ref"])


def _office(desk: Desk, notice: Shown) -> str:
    party, _, office = str(notice["opened_by"]).partition("/")
    if party != desk.card.handle:
        raise UsageError(
            f"{shown(str(notice['key']))} is a notification of {party}, not ours to hand over",
            advice="Pass on in your own words, and say whose it is.",
        )
    return f"{desk.card.name} ({office})"


def safe_name(name: str) -> str:
    """A name of a file without folders, without characters that hide, of bounded length."""
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "-" for c in name)
    return plain.strip(". ")[-FILE_NAME_CHARS_MAX:] or "file"


def apart(papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """The same under names of which no two are one, on systems that know no case either."""
    taken: set[str] = set()
    found = []
    for each in papers:
        stem, dot, ending = each.name.rpartition(".")
        head, tail = (stem, dot + ending) if stem else (each.name, "")
        number, name = 1, each.name
        while name.casefold() in taken:
            number += 1
            name = f"{head}-{number}{tail}"
        taken.add(name.casefold())
        found.append(replace(each, name=name))
    return tuple(found)


def _stem(notice: Notice, name: str) -> str:
    """Reference and recipient, as the beginning of names of files: each wording has its own."""
    plain = re.sub(r"[^\w]+", "-", name).strip("-")[:NAME_CHARS_MAX]
    over = "-ended" if notice.is_over else ""
    found = f"{notice.reference.replace('/', '-')}{over}-{plain}"
    return safe_name(found.casefold()[:STEM_CHARS_MAX])

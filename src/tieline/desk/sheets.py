"""Sheets: what goes out on paper from the house, as plain text: a contact sheet, or a letter.

A contact sheet says on its face that it was recorded by us only. A letter is a cleared draft for a
counterpart without a node. Neither names anything of the house that its reader may not see.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tieline.days import Days, format_days, parse_day
from tieline.desk import house, recording, sending
from tieline.desk.speaking import Desk, Said
from tieline.errors import UsageError
from tieline.procedures.house import recorded as rec
from tieline.record.marking import MARKING_MEANING, Audience, Cut, Marking, may_see, narrowest

WIDTH = 78
LABEL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A document: its text, the mark of its narrowest part, and how many items were withheld."""

    text: str
    marking: Marking
    withheld: int

    @property
    def sha256(self) -> str:
        """Of the text as UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def contact_sheet(desk: Desk, contact: str, audience: Audience) -> Sheet:
    """One contact with all that was said in it, as far as the audience may see it.

    Raises:
        UsageError: nothing is recorded of it, or nothing that the audience may see.
    """
    found = [i for i in recording.contact_items(desk, contact) if i["state"] == rec.STANDS]
    if not found:
        raise UsageError(
            f"nothing is recorded of a contact {contact[:60]!r}",
            advice="`tieline house list --kind recorded` shows what is.",
        )
    seen = house.seen_by(audience, found)
    if not seen.shown:
        raise UsageError(
            f"nothing of this contact may be shown to the audience {audience.value}",
            advice='Change its marks first: `tieline house mark REF line --why "..."`.',
        )
    marking = narrowest(house.marking_of(item) for item in seen.shown)
    lines = list(_contact_lines(desk, contact, seen, marking))
    return Sheet(text="\n".join(lines) + "\n", marking=marking, withheld=seen.withheld)


def _contact_lines(
    desk: Desk, contact: str, seen: Cut[house.Item], marking: Marking
) -> Iterator[str]:
    yield from _head("RECORDED BY US ONLY", marking)
    yield from _wrapped(
        f"Written down by {desk.card.name} alone. The other side has signed none of it."
    )
    yield ""
    yield _fact("Contact", contact)
    contacts = [i for i in seen.shown if i["body"]["part"] == rec.CONTACT]
    for item in contacts:
        yield from _contact_facts(item["body"])
    for number, item in enumerate(seen.shown, start=1):
        yield ""
        yield from _told(number, item["body"])
    if seen.withheld:
        yield ""
        yield f"Withheld by their handling marks: {seen.withheld}"


def _contact_facts(body: dict[str, Any]) -> Iterator[str]:
    item = body["item"]
    if body.get("way"):
        yield _fact("Way", body["way"])
    if item.get("happened"):
        yield _fact("When", _days(item["happened"]))
    for told in item.get("asserts", ()):
        if told.get("kind") != "contact":
            continue
        for name, label in (("by", "Sought by"), ("who", "With"), ("place", "Place")):
            if told.get(name):
                yield _fact(label, _listed(told[name]))
        if told.get("length_min") or told.get("length-min"):
            yield _fact("Length", f"{told.get('length_min') or told.get('length-min')} min")
        if told.get("result"):
            yield _fact("Result", told["result"])


def _listed(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(
        f"{v['party']}: {v['value']}"
        if isinstance(v, dict) and v.get("party")
        else str(v["value"] if isinstance(v, dict) else v)
        for v in value
    )


def _days(value: dict[str, Any]) -> str:
    def read(name: str) -> Any:
        return parse_day(value[name]) if name in value else None

    days = Days(earliest=read("earliest"), latest=read("latest"), wording=value.get("wording", ""))
    return format_days(days)


def _told(number: int, body: dict[str, Any]) -> Iterator[str]:
    item = body["item"]
    if body["part"] == rec.SAID:
        who = item.get("speaker", body.get("side", ""))
        whose = (
            f"{body.get('side', '')}"
            if who in {"", body.get("side")}
            else (f"{body.get('side', '')}, {who}")
        )
        yield f"{number}. {whose} ({body.get('words', rec.SUMMARY)}):"
    else:
        yield f"{number}. What it was:"
    texts = body.get("texts") or [{"text": item["text"]}]
    for text in texts:
        yield from _indented(text["text"])


def letter(desk: Desk, draft: house.Item) -> Sheet:
    """A cleared draft as a letter to a counterpart without a node.

    Raises:
        RefusedError: a clearance is missing.
        UsageError: its mark keeps it in our own house, or it has no words.
    """
    sending.check(draft)
    marking = house.marking_of(draft)
    if not may_see(Audience.LINE, marking):
        raise UsageError(
            f"{draft['ref']} is marked {marking.value}: {MARKING_MEANING[marking]}",
            advice=f'Mark it first: `tieline house mark {draft["ref"]} line --why "..."`.',
        )
    texts = draft["body"].get("texts")
    if not texts:
        raise UsageError(f"{draft['ref']} is a prepared message; only words can be a letter")
    lines = [*_head(desk.card.name, marking), draft["body"]["title"], ""]
    for text in texts:
        if len(texts) > 1:
            original = "original" if text["original"] == "yes" else "translation"
            lines.append(f"[{text['lang']}, {original}]")
        lines += [*_wrapped(text["text"]), ""]
    return Sheet(text="\n".join(lines), marking=marking, withheld=0)


def note_sent(desk: Desk, contact: str, sheet: Sheet, *, name: str, to: str, office: str) -> Said:
    """Note on the contact that a sheet of it was written, and to whom it went."""
    first = recording.contact_items(desk, contact)[0]
    body = house.filled(sha256=sheet.sha256, name=name, to=to)
    return house.step(desk, first, rec.SHEET, body, office)


def _head(title: str, marking: Marking) -> Sequence[str]:
    mark = f"Handling: {marking.value}"
    gap = max(2, WIDTH - len(title) - len(mark))
    return [f"{title}{' ' * gap}{mark}", "=" * WIDTH]


def _fact(label: str, value: str) -> str:
    return f"{label:<{LABEL}}{value}"


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.splitlines() or [""]:
        yield from textwrap.wrap(paragraph, WIDTH) or [""]


def _indented(text: str) -> Iterator[str]:
    for paragraph in text.splitlines() or [""]:
        yield from textwrap.wrap(
            paragraph, WIDTH, initial_indent="   ", subsequent_indent="   "
        ) or [""]

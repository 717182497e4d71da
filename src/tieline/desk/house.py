"""House: a party's own drafts, clearances, instructions, points and notes, on a line of its own.

The line has one party and is sealed to that party's keys. What leaves it is said anew on another
line (`sending`), in a message that carries nothing of the house.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline.desk import opening
from tieline.desk.lines import found_line
from tieline.desk.speaking import Desk, Said
from tieline.errors import RefusedError, UsageError
from tieline.procedures.form import Form
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.procedures.house import handed as hd
from tieline.procedures.house import instruction as ins
from tieline.procedures.house import note as nt
from tieline.procedures.house import points as pt
from tieline.procedures.house import recorded as rec
from tieline.procedures.house.shared import mark_kind
from tieline.record.marking import Audience, Cut, Marking, cut, read_marking
from tieline.record.strict import JsonValue
from tieline.replication.founding import new_line_id

TITLE = "house"
Item = dict[str, Any]
Texts = Sequence[JsonValue]

NAMES = {
    dr.DRAFT: "draft",
    cl.ASK: "clearance",
    ins.INSTRUCT: "instruction",
    pt.POINTS: "points",
    nt.NOTE: "note",
    rec.RECORDED: "recorded",
    hd.HANDED: "handed",
}
"""What an officer calls each kind of item."""
_DROPS = {
    dr.DRAFT: dr.DROP,
    cl.ASK: cl.WITHDRAW,
    ins.INSTRUCT: ins.END,
    pt.POINTS: pt.DROP,
    nt.NOTE: nt.DROP,
    rec.RECORDED: rec.WITHDRAW,
    hd.HANDED: hd.WITHDRAW,
}
_REVISES = {nt.NOTE: nt.REVISE, pt.POINTS: pt.REVISE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where an officer sits: the vault that opens a house when there is none, and the office."""

    vault: Path
    office: str


def house_line(desk: Desk) -> str:
    """The line of one party that is the house; empty when there is none yet."""
    told = desk.client.call("info")
    assert isinstance(told, dict)
    lines = told["lines"]
    assert isinstance(lines, list)
    for line in lines:
        if isinstance(line, dict) and line["title"] == TITLE:
            parties = line["parties"]
            if isinstance(parties, dict) and len(parties) == 1:
                return str(line["line"])
    return ""


def open_house(desk: Desk, vault: Path) -> str:
    """The house's line, made when there is none."""
    own = {desk.card.handle: desk.card.fingerprint}
    begun = opening.find(vault, title=TITLE, parties=own, addresses=())
    line = house_line(desk)
    if line and begun is None:
        return line
    line = begun.line if begun is not None else new_line_id(os.urandom)
    found_line(desk, line=line, title=TITLE, parties=own, vault=vault)
    return line


def there(desk: Desk) -> str:
    """The house's line.

    Raises:
        UsageError: this home has no house yet.
    """
    line = house_line(desk)
    if not line:
        raise UsageError(
            "there is no house here yet",
            advice='It begins with the first item: `tieline house note "..."`.',
        )
    return line


def items(desk: Desk) -> list[Item]:
    """Every item of the house, as it stands."""
    told = desk.client.call("house", line=there(desk))
    assert isinstance(told, list)
    return [dict(item) for item in told if isinstance(item, dict)]


def marking_of(item: Item) -> Marking:
    """The mark that counts."""
    return read_marking(item["marking"])


_OUTWARD = frozenset(
    "title texts body about topic until_ms contact part way side words item kind level".split()
)
"""Fields of an item that others may read with it; the rest names entries and offices of ours."""


def seen_by(audience: Audience, found: Sequence[Item]) -> Cut[Item]:
    """The items that an audience may see; only how many are withheld is told of the others.

    Whoever is not of our house sees what an item says, not who cleared or changed it, nor where in
    our logs it stands.
    """
    seen = cut(audience, found, marking_of)
    if audience is Audience.OWN:
        return seen
    return Cut(shown=tuple(map(_outward, seen.shown)), withheld=seen.withheld)


def _outward(item: Item) -> Item:
    body = {name: value for name, value in item["body"].items() if name in _OUTWARD}
    kept = ("kind", "state", "words", "marking", "time_s")
    return {name: item[name] for name in kept} | {"body": body}


def find(desk: Desk, ref: str, *kinds: str) -> Item:
    """One item by the reference of its first entry, or of any of its steps.

    Raises:
        UsageError: nothing in the house stands there, or it is of another kind.
    """
    for item in items(desk):
        if ref in (item["ref"], item["full_ref"], *(step["ref"] for step in item["steps"])):
            if kinds and item["kind"] not in kinds:
                wanted = " or ".join(NAMES.get(kind, kind) for kind in kinds)
                name = NAMES.get(item["kind"], item["kind"])
                raise UsageError(
                    f"{ref} is no {wanted}, it is of kind {name}",
                    advice="`tieline house list` shows what there is.",
                )
            return item
    raise UsageError(
        f"nothing in the house stands under {ref[:80]!r}",
        advice="`tieline house list` shows what there is.",
    )


# -- filing


def filled(**fields: JsonValue) -> dict[str, JsonValue]:
    """A body of those fields that say something: absent means not said."""
    return {name: value for name, value in fields.items() if value or value is False}


def put(desk: Desk, where: Where, kind: str, body: dict[str, JsonValue]) -> Said:
    """File a new item; the house is opened with the first one."""
    line = open_house(desk, where.vault)
    return desk.say(line=line, kind=kind, body=body, office=where.office)


def step(desk: Desk, item: Item, kind: str, body: dict[str, JsonValue], office: str) -> Said:
    """Take one step in an item."""
    return desk.say(
        line=there(desk), kind=kind, body=body, office=office, case=str(item["full_ref"])
    )


def change_mark(desk: Desk, ref: str, marking: Marking, *, why: str, office: str) -> Said:
    """Change how far an item may go, as a step of its own with an author and a reason.

    Raises:
        UsageError: no such item, or it bears this mark already.
    """
    item = find(desk, ref)
    if marking_of(item) is marking:
        raise UsageError(f"{ref} is marked {marking.value} already; nothing was filed")
    body: dict[str, JsonValue] = {
        "marking": marking.value,
        "before": marking_of(item).value,
        "why": why,
    }
    return step(desk, item, mark_kind(item["kind"]), body, office)


def drop(desk: Desk, ref: str, *, why: str, office: str) -> Said:
    """Give an item up; it stays readable."""
    item = find(desk, ref)
    return step(desk, item, _DROPS[item["kind"]], filled(why=why), office)


def say_anew(desk: Desk, ref: str, texts: Texts, *, why: str, office: str) -> Said:
    """Other words for a note or for talking points.

    Raises:
        UsageError: the item has no words of that kind.
    """
    item = find(desk, ref, *_REVISES)
    body = filled(texts=list(texts), why=why)
    return step(desk, item, _REVISES[item["kind"]], body, office)


# -- drafts and clearances


def revise(
    desk: Desk, ref: str, changes: Mapping[str, JsonValue], *, why: str, office: str
) -> Said:
    """Another text of a draft; clearances that were given for the one before count no more.

    Raises:
        UsageError: no such draft, or nothing changes.
    """
    item = find(desk, ref, dr.DRAFT)
    if not {"texts", "body"} & set(changes):
        changes = {
            **changes,
            **{n: item["body"][n] for n in ("texts", "body") if n in item["body"]},
        }
    if all(item["body"].get(name) == value for name, value in changes.items()):
        raise UsageError(f"{ref} says exactly this already; nothing was filed")
    body = {"revision": int(item["revision"]) + 1, **filled(**changes), **filled(why=why)}
    return step(desk, item, dr.REVISE, body, office)


def ask(
    desk: Desk, where: Where, ref: str, offices: Sequence[str], *, note: str
) -> list[tuple[str, Said]]:
    """Ask offices of ours whether a draft may go; one that was asked before is not asked again.

    Raises:
        RefusedError: the draft is no longer one.
        UsageError: there is no such office.
    """
    item = find(desk, ref, dr.DRAFT)
    if item["state"] != dr.IN_DRAFT:
        raise RefusedError(f"{ref} is {item['words']}: nobody can be asked about it any more")
    known = own_offices(desk)
    strange = [office for office in offices if office not in known]
    if strange:
        raise UsageError(f"we have no office {strange[0][:40]!r}; ours are: {', '.join(known)}")
    asked = {
        one["body"].get("office") for one in item["clearances"] if one["state"] != cl.WITHDRAWN
    }
    fresh = [office for office in dict.fromkeys(offices) if office not in asked]
    if not fresh:
        raise UsageError(f"asked already: {', '.join(offices)}; nothing was filed")
    body: dict[str, JsonValue] = {
        "marking": item["marking"],
        "draft": item["full_ref"],
        "revision": item["revision"],
        **filled(note=note),
    }
    return [(o, put(desk, where, cl.ASK, {**body, "office": o})) for o in fresh]


def own_offices(desk: Desk) -> list[str]:
    """Our offices, as the roster of the house has them."""
    board = desk.client.call("board", line=there(desk))
    assert isinstance(board, dict)
    parties = board["parties"]
    assert isinstance(parties, list)
    found: list[str] = []
    for party in parties:
        offices = party["offices"] if isinstance(party, dict) else []
        assert isinstance(offices, list)
        found += [str(office["name"]) for office in offices if isinstance(office, dict)]
    return found


def give(
    desk: Desk, kind: str, ref: str, *, office: str, words: str, revision: int | None = None
) -> Said:
    """Clear, refuse or comment on a draft for the office that was asked.

    Args:
        desk: where the officer sits.
        kind: of the step.
        ref: the draft, or the entry that asked.
        office: that was asked; empty means the only one that is asked and can be spoken for.
        words: the note of a clearance or a comment, the reason of a refusal.
        revision: the text that was read; None means the newest.

    Raises:
        RefusedError: the draft was changed since the text that was read.
        UsageError: that office was not asked.
    """
    asked = find(desk, ref, dr.DRAFT, cl.ASK)
    draft = asked if asked["kind"] == dr.DRAFT else find(desk, asked["body"]["draft"])
    if revision is not None and revision != draft["revision"]:
        raise RefusedError(
            f"revision {revision} of {draft['ref']} is not the newest: that is {draft['revision']}",
            advice=f"Read it first: `tieline house show {draft['ref']}`.",
        )
    one = _asked_of(desk, draft, asked, office)
    name = "why" if kind == cl.REFUSE else "note"
    body: dict[str, JsonValue] = {"revision": draft["revision"], **filled(**{name: words})}
    return step(desk, one, kind, body, str(one["body"]["office"]))


def _asked_of(desk: Desk, draft: Item, asked: Item, office: str) -> Item:
    if asked["kind"] == cl.ASK:
        return asked
    open_ = [one for one in draft["clearances"] if one["state"] != cl.WITHDRAWN]
    found = [
        one
        for one in open_
        if (one["body"]["office"] == office if office else desk.able(one["body"]["office"]))
    ]
    if len(found) == 1:
        return dict(found[0])
    names = ", ".join(str(one["body"]["office"]) for one in open_) or "nobody"
    if office or not found:
        raise UsageError(
            f"{office or 'no office of yours'} was not asked about {draft['ref']}; asked: {names}",
            advice=f"Ask first: `tieline house ask {draft['ref']} --office OFFICE`.",
        )
    raise UsageError(f"several offices were asked; name one with --office: {names}")


def missing(draft: Item) -> list[str]:
    """Why a draft may not go yet, one line for each office, in words."""
    found = []
    for one in draft["clearances"]:
        if one["state"] == cl.WITHDRAWN:
            continue
        office, words = one["body"]["office"], one["words"]
        given = [s["body"].get("revision") for s in one["steps"] if s["kind"] == cl.CLEAR]
        if one["state"] == cl.CLEARED and given and given[-1] == draft["revision"]:
            continue
        if one["state"] == cl.CLEARED:
            words = f"cleared revision {given[-1] if given else '?'}, changed since"
        found.append(f"{office}: {words}")
    return found


def form_of(kind: str) -> Form:
    """The fields of an item's first message."""
    forms = {
        dr.DRAFT: dr.DRAFT_FORM,
        cl.ASK: cl.ASK_FORM,
        ins.INSTRUCT: ins.INSTRUCT_FORM,
        pt.POINTS: pt.POINTS_FORM,
        nt.NOTE: nt.NOTE_FORM,
        rec.RECORDED: rec.RECORDED_FORM,
        hd.HANDED: hd.HANDED_FORM,
    }
    return forms[kind]

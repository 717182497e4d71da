"""Saying: messages, tests and corrections as they are shown, each with its ladders and flags."""

from __future__ import annotations

from collections.abc import Iterable

from tieline.errors import MalformedError
from tieline.record.entry import Ref, parse_ref
from tieline.record.roster import Roster
from tieline.state.ladder import (
    coded,
    filed_s,
    ladder,
    signers_of,
    strings,
    texts_of,
    word,
)
from tieline.state.model import Case
from tieline.state.shortref import short_ref
from tieline.state.shown import AttachmentShown, LevelShown, MessageShown, Overlay
from tieline.state.view import View

TITLES = {
    "test.call": "test of the line",
    "correction.file": "correction",
}


def levels(view: View, overlay: Overlay) -> tuple[LevelShown, ...]:
    """Messages by precedence, the framework's levels first, then any level it does not know."""
    shown = newest_first(view, view.cases("message"), overlay)
    names = view.terms().levels()
    strange = sorted({m.level for m in shown} - set(names))
    return tuple(
        LevelShown(level=name, messages=tuple(m for m in shown if m.level == name))
        for name in (*names, *strange)
    )


def newest_first(view: View, cases: Iterable[Case], overlay: Overlay) -> tuple[MessageShown, ...]:
    """All open cases, then the newest closed ones, ``rows_max`` of them."""
    ordered = sorted(cases, key=lambda c: (-filed_s(c), c.opener))
    still = [c for c in ordered if is_open(view, c)]
    closed = [c for c in ordered if not is_open(view, c)][: overlay.rows_max]
    corrections = _corrections(view)
    return tuple(
        message_shown(view, c, overlay, tuple(corrections.get(c.opener, ())))
        for c in (*still, *closed)
    )


def is_open(view: View, case: Case) -> bool:
    """Whether any party still owes something in the case."""
    return any(state not in case.procedure.closed for state in view.states(case).values())


def message_shown(
    view: View, case: Case, overlay: Overlay, corrections: tuple[str, ...] = ()
) -> MessageShown:
    """A case that has ladders, in full."""
    message = case.message
    seconds = message.body.get("answer_by_s")
    return MessageShown(
        ref=short_ref(case.opener),
        procedure=case.procedure.name,
        kind=message.kind,
        title=word(message, "subject") or word(message, "text") or TITLES.get(message.kind, ""),
        sender=str(message.sender),
        to=tuple(str(office) for office in message.to),
        is_ours=case.key.party == overlay.own,
        is_open=is_open(view, case),
        mark=message.mark.value,
        level=message.level,
        channel=case.channel,
        time_s=filed_s(case),
        signers=signers_of(case),
        flags=flags(view, case),
        texts=texts_of(message),
        codes=coded(view, message),
        answer_by_s=seconds if isinstance(seconds, int) else 0,
        references=shortened([*strings(message, "references"), word(message, "corrects")]),
        attachments=_attachments(case),
        corrections=corrections,
        ladders=tuple(ladder(view, case, party, overlay) for party in sorted(case.strands)),
    )


def flags(view: View, case: Case) -> tuple[str, ...]:
    """What an officer has to know before reading: judged when it was sent, and known since."""
    found = list(case.flags)
    for generation in view.registers.generations:
        before = [r for r in case.openers if r.origin == generation.continues]
        if view.holds(generation.ref) and any(r.index >= generation.size for r in before):
            found.append("sent before the loss")
    roster = view.roster(case.key.party)
    if roster is not None:
        found += _key_flags(roster, case)
    return tuple(dict.fromkeys(found))


def _key_flags(roster: Roster, case: Case) -> list[str]:
    hits = [
        cutoff
        for cutoff in roster.cutoffs
        for ref in case.openers
        if cutoff.key in signers_of(case) and cutoff.log == ref.origin and ref.index >= cutoff.index
    ]
    return [
        f"{c.key} is under suspicion here: {c.reason}"
        if c.suspect
        else f"the key of {c.key} was revoked from here on: {c.reason}"
        for c in hits
    ]


def shortened(refs: Iterable[str]) -> tuple[str, ...]:
    """References in a body, as people write them; what is none is left out."""
    return tuple(short_ref(ref) for text in refs if (ref := _ref(text)) is not None)


def _ref(text: str) -> Ref | None:
    try:
        return parse_ref(text)
    except MalformedError:
        return None


def _corrections(view: View) -> dict[Ref, list[str]]:
    found: dict[Ref, list[str]] = {}
    for case in sorted(view.cases("correction"), key=lambda c: (filed_s(c), c.opener)):
        ref = _ref(word(case.message, "corrects"))
        if ref is not None:
            found.setdefault(ref, []).append(short_ref(case.opener))
    return found


def _attachments(case: Case) -> tuple[AttachmentShown, ...]:
    items = case.message.body.get("attachments")
    return tuple(
        AttachmentShown(
            name=str(i.get("name", "")),
            type=str(i.get("type", "")),
            length=length if isinstance(length := i.get("length"), int) else 0,
        )
        for i in (items if isinstance(items, list) else [])
        if isinstance(i, dict)
    )

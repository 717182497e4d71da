"""Talking: what an operator's program can ask a node about the dialogue on a line."""

from __future__ import annotations

from typing import Any

from tieline.answers.online.draft import weigh as weigh_draft
from tieline.errors import UsageError
from tieline.node import Node
from tieline.overview import overlay, ref_of
from tieline.record.message import parse_message
from tieline.record.strict import b64decode
from tieline.replication.seat import Seat
from tieline.state.board import plain
from tieline.state.model import Case
from tieline.state.negotiation import clause_history, negotiation
from tieline.state.shortref import short_ref
from tieline.state.talks import TALKS, find_talk, talk, talks
from tieline.verbargs import Args, Json, Verb, json_of, text_arg


def talks_shown(node: Node, args: Args) -> Json:
    """Cases of the dialogue on a line, of one procedure or of all, the newest step first."""
    seat, procedure = node.seat(text_arg(args, "line")), text_arg(args, "procedure")
    if procedure and procedure not in TALKS:
        raise UsageError(f"{procedure[:40]!r} is not one of {', '.join(TALKS)}")
    found = talks(seat.view, overlay(node, seat), procedure)
    return json_of([plain(one) for one in found])


def talk_shown(node: Node, args: Args) -> Json:
    """One case of the dialogue, by its key or by an entry of it, with its history."""
    seat = node.seat(text_arg(args, "line"))
    case = _case(seat, text_arg(args, "name"))
    shown = plain(talk(seat.view, overlay(node, seat), case, history=True))
    if case.procedure.name == "text":
        shown["text"] = _text_shown(seat, case)
    return json_of(shown)


def _text_shown(seat: Seat, case: Case) -> dict[str, Any]:
    """A joint text as it stands: each clause with every side's words, and who adopted what."""
    found = negotiation(seat.view, case)
    return {
        "digest": found.digest,
        "given_by": list(found.given_by),
        "adopted": found.adopted_digest,
        "clauses": [
            {
                "id": clause.id,
                "is_locked": clause.is_locked,
                "missing": list(clause.missing),
                "alternatives": {
                    party: {"title": one.title, "text": one.text, "terms": one.terms}
                    for party, one in clause.alternatives.items()
                },
                "history": [
                    {
                        "ref": short_ref(filing.ref),
                        "party": filing.party,
                        "time_s": filing.time_s,
                        "text": filing.clause.text,
                        "reopened": filing.reopened,
                    }
                    for filing in clause_history(seat.view, case, clause.id)
                ],
            }
            for clause in found.clauses
        ],
    }


def _case(seat: Seat, name: str) -> Case:
    found = None if ":" in name or " " in name else find_talk(seat.view, name)
    if found is not None:
        return found
    if ":" in name or " " in name:
        named = seat.view.registers.steps_of.get(ref_of(seat, name))
        case = seat.view.case(named) if named is not None else None
        if case is not None and case.procedure.name in TALKS:
            return case
    near = sorted(
        {
            key
            for one in TALKS
            for case in seat.view.cases(one)
            if isinstance(key := case.message.body.get("key"), str) and name[:3] in key
        }
    )
    more = f"; there are {', '.join(near[:8])}" if near else ""
    raise UsageError(
        f"no talk of this line is named {name[:80]!r}{more}",
        advice="`tieline talks` lists them; name one by its key, or as alpha-1:12.",
    )


def weigh(node: Node, args: Args) -> Json:
    """What would not fit any more if a composed message were filed."""
    seat = node.seat(text_arg(args, "line"))
    message = parse_message(b64decode(text_arg(args, "payload")))
    found = weigh_draft(seat.fold, seat.content, message)
    return json_of(
        [{"thing": one.thing, "words": one.words(), "refused": one.refused} for one in found]
    )


def suspended_mechanisms(node: Node, args: Args) -> Json:
    """Suspensions of mechanisms that nothing has lifted, each by its entry."""
    seat = node.seat(text_arg(args, "line"))
    return json_of(
        [
            {
                "ref": short_ref(case.opener),
                "mechanism": key,
                "by": case.key.party,
                "reason": case.message.body.get("reason", ""),
            }
            for key, cases in sorted(seat.view.mechanism_suspensions().items())
            for case in cases
        ]
    )


VERBS: dict[str, Verb] = {
    "talks": talks_shown,
    "talk": talk_shown,
    "weigh": weigh,
    "mechanisms.suspended": suspended_mechanisms,
}

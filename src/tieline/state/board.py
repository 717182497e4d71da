"""Board: the one view of a line that the command line and the web page both show.

Pure: the state, and what one node knows beside it (receipts, links, clocks), go in; plain
values come out. Nothing is shown as a higher step than was proven, and nothing here uses the words
of the record's inside.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieline.procedures.line import suspension
from tieline.procedures.line.message import CHANNELS
from tieline.procedures.terms import SAFETY
from tieline.record.message import Office
from tieline.record.rosterchain import spoken
from tieline.state.agreement import framework_shown
from tieline.state.fold import Fold
from tieline.state.ladder import filed_s, strings, word
from tieline.state.model import Case
from tieline.state.saying import levels, newest_first, shortened
from tieline.state.shortref import find_ref, parse_short_ref, short_ref
from tieline.state.shown import (
    Board,
    ChannelShown,
    Link,
    OfficeShown,
    Overlay,
    PartyShown,
    ResumptionShown,
    RunningClock,
    SuspensionShown,
    plain,
)
from tieline.state.timeline import discrepancies, timeline
from tieline.state.view import View

__all__ = [
    "Board",
    "Link",
    "Overlay",
    "RunningClock",
    "board",
    "find_ref",
    "parse_short_ref",
    "plain",
    "short_ref",
]


def board(fold: Fold, overlay: Overlay) -> Board:
    """Everything that is shown of a line, as it stands in everything folded."""
    view = fold.view
    return Board(
        line=view.registers.line,
        title=_title(view),
        own=overlay.own,
        now_s=overlay.now_s,
        parties=tuple(_party(view, party, overlay) for party in view.registers.parties),
        channels=tuple(_channel(view, name) for name in CHANNELS),
        framework=framework_shown(view, overlay),
        levels=levels(view, overlay),
        tests=newest_first(view, view.cases("test"), overlay),
        corrections=newest_first(view, view.cases("correction"), overlay),
        discrepancies=discrepancies(fold, overlay),
        unreadable=tuple(sorted(short_ref(ref) for ref in view.registers.unreadable)),
        timeline=timeline(fold, overlay),
    )


def _title(view: View) -> str:
    """What the parties call the line in their invitations, each name once."""
    found = [word(case.message, "title") for case in view.cases("line")]
    return " / ".join(sorted({title for title in found if title}))


def _party(view: View, party: str, overlay: Overlay) -> PartyShown:
    roster = view.roster(party)
    link = overlay.links.get(party, Link(state="never"))
    offices: tuple[OfficeShown, ...] = ()
    if roster is not None:
        offices = tuple(
            OfficeShown(
                name=seat.name,
                title=seat.title,
                filled=seat.filled,
                counterpart=view.terms().counterpart(str(Office(party, seat.name))) or "",
            )
            for seat in roster.offices
        )
    return PartyShown(
        party=party,
        name=roster.name if roster is not None else party,
        is_ours=party == overlay.own,
        fingerprint=spoken(view.registers.fingerprints[party]),
        roster_version=roster.version if roster is not None else 0,
        offices=offices,
        link="" if party == overlay.own else link.state,
        heard_s=None if party == overlay.own else link.heard_s,
    )


def _channel(view: View, name: str) -> ChannelShown:
    suspended = sorted(view.suspensions(name), key=lambda c: (filed_s(c), c.opener))
    by = sorted({case.key.party for case in suspended})
    return ChannelShown(
        name=name,
        is_open=not suspended,
        suspendable=view.terms().suspendable(name),
        words=f"suspended by {' and '.join(by)}" if by else _open_words(view, name),
        suspensions=tuple(map(_suspension, suspended)),
        proposals=_proposals(view, suspended),
    )


def _open_words(view: View, name: str) -> str:
    if view.terms().suspendable(name):
        return "open"
    return "open; cannot be suspended" if name == SAFETY else "open; fixed by the framework"


def _suspension(case: Case) -> SuspensionShown:
    return SuspensionShown(
        ref=short_ref(case.opener),
        by=case.key.party,
        office=str(case.message.sender),
        time_s=filed_s(case),
        reason=word(case.message, "reason"),
        conditions=strings(case.message, "conditions"),
    )


def _proposals(view: View, suspended: list[Case]) -> tuple[ResumptionShown, ...]:
    """Proposals that would lift one of these suspensions and are not settled yet."""
    standing = {ref for case in suspended for ref in case.openers}
    found = []
    for case in sorted(view.cases("resumption"), key=lambda c: (filed_s(c), c.opener)):
        states = view.states(case)
        lifts = view.registers.lifts.get(case.key, frozenset())
        if not lifts & standing or set(states.values()) == {suspension.WITHDRAWN}:
            continue
        found.append(
            ResumptionShown(
                ref=short_ref(case.opener),
                by=case.key.party,
                time_s=filed_s(case),
                lifts=shortened(ref.text() for ref in sorted(lifts)),
                note=word(case.message, "note"),
                answers=_answers(case.procedure.says, states),
            )
        )
    return tuple(found)


def _answers(says: Mapping[str, str], states: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((party, says.get(state, state)) for party, state in states.items())

"""Steps of a script with notifications: seen, due and done in the view of whoever takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tieline.procedures.notification.covered import positions_of
from tieline.procedures.notification.parts import AMENDED, TOLD
from tieline.procedures.procedure import CROSSED
from tieline.record.strict import JsonValue
from tieline.replication.drafts import Draft
from tieline.replication.seat import Seat
from tieline.space.body import write_position
from tieline.state.model import Case
from tieline.state.notifications import find_notification
from tieline.state.standing import OVER, Revision, is_over, revisions, steps_of
from tieline.state.view import View
from tieline.testing.noticebodies import Body
from tieline.testing.talkscript import Step

UNREAD: Final = (TOLD, AMENDED, CROSSED)
Where = Callable[[View], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What the script asks of the exercise: each party's machine, its clock, whom a stop reaches.

    Each is asked only while that party's machine is on.
    """

    seat: Callable[[str], Seat]
    now_ms: Callable[[str], int]
    offices: Callable[[str], list[str]]
    parties: tuple[str, ...]

    def others(self, party: str) -> tuple[str, ...]:
        """All parties but one."""
        return tuple(each for each in self.parties if each != party)

    def newest(self, party: str, key: str) -> tuple[Case, Revision]:
        """A notification with its newest wording, as a party sees it."""
        seat = self.seat(party)
        case = find_notification(seat.view, key)
        assert case is not None
        return case, revisions(seat.view, seat.content, case)[-1]


# -- what is seen


def state_of(view: View, key: str, party: str) -> str:
    """Where a party's strand of a notification stands; empty without one."""
    case = find_notification(view, key)
    return view.state(case, party) if case is not None else ""


def has_said(key: str, kind: str, party: str) -> Where:
    """Whether a party has said such a thing of a notification."""

    def look(view: View) -> bool:
        case = find_notification(view, key)
        steps = steps_of(view, case) if case is not None else []
        return any(step.kind == kind and step.author == party for step in steps)

    return look


def known(key: str) -> Where:
    """Whether a notification is there."""
    return lambda view: find_notification(view, key) is not None


def stands(key: str, party: str, *states: str) -> Where:
    """Whether a party's strand stands in one of some states."""
    return lambda view: state_of(view, key, party) in states


def both(*all_: Where) -> Where:
    """Whether everything is so."""
    return lambda view: all(each(view) for each in all_)


def always(_: View) -> bool:
    return True


def never(_: View) -> bool:
    return False


# -- steps


def opened(party: str, kind: str, body: Callable[[], Body], key: str, due: Where = always) -> Step:
    """A notification under its key."""
    return Step(
        party=party,
        name=f"{party} {kind} {key}",
        due=due,
        done=known(key),
        said=lambda _: Draft(kind=kind, office="watch", body={"key": key, **body()}),
    )


def taken(
    party: str,
    kind: str,
    key: str,
    body: Callable[[], Body],
    due: Where,
    *,
    done: Where | None = None,
    strand: str = "",
) -> Step:
    """A later word on a notification; done once it was said, unless ``done`` says otherwise."""

    def said(view: View) -> Draft:
        case = find_notification(view, key)
        assert case is not None
        strands = (strand,) if strand else ()
        return Draft(kind=kind, office="watch", body=body(), case=case.opener, strands=strands)

    return Step(
        party=party,
        name=f"{party} {kind} {key}",
        due=both(known(key), due),
        done=done or has_said(key, kind, party),
        said=said,
    )


def keeper(party: str, name: str, key: str) -> Step:
    """Takes a notification whenever it has to be read again."""

    def done(view: View) -> bool:
        return state_of(view, key, party) not in ("", *UNREAD)

    return taken(party, f"{name}.take", key, dict, stands(key, party, *UNREAD), done=done)


def end_keeper(party: str, name: str, key: str) -> Step:
    """Takes the end of a notification, and what crossed it."""

    def waits(view: View) -> bool:
        return over(key)(view) and state_of(view, key, party) in {*OVER, *UNREAD}

    def done(view: View) -> bool:
        return over(key)(view) and not waits(view)

    return taken(party, f"{name}.take", key, dict, waits, done=done)


def over(key: str) -> Where:
    """Whether its own party has ended it."""

    def look(view: View) -> bool:
        case = find_notification(view, key)
        return case is not None and is_over(view, case)

    return look


def unless_over(kind: str, key: str, party: str) -> Where:
    """Whether a party has said such a thing, or it is over before it could."""
    said, is_done = has_said(key, kind, party), over(key)
    return lambda view: said(view) or is_done(view)


def read_back(eyes: Eyes, party: str, name: str, key: str, due: Where) -> Step:
    """Reads back the positions of the wording that this party sees."""

    def body() -> Body:
        _, worded = eyes.newest(party, key)
        positions: list[JsonValue] = [dict(write_position(p)) for p in positions_of(worded.body)]
        return {"positions": positions, "of": worded.ref.text(), "place": "as on our chart"}

    return taken(party, f"{name}.readback", key, body, due)

"""Stops of an exercise, and a notification channel that is suspended while they go through."""

from __future__ import annotations

from collections.abc import Iterator

from tieline.procedures.line import suspension
from tieline.procedures.notification import stop
from tieline.procedures.procedure import CROSSED
from tieline.record.message import parse_office
from tieline.record.strict import JsonValue
from tieline.replication.drafts import Draft
from tieline.space.body import write_position
from tieline.space.position import of_degrees
from tieline.state.view import View
from tieline.testing.noticebodies import CLINIC, CONVOY, Body, circle
from tieline.testing.noticesteps import (
    Eyes,
    Where,
    both,
    has_said,
    keeper,
    known,
    opened,
    over,
    stands,
    state_of,
    taken,
)
from tieline.testing.talkscript import Step

CHANNEL = "notification"
DONE = (stop.ACTED, stop.ENDED)


def any_case(procedure: str) -> Where:
    """Whether there is a case of a procedure."""
    return lambda view: any(True for _ in view.cases(procedure))


def suspended(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """One suspends the channel, is notified and stopped all the same, and both resume."""
    body: Body = {"channel": CHANNEL, "reason": "a sale", "conditions": []}
    yield Step(
        party=b,
        name=f"{b} suspends {CHANNEL}",
        due=known("gunnery"),
        done=any_case("suspension"),
        said=lambda _: Draft(kind=suspension.DECLARE, office="principal", body=body),
    )
    yield opened(
        a,
        "activity.notify",
        lambda: circle(52.0, 12.0, 3_000),
        "under-suspension",
        any_case("suspension"),
    )
    for party in eyes.others(a):
        yield keeper(party, "activity", "under-suspension")
    yield Step(
        party=a,
        name=f"{a} proposes to resume",
        due=both(known("under-suspension"), has_said("stop-site", stop.ACT, a)),
        done=any_case("resumption"),
        said=_proposed,
    )
    for party in eyes.others(a):
        yield _accepts(party)


def _proposed(view: View) -> Draft:
    lifts: list[JsonValue] = [case.opener.text() for case in view.suspensions(CHANNEL)]
    return Draft(kind=suspension.PROPOSE, office="principal", body={"lifts": lifts, "note": ""})


def _accepts(party: str) -> Step:
    def accepted(view: View) -> bool:
        return any(view.state(c, party) == suspension.ACCEPTED for c in view.cases("resumption"))

    def said(view: View) -> Draft:
        case = next(iter(view.cases("resumption")))
        return Draft(
            kind=suspension.ACCEPT, office="principal", body={"note": ""}, case=case.opener
        )

    return Step(
        party=party,
        name=f"{party} accepts to resume",
        due=any_case("resumption"),
        done=accepted,
        said=said,
    )


def stops(eyes: Eyes, a: str, b: str) -> Iterator[Step]:
    """One that is acted on while a channel is suspended, one that nobody takes for too long."""
    yield _call(eyes, b, "stop-site", CLINIC, both(known("clinic-0"), any_case("suspension")))
    for party in eyes.others(b):
        yield from _answers(party, "stop-site", stands("stop-site", party, *stop.WAITED))
    yield taken(
        b, stop.RELAY, "stop-site", lambda: _rung(eyes, b, f"{a}/watch"), known("stop-site")
    )
    yield _end(eyes, b, "stop-site")
    yield _call(eyes, a, "stop-convoy", CONVOY, known("convoy"))
    for party in eyes.others(a):
        # Nobody is there until the clock of the caller has run out.
        yield from _answers(party, "stop-convoy", has_said("stop-convoy", stop.EXPIRED, a))
    yield _end(eyes, a, "stop-convoy")


def _call(eyes: Eyes, party: str, key: str, at: tuple[float, float], due: Where) -> Step:
    body: Body = {"key": key, "what": "site", "at": dict(write_position(of_degrees(*at)))}

    def said(view: View) -> Draft:
        to = tuple(parse_office(name) for name in eyes.offices(party))
        level = view.terms().highest()
        return Draft(kind=stop.CALL, office="watch", body=body, to=to, level=level)

    return Step(party=party, name=f"{party} calls {key}", due=due, done=known(key), said=said)


def _answers(party: str, key: str, due: Where) -> Iterator[Step]:
    def acknowledged(view: View) -> bool:
        # What crosses the end of a call changes nothing, and is not said again.
        states = (stop.ACKNOWLEDGED, stop.SILENT, *DONE)
        return state_of(view, key, party) in states or over(key)(view)

    yield taken(party, stop.ACKNOWLEDGE, key, dict, due, done=acknowledged)
    yield taken(
        party,
        stop.ACT,
        key,
        lambda: {"what": "told to cease fire"},
        stands(key, party, stop.ACKNOWLEDGED, stop.SILENT, CROSSED),
        done=lambda view: stands(key, party, *DONE)(view) or over(key)(view),
    )


def _rung(eyes: Eyes, party: str, to: str) -> Body:
    at_ms = eyes.now_ms(party)
    return {"to": to, "how": "telephone", "at_ms": at_ms, "result": "reached", "said": "I will."}


def _end(eyes: Eyes, party: str, key: str) -> Step:
    def all_acted(view: View) -> bool:
        return all(state_of(view, key, each) in DONE for each in eyes.others(party))

    why: Body = {"why": "the fire has stopped"}
    return taken(party, stop.END, key, lambda: why, all_acted, done=over(key))

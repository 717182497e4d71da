"""Act (d): the two parties talk: a round is put off and held, and each says its own words of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tieline.demo.line import LINE
from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.desk import talks
from tieline.errors import RefusedError
from tieline.record.strict import JsonValue

SERIES, ROUND, PROMISE = "deconfliction-talks", "deconfliction-talks-1", "joint-survey"
HELD_MS = int(dt.datetime(2026, 12, 8, 9, 0, tzinfo=dt.UTC).timestamp() * 1000)
READOUTS = {"alpha": ("en", "The talks were frank."), "bravo": ("zh", "双方坦诚交换了意见。")}


def play(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    """A mechanism, a round that is postponed and moved, two readouts, a promise seen twice."""
    report.begin("d", "They talk: a round is put off, moved and held")
    _plan(stage, alpha, bravo, report)
    _hold(stage, alpha, bravo, report)
    _promise(stage, alpha, bravo, report)


def _say(stage: Stage, house: House, kind: str, body: dict[str, JsonValue], case: str = "") -> None:
    with stage.desk(house) as desk:
        found = _talk(desk.client, case)["full_ref"] if case else ""
        talks.say(desk, line=LINE, kind=kind, body=body, office="desk", case=str(found))


def _talk(client: Any, name: str) -> dict[str, Any]:
    told: dict[str, Any] = client.call("talk", line=LINE, name=name)
    return told


def _states(stage: Stage, house: House, name: str) -> dict[str, str]:
    with stage.desk(house) as desk:
        try:
            found = _talk(desk.client, name)
        except RefusedError:
            return {}
    return {side["party"]: side["state"] for side in found["sides"]}


def _stands(stage: Stage, house: House, name: str, **wanted: str) -> Callable[[], bool]:
    return lambda: wanted.items() <= _states(stage, house, name).items()


def _plan(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline mechanism propose --key {SERIES} ...; tieline round propose ...")
    _say(stage, alpha, "mechanism.propose", {"key": SERIES, "name": "Deconfliction talks"})
    plan: dict[str, JsonValue] = {
        "key": ROUND,
        "mechanism": SERIES,
        "number": 1,
        "planned": "2026-10",
        "place": "Newport",
        "host": "alpha",
    }
    _say(stage, alpha, "round.propose", plan)
    stage.wait("bravo to see the round", _stands(stage, bravo, ROUND, bravo="proposed"))
    _say(stage, bravo, "mechanism.accept", {}, SERIES)
    report.command(f"tieline round postpone {ROUND} --to 2026-12 --why ...   (bravo)")
    put_off: dict[str, JsonValue] = {"to": "2026-12", "why": "an election"}
    _say(stage, bravo, "round.postpone", put_off, ROUND)
    stage.wait("alpha to learn of it", _stands(stage, alpha, ROUND, alpha="postponed"))
    report.command(f"tieline round move {ROUND} --planned 2026-12-08 --place Oldport   (alpha)")
    _say(stage, alpha, "round.move", {"planned": "2026-12-08", "place": "Oldport"}, ROUND)
    stage.wait("bravo to see the new day", _stands(stage, bravo, ROUND, bravo="proposed"))
    _say(stage, bravo, "round.accept", {}, ROUND)
    agreed = _stands(stage, alpha, ROUND, alpha="agreed", bravo="agreed")
    stage.wait("both to agree to the new day", agreed)
    plans = [
        f"{plan['days']['words']} {plan['place'] or ''}".strip()
        for plan in _round(stage, alpha)["plans"]
        if plan["days"]
    ]
    report.prove(
        "the round was put off and moved; what was planned first stays on the record",
        " > ".join(plans),
        holds=plans[0] == "2026-10 Newport" and "2026-12-08 Oldport" in plans,
    )


def _hold(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline round open {ROUND} --at 2026-12-08T09:00Z; ... close --length-min 210")
    _say(stage, alpha, "round.open", {"at_ms": HELD_MS, "place": "Oldport"}, ROUND)
    stage.wait("bravo to see it open", _stands(stage, bravo, ROUND, bravo="open"))
    closed: dict[str, JsonValue] = {"at_ms": HELD_MS + 210 * 60_000, "length_min": 210}
    _say(stage, bravo, "round.close", closed, ROUND)
    stage.wait("alpha to see it closed", _stands(stage, alpha, ROUND, alpha="closed"))
    report.command(f"tieline readout give --of {ROUND} ...   (each side its own)")
    for house in (alpha, bravo):
        lang, words = READOUTS[house.handle]
        text: JsonValue = [{"lang": lang, "text": words, "original": "yes"}]
        _say(stage, house, "readout.give", {"of": ROUND, "texts": text})

    def both() -> bool:
        return all(len(_readouts(stage, house)) == 2 for house in (alpha, bravo))

    stage.wait("both readouts on both sides", both)
    shown = _readouts(stage, bravo)
    report.prove(
        "two readouts of one round, side by side and never merged",
        "; ".join(f"{side}: {words}" for side, words in sorted(shown.items())),
        holds=shown == {side: words for side, (_, words) in READOUTS.items()},
    )
    early: dict[str, JsonValue] = {"at_ms": HELD_MS - 86_400_000}
    try:
        _say(stage, alpha, "round.close", early, ROUND)
        told = ""
    except RefusedError as error:
        told = str(error)
    refused = "before it opened" in told
    report.prove("a round closed before it opened is refused", told[:110], holds=refused)


def _promise(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command(f"tieline commitment make --key {PROMISE} --owners bravo --due 2027-03 ...")
    words: JsonValue = [{"lang": "en", "text": "A joint survey of the strait", "original": "yes"}]
    _say(
        stage,
        bravo,
        "commitment.make",
        {"key": PROMISE, "texts": words, "owners": ["bravo"], "due": "2027-03", "round": ROUND},
    )
    _say(stage, bravo, "commitment.meet", {"evidence": "chart 7"}, PROMISE)
    stage.wait("alpha to read it", _stands(stage, alpha, PROMISE, bravo="met"))
    report.command(f"tieline commitment dispute {PROMISE} --why ...   (alpha)")
    _say(stage, alpha, "commitment.dispute", {"why": "no chart came"}, PROMISE)
    stage.wait("bravo to learn of it", _stands(stage, bravo, PROMISE, alpha="disputed"))
    states = _states(stage, bravo, PROMISE)
    report.prove(
        "a promise that one side holds met and the other disputes: both stand",
        states,
        holds=states == {"alpha": "disputed", "bravo": "met"},
    )


def _ask(stage: Stage, house: House, question: str) -> Any:
    with stage.desk(house) as desk:
        told = desk.client.call("ask", of=LINE, question=question, args={"key": ROUND})
    assert isinstance(told, dict)
    return told["answer"]


def _round(stage: Stage, house: House) -> dict[str, Any]:
    found: dict[str, Any] = _ask(stage, house, "round")
    return found


def _readouts(stage: Stage, house: House) -> dict[str, str]:
    return {
        str(side["side"]): str(side["readouts"][0]["text"])
        for side in _ask(stage, house, "readouts")["sides"]
    }

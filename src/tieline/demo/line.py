"""Acts (b), (c) and (f): two parties make a line, use it, suspend it, and carry it on a stick."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from tieline.demo.report import Report
from tieline.demo.stage import House, Stage
from tieline.desk import lines
from tieline.desk.speaking import Desk, Said
from tieline.record.rosterchain import spoken
from tieline.record.strict import JsonValue

LINE = "demo"
TWO = ("first", "second")


def _texts(text: str, *, zh: str = "") -> list[JsonValue]:
    found: list[JsonValue] = [{"lang": "en", "text": text, "original": "yes"}]
    if zh:
        found.append({"lang": "zh", "text": zh, "original": "no"})
    return found


def board(stage: Stage, house: House) -> dict[str, Any]:
    """What the house's node shows of the line."""
    with stage.desk(house) as desk:
        shown = desk.client.call("board", line=LINE)
    assert isinstance(shown, dict)
    return shown


def ladder(stage: Stage, house: House, short: str) -> dict[str, Any]:
    """The first ladder of a message; empty while the message is not known there."""
    for level in board(stage, house)["levels"]:
        for message in level["messages"]:
            if message["ref"] == short:
                found: dict[str, Any] = message["ladders"][0]
                return found
    return {}


def state(stage: Stage, house: House, short: str) -> str:
    """State of a message with its addressee."""
    return str(ladder(stage, house, short).get("state", ""))


def proven(stage: Stage, house: House, short: str) -> list[str]:
    """Steps of a message that are proven."""
    rungs = ladder(stage, house, short).get("rungs", [])
    return [str(rung["step"]) for rung in rungs if rung["proven"]]


def _steps(stage: Stage, house: House, short: str) -> list[str]:
    """References of the steps that a house has of a message's ladder, clocks included."""
    rungs = ladder(stage, house, short).get("rungs", [])
    return sorted(str(rung["ref"]) for rung in rungs if rung["step"] not in ("held", "opened"))


def _say(desk: Desk, subject: str, text: str, *, channel: str = "dialogue", zh: str = "",
         level: str = "FLASH") -> Said:  # fmt: skip
    return desk.say(
        line=LINE,
        kind="message.say",
        body={
            "subject": subject,
            "texts": _texts(text, zh=zh),
            "codes": [],
            "channel": channel,
            "answer_by_s": 0,
            "references": [],
            "attachments": [],
        },
        level=level,
        mark="EXERCISE",
        to=["bravo/watch"] if desk.card.handle == "alpha" else ["alpha/watch"],
    )


# -- (b)


def make_line(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    """Invitation by folder, negotiation in brackets, two signatures a side, a test."""
    report.begin("b", "So let two parties make one")
    report.say("Alpha and Bravo share nothing but each other's fingerprint:")
    for house in (alpha, bravo):
        report.say(f"  {house.name}: {spoken(house.card.fingerprint)}")
    report.command("tieline line invite bravo=FINGERPRINT --pouch stick/1")
    stick = stage.folder / "stick-1"
    with stage.desk(alpha) as desk:
        lines.invite(
            desk,
            others={"bravo": bravo.card.fingerprint},
            title=LINE,
            vault=alpha.settings.vault,
            addresses=(alpha.address,),
        )
        desk.client.call("pouch.pack", line=LINE, folder=str(stick))
    report.command("tieline line join stick/1 --from alpha=FINGERPRINT")
    with stage.desk(bravo) as desk:
        lines.join(
            desk,
            stick,
            known={"alpha": alpha.card.fingerprint},
            title=LINE,
            vault=bravo.settings.vault,
            addresses=(bravo.address,),
        )
        desk.client.call("pouch.pack", line=LINE, folder=str(stage.folder / "stick-2"))
    with stage.desk(alpha) as desk:
        desk.client.call("pouch.read", folder=str(stage.folder / "stick-2"))
    for house in (alpha, bravo):
        report.command(f"tieline serve --home {house.handle}")
        stage.start(house)

    def met() -> bool:
        parties = board(stage, alpha)["parties"]
        return any(p["party"] == "bravo" and p["link"] == "up" for p in parties)

    seconds = stage.wait("the two nodes to meet", met)
    report.prove("two processes, connected by pinned TLS 1.3", f"{seconds:.1f} s", holds=True)
    _negotiate(stage, alpha, bravo, report)
    _test(stage, alpha, bravo, report)


def _clauses(changed: dict[str, str] | None = None) -> list[JsonValue]:
    text = (files("tieline.demo") / "terms.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    found: list[JsonValue] = []
    for name, clause in table.items():
        terms = (changed or {}).get(name, clause["terms"])
        found.append({"id": name, "title": clause["title"], "text": clause["text"], "terms": terms})
    return found


def _framework(desk: Desk) -> dict[str, Any]:
    value = desk.client.call("framework.state", line=LINE)
    assert isinstance(value, dict)
    return value


def _negotiate(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command("tieline framework propose terms.toml   (alpha)")
    with stage.desk(alpha) as desk:
        desk.say(line=LINE, kind="framework.draft", body={"clauses": _clauses(), "note": ""})

    def seen() -> bool:
        with stage.desk(bravo) as desk:
            return bool(_framework(desk)["case"])

    stage.wait("bravo to see the draft", seen)
    other = "receipt_FLASH_s = 4\ntake_FLASH_s = 3\nanswer_FLASH_s = 60"
    report.command("tieline framework propose terms-bravo.toml   (bravo wants other times)")
    with stage.desk(bravo) as desk:
        desk.say(
            line=LINE,
            kind="framework.draft",
            body={"clauses": _clauses({"clocks": other}), "note": "longer to answer"},
            case=str(_framework(desk)["case"]),
        )

    def bracketed() -> bool:
        with stage.desk(alpha) as desk:
            return bool(_framework(desk)["brackets"] == ["clocks"])

    stage.wait("alpha to see bravo's bracket", bracketed)
    report.prove("one clause in brackets, each side's words kept", "clocks", holds=True)
    report.command("tieline framework propose terms.toml   (bravo comes round)")
    with stage.desk(bravo) as desk:
        clauses = [c for c in _clauses() if isinstance(c, dict) and c["id"] == "clocks"]
        desk.say(
            line=LINE,
            kind="framework.draft",
            body={"clauses": list(clauses), "note": ""},
            case=str(_framework(desk)["case"]),
        )
    for house in (alpha, bravo):
        _sign(stage, house, report)

    def in_force() -> bool:
        return all(board(stage, house)["framework"]["version"] == 1 for house in (alpha, bravo))

    stage.wait("the framework to be in force on both sides", in_force)
    status = board(stage, bravo)["framework"]["words"]
    report.prove("the framework that was promised, made by both", status, holds=True)


def _sign(stage: Stage, house: House, report: Report) -> None:
    report.command(f"tieline framework sign --as first --as second   ({house.handle})")

    def agreed() -> bool:
        with stage.desk(house) as desk:
            return bool(_framework(desk)["digest"])

    stage.wait("a text without brackets", agreed)
    with stage.desk(house, *TWO) as desk:
        found = _framework(desk)
        desk.say(
            line=LINE,
            kind="framework.sign",
            body={"version": 1, "digest": str(found["digest"])},
            office="principal",
            case=str(found["case"]),
        )


def _test(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    report.command("tieline line test")
    with stage.desk(alpha) as desk:
        desk.say(
            line=LINE, kind="test.call", body={}, verb="compose.test", text="the quick brown fox"
        )

    def echoed() -> bool:
        tests = board(stage, alpha)["tests"]
        return bool(tests) and tests[0]["ladders"][0]["state"] == "echoed"

    seconds = stage.wait("bravo's echo", echoed)
    alarms = [words for house in (alpha, bravo) for words in _alarms(stage, house)]
    report.prove(
        "the line tested; each compared the other's digest of the state with its own",
        f"{seconds:.1f} s, {len(alarms)} alarms",
        holds=not alarms,
    )


def _alarms(stage: Stage, house: House) -> list[str]:
    with stage.desk(house) as desk:
        told = desk.client.call("journal", line=LINE)
    events = told if isinstance(told, list) else []
    return [str(e["words"]) for e in events if isinstance(e, dict) and e["event"] == "alarm"]


# -- (c)


def talk(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    """A message taken and answered; one that climbs because the other node was killed."""
    report.begin("c", "A message is answered; another is visibly not")
    report.command("tieline send --to bravo --level FLASH ... --as first --as second")
    with stage.desk(alpha, *TWO) as desk:
        said = _say(desk, "Lost contact", "We lost contact with one of our aircraft at 14:05 UTC.",
                    zh="我方一架飞机于世界时14:05失去联系。")  # fmt: skip
    _held(stage, alpha, said, report)
    with stage.desk(bravo) as desk:
        report.command(f"tieline take {said.short}; tieline answer {said.short} ...   (bravo)")
        stage.wait("bravo to read it", lambda: bool(ladder(stage, bravo, said.short)))
        desk.say(line=LINE, kind="message.take", body={"note": ""}, case=said.short)
        desk.say(
            line=LINE,
            kind="message.answer",
            body={"texts": _texts("We hold it on radar and keep clear."), "codes": []},
            case=said.short,
        )
    stage.wait("the answer", lambda: state(stage, alpha, said.short) == "answered")
    steps = proven(stage, alpha, said.short)
    report.prove("taken and answered, each step proven", " > ".join(steps), holds=True)
    _climb(stage, alpha, bravo, report)


def _held(stage: Stage, house: House, said: Said, report: Report) -> None:
    seconds = stage.wait(
        "the other system to hold it", lambda: "held" in proven(stage, house, said.short)
    )
    report.prove(f"{said.short} held by their system", f"{seconds:.1f} s", holds=True)


def _climb(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    with stage.desk(alpha, *TWO) as desk:
        said = _say(desk, "Firing at sea", "Your battery fires towards our patrol. Stop.")
    _held(stage, alpha, said, report)
    report.say("Bravo's node is killed (SIGKILL) before anybody there takes it.")
    stage.kill(bravo)

    def climbed() -> bool:
        rungs = ladder(stage, alpha, said.short).get("rungs", [])
        words = " ".join(str(rung["words"]) for rung in rungs)
        return "principal" in words and state(stage, alpha, said.short) == "not taken"

    seconds = stage.wait("the clocks to climb the ladder", climbed, 40)
    report.prove(
        "nobody took it: the clocks called desk, then principal", f"{seconds:.1f} s", holds=True
    )
    silence = stage.wait(
        "the dead link to be seen",
        lambda: (
            next(p for p in board(stage, alpha)["parties"] if p["party"] == "bravo")["link"]
            == "down"
        ),
        20,
    )
    report.prove("the dead link is shown as down", f"{seconds + silence:.1f} s", holds=True)
    stage.start(bravo)
    with stage.desk(bravo) as desk:
        report.command(f"tieline answer {said.short} ...   (bravo, back again)")

        def known() -> bool:
            # An answer that had not seen every clock run out would be crossed, not late.
            return _steps(stage, bravo, said.short) == _steps(stage, alpha, said.short) != []

        stage.wait("bravo to see how far the clocks went", known, 45)
        desk.say(
            line=LINE,
            kind="message.answer",
            body={"texts": _texts("Firing stopped. Our node was down."), "codes": []},
            case=said.short,
        )
    stage.wait("the late answer", lambda: state(stage, alpha, said.short) == "answered late", 45)
    words = ladder(stage, alpha, said.short)["words"]
    report.prove("the late answer stands as late, never as in time", words, holds=True)


# -- (f)


def sever(stage: Stage, alpha: House, bravo: House, report: Report) -> None:
    """Bravo suspends the dialogue; the network is cut; a pouch carries on; both resume."""
    report.begin("f", "One side suspends; both resume; no network needed")
    report.command("tieline suspend dialogue --reason ... --as first --as second   (bravo)")
    with stage.desk(bravo, *TWO) as desk:
        suspended = desk.say(
            line=LINE,
            kind="suspension.declare",
            body={
                "channel": "dialogue",
                "reason": "Sale of arms announced today.",
                "conditions": ["The sale is explained."],
            },
            office="principal",
        )

    def channels() -> dict[str, bool]:
        return {c["name"]: bool(c["is_open"]) for c in board(stage, alpha)["channels"]}

    stage.wait("alpha to learn of it", lambda: not channels()["dialogue"])
    report.prove(
        "dialogue suspended by bravo alone; safety stays open", channels(),
        holds=channels() == {"dialogue": False, "notification": True, "safety": True},
    )  # fmt: skip
    report.say("The network is cut: both nodes are stopped. Folders on a stick carry on.")
    stage.stop(alpha)
    stage.stop(bravo)
    with stage.desk(alpha) as desk:
        said = _say(desk, "Rescue", "A boat is sinking at 25°03'N 121°30'E.", channel="safety")
    _carry(stage, alpha, bravo, "stick-3", report)
    with stage.desk(bravo, *TWO) as desk:
        desk.say(line=LINE, kind="message.take", body={"note": ""}, case=said.short)
        proposal = desk.say(
            line=LINE,
            kind="resumption.propose",
            body={"lifts": [suspended.ref], "note": "The sale was explained."},
            office="principal",
        )
    _carry(stage, bravo, alpha, "stick-4", report)
    report.prove(
        "safety went by stick while the dialogue was suspended",
        state(stage, alpha, said.short),
        holds=state(stage, alpha, said.short) == "taken",
    )
    report.command("tieline resume accept ... --as first --as second   (alpha)")
    with stage.desk(alpha, *TWO) as desk:
        desk.say(
            line=LINE,
            kind="resumption.accept",
            body={"note": ""},
            office="principal",
            case=proposal.short,
        )
    _carry(stage, alpha, bravo, "stick-5", report)
    opened = [c["is_open"] for house in (alpha, bravo) for c in board(stage, house)["channels"]]
    report.prove("both agreed; the dialogue is open on both sides", opened, holds=all(opened))


def _carry(stage: Stage, giver: House, taker: House, name: str, report: Report) -> None:
    folder = stage.folder / name
    report.command(f"tieline pouch pack {name} ({giver.handle}); tieline pouch read {name} "
                   f"({taker.handle})")  # fmt: skip
    with stage.desk(giver) as desk:
        desk.client.call("pouch.pack", line=LINE, folder=str(folder), to=taker.handle)
    with stage.desk(taker) as desk:
        desk.client.call("pouch.read", folder=str(folder))

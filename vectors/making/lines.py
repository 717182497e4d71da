"""Two whole lines of alpha and bravo, as pouches, with the state that they add up to.

``talk`` is sealed: invitation, framework, test, message, answer. ``outcomes`` is in clear and
has an entry for nearly every outcome that the fold knows. Heads and sealed files are made with
fresh randomness, so a line that is there is left as it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from making.builder import Line
from making.common import ALPHA, BRAVO, MALFORMED, Files, Header, case_file, seed, sign
from making.kinds import CLOCKS, INVITE, LEVELS, TEXTS, clauses_of
from making.talk import BODY, dump
from tieline.procedures.line.framework import text_digest
from tieline.record.entry import Ref
from tieline.record.receipt import verify_receipt
from tieline.replication.parcel import log_name
from tieline.state.digest import state_digest, state_text, unreadable_digest
from tieline.state.past import Past

SAY = BODY | {"channel": "dialogue"}
NOTE = {"note": ""}


def step(case: Ref, *after: Ref, strands: tuple[str, ...]) -> dict[str, Any]:
    return {
        "case": case.text(),
        "after": sorted(ref.text() for ref in after or (case,)),
        "strands": list(strands),
    }


def found(line: Line) -> None:
    """Both invitations."""
    for party in (ALPHA, BRAVO):
        own = {"rosters": {party.handle: 1}}
        line.say(party.handle, "line.invite", INVITE, clear=(party.first(),), blind=True, **own)


def digests(line: Line, past: Past | None = None) -> dict[str, Any]:
    at = line.fold.registers.full if past is None else past
    return {
        "rules": 1,
        "state": state_digest(line.fold, at).hex(),
        "unreadable": unreadable_digest(line.fold, at).hex(),
        "text": "test",
    }


def agree(line: Line) -> Ref:
    """A framework, drafted by both, signed by both."""
    other = CLOCKS | {"terms": "take_FLASH_s=60\nanswer_FLASH_s=300"}
    draft = line.say("alpha", "framework.draft", {"clauses": [LEVELS, other], "note": ""})
    bravo = {"clauses": [LEVELS, CLOCKS], "note": "two minutes"}
    second = line.say("bravo", "framework.draft", bravo, **step(draft, strands=("bravo",)))
    last = {"clauses": [CLOCKS], "note": ""}
    third = line.say("alpha", "framework.draft", last, **step(draft, strands=("alpha",)))
    body = {"version": 1, "digest": text_digest(clauses_of([LEVELS, CLOCKS]))}
    two = {"alpha": ("alpha-p1", "alpha-p2"), "bravo": ("bravo-p1", "bravo-p2")}
    line.say(
        "alpha", "framework.sign", body, by=two["alpha"], **step(draft, third, strands=("alpha",))
    )
    line.say(
        "bravo", "framework.sign", body, by=two["bravo"], **step(draft, second, strands=("bravo",))
    )
    return draft


def talk() -> Line:
    """The small full line."""
    line = Line("talk", sealed=True, entropy=random.Random(1).randbytes)  # noqa: S311
    found(line)
    agree(line)
    # What bravo has just said is seen by alpha's next entry: the state at its past is everything.
    test = line.say(
        "alpha", "test.call", digests(line), by=("node",), from_="alpha/node", mark="TEST"
    )
    past = line.fold.past_of(test)
    echo = digests(line, past) | {"text": "echo"}
    line.say(
        "bravo",
        "test.echo",
        echo,
        by=("node",),
        from_="bravo/node",
        mark="TEST",
        **step(test, strands=("bravo",)),
    )
    flash = {"level": "FLASH", "mark": "ACTUAL"}
    said = line.say("alpha", "message.say", SAY, log="1x", by=("alpha-p1", "alpha-p2"), **flash)
    taken = line.say(
        "bravo", "message.take", NOTE, log="1x", **flash, **step(said, strands=("bravo",))
    )
    answer = {"texts": TEXTS, "codes": []}
    line.say(
        "bravo",
        "message.answer",
        answer,
        log="1x",
        **flash,
        **step(said, taken, strands=("bravo",)),
    )
    batch = {"items": [{"ref": taken.text(), "result": "ok"}]}
    line.say("alpha", "opened.batch", batch, by=("node",), from_="alpha/node")
    line.receipts = [line.receipt("bravo", 1, said.origin), line.receipt("alpha", 2, taken.origin)]
    return line


def outcomes() -> Line:
    """Nearly every outcome, in clear."""
    line = Line("outcomes", sealed=False, entropy=random.Random(2).randbytes)  # noqa: S311
    found(line)
    framework = agree(line)
    _messages(line)
    _mistakes(line)
    _suspensions(line, framework)
    _pinned(line, framework)
    return line


def _messages(line: Line) -> None:
    """Crossed, late, expired, repeated."""
    said = line.say("alpha", "message.say", SAY)
    # Bravo answers while alpha withdraws: neither has seen the other.
    answered = line.say(
        "bravo", "message.answer", {"texts": TEXTS, "codes": []}, **step(said, strands=("bravo",))
    )
    gone = line.say(
        "alpha",
        "message.withdraw",
        {"reason": "in vain"},
        blind=True,
        **step(said, strands=("bravo",)),
    )
    line.say("bravo", "message.take", NOTE, **step(said, answered, strands=("bravo",)))
    line.say(
        "alpha",
        "message.reconcile",
        {"outcome": "answered", "note": ""},
        **step(said, answered, gone, strands=("bravo",)),
    )
    second = line.say("alpha", "message.say", SAY, level="FLASH")
    receipt = line.receipt("bravo", second.index + 1, second.origin).decode()
    due = {"clock": "take", "rung": 0, "next": "", "receipt": receipt, "allowed": 120}
    node = {"by": ("node",), "from_": "alpha/node", **step(second, strands=("bravo",))}
    issued = (line.time_s + 120) * 1000
    line.say("alpha", "message.expired", due, issued=issued - 1, **node)
    expired = line.say("alpha", "message.expired", due, issued=issued, **node)
    line.say("bravo", "message.take", NOTE, **step(second, expired, strands=("bravo",)))
    third = line.say("alpha", "message.say", SAY, id="0f" * 16)
    line.say("alpha", "message.say", SAY, id="0f" * 16, salt="11" * 32)
    line.say("alpha", "message.say", SAY | {"subject": "Other"}, id="0f" * 16)
    decline = step(third, strands=("bravo",))
    line.say("bravo", "message.decline", {"reason": "not ours"}, **decline)


def _mistakes(line: Line) -> None:
    """One discrepancy after another, most of them by bravo."""
    say = ("bravo", "message.say")
    case = line.say("alpha", "message.say", SAY)
    line.put(line.log("bravo"), b"not an envelope")
    line.say(*say, SAY, log="1", line="lines.example/6e30")
    line.say(*say, SAY, from_="alpha/watch")
    line.say("bravo", "dance.ask", {})
    line.say(*say, SAY | {"channel": "gossip"})
    line.say(*say, SAY, to=["carol/watch"])
    line.say(*say, SAY, to=["bravo/desk"])
    line.say(*say, SAY, by=("alpha-p1",))
    line.say(*say, SAY, by=("bravo-p3",))
    line.say(*say, SAY, by=("node",))
    _forged(line)
    line.say(*say, SAY, level="FLASH", mark="ACTUAL")
    line.say(
        "bravo",
        "message.take",
        NOTE,
        **step(Ref(case.origin, 0, case.leaf_hash), strands=("bravo",)),
    )
    taken = line.say("bravo", "message.take", NOTE, **step(case, strands=("bravo",)))
    line.say(
        "bravo",
        "message.answer",
        {"texts": TEXTS, "codes": []},
        **step(case, case, strands=("bravo",)),
    )
    line.say("bravo", "message.take", NOTE, **step(case, taken, strands=("bravo",)))
    line.say("bravo", "message.take", NOTE, **step(case, taken, strands=("alpha",)))
    line.say("bravo", "message.take", NOTE, **step(case, taken, strands=()))
    other = line.say(*say, SAY)
    line.say("bravo", "message.take", NOTE, **step(case, other, strands=("bravo",)))
    line.say("bravo", "message.take", NOTE)
    line.say(
        "bravo",
        "roster.publish",
        {"version": 2, "change": "forged"},
        by=("bravo-p1", "bravo-p2"),
        clear=(ALPHA.first(),),
    )
    fewer = INVITE | {"parties": INVITE["parties"][:1]}
    line.say("bravo", "line.invite", fewer, clear=(BRAVO.first(),))


def _forged(line: Line) -> None:
    log = line.log("bravo")
    value = line.message(log, "message.say", SAY)
    line.put(log, sign(dump(value), ["bravo-p1"], {"bravo-p1": seed("mallory")}))


def _suspensions(line: Line, framework: Ref) -> None:
    """A suspension, a message under it, its lifting; what cannot be suspended or signed."""
    both = ("bravo-p1", "bravo-p2")
    body = {"channel": "dialogue", "reason": "an incident", "conditions": ["talks"]}
    cut = line.say("bravo", "suspension.declare", body, by=both)
    line.say("bravo", "suspension.declare", body)
    line.say("bravo", "suspension.declare", body | {"channel": "safety"}, by=both)
    line.say("alpha", "message.say", SAY)
    propose = {"lifts": [cut.text()], "note": ""}
    two = ("alpha-p1", "alpha-p2")
    proposed = line.say("alpha", "resumption.propose", propose, by=two)
    line.say("bravo", "resumption.accept", NOTE, by=both, **step(proposed, strands=("bravo",)))
    tips = line.fold.view.tips(line.fold.view.case_at(framework), "bravo")  # type: ignore[arg-type]
    sign = {"version": 2, "digest": "00" * 32}
    line.say(
        "bravo",
        "framework.sign",
        sign,
        by=both,
        **step(framework, *(t.ref for t in tips), strands=("bravo",)),
    )
    line.say("bravo", "correction.file", {"corrects": cut.text(), "texts": TEXTS, "reason": ""})


def _pinned(line: Line, framework: Ref) -> None:
    """A second version of the framework, which knows another version of corrections."""
    pins = {"id": "procedures", "title": "p", "text": "", "terms": "message = 1\ncorrection = 2"}
    body = {"version": 2, "digest": text_digest(clauses_of([LEVELS, CLOCKS, pins]))}
    for kind, content in (("draft", {"clauses": [pins], "note": ""}), ("sign", body)):
        for handle in ("alpha", "bravo"):
            case = line.fold.view.case_at(framework)
            assert case is not None
            tips = [tip.ref for tip in line.fold.view.tips(case, handle)]
            both = (f"{handle}-p1", f"{handle}-p2")
            named = step(framework, *tips, strands=(handle,))
            line.say(handle, f"framework.{kind}", content, by=both, **named)
    words = {"corrects": framework.text(), "texts": TEXTS, "reason": ""}
    line.say("bravo", "correction.file", words)
    last = line.say("alpha", "message.say", SAY)
    line.say("bravo", "message.take", NOTE, **step(last, strands=("bravo",)))
    gone = {"reason": "in vain"}
    line.say("alpha", "message.withdraw", gone, blind=True, **step(last, strands=("bravo",)))


def _headers(line: Line, past: Past, *, open_: bool) -> list[Header]:
    rows = [("party", f"{p.handle} {p.fingerprint()}") for p in (ALPHA, BRAVO)]
    rows += [("identity", p.identity("reading").encode()) for p in (ALPHA, BRAVO) if open_]
    if open_:
        for origin in sorted(line.logs):
            for item, chain in zip(line.logs[origin].items, line.fold.chains[origin], strict=True):
                entry = f"{item.ref.text()} {line.outcomes[item.ref]} {chain.hex()}"
                rows.append(("entry", entry))
    for note in line.receipts:
        for party in (ALPHA, BRAVO):
            name = party.mirror().name
            if f"\N{EM DASH} {name} ".encode() in note:
                receipt = verify_receipt(note, party.mirror())
                head = receipt.checkpoint
                rows.append(("receipt", f"{name} {head.origin} {head.size} {receipt.time_s}"))
    rows.append(("unreadable", unreadable_digest(line.fold, past).hex()))
    rows.append(("state", state_digest(line.fold, past).hex()))
    return rows


def cases(line: Line) -> Files:
    """What a reader has to find: with all keys, at the past of an entry, without keys."""
    full = line.fold.registers.full
    text = state_text(line.fold, full).encode()
    files = {"full": case_file("everything", text, *_headers(line, full, open_=True))}
    ref = max(line.outcomes, key=lambda r: (line.outcomes[r] == "OPENS", r.origin, r.index))
    past = line.fold.past_of(ref)
    at = [("at", ref.text()), *_headers(line, past, open_=True)]
    about = "the state that the author of one entry had in view"
    files["at"] = case_file(about, state_text(line.fold, past).encode(), *at)
    if line.sealed:
        blind = line.blind()
        everything = blind.registers.full
        rows = [h for h in _headers(line, full, open_=False) if h[0] not in ("unreadable", "state")]
        rows.append(("unreadable", unreadable_digest(blind, everything).hex()))
        rows.append(("state", state_digest(blind, everything).hex()))
        files["unreadable"] = case_file(
            "a reader without keys: not comparable", state_text(blind).encode(), *rows
        )
    return files | _damaged(line)


def _damaged(line: Line) -> Files:
    """One bit of one file is flipped: the file, and the byte."""
    log = log_name(ALPHA.origin())
    digest = next(iter(line.blobs)).hex()
    flips = {
        "flipped-payload": (f"blob/{digest[:2]}/{digest} 9", MALFORMED),
        "flipped-entry": (f"{log}/entries/0 2", MALFORMED),
        "flipped-time": (f"{log}/entries/0 72", "unverified.broken-proof"),
        "flipped-size": (f"{log}/checkpoint 27", "unverified.bad-signature"),
        "flipped-origin": (f"{log}/checkpoint 0", "unverified.wrong-line"),
    }
    parties = [("party", f"{p.handle} {p.fingerprint()}") for p in (ALPHA, BRAVO)]
    return {
        name: case_file("one bit of one file", b"", *parties, ("flip", flip), expect=expect)
        for name, (flip, expect) in flips.items()
    }


def make(target: Path, **more: Callable[[], Line]) -> Files:
    """The folder `state`; lines that stand below ``target`` already are left alone."""
    files: Files = {}
    for name, build in {"talk": talk, "outcomes": outcomes, **more}.items():
        if (target / "state" / name).exists():
            continue
        line = build()
        for path, data in line.files().items():
            files[f"state/{name}/pouch/{path}"] = data
        for path, data in cases(line).items():
            files[f"state/{name}/{path}.txt"] = data
    return files

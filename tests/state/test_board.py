"""Board: what is shown is what was proven, in words that officers use."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from tieline.procedures import BY_KIND
from tieline.procedures.line.opened import RESULTS
from tieline.record.message import Mark
from tieline.state.board import Link, RunningClock, plain
from tieline.state.ladder import OPENED_WORDS
from tieline.state.model import Outcome
from tieline.state.timeline import WHAT

NOTE = {"note": ""}
FORBIDDEN = re.compile(r"\b(blobs?|leaf|heads?|folds?|folded|checkpoints?)\b", re.IGNORECASE)


def shown(desk: Any, ref: Any, **changes: Any) -> Any:
    """One message on a desk's board."""
    name = f"{ref.origin.rpartition('/')[2]}:{ref.index}"
    found = [m for level in desk.board(**changes).levels for m in level.messages if m.ref == name]
    assert len(found) == 1
    return found[0]


def ladder(desk: Any, ref: Any, party: str = "bravo", **changes: Any) -> Any:
    return next(x for x in shown(desk, ref, **changes).ladders if x.party == party)


def proven(desk: Any, ref: Any, party: str = "bravo", **changes: Any) -> list[str]:
    return [r.step for r in ladder(desk, ref, party, **changes).rungs if r.proven]


def test_a_message_that_nobody_receipted_is_only_filed(world: Any) -> None:
    alpha, _ = world.desks
    ref = alpha.say(to=("bravo/watch",))
    found = ladder(alpha, ref)
    assert proven(alpha, ref) == ["filed"]
    assert found.reached == "filed"
    assert found.standing == "waiting"
    assert [r.words for r in found.rungs] == [
        "filed by alpha/watch",
        "not known to be held by their system",
        "not known to be opened",
    ]


def test_a_receipt_proves_that_their_system_holds_it_since_then(world: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.clock.wait(40)
    alpha.deliver(bravo)
    found = ladder(alpha, ref)
    held = found.rungs[1]
    assert found.reached == "held"
    assert (held.words, held.implied) == ("held by their system", False)
    assert held.time_s == world.clock.now().wall_s
    assert found.rungs[0].time_s == held.time_s - 40


def test_each_rung_tells_when_and_who(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.sync()
    world.clock.wait(60)
    items = [{"ref": ref.text(), "result": "ok"}]
    bravo.machine("opened.batch", {"items": items})
    world.clock.wait(60)
    bravo.post("message.take", {"note": "On it."}, case=ref, office="desk")
    world.clock.wait(60)
    bravo.post("message.answer", desks.answer_body("Seen."), case=ref, office="principal")
    world.sync()
    start = ladder(alpha, ref).rungs[0].time_s
    rungs = [(r.step, r.time_s - start, r.who, r.signers) for r in ladder(alpha, ref).rungs]
    assert rungs == [
        ("filed", 0, "alpha/watch", ("alpha-p1",)),
        ("held", 0, "bravo", ()),
        ("opened", 60, "bravo", ()),
        ("taken", 120, "bravo/desk", ("bravo-p1",)),
        ("answered", 180, "bravo/principal", ("bravo-p1",)),
    ]
    assert ladder(alpha, ref).rungs[3].words == "taken by bravo/desk"
    assert ladder(alpha, ref).rungs[3].reason == "On it."
    assert ladder(alpha, ref).rungs[4].texts[0].text == "Seen."


def test_taken_is_shown_with_the_office_and_never_as_agreement(world: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.sync()
    bravo.post("message.take", NOTE, case=ref, office="desk")
    world.sync()
    found = ladder(alpha, ref)
    assert found.words == "taken by bravo/desk"
    assert (found.reached, found.standing, found.is_open) == ("taken", "waiting", True)


def test_a_step_of_theirs_proves_the_lower_ones_and_says_so(world: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.sync()
    bravo.post("message.take", NOTE, case=ref)
    world.sync()
    held, opened = ladder(alpha, ref, held=lambda _ref, _party: None).rungs[1:3]
    assert (held.proven, held.implied, held.time_s) == (True, True, None)
    assert (opened.proven, opened.implied, opened.time_s) == (True, True, None)


def test_a_clock_that_ran_out_on_our_side_proves_nothing_of_theirs(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.clock.wait(3_600)
    body = desks.expiry_body(allowed=3_600)
    alpha.machine("message.unreached", body, case=ref, strands=("bravo",))
    assert proven(alpha, ref) == ["filed", "not held"]
    assert ladder(alpha, ref).reached == "filed"


def test_what_we_received_is_held_by_our_system(world: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.sync()
    assert ladder(bravo, ref).rungs[1].words == "held by our system"
    assert ladder(bravo, ref).rungs[0].words == "filed by alpha/watch"
    assert shown(bravo, ref).is_ours is False


def test_each_addressee_has_a_ladder_of_its_own(three: Any, desks: Any) -> None:
    alpha, _, charlie = three.desks
    ref = alpha.say(to=("bravo/watch", "bravo/desk", "charlie/watch"))
    alpha.deliver(charlie)
    charlie.post("message.decline", {"reason": "Not ours."}, case=ref)
    charlie.deliver(alpha)
    assert proven(alpha, ref, "bravo") == ["filed"]
    assert ladder(alpha, ref, "bravo").offices == ("bravo/watch", "bravo/desk")
    declined = ladder(alpha, ref, "charlie")
    assert declined.standing == "declined"
    assert declined.rungs[-1].reason == "Not ours."
    assert shown(alpha, ref).is_open


def test_silence_has_five_names(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    desks.vacate(charlie, "principal")
    three.sync()
    vacant = alpha.say(to=("charlie/principal",))
    declined = alpha.say(to=("bravo/watch",))
    late = alpha.say(to=("bravo/watch",))
    three.sync()
    bravo.post("message.decline", {"reason": "No."}, case=declined)
    three.sync()
    receipt = bravo.receipt(late)
    unheld = alpha.say(to=("bravo/watch",))
    three.clock.wait(21_600)
    body = desks.expiry_body(allowed=21_600, receipt=receipt)
    alpha.machine("message.expired", body, case=late, strands=("bravo",))
    body = desks.expiry_body(allowed=3_600)
    alpha.machine("message.unreached", body, case=unheld, strands=("bravo",))
    suspended = alpha.say(to=("bravo/watch",), body={"channel": "notification"})
    bravo.post("suspension.declare", {"channel": "notification", "reason": "x", "conditions": []})
    three.sync()
    names = [
        ladder(alpha, late).standing,
        ladder(alpha, declined).standing,
        ladder(alpha, unheld).standing,
        ladder(alpha, suspended).standing,
        ladder(alpha, vacant, "charlie").standing,
    ]
    assert names == ["no answer", "declined", "technical fault", "suspended", "vacant"]


def test_what_we_may_do_now_stands_beside_each_ladder(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(to=("bravo/watch",))
    world.sync()
    assert ladder(alpha, ref).allowed == ("message.withdraw",)
    assert ladder(bravo, ref).allowed == ("message.answer", "message.decline", "message.take")
    bravo.post("message.answer", desks.answer_body(), case=ref)
    assert ladder(bravo, ref).allowed == ()


def test_running_clocks_stand_on_the_ladder_that_they_belong_to(three: Any) -> None:
    alpha, *_ = three.desks
    ref = alpha.say(to=("bravo/watch", "charlie/watch"))
    case = alpha.seat.view.case_at(ref)
    clocks = (
        RunningClock(case=case.key, strand="bravo", clock="answer", due_in_s=500),
        RunningClock(case=case.key, strand="bravo", clock="take", due_in_s=90),
    )
    found = ladder(alpha, ref, clocks=clocks).clocks
    assert [(c.clock, c.due_in_s) for c in found] == [("take", 90), ("answer", 500)]
    assert found[0].words == "until the next office is called"
    assert ladder(alpha, ref, "charlie", clocks=clocks).clocks == ()


def test_messages_stand_under_their_level_open_ones_first(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    done = alpha.say("Done")
    world.sync()
    bravo.post("message.answer", desks.answer_body(), case=done)
    world.clock.wait(10)
    alpha.say("Older")
    world.clock.wait(10)
    alpha.say("Newer")
    world.clock.wait(10)
    flash = alpha.say("Urgent", level="FLASH")
    world.sync()
    levels = {x.level: [m.title for m in x.messages] for x in alpha.board().levels}
    assert levels["FLASH"] == ["Urgent"]
    assert levels["ROUTINE"] == ["Newer", "Older", "Done"]
    assert list(levels) == ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"]
    assert shown(alpha, flash).signers == ("alpha-p1", "alpha-p2")


def test_closed_messages_and_rows_have_a_limit_and_open_ones_have_none(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    refs = [alpha.say(f"Message {n}") for n in range(6)]
    world.sync()
    for ref in refs[:4]:
        bravo.post("message.answer", desks.answer_body(), case=ref)
        world.sync()
    found = alpha.board(rows_max=2)
    assert len(found.levels[-1].messages) == 4
    assert sum(m.is_open for m in found.levels[-1].messages) == 2
    assert [row.what for row in found.timeline] == ["answered", "answered"]


@pytest.mark.parametrize("mark", list(Mark))
def test_a_message_shows_its_mark_everywhere(world: Any, mark: Mark) -> None:
    alpha, bravo = world.desks
    ref = alpha.say(mark=mark)
    world.sync()
    assert shown(bravo, ref).mark == mark.value
    assert bravo.board().timeline[-1].mark == mark.value


def test_texts_stand_in_all_languages_the_original_first(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    items = desks.texts("Midi.", "Noon.")
    items[0]["original"], items[1]["original"] = "no", "yes"
    ref = alpha.say(body={"texts": items})
    world.sync()
    found = [(t.lang, t.text, t.original) for t in shown(bravo, ref).texts]
    assert found == [("fr", "Noon.", True), ("en", "Midi.", False)]


def test_attachments_and_references_are_listed(world: Any) -> None:
    alpha, bravo = world.desks
    first = alpha.say()
    digest = hashlib.sha256(b"the route").hexdigest()
    item = {"name": "route.pdf", "type": "application/pdf", "length": 9, "sha256": digest}
    body = {"attachments": [item], "references": [first.text()]}
    ref = alpha.say(body=body, attachments=(b"the route",))
    world.sync()
    found = shown(bravo, ref)
    assert [(a.name, a.length) for a in found.attachments] == [("route.pdf", 9)]
    assert found.references == (f"alpha-1:{first.index}",)


def test_a_channel_tells_who_suspended_it_when_and_why(world: Any) -> None:
    alpha, bravo = world.desks
    for desk in (alpha, bravo):
        body = {"channel": "dialogue", "reason": f"Says {desk.party}.", "conditions": ["Talks."]}
        desk.post("suspension.declare", body)
        world.clock.wait(5)
    world.sync()
    found = alpha.board().channels[0]
    assert (found.name, found.is_open) == ("dialogue", False)
    assert found.words == "suspended by alpha and bravo"
    assert [(s.by, s.reason, s.conditions) for s in found.suspensions] == [
        ("alpha", "Says alpha.", ("Talks.",)),
        ("bravo", "Says bravo.", ("Talks.",)),
    ]
    assert found.suspensions[1].time_s - found.suspensions[0].time_s == 5
    safety = alpha.board().channels[2]
    assert (safety.name, safety.is_open, safety.suspendable) == ("safety", True, False)


def test_parties_show_offices_links_and_fingerprints(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    pair = desks.clause("offices", 'counterparts = [["alpha/watch", "bravo/desk"]]')
    world.agree(pair)
    desks.vacate(bravo, "principal")
    world.sync()
    found = alpha.board(links={"bravo": Link(state="down", heard_s=17)})
    ours, theirs = found.parties
    assert (ours.is_ours, ours.link, ours.heard_s) == (True, "", None)
    assert (theirs.is_ours, theirs.link, theirs.heard_s) == (False, "down", 17)
    assert [(o.name, o.filled, o.counterpart) for o in theirs.offices] == [
        ("watch", True, ""),
        ("desk", True, "alpha/watch"),
        ("principal", False, ""),
    ]
    assert theirs.fingerprint.replace(" ", "") == bravo.vault.fingerprint()
    assert alpha.board().parties[1].link == "never"


def test_a_party_that_was_never_heard_of_is_shown_by_its_handle(desks: Any) -> None:
    world = desks.found("alpha", "bravo")
    alpha, _ = world.desks
    alpha.invite({d.party: d.vault.fingerprint() for d in world.desks})
    theirs = alpha.board().parties[1]
    assert (theirs.name, theirs.roster_version, theirs.offices) == ("bravo", 0, ())


def test_a_discrepancy_names_its_author_in_plain_words(world: Any) -> None:
    alpha, bravo = world.desks
    forged = alpha.forge("message.shout", {"x": 1})
    world.sync()
    found = bravo.board().discrepancies
    assert [(d.ref, d.party, d.words) for d in found] == [
        (f"alpha-1:{forged.index}", "alpha", f"alpha: {Outcome.UNKNOWN_KIND.value}")
    ]
    assert bravo.board().timeline[-1].what == f"does not fit: {Outcome.UNKNOWN_KIND.value}"


def test_the_timeline_has_a_row_for_every_entry_causes_first(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.say("Convoy")
    world.sync()
    bravo.machine("opened.batch", {"items": [{"ref": ref.text(), "result": "ok"}]})
    bravo.post("message.answer", desks.answer_body(), case=ref)
    world.sync()
    rows = alpha.board().timeline
    assert [(r.party, r.what, r.is_minor) for r in rows] == [
        ("alpha", "invited to the line", False),
        ("bravo", "invited to the line", False),
        ("alpha", "said: Convoy", False),
        ("bravo", "opened 1 entries", True),
        ("bravo", "answered", False),
    ]
    assert rows[-1].case == rows[2].ref
    assert rows == bravo.board().timeline


def test_every_kind_and_result_has_words() -> None:
    assert set(WHAT) == set(BY_KIND)
    assert set(OPENED_WORDS) == set(RESULTS)


def test_no_word_of_the_records_inside_reaches_a_screen() -> None:
    words = [*WHAT.values(), *OPENED_WORDS.values(), *(o.value for o in Outcome)]
    words += [text for p in BY_KIND.values() for text in p.says.values()]
    assert [text for text in words if FORBIDDEN.search(text)] == []


def busy(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    three.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))
    alpha.post("framework.draft", desks.draft_body(desks.clause("codes")), case=three.case)
    ref = alpha.say(to=("bravo/watch", "charlie/watch"))
    three.sync()
    bravo.post("message.take", NOTE, case=ref)
    charlie.forge("message.decline", {"reason": ""}, case=ref)
    bravo.post("suspension.declare", {"channel": "dialogue", "reason": "x", "conditions": []})
    desks.call_test(alpha, "Hear us?")
    body = {"corrects": ref.text(), "texts": desks.texts("One."), "reason": "A slip."}
    alpha.post("correction.file", body)
    three.sync()


def test_a_board_is_plain_json(three: Any, desks: Any) -> None:
    busy(three, desks)
    for desk in three.desks:
        value = plain(desk.board())
        assert json.loads(json.dumps(value)) == json.loads(json.dumps(value))
        assert FORBIDDEN.search(json.dumps(value)) is None
        assert value["tests"][0]["title"] == "Hear us?"


def test_all_parties_see_the_same_but_for_what_only_they_know(three: Any, desks: Any) -> None:
    busy(three, desks)
    views = []
    for desk in three.desks:
        value = plain(desk.board(held=lambda _ref, _party: None))
        views.append([value[k] for k in ("channels", "framework", "discrepancies", "timeline")])
    assert views[0] == views[1] == views[2]


def test_looking_changes_nothing(three: Any, desks: Any) -> None:
    busy(three, desks)
    alpha = three.desks[0]
    before = alpha.digest()
    assert alpha.board() == alpha.board()
    assert alpha.digest() == before

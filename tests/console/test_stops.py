"""A stop above everything, office by office; drills apart; what is overdue."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tieline.overview import ref_of


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


noticesworld = _load("noticesworld")
talksworld = _load("talksworld")
seen: Callable[[str], str] = talksworld.seen


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pair = noticesworld.Pair(tmp_path_factory.mktemp("notices"))
    pair.refs = noticesworld.fill(pair)
    yield pair
    pair.close()


def entered(pair: Any, desk: Any) -> Any:
    made = noticesworld.Look(desk, pair.clock)
    made.enter()
    return made


@pytest.fixture(scope="module")
def look(world: Any) -> Iterator[Any]:
    made = entered(world, world.alpha)
    yield made
    made.client.close()


def base_of(pair: Any) -> str:
    return f"/line/{pair.line.rpartition('/')[2]}"


# -- a stop


def test_a_stop_stands_above_everything_with_place_age_and_office_by_office(look: Any) -> None:
    page = look.text("/")
    assert page.index('class="stop is-exercise"') < page.index('class="overdue')
    assert page.index('class="overdue') < page.index('class="tiles"')
    card = seen(page[page.index('<article class="stop') : page.index('<article class="overdue')])
    assert "54-26.47N 012-25.21E" in card
    assert "54.44120, 12.42010" in card
    assert "may be off by 100 m" in card
    assert re.search(r"Called \d+ s ago", card)
    assert re.search(r"alpha/watch .*?acknowledged, not acted on .*?battery is being asked", card)
    assert re.search(r"alpha/desk .*?nobody yet .*?called by telephone: no answer", card)
    assert re.search(r"alpha/principal .*?nobody yet", card)
    assert re.search(r"Clinic on the pier 37 m away", card)
    assert "for us to act, counted from our word" in card
    assert "Nobody of us has acted on it" in card


def test_a_drill_of_stop_can_never_be_taken_for_a_real_one(pair: Any, looking: Any) -> None:
    pair.agree(noticesworld._pair.CLAUSES)
    drill = noticesworld.call_stop(pair, mark="EXERCISE", key="stop-drill")
    look = looking(pair, pair.alpha)
    page = look.text("/")
    assert "<title>EXERCISE STOP" in page
    assert seen(page).count("EXERCISE · EXERCISE · EXERCISE not for real") == 1
    assert "is-drill" in look.text(f"{base_of(pair)}/timeline")
    noticesworld.call_stop(pair, mark="ACTUAL", key="stop-real")
    page = look.text("/")
    assert "<title>STOP" in page
    first, second = re.findall(r'<article class="stop.*?</article>', page, re.DOTALL)
    assert 'class="stop is-actual"' in first
    assert "EXERCISE" not in seen(first)
    assert "EXERCISE STOP" in seen(second)
    bar = re.search(r'<p class="stop-bar.*?</p>', look.text(f"{base_of(pair)}/timeline"), re.DOTALL)
    assert bar is not None
    assert "is-drill" not in bar[0]
    assert seen(bar[0]) == "STOP stands: 1 ACTUAL, 1 EXERCISE. To the overview"
    noticesworld.tell(pair, pair.bravo, "stop.end", {"why": "over"}, case=drill)
    assert len(re.findall(r'<article class="stop', look.text("/"))) == 1


def test_our_own_stop_shows_what_is_proven_of_them_and_the_clock_that_runs(
    pair: Any, looking: Any
) -> None:
    pair.agree(noticesworld._pair.CLAUSES)
    pair.is_cut = True
    look = looking(pair, pair.bravo)
    body = {"key": "stop-7", "at": noticesworld.position(1, 2), "fire": "shells"}
    level = pair.bravo.node.seat(pair.line).view.terms().highest()
    case = noticesworld.tell(
        pair, pair.bravo, "stop.call", body, to=("alpha/watch",), level=level, mark="TEST"
    )
    card = seen(look.text("/"))
    assert "not known to be held by their system" in card
    assert "until we record that their system does not hold it" in card
    assert "TEST STOP" in card
    assert "No entry of the lists has a place here. The call counts as much." in card
    pair.is_cut = False
    pair.pass_s(60)
    card = seen(look.text("/"))
    assert re.search(r"alpha .*? held by their system \d\d:\d\d:\d\d", card)
    assert "until we record that nobody acknowledged in time" in card
    assert re.search(r"alpha/watch .*?nobody yet", card)
    noticesworld.tell(pair, pair.alpha, "stop.act", {"what": "told to cease"}, case=case)
    card = seen(look.text("/"))
    assert re.search(r"alpha/watch .*?acted on .*?told to cease", card)


def test_an_overdue_movement_stands_next_with_its_last_word(look: Any) -> None:
    page = look.text("/")
    (found,) = re.findall(r'<article class="overdue.*?</article>', page, re.DOTALL)
    words = seen(found)
    assert "OVERDUE: Supply boat" in words
    assert re.search(r"No word of its arrival \d+ h \d+ min after the time stated", words)
    assert "east buoy, 54-04.80N 011-55.20E 54.08000, 11.92000" in words
    assert "6 people. Contact: channel 12." in words


def test_a_call_that_fits_no_step_of_the_line_stands_there_all_the_same(
    pair: Any, looking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = "message = 1\nsuspension = 1\nsite = 1"
    clause = {"id": "procedures", "title": "Procedures", "text": "These.", "terms": terms}
    pair.agree([*noticesworld._pair.CLAUSES, clause])
    look = looking(pair, pair.alpha)
    with monkeypatch.context() as lax:
        lax.setattr("tieline.replication.filing._refuse_unless_good", lambda *_: None)
        body = {"key": "stop-1", "at": noticesworld.position(1, 2), "fire": "shells <b>now</b>"}
        case = noticesworld.tell(
            pair, pair.bravo, "stop.call", body, to=("alpha/watch",), level="FLASH"
        )
    page = look.text("/")
    assert page.index('class="stop is-actual"') < page.index('class="tiles"')
    words = seen(page[page.index('<article class="stop') : page.index('class="tiles"')])
    assert "STOP called by bravo/watch; it does not fit this line, and counts as much" in words
    assert "01-00.00N 002-00.00E 1.00000, 2.00000" in words
    assert "shells <b>now</b>" in words
    assert "the framework does not have" in words
    assert "<title>STOP" in page
    assert "STOP stands: 1 ACTUAL" in seen(look.text(f"{base_of(pair)}/parties"))
    full = ref_of(pair.alpha.node.seat(pair.line), case).text()
    answer = {
        "subject": "STOP", "texts": noticesworld.said({"en": "Seen."}), "codes": [],
        "channel": "safety", "answer_by_s": 0, "references": [full], "attachments": [],
    }  # fmt: skip
    pair.say(pair.alpha, "message.say", answer, to="bravo/watch", level="FLASH", mark="ACTUAL")
    assert "does not fit this line, and counts as much" not in seen(look.text("/"))

"""The list of notifications, and one of them: limits, what waits, who knows, what was withheld."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tieline.console import noticekept
from tieline.console.noticelist import ROWS_MAX


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


@pytest.fixture(scope="module")
def base(world: Any) -> str:
    return base_of(world)


def notice(look: Any, base: str, ref: str) -> str:
    return str(look.text(f"{base}/notification/{quote(ref)}"))


def rows(page: str) -> list[str]:
    """The words of every row of the list, in order."""
    found = re.findall(r'<tr class="is-(?:actual|exercise|test).*?</tr>', page, re.DOTALL)
    return [seen(row) for row in found]


def row_of(page: str, key: str) -> str:
    (found,) = [row for row in rows(page) if key in row]
    return found


def test_the_tile_counts_what_waits_and_keeps_drills_apart(look: Any) -> None:
    words = seen(look.text("/"))
    assert "4 notifications wait for us: 1 not taken, 3 not read back; 2 hold now;" in words
    assert "1 unit not confirmed" in words
    assert "apart from these 1 EXERCISE or TEST" in words


# -- the list


def test_today_and_the_next_days_come_first_and_what_is_over_last(look: Any, base: str) -> None:
    page = look.text(f"{base}/notifications")
    heads = [seen(h) for h in re.findall(r"<h2.*?</h2>", page, re.DOTALL)]
    assert heads == [
        "Holding now 2",
        "Today and the next 14 days 5",
        "Holding now, until cancelled 1",
        "Over 1",
    ]
    assert "Showing 1 to 9 of 9 held here, as known at 2026-11-21 22:30" in seen(page)
    assert "Clinic on the pier EXERCISE stop-1f2e" in rows(page)[0]
    keys = re.findall(r'<span class="ref">([a-z]+-[0-9a-f]+|drill-area-1)</span>', page)
    assert keys[2:5] == ["survey-2", "gunnery-4", "convoy-7"]


def test_a_row_says_what_whose_where_when_and_how_it_stands(look: Any, base: str) -> None:
    page = look.text(f"{base}/notifications")
    gunnery = row_of(page, "gunnery-4")
    for words in (
        "Gunnery 4", "ACTUAL", "activity, firing", "alpha (us)",
        "within 9.3 km (5.0 nm) of 54-20.00N 012-10.00E", "2026-11-23 08:00 to 16:00 UTC",
        "notified, and stands", "1 of 2 units not confirmed",
    ):  # fmt: skip
        assert words in gunnery, words
    convoy = row_of(page, "convoy-7")
    assert "along 3 waypoints from 54-10.80N 011-55.20E to 54-26.40N 012-25.20E" in convoy
    assert "waits for us not taken by us" in convoy
    survey = row_of(page, "survey-2")
    assert "2026-11-22 06:00 to 18:00 UTC" in survey
    assert "daily, 06:00 to 18:00 UTC, from 2026-11-22 to 2026-12-04" in survey
    drill = row_of(page, "drill-area-1")
    assert "coarse: an outer bound, and no detail yet" in drill
    assert "withheld from this recipient: cause" in drill
    assert "no place given" in row_of(page, "launch-1")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("kind=movement", {"convoy-7", "ferry-2"}),
        ("party=alpha&when=standing", {"gunnery-4", "patrol-9", "drill-area-1"}),
        ("mark=EXERCISE", {"stop-1f2e", "drill-area-1"}),
        ("when=gaps", {"gunnery-4"}),
        ("when=over", {"launch-1"}),
        ("q=MEDICINE%20clinic", {"convoy-7"}),
        ("q=药品", {"convoy-7"}),
        ("when=waiting&kind=movement", {"convoy-7", "ferry-2"}),
    ],
)
def test_the_address_narrows_the_list(look: Any, base: str, query: str, keys: set[str]) -> None:
    page = look.text(f"{base}/notifications?{query}")
    assert len(rows(page)) == len(keys)
    for key in keys:
        row_of(page, key)
    assert f"of {len(keys)} that fit, among 9 held here" in seen(page)


def test_nothing_found_is_told_with_what_was_looked_at(look: Any, base: str) -> None:
    words = seen(look.text(f"{base}/notifications?q=submarine"))
    assert "None found among the 9 notifications held here, as known at 2026-11-21" in words


@pytest.mark.parametrize("query", ["kind=wedding", "when=soonish", "mark=ACTUALLY"])
def test_an_address_that_names_no_choice_is_told_so(look: Any, base: str, query: str) -> None:
    answer = look.client.get(f"{base}/notifications?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[2] in seen(answer.text)


def test_a_long_list_is_shown_in_parts_and_made_again_only_where_something_was_said(
    pair: Any, looking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticesworld.many(pair, 130)
    made: list[object] = []
    real = noticekept.row_of

    def counting(*args: Any) -> Any:
        made.append(args)
        return real(*args)

    monkeypatch.setattr(noticekept, "row_of", counting)
    look, base = looking(pair, pair.alpha), base_of(pair)
    page = look.text(f"{base}/notifications")
    assert f"Showing 1 to {ROWS_MAX} of 130" in seen(page)
    assert len(rows(page)) == ROWS_MAX
    assert len(made) == 130
    shown = {key for row in rows(page) for key in re.findall(r"(?:alpha|bravo)-\d+", row)}
    for first in (50, 100):
        page = look.text(f"{base}/notifications?from={first}")
        shown |= {key for row in rows(page) for key in re.findall(r"(?:alpha|bravo)-\d+", row)}
    assert len(shown) == 130
    assert "Showing 101 to 130 of 130" in seen(page)
    assert "Showing 101 to 130 of 130" in seen(look.text(f"{base}/notifications?from=9999999"))
    noticesworld.tell(pair, pair.bravo, "activity.take", {}, case="alpha-1:1")
    look.text(f"{base}/notifications")
    pair.pass_s(86_400, step_s=43_200)
    look.enter()
    look.text(f"{base}/notifications")
    assert len(made) == 131


def test_a_new_day_brings_other_times_and_a_day_of_confirmation_passes(
    pair: Any, looking: Any
) -> None:
    pair.agree(noticesworld._pair.CLAUSES)
    noticesworld.settled(pair)
    noticesworld.more(pair)
    look, base = looking(pair, pair.alpha), base_of(pair)
    assert "2026-11-22 06:00 to 18:00" in row_of(look.text(f"{base}/notifications"), "survey-2")
    pair.pass_s(2 * 86_400, step_s=43_200)
    look.enter()
    survey = row_of(look.text(f"{base}/notifications"), "survey-2")
    assert "2026-11-22 06:00" not in survey
    assert "2026-11-24 06:00 to 18:00" in survey
    assert "not confirmed again" not in row_of(look.text(f"{base}/notifications"), "clinic-3")
    pair.pass_s(30 * 86_400, step_s=5 * 86_400)
    look.enter()
    page = look.text(f"{base}/notifications")
    assert "not confirmed again by its day; it still stands" in row_of(page, "clinic-3")
    assert "Passed, not ended by its notifier" in seen(page)


# -- one notification


def test_one_notification_tells_who_has_it_who_knows_and_what_was_read_back(
    look: Any, base: str, world: Any
) -> None:
    words = seen(notice(look, base, world.refs["gunnery-4"]))
    assert re.search(r"bravo proven: 2026-11-21 20:0\d:\d\d UTC proven: .*? positions read", words)
    assert "1 of 2 not confirmed" in words
    assert re.search(r"radar 4 bravo proven: confirmed", words)
    assert re.search(r"coast station 2 bravo not proven: no word", words)
    assert "54-20.00N 012-10.00E 54.33330, 12.16670" in words
    assert "54-20.01N 012-09.98E 54.33350, 12.16630 35 m apart" in words
    assert "As it was read aloud: 54.3335 north, 12.1663 east" in words
    assert re.search(r"a reply is no clearance bravo, .*? Noted. We keep our position.", words)
    assert "Shells of up to 100 mm." in words
    assert "had received no notification of others" in words


def test_what_the_author_had_received_is_named_and_linked(look: Any, base: str, world: Any) -> None:
    page = notice(look, base, world.refs["convoy-7"])
    words = seen(page)
    assert "When bravo filed it, it had received these notifications" in words
    href = f"{base}/notification/{quote(world.refs['gunnery-4'], safe='')}"
    assert page.count(f'<a href="{href}">Gunnery 4</a>') >= 1
    for waypoint in ("1. Depot", "2. Lightship", "3. Clinic pier"):
        assert waypoint in words
    assert "54-18.60N 012-08.40E 54.31000, 12.14000 2026-11-23 10:00 UTC" in words
    assert "运送药品。" in words
    assert "Overdue after 2026-11-23 12:30 UTC" in words


def test_every_wording_and_its_reason_stay_visible(look: Any, base: str, world: Any) -> None:
    words = seen(notice(look, base, world.refs["patrol-9"]))
    assert "Why, in the author's words: “to keep clear of the survey”" in words
    assert re.search(r"volumes .*2026-11-24 08:00 to 12:00 UTC .*2026-11-24 19:00 to 22:00", words)


def test_what_was_withheld_is_named_on_both_sides(
    base: str, world: Any, look: Any, looking: Any
) -> None:
    ref = re.search(r'notification/([^"]+)">Closed for a drill', look.text(f"{base}/notifications"))
    assert ref is not None
    ours = seen(look.text(f"{base}/notification/{ref[1]}"))
    assert "withheld from the other side here: cause" in ours
    theirs = looking(world, world.bravo)
    assert "withheld from us: cause" in seen(theirs.text(f"{base}/notification/{ref[1]}"))


def test_a_key_leads_there_too_and_what_is_not_there_is_told(look: Any, base: str) -> None:
    assert "Gunnery 4" in seen(look.text(f"{base}/notification/gunnery-4"))
    for name in ("nothing", "alpha-1:999", "x:y", "%3Cscript%3E"):
        answer = look.client.get(f"{base}/notification/{name}")
        assert answer.status_code == 404
        assert "There is no notification" in seen(answer.text)
    assert look.client.get("/line/none/notifications").status_code == 404


def test_an_answer_that_waits_for_us_is_named(pair: Any, looking: Any) -> None:
    case = noticesworld.gunnery(pair)
    asked = {"texts": noticesworld.said({"en": "Which guns?"})}
    noticesworld.tell(pair, pair.bravo, "activity.query", asked, case=case)
    look, base = looking(pair, pair.alpha), base_of(pair)
    words = "bravo asks, and nobody has explained yet"
    assert words in row_of(look.text(f"{base}/notifications?when=waiting"), "gunnery-4")
    assert words in seen(look.text("/"))
    assert "Which guns?" in seen(notice(look, base, case))

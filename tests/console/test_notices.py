"""The pages of notifications: a stop above all, lists, one by one, maps, nobody's markup."""

from __future__ import annotations

import html
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
pages = _load("test_pages")
seen: Callable[[str], str] = talksworld.seen
NEVER = re.compile(r"\b(?:clear|conflicts?|stored|blobs?|leaf|fold)\b", re.IGNORECASE)


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


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Any]:
    """Two parties who have said nothing yet."""
    pair = noticesworld.Pair(tmp_path)
    yield pair
    pair.close()


@pytest.fixture
def looking() -> Iterator[Callable[[Any, Any], Any]]:
    """Opens a console of one side."""
    made: list[Any] = []

    def enter(pair: Any, desk: Any) -> Any:
        made.append(entered(pair, desk))
        return made[-1]

    yield enter
    for each in made:
        each.client.close()


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


def test_a_drill_of_stop_can_never_be_taken_for_a_real_one(fresh: Any, looking: Any) -> None:
    pair = fresh
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
    fresh: Any, looking: Any
) -> None:
    pair = fresh
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
    fresh: Any, looking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = fresh
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
    fresh: Any, looking: Any
) -> None:
    pair = fresh
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


def test_an_answer_that_waits_for_us_is_named(fresh: Any, looking: Any) -> None:
    pair = fresh
    case = noticesworld.gunnery(pair)
    asked = {"texts": noticesworld.said({"en": "Which guns?"})}
    noticesworld.tell(pair, pair.bravo, "activity.query", asked, case=case)
    look, base = looking(pair, pair.alpha), base_of(pair)
    words = "bravo asks, and nobody has explained yet"
    assert words in row_of(look.text(f"{base}/notifications?when=waiting"), "gunnery-4")
    assert words in seen(look.text("/"))
    assert "Which guns?" in seen(notice(look, base, case))


# -- every page


@pytest.fixture(scope="module")
def every(look: Any) -> dict[str, str]:
    found = dict(look.every_page())
    return {path: page for path, page in found.items() if "/talks" not in path}


def test_every_page_of_notifications_is_reached_and_whole(every: dict[str, str]) -> None:
    one = [path for path in every if "/notification/" in path]
    assert len(one) >= 9
    for path, page in every.items():
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids)), path
        assert len(page) < 400_000, path
        assert not re.search(r'<[^>]*\sstyle="|<style|<script>|\son[a-z]+="', page), path
        for named in re.findall(r'aria-labelledby="([^"]*)"', page):
            assert named in ids, (path, named)
        for used in re.findall(r"url\(#([^)]*)\)", page):
            assert used in ids, (path, used)


def test_no_page_uses_a_word_that_would_mislead(every: dict[str, str]) -> None:
    for path, page in every.items():
        words = seen(page).replace("to keep clear of the survey", "")
        assert not NEVER.findall(words), (path, NEVER.findall(words))


def test_tables_have_headers_and_drawings_have_names(every: dict[str, str]) -> None:
    drawings = 0
    for path, page in every.items():
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            assert '<th scope="col"' in table or '<th colspan="5"' in table, path
        for drawing in re.findall(r"<svg class=\"map\".*?</svg>", page, re.DOTALL):
            drawings += 1
            assert 'role="img"' in drawing
            assert re.search(r"<title id=\"[^\"]+\">[^<]{10,}</title>", drawing)
    assert drawings >= 6


def test_hostile_words_stay_words_on_every_page(fresh: Any, looking: Any) -> None:
    pair = fresh
    pair.agree(noticesworld._pair.CLAUSES)
    for number, payload in enumerate(pages.PAYLOADS):
        # A body refuses what is no character of a line; the rest is anybody's to send.
        line = " ".join("".join(c for c in payload if c.isprintable()).split())
        body = {
            "key": f"evil-{number}",
            "title": line,
            "sort": "firing",
            "purpose": payload.replace("\x00", "") * 3,
            "contact": [line],
            "must_know": [{"party": "alpha", "value": line}],
            "texts": noticesworld.said({"en": payload.replace("\x00", "")}),
            "volumes": [noticesworld.circle(10, 179.99, 50_000, noticesworld.until(1, None))],
        }
        case = noticesworld.tell(pair, pair.bravo, "activity.notify", body)
        if number < 6:
            reply = {"words": payload * 20}
            noticesworld.tell(pair, pair.alpha, "activity.reply", reply, case=case)
    line = "<b>clinic</b>"
    stop = {"key": "stop-evil", "title": line, "fire": "<b>fire</b>\u202e" * 100,
            "at": noticesworld.position(89.9999, 0), "contact": [line]}  # fmt: skip
    level = pair.bravo.node.seat(pair.line).view.terms().highest()
    noticesworld.tell(pair, pair.bravo, "stop.call", stop, to=("alpha/watch",), level=level)
    look = looking(pair, pair.alpha)
    for path, page in look.every_page().items():
        if path.startswith("/talks"):
            continue
        tags = pages.Markup(page).tags
        names = {name for name, _ in tags}
        assert not names & {"img", "iframe", "object", "embed", "base", "math", "video", "xss7"}
        assert sum(name == "script" for name, _ in tags) == 1, path
        for name, attrs in tags:
            assert not any(attr.startswith("on") or attr == "style" for attr in attrs), (path, name)
            assert not attrs.get("href", "").lower().startswith(("javascript", "data:text"))
        assert "\u202e" not in page, path


def test_the_longest_texts_leave_pages_small(fresh: Any, looking: Any) -> None:
    pair = fresh
    body = {
        "key": "long",
        "purpose": "x" * 2_000,
        "texts": noticesworld.said({"en": "word " * 1_500, "zh": "字" * 2_000}),
        "must_know": [{"party": "bravo", "value": f"unit {n}"} for n in range(60)],
    }
    noticesworld.tell(pair, pair.alpha, "activity.notify", body)
    look, base = looking(pair, pair.alpha), base_of(pair)
    assert len(look.text(f"{base}/notifications")) < 20_000
    assert len(look.text(f"{base}/notification/long")) < 120_000
    assert "60 of 60 not confirmed" in seen(look.text(f"{base}/notification/long"))


def test_the_list_names_its_own_choices(look: Any, base: str) -> None:
    page = html.unescape(look.text(f"{base}/notifications?kind=movement&q=boat"))
    assert '<option value="movement" selected>movement (2)</option>' in page
    assert 'name="q" value="boat"' in page
    assert "Show all again" in page

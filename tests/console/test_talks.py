"""The pages of the talks: three kinds of record, days, marks, limits, and nobody's markup."""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

_spec = importlib.util.spec_from_file_location(
    "talksworld", Path(__file__).with_name("talksworld.py")
)
assert _spec is not None
assert _spec.loader is not None
talksworld = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(talksworld)

OBSERVER = "/talks/observer"

seen: Callable[[str], str] = talksworld.seen
Visible = talksworld.Visible


def row_of(page: str, name: str) -> str:
    """The words of one row of the board."""
    for row in re.findall(r'<tr role="row" class="row-.*?</tr>', page, re.DOTALL):
        if name in row:
            return seen(row)
    pytest.fail(f"no row for {name}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pair = talksworld.Pair(tmp_path_factory.mktemp("talks"))
    pair.lines = talksworld.fill(pair)
    yield pair
    pair.close()


@pytest.fixture(scope="module")
def look(world: Any) -> Iterator[Any]:
    made = talksworld._pair.Look(world.alpha, world.clock)
    made.enter()
    yield made
    made.client.close()


@pytest.fixture(scope="module")
def line(world: Any) -> str:
    return f"/talks/{world.lines['line'].rpartition('/')[2]}"


@pytest.fixture(scope="module")
def every(look: Any) -> dict[str, str]:
    return dict(look.every_page())


def test_every_kind_of_record_has_its_pages_and_the_overview_leads_there(
    look: Any, line: str
) -> None:
    overview, listed = look.text("/"), seen(look.text("/talks"))
    for base in (OBSERVER, "/talks/house", line):
        assert f'href="{base}"' in overview
        for page in ("", "/commitments", "/counterparts", "/positions", "/discrepancies"):
            assert "<h1" in look.text(base + page)
    for words in ("Observer's record", "Our own notes", "Military hotline"):
        assert words in listed
    assert "Recorded by us only" in seen(look.text("/talks/house"))


def test_the_day_changes_what_is_shown(look: Any) -> None:
    before = look.text(f"{OBSERVER}?on=2019-06-01")
    between = look.text(f"{OBSERVER}?on=2022-08-10")
    after = look.text(f"{OBSERVER}?on=2024-01-09")
    assert "unknown" in row_of(before, "Military ties")
    assert "perhaps severed" in row_of(between, "Military ties")
    assert "by China" in row_of(between, "Military ties")
    assert "resumed" in row_of(after, "Defence policy coordination talks")
    assert "round 17, held 2024-01-08 to 2024-01-09" in row_of(after, "Defence policy")


def test_the_slider_leads_to_the_day_it_stands_on(look: Any) -> None:
    page = look.text(f"{OBSERVER}?on=2018-11-09")
    slider = next(t for t in Visible(page).tags if t[1].get("type") == "range")[1]
    assert int(slider["min"]) <= int(slider["value"]) <= int(slider["max"])
    moved = look.client.get(f"{OBSERVER}?step={int(slider['value']) + 1}")
    assert moved.status_code == 303
    assert moved.headers["location"] == f"{OBSERVER}?on=2018-11-10"
    assert 'rel="next"' in page
    assert f"{OBSERVER}?on=2018-11-01" in page
    far = look.client.get(f"{OBSERVER}?step=999999999&known_on=2018-12-01")
    assert far.status_code == 303
    assert "known_on=2018-12-01" in far.headers["location"]


def test_only_what_was_known_on_a_day_is_used_and_links_keep_it(look: Any) -> None:
    page = look.text(f"{OBSERVER}?on=2018-12-01&known_on=2018-12-01")
    assert "Military ties" not in page
    assert "Only what was known by 2018-12-01 is used" in seen(page)
    assert "commitments?on=2018-12-01&amp;known_on=2018-12-01" in page
    assert look.client.get(f"{OBSERVER}/round/talks-003?known_on=2018-12-01").status_code == 404


@pytest.mark.parametrize("query", ["on=yesterday", "on=2018-02-30", "on=2018-01-01&known_on=<b>"])
def test_what_is_no_day_is_explained(look: Any, query: str) -> None:
    answer = look.client.get(f"{OBSERVER}?{query}")
    assert answer.status_code == 400
    assert "day" in answer.text
    assert "<b>" not in answer.text


def test_a_cell_opens_its_passages_with_force_and_source(look: Any) -> None:
    page = look.text(f"{OBSERVER}?on=2022-08-10")
    row = next(r for r in re.findall(r"<tr role.*?</tr>", page, re.DOTALL) if "Military ties" in r)
    assert row.count("<details") >= 2
    assert "China had cut these ties" in row
    assert "told by the reporter" in row
    assert f"{OBSERVER}/statement/004-3?on=2022-08-10" in row


def test_what_is_unknown_inferred_signed_or_only_ours_is_marked_as_such(
    look: Any, line: str
) -> None:
    observed = look.text(f"{OBSERVER}/round/dsd-2")
    assert '<span class="unknown">not on record</span>' in observed
    assert "sort-inferred" in observed
    assert "postponed by whom is not said, to when is not said" in seen(observed)
    assert "sort-signed" in look.text(f"{line}/round/harbour-1")
    assert "sort-recorded" in look.text("/talks/house?on=2026-11-21")
    assert "sort-signed" not in re.sub(r"<aside.*?</aside>", "", observed, flags=re.DOTALL)


def test_a_round_keeps_its_first_plan_and_both_readouts_apart(look: Any, line: str) -> None:
    page = look.text(f"{line}/round/harbour-1")
    words = seen(page)
    assert "first 2026-12-20, Newport" in words
    assert "postponed by bravo to 2027-01, because: a storm" in words
    columns = re.findall(
        r'<section class="col"><h3>(alpha|bravo)</h3>(.*?)</section>', page, re.DOTALL
    )
    told = {side: seen(words) for side, words in columns}
    assert "Frank and useful." in told["alpha"]
    assert "双方坦诚" in told["bravo"]
    assert "双方坦诚" not in told["alpha"]
    assert 'lang="zh-Hans"' in dict(columns)["bravo"]
    assert "alpha/watch opened the round" in words
    assert f"/line/{line.rpartition('/')[2]}/message/" in page


def test_people_whose_seats_are_counterparts_stand_opposite_each_other(look: Any) -> None:
    words = seen(look.text(f"{OBSERVER}/round/dsd-2"))
    assert re.search(r"James Mattis.*?Wei Fenghe.*?reported counterparts", words)
    assert "Raised by one side only" in words


def test_a_text_on_the_line_shows_its_brackets(look: Any, line: str) -> None:
    words = seen(look.text(f"{line}/mechanism/harbour"))
    assert "in brackets: not agreed" in words
    assert "Calm at sea." in words
    assert "Calm in the strait." in words
    assert "summit-2026 mandates Harbour talks" in words
    assert "suspended by bravo" in words


def test_both_sides_views_of_a_commitment_stand_side_by_side(look: Any, line: str) -> None:
    words = seen(look.text(f"{line}/commitments"))
    assert "bravo: met" in words
    assert "alpha: disputed" in words
    only = seen(look.text(f"{line}/commitments?side=alpha"))
    assert "One list of night signals" in only
    assert "A joint survey" not in only
    passed = seen(look.text(f"{OBSERVER}/commitments?state=due+passed,+outcome+unknown"))
    assert "joint military maritime search and rescue exercises" in passed
    assert "finalise the crisis" not in passed


def test_the_calendar_file_is_a_calendar(look: Any) -> None:
    pytest.importorskip("icalendar", reason="icalendar is absent: no calendar file was made")
    answer = look.client.get(f"{OBSERVER}/commitments.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_positions_stand_by_side_as_far_as_they_were_known(look: Any) -> None:
    early = html.unescape(look.text(f"{OBSERVER}/positions?topic=taiwan&known_on=2018-12-01"))
    later = html.unescape(look.text(f"{OBSERVER}/positions?topic=taiwan"))
    assert "Michael Pompeo" in early
    assert "China's defence ministry" not in early
    assert "China's defence ministry" in later
    assert look.client.get(f"{OBSERVER}/positions?topic=tawain").status_code == 404


def test_a_statement_tells_source_passage_force_and_what_rests_on_it(look: Any) -> None:
    words = seen(look.text(f"{OBSERVER}/statement/004-2"))
    for each in ("told by the reporter", "¶1", "What rests on it", "i-balloon-order"):
        assert each in words
    inferred = seen(look.text(f"{OBSERVER}/statement/i-balloon-order"))
    assert "Concluded from" in inferred
    assert "004-2" in inferred


def test_search_finds_two_chinese_characters(look: Any, line: str) -> None:
    assert "1 found" in seen(look.text(f"{line}/search?q={quote('坦诚')}"))
    assert "15 found" in seen(look.text(f"{OBSERVER}/search?q=taiwan"))
    assert look.client.get(f"{OBSERVER}/search?q={'x' * 300}").status_code == 400


def test_an_unknown_key_names_those_like_it(look: Any) -> None:
    for path, like in (
        (f"{OBSERVER}/round/dsd-9", f"{OBSERVER}/round/dsd-2"),
        (f"{OBSERVER}/mechanism/dpc", f"{OBSERVER}/mechanism/dpct"),
        (f"{OBSERVER}/thing/oil-exemption", f"{OBSERVER}/thing/oil-exemptions"),
        (f"{OBSERVER}/statement/000-100", f"{OBSERVER}/statement/000-10"),
        ("/talks/observr", OBSERVER),
    ):
        answer = look.client.get(path)
        assert answer.status_code == 404, path
        assert f'href="{like}"' in answer.text


@pytest.mark.parametrize(
    "key",
    ["../../line", "%2e%2e%2f", "<script>x</script>", "\u202eabc", "a/b?c#d", "'\"", "й\u0306", ""],
)
def test_a_key_of_odd_characters_is_looked_up_and_never_a_path(look: Any, key: str) -> None:
    for place in ("mechanism", "round", "thing", "statement"):
        answer = look.client.get(f"{OBSERVER}/{place}/{quote(key, safe='')}")
        assert answer.status_code == 404
        assert "<script>x" not in answer.text
        assert "\u202e" not in answer.text


ODD = """format: tieline/observer@v1

source: s
  published: 2020-01-01
  file: x.txt

statement: öd-1
  source: s
  passage: 1
  force: said
  speaker: <img src=x onerror=alert(1)>
  happened: 2020-01-01
  text: </td><script>alert(2)</script> {{{{ 7 * 191 }}}} {long}
  topic: ärger.1
  asserts: mechanism Gespräch_ö.1-中
    name: <b>Talks</b> "of" 'both' & more
    established: 2020-01-01
  asserts: round Gespräch.2
    of: Gespräch_ö.1-中
    held: 2020-01-02
    place: <svg/onload=alert(3)>
  asserts: commitment c
    what: <script>alert(4)</script>
    by: A
  asserts: position ärger.1
    side: <i>A</i>
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    pair = talksworld.Pair(tmp_path_factory.mktemp("odd"))
    talksworld.observe(pair, ODD.format(long="long " * 600).encode())
    made = talksworld._pair.Look(pair.alpha, pair.clock)
    made.enter()
    yield dict(made.every_page())
    made.client.close()
    pair.close()


def test_keys_and_words_of_any_script_are_shown_and_linked(odd: dict[str, str]) -> None:
    keys = [quote(key) for key in ("Gespräch_ö.1-中", "Gespräch.2", "öd-1")]
    for place, key in zip(("mechanism", "round", "statement"), keys, strict=True):
        assert f"{OBSERVER}/{place}/{key}" in odd
    assert f"{OBSERVER}/positions?topic={quote('ärger.1')}" not in odd
    for path, page in odd.items():
        if path.partition("?")[0].endswith(".ics"):
            continue
        for tag, attributes in Visible(page).tags:
            assert tag not in {"b", "svg/onload", "i"} or "class" in attributes, path
            assert not [name for name in attributes if name.startswith("on")], path
            assert "style" not in attributes, path
            if tag == "script":
                assert attributes["src"] == "/static/console.js", path
        assert "1337" not in page, path
        assert "alert(2)" not in page or "&lt;script&gt;alert(2)" in page, path


def test_a_long_text_is_cut_everywhere_but_on_its_own_page(odd: dict[str, str]) -> None:
    whole = odd[f"{OBSERVER}/statement/{quote('öd-1')}"]
    assert whole.count("long ") > 500
    assert odd[OBSERVER].count("long ") < 500
    assert "…" in odd[OBSERVER]


def test_every_page_is_whole_without_scripts_and_prints(every: dict[str, str], look: Any) -> None:
    assert len(every) > 120
    for path, page in every.items():
        if not path.startswith("/talks"):
            continue
        if path.partition("?")[0].endswith(".ics"):
            continue
        tags = Visible(page).tags
        names = [tag for tag, _ in tags]
        assert names.count("h1") == 1, path
        assert "main" in names, path
        assert all("hidden" not in attributes for _, attributes in tags), path
        for tag, attributes in tags:
            if tag == "form":
                assert attributes["method"] == "get", path
            if tag == "details":
                assert names.count("summary") >= names.count("details"), path
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        assert len(page) < 400_000, path
    css = look.text("/static/console.css")
    printed = css[css.rindex("@media print") :]
    for rule in (".tabs", ".search", "break-inside: avoid"):
        assert rule in printed


def test_a_channel_that_is_only_known_as_cut_off_has_a_page(pair: Any) -> None:
    made = talksworld._pair.Look(pair.alpha, pair.clock)
    made.enter()
    cut = {"channel": "notification", "reason": "overflight", "conditions": ["An apology"]}
    pair.say(pair.bravo, "suspension.declare", cut)
    base = f"/talks/{pair.line.rpartition('/')[2]}"
    page = made.text(base)
    (path,) = set(re.findall(rf'href="({base}/mechanism/[^"]*)"', page))
    words = seen(made.text(path))
    made.client.close()
    assert "suspended by bravo" in words
    assert "because: overflight" in words


LONG = 300


def test_long_listings_are_cut_and_lead_on(pair: Any) -> None:
    lines = ["format: tieline/observer@v1\n", "source: s\n  published: 2020-01-01\n  file: x\n"]
    for number in range(LONG):
        if number % 10 == 0:
            lines.append(f"\nstatement: s-{number}\n  source: s\n  passage: 1\n  force: said")
            lines.append("  happened: 2020-01-01\n  text: many")
        lines.append(f"  asserts: mechanism m-{number:03}\n    name: Mechanism {number:03}")
        lines.append(
            f"  asserts: commitment c-{number:03}\n    what: Promise {number:03}\n    by: A"
        )
    talksworld.observe(pair, ("\n".join(lines) + "\n").encode())
    made = talksworld._pair.Look(pair.alpha, pair.clock)
    made.enter()
    for path, word, named in (
        (OBSERVER, "mechanisms and channels", r"Mechanism \d+"),
        (f"{OBSERVER}/commitments", "commitments", r"Promise \d+"),
    ):
        found: set[str] = set()
        at, pages = path, 0
        while True:
            page = made.text(at)
            table = page[page.index("<tbody") : page.index("</table>")]
            found |= set(re.findall(named, seen(table)))
            assert f"of {LONG} {word}" in seen(page)
            on = re.search(r'<a href="([^"]*)">and \d+ more</a>', page)
            pages += 1
            if on is None:
                break
            at = html.unescape(on[1])
        assert len(found) == LONG
        assert pages > 2
    made.client.close()

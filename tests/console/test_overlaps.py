"""The pages of overlaps: gravest first, a hash to compare by voice, what became of those gone."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tieline.console import overlapkept
from tieline.console.noticemap import make_map
from tieline.deconfliction.notified import Notified
from tieline.overlapping import VERBS
from tieline.record.strict import Fields
from tieline.space.body import read_volumes


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
    pair = noticesworld.Pair(tmp_path_factory.mktemp("overlaps"))
    pair.refs = noticesworld.fill(pair, stop=False)
    yield pair
    pair.close()


@pytest.fixture
def look(world: Any, looking: Any) -> Any:
    return looking(world, world.alpha)


def base_of(pair: Any) -> str:
    return f"/line/{pair.line.rpartition('/')[2]}"


def tables(page: str) -> list[list[str]]:
    """The words of every row, table by table."""
    return [
        [seen(row) for row in re.findall(r"<tr class=.*?</tr>", table, re.DOTALL)]
        for table in re.findall(r'<table class="overlaps.*?</table>', page, re.DOTALL)
    ]


def test_every_overlap_stands_with_its_gap_times_state_and_both_sides(
    look: Any, world: Any
) -> None:
    page = look.text(f"{base_of(world)}/overlaps")
    assert "2 found among these 7 notifications, as known at 2026-11-21 22:30Z." in seen(page)
    found, gone = tables(page)
    assert len(found) == 2
    assert re.search(
        r"high ACTUAL Gunnery 4 alpha \(us\), firing ACTUAL Aid convoy 7 bravo, movement "
        r"room in common near 54-\d\d\.\d\dN 012-\d\d\.\d\dE 2026-11-23 08:30 to 10:30 UTC "
        r"seen taken by an officer: gunnery-4",
        found[0],
    )
    assert "Patrol 9" in gone[0]
    assert "settled settled by amending patrol-9" in gone[0]
    assert len(re.findall(r'class="map-line map-[0-7]"', page)) == 2
    for ref in ("gunnery-4", "convoy-7", "patrol-9", "survey-2"):
        href = f"{base_of(world)}/notification/{quote(world.refs[ref], safe='')}"
        assert page.count(f'href="{href}"') >= 1, ref


def test_both_sides_read_the_same_hash_to_each_other(world: Any, looking: Any) -> None:
    spoken = []
    for desk in (world.alpha, world.bravo):
        page = looking(world, desk).text(f"{base_of(world)}/overlaps")
        groups = re.findall(r'<span class="spoken-group">([0-9a-f]{4})</span>', page)
        told: Any = VERBS["overlaps"](desk.node, {"line": world.line})
        assert told["line_digest"] in page
        assert "".join(groups) == told["line_digest"][:20]
        spoken.append(groups)
    assert spoken[0] == spoken[1]


def test_one_overlap_tells_everything_and_what_each_author_knew(look: Any, world: Any) -> None:
    page = look.text(f"{base_of(world)}/overlaps")
    short = re.findall(r'/overlap/([0-9a-f]{10})"', page)
    words = seen(look.text(f"{base_of(world)}/overlap/{short[0]}"))
    assert "Gunnery 4 and Aid convoy 7" in words
    assert "bravo: read back" in words
    assert "alpha had not received convoy-7 when it filed gunnery-4" in words
    assert "bravo had received gunnery-4 when it filed convoy-7" in words
    assert "This is what was found, and no clearance." in words
    assert "no separation is agreed" in words
    gone = seen(look.text(f"{base_of(world)}/overlap/{short[-1]}"))
    assert "settled by amending patrol-9 no more" in gone


def test_an_identifier_that_names_none_or_several_is_told_so(look: Any, world: Any) -> None:
    for name in ("ffffffffff", "zz", "%3Cscript%3E"):
        answer = look.client.get(f"{base_of(world)}/overlap/{name}")
        assert answer.status_code == 404
        assert "no overlap of this line begins with" in seen(answer.text)


def test_the_page_of_a_notification_lists_its_overlaps(look: Any, world: Any) -> None:
    page = look.text(f"{base_of(world)}/notification/gunnery-4")
    (found,) = tables(page)
    assert len(found) == 2
    assert "with what overlaps it</title>" in page
    patrol = look.text(f"{base_of(world)}/notification/patrol-9")
    (gone,) = tables(patrol)
    assert "settled by amending patrol-9" in gone[0]
    assert "None found between this one and the others among these 7 notifications" in seen(patrol)
    launch = seen(look.text(f"{base_of(world)}/notification/launch-1"))
    assert "It is over, and is compared with nothing any more." in launch


def test_nothing_found_is_never_told_as_more(pair: Any, looking: Any) -> None:
    look = looking(pair, pair.alpha)
    words = seen(look.text(f"{base_of(pair)}/overlaps"))
    assert "None found among these 0 notifications, as known at 2026-11-21 20:00Z." in words
    assert "so only volumes with room in common are found" in words
    assert "0 overlaps none found among these 0" in seen(look.text("/"))
    assert "None found among these 0 notifications, as known at 20:00 UTC" in seen(look.text("/"))


def test_the_first_page_counts_by_severity_and_keeps_drills_apart(pair: Any, looking: Any) -> None:
    noticesworld.gunnery(pair)
    look = looking(pair, pair.alpha)
    body = {
        "key": "drill-2",
        "title": "Drill across",
        "sort": "exercise",
        "volumes": [noticesworld.circle(54.33, 12.16, 4_000, noticesworld.until(
            noticesworld.at(2, 8), noticesworld.at(2, 9)))],
    }  # fmt: skip
    noticesworld.tell(pair, pair.bravo, "activity.notify", body, mark="EXERCISE")
    words = seen(look.text("/"))
    assert "0 overlaps none found among these 2, 1 with EXERCISE or TEST" in words
    noticesworld.convoy(pair)
    words = seen(look.text("/"))
    assert "2 overlaps 2 high, 1 with EXERCISE or TEST" in words
    page = look.text(f"{base_of(pair)}/overlaps")
    (row,) = [row for row in tables(page)[0] if "Drill" in row]
    assert "EXERCISE" in row
    assert page.count('<tr class="is-drill') == 1
    short = re.search(r'<tr class="is-drill.*?/overlap/([0-9a-f]{10})', page, re.DOTALL)
    assert short is not None
    one = look.text(f"{base_of(pair)}/overlap/{short[1]}")
    assert "ACTUAL with EXERCISE one of the two is not for real" in seen(one)
    assert 'class="full is-exercise"' in one


def test_what_is_not_worked_out_yet_is_told_as_such(
    pair: Any, looking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticesworld.gunnery(pair)
    monkeypatch.setattr("tieline.console.pages.find_on", lambda *_, **__: None)
    words = seen(looking(pair, pair.alpha).text("/"))
    assert "still being compared; NOT all are counted" in words
    assert "Still being compared: what is told here is not all." in words
    assert "none found" not in words.lower()


def test_the_address_narrows_the_list(look: Any, world: Any) -> None:
    base = f"{base_of(world)}/overlaps"
    assert "None found that fits, among 2" in seen(look.text(f"{base}?severity=low"))
    assert len(tables(look.text(f"{base}?state=seen"))[0]) == 2
    own = look.text(f"{base}?own=yes")
    assert "?own=yes" in own
    for query in ("state=cleared", "severity=huge"):
        answer = look.client.get(f"{base}?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[2] in seen(answer.text)


def test_many_overlaps_are_shown_in_parts(pair: Any, looking: Any) -> None:
    noticesworld.many(pair, 160)
    page = looking(pair, pair.alpha).text(f"{base_of(pair)}/overlaps")
    shown = re.search(r"Showing 1 to 50 of (\d+)", seen(page))
    assert shown is not None
    assert int(shown[1]) > 50
    assert len(tables(page)[0]) == 50
    assert len(page) < 400_000


def test_a_hash_is_read_in_groups_of_four() -> None:
    assert overlapkept.in_groups("0123456789ab") == ["0123", "4567", "89ab"]


# -- maps


def told(*shapes: dict[str, Any], key: str = "k", party: str = "alpha") -> Notified:
    window = [{"start_ms": 0}]
    volumes: Any = [{"shape": shape, "window": window} for shape in shapes]
    read = read_volumes(Fields({"volumes": volumes}))
    return Notified(key=key, party=party, kind="other", volumes=read)


def circle(lat: float, lon: float, radius_m: int) -> dict[str, Any]:
    centre = noticesworld.position(lat, lon)
    return {"kind": "circle", "centre": centre, "radius_m": radius_m}


def test_what_has_no_place_has_no_map() -> None:
    assert make_map([], name="m", title="t") is None
    empty = Notified(key="k", party="alpha", kind="other", volumes=())
    assert make_map([empty], name="m", title="t") is None


@pytest.mark.parametrize(
    "shape",
    [
        circle(0, 179.99, 50_000),
        circle(89.9, 0, 100_000),
        circle(-90, 0, 4_000_000),
        {"kind": "area", "ring": [[0, 1_790_000_000], [10_000_000, -1_790_000_000],
                                  [-10_000_000, -1_790_000_000]]},
        {"kind": "corridor", "points": [[0, 1_700_000_000], [0, -1_700_000_000]],
         "half_width_m": 20_000},
        {"kind": "point", "at": {"lat_e7": 0, "lon_e7": -1_800_000_000}},
    ],
)  # fmt: skip
def test_a_map_holds_at_the_antimeridian_and_the_poles(shape: dict[str, Any]) -> None:
    made = make_map([told(shape), told(circle(1, -179.5, 1_000), key="b", party="bravo")],
                    name="m", title="t")  # fmt: skip
    assert made is not None
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d", str(made.svg))]
    assert numbers
    assert all(abs(n) < 1e6 for n in numbers)
    assert "nan" not in str(made.svg)


def test_words_in_a_map_are_words_and_ids_bear_its_name() -> None:
    made = make_map([told(circle(1, 1, 9_000), key="<b>\u202e&")], name="map-x", title="a<b>")
    assert made is not None
    text = str(made.svg)
    assert "<b>" not in text
    assert "\u202e" not in text
    assert "&lt;b&gt;[U+202E]&amp;" in text
    assert all(one.startswith("map-x") for one in re.findall(r'\bid="([^"]*)"', text))


def test_a_map_that_nobody_could_read_leaves_out_and_says_so() -> None:
    many = [told(circle(n % 80, n, 9_000), key=f"k{n}") for n in range(90)]
    made = make_map(many, name="m", title="t")
    assert made is not None
    assert made.left_out[0] == "30 of 90 are not drawn: too much for one map"
    assert len(str(made.svg)) < 200_000

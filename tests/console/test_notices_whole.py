"""Every page of notifications: whole, named, in our words, and with nobody's markup."""

from __future__ import annotations

import html
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


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


def base_of(pair: Any) -> str:
    return f"/line/{pair.line.rpartition('/')[2]}"


@pytest.fixture(scope="module")
def base(world: Any) -> str:
    return base_of(world)


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


def test_hostile_words_stay_words_on_every_page(pair: Any, looking: Any) -> None:
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


def test_the_longest_texts_leave_pages_small(pair: Any, looking: Any) -> None:
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

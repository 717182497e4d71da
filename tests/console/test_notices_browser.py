"""The pages of notifications and overlaps in a real Chromium: wide, narrow, dark, printed."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.async_api", reason="playwright is absent")
pytestmark = pytest.mark.browser


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


browsing = _load("test_browser")
noticesworld = _load("noticesworld")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RENEWED_MAX = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pair = noticesworld.Pair(tmp_path_factory.mktemp("browsed"))
    pair.refs = noticesworld.fill(pair)
    long = {
        "key": "x" * 60,
        "title": "字" * 100 + "x" * 100,
        "sort": "other",
        "purpose": "<b>unbroken</b>" + "y" * 1_900,
        "must_know": [{"party": "bravo", "value": "z" * 200}],
    }
    noticesworld.tell(pair, pair.alpha, "activity.notify", long, mark="TEST")
    yield pair
    pair.close()


def in_browser(world: Any, look: Callable[[Any, str], Awaitable[None]], **context: Any) -> None:
    line = f"/line/{world.line.rpartition('/')[2]}"

    async def wrapped(watched: Any, server: Any) -> None:
        await look(watched, f"http://alpha.localhost:{server.port}{line}")
        assert watched.troubles == []
        assert watched.gone == []

    browsing.in_browser(world, wrapped, **context)


async def wider_by(page: Any) -> int:
    """How much a page is wider than its screen; asked again where it renews itself meanwhile."""
    for _ in range(RENEWED_MAX):
        with suppress(playwright.Error):
            return int(await page.evaluate(WIDER))
        await page.wait_for_load_state()
    return int(await page.evaluate(WIDER))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_every_page_fits_its_screen(world: Any, width: int, scheme: str) -> None:
    keys = ("gunnery-4", "convoy-7", "patrol-9", "stop-1f2e", "x" * 60)
    paths = ["/notifications", "/overlaps", *(f"/notification/{key}" for key in keys)]

    async def look(watched: Any, root: str) -> None:
        page = watched.page
        for path in ("/", *paths):
            await page.goto(root.partition("/line/")[0] + "/" if path == "/" else root + path)
            assert browsing.ink(await page.screenshot()) > 0.01, path
            assert await wider_by(page) == 0, path
        await page.locator(".overlaps a.ref, .badges").first.wait_for()

    in_browser(world, look, viewport={"width": width, "height": 900}, color_scheme=scheme)


def test_a_map_is_drawn_in_the_page_and_its_words_can_be_read(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"{root}/notification/gunnery-4")
            map_ = page.get_by_role("img", name="Map of Gunnery 4, with what overlaps it")
            box = await map_.bounding_box()
            assert box["width"] > 250
            label = map_.locator("text.map-name", has_text="gunnery-4")
            height = (await label.bounding_box())["height"]
            assert 9 <= height <= 26, (width, height)
            filled = await map_.locator(".map-area").first.evaluate("e => getComputedStyle(e).fill")
            assert filled.startswith("rgb("), filled

    in_browser(world, look)


def test_a_reader_of_screens_finds_the_stop_first_and_tables_by_name(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(root.partition("/line/")[0] + "/")
        heads = page.get_by_role("heading", level=2)
        assert (await heads.first.inner_text()).startswith("EXERCISE STOP")
        article = page.get_by_role("article").first
        assert "EXERCISE STOP" in (await article.inner_text())
        offices = page.get_by_role("table", name="Offices of alpha")
        assert await offices.get_by_role("rowheader").count() == 3
        await page.goto(f"{root}/overlaps")
        table = page.get_by_role("table", name="Overlaps, gravest first")
        assert await table.get_by_role("columnheader").count() == 5
        assert await page.get_by_role("heading", level=1).count() == 1

    in_browser(world, look)


def test_the_list_is_narrowed_by_keyboard_without_scripts(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(f"{root}/notifications")
        await page.get_by_label("Text").focus()
        await page.keyboard.type("medicine")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/notifications?*q=medicine*")
        assert await page.locator("table.notices tbody tr").count() == 1

    in_browser(world, look, java_script_enabled=False)


def test_the_pages_print_without_what_only_a_screen_needs(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(f"{root}/notifications")
        await page.emulate_media(media="print")
        assert not await page.locator(".filters").is_visible()
        assert await page.locator("table.notices").first.is_visible()
        await page.goto(f"{root}/notification/gunnery-4")
        assert await page.locator(".no-clearance").first.is_visible()
        assert (await page.pdf(format="A4")).startswith(b"%PDF")

    in_browser(world, look)

"""The pages of the talks in a real Chromium: wide, narrow, by keyboard, printed, unscripted."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


browsing = _load("test_browser")
talksworld = _load("talksworld")
OBSERVER = "/talks/observer"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pair = talksworld.Pair(tmp_path_factory.mktemp("browsed"))
    pair.lines = talksworld.fill(pair)
    yield pair
    pair.close()


def in_browser(world: Any, look: Callable[[Any, str], Awaitable[None]], **context: Any) -> None:
    async def wrapped(watched: Any, server: Any) -> None:
        await look(watched, f"http://alpha.localhost:{server.port}")
        assert watched.troubles == []
        assert watched.gone == []

    browsing.in_browser(world, wrapped, **context)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_fits_its_screen(world: Any, width: int, scheme: str) -> None:
    line = f"/talks/{world.lines['line'].rpartition('/')[2]}"
    paths = [
        *(f"{OBSERVER}{one}" for one in ("", "/commitments", "/counterparts", "/discrepancies")),
        *(f"{OBSERVER}/{one}" for one in ("mechanism/dpct", "round/dsd-2", "statement/000-10")),
        *(f"{line}{one}" for one in ("", "/round/harbour-1", "/mechanism/harbour")),
        "/talks/house",
    ]

    async def look(watched: Any, root: str) -> None:
        page = watched.page
        for path in paths:
            await page.goto(root + path)
            await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert browsing.ink(await page.screenshot()) > 0.01, path
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(wide) == 0, path

    in_browser(world, look, viewport={"width": width, "height": 900}, color_scheme=scheme)


def test_the_slider_moves_by_keyboard_and_shows_its_day(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(f"{root}{OBSERVER}?on=2022-08-10")
        slider = page.get_by_label("Slide through")
        before = await page.inner_text("#step-day")
        assert before == "2022-08-01, the last change by then"
        await slider.focus()
        await page.keyboard.press("ArrowLeft")
        day = await page.inner_text("#step-day")
        assert day < before[:10]
        assert "on=2022-08-10" in page.url
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/observer?on={day}")
        await page.go_back()
        box = await page.locator("#step").bounding_box()
        await page.mouse.click(box["x"] + 9, box["y"] + box["height"] / 2)
        await page.wait_for_url("**/observer?on=2005*")
        assert "2005" in await page.inner_text("h1")

    in_browser(world, look)


def test_without_scripts_the_slider_and_the_cells_work(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(f"{root}{OBSERVER}?on=2022-08-10")
        cell = page.locator("tr", has_text="Military ties").locator("details").first
        await cell.locator("summary").click()
        assert "China had cut these ties" in await cell.inner_text()
        await page.locator("#step").focus()
        await page.keyboard.press("Home")
        await page.get_by_role("button", name="Show this day").click()
        await page.wait_for_url("**/observer?on=2005-01-01")

    in_browser(world, look, java_script_enabled=False)


def test_the_board_prints_without_what_only_a_screen_needs(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        await page.goto(f"{root}{OBSERVER}?on=2022-08-10")
        await page.emulate_media(media="print")
        for gone in (".tabs", ".search", "#step", ".menu"):
            assert not await page.locator(gone).first.is_visible(), gone
        assert await page.locator("table.board").is_visible()
        pdf = await page.pdf(format="A4", landscape=True)
        assert pdf.startswith(b"%PDF")
        assert len(pdf) > 20_000

    in_browser(world, look)


def test_a_reader_of_screens_finds_headings_table_and_names(world: Any) -> None:
    async def look(watched: Any, root: str) -> None:
        page = watched.page
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"{root}{OBSERVER}?on=2022-08-10")
            table = page.get_by_role("table", name="Mechanisms and channels on 2022-08-10")
            assert await table.get_by_role("row").count() == 14
            assert await table.get_by_role("columnheader").count() == 7
            header = table.get_by_role("rowheader", name="Military ties")
            assert await header.count() == 1
        assert await page.get_by_role("heading", level=1).count() == 1
        assert await page.get_by_role("search").count() == 1
        assert await page.get_by_role("slider").count() == 1

    in_browser(world, look)

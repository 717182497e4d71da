"""The pages in a real Chromium: nothing runs, nothing leaves, nothing stands still unnoticed."""

from __future__ import annotations

import asyncio
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tieline.console import ConsoleServer, serve_console

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--headless"]
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202e"


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: the pages were NOT looked at in a browser")
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is absent")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """A page, and everything about it that must not happen."""

    def __init__(self, page: Any, port: int) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.gone: list[str] = []
        page.on("dialog", self._dialog)
        page.on("console", lambda m: self.troubles.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.troubles.append(str(e)))
        page.on("request", lambda r: self._request(r.url, port))

    async def _dialog(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _request(self, url: str, port: int) -> None:
        if not url.startswith((f"http://alpha.localhost:{port}/", "data:,")):
            self.gone.append(url)


def in_browser(
    pair: Any, look: Callable[[Watched, ConsoleServer], Awaitable[None]], **context: Any
) -> None:
    """Serve alpha's console on a free port and look at it."""

    async def run() -> None:
        async with chromium() as browser:
            server = await serve_console(pair.alpha.node, "127.0.0.1", 0)
            try:
                opened = await browser.new_context(**context)
                watched = Watched(await opened.new_page(), server.port)
                await watched.page.goto(server.link())
                await watched.page.wait_for_selector("h1, .tiles")
                if context.get("java_script_enabled", True):
                    await watched.page.wait_for_url("**/")
                await look(watched, server)
            finally:
                await server.stop()

    asyncio.run(run())


def ink(png: bytes) -> float:
    """Share of bytes in the decompressed picture that are not the commonest one: 0 is blank."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(data)
    return 1 - max(raw.count(bytes([value])) for value in set(raw)) / len(raw)


@pytest.fixture
def busy(pair: Any, clauses: Any) -> Any:
    """Messages in both directions, in two languages, some of them hostile."""
    pair.agree(clauses)
    texts = {"zh": f"请说明。{HOSTILE}", "en": HOSTILE * 20}
    pair.message(pair.bravo, f"越线 {HOSTILE}", texts, level="FLASH", files={HOSTILE: b"x"})
    pair.message(pair.alpha, "Port visit", {"en": "x" * 3_000}, mark="EXERCISE")
    body = {"channel": "dialogue", "reason": HOSTILE, "conditions": [HOSTILE]}
    pair.say(pair.bravo, "suspension.declare", body)
    return pair


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_drawn_and_nothing_runs_or_leaves(
    busy: Any, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieline.console.pages.WATCH_REFRESH_S", 600)

    async def look(watched: Watched, server: ConsoleServer) -> None:
        page = watched.page
        links = await page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.href)")
        assert len(set(links)) > 5
        for link in [page.url, *dict.fromkeys(links)]:
            await page.goto(link)
            assert ink(await page.screenshot(full_page=True)) > 0.01, link
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(overflow) == 0, link
        assert watched.troubles == []
        assert watched.gone == []

    in_browser(busy, look, viewport={"width": width, "height": 800})


def test_an_override_cannot_turn_the_words_around_it(busy: Any) -> None:
    async def look(watched: Watched, server: ConsoleServer) -> None:
        mark = watched.page.locator(".odd").first
        assert await mark.inner_text() == "U+202E"
        assert "U+202E" in await watched.page.locator("h4 bdi").first.inner_text()

    in_browser(busy, look)


def test_the_page_goes_on_by_itself(pair: Any) -> None:
    async def look(watched: Watched, server: ConsoleServer) -> None:
        before = await watched.page.inner_text("#as-of")
        pair.clock.pass_s(60)
        await watched.page.wait_for_function(
            "before => document.getElementById('as-of').textContent !== before",
            arg=before,
            timeout=15_000,
        )
        assert watched.troubles == []

    in_browser(pair, look)


def test_a_page_whose_node_is_gone_says_so(pair: Any) -> None:
    async def look(watched: Watched, server: ConsoleServer) -> None:
        bar = watched.page.locator("#stale")
        assert not await bar.is_visible()
        await server.stop()
        await bar.wait_for(state="visible", timeout=15_000)
        assert "NOT UP TO DATE" in await bar.inner_text()

    in_browser(pair, look)


def test_a_page_that_hangs_says_so_without_any_script(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieline.console.pages.WATCH_REFRESH_S", 600)

    async def look(watched: Watched, server: ConsoleServer) -> None:
        bar = watched.page.locator("#stale")
        assert not await bar.is_visible()
        timing = await bar.evaluate(
            "bar => { const a = bar.getAnimations()[0]; const t = a.effect.getTiming().delay;"
            " a.finish(); return t; }"
        )
        assert timing == 60_000
        assert await bar.is_visible()

    in_browser(pair, look)


def test_the_pages_are_read_without_scripts(pair: Any) -> None:
    async def look(watched: Watched, server: ConsoleServer) -> None:
        page = watched.page
        await page.wait_for_selector(".tiles")
        before = await page.inner_text("#as-of")
        pair.clock.pass_s(60)
        for _ in range(20):
            await asyncio.sleep(0.5)
            if await page.inner_text("#as-of") != before:
                return
        pytest.fail("the page did not make itself anew")

    in_browser(pair, look, java_script_enabled=False)


def test_another_console_on_this_machine_shares_no_session(pair: Any) -> None:
    async def look(watched: Watched, server: ConsoleServer) -> None:
        other = await serve_console(pair.bravo.node, "127.0.0.1", 0)
        try:
            answer = await watched.page.goto(f"http://alpha.localhost:{other.port}/")
            assert answer.status == 403
        finally:
            await other.stop()

    in_browser(pair, look)

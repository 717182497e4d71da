"""Make docs/pictures/talks-*.png from the sample record and a small dialogue.

    python tests/console/picturing.py docs/pictures

Each picture is the first screen of a page in Chromium, so that it stays small. Look at them after a
change to the pages: somebody who never saw the program is to understand them.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import ViewportSize, async_playwright

from tieline.console import serve_console

_spec = importlib.util.spec_from_file_location(
    "talksworld", Path(__file__).with_name("talksworld.py")
)
assert _spec is not None
assert _spec.loader is not None
talksworld = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(talksworld)

WIDE: Final[ViewportSize] = {"width": 1280, "height": 1180}
NARROW: Final[ViewportSize] = {"width": 390, "height": 1180}
SCALE: Final = 0.75
"""Enough to read, and a third smaller."""
OPEN_CELL: Final = "document.querySelectorAll('details')[%d].open = true"
PICTURES: Final[tuple[tuple[str, str, ViewportSize, Literal["light", "dark"], int | None], ...]] = (
    ("board", "observer?on=2022-08-10", WIDE, "light", 0),
    ("board-phone", "observer?on=2022-08-10", NARROW, "light", None),
    ("line-dark", "LINE", WIDE, "dark", None),
    ("mechanism", "LINE/mechanism/harbour", WIDE, "light", None),
    ("round", "observer/round/dsd-2", WIDE, "light", None),
    ("commitments", "LINE/commitments", WIDE, "light", None),
)


async def _make(pair: Any, folder: Path) -> None:
    line = pair.line.rpartition("/")[2]
    server = await serve_console(pair.alpha.node, "127.0.0.1", 0)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path, size, scheme, opened in PICTURES:
            context = await browser.new_context(
                viewport=size, color_scheme=scheme, device_scale_factor=SCALE
            )
            page = await context.new_page()
            await page.goto(server.link())
            await page.wait_for_selector(".tiles")
            address = path.replace("LINE", line)
            await page.goto(f"http://alpha.localhost:{server.port}/talks/{address}")
            if opened is not None:
                await page.evaluate(OPEN_CELL % opened)
            await page.screenshot(path=folder / f"talks-{name}.png")
            await context.close()
        await browser.close()
    await server.stop()


def main(folder: Path) -> None:
    """Fill a node, serve its pages, and photograph them."""
    with tempfile.TemporaryDirectory() as home:
        pair = talksworld.Pair(Path(home))
        talksworld.fill(pair)
        asyncio.run(_make(pair, folder))
        pair.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

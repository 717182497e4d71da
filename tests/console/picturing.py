"""Make docs/pictures/talks-*.png and notices-*.png from the sample record and two made-up lines.

    python tests/console/picturing.py docs/pictures [talks|notices]

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
from tieline.overlapping import VERBS


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


talksworld = _load("talksworld")
noticesworld = _load("noticesworld")

WIDE: Final[ViewportSize] = {"width": 1280, "height": 1180}
NARROW: Final[ViewportSize] = {"width": 390, "height": 1180}
SCALE: Final = 0.75
"""Enough to read, and a third smaller."""
OPEN_CELL: Final = "document.querySelectorAll('details')[%d].open = true"
Picture = tuple[str, str, ViewportSize, Literal["light", "dark"], int | None]
"""Name, address, size of the screen, scheme, and which cell is opened."""
TALKS: Final[tuple[Picture, ...]] = (
    ("talks-board", "/talks/observer?on=2022-08-10", WIDE, "light", 0),
    ("talks-board-phone", "/talks/observer?on=2022-08-10", NARROW, "light", None),
    ("talks-line-dark", "/talks/LINE", WIDE, "dark", None),
    ("talks-mechanism", "/talks/LINE/mechanism/harbour", WIDE, "light", None),
    ("talks-round", "/talks/observer/round/dsd-2", WIDE, "light", None),
    ("talks-commitments", "/talks/LINE/commitments", WIDE, "light", None),
)
NOTICES: Final[tuple[Picture, ...]] = (
    ("notices-first-page", "/", WIDE, "light", None),
    ("notices-first-page-phone", "/", NARROW, "light", None),
    ("notices-list", "/line/LINE/notifications", WIDE, "light", None),
    ("notices-one", "/line/LINE/notification/gunnery-4", WIDE, "light", None),
    ("notices-overlaps", "/line/LINE/overlaps", WIDE, "light", None),
    ("notices-overlap-dark", "/line/LINE/overlap/GRAVEST", WIDE, "dark", None),
)


async def _make(pair: Any, folder: Path, pictures: tuple[Picture, ...]) -> None:
    line = pair.line.rpartition("/")[2]
    server = await serve_console(pair.alpha.node, "127.0.0.1", 0)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path, size, scheme, opened in pictures:
            context = await browser.new_context(
                viewport=size, color_scheme=scheme, device_scale_factor=SCALE
            )
            page = await context.new_page()
            await page.goto(server.link())
            await page.wait_for_selector(".tiles")
            address = path.replace("LINE", line)
            if "GRAVEST" in address:
                told: Any = VERBS["overlaps"](pair.alpha.node, {"line": pair.line})
                address = address.replace("GRAVEST", told["overlaps"][0]["id"])
            await page.goto(f"http://alpha.localhost:{server.port}{address}")
            if opened is not None:
                await page.evaluate(OPEN_CELL % opened)
            await page.screenshot(path=folder / f"{name}.png")
            await context.close()
        await browser.close()
    await server.stop()


def main(folder: Path, only: str = "") -> None:
    """Fill a node, serve its pages, and photograph them."""
    worlds = {"talks": (talksworld, TALKS), "notices": (noticesworld, NOTICES)}
    for name, (world, pictures) in worlds.items():
        if only not in {"", name}:
            continue
        with tempfile.TemporaryDirectory() as home:
            pair = world.Pair(Path(home))
            world.fill(pair)
            asyncio.run(_make(pair, folder, pictures))
            pair.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])

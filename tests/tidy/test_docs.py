"""What the documents point at exists."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

FOLDERS = ("src", "docs", "tests", "vectors", "requirements", "benchmarks", "examples")
IN_BACKTICKS = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")


def links(text: str) -> list[str]:
    """Targets inside the repository; addresses of other places are not followed."""
    return [target for target in LINK.findall(text) if "://" not in target and ":" not in target]


def missing(root: Path, folder: PurePosixPath, targets: list[str]) -> list[str]:
    return [target for target in targets if not (root / folder / target).exists()]


def test_every_path_that_the_architecture_names_exists(repository: Any) -> None:
    text = repository.text("ARCHITECTURE.md") if "ARCHITECTURE.md" in repository.files else None
    if text is None:
        pytest.skip("ARCHITECTURE.md is absent: its paths were NOT checked")
    assert missing(repository.root, PurePosixPath(), IN_BACKTICKS.findall(text)) == []


def test_every_link_between_our_pages_leads_somewhere(repository: Any) -> None:
    broken = [
        f"{page}: {target}"
        for page in repository.ending(".md")
        for target in missing(
            repository.root, PurePosixPath(page).parent, links(repository.text(page) or "")
        )
    ]
    assert broken == []


def test_links_are_told_from_addresses(tmp_path: Path) -> None:
    text = "[a](docs/a.md#top) [b](https://example.org/b.md) [c](mailto:c@example.org) [d](#e)"
    assert links(text) == ["docs/a.md"]
    assert missing(tmp_path, PurePosixPath(), links(text)) == ["docs/a.md"]

"""Nothing unfinished, nothing that only one machine understands."""

from __future__ import annotations

import re
from typing import Any

import pytest

# The one file that has to spell what no other may.
THIS = "tests/tidy/test_words.py"

UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|placeholder)\b(?!\s*=)(?<!::placeholder)")
WRITTEN_BY_US = (
    *(".py", ".js", ".mjs", ".sql", ".sh", "run"),
    *(".md", ".html", ".css", ".toml", ".yml"),
)
OF_OTHERS = ("/vendor/", "/vendored/")

MACHINE_PATH = re.compile(r"(?<![\w./:~<>*-])/(?:home|root|Users|work|tmp|opt)/[\w.-]")
HOSTS = (
    "pypi.org",
    "pythonhosted.org",
    "npmjs.org",
    "yarnpkg.com",
    "crates.io",
    "proxy.golang.org",
    "deb.debian.org",
)


def lines_with(repository: Any, pattern: re.Pattern[str], files: tuple[str, ...]) -> list[str]:
    return [
        f"{file}:{number}: {line.strip()[:100]}"
        for file in files
        if file != THIS
        for number, line in enumerate((repository.text(file) or "").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_nothing_is_marked_as_unfinished(repository: Any) -> None:
    files = tuple(
        file
        for file in repository.ending(*WRITTEN_BY_US)
        if not any(part in f"/{file}" for part in OF_OTHERS)
    )
    assert "run" in files
    assert lines_with(repository, UNFINISHED, files) == []


def test_no_path_of_one_machine_is_named(repository: Any) -> None:
    assert lines_with(repository, MACHINE_PATH, repository.files) == []


def test_no_package_registry_is_named(repository: Any) -> None:
    hosts = re.compile("|".join(re.escape(host) for host in HOSTS), re.IGNORECASE)
    assert lines_with(repository, hosts, repository.files) == []


@pytest.mark.parametrize(
    ("line", "is_refused"),
    [
        ("# TODO: later", True),
        ("a placeholder for it", True),
        ('<input placeholder="sector">', False),
        ("input::placeholder { color: grey }", False),
        ('field.placeholder = "sector";', False),
        ("mastodon", False),
    ],
)
def test_the_attribute_of_a_form_field_is_no_unfinished_work(line: str, is_refused: bool) -> None:
    assert bool(UNFINISHED.search(line)) is is_refused


@pytest.mark.parametrize(
    ("line", "is_refused"),
    [
        ("cd /home/anna/tieline", True),
        (f'"/{"work"}/here"', True),
        ("https://example.org/work/1", False),
        ("/var/lib/tieline", False),
        ("docs/work/x", False),
    ],
)
def test_paths_of_one_machine_are_told_from_addresses(line: str, is_refused: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is is_refused

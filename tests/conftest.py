"""What all tests share: a hypothesis profile, shared data, a loud list of what did not run."""

from __future__ import annotations

import gc
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

REPOSITORY = Path(__file__).resolve().parent.parent

# A failure must come back on the next run and on the next machine: no chance, no clock.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("TIELINE_HYPOTHESIS", "ci"))


def shared_folders() -> tuple[Path, ...]:
    """Folders that may hold shared data sets, the one that the environment names first."""
    named = os.environ.get("TIELINE_SHARED")
    roots = ([Path(named)] if named else []) + [REPOSITORY.parent / "shared"]
    return tuple(folder for root in roots for folder in (root / "data", root))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a shared data set by name, or skip the test and say what is missing."""

    def find(name: str) -> Path:
        for folder in shared_folders():
            if (folder / name).exists():
                return folder / name
        pytest.skip(f"shared data {name!r} is absent: put it beside the repository in shared/data")

    return find


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report without collecting garbage meanwhile.

    Python 3.11 before 3.11.8 (Debian 12 has 3.11.2) counts the depth of all parsers in one place. A
    collection in the middle of parsing a failed test's source lets another parser in, the count is
    off, and pytest ends in an internal error (CPython issue 106905).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return (yield)
    finally:
        if was_enabled:
            gc.enable()


def why_skipped(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    return reason.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    skipped = Counter(why_skipped(report) for report in stats.get("skipped", ()))
    long = len(stats.get("deselected", ()))
    if not skipped and not long:
        return
    terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
    for reason, count in sorted(skipped.items()):
        terminalreporter.write_line(f"{count} x {reason}", red=True)
    if long:
        terminalreporter.write_line(f"{long} x left out by choice, such as `./run exercise`")

"""Private copies and drafts lie in the home, readable by their owner alone, and are never half."""

import stat

import pytest

from tieline.days import Days
from tieline.desk.intake import (
    drop_draft,
    drop_report,
    keep_report,
    kept_report,
    read_draft,
    write_draft,
)
from tieline.errors import SettingsError
from tieline.home import Home
from tieline.observer import Source
from tieline.observer.intake import read_article

TEXT = b"A title\n\nA paragraph."


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def source(data=TEXT):
    digest = read_article(data).sha256
    return Source(id="s", published=Days(), file="s.txt", sha256=digest)


def test_a_copy_is_given_back_with_its_headings(home):
    path = keep_report(home, TEXT, headings=1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    report = kept_report(home, source())
    assert report is not None
    assert [p.locator for p in report.passages] == ["title", "1"]
    assert drop_report(home, source())
    assert kept_report(home, source()) is None
    assert not drop_report(home, source())


def test_a_copy_that_was_changed_is_not_taken_for_the_report(home):
    keep_report(home, TEXT).write_bytes(TEXT + b" And more.")
    with pytest.raises(SettingsError, match="not the report"):
        kept_report(home, source())


def test_a_source_without_a_digest_has_no_copy(home):
    without = Source(id="s", published=Days(), file="s.txt")
    assert kept_report(home, without) is None
    assert not drop_report(home, without)


def test_a_draft_is_kept_replaced_and_forgotten(home):
    assert read_draft(home, "mark-s") == {}
    write_draft(home, "mark-s", {"text": "会谈"})
    write_draft(home, "mark-s", {"text": "会谈", "force": "said"})
    assert read_draft(home, "mark-s") == {"text": "会谈", "force": "said"}
    (file,) = (home.path / "drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    drop_draft(home, "mark-s")
    drop_draft(home, "mark-s")
    assert read_draft(home, "mark-s") == {}


def test_a_name_leads_nowhere_else(home):
    write_draft(home, "../../x", {"a": 1})
    assert [file.parent for file in home.path.rglob("*.json")] == [home.path / "drafts"]


def test_a_damaged_draft_is_told_with_the_way_out(home):
    write_draft(home, "mark-s", {"text": "x"})
    next((home.path / "drafts").iterdir()).write_bytes(b"{")
    with pytest.raises(SettingsError, match="cannot be read") as error:
        read_draft(home, "mark-s")
    assert "Take the file away" in error.value.advice

"""What is kept of imported warnings: nothing is lost, nothing is twice, what is over is over."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.errors import DamagedStoreError, MalformedError, StoreError
from tieline.feeds.keeping import Keeping
from tieline.feeds.taking import Taken
from tieline.feeds.warnings import Raw, read_warning
from tieline.feeds.warnings.facts import read_facts, write_facts
from tieline.feeds.warnings.sources import BadRow

DAY_MS = 86_400_000
NOW_MS = 1_713_000_000_000
"""13 April 2024, towards noon."""


def warning(number=7, text="", *, issued_ms=NOW_MS - DAY_MS, series="HYDROLANT", **more):
    raw = Raw(
        series=series,
        number=number,
        year=2024,
        text=text or "BLACK SEA.\nWRECK IN 44-00N 031-00E.",
        issued_ms=issued_ms,
        **more,
    )
    return read_warning(raw)


def cancelling(*names, number=9, issued_ms=NOW_MS):
    return warning(number, f"BLACK SEA.\n1. CANCEL {', '.join(names)}.", issued_ms=issued_ms)


def names(keeping, at_ms=NOW_MS + 1):
    return [one.key for one in keeping.in_force(at_ms)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warnings.db"


@pytest.fixture
def keeping(path):
    found = Keeping(path)
    yield found
    found.close()


# ---- taking


def test_nothing_is_made_until_something_is_taken(keeping, path):
    assert (keeping.version(), keeping.in_force(NOW_MS), keeping.all()) == (0, (), ())
    assert (keeping.imported_ms(), keeping.count(), keeping.pieces()) == (0, 0, ())
    assert not path.exists()


def test_taking_the_same_again_changes_nothing(keeping):
    assert keeping.take([warning()], now_ms=NOW_MS) == Taken(new=1)
    version = keeping.version()
    assert keeping.take([warning()], now_ms=NOW_MS + 1) == Taken(known=1)
    assert keeping.version() == version
    assert keeping.imported_ms() == NOW_MS + 1


def test_line_breaks_make_no_other_text(keeping):
    keeping.take([warning()], now_ms=NOW_MS)
    again = warning(text="BLACK SEA.\n  WRECK IN\n  44-00N 031-00E.\n")
    assert keeping.take([again], now_ms=NOW_MS) == Taken(known=1)


def test_another_text_of_a_name_stays_beside_the_first_and_the_newest_counts(keeping):
    old, new = warning(), warning(text="BLACK SEA.\nWRECK IN 45-00N 031-00E.", issued_ms=NOW_MS)
    keeping.take([new], now_ms=NOW_MS)
    assert keeping.take([old], now_ms=NOW_MS) == Taken(changed=1)
    (kept,) = keeping.all()
    assert kept.warning.raw.text == new.raw.text
    assert [one.raw.text for one in kept.earlier] == [old.raw.text]
    (told,) = keeping.in_force(NOW_MS)
    assert "another text" in told.doubts[0]
    assert told.text == new.raw.text


def test_rows_that_are_no_warnings_are_kept_once_with_their_reason(keeping):
    row = BadRow(where="row 3", text="{}", reason="no number")
    assert keeping.take([warning()], now_ms=NOW_MS, source="a", left=[row, row]).left == 1
    assert keeping.take([], now_ms=NOW_MS, source="b", left=[row]).left == 0
    (piece,) = keeping.pieces()
    assert (piece.source, piece.where, piece.text, piece.reason) == (
        "a",
        "row 3",
        "{}",
        "no number",
    )


def test_what_was_not_read_is_counted_and_shown(keeping):
    odd = warning(text="BLACK SEA.\nHAZARDOUS OPERATIONS IN AREA BOUND BY 44-00N 030-00E.")
    assert keeping.take([odd], now_ms=NOW_MS) == Taken(new=1, unread=1)
    (kept,) = keeping.all()
    assert kept.warning.unread == odd.unread
    assert names(keeping) == ["HYDROLANT 7/24"]


def test_what_is_kept_is_read_back_equal(keeping, path):
    taken = [warning(n, subregions=("55",), authority="A", status="active") for n in range(5)]
    keeping.take(taken, now_ms=NOW_MS)
    other = Keeping(path)
    assert [one.warning for one in other.all()] == taken
    other.close()


# ---- what is over


def test_a_warning_cancelled_by_another_is_over_from_when_that_was_issued(keeping):
    keeping.take([warning()], now_ms=NOW_MS)
    assert keeping.take([cancelling("HYDROLANT 7/24")], now_ms=NOW_MS) == Taken(new=1, cancelled=1)
    assert names(keeping, NOW_MS - 1) == ["HYDROLANT 7/24"]
    assert names(keeping, NOW_MS) == ["HYDROLANT 9/24"]
    standing = keeping.named("HYDROLANT 7/24").standing
    assert (standing.over_ms, standing.over_by) == (NOW_MS, "HYDROLANT 9/24")


def test_one_cancelled_before_it_came_is_over_when_it_comes(keeping):
    keeping.take([cancelling("HYDROLANT 7/24")], now_ms=NOW_MS)
    assert keeping.take([warning()], now_ms=NOW_MS) == Taken(new=1, cancelled=1)
    assert names(keeping) == ["HYDROLANT 9/24"]


def test_a_cancellation_issued_before_its_warning_is_told_and_not_believed(keeping):
    later = warning(issued_ms=NOW_MS + DAY_MS)
    keeping.take([cancelling("HYDROLANT 7/24"), later], now_ms=NOW_MS)
    one = {told.key: told for told in keeping.in_force(NOW_MS + DAY_MS)}["HYDROLANT 7/24"]
    assert "issued before it, HYDROLANT 9/24" in one.doubts[0]


def test_a_cancellation_that_a_newer_text_leaves_out_no_longer_counts(keeping):
    keeping.take([warning(), cancelling("HYDROLANT 7/24")], now_ms=NOW_MS)
    keeping.take([cancelling("HYDROLANT 8/24", issued_ms=NOW_MS + 1)], now_ms=NOW_MS)
    assert "HYDROLANT 7/24" in names(keeping)


def test_a_warning_ends_by_its_own_words(keeping):
    text = "BLACK SEA.\n1. WRECK IN 44-00N 031-00E.\n2. CANCEL THIS MSG 131800Z APR 24."
    one = warning(text=text)
    keeping.take([one], now_ms=NOW_MS)
    end_ms = one.cancelled_ms
    assert end_ms is not None
    assert (names(keeping, end_ms - 1), names(keeping, end_ms)) == (["HYDROLANT 7/24"], [])


def test_the_publishers_list_ends_a_warning_that_is_kept_as_active(keeping):
    keeping.take([warning(status="active")], now_ms=NOW_MS)
    ended = warning(status="cancelled", ended_ms=NOW_MS + 5)
    assert keeping.take([ended], now_ms=NOW_MS) == Taken(known=1, cancelled=1)
    assert names(keeping, NOW_MS + 4) == ["HYDROLANT 7/24"]
    assert names(keeping, NOW_MS + 5) == []


def test_one_cancelled_without_a_time_is_over_from_the_import_on(keeping):
    keeping.take([warning(status="cancelled")], now_ms=NOW_MS)
    assert (names(keeping, NOW_MS - 1), names(keeping, NOW_MS)) == (["HYDROLANT 7/24"], [])


def test_what_is_not_issued_yet_is_not_in_force(keeping):
    keeping.take([warning(), warning(8, issued_ms=None)], now_ms=NOW_MS)
    assert names(keeping, NOW_MS - DAY_MS - 1) == ["HYDROLANT 8/24"]


def test_forgetting_takes_what_is_over_and_an_old_file_does_not_revive_it(keeping):
    keeping.take([warning(), cancelling("HYDROLANT 7/24")], now_ms=NOW_MS)
    assert keeping.forget(NOW_MS - 1) == 0
    assert keeping.forget(NOW_MS) == 1
    assert [one.warning.name for one in keeping.all()] == ["HYDROLANT 9/24"]
    keeping.take([warning()], now_ms=NOW_MS + 9)
    assert names(keeping, NOW_MS + 9) == ["HYDROLANT 9/24"]


def test_what_the_publishers_list_ended_stays_over_when_it_is_forgotten(keeping):
    keeping.take([warning(status="cancelled", ended_ms=NOW_MS)], now_ms=NOW_MS)
    assert keeping.forget(NOW_MS) == 1
    keeping.take([warning(status="active")], now_ms=NOW_MS + 9)
    assert names(keeping, NOW_MS + 9) == []
    (kept,) = keeping.all()
    assert (kept.standing.over_ms, kept.standing.over_by) == (NOW_MS, "the publisher's list")


# ---- facts


def test_facts_stand_for_a_text_until_it_comes(keeping):
    one = warning(status="active", authority="X")
    (facts,) = read_facts(write_facts([one]))
    assert keeping.take([facts], now_ms=NOW_MS) == Taken(new=1)
    version = keeping.version()
    assert keeping.take([one], now_ms=NOW_MS) == Taken(known=1)
    assert keeping.version() > version
    (told,) = keeping.in_force(NOW_MS)
    assert (told.text, told.doubts) == (one.raw.text, ())
    assert keeping.take([facts], now_ms=NOW_MS) == Taken(known=1)
    assert keeping.named(one.name).earlier == ()


def test_facts_that_were_read_otherwise_say_nothing_beside_the_text_of_that_issue(keeping):
    keeping.take([warning()], now_ms=NOW_MS)
    sheet = write_facts([warning()]).replace(b"wreck or obstruction", b"general")
    assert keeping.take(read_facts(sheet), now_ms=NOW_MS) == Taken(known=1)
    assert keeping.named("HYDROLANT 7/24").standing.doubts == ()


def test_facts_of_another_issue_are_another_text(keeping):
    keeping.take([warning()], now_ms=NOW_MS)
    (facts,) = read_facts(write_facts([warning(text="BLACK SEA.\nX.", issued_ms=NOW_MS)]))
    assert keeping.take([facts], now_ms=NOW_MS) == Taken(changed=1)


def test_facts_cancel_as_texts_do(keeping):
    facts = read_facts(write_facts([warning(), cancelling("HYDROLANT 7/24")]))
    keeping.take(facts, now_ms=NOW_MS)
    assert names(keeping) == ["HYDROLANT 9/24"]


# ---- the file


def test_the_version_changes_with_the_content_and_others_see_it(keeping, path):
    other = Keeping(path)
    seen = [other.version()]
    for step in (
        lambda: keeping.take([warning()], now_ms=NOW_MS),
        lambda: keeping.take([cancelling("HYDROLANT 7/24")], now_ms=NOW_MS),
        lambda: keeping.take([], now_ms=NOW_MS, left=[BadRow(where="1", text="x", reason="y")]),
        lambda: keeping.forget(NOW_MS),
    ):
        step()
        seen.append(other.version())
    assert seen == sorted(set(seen))
    assert names(other) == ["HYDROLANT 9/24"]
    other.close()


def test_a_file_in_place_of_one_that_was_moved_away_is_read_by_who_had_the_first_open(
    keeping, path, tmp_path
):
    with closing(Keeping(path)) as importer:
        importer.take([warning()], now_ms=NOW_MS)
    assert names(keeping) == ["HYDROLANT 7/24"]
    first = keeping.file(), keeping.version()

    path.rename(tmp_path / "away.db")
    assert (names(keeping), keeping.version(), keeping.file()) == ([], 0, None)

    with closing(Keeping(path)) as importer:
        importer.take([warning(8)], now_ms=NOW_MS)
    assert names(keeping) == ["HYDROLANT 8/24"]
    assert keeping.version() == first[1]
    assert keeping.file() != first[0]


def test_unchanged_content_is_told_without_reading_it_again(keeping, monkeypatch):
    keeping.take([warning(n) for n in range(50)], now_ms=NOW_MS)
    first = keeping.in_force(NOW_MS)
    monkeypatch.setattr("tieline.feeds.keeping.read_body", None)
    assert keeping.in_force(NOW_MS) == first
    assert keeping.in_force(NOW_MS + 1) == first


def test_an_import_that_fails_leaves_nothing_behind(keeping):
    keeping.take([warning()], now_ms=NOW_MS)
    before = keeping.version(), keeping.all()
    bad = replace(warning(8), raw=replace(warning(8).raw, issued_ms="soon"))
    with pytest.raises(Exception, match=r"soon|int|TEXT|constraint|integer"):
        keeping.take([warning(9), bad], now_ms=NOW_MS)
    assert (keeping.version(), keeping.all()) == before


def test_a_file_of_another_program_is_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        Keeping(path).take([warning()], now_ms=NOW_MS)


def test_a_damaged_file_is_told(path):
    path.write_bytes(b"no database at all, whatever its name says" * 100)
    for ask in (Keeping(path).version, lambda: Keeping(path).take([], now_ms=NOW_MS)):
        with pytest.raises(DamagedStoreError, match=r"warnings\.db") as caught:
            ask()
        assert "import the files again" in caught.value.advice


def test_a_file_of_a_newer_program_is_refused(keeping, path):
    keeping.take([warning()], now_ms=NOW_MS)
    keeping.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StoreError, match="99"):
        Keeping(path).version()


def test_a_program_that_reads_otherwise_reads_what_is_kept_anew(keeping, path, monkeypatch):
    keeping.take([warning(), cancelling("HYDROLANT 7/24")], now_ms=NOW_MS)
    version = keeping.version()
    keeping.close()
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM cancelled")
        other.execute("UPDATE counter SET value = 0 WHERE name = 'reading'")
    other.close()
    again = Keeping(path)
    assert names(again) == ["HYDROLANT 9/24"]
    assert again.version() == version + 1
    again.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), max_size=4))
def test_any_bytes_are_taken_or_refused_and_what_is_kept_stays(tmp_path_factory, files):
    keeping = Keeping(tmp_path_factory.mktemp("any") / "warnings.db")
    keeping.take([warning()], now_ms=NOW_MS)
    for data in (*files, *(b'[{"navArea": "A", "text": ' + data for data in files)):
        try:
            keeping.take_file(data, name="any", now_ms=NOW_MS)
        except MalformedError:
            continue
    assert "HYDROLANT 7/24" in names(keeping)
    keeping.close()


def test_half_a_surrogate_pair_breaks_nothing(keeping):
    data = rb'[{"msgYear": 2024, "msgNumber": 7, "navArea": "A\ud800", "text": "\ud800 SEA.\nX."}]'
    assert keeping.take_file(data, name="\\ud800", now_ms=NOW_MS).new == 1
    assert len(names(keeping)) == 1


# ---- two processes


def _write(path, count):
    keeping = Keeping(path)
    for number in range(1, count + 1):
        more = [cancelling(f"HYDROLANT {number - 1}/24", number=10_000 + number)]
        keeping.take([warning(number), *more], now_ms=NOW_MS)
    keeping.close()


def test_one_process_reads_whole_imports_while_others_write(path):
    """Each import brings a warning and what cancels the one before: one of them is in force."""
    count = 15
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, count)) for _ in range(2)]
    for writer in writers:
        writer.start()
    keeping, seen, until = Keeping(path), [0], time.monotonic() + 120
    while any(writer.is_alive() for writer in writers) and time.monotonic() < until:
        version = keeping.version()
        open_ones = [name for name in names(keeping) if int(name.split()[1][:-3]) < 10_000]
        assert len(open_ones) == 1 or (not version and not open_ones)
        assert version >= seen[-1]
        seen.append(version)
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert keeping.count() == 2 * count
    assert names(keeping)[0] == "HYDROLANT 10001/24"
    keeping.close()

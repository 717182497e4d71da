"""The pages about the desk tell what the code does."""

import re
import tomllib
from pathlib import Path

from tieline.desk.spreadsheets import FILE_BYTES_MAX, UNPACKED_BYTES_MAX
from tieline.observer.intake import ARTICLE_BYTES_MAX, NEEDS_SPEAKER, PASSAGES_MAX
from tieline.observer.notation import parse_assertion
from tieline.observer.sheet import COLUMNS_MAX, FAULTS_MAX, ROWS_MAX
from tieline.observer.sheet_mapping import own_tables, read_mapping

FOLDER = Path(__file__).parents[2] / "docs" / "observer"
DESK = (FOLDER / "desk.md").read_text(encoding="utf-8")
SHEETS = (FOLDER / "sheets.md").read_text(encoding="utf-8")


def test_the_mapping_on_the_page_is_one():
    (example,) = re.findall(r"```toml\n(.*?)```", SHEETS, re.DOTALL)
    (table,) = read_mapping(tomllib.loads(example))
    assert table.asserts[0].kind == "round"
    assert table.sources[0].id == "ledger"


def test_the_assertions_on_the_pages_are_read():
    found = re.findall(r"--assert '([^']+)'", DESK) + re.findall(r"`(round dsd-2;[^`]+)`", SHEETS)
    assert len(found) == 2
    assert all(parse_assertion(each) for each in found)


def test_the_pages_name_every_sheet_and_limit():
    assert all(f"`{table.sheet}`" in SHEETS for table in own_tables())
    assert f"{ARTICLE_BYTES_MAX >> 20} MiB of UTF-8 text, {PASSAGES_MAX:,} passages" in DESK
    limits = f"{FILE_BYTES_MAX >> 20} MiB a file, {UNPACKED_BYTES_MAX >> 30} GiB unpacked, "
    assert f"{limits}{ROWS_MAX:,} rows and {COLUMNS_MAX} columns" in SHEETS
    assert f"first {FAULTS_MAX} are listed" in SHEETS
    assert all(f"`{force.value}`" in DESK for force in NEEDS_SPEAKER)

"""The record goes out as text, spreadsheets and a bundle, and spreadsheets come in."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

VERIFIER = Path(__file__).parents[2] / "verifier" / "tieline_verify.py"
MAPPING = """\
format = "tieline/mapping@v1"
[[source]]
id = "ledger"
published = "unknown"
file = "ledger.xlsx"
[[table]]
sheet = "Ledger"
kind = "statement"
[table.columns]
"Ref" = "id"
"When" = "happened"
"How" = "force"
"What" = "text"
[table.constants]
source = "ledger"
passage = "row"
"""


@pytest.fixture
def desk(run, tmp_path):
    homes.party(tmp_path, "watcher").client.close()

    def ran(*args, code=0):
        return run("observe", *args, home=tmp_path / "watcher", code=code)

    return ran


@pytest.fixture
def full(desk, run, tmp_path):
    run("observe", "sample", "--write", tmp_path / "sample.txt")
    desk("add", tmp_path / "sample.txt")
    return desk


def ledger(path, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ledger"
    sheet.append(["Ref", "When", "How", "What", "Remarks"])
    for row in rows:
        sheet.append(row)
    book.save(path)
    path.with_suffix(".toml").write_text(MAPPING, encoding="utf-8")
    return ("import", "--xlsx", path, "--mapping", path.with_suffix(".toml"))


def test_every_form_of_export_is_read_back_to_the_same_items(full, tmp_path):
    text, one, many, book = (tmp_path / n for n in ("r.txt", "r.csv", "tables", "r.xlsx"))
    items = full("export", "--text", text, "--csv", one, "--xlsx", book, "--json").json["items"]
    full("export", "--csv", many)
    for source in (("--csv", one), ("--csv", many), ("--xlsx", book)):
        value = full("import", *source, "--json").json
        assert (value["filed"], value["known"], value["fault_count"]) == (0, items, 0)
    assert full("add", text, "--json").json["known"] == items
    assert "nothing is written over" in full("export", "--csv", one, code=2).err
    assert "--text FILE" in full("export", code=2).err


def test_faults_are_told_by_cell_and_nothing_is_filed(desk, tmp_path):
    rows = [
        ("a", "2019-01-01", "narrated", "x", "r"),
        ("b", "2019-13-01", "stated", "y", None),
        ("c", None, "narrated", "=1+1", None),
    ]
    args = ledger(tmp_path / "l.xlsx", rows)
    value = desk(*args, "--json", code=2).json
    assert {(f["sheet"], f["cell"], f["field"]) for f in value["faults"]} == {
        ("Ledger", "B3", "happened"),
        ("Ledger", "C3", "force"),
        ("Ledger", "D4", "text"),
    }
    assert value["unused"] == ["Ledger: Remarks"]
    assert value["filed"] == 0
    assert "Ledger!D4" in desk(*args, code=2).out
    dry = desk(*args, "--skip-faulty", "--dry-run", "--json").json
    assert (dry["filed"], dry["items"]) == (0, 2)
    assert desk(*args, "--skip-faulty", "--json").json["filed"] == 2
    assert [one["id"] for one in desk("list", "--json").json] == ["a"]


def test_days_and_numbers_of_excel_are_taken_as_they_are_meant(desk, tmp_path):
    day = dt.date(2018, 11, 9)
    args = ledger(tmp_path / "l.xlsx", [(4.0, day, "narrated", 17, None)])
    desk(*args)
    (one,) = desk("list", "--json").json
    assert (one["id"], one["happened"]["earliest"], one["text"]) == ("4", "2018-11-09", "17")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.xlsx", b"no archive", "not an XLSX"),
        ("x.xlsx", b"PK\x05\x06" + bytes(18), "not an XLSX"),
        ("x.csv", "a,b\n".encode("utf-16"), "UTF-16"),
        ("x.csv", b"a,b\ncaf\xe9,1\n", "line 2"),
        ("x.csv", b'kind,id\n"open', "not CSV"),
    ],
)
def test_a_file_that_is_none_is_refused(desk, tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    kind = "--xlsx" if name.endswith("xlsx") else "--csv"
    assert words in desk("import", kind, tmp_path / name, code=2).err


def test_a_missing_sheet_and_a_wrong_mapping_are_named(desk, tmp_path):
    args = ledger(tmp_path / "l.xlsx", [])
    path = tmp_path / "l.toml"
    path.write_text(MAPPING.replace('"Ledger"', '"Log"'), encoding="utf-8")
    assert "no sheet 'Log'; it has Ledger" in desk(*args, code=2).err
    path.write_text("format = ", encoding="utf-8")
    assert "not TOML" in desk(*args, code=2).err


def test_nothing_in_an_export_runs_as_a_formula(desk, tmp_path):
    text = '=HYPERLINK("http://x")'
    source = "source: s\n  published: 1931\n  file: f\n  outlet: @news\n\n"
    said = f"statement: s-1\n  source: s\n  passage: 1\n  force: narrated\n  text: {text}\n"
    (tmp_path / "x.txt").write_text(source + said, encoding="utf-8")
    desk("add", tmp_path / "x.txt")
    desk("export", "--csv", tmp_path / "o.csv", "--xlsx", tmp_path / "o.xlsx")
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert f"'{text}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert all(cell.data_type == "s" for cell in found)
    assert not [cell for cell in found if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert desk("import", "--xlsx", tmp_path / "o.xlsx", "--json").json["known"] == 2


@pytest.mark.long
def test_a_hundred_thousand_rows_with_three_errors_name_exactly_those(desk, tmp_path):
    rows = [[f"l-{n}", "2019-01-01", "narrated", f"Event {n}.", None] for n in range(2, 100_002)]
    rows[15][2], rows[49_998][1], rows[99_997][3] = "stated", "2018-13-01", None
    value = desk(*ledger(tmp_path / "l.xlsx", rows), "--json", code=2).json
    assert [f["cell"] for f in value["faults"]] == ["C17", "B50000", "D99999"]
    assert (value["rows"], value["fault_count"], value["filed"]) == (100_000, 3, 0)


def test_a_bundle_is_readable_checkable_and_holds_no_private_copy(desk, run, tmp_path):
    report = Path(__file__).parent / "data" / "lowland-courier.txt"
    desk("take", report, "--key", "lc", "--published", "2031-03-14", "--headings", "2")
    said = ("--force", "narrated", "--text", "<script>x</script> & talks", "--assert", "round r-5")
    desk("mark", "lc", "--passage", "1", *said)
    bundle = tmp_path / "bundle"
    value = desk("publish", bundle, "--json").json
    assert value["items"] == 2
    run("verify", bundle / "record", "--json")
    checked = subprocess.run(
        [sys.executable, VERIFIER, bundle / "record"], capture_output=True, text=True, check=False
    )
    # 3: nothing is wrong, and the fingerprint was compared by nobody.
    assert checked.returncode in {0, 3}, checked.stdout
    page = (bundle / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &amp; talks" in page
    assert set(re.findall(r"(?:src|href)=.", page)) == {'href="'}
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', page))
    assert "publishable" in page
    words = b"Naval officers and diplomats of Aval and Borun"
    assert not [p for p in bundle.rglob("*") if p.is_file() and words in p.read_bytes()]
    for line in (bundle / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == digest
    assert desk("import", "--csv", bundle / "record.csv", "--json").json["known"] == 2
    assert "not empty" in desk("publish", bundle, code=2).err


def test_a_bundle_that_was_changed_is_found_out(full, run, tmp_path):
    full("publish", tmp_path / "bundle")
    blob = next(p for p in (tmp_path / "bundle" / "record" / "blob").rglob("*") if p.is_file())
    blob.write_bytes(blob.read_bytes().replace(b"force", b"farce", 1) + b" ")
    run("verify", tmp_path / "bundle" / "record", "--json", code=4)

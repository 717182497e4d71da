"""What the pages of docs/wire say in figures is what the code does."""

from __future__ import annotations

import hashlib
import importlib
import re

import pytest

from tieline.procedures import BY_KIND, PROCEDURES
from tieline.record.entry import parse_entry
from tieline.record.merkle import hash_leaf
from tieline.record.message import parse_message
from tieline.state.model import PLAIN, Outcome

ROW = re.compile(r"\| [^|]+ \| ([^|]+) \| `([\w.]+)`")
KIND = re.compile(r"`([a-z-]+(?:\.[a-z-]+)+)`")


@pytest.fixture(scope="module")
def page(vectors):
    return lambda name: (vectors.parent / "docs" / "wire" / name).read_text(encoding="utf-8")


def test_every_limit_of_the_table_has_the_value_of_its_constant(page):
    checked = 0
    for said, path in ROW.findall(page("limits.md")):
        module, _, name = path.rpartition(".")
        value = getattr(importlib.import_module(f"tieline.{module}"), name)
        figure = re.match(r"[0-9][0-9,]*(?!\S)|[0-9][0-9,]*(?=[ ,])", said)
        if figure is None or "^" in said or "-" in said:
            continue
        assert int(figure[0].replace(",", "")) == value, path
        checked += 1
    assert checked >= 45


def test_the_worked_leaf_of_the_page_has_the_hashes_of_the_page(page):
    text = page("entry.md")
    leaf = re.search(r"```\n(tieline/entry@v1\n.*?)```", text, re.DOTALL)
    assert leaf is not None
    data = leaf[1].encode()
    entry = parse_entry(data)
    assert hashlib.sha256(data).hexdigest() in text
    assert f"{entry.log} {entry.index} {hash_leaf(data).hex()}" in text


def test_the_example_message_of_the_page_can_be_read(page):
    found = re.search(r"```json\n(.*?)```", page("message.md"), re.DOTALL)
    assert found is not None
    message = parse_message(found[1].replace("\n", "").encode())
    assert message.kind == "message.say"


def test_every_kind_and_every_outcome_is_described(page):
    kinds = (
        page("kinds.md")
        + "`reported.statement` `reported.inference` `reported.withdrawal` `reported.review`"
    )
    assert set(KIND.findall(kinds)) >= set(BY_KIND)
    text = " ".join(page("fold.md").split())
    assert [o.name for o in Outcome if not re.search(rf"\b{o.name}\b", text)] == []
    assert "OPENS, MOVES, FACT, DUPLICATE and UNREADABLE" in text
    assert {outcome.name for outcome in PLAIN} == {
        "OPENS",
        "MOVES",
        "FACT",
        "DUPLICATE",
        "UNREADABLE",
    }


def test_machine_steps_and_clear_kinds_are_those_of_the_page(page):
    machine, clear = set(), set()
    for line in page("kinds.md").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            machine |= set(KIND.findall(cells[0])) if cells[3] == "yes" else set()
            clear |= set(KIND.findall(cells[0])) if cells[2].startswith("clear") else set()
    assert machine == set().union(*(p.machine for p in PROCEDURES))
    observer = {"reported.statement", "reported.inference", "reported.withdrawal"}
    observer |= {"reported.review"}
    assert clear | observer == set().union(*(p.clear for p in PROCEDURES))

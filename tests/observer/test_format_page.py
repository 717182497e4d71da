"""The page about the format tells what the code does."""

import re
from datetime import date
from pathlib import Path

from tieline.observer import Force, parse_text, picture_of, rounds
from tieline.observer.body import ASSERTIONS_MAX
from tieline.observer.form import MANY_MAX
from tieline.observer.forms import ASSERTIONS, ITEMS
from tieline.observer.text import FAULTS_MAX, TEXT_BYTES_MAX
from tieline.words import KEY_CHARS_MAX, LINE_CHARS_MAX

PAGE = (Path(__file__).parents[2] / "docs" / "observer" / "format.md").read_text(encoding="utf-8")


def _fields(word: str) -> set[str]:
    (row,) = re.findall(rf"^\| `{word}` \|(?:[^|]*\|)? ([^|]+) \|$", PAGE, re.MULTILINE)
    return set(re.sub(r"\([^)]*\)|\\\*|\+", "", row).replace(" ", "").split(","))


def test_the_example_is_read_and_its_inference_is_withdrawn():
    (example,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)

    picture = picture_of(parse_text(example.encode()))
    (view,) = rounds(picture)

    assert view.held is not None
    assert (view.held.days.earliest, view.held.days.latest) == (None, date(1931, 6, 10))
    assert "i-tuesday" in picture.fallen


def test_the_tables_name_every_field_and_no_other():
    for form in (*ITEMS.values(), *ASSERTIONS.values()):
        names = {field.name for field in form.fields} - {"id", "thing"}
        assert _fields(form.word) == names, form.word


def test_the_page_names_every_force_and_limit():
    assert all(f"`{force.value}`" in PAGE for force in Force)
    limits = f"Limits: {TEXT_BYTES_MAX >> 20} MiB a file, {LINE_CHARS_MAX} characters a value, "
    limits += f"{KEY_CHARS_MAX} a key, {MANY_MAX} lines of one repeated field, {ASSERTIONS_MAX}"
    assert limits in PAGE
    assert f"first {FAULTS_MAX} faults" in PAGE

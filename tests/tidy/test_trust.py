"""Only verification makes a verified entry; a cast anywhere else would be a back door."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "VerifiedEntry"
MAKER = "src/tieline/record/verify.py"


def makings(tree: ast.AST) -> Iterator[int]:
    """Lines where a verified entry is called into being, or where something is cast to one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).split(".")[-1]
        first = ast.unparse(node.args[0]) if node.args else ""
        if called == NAME or (called == "cast" and NAME in first):
            yield node.lineno


def test_only_verify_makes_a_verified_entry(repository: Any) -> None:
    sources = repository.ending(".py", under=("src/",))
    if not any(NAME in (repository.text(file) or "") for file in sources):
        pytest.skip(f"no source names {NAME}: nothing to guard yet")
    elsewhere = [
        f"{file}:{line}"
        for file in sources
        if file != MAKER
        for line in makings(repository.tree(file))
    ]
    assert elsewhere == []


def test_calls_and_casts_count_and_names_do_not() -> None:
    source = (
        "x = VerifiedEntry(e)\n"
        "y = verify.VerifiedEntry(e)\n"
        "z = cast('VerifiedEntry', e)\n"
        "def f(e: VerifiedEntry) -> list[VerifiedEntry]: ...\n"
        "isinstance(e, VerifiedEntry)\n"
    )
    assert list(makings(ast.parse(source))) == [1, 2, 3]

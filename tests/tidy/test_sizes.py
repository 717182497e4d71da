"""Modules and functions stay small enough to be read in one sitting (STYLE.md, sizes)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

Functions = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every function with its qualified name and its lines, docstring included."""
    for node in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(node, Functions | ast.ClassDef):
            inner = f"{prefix}{node.name}."
        if isinstance(node, Functions):
            yield prefix + node.name, (node.end_lineno or node.lineno) - node.lineno + 1
        yield from functions(node, inner)


def complaints(sizes: Mapping[str, int], limit: int, allowed: Mapping[str, int]) -> list[str]:
    """What is over the limit, and every exception that is wider than it needs to be."""
    over = [
        f"{name} has {size} lines; at most {max(limit, allowed.get(name, 0))}"
        for name, size in sizes.items()
        if size > max(limit, allowed.get(name, 0))
    ]
    wide = [
        f"{name} is allowed {granted} lines and has {sizes.get(name, 0)}: shrink the exception"
        for name, granted in allowed.items()
        if granted <= limit or sizes.get(name, 0) < granted
    ]
    return over + wide


def test_no_module_is_longer_than_the_limit(repository: Any, allowed: Any) -> None:
    sizes = {
        file: len((repository.root / file).read_bytes().splitlines())
        for file in repository.ending(".py")
    }
    assert "src/tieline/errors.py" in sizes
    assert complaints(sizes, MODULE_LINES_MAX, allowed["module_lines"]) == []


def test_no_function_is_longer_than_the_limit(repository: Any, allowed: Any) -> None:
    sizes = {
        f"{file}::{name}": size
        for file in repository.ending(".py")
        for name, size in functions(repository.tree(file))
    }
    assert "src/tieline/errors.py::TielineError.__init__" in sizes
    assert complaints(sizes, FUNCTION_LINES_MAX, allowed["function_lines"]) == []


@pytest.mark.parametrize(
    ("size", "granted", "is_fine"),
    [
        (60, {}, True),
        (61, {}, False),
        (61, {"f": 61}, True),
        (62, {"f": 61}, False),
        (61, {"f": 62}, False),
        (60, {"f": 61}, False),
        (1, {"f": 60}, False),
        (1, {"gone": 61}, False),
    ],
)
def test_an_exception_may_only_shrink(size: int, granted: dict[str, int], is_fine: bool) -> None:
    assert (complaints({"f": size}, 60, granted) == []) is is_fine


def test_functions_inside_functions_and_branches_are_counted() -> None:
    source = "class A:\n  if 1:\n    def f(self):\n      async def g():\n        pass\n"
    assert dict(functions(ast.parse(source))) == {"A.f": 3, "A.f.g": 2}

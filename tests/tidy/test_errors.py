"""The drawing on top of errors.py is the tree, and every error tells the officer what to do."""

from __future__ import annotations

import ast
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import tieline.errors
from tieline.errors import TielineError

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAWN = re.compile(r"^(?P<indent>(?:\|   |    )*(?:[|`]-- )?)(?P<name>\w+Error)\b")
INDENT = 4


def family(error: type[TielineError]) -> Iterator[type[TielineError]]:
    yield error
    yield from chain.from_iterable(family(child) for child in error.__subclasses__())


def errors() -> list[type[TielineError]]:
    return [error for error in family(TielineError) if error.__module__ == "tieline.errors"]


def parent(error: type[Exception]) -> type[Exception]:
    return error.__bases__[0]


def drawn(docstring: str) -> dict[str, str]:
    """Name of each error in the drawing, with the name of its parent ("" for the root)."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in docstring.splitlines():
        found = DRAWN.match(line.removeprefix("    "))
        if found is None:
            continue
        del branch[len(found["indent"]) // INDENT :]
        parents[found["name"]] = branch[-1] if branch else ""
        branch.append(found["name"])
    return parents


def test_the_drawing_shows_every_error_below_its_parent() -> None:
    real = {error.__name__: parent(error).__name__ for error in errors()}
    real["TielineError"] = ""
    assert drawn(tieline.errors.__doc__ or "") == real


def test_every_exception_of_the_module_is_in_the_tree() -> None:
    outside = [
        name
        for name, value in vars(tieline.errors).items()
        if isinstance(value, type) and issubclass(value, BaseException)
        if not issubclass(value, TielineError)
    ]
    assert outside == []


def test_every_error_has_a_code_of_its_own() -> None:
    assert [error.__name__ for error in errors() if "code" not in vars(error)] == []
    codes = [error.code for error in errors()]
    assert sorted(codes) == sorted(set(codes))


def test_every_code_is_branch_dot_leaf_and_keeps_the_branch_of_its_parent() -> None:
    code = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)?")
    assert [error.code for error in errors() if not code.fullmatch(error.code)] == []
    branches = [error for error in errors() if parent(error) is TielineError]
    strays = [
        error.code
        for branch in branches
        for error in family(branch)
        if error.__module__ == "tieline.errors"
        and error is not branch
        and not error.code.startswith(f"{branch.code}.")
    ]
    assert strays == []


def test_every_error_advises_in_one_sentence() -> None:
    assert [error.__name__ for error in errors() if not error.advice.endswith(".")] == []


def test_no_error_that_officers_meet_is_defined_elsewhere(repository: Any) -> None:
    """A private one, caught in its own module, speaks with the code and advice of its parent."""
    names = {error.__name__ for error in errors()}
    elsewhere = [
        f"{file}: {node.name}"
        for file in repository.ending(".py", under=("src/",))
        if file != "src/tieline/errors.py"
        for node in ast.walk(repository.tree(file))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        if any(ast.unparse(base).split(".")[-1] in names for base in node.bases)
    ]
    assert elsewhere == []


def test_a_drawing_that_moves_an_error_is_noticed() -> None:
    assert drawn("::\n\n    AError\n    |-- BError\n    |   `-- CError  x\n    `-- DError\n") == {
        "AError": "",
        "BError": "AError",
        "CError": "BError",
        "DError": "AError",
    }

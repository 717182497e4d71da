"""Signature: verbs whose options are data, as functions that Typer reads like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any

REQUIRED = Parameter.empty


def positional(name: str, annotation: Any, default: Any = REQUIRED) -> Parameter:
    """An argument that is known by its place."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    return Parameter(name, kind, default=default, annotation=annotation)


def keyword(name: str, annotation: Any, default: Any = REQUIRED) -> Parameter:
    """An option."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def command_of(
    name: str, doc: str, parameters: Iterable[Parameter], run: Callable[[dict[str, Any]], None]
) -> Callable[..., None]:
    """A function of these parameters, which hands what was given to ``run`` by name."""
    taken = list(parameters)

    def command(**given: Any) -> None:
        run(given)

    command.__name__ = name
    command.__doc__ = doc
    # Typer reads both: the order and defaults here, the types there.
    command.__signature__ = Signature(taken)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in taken}
    return command

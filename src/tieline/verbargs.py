"""Arguments of verbs: how what an operator's program asks is read, with JSON values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tieline.errors import UsageError
from tieline.node import Node
from tieline.record.strict import JsonValue

Json: TypeAlias = JsonValue
Args: TypeAlias = Mapping[str, Json]
Verb: TypeAlias = Callable[[Node, Args], Json]


def json_of(value: object) -> Json:
    """Tuples become lists, as JSON has them."""
    result: Json = json.loads(json.dumps(value))
    return result


def text_arg(args: Args, name: str, default: str = "") -> str:
    """A text among the arguments.

    Raises:
        UsageError: it is something else.
    """
    value = args.get(name, default)
    if not isinstance(value, str):
        raise UsageError(f"{name} is not a text")
    return value


def object_arg(args: Args, name: str) -> dict[str, Json]:
    """An object among the arguments; raises `UsageError` as :func:`text_arg` does."""
    value = args.get(name, {})
    if not isinstance(value, dict):
        raise UsageError(f"{name} is not an object")
    return value


def texts_arg(args: Args, name: str) -> list[str]:
    """A list of texts among the arguments; raises `UsageError` as :func:`text_arg` does."""
    value = args.get(name, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise UsageError(f"{name} is not a list of texts")
    return [v for v in value if isinstance(v, str)]

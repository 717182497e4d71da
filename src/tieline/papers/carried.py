"""Carried: a record as JSON from a node to the desk that makes papers of it, and back.

Bodies of an observer's record will not do: a line's statements have ids that no observer may
choose. Each value tells its type; only types of a record are read.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from tieline.days import Days
from tieline.errors import MalformedError
from tieline.observer import assertion, statement, vocabulary
from tieline.observer.statement import Record

_TYPES: Final[dict[str, type[Any]]] = {
    name: kind
    for module in (assertion, statement, vocabulary)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum))
} | {"Days": Days}
_DAY: Final = "date"


def to_json(value: object) -> Any:
    """A value of a record in JSON: ``{"type": ..., "value": ...}`` where it is no plain one."""
    if isinstance(value, Enum):
        return {"type": type(value).__name__, "value": value.value}
    if isinstance(value, date):
        return {"type": _DAY, "value": value.isoformat()}
    if isinstance(value, (list, tuple)):
        return [to_json(each) for each in value]
    if is_dataclass(value):
        told = {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
        return {"type": type(value).__name__, "value": told}
    return value


def read_record(value: object) -> Record:
    """A record from what `to_json` made of it.

    Raises:
        MalformedError: it is not one.
    """
    found = _read(value)
    if not isinstance(found, Record):
        raise MalformedError("what the node sent is no record")
    return found


def _read(value: object) -> Any:
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    if not isinstance(value, dict):
        return value
    name, told = value.get("type"), value.get("value")
    try:
        if name == _DAY:
            return date.fromisoformat(str(told))
        kind = _TYPES[str(name)]
        if issubclass(kind, Enum):
            return kind(told)
        return kind(**{str(key): _read(each) for key, each in dict(told or {}).items()})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"no value of a record: {str(name)[:40]}") from error

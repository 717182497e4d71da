"""Must know: units that have to know of a notification are told by a party of one of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.record.strict import JsonValue
from tieline.words import shown


def refuse_strangers(desk: Desk, body: Mapping[str, JsonValue], lines: Sequence[str]) -> None:
    """See that each unit that must know is of a party of one of the lines, so that it is told.

    Raises:
        UsageError: a unit is of none of them; names the unit.
    """
    parties = {party for line in lines for party in parties_of(desk, line)}
    named: Any = body.get("must_know", [])
    for unit in named:
        if unit["party"] not in parties:
            raise UsageError(
                f"--must-know {shown(unit['party'])}={shown(unit['value'])}: nobody would ask that "
                f"unit, for no line named here has that party; there are: "
                f"{', '.join(sorted(parties))}",
                advice="Name the line of that party with --line as well. Whoever has no node is "
                "handed papers, `tieline notify hand`, and tells his own units.",
            )


def parties_of(desk: Desk, line: str) -> dict[str, Any]:
    """The parties of a line by their names; of an unknown line none."""
    info = desk.client.call("info")
    assert isinstance(info, dict)
    lines: Any = info["lines"]
    return next((dict(each["parties"]) for each in lines if each["line"] == line), {})

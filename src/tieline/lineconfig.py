"""Line configuration: what a node keeps about one line, beside the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConfig:
    """What this node keeps about one line, beside the record."""

    line: str
    title: str
    parties: Mapping[str, str]
    own: Mapping[str, str]
    mirror: str

    def encode(self) -> bytes:
        """As kept in the store's local values."""
        return json.dumps(
            {
                "line": self.line,
                "title": self.title,
                "parties": dict(self.parties),
                "own": dict(self.own),
                "mirror": self.mirror,
            }
        ).encode()


def read_config(data: bytes) -> LineConfig:
    """Read :meth:`LineConfig.encode` back."""
    value = json.loads(data)
    return LineConfig(
        line=value["line"],
        title=value["title"],
        parties=value["parties"],
        own=value["own"],
        mirror=value["mirror"],
    )

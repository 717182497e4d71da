"""Opened: a party's machine says which entries it could decrypt and verify, in batches.

A fact of the second step of the receipt ladder, never an answer; never itself opened. Of an entry
that withdraws files it also says when this party's store holds them no more.
"""

from __future__ import annotations

from tieline.procedures.procedure import Procedure, Strands
from tieline.record.entry import parse_ref
from tieline.record.message import REF_CHARS_MAX
from tieline.record.strict import Fields

KIND = "opened.batch"
ITEMS_MAX = 500
ERASED = "erased"
"""Of an entry that withdraws files: the store of this party's node holds none of them any more."""
RESULTS = ("ok", "unreadable", "malformed", "bad-signature", ERASED)


def check(fields: Fields) -> None:
    """``items``: reference and result of each entry."""
    for item in fields.objects("items", ITEMS_MAX, min_items=1):
        parse_ref(item.text("ref", REF_CHARS_MAX))
        item.choice("result", RESULTS)


OPENED = Procedure(
    name="opened",
    version=1,
    channel=None,
    openings=(),
    strands=Strands.NONE,
    steps=(),
    bodies={KIND: check},
    machine=frozenset({KIND}),
    loose=frozenset({KIND}),
)

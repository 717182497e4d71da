"""Invitation: the first entry of a party's first log on a line, in clear.

It names every party of the line with its fingerprint; its second payload is the author's first
roster. Lines have all their parties from the start; nobody joins later: a new line cites the old
one's heads.
"""

from __future__ import annotations

from tieline.procedures.procedure import Opening, Procedure, Strands
from tieline.record.message import PARTIES_MAX, check_handle
from tieline.record.rosterchain import FINGERPRINT_DIGITS, parse_fingerprint
from tieline.record.strict import Fields

KIND = "line.invite"
CITES_MAX = 16


def check(fields: Fields) -> None:
    """``parties``: handle and fingerprint of each; ``cites``: heads of an older line."""
    parties = fields.objects("parties", PARTIES_MAX, min_items=1)
    names = [check_handle(item.text("party", 32)) for item in parties]
    if names != sorted(set(names)):
        fields.refuse("parties", "are not in alphabetical order, each once")
    for item in parties:
        parse_fingerprint(item.text("fingerprint", FINGERPRINT_DIGITS))
    fields.texts("cites", CITES_MAX, 400)
    fields.text("title", 200)


INVITATION = Procedure(
    name="line",
    version=1,
    channel=None,
    openings=(Opening(kind=KIND),),
    strands=Strands.NONE,
    steps=(),
    bodies={KIND: check},
    clear=frozenset({KIND}),
    says={"": "invited"},
)

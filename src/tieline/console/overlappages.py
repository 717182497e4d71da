"""Overlap pages: which notifications of a line come closer than agreed, and how it stands.

The hash of a result can be read over the telephone: two nodes that hold the same entries and have
adopted the same rule packs have the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from tieline.console.noticemap import Map, make_map
from tieline.console.noticepages import Maker, NoticePages, route
from tieline.console.noticewords import instant_ms
from tieline.console.overlapkept import (
    GROUPS_READ,
    Found,
    OverlapRow,
    find_on,
    in_groups,
)
from tieline.deconfliction import report
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap
from tieline.deconfliction.rules import Severity
from tieline.errors import UsageError
from tieline.node import Node
from tieline.overlapping import VERBS
from tieline.replication.seat import Seat

ROWS_MAX: Final = 50
"""Overlaps on one page, the gravest first."""
GONE_MAX: Final = 50
DRAWN_MAX: Final = 8
"""Overlaps of one page that its map draws, the gravest: with more nobody sees anything."""
STATES: Final = ("found", "seen", "under talk", "settled", "passed", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of overlaps: rows ``first`` to ``last`` (from 1) of ``fit``, among ``found``."""

    rows: tuple[OverlapRow, ...]
    first: int
    last: int
    fit: int
    found: int
    fault: str


class OverlapPages:
    """Makes the pages of the overlaps of one node."""

    def __init__(self, node: Node, notices: NoticePages) -> None:
        self._node = node
        self._notices = notices

    def listing(self, request: Request, seat: Seat) -> Response:
        """Every overlap of a line, gravest first, its hash, and those that are no more."""
        query = request.query_params
        own_too = query.get("own") == "yes"
        found = find_on(self._node, seat, own_too=own_too)
        assert found is not None
        asked = {name: query.get(name, "")[:40] for name in ("state", "severity")}
        text = query.get("from", "")
        first = int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else 0
        shown, drawn = _listed(found, asked, first)
        gone = found.gone()
        digest = found.kept.line_digest(found.result, own_too=own_too)
        answer = self._notices.show(
            request,
            seat,
            "overlaps.html",
            shown=shown,
            asked=asked,
            own_too=own_too,
            states=STATES,
            severities=[one.value for one in Severity],
            drawn=self._map(found, drawn, title="Map of the gravest overlaps of this page"),
            drawn_count=len(drawn),
            summary=report.summary(found.result),
            known=instant_ms(found.known_ms),
            notified=found.result.notified,
            warnings=len(found.kept.warnings),
            packs=found.result.packs,
            caveats=[*found.kept.caveats(), *report.caveats(found.result)],
            digest=in_groups(digest),
            whole_digest=digest,
            all_digest=found.result.digest,
            groups_read=GROUPS_READ,
            gone=[found.row(each, became) for each, became in gone[:GONE_MAX]],
            gone_more=max(0, len(gone) - GONE_MAX),
        )
        answer.status_code = 400 if shown.fault else 200
        return answer

    def _map(self, found: Found, overlaps: list[Overlap], *, title: str) -> Map | None:
        told: dict[tuple[str, str, str], Notified] = {}
        for each in overlaps:
            for side in each.sides:
                one = found.then(side)
                if one is not None:
                    told.setdefault((side.party, side.key, side.digest), one)
        return make_map(_once(told.values()), overlaps, name="map-all", title=title)

    def one(self, request: Request, seat: Seat) -> Response:
        """One overlap with everything about it, by its identifier or the beginning of it."""
        wanted = str(request.path_params["name"])
        own = request.query_params.get("own", "")[:3]
        try:
            told: Any = VERBS["overlap"](self._node, {"line": seat.line, "id": wanted, "own": own})
        except UsageError as error:
            words = f"{str(error)[:600]}."
            return self._notices.missing(request, seat, words, overlaps=True)
        found = find_on(self._node, seat, own_too=own == "yes")
        assert found is not None
        became = dict(found.gone()) if told["gone"] else {}
        each = next(o for o in (*found.result.overlaps, *became) if o.id == told["id"])
        return self._notices.show(
            request,
            seat,
            "overlap.html",
            told=told,
            row=found.row(each, became.get(each)),
            own_too=own == "yes",
            id_groups=in_groups(told["id"]),
            drawn=self._map(found, [each], title=f"Map of overlap {told['id'][:10]}"),
            known=instant_ms(found.known_ms),
        )


def _once(told: Iterable[Notified]) -> list[Notified]:
    """Each one once, by its key alone: a map has no room for titles."""
    found: list[Notified] = []
    for one in told:
        bare = Notified(key=one.key, party=one.party, kind=one.kind, volumes=one.volumes)
        if bare not in found:
            found.append(bare)
    return found


def _listed(found: Found, asked: dict[str, str], first: int) -> tuple[Listed, list[Overlap]]:
    """The page that was asked for, and those of it that are drawn."""
    fit = [
        each
        for each in found.result.overlaps
        if (not asked["severity"] or each.severity.value == asked["severity"])
        and (not asked["state"] or found.state(each).value == asked["state"])
    ]
    first = min(first, max(0, (len(fit) - 1) // ROWS_MAX * ROWS_MAX))
    page = fit[first : first + ROWS_MAX]
    fault = ""
    if asked["state"] and asked["state"] not in STATES:
        fault = f"“{asked['state']}” is no state; there are {', '.join(STATES)}"
    if asked["severity"] and asked["severity"] not in list(Severity):
        fault = f"“{asked['severity']}” is no severity; there are {', '.join(Severity)}"
    listed = Listed(
        rows=tuple(map(found.row, page)),
        first=first + 1 if page else 0,
        last=first + len(page),
        fit=len(fit),
        found=len(found.result.overlaps),
        fault=fault,
    )
    return listed, page[:DRAWN_MAX]


def add_overlaps(app: FastAPI, node: Node, pages: OverlapPages, missing: Any) -> None:
    """Give an application the pages of the overlaps of a node."""
    makers: dict[str, Maker] = {"/overlaps": pages.listing, "/overlap/{name:path}": pages.one}
    for path, make in makers.items():
        route(app, node, path, make, missing)

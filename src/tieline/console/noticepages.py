"""Notification pages: what stands on a line, one by one, and what of it waits for us.

Looking is all that can be done here: taking, reading back and answering need an officer's key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from tieline.console.noticekept import GROUPS, KeptNotices, NoticeRow
from tieline.console.noticelist import MARKS, WHENS, asked_of, counts, listed
from tieline.console.noticemap import Map, make_map
from tieline.console.noticeone import notice_case, notice_shown
from tieline.console.noticestops import (
    Overdue,
    StopShown,
    UnfitShown,
    overdue_shown,
    standing_stops,
    stop_map,
    stops_shown,
    unfit_shown,
)
from tieline.console.noticewords import instant_ms
from tieline.console.overlapkept import Found, find_on
from tieline.console.reading import line_head, line_id, seat_of
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.overlaps import Overlap
from tieline.node import Node
from tieline.procedures.notification.parts import NO_CLEARANCE
from tieline.replication.seat import Seat
from tieline.state.standing import NOTICES

REFRESH_S: Final = 30
OVERLAPS_MAX: Final = 20
"""Overlaps on the page of one notification; the page of overlaps has all."""
DRAWN_MAX: Final = 8
"""Overlaps that the map of one notification draws, the gravest."""
FLAGS_SHOWN: Final = 3
"""Flags of one row of the list; its page has all."""
PageOf = Callable[[Request, str, Mapping[str, Any]], Response]
"""Makes a page from a template and what it names."""
Maker = Callable[[Request, Seat], Response]


class NoticePages:
    """Makes the pages of the notifications of one node."""

    def __init__(self, node: Node, page: PageOf) -> None:
        self._node = node
        self._page = page
        self.kept = KeptNotices()
        self._unfit: dict[str, tuple[object, tuple[UnfitShown, ...]]] = {}

    def rows(self, seat: Seat) -> list[NoticeRow]:
        """A row for each notification of a line."""
        return self.kept.rows(self._node, seat)

    def show(self, request: Request, seat: Seat, template: str, **named: Any) -> Response:
        """A page of a line, with what every page of notifications names."""
        values = {
            "line": line_head(self._node, seat),
            "refresh_s": REFRESH_S,
            "no_clearance": NO_CLEARANCE,
            "flags_shown": FLAGS_SHOWN,
            **named,
        }
        return self._page(request, template, values)

    def missing(self, request: Request, seat: Seat, words: str, **named: Any) -> Response:
        """A page that is not there, with a way back to the list."""
        answer = self.show(request, seat, "notices_missing.html", words=words, **named)
        answer.status_code = 404
        return answer

    def listing(self, request: Request, seat: Seat) -> Response:
        """Every notification of a line, today and the next days first."""
        asked, now_s = asked_of(request.query_params), self._node.now().wall_s
        rows = self.rows(seat)
        shown = listed(rows, asked, now_s * 1000)
        answer = self.show(
            request,
            seat,
            "notices.html",
            shown=shown,
            counts=counts(rows, now_s * 1000),
            kinds=NOTICES,
            whens=WHENS,
            marks=MARKS,
            now_ms=now_s * 1000,
        )
        answer.status_code = 400 if shown.fault else 200
        return answer

    def one(self, request: Request, seat: Seat) -> Response:
        """One notification, with everything that is held of it."""
        name = str(request.path_params["name"])
        case = notice_case(seat, name)
        if case is None:
            words = f"There is no notification “{name[:80]}” on this line."
            return self.missing(request, seat, words)
        rows = {row.ref: row for row in self.rows(seat)}
        shown = notice_shown(self._node, seat, case, rows)
        found = find_on(self._node, seat)
        overlaps = list(found.of_case(case.key)) if found is not None else []
        gone = list(found.gone_of(case.key)) if found is not None else []
        drawn: Map | None = None
        if shown.stop is not None:
            drawn = stop_map(seat, shown.stop, name="map-one")
        elif found is not None and shown.row.volumes:
            drawn = _with_others(found, shown.row, overlaps[:DRAWN_MAX])
        return self.show(
            request,
            seat,
            "notice.html",
            shown=shown,
            drawn=drawn,
            group=GROUPS[shown.row.group(self._node.now().wall_s * 1000)],
            overlaps=[found.row(each) for each in overlaps[:OVERLAPS_MAX]] if found else [],
            drawn_count=len(overlaps[:DRAWN_MAX]),
            overlaps_more=max(0, len(overlaps) - OVERLAPS_MAX),
            gone=[found.row(each, became) for each, became in gone[:OVERLAPS_MAX]] if found else [],
            compared=found.result.notified if found else 0,
            known=instant_ms(found.known_ms) if found else "",
        )

    # ---- the first page

    def stops(self, seat: Seat) -> list[tuple[StopShown, Map | None]]:
        """Calls to stop of a line that are not over, each with its map."""
        part = line_id(seat)
        return [
            (shown, stop_map(seat, shown, name=f"map-{part}-{n}"))
            for n, shown in enumerate(stops_shown(self._node, seat))
        ]

    def unfit(self, seat: Seat) -> tuple[UnfitShown, ...]:
        """Calls to stop that fit no step of a line; read anew once something was said."""
        past = seat.view.past
        kept = self._unfit.get(seat.line)
        if kept is None or kept[0] != past:
            self._unfit[seat.line] = kept = (past, unfit_shown(self._node, seat))
        return kept[1]

    def standing(self, seat: Seat) -> Counter[str]:
        """How many calls to stop stand on a line, by mark: every page says so on top."""
        marks = [case.mark.value for case in standing_stops(seat)]
        return Counter([*marks, *(one.mark for one in self.unfit(seat))])

    def overdue(self, seat: Seat) -> tuple[Overdue, ...]:
        """Movements of a line that are overdue."""
        return overdue_shown(self._node, seat)


def _with_others(found: Found, row: NoticeRow, overlaps: list[Overlap]) -> Map | None:
    """A notification with what overlaps it."""
    own = notified(row)
    told = [own]
    for each in overlaps:
        for side in each.sides:
            one = found.then(side)
            if one is not None and (side.party, side.key) != found.by_case.get(row.case):
                other = Notified(key=one.key, party=one.party, kind=one.kind, volumes=one.volumes)
                told += [] if other in told else [other]
    title = f"Map of {row.name[:80]}" + (", with what overlaps it" if overlaps else "")
    return make_map(told, overlaps, name="map-one", title=title)


def notified(row: NoticeRow) -> Notified:
    """A row as a map takes it, named by its key."""
    return Notified(
        key=row.key or row.ref, party=row.party, kind=row.procedure, volumes=row.volumes
    )


def route(app: FastAPI, node: Node, path: str, make: Maker, missing: Any) -> None:
    """Answer an address below a line; a line that is not there is told."""

    async def answer(request: Request, line: str) -> Response:
        seat = seat_of(node, line)
        if seat is None:
            answered: Response = missing(request, "There is no such line here.")
            return answered
        return make(request, seat)

    app.add_api_route(f"/line/{{line}}{path}", answer, methods=["GET", "HEAD"], response_model=None)


def add_notices(app: FastAPI, node: Node, pages: NoticePages, missing: Any) -> None:
    """Give an application the pages of the notifications of a node."""
    route(app, node, "/notifications", pages.listing, missing)
    route(app, node, "/notification/{name:path}", pages.one, missing)

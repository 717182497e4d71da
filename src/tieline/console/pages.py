"""Pages: what each address shows. Every page is made anew from the node at each request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.types import ASGIApp

from tieline.console import attention, wording
from tieline.console.access import Access, Session
from tieline.console.door import Door
from tieline.console.noticelist import counts, waiting
from tieline.console.noticepages import NoticePages, add_notices
from tieline.console.overlapkept import BUSY_S_MAX, count_on, find_on, severity_words, summed
from tieline.console.overlappages import OverlapPages, add_overlaps
from tieline.console.reading import (
    case_of,
    case_shown,
    has_record,
    line_head,
    line_id,
    line_page,
    menu_item,
    overlay,
    record_of,
    seat_of,
)
from tieline.console.talkpages import add_talks
from tieline.console.talkwords import filters
from tieline.days import parse_day
from tieline.deconfliction.report import distance
from tieline.errors import UsageError
from tieline.node import Node
from tieline.observer import discrepancies, render_svg, status
from tieline.observer import timeline as record_timeline
from tieline.record.content import Spoken
from tieline.replication.seat import Seat
from tieline.state.shortref import find_ref, short_ref
from tieline.state.shown import Row
from tieline.state.timeline import time_of, what_of

TIMELINE_ROWS = 500
WATCH_REFRESH_S = 5
"""How often the overview is made anew; other pages take longer, people read there."""
READ_REFRESH_S = 30
STALE_S = 20
"""After this long without being made anew, a page says so. Fixed in the style sheet too."""
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
STATIC = {"console.css": "text/css", "console.js": "text/javascript"}
CUT_CHARS = 600
"""So much of a text stands on the overview; a peer may send a hundred thousand characters."""
WAITS_SHOWN = 5
"""Notifications that wait for us, on the overview; the list has all."""
WORST_SHOWN = 3
"""Overlaps of one line on the overview, the gravest."""
CLOSED_SHOWN = 8
"""Settled messages of one level on the overview; the timeline has all."""


def templates() -> Environment:
    """The templates: escaped, every text made visible, an unknown name is an error."""
    found = Environment(
        loader=PackageLoader("tieline.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=wording.visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "flat": wording.flat,
        "language": wording.language,
        "language_name": wording.language_name,
        "plain_words": wording.plain_words,
        "instant": wording.instant,
        "clock_time": wording.clock_time,
        "day": wording.day,
        "span": wording.span,
        "size": wording.size,
        "cut": wording.cut,
        "unbroken": wording.unbroken,
        "metres": distance,
        **filters(),
    }
    found.globals |= {
        "when": wording.when,
        "by_day": by_day,
        "severity_words": severity_words,
        "standing": attention.standing,
        "outstanding": attention.outstanding,
        "rung_kind": attention.rung_kind,
        "waits_for_us": attention.waits_for_us,
        "STALE_S": STALE_S,
        "CLOSED_SHOWN": CLOSED_SHOWN,
        "WAITS_SHOWN": WAITS_SHOWN,
        "CUT_CHARS": CUT_CHARS,
    }
    return found


def by_day(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows in their order, in runs of one day (UTC)."""
    runs = groupby(rows, key=lambda row: wording.day(row.time_s))
    return [(date, list(run)) for date, run in runs]


class Pages:
    """Makes the pages of one node."""

    def __init__(self, node: Node, handle: str) -> None:
        self._node = node
        self._handle = handle
        self._templates = templates()
        self.notices = NoticePages(node, self.page)

    def overview(self, request: Request) -> Response:
        """Every line: what waits, links, channels, framework, messages, what does not fit."""
        seats = list(self._node.seats.values())
        lines = [line_page(self._node, seat) for seat in seats]
        now_ms = self._node.now().wall_s * 1000
        rows = {line_id(seat): self.notices.rows(seat) for seat in seats}
        told = counts((row for each in rows.values() for row in each), now_ms)
        overlaps = {
            line_id(seat): count_on(find_on(self._node, seat, busy_s=BUSY_S_MAX), WORST_SHOWN)
            for seat in seats
            if len(seat.parties) > 1
        }
        heads = [line_head(self._node, seat) for seat in seats]
        stops = [
            (line, shown, drawn)
            for line, seat in zip(heads, seats, strict=True)
            for shown, drawn in self.notices.stops(seat)
        ]
        named = {
            "lines": lines,
            "tiles": (
                *attention.tiles(lines, self._handle),
                *attention.notice_tiles(told, summed(overlaps.values())),
            ),
            "stops": sorted(stops, key=lambda each: each[1].rank),
            "unfit": sorted(
                (
                    (line, one)
                    for line, seat in zip(heads, seats, strict=True)
                    for one in self.notices.unfit(seat)
                ),
                key=lambda each: each[1].rank,
            ),
            "overdue": [
                (line, one)
                for line, seat in zip(heads, seats, strict=True)
                for one in self.notices.overdue(seat)
            ],
            "noticed": {
                line: (counts(each, now_ms), waiting(each, now_ms)) for line, each in rows.items()
            },
            "overlaps": overlaps,
            "refresh_s": WATCH_REFRESH_S,
        }
        return self.page(request, "overview.html", named)

    def message(self, request: Request, seat: Seat, text: str) -> Response:
        """One message with its ladders, or any other entry as it was signed."""
        try:
            ref = find_ref(seat.fold, text)
        except UsageError as error:
            return self.missing(request, str(error))
        named: dict[str, Any] = {"asked": short_ref(ref)}
        case = case_of(seat, ref)
        if case is not None:
            named["message"] = case_shown(self._node, seat, case)
            return self._line(request, seat, "message.html", named)
        content = seat.content(ref)
        said = content if isinstance(content, Spoken) else None
        named |= {
            "party": seat.fold.registers.owners[ref.origin],
            "time_s": time_of(seat.fold, overlay(self._node, seat, rows_max=1), ref),
            "said": said.message if said else None,
            "what": what_of(said.message) if said else "filed what cannot be read here",
            "body": json.dumps(said.message.body, indent=2, ensure_ascii=False) if said else "",
            "signers": [s.keyid for s in said.envelope.signatures] if said else [],
        }
        return self._line(request, seat, "entry.html", named)

    def timeline(self, request: Request, seat: Seat) -> Response:
        """Everything said on the line; what only machines said is left out unless asked for."""
        with_minor = request.query_params.get("machines") == "yes"
        page = line_page(self._node, seat, rows_max=TIMELINE_ROWS)
        rows = [r for r in reversed(page.board.timeline) if with_minor or not r.is_minor]
        named: dict[str, Any] = {
            "line": page,
            "rows": rows,
            "with_minor": with_minor,
            "rows_max": TIMELINE_ROWS,
        }
        named["is_cut"] = len(page.board.timeline) >= TIMELINE_ROWS
        return self._line(request, seat, "timeline.html", named)

    def record(self, request: Request, seat: Seat) -> Response:
        """The observer's record: how things stood on a day, from what was known on a day."""
        if not has_record(seat):
            return self.missing(request, "This line holds no observer's record.")
        picture = record_of(seat)
        on_text = request.query_params.get("on") or wording.day(self._node.now().wall_s)
        known_text = request.query_params.get("known_on") or ""
        fault, lines = "", []
        try:
            on = parse_day(on_text)
            known_on = parse_day(known_text) if known_text else None
            lines = status(picture, on=on, known_on=known_on)
        except UsageError as error:
            fault = str(error)
        named = {
            "on": on_text,
            "known_on": known_text,
            "fault": fault,
            "lines": lines,
            "rows": record_timeline(picture),
            "differ": discrepancies(picture),
            "sources": picture.record.sources,
            "faults": picture.faults,
        }
        answer = self._line(request, seat, "record.html", named)
        answer.status_code = 400 if fault else 200
        return answer

    def record_picture(self, request: Request, seat: Seat) -> Response:
        """The observer's record as a drawing, to be shown as an image: nothing in it runs."""
        if not has_record(seat):
            return self.missing(request, "This line holds no observer's record.")
        title = self._node.configs[seat.line].title or "Timeline"
        return Response(
            render_svg(record_of(seat), title=title),
            media_type="image/svg+xml",
            headers={"content-security-policy": SVG_POLICY},
        )

    def line(self, request: Request, seat: Seat, template: str) -> Response:
        """A page that needs nothing but the line."""
        return self._line(request, seat, template, {"line": line_page(self._node, seat)})

    def _line(
        self, request: Request, seat: Seat, template: str, named: Mapping[str, Any]
    ) -> Response:
        head = line_head(self._node, seat)
        return self.page(request, template, {"line": head, "refresh_s": READ_REFRESH_S, **named})

    def missing(self, request: Request, words: str) -> Response:
        """A page that is not there."""
        answer = self.page(request, "missing.html", {"words": words, "refresh_s": 0})
        answer.status_code = 404
        return answer

    def page(self, request: Request, template: str, named: Mapping[str, Any]) -> Response:
        """A page from its template, with what every page names."""
        now = self._node.now()
        session: Session = request.scope["tieline.session"]
        values = {
            "own": self._handle,
            "name": self._node.card.name,
            "now_s": now.wall_s,
            "menu": [menu_item(self._node, seat) for seat in self._node.seats.values()],
            "session_left_s": session.left_s(now),
            "path": request.url.path,
            "line": None,
            "stops_standing": self._stops_standing(),
            **named,
        }
        return HTMLResponse(self._templates.get_template(template).render(values))

    def _stops_standing(self) -> list[tuple[str, int]]:
        """How many calls to stop are not over, by mark: every page says so on top."""
        marks: Counter[str] = Counter()
        for seat in self._node.seats.values():
            marks += self.notices.standing(seat)
        return sorted(marks.items())


class Console(FastAPI):
    """The pages behind their door: no request reaches a page any other way."""

    def __init__(self, access: Access) -> None:
        super().__init__(title="Tieline", openapi_url=None, docs_url=None, redoc_url=None)
        self._access = access

    def build_middleware_stack(self) -> ASGIApp:
        """The door stands outermost, before FastAPI's own error pages."""
        return Door(super().build_middleware_stack(), self._access)


def make_app(node: Node, *, access: Access, handle: str) -> FastAPI:
    """The console of one node; to be run on the event loop that drives the node."""
    app = Console(access)
    pages = Pages(node, handle)
    static = {name: (files("tieline.console") / "static" / name).read_bytes() for name in STATIC}

    # Every page is a coroutine, so that it runs on the node's own loop and never beside a step.
    def on_line(path: str, make: Any) -> None:
        async def answer(request: Request, line: str) -> Response:
            seat = seat_of(node, line)
            if seat is None:
                return pages.missing(request, "There is no such line here.")
            answered: Response = make(request, seat)
            return answered

        app.add_api_route(
            f"/line/{{line}}{path}", answer, methods=["GET", "HEAD"], response_model=None
        )

    on_line("/timeline", pages.timeline)
    on_line("/framework", lambda r, s: pages.line(r, s, "framework.html"))
    on_line("/parties", lambda r, s: pages.line(r, s, "parties.html"))
    on_line("/record", pages.record)
    on_line("/record.svg", pages.record_picture)
    on_line(
        "/message/{ref}", lambda request, s: pages.message(request, s, request.path_params["ref"])
    )

    add_notices(app, node, pages.notices, pages.missing)
    add_overlaps(app, node, OverlapPages(node, pages.notices), pages.missing)
    add_talks(app, node, pages.page)

    @app.api_route("/", methods=["GET", "HEAD"], response_model=None)
    async def overview(request: Request) -> Response:
        return pages.overview(request)

    @app.api_route("/static/{name}", methods=["GET", "HEAD"], response_model=None)
    async def static_file(request: Request, name: str) -> Response:
        if name not in static:
            return pages.missing(request, "There is no such file.")
        return Response(static[name], media_type=STATIC[name])

    @app.exception_handler(404)
    async def not_there(request: Request, _: Exception) -> Response:
        return pages.missing(request, "There is no such page.")

    return app

"""Talk pages: the dialogue as pages, the same ones for reports, our own notes and a line.

Every page shows a bounded part and says how to see the rest. Nothing here changes the node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from tieline import answers
from tieline.asking import HOUSE, LINE, OBSERVER
from tieline.console import talkboard, talkcites, talkpassages, talkthings
from tieline.console.reading import line_id
from tieline.console.shelf import shelves
from tieline.console.talkcases import case_history, texts_on_line
from tieline.console.talkdue import GROUPS, commitments_shown
from tieline.console.talkkept import ladder_on
from tieline.console.talks import Opened, near, number_of, open_shelf
from tieline.console.talkstrip import strip
from tieline.console.talkwords import place_of
from tieline.errors import UsageError
from tieline.node import Node
from tieline.observer import discrepancies
from tieline.observer.assertion import Round
from tieline.record.marking import Marking

ROWS_MAX: Final = 100
"""Rows of a listing on one page."""
LEVELS_MAX: Final = 40
SEATS_MAX: Final = 4
"""Seats of one side on a level; the page of the level has more."""
ROUNDS_MAX: Final = 60
"""Rounds of one mechanism on its page; the newest ones."""
CHANGES_EACH_WAY: Final = 10
"""Changes listed on the board before and after the day."""
TEXT_CHARS_MAX: Final = 8_000
"""A readout is shown up to here; the message or the report has the rest."""
MARKS: Final[Mapping[str, Marking]] = {
    OBSERVER: Marking.PUBLISHABLE,
    HOUSE: Marking.OWN,
    LINE: Marking.LINE,
}
Maker = Callable[[Request, Opened, str], Response]
PageOf = Callable[[Request, str, Mapping[str, Any]], Response]
"""Makes a page from a template and what it names."""


class TalkPages:
    """Makes the pages of the records of one node."""

    def __init__(self, node: Node, page: PageOf) -> None:
        self._node = node
        self._page = page

    def records(self, request: Request) -> Response:
        """Every record that can be looked at."""
        shown = [open_shelf(self._node, shelf, {}) for shelf in shelves(self._node).values()]
        return self._page(request, "talks.html", {"opened": shown, "refresh_s": 0})

    def open(self, request: Request, slug: str, make: Maker, key: str = "") -> Response:
        """One page of one record; what is not there, or no day, is explained."""
        found = shelves(self._node)
        if slug not in found:
            alike = [(one, found[one].title, f"/talks/{one}") for one in near(slug, found)]
            alike = alike or [(one.slug, one.title, f"/talks/{one.slug}") for one in found.values()]
            return self._missing(request, "There is no such record here.", alike)
        try:
            opened = open_shelf(self._node, found[slug], request.query_params)
        except UsageError as error:
            opened = open_shelf(self._node, found[slug], {})
            return self._show(request, opened, "talks_fault.html", status=400, fault=str(error))
        try:
            return make(request, opened, key)
        except UsageError as error:
            return self._show(request, opened, "talks_fault.html", status=400, fault=str(error))

    def _show(
        self, request: Request, opened: Opened, template: str, *, status: int = 200, **named: Any
    ) -> Response:
        values = {"talk": opened, "refresh_s": 0, "place": "", "rows_max": ROWS_MAX, **named}
        answer = self._page(request, template, values)
        answer.status_code = status
        return answer

    def _missing(
        self, request: Request, words: str, alike: list[tuple[str, str, str]], talk: Any = None
    ) -> Response:
        named = {"words": words, "alike": alike, "refresh_s": 0, "talk": talk}
        answer = self._page(request, "talks_missing.html", named)
        answer.status_code = 404
        return answer

    def _no_key(self, request: Request, opened: Opened, key: str) -> Response:
        things = near(key, opened.seen.all_things())
        alike = []
        for one in things:
            named = answers.named(opened.seen, one)
            alike.append((one, named.name, opened.href(place_of(named.kind), one)))
        words = f"Nothing is on record under “{key[:80]}” in this record"
        words += f" by {opened.known_on}." if opened.known_on else "."
        return self._missing(request, words, alike, opened)

    # ---- the pages

    def board(self, request: Request, opened: Opened, _: str) -> Response:
        """How everything stood on a day."""
        step = number_of(request.query_params, "step")
        if step is not None and opened.changes.days:
            day = opened.changes.days[min(step, len(opened.changes.days) - 1)]
            return RedirectResponse(opened.href(on=day), status_code=303)
        first = number_of(request.query_params, "from") or 0
        return self._show(
            request,
            opened,
            "talks_board.html",
            place="board",
            board_max=talkboard.ROWS_MAX,
            board=talkboard.board(opened.seen, opened.on, first=first),
            strip=strip(opened.changes, opened.on),
            nearby=opened.changes.around(opened.on, CHANGES_EACH_WAY),
        )

    def mechanism(self, request: Request, opened: Opened, key: str) -> Response:
        """A mechanism or channel with all that hangs on it."""
        shown = opened.seen.key(key)
        if shown not in opened.seen.once(answers.standing_keys):
            return self._no_key(request, opened, key)
        found = talkthings.mechanism_shown(opened.seen, shown, opened.on, ROUNDS_MAX)
        texts = texts_on_line(self._node, opened, [one.thing.key for one in found.answer.texts])
        return self._show(request, opened, "talks_mechanism.html", shown=found, texts=texts)

    def round(self, request: Request, opened: Opened, key: str) -> Response:
        """A round: its plans, its agenda, who was there, both readouts, what came of it."""
        if not opened.seen.about(Round, key):
            return self._no_key(request, opened, key)
        found = talkthings.round_shown(opened.seen, opened.seen.key(key))
        history = case_history(self._node, opened, key)
        return self._show(request, opened, "talks_round.html", shown=found, history=history)

    def thing(self, request: Request, opened: Opened, key: str) -> Response:
        """Anything else that has a key: a contact, a promise, a seat, a measure, an event."""
        if not opened.seen.kinds(key):
            return self._no_key(request, opened, key)
        first = number_of(request.query_params, "from") or 0
        found = talkpassages.thing_shown(opened.seen, key, opened.on, first, ROWS_MAX)
        history = case_history(self._node, opened, key)
        return self._show(request, opened, "talks_thing.html", shown=found, history=history)

    def commitments(self, request: Request, opened: Opened, _: str) -> Response:
        """What is due, overdue, met, missed, disputed, with both sides' views."""
        query = request.query_params
        side, state = query.get("side", "")[:200], query.get("state", "")[:200]
        first = number_of(query, "from") or 0
        found = commitments_shown(
            opened.seen, opened.on, side=side, group=state, first=first, most=ROWS_MAX
        )
        return self._show(
            request,
            opened,
            "talks_commitments.html",
            place="commitments",
            shown=found,
            side=side,
            group=state,
            groups=GROUPS,
        )

    def calendar(self, request: Request, opened: Opened, _: str) -> Response:
        """Rounds, due days and expiries as an iCalendar file."""
        try:
            from tieline.papers.ical import MEDIA_TYPE, make_calendar  # noqa: PLC0415  # an extra
        except ImportError:
            words = "Calendar files need the package icalendar: install the extra “papers”."
            return self._missing(request, words, [], opened)
        feed = make_calendar(
            opened.seen,
            record=opened.shelf.record.line,
            name=opened.shelf.title,
            stamp=datetime.fromtimestamp(self._node.now().wall_s, UTC),
            on=opened.on,
            mark=MARKS[opened.kind],
        )
        headers = {"content-disposition": 'attachment; filename="talks.ics"', "etag": feed.etag}
        return Response(feed.data, media_type=MEDIA_TYPE, headers=headers)

    def counterparts(self, request: Request, opened: Opened, _: str) -> Response:
        """Who sits opposite whom, level by level; one level alone with all its seats."""
        query = request.query_params
        first, alone = number_of(query, "from") or 0, number_of(query, "level")
        found = ladder_on(opened.seen, opened.on)
        rungs = found.rungs
        if alone is not None:
            rungs, first_level = rungs[alone : alone + 1], 0
        else:
            first_level = first
        return self._show(
            request,
            opened,
            "talks_counterparts.html",
            place="counterparts",
            ladder=found,
            rungs=rungs[first_level : first_level + LEVELS_MAX],
            first=first,
            alone=alone,
            seats_max=SEATS_MAX if alone is None else ROWS_MAX,
            levels_max=LEVELS_MAX,
        )

    def positions(self, request: Request, opened: Opened, _: str) -> Response:
        """What each side holds on a topic, oldest first, or the list of topics."""
        topic = request.query_params.get("topic", "")[:200]
        first = number_of(request.query_params, "from") or 0
        found = talkpassages.topics(opened.seen)
        if not topic:
            return self._show(
                request,
                opened,
                "talks_topics.html",
                place="positions",
                topics=found[first : first + ROWS_MAX],
                total=len(found),
                first=first,
            )
        known = {opened.seen.key(one.key) for one in found}
        if opened.seen.key(topic) not in known:
            alike = [(k, k, opened.href("positions", topic=k)) for k in near(topic, known)]
            words = f"No position is on record on “{topic[:80]}”."
            return self._missing(request, words, alike, opened)
        told = answers.positions_on(opened.seen, topic, on=opened.on)
        return self._show(
            request,
            opened,
            "talks_topic.html",
            place="positions",
            topic=told[0] if told else None,
            later=talkpassages.said_later(opened.seen, topic, told),
            first=first,
            count_max=ROWS_MAX,
        )

    def search(self, request: Request, opened: Opened, _: str) -> Response:
        """Full text over all that is said."""
        query = request.query_params.get("q", "").strip()
        fault, found = "", None
        if query:
            try:
                found = answers.search(opened.seen, query, index=opened.kept.index())
            except UsageError as error:
                fault = str(error)
        return self._show(
            request,
            opened,
            "talks_search.html",
            place="search",
            query=query[:200],
            found=found,
            fault=fault,
            status=400 if fault else 200,
        )

    def statement(self, request: Request, opened: Opened, key: str) -> Response:
        """One statement or inference: source, passage, force, and what rests on it."""
        item = talkcites.item_of(opened.seen, key)
        if item is None:
            ids = [*opened.seen.basis.numbers]
            alike = [(one, one, opened.href("statement", one)) for one in near(key, ids)]
            words = f"There is no statement “{key[:80]}” in this record."
            return self._missing(request, words, alike, opened)
        found = talkpassages.statement_shown(opened.seen, item)
        line = ""
        if opened.kind == LINE:
            line = line_id(self._node.seat(opened.shelf.record.line))
        return self._show(request, opened, "talks_statement.html", shown=found, line_part=line)

    def discrepancies(self, request: Request, opened: Opened, _: str) -> Response:
        """Where two reports, or a report and an inference, do not fit."""
        first = number_of(request.query_params, "from") or 0
        found = discrepancies(opened.seen)
        shown = talkpassages.differing(opened.seen, found[first : first + ROWS_MAX])
        return self._show(
            request,
            opened,
            "talks_discrepancies.html",
            place="discrepancies",
            shown=shown,
            total=len(found),
            first=first,
        )


def add_talks(app: FastAPI, node: Node, page: PageOf) -> None:
    """Give an application the pages of the talks of a node."""
    talks = TalkPages(node, page)

    @app.api_route("/talks", methods=["GET", "HEAD"], response_model=None)
    async def records(request: Request) -> Response:
        return talks.records(request)

    def on_record(path: str, make: Maker) -> None:
        async def answer(request: Request, record: str) -> Response:
            return talks.open(request, record, make, str(request.path_params.get("key", "")))

        app.add_api_route(
            f"/talks/{{record}}{path}", answer, methods=["GET", "HEAD"], response_model=None
        )

    on_record("", talks.board)
    on_record("/commitments", talks.commitments)
    on_record("/commitments.ics", talks.calendar)
    on_record("/counterparts", talks.counterparts)
    on_record("/positions", talks.positions)
    on_record("/search", talks.search)
    on_record("/discrepancies", talks.discrepancies)
    # Keys may hold any letter; a stroke that was encoded comes back as part of the path.
    on_record("/mechanism/{key:path}", talks.mechanism)
    on_record("/round/{key:path}", talks.round)
    on_record("/thing/{key:path}", talks.thing)
    on_record("/statement/{key:path}", talks.statement)

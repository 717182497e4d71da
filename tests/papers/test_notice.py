"""Notices: what stands on the papers of a recipient without a node, on however many pages."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.desk.notifying import form_of
from tieline.papers import noticewords as nw
from tieline.papers.faces import Faces
from tieline.papers.notice import Notice, Told, facts_of, places_of, reference_of, texts_of
from tieline.papers.noticepages import PAGES_MAX, lay_out
from tieline.papers.noticepdf import make_pdf
from tieline.procedures.notification.covered import volumes_of
from tieline.record.marking import Marking
from tieline.record.message import Mark
from tieline.record.strict import Fields
from tieline.space.band import Band, Datum
from tieline.space.body import read_volumes, write_volumes
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Polygon
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

START, END = 1_796_112_000_000, 1_796_140_800_000
"""2026-12-01, 08:00 and 16:00 UTC."""
WORDING = f"tieline.invalid/00112233445566778899aabbccddeeff/alpha-1 12 {'ab' * 32}"


def circle_body() -> dict[str, Any]:
    """A body with one circle, in whatever form volumes have."""
    volume = Volume(
        shape=Circle(centre=of_degrees(54.3333333, 12.1666667), radius_m=9_260),
        window=Window(spans=(Interval(start_ms=START, end_ms=END),)),
        band=Band(upper_m=3_048),
    )
    return {"key": "gunnery-4", "title": "Gunnery 4", "volumes": write_volumes((volume,))}


def area_body(corners: int) -> dict[str, Any]:
    ring = tuple(
        of_degrees(
            54 + math.sin(2 * math.pi * n / corners), 12 + math.cos(2 * math.pi * n / corners)
        )
        for n in range(corners)
    )
    volume = Volume(
        shape=Polygon(ring=ring), window=Window(spans=(Interval(start_ms=START, end_ms=END),))
    )
    return {"key": "ring", "title": "Ring", "volumes": write_volumes((volume,))}


def notice(body: dict[str, Any] | None = None, **changes: Any) -> Notice:
    body = circle_body() if body is None else body
    form = form_of("activity.notify")
    found = Notice(
        key=str(body["key"]),
        reference=reference_of(str(body["key"]), WORDING),
        wording=WORDING,
        procedure="activity",
        title=str(body.get("title", "")),
        level="ROUTINE",
        mark=Mark.ACTUAL,
        handling=Marking.LINE,
        office="Alpha Navy (watch)",
        recipient="Coast guard <watch@coast.example>",
        opened_ms=START - 86_400_000,
        worded_ms=START - 86_400_000,
        made_ms=START - 3_600_000,
        standing="notified, and stands",
        is_over=False,
        answer_to=("ops@alpha.example", "telephone 555 0100"),
        volumes=volumes_of(body),
        places=places_of(body),
        facts=facts_of(form, body),
        texts=texts_of(body),
        redacted=(),
        kept_back=0,
    )
    return replace(found, **changes)


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("mark", Mark)
def test_every_page_bears_its_mark_above_and_below_and_no_other(fonts: Any, mark: Mark) -> None:
    read = pages(make_pdf(notice(area_body(300), mark=mark), fonts).data)
    assert len(read) > 2
    for page in read:
        lines = page.splitlines()
        assert sum(line.strip() == nw.MARK_WORDS[mark] for line in lines) == 2
        others = [other for other in Mark if other is not mark]
        assert not any(nw.MARK_WORDS[other] in lines for other in others)


def test_a_paper_says_who_for_whom_how_to_answer_and_that_it_asks_for_nothing(fonts: Any) -> None:
    text = " ".join(pages(make_pdf(notice(), fonts).data)[0].split())
    assert nw.NO_REQUEST in text
    for words in (
        *("Gunnery 4", "Alpha Navy (watch)", "Coast guard <watch@coast.example>"),
        *("gunnery-4/abababab", "telephone 555 0100", "ops@alpha.example"),
        *("54-20.000N 012-10.000E", "54.333333, 12.166667", "5.00 nm (9.26 km)"),
        *("2026-12-01 08:00Z to 2026-12-01 16:00Z", "3048 m (10000 ft), above mean sea level"),
    ):
        assert words in text, words


def test_neither_our_line_nor_a_place_in_our_log_stands_on_a_paper(fonts: Any) -> None:
    made = notice()
    text = "".join(pages(make_pdf(made, fonts).data))
    assert "00112233" not in text
    assert "alpha-1" not in text
    assert made.reference == "gunnery-4/abababab"


def test_what_was_left_out_and_what_ended_is_said_on_the_first_page(fonts: Any) -> None:
    made = notice(
        redacted=("purpose", "answer_by_ms"), is_over=True, standing="cancelled", kept_back=2
    )
    text = " ".join(pages(make_pdf(made, fonts).data)[0].split())
    assert "purpose, answer by" in text
    assert "ENDED: cancelled" in text
    assert "2 belonging to it, not handed over" in text
    assert "ENDED" in made.heading


def test_a_huge_notification_stays_within_its_pages_and_says_what_is_missing(fonts: Any) -> None:
    made = notice(
        area_body(4_096), texts=(Told(lang="en", text="word " * 20_000, is_original=True),)
    )
    drawn = make_pdf(made, fonts)
    read = pages(drawn.data)
    assert len(read) == drawn.pages == PAGES_MAX
    assert drawn.left_out > 3_000
    assert f"Cut here: about {drawn.left_out} more lines" in " ".join(read[-1].split())
    assert all(f"page {n} of {PAGES_MAX}" in page for n, page in enumerate(read, start=1))
    assert nw.NO_REQUEST.split(";")[0] in " ".join(read[0].split())


def test_a_position_is_printed_or_counted_as_left_out(fonts: Any) -> None:
    laid = [lay_out(notice(area_body(count)), Faces(files=fonts), None) for count in (900, 1_000)]
    assert laid[1].left_out - laid[0].left_out == 100
    assert len(laid[1].pages) == PAGES_MAX


def test_times_stand_in_utc_first_and_in_the_local_clock_beside_it() -> None:
    assert nw.instant(START) == "2026-12-01 08:00Z"
    assert nw.instant(START, "+05:30") == "2026-12-01 08:00Z (2026-12-01 13:30 +05:30)"
    assert nw.instant(START + 59_999) == "2026-12-01 08:00:59.999Z"
    assert nw.instant(START, "-09:00") == "2026-12-01 08:00Z (2026-11-30 23:00 -09:00)"


RULE = {"first": "2026-12-01", "since": {"minute": 60}, "to": {"minute": 180}, "zone": "+02:00"}


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (RULE, "01:00 to 03:00 by clocks at +02:00, which is 23:00Z the day before to 01:00Z"),
        (RULE | {"zone": "UTC"}, "every day 01:00 to 03:00 UTC, from 2026-12-01 until cancelled"),
        (RULE | {"weekdays": ["mon", "fri"], "last": "2026-12-31"}, "on Mon, Fri 01:00"),
        (RULE | {"every_days": 2}, "every 2 days"),
        (
            RULE
            | {"since": {"minute": -30, "sun": "sunset"}, "to": {"minute": 0, "sun": "sunrise"}},
            "30 min before sunset to sunrise at the place",
        ),
        ({"start_ms": START}, "from 2026-12-01 08:00Z until cancelled"),
        ({"start_ms": 0, "end_ms": END}, "holding already, to 2026-12-01 16:00Z"),
    ],
)
def test_rules_of_repetition_are_told_in_words(span: dict[str, Any], words: str) -> None:
    volume = dict(circle_body()["volumes"][0]) | {"window": [span]}
    (read,) = read_volumes(Fields({"volumes": [volume]}))
    assert words in nw.span(read.window.spans[0])


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(), "every height"),
        (Band(lower_m=-50), "from -50 m (-164 ft) without upper end, above mean sea level"),
        (Band(upper_m=120, datum=Datum.GROUND), "to 120 m (394 ft), above ground"),
        (Band(upper_m=9_144, datum=Datum.PRESSURE), "to flight level 300 (nominally 9144 m)"),
    ],
)
def test_heights_stand_in_metres_and_feet_or_as_flight_levels(band: Band, words: str) -> None:
    assert words in nw.band(band)


def test_positions_are_numbered_over_waypoints_place_and_volumes() -> None:
    route = [
        {"lat_e7": 125_000_000, "lon_e7": 450_000_000, "name": "Depot", "at_ms": START},
        {"lat_e7": 129_000_000, "lon_e7": 452_000_000, "stop_min": 20},
    ]
    found = places_of(area_body(5) | {"route": route})
    assert [place.number for place in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [place.volume for place in found] == [0, 0, 1, 1, 1, 1, 1]
    assert (found[0].name, found[0].at_ms, found[1].stop_min) == ("Depot", START, 20)
    assert found[-1].what == "corner 5 of 5"


def test_the_language_wanted_comes_first_and_the_original_next() -> None:
    texts: list[Any] = [
        {"lang": "en", "text": "a", "original": "no"},
        {"lang": "ar", "text": "b", "original": "yes"},
        {"lang": "fr", "text": "c", "original": "no"},
    ]
    assert [told.lang for told in texts_of({"texts": texts}, "fr")] == ["fr", "ar", "en"]
    assert [told.lang for told in texts_of({"texts": texts})] == ["ar", "en", "fr"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.text(max_size=2_000),
    title=st.text(max_size=200),
)
def test_whatever_the_words_hold_there_are_pages(fonts: Any, words: str, title: str) -> None:
    made = notice(title=title, texts=(Told(lang="en", text=words, is_original=True),))
    drawn = make_pdf(made, fonts)
    assert 1 <= len(pypdf.PdfReader(io.BytesIO(drawn.data)).pages) <= PAGES_MAX


def test_an_outsider_learns_neither_our_line_nor_a_place_in_our_log():
    form = form_of("activity.notify")
    ref = "example.org/line/0f3a/alpha-1 7 " + "ab" * 32

    assert ("replaces", "an entry of ours") in facts_of(form, {"key": "a", "replaces": ref})
    assert ("replaces", "gunnery-3") in facts_of(form, {"key": "a", "replaces": "gunnery-3"})

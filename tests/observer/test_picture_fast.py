"""A picture that keeps what it worked out shows what one built anew from the same record shows."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.days import Days, Sure
from tieline.observer import assertion as a
from tieline.observer import (
    commitments,
    contacts,
    discrepancies,
    frameworks,
    picture_of,
    positions,
    rounds,
    seats,
    standings,
    status,
    timeline,
)
from tieline.observer import statement as s
from tieline.observer import vocabulary as v
from tieline.observer.claims import Cite, Claim, refine
from tieline.observer.picture import cite_of
from tieline.observer.rules import faults_of
from tieline.observer.selection import merged_keys

START = date(2020, 1, 1)
keys = st.sampled_from(["ta", "tb", "tc", "td", "te"])
a_day = st.integers(0, 12).map(lambda n: START + timedelta(days=n))
intervals = st.builds(
    lambda pair, ends: Days(
        earliest=min(pair) if ends & 1 else None, latest=max(pair) if ends & 2 else None
    ),
    st.tuples(a_day, a_day),
    st.sampled_from([0, 1, 2, 3, 3, 3]),
)
perhaps_days = st.none() | intervals
parties = st.sampled_from([(), ("A",), ("B",), ("A", "B")])
assertions = st.one_of(
    st.builds(a.Mechanism, thing=keys, established=perhaps_days, parent=st.none() | keys),
    st.builds(
        a.Round,
        thing=keys,
        of=st.none() | keys,
        planned=perhaps_days,
        held=perhaps_days,
        mandate=st.none() | keys,
        place=st.sampled_from([None, "X", "Y"]),
    ),
    st.builds(a.Turn, thing=keys, move=st.sampled_from(v.Move), by=parties, days=perhaps_days),
    st.builds(a.Suspension, thing=keys, by=parties, since=perhaps_days),
    st.builds(a.Restoration, thing=keys, by=parties, since=perhaps_days),
    st.builds(
        a.Seat,
        thing=keys,
        party=st.sampled_from(["A", "B"]),
        holder=st.sampled_from(["Ann Orr", "Bo Orr"]),
        at=st.none() | keys,
        start=perhaps_days,
        end=perhaps_days,
        counterpart=st.none() | keys,
        rank=st.sampled_from([None, 1, 2]),
    ),
    st.builds(a.Contact, thing=keys, of=st.none() | keys, days=perhaps_days),
    st.builds(
        a.Commitment,
        thing=keys,
        by=parties,
        due=perhaps_days,
        outcome=st.none() | st.sampled_from(v.Outcome),
        side=st.sampled_from([None, "A"]),
    ),
    st.builds(a.Framework, thing=keys, stage=st.sampled_from(v.Stage), by=parties),
    st.builds(a.Precondition, thing=keys, of=keys, stage=st.none() | st.sampled_from(v.Demand)),
    st.builds(a.Measure, thing=keys, start=perhaps_days, end=perhaps_days),
    st.builds(a.Text, thing=keys, stage=st.none() | st.sampled_from(v.Draft), of=keys),
    st.builds(a.Cause, thing=keys, because=keys),
    st.builds(a.Link, thing=keys, tie=st.sampled_from(v.Tie), to=keys),
    st.builds(a.Position, thing=keys, side=st.sampled_from(["A", "B"])),
    st.builds(a.Same, thing=keys, other=keys),
    st.builds(a.Dating, thing=st.sampled_from(["s0", "s1"]), days=intervals),
)
carried = st.lists(assertions, max_size=3).map(tuple)


@st.composite
def records(draw):
    sources = [s.Source(id=f"s{n}", published=draw(intervals), file="f") for n in range(2)]
    statements = [
        s.Statement(
            id=f"t{n}",
            source=draw(st.sampled_from(["s0", "s1", "none"])),
            passage="1",
            force=draw(st.sampled_from([s.Force.SAID, s.Force.OPINION])),
            text="x",
            happened=draw(perhaps_days),
            learned=draw(st.none() | intervals),
            assertions=draw(carried),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    ids = st.sampled_from([one.id for one in statements])
    inferences = [
        s.Inference(
            id=f"i{n}",
            author="desk",
            text="y",
            grounds=tuple(draw(st.lists(ids, min_size=1, max_size=2))),
            assertions=draw(carried),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    every = st.sampled_from([one.id for one in statements] + [one.id for one in inferences])
    withdrawals = [
        s.Withdrawal(id=f"w{n}", of=draw(every), author="desk", on=draw(intervals), why="so")
        for n in range(draw(st.integers(0, 2)))
    ]
    return s.Record(
        sources=tuple(sources),
        statements=tuple(statements),
        inferences=tuple(inferences),
        withdrawals=tuple(withdrawals),
    )


thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)


# ---- the straightforward way: every claim, in order, from the record as it stands


def straight(record, day, dropped=frozenset()):
    fallen = dict.fromkeys(sorted(dropped), "left out")
    for one in record.withdrawals:
        if day is None or one.on.begun_by(day) is Sure.YES:
            fallen[one.of] = f"withdrawn by {one.author}: {one.why}"
    _fell(record, fallen)
    datings = [
        (inference.id, one)
        for inference in record.inferences
        if inference.id not in fallen
        for one in inference.assertions
        if isinstance(one, a.Dating)
    ]
    learned, plain = _learned(record, datings), _learned(record, [])
    known = {id_: _known(days, day) for id_, days in learned.items()}
    for id_, sure in known.items():
        if sure is Sure.NO:
            fallen.setdefault(id_, f"not known by {day}")
    _fell(record, fallen)
    claims = []
    for one in record.statements:
        hangs = known[one.id] is not _known(plain[one.id], day)
        by = tuple(id_ for id_, dating in datings if dating.thing == one.source)
        cite = replace(cite_of(one, known[one.id]), dated_by=by if hangs else ())
        told = {"happened": one.happened, "learned": learned[one.id]}
        told["dated_by"] = by if learned[one.id] != plain[one.id] else ()
        claims += [
            Claim(assertion=said, cite=cite, **told)
            for said in one.assertions
            if one.id not in fallen
        ]
    for one in record.inferences:
        sure = all(known.get(id_) is Sure.YES for id_ in one.grounds)
        cite = Cite(id=one.id, author=one.author, known=Sure.YES if sure else Sure.PERHAPS)
        claims += [
            Claim(assertion=said, cite=cite, grounds=frozenset(one.grounds))
            for said in one.assertions
            if one.id not in fallen
        ]
    return fallen, {i: d for i, d in learned.items() if i not in fallen}, tuple(claims)


def _fell(record, fallen):
    for one in record.inferences:
        for id_ in one.grounds:
            if id_ in fallen:
                fallen.setdefault(one.id, f"its ground {id_} does not count")
                break


def _known(days, day):
    return Sure.YES if day is None else days.begun_by(day)


def _learned(record, datings):
    published = {source.id: source.published for source in record.sources}
    for _, dating in datings:
        days = published.get(dating.thing, Days())
        published[dating.thing] = days.meet(dating.days) or days
    learned = {}
    for one in record.statements:
        by_source = published.get(one.source, Days())
        own = one.learned or by_source
        learned[one.id] = own.meet(by_source) or own
    return learned


def _joined(pairs):
    """Keys joined by comparing every group with every other, the key named first in front."""
    named = list(dict.fromkeys(key for pair in pairs for key in pair))
    groups = [{key} for key in named]
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return {
        key: first
        for group in groups
        for first in [min(group, key=named.index)]
        for key in group
        if key != first
    }


def _index(claims, aliases):
    index: dict[type, dict[str, list[Claim[Any]]]] = {}
    for claim in claims:
        thing = claim.assertion.thing
        things = index.setdefault(type(claim.assertion), {})
        things.setdefault(aliases.get(thing, thing), []).append(claim)
    return index


def check(picture, record, day, dropped=frozenset()):
    fallen, learned, claims = straight(record, day, dropped)
    same = [c.assertion for c in claims if isinstance(c.assertion, a.Same)]
    aliases = _joined([(one.thing, one.other) for one in same])
    index = _index(claims, aliases)

    assert picture.fallen == fallen
    assert picture.learned == learned
    assert picture.claims == claims
    assert picture.aliases == aliases
    for kind in {type(one) for one in (*index, *claims)} | set(index):
        assert picture.things(kind) == tuple(index.get(kind, {}))
    for kind, things in index.items():
        assert {key: picture.about(kind, key) for key in things} == things


def said(picture, on, known_on=None):
    """Everything that is asked of a picture."""
    seen = picture.known_on(known_on)
    views = [view(seen) for view in (rounds, contacts, seats, standings, commitments, frameworks)]
    return (
        *views,
        status(picture, on=on, known_on=known_on),
        discrepancies(seen),
        timeline(seen),
        positions(seen),
    )


@thorough
@given(records(), st.none() | a_day, st.sets(st.sampled_from(["t0", "i0", "t9"])))
def test_a_picture_counts_what_the_straightforward_way_counts(record, day, dropped):
    picture = picture_of(record).without(dropped).known_on(day)

    check(picture, record, day, frozenset(dropped))


@thorough
@given(records(), st.lists(st.none() | a_day, min_size=2, max_size=6), a_day)
def test_one_day_after_the_other_is_as_each_alone(record, days, on):
    warm = picture_of(record)

    for day in days:
        check(warm.known_on(day), record, day)
        assert said(warm, on, day) == said(picture_of(record), on, day)


@thorough
@given(records(), st.data())
def test_a_picture_that_grew_is_as_one_of_the_whole(record, data):
    items = list(record.items())
    order = data.draw(st.permutations(items))
    on, day = data.draw(a_day), data.draw(st.none() | a_day)
    picture = picture_of(s.Record())

    while order:
        cut = data.draw(st.integers(1, len(order)))
        before, old = picture, said(picture, on, day)
        picture = picture.with_items(order[:cut])
        order = order[cut:]
        assert said(picture, on, day) == said(picture_of(picture.record), on, day)
        assert said(before, on, day) == old
        assert said(picture_of(before.record), on, day) == old
    check(picture.known_on(day), picture.record, day)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))))
def test_keys_are_joined_under_the_one_that_was_named_first(pairs):
    assert merged_keys(pairs) == _joined(pairs)


def test_ten_thousand_keys_said_to_be_one_are_one():
    pairs = [(f"k{n}", f"k{n + 1}") for n in range(10_000)]

    assert set(merged_keys(pairs[::-1]).values()) == {"k9999"}
    assert len(merged_keys(pairs)) == 10_000


def test_an_item_under_an_id_that_is_taken_is_a_fault(river, river_picture):
    other = replace(river.statements[0], text="Something else.")

    grown = river_picture.with_items([other, river.statements[1]])

    assert grown.record == river
    assert grown.faults == ("another item is filed as g-1; the first counts",)


def test_many_inferences_from_many_reports_are_grouped_in_one_pass():
    reports = [
        Claim(
            assertion=a.Suspension(thing="x"),
            cite=Cite(id=f"r{n}", source="a", passage="1", force=s.Force.SAID),
        )
        for n in range(20_000)
    ]
    drawn = [
        Claim(
            assertion=a.Suspension(thing="x"),
            cite=Cite(id=f"i{n}", author="desk"),
            grounds=frozenset({f"r{n}"}),
        )
        for n in range(20_000)
    ]

    groups = refine([*drawn, *reports])

    assert [[c.cite.id for c in group] for group in groups[:2]] == [["r0", "i0"], ["r1", "i1"]]
    assert len(groups) == 20_000


@thorough
@given(records(), st.data())
def test_what_items_would_newly_cause_is_the_difference_that_they_make(record, data):
    record = replace(record, withdrawals=())
    cut = data.draw(st.integers(0, len(record.statements)))
    here = {one.id for one in record.statements[:cut]}
    early = tuple(one for one in record.inferences if set(one.grounds) <= here)
    late = tuple(one for one in record.inferences if one not in early)
    before = picture_of(
        replace(record, statements=record.statements[:cut], inferences=early)
    ).known_on(data.draw(st.none() | a_day))
    new = (*record.statements[cut:], *late)

    found = faults_of(before, new)

    after = before.with_items(new)
    assert set(found) == set(discrepancies(after)) - set(discrepancies(before))

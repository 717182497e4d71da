"""Every rule finds what it is for, lets pass what is close to it, and says what is refused."""

from datetime import date
from itertools import count
from typing import Any

import pytest

from tieline.days import Days, parse_days
from tieline.observer import assertion as a
from tieline.observer import picture_of
from tieline.observer import statement as s
from tieline.observer import vocabulary as v
from tieline.observer.rules import RULES, Weight, Within, discrepancies, faults_of
from tieline.observer.statement import Force, Inference, Record, Review, Source, Statement, Verdict

SOURCES = tuple(
    Source(id=id_, published=parse_days(days), file="f")
    for id_, days in (("one", "1931-06-10"), ("two", "1931-07-01"), ("undated", "unknown"))
)
_numbers = count()


def says(*said, source="one", happened=None, **more):
    values: dict[str, Any] = {"passage": "1", "force": Force.NARRATED, "text": "x"} | more
    return Statement(
        id=f"t-{next(_numbers)}",
        source=source,
        happened=days(happened),
        assertions=said,
        **values,
    )


def days(text):
    return None if text is None else parse_days(text)


def record(*statements, **more):
    return picture_of(Record(sources=SOURCES, statements=statements, **more))


def codes(*statements):
    return [one.rule.code for one in discrepancies(record(*statements))]


def turn(move, when, thing="r"):
    return a.Turn(thing=thing, move=move, days=days(when))


def seat(holder=None, thing="h", **more):
    for name in ("start", "end"):
        more[name] = days(more.get(name))
    return a.Seat(thing=thing, holder=holder, vacant=holder is None, **more)


OPENED, CLOSED, PROPOSED = v.Move.OPENED, v.Move.CLOSED, v.Move.PROPOSED
FAULTS = {
    "closed-before-opened": [turn(OPENED, "1931-05-03"), turn(CLOSED, "1931-05-02")],
    "held-before-established": [
        a.Mechanism(thing="m", established=days("1931-05")),
        a.Round(thing="r", of="m", held=days("1931-04-30")),
    ],
    "held-before-proposed": [
        a.Round(thing="r", held=days("1931-04-30")),
        turn(PROPOSED, "1931-05-01"),
    ],
    "ended-before-begun": [
        a.Measure(thing="x", start=days("1931-05-02"), end=days("1931-05-01")),
    ],
    "two-holders": [
        seat("Dunn", start="1931-01-01", end="1931-06-30"),
        seat("Ebb", start="1931-03-01", end="1931-09-01"),
    ],
    "other-level": [
        a.Mechanism(thing="m", levels=(a.OfSide(party="Aval", value="minister"),)),
        a.Round(thing="r", of="m"),
        a.Seat(thing="h", party="Aval", holder="Dunn", at="r", level="clerk"),
    ],
    "resumed-by-one": [
        a.Suspension(thing="m", by=("Borun",), since=days("1931-05-01")),
        a.Restoration(thing="m", by=("Borun",), since=days("1931-06-01")),
    ],
    "loop": [
        a.Link(thing="x", tie=v.Tie.MANDATES, to="y"),
        a.Link(thing="y", tie=v.Tie.CREATES, to="z"),
        a.Round(thing="x", mandate="z"),
    ],
    "perhaps-one-person": [
        a.Attendance(thing="r", person="Eli Ratcliff", party="Aval"),
        a.Attendance(thing="q", person="Ely Ratcliff", party="Aval"),
    ],
}
SOUND = {
    "closed on the day it opened": [turn(OPENED, "1931-05-02"), turn(CLOSED, "1931-05-02")],
    "closed in the month it opened": [turn(OPENED, "1931-05-20"), turn(CLOSED, "1931-05")],
    "held in the month of founding": [
        a.Mechanism(thing="m", established=days("1931-05")),
        a.Round(thing="r", of="m", held=days("1931-05-01")),
    ],
    "a seat handed over on one day": [
        seat("Dunn", start="1931-01-01", end="1931-06-30"),
        seat("Ebb", start="1931-06-30", end="1931-09-01"),
    ],
    "a holder whose end nobody gives": [
        seat("Dunn", start="1931-01-01"),
        seat("Ebb", start="1931-06-30"),
    ],
    "one who acts for the holder": [
        seat("Dunn", start="1931-01-01", end="1931-06-30"),
        seat("Ebb", start="1931-03-01", end="1931-04-01", manner=v.Manner.ACTING),
    ],
    "resumed by both": [
        a.Suspension(thing="m", by=("Borun",)),
        a.Restoration(thing="m", by=("Aval", "Borun")),
    ],
    "resumed by whom is not said": [
        a.Suspension(thing="m", by=("Borun",)),
        a.Restoration(thing="m"),
    ],
    "talks prepare the summit that mandates them": [
        a.Link(thing="summit", tie=v.Tie.MANDATES, to="talks"),
        a.Link(thing="talks", tie=v.Tie.PREPARES, to="summit"),
    ],
    "two of one family": [
        a.Attendance(thing="r", person="Anna Orr", party="Aval"),
        a.Attendance(thing="q", person="Boris Orr", party="Aval"),
    ],
    "one name in two parties": [
        a.Attendance(thing="r", person="Eli Ratcliff", party="Aval"),
        a.Attendance(thing="q", person="Ely Ratcliff", party="Borun"),
    ],
    "two spellings that a person joins": [
        a.Attendance(thing="r", person="Eli Ratcliff", party="Aval"),
        a.Attendance(thing="q", person="Ely Ratcliff", party="Aval"),
        a.Person(thing="p", names=("Eli Ratcliff", "Ely Ratcliff")),
    ],
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_rule_finds_its_fault_in_one_statement_and_in_two(code):
    said = FAULTS[code]

    assert codes(says(*said)) == [code]
    assert codes(*(says(one, source="one" if n % 2 else "two") for n, one in enumerate(said))) == [
        code
    ]


@pytest.mark.parametrize("name", SOUND)
def test_what_is_close_to_a_fault_and_none_passes(name):
    assert codes(says(*SOUND[name])) == []
    assert codes(*(says(one) for one in SOUND[name])) == []


@pytest.mark.parametrize("code", FAULTS)
def test_what_a_new_item_would_cause_is_told_before_it_is_filed(code):
    *first, last = [says(one) for one in FAULTS[code]]

    found = faults_of(record(*first), [last])

    assert [one.rule.code for one in found] == [code]
    assert set(found) == set(discrepancies(record(*first, last)))


def test_a_commitment_due_before_it_was_made():
    promise = a.Commitment(thing="jetty", due=days("..1931-04-30"))

    assert codes(says(promise, happened="1931-05-02")) == ["due-before-made"]
    assert codes(says(promise, happened="1931-04")) == []


def test_a_commitment_renewed_to_a_day_that_was_past():
    renewed = a.Commitment(thing="jetty", outcome=v.Outcome.RENEWED, due=days("1931-04-30"))
    first = says(a.Commitment(thing="jetty", due=days("1931-03-01")), happened="1931-01-01")

    assert codes(first, says(renewed, happened="1931-04-01")) == []
    assert codes(first, says(renewed, happened="1931-05-02")) == ["due-before-made"]


def test_counterparts_of_different_ranks_are_told_of_once():
    pair = [
        a.Seat(thing="h", party="Aval", rank=1, counterpart="k"),
        a.Seat(thing="k", party="Borun", rank=3, level="clerk"),
    ]

    (one,) = discrepancies(record(says(*pair)))

    assert (one.rule.code, one.thing) == ("other-level", "h")
    assert "k: rank 3" in one.words()


def test_sides_that_met_at_different_ranks():
    met = [
        a.Seat(thing="h", party="Aval", holder="Dunn", rank=1, at="r"),
        a.Seat(thing="k", party="Borun", holder="Ebb", rank=2, at="r"),
        a.Round(thing="r"),
    ]

    assert codes(says(*met)) == ["other-level"]
    assert codes(says(*met, a.Seat(thing="l", party="Borun", holder="Fay", rank=1, at="r"))) == []


# ---- citation


def test_an_opinion_needs_a_name():
    assert codes(says(force=Force.OPINION)) == ["opinion-without-name"]
    assert codes(says(force=Force.OPINION, speaker="Orr")) == []
    assert codes(says(force=Force.UNNAMED)) == []


def test_a_report_needs_its_source_and_our_own_words_need_none():
    assert codes(says(source="nowhere")) == ["report-without-source"]
    assert codes(says(source="nowhere", force=Force.RECORDED)) == []


def test_nothing_is_learned_before_its_source_was_published():
    assert codes(says(learned=parse_days("1931-06-09"))) == ["learned-before-published"]
    assert codes(says(learned=parse_days("1931-06"))) == []
    assert codes(says(learned=parse_days("1931-06-09"), source="undated")) == []


def test_who_wrote_an_inference_does_not_review_it():
    ground = says()
    drawn = Inference(id="i", author="Ann Orr", text="y", grounds=(ground.id,))

    def reviewed_by(name):
        on = Days(earliest=date(1931, 8, 1))
        review = Review(id="v", of="i", reviewer=name, verdict=Verdict.AGREES, on=on)
        picture = record(ground, inferences=(drawn,))
        return [(one.rule.code, one.refused) for one in faults_of(picture, [review])]

    assert reviewed_by("ANN  ÓRR") == [("own-review", True)]
    assert reviewed_by("Bo Orr") == []


# ---- what is refused


def test_what_cannot_be_is_refused_within_one_source_and_filed_between_two():
    opened, closed = FAULTS["closed-before-opened"]

    def found(*statements):
        (one,) = discrepancies(record(*statements))
        return one.within, one.refused

    assert found(says(opened, closed)) == (Within.STATEMENT, True)
    assert found(says(opened), says(closed)) == (Within.SOURCE, True)
    assert found(says(opened), says(closed, source="two")) == (Within.SOURCES, False)


def test_a_breach_is_refused_in_our_own_words_and_may_be_reported():
    def refused(force):
        (one,) = discrepancies(record(says(*FAULTS["resumed-by-one"], force=force)))
        return one.refused

    assert refused(Force.RECORDED)
    assert not refused(Force.NARRATED)


def test_two_reports_that_merely_differ_are_never_refused():
    first = says(a.Round(thing="r", place="Oldport"))
    second = says(a.Round(thing="r", place="Newport"), force=Force.PRESS)

    (one,) = faults_of(record(first), [second])

    assert (one.field, one.rule.weight, one.refused) == ("place", Weight.DIFFER, False)


def test_what_was_there_before_is_not_told_again():
    picture = record(says(*FAULTS["closed-before-opened"]), says(*FAULTS["loop"]))

    assert faults_of(picture, [says(a.Round(thing="r", place="Oldport"))]) == ()


def test_codes_are_unique_and_have_words():
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.words for rule in RULES)


# ---- names


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Eli Ratcliff", "Ely Ratcliff"),
        ("José Núñez", "JOSE NUNEZ"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
        ("Orr Anna", "Anna Orr"),
        ("A. Ratcliff", "Anna Ratcliff"),
        ("Gen. Anna Orr", "Anna Orr"),
        ("Anna M. Orr", "Anna Orr"),
        ("Jong-un Park", "Jong Un Park"),
        ("مُحَمَّد عليّ", "محمد علي"),
        ("محـــمد علي", "محمد علي"),
        ("\u200fמשה כהן", "משה כהן"),
        ("ｌｅｅ　ａｎｎ", "Lee Ann"),
        ("Straße Weiss", "STRASSE WEISS"),
    ],
)
def test_spellings_of_one_name_are_found(one, two):
    said = [a.Attendance(thing="r", person=one), a.Attendance(thing="q", person=two)]

    assert codes(says(*said)) == ["perhaps-one-person"]
    assert codes(says(*said, a.Person(thing="p", names=(one, two)))) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [("Li Wei", "Li Wen"), ("Anna Orr", "Boris Orr"), ("A. Orr", "Boris Orr"), ("Orr", "Anna Orr")],
)
def test_other_names_are_left_alone(one, two):
    said = [a.Attendance(thing="r", person=one), a.Attendance(thing="q", person=two)]

    assert codes(says(*said)) == []


def test_two_scripts_under_one_office_at_one_event_may_be_one_person():
    said = [
        a.Attendance(thing="r", person="Wei Ming", office="Harbour master", party="Aval"),
        a.Attendance(thing="r", person="魏明", office="harbour master", party="Aval"),
    ]

    assert codes(*(says(one) for one in said)) == ["perhaps-one-person"]
    assert codes(says(*said, a.Person(thing="p", names=("Wei Ming", "魏明")))) == []


def test_two_names_at_one_seat_and_event_are_perhaps_one_person_and_not_two_holders():
    said = [
        a.Seat(thing="h", holder="Jim Orr", at="r"),
        a.Seat(thing="h", holder="James Orr", at="r"),
        a.Round(thing="r", held=days("1931-05-02")),
    ]

    assert codes(says(*said, happened="1931-05-02")) == ["perhaps-one-person"]


def test_persons_joined_by_one_key_join_their_names():
    said = [
        a.Person(thing="p", names=("Eli Ratcliff",)),
        a.Person(thing="q", names=("Ely Ratcliff",)),
    ]

    assert codes(says(*said)) == ["perhaps-one-person"]
    assert codes(says(*said, a.Same(thing="p", other="q"))) == []
    assert isinstance(says(), s.Statement)

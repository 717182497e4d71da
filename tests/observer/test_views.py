"""What is said of rounds, seats, contacts, commitments and what surrounds them."""

from datetime import date

import pytest

from tieline.observer import (
    About,
    causes,
    commitments,
    contacts,
    events,
    links,
    measures,
    parse_text,
    persons,
    picture_of,
    preconditions,
    readouts,
    rounds,
    seats,
    standings,
    status,
    texts,
)
from tieline.observer.views import Planned
from tieline.observer.vocabulary import Demand, Draft, Manner, Move, Outcome, Presence, Result, Tie

REPORT = """\
format: tieline/observer@v1

source: g
  published: 1931-06-10
  file: g.txt

statement: t-1
  source: g
  passage: 1
  force: narrated
  happened: 1931-04-01
  text: Aval proposed a third conference for May in Newport.
  asserts: round c-3
    of: ferry
    planned: 1931-05-04
    planned-place: Newport
    host: Aval
  asserts: turn c-3
    move: proposed
    by: Aval
    reason: the ice was gone
  asserts: mechanism ferry
    name: Ferry conference
    level: Aval = minister
    mandate: the river treaty
    subject: ferries

statement: t-2
  source: g
  passage: 2
  force: narrated
  happened: 1931-05-01
  text: Borun put it off to June and asked for a virtual meeting.
  asserts: postponement c-3
    by: Borun
    to: 1931-06-08
    reason: high water
  asserts: cause c-3
    because: flood
  asserts: event flood
    name: The great flood
    days: 1931-04-28

statement: t-3
  source: g
  passage: 3
  force: readout
  happened: 1931-06-08
  text: It opened and closed on the same day, after 90 minutes.
  asserts: turn c-3
    move: opened
  asserts: round c-3
    presence: virtual
    length-min: 90
  asserts: agenda c-3
    item: the jetty
    by: Aval
    fate: left to one side
  asserts: readout c-3
    side: Aval
  asserts: text c-3-note
    stage: bracketed
    name: Joint note
    of: c-3
  asserts: commitment jetty
    what: mend the jetty
    by: Borun
    due: 1931-08-31
    condition: the water falls

statement: t-4
  source: g
  passage: 4
  force: press
  happened: 1931-09-05
  text: Each side had its own view of the jetty.
  asserts: commitment jetty
    outcome: met
    side: Borun
    evidence: a photograph
  asserts: commitment jetty
    outcome: disputed
    side: Aval
  asserts: commitment jetty
    outcome: renewed
    due: 1931-12-31

statement: t-5
  source: g
  passage: 5
  force: narrated
  happened: 1931-06-09
  text: Ebb acts for the harbour master, opposite the pilot of Aval.
  asserts: seat harbour
    party: Borun
    office: Harbour master
    holder: Ebb
    manner: acting
    from: 1931-06-01
    level: director
    rank: 2
    counterpart: pilot
  asserts: contact call-1
    of: ferry
    way: call
    result: accepted on conditions
    by: Aval
    days: 1931-06-09
    terms: no press
    length-min: 15
  asserts: precondition bridge
    of: ferry
    words: the bridge is opened first
    by: Borun
  asserts: measure toll
    name: A toll on barges
    act: tariff
    by: Borun
    on: Aval
    from: 1931-06-01
    until: 1931-06-30
  asserts: link ferry
    tie: prepares
    to: treaty
  asserts: person ebb
    name: Ebb
    name: E. Ebb

statement: t-6
  source: g
  passage: 6
  force: narrated
  happened: 1931-07-01
  text: The bridge was opened.
  asserts: precondition bridge
    stage: met
"""


@pytest.fixture(scope="module")
def seen():
    return picture_of(parse_text(REPORT.encode()))


def told(seen, about, on):
    return [line.words for line in status(seen, on=on) if line.about is about]


def test_every_plan_of_a_round_has_who_made_it_and_why(seen):
    (view,) = rounds(seen)

    first, later = view.plans
    assert (first.how, first.by, first.why) == (Planned.PROPOSED, ("Aval",), "the ice was gone")
    assert first.days is not None
    assert (str(first.days.earliest), first.place) == ("1931-05-04", "Newport")
    assert (later.how, later.by, later.why) == (Planned.PUT_OFF, ("Borun",), "high water")
    assert later.days is not None
    assert (str(later.days.earliest), str(later.made.latest)) == ("1931-06-08", "1931-05-01")


def test_a_round_has_host_presence_length_and_what_was_done_with_it(seen):
    (view,) = rounds(seen)

    assert (view.host, view.presence, view.length_min) == ("Aval", Presence.VIRTUAL, 90)
    assert [turn.move for turn in view.turns] == [Move.PROPOSED, Move.OPENED]
    assert view.held is not None
    assert str(view.held.days.latest) == "1931-06-08"
    assert [claim.assertion.item for claim in view.agenda] == ["the jetty"]
    assert [cause.words for cause in view.causes] == ["The great flood"]


def test_status_follows_a_round_through_its_days(seen):
    assert told(seen, About.ROUND, date(1931, 3, 31)) == []
    (proposed,) = told(seen, About.ROUND, date(1931, 4, 2))
    assert "not yet held" in proposed
    assert "proposed, by Aval, 1931-04-01" in proposed
    assert "opened" not in proposed
    (held,) = told(seen, About.ROUND, date(1931, 6, 8))
    assert held.startswith("a round, number not said, held 1931-06-08; host: Aval; virtual; 90")
    assert "postponed to 1931-06-08, by Borun" in held
    assert "because of The great flood" in held


def test_both_sides_view_of_a_commitment_stand_apart(seen):
    (view,) = commitments(seen)

    assert [(one.outcome, one.side) for one in view.outcomes] == [
        (Outcome.MET, "Borun"),
        (Outcome.DISPUTED, "Aval"),
    ]
    assert view.outcome is None
    assert [str(one.due and one.due.latest) for one in view.renewals] == ["1931-12-31"]
    assert view.due is not None
    assert str(view.due.days.latest) == "1931-08-31"
    assert [words for words, _ in view.conditions] == ["the water falls"]
    assert [words for words, _ in view.evidence] == ["a photograph"]


def test_what_became_of_a_commitment_is_told_from_when_it_was_said(seen):
    (before,) = told(seen, About.COMMITMENT, date(1931, 9, 4))
    (after,) = told(seen, About.COMMITMENT, date(1931, 9, 5))

    assert before.endswith("due 1931-08-31: due passed, outcome unknown")
    assert "met, as Borun has it, evidence: a photograph; disputed, as Aval has it" in after


def test_a_seat_has_its_level_rank_and_counterpart_and_its_holder_a_manner(seen):
    (view,) = seats(seen)

    assert (view.level, view.rank, view.counterpart) == ("director", 2, "pilot")
    assert [(one.holder, one.manner) for one in view.holdings] == [("Ebb", Manner.ACTING)]
    (line,) = told(seen, About.SEAT, date(1931, 6, 9))
    assert line.startswith("Ebb, acting, from 1931-06-01")


def test_a_contact_has_the_terms_of_its_answer(seen):
    (view,) = contacts(seen)

    assert (view.terms, view.length_min) == ("no press", 15)
    assert [result for result, _, _ in view.steps] == [Result.CONDITIONAL]
    (line,) = told(seen, About.CONTACT, date(1931, 6, 9))
    assert line.endswith("1931-06-09, 15 minutes, on terms: no press")


def test_a_precondition_stands_until_it_is_met(seen):
    (view,) = preconditions(seen)

    assert [step.stage for step in view.steps] == [None, Demand.MET]
    assert told(seen, About.PRECONDITION, date(1931, 6, 9)) == [
        "before ferry: stage not said, by Borun; not reported as met or withdrawn"
    ]
    (met,) = told(seen, About.PRECONDITION, date(1931, 7, 1))
    assert met == "before ferry: stage not said, by Borun; met, by whom is not said"


def test_a_measure_stands_from_its_first_day_to_its_last(seen):
    (view,) = measures(seen)

    assert (view.name, view.on) == ("A toll on barges", ("Aval",))
    assert told(seen, About.MEASURE, date(1931, 5, 31)) == []
    (line,) = told(seen, About.MEASURE, date(1931, 6, 10))
    assert line == "tariff, by Borun, on Aval, from 1931-06-01, until 1931-06-30"
    assert told(seen, About.MEASURE, date(1931, 7, 1)) == []


def test_texts_readouts_events_links_and_persons_are_listed_with_their_statements(seen):
    (text,) = texts(seen)
    (readout,) = readouts(seen, "c-3")
    (event,) = events(seen)
    (link,) = links(seen)
    (person,) = persons(seen)
    (cause,) = causes(seen)

    assert (text.name, text.of, [one.stage for one in text.stages]) == (
        "Joint note",
        "c-3",
        [Draft.BRACKETED],
    )
    assert (readout.side, readout.statement.id) == ("Aval", "t-3")
    assert event.days is not None
    assert (event.name, str(event.days.days.earliest)) == ("The great flood", "1931-04-28")
    assert (link.thing, link.tie, link.to) == ("ferry", Tie.PREPARES, "treaty")
    assert [name for name, _ in person.names] == ["Ebb", "E. Ebb"]
    assert (cause.because, cause.words) == ("flood", "The great flood")
    (standing,) = standings(seen)
    assert (standing.mandate, standing.subject) == ("the river treaty", "ferries")
    assert told(seen, About.TEXT, date(1931, 6, 8)) == [
        "bracketed, by whom is not said (1931-06-08)"
    ]

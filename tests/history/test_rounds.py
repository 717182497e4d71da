"""Part 2 of the history, "Rounds" and "Mentioned afterwards by one side only"."""

from __future__ import annotations

from datetime import date

from tieline.answers import mandates, round_of, rounds_of, statistics, why
from tieline.observer import Force, discrepancies
from tieline.observer.vocabulary import Presence, Tie, Where

PARAGRAPHS = ("Rounds", "Mentioned afterwards by one side only, in 000")


def ids(cites):
    return {cite.id for cite in cites}


def values(told):
    return [each.value for each in told]


def ends(settled):
    return (settled.days.earliest, settled.days.latest)


# ---- the first two rounds of the dialogue


def test_the_first_round_was_on_a_wednesday_after_april_2017_at_the_state_department(history):
    first = round_of(history, "dsd-1")

    assert values(first.number) == [1]
    assert first.held is not None
    assert first.held.days.wording == "Wednesday"
    assert first.held.days.earliest == date(2017, 5, 1)
    assert values(first.place) == ["State Department, Washington"]
    assert (values(first.host), values(first.presence)) == (["US"], [Presence.IN_PERSON])


def test_its_month_is_in_no_article_and_not_filled_in(history, reports):
    bare = round_of(reports, "dsd-1").held
    assert bare is not None
    assert not bare.days.known
    held = round_of(history, "dsd-1").held
    assert held is not None
    assert held.days.latest is not None
    assert held.days.earliest is not None
    assert (held.days.latest - held.days.earliest).days > 365
    assert "i-dsd-1-day" in ids(held.cites)


def test_the_second_round_was_planned_for_october_2018_in_beijing(history):
    plan = round_of(history, "dsd-2").first_plan

    assert plan is not None
    assert plan.days is not None
    assert (plan.days.earliest, plan.days.latest) == (date(2018, 10, 1), date(2018, 10, 31))
    assert (plan.place, ids(plan.cites)) == ("Beijing", {"000-6"})


def test_it_was_held_in_washington_on_a_day_that_is_inferred_from_the_dateline(history, reports):
    second = round_of(history, "dsd-2")

    assert second.held is not None
    assert ends(second.held) == (date(2018, 11, 9), date(2018, 11, 9))
    assert ids(second.held.cites) == {"000-1", "i-dsd-2-day"}
    assert values(second.place) == ["Washington"]
    bare = round_of(reports, "dsd-2").held
    assert bare is not None
    assert (ends(bare), bare.days.wording) == ((None, date(2018, 11, 10)), "Friday")


def test_that_sanctions_and_the_sale_delayed_it_is_an_inference(history, reports):
    causes = why(history, "dsd").causes

    assert {cause.because and cause.because.key for cause in causes} == {
        "company-sanctions",
        "taiwan-sale-2018",
    }
    assert all(cause.inferred and cause.forces == () for cause in causes)
    assert {id_ for cause in causes for id_ in ids(cause.cites)} == {"i-dsd-2-causes"}
    assert why(reports, "dsd").causes == ()
    assert "cause" in why(reports, "dsd").unknown


def test_it_followed_a_worsening_that_the_article_does_explain(history):
    (followed,) = (step for step in mandates(history, "dsd-2").up if step.tie is Tie.FOLLOWS)

    assert (followed.source.key, ids(followed.cites)) == ("worsening-2018", {"000-7"})


def test_by_whom_it_was_postponed_is_unknown(history):
    second = round_of(history, "dsd-2")
    (step,) = second.steps

    assert (step.what, step.by) == ("postponed", ())
    assert "postponed by whom" in second.unknown
    assert any("by whom" in each for each in why(history, "dsd").unknown)


# ---- the policy talks


def test_the_policy_talks_met_in_beijing_in_a_month_and_no_day_of_it(history):
    (one,) = (each for each in rounds_of(history, "dpct") if values(each.place) == ["Beijing"])

    assert one.held is not None
    assert ends(one.held) == (date(2020, 1, 1), date(2020, 1, 31))
    assert ids(one.held.cites) == {"003-4"}
    assert "number" in one.unknown


def test_that_it_was_the_last_before_the_break_is_an_inference(history, reports):
    (cut,) = why(history, "dpct").suspensions

    assert cut.since.days.earliest == date(2020, 1, 1)
    assert "i-dpct-last-before-break" in ids(cut.cites)
    assert not why(reports, "dpct").suspensions[0].since.days.known
    assert "suspended since when" in why(reports, "dpct").unknown


def test_round_17_was_at_the_pentagon_on_the_8th_and_9th(history, reports):
    alone = round_of(reports, "talks-003")

    assert values(alone.place) == ["Pentagon, Washington"]
    assert alone.held is not None
    assert (alone.held.days.known, alone.held.days.wording) == (False, "the 8th and 9th")
    held = round_of(history, "talks-003").held
    assert held is not None
    assert "003-3" in ids(held.cites)


def test_the_other_article_has_two_days_that_ended_on_a_tuesday(reports):
    held = round_of(reports, "talks-004").held

    assert held is not None
    assert (held.days.wording, ids(held.cites)) == ("two days, concluded on Tuesday", {"004-1"})
    assert not held.days.known


def test_its_month_and_year_are_inferences(history):
    held = round_of(history, "talks-003").held

    assert held is not None
    assert ends(held) == (date(2024, 1, 8), date(2024, 1, 9))
    assert "i-round-17-day" in ids(held.cites)
    without = round_of(history.without(["i-round-17-day"]), "talks-003").held
    assert without is not None
    assert not without.days.known


def test_its_number_is_from_one_article_and_its_mechanism_from_the_other(history, reports):
    merged = round_of(history, "talks-003")

    assert [(told.value, ids(told.cites)) for told in merged.number] == [(17, {"004-4"})]
    assert merged.mechanism is not None
    assert merged.mechanism.key == "dpct"
    apart = {key: round_of(reports, key) for key in ("talks-003", "talks-004")}
    assert apart["talks-003"].number == ()
    assert apart["talks-004"].mechanism is None
    assert "mechanism" in apart["talks-004"].unknown


def test_the_two_are_one_by_an_inference_that_can_be_dropped(history):
    assert "i-round-17-one" in ids(round_of(history, "talks-004").cites)
    apart = rounds_of(history.without(["i-round-17-one"]))
    assert {"talks-003", "talks-004"} <= {each.thing.key for each in apart}


def test_its_level_is_told_in_two_ways_and_both_are_kept(history):
    (differ,) = (one for one in discrepancies(history) if one.field == "level")

    assert {"003-1", "003-3", "004-4"} <= {cite.id for _, cite in differ.values}
    levels = {(one.party, one.value) for one in round_of(history, "talks-003").levels}
    assert {(None, "deputy vice minister"), ("US", "deputy assistant secretary")} <= levels


def test_it_was_mandated_by_what_the_presidents_had_agreed(history):
    (mandate,) = round_of(history, "talks-003").mandate
    ups = [step for step in mandates(history, "talks-003").up if step.tie is Tie.MANDATES]

    assert mandate.value.key == "san-francisco"
    assert {"003-2", "004-4"} <= ids(mandate.cites)
    assert [step.source.key for step in ups] == ["san-francisco"]
    assert {"003-2", "004-4"} <= ids(ups[0].cites)


def test_how_often_rounds_were_put_off_is_told_with_the_count_of_unknowns(history):
    counted = statistics(history)

    assert (counted.rounds, counted.postponed.yes) == (4, 1)
    assert counted.postponed.unknown == 3


# ---- what one side alone mentioned after the second round


def one_sided(history):
    return {each.topic: each for each in round_of(history, "dsd-2").one_sided}


def test_trade_was_mentioned_by_yang_alone_and_to_journalists(history):
    trade = one_sided(history)["trade"]

    assert (trade.side, ids(trade.cites)) == ("China", {"000-21"})
    assert Where.PRESS.value in values(trade.where)
    assert {cite.force for cite in trade.cites} == {Force.PRESS}


def test_that_the_two_secretaries_did_not_mention_trade_is_reported(history):
    (said,) = (one for one in history.record.statements if one.id == "000-22")

    assert (said.force, said.topics, said.assertions) == (Force.NARRATED, ("trade",), ())


def test_korea_was_mentioned_by_pompeo_alone_at_the_press_conference(history):
    korea = one_sided(history)["korea"]

    assert (korea.side, ids(korea.cites)) == ("US", {"000-13"})
    assert Where.PRESS.value in values(korea.where)


def test_what_both_mentioned_is_not_told_of_one(history):
    assert not {"iran", "south-china-sea"} & set(one_sided(history))

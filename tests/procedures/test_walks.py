"""Any walk through any table stays in the table, and whatever crossed can be settled."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.procedures import PROCEDURES
from tieline.procedures.procedure import CROSSED, Procedure, Strands, joined, roles_of

PARTIES = ("alpha", "bravo", "charlie")
OPENER = "alpha"
SETTLED_BY_NAME = "named by the outcome"
WALKED = [p for p in PROCEDURES if p.strands is not Strands.NONE]
STRANDS_OF = {
    Strands.OPENER: (OPENER,),
    Strands.ADDRESSEES: PARTIES[1:],
    Strands.OTHERS: PARTIES[1:],
    Strands.ALL: PARTIES,
}
Tips = dict[str, frozenset[str]]
"""Strand to the states of its newest steps."""


def start(procedure: Procedure) -> Tips:
    opening = procedure.openings[0]
    return {
        party: frozenset({opening.own if party == OPENER else opening.others})
        for party in STRANDS_OF[procedure.strands]
    }


def moves(procedure: Procedure, tips: Tips, party: str) -> list[tuple[str, dict[str, str]]]:
    """What a party may file that has all of these steps in view: kind, and where it leads."""
    found = []
    for kind in sorted(procedure.kinds() - procedure.loose):
        each = {}
        for strand, states in tips.items():
            roles = roles_of(party, opener=OPENER, strand=strand)
            target = procedure.target(joined(states), kind, roles)
            if target == SETTLED_BY_NAME:
                target = min(states)
            if target is not None:
                each[strand] = target
        if kind in procedure.whole:
            found += [(kind, each)] if len(each) == len(tips) else []
        else:
            found += [(kind, {strand: target}) for strand, target in each.items()]
    return found


def after(tips: Tips, taken: list[dict[str, str]]) -> Tips:
    """The newest steps once all these have been heard, none of which had seen another."""
    return {
        strand: frozenset(m[strand] for m in taken if strand in m) or states
        for strand, states in tips.items()
    }


def wordless(procedure: Procedure, tips: Tips) -> set[str]:
    return {joined(states) for states in tips.values()} - set(procedure.says)


@pytest.mark.parametrize("procedure", WALKED, ids=lambda p: p.name)
@settings(max_examples=60)
@given(data=st.data())
def test_no_walk_leaves_the_states_that_have_words(procedure: Procedure, data: Any) -> None:
    tips = start(procedure)
    for _ in range(12):
        assert not wordless(procedure, tips)
        here = {party: moves(procedure, tips, party) for party in PARTIES}
        speakers = [party for party, can in here.items() if can]
        if not speakers:
            break
        at_once = data.draw(st.lists(st.sampled_from(speakers), min_size=1, unique=True))
        tips = after(tips, [data.draw(st.sampled_from(here[party]))[1] for party in at_once])


@pytest.mark.parametrize("procedure", WALKED, ids=lambda p: p.name)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_crossed_is_settled_by_steps_that_each_saw_the_one_before(
    procedure: Procedure, data: Any
) -> None:
    tips = start(procedure)
    for _ in range(6):
        here = {party: moves(procedure, tips, party) for party in PARTIES}
        taken = [data.draw(st.sampled_from(can))[1] for can in here.values() if can]
        tips = after(tips, taken) if taken else tips
    for _ in range(len(tips)):
        crossed = [s for s, states in tips.items() if joined(states) == CROSSED]
        if not crossed:
            break
        # The owner of a crossed strand can always go on, alone or for all of them.
        can = [m for _, m in moves(procedure, tips, crossed[0]) if crossed[0] in m]
        assert can, (procedure.name, tips)
        tips = after(tips, [data.draw(st.sampled_from(can))])
    assert all(len(states) == 1 for states in tips.values())

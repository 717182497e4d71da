"""Answers: what can be asked of any record, each value with the passages that it rests on.

Every question takes a `Picture` (of an observer's record, a line, or a party's own notes) and
nothing else. ``on`` is the day asked about, ``known_on`` the day whose knowledge may be used.
Nothing is merged, nothing unknown is filled in; unknowns are named and counted.
"""

from tieline.answers.agenda import AgendaLine, OneSided
from tieline.answers.commitments import (
    CommitmentBrief,
    OutcomeTold,
    commitment_of,
    commitments_at,
    commitments_of,
)
from tieline.answers.conditions import ConditionAnswer, ConditionSaid, conditions
from tieline.answers.contacts import ContactAnswer, contact_of, contacts_of
from tieline.answers.counterparts import LadderAnswer, NextFilled, Rung, ladder, next_filled
from tieline.answers.due import WITHIN_DAYS, DueAnswer, DueItem, DueState, SideView, due
from tieline.answers.intervals import Bounds, Period, Share, Spread
from tieline.answers.mandates import DEPTH_MAX, MandateAnswer, Tied, mandates
from tieline.answers.mechanisms import MechanismAnswer, TextAnswer, mechanism, standing_keys
from tieline.answers.positions import PositionTold, SidePositions, TopicPositions, positions_on
from tieline.answers.questions import QUESTIONS, Asked, Part, answer
from tieline.answers.readouts import (
    ReadoutView,
    SideReadouts,
    TopicShown,
    readouts_of,
    topics_shown,
)
from tieline.answers.requests import AnswerRate
from tieline.answers.rounds import (
    Plan,
    Present,
    RoundAnswer,
    RoundStep,
    round_of,
    rounds_of,
)
from tieline.answers.search import HITS_MAX, Hit, SearchAnswer, search
from tieline.answers.seats import Filled, SeatView, Tenure, seat_of
from tieline.answers.standstill import (
    CauseTold,
    PutOff,
    SpellTold,
    StandstillAnswer,
    VacancyTold,
    why,
)
from tieline.answers.statistics import StatisticsAnswer, statistics
from tieline.answers.told import Named, OfParty, Told, as_known, find, named, things
from tieline.answers.value import plain
from tieline.answers.wordindex import FIELDS, SearchIndex, index_of

__all__ = [
    "DEPTH_MAX",
    "FIELDS",
    "HITS_MAX",
    "QUESTIONS",
    "WITHIN_DAYS",
    "AgendaLine",
    "AnswerRate",
    "Asked",
    "Bounds",
    "CauseTold",
    "CommitmentBrief",
    "ConditionAnswer",
    "ConditionSaid",
    "ContactAnswer",
    "DueAnswer",
    "DueItem",
    "DueState",
    "Filled",
    "Hit",
    "LadderAnswer",
    "MandateAnswer",
    "MechanismAnswer",
    "Named",
    "NextFilled",
    "OfParty",
    "OneSided",
    "OutcomeTold",
    "Part",
    "Period",
    "Plan",
    "PositionTold",
    "Present",
    "PutOff",
    "ReadoutView",
    "RoundAnswer",
    "RoundStep",
    "Rung",
    "SearchAnswer",
    "SearchIndex",
    "SeatView",
    "Share",
    "SidePositions",
    "SideReadouts",
    "SideView",
    "SpellTold",
    "Spread",
    "StandstillAnswer",
    "StatisticsAnswer",
    "Tenure",
    "TextAnswer",
    "Tied",
    "Told",
    "TopicPositions",
    "TopicShown",
    "VacancyTold",
    "answer",
    "as_known",
    "commitment_of",
    "commitments_at",
    "commitments_of",
    "conditions",
    "contact_of",
    "contacts_of",
    "due",
    "find",
    "index_of",
    "ladder",
    "mandates",
    "mechanism",
    "named",
    "next_filled",
    "plain",
    "positions_on",
    "readouts_of",
    "round_of",
    "rounds_of",
    "search",
    "seat_of",
    "standing_keys",
    "statistics",
    "things",
    "topics_shown",
    "why",
]

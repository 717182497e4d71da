"""Kept: answers about a whole record on a day, kept for the next page of that day.

A reader goes from the board to a mechanism and back; each page of a large record would otherwise
work out the same answer anew.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import Final

from tieline import answers
from tieline.answers import DueAnswer, LadderAnswer
from tieline.observer import Picture

DAYS_MAX: Final = 4
"""Days whose answers a picture keeps; each takes some megabytes of a large record."""


def due_on(picture: Picture, on: date) -> DueAnswer:
    """What was due, overdue, met or unknown on a day."""
    kept = picture.once(_due_days)
    found = kept.pop(on, None) or answers.due(picture, on=on)
    kept[on] = found
    while len(kept) > DAYS_MAX:
        kept.popitem(last=False)
    return found


def ladder_on(picture: Picture, on: date) -> LadderAnswer:
    """The seats of each side on a day, level by level."""
    kept = picture.once(_ladder_days)
    found = kept.pop(on, None) or answers.ladder(picture, on=on)
    kept[on] = found
    while len(kept) > DAYS_MAX:
        kept.popitem(last=False)
    return found


def _due_days(_: Picture) -> OrderedDict[date, DueAnswer]:
    return OrderedDict()


def _ladder_days(_: Picture) -> OrderedDict[date, LadderAnswer]:
    return OrderedDict()

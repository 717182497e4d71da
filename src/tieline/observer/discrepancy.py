"""Discrepancies: where two reports, or a report and an inference, do not fit.

Nothing is decided here. Both values stay, each with its citation. The rules are in `rules`.
"""

from tieline.observer.fitting import fits
from tieline.observer.rule import Discrepancy, Rule, Weight, Within
from tieline.observer.rules import RULES, discrepancies, faults_of

__all__ = [
    "RULES",
    "Discrepancy",
    "Rule",
    "Weight",
    "Within",
    "discrepancies",
    "faults_of",
    "fits",
]

"""Discrepancies: where two reports, or a report and an inference, do not fit.

Nothing is decided here. Both values stay, each with its citation. The rules are in `rules`.
"""

from tieline.observer.fitting import fits
from tieline.observer.rule import Discrepancy, Rule, Weight, Within
from tieline.observer.rules import RULES, discrepancies, discrepancies_at, faults_of

__all__ = [
    "RULES",
    "Discrepancy",
    "Rule",
    "Weight",
    "Within",
    "discrepancies",
    "discrepancies_at",
    "faults_of",
    "fits",
]

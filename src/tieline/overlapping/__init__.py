"""Overlapping: what an operator's program can ask a node about overlaps on a line."""

from tieline.overlapping.asked import VERBS
from tieline.overlapping.watching import watch

__all__ = ["VERBS", "watch"]

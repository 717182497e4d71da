"""Navigational warnings as published, read into shapes, times and cancellations."""

from tieline.feeds.warnings.model import About, Kind, NavWarning, Part, Phrase, Raw, Unread
from tieline.feeds.warnings.reader import read_warning
from tieline.feeds.warnings.sources import read_file

__all__ = [
    "About",
    "Kind",
    "NavWarning",
    "Part",
    "Phrase",
    "Raw",
    "Unread",
    "read_file",
    "read_warning",
]

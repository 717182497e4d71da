"""Sorts: what a field of a form can hold, and the limits that all fields share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

NAME_CHARS_MAX: Final = 300
"""A line that names something: an office, a place, a person."""
DAYS_CHARS_MAX: Final = 200
"""Days with the words that they had."""
ITEMS_MAX: Final = 64
"""Lines, keys or references in one list."""
HANDLE_CHARS_MAX: Final = 32
OFFICE_CHARS_MAX: Final = 65
DIGEST_CHARS: Final = 64
WAYPOINTS_MAX: Final = 512
"""Positions of one route, or of one read-back."""
UNITS_MAX: Final = 64
"""Units that one notification names."""
STOP_MIN_MAX: Final = 43_200
"""Longest halt at a waypoint, in minutes: thirty days."""
ATTACHMENTS_MAX: Final = 15
PERSONAL_SALT_BYTES: Final = 32
"""Random bytes before a personal file: once it is erased, nobody can try guesses on its digest."""
FILES_MAX: Final = 64
"""Attachments that one message withdraws: a file and its copies in later wordings."""


class Sort(StrEnum):
    """What a field holds, in words for a page."""

    KEY = "a key"
    LINE = "one line"
    WORDS = "words"
    TEXTS = "texts, one of them the original"
    TRANSLATIONS = "texts in other languages, none of them the original"
    DAYS = "days"
    INSTANT = "an instant, in milliseconds since 1970 UTC"
    INTEGER = "an integer"
    CHOICE = "a choice"
    REFERENCE = "a reference to an entry"
    KEY_OR_REF = "a key, or a reference to an entry"
    PARTY = "a party of the line"
    OFFICE = "an office, `party/office`"
    DIGEST = "a SHA-256, 64 hexadecimal digits"
    LINES = "lines"
    KEYS = "keys"
    REFERENCES = "references to entries"
    PARTIES = "parties of the line"
    LINE_BY_PARTY = "one line for each party named, as `{party, value}`"
    KEY_BY_PARTY = "one key for each party named, as `{party, value}`"
    VOLUMES = "volumes: shapes with their heights and windows"
    POSITION = "a position, as `{lat_e7, lon_e7}`"
    WAYPOINTS = "positions in order, each with a name and a time where they have one"
    UNITS = "units of parties, as `{party, value}`"
    ATTACHMENTS = "attachments, as `{name, type, length, sha256, personal}`"
    FILES = "attachments of entries, as `{of, attachment}`"

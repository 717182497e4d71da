"""Handout labels: of sheets and cells, written on one side and looked for on the other."""

from __future__ import annotations

NOTICE, POSITIONS, ANSWER = "Notification", "Positions", "Answer"
"""Titles of the sheets. The reader of answers finds the last one by its title."""
REFERENCE, PERSON, WHAT, WORDS, PLACE = (
    "Reference", "Your name and office", "What it comes to", "Your words",
    "What place it is, in your words",
)  # fmt: skip
"""Labels of what is filled in; they are read back as they stand."""
NUMBER, SENT, READ = "No.", "As notified", "As you read it"

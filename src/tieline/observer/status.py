"""Status: how everything in a picture stood on one day.

Two days are asked for: the day that the answer is about, and, if wanted, the day whose
knowledge it may use. What no report covers is said to be unknown; no line is carried forward
as if the last report still held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.observer.meetings import rounds
from tieline.observer.offices import seats
from tieline.observer.standing import standings
from tieline.observer.status_rest import (
    commitment_lines,
    framework_lines,
    measure_lines,
    precondition_lines,
    seat_line,
    text_lines,
)
from tieline.observer.status_talks import round_lines, standing_lines
from tieline.observer.statusline import About, StatusLine
from tieline.observer.surroundings import measures
from tieline.observer.undertakings import commitments, frameworks, preconditions, texts

if TYPE_CHECKING:
    from datetime import date

    from tieline.observer.picture import Picture

__all__ = ["About", "StatusLine", "status"]


def status(picture: Picture, *, on: date, known_on: date | None = None) -> list[StatusLine]:
    """How things stood at the end of the day ``on``, from what was known by ``known_on``.

    ``known_on`` None uses what the picture holds, which may be cut to a day. Statements whose day
    of publication is unknown, and may lie before that day, are used, and their citations say so.
    """
    seen = picture if known_on is None else picture.known_on(known_on)
    lines: list[StatusLine] = []
    for standing in standings(seen):
        lines += standing_lines(standing, on)
    for view in rounds(seen):
        if view.of is None:
            lines += round_lines(view, on, name="round of a mechanism not named")
    for framework in frameworks(seen):
        lines += framework_lines(framework, on)
    lines += [seat_line(seat, on) for seat in seats(seen)]
    for commitment in commitments(seen):
        lines += commitment_lines(commitment, on)
    for text in texts(seen):
        lines += text_lines(text, on)
    for precondition in preconditions(seen):
        lines += precondition_lines(precondition, on)
    for measure in measures(seen):
        lines += measure_lines(measure, on)
    return lines

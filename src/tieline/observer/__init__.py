"""The observer's record: cited, reported statements about talks, and what they add up to.

Text (`parse_text`, `write_text`) or log payloads (`to_bodies`, `from_body`) hold the record;
`fold` makes a `Picture` of it; `status`, `timeline` and `render_svg` show the picture.
"""

from tieline.days import Days, Sure
from tieline.observer.body import from_body, to_bodies, to_body
from tieline.observer.discrepancy import (
    RULES,
    Discrepancy,
    Rule,
    Weight,
    Within,
    discrepancies,
    faults_of,
)
from tieline.observer.picture import Picture, fold, picture_of
from tieline.observer.positions import PositionView, positions
from tieline.observer.reviews import Reviewed, not_reviewed, review_of
from tieline.observer.statement import (
    Force,
    Inference,
    Item,
    Record,
    Source,
    Statement,
    Withdrawal,
)
from tieline.observer.status import About, StatusLine, status
from tieline.observer.svg import render_svg
from tieline.observer.text import Fault, Reading, parse_text, read_text, write_text
from tieline.observer.timeline import Row, render_timeline, timeline
from tieline.observer.views import (
    causes,
    commitments,
    contacts,
    events,
    frameworks,
    links,
    measures,
    persons,
    preconditions,
    readouts,
    rounds,
    seats,
    standings,
    texts,
)

__all__ = [
    "RULES",
    "About",
    "Days",
    "Discrepancy",
    "Fault",
    "Force",
    "Inference",
    "Item",
    "Picture",
    "PositionView",
    "Reading",
    "Record",
    "Reviewed",
    "Row",
    "Rule",
    "Source",
    "Statement",
    "StatusLine",
    "Sure",
    "Weight",
    "Withdrawal",
    "Within",
    "causes",
    "commitments",
    "contacts",
    "discrepancies",
    "events",
    "faults_of",
    "fold",
    "frameworks",
    "from_body",
    "links",
    "measures",
    "not_reviewed",
    "parse_text",
    "persons",
    "picture_of",
    "positions",
    "preconditions",
    "read_text",
    "readouts",
    "render_svg",
    "render_timeline",
    "review_of",
    "rounds",
    "seats",
    "standings",
    "status",
    "texts",
    "timeline",
    "to_bodies",
    "to_body",
    "write_text",
]

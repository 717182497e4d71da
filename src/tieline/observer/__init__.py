"""The observer's record: cited, reported statements about talks, and what they add up to.

Text (`parse_text`, `write_text`) or log payloads (`to_bodies`, `from_body`) hold the record;
`fold` makes a `Picture` of it; `status`, `timeline` and `render_svg` show the picture.
"""

from tieline.days import Days, Sure
from tieline.observer.body import from_body, to_bodies, to_body
from tieline.observer.discrepancy import Discrepancy, discrepancies
from tieline.observer.picture import Picture, fold, picture_of
from tieline.observer.positions import PositionView, positions
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
    commitments,
    contacts,
    frameworks,
    rounds,
    seats,
    standings,
)

__all__ = [
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
    "Row",
    "Source",
    "Statement",
    "StatusLine",
    "Sure",
    "Withdrawal",
    "commitments",
    "contacts",
    "discrepancies",
    "fold",
    "frameworks",
    "from_body",
    "parse_text",
    "picture_of",
    "positions",
    "read_text",
    "render_svg",
    "render_timeline",
    "rounds",
    "seats",
    "standings",
    "status",
    "timeline",
    "to_bodies",
    "to_body",
    "write_text",
]

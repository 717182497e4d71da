"""House: the procedures of a party's own house. None of them is ever said on a line with others."""

from __future__ import annotations

from tieline.procedures.house.clearance import HOUSE_CLEARANCE
from tieline.procedures.house.draft import HOUSE_DRAFT
from tieline.procedures.house.handed import HOUSE_HANDED
from tieline.procedures.house.instruction import HOUSE_INSTRUCTION
from tieline.procedures.house.note import HOUSE_NOTE
from tieline.procedures.house.points import HOUSE_POINTS
from tieline.procedures.house.recorded import HOUSE_RECORDED
from tieline.procedures.procedure import Procedure

HOUSE: tuple[Procedure, ...] = (
    HOUSE_DRAFT,
    HOUSE_CLEARANCE,
    HOUSE_INSTRUCTION,
    HOUSE_POINTS,
    HOUSE_NOTE,
    HOUSE_RECORDED,
    HOUSE_HANDED,
)

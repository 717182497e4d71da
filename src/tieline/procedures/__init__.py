"""The conversations that parties can have: one module each, as tables."""

from __future__ import annotations

from tieline.procedures.dialogue.agenda import AGENDA
from tieline.procedures.dialogue.cause import CAUSE
from tieline.procedures.dialogue.commitment import COMMITMENT
from tieline.procedures.dialogue.contact import CONTACT
from tieline.procedures.dialogue.measure import MEASURE
from tieline.procedures.dialogue.mechanism import MECHANISM
from tieline.procedures.dialogue.position import POSITION
from tieline.procedures.dialogue.precondition import PRECONDITION
from tieline.procedures.dialogue.readout import READOUT
from tieline.procedures.dialogue.round import ROUND
from tieline.procedures.dialogue.seat import SEAT
from tieline.procedures.dialogue.text import TEXT
from tieline.procedures.house import HOUSE
from tieline.procedures.line.correction import CORRECTION
from tieline.procedures.line.framework import FRAMEWORK
from tieline.procedures.line.generation import GENERATION
from tieline.procedures.line.invitation import INVITATION
from tieline.procedures.line.message import MESSAGE
from tieline.procedures.line.opened import OPENED
from tieline.procedures.line.roster import ROSTER
from tieline.procedures.line.suspension import RESUMPTION, SUSPENSION
from tieline.procedures.line.test import TEST
from tieline.procedures.notification import NOTIFICATIONS
from tieline.procedures.procedure import Procedure
from tieline.procedures.reported import REPORTED

PROCEDURES: tuple[Procedure, ...] = (
    INVITATION,
    FRAMEWORK,
    ROSTER,
    GENERATION,
    TEST,
    MESSAGE,
    OPENED,
    SUSPENSION,
    RESUMPTION,
    CORRECTION,
    REPORTED,
    MECHANISM,
    ROUND,
    SEAT,
    CONTACT,
    AGENDA,
    *HOUSE,
    TEXT,
    READOUT,
    POSITION,
    COMMITMENT,
    PRECONDITION,
    MEASURE,
    CAUSE,
    *NOTIFICATIONS,
)
"""Every procedure of this version. A new kind of conversation is one module and one line here."""

BY_KIND = {kind: procedure for procedure in PROCEDURES for kind in procedure.kinds()}
BY_NAME = {procedure.name: procedure for procedure in PROCEDURES}

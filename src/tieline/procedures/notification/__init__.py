"""Notifications: what a party will do, what it protects, and *stop*.

Activities and hazards belong to the channel `notification`; protected sites, movements and *stop*
to `safety`. All but the key may be missing: what is late or incomplete is taken and flagged.
"""

from __future__ import annotations

from tieline.procedures.notification.activity import ACTIVITY
from tieline.procedures.notification.hazard import HAZARD
from tieline.procedures.notification.movement import MOVEMENT
from tieline.procedures.notification.site import SITE
from tieline.procedures.notification.stop import STOP
from tieline.procedures.procedure import Procedure

NOTIFICATIONS: tuple[Procedure, ...] = (ACTIVITY, HAZARD, SITE, MOVEMENT, STOP)
"""All of them, in the order in which a docs page lists them."""

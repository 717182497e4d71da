"""Volume: where, how high and when, together: what is compared with other volumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieline.space.band import EVERYWHERE, Band
from tieline.space.shape import Shape
from tieline.space.window import Window

VOLUMES_MAX: Final = 64
"""Most volumes of one notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A shape, a band of height and a window.

    ``coarse`` says that this is an outer bound, given now with the detail to follow: what lies in
    it may lie anywhere in it.
    """

    shape: Shape
    window: Window
    band: Band = EVERYWHERE
    coarse: bool = False

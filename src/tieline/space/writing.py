"""Writing: a position in any of the usual styles, for people and for reading back."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import mgrs
from mgrs._native import MGRSError

from tieline.errors import UsageError
from tieline.space.position import E7, Position
from tieline.space.reading import Style


def write_position(at: Position, style: Style, *, digits: int = 2) -> str:
    """A position in one style; ``digits`` after the point of its last number.

    MGRS has a metre's precision whatever ``digits`` says.
    """
    match style:
        case Style.DECIMAL:
            places = max(digits, 5)
            return f"{_fixed(at.lat_e7, places)}, {_fixed(at.lon_e7, places)}"
        case Style.MGRS:
            return _grid(at)
        case _:
            lat = _angle(at.lat_e7, 2, style, digits) + ("S" if at.lat_e7 < 0 else "N")
            lon = _angle(at.lon_e7, 3, style, digits) + ("W" if at.lon_e7 < 0 else "E")
            return f"{lat}{'' if style is Style.AVIATION else ' '}{lon}"


OTHER: Final = {
    Style.DECIMAL: Style.WARNING,
    Style.MINUTES: Style.DECIMAL,
    Style.SECONDS: Style.DECIMAL,
    Style.WARNING: Style.DECIMAL,
    Style.AVIATION: Style.WARNING,
    Style.MGRS: Style.WARNING,
}
"""The style in which a position is read back: never the one in which it came."""


def _fixed(value_e7: int, places: int) -> str:
    return f"{Decimal(value_e7) / E7:.{places}f}"


def _angle(value_e7: int, width: int, style: Style, digits: int) -> str:
    """Degrees with leading noughts, then minutes, and seconds where the style has them.

    Rounding may carry over, so that 59.999 minutes become the next degree and never 60.0 minutes.
    """
    with_seconds = style in (Style.SECONDS, Style.AVIATION)
    digits = 0 if style is Style.AVIATION else digits
    per_degree = 3_600 if with_seconds else 60
    units = round(Decimal(abs(value_e7)) * per_degree * 10**digits / E7)
    whole, fraction = divmod(units, 10**digits)
    tail = f".{fraction:0{digits}d}" if digits else ""
    degrees, rest = divmod(whole, per_degree)
    head = f"{degrees:0{width}d}"
    if style is Style.AVIATION:
        return f"{head}{rest // 60:02d}{rest % 60:02d}"
    if with_seconds:
        return f"{head}°{rest // 60:02d}'{rest % 60:02d}{tail}\""
    return f"{head}-{rest:02d}{tail}" if style is Style.WARNING else f"{head}°{rest:02d}{tail}'"


def _grid(at: Position) -> str:
    try:
        text = mgrs.MGRS().toMGRS(at.lat_deg, at.lon_deg, MGRSPrecision=5)
    except MGRSError as error:
        raise UsageError(f"the military grid has no square here: {error}") from None
    cut = len(text) - 10
    return (
        f"{text[: cut - 2]} {text[cut - 2 : cut]} {text[cut : cut + 5]} {text[cut + 5 :]}".strip()
    )

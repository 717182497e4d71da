"""Notices: texts of NOTAM, one after the other, told as warnings are: one list holds both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tieline.errors import MalformedError, UsageError
from tieline.feeds.notam import Notam, read_notam
from tieline.feeds.warnings.limits import check_count
from tieline.feeds.warnings.model import (
    NOTICES,
    About,
    Kind,
    NavWarning,
    Part,
    Phrase,
    Raw,
    Reference,
    Unread,
)
from tieline.feeds.warnings.sources import BAD_CHARS_MAX, BadRow
from tieline.space.shape import Circle, EdgeKind
from tieline.space.spans import envelope_ms
from tieline.space.window import INSTANT_MS_MAX

_HEAD: Final = re.compile(r"\(?\b[A-Z]\d{4}/\d{2} NOTAM[NRC]\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"([A-Z])(\d{4})/(\d{2})")
UNPLACED: Final = "ZZZZ"
"""What stands for a place without an indicator (ICAO Annex 15, item A)."""
KINDS: Final = {
    "WM": Kind.FIRING,
    "WE": Kind.EXERCISE,
    "WV": Kind.EXERCISE,
    "WD": Kind.HAZARD,
    "WH": Kind.HAZARD,
    "RD": Kind.HAZARD,
    "RM": Kind.EXERCISE,
    "RO": Kind.PROHIBITED,
    "RP": Kind.PROHIBITED,
    "RR": Kind.PROHIBITED,
    "RT": Kind.PROHIBITED,
    "OB": Kind.WRECK,
    "OL": Kind.AID,
    "GA": Kind.GNSS,
    "GW": Kind.GNSS,
}
"""Subjects by the second and third letter of the code (ICAO Doc 8400): firing, exercise, formation
flight, demolition, hazardous goods burning, danger area, military operations, overflying,
prohibited, restricted, temporarily restricted, obstacle and its light, satellite navigation."""


def holds_notices(plain: bytes) -> bool:
    """Whether a file is text in which at least one notice begins."""
    try:
        return _HEAD.search(plain.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def read_notices(plain: bytes, left: list[BadRow]) -> list[NavWarning]:
    """Every notice of a text; one that is none in the end is put into ``left``.

    Raises:
        MalformedError: more than a file may hold.
    """
    found: list[NavWarning] = []
    for number, text in enumerate(_texts(plain.decode("utf-8")), 1):
        try:
            found.append(read_notice(text))
        except (MalformedError, UsageError) as error:
            left.append(
                BadRow(where=f"notice {number}", text=text[:BAD_CHARS_MAX], reason=str(error))
            )
    return found


def _texts(text: str) -> Iterator[str]:
    starts = [found.start() for found in _HEAD.finditer(text)]
    check_count(len(starts))
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end].strip()


def read_notice(text: str) -> NavWarning:
    """One notice as a warning.

    Its series is told with the region of item Q, else the first place of item A: letters and
    numbers alone are used by every office that issues notices. When it was issued it does not
    say; its end is its own unless it is estimated or permanent.

    Raises:
        MalformedError: it is none.
    """
    notam = read_notam(text)
    series = f"{NOTICES}{notam.region or _first(notam)} {notam.name[0]}"
    refers = _REFERENCE.fullmatch(notam.refers)
    ended = (_reference(series, refers),) if refers is not None else ()
    return NavWarning(
        raw=Raw(
            series=series,
            number=int(notam.name[1:5]),
            year=2000 + int(notam.name[-2:]),
            text=text,
            subregions=notam.places,
        ),
        kind=Kind.CANCELLATION if notam.kind == "C" else KINDS.get(notam.code[:2], Kind.GENERAL),
        areas=(" ".join(notam.places),) if notam.places else (),
        parts=_parts(notam),
        unread=tuple(
            Unread(
                about=About.WINDOW if item in "BCD" else About.SHAPE,
                label=item,
                text="",
                reason=reason,
            )
            for item, reason in notam.unread
        ),
        cancels=ended,
        cancelled_ms=_end_ms(notam),
        edge=EdgeKind.GEODESIC,
    )


def _end_ms(notam: Notam) -> int | None:
    if notam.window is None or notam.is_estimated:
        return None
    _, end_ms = envelope_ms(notam.window)
    return end_ms if end_ms < INSTANT_MS_MAX else None


def _first(notam: Notam) -> str:
    return notam.places[0] if notam.places else UNPLACED


def _reference(series: str, found: re.Match[str]) -> Reference:
    return Reference(
        series=f"{series[:-1]}{found[1]}", number=int(found[2]), year=2000 + int(found[3])
    )


def _parts(notam: Notam) -> tuple[Part, ...]:
    return tuple(
        Part(
            label="Q" if notam.shape is None else "E",
            phrase=Phrase.CIRCLE if isinstance(volume.shape, Circle) else Phrase.AREA,
            words="",
            shape=volume.shape,
            window=volume.window,
            is_vague=volume.coarse,
            band=volume.band,
        )
        for volume in notam.volumes()
    )

"""Reading: a published warning, as text, into what it says; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tieline.feeds.warnings.cancelling import read_cancelling
from tieline.feeds.warnings.kinds import kind_of
from tieline.feeds.warnings.layout import TEXT_CHARS_MAX, Item, Paragraph, lay_out
from tieline.feeds.warnings.model import About, Kind, NavWarning, Part, Raw, Unread
from tieline.feeds.warnings.phrases import corridor_names, standoff_m
from tieline.feeds.warnings.places import Places, Setting, read_paragraph
from tieline.feeds.warnings.seas import seas_named
from tieline.feeds.warnings.stamps import last_ms
from tieline.space.shape import EdgeKind

CANCEL_SLACK_MS: Final = 86_400_000
"""A warning is cancelled an hour or a day after what it warns of; a window that goes on for longer
than a day after that was misread, or misprinted."""


def read_warning(raw: Raw, *, edge: EdgeKind = EdgeKind.RHUMB) -> NavWarning:
    """Read one warning; never raises for anything that its text says.

    ``edge`` is how lines between positions run. Warnings do not say; they are plotted on Mercator
    charts by straight lines, which are rhumb lines.
    """
    layout = lay_out(raw.text)
    body = " ".join(_text(paragraph) for paragraph in layout.paragraphs)
    kind = kind_of(body)
    cancelling = read_cancelling(body, raw.series, raw.issued_ms)
    found = Places()
    if kind not in (Kind.CANCELLATION, Kind.LIST):
        setting = Setting(
            kind=kind,
            issued_ms=raw.issued_ms,
            edge=edge,
            seas=seas_named(
                layout.areas, raw.subregions, is_far=kind in (Kind.DEBRIS, Kind.LAUNCH)
            ),
            standoff_m=standoff_m(body),
            corridors=corridor_names(body),
        )
        for paragraph in layout.paragraphs:
            read_paragraph(_without_cancelling(paragraph), setting, found)
    parts = [_within_life(part, cancelling.cancelled_ms, found) for part in found.parts]
    if len(raw.text) > TEXT_CHARS_MAX:
        found.unread.append(_too_long(raw))
    return NavWarning(
        raw=raw,
        kind=kind,
        areas=layout.areas,
        parts=tuple(parts),
        unread=tuple(found.unread + cancelling.unread),
        cancels=tuple(cancelling.cancels),
        references=tuple(cancelling.references),
        cancelled_ms=cancelling.cancelled_ms,
        edge=edge,
    )


def _text(paragraph: Paragraph) -> str:
    if not paragraph.items:
        return f"{paragraph.intro}  {paragraph.tail}".strip()
    items = " ".join([item.text for item in paragraph.items])
    return f"{paragraph.intro} {items} {paragraph.tail}".strip()


def _without_cancelling(paragraph: Paragraph) -> Paragraph:
    """Times in sentences that cancel are no windows; such sentences come last."""
    if "CANCEL " not in _text(paragraph):
        return paragraph
    return Paragraph(
        paragraph.label,
        _before_cancel(paragraph.intro),
        tuple(Item(item.label, _before_cancel(item.text)) for item in paragraph.items),
        _before_cancel(paragraph.tail),
    )


def _before_cancel(text: str) -> str:
    at = text.find("CANCEL ")
    return text if at < 0 else text[:at].rstrip()


def _within_life(part: Part, cancelled_ms: int | None, found: Places) -> Part:
    """A window that outlasts its warning was misread or misprinted, and is not believed."""
    if cancelled_ms is None or part.window is None:
        return part
    if all(last_ms(span) <= cancelled_ms + CANCEL_SLACK_MS for span in part.window.spans):
        return part
    reason = "it lasts longer than the warning, which cancels itself before"
    fault = Unread(about=About.WINDOW, label=part.label, text=part.words, reason=reason)
    if fault not in found.unread[-3:]:
        found.unread.append(fault)
    return replace(part, window=None, alternate=None, is_timed=False)


def _too_long(raw: Raw) -> Unread:
    reason = f"the text has {len(raw.text)} characters; {TEXT_CHARS_MAX} are read"
    return Unread(about=About.SHAPE, label="", text=raw.text[:40], reason=reason)

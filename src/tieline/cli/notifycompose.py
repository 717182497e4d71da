"""What `new` and `amend` share: a notification from its options, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.intake import attachments_from, texts_of, words_from
from tieline.cli.look import safe
from tieline.cli.notifyparts import (
    guided,
    title_of,
)
from tieline.cli.said import emit_or_print
from tieline.desk import notifying as nt
from tieline.desk import placing as pl
from tieline.desk.doubting import outline_doubts, refuse_taken, word_doubts
from tieline.desk.placing import Doubts, geojson_shapes, shapes_of, window_of
from tieline.desk.speaking import Desk
from tieline.errors import UsageError

MOVEMENT = nt.OPENINGS["movement"]
WAYPOINT_QUESTION = "Waypoint, as POSITION @TIME =NAME (empty: that was all)"
TextArgument = Annotated[str, typer.Argument(help="What else there is to say; - reads it.")]
KeyOption = Annotated[str, typer.Option("--key", help="Names it on every line; default: new.")]
TitleOption = Annotated[str, typer.Option("--title", help="What it is called.")]
SortOption = Annotated[
    str, typer.Option("--sort", help="What sort: exercise, closed area, hospital ...")
]
WhyOption = Annotated[str, typer.Option("--why", help="The reason.")]


def _shapes(kind_: str, given: dict[str, Any], doubts: Doubts) -> Any:
    typed = [
        (name, text)
        for name in ("point", "circle", "corridor", "area", "sector")
        for text in given.get(name) or ()
    ]
    if not typed and given.get("geojson") is None and given["ask"] and kind_ != MOVEMENT:
        kind = guided("", "Where: point, circle, corridor, area or sector (empty: none)")
        if kind and kind not in pl.READERS:
            raise UsageError(f"{kind[:40]!r} is not one of {', '.join(pl.READERS)}")
        if kind:
            typed = [(kind, guided("", f"{kind}, as in --help"))]
    shapes = shapes_of(typed, doubts) if typed else ()
    more = geojson_shapes(given["geojson"]) if given.get("geojson") is not None else ()
    found = (*shapes, *more)
    doubts.asked += outline_doubts(found)
    return found


def draft_of(desk: Desk, line: str, kind: str, given: dict[str, Any]) -> nt.Draft:
    """A notification from the options, with the doubts about its positions."""
    doubts = Doubts()
    if "notice" not in given and given["key"]:
        refuse_taken(desk, given["key"], list(given["names"].values()))
    values: dict[str, Any] = dict(given["fields"])
    shapes = _shapes(kind, given, doubts)
    since = given["since"]
    if shapes and not since and given["ask"]:
        since = guided("", "Since when, as 2026-12-01T09:00Z (empty: now)")
    window = window_of(since, given["until"], given["daily"])
    before = given.get("before", ())
    if shapes or (before and (window is not None or given["coarse"])):
        values["volumes"] = pl.volumes_from(
            shapes, window, before, coarse=given["coarse"], now_ms=int(time.time() * 1000)
        )
    if given["ask"] and kind == MOVEMENT and not given["waypoint"]:
        given["waypoint"] = list(iter(lambda: guided("", WAYPOINT_QUESTION), ""))
    if given["waypoint"]:
        values["route"] = pl.route_of(given["waypoint"], doubts)
    if given["must_know"]:
        values["must_know"] = nt.units_of(given["must_know"])
    if given["contact"]:
        values["contact"] = list(given["contact"])
    described, files = attachments_from(given["attach"], given["personal"])
    if described:
        values["attachments"] = described
    words = words_from(given["text"], given["file"], needed=False)
    if words:
        values["texts"] = texts_of(words, given["lang"], given["also"])
    values |= nt.settings_of(kind, given["settings"] or ())
    body = nt.checked(desk, line, kind, values)
    whole = nt.amended(given["notice"], kind, body) if "notice" in given else body
    doubts.asked += word_doubts(whole)
    return nt.Draft(kind=kind, body=body, attachments=files, doubts=doubts)


def told(desk: Desk, key: str, sent: list[nt.Sent], *, as_json: bool) -> None:
    """Print where a notification was filed, line by line.

    Raises:
        UsageError: no line took it.
    """
    value = {
        "key": key,
        "sent": [
            {
                "line": each.line,
                "ref": each.said.short if each.said is not None else "",
                "full_ref": each.said.ref if each.said is not None else "",
                "waiting": each.said.waiting if each.said is not None else False,
                "redacted": list(each.redacted),
                "fault": each.fault,
            }
            for each in sent
        ],
    }
    emit_or_print(value, list(_lines(desk, key, sent)), as_json=as_json)
    if all(each.said is None for each in sent):
        raise UsageError("no line took it")


def _lines(desk: Desk, key: str, sent: list[nt.Sent]) -> Iterator[RenderableType]:
    yield Text.assemble(("Key ", "dim"), (key, "bold"))
    for each in sent:
        head = safe(f"{title_of(desk, each.line)}: ", "bold")
        if each.said is None:
            yield head.append_text(safe(f"NOT filed: {each.fault}", "bold red"))
        elif each.said.waiting:
            yield head.append("waits for a second person: ").append(
                f"tieline release {each.said.id[:8]}", style="bold"
            )
        else:
            withheld = f", without {', '.join(each.redacted)}" if each.redacted else ""
            yield head.append_text(safe(f"filed as {each.said.short}{withheld}"))

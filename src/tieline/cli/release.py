"""Release: the second person reads what the first one signed, and signs it, or drops it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked
from tieline.cli.frame import HomeOption, JsonOption, OfficerOption, desk_at
from tieline.cli.look import examples, facts, safe
from tieline.cli.paint import badge, indented
from tieline.cli.said import SHORT_ID, WAIT_S, emit_or_print, levels_of, names, report
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.state.timeline import WHAT

EXAMPLES = examples(
    "tieline release", "tieline release 3eb0800a --as second", "tieline release 3eb0800a --drop"
)


def release(
    message_id: Annotated[str, typer.Argument(metavar="[ID]", help="Its first digits do.")] = "",
    *,
    drop: Annotated[bool, typer.Option("--drop", help="Throw it away unsigned.")] = False,
    officers: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a second person, in full; with ID, sign it as that person and file it."""
    with desk_at(home, officers) as desk:
        halves = desk.waiting()
        if not message_id:
            if drop:
                raise UsageError("name what to drop: tieline release ID --drop")
            emit_or_print(halves, list(_parts(desk, halves)), as_json=as_json)
            return
        half: Shown = next((dict(h) for h in halves if str(h["id"]).startswith(message_id)), {})
        if drop:
            desk.drop(message_id)
            gone = {"dropped": half["id"]}
            emit_or_print(gone, [Text("Dropped; it was never filed.")], as_json=as_json)
            return
        said = desk.release(message_id)
        what = f"Released by a second person: {_did(str(half['kind']))}"
        line = str(half["line"])
        report(desk, line, said, what=what, as_json=as_json, wait_s=WAIT_S)


def _did(kind: str) -> str:
    return WHAT.get(kind, kind)


def _parts(desk: Desk, halves: list[Any]) -> Iterator[RenderableType]:
    if not halves:
        yield Text("Nothing waits for a second person.", style="green")
        return
    labels = {officer.id: officer.label for officer in desk.card.officers}
    for half in halves:
        levels = levels_of(asked(desk, "terms", line=half["line"]))
        head = Text(half["id"][:SHORT_ID], style="bold").append("  ")
        yield head.append_text(badge(half["level"], half["mark"], levels)).append(
            f"  {_did(half['kind'])}"
        )
        rows: list[tuple[str, RenderableType]] = [("signed by", names(half["signed_by"], labels))]
        rows += [(name, value) for name, value in half["body"].items() if isinstance(value, str)]
        rows += [
            (name, ", ".join(value))
            for name, value in half["body"].items()
            if isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        ]
        yield indented(facts(*rows))
        for text in half["body"].get("texts", []):
            original = "original" if text["original"] == "yes" else "translation"
            yield indented(safe(f"[{text['lang']}, {original}] {text['text']}"))
        for item in half["body"].get("attachments", []):
            yield indented(safe(f"attachment {item['name']}, {item['length']} bytes"))
        yield Text(
            f"  Another person signs: tieline release {half['id'][:SHORT_ID]}\n", style="dim"
        )


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(epilog=EXAMPLES)(release)

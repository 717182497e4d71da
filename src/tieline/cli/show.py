"""Show: one message in full, with everything that is proven about it, and its attachments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown, asked, place_of
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.harmless import clean
from tieline.cli.look import examples, facts, safe, size
from tieline.cli.paint import (
    indented,
    length,
    moment,
)
from tieline.cli.said import emit_or_print, ladder_parts, levels_of, message_head, names
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.record.strict import b64decode

EXAMPLES = examples(
    "tieline show alpha-1:12",
    "tieline show alpha-1:12 --save papers",
    "tieline show bravo-1:3 --json",
)
VERBS = {
    "message.take": "take",
    "message.answer": "answer",
    "message.decline": "decline",
    "message.withdraw": "withdraw",
    "message.reconcile": "reconcile",
}
NOT_OPENED = "It is sealed, and cannot be opened with the keys that are here."


def show(
    ref: Annotated[str, typer.Argument(help="A message or any entry, for instance alpha-1:12.")],
    *,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help="Write its attachments here.")
    ] = None,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one message: its words in all languages, how far it got with whom, who signed."""
    with desk_at(home) as desk:
        where = place_of(desk, line, ref)
        entry = asked(desk, "show", line=where, ref=ref)
        message = asked(desk, "message", line=where, ref=ref)
        if message and message["ref"] != entry["short"]:
            entry = asked(desk, "show", line=where, ref=message["ref"])
        saved = _saved(desk, where, entry, save) if save is not None else []
        value = {"line": where, "entry": entry, "message": message or None, "saved": saved}
        levels = levels_of(asked(desk, "terms", line=where))
        labels = {officer.id: officer.label for officer in desk.card.officers}
        parts = [*_parts(entry, message, levels, labels), *(safe(f"saved {s}") for s in saved)]
        emit_or_print(value, parts, as_json=as_json)


def _saved(desk: Desk, line: str, entry: Shown, folder: Path) -> list[str]:
    """Write attachments under names that cannot leave the folder; nothing is written over."""
    listed: list[Shown] = entry.get("body", {}).get("attachments", [])
    if not listed:
        raise UsageError(f"{entry['short']} has no attachments", advice="Leave out --save.")
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, item in enumerate(listed, 1):
        told = asked(desk, "attachment", line=line, ref=entry["short"], number=number)
        path = folder / f"{number}-{_harmless(str(item['name']))}"
        try:
            with path.open("xb") as file:
                file.write(b64decode(str(told["data"])))
        except FileExistsError:
            raise UsageError(
                f"{path} is there already; nothing is written over",
                advice="Name another folder with --save.",
            ) from None
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from None
        found.append(str(path))
    return found


def _harmless(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isalnum() or c in "-_. " else "_" for c in last).strip(". ")
    return kept[:100] or "attachment"


def _parts(
    entry: Shown, message: Shown, levels: list[str], labels: dict[str, str]
) -> Iterator[RenderableType]:
    if not message:
        yield from _plain_entry(entry, labels)
        yield from _evidence(entry)
        return
    now_s = int(time.time())
    yield Text(f"{message['ref']}  ", style="bold").append_text(message_head(message, levels))
    for flag in message["flags"]:
        yield safe(f"! {flag}", "bold yellow")
    yield facts(*_heads(entry, message, labels))
    yield from _texts(message["texts"])
    for code in message["codes"]:
        yield safe(f"code {code}", "bold")
    for number, item in enumerate(message["attachments"], 1):
        yield safe(f"attachment {number}: {item['name']} ({item['type']}, {size(item['length'])})")
    for ladder in message["ladders"]:
        yield Text("")
        yield from ladder_parts(ladder, now_s, labels)
    can = [VERBS[k] for k in VERBS if any(k in one["allowed"] for one in message["ladders"])]
    if can:
        yield Text("\nNext: ").append(f"tieline {'|'.join(can)} {message['ref']}", style="bold")
    yield from _evidence(entry)


def _heads(
    entry: Shown, message: Shown, labels: dict[str, str]
) -> list[tuple[str, RenderableType]]:
    rows: list[tuple[str, RenderableType]] = [
        ("from", f"{message['sender']}, signed by {names(message['signers'], labels)}"),
        ("to", ", ".join(message["to"])),
        ("sent", f"{moment(message['time_s'])}, by the sender's clock"),
    ]
    if message["channel"]:
        rows.append(("channel", message["channel"]))
    if message["answer_by_s"]:
        rows.append(("answer", f"asked for within {length(message['answer_by_s'])}"))
    reason = entry.get("body", {}).get("reason")
    if reason:
        rows.append(("reason", str(reason)))
    if message["references"]:
        rows.append(("refers to", ", ".join(message["references"])))
    if message["corrections"]:
        rows.append(("corrected in", ", ".join(message["corrections"])))
    return rows


def _texts(texts: list[Shown]) -> Iterator[RenderableType]:
    for text in texts:
        kind = "original, authoritative" if text["original"] else "translation"
        yield Text(f"\n[{clean(text['lang'])}] {kind}", style="dim")
        yield indented(safe(text["text"]))


def _plain_entry(entry: Shown, labels: dict[str, str]) -> Iterator[RenderableType]:
    yield Text(entry["short"], style="bold").append(f"  {entry.get('kind', '')}", style="dim")
    if entry["readable"] != "yes":
        yield Text(NOT_OPENED, style="yellow")
        return
    rows: list[tuple[str, RenderableType]] = [
        ("from", f"{entry['from']}, signed by {names(entry['signed_by'], labels)}"),
        ("to", ", ".join(entry["to"])),
        ("sent", f"{moment(entry['issued_ms'] // 1000)}, by the sender's clock"),
        ("mark", entry["mark"]),
    ]
    rows += [(name, _value(value)) for name, value in entry["body"].items()]
    yield facts(*rows)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    return str(value)


def _evidence(entry: Shown) -> Iterator[RenderableType]:
    yield Text("\nEvidence", style="bold")
    sealed = "sealed" if entry["sealed"] else "clear"
    place = f"number {entry['index']} of {entry['log'].rpartition('/')[2]}"
    signed = entry["signed_size"]
    covered = f"signed up to number {signed - 1}" if signed > entry["index"] else "not signed yet"
    rows: list[tuple[str, RenderableType]] = [
        ("place", f"{place} ({covered}), filed {moment(entry['time_s'])}"),
        ("hash", entry["hash"]),
    ]
    for number, payload in enumerate(entry["payloads"]):
        name = "words" if number == 0 else f"attachment {number}"
        rows.append((name, f"{sealed}, {payload['length']} bytes, SHA-256 {payload['sha256']}"))
    for held in entry["held"]:
        below = f"{held['party']} holds everything below number {held['size']}"
        rows.append(("receipt", f"{below}, signed {moment(held['time_s'])}"))
    if not entry["held"]:
        rows.append(("receipt", "no other party's is here yet"))
    yield facts(*rows)


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(epilog=EXAMPLES)(show)

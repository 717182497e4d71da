"""How items of our own house look on a terminal: as a list, and one with its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.look import counted, facts, safe, when
from tieline.cli.paint import indented, listing, moment
from tieline.desk import house
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.procedures.house import handed as hd
from tieline.procedures.house import recorded as rec
from tieline.record.marking import MARKING_MEANING
from tieline.state.house import DID

MARK_STYLES = {"own": "bold red", "line": "bold yellow", "publishable": "green"}
STATE_STYLES = {
    dr.GONE: "green",
    cl.CLEARED: "green",
    cl.REFUSED: "bold red",
    dr.DROPPED: "dim",
    rec.WITHDRAWN: "dim",
    hd.READY: "yellow",
    cl.WITHDRAWN: "dim",
}


def _name(item: house.Item) -> str:
    kind = str(item["kind"])
    return house.NAMES.get(kind, kind)


def marked(marking: str) -> Text:
    """A handling mark, always spelled out."""
    return Text(marking, style=MARK_STYLES.get(marking, "bold red"))


def title_of(item: house.Item) -> str:
    """What an item is about, in one line."""
    body = item["body"]
    if item["kind"] == rec.RECORDED:
        side = f"{body['side']}: " if body.get("side") else ""
        return f"{body.get('contact', '')}: {side}{body['item'].get('text', '')}"
    if item["kind"] == hd.HANDED:
        return f"{body.get('key', '')} for {body.get('to', '')}"
    if item["kind"] == cl.ASK:
        return f"{body.get('office', '')} asked about a draft"
    texts = body.get("texts") or []
    first = texts[0]["text"].splitlines()[0] if texts and texts[0]["text"].strip() else ""
    parts = [body.get("about", ""), body.get("title", "") or first]
    return ": ".join(part for part in parts if part)


def state_of(item: house.Item) -> Text:
    """Where an item stands; of a draft, whether it may go."""
    if item["kind"] == dr.DRAFT and item["state"] == dr.IN_DRAFT and "may_go" in item:
        if item["may_go"]:
            return Text("may go", style="green")
        waiting = len(house.missing(item))
        return Text(f"may not go, {waiting} not given" if waiting else "may not go", style="yellow")
    return safe(item["words"], STATE_STYLES.get(item["state"], ""))


def list_parts(items: Sequence[house.Item], withheld: int) -> list[RenderableType]:
    """Items, one a line; clearances stand with their draft."""
    table = listing("Ref", "What", "Mark", "Stands", "About", wide=4)
    for item in items:
        table.add_row(
            safe(item.get("ref", "-"), "bold"),
            safe(_name(item)),
            marked(item["marking"]),
            state_of(item),
            safe(title_of(item)),
        )
    parts: list[RenderableType] = [table] if items else [Text("Nothing to show.")]
    if withheld:
        parts.append(withheld_words(withheld))
    return parts


def withheld_words(count: int) -> Text:
    """How many items an audience does not see; never which."""
    return Text(f"{counted(count, 'item')} withheld by handling marks.", style="bold yellow")


def show_parts(item: house.Item, labels: dict[str, str]) -> Iterator[RenderableType]:
    """One item in full: what it says now, who must clear it, and its history."""
    body = item["body"]
    head = Text.assemble((item["ref"], "bold"), "  ", _name(item))
    yield (
        head.append("  ")
        .append_text(marked(item["marking"]))
        .append("  ")
        .append_text(state_of(item))
    )
    meaning = {mark.value: words for mark, words in MARKING_MEANING.items()}
    yield facts(
        ("handling", meaning.get(str(item["marking"]), "")),
        *((label, str(body[name])) for name, label in _FACTS if body.get(name)),
        *((label, _listed(body[name])) for name, label in _LISTS if body.get(name)),
        *([("revision", str(item["revision"]))] if item["revision"] > 1 else []),
        *([("until", when(int(body["until_ms"]) // 1000))] if body.get("until_ms") else []),
    )
    yield from _words(body)
    if item["clearances"]:
        yield Text("Clearances", style="bold")
        yield from _clearances(item)
    yield Text("History", style="bold")
    for step in _history(item):
        yield indented(_step(step, labels))
        yield from _said_there(step)


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_FACTS = (
    ("title", "about"),
    ("about", "belongs to"),
    ("topic", "topic"),
    ("contact", "contact"),
    ("way", "way"),
    ("side", "said by"),
    ("words", "in whose words"),
    ("answers", "answers"),
    ("line", "for the line"),
    ("kind", "as"),
    ("case", "in the case"),
    ("level", "level"),
    ("key", "notification"),
    ("mark", "marked"),
    ("address", "address"),
    ("reference", "reference"),
)
_LISTS = (
    ("to", "to"),
    ("references", "references"),
    ("redacted", "left out"),
    ("answer_to", "answers go to"),
)


def _words(body: dict[str, Any]) -> Iterator[RenderableType]:
    for text in body.get("texts") or []:
        kind = "original" if text["original"] == "yes" else "translation"
        yield indented(safe(f"[{text['lang']}, {kind}] {text['text']}"))
    if body.get("body"):
        for name, value in body["body"].items():
            yield indented(safe(f"{name}: {value}"))
    if body.get("item"):
        item = body["item"]
        yield indented(safe(f"“{item.get('text', '')}”"))
        yield indented(Text("recorded by us only", style="dim"))


def _clearances(item: house.Item) -> Iterator[RenderableType]:
    waiting = dict(line.split(": ", 1) for line in house.missing(item))
    for one in item["clearances"]:
        office = one["body"]["office"]
        if one["state"] == cl.WITHDRAWN:
            mark, style, words = "–", "dim", one["words"]
        elif office in waiting:
            mark, style, words = "○", "yellow", waiting[office]
        else:
            mark, style, words = "●", "green", "cleared this text"
        yield indented(safe(f"{mark} {office}: {words}", style))


def _history(item: house.Item) -> list[dict[str, Any]]:
    steps = list(item["steps"])
    for one in item["clearances"]:
        steps += [{**step, "asked": one["body"]["office"]} for step in one["steps"]]
    return sorted(steps, key=lambda step: step["time_s"])


def _step(step: dict[str, Any], labels: dict[str, str]) -> Text:
    kind = str(step["kind"])
    body = step["body"]
    did = DID.get(kind, kind)
    if kind.endswith(".mark"):
        did += f" from {body.get('before', '?')} to {body.get('marking', '?')}"
    if step.get("asked") and kind == cl.ASK:
        did = f"asked {step['asked']}"
    if body.get("revision") and kind != cl.ASK:
        did += f" (revision {body['revision']})"
    who = ", ".join(labels.get(signer, signer) for signer in step["signers"])
    text = Text.assemble((moment(step["time_s"]), "dim"), "  ")
    text.append_text(safe(f"{step['office']} {did}"))
    return text.append_text(safe(f"  {who}, {step['ref']}", "dim"))


def _said_there(step: dict[str, Any]) -> Iterator[RenderableType]:
    body = step["body"]
    for name in (*(("words",) if step["kind"] == hd.HEARD else ()), "why", "note"):
        if body.get(name):
            yield indented(safe(f"“{body[name]}”"), 6)
    if body.get("entry"):
        origin, index, _ = str(body["entry"]).split(" ")
        place = f"{origin.rpartition('/')[2]}:{index}"
        line = str(body.get("line", "")).rpartition("/")[2][:8]
        yield indented(safe(f"went as {place} on the line {line}"), 6)
    for each in body.get("attachments") or ():
        yield indented(safe(f"{each['name']}, SHA-256 {each['sha256']}", "dim"), 6)
    if body.get("sha256"):
        to = f", to {body['to']}" if body.get("to") else ""
        yield indented(safe(f"{body.get('name', '')}{to}, SHA-256 {body['sha256']}"), 6)

"""Observe, looking: list and show statements, and what the picture is without one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.frame import HomeOption, JsonOption, desk_at
from tieline.cli.harmless import clean
from tieline.cli.look import examples, facts, safe
from tieline.cli.paint import indented, listing
from tieline.cli.said import emit_or_print
from tieline.cli.status import KnownOption, OnOption, day_of, line_value
from tieline.desk.observing import picture
from tieline.desk.reviewing import reviews_of
from tieline.errors import UsageError
from tieline.observer import Days, Inference, Picture, Record, Source, Statement, write_text
from tieline.observer import status as status_lines
from tieline.observer.claims import pilcrow
from tieline.observer.statement import FORCE_MEANING, Review, Verdict

IdArgument = Annotated[str, typer.Argument(help="A statement or inference, for instance g-1.")]


def list_items(
    *,
    topic: Annotated[str, typer.Option("--topic", help="Only statements on this topic.")] = "",
    force: Annotated[
        str, typer.Option("--force", help=", ".join(f.value for f in FORCE_MEANING))
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List statements and inferences: id, force, days, and the words."""
    if force and force not in {f.value for f in FORCE_MEANING}:
        known = ", ".join(f.value for f in FORCE_MEANING)
        raise UsageError(f"force {force[:40]!r} is not one of {known}")
    with desk_at(home) as desk:
        seen = picture(desk)
        chosen = [
            s
            for s in seen.record.statements
            if (not topic or topic in s.topics) and (not force or s.force.value == force)
        ]
        inferences = [] if topic or force else list(seen.record.inferences)
        listed: list[Statement | Inference] = [*chosen, *inferences]
        value = [item_value(seen, item) for item in listed]
        table = listing("Id", "Force", "What is said", wide=2)
        for item in chosen:
            table.add_row(
                safe(item.id, "bold"), Text(item.force.value, style="cyan"), told_words(seen, item)
            )
        for one in inferences:
            table.add_row(
                safe(one.id, "bold"), Text("≈ inferred", style="magenta"), told_words(seen, one)
            )
        emit_or_print(value, [table], as_json=as_json)


def told_words(seen: Picture, item: Statement | Inference) -> Text:
    text = Text()
    if isinstance(item, Statement):
        if item.happened is not None:
            text.append(f"{clean(item.happened.words())}: ", style="dim")
        text.append(f"{clean(item.speaker)}: " if item.speaker else "", style="bold")
    text.append_text(safe(item.text))
    if item.id in seen.fallen:
        text.append(clean(f" ({seen.fallen[item.id]})"), style="bold yellow")
    return text


def find(seen: Picture, key: str) -> Statement | Inference:
    """An item by its id; raises `UsageError` with those whose ids begin so."""
    every: list[Statement | Inference] = [*seen.record.statements, *seen.record.inferences]
    for item in every:
        if item.id == key:
            return item
    near = [item.id for item in every if item.id.startswith(key)]
    more = f"; there are {', '.join(near[:8])}" if near else ""
    raise UsageError(
        f"the record has no {key[:80]!r}{more}", advice="`tieline observe list` lists all."
    )


def show(key: IdArgument, *, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show a statement: who says it, where and how; or an inference, with its grounds."""
    with desk_at(home) as desk:
        seen = picture(desk)
        item = find(seen, key)
        emit_or_print(item_value(seen, item), list(item_parts(seen, item)), as_json=as_json)


def _resting(seen: Picture, key: str) -> list[Inference]:
    return [each for each in seen.record.inferences if key in each.grounds]


def source_of(seen: Picture, key: str) -> Source | None:
    return next((each for each in seen.record.sources if each.id == key), None)


def _days(days: Days | None) -> dict[str, str] | None:
    if days is None:
        return None
    return {
        "earliest": days.earliest.isoformat() if days.earliest else "",
        "latest": days.latest.isoformat() if days.latest else "",
        "wording": days.wording,
        "words": days.words(),
    }


def item_value(seen: Picture, item: Statement | Inference) -> dict[str, Any]:
    common = {
        "id": item.id,
        "text": item.text,
        "asserts": [each.strip() for each in _asserted(item)],
        "rest_on_it": [each.id for each in _resting(seen, item.id)],
        "counts": item.id not in seen.fallen,
        "why_not": seen.fallen.get(item.id, ""),
        "reviews": [review_value(each) for each in reviews_of(seen, item.id)],
    }
    if isinstance(item, Inference):
        return {"kind": "inference", "author": item.author, "grounds": list(item.grounds), **common}
    source = source_of(seen, item.source)
    return {
        "kind": "statement",
        "source": item.source,
        "outlet": source.outlet if source else None,
        "file": source.file if source else None,
        "published": _days(source.published) if source else None,
        "via": list(item.via),
        "passage": item.passage,
        "span": item.span,
        "speaker": item.speaker,
        "force": item.force.value,
        "happened": _days(item.happened),
        "topics": list(item.topics),
        "note": item.note,
        **common,
    }


def _asserted(item: Statement | Inference) -> list[str]:
    """The assertions, as the text format writes them."""
    own = Record(statements=(item,)) if isinstance(item, Statement) else Record(inferences=(item,))
    lines = write_text(own).splitlines()
    first = next((n for n, each in enumerate(lines) if each.strip().startswith("asserts")), None)
    return lines[first:] if first is not None else []


def item_parts(seen: Picture, item: Statement | Inference) -> Iterator[RenderableType]:
    yield safe(item.id, "bold")
    if item.id in seen.fallen:
        yield safe(f"! does not count: {seen.fallen[item.id]}", "bold yellow")
    yield indented(safe(item.text))
    if isinstance(item, Inference):
        yield facts(
            ("inference by", safe(item.author, "magenta")),
            *(("ground", _told_in(seen, key)) for key in item.grounds),
        )
    else:
        yield facts(*_statement_rows(seen, item))
    asserted = _asserted(item)
    if asserted:
        yield Text("What the record takes from it", style="bold")
        yield indented(safe("\n".join(asserted), "dim"))
    yield Text("Reviews", style="bold")
    yield from review_parts(seen, item.id)
    resting = _resting(seen, item.id)
    if resting:
        yield Text("Inferences that rest on it", style="bold magenta")
    for each in resting:
        yield indented(safe(f"≈{each.id} by {each.author}: {each.text}"))


def _told_in(seen: Picture, key: str) -> Text:
    found = next((s for s in seen.record.statements if s.id == key), None)
    return safe(f"{key}: {found.text}" if found else key)


def _statement_rows(seen: Picture, item: Statement) -> Iterator[tuple[str, RenderableType]]:
    source = source_of(seen, item.source)
    if source is not None:
        chain = [*item.via][::-1]
        outlet = source.outlet or "outlet not named"
        yield "source", safe(f"{source.id}: {outlet}, published {source.published.words()}")
        if source.file:
            yield "file", safe(source.file)
        if chain:
            yield "origin", safe(" → ".join([*chain, source.id]))
    span = f", characters {item.span}" if item.span else ""
    yield "passage", safe(pilcrow(item.passage) + span)
    yield (
        "force",
        Text(item.force.value, style="cyan").append(f": {FORCE_MEANING[item.force]}", style="dim"),
    )
    if item.speaker:
        yield "speaker", safe(item.speaker)
    if item.happened is not None:
        yield "happened", safe(item.happened.words())
    if item.learned is not None:
        yield "learned", safe(item.learned.words())
    if item.topics:
        yield "topics", safe(", ".join(item.topics))
    if item.note:
        yield "note", safe(item.note)


def without(
    key: IdArgument,
    *,
    on: OnOption = "",
    known_on: KnownOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the picture would be without an inference (or statement): before and after."""
    with desk_at(home) as desk:
        seen = picture(desk)
        item = find(seen, key)
        day, known = day_of(on), (day_of(known_on) if known_on else None)
        before = {line.text(): line for line in status_lines(seen, on=day, known_on=known)}
        later = status_lines(seen.without([item.id]), on=day, known_on=known)
        after = {line.text(): line for line in later}
        gone = [line for text, line in before.items() if text not in after]
        came = [line for text, line in after.items() if text not in before]
        value = {
            "without": item.id,
            "on": day.isoformat(),
            "before": [line_value(line) for line in gone],
            "after": [line_value(line) for line in came],
        }
        parts: list[RenderableType] = [
            safe(f"Without {item.id}, as of {day}", "bold"),
            indented(safe(item.text, "dim")),
        ]
        parts += [safe(f"- {line.name}: {line.words}", "red") for line in gone]
        parts += [safe(f"+ {line.name}: {line.words}", "green") for line in came]
        if not gone and not came:
            parts.append(Text("Nothing in the picture of that day rests on it."))
        emit_or_print(value, parts, as_json=as_json)


def review_value(one: Review) -> dict[str, Any]:
    """A review for machines."""
    return {
        "id": one.id,
        "reviewer": one.reviewer,
        "verdict": one.verdict.value,
        "on": one.on.words(),
        "note": one.note,
    }


def review_parts(seen: Picture, id_: str) -> Iterator[RenderableType]:
    """Reviews of an item, or that nobody has reviewed it."""
    found = reviews_of(seen, id_)
    if not found:
        yield Text("Not reviewed yet.", style="dim")
    for one in found:
        style = "green" if one.verdict is Verdict.AGREES else "bold yellow"
        note = f": {one.note}" if one.note else ""
        told = f"{one.reviewer} {one.verdict.value}, {one.on.words()}{note}"
        yield indented(safe(told, style))


def register(observe: typer.Typer) -> None:
    """Hang the verbs into `tieline observe`."""
    observe.command(
        "list",
        epilog=examples(
            "tieline observe list",
            "tieline observe list --topic taiwan",
            "tieline observe list --force readout",
        ),
    )(list_items)
    observe.command(
        epilog=examples("tieline observe show 004-3", "tieline observe show i-round-17-day --json")
    )(show)
    observe.command(epilog=examples("tieline observe without i-round-17-day --on 2022-09-01"))(
        without
    )

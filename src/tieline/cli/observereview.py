"""Observe, reviewing: a second person reads what was entered beside the passage it came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import pick_office
from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    OfficerOption,
    VaultOption,
    desk_at,
    settings_of,
)
from tieline.cli.look import counted, examples, safe
from tieline.cli.observeparts import picture_at
from tieline.cli.observeshow import item_parts, item_value, told_words
from tieline.cli.observetake import passage_part
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.desk.intake import kept_report
from tieline.desk.observing import file_items
from tieline.desk.reviewing import find_item, new_review, unreviewed
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Inference, Picture, Statement
from tieline.observer.intake import Passage
from tieline.observer.statement import Verdict


def review(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Statements or inferences.")
    ] = None,
    *,
    agree: Annotated[bool, typer.Option("--agree", help="It says what the passage says.")] = False,
    objects: Annotated[
        bool, typer.Option("--object", help="It does not; --note tells why.")
    ] = False,
    note: Annotated[str, typer.Option("--note", help="What you found.")] = "",
    officers: OfficerOption = None,
    vault: VaultOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare entries with their passages; file your verdict as a second person.

    Without a verdict it shows each statement beside its paragraph, where a private copy is kept.
    Whoever filed an entry cannot review it.
    """
    if agree and objects:
        raise UsageError("give --agree or --object, not both")
    with desk_at(home, officers) as desk:
        seen = picture_at(desk)
        chosen = [find_item(seen, id_) for id_ in ids or ()] or list(unreviewed(seen))[:1]
        if not agree and not objects:
            _show(desk, seen, chosen, as_json=as_json)
            return
        if not ids:
            raise UsageError("say what you have reviewed", advice="Name it: `observe review ID`.")
        verdict = Verdict.AGREES if agree else Verdict.OBJECTS
        office = pick_office(desk, "", ("desk",))
        today = datetime.now(UTC).date()
        found = [
            new_review(desk, seen, one.id, verdict, note=note, office=office, on=today)
            for one in chosen
        ]
        file_items(desk, found, vault=vault or settings_of(home).vault, office=office)
        value = [{"id": one.id, "of": one.of, "verdict": one.verdict.value} for one in found]
        told = f"{counted(len(found), 'review')} filed: {', '.join(one.of for one in found)}"
        emit_or_print(value, [safe(f"{told}, {verdict.value}.", "green")], as_json=as_json)


def _show(desk: Desk, seen: Picture, chosen: list[Statement | Inference], *, as_json: bool) -> None:
    value: list[dict[str, Any]] = []
    parts: list[RenderableType] = []
    for one in chosen:
        cited = _cited(desk, seen, one)
        value.append(
            {
                **item_value(seen, one),
                "paragraphs": [{"passage": p.locator, "text": p.text} for p in cited],
            }
        )
        parts += [*item_parts(seen, one), Text("The passage", style="bold")]
        parts += [passage_part(p) for p in cited]
        if not cited:
            parts.append(Text("  No private copy here: look at the report itself.", style="dim"))
    if not chosen:
        parts.append(Text("Everything that counts is reviewed."))
    else:
        word = "it" if len(chosen) == 1 else "them"
        names = " ".join(one.id for one in chosen)
        parts.append(
            safe(f"If {word} says so: tieline observe review {names} --agree --as LABEL", "dim")
        )
    emit_or_print(value, parts, as_json=as_json)


def _cited(desk: Desk, seen: Picture, one: Statement | Inference) -> tuple[Passage, ...]:
    if isinstance(one, Inference):
        return ()
    source = next((each for each in seen.record.sources if each.id == one.source), None)
    report = kept_report(desk.home, source) if source is not None else None
    if report is None:
        return ()
    try:
        return (report.at(one.span),) if one.span else report.cited(one.passage)
    except UsageError:
        return ()  # A statement that was entered as text may cite the copy in another way.


def list_unreviewed(
    *,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what counts and what no second person has compared with its passage yet."""
    with desk_at(home) as desk:
        seen = picture_at(desk)
        found = unreviewed(seen)
        whole = len(seen.record.statements) + len(seen.record.inferences)
        value = {"unreviewed": [one.id for one in found], "of": whole}
        table = listing("Id", "Passage", "What is said", wide=2)
        for one in found:
            place = f"{one.source} {one.passage}" if isinstance(one, Statement) else "inference"
            table.add_row(safe(one.id, "bold"), safe(place), told_words(seen, one))
        head = safe(f"{len(found)} of {counted(whole, 'item')} not reviewed")
        emit_or_print(value, [head, table] if found else [head], as_json=as_json)


def register(observe: typer.Typer) -> None:
    """Hang the verbs into `tieline observe`."""
    observe.command(
        epilog=examples(
            "tieline observe review gazette-4",
            "tieline observe review gazette-4 gazette-5 --agree --as second",
            "tieline observe review gazette-6 --object --note 'the paper says May' --as second",
        )
    )(review)
    observe.command("unreviewed", epilog=examples("tieline observe unreviewed"))(list_unreviewed)

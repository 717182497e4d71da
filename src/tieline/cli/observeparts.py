"""What the verbs of an observer share: proposals, gains, and how items are filed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.asking import confirm, on_terminal
from tieline.cli.choosing import pick_office
from tieline.cli.frame import settings_of
from tieline.cli.look import safe
from tieline.cli.paint import indented, out
from tieline.cli.said import emit_or_print
from tieline.days import Days, format_days
from tieline.desk.observing import file_items, observer_line, picture
from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, UsageError
from tieline.observer import Discrepancy, Item, Picture, Record, Source, picture_of
from tieline.observer.forms import ITEM_FORM_OF
from tieline.observer.intake_gain import Gain, gain
from tieline.observer.recognise import Found, Proposal
from tieline.observer.references import reference_faults

YesOption = Annotated[
    bool, typer.Option("--yes", help="File without asking, also what contradicts the record.")
]
DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Say what would be filed and what it would bring; file nothing."
    ),
]
SourceArgument = Annotated[str, typer.Argument(help="Key of a source, as `take` gave it.")]
SHOWN_MAX = 20


def picture_at(desk: Desk) -> Picture:
    """The record's picture; of an empty record where there is none yet."""
    line = observer_line(desk)
    return picture(desk, line) if line else picture_of(Record())


def find_source(seen: Picture, key: str) -> Source:
    """A source by its key.

    Raises:
        UsageError: there is none; the message names those there are.
    """
    for source in seen.record.sources:
        if source.id == key:
            return source
    known = ", ".join(source.id for source in seen.record.sources[-SHOWN_MAX:]) or "none yet"
    raise UsageError(
        f"the record has no source {key[:80]!r}; there are: {known}",
        advice="Take the report first: `tieline observe take FILE`.",
    )


def proposal_parts(proposals: Sequence[Proposal]) -> Iterator[RenderableType]:
    """What was recognised, numbered for the observer to choose from."""
    if not proposals:
        yield Text("  Nothing is recognised in it.", style="dim")
    for number, one in enumerate(proposals, start=1):
        named = f"{one.kind} {one.key}" if one.found is Found.THING else one.value
        if one.days is not None:
            named = format_days(Days(earliest=one.days.earliest, latest=one.days.latest))
        elif one.found in {Found.OFFICE, Found.PERSON} and one.key:
            named += f" ({one.key})"
        line = Text.assemble((f"#{number} ", "bold"), (f"{one.found.value} ", "cyan"))
        line.append_text(safe(named, "bold")).append_text(safe(f"  “{one.words}”: "))
        yield indented(line.append_text(safe(one.why, "dim")))


def proposal_value(one: Proposal) -> dict[str, Any]:
    """The same for machines."""
    return {
        "found": one.found.value,
        "value": one.value,
        "kind": one.kind,
        "key": one.key,
        "words": one.words,
        "start": one.start,
        "end": one.end,
        "why": one.why,
    }


def gain_parts(found: Gain) -> Iterator[RenderableType]:
    """What new items would bring: joints, then what would not fit."""
    for joint in found.joints:
        style = "green" if joint.with_ids else "yellow" if joint.like or joint.other_kinds else ""
        yield indented(safe(joint.words(), style))
    if found.against:
        yield Text("It would not fit what is there; both values would stay:", style="bold yellow")
    for one in found.against[:SHOWN_MAX]:
        yield indented(safe(f"! {discrepancy_words(one)}", "yellow"))


def discrepancy_words(one: Discrepancy) -> str:
    return f"{one.thing}, {one.words()}"


def gain_value(found: Gain) -> dict[str, Any]:
    """The same for machines."""
    return {
        "joins": [
            {
                "kind": joint.word,
                "thing": joint.thing,
                "with": list(joint.with_ids),
                "like": list(joint.like),
                "known_as": list(joint.other_kinds),
            }
            for joint in found.joints
        ],
        "contradicts": [discrepancy_words(one) for one in found.against],
    }


def check_items(seen: Picture, items: Iterable[Item]) -> None:
    """Raise `UsageError` if an item does not fit the record, with all that is wrong."""
    faults = list(reference_faults(enumerate(items, start=1), seen.record, "item {}".format))
    if faults:
        raise UsageError("; ".join(f"{field}: {what}" for _, field, what in faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """How items are filed: where, whether somebody is asked, and how it is told."""

    home: Path | None
    vault: Path | None
    yes: bool = False
    dry_run: bool = False
    as_json: bool = False


def weigh_and_file(
    desk: Desk,
    seen: Picture,
    items: Sequence[Item],
    filing: Filing,
    more: dict[str, Any] | None = None,
) -> bool:
    """Show what items would bring, have it confirmed, file them; whether they were filed.

    Raises:
        UsageError: an item does not fit the record.
        RefusedError: it contradicts the record, nobody can be asked, and `--yes` is not given.
    """
    check_items(seen, items)
    yes, dry_run = filing.yes, filing.dry_run
    found = gain(seen, items)
    if found.refused:
        raise UsageError(
            "this cannot be: " + "; ".join(map(discrepancy_words, found.refused)),
            advice="Look at the passage again. Where the source itself says so, put it into the "
            "note of the statement.",
        )
    names = [f"{ITEM_FORM_OF[type(item)].word} {item.id}" for item in items]
    asked = on_terminal() and not filing.as_json
    if asked and not yes and not dry_run:
        out(Text("What the record would gain", style="bold"), *gain_parts(found))
        worst = found.contradicts
        if not confirm("File it all the same?" if worst else "File it?", default=not worst):
            out(Text("Nothing was filed.", style="yellow"))
            return False
    elif found.contradicts and not yes and not dry_run:
        raise RefusedError(
            "it does not fit what is there: " + "; ".join(map(discrepancy_words, found.against)),
            advice="File it with --yes: both values stay, as a discrepancy. --dry-run shows all.",
        )
    if not dry_run:
        office = pick_office(desk, "", ("desk",))
        file_items(desk, items, vault=filing.vault or settings_of(filing.home).vault, office=office)
    value = {"filed": [] if dry_run else names, **gain_value(found), **(more or {})}
    told = f"Would file {', '.join(names)}." if dry_run else f"Filed: {', '.join(names)}."
    parts: list[RenderableType] = [safe(told, "yellow" if dry_run else "green")]
    if not asked or yes or dry_run:
        parts += gain_parts(found)
    emit_or_print(value, parts, as_json=filing.as_json)
    return not dry_run

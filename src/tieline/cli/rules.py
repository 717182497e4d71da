"""Rules: rule packs, what they say and where it stands, which are adopted, and checks by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from tieline.cli.choosing import line_for, live_lines
from tieline.cli.frame import HomeOption, JsonOption, LineOption, desk_at
from tieline.cli.look import counted, examples, facts, safe
from tieline.cli.notifyparts import title_of
from tieline.cli.overlapsources import FilesArgument, LinesOption, pack_named, read_sources
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.deconfliction.rulecheck import Finding, check, hours_words
from tieline.deconfliction.rulereading import shipped, shipped_file
from tieline.deconfliction.rules import (
    SUPPORT_WORDS,
    Answer,
    AnyRule,
    Buffer,
    Notice,
    Pack,
    Required,
    Separation,
    Threshold,
)
from tieline.errors import TielineError
from tieline.overlapping import packs
from tieline.overlapping.packs import adopted

rules_app = typer.Typer(
    no_args_is_help=True,
    help="Rule packs: what agreements say of notice, thresholds and distances, with sources.",
    epilog=examples(
        "tieline rules list",
        "tieline rules show incsea-1972",
        "tieline rules adopt ours.toml --line 'North and South'",
    ),
)
PackArgument = Annotated[
    str, typer.Argument(metavar="PACK", help="A shipped pack, or a .toml file.")
]


@rules_app.command(name="list", epilog=examples("tieline rules list", "tieline rules list --json"))
def list_(*, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The packs that come with the program, and those that this home has adopted.

    None applies unless it is adopted or named.
    """
    kept, faults = _adopted(home)
    value = [pack_value(pack) | {"shipped": True} for pack in shipped().values()]
    own = {pack.id: pack for pack, _, _ in kept if pack.id not in shipped()}
    value += [pack_value(pack) | {"shipped": False} for pack in own.values()]
    table = listing("pack", "edition", "rules", "adopted", "title", wide=4)
    for each in value:
        each["adopted"] = [
            {"edition": pack.edition, "where": where, "line": line}
            for pack, where, line in kept
            if pack.id == each["id"]
        ]
        where = ", ".join(
            one["where"] + ("" if one["edition"] == each["edition"] else f" ({one['edition']})")
            for one in each["adopted"]
        )
        row = (each["id"], str(each["edition"]), str(len(each["rules"])))
        table.add_row(*row, safe(where), safe(each["title"]))
    told = [safe(f"! {fault}", "yellow") for fault in faults]
    emit_or_print(value, [table, *told], as_json=as_json)


def _adopted(home: Path | None) -> tuple[list[tuple[Pack, str, str]], list[str]]:
    """Packs that this home has adopted, each with where it applies, and what cannot be read.

    Where is *all lines*, or the title and id of one; where nobody lives, nothing is adopted.
    """
    try:
        with desk_at(home) as desk:
            path = desk.home.path
            lines = {each["line"]: title_of(desk, each["line"]) for each in live_lines(desk)}
    except TielineError:
        return [], []
    everywhere = adopted(path)
    found = [(pack, "all lines", "") for pack in everywhere.packs]
    faults = list(everywhere.faults)
    for line, title in lines.items():
        there = adopted(path, line)
        found += [(p, title, line) for p in there.packs if p not in everywhere.packs]
        faults += there.faults
    return found, list(dict.fromkeys(faults))


@rules_app.command(
    epilog=examples(
        "tieline rules adopt incsea-1972 --line 'North and South'", "tieline rules adopt ours.toml"
    )
)
def adopt(
    pack: PackArgument,
    *,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge overlaps by a pack from now on: on one line, or on all.

    A copy is kept in the home, so that its edition stays. Both sides find the same only if both
    adopt the same edition: it is part of the result's hash.
    """
    found = pack_named(pack)
    data = _data(pack)
    with desk_at(home) as desk:
        chosen = line_for(desk, line) if line else ""
        before = {each.id: each.name for each in adopted(desk.home.path, chosen).packs}
        packs.adopt(desk.home.path, data, line=chosen, source=pack)
        where = title_of(desk, chosen) if chosen else "all lines"
    value = pack_value(found) | {"where": where, "line": chosen}
    was = before.get(found.id)
    words = f"{found.name}: adopted for {where}" + (f", in place of {was}" if was else "")
    hint = "Tell the other side: equal results need equal editions."
    emit_or_print(value, [safe(words), safe(hint, "dim")], as_json=as_json)


@rules_app.command(epilog=examples("tieline rules drop incsea-1972 --line 'North and South'"))
def drop(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="The id of an adopted pack.")],
    *,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge overlaps by an adopted pack no longer: on one line, or on all."""
    with desk_at(home) as desk:
        chosen = line_for(desk, line) if line else ""
        packs.drop(desk.home.path, pack, line=chosen)
        where = title_of(desk, chosen) if chosen else "all lines"
    words = f"{pack}: no longer adopted for {where}"
    emit_or_print({"id": pack, "line": chosen, "where": where}, [safe(words)], as_json=as_json)


def _data(name: str) -> bytes:
    """The file of a pack: of one that is shipped by its id, else the one named."""
    if name.endswith(".toml") or "/" in name:
        return Path(name).read_bytes()
    return shipped_file(name)


@rules_app.command(epilog=examples("tieline rules show yemen-hns", "tieline rules show ours.toml"))
def show(pack: PackArgument, *, as_json: JsonOption = False) -> None:
    """Every figure of a pack, with its source and how well it is supported."""
    found = pack_named(pack)
    emit_or_print(pack_value(found), list(_shown(found)), as_json=as_json)


def _shown(pack: Pack) -> Iterator[RenderableType]:
    yield safe(pack.title, "bold")
    rows = [
        ("pack", pack.name),
        ("looked up", pack.dated.isoformat()),
        ("parties", ", ".join(pack.parties) or "anybody"),
        ("source", pack.source),
    ]
    rows += [("signed", pack.signed.isoformat())] if pack.signed else []
    rows += [("ended", pack.ended.isoformat())] if pack.ended else []
    rows += [("note", pack.note)] if pack.note else []
    yield facts(*rows)
    for rule in pack.rules:
        yield safe(f"\n{rule.id}: {rule_words(rule)}", "bold")
        more = [("of", ", ".join(rule.kinds)), ("source", rule.source)]
        more.append(("support", SUPPORT_WORDS[rule.support]))
        more += [("note", rule.note)] if rule.note else []
        yield facts(*more)


def rule_words(rule: AnyRule) -> str:
    """What a rule asks, in one line."""
    match rule:
        case Notice():
            words = f"{hours_words(rule.hours)} ahead"
            if rule.emergency_hours is not None:
                words += f", {hours_words(rule.emergency_hours)} in an emergency"
            if rule.advised_hours is not None:
                words += f", {hours_words(rule.advised_hours)} advised"
            return words
        case Threshold():
            return f"from {rule.at_least:,} {rule.quantity} on: {rule.duty}"
        case Separation():
            words = f"{rule.distance_m:,} m from {', '.join(rule.other_kinds)}"
            words += f", {rule.height_m} m in height" if rule.height_m else ""
            return words + (f", {rule.time_min} min in time" if rule.time_min else "")
        case Buffer():
            what = f" ({rule.measured})" if rule.measured else ""
            return f"{rule.distance_m / 1000:g} km from {rule.of}{what}"
        case Required():
            return f"says {', '.join(rule.fields)}"
        case Answer():
            return f"answered within {hours_words(rule.hours)}" + (
                f", then {rule.then}" if rule.then else ""
            )


def pack_value(pack: Pack) -> dict[str, Any]:
    """A pack for machines."""
    return {
        "id": pack.id,
        "edition": pack.edition,
        "title": pack.title,
        "dated": pack.dated.isoformat(),
        "parties": list(pack.parties),
        "ended": pack.ended.isoformat() if pack.ended else None,
        "source": pack.source,
        "note": pack.note,
        "rules": [
            {
                "id": rule.id,
                "sort": type(rule).__name__.lower(),
                "words": rule_words(rule),
                "kinds": list(rule.kinds),
                "source": rule.source,
                "support": rule.support.value,
                "note": rule.note,
            }
            for rule in pack.rules
        ],
    }


@rules_app.command(
    name="check",
    epilog=examples(
        "tieline rules check ours.toml",
        "tieline rules check vienna-document-2011 --line 'North and South'",
        "tieline rules check ours.toml exercises.geojson",
    ),
)
def check_(
    pack: PackArgument,
    files: FilesArgument = None,
    *,
    lines: LinesOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a pack strictly; with files or lines, say what notifications do not keep.

    Nothing is refused for it: what is late or incomplete is flagged, with the rule and its source.
    """
    found = pack_named(pack)
    head = f"{found.name}: {counted(len(found.rules), 'rule')}, no fault"
    if not files and not lines:
        emit_or_print(pack_value(found), [safe(head)], as_json=as_json)
        return
    sources = read_sources(files, lines, home)
    told = [each for each in sources.notified if not each.state]
    findings = check([found], told)
    value = {
        "pack": found.name,
        "notified": len(told),
        "findings": [finding_value(each) for each in findings],
        "faults": list(sources.faults),
    }
    emit_or_print(value, list(_findings(found, findings, len(told))), as_json=as_json)


def finding_value(each: Finding) -> dict[str, Any]:
    """A finding for machines."""
    return {
        "fault": each.fault.value,
        "discrepancy": each.is_discrepancy,
        "keys": list(each.keys),
        "words": each.words,
        "rule": each.rule,
        "source": each.source,
        "support": each.support,
    }


def _findings(pack: Pack, findings: tuple[Finding, ...], count: int) -> Iterator[RenderableType]:
    if not findings:
        yield safe(f"{pack.name}: nothing to remark on these {count} notifications")
        return
    table = listing("what", "rule", "in words", wide=2)
    table.columns[0].no_wrap = False
    for each in findings:
        style = "bold yellow" if each.is_discrepancy else ""
        words = f"{each.words} [{each.source}; {each.support}]"
        table.add_row(safe(each.fault.value, style), each.rule, safe(words))
    yield table
    wrong = sum(each.is_discrepancy for each in findings)
    yield safe(
        f"{counted(wrong, 'discrepancy', 'discrepancies')} and {len(findings) - wrong} remarks on "
        f"{count} notifications; none was refused",
        "dim",
    )


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    app.add_typer(rules_app, name="rules")

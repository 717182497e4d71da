"""Rules: the rule packs that are shipped, what they say and where it stands, and checks by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from tieline.cli.frame import HomeOption, JsonOption
from tieline.cli.look import counted, examples, facts, safe
from tieline.cli.overlapsources import FilesArgument, LinesOption, pack_named, read_sources
from tieline.cli.paint import listing
from tieline.cli.said import emit_or_print
from tieline.deconfliction.rulecheck import Finding, check, hours_words
from tieline.deconfliction.rulereading import shipped
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

rules_app = typer.Typer(
    no_args_is_help=True,
    help="Rule packs: what agreements say of notice, thresholds and distances, with sources.",
    epilog=examples("tieline rules list", "tieline rules show incsea-1972"),
)
PackArgument = Annotated[
    str, typer.Argument(metavar="PACK", help="A shipped pack, or a .toml file.")
]


@rules_app.command(name="list", epilog=examples("tieline rules list", "tieline rules list --json"))
def list_(*, as_json: JsonOption = False) -> None:
    """The packs that come with the program; none of them applies unless it is named."""
    packs = list(shipped().values())
    table = listing("pack", "edition", "rules", "title", wide=3)
    for pack in packs:
        table.add_row(pack.id, str(pack.edition), str(len(pack.rules)), safe(pack.title))
    emit_or_print([pack_value(pack) for pack in packs], [table], as_json=as_json)


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

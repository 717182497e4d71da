"""Verify and export: everything checked again from its bytes, in a home or in a folder of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import fits
from tieline.cli.frame import HomeOption, JsonOption, LineOption, settings_of
from tieline.cli.houseview import withheld_words
from tieline.cli.line import parse_named
from tieline.cli.look import counted, examples, facts, safe, size
from tieline.cli.said import emit_or_print
from tieline.errors import RefusedError, SettingsError, UnverifiedError, UsageError
from tieline.evidence.audit import audit_files, audit_reader
from tieline.evidence.export import File, export_files
from tieline.evidence.handling import Handling, handling_of
from tieline.evidence.layout import MANIFEST
from tieline.evidence.message import EVIDENCE, evidence_for
from tieline.evidence.onemessage import audit_evidence
from tieline.evidence.report import Finding, Report, Severity, Side
from tieline.home import Home
from tieline.lineconfig import LineConfig, read_config
from tieline.node import LINE_PREFIX
from tieline.record import age
from tieline.record.marking import parse_audience
from tieline.state.shortref import parse_short_ref
from tieline.store import SqliteStore, open_readonly

SIDES = {
    Side.HERE: "in this copy, whoever wrote the original",
    Side.AUTHOR: "signed so by its author",
    Side.UNKNOWN: "whose doing it is cannot be told from the bytes",
}
VERDICTS = {
    "sound": ("Everything that is here was checked, and holds.", "bold green"),
    "partial": ("Nothing is wrong; not everything could be checked.", "bold yellow"),
    "wrong": ("Something is wrong.", "bold red"),
}
SHOWN_MAX = 12
FILES_MAX = 1_000_000
COUNT_WORDS = {
    "blobs": "payloads",
    "cases": "conversations",
    "folded": "entries counted in the state",
    "heads": "signed states of logs",
    "persons": "signatures of persons",
    "plaintexts": "contents",
    "seen": "states that others had seen",
    "tiles": "pages of the tree",
    "withdrawn": "files absent because their author withdrew them",
}


class FolderFiles(Mapping[str, bytes]):
    """Files below a folder, read when they are asked for; links are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, Path] = {}
        for at, folders, names in os.walk(folder, followlinks=False):
            folders.sort()
            for name in sorted(names):
                path = Path(at) / name
                self._names[path.relative_to(folder).as_posix()] = path
                if len(self._names) > FILES_MAX:
                    raise UsageError(f"{folder} has more than {FILES_MAX} files")

    def __getitem__(self, name: str) -> bytes:
        path = self._names[name]
        if path.is_symlink() or not path.is_file():
            return b""
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@contextmanager
def lines_at(home: Path, line: str) -> Iterator[tuple[SqliteStore, list[LineConfig]]]:
    """The store of a home, read beside whatever runs there, and the lines that are meant.

    Raises:
        SettingsError: nobody lives there. UsageError: no such line.
    """
    Home(home).card()
    store = open_readonly(Home(home).store)
    try:
        configs = [read_config(value) for _, value in store.locals(LINE_PREFIX)]
        chosen = [c for c in configs if not line or fits({"line": c.line, "title": c.title}, line)]
        if line and len(chosen) != 1:
            known = ", ".join(c.title or c.line for c in configs)
            raise UsageError(f"no single line {line!r}; there are: {known or 'none'}")
        yield store, chosen
    finally:
        store.close()


def _opener(home: Path, line: str) -> Callable[[bytes], bytes] | None:
    try:
        identity = age.HybridIdentity(Home(home).line_key(line).seed("reading"))
    except SettingsError:
        return None
    return lambda blob: age.decrypt(blob, [identity])


def verify(
    place: Annotated[
        Path | None, typer.Argument(metavar="[HOME|FOLDER]", help="Default: our home.")
    ] = None,
    *,
    party: Annotated[
        list[str] | None,
        typer.Option(
            "--party", metavar="PARTY=FINGERPRINT", help="Digits that you compared yourself."
        ),
    ] = None,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a home, an export or the evidence for one message again, from its bytes alone.

    Names the first thing that is wrong and whose it is, then counts what was checked and what
    could not be. Exit code 4 when something is wrong. A running node is not disturbed.
    """
    where = place or settings_of(home).home
    if not where.is_dir():
        raise UsageError(f"{where} is no folder", advice="Name a home, or a folder of an export.")
    reports = _reports(where, line, parse_named(party or []))
    value = [report.value() for report in reports]
    parts: list[RenderableType] = []
    for report in reports:
        parts += _parts(report)
    if not reports:
        parts.append(Text("There is no line here yet; nothing was checked."))
    emit_or_print(value, parts, as_json=as_json)
    if any(report.verdict == "wrong" for report in reports):
        raise typer.Exit(UnverifiedError.exit_code)


def _reports(where: Path, line: str, compared: Mapping[str, str]) -> list[Report]:
    if (where / EVIDENCE).exists():
        return [audit_evidence(FolderFiles(where), compared)]
    if (where / MANIFEST).exists():
        return [audit_files(FolderFiles(where), compared)]
    if (where / "party.json").exists():
        with lines_at(where, line) as (store, configs):
            return [
                audit_reader(store, c.line, c.parties, open_blob=_opener(where, c.line))
                for c in configs
            ]
    raise UsageError(
        f"{where} is neither a home nor a whole export",
        advice=f"An export has a {MANIFEST}, which is written last: one without it was cut short.",
    )


def _parts(report: Report) -> Iterator[RenderableType]:
    words, style = VERDICTS[report.verdict]
    if report.first is not None:
        yield Text("WRONG  ", style="bold white on red").append_text(
            safe(report.first.what, "bold")
        )
        yield safe(f"       {_whose(report.first)}", "red")
    yield Text(words, style=style)
    rows: list[tuple[str, RenderableType]] = [("line", report.line)]
    rows += [("party", _party(report, p)) for p in report.parties]
    rows += [
        (
            "checked",
            ", ".join(f"{n} {COUNT_WORDS.get(k, k)}" for k, n in report.counts.items() if n),
        )
    ]
    if report.state:
        rows.append(("state", report.state))
    yield facts(*rows)
    others = [f for f in report.of(Severity.WRONG) if f is not report.first]
    yield from _findings(others, "also wrong", "red")
    yield from _findings(report.of(Severity.UNCHECKED), "could not be checked", "yellow")
    yield from _findings(report.of(Severity.UNREADABLE), "sealed to us", "yellow")
    yield from _findings(report.of(Severity.DISCREPANCY), "does not fit, by its author", "yellow")


def _party(report: Report, party: str) -> RenderableType:
    compared = "compared" if party in report.compared else "compared by nobody here"
    return safe(f"{party} {report.parties[party]} ({compared})")


def _whose(finding: Finding) -> str:
    whose = f"{finding.party}'s: " if finding.party else ""
    return f"{whose}{SIDES[finding.side]}"


def _findings(found: Iterable[Finding], title: str, style: str) -> Iterator[RenderableType]:
    listed = list(found)
    if listed:
        yield Text(f"{len(listed)} {title}:", style=style)
    for finding in listed[:SHOWN_MAX]:
        yield safe(f"  {finding.what}")
    if len(listed) > SHOWN_MAX:
        yield Text(f"  and {len(listed) - SHOWN_MAX} more: --json lists all", style="dim")


def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; anyone can check it.")],
    *,
    with_plaintexts: Annotated[
        bool,
        typer.Option("--with-plaintexts", help="Also what was sealed: whoever has it reads all."),
    ] = False,
    message: Annotated[
        str, typer.Option("--message", metavar="REF", help="Only what proves this one entry.")
    ] = "",
    audience: Annotated[
        str, typer.Option("--audience", help="Who reads it, by handling marks: own, line, public.")
    ] = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a line, or the evidence for one message, as files that anyone can check.

    Nothing that was sealed goes along in clear unless you say so. A running node is not disturbed.
    """
    with lines_at(settings_of(home).home, line) as (store, configs):
        config = _single(store, configs, message)
        handling = _handling(store, config, audience, contents=with_plaintexts)
        if message:
            origin, index = parse_short_ref(message, config.line)
            shown = with_plaintexts and (handling is None or handling.allows(origin, index))
            found = evidence_for(store, config.line, config.parties, origin, index, plaintext=shown)
        else:
            found = export_files(
                store,
                config.line,
                config.parties,
                plaintexts=with_plaintexts,
                forks=[note for _, note in store.evidence()],
                handling=handling,
            )
        count, total = _write(folder, found)
        withheld = _withheld(handling, with_plaintexts, message, config.line)
    value = {
        "folder": str(folder),
        "line": config.line,
        "files": count,
        "bytes": total,
        "plaintexts": with_plaintexts,
        "audience": handling.audience.value if handling is not None else "",
        "withheld": withheld,
    }
    parts: list[RenderableType] = [
        safe(f"{counted(count, 'file')}, {size(total)}, in {folder}", "green"),
        safe(f"Anyone checks it with: tieline verify {folder} --party PARTY=FINGERPRINT", "dim"),
    ]
    if with_plaintexts:
        parts.insert(1, safe("! It holds in clear what was sealed; guard it.", "bold yellow"))
    if withheld:
        parts.append(withheld_words(withheld))
    emit_or_print(value, parts, as_json=as_json)


def _handling(
    store: SqliteStore, config: LineConfig, text: str, *, contents: bool
) -> Handling | None:
    """What the audience that is named may read; None where nobody is named and all may go.

    Raises:
        UsageError: contents of a line of our own, and for nobody in particular.
        RefusedError: what is in clear bears marks that keep it from the audience.
    """
    if not text:
        if contents and len(config.parties) == 1:
            raise UsageError(
                "this line is ours alone: say who will read what was sealed on it",
                advice="Add --audience own, line or public; handling marks decide what goes.",
            )
        return None
    handling = handling_of(store, config.line, config.parties, parse_audience(text))
    if handling.in_the_way():
        raise RefusedError(
            f"{counted(handling.in_the_way(), 'item')} in clear may not go to this audience, and "
            "an export of a line cannot leave them out",
            advice="Nothing was written. Change their marks, or write out a selection.",
        )
    return handling


def _withheld(handling: Handling | None, contents: bool, message: str, line: str) -> int:
    """How many contents were left out for the audience."""
    if handling is None or not contents:
        return 0
    if message:
        return int(not handling.allows(*parse_short_ref(message, line)))
    return handling.withheld()


def _single(store: SqliteStore, configs: list[LineConfig], message: str) -> LineConfig:
    """The line to export: the only one, or the only shared one, or the one with the message."""
    chosen = configs
    if len(chosen) > 1 and message:
        chosen = [c for c in chosen if _has(store, c.line, message)]
    if len(chosen) > 1:
        chosen = [c for c in chosen if len(c.parties) > 1]
    if len(chosen) != 1:
        known = ", ".join(c.title or c.line for c in configs)
        raise UsageError(
            f"no single line is meant; there are: {known or 'none'}",
            advice="Name one with --line, by its title or the beginning of its id.",
        )
    return chosen[0]


def _has(store: SqliteStore, line: str, ref: str) -> bool:
    origin, index = parse_short_ref(ref, line)
    return store.size(origin) > index


def _write(folder: Path, found: Iterable[File]) -> tuple[int, int]:
    """Write files in the order in which they come: the first page last, when all else is there.

    Raises:
        UsageError: other bytes stand under one of the names, or the folder cannot be written.
    """
    count = total = 0
    try:
        for name, data in found:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.read_bytes() != data:
                raise UsageError(
                    f"{path} holds something else; nothing is written over",
                    advice="Name a new folder: an export is one state of one line.",
                )
            path.write_bytes(data)
            count, total = count + 1, total + len(data)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
    return count, total


def register(app: typer.Typer) -> None:
    """Hang both verbs into the program."""
    app.command(
        epilog=examples(
            "tieline verify",
            "tieline verify evidence --party alpha=123456...",
            "tieline verify export --json",
        )
    )(verify)
    app.command(
        epilog=examples(
            "tieline export line-2026",
            "tieline export proof --message alpha-1:12 --with-plaintexts",
            "tieline export brief --line house --with-plaintexts --audience line",
        )
    )(export)

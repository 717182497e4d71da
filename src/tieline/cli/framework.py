"""Framework: what all parties of a line agree and sign, clause by clause."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    LineOption,
    OfficerOption,
    desk_at,
)
from tieline.cli.frameworkview import diff_parts, differences, show_parts
from tieline.cli.look import examples, outcome, safe, said_value, tell
from tieline.desk import frameworks
from tieline.desk.clausefile import read_clauses, write_clauses
from tieline.desk.clausetemplate import template as new_template
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.brackets import Clause

group = typer.Typer(
    no_args_is_help=True, help="Promise, negotiate, sign and denounce what all parties agree."
)

FILE_BYTES_MAX = 16 * 1024 * 1024
EDIT_REMARK = """\
Edit what you like, then: tieline framework propose THIS_FILE
A clause is agreed when all parties have the same title, text and terms; terms are what the
machines read. A clause that is not in the file keeps the position that it had. To propose that a
clause be left out: leave_out = true in place of title and text."""

OfficeAny = Annotated[str, typer.Option("--office", help="For which office; else one that may.")]
NoteOption = Annotated[str, typer.Option("--note", help="A few words that go along.")]
FromOption = Annotated[str, typer.Option("--from", metavar="PARTY", help="Whose positions.")]


def promise(
    *,
    text: Annotated[str, typer.Option("--text", help="What is promised, in your own words.")],
    due: Annotated[str, typer.Option("--due", help="By when, in your own words.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language of the text (RFC 5646).")] = "en",
    line: LineOption = "",
    office: OfficeAny = "",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Promise a framework, before anything is drafted."""
    with desk_at(home, officer) as desk:
        said = frameworks.promise(
            desk,
            line=line,
            text=text,
            lang=lang,
            due=due,
            office=frameworks.office_for(desk, office, "principal", "desk", "watch"),
        )
    tell(said_value(said), outcome(said, "Promise"), as_json=as_json)


def template(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; else the output.")
    ] = None,
    *,
    between: Annotated[
        str, typer.Option("--between", metavar="PARTY,PARTY", help="Else those of the line.")
    ] = "",
    of: Annotated[
        str, typer.Option("--of", metavar="PARTY", help="Its positions as they stand, instead.")
    ] = "",
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a file to begin with: eleven clauses whose terms are the defaults.

    With `--of` it holds the positions of a party as they stand, ours or another's, ready to be
    edited and proposed.
    """
    if between and not of:
        parties = tuple(sorted({p.strip() for p in between.split(",") if p.strip()}))
        title, clauses = " and ".join(parties), new_template(parties)
    else:
        with desk_at(home) as desk:
            title, clauses = _from_line(desk, line, of)
    text = write_clauses(clauses, f"Framework: {title}\n{EDIT_REMARK}")
    if file is not None:
        _write_new(file, text)
    value = {"file": str(file or ""), "clauses": list(clauses), "text": text}
    if as_json:
        tell(value, as_json=True)
    elif file is None:
        sys.stdout.write(text)
    else:
        tell(
            value,
            safe("wrote ", "green").append_text(safe(f"{len(clauses)} clauses to {file}")),
            f"Edit it, then: tieline framework propose {file}",
            as_json=False,
        )


def _from_line(desk: Desk, line: str, of: str) -> tuple[str, dict[str, Clause]]:
    """A title and the clauses: a template for a line's parties, or positions as they stand."""
    board: Any = desk.client.call("board", line=line)
    parties = tuple(party["party"] for party in board["parties"])
    if not of:
        return f"{board['title'] or 'line'}, between {' and '.join(sorted(parties))}", (
            new_template(parties)
        )
    clauses = frameworks.positions_in(frameworks.state_of(desk, line)).get(of, {})
    if not clauses:
        raise UsageError(
            f"{of} has filed no positions on this line",
            advice="Leave out --of to begin with a template.",
        )
    return f"{board['title'] or 'line'}, positions of {of}", clauses


def _write_new(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(
            f"{file} exists already", advice="Name another file; nothing is written over."
        ) from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


def propose(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Positions, as TOML.")],
    *,
    note: NoteOption = "",
    line: LineOption = "",
    office: OfficeAny = "",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """File our positions from a file: every clause that differs from what we filed before.

    A position binds nobody until all have signed. `tieline framework template` writes a file.
    """
    text = _read(file)
    with desk_at(home, officer) as desk:
        state = frameworks.state_of(desk, line)
        clauses = read_clauses(text, source=file.name, levels=_levels(desk, state))
        said, names = frameworks.propose(
            desk,
            line=line,
            clauses=clauses,
            note=note,
            office=frameworks.office_for(desk, office, "desk", "principal", "watch"),
        )
        after = frameworks.state_of(desk, line)
    _tell_positions(said_value(said), outcome(said, "Positions"), names, after, as_json=as_json)


def _levels(desk: Desk, state: dict[str, Any]) -> tuple[str, ...]:
    """Levels that our own position names, for a file that names none."""
    own = frameworks.positions_in(state).get(desk.card.handle, {})
    return frameworks.levels_of(own)


def _read(file: Path) -> str:
    try:
        data = file.read_bytes()[:FILE_BYTES_MAX]
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is not UTF-8 (byte {error.start})", advice="Save it as UTF-8 and try again."
        ) from error


def _tell_positions(
    value: dict[str, object],
    words: Any,
    names: tuple[str, ...],
    after: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    left = after["brackets"]
    tell(
        value | {"clauses": list(names), "brackets": left},
        words,
        f"on {', '.join(names)}",
        f"in brackets: {', '.join(left)}" if left else "No bracket is left: tieline framework sign",
        as_json=as_json,
    )


def show(
    clause: Annotated[
        list[str] | None, typer.Argument(metavar="[CLAUSE]...", help="Only these, in full.")
    ] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Agreed clauses in full, too.")] = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the framework: what is in force, what is agreed, what stands in brackets.

    A clause in brackets is shown with each party's words beside the others'.
    """
    with desk_at(home) as desk:
        board: Any = desk.client.call("board", line=line)
    shown = board["framework"]
    known = [one["id"] for one in shown["clauses"]]
    missing = [name for name in clause or () if name not in known]
    if missing:
        raise UsageError(
            f"there is no clause {', '.join(missing)}",
            advice=f"Clauses: {', '.join(known) or 'none yet'}.",
        )
    tell(shown, *show_parts(shown, only=tuple(clause or ()), full=full), as_json=as_json)


def diff(
    *,
    party: Annotated[
        str, typer.Option("--with", metavar="PARTY", help="One party only; else every other.")
    ] = "",
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Ours against the version in force, instead.")
    ] = False,
    line: LineOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show line by line how our positions differ from the others', or from what is in force."""
    with desk_at(home) as desk:
        board: Any = desk.client.call("board", line=line)
    found = differences(board["framework"], board["own"], party=party, in_force=in_force)
    tell(found, *diff_parts(found), as_json=as_json)


def accept(
    clause: Annotated[
        list[str] | None, typer.Argument(metavar="CLAUSE...", help="Which of them.")
    ] = None,
    *,
    party: FromOption,
    everything: Annotated[bool, typer.Option("--all", help="All clauses of theirs.")] = False,
    note: NoteOption = "",
    line: LineOption = "",
    office: OfficeAny = "",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take over another party's positions, to the last character. This signs nothing."""
    if bool(clause) == everything:
        raise UsageError(
            "name the clauses, or take --all of them",
            advice="`tieline framework show` lists the clauses.",
        )
    with desk_at(home, officer) as desk:
        said, names = frameworks.accept(
            desk,
            line=line,
            party=party,
            names=tuple(clause or ()),
            note=note,
            office=frameworks.office_for(desk, office, "desk", "principal", "watch"),
        )
        after = frameworks.state_of(desk, line)
    _tell_positions(
        said_value(said), outcome(said, f"Accepted from {party}"), names, after, as_json=as_json
    )


def sign(
    *,
    code: Annotated[
        str, typer.Option("--code", help="Sign only the text with this code.", metavar="DIGITS")
    ] = "",
    line: LineOption = "",
    office: OfficeAny = "",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the agreed text, with two persons.

    Compare the code of the text with the other side by voice; with `--code` nothing else is signed.
    The version is in force when all parties have signed it.
    """
    with desk_at(home, officer) as desk:
        said, version, digest = frameworks.sign(
            desk,
            line=line,
            code=code,
            office=frameworks.office_for(desk, office, "principal", "desk", "watch"),
        )
    short = frameworks.short_code(digest)
    tell(
        said_value(said) | {"version": version, "digest": digest, "code": short},
        outcome(said, f"Signature of version {version}"),
        safe("code of the text: ").append_text(safe(short, "bold")),
        as_json=as_json,
    )


def denounce(
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words.")],
    line: LineOption = "",
    office: OfficeAny = "",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """End the framework. The line stays, and the fixed defaults hold."""
    with desk_at(home, officer) as desk:
        said = frameworks.denounce(
            desk,
            line=line,
            reason=reason,
            office=frameworks.office_for(desk, office, "principal", "desk", "watch"),
        )
    tell(said_value(said), outcome(said, "Denunciation"), as_json=as_json)


EXAMPLES: dict[Callable[..., None], tuple[str, ...]] = {
    promise: ('tieline framework promise --text "A framework by June." --due June',),
    template: (
        "tieline framework template border.toml",
        "tieline framework template border.toml --of bravo",
        "tieline framework template --between alpha,bravo",
    ),
    propose: (
        "tieline framework propose border.toml",
        'tieline framework propose border.toml --as anna --note "Clocks as discussed."',
    ),
    show: (
        "tieline framework show",
        "tieline framework show clocks test",
        "tieline framework show --full",
    ),
    diff: (
        "tieline framework diff",
        "tieline framework diff --with bravo",
        "tieline framework diff --in-force",
    ),
    accept: (
        "tieline framework accept clocks test --from bravo",
        "tieline framework accept --all --from bravo",
    ),
    sign: (
        "tieline framework sign --as anna --as ben",
        'tieline framework sign --code "12345 67890 12345 67890" --as anna',
    ),
    denounce: ('tieline framework denounce --reason "Broken on 3 May."',),
}


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    for command, lines in EXAMPLES.items():
        group.command(epilog=examples(*lines))(command)
    app.add_typer(group, name="framework")

"""Line: invite, join, look at lines, test them, go on after a loss."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import (
    HomeOption,
    JsonOption,
    LineOption,
    OfficeOption,
    OfficerOption,
    VaultOption,
    desk_at,
    settings_of,
)
from tieline.cli.lineview import list_parts, show_parts
from tieline.cli.look import examples, outcome, safe, said_value, short_line_id, tell
from tieline.cli.pouch import packed, packed_words
from tieline.desk import lines
from tieline.errors import MalformedError, UsageError
from tieline.record.rosterchain import parse_fingerprint
from tieline.record.strict import JsonValue
from tieline.settings import Settings
from tieline.transport.sockets import split_address

group = typer.Typer(no_args_is_help=True, help="Open lines, look at them, test them.")

FILE_CHARS_MAX = 4_000
"""Of a file with a fingerprint; sixty digits, blanks and remarks need a tenth of it."""
ANY_HOSTS = ("0.0.0.0", "::")  # noqa: S104 - what may not be told to peers as an address
NAMED = "PARTY=FINGERPRINT"

AddressOption = Annotated[
    list[str] | None,
    typer.Option("--address", metavar="HOST:PORT", help="Where peers reach us; repeatable."),
]
TitleOption = Annotated[str, typer.Option("--title", help="What the parties call the line.")]


def parse_named(texts: list[str]) -> dict[str, str]:
    """Parties with their fingerprints, of ``PARTY=DIGITS`` or ``PARTY=@FILE``.

    In a file, lines that start with ``#`` are remarks.

    Raises:
        UsageError: which one is wrong, and how to write it.
    """
    found: dict[str, str] = {}
    for text in texts:
        party, equals, digits = text.partition("=")
        if not equals or not party or party in found:
            raise UsageError(
                f"{text[:80]!r} names no party with a fingerprint, or one named before",
                advice=f'Write {NAMED}, for example bravo="12345 67890 ...", or bravo=@FILE.',
            )
        if digits.startswith("@"):
            digits = _file_digits(Path(digits[1:]))
        try:
            found[party] = parse_fingerprint(digits)
        except MalformedError as error:
            raise UsageError(
                f"{party}: {error}",
                advice="Sixty digits in twelve groups of five; put them in quotes, or use @FILE.",
            ) from None
    return found


def _file_digits(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")[:FILE_CHARS_MAX]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the fingerprint file {path} cannot be read: {error}") from error
    return "\n".join(row for row in text.splitlines() if not row.lstrip().startswith("#"))


def addresses_of(given: list[str] | None, settings: Settings) -> tuple[str, ...]:
    """Addresses for our roster: those given, else where the home listens if peers can use it.

    Raises:
        UsageError, SettingsError: one of them cannot be one.
    """
    for text in given or ():
        _, port = split_address(text)
        if not port:
            raise UsageError(f"port 0 in {text!r} is no port that a peer can call")
    if given or not settings.listen:
        return tuple(given or ())
    host, port = split_address(settings.listen)
    return () if host in ANY_HOSTS or not port else (settings.listen,)


def _reach(addresses: tuple[str, ...]) -> str:
    if addresses:
        return f"Peers reach us at {', '.join(addresses)}."
    return "Our roster names no address: this line goes by pouch, or we call them."


def invite(
    others: Annotated[list[str], typer.Argument(metavar=f"{NAMED}...", help="Who else.")],
    *,
    title: TitleOption = "",
    address: AddressOption = None,
    pouch: Annotated[
        Path | None, typer.Option("--pouch", metavar="FOLDER", help="Pack the invitation here.")
    ] = None,
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a line with parties whose fingerprints you compared by voice or on paper.

    A line has all its parties from the start. A fingerprint can also come from a file:
    `bravo=@bravo.txt`. The vault must be at hand: its keys certify our keys for this line.
    """
    named = parse_named(others)
    settings = settings_of(home)
    addresses = addresses_of(address, settings)
    with desk_at(home, officer) as desk:
        line, said = lines.invite(
            desk,
            others=named,
            title=title,
            vault=vault or settings.vault,
            addresses=addresses,
        )
        carried = packed(desk.client, pouch, line=line) if pouch is not None else None
    value = {"line": line, "title": title, "addresses": list(addresses), "pouch": carried}
    given = f"Packed {packed_words(carried)}" if carried else "Pack it: tieline pouch pack FOLDER"
    tell(
        value | said_value(said),
        safe("Opened the line ", "green").append_text(safe(f"{title or line}", "bold")),
        f"id {short_line_id(line)}, parties {', '.join(sorted([*named, desk.card.handle]))}",
        _reach(addresses),
        given,
        f"They join with: tieline line join FOLDER --from {desk.card.handle}=FINGERPRINT",
        as_json=as_json,
    )


def join(
    folder: Annotated[Path, typer.Argument(metavar="POUCH", help="The folder we were given.")],
    *,
    known: Annotated[
        list[str],
        typer.Option("--from", metavar=NAMED, help="Whose fingerprint you know; repeatable."),
    ],
    title: TitleOption = "",
    address: AddressOption = None,
    pouch: Annotated[
        Path | None, typer.Option("--pouch", metavar="FOLDER", help="Pack our answer here.")
    ] = None,
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Join a line to which a pouch invites us.

    Name the inviter's fingerprint as you heard it by voice or read it on paper, never as it came
    with the pouch. Then carry a pouch back: only then can the nodes find each other.
    """
    named = parse_named(known)
    settings = settings_of(home)
    addresses = addresses_of(address, settings)
    with desk_at(home, officer) as desk:
        invited, said = lines.join(
            desk,
            folder,
            known=named,
            title=title,
            vault=vault or settings.vault,
            addresses=addresses,
        )
        carried = packed(desk.client, pouch, line=invited.line) if pouch is not None else None
    value = {
        "line": invited.line,
        "title": title or invited.title,
        "inviter": invited.inviter,
        "parties": dict(invited.parties),
        "addresses": list(addresses),
        "pouch": carried,
    }
    back = f"Packed {packed_words(carried)}" if carried else "tieline pouch pack FOLDER"
    others = sorted(set(invited.parties) - {desk.card.handle})
    tell(
        value | said_value(said),
        safe("Joined the line ", "green").append_text(safe(str(value["title"]), "bold")),
        f"id {short_line_id(invited.line)}, invited by {invited.inviter}, with {', '.join(others)}",
        _reach(addresses),
        f"Carry a pouch back to {invited.inviter}: {back}",
        as_json=as_json,
    )


def list_lines(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the lines of this home."""
    with desk_at(home) as desk:
        told = desk.client.call("info", state="yes" if as_json else "no")
    tell(told, *list_parts(told), as_json=as_json)


def show(line: LineOption = "", home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one line: parties and offices, channels, framework, how much is held of whom."""
    with desk_at(home) as desk:
        board = desk.client.call("board", line=line)
        assert isinstance(board, dict)
        config = _config(desk.client.call("info"), str(board["line"]))
    tell({**board, "config": config}, *show_parts(board, config), as_json=as_json)


def _config(told: JsonValue, line: str) -> dict[str, JsonValue]:
    assert isinstance(told, dict)
    listed = told["lines"]
    assert isinstance(listed, list)
    return next(one for one in listed if isinstance(one, dict) and one["line"] == line)


def call_test(
    *,
    text: Annotated[str, typer.Option("--text", help="A sentence for the officer there.")] = "",
    line: LineOption = "",
    office: OfficeOption = "watch",
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call the other side: can they hear us, and do they see what we see?

    Their machine echoes, and their officer may confirm. `tieline line show` says what came back.
    """
    with desk_at(home, officer) as desk:
        said = desk.say(
            line=line, kind="test.call", body={}, office=office, verb="compose.test", text=text
        )
    tell(
        said_value(said),
        outcome(said, "Test call"),
        "The result comes with their next receipt: tieline line show",
        as_json=as_json,
    )


def generation(
    *,
    reason: Annotated[str, typer.Option("--reason", help="What happened, in your own words.")],
    line: LineOption = "",
    vault: VaultOption = None,
    officer: OfficerOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go on in a spare log, after ours was locked: a restored backup, or lost marks.

    Everything said before stays. The vault must be at hand: the spare keys lie there, and are used
    up once taken.
    """
    with desk_at(home, officer) as desk:
        place = vault or settings_of(home).vault
        said, possibly = lines.next_generation(desk, line=line, vault=place, reason=reason)
    value = {"filed": [said_value(one) for one in said], "possibly_sent": list(possibly)}
    tell(
        value,
        *(outcome(one, "New generation") for one in said),
        *(f"possibly sent before, say it again if it matters: {each['ref']}" for each in possibly),
        as_json=as_json,
    )


def register(app: typer.Typer) -> None:
    """Hang the verbs into the program."""
    group.command(
        epilog=examples(
            'tieline line invite bravo="12345 67890 ..." --title border --pouch stick/to-bravo',
            "tieline line invite bravo=@bravo.txt observer=@observer.txt --title border",
            "tieline line invite bravo=@bravo.txt --address line.example:8440 --vault stick/vault",
        )
    )(invite)
    group.command(
        epilog=examples(
            'tieline line join stick/to-bravo --from alpha="12345 67890 ..."',
            "tieline line join in --from alpha=@alpha.txt --title border --pouch stick/to-alpha",
        )
    )(join)
    group.command("list", epilog=examples("tieline line list", "tieline line list --json"))(
        list_lines
    )
    group.command(epilog=examples("tieline line show", "tieline line show --line border"))(show)
    group.command(
        "test",
        epilog=examples("tieline line test", 'tieline line test --text "Good morning." --as anna'),
    )(call_test)
    group.command(
        epilog=examples(
            'tieline line generation --reason "Restored from the backup of Tuesday"',
            'tieline line generation --line border --vault stick/vault --reason "Marks lost"',
        )
    )(generation)
    app.add_typer(group, name="line")

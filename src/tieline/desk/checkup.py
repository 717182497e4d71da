"""Checkup: what may be wrong with a home, why it matters, and what to do about it.

Each check looks at one thing and says so in a sentence. None of them repairs anything.
"""

from __future__ import annotations

import os
import shutil
import ssl
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import apsw

from tieline.control import Client, SocketClient, connect
from tieline.errors import TielineError
from tieline.home import Home
from tieline.record import ed25519, mldsa
from tieline.record.roster import Roster
from tieline.record.rosterchain import read_roster
from tieline.record.strict import b64decode
from tieline.settings import Settings
from tieline.store import open_readonly
from tieline.store.opening import check_sqlite
from tieline.transport.sockets import split_address
from tieline.transport.tls import check_certificate

OK, WARN, FAIL = "ok", "warn", "fail"

DISK_FAIL_BYTES = 100 * 1024 * 1024
DISK_WARN_BYTES = 1024 * 1024 * 1024
"""A busy line writes about 1 MB a day (docs/operate/storage.md); alarms need room, too."""
EARLIEST_S = 1_767_225_600
"""2026-01-01: this program was not written before; a clock that says so was reset."""
AHEAD_S = 300
"""An entry claims to be from so far in our future: one of the two clocks is wrong."""
DAMAGE_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: ``ok``, ``warn`` or ``fail``, what was found, and what to do (empty if fine)."""

    check: str
    result: str
    words: str
    remedy: str = ""


Findings = Iterator[Finding]


def _ok(check: str, words: str) -> Finding:
    return Finding(check=check, result=OK, words=words)


def _warn(check: str, words: str, remedy: str) -> Finding:
    return Finding(check=check, result=WARN, words=words, remedy=remedy)


def _fail(check: str, words: str, remedy: str) -> Finding:
    return Finding(check=check, result=FAIL, words=words, remedy=remedy)


def examine(settings: Settings, *, deep: bool = True) -> list[Finding]:
    """Check everything that can be checked; ``deep`` reads the whole store back.

    A check that fails in an unforeseen way is itself a finding.
    """
    found: list[Finding] = []
    for check in (_libraries, _clock, _home, _keys, _disk, _places, _certificate):
        found += _guarded(check, settings)
    if (settings.home / "party.json").exists():
        if deep:
            found += _guarded(_scrub, settings)
        found += _guarded(_node, settings)
    return found


def _guarded(check: Callable[[Settings], Findings], settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    name = check.__name__.strip("_")
    try:
        found.extend(check(settings))
    except TielineError as error:
        found.append(_fail(name, str(error), error.advice))
    except OSError as error:
        found.append(
            _fail(name, f"cannot be examined: {error}", "Look at the disk and its rights.")
        )
    return found


def _libraries(settings: Settings) -> Findings:
    del settings
    version = apsw.sqlite_lib_version()
    check_sqlite(version)
    yield _ok("sqlite", f"SQLite {version}")
    seed, message = bytes(ed25519.SEED_BYTES), b"tieline doctor"
    try:
        mldsa.verify(mldsa.public_of(seed), mldsa.sign(seed, message), message)
    except Exception as error:  # noqa: BLE001 - whatever the library does, heads cannot be signed
        remedy = "Install `cryptography` 48 or newer from a wheel."
        yield _fail("signatures", f"ML-DSA-44 does not work here: {error}", remedy)
    else:
        yield _ok("signatures", f"Ed25519 and ML-DSA-44 work; {ssl.OPENSSL_VERSION}")


def _clock(settings: Settings) -> Findings:
    now_s = time.time()
    newest = max(
        (path.stat().st_mtime for path in settings.home.glob("store/*")), default=EARLIEST_S
    )
    shown = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now_s))
    if now_s < EARLIEST_S or now_s + AHEAD_S < newest:
        yield _fail(
            "clock",
            f"it is said to be {shown}, earlier than what was written here",
            "Set the clock: claimed times and receipts would be wrong.",
        )
    else:
        yield _ok("clock", f"{shown}; compare it with another clock now and then")


def _home(settings: Settings) -> Findings:
    card = Home(settings.home).card()
    yield _ok("party", f"{card.handle} ({card.name}) in {settings.home}")
    unfilled = [o.label for o in card.officers if not o.offices]
    if len(card.officers) - len(unfilled) < 2:
        yield _warn(
            "persons",
            "fewer than two persons hold an office; grave steps need two",
            "Enrol another: tieline roster enrol LABEL --offices OFFICE.",
        )
    else:
        yield _ok("persons", f"{len(card.officers) - len(unfilled)} persons hold offices")


def _keys(settings: Settings) -> Findings:
    """Nobody else may read what signs, or go in where it lies."""
    open_now = []
    for path in (settings.home, *settings.home.rglob("*.key"), settings.home / "control.sock"):
        with suppress(FileNotFoundError):
            about = path.stat()
            is_foreign = about.st_uid not in (os.geteuid(), 0)
            if stat.S_IMODE(about.st_mode) & 0o077 or is_foreign:
                open_now.append(str(path.relative_to(settings.home.parent)))
    if open_now:
        yield _fail(
            "permissions",
            f"others can reach {', '.join(open_now[:DAMAGE_SHOWN_MAX])}",
            f"Run: chmod -R go= {settings.home}. If others could log in, replace the keys.",
        )
    elif settings.home.exists():
        yield _ok("permissions", "nobody else can read the home")


def _disk(settings: Settings) -> Findings:
    place = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    words = f"{free // (1024 * 1024):,} MiB free"
    if free < DISK_FAIL_BYTES:
        yield _fail("disk", words, "Free some space: soon nothing can be filed any more.")
    elif free < DISK_WARN_BYTES:
        yield _warn("disk", words, "Free some space before the disk is full.")
    else:
        yield _ok("disk", words)


def _places(settings: Settings) -> Findings:
    """Marks there, vault not there, addresses that are some."""
    lines = settings.home / "line"
    if not settings.marks.exists() and lines.exists():
        yield _fail(
            "marks",
            f"no marks at {settings.marks}; logs that were signed before stay locked",
            "Bring the folder back or name it in settings.toml; else tieline line generation.",
        )
    else:
        count = len(list(settings.marks.glob("*.mark")))
        yield _ok("marks", f"{count} in {settings.marks}")
    if (settings.vault / "threshold").exists():
        yield _warn(
            "vault",
            f"the vault lies at {settings.vault}, within reach of this node",
            "Fine for a trial. Otherwise move it to a stick, and name it with --vault.",
        )
    else:
        yield _ok("vault", "not on this node")
    for name in ("listen", "console"):
        if address := str(getattr(settings, name)):
            split_address(address)
    yield _ok(
        "addresses", f"peers at {settings.listen or 'no address'}, page at {settings.console}"
    )


def _certificate(settings: Settings) -> Findings:
    if not (settings.home / "party.json").exists():
        return
    pin = check_certificate(Home(settings.home).tls().certificate())
    yield _ok("certificate", f"pin {pin[:16]}")


def _scrub(settings: Settings) -> Findings:
    home = Home(settings.home)
    if not (home.store / "record.sqlite3").exists():
        yield _ok("store", "nothing stored yet")
        return
    store = open_readonly(home.store)
    try:
        damage = [words for _, words in zip(range(DAMAGE_SHOWN_MAX), store.scrub(), strict=False)]
    finally:
        store.close()
    if damage:
        yield _fail(
            "store",
            "; ".join(damage),
            "Stop the node and keep a copy; the peer's copy can heal it: `tieline verify`.",
        )
    else:
        yield _ok("store", "every entry read back and matches its hash")


def _node(settings: Settings) -> Findings:
    """What the node itself says: running or opened for this."""
    home = Home(settings.home)
    if home.socket.exists():
        try:
            SocketClient(home.socket).close()
            yield _ok("node", "running; commands reach it by its socket")
        except OSError:
            yield _warn(
                "node",
                "a control socket is left over, and nobody answers there",
                "Start it again: tieline serve. The last one did not end in order.",
            )
    else:
        yield _ok("node", "not running; commands open the home themselves")
    client = connect(settings)
    try:
        told: Any = client.call("info")
        for line in told["lines"]:
            yield from _line(client, line, told["handle"], settings)
        yield from _in_step(client, told)
    finally:
        client.close()


def _line(client: Client, line: Any, own: str, settings: Settings) -> Findings:
    name = f"line {line['title'] or line['line'].rpartition('/')[2][:8]}"
    for origin, why in line["locked"].items():
        yield _fail(
            name,
            f"{origin.rpartition('/')[2]} is locked: {why}",
            "Never sign by hand. Go on in a spare log: tieline line generation --reason WHY.",
        )
    absent = sorted(set(line["parties"]) - set(line["present"]))
    if absent:
        yield _warn(
            name,
            f"{', '.join(absent)} has not joined, or its answer did not arrive",
            "Send the invitation again (tieline pouch pack), or read their pouch.",
        )
    board: Any = client.call("board", line=line["line"])
    links = {party["party"]: party["link"] for party in board["parties"]}
    for party in sorted(set(line["present"]) - {own}):
        roster = _roster(client, line["line"], party)
        if not roster.addresses and not settings.listen:
            words = f"{party} names no address and we do not listen: by pouch only"
            yield _warn(name, words, "Listen (tieline serve --listen), or carry pouches.")
        elif links.get(party) == "down":
            words = f"{party} does not answer at {', '.join(roster.addresses) or 'no address'}"
            yield _warn(name, words, "Look at the network; the record waits, nothing is lost.")
        else:
            reach = ", ".join(roster.addresses) or "no address; it calls us"
            yield _ok(name, f"{party}: {reach}")
    yield from _ahead(name, board)


def _ahead(name: str, board: Any) -> Findings:
    ahead = [row for row in board["timeline"] if (row["time_s"] or 0) > board["now_s"] + AHEAD_S]
    if ahead:
        row = ahead[0]
        yield _warn(
            name,
            f"{row['ref']} of {row['party']} claims a time in our future",
            "Compare clocks with them: one of the two is wrong.",
        )


def _roster(client: Client, line: str, party: str) -> Roster:
    current: Any = client.call("roster.current", line=line, party=party)
    return read_roster(b64decode(current["envelope"]))[1]


def _in_step(client: Client, told: Any) -> Findings:
    """Persons of this home whom a roster does not know, or knows otherwise."""
    strays = set()
    for line in told["lines"]:
        roster = _roster(client, line["line"], told["handle"])
        for officer in told["officers"]:
            person = roster.person(officer["id"])
            if set(person.offices if person else ()) != set(officer["offices"]):
                strays.add(officer["label"])
    if strays:
        yield _warn(
            "roster",
            f"the lines know other offices of {', '.join(sorted(strays))} than this home",
            "Release what waits (tieline release), then: tieline roster show.",
        )


def is_sound(found: list[Finding]) -> bool:
    """Whether nothing failed; warnings may be meant that way."""
    return all(finding.result != FAIL for finding in found)

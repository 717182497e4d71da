"""Parcels, and which heads an entry names on a main and an express log."""

from __future__ import annotations

import hashlib

from making.common import LINE, MALFORMED, Files, Header, case_file
from making.leaves import EMPTY, EXAMPLE
from tieline.record.merkle import hash_leaf, root_of
from tieline.record.strict import b64encode

LOG = hashlib.sha256(f"{LINE}/alpha-1".encode()).hexdigest()
BLOB = b"example ciphertext\n"
BLOB_HEX = hashlib.sha256(BLOB).hexdigest()
BLOB_NAME = f"blob/{BLOB_HEX[:2]}/{BLOB_HEX}"
RUN = len(EXAMPLE).to_bytes(2, "big") + EXAMPLE
HAVE = f"{LINE}/alpha-1 0 {EMPTY}\n{LINE}/bravo-1 3 {EMPTY}\n".encode()
FIRST = b"tieline/parcel@v1\n"
LINE_FILE = ("line", LINE.encode() + b"\n")
WANT = f"{LINE}/alpha-1 0 1\n".encode()
WITHDRAWN = f"{BLOB_HEX}\n".encode()
HASH = (b64encode(bytes(32)) + "\n").encode()

Named = tuple[str, bytes]


def whole(*files: Named, first: bytes = FIRST, end: bytes = b"end\n") -> bytes:
    parts = [b"file %b %d\n%b\n" % (name.encode(), len(data), data) for name, data in files]
    return first + b"".join(parts) + end


def passing() -> dict[str, tuple[str, bytes]]:
    return {
        "heartbeat": ("a line and what is held", whole(LINE_FILE, ("have", HAVE))),
        "line-only": ("the least", whole(LINE_FILE)),
        "want": ("a payload is asked for", whole(LINE_FILE, ("want", WANT))),
        "withdrawn": ("a payload is left out", whole(LINE_FILE, ("withdrawn", WITHDRAWN))),
        "refused": ("an answer that refuses", whole(LINE_FILE, ("refused", b"no room"))),
        "refused-long": ("2,000 bytes of it are read", whole(LINE_FILE, ("refused", b"x" * 3000))),
        "news": (
            "a head, a run, a proof and a payload",
            whole(
                LINE_FILE,
                ("have", HAVE),
                (f"{LOG}/checkpoint", b"not looked at here\n"),
                (f"{LOG}/entries/0", RUN),
                (f"{LOG}/proof/1-7", HASH * 3),
                (BLOB_NAME, BLOB),
            ),
        ),
        "any-order": ("files in any order", whole((BLOB_NAME, BLOB), LINE_FILE)),
        "two-runs": (
            "two runs",
            whole(LINE_FILE, (f"{LOG}/entries/1", RUN), (f"{LOG}/entries/0", RUN)),
        ),
        "empty-run": ("a run of no entries", whole(LINE_FILE, (f"{LOG}/entries/5", b""))),
        "empty-leaf": ("an entry of no bytes", whole(LINE_FILE, (f"{LOG}/entries/0", bytes(2)))),
        "empty-have": ("nothing is held", whole(LINE_FILE, ("have", b""))),
        "fork": ("two heads", whole(LINE_FILE, (f"{LOG}/checkpoint", b"a"), (f"{LOG}/fork", b"b"))),
        "receipt": ("a receipt", whole(LINE_FILE, (f"receipts/{LOG}/7-{'a' * 16}-0", b"a note"))),
    }


def failing_hints() -> dict[str, tuple[str, bytes]]:
    return {
        "want-65": ("65 wishes", whole(LINE_FILE, ("want", WANT * 65))),
        "want-two-words": ("no number", whole(LINE_FILE, ("want", WANT[:-3] + b"\n"))),
        "want-without-newline": ("cut off", whole(LINE_FILE, ("want", WANT[:-1]))),
        "withdrawn-in-base64": ("not hexadecimal", whole(LINE_FILE, ("withdrawn", HASH))),
        "withdrawn-short": ("62 digits", whole(LINE_FILE, ("withdrawn", WITHDRAWN[2:]))),
    }


def failing() -> dict[str, tuple[str, bytes]]:
    def with_file(name: str, data: bytes = b"") -> bytes:
        return whole(LINE_FILE, (name, data))

    good = whole(LINE_FILE)
    return {
        "empty": ("no byte at all", b""),
        "another-version": ("another version", whole(LINE_FILE, first=b"tieline/parcel@v2\n")),
        "no-end": ("no end", whole(LINE_FILE, end=b"")),
        "cut": ("cut inside a file", good[:-10]),
        "goes-on": ("goes on after its end", good + b"\n"),
        "no-line": ("no line", whole(("have", HAVE))),
        "line-without-newline": ("no line feed", whole(("line", LINE.encode()))),
        "line-too-long": ("257 bytes", whole(("line", b"a" * 256 + b"\n"))),
        "line-not-ascii": ("not ASCII", whole(("line", "línea\n".encode()))),
        "length-too-small": ("a length that is short", good.replace(b" 19\n", b" 18\n")),
        "length-too-large": ("a length that is long", good.replace(b" 19\n", b" 1900\n")),
        "length-leading-zero": ("a leading zero", good.replace(b" 19\n", b" 019\n")),
        "file-line-three-words": ("a word too many", good.replace(b" 19\n", b" 19 x\n")),
        "file-line-long": ("300 bytes", with_file("a" * 293)),
        "file-twice": ("one file twice", whole(LINE_FILE, LINE_FILE)),
        "name-unknown": ("a file that has no place", with_file("readme")),
        "name-in-capitals": ("capitals", with_file("HAVE")),
        "name-walks": ("two dots", with_file("../line")),
        "name-absolute": ("a slash in front", with_file("/line")),
        "name-deep": ("five parts", with_file("a/b/c/d/e")),
        "log-short": ("63 digits", with_file(f"{LOG[1:]}/checkpoint")),
        "blob-other-digest": ("not its SHA-256", with_file(BLOB_NAME, b"example plaintext\n")),
        "blob-other-folder": ("not its first digits", with_file(f"blob/00/{BLOB_HEX}", BLOB)),
        "run-cut": ("a run cut inside a leaf", with_file(f"{LOG}/entries/0", RUN[:-1])),
        "run-half-length": ("one byte of a length", with_file(f"{LOG}/entries/0", RUN + b"\0")),
        "run-leaf-4097": (
            "a leaf of 4,097 bytes",
            with_file(f"{LOG}/entries/0", b"\x10\x01" + bytes(4097)),
        ),
        "run-leading-zero": ("entries/00", with_file(f"{LOG}/entries/00", RUN)),
        "run-start-too-large": ("2^63", with_file(f"{LOG}/entries/{2**63}", RUN)),
        "proof-64": ("64 hashes", with_file(f"{LOG}/proof/1-7", HASH * 64)),
        "proof-without-newline": ("no last line feed", with_file(f"{LOG}/proof/1-7", HASH[:-1])),
        "proof-in-hex": ("a hash that is not base64", with_file(f"{LOG}/proof/1-7", b"zz!\n")),
        "have-two-words": ("no root", with_file("have", f"{LINE}/alpha-1 0\n".encode())),
        "have-root-short": (
            "a root of 31 bytes",
            with_file("have", f"{LINE}/alpha-1 0 {b64encode(bytes(31))}\n".encode()),
        ),
        "have-without-newline": ("no last line feed", with_file("have", HAVE[:-1])),
        "have-no-origin": (
            "a name without a slash",
            with_file("have", HAVE.replace(LINE.encode() + b"/", b"x.")),
        ),
        "have-257": ("257 lines", with_file("have", HAVE[: HAVE.index(b"\n") + 1] * 257)),
        "note-too-long": ("a note over 128 KiB", with_file(f"{LOG}/checkpoint", bytes(131_073))),
        "receipt-name-short": (
            "15 digits of the mirror",
            with_file(f"receipts/{LOG}/7-{'a' * 15}-0", b"a note"),
        ),
    }


def seen_cases() -> dict[str, tuple[str, list[Header], list[str]]]:
    """Role, addressees, folded sizes, what each party holds, the leaf before; the heads named."""
    alpha, bravo, carol = f"{LINE}/alpha-1", f"{LINE}/bravo-1", f"{LINE}/carol-1"
    express = f"{LINE}/alpha-1x"
    folded = [("folded", f"{log} {n}") for log, n in ((alpha, 5), (bravo, 4), (carol, 3))]
    owners = [("owner", f"{p} {log}") for p, log in (("bravo", bravo), ("carol", carol))]
    held = [
        ("held", f"bravo {alpha} 4"),
        ("held", f"bravo {carol} 2"),
        ("held", f"carol {alpha} 1"),
    ]
    base = [*folded, ("folded", f"{express} 2"), ("owner", f"alpha {alpha}"), *owners, *held]
    last = ("before", f"{bravo} 4")
    return {
        "main": (
            "a main log names all that is folded",
            [("role", "main"), ("to", "bravo/watch"), *base],
            [f"{express} 2", f"{bravo} 4", f"{carol} 3"],
        ),
        "to-one": (
            "an express log names what the addressee holds",
            [("role", "express"), ("to", "bravo/watch"), *base],
            [f"{alpha} 4", f"{bravo} 4", f"{carol} 2"],
        ),
        "to-two": (
            "the least of what both hold",
            [("role", "express"), ("to", "bravo/watch"), ("to", "carol/watch"), *base],
            [f"{alpha} 1", f"{bravo} 0", f"{carol} 2"],
        ),
        "own-log-is-held": (
            "a party holds its own log",
            [("role", "express"), ("to", "carol/watch"), *base],
            [f"{alpha} 1", f"{bravo} 0", f"{carol} 3"],
        ),
        "never-less": (
            "never less than the leaf before named",
            [("role", "express"), ("to", "carol/watch"), *base, last],
            [f"{alpha} 1", f"{bravo} 4", f"{carol} 3"],
        ),
        "to-ourselves": (
            "our own offices do not count",
            [("role", "express"), ("to", "alpha/desk"), ("to", "bravo/watch"), *base],
            [f"{alpha} 4", f"{bravo} 4", f"{carol} 2"],
        ),
    }


def expresses() -> Files:
    """The folder `express`: heads that an entry names, and which log a message goes to."""
    files = {}
    for name, (about, headers, heads) in seen_cases().items():
        body = "".join(f"{head}\n" for head in heads).encode()
        files[f"express/seen-{name}.txt"] = case_file(about, body, ("check", "seen"), *headers)
    chosen = {
        "highest": ("message.say", "FLASH", "", "express"),
        "answer-to-highest": ("message.answer", "FLASH", "bravo 3", "express"),
        "test-at-highest": ("test.call", "FLASH", "", "express"),
        "not-highest": ("message.say", "IMMEDIATE", "", "main"),
        "another-procedure": ("suspension.declare", "FLASH", "", "main"),
        "case-not-held": ("message.answer", "FLASH", "carol 2", "main"),
        "step-not-there": ("message.answer", "FLASH", "bravo 4", "main"),
    }
    base = seen_cases()["to-one"][1][2:]
    for name, (kind, level, ref, role) in chosen.items():
        headers = [("check", "log"), ("kind", kind), ("level", level), ("to", "bravo/watch"), *base]
        if ref:
            party, index = ref.split(" ")
            headers.append(("names", f"{LINE}/{party}-1 {index} {'00' * 32}"))
        files[f"express/log-{name}.txt"] = case_file(
            f"{kind} at {level}, {f'naming entry {ref}' if ref else 'naming nothing'}",
            b"", *headers, ("role", role),
        )  # fmt: skip
    return files


def make() -> Files:
    """The folders `parcel` and `express`."""
    assert root_of([hash_leaf(EXAMPLE)])
    files = {}
    for name, (about, data) in passing().items():
        files[f"parcel/{name}.txt"] = case_file(
            about, data, ("sha256", hashlib.sha256(data).hexdigest()), binary=True
        )
    for name, (about, data) in (failing() | failing_hints()).items():
        files[f"parcel/{name}.txt"] = case_file(about, data, expect=MALFORMED, binary=True)
    return files | expresses()

"""Entries: the worked examples of docs/wire/entry.md, and one fault at a time."""

from __future__ import annotations

from making.common import LINE, MALFORMED, TIME_S, Files, case_file
from tieline.record.entry import Entry, Head, Payload, Ref, encode_entry, parse_entry
from tieline.record.merkle import EMPTY_ROOT, hash_leaf
from tieline.record.names import ORIGIN_BYTES_MAX
from tieline.record.strict import INTEGER_MAX, b64decode

EXAMPLE = b"""tieline/entry@v1
log lines.example/5d2f/alpha-1
index 0
time 1795257600
blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=
commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=
seen lines.example/5d2f/beta-1 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"""
SECOND_ROOT = "PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs="
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
BLOB = b"blob 19 xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=\n"
COMMIT = b"commit u8XLURAzXe+eVu3pMPBe1E3e0RfbooNYcdhbvIScxRg=\n"
SEEN = f"seen {LINE}/beta-1 0 {EMPTY}\n".encode()


def good(about: str, leaf: bytes) -> bytes:
    entry = parse_entry(leaf)
    hashed = hash_leaf(leaf)
    return case_file(
        about,
        leaf,
        ("leaf-hash", hashed.hex()),
        ("reference", Ref(entry.log, entry.index, hashed).text()),
    )


def changed(old: bytes, new: bytes) -> bytes:
    assert EXAMPLE.count(old) == 1
    return EXAMPLE.replace(old, new)


def largest() -> bytes:
    """Numbers as large as they may be."""
    return encode_entry(
        Entry(
            log="a.b/a-1",
            index=INTEGER_MAX,
            time_s=INTEGER_MAX,
            sealed=False,
            payloads=(Payload(length=0, digest=EMPTY_ROOT),),
            commit=None,
            seen=(Head(origin="a.b/a-2", size=INTEGER_MAX, root=EMPTY_ROOT),),
        )
    )


def seen_lines(count: int) -> bytes:
    head = b"tieline/entry@v1\nlog a.b/z\nindex 0\ntime 0\nclear 0 %b\n" % EMPTY.encode()
    return head + b"".join(b"seen a.b/%02d 0 %b\n" % (n, EMPTY.encode()) for n in range(count))


def filled(total: int) -> bytes:
    """A leaf of exactly so many bytes: three long origins take up what is missing."""
    base = seen_lines(40)
    missing = total - len(base)
    rows = []
    for n in range(9):
        row = b"seen a.b/z%d- 0 %b\n" % (n, EMPTY.encode())
        pad = min(200, max(0, missing - len(row)))
        if missing <= 0:
            break
        rows.append(row.replace(b"-", b"-" * (pad + 1)))
        missing -= len(rows[-1])
    return base + b"".join(rows)


def passing() -> Files:
    second = changed(b"index 0", b"index 1").replace(b"1795257600", b"1795257660")
    second = second.replace(f"0 {EMPTY}".encode(), f"1 {SECOND_ROOT}".encode())
    clear = changed(COMMIT, b"").replace(b"blob ", b"clear ")
    return {
        "example": good("the worked example", EXAMPLE),
        "example-second": good("the second leaf of the worked example", second),
        "clear": good("an open payload needs no commit", clear),
        "attachments": good("a message and 15 attachments", changed(BLOB, BLOB * 16)),
        "nothing-seen": good("no other log has been seen", changed(SEEN, b"")),
        "many-seen": good("64 heads", seen_lines(64)),
        "largest-numbers": good("numbers of 2^63 - 1", largest()),
        "largest-payload": good("a payload of 16 MiB", changed(b"blob 19", b"blob 16777216")),
        "empty-payload": good("a payload of no bytes", changed(b"blob 19", b"blob 0")),
        "longest": good("4,096 bytes", filled(4096)),
    }


def wrong_lines() -> dict[str, tuple[str, bytes]]:
    return {
        "empty": ("no byte at all", b""),
        "another-version": ("entry@v2", changed(b"entry@v1", b"entry@v2")),
        "first-line-missing": ("no first line", changed(b"tieline/entry@v1\n", b"")),
        "byte-order-mark": ("a byte order mark", b"\xef\xbb\xbf" + EXAMPLE),
        "no-last-newline": ("the last line feed is missing", EXAMPLE[:-1]),
        "empty-line-at-end": ("an empty line at the end", EXAMPLE + b"\n"),
        "carriage-returns": ("lines end in CR LF", EXAMPLE.replace(b"\n", b"\r\n")),
        "two-spaces": ("two spaces", changed(b"index 0", b"index  0")),
        "space-at-end": ("a space at the end of a line", changed(b"index 0", b"index 0 ")),
        "tab": ("a tab between words", changed(b"index 0", b"index\t0")),
        "lines-swapped": (
            "time before index",
            changed(b"index 0\ntime 1795257600", b"time 1795257600\nindex 0"),
        ),
        "unknown-line": ("a line of another kind", changed(SEEN, SEEN + b"note hello\n")),
        "leading-zero": ("a leading zero", changed(b"index 0", b"index 00")),
        "plus-sign": ("a sign", changed(b"index 0", b"index +0")),
        "negative": ("below zero", changed(b"index 0", b"index -1")),
        "index-too-large": ("2^63", changed(b"index 0", b"index 9223372036854775808")),
        "time-missing": ("no time", changed(b"time 1795257600\n", b"")),
        "time-fraction": ("a fraction of a second", changed(b"1795257600", b"1795257600.0")),
        "no-payload": ("neither blob nor clear", changed(BLOB, b"").replace(COMMIT, b"")),
        "payloads-17": ("17 payloads", changed(BLOB, BLOB * 17)),
        "payload-too-long": ("a payload over 16 MiB", changed(b"blob 19", b"blob 16777217")),
        "blob-and-clear": (
            "two kinds of payload",
            changed(BLOB, BLOB + BLOB.replace(b"blob", b"clear")),
        ),
    }


def wrong_values() -> dict[str, tuple[str, bytes]]:
    beta = f"{LINE}/beta-1".encode()
    other = SEEN.replace(b"beta", b"gamma")
    long = "a.b/" + "c" * (ORIGIN_BYTES_MAX - 3)
    return {
        "commit-missing": ("sealed without commit", changed(COMMIT, b"")),
        "commit-of-clear": ("clear with commit", changed(b"blob 19", b"clear 19")),
        "commit-twice": ("two commits", changed(COMMIT, COMMIT * 2)),
        "digest-short": (
            "a digest of 31 bytes",
            changed(
                b"xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=",
                b"xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wg==",
            ),
        ),
        "digest-not-canonical": ("bits behind the last byte", changed(b"2Wqo=", b"2Wqp=")),
        "digest-unpadded": ("base64 without padding", changed(b"2Wqo=", b"2Wqo")),
        "digest-of-the-web": ("the URL alphabet", changed(b"e+eVu", b"e-eVu")),
        "digest-in-hex": (
            "hexadecimal",
            changed(
                b"xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=",
                b64decode("xFThBElVObcmw4aLOW62RBDSWigTEV6u80Jc4HO2Wqo=").hex().encode(),
            ),
        ),
        "seen-out-of-order": ("gamma before beta", changed(SEEN, other + SEEN)),
        "seen-twice": ("one origin twice", changed(SEEN, SEEN * 2)),
        "seen-itself": ("its own log", changed(beta, f"{LINE}/alpha-1".encode())),
        "seen-before-commit": ("seen before commit", changed(COMMIT + SEEN, SEEN + COMMIT)),
        "seen-without-root": ("no root", changed(f" 0 {EMPTY}".encode(), b" 0")),
        "seen-65": ("65 heads, in a leaf that is short enough", seen_lines(65)),
        "too-long": ("4,097 bytes", filled(4097)),
        "origin-in-capitals": ("capitals", changed(b"log lines", b"log Lines")),
        "origin-without-dot": ("no dot", changed(b"log lines.example/", b"log lines/")),
        "origin-without-slash": ("one segment", changed(b"log lines.example/5d2f/", b"log a.")),
        "origin-walks": ("two dots", changed(b"5d2f/alpha-1", b"../alpha-1")),
        "origin-empty-segment": ("two slashes", changed(b"5d2f/alpha-1", b"5d2f//alpha-1")),
        "origin-reserved": (
            "begins like a cosignature",
            changed(b"log lines.example/", b"log cosignature/v1."),
        ),
        "origin-too-long": (
            "256 bytes",
            changed(b"log lines.example/5d2f/alpha-1", f"log {long}".encode()),
        ),
        "origin-not-ascii": ("not ASCII", changed(b"log lines", "log línes".encode())),
    }


def make() -> Files:
    """The folder `entry`."""
    assert parse_entry(EXAMPLE).time_s == TIME_S
    bad = {
        name: case_file(about, leaf, expect=MALFORMED, binary=not leaf.isascii() or b"\r" in leaf)
        for name, (about, leaf) in (wrong_lines() | wrong_values()).items()
    }
    return {f"entry/{name}.txt": data for name, data in (passing() | bad).items()}

#!/usr/bin/env python3
"""Check an exported Tieline line, or the evidence for one message, without Tieline.

One file: Python 3.11, the `openssl` program, nothing else. Exit 0: all of it holds. 1: something
is wrong. 2: wrong usage. 3: nothing wrong was found, but not all could be checked, or an author
broke a rule: read the list. What entries add up to (procedures, deadlines, revocations) is for
`tieline verify`; here it is only whether they are whole, and whose.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

Rows = list[list[bytes]]
Job = tuple[str, tuple[bytes, ...], bytes, bytes]
Json = dict[str, Any]

FILE_BYTES_MAX = 17 * 2**20
MESSAGE, ROSTER = (f"application/vnd.tieline.{it}.v1+json" for it in ("message", "roster"))
ED, ED_TIMED, ML = 1, 4, 6  # signature types of C2SP signed-note and tlog-cosignature
NAMES = {ED: "Ed25519", ED_TIMED: "Ed25519", ML: "ML-DSA-44"}
LENGTHS = {"Ed25519": (32, 64), "ML-DSA-44": (1312, 2420)}  # of keys and signatures, in bytes
SPKI = {  # what stands before the key in a SubjectPublicKeyInfo (RFC 8410, RFC 9881)
    "Ed25519": bytes.fromhex("302a300506032b6570032100"),
    "ML-DSA-44": bytes.fromhex("30820532300b06096086480165030403110382052100"),
}
RFC_8032 = (  # key and signature of section 7.1, test 2
    bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
    bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
)
# Ed25519 points of order 1 to 8 in every spelling: one signature under them would fit all texts.
ORDER_8 = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"]
ORDER_8 += ["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]
ENDS = ["00" * 32, "01" + "00" * 31, *(y + "ff" * 30 + "7f" for y in ("ec", "ed", "ee")), *ORDER_8]
LOW_ORDER = {(int(y, 16) | sign).to_bytes(32, "big") for y in ENDS for sign in (0, 128)}
N, H = r"(?:0|[1-9][0-9]{0,17})", r"[A-Za-z0-9+/]{43}="
NAME = r"(?=[^\n ]{1,255}[ \n])(?=[^\n ]*\.)(?!cosignature/|subtree/)(?!(?:[^\n ]*/)?\.\.?[/ \n])"
NAME += r"[a-z0-9.-]+(?:/[a-z0-9.-]+)+"
CHECKPOINT = re.compile(rf"({NAME})\n({N})\n({H})\n\n".encode())
LEAF = re.compile(
    rf"tieline/entry@v1\nlog ({NAME})\nindex ({N})\ntime {N}\n"
    rf"((?:blob {N} {H}\n){{1,16}}(?=commit)|(?:clear {N} {H}\n){{1,16}}(?!commit))"
    rf"(?:commit ({H})\n)?((?:seen {NAME} {N} {H}\n){{0,64}})".encode()
)
SIGNATURE = re.compile("\N{EM DASH} ([^ \n]+) ([A-Za-z0-9+/=]+)\n")
SIGNATURES = re.compile(f"(?:{SIGNATURE.pattern})+")


class BadError(Exception):
    """What was read does not hold."""


ODD = (BadError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)


def need(condition: object, why: str) -> None:
    if not condition:
        raise BadError(why)


def sha(data: bytes) -> bytes:
    return sha256(data).digest()


def log_name(origin: str) -> str:
    return sha(origin.encode()).hex()


def unb64(text: str | bytes) -> bytes:
    """Base64 in its one form: two spellings of one value would be two files for one fact."""
    value = b64decode(text, validate=True)
    need(b64encode(value) == (text.encode() if isinstance(text, str) else text), "odd base64")
    return value


def once(pairs: list[Any]) -> Json:
    need(len(dict(pairs)) == len(pairs), "JSON with a field twice")
    return dict(pairs)


def public_key(text: str, name: str = "Ed25519") -> bytes:
    key = unb64(text)
    need(len(key) == LENGTHS[name][0] and key not in LOW_ORDER, "a public key that is none")
    return key


# The tree of RFC 6962, section 2.1: rows of complete nodes, the hashes of the leaves first.


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def rows_of(hashes: list[bytes]) -> Rows:
    rows = [hashes]
    while len(below := rows[-1]) > 1:
        rows.append([node(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)])
    return rows


def root_at(rows: Rows, size: int) -> bytes:
    need(size <= len(rows[0]), f"{size} entries are named, {len(rows[0])} are here")
    levels = [level for level in range(size.bit_length()) if size >> level & 1]
    peaks = [rows[level][(size >> level) - 1] for level in levels]
    root = peaks[0] if peaks else sha(b"")
    for peak in peaks[1:]:
        root = node(peak, root)
    return root


def root_over(value: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to; its last hash is the child of the root."""
    need(0 <= index < size and (size > 1) == bool(path), "an inclusion proof of another length")
    if size == 1:
        return value
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return node(root_over(value, index, half, path[:-1]), path[-1])
    return node(path[-1], root_over(value, index - half, size - half, path[:-1]))


# Signed heads: C2SP signed-note, tlog-checkpoint, tlog-cosignature.


class Signer:
    """A log or a mirror: its name, whose it is, what its roster says, its two public keys."""

    def __init__(self, name: str, party: str, kind: int, value: Json) -> None:
        self.name, self.party, self.value, self.is_log = name, party, value, kind == ED
        self.keys = {
            kind: public_key(value["ed25519"]),
            ML: public_key(value["mldsa44"], NAMES[ML]),
        }
        parts = {kind: name.encode() + bytes([10, kind]) + key for kind, key in self.keys.items()}
        self.ids = {kind: sha(part)[:4] for kind, part in parts.items()}
        whole = ((self.ids[k].hex(), b64encode(bytes([k]) + key)) for k, key in self.keys.items())
        self.vkeys = [f"vkey {name}+{key_id}+{key.decode()}" for key_id, key in whole]


class Note:
    """A head of a log, with its signature lines."""

    def __init__(self, data: bytes) -> None:
        match = CHECKPOINT.match(data)
        if not match or not SIGNATURES.fullmatch(data[match.end() :].decode()):
            raise BadError("not a signed head")
        self.text, self.origin = data[: match.end() - 1], match[1].decode()
        self.size, self.root = int(match[2]), unb64(match[3])
        self.lines = [(m[1], unb64(m[2])) for m in SIGNATURE.finditer(data[match.end() :].decode())]

    def message(self, signer: Signer, kind: int, stamp: bytes) -> bytes:
        """What a signature of this kind covers."""
        if kind == ED:
            return self.text
        if kind == ED_TIMED:
            return b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(stamp, "big"), self.text)
        names = [bytes([len(name)]) + name.encode() for name in (signer.name, self.origin)]
        tree = bytes(8) + self.size.to_bytes(8, "big") + self.root
        return b"subtree/v1\n\0" + names[0] + stamp + names[1] + tree

    def check(self, signers: list[Signer], where: str, result: Result) -> list[int]:
        """Exactly two lines of each signer, in order; the time that each pair states."""
        times, lines = [], list(self.lines)
        for signer in signers:
            stamps = set()
            for kind, key in signer.keys.items():
                name, blob = lines.pop(0) if lines else ("", b"")
                known = name == signer.name and blob[:4] == signer.ids[kind]
                need(known, f"without the {NAMES[kind]} signature of {signer.name}")
                stamp, signature = (b"", blob[4:]) if kind == ED else (blob[4:12], blob[12:])
                stamps |= {stamp} - {b""}
                job = (NAMES[kind], (key,), self.message(signer, kind, stamp), signature)
                what = f"{where}: the {NAMES[kind]} signature of {signer.name} is wrong"
                result.queue(job, "wrong", what)
            times.append(int.from_bytes(max(stamps), "big"))
            need(len(stamps) == 1 and (times[-1] or signer.is_log), "its times differ, or are none")
        need(not lines, "lines beside the signatures that belong there")
        return times


# Rosters: whose keys count, from the fingerprints that people compared.


def read_envelope(data: bytes, kind: str, most: int) -> tuple[Json, bytes, dict[str, bytes]]:
    """A DSSE envelope: what its body says, what was signed (PAE), signatures by key id."""
    value = json.loads(data.decode(), object_pairs_hook=once)
    need(value["payloadType"] == kind and len(value) == 3, "an envelope of another type")
    body, signatures = unb64(value["payload"]), value["signatures"]
    found = {each["keyid"]: unb64(each["sig"]) for each in signatures}
    need(1 <= len(found) == len(signatures) <= most, "too many signatures, or one twice")
    pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body)
    return json.loads(body.decode(), object_pairs_hook=once), pae, found


def digits_of(root: Json) -> str:
    keys = "".join(f"\nkey {key}" for key in sorted(root["keys"]))
    text = f"tieline/root@v1\nthreshold {root['threshold']}{keys}\n"
    return str(int.from_bytes(sha(text.encode()), "big") % 10**60).zfill(60)


class Keys:
    """The roster chains of a line, and every log and mirror that they certify."""

    def __init__(self, line: str, parties: dict[str, str], result: Result) -> None:
        self.line, self.parties, self.result = line, parties, result
        self.chains: dict[str, list[tuple[bytes, Json]]] = {}
        self.signers: dict[str, Signer] = {}

    def take(self, data: bytes, origin: str = "", index: int = 0) -> None:
        """Add the next roster of a party, found in an entry or, as evidence, on its own."""
        new = read_envelope(data, ROSTER, 33)[0]
        party, line = new["party"], self.line
        chain = self.chains.get(party, [])
        if data in (known for known, _ in chain):
            return
        need(party in self.parties, f"{party} is no party of this line")
        need((new["type"], new["line"]) == ("tieline/roster@v1", line), "of another line")
        self.check(new, data, *(chain or [(b"", {})])[-1])
        logs = {log["origin"]: Signer(log["origin"], party, ED, log) for log in new["logs"]}
        at_home = not origin or (origin in logs and (chain or index == 0))
        need(at_home, "in another party's log, or a first one in a later entry")
        logs[new["mirror"]["name"]] = Signer(new["mirror"]["name"], party, ED_TIMED, new["mirror"])
        rule = re.compile(
            rf"{re.escape(line)}/{party}-(?:[1-9][0-9]{{0,4}}x?|mirror-[1-9][0-9]{{0,4}})"
        )
        need(all(map(rule.fullmatch, logs)), "it claims names that are not its party's")
        self.signers |= logs
        self.chains.setdefault(party, []).append((data, new))
        self.result.counts["rosters"] += 1

    def check(self, new: Json, data: bytes, before: bytes, old: Json) -> None:
        """The fingerprint of a first roster, or what the one before committed to."""
        root, operator = new["root"], new["operator"]["key"]
        was, asked = old.get("root"), {"operator": ([operator], 1)}
        if was is None:
            need(new["version"] == 1 and not new["previous"], "not a first roster")
            need(digits_of(root) == self.parties[new["party"]], "not of this fingerprint")
            asked["root-"] = (root["keys"], root["threshold"])
        else:
            follows = (new["version"], new["previous"]) == (old["version"] + 1, sha(before).hex())
            need(follows, "it does not follow the one before")
            logs = {n["origin"]: (n["ed25519"], n["mldsa44"]) for n in new["logs"]}
            kept = [logs.get(n["origin"]) == (n["ed25519"], n["mldsa44"]) for n in old["logs"]]
            need(all(kept), "it drops or changes a log")
            known = (old["operator"]["key"], operator)
            committed = sha(operator.encode()).hex() == old["operator"]["next"]
            if len(set(known)) == 2 and not committed:  # only the root can say who follows
                asked["root-"] = (was["keys"], was["threshold"])
            if (root["keys"], root["threshold"]) != (was["keys"], was["threshold"]):
                committed = sha("\n".join(sorted(root["keys"])).encode()).hex() == was["next"]
                need(committed, "root keys out of nowhere")
                asked["root-"] = (was["keys"], was["threshold"])
                asked["new-root-"] = (root["keys"], root["threshold"])
        _, pae, signatures = read_envelope(data, ROSTER, 33)
        for who, (keys, least) in asked.items():
            named = {who + (f"{n}" if who[-1] == "-" else ""): key for n, key in enumerate(keys, 1)}
            by = {named[each]: signatures[each] for each in named.keys() & signatures.keys()}
            jobs = [("Ed25519", (public_key(key),), pae, sig) for key, sig in by.items()]
            need(all(map(self.result.holds, jobs)), f"a signature of {who} does not hold")
            need(len(jobs) >= least >= 1, f"{len(jobs)} of {least} signatures of {who}")

    def of(self, party: str, who: str, office: str) -> tuple[bytes, ...]:
        """Every key that ever stood for a person of an office, or for the party's node."""
        rosters = [roster for _, roster in self.chains.get(party, [])]
        persons = [p for roster in rosters for p in roster["persons"] if p["id"] == who]
        texts = [p["key"] for p in persons if office in p["offices"]]
        texts = [roster["node"] for roster in rosters] if who == "node" else texts
        return tuple(dict.fromkeys(public_key(text) for text in texts))

    def cuts(self, party: str, who: str, origin: str, index: int) -> list[str]:
        """Rosters by which a key no longer counts at a place; when they came, `tieline` tells."""
        pairs = [(r, cut) for _, r in self.chains.get(party, []) for cut in r["cutoffs"]]
        found = [(r, c) for r, c in pairs if (c["key"], c["log"]) == (who, origin)]
        words = "cut off from entry {} on by roster version {}"
        return [words.format(c["index"], r["version"]) for r, c in found if c["index"] <= index]


# Entries, and what is in them.


class Entry:
    """One leaf: its payloads (length, digest), its commit if it is sealed, the heads it names."""

    def __init__(self, leaf: bytes, origin: str, index: int, before: Json) -> None:
        match = LEAF.fullmatch(leaf) if len(leaf) <= 4096 else None
        if match is None:
            raise BadError("a bad envelope: not of the grammar of an entry")
        place = (match[1].decode(), int(match[2]))
        need(place == (origin, index), "a bad envelope: made for another place")
        words = [row.split(b" ") for row in match[3].splitlines()]
        self.origin, self.index = place
        self.payloads = [(int(length), unb64(digest)) for _, length, digest in words]
        self.commit = unb64(match[4]) if match[4] else None
        rows = [row.decode().split(" ")[1:] for row in match[5].splitlines()]
        self.heads = {name: (int(size), unb64(root)) for name, size, root in rows}
        need([r[0] for r in rows] == sorted({*self.heads} - {origin}), "a bad envelope: heads")
        for name, (size, _) in before.items():
            need(self.heads.get(name, (-1,))[0] >= size, f"a bad envelope: forgets {name} {size}")

    def check(self, files: Files, keys: Keys, where: str, severity: str) -> None:
        """Payloads, plaintext, and the signatures of persons whom a roster gives that office."""
        result, data = keys.result, []
        for length, digest in self.payloads:
            data.append(files.get(f"blob/{digest.hex()[:2]}/{digest.hex()}"))
            need(sha(data[-1]) == digest, f"payload {digest.hex()} is missing or damaged here")
            need(len(data[-1]) == length <= 2**24, "a bad envelope: another length of payload")
            result.counts["payloads"] += 1
        message = data[0]
        if self.commit is not None:
            name = self.payloads[0][1].hex()
            message = files.get(f"plaintext/{name[:2]}/{name}")
            result.counts["plaintexts" if message else "sealed entries without plaintext"] += 1
            need(not message or sha(message) == self.commit, "not the plaintext committed to")
        if not message:
            return
        with result.catching(where, severity):
            party = keys.signers[self.origin].party
            body, pae, signatures = read_envelope(message, MESSAGE, 2)
            need((body["line"], body["log"]) == (keys.line, self.origin), "of another log")
            speaker, _, office = body["from"].partition("/")
            need(speaker == party, f"speaks for {speaker}")
            for who, signature in signatures.items():
                known = keys.of(party, who, office)
                cuts = keys.cuts(party, who, self.origin, self.index)
                result.findings += [("unchecked", f"{where}: {who}, {cut}") for cut in cuts]
                need(known, f"signed by {who}, who may not speak for {party}/{office}")
                what = f"{where}: the signature of {who} does not hold"
                result.queue(("Ed25519", known, pae, signature), severity, what)
                result.counts["persons' signatures"] += 1


# An exported line.


def tile_path(origin: str, level: int | str, place: int, size: int) -> str:
    """Path of a tile or bundle (C2SP tlog-tiles) in a level of ``size``."""
    groups = [f"x{place // 1000**n % 1000:03d}" for n in range(6) if n == 0 or place >= 1000**n]
    name, width = "/".join([*reversed(groups[1:]), groups[0][1:]]), size - place * 256
    return f"{log_name(origin)}/tile/{level}/{name}{'' if width >= 256 else f'.p/{width}'}"


def read_entries(files: Files, note: Note) -> list[bytes]:
    """The leaves; those of a bundle that is missing or cut short are empty."""
    bundles = files.under(f"{log_name(note.origin)}/tile/entries/")
    need(note.size <= 256 * len(bundles), f"signed for {note.size} entries; fewer are here")
    leaves: list[bytes] = []
    for start in range(0, note.size, 256):
        data = files.get(tile_path(note.origin, "entries", start // 256, note.size))
        width, found, at = min(256, note.size - start), [], 0
        while at < len(data):
            stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : stop])
            at = stop
        leaves += found if (len(found), at) == (width, len(data)) else [b""] * width
    return leaves


def take_rosters(files: Files, logs: dict[str, tuple[Note, list[bytes]]], keys: Keys) -> None:
    """Clear entries with two payloads may carry rosters; lower versions first."""
    found = []
    for origin, (_, leaves) in logs.items():
        for index, leaf in enumerate(leaves):
            match = LEAF.fullmatch(leaf) if b"\nclear " in leaf else None
            rows = match[3].splitlines() if match else []
            with contextlib.suppress(*ODD):
                need(len(rows) == 2, "no roster")
                name = unb64(rows[1].split(b" ")[2]).hex()
                data = files.get(f"blob/{name[:2]}/{name}")
                roster = read_envelope(data, ROSTER, 33)[0]
                found.append((roster["version"], origin, index, roster["party"], data))
    for _, origin, index, party, data in sorted(found):
        severity = "discrepancy" if party in keys.chains else "wrong"
        with keys.result.catching(f"{origin}, entry {index}, roster of {party}", severity):
            keys.take(data, origin, index)


def check_tree(files: Files, note: Note, leaves: list[bytes], name: str, result: Result) -> Rows:
    """The root from the leaves, which leaf it is that changed, and every tile."""
    rows, lowest = rows_of([sha(b"\0" + leaf) for leaf in leaves]), b""
    odd = []
    for level in range(0, len(rows), 8):
        for place in range(-(-len(rows[level]) // 256)):
            path = tile_path(note.origin, level // 8, place, len(rows[level]))
            lowest += files.get(path) if level == 0 else b""
            if files.get(path) != b"".join(rows[level][place * 256 : place * 256 + 256]):
                odd.append(f"{name}: {path[65:]} is not the tile of its entries")
    if root_at(rows, note.size) != note.root:
        kept = [lowest[i : i + 32] for i in range(0, len(lowest), 32)]
        told = len(kept) == note.size and root_at(rows_of(kept), note.size) == note.root
        which = [i for i in range(note.size) if kept[i] != rows[0][i]] if told else "?"
        odd = [f"{name}, entry {which}: changed here; its signed head says otherwise", *odd]
    result.findings += [("wrong", what) for what in odd]
    return rows


def check_log(
    files: Files, keys: Keys, note: Note, leaves: list[bytes], seen: dict[Any, str]
) -> Rows:
    """One log: head, tree, entries, receipts, other histories. Returns its tree."""
    result, signer, folder = keys.result, keys.signers.get(note.origin), log_name(note.origin)
    name = f"{signer.party if signer else 'nobody'}'s log {note.origin.rpartition('/')[2]}"
    with result.catching(f"checkpoint of {name}"):
        need(signer and signer.is_log, "no roster here certifies this log")
        note.check([keys.signers[note.origin]], f"checkpoint of {name}", result)
    rows = check_tree(files, note, leaves, name, result)
    before: Json = {}
    for index, leaf in enumerate(leaves):
        with result.catching(where := f"{name}, entry {index}"):
            entry = Entry(leaf, note.origin, index, before)
            before = entry.heads
            seen.update({(o, *head): where for o, head in before.items() if (o, *head) not in seen})
            entry.check(files, keys, where, "discrepancy")
            result.counts["entries"] += 1
    for path in files.under(f"receipts/{folder}/"):
        with result.catching(path):
            receipt = Note(files.get(path))
            mirror = keys.signers[receipt.lines[0][0]]
            time_s = receipt.check([mirror], f"{mirror.party}'s receipt {path}", result)[0]
            need(receipt.origin == note.origin, f"{mirror.party} signed it for another log")
            need(path == receipt_path(receipt, mirror, time_s), "it is not what its name says")
            need(root_at(rows, receipt.size) == receipt.root, f"{mirror.party}: another history")
            result.counts["receipts"] += 1
    for path in files.under(f"{folder}/fork/"):
        with result.catching(path):
            other = Note(files.get(path))
            other.check([keys.signers[note.origin]], path, result)
            need(path[70:] == sha(files.get(path)).hex()[:16], "kept under another name")
            need(root_at(rows, other.size) == other.root, f"{name} has two signed histories")
            need(not other.text, "it contradicts nothing here")
    return rows


def receipt_path(note: Note, mirror: Signer, time_s: int) -> str:
    need(not mirror.is_log, "not of a mirror")
    return f"receipts/{log_name(note.origin)}/{note.size}-{log_name(mirror.name)[:16]}-{time_s}"


def check_export(files: Files, page: list[str], keys: Keys) -> list[str]:
    """Everything in an exported folder; what its MANIFEST should say."""
    result, logs = keys.result, {}
    seen: dict[Any, str] = {}
    for path in files.under("", "/checkpoint"):
        with result.catching(path):
            note = Note(files.get(path))
            need(note.origin.rpartition("/")[0] == keys.line, f"of another line, {note.origin}")
            need(path[:64] == log_name(note.origin), "under another log's name")
            logs[note.origin] = (note, read_entries(files, note))
    take_rosters(files, logs, keys)
    trees = {origin: check_log(files, keys, *logs[origin], seen) for origin in sorted(logs)}
    for (origin, size, root), where in seen.items():
        rows = trees.get(origin, [[]])
        if size > len(rows[0]):
            result.add("unchecked", f"{where}: {origin} at {size}; {len(rows[0])} are here")
        elif root_at(rows, size) != root:
            result.add("discrepancy", f"{where}: names a head that {origin} never had")
    say = [
        *page[:2],
        *(f"party {party} {digits}" for party, digits in sorted(keys.parties.items())),
    ]
    for name, signer in sorted(keys.signers.items(), key=lambda one: (not one[1].is_log, one[0])):
        if not signer.is_log:
            say += [f"mirror {name} {signer.party}", *signer.vkeys]
        elif name in logs:
            words = f"{signer.value['role']} {signer.value['generation']} {logs[name][0].size}"
            say += [f"log {name} {signer.party} {words}", *signer.vkeys]
    return [*say, ""]


def check_evidence(files: Files, page: list[str], keys: Keys) -> list[str]:
    """One entry under signed heads, its payloads and persons; what its EVIDENCE should say."""
    result, origin, index = keys.result, page[2][4:], int(page[3][6:])
    for path in sorted(files.under("roster/"), key=lambda path: (len(path), path)):
        keys.take(files.get(path))
        party = path.split("/")[1]
        need(path == f"roster/{party}/{len(keys.chains.get(party, []))}", f"{path}: misnamed")
    log, leaf = keys.signers[origin], files.get("leaf")
    need(log.is_log, f"{origin} is no log")
    for path in ["proof", *files.under("receipts/")]:
        top, _, tail = files.get(path).partition(b"\n\n")
        rows, note = top.split(b"\n"), Note(tail)
        need(rows[:2] == [b"c2sp.org/tlog-proof@v1", b"index %d" % index], f"{path}: no proof")
        root = root_over(sha(b"\0" + leaf), index, note.size, [unb64(row) for row in rows[2:]])
        need((note.origin, note.root) == (origin, root), f"{path}: the leaf is not under its head")
        signers = [keys.signers[name] for name in dict.fromkeys(name for name, _ in note.lines)]
        need((signers[0] is log) == (path == "proof"), f"{path}: signed by others")
        for mirror, time_s in zip(signers, note.check(signers, path, result), strict=True):
            if mirror is log:
                continue
            need(path in {"proof", receipt_path(note, mirror, time_s)}, f"{path}: misnamed")
            result.add("note", f"{mirror.party} says it has held this since {time_s} (POSIX time)")
    where = f"{log.party}'s log {origin.rpartition('/')[2]}, entry {index}"
    Entry(leaf, origin, index, {}).check(files, keys, where, "wrong")
    parties = [f"party {party} {digits}" for party, digits in sorted(keys.parties.items())]
    return [*page[:2], f"log {origin}", f"index {index}", *parties, ""]


# The folder, openssl, and the result.


class Files:
    """The folder. What was asked for is remembered, so that what belongs to nothing is seen."""

    def __init__(self, folder: Path) -> None:
        self.used: set[str] = set()
        found = list(folder.rglob("*"))
        odd = [p for p in found if p.is_symlink() or not (p.is_file() or p.is_dir())]
        need(not odd, f"a link or no plain file: {odd}")
        self.paths = {p.relative_to(folder).as_posix(): p for p in found if not p.is_dir()}

    def get(self, name: str) -> bytes:
        """The bytes of a file; none if it is not here."""
        self.used.add(name)
        if name not in self.paths:
            return b""
        need(self.paths[name].stat().st_size <= FILE_BYTES_MAX, f"{name} is too long")
        return self.paths[name].read_bytes()

    def under(self, start: str, end: str = "") -> list[str]:
        return sorted(name for name in self.paths if name.startswith(start) and name.endswith(end))


class Result:
    """Findings, counts, and the signatures that wait for openssl."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.findings: list[tuple[str, str]] = []
        self.counts: Counter[str] = Counter()
        self.jobs: list[tuple[int, Any]] = []
        self.can = self.algorithms()

    def add(self, severity: str, what: str) -> None:
        self.findings.append((severity, what))

    @contextlib.contextmanager
    def catching(self, where: str, severity: str = "wrong") -> Iterator[None]:
        try:
            yield
        except ODD as error:
            self.add(severity, f"{where}: {error}")

    def queue(self, job: Job, severity: str, what: str) -> None:
        """Keep the finding in its place; it is dropped if the signature turns out to hold."""
        self.jobs.append((len(self.findings), job))
        self.add(severity, what)

    def call(self, *words: object) -> subprocess.CompletedProcess[bytes]:
        command = [self.program, *map(str, words)]
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603

    def algorithms(self) -> dict[str, bool]:
        """What this openssl can verify: it must accept a published signature, and refuse it."""
        jobs = [("Ed25519", (RFC_8032[0],), text, RFC_8032[1]) for text in (b"\x72", b"\x73")]
        works = [self.holds(job) for job in jobs] == [True, False]
        listed = self.call("list", "-signature-algorithms").stdout
        return {"Ed25519": works, "ML-DSA-44": b"ML-DSA-44" in listed}

    def holds(self, job: Job) -> bool:
        """Ask openssl whether a signature is that of one of the keys."""
        name, keys, message, signature = job
        if len(signature) != LENGTHS[name][1] or signature[:32] in LOW_ORDER:
            return False
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            key, text, sig = (Path(folder, part) for part in ("key", "text", "sig"))
            text.write_bytes(message)
            sig.write_bytes(signature)
            verify = ("pkeyutl", "-verify", "-rawin", "-in", text, "-sigfile", sig, "-pubin")
            for each in keys:
                key.write_bytes(SPKI[name] + each)
                if self.call(*verify, "-keyform", "DER", "-inkey", key).returncode == 0:
                    return True
        return False

    def settle(self) -> None:
        """Check what waits, several at a time; the same signature is asked about once."""
        once: dict[Any, set[int]] = {}
        drop: set[int] = set()
        cannot: Counter[str] = Counter()
        for spot, job in self.jobs:
            if self.can[job[0]]:
                once.setdefault(job, set()).add(spot)
            else:
                cannot[job[0]] += 1
                drop.add(spot)
        told = time.monotonic()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done, (job, good) in enumerate(zip(once, pool.map(self.holds, once), strict=True)):
                self.counts[f"{job[0]} signatures"] += good
                drop |= once[job] if good else set()
                if time.monotonic() > told + 2:
                    told = time.monotonic()
                    sys.stderr.write(f"{done} of {len(once)} signatures\n")
        self.findings = [f for spot, f in enumerate(self.findings) if spot not in drop]
        for name, n in cannot.items():
            self.add("unchecked", f"{n} {name} signatures: {self.program} knows no {name}")


def check(folder: Path, given: dict[str, str], result: Result) -> None:
    """The folder's first page says what to check, and must follow from what is found."""
    files = Files(folder)
    kind, title, run = "MANIFEST", "tieline/export@v1", check_export
    if "EVIDENCE" in files.paths:
        kind, title, run = "EVIDENCE", "tieline/evidence@v1", check_evidence
    page = files.get(kind).decode("ascii").split("\n")
    need(page[0] == title and page[1].startswith("line "), f"{kind} does not begin as it should")
    parties = dict(row.split(" ")[1:] for row in page if row.startswith("party "))
    for party in sorted(parties.keys() | given.keys()):
        if party not in given:
            result.add("unchecked", f"nobody compared the fingerprint of {party}")
        elif parties.get(party) != given[party]:
            result.add("wrong", f"{party}'s fingerprint here is not the one that was compared")
    keys = Keys(page[1][5:], parties, result)
    if run(files, page, keys) != page:
        result.add("wrong", f"{kind}: it does not say what the other files here say")
    for party in sorted(parties.keys() - keys.chains.keys()):
        result.add("unchecked", f"no roster of {party} is here")
    for path in sorted(files.paths.keys() - files.used):
        result.add("wrong", f"{path}: this file belongs to nothing in the record")


def show(result: Result, *, as_json: bool) -> int:
    severities = {severity for severity, _ in result.findings} - {"note"}
    code = 1 if "wrong" in severities else 3 if severities else 0
    verdict = {0: "sound", 1: "wrong", 3: "nothing wrong found, but see the list"}[code]
    counts = dict(sorted((+result.counts).items()))
    if as_json:
        found = [{"severity": severity, "what": what} for severity, what in result.findings]
        value = {"verdict": verdict, "exit": code, "counts": counts, "findings": found}
        sys.stdout.write(json.dumps(value, indent=1) + "\n")
        return code
    for severity, what in result.findings:
        sys.stdout.write(f"{severity.upper()}: {what}\n")
    sys.stdout.write(", ".join(f"{n} {name}" for name, n in counts.items()) + "\n")
    sys.stdout.write(f"{verdict.upper()}\n")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an exported Tieline line, or evidence.")
    parser.add_argument("folder", type=Path, help="what `tieline export` or `evidence` wrote")
    parser.add_argument("--fingerprint", action="append", default=[], metavar="PARTY=DIGITS")
    parser.add_argument("--openssl", default=os.environ.get("TIELINE_OPENSSL", "openssl"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pairs = (text.partition("=") for text in options.fingerprint)
    given = {party: re.sub(r"[ \t-]", "", digits) for party, _, digits in pairs}
    if not options.folder.is_dir() or not all(re.fullmatch("[0-9]{60}", d) for d in given.values()):
        parser.error("give a folder, and sixty digits for each fingerprint")
    with tempfile.TemporaryDirectory() as private:
        try:
            result = Result(options.openssl, Path(private))
        except OSError as error:
            parser.error(f"{options.openssl} cannot be run: {error}")
        if not result.can["Ed25519"]:
            parser.error(f"{options.openssl} cannot verify Ed25519")
        with result.catching(options.folder.name):
            check(options.folder, given, result)
        result.settle()
    return show(result, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())

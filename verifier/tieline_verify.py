#!/usr/bin/env python3
"""Check an exported Tieline line, or the evidence for one message, without Tieline.

One file: Python 3.11, the `openssl` program, nothing else. Exit 0: all of it holds. 1: something
is wrong. 2: wrong usage. 3: nothing wrong was found, but not all could be checked, or an author
broke a rule: read the list. What entries add up to (procedures, deadlines, revocations) is for
`tieline verify`; here it is only whether they are whole, and whose.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

FILE_BYTES_MAX = 17 * 2**20
INTEGER_MAX = 2**63 - 1
MESSAGE = "application/vnd.tieline.message.v1+json"
ROSTER = "application/vnd.tieline.roster.v1+json"
ED, ED_TIMED, ML = 1, 4, 6  # signature types of C2SP signed-note and tlog-cosignature
NAMES = {ED: "Ed25519", ED_TIMED: "Ed25519", ML: "ML-DSA-44"}
LENGTHS = {"Ed25519": (32, 64), "ML-DSA-44": (1312, 2420)}  # of keys and signatures, in bytes
SPKI = {  # what stands before the key in a SubjectPublicKeyInfo (RFC 8410, RFC 9881)
    "Ed25519": bytes.fromhex("302a300506032b6570032100"),
    "ML-DSA-44": bytes.fromhex("30820532300b06096086480165030403110382052100"),
}
LOW_ORDER = (
    {  # Ed25519 points of order 1 to 8, every spelling: one signature would fit all texts
        bytes.fromhex(start + middle * 30 + end)
        for start, middle, ends in (
            ("00", "00", "0080"),
            ("01", "00", "0080"),
            ("ec", "ff", "7fff"),
            ("ed", "ff", "7fff"),
            ("ee", "ff", "7fff"),
        )
        for end in (ends[:2], ends[2:])
    }
    | {
        bytes.fromhex(y + end)
        for y, ends in (
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "0585"),
            ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "7afa"),
        )
        for end in (ends[:2], ends[2:])
    }
)
N, H = r"(?:0|[1-9][0-9]{0,18})", r"[A-Za-z0-9+/]{43}="
NAME = (
    r"(?=[^\n ]{1,255}[ \n])(?=[^\n ]*\.)(?!cosignature/|subtree/)(?!(?:[^\n ]*/)?\.\.?[/ \n])"
    r"[a-z0-9.-]+(?:/[a-z0-9.-]+)+"
)
CHECKPOINT = re.compile(rf"({NAME})\n({N})\n({H})\n".encode())
LEAF = re.compile(
    rf"tieline/entry@v1\nlog ({NAME})\nindex ({N})\ntime ({N})\n"
    rf"((?:blob {N} {H}\n){{1,16}}(?=commit)|(?:clear {N} {H}\n){{1,16}}(?!commit))"
    rf"(?:commit ({H})\n)?((?:seen {NAME} {N} {H}\n){{0,64}})".encode()
)
SIGNATURE_LINE = re.compile("\N{EM DASH} ([^ \n]+) ([A-Za-z0-9+/=]+)")


class BadError(Exception):
    """What was read does not hold."""


ODD = (BadError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)


def need(condition: object, why: str) -> None:
    if not condition:
        raise BadError(why)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str | bytes) -> bytes:
    """Base64 in its one form: two spellings of one value would be two files for one fact."""
    value = base64.b64decode(text, validate=True)
    need(b64(value) == (text if isinstance(text, str) else text.decode()), "odd base64")
    return value


def number(text: bytes) -> int:
    need(int(text) <= INTEGER_MAX, "a number beyond 2^63 - 1")
    return int(text)


def unjson(data: bytes) -> dict:
    def once(pairs: list) -> dict:
        need(len(dict(pairs)) == len(pairs), "JSON with a field twice")
        return dict(pairs)

    return json.loads(data.decode(), object_pairs_hook=once)


def public_key(text: str, name: str) -> bytes:
    key = unb64(text)
    need(len(key) == LENGTHS[name][0] and key not in LOW_ORDER, "a public key that is none")
    return key


# The tree of RFC 6962, section 2.1.


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def rows_of(hashes: list) -> list:
    """Complete nodes of the tree, level by level, the hashes of the leaves first."""
    rows = [hashes]
    while len(below := rows[-1]) > 1:
        rows.append([node(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)])
    return rows


def root_at(rows: list, size: int) -> bytes:
    """Root of the first ``size`` leaves: complete subtrees, joined from the right."""
    need(size <= len(rows[0]), f"{size} entries are named, {len(rows[0])} are here")
    peaks, at = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(rows[level][at >> level])
            at += 1 << level
    root = peaks.pop() if peaks else sha(b"")
    while peaks:
        root = node(peaks.pop(), root)
    return root


def check_inclusion(leaf: bytes, index: int, size: int, path: list, root: bytes) -> None:
    """RFC 9162, section 2.1.3.2."""
    need(index < size, "an index past the end of the tree")
    at, last, value = index, size - 1, sha(b"\x00" + leaf)
    for sibling in path:
        need(last > 0 and len(sibling) == 32, "an inclusion proof that is too long")
        if at & 1 or at == last:
            value = node(sibling, value)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            value = node(value, sibling)
        at, last = at >> 1, last >> 1
    need(last == 0 and value == root, "the leaf is not under the signed root")


# Signed heads: C2SP signed-note, tlog-checkpoint, tlog-cosignature.


class Signer:
    """A log or a mirror: its name, whose it is, and its two public keys."""

    def __init__(self, name: str, party: str, kind: int, value: dict) -> None:
        self.name, self.party, self.value = name, party, value
        self.keys = {kind: public_key(value["ed25519"], "Ed25519")}
        self.keys[ML] = public_key(value["mldsa44"], "ML-DSA-44")

    def key_id(self, kind: int) -> bytes:
        return sha(self.name.encode() + bytes([10, kind]) + self.keys[kind])[:4]

    def vkeys(self) -> list:
        pairs = [(self.key_id(k).hex(), b64(bytes([k]) + key)) for k, key in self.keys.items()]
        return [f"vkey {self.name}+{key_id}+{key}" for key_id, key in pairs]


class Note(NamedTuple):
    """A head as three lines of text, and its signature lines: name, key id, signature."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: list

    def message(self, signer: Signer, kind: int, stamp: bytes) -> bytes:
        """What a signature of this kind covers."""
        if kind == ED:
            return self.text
        if kind == ED_TIMED:
            return b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(stamp, "big"), self.text)
        names = [bytes([len(name)]) + name.encode() for name in (signer.name, self.origin)]
        tree = bytes(8) + self.size.to_bytes(8, "big") + self.root
        return b"subtree/v1\n\0" + names[0] + stamp + names[1] + tree


def read_note(data: bytes) -> Note:
    text, empty, tail = data.partition(b"\n\n")
    match = CHECKPOINT.fullmatch(text + b"\n")
    need(empty and match and tail.endswith(b"\n"), "not a signed checkpoint")
    found = [SIGNATURE_LINE.fullmatch(row) for row in tail[:-1].decode().split("\n")]
    lines = [(line[1], unb64(line[2])) for line in found]
    split = [(name, blob[:4], blob[4:]) for name, blob in lines]
    return Note(text + b"\n", match[1].decode(), number(match[2]), unb64(match[3]), split)


def check_lines(note: Note, signers: list, where: str, result: Result) -> list:
    """Exactly the two lines of each signer, in order; the time that each pair states."""
    times, lines = [], list(note.lines)
    for signer in signers:
        stamps = set()
        for kind, key in signer.keys.items():
            name, key_id, blob = lines.pop(0) if lines else ("", b"", b"")
            known = (name, key_id) == (signer.name, signer.key_id(kind))
            need(known, f"without the {NAMES[kind]} signature of {signer.name}")
            stamp = b"" if kind == ED else blob[:8]
            stamps |= {stamp} - {b""}
            job = (NAMES[kind], (key,), note.message(signer, kind, stamp), blob[len(stamp) :])
            what = f"{where}: the {NAMES[kind]} signature of {signer.name} is wrong"
            result.queue(job, "wrong", what)
        need(len(stamps) == 1, f"the two signatures of {signer.name} state different times")
        times.append(int.from_bytes(stamps.pop(), "big"))
        need(times[-1] <= INTEGER_MAX and (times[-1] or ED in signer.keys), "no time")
    need(not lines, "lines beside the signatures that belong there")
    return times


# Rosters: whose keys count, from the fingerprints that people compared.


def read_envelope(data: bytes, kind: str, most: int) -> tuple:
    """A DSSE envelope: body, what was signed (PAE), signatures by key id."""
    value = unjson(data)
    need(value["payloadType"] == kind and len(value) == 3, "an envelope of another type")
    body, signatures = unb64(value["payload"]), value["signatures"]
    found = {each["keyid"]: unb64(each["sig"]) for each in signatures}
    need(1 <= len(found) == len(signatures) <= most, "too many signatures, or one twice")
    return body, b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body), found


def read_roster(data: bytes) -> dict:
    return unjson(read_envelope(data, ROSTER, 33)[0])


def digits_of(root: dict) -> str:
    rows = ["tieline/root@v1", f"threshold {root['threshold']}"]
    text = "\n".join(rows + [f"key {key}" for key in sorted(root["keys"])]) + "\n"
    return str(int.from_bytes(sha(text.encode()), "big") % 10**60).zfill(60)


def digest_of(keys: list) -> str:
    return sha("\n".join(sorted(keys)).encode()).hex()


class Keys:
    """The roster chains of a line, and every log and mirror that they certify."""

    def __init__(self, line: str, parties: dict, result: Result) -> None:
        self.line, self.parties, self.result = line, parties, result
        self.chains: dict = {}
        self.signers: dict = {}

    def take(self, data: bytes, origin: str | None = None, index: int = 0) -> None:
        """Add the next roster of a party, found in an entry or, as evidence, on its own."""
        new = read_roster(data)
        party, chain = new["party"], self.chains.get(new["party"], [])
        if data in chain:
            return
        need(party in self.parties, f"{party} is no party of this line")
        need((new["type"], new["line"]) == ("tieline/roster@v1", self.line), "of another line")
        self.follows(new, chain[-1], data) if chain else self.begins(new, data)
        logs = {log["origin"]: Signer(log["origin"], party, ED, log) for log in new["logs"]}
        own = origin is None or (origin in logs and (bool(chain) or index == 0))
        need(own, "a roster in a log of another party, or a first one in a later entry")
        mirror = new["mirror"]
        logs[mirror["name"]] = Signer(mirror["name"], party, ED_TIMED, mirror)
        need(all(n.rpartition("/")[0] == self.line for n in logs), "names of another line")
        self.signers |= logs
        self.chains.setdefault(party, []).append(data)
        self.result.counts["rosters"] += 1

    def begins(self, new: dict, data: bytes) -> None:
        need(new["version"] == 1 and not new["previous"], "not a first roster")
        need(digits_of(new["root"]) == self.parties[new["party"]], "not of this fingerprint")
        self.signed(data, "root-", new["root"]["keys"], new["root"]["threshold"])
        self.signed(data, "operator", [new["operator"]["key"]], 1)

    def follows(self, new: dict, before: bytes, data: bytes) -> None:
        old = read_roster(before)
        need(new["version"] == old["version"] + 1, "not the next version")
        need(new["previous"] == sha(before).hex(), "it does not follow the one before")
        keys = {n["origin"]: (n["ed25519"], n["mldsa44"]) for n in new["logs"]}
        for log in old["logs"]:
            same = keys.get(log["origin"]) == (log["ed25519"], log["mldsa44"])
            need(same, f"it drops or changes {log['origin']}")
        operator = new["operator"]["key"]
        committed = digest_of([operator]) == old["operator"]["next"]
        need(operator == old["operator"]["key"] or committed, "an operator key out of nowhere")
        root, was = new["root"], old["root"]
        if (root["keys"], root["threshold"]) != (was["keys"], was["threshold"]):
            need(digest_of(root["keys"]) == was["next"], "root keys out of nowhere")
            self.signed(data, "root-", was["keys"], was["threshold"])
            self.signed(data, "new-root-", root["keys"], root["threshold"])
        self.signed(data, "operator", [operator], 1)

    def signed(self, data: bytes, who: str, keys: list, least: int) -> None:
        _, pae, signatures = read_envelope(data, ROSTER, 33)
        named = {f"{who}{n if who.endswith('-') else ''}": key for n, key in enumerate(keys, 1)}
        good = {named[each] for each in named.keys() & signatures.keys()}
        need(len(good) >= least >= 1, f"{len(good)} of {least} signatures of {who}")
        for each in named.keys() & signatures.keys():
            job = ("Ed25519", (public_key(named[each], "Ed25519"),), pae, signatures[each])
            need(self.result.holds(job), f"the signature of {each} does not hold")

    def of(self, party: str, who: str, office: str) -> tuple:
        """Every key that ever stood for a person of an office, or for the party's node."""
        rosters = [read_roster(data) for data in self.chains.get(party, [])]
        persons = [p for roster in rosters for p in roster["persons"] if p["id"] == who]
        texts = [p["key"] for p in persons if office in p["offices"]]
        texts = [roster["node"] for roster in rosters] if who == "node" else texts
        return tuple(dict.fromkeys(public_key(text, "Ed25519") for text in texts))


# Entries, and what is in them.


def read_leaf(leaf: bytes, origin: str, index: int, before: dict) -> tuple:
    """Payloads (length, digest), the commit of a sealed one, and the heads it names."""
    match = LEAF.fullmatch(leaf) if len(leaf) <= 4096 else None
    need(match, "not of the grammar of an entry")
    need((match[1].decode(), number(match[2])) == (origin, index), "made for another place")
    words = [row.split(b" ") for row in match[4].splitlines()]
    payloads = [(number(length), unb64(digest)) for _, length, digest in words]
    need(number(match[3]) >= 0 and all(n <= 2**24 for n, _ in payloads), "a payload too long")
    rows = [row.split(b" ")[1:] for row in match[6].splitlines()]
    heads = {name.decode(): (number(size), unb64(root)) for name, size, root in rows}
    in_order = [name.decode() for name, _, _ in rows] == sorted(heads) and origin not in heads
    need(in_order, "the heads that it names are not in order")
    for name, (size, _) in before.items():
        need(heads.get(name, (-1,))[0] >= size, f"it forgets that {name} had {size} entries")
    return payloads, unb64(match[5]) if match[5] else None, heads


def check_payloads(files: Files, entry: tuple, where: str, result: Result) -> bytes:
    """Every payload is here; what the first one says, or nothing where it is sealed to us."""
    payloads, commit, _ = entry
    data = [files.get(f"blob/{digest.hex()[:2]}/{digest.hex()}") for _, digest in payloads]
    for (length, digest), each in zip(payloads, data, strict=True):
        with result.catching(where):
            need(sha(each) == digest, f"payload {digest.hex()} is missing or damaged here")
            need(len(each) == length, f"a bad envelope: {len(each)} bytes, not {length}")
            result.counts["payloads"] += 1
    if commit is None:
        return data[0]
    name = payloads[0][1].hex()
    plain = files.get(f"plaintext/{name[:2]}/{name}")
    result.counts["plaintexts" if plain else "sealed entries without plaintext"] += 1
    if plain and sha(plain) != commit:
        result.add("wrong", f"{where}: its plaintext is not what the entry commits to")
        return b""
    return plain


def check_message(data: bytes, keys: Keys, origin: str, where: str, severity: str) -> None:
    """The signatures of persons, by keys that a roster of the party gives to their office."""
    party = keys.signers[origin].party if origin in keys.signers else ""
    with keys.result.catching(where, severity):
        body, pae, signatures = read_envelope(data, MESSAGE, 2)
        message = unjson(body)
        need((message["line"], message["log"]) == (keys.line, origin), "speaks of another log")
        speaker, _, office = message["from"].partition("/")
        need(speaker == party, f"speaks for {speaker}")
        for who, signature in signatures.items():
            known = keys.of(party, who, office)
            need(known, f"signed by {who}, who may not speak for {party}/{office}")
            what = f"{where}: the signature of {who} does not hold"
            keys.result.queue(("Ed25519", known, pae, signature), severity, what)
            keys.result.counts["persons' signatures"] += 1


# An exported line.


def tile_path(origin: str, level: int | str, place: int, size: int) -> str:
    """Path of a tile or bundle (C2SP tlog-tiles), and its width, in a level of ``size``."""
    digits = f"{place:0{-(-max(len(str(place)), 3) // 3) * 3}d}"
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name, width = "/".join([f"x{g}" for g in groups[:-1]] + groups[-1:]), size - place * 256
    tail = "" if width >= 256 else f".p/{width}"
    return f"{sha(origin.encode()).hex()}/tile/{level}/{name}{tail}"


def read_entries(files: Files, note: Note) -> list:
    """The leaves; those of a bundle that is missing or cut short are empty."""
    folder = sha(note.origin.encode()).hex()
    bundles = files.under(f"{folder}/tile/entries/")
    need(note.size <= 256 * len(bundles), f"signed for {note.size} entries; fewer are here")
    leaves: list = []
    for start in range(0, note.size, 256):
        data = files.get(tile_path(note.origin, "entries", start // 256, note.size))
        found, at = [], 0
        while at < len(data):
            stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : stop])
            at = stop
        width = min(256, note.size - start)
        leaves += found if (len(found), at) == (width, len(data)) else [b""] * width
    return leaves


def take_rosters(files: Files, logs: dict, keys: Keys) -> None:
    """Clear entries with two payloads may carry rosters; lower versions first."""
    found = []
    for origin, (_, leaves) in logs.items():
        for index, leaf in enumerate(leaves):
            match = LEAF.fullmatch(leaf) if b"\nclear " in leaf else None
            rows = match[4].splitlines() if match else []
            name = unb64(rows[1].split(b" ")[2]).hex() if len(rows) == 2 else ""
            try:
                data = files.get(f"blob/{name[:2]}/{name}")
                roster = read_roster(data)
                found.append((roster["version"], origin, index, roster["party"], data))
            except ODD:
                continue
    for _, origin, index, party, data in sorted(found):
        severity = "discrepancy" if party in keys.chains else "wrong"
        with keys.result.catching(f"{origin}, entry {index}, roster of {party}", severity):
            keys.take(data, origin, index)


def check_log(files: Files, keys: Keys, note: Note, leaves: list, seen: dict) -> list:
    """One log: head, tree, tiles, entries, payloads, messages, receipts. Returns its tree."""
    result, signer = keys.result, keys.signers.get(note.origin)
    name = f"{signer.party if signer else 'nobody'}'s log {note.origin.rpartition('/')[2]}"
    rows, lowest, tiles = rows_of([sha(b"\0" + leaf) for leaf in leaves]), b"", {}
    with result.catching(f"checkpoint of {name}"):
        need(signer, "no roster here certifies this log")
        check_lines(note, [signer], f"checkpoint of {name}", result)
    for level in range(0, len(rows), 8):
        for place in range(-(-len(rows[level]) // 256)):
            path = tile_path(note.origin, level // 8, place, len(rows[level]))
            tiles[path] = b"".join(rows[level][place * 256 : place * 256 + 256])
            lowest += files.get(path) if level == 0 else b""
    if root_at(rows, note.size) != note.root:
        kept = [lowest[i : i + 32] for i in range(0, len(lowest), 32)]
        told = len(kept) == note.size and root_at(rows_of(kept), note.size) == note.root
        odd = [i for i in range(note.size) if kept[i] != rows[0][i]] if told else "?"
        result.add("wrong", f"{name}, entry {odd}: changed here; its signed head says otherwise")
    for path, data in tiles.items():
        if files.get(path) != data:
            result.add("wrong", f"{name}: {path[65:]} is not the tile of its entries")
    before: dict = {}
    for index, leaf in enumerate(leaves):
        where = f"{name}, entry {index}"
        with result.catching(where):
            entry = read_leaf(leaf, note.origin, index, before)
            before = entry[2]
            for other, (size, root) in before.items():
                seen.setdefault((other, size, root), where)
            data = check_payloads(files, entry, where, result)
            if data:
                check_message(data, keys, note.origin, where, "discrepancy")
            result.counts["entries"] += 1
    for path in files.under(f"receipts/{sha(note.origin.encode()).hex()}/"):
        with result.catching(path):
            check_receipt(path, read_note(files.get(path)), keys, note.origin, rows)
    for path in files.under(f"{sha(note.origin.encode()).hex()}/fork/"):
        with result.catching(path):
            other = read_note(files.get(path))
            check_lines(other, [signer], path, result)
            need(path[70:] == sha(files.get(path)).hex()[:16], "kept under another name")
            need(root_at(rows, other.size) == other.root, f"{name} has two signed histories")
            need(other.origin != note.origin, "it contradicts nothing here")
    return rows


def check_receipt(path: str, note: Note, keys: Keys, origin: str, rows: list) -> None:
    """Two signatures of a mirror, of one time, on the root that this log had at that size."""
    mirror = keys.signers.get(note.lines[0][0])
    need(mirror and ED_TIMED in mirror.keys, "not of a mirror that a roster names")
    time_s = check_lines(note, [mirror], f"{mirror.party}'s receipt {path}", keys.result)[0]
    need(note.origin == origin, f"{mirror.party} signed it for another log, {note.origin}")
    need(path == receipt_path(note, mirror.name, time_s), "it is not what its name says")
    need(root_at(rows, note.size) == note.root, f"{mirror.party} signed another history")
    keys.result.counts["receipts"] += 1


def receipt_path(note: Note, mirror: str, time_s: int) -> str:
    log, name = sha(note.origin.encode()).hex(), sha(mirror.encode()).hex()[:16]
    return f"receipts/{log}/{note.size}-{name}-{time_s}"


def check_export(files: Files, page: list, keys: Keys) -> list:
    """Everything in an exported folder; what its MANIFEST should say."""
    result, logs, seen = keys.result, {}, {}
    for path in files.under("", "/checkpoint"):
        with result.catching(path):
            note = read_note(files.get(path))
            need(note.origin.rpartition("/")[0] == keys.line, f"of another line, {note.origin}")
            need(path[:64] == sha(note.origin.encode()).hex(), "under another log's name")
            logs[note.origin] = (note, read_entries(files, note))
    take_rosters(files, logs, keys)
    trees = {o: check_log(files, keys, *logs[o], seen) for o in sorted(logs)}
    for (origin, size, root), where in seen.items():
        rows = trees.get(origin, [[]])
        if size > len(rows[0]):
            result.add("unchecked", f"{where}: {origin} at {size}; {len(rows[0])} are here")
        elif root_at(rows, size) != root:
            result.add("discrepancy", f"{where}: names a head that {origin} never had")
    certified: list = []
    for name, signer in sorted(keys.signers.items(), key=lambda s: (ED not in s[1].keys, s[0])):
        if ED not in signer.keys:
            certified += [f"mirror {name} {signer.party}", *signer.vkeys()]
        elif name in logs:
            log = signer.value
            words = f"{signer.party} {log['role']} {log['generation']} {logs[name][0].size}"
            certified += [f"log {name} {words}", *signer.vkeys()]
    return [*page[:2], *(row for row in page if row.startswith("party ")), *certified, ""]


# The evidence for one message.


def check_evidence(files: Files, page: list, keys: Keys) -> list:
    """One entry under signed heads, its payloads and persons; what its EVIDENCE should say."""
    result, origin, index = keys.result, page[2][4:], number(page[3][6:].encode())
    rosters = sorted(files.under("roster/"), key=lambda path: (len(path), path))
    for path in rosters:
        keys.take(data := files.get(path))
        roster = read_roster(data)
        need(path == f"roster/{roster['party']}/{roster['version']}", f"{path}: misnamed")
    where = f"{keys.signers[origin].party}'s log {origin.rpartition('/')[2]}, entry {index}"
    leaf, log = files.get("leaf"), keys.signers[origin]
    for path in ["proof", *files.under("receipts/")]:
        top, _, tail = files.get(path).partition(b"\n\n")
        rows, note = top.split(b"\n"), read_note(tail)
        need(rows[:2] == [b"c2sp.org/tlog-proof@v1", b"index %d" % index], f"{path}: no proof")
        need(note.origin == origin, f"{path}: a head of another log")
        check_inclusion(leaf, index, note.size, [unb64(row) for row in rows[2:]], note.root)
        names = list(dict.fromkeys(line[0] for line in note.lines))
        signers = [keys.signers[name] for name in names]
        mirrors = signers[1:] if path == "proof" else signers
        need(path != "proof" or signers[0] is log, "proof: the log has not signed it")
        need(all(ED_TIMED in mirror.keys for mirror in mirrors), f"{path}: an unknown signer")
        times = check_lines(note, signers, path, result)[-len(mirrors) or len(names) :]
        need(path in ("proof", receipt_path(note, names[0], (times or [0])[0])), "misnamed")
        for mirror, time_s in zip(mirrors, times, strict=True):
            result.held.add(f"{mirror.party} says that it held this since {time_s} (POSIX time)")
    entry = read_leaf(leaf, origin, index, {})
    data = check_payloads(files, entry, where, result)
    if data:
        check_message(data, keys, origin, where, "wrong")
    parties = [f"party {party} {digits}" for party, digits in sorted(keys.parties.items())]
    return [*page[:2], f"log {origin}", f"index {index}", *parties, ""]


# The folder, openssl, and the result.


class Files:
    """The folder. What was asked for is remembered, so that what belongs to nothing is seen."""

    def __init__(self, folder: Path) -> None:
        self.used: set = set()
        self.paths = {}
        for path in folder.rglob("*"):
            need(not path.is_symlink(), f"{path} is a link, and may lead anywhere")
            if path.is_file():
                self.paths[path.relative_to(folder).as_posix()] = path

    def get(self, name: str) -> bytes:
        """The bytes of a file; none if it is not here."""
        if name not in self.paths:
            return b""
        self.used.add(name)
        size = self.paths[name].stat().st_size
        need(size <= FILE_BYTES_MAX, f"{name} is longer than any file may be")
        return self.paths[name].read_bytes()

    def under(self, start: str, end: str = "") -> list:
        return sorted(n for n in self.paths if n.startswith(start) and n.endswith(end))


class Result:
    """Findings, counts, and the signatures that wait for openssl."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.findings: list = []
        self.counts: Counter = Counter()
        self.held: set = set()
        self.jobs: list = []
        self.can = {name: self.try_out(name) for name in SPKI}

    def add(self, severity: str, what: str) -> None:
        self.findings.append((severity, what))

    @contextmanager
    def catching(self, where: str, severity: str = "wrong") -> Iterator[None]:
        try:
            yield
        except ODD as error:
            self.add(severity, f"{where}: {error}")

    def queue(self, job: tuple, severity: str, what: str) -> None:
        """Keep the finding in its place; it is dropped if the signature turns out to hold."""
        self.add(severity, what)
        self.jobs.append((len(self.findings) - 1, job))

    def call(self, *words: object) -> bool:
        command = [self.program, *map(str, words)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603

    def try_out(self, name: str) -> bool:
        """Whether this openssl signs, verifies and refuses in this algorithm."""
        secret, public, text, made = (self.folder / part for part in ("s", "p", "t", "g"))
        text.write_bytes(b"text")
        der = ("-outform", "DER", "-out")
        if not self.call("genpkey", "-algorithm", name, *der, secret):
            return False
        self.call("pkey", "-inform", "DER", "-in", secret, "-pubout", *der, public)
        sign = ("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", secret)
        self.call(*sign, "-in", text, "-out", made)
        key = public.read_bytes().removeprefix(SPKI[name])
        jobs = [(name, (key,), words, made.read_bytes()) for words in (b"text", b"texT")]
        return [self.holds(job) for job in jobs] == [True, False]

    def holds(self, job: tuple) -> bool:
        """Ask openssl whether a signature is that of one of the keys."""
        name, keys, message, signature = job
        if len(signature) != LENGTHS[name][1] or signature[:32] in LOW_ORDER:
            return False
        verify = ("pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            key, text, sig = (Path(folder, part) for part in ("key", "text", "sig"))
            text.write_bytes(message)
            sig.write_bytes(signature)
            for each in keys:
                key.write_bytes(SPKI[name] + each)
                if self.call(*verify, "-inkey", key, "-in", text, "-sigfile", sig):
                    return True
        return False

    def settle(self) -> None:
        """Check what waits, several at a time; the same signature is asked about once."""
        cannot = Counter(job[0] for _, job in self.jobs if not self.can[job[0]])
        drop = {spot for spot, job in self.jobs if not self.can[job[0]]}
        once: dict = {}
        for spot, job in self.jobs:
            if self.can[job[0]]:
                once.setdefault(job, set()).add(spot)
        told = time.monotonic()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done, (job, good) in enumerate(
                zip(once, pool.map(self.holds, once), strict=True), 1
            ):
                self.counts[f"{job[0]} signatures"] += good
                drop |= once[job] if good else set()
                if time.monotonic() > told + 2:
                    told = time.monotonic()
                    sys.stderr.write(f"{done} of {len(once)} signatures\n")
        self.findings = [f for spot, f in enumerate(self.findings) if spot not in drop]
        for name, n in cannot.items():
            self.add("unchecked", f"{n} {name} signatures: {self.program} knows no {name}")


def check(folder: Path, given: dict, result: Result) -> None:
    """The folder's first page says what to check, and must follow from what is found."""
    files = Files(folder)
    kind = "EVIDENCE" if "EVIDENCE" in files.paths else "MANIFEST"
    title = {"EVIDENCE": "tieline/evidence@v1", "MANIFEST": "tieline/export@v1"}[kind]
    page = files.get(kind).decode("ascii").split("\n")
    need(page[0] == title and page[1].startswith("line "), f"{kind} does not begin as it should")
    parties = dict(row.split(" ")[1:] for row in page if row.startswith("party "))
    keys = Keys(page[1][5:], parties, result)
    for party in sorted(parties.keys() | given.keys()):
        if party not in given:
            result.add("unchecked", f"nobody compared the fingerprint of {party}")
        elif parties.get(party) != given[party]:
            result.add("wrong", f"{party}'s fingerprint here is not the one that was compared")
    run = {"EVIDENCE": check_evidence, "MANIFEST": check_export}[kind]
    if run(files, page, keys) != page:
        result.add("wrong", f"{kind}: it does not say what the other files here say")
    for party in sorted(parties.keys() - keys.chains.keys()):
        result.add("unchecked", f"no roster of {party} is here")
    for path in sorted(files.paths.keys() - files.used):
        result.add("wrong", f"{path}: this file belongs to nothing in the record")


def show(result: Result, *, as_json: bool) -> int:
    severities = [severity for severity, _ in result.findings]
    code = 1 if "wrong" in severities else 3 if severities else 0
    verdict = {0: "sound", 1: "wrong", 3: "nothing wrong found, but see the list"}[code]
    counts = dict(sorted((+result.counts).items()))
    held = sorted(result.held) if code != 1 else []
    if as_json:
        found = [{"severity": severity, "what": what} for severity, what in result.findings]
        value = {"verdict": verdict, "exit": code, "counts": counts, "held": held}
        sys.stdout.write(json.dumps(value | {"findings": found}, indent=1) + "\n")
        return code
    for severity in ("wrong", "unchecked", "discrepancy"):
        rows = [what for each, what in result.findings if each == severity]
        sys.stdout.writelines(f"{severity.upper()}: {what}\n" for what in rows)
    sys.stdout.writelines(f"{words}\n" for words in held)
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

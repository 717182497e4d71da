#!/usr/bin/env python3
"""Check an exported Tieline line, or the evidence for one message, without Tieline.

Needs Python 3.11 and `openssl`. Exit 0: sound. 1: wrong. 2: usage. 3: not wrong, but see the list.
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
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Job = tuple[str, tuple[bytes, ...], bytes, bytes]  # algorithm, keys, text, signature of one key

MESSAGE, ROSTER = (f"application/vnd.tieline.{it}.v1+json" for it in ("message", "roster"))
ED, ED_TIMED, ML = 1, 4, 6  # signature types of C2SP signed-note and tlog-cosignature
NAMES = {ED: "Ed25519", ED_TIMED: "Ed25519", ML: "ML-DSA-44"}
SHAPES = {  # bytes of key and signature; what a SubjectPublicKeyInfo begins with (RFC 8410, 9881)
    "Ed25519": (32, 64, bytes.fromhex("302a300506032b6570032100")),
    "ML-DSA-44": (1312, 2420, bytes.fromhex("30820532300b06096086480165030403110382052100")),
}
# Ed25519 points of order 1 to 8 in every spelling: one signature under them would fit all texts.
ORDER_8 = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"]
ORDER_8 += ["c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]
ENDS = ["00" * 32, "01" + "00" * 31, *(y + "ff" * 30 + "7f" for y in ("ec", "ed", "ee")), *ORDER_8]
LOW_ORDER = {(int(y, 16) | sign).to_bytes(32, "big") for y in ENDS for sign in (0, 128)}
N, H = r"(?:0|[1-9][0-9]{0,17})", r"[A-Za-z0-9+/]{43}="
NAME = r"(?=[^\n ]{1,255}[ \n])(?=[^\n ]*\.)(?!cosignature/|subtree/)(?!(?:[^\n ]*/)?\.\.?[/ \n])"
NAME += r"[a-z0-9.-]+(?:/[a-z0-9.-]+)+"
NOTE = re.compile(rf"(({NAME})\n({N})\n({H})\n)\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)")
LEAF = re.compile(
    rf"tieline/entry@v1\nlog ({NAME})\nindex ({N})\ntime {N}\n"
    rf"((?:blob {N} {H}\n){{1,16}}(?=commit)|(?:clear {N} {H}\n){{1,16}}(?!commit))"
    rf"(?:commit ({H})\n)?((?:seen {NAME} {N} {H}\n){{0,64}})"
)
OWN = {ED: "-[1-9][0-9]{0,4}x?", ED_TIMED: "-mirror-[1-9][0-9]{0,4}"}  # behind line and party


def need(condition: object, why: str) -> None:
    if not condition:
        raise ValueError(why)


def sha(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def unb64(text: str) -> bytes:
    """Base64 in its one form: two spellings of one value would be two files for one fact."""
    value = b64decode(text, validate=True)
    need(b64encode(value).decode() == text, "odd base64")
    return value


def public_key(text: str, name: str = "Ed25519") -> bytes:
    key = unb64(text)
    need(len(key) == SHAPES[name][0] and key not in LOW_ORDER, "a public key that is none")
    return key


def once(pairs: list[Any]) -> Json:
    need(len(dict(pairs)) == len(pairs), "JSON with a field twice")
    return dict(pairs)


def read_envelope(data: bytes, kind: str, most: int) -> tuple[Json, bytes, dict[str, bytes]]:
    """A DSSE envelope: what its body says, what was signed (PAE), signatures by key id."""
    value = json.loads(data.decode(), object_pairs_hook=once)
    need(value["payloadType"] == kind and len(value) == 3, "an envelope of another type")
    body, signatures = unb64(value["payload"]), value["signatures"]
    found = {each["keyid"]: unb64(each["sig"]) for each in signatures}
    need(1 <= len(found) == len(signatures) <= most, "too many signatures, or one twice")
    pae = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(body), body)
    return json.loads(body.decode(), object_pairs_hook=once), pae, found


def rows_of(hashes: list[bytes]) -> list[list[bytes]]:
    """A tree of RFC 6962, section 2.1: rows of complete nodes, the hashes of the leaves first."""
    rows = [hashes]
    while len(below := rows[-1]) > 1:
        rows.append([sha(b"\1", *below[i : i + 2]) for i in range(0, len(below) - 1, 2)])
    return rows


def root_at(rows: list[list[bytes]], size: int) -> bytes:
    need(size <= len(rows[0]), f"{size} entries are named, {len(rows[0])} are here")
    root = b""
    for level, row in enumerate(rows):
        if size >> level & 1:
            peak = row[(size >> level) - 1]
            root = sha(b"\1", peak, root) if root else peak
    return root or sha()


def root_over(value: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to; its last hash is the child of the root."""
    need(0 <= index < size and (size > 1) == bool(path), "an inclusion proof of another length")
    if size == 1:
        return value
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha(b"\1", root_over(value, index, half, path[:-1]), path[-1])
    return sha(b"\1", path[-1], root_over(value, index - half, size - half, path[:-1]))


def tile_path(origin: str, level: int | str, place: int, size: int) -> str:
    """Path of a tile or bundle (C2SP tlog-tiles) in a level of ``size``."""
    groups = [f"x{place // 1000**n % 1000:03d}" for n in range(6) if n == 0 or place >= 1000**n]
    name = "/".join([*reversed(groups[1:]), groups[0][1:]])
    name += "" if size - place * 256 >= 256 else f".p/{size - place * 256}"
    return f"{sha(origin.encode()).hex()}/tile/{level}/{name}"


class Signer:
    """A log or a mirror: its name, which must be its party's, its keys as a MANIFEST has them."""

    def __init__(self, kind: int, name: str, party: str, line: str, value: Json) -> None:
        need(re.fullmatch(re.escape(f"{line}/{party}") + OWN[kind], name), f"not its own: {name}")
        self.name, self.party, self.is_log, self.about = name, party, kind == ED, party
        self.about += " {role} {generation}".format_map(value) if self.is_log else ""
        self.keys, self.vkeys = [], list[str]()
        for each, field in ((kind, "ed25519"), (ML, "mldsa44")):
            typed = bytes([each]) + public_key(value[field], NAMES[each])
            key_id = sha(f"{name}\n".encode(), typed)[:4]
            self.keys.append((each, key_id, typed[1:]))
            self.vkeys.append(f"vkey {name}+{key_id.hex()}+{b64encode(typed).decode()}")


class Note:
    """A signed head of a log: C2SP signed-note, tlog-checkpoint, tlog-cosignature."""

    def __init__(self, audit: Audit, path: str, data: bytes) -> None:
        """Each signer has exactly two lines, in order, of one time; a log's Ed25519 has none."""
        match: Any = NOTE.fullmatch(data.decode())
        need(match, "not a signed head")
        self.origin, self.size, self.root = match[2], int(match[3]), unb64(match[4])
        self.log = "{0}'s log {0}-{2}".format(*self.origin.rpartition("/")[2].rpartition("-"))
        self.times: dict[str, int] = {}
        where = f"{path.rpartition('/')[2]} of {self.log}"
        lines = [line.split(" ")[1:] for line in match[5].split("\n")[:-1]]
        tree = bytes(8) + self.size.to_bytes(8, "big") + self.root
        for name in dict.fromkeys(name for name, _ in lines):
            need(name in audit.signers, f"{where}: no roster here certifies {name}")
            signer = audit.signers[name]
            need(signer.is_log == (name == self.origin), f"{where}: it is not for {name} to sign")
            blobs = [unb64(blob) for by, blob in lines if by == name]
            stamp = blobs[-1][4:12]
            time_s = self.times[name] = int.from_bytes(stamp, "big")
            names = [bytes([len(each)]) + each.encode() for each in (name, self.origin)]
            covered = {
                ED: match[1].encode(),
                ED_TIMED: f"cosignature/v1\ntime {time_s}\n{match[1]}".encode(),
                ML: b"subtree/v1\n\0" + names[0] + stamp + names[1] + tree,
            }
            for kind, key_id, key in signer.keys:
                whose, start = f"{NAMES[kind]} signature of {name}", key_id
                start += b"" if kind == ED else stamp
                if blobs and blobs[0].startswith(start):
                    job = (NAMES[kind], (key,), covered[kind], blobs.pop(0)[len(start) :])
                    audit.ask(job, "wrong", f"{where}: the {whose} is wrong")
                else:
                    audit.add("wrong", f"{where}: without the {whose}, of the same time")
            if blobs or not (time_s or signer.is_log):
                audit.add("wrong", f"{where}: a line too many, or the time 0")


def digits_of(root: Json) -> str:
    """The fingerprint of a party: sixty digits over its root keys and their threshold."""
    keys = "".join(f"\nkey {key}" for key in sorted(root["keys"]))
    text = f"tieline/root@v1\nthreshold {root['threshold']}{keys}\n"
    return str(int.from_bytes(sha(text.encode()), "big") % 10**60).zfill(60)


def asked_to_sign(new: Json, chain: list[Json], digits: str | None) -> Json:
    """Keys and threshold behind a roster: by its fingerprint, or by what the last one says."""
    operator, root = new["operator"]["key"], (new["root"]["keys"], new["root"]["threshold"])
    asked = {"operator": ([operator], 1), "root-N": root}
    if not chain:
        need(new["version"] == 1 and not new["previous"], "not a first roster")
        need(digits_of(new["root"]) == digits, "not of this fingerprint")
        return asked
    old = chain[-1]
    need((new["version"], new["previous"]) == (old["version"] + 1, old["digest"]), "out of order")
    logs = [{n["origin"]: (n["ed25519"], n["mldsa44"]) for n in r["logs"]} for r in (old, new)]
    need(logs[0].items() <= logs[1].items(), "it drops or changes a log")
    digests = [sha("\n".join(sorted(keys)).encode()).hex() for keys in (root[0], [operator])]
    old_root = (old["root"]["keys"], old["root"]["threshold"])
    if root != old_root:
        need(digests[0] == old["root"]["next"], "root keys out of nowhere")
        return asked | {"root-N": old_root, "new-root-N": root}
    if operator == old["operator"]["key"] or digests[1] == old["operator"]["next"]:
        del asked["root-N"]  # else only the root can say which operator follows
    return asked


def take_rosters(audit: Audit) -> None:
    """Rosters, lower versions first: clear payloads, or files on their own in evidence."""
    found = {}
    for path in audit.find("(blob|roster)/.*"):
        with contextlib.suppress(Exception):  # most payloads are no rosters
            data = audit.paths[path].read_bytes()
            new, pae, signatures = read_envelope(data, ROSTER, 33)
            found[sha(data).hex()] = (int(new["version"]), path, new, pae, signatures)
    for digest, (_, path, new, pae, signatures) in sorted(found.items(), key=lambda it: it[1][:2]):
        party, line = str(new["party"]), audit.line
        chain = audit.chains.get(party, [])
        with audit.catching(f"{path}, a roster of {party}", "discrepancy" if chain else "wrong"):
            need((new["type"], new["line"]) == ("tieline/roster@v1", line), "of another line")
            for who, (keys, least) in asked_to_sign(new, chain, audit.parties.get(party)).items():
                ids = {who.replace("N", str(n)): key for n, key in enumerate(keys, 1)}
                signed = {key: signatures[i] for i, key in ids.items() if i in signatures}
                jobs = [("Ed25519", (public_key(key),), pae, sig) for key, sig in signed.items()]
                good = [audit.holds(job) for job in jobs]
                need(all(good) and len(good) >= least >= 1, f"signatures of {who}: wrong, or few")
            signers = [(ED, log["origin"], log) for log in new["logs"]]
            signers.append((ED_TIMED, new["mirror"]["name"], new["mirror"]))
            audit.signers |= {name: Signer(k, name, party, line, at) for k, name, at in signers}
            chain.append(new | {"digest": digest})
            audit.used.add(path)
            audit.counts["rosters"] += 1


class Entry:
    """One leaf: its payloads (length, digest), its commit if it is sealed, the heads it names."""

    def __init__(self, leaf: bytes, place: tuple[str, int], where: str, before: Json) -> None:
        match: Any = LEAF.fullmatch(leaf.decode())
        need(match and len(leaf) <= 4096, "a bad envelope: not of the grammar of an entry")
        self.origin, self.index, self.commit, self.where = match[1], int(match[2]), match[4], where
        need((self.origin, self.index) == place, "a bad envelope: made for another place")
        rows = map(str.split, match[3].splitlines())
        self.payloads = [(int(length), unb64(digest).hex()) for _, length, digest in rows]
        seen = [row.split(" ") for row in match[5].splitlines()]
        self.heads = {name: (int(size), unb64(root)) for _, name, size, root in seen}
        need([row[1] for row in seen] == sorted({*self.heads} - {place[0]}), "a bad envelope: seen")
        for name, (size, _) in before.items():
            need(self.heads.get(name, (-1,))[0] >= size, f"a bad envelope: forgets {name} {size}")

    def check(self, audit: Audit, severity: str) -> None:
        """Payloads, plaintext, and the signatures of persons whom a roster gives that office."""
        for number, (length, name) in enumerate(self.payloads):
            data = audit.get(path := f"blob/{name[:2]}/{name}")
            if number and self.commit and path not in audit.paths:
                audit.add("unchecked", f"{self.where}: file {number} is withdrawn, or lost")
                continue
            need(sha(data).hex() == name, f"payload {name} is missing or damaged here")
            need(len(data) == length <= 2**24, "a bad envelope: another length of payload")
            audit.counts["payloads"] += 1
        name, kind = self.payloads[0][1], "plaintext" if self.commit else "blob"
        message = audit.get(f"{kind}/{name[:2]}/{name}")
        if self.commit:
            audit.counts["plaintexts" if message else "sealed entries without plaintext"] += 1
            if not message:
                return
            need(sha(message) == unb64(self.commit), "not the plaintext committed to")
        with audit.catching(self.where, severity):
            body, pae, signatures = read_envelope(message, MESSAGE, 2)
            need((body["line"], body["log"]) == (audit.line, self.origin), "of another log")
            party, _, office = body["from"].partition("/")
            need(party == audit.signers[self.origin].party, f"speaks for {party}")
            chain = audit.chains[party]
            for who, signature in signatures.items():
                persons = [p for r in chain for p in r["persons"] if p["id"] == who]
                texts = [p["key"] for p in persons if office in p["offices"]]
                texts += [r["node"] for r in chain] if who == "node" else []
                need(texts, f"signed by {who}, who may not speak for {party}/{office}")
                job = ("Ed25519", tuple(map(public_key, dict.fromkeys(texts))), pae, signature)
                audit.ask(job, severity, f"{self.where}: the signature of {who} does not hold")
                audit.counts["persons' signatures"] += 1
            # Whether a roster that cuts a key off came first is for `tieline verify` to tell.
            for version, cut in [(r["version"], cut) for r in chain for cut in r["cutoffs"]]:
                who, log, at = cut["key"], cut["log"], cut["index"]
                if who in signatures and log == self.origin and at <= self.index:
                    words = f"{who}, cut off from entry {at} on by roster version {version}"
                    audit.add("unchecked", f"{self.where}: {words}")


def check_log(audit: Audit, path: str) -> None:
    """A log of an export: head, tree, tiles, entries, and what others signed of it."""
    head = Note(audit, path, audit.get(path))
    origin, folder = head.origin, path.partition("/")[0]
    need(folder == sha(origin.encode()).hex(), "under another log's name")
    need([*head.times] == [origin], f"{head.log}: its head is signed by others")
    data, leaves, at = b"".join(map(audit.get, audit.find(f"{folder}/tile/entries/.*"))), [], 0
    while at < len(data):
        start, at = at, at + 2 + int.from_bytes(data[at : at + 2], "big")
        leaves.append(data[start + 2 : at])
    need((len(leaves), at) == (head.size, len(data)), f"{head.log}: entries are cut off or damaged")
    rows = audit.trees[origin] = rows_of([sha(b"\0", leaf) for leaf in leaves])
    levels: dict[int | str, list[bytes]] = dict(enumerate(rows[::8]))
    levels["entries"] = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves]
    odd, kept = [], b""
    for level, row in levels.items():
        for start in range(0, len(row), 256):
            name = tile_path(origin, level, start // 256, len(row))
            kept += audit.get(name) if level == 0 else b""
            if audit.get(name) != b"".join(row[start : start + 256]):
                odd.append(f"{name[65:]} is not the tile of its entries")
    if root_at(rows, head.size) != head.root:
        which = [i for i, value in enumerate(rows[0]) if kept[32 * i :][:32] != value]
        odd.insert(0, f"entry {which}: changed here; its signed head says otherwise")
    audit.findings += [("wrong", f"{head.log}, {what}") for what in odd]
    before: Json = {}
    for index, leaf in enumerate(leaves):
        with audit.catching(where := f"{head.log}, entry {index}"):
            entry = Entry(leaf, (origin, index), where, before)
            before = entry.heads
            for seen in before.items():
                audit.seen.setdefault(seen, where)
            entry.check(audit, "discrepancy")
            audit.counts["entries"] += 1
    for name in audit.find(f"receipts/{folder}/.*|{folder}/fork/.*"):
        with audit.catching(f"{name} of {head.log}"):
            note = Note(audit, name, audit.get(name))
            (signer,) = (audit.signers[by] for by in note.times)
            same = (note.origin, note.root) == (origin, root_at(rows, note.size))
            need(same, f"{signer.party} signed another log, or another history")
            need(not signer.is_log, "a head that contradicts nothing here")
            audit.counts["receipts"] += 1


def check_export(audit: Audit, page: list[str], parties: list[str]) -> list[str]:
    """Everything in an exported folder; what its MANIFEST should say."""
    for path in audit.find(".*/checkpoint"):
        with audit.catching(path):
            check_log(audit, path)
    for (origin, (size, root)), where in audit.seen.items():
        rows = audit.trees.get(origin, [[]])
        if size > len(rows[0]):
            audit.add("unchecked", f"{where}: {origin} at {size}; {len(rows[0])} are here")
        elif root_at(rows, size) != root:
            audit.add("discrepancy", f"{where}: names a head that {origin} never had")
    say, mirrors = page[:2] + parties, []
    for name, signer in sorted(audit.signers.items()):
        if not signer.is_log:
            mirrors += [f"mirror {name} {signer.about}", *signer.vkeys]
        elif name in audit.trees:
            say += [f"log {name} {signer.about} {len(audit.trees[name][0])}", *signer.vkeys]
    return [*say, *mirrors, ""]


def check_evidence(audit: Audit, page: list[str], parties: list[str]) -> list[str]:
    """One entry under signed heads, its payloads and persons; what its EVIDENCE should say."""
    origin, index, leaf = page[2][4:], int(page[3][6:]), audit.get("leaf")
    for path in ["proof", *audit.find("receipts/.*")]:
        top, _, tail = audit.get(path).partition(b"\n\n")
        rows, note = top.decode().split("\n"), Note(audit, path, tail)
        need(rows[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"], f"{path}: no proof")
        root = root_over(sha(b"\0", leaf), index, note.size, [unb64(row) for row in rows[2:]])
        need((note.origin, note.root) == (origin, root), f"{path}: the leaf is not under its head")
        need((origin in note.times) == (path == "proof"), f"{path}: signed by others")
        for name, time_s in note.times.items():
            if not audit.signers[name].is_log:
                audit.add("note", f"{name} says that it has held this since {time_s} (POSIX time)")
    Entry(leaf, (origin, index), f"entry {index} of {origin}", {}).check(audit, "wrong")
    return [*page[:2], f"log {origin}", f"index {index}", *parties, ""]


class Audit:
    """The folder, whose keys count, what was found, and the openssl that is asked."""

    def __init__(self, folder: Path, program: str) -> None:
        self.program, self.asked = program, 0
        self.findings: list[tuple[str, str]] = []
        self.counts, self.unable, self.algorithms = Counter[str](), Counter[str](), ""
        self.line, self.parties, self.signers = "", dict[str, str](), dict[str, Signer]()
        self.chains, self.trees = dict[str, list[Json]](), dict[str, list[list[bytes]]]()
        self.seen: dict[tuple[str, tuple[int, bytes]], str] = {}
        self.paths, self.used = dict[str, Path](), set[str]()
        for path in folder.rglob("*"):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                self.add("wrong", f"{path.name}: a link or no plain file")
            elif path.is_file():
                self.paths[path.relative_to(folder).as_posix()] = path
        with contextlib.suppress(OSError):
            command = [program, "list", "-signature-algorithms"]
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
            self.algorithms = done.stdout.decode(errors="replace").upper()

    def get(self, name: str) -> bytes:
        """The bytes of a file; none if it is not here. What is never asked for is out of place."""
        self.used.add(name)
        return self.paths[name].read_bytes() if name in self.paths else b""

    def find(self, pattern: str) -> list[str]:
        return sorted(name for name in self.paths if re.fullmatch(pattern, name))

    def add(self, severity: str, what: str) -> None:
        self.findings.append((severity, what))

    @contextlib.contextmanager
    def catching(self, where: str, severity: str = "wrong") -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  # whatever a file leads to is said of that file
            why = error if isinstance(error, ValueError) else repr(error)
            self.add(severity, f"{where}: {why}")

    def holds(self, job: Job) -> bool:
        """Ask openssl whether a signature is that of one of the keys."""
        name, keys, message, signature = job
        if len(signature) != SHAPES[name][1] or signature[:32] in LOW_ORDER:
            return False
        with tempfile.TemporaryDirectory() as private:
            key, text, sig = (Path(private, part) for part in ("key", "text", "sig"))
            text.write_bytes(message)
            sig.write_bytes(signature)
            verify: list[str | Path] = [self.program, "pkeyutl", "-verify", "-rawin", "-pubin"]
            verify += ["-in", text, "-sigfile", sig, "-keyform", "DER", "-inkey", key]
            for each in keys:
                key.write_bytes(SHAPES[name][2] + each)
                done = subprocess.run(verify, capture_output=True, check=False)  # noqa: S603
                if done.returncode == 0:
                    return True
        return False

    def ask(self, job: Job, severity: str, what: str) -> None:
        """Add a finding, unless the signature holds or this openssl cannot tell."""
        self.asked += 1
        if self.asked % 500 == 0:
            sys.stderr.write(f"{self.asked} signatures\n")
        if job[0].upper() not in self.algorithms:
            self.unable[job[0]] += 1
        elif self.holds(job):
            self.counts[f"{job[0]} signatures"] += 1
        else:
            self.add(severity, what)


def check(audit: Audit, given: dict[str, str]) -> None:
    """The folder's first page says what to check, and must follow from what is found."""
    kind, first, run = "MANIFEST", "tieline/export@v1", check_export
    if "EVIDENCE" in audit.paths:
        kind, first, run = "EVIDENCE", "tieline/evidence@v1", check_evidence
    page = audit.get(kind).decode("ascii").split("\n")
    need(page[0] == first and page[1][:5] == "line ", f"{kind} does not begin as it should")
    audit.line = page[1][5:]
    audit.parties = dict(row.split(" ")[1:] for row in page if row.startswith("party "))
    audit.chains = {party: [] for party in audit.parties}
    for party in sorted(audit.parties.keys() | given.keys()):
        if party not in given:
            audit.add("unchecked", f"nobody compared the fingerprint of {party}")
        elif audit.parties.get(party) != given[party]:
            audit.add("wrong", f"{party}'s fingerprint here is not the one that was compared")
    take_rosters(audit)
    people = [f"party {party} {digits}" for party, digits in sorted(audit.parties.items())]
    if run(audit, page, people) != page:
        audit.add("wrong", f"{kind}: it does not say what the other files here say")
    for party in sorted(party for party, chain in audit.chains.items() if not chain):
        audit.add("unchecked", f"no roster of {party} is here")
    for path in sorted(audit.paths.keys() - audit.used):
        audit.add("wrong", f"{path}: this file belongs to nothing in the record")
    for name, number in audit.unable.items():
        audit.add("unchecked", f"{number} {name} signatures: {audit.program} knows no {name}")


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
    audit = Audit(options.folder, options.openssl)
    if "ED25519" not in audit.algorithms:
        parser.error(f"{options.openssl} cannot be run, or cannot verify Ed25519")
    with audit.catching(options.folder.name):
        check(audit, given)
    severities = {severity for severity, _ in audit.findings} - {"note"}
    code = 1 if "wrong" in severities else 3 if severities else 0
    verdict = {0: "sound", 1: "wrong", 3: "nothing wrong found, but see the list"}[code]
    findings = [{"severity": severity, "what": what} for severity, what in audit.findings]
    value = {"verdict": verdict, "exit": code, "counts": audit.counts, "findings": findings}
    rows = [f"{severity.upper()}: {what}" for severity, what in audit.findings]
    rows += [", ".join(f"{n} {name}" for name, n in audit.counts.items()), verdict.upper()]
    # Names in the folder were chosen by others: nothing in them may act on a terminal.
    text = "\n".join(row.encode("unicode_escape").decode() for row in rows)
    sys.stdout.write((json.dumps(value, indent=1) if options.json else text) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

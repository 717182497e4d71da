"""Vectors that others publish: read where they are installed, never copied here.

| vectors | found in |
|---|---|
| CCTV (age, Ed25519) | a checkout of C2SP/CCTV named by TIELINE_CCTV; age also in npm's cctv-age |
| proofs | the testdata folder of transparency-dev/merkle named by TIELINE_MERKLE_TESTDATA |
| RFC 6962 roots | Debian's golang-github-transparency-dev-merkle-dev |
| Wycheproof | TIELINE_WYCHEPROOF, or Debian's golang-github-c2sp-wycheproof-dev |
| ML-DSA, hybrid HPKE keys | PyPI's cryptography_vectors |
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tieline.errors import BadSignatureError, MalformedError, SealError, UnverifiedError
from tieline.record import age, ed25519, merkle, mldsa


def named(variable: str, what: str) -> Path:
    folder = os.environ.get(variable)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{what} are absent: set {variable} to their folder")
    return Path(folder)


def debian(package: str, file: str) -> Path | None:
    """A file of an installed Debian package."""
    tool = shutil.which("dpkg-query")
    if tool is None:
        return None
    command = [tool, "--listfiles", package]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return next((Path(line) for line in listed.splitlines() if line.endswith(file)), None)


def wycheproof(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of group and test."""
    if os.environ.get("TIELINE_WYCHEPROOF"):
        path: Path | None = named("TIELINE_WYCHEPROOF", "Wycheproof's vectors") / name
    else:
        path = debian("golang-github-c2sp-wycheproof-dev", f"testvectors_v1/{name}")
    if path is None:
        pytest.skip(
            "Wycheproof's vectors are absent: install golang-github-c2sp-wycheproof-dev (Debian) "
            "or set TIELINE_WYCHEPROOF to their folder"
        )
    groups = json.loads(path.read_text(encoding="utf-8"))["testGroups"]
    return [(group, test) for group in groups for test in group["tests"]]


def cryptography_vectors() -> Path:
    found = importlib.util.find_spec("cryptography_vectors")
    if found is None or found.origin is None:
        pytest.skip("cryptography_vectors is absent: ML-DSA has no published vectors here")
    return Path(found.origin).parent


def accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        ed25519.verify(public, signature, message)
    except BadSignatureError:
        return False
    return True


def test_our_rule_is_libsodiums_on_every_edge_case_of_cctv() -> None:
    vectors = named("TIELINE_CCTV", "CCTV's vectors") / "ed25519" / "ed25519vectors.json"
    bindings = pytest.importorskip("nacl.bindings", reason="PyNaCl is absent: no second opinion")
    from nacl.exceptions import BadSignatureError as Refused

    answers: Counter[bool] = Counter()
    for case in json.loads(vectors.read_text(encoding="utf-8")):
        key, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        message = case["msg"].encode()
        try:
            bindings.crypto_sign_open(signature + message, key)
            theirs = True
        except Refused:
            theirs = False
        assert accepts(key, signature, message) is theirs, case["number"]
        answers[theirs] += 1
    assert answers == {True: 43, False: 871}


def test_ed25519_answers_as_wycheproof_says() -> None:
    cases = wycheproof("ed25519_test.json")
    assert len(cases) >= 150
    for group, case in cases:
        public = bytes.fromhex(group["publicKey"]["pk"])
        answer = accepts(public, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
        assert answer is (case["result"] == "valid"), case["tcId"]


def test_mldsa44_answers_as_wycheproof_says() -> None:
    cases = [pair for pair in wycheproof("mldsa_44_verify_test.json") if "ctx" not in pair[1]]
    assert len(cases) >= 170
    for group, case in cases:
        message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        try:
            mldsa.verify(bytes.fromhex(group["publicKey"]), signature, message)
            answer = True
        except BadSignatureError:
            answer = False
        assert answer is (case["result"] == "valid"), case["tcId"]


def test_mldsa44_keys_come_from_seeds_as_published() -> None:
    path = cryptography_vectors() / "asymmetric" / "MLDSA" / "kat_MLDSA_44_det_pure.rsp"
    text = path.read_text(encoding="ascii")
    pairs = re.findall(r"^xi = (\w+)$.*?^pk = (\w+)$", text, re.MULTILINE | re.DOTALL)
    assert len(pairs) >= 10
    for seed, public in pairs:
        assert mldsa.public_of(bytes.fromhex(seed)).hex() == public.lower()


def test_hybrid_recipients_come_from_seeds_as_published() -> None:
    path = cryptography_vectors() / "HPKE" / "hpke-pq-test-vectors.json"
    mlkem768_x25519 = 0x647A
    cases = [
        case
        for case in json.loads(path.read_text(encoding="utf-8"))
        if case["kem_id"] == mlkem768_x25519
    ]
    assert cases
    for case in cases:
        identity = age.HybridIdentity(bytes.fromhex(case["skRm"]))
        assert identity.recipient.public.hex() == case["pkRm"]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_cases(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    folder = named("TIELINE_MERKLE_TESTDATA", "transparency-dev/merkle's proofs") / kind
    found = [(path, json.loads(path.read_bytes())) for path in sorted(folder.rglob("*.json"))]
    assert len(found) >= 98
    return found


def test_inclusion_proofs_of_transparency_dev_get_their_answers() -> None:
    for path, case in proof_cases("inclusion"):
        leaf, root = decoded(case["leafHash"]), decoded(case["root"])
        proof = [decoded(item) for item in case["proof"] or ()]
        try:
            merkle.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
            refused = False
        except UnverifiedError:
            refused = True
        assert refused is case["wantErr"], path.name


def test_consistency_proofs_of_transparency_dev_get_their_answers() -> None:
    for path, case in proof_cases("consistency"):
        old, new = decoded(case["root1"]), decoded(case["root2"])
        proof = [decoded(item) for item in case["proof"] or ()]
        # A root that their verifier never looks at may be short there; here no root is.
        short = old == new and len(old) < merkle.HASH_BYTES and case["size1"] == case["size2"]
        try:
            merkle.verify_consistency(case["size1"], old, case["size2"], new, proof)
            refused = False
        except UnverifiedError:
            refused = True
        assert refused is (case["wantErr"] or short), path.name


def test_roots_are_those_of_transparency_dev() -> None:
    path = debian("golang-github-transparency-dev-merkle-dev", "testonly/constants.go")
    if path is None:
        pytest.skip(
            "RFC 6962 roots are absent: install golang-github-transparency-dev-merkle-dev (Debian)"
        )
    functions = path.read_text(encoding="utf-8").split("\nfunc ")
    texts = {text.split("(")[0]: re.findall(r'hd\("(\w*)"\)', text) for text in functions}
    leaves = [merkle.hash_leaf(bytes.fromhex(leaf)) for leaf in texts["LeafInputs"]]
    roots = [bytes.fromhex(root) for root in texts["RootHashes"]]
    assert len(roots) == len(leaves) == 8
    assert [merkle.root_of(leaves[:size]) for size in range(1, 9)] == roots


@dataclass(frozen=True, slots=True)
class AgeCase:
    name: str
    headers: dict[str, list[str]]
    body: bytes


# The X25519 half of these shares is of low order. The library refuses the share as a whole, so
# the file is "sealed to other keys" instead of malformed; it does not open either way.
LOW_ORDER_HYBRIDS = frozenset({"hybrid_identity", "hybrid_low_order"})
NAMES = {
    "no match": "SealError: sealed to other keys than ours",
    "HMAC failure": "SealError: the header of the sealed file was changed after sealing",
    "header failure": "MalformedError",
    "payload failure": "SealError: the sealed file ",
}


def cctv_age_files() -> dict[str, bytes]:
    if os.environ.get("TIELINE_CCTV"):
        folder = named("TIELINE_CCTV", "CCTV's vectors") / "age" / "testdata"
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    node = shutil.which("node")
    dump = (
        "const v = require('cctv-age'); const o = {};"
        "for (const k in v) o[k] = Buffer.from(v[k]).toString('base64');"
        "console.log(JSON.stringify(o))"
    )
    done = subprocess.run([node, "-e", dump], capture_output=True, check=False) if node else None
    if done is None or done.returncode:
        pytest.skip(
            "CCTV's age vectors are absent: set TIELINE_CCTV to a checkout of C2SP/CCTV, or "
            "install npm's cctv-age where node finds it (NODE_PATH)"
        )
    return {name: base64.b64decode(text) for name, text in json.loads(done.stdout).items()}


def cctv_age() -> list[AgeCase]:
    cases = []
    for name, data in cctv_age_files().items():
        head, _, body = data.partition(b"\n\n")
        headers = defaultdict(list)
        for line in head.decode().splitlines():
            key, _, value = line.partition(": ")
            headers[key].append(value)
        if headers.get("compressed") == ["zlib"]:
            body = zlib.decompress(body)
        cases.append(AgeCase(name, dict(headers), body))
    return cases


def opened(case: AgeCase) -> str:
    identities = [age.parse_identity(text) for text in case.headers.get("identity", ())]
    try:
        text = age.decrypt(case.body, identities, foreign_stanzas=True)
    except (MalformedError, SealError) as error:
        return f"{type(error).__name__}: {error}"
    return hashlib.sha256(text).hexdigest()


def test_age_files_of_cctv_get_their_answers() -> None:
    cases = [case for case in cctv_age() if not {"passphrase", "armored"} & case.headers.keys()]
    assert len(cases) >= 85
    for case in cases:
        (expect,) = case.headers["expect"]
        if expect == "success":
            assert opened(case) == case.headers["payload"][0], case.name
        elif case.name in LOW_ORDER_HYBRIDS:
            assert opened(case).startswith("SealError"), case.name
        else:
            assert opened(case).startswith(NAMES[expect]), case.name


def test_armored_and_passphrase_files_of_cctv_do_not_open() -> None:
    cases = [case for case in cctv_age() if {"passphrase", "armored"} & case.headers.keys()]
    assert len(cases) >= 58
    for case in cases:
        assert opened(case).startswith(("MalformedError", "SealError")), case.name


def test_a_file_of_cctv_with_mixed_kinds_is_no_file_of_a_line() -> None:
    (mixed,) = [case for case in cctv_age() if case.name == "hybrid_and_x25519"]
    identities = [age.parse_identity(text) for text in mixed.headers["identity"]]
    with pytest.raises(MalformedError, match="not post-quantum"):
        age.decrypt(mixed.body, identities)

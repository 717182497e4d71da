"""What the makers share: the form of a case, fixed keys, a party."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieline.record import age, dsse, ed25519
from tieline.record.checkpoint import LogKey
from tieline.record.message import MESSAGE_TYPE
from tieline.record.receipt import MirrorKey
from tieline.record.roster import LogCertificate, OfficeSeat, Person, Roster
from tieline.record.rosterchain import fingerprint, keys_digest, sign_roster

LINE = "lines.example/5d2f"
TIME_S = 1_795_257_600
MALFORMED = "unverified.malformed"
COLUMNS = 76

Files = dict[str, bytes]
Header = tuple[str, str]


def case_file(
    about: str, body: bytes, *headers: Header, expect: str = "pass", binary: bool = False
) -> bytes:
    """One case: headers, an empty line, the body."""
    lines = [f"expect: {expect}", f"about: {about}", *(f"{n}: {v}" for n, v in headers)]
    if binary:
        lines.append("encoding: base64")
        text = base64.b64encode(body).decode()
        rows = [text[at : at + COLUMNS] for at in range(0, len(text), COLUMNS)]
        body = "".join(f"{row}\n" for row in rows).encode()
    return ("\n".join(lines) + "\n\n").encode() + body


def seed(name: str) -> bytes:
    """A secret of 32 bytes that everybody knows. Never use one."""
    return hashlib.sha256(f"tieline test key {name}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Party:
    """A party of the vectors, all keys made from names."""

    handle: str

    def seed(self, name: str) -> bytes:
        return seed(f"{self.handle} {name}")

    def public(self, name: str) -> bytes:
        return ed25519.public_of(self.seed(name))

    def roots(self, prefix: str = "root") -> tuple[bytes, ...]:
        return tuple(self.seed(f"{prefix} {number}") for number in (1, 2, 3))

    def fingerprint(self) -> str:
        return fingerprint([ed25519.public_of(root) for root in self.roots()], 2)

    def origin(self, name: str = "1") -> str:
        return f"{LINE}/{self.handle}-{name}"

    def log(self, name: str = "1", role: str = "main", state: str = "open") -> LogCertificate:
        origin = self.origin(name)
        return LogCertificate(
            key=LogKey.from_seeds(origin, *self.log_seeds(name)),
            role=role,
            generation=int(name.rstrip("x")),
            state=state,
        )

    def log_seeds(self, name: str = "1") -> tuple[bytes, bytes]:
        return self.seed(f"log {name}"), self.seed(f"log {name} mldsa44")

    def mirror(self) -> MirrorKey:
        name = f"{LINE}/{self.handle}-mirror-1"
        return MirrorKey.from_seeds(name, self.seed("mirror"), self.seed("mirror mldsa44"))

    def identity(self, name: str) -> age.HybridIdentity:
        return age.HybridIdentity(self.seed(name))

    def person(self, number: int, offices: tuple[str, ...] = ("watch", "desk")) -> Person:
        name = f"{self.handle}-p{number}"
        return Person(id=name, key=ed25519.public_of(seed(name)), offices=offices)

    def roster(self, logs: tuple[LogCertificate, ...] | None = None) -> Roster:
        return Roster(
            line=LINE,
            party=self.handle,
            name=self.handle.title(),
            version=1,
            previous="",
            root_keys=tuple(ed25519.public_of(root) for root in self.roots()),
            root_threshold=2,
            root_next=keys_digest(ed25519.public_of(root) for root in self.roots("next root")),
            operator=self.public("operator"),
            operator_next=keys_digest([self.public("next operator")]),
            node=self.public("node"),
            logs=logs if logs is not None else (self.log(), self.log("1x", "express")),
            mirror=self.mirror(),
            reading=self.identity("reading").recipient.encode(),
            archive=self.identity("archive").recipient.encode(),
            persons=(self.person(1), self.person(2), self.person(3, ("desk",))),
            offices=(
                OfficeSeat(name="watch", title="Watch", filled=True),
                OfficeSeat(name="desk", title="Desk", filled=True),
                OfficeSeat(name="principal", title="Principal", filled=False),
            ),
            cutoffs=(),
            addresses=(f"https://{self.handle}.example:7443",),
            certificate=b"",
        )

    def first_signers(self) -> dict[str, bytes]:
        roots = self.roots()
        return {"root-1": roots[0], "root-2": roots[1], "operator": self.seed("operator")}

    def first(self) -> bytes:
        """The signed first roster."""
        return sign_roster(self.roster(), self.first_signers())


ALPHA, BRAVO = Party("alpha"), Party("bravo")
FINGERPRINTS = {party.handle: party.fingerprint() for party in (ALPHA, BRAVO)}


def sign(payload: bytes, who: Iterable[str], keys: Mapping[str, bytes] | None = None) -> bytes:
    """Envelope of a message by persons (named as their ids)."""
    given = keys or {}
    return dsse.sign_many(MESSAGE_TYPE, payload, {w: given.get(w, seed(w)) for w in who})

"""Speaking: compose at the node, sign here with officers' keys, file at the node.

Where two persons must sign and only one does, the signed half waits in the home until a second
person releases it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tieline.control import Client
from tieline.errors import RefusedError, UsageError
from tieline.home import Home, OfficerLabel
from tieline.record import dsse
from tieline.record.message import MESSAGE_TYPE, parse_message
from tieline.record.strict import JsonValue, b64decode, b64encode

RELEASES = "releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of something said: filed at ``short``, or waiting for a second person."""

    short: str
    ref: str
    id: str
    waiting: bool


class Desk:
    """An officer's place at a home: who sits here, and the node that files."""

    def __init__(self, home: Home, client: Client, *, officers: tuple[str, ...] = ()) -> None:
        """``officers`` are ids or labels of who signs; empty lets the desk choose."""
        self.home = home
        self.client = client
        self.card = home.card()
        self._chosen: tuple[OfficerLabel, ...] = ()
        self.choose(officers)

    def choose(self, officers: tuple[str, ...]) -> None:
        """Say who signs from here on, by id or label; nobody lets the desk choose.

        Raises:
            UsageError: there is no such officer here, or one is named twice.
        """
        chosen = tuple(self.card.officer(text) for text in officers)
        if len({officer.id for officer in chosen}) != len(chosen):
            raise UsageError(f"{chosen[0].label} cannot sign twice; name another second person")
        self._chosen = chosen

    def able(self, office: str) -> tuple[OfficerLabel, ...]:
        """Who of those chosen, or else of all whose key lies here, may speak for an office."""
        if self._chosen:
            whole = all(office in officer.offices for officer in self._chosen)
            return self._chosen if whole else ()
        return tuple(
            officer
            for officer in self.card.officers
            if office in officer.offices and self._key_path(officer.id).exists()
        )

    def signers(self, office: str, persons: int) -> tuple[OfficerLabel, ...]:
        """Who signs for an office: those chosen, else the first who may.

        Raises:
            RefusedError: nobody here may speak for the office.
        """
        if self._chosen:
            for officer in self._chosen:
                if office not in officer.offices:
                    raise RefusedError(f"{officer.label} does not hold the office {office}")
            return self._chosen[: max(persons, 1)]
        able = self.able(office)
        if not able:
            raise RefusedError(
                f"nobody here holds the office {office}",
                advice="Name another office with --office, or fill it: `tieline roster fill`.",
            )
        return able[:1]

    def _key_path(self, person: str) -> Path:
        return self.home.path / "officers" / f"{person}.key"

    def say(
        self,
        *,
        line: str,
        kind: str,
        body: dict[str, JsonValue],
        office: str = "watch",
        verb: str = "compose",
        clear: tuple[bytes, ...] = (),
        attachments: tuple[bytes, ...] = (),
        **more: JsonValue,
    ) -> Said:
        """Say one thing; how far it got.

        Raises:
            RefusedError, UsageError: the rules forbid it, or a field is wrong; nothing was filed.
        """
        composed = self.client.call(verb, line=line, kind=kind, body=body, office=office, **more)
        assert isinstance(composed, dict)
        payload = b64decode(str(composed["payload"]))
        persons = int(str(composed["persons"]))
        signers = self.signers(office, persons)
        envelope = self._sign(payload, signers)
        if len(signers) < persons:
            return self._hold(str(composed["line"]), envelope, clear, attachments)
        return self._file(str(composed["line"]), envelope, clear, attachments)

    def _sign(self, payload: bytes, signers: tuple[OfficerLabel, ...]) -> bytes:
        seeds = {officer.id: self.home.officer_seed(officer.id) for officer in signers}
        return dsse.sign_many(MESSAGE_TYPE, payload, seeds)

    def _file(
        self, line: str, envelope: bytes, clear: tuple[bytes, ...], attachments: tuple[bytes, ...]
    ) -> Said:
        filed = self.client.call(
            "file",
            line=line,
            envelope=b64encode(envelope),
            clear=[b64encode(part) for part in clear],
            attachments=[b64encode(part) for part in attachments],
        )
        assert isinstance(filed, dict)
        message = parse_message(dsse.parse(envelope).body)
        return Said(short=str(filed["short"]), ref=str(filed["ref"]), id=message.id, waiting=False)

    # -- release by a second person

    def _hold(
        self, line: str, envelope: bytes, clear: tuple[bytes, ...], attachments: tuple[bytes, ...]
    ) -> Said:
        message = parse_message(dsse.parse(envelope).body)
        folder = self.home.path / RELEASES
        folder.mkdir(mode=0o700, exist_ok=True)
        value = {
            "line": line,
            "envelope": b64encode(envelope),
            "clear": [b64encode(part) for part in clear],
            "attachments": [b64encode(part) for part in attachments],
        }
        (folder / f"{message.id}.json").write_text(json.dumps(value), encoding="ascii")
        return Said(short="", ref="", id=message.id, waiting=True)

    def waiting(self) -> list[dict[str, JsonValue]]:
        """What waits for a second person."""
        found: list[dict[str, JsonValue]] = []
        for path in sorted((self.home.path / RELEASES).glob("*.json")):
            value = json.loads(path.read_text(encoding="ascii"))
            envelope = dsse.parse(b64decode(value["envelope"]))
            message = parse_message(envelope.body)
            found.append(
                {
                    "id": message.id,
                    "line": value["line"],
                    "kind": message.kind,
                    "level": message.level,
                    "mark": message.mark.value,
                    "signed_by": [s.keyid for s in envelope.signatures],
                    "body": dict(message.body),
                }
            )
        return found

    def _half(self, message_id: str) -> Path:
        folder = self.home.path / RELEASES
        paths = [p for p in folder.glob("*.json") if message_id and p.name.startswith(message_id)]
        if len(paths) != 1:
            raise UsageError(
                f"nothing, or more than one thing, waits under {message_id!r}",
                advice="`tieline release` lists what waits.",
            )
        return paths[0]

    def drop(self, message_id: str) -> None:
        """Throw away what waits for a second person; it was never filed.

        Raises:
            UsageError: nothing waits under this id.
        """
        self._half(message_id).unlink()

    def release(self, message_id: str) -> Said:
        """Sign as the second person, and file.

        Raises:
            UsageError: nothing waits under this id.
            RefusedError: the second person is the first one, or may not.
        """
        path = self._half(message_id)
        value = json.loads(path.read_text(encoding="ascii"))
        envelope = dsse.parse(b64decode(value["envelope"]))
        message = parse_message(envelope.body)
        first = {signature.keyid for signature in envelope.signatures}
        second = self._second(message.sender.name, first)
        signature = dsse.parse(self._sign(envelope.body, (second,))).signatures
        whole = dsse.Envelope(
            payload_type=MESSAGE_TYPE,
            body=envelope.body,
            signatures=(*envelope.signatures, *signature),
        ).encode()
        said = self._file(
            value["line"],
            whole,
            tuple(b64decode(part) for part in value["clear"]),
            tuple(b64decode(part) for part in value["attachments"]),
        )
        path.unlink()
        return said

    def _second(self, office: str, first: set[str]) -> OfficerLabel:
        candidates = self._chosen or self.card.officers
        for officer in candidates:
            if officer.id not in first and office in officer.offices:
                return officer
        raise RefusedError(
            "a second person must release this: another one than who signed first",
            advice="Name the person with --as.",
        )

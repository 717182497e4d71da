"""Two parties on one line in homes on disk, and a clock that the test turns."""

from __future__ import annotations

import asyncio
import hashlib
import html
import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tieline.console import Access, make_app
from tieline.home import OFFICES, Home, create_home, office_seats, read_vault
from tieline.lineconfig import LineConfig
from tieline.node import Node
from tieline.overview import ref_of
from tieline.procedures.brackets import agreed_text
from tieline.procedures.line import framework as fw
from tieline.record import dsse
from tieline.record.message import MESSAGE_TYPE, Mark, Office
from tieline.replication import effects as fx
from tieline.replication import founding
from tieline.replication.drafts import Draft
from tieline.replication.effects import Now
from tieline.replication.filing import compose
from tieline.settings import Settings
from tieline.state.shortref import short_ref

START_MS = 1_795_291_200_000
"""21 November 2026, 20:00:00 UTC."""


class Clock:
    def __init__(self) -> None:
        self.passed_ms = 0
        self.wall_step_ms = 0

    def __call__(self) -> Now:
        wall_ms = START_MS + self.passed_ms + self.wall_step_ms
        return Now(wall_ms=wall_ms, elapsed_ms=5_000_000 + self.passed_ms)

    def pass_s(self, seconds: float) -> None:
        self.passed_ms += int(seconds * 1000)


class Desk:
    """One party: its node, and its officers' keys."""

    def __init__(self, folder: Path, handle: str, name: str, clock: Clock) -> None:
        self.handle = handle
        home, vault = folder / handle, folder / f"{handle}-vault"
        # Nobody holds bravo's desk: that office is vacant.
        offices = tuple(o for o in OFFICES if (handle, o) != ("bravo", "desk"))
        officers = [("first", offices), ("second", offices)]
        self.card = create_home(home, vault, handle=handle, name=name, officers=officers)
        self.home = Home(home)
        self.vault = read_vault(vault)
        marks = folder / f"{handle}-marks"
        self.node = Node(Settings(home=home, marks=marks, vault=vault), now=clock)

    def join(self, line: str, title: str, parties: Mapping[str, str]) -> None:
        keys = founding.new_line_keys(line, self.handle, os.urandom)
        self.home.save_line_keys(keys)
        for origin, seeds in keys.logs.items():
            self.node.signer.create_log(origin, seeds.ed25519, seeds.mldsa44)
        own = {r: founding.log_origin(line, self.handle, r, 1) for r in ("main", "express")}
        self.node.add_line(
            LineConfig(line=line, title=title, parties=parties, own=own, mirror=keys.mirror_name)
        )
        roster = founding.first_roster(
            handle=self.handle,
            name=self.card.name,
            vault=self.vault,
            keys=keys,
            persons=self.home.persons(self.card),
            offices=office_seats(self.card),
        )
        invitation = founding.invitation_message(
            line=line,
            handle=self.handle,
            office="watch",
            parties=parties,
            title=title,
            entropy=os.urandom,
            now=self.node.now(),
        )
        self.node.file(self.node.seat(line), self._sign(invitation, 1), clear=(roster,))

    def _sign(self, payload: bytes, persons: int) -> bytes:
        signers = {o.id: self.home.officer_seed(o.id) for o in self.card.officers[-persons:]}
        return dsse.sign_many(MESSAGE_TYPE, payload, signers)


class Pair:
    """Alpha and bravo, and the wire between them, which the test can cut."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.alpha = Desk(folder, "alpha", "Republic of Alpha", self.clock)
        self.bravo = Desk(folder, "bravo", "布拉沃共和国 Bravo", self.clock)
        self.line = founding.new_line_id(os.urandom)
        self.is_cut = False
        self._wire: deque[tuple[Desk, fx.Send]] = deque()
        for desk in (self.alpha, self.bravo):
            desk.node.on_send = self._carry_from(desk)
        parties = {d.handle: d.card.fingerprint for d in (self.alpha, self.bravo)}
        for desk in (self.alpha, self.bravo):
            desk.join(self.line, "Military hotline", parties)
        self.pass_s(1)

    def _carry_from(self, desk: Desk) -> Any:
        def send(line: str, output: fx.Send) -> None:
            self._wire.append((desk, output))

        return send

    def other(self, desk: Desk) -> Desk:
        return self.bravo if desk is self.alpha else self.alpha

    def pump(self) -> None:
        while self._wire:
            desk, sent = self._wire.popleft()
            seat = desk.node.seat(self.line)
            if self.is_cut:
                desk.node.do(seat, fx.Failed(peer=sent.peer, lane=sent.lane, why="cut"))
                continue
            answer = self.other(desk).node.arrived(self.line, sent.data, desk.handle)
            self.clock.pass_s(0.02)
            answered = fx.Answered(
                peer=sent.peer,
                lane=sent.lane,
                data=answer,
                sent_bytes=len(sent.data),
                took_ms=20,
            )
            desk.node.do(seat, answered)

    def pass_s(self, seconds: float, *, step_s: float = 1) -> None:
        while seconds > 0:
            self.clock.pass_s(min(step_s, seconds))
            seconds -= step_s
            for desk in (self.alpha, self.bravo):
                for seat in desk.node.seats.values():
                    desk.node.do(seat, fx.Tick())
            self.pump()

    def say(
        self,
        desk: Desk,
        kind: str,
        body: Mapping[str, Any],
        *,
        case: str = "",
        to: str = "",
        level: str = "",
        mark: str = "",
        office: str = "watch",
        line: str = "",
        files: Sequence[bytes] = (),
    ) -> str:
        """File a message and carry it over; its short reference."""
        seat = desk.node.seat(line or self.line)
        found = None
        if case:
            found = ref_of(seat, case)
        draft = Draft(
            kind=kind,
            office=office,
            body=body,
            to=(Office(*to.split("/")),) if to else (),
            level=level,
            mark=Mark(mark) if mark else None,
            case=found,
        )
        composed = compose(seat, draft, self.clock())
        envelope = desk._sign(composed.payload, composed.persons)
        ref = desk.node.file(seat, envelope, attachments=tuple(files))
        self.pump()
        self.pass_s(0.5)
        return short_ref(ref)

    def message(
        self,
        desk: Desk,
        subject: str,
        texts: Mapping[str, str],
        *,
        level: str = "ROUTINE",
        mark: str = "ACTUAL",
        channel: str = "dialogue",
        codes: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
        to: str = "watch",
    ) -> str:
        body = {
            "subject": subject,
            "texts": said(texts),
            "codes": list(codes),
            "channel": channel,
            "answer_by_s": 0,
            "references": [],
            "attachments": [attached(name, data) for name, data in (files or {}).items()],
        }
        to = f"{self.other(desk).handle}/{to}"
        datas = list((files or {}).values())
        return self.say(desk, "message.say", body, to=to, level=level, mark=mark, files=datas)

    def agree(self, clauses: Sequence[Mapping[str, str]]) -> str:
        """A framework that both sides draft alike and sign."""
        case = ""
        for desk in (self.alpha, self.bravo):
            body = {"clauses": list(clauses), "note": ""}
            filed = self.say(desk, "framework.draft", body, case=case)
            case = case or filed
        view = self.bravo.node.seat(self.line).view
        found = view.framework()
        assert found is not None
        agreed = agreed_text(view.positions(found), ("alpha", "bravo"))
        assert agreed is not None
        signed = {"version": 1, "digest": fw.text_digest(agreed)}
        for desk in (self.alpha, self.bravo):
            self.say(desk, "framework.sign", signed, case=case, office="principal")
        return case

    def close(self) -> None:
        for desk in (self.alpha, self.bravo):
            desk.node.close()


def attached(name: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    return {"name": name, "type": "application/pdf", "length": len(data), "sha256": digest}


def said(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Texts by language, the first one the original."""
    return [
        {"lang": lang, "text": text, "original": "no" if n else "yes"}
        for n, (lang, text) in enumerate(texts.items())
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


CLAUSES = [
    {
        "id": "levels",
        "title": "Precedence",
        "text": "Four levels. 使用四个优先等级。",
        "terms": 'names = ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"]',
    },
    {
        "id": "clocks",
        "title": "Clocks",
        "text": "A FLASH message is taken within two minutes.",
        "terms": "take_FLASH_s = 120\nanswer_FLASH_s = 600",
    },
    {
        "id": "codes",
        "title": "Coded messages",
        "text": "Agreed codes.",
        "terms": 'K7 = "Stay on this line"',
    },
]


class Client:
    """A browser's asking without a network, in the thread of the test."""

    def __init__(self, app: Any, base_url: str) -> None:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 40_000))
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url)
        self.cookies = self._client.cookies

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, headers=headers))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


class Look:
    """A console over a node, asked without a network."""

    def __init__(self, desk: Desk, clock: Clock, port: int = 8700) -> None:
        self.access = Access(port=port, now=clock, entropy=os.urandom)
        app = make_app(desk.node, access=self.access, handle=desk.handle)
        self.client = Client(app, f"http://{desk.handle}.localhost:{port}")

    def enter(self) -> None:
        answer = self.client.get(f"/open/{self.access.mint()}")
        assert answer.status_code == 200

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def every_page(self) -> dict[str, str]:
        """All pages that links lead to, by path; those of the talks on one day each."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            place = path.partition("?")[0] if path.startswith("/talks/") else path
            if place in seen or path.startswith("/static/"):
                continue
            seen.add(place)
            found[path] = self.text(path)
            if not place.endswith((".svg", ".ics")):
                links = re.findall(r'href="(/[^"#]*|\?[^"]*)"', found[path])
                waiting += [urljoin(path, html.unescape(link)) for link in links]
        return found


@pytest.fixture
def look(pair: Pair) -> Iterator[Look]:
    made = Look(pair.alpha, pair.clock)
    yield made
    made.client.close()


@pytest.fixture
def looking() -> Iterator[Callable[[Any, Desk], Look]]:
    """Opens and enters a console of one side."""
    made: list[Look] = []

    def enter(pair: Any, desk: Desk) -> Look:
        made.append(Look(desk, pair.clock))
        made[-1].enter()
        return made[-1]

    yield enter
    for each in made:
        each.client.close()


@pytest.fixture
def inside(look: Look) -> Look:
    look.enter()
    return look


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path)
    yield made
    made.close()


@pytest.fixture
def clauses() -> list[dict[str, str]]:
    return CLAUSES

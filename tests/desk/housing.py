"""Two homes on a line, one of them with a house in which everything is said that must not cross."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tieline.control import LocalClient
from tieline.desk import house, recording, sending
from tieline.desk.speaking import Desk
from tieline.evidence.export import export_files
from tieline.home import Home
from tieline.observer.assertion import OfSide
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.procedures.house.note import NOTE
from tieline.procedures.house.points import POINTS
from tieline.record.marking import Marking
from tieline.replication import effects as fx
from tieline.settings import load_settings

_spec = importlib.util.spec_from_file_location(
    "homes", Path(__file__).resolve().parents[1] / "cli" / "homes.py"
)
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

MARKER = "Perlmutt-Kranich 7731 珠母鹤"
"""Said in the house in every way there is, and nowhere else."""
BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}")
OPEN = "A convoy leaves at noon."
"""What the draft says in the end, and bravo is to read."""


def words(text: str) -> list[Any]:
    return [{"lang": "en", "text": text, "original": "yes"}]


class Place:
    """A party's home with its desk, and everything that its node ever sends."""

    def __init__(self, folder: Path, handle: str) -> None:
        self.home, self.vault = folder / handle, folder / f"{handle}-vault"
        self.client = LocalClient(load_settings(self.home)[0])
        self.desk = Desk(Home(self.home), self.client)
        self.node = self.client.node
        self.where = house.Where(vault=self.vault, office="watch")
        self.sent: list[bytes] = []

    def line(self) -> str:
        (found,) = (c.line for c in self.node.configs.values() if c.title == "border")
        return str(found)

    def exchange(self, other: Place) -> None:
        """Send what there is over a link, and take the answers, until nothing is left to say."""
        for _ in range(6):
            waiting: list[tuple[str, fx.Send]] = []
            self.node.on_send = lambda line, send, kept=waiting: kept.append((line, send))
            for seat in self.node.seats.values():
                for peer in seat.peers.values():
                    for lane in peer.lanes.values():
                        lane.retry_at_ms = 0
            self.node.tick()
            for line, send in waiting:
                self.sent.append(send.data)
                answer = other.node.arrived(line, send.data, self.desk.card.handle)
                other.sent.append(answer)
                event = fx.Answered(
                    peer=send.peer,
                    lane=send.lane,
                    data=answer,
                    sent_bytes=len(send.data),
                    took_ms=1,
                )
                self.node.do(self.node.seats[line], event)
            self.node.on_send = None

    def exported(self, line: str, **more: Any) -> dict[str, bytes]:
        config = self.node.configs[line]
        return dict(export_files(self.node.store, line, config.parties, **more))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    folder = tmp_path_factory.mktemp("house")
    homes.two_homes(folder)
    found = {handle: Place(folder, handle) for handle in ("alpha", "bravo")}
    yield found
    for place in found.values():
        place.client.close()


@pytest.fixture(scope="module")
def alpha(places: dict[str, Place]) -> Place:
    """Alpha, whose house holds the marker in every kind of item, and sent a draft without it."""
    place = places["alpha"]
    desk, where = place.desk, place.where
    for kind, more in ((NOTE, {"title": MARKER}), (POINTS, {"about": "round-17"})):
        house.put(desk, where, kind, {"marking": "own", "texts": words(MARKER), **more})
    instruction: dict[str, Any] = {"marking": "own", "to": ["watch"], "texts": words(MARKER)}
    house.put(desk, where, "house.instruction", instruction)
    body: dict[str, Any] = {
        "marking": "own",
        "title": "Convoy",
        "texts": words(MARKER),
        "to": ["bravo/watch"],
    }
    draft = house.put(desk, where, dr.DRAFT, body)
    house.ask(desk, where, draft.short, ["desk", "principal"], note=MARKER)
    house.give(desk, cl.COMMENT, draft.short, office="desk", words=MARKER)
    house.give(desk, cl.REFUSE, draft.short, office="desk", words=MARKER)
    house.revise(desk, draft.short, {"texts": words(OPEN)}, why=MARKER, office="watch")
    for office in ("desk", "principal"):
        house.give(desk, cl.CLEAR, draft.short, office=office, words=MARKER)
    found = house.find(desk, draft.short)
    sending.send(desk, found, line=place.line(), house_office="watch", office="watch")
    record(place, "call-7", said=(recording.Saying(side="charlie", text=MARKER),))
    house.change_mark(desk, draft.short, Marking.LINE, why=MARKER, office="desk")
    return place


def record(place: Place, contact: str, **changes: Any) -> list[str]:
    from datetime import date

    from tieline.days import Days

    day = date(2026, 11, 20)
    fields: dict[str, Any] = {
        "contact": contact,
        "way": "call",
        "who": (OfSide(party="charlie", value="Colonel X"),),
        "days": Days(earliest=day, latest=day),
        "learned": day,
        "text": "A call about the convoy",
        "topic": "convoys",
    }
    found = recording.Recording(**(fields | changes))
    return recording.record(place.desk, place.where, found, marking=Marking.OWN)


def secrets(place: Place) -> list[bytes]:
    """The marker, whole and in parts, the house's line, its bare number and each of its logs."""
    line = house.house_line(place.desk)
    plain = [MARKER, *MARKER.split()[::2], line, line.rpartition("/")[2]]
    plain += place.node.seats[line].copies
    escaped = [json.dumps(MARKER.split()[2])[1:-1].encode()]
    return [*(text.encode() for text in plain), *escaped]


def unfolded(data: bytes) -> bytes:
    """The bytes, and whatever stands in them as base64: a signed envelope carries its body so."""
    # Whole groups of four letters; what is left at the end of a run is two bytes at most.
    runs = (run[: len(run) // 4 * 4] for run in BASE64.findall(data))
    inner = [base64.b64decode(run) for run in runs]
    return b"\n".join([data, *inner])


def leaks(place: Place, data: bytes) -> list[bytes]:
    whole = unfolded(data)
    return [secret for secret in secrets(place) if secret in whole]


def files_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()

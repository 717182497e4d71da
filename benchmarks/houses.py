"""Houses: two parties with real homes on a line, and what their officers say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tieline.demo.stage import House, Stage
from tieline.desk import lines
from tieline.home import Home
from tieline.node import Node
from tieline.record import dsse
from tieline.record.entry import Ref
from tieline.record.message import MESSAGE_TYPE, Mark, Office
from tieline.replication import effects as fx
from tieline.replication import filing
from tieline.replication.drafts import Draft
from tieline.replication.seat import Seat

TITLE = "bench"
FAST_SEAL = b"not sealed:"
TEXT = "A convoy of twelve lorries leaves the depot at noon and takes the coast road. " * 3


def settle(folder: Path) -> tuple[House, House]:
    """Two parties that hold each other's invitation, exchanged by folders."""
    stage = Stage(folder)
    alpha, bravo = stage.build("alpha", "Alpha"), stage.build("bravo", "Bravo")
    with stage.desk(alpha) as desk:
        lines.invite(
            desk,
            others={"bravo": bravo.card.fingerprint},
            title=TITLE,
            vault=alpha.settings.vault,
            addresses=(alpha.address,),
        )
        desk.client.call("pouch.pack", line=TITLE, folder=str(folder / "stick-1"))
    with stage.desk(bravo) as desk:
        lines.join(
            desk,
            folder / "stick-1",
            known={"alpha": alpha.card.fingerprint},
            title=TITLE,
            vault=bravo.settings.vault,
            addresses=(bravo.address,),
        )
        desk.client.call("pouch.pack", line=TITLE, folder=str(folder / "stick-2"))
    with stage.desk(alpha) as desk:
        desk.client.call("pouch.read", folder=str(folder / "stick-2"))
    return alpha, bravo


class Officer:
    """Somebody who speaks at a node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.seat: Seat = node.seat("")
        person = node.card.officers[0].id
        self.seeds = {person: Home(node.settings.home).officer_seed(person)}
        (self.other,) = self.seat.peers

    def signed(self, draft: Draft) -> bytes:
        composed = filing.compose(self.seat, draft, self.node.now())
        return dsse.sign_many(MESSAGE_TYPE, composed.payload, self.seeds)

    def saying(self, number: int, level: str = "ROUTINE") -> bytes:
        """A signed message to the other party's watch."""
        body: dict[str, Any] = {
            "subject": f"Convoy {number}",
            "texts": [{"lang": "en", "text": TEXT, "original": "yes"}],
            "codes": [],
            "channel": "dialogue",
            "answer_by_s": 0,
            "references": [],
            "attachments": [],
        }
        to = (Office(self.other, "watch"),)
        draft = Draft(
            kind="message.say", office="watch", body=body, to=to, level=level, mark=Mark.EXERCISE
        )
        return self.signed(draft)

    def taking(self, case: Ref) -> bytes:
        return self.signed(Draft(kind="message.take", office="watch", body={"note": ""}, case=case))

    def answering(self, case: Ref) -> bytes:
        body: dict[str, Any] = {
            "texts": [{"lang": "en", "text": "We have seen it.", "original": "yes"}],
            "codes": [],
        }
        return self.signed(Draft(kind="message.answer", office="watch", body=body, case=case))

    def file(self, envelopes: list[bytes]) -> list[Ref]:
        """File in one commit."""
        told = self.node.do(self.seat, *(fx.File(envelope=e) for e in envelopes))
        return [t.ref for t in told if t.event == "filed" and t.ref is not None]


@contextmanager
def unsealed() -> Iterator[None]:
    """Payloads of a record that is made for measuring its state only need not be sealed."""
    real = filing.seal
    filing.seal = lambda _seat, plain: FAST_SEAL + plain
    try:
        yield
    finally:
        filing.seal = real


def open_unsealed(seat: Seat) -> None:
    """Let a seat read what `unsealed` wrote."""
    seat.tools = replace(seat.tools, open_blob=lambda blob: blob.removeprefix(FAST_SEAL))


class Pipe:
    """Carries parcels between two nodes of one process, without a network."""

    def __init__(self, one: Node, other: Node) -> None:
        self.nodes = {one.card.handle: one, other.card.handle: other}
        self.waiting: list[tuple[Node, str, fx.Send]] = []
        for node in self.nodes.values():
            node.on_send = lambda line, send, node=node: self.waiting.append((node, line, send))

    def run(self) -> None:
        """Carry until nobody has anything to say."""
        while self.waiting:
            node, line, send = self.waiting.pop(0)
            answer = self.nodes[send.peer].arrived(line, send.data, node.card.handle)
            event = fx.Answered(
                peer=send.peer, lane=send.lane, data=answer, sent_bytes=len(send.data), took_ms=1
            )
            node.do(node.seats[line], event)

    def tick(self) -> None:
        """Let time pass at both."""
        for node in self.nodes.values():
            node.tick()

"""Real nodes, really killed: what was filed or receipted is there when they come back."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieline.control import SocketClient
from tieline.demo.stage import House, Stage
from tieline.desk import lines
from tieline.errors import TielineError
from tieline.record.checkpoint import parse_checkpoint
from tieline.record.entry import parse_ref
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.note import parse_note
from tieline.store import open_readonly

KILLS = int(os.environ.get("TIELINE_NODE_KILLS", "6"))
LINE = "kills"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def joined(stage: Stage) -> tuple[House, House]:
    """Two houses that have exchanged invitations by folder."""
    alpha, bravo = stage.build("alpha", "Alpha"), stage.build("bravo", "Bravo")
    folder = stage.folder / "stick"
    with stage.desk(alpha) as desk:
        others = {"bravo": bravo.card.fingerprint}
        lines.invite(
            desk, others=others, title=LINE, vault=alpha.settings.vault, addresses=(alpha.address,)
        )
        desk.client.call("pouch.pack", line=LINE, folder=str(folder))
    with stage.desk(bravo) as desk:
        known = {"alpha": alpha.card.fingerprint}
        lines.join(
            desk, folder, known=known, title=LINE, vault=bravo.settings.vault,
            addresses=(bravo.address,),
        )  # fmt: skip
        desk.client.call("pouch.pack", line=LINE, folder=str(stage.folder / "back"))
    with stage.desk(alpha) as desk:
        desk.client.call("pouch.read", folder=str(stage.folder / "back"))
    return alpha, bravo


def say(stage: Stage, house: House, number: int) -> str:
    """Say something; the reference that the node acknowledged."""
    other = "bravo" if house.handle == "alpha" else "alpha"
    with stage.desk(house) as desk:
        said = desk.say(
            line=LINE,
            kind="message.say",
            body={
                "subject": f"message {number}",
                "texts": [{"lang": "en", "text": "x", "original": "yes"}],
                "codes": [],
                "channel": "dialogue",
                "answer_by_s": 0,
                "references": [],
                "attachments": [],
            },
            to=[f"{other}/watch"],
        )
    return said.ref


def receipted(house: House) -> dict[str, tuple[int, bytes]]:
    """The largest head of each log for which the house holds a receipt: size and root."""
    store = open_readonly(house.home.store)
    found: dict[str, tuple[int, bytes]] = {}
    for origin in store.origins():
        for receipt in store.receipts(origin):
            head = parse_checkpoint(parse_note(receipt.note).text)
            if head.size > found.get(origin, (0, b""))[0]:
                found[origin] = (head.size, head.root)
    store.close()
    return found


def root_at(house: House, origin: str, size: int) -> bytes | None:
    """Root of a house's copy of a log at a size, None while it holds less."""
    store = open_readonly(house.home.store)
    leaves = [hash_leaf(leaf) for leaf in store.leaves(origin, 0, size)]
    store.close()
    return Tree(leaves).root() if len(leaves) == size else None


def test_nothing_filed_or_receipted_is_lost_when_nodes_are_killed(stage: Stage) -> None:
    rng = random.Random(20261121)
    houses = joined(stage)
    for house in houses:
        stage.start(house)
    filed: list[tuple[House, str]] = []
    for number in range(KILLS):
        victim = rng.choice(houses)
        end = time.monotonic() + rng.uniform(0.0, 0.4)
        while time.monotonic() < end:
            speaker = rng.choice(houses)
            try:
                filed.append((speaker, say(stage, speaker, number)))
            except TielineError:
                break
        stage.kill(victim)
        stage.start(victim)
    for house, ref in filed:
        wanted = parse_ref(ref)
        store = open_readonly(house.home.store)
        leaf = store.leaf(wanted.origin, wanted.index)
        store.close()
        assert leaf is not None
        assert hash_leaf(leaf) == wanted.leaf_hash
    assert filed
    for house in houses:
        for origin, (size, root) in receipted(house).items():
            for each in houses:
                assert root_at(each, origin, size) == root, (each.handle, origin, size)


def test_after_the_last_kill_both_nodes_compute_the_same_state(stage: Stage) -> None:
    alpha, bravo = joined(stage)
    for house in (alpha, bravo):
        stage.start(house)
    for number in range(3):
        say(stage, alpha, number)
        stage.kill(bravo)
        say(stage, alpha, 10 + number)
        stage.start(bravo)

    def states() -> set[str]:
        found = set()
        for house in (alpha, bravo):
            client = SocketClient(house.home.socket)
            told = client.call("info", state="yes")
            client.close()
            assert isinstance(told, dict)
            entry = told["lines"]
            assert isinstance(entry, list)
            found.add(str(entry[0]["state"]) + str(entry[0]["logs"]))  # type: ignore[call-overload,index]
        return found

    stage.wait("equal states", lambda: len(states()) == 1, 60)
    assert len(states()) == 1

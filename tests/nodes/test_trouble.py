"""Trouble on the disk: what could not be kept is never signed, and the node goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tieline.control import LocalClient
from tieline.demo.stage import Stage
from tieline.desk import lines
from tieline.desk.speaking import Desk
from tieline.errors import SignerError, StoreError, StoreFullError

SAY: dict[str, Any] = {
    "subject": "",
    "texts": [{"lang": "en", "text": "x", "original": "yes"}],
    "codes": [],
    "channel": "dialogue",
    "answer_by_s": 0,
    "references": [],
    "attachments": [],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Alpha's desk at a node in this process, on a line with bravo."""
    stage = Stage(tmp_path)
    alpha, bravo = stage.build("alpha", "Alpha"), stage.build("bravo", "Bravo")
    others = {"bravo": bravo.card.fingerprint}
    with stage.desk(alpha) as here:
        lines.invite(here, others=others, title="t", vault=alpha.settings.vault)
        here.client.call("pouch.pack", line="t", folder=str(tmp_path / "out"))
    with stage.desk(bravo) as there:
        known = {"alpha": alpha.card.fingerprint}
        lines.join(there, tmp_path / "out", known=known, title="t", vault=bravo.settings.vault)
        there.client.call("pouch.pack", line="t", folder=str(tmp_path / "back"))
    with stage.desk(alpha) as here:
        here.client.call("pouch.read", folder=str(tmp_path / "back"))
        yield here


def say(desk: Desk) -> str:
    return desk.say(line="t", kind="message.say", body=dict(SAY), to=["bravo/watch"]).short


def node_of(desk: Desk) -> Any:
    assert isinstance(desk.client, LocalClient)
    return desk.client.node


def test_a_full_disk_refuses_and_nothing_of_it_is_signed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = node_of(desk)
    before = node.seat("t").copies[node.seat("t").own["main"]].size
    with monkeypatch.context() as patch:

        def full(changes: object) -> None:
            raise StoreFullError("no room")

        patch.setattr(node.store, "commit", full)
        with pytest.raises(StoreFullError):
            say(desk)
    seat = node.seat("t")
    origin = seat.own["main"]
    assert seat.copies[origin].size == node.store.size(origin) == before
    assert say(desk) == f"alpha-1:{before}"
    assert node.signer.mark(origin).size == before + 1
    assert not seat.locked


def test_a_signer_that_fails_once_locks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = node_of(desk)
    with monkeypatch.context() as patch:

        def cannot(*args: object, **kwargs: object) -> bytes:
            raise SignerError("no room for the mark")

        patch.setattr(node.signer, "sign", cannot)
        say(desk)
    seat = node.seat("t")
    copy = seat.copies[seat.own["main"]]
    assert copy.head_size < copy.size
    say(desk)
    assert copy.head_size == copy.size
    assert not seat.locked


def test_a_head_over_entries_that_are_not_stored_is_never_signed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = node_of(desk)
    origin = node.seat("t").own["main"]
    mark = node.signer.mark(origin)
    monkeypatch.setattr(node.store, "commit", lambda changes: None)
    with pytest.raises(StoreError):
        say(desk)
    assert node.signer.mark(origin) == mark

"""A node's snapshot: written now and then, used at the next start, and never needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tieline import node as nodes
from tieline.demo.stage import House, Stage
from tieline.desk import lines
from tieline.node import Node
from tieline.replication import snapshots
from tieline.state.digest import state_digest
from tieline.state.fold import Fold


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A party that has opened a line and waits for the other one."""
    stage = Stage(tmp_path)
    alpha, bravo = stage.build("alpha", "Alpha"), stage.build("bravo", "Bravo")
    with stage.desk(alpha) as desk:
        others = {"bravo": bravo.card.fingerprint}
        lines.invite(desk, others=others, title="A line", vault=alpha.settings.vault)
    return alpha


def snapshot_of(house: House) -> Path:
    (found,) = (house.settings.home / "derived").glob("*")
    return found


def opened(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[Node, int]:
    """The node, and how many entries it folded to open."""
    folded: list[int] = []
    advance = Fold.advance

    def counting(fold: Fold) -> Any:
        done = advance(fold)
        folded.append(len(done))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Fold, "advance", counting)
        node = Node(house.settings)
    return node, sum(folded)


@pytest.fixture
def often(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "SNAPSHOT_AT_CLOSE", 1)


def test_a_short_record_gets_no_snapshot(house: House) -> None:
    Node(house.settings).close()
    assert not (house.settings.home / "derived").exists()


@pytest.mark.usefixtures("often")
def test_a_clean_end_writes_one_and_the_next_start_folds_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, cold = opened(house, monkeypatch)
    digests = [state_digest(seat.fold) for seat in node.seats.values()]
    node.close()
    assert cold == 1
    assert snapshot_of(house).stat().st_mode & 0o777 == 0o600
    again, warm = opened(house, monkeypatch)
    assert warm == 0
    assert [state_digest(seat.fold) for seat in again.seats.values()] == digests
    assert again.journal == []
    again.close()


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d + b"x", lambda _: b""], ids=["cut", "longer", "empty"]
)
def test_a_damaged_one_is_told_of_and_the_record_is_folded(
    house: House, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    Node(house.settings).close()
    path = snapshot_of(house)
    path.write_bytes(change(path.read_bytes()))
    node, folded = opened(house, monkeypatch)
    node.close()
    assert folded == 1
    assert [tell.event for _, _, tell in node.journal] == ["snapshot"]
    assert "computed anew" in node.journal[0][2].words


@pytest.mark.usefixtures("often")
def test_one_that_cannot_be_read_or_written_stops_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    Node(house.settings).close()
    path = snapshot_of(house)
    path.unlink()
    path.mkdir()
    node, folded = opened(house, monkeypatch)
    node.close()
    assert folded == 1
    assert [tell.event for _, _, tell in node.journal] == ["snapshot", "snapshot"]
    assert "not written" in node.journal[1][2].words


@pytest.mark.usefixtures("often")
def test_another_reading_key_reads_the_record_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    Node(house.settings).close()
    thaw = snapshots.thaw
    monkeypatch.setattr(snapshots, "thaw", lambda s, d, _, now: thaw(s, d, b"another", now))
    node, folded = opened(house, monkeypatch)
    node.close()
    assert folded == 1
    assert "reading key" in node.journal[0][2].words


@pytest.mark.usefixtures("often")
def test_what_is_not_durable_is_not_in_a_snapshot(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(house.settings)
    monkeypatch.setattr(type(node.store), "size", lambda _store, _origin: 0)
    node.close()
    assert not (house.settings.home / "derived").exists()

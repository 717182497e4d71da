"""A line whose opening is interrupted anywhere is opened by saying the same again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tieline import home as homes
from tieline.control import LocalClient
from tieline.desk import lines, observing, opening
from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, SettingsError
from tieline.home import OFFICES, Home, create_home
from tieline.settings import load_settings, write_settings
from tieline.signer import file as signing
from tieline.signer import keyfile


class Interrupted(BaseException):
    """The process ends here: nothing may catch it."""


class House:
    """A party's home, and a desk there that ends at a chosen step."""

    def __init__(self, folder: Path, handle: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.vault = folder / handle, folder / f"{handle}-vault"
        create_home(
            self.path, self.vault, handle=handle, name=handle, officers=[("first", OFFICES)]
        )
        write_settings(self.path, {"marks": str(folder / f"{handle}-marks")})
        self.fingerprint = Home(self.path).card().fingerprint
        self._patch = monkeypatch

    def run(self, do: Callable[[Desk], Any], *, end_at: int | str = 0) -> tuple[Any, int]:
        """Do something in a process of its own; its result, and how many steps it took.

        A step is a call to the node, or a durable write; the process ends before step ``end_at``,
        or after it when the number is negative, or before the verb of that name is called.
        """
        steps = 0

        def stepped(real: Callable[..., Any]) -> Callable[..., Any]:
            def step(*args: Any, **more: Any) -> Any:
                nonlocal steps
                steps += 1
                here = steps
                if here == end_at or (args and args[0] == end_at):
                    raise Interrupted
                found = real(*args, **more)
                if end_at == -here:
                    raise Interrupted
                return found

            return step

        client = LocalClient(load_settings(self.path)[0])
        with self._patch.context() as patch:
            patch.setattr(client, "call", stepped(client.call))
            patch.setattr(homes, "write_key", stepped(keyfile.write_key))
            patch.setattr(signing, "write_key", stepped(keyfile.write_key))
            patch.setattr(signing, "write_beside", stepped(keyfile.write_beside))
            patch.setattr(opening, "write_beside", stepped(keyfile.write_beside))
            patch.setattr(opening, "finish", stepped(opening.finish))
            try:
                return do(Desk(Home(self.path), client)), steps
            except Interrupted:
                return None, steps
            finally:
                client.close()

    def lines(self) -> list[str]:
        found = self.run(lambda desk: desk.client.call("info"))[0]
        return [line["line"] for line in found["lines"]]

    def is_whole(self, line: str) -> None:
        """Keys and spares are in their places, and nothing is left over."""
        assert Home(self.path).has_line_key(line)
        assert len(list((self.vault / "spare").rglob("*.key"))) == 6
        assert not list((self.vault / "opening").glob("*"))


@pytest.fixture
def houses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[House]:
    return [House(tmp_path, handle, monkeypatch) for handle in ("alpha", "bravo")]


def inviting(other: House) -> Callable[[Desk], Any]:
    return lambda desk: lines.invite(
        desk,
        others={"bravo": other.fingerprint},
        title="border",
        vault=desk.home.path.parent / "alpha-vault",
    )


def joining(other: House, pouch: Path) -> Callable[[Desk], Any]:
    return lambda desk: lines.join(
        desk,
        pouch,
        known={"alpha": other.fingerprint},
        title="",
        vault=desk.home.path.parent / "bravo-vault",
    )


BODY: dict[str, Any] = {
    "clauses": [{"id": "a", "title": "A", "text": "Both.", "terms": ""}],
    "note": "",
}
STEPS = range(1, 20)
"""More than an invitation takes: see the test after the next."""


@pytest.mark.parametrize("end_at", [*STEPS, *(-step for step in STEPS)])
def test_an_interrupted_invitation_is_completed_by_saying_it_again(
    houses: list[House], end_at: int
) -> None:
    alpha, bravo = houses
    first, steps = alpha.run(inviting(bravo), end_at=end_at)
    if first is None and steps < abs(end_at):
        pytest.fail("it ended elsewhere")
    done = set() if list(alpha.vault.glob("opening/*.json")) else set(alpha.lines())
    (line, said), _ = alpha.run(inviting(bravo))
    assert said.ref
    assert set(alpha.lines()) == done | {line}
    if not done:
        alpha.is_whole(line)


def test_all_steps_of_an_invitation_are_interrupted(houses: list[House]) -> None:
    alpha, bravo = houses
    _, steps = alpha.run(inviting(bravo))
    assert 12 < steps < max(STEPS)


def test_an_invitation_after_another_opens_another_line(houses: list[House]) -> None:
    alpha, bravo = houses
    for count in (1, 2):
        alpha.run(inviting(bravo))
        assert len(set(alpha.lines())) == count


@pytest.mark.parametrize(
    "end_at", ["info", 2, 3, 4, 9, "line.create", 11, 12, 13, "file", 15, -15, "pouch.read", -17]
)
def test_an_interrupted_join_is_completed_by_saying_it_again(
    houses: list[House], tmp_path: Path, end_at: int | str
) -> None:
    alpha, bravo = houses
    (line, _), _ = alpha.run(inviting(bravo))
    pouch = tmp_path / "pouch"
    alpha.run(lambda desk: desk.client.call("pouch.pack", folder=str(pouch)))
    assert bravo.run(joining(alpha, pouch), end_at=end_at)[0] is None
    invited, said = bravo.run(joining(alpha, pouch))[0]
    assert invited.line == line
    assert said.ref
    bravo.is_whole(line)
    back = tmp_path / "back"
    bravo.run(lambda desk: desk.client.call("pouch.pack", folder=str(back)))
    alpha.run(lambda desk: desk.client.call("pouch.read", folder=str(back)))
    for house in houses:
        house.run(
            lambda desk: desk.say(line=line, kind="framework.draft", body=BODY, office="desk")
        )


def test_a_line_that_was_joined_is_not_joined_again(houses: list[House], tmp_path: Path) -> None:
    alpha, bravo = houses
    alpha.run(inviting(bravo))
    pouch = tmp_path / "pouch"
    alpha.run(lambda desk: desk.client.call("pouch.pack", folder=str(pouch)))
    bravo.run(joining(alpha, pouch))
    with pytest.raises(RefusedError, match="on this line already") as refused:
        bravo.run(joining(alpha, pouch))
    assert "pouch read" in refused.value.advice


def test_a_line_begun_with_another_vault_asks_for_that_one(
    houses: list[House], tmp_path: Path
) -> None:
    alpha, bravo = houses
    alpha.run(inviting(bravo))
    pouch = tmp_path / "pouch"
    alpha.run(lambda desk: desk.client.call("pouch.pack", folder=str(pouch)))
    bravo.run(joining(alpha, pouch), end_at=4)
    (kept,) = (bravo.vault / "opening").glob("*")
    kept.rename(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="another vault") as refused:
        bravo.run(joining(alpha, pouch))
    assert "--vault" in refused.value.advice


def test_spares_that_were_used_are_not_written_again(houses: list[House]) -> None:
    alpha, bravo = houses
    alpha.run(inviting(bravo), end_at="file")
    (line,) = alpha.lines()
    homes.take_spare(alpha.vault, f"{line}/alpha-2")
    # An attempt that was interrupted finds the spare that it has set aside.
    homes.take_spare(alpha.vault, f"{line}/alpha-2")
    homes.drop_spare(alpha.vault, f"{line}/alpha-2")
    alpha.run(inviting(bravo))
    with pytest.raises(SettingsError, match="no spare"):
        homes.take_spare(alpha.vault, f"{line}/alpha-2")


def test_a_half_line_says_what_to_do(houses: list[House]) -> None:
    alpha, bravo = houses
    alpha.run(inviting(bravo), end_at="file")
    (line,) = alpha.lines()
    with pytest.raises(RefusedError, match="opening of this line was interrupted") as refused:
        alpha.run(
            lambda desk: desk.say(line=line, kind="framework.draft", body=BODY, office="desk")
        )
    assert "again, word for word" in refused.value.advice


def test_an_opening_that_is_damaged_says_what_to_do(houses: list[House]) -> None:
    alpha, bravo = houses
    alpha.run(inviting(bravo), end_at=4)
    (kept,) = (alpha.vault / "opening").glob("*")
    kept.write_bytes(kept.read_bytes()[:-9])
    with pytest.raises(SettingsError, match="cannot be read") as refused:
        alpha.run(inviting(bravo))
    assert "line list" in refused.value.advice


def test_an_interrupted_record_of_an_observer_is_completed(houses: list[House]) -> None:
    alpha, _ = houses

    def opens(desk: Desk) -> str:
        return observing.open_record(desk, alpha.vault)

    for end_at in (5, "line.create", "file"):
        alpha.run(opens, end_at=end_at)
    line, _ = alpha.run(opens)
    assert alpha.lines() == [line]
    assert alpha.run(opens)[0] == line
    alpha.is_whole(line)

"""Two homes on one line, made once for a module: opening them by commands takes longer."""

from __future__ import annotations

import itertools
from pathlib import Path

from tieline.control import LocalClient
from tieline.desk import lines
from tieline.desk.speaking import Desk
from tieline.home import OFFICES, Home, create_home
from tieline.settings import load_settings, write_settings


def party(folder: Path, handle: str) -> Desk:
    """A party with two persons, in a home below a folder; close its client when done."""
    home, vault = folder / handle, folder / f"{handle}-vault"
    both: list[tuple[str, tuple[str, ...]]] = [("first", OFFICES), ("second", OFFICES)]
    create_home(home, vault, handle=handle, name=handle.title(), officers=both)
    write_settings(home, {"marks": str(folder / f"{handle}-marks"), "vault": str(vault)})
    return Desk(Home(home), LocalClient(load_settings(home)[0]))


def _carry(giver: Desk, taker: Desk, folder: Path) -> Path:
    giver.client.call("pouch.pack", folder=str(folder))
    if taker is not giver:
        taker.client.call("pouch.read", folder=str(folder))
    return folder


def two_homes(folder: Path) -> dict[str, Path]:
    """Homes of alpha and bravo below a folder, on a line named `border`; nothing runs there."""
    alpha, bravo = party(folder, "alpha"), party(folder, "bravo")
    lines.invite(
        alpha,
        others={"bravo": bravo.card.fingerprint},
        title="border",
        vault=folder / "alpha-vault",
    )
    invitation = _carry(alpha, alpha, folder / "invitation")
    known = {"alpha": alpha.card.fingerprint}
    lines.join(bravo, invitation, known=known, title="", vault=folder / "bravo-vault")
    _carry(bravo, alpha, folder / "answer")
    _carry(alpha, bravo, folder / "again")
    for desk in (alpha, bravo):
        desk.client.close()
    return {"alpha": folder / "alpha", "bravo": folder / "bravo"}


class Homes:
    """Runs the program at either home, and carries pouches between them."""

    def __init__(self, run, homes: dict[str, Path], stick: Path) -> None:
        self.run = run
        self.homes = homes
        self.stick = stick

    def alpha(self, *args, code=0):
        return self.run(*args, home=self.homes["alpha"], code=code)

    def bravo(self, *args, code=0):
        return self.run(*args, home=self.homes["bravo"], code=code)

    def carry(self, *names: str) -> None:
        """Carry a pouch from the first named to the next, and on."""
        self.stick.mkdir(exist_ok=True)
        for giver, taker in itertools.pairwise(names):
            folder = self.stick / f"{len(list(self.stick.iterdir()))}"
            self.run("pouch", "pack", folder, home=self.homes[giver])
            self.run("pouch", "read", folder, home=self.homes[taker])

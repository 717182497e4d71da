"""Stage: throw-away homes and real node processes for the demonstration."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tieline.control import Client, LocalClient, SocketClient
from tieline.desk.speaking import Desk
from tieline.errors import StageError
from tieline.home import OFFICES, Home, PartyCard, create_home
from tieline.settings import Settings, write_settings

START_S = 90.0
WAIT_S = 30.0
POLL_S = 0.1
LOG_LINES = 15


@dataclass(slots=True, kw_only=True)
class House:
    """One party on the stage: folders, address, and the process while it runs."""

    handle: str
    name: str
    settings: Settings
    address: str
    card: PartyCard
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def home(self) -> Home:
        return Home(self.settings.home)


def free_port() -> int:
    """A port on the loopback address that nobody listens on just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """A folder with two houses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.houses: dict[str, House] = {}

    def build(self, handle: str, name: str) -> House:
        """Make a party's home and vault."""
        address = f"127.0.0.1:{free_port()}"
        settings = Settings(
            home=self.folder / handle,
            marks=self.folder / f"{handle}-marks",
            vault=self.folder / f"{handle}-vault",
            listen=address,
            console=f"127.0.0.1:{free_port()}",
        )
        officers: list[tuple[str, tuple[str, ...]]] = [("first", OFFICES), ("second", OFFICES)]
        card = create_home(
            settings.home, settings.vault, handle=handle, name=name, officers=officers
        )
        write_settings(
            settings.home,
            {
                "marks": str(settings.marks),
                "vault": str(settings.vault),
                "listen": settings.listen,
                "console": settings.console,
            },
        )
        house = House(handle=handle, name=name, settings=settings, address=address, card=card)
        self.houses[handle] = house
        return house

    def start(self, house: House) -> None:
        """Start a node as a process of its own, and wait until it takes commands.

        Raises:
            StageError: it did not come up in time.
        """
        log = (self.folder / f"{house.handle}.log").open("ab")
        house.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tieline", "serve", "--home", str(house.settings.home)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

        def up() -> bool:
            if house.process is not None and house.process.poll() is not None:
                raise StageError(f"{house.handle}'s node ended at once; see {house.handle}.log")
            try:
                SocketClient(house.home.socket).close()
            except OSError:
                return False
            return True

        self.wait(f"{house.handle}'s node to start", up, START_S)

    def kill(self, house: House) -> None:
        """End a node as a power cut would: SIGKILL."""
        self._end(house, signal.SIGKILL)

    def stop(self, house: House) -> None:
        """Ask a node to end."""
        self._end(house, signal.SIGTERM)

    def _end(self, house: House, number: signal.Signals) -> None:
        if house.process is not None:
            house.process.send_signal(number)
            try:
                house.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                house.process.kill()
                house.process.wait(timeout=10)
            house.process = None

    def last_words(self, house: House) -> str:
        """The end of a node's log."""
        path = self.folder / f"{house.handle}.log"
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-LOG_LINES:])

    def close(self) -> None:
        """End everything that still runs."""
        for house in self.houses.values():
            self.stop(house)

    @contextmanager
    def desk(self, house: House, *officers: str) -> Iterator[Desk]:
        """A desk at a house: at its running node, or at one opened for this."""
        client: Client
        if house.process is not None:
            try:
                client = SocketClient(house.home.socket)
            except OSError as error:
                raise StageError(f"{house.handle}'s node is gone: {error}") from error
        else:
            client = LocalClient(house.settings)
        try:
            yield Desk(house.home, client, officers=officers)
        finally:
            client.close()

    def run(self, house: House, *words: str) -> str:
        """Run a command of the program at a house, as an officer would type it; what it printed.

        Raises:
            StageError: it failed.
        """
        command = [sys.executable, "-m", "tieline", *words, "--home", str(house.settings.home)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise StageError(f"tieline {words[0]} failed: {done.stderr.strip()[-300:]}")
        return done.stdout

    def wait(self, what: str, happened: Callable[[], bool], seconds: float = WAIT_S) -> float:
        """Wait until something happened; how many seconds it took.

        Raises:
            StageError: it did not, in time.
        """
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if happened():
                return time.monotonic() - start
            time.sleep(POLL_S)
        raise StageError(f"waited {seconds:.0f} s for {what}")

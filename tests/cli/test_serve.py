"""A node that stays up, as a process of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import pytest

READY_S = 90.0
MEET_S = 120.0
STOP_S = 40.0
LOOK_EVERY_S = 0.5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """`python -m tieline serve --json` at a home; its log is kept beside the home."""

    def __init__(self, home, *words):
        self.log = home.with_suffix(".log")
        command = [sys.executable, "-m", "tieline", "serve", "--home", str(home), "--json", *words]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        self.out = self.process.stdout
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=lambda: lines.put(self.out.readline()), daemon=True).start()
        try:
            first = lines.get(timeout=READY_S)
            self.ready = json.loads(first)
        except (queue.Empty, ValueError):
            self.stop()
            pytest.fail(f"the node did not start: {self.log.read_text()[-2000:]}")

    def stop(self, number=signal.SIGTERM):
        """End it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=STOP_S)
            pytest.fail("the node did not end when it was told to")
        finally:
            self.out.close()


@pytest.fixture
def serve():
    with ExitStack() as stack:

        def start(home, *words):
            node = Node(home, *words)
            stack.callback(node.stop)
            return node

        yield start


def until(check, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(LOOK_EVERY_S)
    pytest.fail(f"not within {seconds} s: {what}")


def test_a_node_serves_commands_and_ends_in_order(make_party, run, serve):
    alpha = make_party("alpha")
    node = serve(alpha.home, "--no-console", "--listen", "127.0.0.1:0")
    assert node.ready["handle"] == "alpha"
    assert node.ready["peers"].startswith("127.0.0.1:")
    assert not node.ready["peers"].endswith(":0")
    assert run("line", "list", "--json", home=alpha.home).json["handle"] == "alpha"
    assert node.stop() == 0
    assert not (alpha.home / "control.sock").exists()
    assert run("line", "list", "--json", home=alpha.home).json["handle"] == "alpha"


def test_the_log_is_json_on_the_error_stream_when_that_is_no_terminal(make_party, serve):
    alpha = make_party("alpha")
    node = serve(alpha.home, "--no-console", "--listen", "127.0.0.1:0")
    node.stop()
    events = [json.loads(line) for line in node.log.read_text().splitlines()]
    assert "peer.listening" in [event["event"] for event in events]
    assert {"level", "timestamp"} <= set(events[0])


def test_nothing_that_lets_a_browser_in_is_printed_into_a_file(make_party, run, serve):
    alpha = make_party("alpha")
    node = serve(alpha.home)
    assert node.ready["page"].startswith("http://alpha.localhost:")
    assert "/open/" not in json.dumps(node.ready)
    link = run("serve", "--link", "--json", home=alpha.home).json["link"]
    assert link.startswith(node.ready["page"] + "/open/")


def test_two_nodes_cannot_have_one_home(make_party, run, serve):
    alpha = make_party("alpha")
    serve(alpha.home, "--no-console")
    ran = run("serve", "--no-console", home=alpha.home, code=6)
    assert "in use by process" in ran.err


def test_an_address_in_use_is_a_wrong_setting(make_party, run):
    alpha = make_party("alpha")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = run("serve", "--no-console", "--listen", address, home=alpha.home, code=9)
    assert "cannot listen" in ran.err


def test_after_the_first_pouches_two_nodes_find_each_other_and_replicate(
    make_party, run, serve, tmp_path
):
    alpha = make_party("alpha", "--listen", f"127.0.0.1:{free_port()}")
    bravo = make_party("bravo", "--listen", f"127.0.0.1:{free_port()}")
    there, back = tmp_path / "there", tmp_path / "back"
    invited = f"bravo={bravo.fingerprint}"
    known = f"alpha={alpha.fingerprint}"
    run("line", "invite", invited, "--title", "border", "--pouch", there, home=alpha.home)
    run("line", "join", there, "--from", known, "--pouch", back, home=bravo.home)
    run("pouch", "read", back, home=alpha.home)
    nodes = [serve(place.home, "--no-console") for place in (alpha, bravo)]

    run("line", "test", "--text", "words for an officer only", home=alpha.home)

    def echoed():
        shown = run("line", "show", "--json", home=alpha.home).json
        test = next(t for t in shown["tests"] if t["is_ours"])
        ladder = test["ladders"][0]
        return "echoed" in ladder["words"] and shown["parties"][1]["link"] == "up"

    until(echoed, MEET_S, "bravo's machine echoes a test of alpha")
    assert [node.stop() for node in nodes] == [0, 0]
    for node in nodes:
        assert "words for an officer only" not in node.log.read_text()


def test_a_store_whose_outcome_is_unknown_ends_the_node_with_code_6(make_party, run):
    """In this process: a write that fails in an unforeseen way after the node is up."""
    alpha = make_party("alpha")
    program = """
import sys
from tieline import daemon
from tieline.cli import main
from tieline.errors import StoreError

def fail(node):
    raise StoreError("the disk went away")

daemon.Node.tick = fail
sys.argv = ["tieline", "serve", "--no-console", "--home", sys.argv[1]]
main()
"""
    command = [sys.executable, "-c", program, str(alpha.home)]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=READY_S, check=False, env=dict(os.environ)
    )
    assert ran.returncode == 6, ran.stderr
    assert "the disk went away" in ran.stderr
    assert "start again" in ran.stderr

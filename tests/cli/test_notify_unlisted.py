"""A line whose framework was agreed before there was a *stop*: the call must still get through."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

CALL = (
    *("notify", "stop", "call", "--at", "12-30.5N 045-00E", "--what", "site", "--key", "stop-1"),
    *("--title", "Clinic 3", "--fire", "shells from the north", "--since", "2026-11-01T02:08Z"),
    *("--contact", "channel 16"),
)


@pytest.fixture
def pair(run, tmp_path):
    return homes.Homes(run, homes.two_homes(tmp_path), tmp_path / "stick")


def agree_without(pair, tmp_path, *names):
    """Put a framework in force that leaves out some procedures."""
    file = tmp_path / "framework.toml"
    pair.alpha("framework", "template", file)
    text = file.read_text()
    for name in names:
        assert re.search(rf"(?m)^{name} = 1$", text)
        text = re.sub(rf"(?m)^{name} = 1\n", "", text)
    file.write_text(text)
    pair.alpha("framework", "propose", file)
    pair.carry("alpha", "bravo")
    pair.bravo("framework", "propose", file)
    pair.carry("bravo", "alpha")
    pair.alpha("framework", "sign", "--as", "first", "--as", "second")
    pair.carry("alpha", "bravo")
    pair.bravo("framework", "sign", "--as", "first", "--as", "second")
    pair.carry("bravo", "alpha")


def test_a_stop_goes_as_a_message_where_the_framework_has_none(pair, tmp_path):
    agree_without(pair, tmp_path, "stop", "site")
    said = pair.alpha(*CALL)
    assert "the framework of this line has no stop" in said.out
    assert "Ring them up as well" in said.out
    assert "stop relay" not in said.out
    pair.carry("alpha", "bravo")

    inbox = pair.bravo("inbox", "--json").json["lines"][0]
    (message,) = inbox["waits_for_us"]
    assert (message["level"], message["channel"]) == ("FLASH", "safety")
    assert message["title"] == "STOP: a protected site under fire: Clinic 3"
    entry = pair.bravo("show", message["ref"], "--json").json["entry"]
    assert entry["to"] == ["bravo/watch", "bravo/desk", "bravo/principal"]
    assert entry["mark"] == "ACTUAL"
    assert entry["body"]["answer_by_s"] == 240
    words = entry["body"]["texts"][0]["text"]
    for part in (
        "Clinic 3", "12.50833, 45.00000", "12-30.50N 045-00.00E", "38P", "shells from the north",
        "2026-11-01 02:08:00Z", "channel 16", "stop-1",
    ):  # fmt: skip
        assert part in words


def test_where_there_is_no_message_either_nothing_is_filed_and_the_officer_is_told(pair, tmp_path):
    agree_without(pair, tmp_path, "stop", "message")
    ran = pair.alpha(*CALL, code=3)
    told = " ".join(ran.err.split())
    assert "NOTHING WAS FILED" in told
    assert "Ring them up now" in told

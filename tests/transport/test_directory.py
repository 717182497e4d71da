"""The pouch on a stick: what may be on it, and that it is written whole or not at all."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError, TransportError, UnreachableError, UsageError
from tieline.transport.directory import (
    FolderLimits,
    check_name,
    read_parcel_folder,
    write_parcel_folder,
)

FILES = {
    "ab12/checkpoint": b"head",
    "ab12/tile/0/x001/234.p/5": bytes(range(256)),
    "blob/0f/" + "0f" * 32: b"",
    "receipts/ab12/17-9c-1700000000": b"receipt",
}


def test_what_is_written_is_read_back_byte_for_byte(tmp_path):
    write_parcel_folder(tmp_path / "pouch", FILES)
    assert read_parcel_folder(tmp_path / "pouch") == FILES


def test_names_come_back_in_order(tmp_path):
    write_parcel_folder(tmp_path / "pouch", dict(reversed(FILES.items())))
    assert list(read_parcel_folder(tmp_path / "pouch")) == sorted(FILES)


def test_an_empty_pouch_is_a_pouch(tmp_path):
    write_parcel_folder(tmp_path / "pouch", {})
    assert read_parcel_folder(tmp_path / "pouch") == {}


def test_nothing_but_the_pouch_is_left_beside_it(tmp_path):
    write_parcel_folder(tmp_path / "pouch", FILES)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pouch"]


BAD_NAMES = [
    "",
    "/etc/passwd",
    "../up",
    "a/../b",
    "./a",
    "a//b",
    "a/",
    "..",
    ".hidden",
    "a/.hidden",
    "-option",
    "A",
    "a b",
    "a_b",
    "a\\b",
    "a:b",
    "a\n",
    "a\x00b",
    "caf\u00e9",
    "\u212aelvin",
    "ends.",
    "con",
    "a/nul.txt",
    "lpt1",
    "a/b/c/d/e/f/g/h/i",
    "x" * 201,
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_may_harm_is_not_written(tmp_path, name):
    with pytest.raises(UsageError):
        write_parcel_folder(tmp_path / "pouch", {"good": b"1", name: b"2"})
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.sampled_from("abz019./-AZ_ \\:\n\u00e9"), max_size=20))
def test_every_accepted_name_stays_inside_and_is_its_own_lower_case(name):
    try:
        parts = check_name(name)
    except MalformedError:
        return
    assert "/".join(parts) == name == name.lower()
    assert not {"", ".", ".."} & set(parts)
    assert os.path.normpath(name) == name


@pytest.mark.parametrize(
    "name", ["Upper", "a b", ".DS_Store", "_x", "a\n", "caf\u00e9", "nul", "b\udcff"]
)
def test_a_file_that_does_not_belong_refuses_the_whole_folder(tmp_path, name):
    write_parcel_folder(tmp_path / "pouch", FILES)
    (tmp_path / "pouch" / "ab12" / name).write_bytes(b"x")
    with pytest.raises(MalformedError):
        read_parcel_folder(tmp_path / "pouch")


def test_names_that_differ_only_in_case_are_named(tmp_path):
    write_parcel_folder(tmp_path / "pouch", {"name": b"1"})
    (tmp_path / "pouch" / "NAME").write_bytes(b"2")
    with pytest.raises(MalformedError, match="only in case"):
        read_parcel_folder(tmp_path / "pouch")


@pytest.mark.parametrize("target", ["../secret", "ab12", "nowhere"])
def test_links_are_refused_wherever_they_lead(tmp_path, target):
    (tmp_path / "secret").write_bytes(b"secret")
    write_parcel_folder(tmp_path / "pouch", FILES)
    (tmp_path / "pouch" / "link").symlink_to(target)
    with pytest.raises(MalformedError, match="neither file nor folder"):
        read_parcel_folder(tmp_path / "pouch")


def test_a_pouch_that_is_itself_a_link_is_refused(tmp_path):
    write_parcel_folder(tmp_path / "pouch", FILES)
    (tmp_path / "link").symlink_to("pouch")
    with pytest.raises(UnreachableError):
        read_parcel_folder(tmp_path / "link")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    write_parcel_folder(tmp_path / "pouch", FILES)
    os.mkfifo(tmp_path / "pouch" / "pipe")
    with pytest.raises(MalformedError, match="neither file nor folder"):
        read_parcel_folder(tmp_path / "pouch")


def test_a_socket_is_refused(tmp_path, monkeypatch):
    write_parcel_folder(tmp_path / "pouch", FILES)
    monkeypatch.chdir(tmp_path / "pouch")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(MalformedError, match="neither file nor folder"):
            read_parcel_folder(tmp_path / "pouch")


def test_a_folder_deeper_than_any_of_ours_is_refused(tmp_path):
    (tmp_path / "pouch" / "/".join("abcdefghi")).mkdir(parents=True)
    with pytest.raises(MalformedError, match="too long"):
        read_parcel_folder(tmp_path / "pouch")


def test_a_file_over_its_limit_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "pouch").mkdir()
    with (tmp_path / "pouch" / "big").open("wb") as file:
        file.truncate(1 << 40)  # a hole: takes no room, and would fill the memory
    with pytest.raises(MalformedError, match="over the limit of a file"):
        read_parcel_folder(tmp_path / "pouch")


@pytest.mark.parametrize(
    "limits",
    [FolderLimits(files_max=2), FolderLimits(file_bytes_max=9), FolderLimits(total_bytes_max=19)],
    ids=["files", "file", "total"],
)
def test_limits_hold_in_both_directions(tmp_path, limits):
    files = {"a": bytes(10), "b": bytes(5), "c": bytes(5)}
    with pytest.raises(UsageError):
        write_parcel_folder(tmp_path / "no", files, limits)
    assert list(tmp_path.iterdir()) == []
    write_parcel_folder(tmp_path / "pouch", files)
    with pytest.raises(MalformedError):
        read_parcel_folder(tmp_path / "pouch", limits)


def test_a_name_that_is_both_file_and_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="both"):
        write_parcel_folder(tmp_path / "pouch", {"a": b"1", "a/b": b"2"})


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_is_ever_written_over(tmp_path, kind):
    target = tmp_path / "pouch"
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_bytes(b"old")
    else:
        target.symlink_to("nowhere")
    with pytest.raises(UsageError, match="exists already"):
        write_parcel_folder(target, FILES)


@pytest.mark.parametrize("failing", range(8))
def test_a_medium_that_fails_at_any_flush_leaves_nothing_or_everything(
    tmp_path, monkeypatch, failing
):
    calls = iter(range(1000))
    real = os.fsync

    def fsync(descriptor):
        if next(calls) == failing:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(TransportError, match="No space left"):
        write_parcel_folder(tmp_path / "pouch", FILES)
    assert list(tmp_path.iterdir()) == []


def test_a_medium_that_fails_after_the_pouch_appeared_says_that_it_may_be_there(
    tmp_path, monkeypatch
):
    real = os.fsync

    def fsync(descriptor):
        if (tmp_path / "pouch").exists():
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(TransportError) as caught:
        write_parcel_folder(tmp_path / "pouch", FILES)
    assert "read it back" in caught.value.advice
    assert read_parcel_folder(tmp_path / "pouch") == FILES


def test_everything_is_flushed_before_the_pouch_appears(tmp_path, monkeypatch):
    flushed = []
    real = os.fsync

    def fsync(descriptor):
        flushed.append((tmp_path / "pouch").exists())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_parcel_folder(tmp_path / "pouch", FILES)
    # Four files and the folders above them, then the parent folder once the pouch is there.
    assert flushed.count(False) >= len(FILES)
    assert flushed[-1] is True
    assert flushed.count(True) == 1


def test_no_folder_is_unreachable(tmp_path):
    with pytest.raises(UnreachableError):
        read_parcel_folder(tmp_path / "none")


def test_no_place_to_write_is_an_error_of_the_carrier(tmp_path):
    with pytest.raises(TransportError):
        write_parcel_folder(tmp_path / "none" / "pouch", FILES)

"""Key files: strict to read, closed to others, never overwritten, never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tieline.errors import SettingsError
from tieline.signer import KeyFile, read_key, write_key

if TYPE_CHECKING:
    from pathlib import Path

KEY = KeyFile(
    purpose="officer",
    name="north.example/officers/o1",
    seeds={"ed25519": bytes(range(32)), "mldsa44": bytes(range(64, 96))},
)
TEXT = (
    b"tieline/key@v1\n"
    b"purpose officer\n"
    b"name north.example/officers/o1\n"
    b"seed ed25519 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    b"seed mldsa44 QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=\n"
)


def test_a_key_is_written_as_documented_and_read_back(tmp_path: Path) -> None:
    write_key(tmp_path / "k", KEY)
    assert (tmp_path / "k").read_bytes() == TEXT
    assert read_key(tmp_path / "k") == KEY
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "k"]


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    write_key(tmp_path / "k", KEY)
    other = KeyFile(purpose="officer", name="o2", seeds={"ed25519": bytes(32)})
    with pytest.raises(SettingsError, match="exists already"):
        write_key(tmp_path / "k", other)
    assert read_key(tmp_path / "k") == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o666])
def test_a_key_open_to_others_is_refused_with_the_command_that_closes_it(
    tmp_path: Path, mode: int
) -> None:
    write_key(tmp_path / "k", KEY)
    (tmp_path / "k").chmod(mode)
    with pytest.raises(SettingsError, match=f"mode {mode:04o}") as refused:
        read_key(tmp_path / "k")
    assert "chmod 600" in refused.value.advice


def test_a_missing_key_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_key(tmp_path / "k")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\n",
        TEXT.replace(b"@v1", b"@v2"),
        TEXT.replace(b"purpose officer", b"purpose Officer"),
        TEXT.replace(b"purpose", b"for"),
        TEXT.replace(b"name north.example/officers/o1", b"name two words"),
        TEXT.replace(b"8=\n", b"8\n"),
        TEXT.replace(b"mldsa44", b"ed25519"),
        TEXT + b"comment\n",
        TEXT + b"\n",
        b"".join(TEXT.splitlines(keepends=True)[:3]),
        TEXT + b" " * 20_000,
    ],
)
def test_what_is_not_exactly_a_key_file_is_refused_without_quoting_it(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "k"
    path.touch(mode=0o600)
    path.write_bytes(data)
    with pytest.raises(SettingsError) as refused:
        read_key(path)
    assert "AAEC" not in str(refused.value)


def test_a_key_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        write_key(tmp_path / "k", KeyFile(purpose="log", name="a\nb", seeds={"ed25519": b""}))
    assert list(tmp_path.iterdir()) == []


def test_seeds_do_not_show_in_messages_and_logs() -> None:
    assert "ed25519" not in repr(KEY)


def test_a_seed_of_another_length_or_algorithm_is_refused() -> None:
    with pytest.raises(SettingsError, match="no x25519 seed"):
        KEY.seed("x25519")
    with pytest.raises(SettingsError):
        KeyFile(purpose="log", name="a", seeds={"ed25519": bytes(31)}).seed("ed25519")

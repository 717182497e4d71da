"""Rule packs that a home adopts are copies, for all lines or one, and a bad one stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.overlapping import packs
from tieline.overlapping.packs import adopt, adopted, drop, folder_of, stamp_of

LINE = "tieline.invalid/0123456789abcdef"
OTHER = "tieline.invalid/fedcba9876543210"


def pack(name: str = "ours", edition: int = 1) -> bytes:
    return (
        f'format = "tieline/rules@v1"\nid = "{name}"\nedition = {edition}\ntitle = "Ours"\n'
        'dated = 2026-12-01\nsource = "letters"\n[[required]]\nid = "contact"\n'
        'kinds = ["firing"]\nfields = ["contact"]\nsource = "point 3"\nsupport = "agreed"\n'
    ).encode()


def names(home: Path, line: str = "") -> list[str]:
    return [f"{each.id}@{each.edition}" for each in adopted(home, line).packs]


def test_a_pack_of_one_line_stands_in_place_of_that_of_all(tmp_path: Path) -> None:
    adopt(tmp_path, pack())
    adopt(tmp_path, pack("more"))
    adopt(tmp_path, pack(edition=2), line=LINE)

    assert names(tmp_path) == ["more@1", "ours@1"]
    assert names(tmp_path, LINE) == ["more@1", "ours@2"]
    assert names(tmp_path, OTHER) == ["more@1", "ours@1"]
    drop(tmp_path, "ours", line=LINE)
    assert names(tmp_path, LINE) == ["more@1", "ours@1"]


def test_what_is_not_adopted_cannot_be_dropped_and_a_wrong_pack_not_adopted(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match="adopted are: none"):
        drop(tmp_path, "ours")
    adopt(tmp_path, pack())
    with pytest.raises(UsageError, match="adopted are: ours"):
        drop(tmp_path, "../ours")
    with pytest.raises(UsageError, match="colour"):
        adopt(tmp_path, pack() + b"colour = 1\n")
    assert names(tmp_path) == ["ours@1"]


def test_a_damaged_pack_is_told_of_and_keeps_no_other_back(tmp_path: Path) -> None:
    adopt(tmp_path, pack())
    (folder_of(tmp_path) / "bad.toml").write_text("nonsense =")

    found = adopted(tmp_path, LINE)
    assert [each.id for each in found.packs] == ["ours"]
    (fault,) = found.faults
    assert "bad is adopted and cannot be read" in fault


def test_more_packs_than_a_home_takes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACKS_MAX", 1)
    adopt(tmp_path, pack())
    adopt(tmp_path, pack(edition=2))
    with pytest.raises(RefusedError, match="1 packs are adopted already"):
        adopt(tmp_path, pack("more"))


def test_the_stamp_changes_with_every_adoption_and_nothing_else(tmp_path: Path) -> None:
    seen = {stamp_of(tmp_path, LINE)}
    adopt(tmp_path, pack(), line=LINE)
    seen.add(stamp_of(tmp_path, LINE))
    assert stamp_of(tmp_path, LINE) in seen
    adopt(tmp_path, pack(edition=20), line=LINE)
    seen.add(stamp_of(tmp_path, LINE))
    drop(tmp_path, "ours", line=LINE)

    assert len(seen) == 3
    assert stamp_of(tmp_path, LINE) in seen
    assert stamp_of(tmp_path, OTHER) == ()


@pytest.mark.parametrize("data", [b"a = " + b"9" * 5_000, None])
def test_whatever_lies_where_packs_lie_is_a_fault_and_never_an_end(
    tmp_path: Path, data: bytes | None
) -> None:
    adopt(tmp_path, pack())
    bad = folder_of(tmp_path) / "bad.toml"
    if data is None:
        bad.symlink_to(tmp_path / "nowhere")
    else:
        bad.write_bytes(data)

    assert len(stamp_of(tmp_path, LINE)) == 2
    assert names(tmp_path) == ["ours@1"]
    assert "rule pack bad is adopted and cannot be read" in adopted(tmp_path).faults[0]

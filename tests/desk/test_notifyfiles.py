"""What a withdrawal names: a personal file and its copies in other wordings, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.desk.notifyfiles import described_file, to_withdraw
from tieline.errors import UsageError
from tieline.procedures.sorts import PERSONAL_SALT_BYTES


def file(ref: str, number: int, name: str, **more: Any) -> dict[str, Any]:
    usual = {"personal": True, "stands": False, "withdrawn": ""}
    return {"ref": ref, "full_ref": f"full {ref}", "number": number, "name": name, **usual, **more}


NOTICE: dict[str, Any] = {
    "key": "convoy-7",
    "files": [
        file("alpha-1:3", 1, "crew.txt"),
        file("alpha-1:3", 2, "staff.txt"),
        file("alpha-1:9", 1, "route.txt", personal=False, stands=True),
        file("alpha-1:9", 2, "crew.txt", stands=True),
        file("alpha-1:9", 3, "old.txt", stands=True, withdrawn="alpha-1:10"),
    ],
}


def named(*args: Any) -> list[tuple[Any, Any]]:
    found: Any = to_withdraw(NOTICE, *args)
    return [(each["of"], each["attachment"]) for each in found]


def test_a_file_goes_with_its_copies_in_earlier_wordings() -> None:
    assert named(2) == [("full alpha-1:3", 1), ("full alpha-1:9", 2)]


def test_a_file_of_one_wording_can_be_named_alone() -> None:
    assert named(2, "alpha-1:3") == [("full alpha-1:3", 2)]


def test_all_means_every_personal_file_that_is_not_withdrawn_yet() -> None:
    assert named(0) == [("full alpha-1:3", 1), ("full alpha-1:3", 2), ("full alpha-1:9", 2)]


@pytest.mark.parametrize(
    ("args", "why"),
    [((1,), "not declared personal"), ((3,), "withdrawn already"), ((4,), "no attachment 4")],
)
def test_anything_else_is_refused_with_what_to_do(args: tuple[int, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        named(*args)


def test_the_digest_of_a_personal_file_is_not_that_of_its_words() -> None:
    one, first = described_file("crew.txt", "text/plain", b"six names", personal=True)
    other, second = described_file("crew.txt", "text/plain", b"six names", personal=True)
    assert first[PERSONAL_SALT_BYTES:] == second[PERSONAL_SALT_BYTES:] == b"six names"
    assert one["sha256"] != other["sha256"]
    plain, data = described_file("route.txt", "text/plain", b"the road", personal=False)
    assert data == b"the road"
    assert "personal" not in plain

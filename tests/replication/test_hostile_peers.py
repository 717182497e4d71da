"""What a peer signs may be odd without end; our node goes on, and all find the same."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MalformedError
from tieline.replication import parcel as parcels
from tieline.replication import seen
from tieline.replication.seen import SEEN_BYTES_MAX, SEEN_LINE_BYTES


class Crowd:
    """A seat on a line whose other party has certified more logs than a leaf can name."""

    party, parties, own = "alpha", ("alpha", "mallory"), {"main": "a.b/l/alpha-1"}

    def __init__(self, logs: int) -> None:
        names = [f"a.b/l/mallory-{n}" for n in range(1, logs + 1)]
        self.copies: dict[str, Any] = {name: object() for name in (*names, self.own["main"])}

    def owner(self, origin: str) -> str:
        return "alpha" if "alpha" in origin else "mallory"

    def roster(self, party: str) -> None:
        del party


@pytest.mark.parametrize("logs", [1, 10, 500])
def test_what_a_leaf_names_has_room_however_many_logs_a_party_certifies(logs: int) -> None:
    seat: Any = Crowd(logs)
    named = seen._named_logs(seat, seat.own["main"], set())
    assert 0 < len(named) <= logs
    assert sum(len(name) + SEEN_LINE_BYTES for name in named) <= SEEN_BYTES_MAX
    assert named == sorted(named)


def test_a_log_that_was_named_once_is_named_for_ever() -> None:
    seat: Any = Crowd(500)
    before = {"a.b/l/mallory-7", "a.b/l/mallory-499"}
    assert before <= set(seen._named_logs(seat, seat.own["main"], before))


def test_a_parcel_of_more_logs_than_a_line_can_have_is_refused() -> None:
    files = {"line": b"a.b/l\n"}
    files |= {f"{n:064x}/checkpoint": b"x" for n in range(parcels.HAVE_MAX + 1)}
    with pytest.raises(MalformedError, match="logs"):
        parcels.parse_files(files)


def test_a_receipt_without_a_second_line_is_carried_and_never_a_crash() -> None:
    parcel = parcels.Parcel(line="a.b/l", receipts=[b"no second line"])
    again = parcels.parse_parcel(parcels.encode_parcel(parcel))
    assert again.receipts == [b"no second line"]

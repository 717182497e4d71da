"""Positions picked out of prose are the same as positions read one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tieline.feeds.warnings.positions import find_positions, looks_like_position
from tieline.space.reading import read_position


@st.composite
def written(draw: st.DrawFn) -> str:
    tails = draw(
        st.sampled_from(
            [
                st.just(""),
                st.integers(0, 99_999).map(lambda n: f".{n}"),
                st.integers(0, 59).map(lambda n: f"-{n:02d}"),
            ]
        )
    )

    def angle(degrees: int, width: int, letters: str) -> str:
        whole = draw(st.integers(0, degrees - 1))
        minutes = draw(st.integers(0, 59))
        tail = draw(tails)
        return f"{whole:0{width}d}-{minutes:02d}{tail}{draw(st.sampled_from(letters))}"

    return f"{angle(90, 2, 'NS')} {angle(180, 3, 'EW')}"


@given(written())
def test_both_readers_give_the_same_units(text: str) -> None:
    (mark,) = find_positions(f"IN {text}.")
    assert mark.at == read_position(text).at


def test_positions_are_found_in_all_their_spellings() -> None:
    text = (
        "A 44-05.5N 030-10.25E, 44-05N 30-10E. 44-05-30N 030-10-15E, 44-05.5 S 030-10.2 W "
        "(44-05N, 030-10E)"
    )
    assert len(find_positions(text)) == 5


def test_what_is_no_position_is_none_and_what_may_be_one_is_told() -> None:
    assert find_positions("PHONE: 757-398-6231, 12-34N OF 56, 123-45-6789E") == []
    assert find_positions("44-65N 030-10E")[0].fault
    assert find_positions("94-05N 030-10E")[0].fault
    assert find_positions("44-05N 190-10E")[0].fault
    assert looks_like_position("44-05.OON 030") == "44-05.OON"
    assert looks_like_position("PHONE 757 398 6231") == ""

"""A book that is kept gives what finding gives of the same set, to the byte."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.deconfliction import compiled as compiled_module
from tieline.deconfliction.book import AT_ONCE_FROM, Book, Slot
from tieline.deconfliction.compiled import has_numba
from tieline.deconfliction.finding import find
from tieline.deconfliction.notified import Notified
from tieline.deconfliction.rulereading import read_pack
from tieline.errors import UsageError
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor
from tieline.space.volume import Volume
from tieline.space.window import Interval, Window

HOW = [False, True] if has_numba() else [False]
T0 = 1_700_000_000_000
HOUR_MS = 3_600_000
PACK = read_pack(b"""format = "tieline/rules@v1"
id = "apart"
edition = 2
title = "Apart"
dated = 2026-01-01
source = "our agreement"
[[separation]]
id = "convoys"
kinds = ["exercise"]
other_kinds = ["movement"]
distance_m = 20000
height_m = 300
time_min = 90
source = "article 2"
support = "agreed"
[[separation]]
id = "all"
kinds = ["any"]
other_kinds = ["any"]
between = ["p0", "p1"]
distance_m = 5000
source = "article 3"
support = "agreed"
""")


def notified(chance: random.Random, drawn: list[Volume], number: int) -> Notified:
    volumes = tuple(chance.sample(drawn, chance.choice([0, 1, 1, 2, 3])))
    return Notified(
        key=f"k{number}",
        party=f"p{number % 3}",
        kind=chance.choice(["exercise", "movement", "site"]),
        title=chance.choice(["", "Gunnery"]),
        # A volume that is said twice, and equal ones of two notifications, have to come out alike.
        volumes=volumes + volumes[:1] if chance.random() < 0.2 else volumes,
        state=chance.choice(["", "", "", "cancelled"]),
    )


def played(chance: random.Random, drawn: list[Volume], book: Book) -> dict[str, Notified]:
    """Put, change, drop and let time pass at random; what is then in force."""
    left: dict[str, Notified] = {}
    first = [notified(chance, drawn, number) for number in range(chance.choice([0, 10, 45]))]
    book.put_all({(each.party, each.key): each for each in first})
    left.update({each.key: each for each in first if not each.state})
    for _ in range(30):
        told = notified(chance, drawn, chance.randrange(25))
        if chance.random() < 0.25:
            assert book.drop((told.party, told.key)) == (told.key in left)
            left.pop(told.key, None)
            continue
        book.put(told)
        left.pop(told.key, None)
        left.update({} if told.state else {told.key: told})
        if chance.random() < 0.2:
            book.result(T0)
        if chance.random() < 0.1:
            now_ms = chance.randrange(5 * 86_400_000)
            over = {
                key for key, each in left.items() if (each.envelope_ms() or (0, 2**62))[1] <= now_ms
            }
            assert {key for _, key in book.pass_time(now_ms)} == over
            left = {key: each for key, each in left.items() if key not in over}
    return left


@pytest.mark.parametrize("compiled", HOW)
@pytest.mark.parametrize("own_too", [False, True])
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), packs=st.sampled_from([(), (PACK,)]))
def test_any_sequence_gives_what_finding_gives_of_what_is_left(
    volumes: Any, own_too: bool, compiled: bool, seed: int, packs: Any
) -> None:
    chance, drawn = random.Random(seed), volumes(80, seed)
    book = Book(packs, own_too=own_too, compiled=compiled)

    left = played(chance, drawn, book)
    mixed = chance.sample(list(left.values()), len(left))

    whole = find(mixed, known_ms=T0, packs=packs, own_too=own_too)
    assert book.result(T0) == whole
    assert repr(book.result(T0)) == repr(whole)
    assert len(book) == len(left)


@pytest.mark.skipif(not has_numba(), reason="numba is absent: nothing compiled to compare with")
def test_a_result_does_not_hang_on_the_size_from_which_code_is_compiled(
    volumes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, chance = volumes(150, 3), random.Random(3)
    told = [notified(chance, drawn, number) for number in range(120)]
    plain = find(told, known_ms=T0, packs=(PACK,))
    monkeypatch.setattr(compiled_module, "COMPILED_FROM", 1)
    monkeypatch.setattr(compiled_module, "LOADED_FROM", 1)
    book = Book((PACK,))
    book.put_all({(each.party, each.key): each for each in told})

    assert repr(find(told, known_ms=T0, packs=(PACK,))) == repr(plain)
    assert repr(book.result(T0)) == repr(plain)
    assert len(plain.overlaps) > 100


def told(key: str, party: str, *, lon: float = 0.0, hours: int = 1) -> Notified:
    window = Window(spans=(Interval(start_ms=T0, end_ms=T0 + hours * HOUR_MS),))
    shape = Circle(centre=of_degrees(10, lon), radius_m=2_000)
    return Notified(
        key=key, party=party, kind="exercise", volumes=(Volume(shape=shape, window=window),)
    )


def test_what_cannot_be_compared_is_named_and_keeps_nothing_from_the_book() -> None:
    half = Corridor(points=(of_degrees(0, 0), of_degrees(0, 179.9)))
    window = Window(spans=(Interval(start_ms=T0),))
    wide = Notified(key="wide", party="p2", kind="x", volumes=(Volume(shape=half, window=window),))
    given_ = [told("a", "p0"), wide, told("b", "p1")]
    book = Book()
    for each in given_:
        book.put(each)

    assert [left[:2] for left in book.result(T0).uncompared] == [("wide", 0)]
    assert book.result(T0) == find(given_, known_ms=T0)
    assert len(book.result(T0).overlaps) == 1


def test_what_did_not_change_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    asked: list[Any] = []
    near = book._engine.near

    def counted(row: int) -> Any:
        asked.append(row)
        return near(row)

    monkeypatch.setattr(book._engine, "near", counted)
    for number in range(10):
        book.put(told(f"k{number}", f"p{number % 2}", lon=number / 1_000))
    assert len(asked) == 10

    same = told("k3", "p1", lon=3 / 1_000)
    assert not book.put(same)
    assert len(asked) == 10
    assert book.put(replace(same, title="Gunnery"))
    assert len(asked) == 11
    assert book.result(T0).digest == book.result(T0 + 1).digest
    assert book.result(T0 + 1).known_ms == T0 + 1


def test_wordings_of_one_notification_are_held_side_by_side_but_not_compared_if_so_asked() -> None:
    book = Book(own_too=True, compare=lambda one, other: one[:2] != other[:2])
    for number in range(2):
        book.put(told("a", "p0", lon=number / 1_000), ("p0", "a", str(number)))
    book.put(told("b", "p1"))

    assert len(list(book.overlaps())) == 2
    assert book.drop(("p0", "a", "0"))
    assert len(list(book.overlaps())) == 1


def test_more_pairs_than_can_be_measured_leave_the_book_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tieline.deconfliction.book.OVERLAPS_MAX", 3)
    book = Book()
    for number in range(3):
        book.put(told(f"k{number}", "p0", lon=number / 1_000))
    book.put(told("other", "p1"))
    before = book.result(T0)
    with pytest.raises(UsageError, match="at most"):
        book.put(told("third", "p2"))

    assert book.result(T0) == before


def test_too_many_at_once_leave_an_empty_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.deconfliction.book.OVERLAPS_MAX", 3)
    many: dict[Slot, Notified] = {
        (each.party, each.key): each
        for each in (told(f"k{n}", f"p{n % 4}", lon=n / 80) for n in range(AT_ONCE_FROM))
    }
    book = Book()
    with pytest.raises(UsageError, match="at most"):
        book.put_all(many)

    assert len(book) == 0
    first, *_ = many.values()
    assert book.put(first)


def test_many_at_once_and_one_by_one_are_the_same_book() -> None:
    many: dict[Slot, Notified] = {
        (each.party, each.key): each
        for each in (told(f"k{n}", f"p{n % 4}", lon=n / 80) for n in range(2 * AT_ONCE_FROM))
    }
    at_once, singly = Book(), Book()
    at_once.put_all(many)
    for each in many.values():
        singly.put(each)

    assert repr(at_once.result(T0)) == repr(singly.result(T0))
    assert at_once.result(T0).overlaps

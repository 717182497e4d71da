"""Invitation: a party's first entry, which brings its keys and names everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.state.model import Outcome


def first(desk: Any, world: Any, other: Any = None) -> Any:
    origin = (other or desk).seat.own["main"]
    return next(r for r in desk.outcomes if (r.origin, r.index) == (origin, 0))


def test_everybody_holds_everybodys_invitation(three: Any) -> None:
    for desk in three.desks:
        for other in three.desks:
            assert desk.outcome(first(desk, three, other)) is Outcome.OPENS
        board = desk.board()
        assert [p.party for p in board.parties] == ["alpha", "bravo", "charlie"]
        assert all(p.roster_version == 1 for p in board.parties)
        assert board.title == "A line"


def test_an_invitation_that_names_other_parties_opens_nothing(desks: Any) -> None:
    world = desks.found("alpha", "bravo")
    alpha, bravo = world.desks
    strange = {"alpha": alpha.vault.fingerprint(), "bravo": "1" * 60}
    ref = alpha.invite(strange, check=False)
    assert alpha.outcome(ref) is Outcome.OTHER_PARTIES
    bravo.invite({d.party: d.vault.fingerprint() for d in world.desks})
    assert bravo.board().parties[0].roster_version == 0


def test_an_invitation_under_keys_of_another_fingerprint_opens_nothing(desks: Any) -> None:
    world = desks.found("alpha", "bravo")
    alpha, _ = world.desks
    digits = {d.party: d.vault.fingerprint() for d in world.desks}
    alpha.vault = desks.fd.new_vault(world.rng.randbytes)
    ref = alpha.invite(digits, check=False)
    assert alpha.outcome(ref) is Outcome.BAD_ROSTER
    assert "fingerprint" in alpha.board().discrepancies[0].detail


@pytest.mark.parametrize(
    "body",
    [
        {"parties": [], "cites": [], "title": ""},
        {
            "parties": [
                {"party": "bravo", "fingerprint": "1" * 60},
                {"party": "alpha", "fingerprint": "1" * 60},
            ],
            "cites": [],
            "title": "",
        },
        {"parties": [{"party": "alpha", "fingerprint": "1" * 59}], "cites": [], "title": ""},
        {"parties": [{"party": "Alpha", "fingerprint": "1" * 60}], "cites": [], "title": ""},
    ],
)
def test_an_invitation_lists_parties_once_each_and_in_order(world: Any, body: Any) -> None:
    alpha, bravo = world.desks
    ref = alpha.forge("line.invite", body, role="main", clear=(b"{}",))
    world.sync()
    assert bravo.outcome(ref) is Outcome.BAD_BODY


def test_nothing_is_sealed_before_everybodys_roster_is_there(desks: Any) -> None:
    world = desks.found("alpha", "bravo")
    alpha, _ = world.desks
    alpha.invite({d.party: d.vault.fingerprint() for d in world.desks})
    with pytest.raises(AssertionError):
        alpha.say()

"""Any negotiation of a text, with news that arrives late, against a model of what each saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieline.errors import RefusedError
from tieline.procedures.brackets import Clause
from tieline.procedures.dialogue.text import text_digest
from tieline.state.model import Outcome
from tieline.state.negotiation import clause_history, negotiation

NAMES, WORDS = ("one", "two"), ("", "May.", "June.")
STEPS = (
    "draft", "draft", "same", "settle", "settle", "adopt", "adopt all", "deliver", "sync",
    "withdraw",
)  # fmt: skip
TITLE = {"key": "joint", "title": "Joint statement", "for": "other"}
Said = tuple[str, dict[str, str]]


@dataclass
class Model:
    """What each party has filed, and how much of that each party has seen."""

    parties: tuple[str, ...]
    filed: dict[str, list[Said]] = field(default_factory=dict)
    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.filed = {party: [] for party in self.parties}
        self.seen = {party: dict.fromkeys(self.parties, 0) for party in self.parties}

    def file(self, party: str, kind: str, what: dict[str, str]) -> None:
        self.filed[party].append((kind, what))
        self.seen[party][party] += 1

    def hear(self, party: str, other: str) -> None:
        for log in self.parties:
            self.seen[party][log] = max(self.seen[party][log], self.seen[other][log])

    def known(self, party: str, log: str) -> list[Said]:
        return self.filed[log][: self.seen[party][log]]

    def agreed(self, party: str) -> dict[str, str]:
        """Clauses on which all have said the same, as this party knows it."""
        mine = [self.position(party, log) for log in self.parties]
        return {n: mine[0][n] for n in mine[0] if all(p.get(n) == mine[0][n] for p in mine)}

    def position(self, party: str, log: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, what in self.known(party, log):
            found |= what if kind == "draft" else {}
        return found

    def text(self, party: str) -> dict[str, str] | None:
        names = {n for log in self.parties for n in self.position(party, log)}
        agreed = self.agreed(party)
        text = {n: words for n, words in agreed.items() if words}
        return text if text and names == set(agreed) else None

    def locked(self, party: str, clauses: dict[str, str]) -> set[str]:
        agreed = self.agreed(party)
        return {n for n, words in clauses.items() if n in agreed and agreed[n] != words}

    def state(self, party: str, log: str) -> str:
        said = self.known(party, log)
        return said[-1][0] if said else "silent"

    def may_adopt(self, party: str) -> bool:
        states = [self.state(party, log) for log in self.parties]
        text = self.text(party)
        if text is None or "withdraw" in states or self.state(party, party) == "silent":
            return False
        return self.last_adopted(party) != text

    def last_adopted(self, party: str) -> dict[str, str] | None:
        """What all have adopted, if each of them has adopted only one text."""
        newest = []
        for log in self.parties:
            texts = [what for kind, what in self.known(party, log) if kind == "adopt"]
            newest.append(texts[-1] if texts else None)
        return newest[0] if all(n is not None and n == newest[0] for n in newest) else None


def digest(text: dict[str, str]) -> str:
    return text_digest({n: Clause(title=n, text=w, terms="") for n, w in text.items()})


def body(clauses: dict[str, str], reopens: set[str], *, opens: bool) -> dict[str, Any]:
    listed = [{"id": n, "title": n, "text": w, "terms": ""} for n, w in clauses.items()]
    named = {"reopens": sorted(reopens)} if reopens else {}
    return {"clauses": listed} | named | (TITLE if opens else {})


class Talk:
    """The same steps, by desks and in the model."""

    def __init__(self, desks: Any, parties: tuple[str, ...]) -> None:
        self.world = desks.open_line(*parties)
        self.desks = {desk.party: desk for desk in self.world.desks}
        self.model = Model(parties=parties)
        first = parties[0]
        start = {"one": "May."}
        self.case = self.desks[first].post("text.draft", body(start, set(), opens=True))
        self.model.file(first, "draft", start)
        self.sync()

    def sync(self) -> None:
        self.world.sync()
        for _ in self.model.parties:
            for one in self.model.parties:
                for other in self.model.parties:
                    self.model.hear(one, other)

    def draft(self, party: str, clauses: dict[str, str], reopens: set[str]) -> None:
        named = reopens & set(clauses)
        missed = self.model.locked(party, clauses) - named
        filed = body(clauses, named, opens=False)
        if missed:
            with pytest.raises(RefusedError, match="changes an agreed passage"):
                self.desks[party].post("text.draft", filed, case=self.case)
            forged = self.desks[party].forge("text.draft", filed, case=self.case)
            assert self.desks[party].outcome(forged) is Outcome.LOCKED
        else:
            self.desks[party].post("text.draft", filed, case=self.case)
            self.model.file(party, "draft", clauses)

    def adopt(self, party: str) -> None:
        text = self.model.text(party)
        filed = {"digest": digest(text or {})}
        if self.model.may_adopt(party):
            self.desks[party].post("text.adopt", filed, case=self.case)
            self.model.file(party, "adopt", text or {})
        else:
            with pytest.raises(RefusedError):
                self.desks[party].post("text.adopt", filed, case=self.case)

    def withdraw(self, party: str) -> None:
        if self.model.state(party, party) != "withdraw":
            self.desks[party].post("text.withdraw", {}, case=self.case)
            self.model.file(party, "withdraw", {})

    def settle(self, party: str) -> None:
        """Everybody takes over what one party holds."""
        self.sync()
        clauses = self.model.position(party, party)
        for other in self.model.parties:
            if clauses:
                self.draft(other, clauses, set(NAMES))
        self.sync()

    def adopt_all(self) -> None:
        for party in self.model.parties:
            self.adopt(party)
            self.sync()

    def deliver(self, one: str, other: str) -> None:
        self.desks[one].deliver(self.desks[other])
        self.model.hear(other, one)

    def check(self, party: str) -> None:
        view = self.desks[party].seat.view
        case = view.case_at(self.case)
        assert case is not None
        found = negotiation(view, case)
        mine = self.model
        assert {c.id for c in found.clauses if c.is_locked} == set(mine.agreed(party))
        assert found.digest == (digest(text) if (text := mine.text(party)) else "")
        for clause in found.clauses:
            words = {p: c.text for p, c in clause.alternatives.items()}
            positions = {log: mine.position(party, log) for log in mine.parties}
            assert words == {p: own[clause.id] for p, own in positions.items() if clause.id in own}
            history = clause_history(view, case, clause.id)
            count = sum(
                kind == "draft" and clause.id in what
                for log in mine.parties
                for kind, what in mine.known(party, log)
            )
            assert len(history) == count
        adopted = mine.last_adopted(party)
        if adopted is not None:
            assert found.adopted_digest == digest(adopted)
            assert {n: c.text for n, c in found.adopted.items()} == adopted


def step(draw: Any, talk: Talk) -> None:
    party = draw(st.sampled_from(talk.model.parties))
    match draw(st.sampled_from(STEPS)):
        case "draft":
            clauses = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(WORDS),
                                           min_size=1))  # fmt: skip
            talk.draft(party, clauses, draw(st.sets(st.sampled_from(NAMES))))
        case "same":
            other = draw(st.sampled_from(talk.model.parties))
            clauses = talk.model.position(party, other)
            if clauses:
                talk.draft(party, clauses, draw(st.sampled_from((set(), set(NAMES)))))
        case "settle":
            talk.settle(party)
        case "adopt all":
            talk.adopt_all()
        case "adopt":
            talk.adopt(party)
        case "deliver":
            other = draw(st.sampled_from(talk.model.parties))
            if other != party:
                talk.deliver(party, other)
        case "withdraw":
            talk.withdraw(party)
        case _:
            talk.sync()
    talk.check(party)


@pytest.mark.parametrize("parties", [("alpha", "bravo"), ("alpha", "bravo", "charlie")])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_negotiation_is_as_the_model_says(
    desks: Any, parties: tuple[str, ...], data: Any
) -> None:
    talk = Talk(desks, parties)
    for _ in range(data.draw(st.integers(3, 14))):
        step(data.draw, talk)
    talk.sync()
    for party in parties:
        talk.check(party)

"""Reports: a record as an observer would keep it over twenty years, made from a seed.

Shares of one hundred statements: 2 mechanisms and channels, 20 rounds, 10 seats, 20 commitments,
10 contacts; the others tell what became of these. One source in twenty has no day of publication
and one in ten only a month; every fiftieth statement has an inference, some of which join two keys
or date a source; one statement in five hundred is withdrawn, one in fifty reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tieline.days import Days
from tieline.observer import assertion as a
from tieline.observer import vocabulary as v
from tieline.observer.statement import (
    Force,
    Inference,
    Record,
    Review,
    Source,
    Statement,
    Verdict,
    Withdrawal,
)

FIRST = date(2005, 1, 1)
DAYS = 20 * 365
PER_SOURCE = 12
PARTIES = ("Aval", "Borun", "Cald", "Deren")
PLACES = ("Oldport", "Newport", "Old Mint, Harbour Town", "Harbour Town", "River House")
GIVEN = ("Ann", "Bo", "Cai", "Dara", "Eli", "Fen", "Goro", "Hana", "Ivo", "Jun", "Kai", "Lena")
FAMILY = tuple(f"{one}{two}" for one in ("Bar", "Cor", "Dal", "Fen", "Gor", "Hal", "Ker", "Lor",
               "Mar", "Nor", "Pel", "Ras", "Sol", "Tam", "Vel", "Wen") for two in ("an", "ec",
               "idi", "ov", "uso", "enna", "wick", "mar"))  # fmt: skip
FORCES = tuple(force for force in Force if force not in {Force.SIGNED, Force.RECORDED})
TOPICS = tuple(f"topic-{n}" for n in range(40))


def record_of(count: int, seed: int = 2005) -> Record:
    """A record of ``count`` statements; the same seed makes the same record."""
    return _Desk(count, Random(seed)).record()


class _Desk:
    def __init__(self, count: int, random: Random) -> None:
        self.random, self.count = random, count
        self.talks = max(2, count * 2 // 100)
        self.rounds, self.seats = max(2, count // 5), max(2, count // 10)
        self.commitments, self.contacts = max(2, count // 5), max(2, count // 10)

    def record(self) -> Record:
        sources, days = self._sources()
        statements = tuple(
            self._statement(number, list(said), days)
            for number, said in zip(range(self.count), self._said(), strict=False)
        )
        ids = [one.id for one in statements]
        inferences = tuple(self._inference(n, ids, sources) for n in range(self.count // 50))
        withdrawals = tuple(self._withdrawal(n, ids) for n in range(self.count // 500))
        reviews = tuple(
            Review(id=f"v-{n}", of=ids[n * 37 % len(ids)], reviewer="second", on=Days(),
                   verdict=Verdict.OBJECTS if n % 9 == 0 else Verdict.AGREES)
            for n in range(self.count // 50)
        )  # fmt: skip
        return Record(
            sources=sources,
            statements=statements,
            inferences=inferences,
            withdrawals=withdrawals,
            reviews=reviews,
        )

    def _withdrawal(self, n: int, ids: list[str]) -> Withdrawal:
        day = FIRST + timedelta(days=n * 7 % DAYS)
        on = Days(earliest=day, latest=day)
        of = self.random.choice(ids)
        return Withdrawal(id=f"w-{n}", of=of, author="desk", on=on, why="the paper took it back")

    def _sources(self) -> tuple[tuple[Source, ...], list[date]]:
        sources, days = [], []
        number = max(1, self.count // PER_SOURCE)
        for n in range(number):
            day = FIRST + timedelta(days=n * DAYS // number)
            published = Days(earliest=day, latest=day)
            if n % 20 == 7:
                published = Days()
            elif n % 10 == 3:
                published = Days(earliest=day, latest=day + timedelta(days=30))
            days.append(day)
            sources.append(Source(id=f"s-{n}", published=published, file=f"{n}.txt"))
        return tuple(sources), days

    def _statement(self, number: int, said: list[a.Assertion], days: list[date]) -> Statement:
        source = min(number // PER_SOURCE, len(days) - 1)
        day = days[source] - timedelta(days=self.random.randrange(40))
        happened = Days(earliest=day, latest=day) if self.random.random() < 0.7 else Days()
        return Statement(
            id=f"r-{number}",
            source=f"s-{source}",
            passage=str(number % PER_SOURCE + 1),
            speaker=self._person() if number % 3 else None,
            force=FORCES[number % 3 or 4],
            happened=self.random.choice((happened, happened, happened, None)),
            text=f"Report {number}: {self.random.choice(PLACES)} was named, and {self._person()}.",
            topics=(self.random.choice(TOPICS),),
            assertions=tuple(said),
        )

    def _person(self) -> str:
        return f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}"

    def _days(self, at: int, spread: int = 3) -> Days:
        day = FIRST + timedelta(days=at % DAYS)
        return Days(earliest=day, latest=day + timedelta(days=self.random.randrange(spread)))

    def _by(self) -> tuple[str, ...]:
        return self.random.choice((PARTIES[:1], PARTIES[1:2], PARTIES[:2], ()))

    def _said(self) -> Iterator[Iterator[a.Assertion]]:
        """What one statement after the other asserts, in the order of the years."""
        makers = (
            [self._round] * 20 + [self._seat] * 10 + [self._commitment] * 20 + [self._contact] * 10
            + [self._talk] * 2 + [self._turn] * 6 + [self._put_off] * 4 + [self._outcome] * 6
            + [self._spell] * 3 + [self._present] * 5 + [self._position] * 6 + [self._other] * 8
        )  # fmt: skip
        for n in range(self.count):
            yield makers[n * 61 % len(makers)](n)

    def _near(self, n: int, total: int, spread: int = 50) -> int:
        """The number of a thing of about the same years."""
        return max(0, min(total - 1, n * total // self.count + self.random.randrange(-spread, 1)))

    def _at(self, n: int) -> int:
        return n * DAYS // self.count

    def _talk(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.talks, 3)
        yield a.Mechanism(
            thing=f"m-{number}",
            name=f"Talks number {number}",
            established=self._days(self._at(n), 400),
            levels=(a.OfSide(party="Aval", value="vice minister"),),
            parent=f"m-{number // 2}" if number > 1 and n % 5 == 0 else None,
        )

    def _round(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.rounds, 3)
        yield a.Round(
            thing=f"round-{number}",
            of=f"m-{number % self.talks}",
            number=number // self.talks + 1,
            planned=self._days(self._at(n) + 20),
            held=self._days(self._at(n) + 30) if n % 3 else None,
            place=self.random.choice(PLACES),
            length_min=90 if n % 4 == 0 else None,
        )

    def _turn(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.rounds)
        move = self.random.choice((v.Move.PROPOSED, v.Move.ACCEPTED, v.Move.MOVED))
        yield a.Turn(
            thing=f"round-{number}", move=move, by=self._by(), days=self._days(self._at(n))
        )

    def _put_off(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.rounds)
        yield a.Postponement(thing=f"round-{number}", by=self._by(), reason="high water")
        yield a.Cause(thing=f"round-{number}", because=f"measure-{number % 500}")

    def _seat(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.seats, 8)
        yield a.Seat(
            thing=f"seat-{number}",
            party=PARTIES[number % 4],
            office=f"Office {number}",
            holder=self._person(),
            start=self._days(self._at(n)) if n % 3 == 0 else None,
            at=f"round-{self._near(n, self.rounds)}" if n % 3 == 1 else None,
            level="vice minister",
            rank=number % 5 + 1,
        )

    def _present(self, n: int) -> Iterator[a.Assertion]:
        for _ in range(2):
            yield a.Attendance(
                thing=f"round-{self._near(n, self.rounds)}",
                person=self._person(),
                party=self.random.choice(PARTIES[:2]),
            )

    def _commitment(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.commitments, 3)
        yield a.Commitment(
            thing=f"promise-{number}",
            what=f"mend jetty {number}",
            by=self._by(),
            due=self._days(self._at(n) + 200, 60),
            at=f"round-{self._near(n, self.rounds)}" if n % 2 else None,
        )

    def _outcome(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.commitments, 400)
        outcome = self.random.choice((v.Outcome.MET, v.Outcome.MISSED, v.Outcome.DISPUTED))
        yield a.Commitment(thing=f"promise-{number}", outcome=outcome, side=PARTIES[n % 2])

    def _contact(self, n: int) -> Iterator[a.Assertion]:
        number = self._near(n, self.contacts, 3)
        yield a.Contact(
            thing=f"contact-{number}",
            of=f"m-{number % self.talks}",
            way=self.random.choice(tuple(v.Way)),
            result=self.random.choice((v.Result.HELD, v.Result.REQUESTED, v.Result.UNANSWERED)),
            by=self._by()[:1],
            days=self._days(self._at(n)),
            place=self.random.choice(PLACES),
        )

    def _spell(self, n: int) -> Iterator[a.Assertion]:
        thing = f"m-{self._near(n, self.talks, 20)}"
        if n % 2:
            yield a.Suspension(thing=thing, by=self._by()[:1], since=self._days(self._at(n)))
        else:
            yield a.Restoration(thing=thing, by=PARTIES[:2], since=self._days(self._at(n)))

    def _position(self, n: int) -> Iterator[a.Assertion]:
        yield a.Position(thing=self.random.choice(TOPICS), side=PARTIES[n % 2])
        if n % 2:
            yield a.Readout(thing=f"round-{self._near(n, self.rounds)}", side=PARTIES[n % 2])

    def _other(self, n: int) -> Iterator[a.Assertion]:
        talk = f"m-{self._near(n, self.talks)}"
        rest: list[a.Assertion] = [
            a.Measure(thing=f"measure-{n % 500}", name=f"Measure {n % 500}", by=PARTIES[:1]),
            a.Precondition(thing=f"demand-{n // 9}", of=talk, words="first the bridge"),
            a.AgendaItem(thing=f"round-{self._near(n, self.rounds)}", item=f"item {n}"),
            a.Text(thing=f"text-{n // 20}", stage=self.random.choice(tuple(v.Draft)), of=talk),
            a.Framework(thing=f"frame-{n // 90}", stage=self.random.choice(tuple(v.Stage))),
            a.Link(thing=f"m-{n % self.talks // 2}", tie=v.Tie.MANDATES, to=f"m-{n % self.talks}"),
            a.Person(thing=f"person-{n // 9}", names=(self._person(),), party=PARTIES[n % 4]),
            a.Event(thing=f"event-{n}", name="A storm", days=self._days(self._at(n))),
        ]
        yield rest[n // 100 % len(rest)]

    def _inference(self, n: int, ids: list[str], sources: tuple[Source, ...]) -> Inference:
        at = n * 50 + self.random.randrange(50)
        grounds = (ids[min(at, len(ids) - 1)],)
        said: a.Assertion = a.Round(
            thing=f"round-{self._near(at, self.rounds)}", held=self._days(self._at(at) + 30)
        )
        if n % 10 == 3:
            number = self._near(at, self.contacts)
            said = a.Same(thing=f"contact-{number}", other=f"contact-{max(0, number - 1)}")
        elif n % 40 == 7:
            source = sources[(n * 20 + 7) % len(sources)]
            said = a.Dating(thing=source.id, days=replace(source.published, wording="that week"))
        return Inference(
            id=f"i-{n}", author="desk", text=f"Inference {n}.", grounds=grounds, assertions=(said,)
        )

"""Two more samples, of other parties: nothing in the program is tied to the first."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

import tieline
from tieline.answers import contact_of, rounds_of, why
from tieline.observer import (
    About,
    Force,
    discrepancies,
    fold,
    frameworks,
    parse_text,
    status,
    to_bodies,
)
from tieline.observer.assertion import OfSide
from tieline.observer.vocabulary import Result, Stage

SOURCE = Path(tieline.__file__).parent
NAMES = ("China", "Taiwan", "Korea", "Greece", "Turkey", "NATO", "Beijing", "Washington")
SOURCES_OF_CONSTANTS = {"space/band.py: China"}
PACKS = "deconfliction/packs"
"""Rule packs are data: each is of an agreement, and names its parties."""
"""Where a name says who measured what a constant holds."""
SHORTEST = 4
"""Shorter names, as "US", are words of the language too."""


def record_of(name):
    sample = files("tieline.observer").joinpath("samples", name)
    return parse_text(sample.read_bytes())


@pytest.fixture(scope="module")
def lines():
    return fold(to_bodies(record_of("korean-lines-2018-2023.txt")))


@pytest.fixture(scope="module")
def allies():
    return fold(to_bodies(record_of("aegean-2020.txt")))


def ids(cites):
    return {cite.id for cite in cites}


def ends(settled):
    return settled.days.earliest, settled.days.latest


# ---- the lines of two neighbours


def test_the_lines_were_cut_twice_by_nobody_named(lines):
    cuts = why(lines, "lines").suspensions

    assert [(cut.word, cut.by, ends(cut.since)) for cut in cuts] == [
        ("cut", (), (date(2020, 6, 1), date(2020, 6, 30))),
        ("cut", (), (date(2021, 8, 1), date(2021, 8, 31))),
    ]
    assert "suspended by whom" in why(lines, "lines").unknown


def test_the_year_of_the_second_cut_is_an_inference(lines):
    bare = why(lines.without_inferences(), "lines").suspensions

    assert [cut.since.days.known for cut in bare] == [True, False]
    assert bare[1].since.days.wording == "August"


def test_they_were_restored_twice(lines):
    assert [ends(back.since) for back in why(lines, "lines").restorations] == [
        (date(2021, 7, 1), date(2021, 7, 31)),
        (date(2021, 10, 1), date(2021, 10, 31)),
    ]


def test_a_fault_and_a_silence_are_neither_cuts_nor_each_other(lines):
    found = why(lines, "lines")

    assert [(one.what, one.since.days.earliest) for one in found.reported] == [
        ("out of order", date(2022, 6, 1)),
        ("silent", date(2023, 4, 7)),
    ]
    (cause,) = found.causes
    assert cause.because is not None
    assert (cause.because.key, cause.inferred) == ("rain-2022", False)


def test_that_calls_were_unanswered_is_an_inference_from_silence(lines):
    (told,) = contact_of(lines, "daily-calls-2023").results

    assert (told.value, ids(told.cites)) == (Result.UNANSWERED, {"i-unanswered"})
    assert contact_of(lines.without_inferences(), "daily-calls-2023").results == ()


def test_nothing_was_known_before_the_reports_came_out(lines):
    assert status(lines, on=date(2021, 1, 1), known_on=date(2023, 4, 8)) == [
        line
        for line in status(lines, on=date(2021, 1, 1), known_on=date(2023, 4, 8))
        if {cite.source for cite in line.cites} <= {"paper-55"}
    ]
    told = status(lines, on=date(2021, 1, 1), known_on=date(2023, 5, 1))
    assert any(line.about is About.SUSPENSION for line in told)


def test_how_the_lines_stood_is_told_for_each_part_of_their_life(lines):
    def cuts(on):
        told = [line for line in status(lines, on=on) if line.thing == "lines"]
        return [line.about for line in told if line.about is not About.CONTACT]

    assert cuts(date(2020, 12, 31)) == [About.SUSPENSION]
    assert cuts(date(2021, 7, 31)) == [About.SUSPENSION, About.RESTORATION]
    assert cuts(date(2023, 4, 7)).count(About.CONDITION) == 2


def test_the_agreement_is_read_in_an_official_paper(lines):
    (agreement,) = frameworks(lines)
    (stage,) = agreement.stages

    assert (stage.stage, stage.by) == (Stage.AGREED, ("North Korea", "South Korea"))
    assert (stage.cite.force, stage.cite.passage) == (Force.READOUT, "page 52")


def test_guesses_at_causes_are_not_put_down_as_causes(lines):
    (one,) = (each for each in lines.record.statements if each.id == "k-guesses")

    assert (one.force, one.assertions) == (Force.UNNAMED, ())


# ---- the two allies


def test_the_meeting_of_october_slipped_with_a_reason_and_no_new_day(allies):
    (meeting,) = rounds_of(allies, "deconfliction")
    (step,) = meeting.steps

    assert meeting.first_plan is not None
    assert meeting.first_plan.days is not None
    assert meeting.first_plan.days.earliest == date(2020, 10, 5)
    assert (step.what, step.by, [told.value for told in step.reasons]) == (
        "postponed",
        (),
        ["technical reasons"],
    )
    assert {"postponed by whom", "day held"} <= set(meeting.unknown)


def test_of_six_rounds_the_first_has_a_day_and_the_last_has_none(allies):
    first, last = rounds_of(allies, "technical-talks")

    assert ends(first.held) == (date(2020, 9, 10), date(2020, 9, 10))
    assert ends(last.held) == (date(2020, 9, 10), None)
    assert [told.value for told in last.number] == [6]


# ---- both


@pytest.mark.parametrize("name", ["korean-lines-2018-2023.txt", "aegean-2020.txt"])
def test_the_small_samples_hold_together(name):
    picture = fold(to_bodies(record_of(name)))

    assert picture.faults == ()
    assert picture.fallen == {}
    assert discrepancies(picture) == ()
    assert all(not one.published.known for one in picture.record.sources)


def names_of(record):
    """Parties, persons and places that a record's assertions name."""
    for item in (*record.statements, *record.inferences):
        for one in item.assertions:
            for field in ("party", "person", "holder", "side"):
                yield getattr(one, field, None) or ""
            for field in ("by", "who", "levels", "names"):
                for each in getattr(one, field, ()):
                    yield (each.party or "") if isinstance(each, OfSide) else str(each)
            yield from (getattr(one, "place", None) or "").split(", ")


def test_the_program_names_no_country_person_or_city_of_the_samples():
    # As they are written: a key of a sample may stand in an example that one can try on it.
    samples = sorted((SOURCE / "observer" / "samples").glob("*.txt"))
    named = {name for path in samples for name in names_of(parse_text(path.read_bytes()))}
    words = {*NAMES, *(name for name in named if len(name) >= SHORTEST)}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b")
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js", ".json", ".txt", ".toml", ".md"}
        and path.parent.name != "samples"
        and not path.is_relative_to(SOURCE / PACKS)
    }

    found = {
        f"{path.relative_to(SOURCE)}: {match.group()}"
        for path, text in texts.items()
        for match in pattern.finditer(text)
    }

    assert len(samples) == 3
    assert len(texts) > 100
    assert sorted(found - SOURCES_OF_CONSTANTS) == []

"""Questions from the command line: readable answers with their sources, and clear refusals."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

QUESTIONS = {
    "status": (),
    "things": (),
    "mechanism": ("dsd",),
    "round": ("dsd-2",),
    "rounds": ("dsd",),
    "contacts": (),
    "counterparts": ("--seat", "china-defence-minister", "--on", "2023-11-01"),
    "due": ("--on", "2019-01-01"),
    "positions": ("--topic", "taiwan"),
    "readouts": ("dsd-2",),
    "why": ("military-ties",),
    "mandates": ("dsd",),
    "conditions": (),
    "search": ("China",),
    "statistics": (),
    "discrepancies": (),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("ask")
    homes.party(place, "observer").client.close()
    return place


@pytest.fixture
def observer(run, folder):
    """The observer's home, with the sample in its record."""

    def ran(*args, code=0):
        return run("ask", *args, home=folder / "observer", code=code)

    if not (folder / "sample.txt").exists():
        run("observe", "sample", "--write", folder / "sample.txt")
        run("observe", "add", folder / "sample.txt", home=folder / "observer")
    return ran


def flat(ran):
    return " ".join(ran.out.split())


@pytest.mark.parametrize("question", sorted(QUESTIONS))
@pytest.mark.parametrize("columns", ["80", "120"])
def test_every_answer_fits_the_terminal_and_names_its_sources(
    observer, monkeypatch, question, columns
):
    monkeypatch.setenv("COLUMNS", columns)
    ran = observer(question, *QUESTIONS[question])

    assert max(len(line.rstrip()) for line in ran.out.splitlines()) <= int(columns)
    assert "What the observer's sources report" in ran.out
    assert question == "things" or "¶" in ran.out


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_answer_is_also_json(observer, question):
    found = observer(question, *QUESTIONS[question], "--json").json

    assert (found["question"], found["record"]) == (question, "observer")
    assert found["answer"]


def test_the_second_round_keeps_its_first_plan_and_says_what_is_unknown(observer):
    text = flat(observer("round", "dsd-2"))

    assert 'first planned 2018-10 ("October"), Beijing [000-6 ¶4 narrated]' in text
    assert "postponed, by whom is not said, to when is not said" in text
    assert "≈i-dsd-2-causes inferred" in text
    assert "unknown:" in text


def test_trade_is_raised_by_one_side_only(observer):
    assert "trade: China, to the press" in flat(observer("round", "dsd-2"))


def test_a_request_to_a_seat_that_may_be_vacant_names_the_next_level(observer):
    text = flat(observer("counterparts", *QUESTIONS["counterparts"]))

    assert "Minister of Defence: reports leave open whether the seat is filled." in text
    assert "The next level that is perhaps filled on both sides" in text
    assert "China: " in text.partition("The next level")[2]


def test_a_day_that_passed_decides_nothing(observer):
    text = flat(observer("due", "--on", "2019-01-01"))

    assert "DUE PASSED, OUTCOME UNKNOWN" in text
    assert "1 unknown: outcome" in text


def test_both_days_change_the_answer(observer):
    early = observer("status", "--on", "2022-09-01", "--known-on", "2018-11-10", "--json").json
    late = observer("status", "--on", "2022-09-01", "--json").json

    def names(found):
        return {line["name"] for line in found["answer"]}

    assert "Military ties" in names(late) - names(early)
    assert early["set_aside"] > late["set_aside"]


def test_search_finds_words_in_several_arguments_and_tells_when_nothing_holds_all(observer):
    assert "000-10" in observer("search", "crisis", "deconfliction").out
    ran = observer("search", "crisis", "zebra")
    assert "zebra: 0" in ran.out
    assert observer("search", "Mattis", "--field", "speaker", "--json").json["answer"]["total"] == 2


def test_a_long_listing_is_cut_and_says_so(observer):
    assert "more left off" in observer("things", "--limit", "2").out
    assert len(observer("things", "--limit", "2", "--json").json["answer"]) == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("round", "dsd-9"), "dsd-1"),
        (("positions", "--topic", "tiwan"), "taiwan"),
        (("positions", "--side", "USA"), "US"),
        (("mechanism", "dpc"), "dpct"),
        (("status", "--on", "2022-13-01"), "2022-13-01"),
        (("status", "--of", "nowhere"), "observer"),
        (("statistics", "--by", "week"), "quarter"),
        (("search", "..."), "no word"),
        (("search", "China", "--field", "spaker"), "speaker"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(observer, args, words):
    assert words in " ".join(observer(*args, code=2).err.split())
    told = json.loads(observer(*args, "--json", code=2).out)
    assert told["error"] == "refused.usage"


def test_a_home_without_a_record_says_how_to_begin(run, folder):
    homes.party(folder, "empty").client.close()
    ran = run("ask", "status", home=folder / "empty", code=2)
    assert "tieline observe add" in " ".join(ran.err.split())


def test_a_line_can_be_asked_by_its_title(run, pair):
    found = run("ask", "status", "--of", "border", "--json", home=pair.alpha.home).json
    assert (found["record"], found["of"]) == ("line", "border")
    assert "What was said on the line" in run("ask", "things", home=pair.alpha.home).out

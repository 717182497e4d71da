"""Briefs: what an officer needs, cited, never more than two pages, and honest about what is cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tieline.errors import UsageError
from tieline.observer.assertion import Channel, Mechanism, Round, Seat
from tieline.papers.brief import Subject, brief, people
from tieline.papers.paper import (
    ENTRY_CHARS_MAX,
    Entry,
    Paper,
    Section,
    bounded,
    fitted,
    labels,
    left_out_words,
    notes,
    sources,
)
from tieline.record.marking import Marking

DAY = date(2024, 1, 12)


def made(picture, key, **more):
    options: dict[str, Any] = {"on": DAY, "mark": Marking.OWN, "made": DAY} | more
    return brief(picture, key, **options)


def texts(paper, title):
    (found,) = [s for s in paper.sections if s.title.startswith(title)]
    return [
        (entry.label, f"{entry.lead}: {entry.text}" if entry.lead else entry.text)
        for entry in found.entries
    ]


def paper_of(*counts, text="t"):
    sections = tuple(
        Section(
            title=f"S{n}",
            entries=tuple(Entry(text=f"{text} {n}.{k}") for k in range(count)),
            more=f"tieline ask s{n}",
        )
        for n, count in enumerate(counts)
    )
    return Paper(
        title="T",
        about="Brief",
        mark=Marking.OWN,
        on=DAY,
        known_on=None,
        made=DAY,
        sections=sections,
    )


def test_the_longest_section_gives_way_and_the_later_of_two():
    cut = fitted(
        paper_of(3, 5, 5), lambda p: 3 if sum(len(s.entries) for s in p.sections) > 10 else 2
    )
    assert [len(s.entries) for s in cut.sections] == [3, 4, 3]
    assert [s.left_out for s in cut.sections] == [0, 1, 2]
    assert cut.left_out == 3
    assert left_out_words(cut.sections[2]) == "2 more left out for want of room: tieline ask s2"


def test_what_is_kept_is_the_beginning():
    cut = fitted(paper_of(4), lambda p: 3 if len(p.sections[0].entries) > 2 else 2)
    assert [entry.text for entry in cut.sections[0].entries] == ["t 0.0", "t 0.1"]


def test_every_section_keeps_its_first_entry():
    cut = fitted(paper_of(2, 2), lambda _: 9)
    assert [len(s.entries) for s in cut.sections] == [1, 1]


def test_sections_and_texts_are_bounded_before_anything_is_set():
    cut = bounded(paper_of(100, text="x" * 5_000))
    assert cut.sections[0].left_out == 76
    assert {len(entry.text) for entry in cut.sections[0].entries} == {ENTRY_CHARS_MAX}
    assert all(entry.text.endswith("…") for entry in cut.sections[0].entries)


def test_a_label_that_repeats_is_shown_once():
    assert labels([Entry(label=x, text="") for x in "aabba"]) == ["a", "", "b", "", "a"]


def test_notes_are_numbered_as_they_are_cited_and_name_passage_force_and_speaker(sample):
    paper = made(sample, "dsd", on=date(2019, 1, 15))
    listed = notes(paper, sample)
    assert [note.number for note in listed] == list(range(1, len(listed) + 1))
    by_id = {note.id: note.words for note in listed}
    assert by_id["000-12"] == "source 000 ¶5, press, Wei Fenghe"
    assert by_id["i-dsd-2-day"] == "inference by observer from 000-1"
    assert {note.source for note in listed if note.source} == {s.id for s in sources(paper, sample)}


def test_everything_said_is_cited_unless_it_says_that_nothing_is_known(sample):
    for key in ("dsd", "dpct", "dsd-2", "china-defence-minister", "taiwan"):
        for section in made(sample, key).sections:
            for entry in section.entries:
                free = section.title == "What is unknown" or entry.label == "nothing reported"
                free = free or entry.text.startswith(("No seat", "unknown"))
                assert entry.cites or free, (key, section.title, entry)


def test_the_second_dialogue_as_of_the_next_january(sample):
    paper = made(sample, "dsd", on=date(2019, 1, 15), us="US")
    assert paper.title == "Diplomatic and Security Dialogue"
    (told, *_) = texts(paper, "The last round")
    assert 'held 2018-11-09 ("Friday"), Washington' in told[1]
    assert "first planned for 2018-10" in told[1]
    assert "postponed by whom is not said" in told[1]
    assert "sale of equipment to Taiwan (inferred)" in told[1]
    every = [text for s in paper.sections for text in texts(paper, s.title)]
    exercises = [label for label, text in every if "rescue exercises" in text and "due" in text]
    assert "due passed, outcome unknown" in exercises
    assert [label for label, _ in texts(paper, "Who was at the last round")] == [
        "US",
        "US",
        "China",
        "China",
    ]


def test_causes_that_an_observer_infers_are_marked_so(sample):
    paper = made(sample, "dsd")
    (section,) = [s for s in paper.sections if s.title == "Why it stood still"]
    causes = [entry for entry in section.entries if entry.label == "inferred only"]
    assert causes
    assert all(entry.inferred for entry in causes)


def test_a_brief_of_an_earlier_knowledge_knows_nothing_of_later_reports(sample):
    # The other sources have no day of their own, so they may have been known: they stay, marked.
    paper = made(sample, "dsd", on=date(2018, 11, 20), known_on=date(2018, 11, 9))
    ids = {cite.id for cite in paper.cites}
    assert not any(id_.startswith("000-") for id_ in ids)


def test_a_person_is_found_by_name_in_any_case(sample):
    paper = made(sample, "wei fenghe")
    assert paper.title == "Wei Fenghe"
    assert paper.about == "Brief on a counterpart"
    assert any(
        "rescue together" in text or "search and rescue" in text
        for _, text in texts(paper, "What they said")
    )


def test_a_seat_tells_who_held_it_and_that_it_was_vacant(sample):
    paper = made(sample, "china-defence-minister", on=date(2023, 12, 15))
    held = " ".join(text for _, text in texts(paper, "Who held it before"))
    assert "Dong Jun" in held
    assert "vacant, from 2023-05-23" in held
    assert "Li Shangfu" in held


def test_a_topic_keeps_each_statement_by_itself(sample):
    paper = made(sample, "taiwan")
    told = texts(paper, "Positions by side")
    assert {label for label, _ in told} == {"US", "China"}
    assert len(told) == 3


def test_the_commands_for_the_rest_name_day_and_record(sample):
    paper = made(sample, "taiwan", known_on=date(2024, 6, 1), of="observer")
    assert "--known-on 2024-06-01 --of observer" in paper.sections[0].more


def test_what_a_key_is_of_can_be_said(sample):
    assert made(sample, "taiwan", subject=Subject.TOPIC).about == "Brief on a topic"
    with pytest.raises(UsageError):
        made(sample, "taiwan", subject=Subject.ROUND)


def test_a_key_that_nothing_is_reported_of_is_refused_with_those_like_it(sample):
    with pytest.raises(UsageError, match=r"no brief can be made on 'dsd-22'.*dsd-2"):
        made(sample, "dsd-22")


def test_every_thing_of_the_sample_has_a_brief_of_at_most_two_pages(sample, fonts):
    from tieline.papers.pdf import make_pdf

    keys = [k for kind in (Mechanism, Channel, Round, Seat) for k in sample.things(kind)]
    keys += [*people(sample)[:4], *sorted({t for s in sample.record.statements for t in s.topics})]
    # Every other one: setting pages takes most of a second.
    pages = {key: make_pdf(made(sample, key), sample, fonts).count for key in keys[::2]}
    assert len(pages) > 20
    assert set(pages.values()) == {1, 2}

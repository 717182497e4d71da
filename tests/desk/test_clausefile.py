"""Files of clauses: one form for one meaning, and a fault for whatever would be ignored."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.desk.clausefile import canonical_terms, read_clauses, write_clauses
from tieline.desk.clausetemplate import template
from tieline.errors import UsageError
from tieline.procedures.brackets import Clause
from tieline.procedures.terms import Terms, parse_terms

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.recursive(
    words | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(words, plain, max_size=4))
def test_terms_read_back_as_they_were_and_have_one_form(table):
    text = canonical_terms(table)
    assert parse_terms(text) == table
    assert canonical_terms(parse_terms(text)) == text
    assert canonical_terms(dict(reversed(table.items()))) == text


@given(words, words, st.dictionaries(words, plain, max_size=3))
def test_a_file_that_we_write_reads_back_as_the_same_positions(title, text, terms):
    first = Clause(title=title, text=f"x{text}", terms=canonical_terms(terms))
    clauses = read_clauses(write_clauses({"air": first}))
    assert read_clauses(write_clauses(clauses)) == clauses
    assert clauses["air"].terms == first.terms


def test_two_files_that_mean_the_same_give_equal_positions():
    one = (
        '[clause.test]\ntitle = "Tests"\ntext = "Once a day."\nterms = {every_s = 5, answer_s = 1}'
    )
    two = (
        "[clause.test]\r\ntext = '''\nOnce a day.  \n'''\ntitle = 'Tests '\n"
        "[clause.test.terms]\nanswer_s = 0x1 # soon\nevery_s    =    5\n"
    )
    assert read_clauses(one) == read_clauses(two)


def test_letters_that_look_alike_by_composition_are_one_letter():
    texts = [f'[clause.a]\ntext = "caf{e}"' for e in ("\u00e9", "e\u0301")]
    assert len({read_clauses(text)["a"] for text in texts}) == 1


def test_the_template_reads_back_and_its_terms_are_the_defaults():
    clauses = template(("bravo", "alpha"))
    assert read_clauses(write_clauses(clauses)) == clauses
    agreed = Terms(version=1, clauses={n: parse_terms(c.terms) for n, c in clauses.items()})
    fixed = Terms()
    for level in fixed.levels():
        assert agreed.receipt_s(level) == fixed.receipt_s(level)
        assert agreed.take_s(level) == fixed.take_s(level)
        assert agreed.answer_s(level) == fixed.answer_s(level)
    assert agreed.ladder() == fixed.ladder()
    assert agreed.needs_two("framework.sign", "ROUTINE", "ACTUAL", "")
    assert agreed.needs_two("message.say", "FLASH", "ACTUAL", "dialogue")
    assert not agreed.suspendable("safety")
    assert agreed.counterpart("alpha/desk") == "bravo/desk"
    assert "accident-not-attack" in agreed.codes()


def test_leaving_a_clause_out_is_said_expressly():
    assert read_clauses("[clause.codes]\nleave_out = true")["codes"].left_out()


GOLDEN = [
    (
        "[clause.test\n",
        (
            "the file is not TOML: Expected ']' at the end of a table declaration "
            "(at line 1, column 13)"
        ),
    ),
    ("", "clause: there is none. Begin with `tieline framework template`."),
    (
        'titel = 1\n[clause.a]\ntext = "x"\n',
        "line 1, titel: is no part of a framework file. Clauses are [clause.NAME].",
    ),
    (
        '[clause.a]\ntitel = "x"\ntext = "y"\n',
        (
            "line 2, clause.a.titel: is no field of a clause. "
            "A clause has title, text, terms, leave_out."
        ),
    ),
    (
        '[clause.a]\ntitle = "x"\n',
        (
            "line 1, clause.a: says nothing. "
            "Write a text or terms, or leave_out = true to have none of it."
        ),
    ),
    (
        "[clause.Air]\ntext = 'x'\n",
        (
            "line 1, clause.Air: clause 'Air' is not a handle (a-z, 0-9, -; 32 at most). "
            "Name it like `levels` or `air-corridors`."
        ),
    ),
    (
        "[clause.a]\ntext = 5\n",
        "line 2, clause.a.text: is not a text. Put it in quotes.",
    ),
    (
        "[clause.a]\ntext = 'x'\nleave_out = true\n",
        (
            "line 3, clause.a.leave_out: stands beside a text or terms. "
            "Remove leave_out, or text and terms."
        ),
    ),
    (
        "[clause.a.terms]\nx = 1.5\n",
        (
            "line 2, clause.a.terms.x: holds a number with a point, or a date. "
            "Use whole numbers and quoted texts."
        ),
    ),
    (
        "[clause.clocks.terms]\ntake_FLSH_s = 5\n",
        (
            "line 2, clause.clocks.terms.take_FLSH_s: is no clock of a level. "
            "Clocks are receipt_FLASH_s, take_FLASH_s, answer_FLASH_s and so on."
        ),
    ),
    (
        "[clause.clocks.terms]\n\ntake_FLASH_s = 0\n",
        (
            "line 3, clause.clocks.terms.take_FLASH_s: is not 1 to 31622400. "
            "Write whole seconds, without quotes."
        ),
    ),
    (
        "[clause.channels.terms]\nsafety = 'open'\n",
        (
            "line 2, clause.channels.terms.safety: is neither fixed nor suspendable. "
            'Write safety = "suspendable".'
        ),
    ),
    (
        "[clause.release.terms]\ntwo_persons = ['framework.sing']\n",
        (
            "line 2, clause.release.terms.two_persons: 'framework.sing' is no kind of message. "
            "Use kinds such as message.say, or HIGHEST for actual ones of that level."
        ),
    ),
    (
        "[clause.offices.terms]\ncounterparts = [['alpha/watch', 'alpha/desk']]\n",
        (
            "line 2, clause.offices.terms.counterparts: ['alpha/watch', 'alpha/desk'] is no pair. "
            'Write pairs of two parties\' offices, as [["alpha/watch", "bravo/watch"]].'
        ),
    ),
    (
        "[clause.procedures.terms]\nmessage = 2\n",
        (
            "line 2, clause.procedures.terms.message: is not a version that we speak: 2. "
            "Write message = 1."
        ),
    ),
    (
        "[clause.test.terms]\nevery = 5\n",
        (
            "line 2, clause.test.terms.every: is not read by anybody. "
            "The fields of test are every_s, answer_s."
        ),
    ),
]


@pytest.mark.parametrize(("text", "words"), GOLDEN)
def test_a_fault_names_line_field_and_remedy(text, words):
    with pytest.raises(UsageError) as caught:
        read_clauses(text)
    assert str(caught.value).removeprefix("the file cannot be taken as it is:\n") == words


def test_terms_that_the_record_cannot_keep_are_a_fault_of_the_file():
    with pytest.raises(UsageError, match=r"line 1, clause.a.terms: cannot be kept"):
        read_clauses(f"[clause.a.terms]\nx = {2**53}\n")


def test_all_faults_are_named_at_once_in_the_order_of_their_lines():
    text = "[clause.test.terms]\nanswer_s = 0\nevery_s = 'x'\n[clause.a]\ntext = 1\n"
    with pytest.raises(UsageError) as caught:
        read_clauses(text)
    assert re.findall(r"line (\d+)", str(caught.value)) == ["2", "3", "5"]


def test_clocks_follow_the_levels_that_the_same_file_names():
    levels = "[clause.levels.terms]\nnames = ['urgency', 'routine']\n"
    read_clauses(levels + "[clause.clocks.terms]\ntake_urgency_s = 5\n")
    with pytest.raises(UsageError):
        read_clauses(levels + "[clause.clocks.terms]\ntake_FLASH_s = 5\n")
    read_clauses("[clause.clocks.terms]\ntake_urgency_s = 5\n", levels=("urgency",))

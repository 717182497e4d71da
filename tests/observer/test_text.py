import pytest

from tieline.errors import UsageError
from tieline.observer import Force, parse_text, read_text, write_text
from tieline.observer.form import MANY_MAX
from tieline.observer.text import FAULTS_MAX, TEXT_BYTES_MAX
from tieline.words import KEY_CHARS_MAX, LINE_CHARS_MAX

WRONG = """\
source: a
  published: 2018-13
  file: a.txt

statement: a-1
  source: a
  passage: 3
  force: stated
  colour: red
  text: Something.
  asserts: round talks-1
    held: yesterday
    of the ferry
  asserts: rounds x

statement: a-2
  force: said
  force: press
  | more
  text: It was \u202eso.

note: x
"""

FAULTS = """\
line 13, of the ferry: has no ":"; write key: value, or begin with | or #
line 2, published: there is no day "2018-13" in the calendar; write 2018-11-09, 2018-11, 2018, \
2018-10-01..2018-10-31, ..2018-11-10 or unknown
line 8, force: "stated" is not one of readout, press, said, post, narrated, unnamed, opinion; \
write said if the channel is not given
line 9, colour: is no field of a statement; it has source, via, passage, speaker, force, \
happened, learned, text, note, language, topic, span
line 12, held: "yesterday" is not a day; write 2018-11-09, 2018-11, 2018, \
2018-10-01..2018-10-31, ..2018-11-10 or unknown
line 14, asserts: "rounds" is not one of mechanism, channel, round, turn, postponement, \
suspension, restoration, condition, seat, framework, commitment, contact, attendance, position, \
agenda, text, readout, precondition, measure, event, cause, link, person, same, \
disagreement, dating; write kind and key
line 18, force: stands twice; keep one of the two lines
line 20, text: holds the invisible character U+202E; take it out
line 16, source: is missing from this statement; add a line "source: ..."
line 16, passage: is missing from this statement; add a line "passage: ..."
line 22, note: is no kind of block; begin the block with one of source, statement, inference, \
review, withdrawal"""

SOURCE = "source: a\n  published: unknown\n  file: a.txt\n\n"
SAID = "statement: {}\n  source: a\n  passage: 1\n  force: said\n  text: x\n"


def test_every_fault_is_named_with_line_field_and_remedy():
    with pytest.raises(UsageError) as caught:
        parse_text(WRONG.encode())

    assert sorted(str(caught.value).split("\n")) == sorted(FAULTS.split("\n"))


def test_what_is_whole_is_read_beside_what_is_not():
    reading = read_text((SOURCE + SAID.format("a-1") + "\nstatement: a-2\n").encode())

    assert [one.id for one in reading.record.statements] == ["a-1"]
    assert reading.faults


def test_references_are_checked_once_the_text_reads_well():
    text = SOURCE + SAID.format("a-1").replace("source: a", "source: b") + "\n"
    text += SAID.format("a-1")
    text += "\ninference: i\n  author: me\n  text: so\n  ground: a-9\n"
    text += "\nwithdrawal: w\n  of: a-8\n  author: me\n  on: 2020\n  why: wrong\n"

    told = [fault.words() for fault in read_text(text.encode()).faults]

    assert told == [
        'line 5, source: "b" has no source block; add one',
        'line 11, statement: "a-1" is taken on line 5; choose another key',
        'line 17, ground: "a-9" is no statement here; correct it',
        'line 22, of: "a-8" is no statement or inference; correct it',
    ]


def test_comments_continuations_and_foreign_line_ends_are_read():
    text = SOURCE + SAID.format("a-1").replace(" x", " one\n# aside\n    | two\n|three")

    record = parse_text(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert record.statements[0].text == "one two three"
    assert record.statements[0].force is Force.SAID


def test_a_text_in_chinese_is_read_and_written(river):
    written = write_text(river)

    assert "电话已恢复" in written
    assert parse_text(written.encode()) == river


def test_unknown_by_is_the_same_as_leaving_it_out():
    said = SOURCE + SAID.format("a-1") + "  asserts: postponement talks-1\n"

    assert parse_text((said + "    by: unknown\n").encode()) == parse_text(said.encode())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"#" * (TEXT_BYTES_MAX + 1), "line 1, file: has"),
        (b"# fine\n\xff", "line 2, file: is not UTF-8"),
        (b"| x", "goes on with no line above"),
        (b"format: tieline/observer@v9", "line 1, format: is not this one"),
        (b"source: " + b"k" * (KEY_CHARS_MAX + 1), "longer than 64"),
        (b"source: a\ntitle: " + b"x" * (LINE_CHARS_MAX + 1), "shorten it to 4000"),
        (b"statement: a\n" + b"topic: t\n" * (MANY_MAX + 1), "more than 64 times"),
        (b"statement: a\n" + b"asserts: same x\nas: y\n" * 33, "33 assertions"),
        ("source: e\u0301".encode(), "is not a key|normal form NFC"),
    ],
    ids=["bytes", "encoding", "continuation", "format", "key", "line", "many", "assertions", "nfc"],
)
def test_limits_and_encodings_are_named(text, what):
    with pytest.raises(UsageError, match=what):
        parse_text(text)


def test_faults_are_listed_up_to_a_limit():
    assert len(read_text(b"x: 1\n\n" * (FAULTS_MAX + 50)).faults) == FAULTS_MAX

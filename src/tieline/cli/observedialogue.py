"""Marking step by step: each answer is checked at once and kept, proposals are chosen by number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.text import Text

from tieline.cli.asking import ask, choose
from tieline.cli.look import safe
from tieline.cli.observeparts import proposal_parts
from tieline.cli.observetake import passage_part
from tieline.cli.paint import indented, out
from tieline.desk.intake import Draft, write_draft
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.observer import Picture, Source
from tieline.observer.form import DAYS, FLAG, KEY, NUMBER, SIDE, Field, Form
from tieline.observer.forms import ASSERTIONS, ITEMS
from tieline.observer.intake import Passage, Report, check_own_words
from tieline.observer.notation import check_value, make_assertion, parse_assertion, write_assertion
from tieline.observer.recognise import Proposal
from tieline.observer.recognise_names import proposals_in
from tieline.observer.recognise_register import Registers, registers_of
from tieline.observer.statement import FORCE_MEANING, REPORTED_FORCES

KEYS_SHOWN_MAX = 12
STATEMENT = ITEMS["statement"]


@dataclass(slots=True, kw_only=True)
class Marking:
    """One passage being marked: where, and what was recognised there."""

    desk: Desk
    seen: Picture
    source: Source
    report: Report | None
    name: str
    passages: tuple[Passage, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    registers: Registers | None = field(default=None, repr=False)

    def look_at(self, passages: tuple[Passage, ...]) -> None:
        """Take up passages, and what is recognised in them."""
        if self.registers is None:
            self.registers = registers_of(self.seen)
        self.passages = passages
        self.proposals = tuple(
            each
            for one in passages
            for each in proposals_in(one.text, self.registers, self.source.published)
        )

    def chosen(self, text: str) -> str:
        """``#3`` is the third proposal's value; anything else stands as it was typed.

        Raises:
            UsageError: there is no such proposal.
        """
        return self.proposal(text).value if text.startswith("#") else text

    def proposal(self, text: str) -> Proposal:
        """The proposal that ``#3`` names; raises `UsageError` if there is none."""
        number = text.removeprefix("#")
        if not number.isdecimal() or not 1 <= int(number) <= len(self.proposals):
            raise UsageError(f"there is no proposal {text}; there are {len(self.proposals)}")
        return self.proposals[int(number) - 1]


Step = Callable[[Marking, Draft], object]


def go_through(marking: Marking, answers: Draft) -> Draft:
    """Ask for all that is not answered yet; every answer is kept before the next question.

    Raises:
        KeyboardInterrupt: the observer stopped; what was answered is kept.
    """
    for name, step in STEPS:
        if name in answers:
            if name == "passage":
                _show_passage(marking, answers)
            continue
        told = step(marking, answers)  # Assertions add to the answers as they are given.
        answers = {**answers, name: told}
        write_draft(marking.desk.home, marking.name, answers)
    return {k: v for k, v in answers.items() if k != "asserted"}


def _passage(marking: Marking, answers: Draft) -> str:
    report, span = marking.report, str(answers.get("span") or "")

    def read(text: str) -> str:
        if report is not None:
            report.cited(text)
        return check_value(STATEMENT, "passage", text)

    if report is None:
        return str(ask("Passage", read, hint="5; 8, 9; title"))
    if span:
        found = report.at(span).locator
    else:
        statements = marking.seen.record.statements
        marked = {one.passage for one in statements if one.source == marking.source.id}
        numbered = [p.locator for p in report.passages if p.locator.isdecimal()]
        free = next((each for each in numbered if each not in marked), "")
        more = f"`tieline observe passages {marking.source.id}` shows them"
        found = str(ask("Passage", read, hint=f"of {len(report.passages)}; {more}", default=free))
    _show_passage(marking, {**answers, "passage": found})
    return found


def _show_passage(marking: Marking, answers: Draft) -> None:
    report = marking.report
    if report is None:
        return
    span = str(answers.get("span") or "")
    marking.look_at((report.at(span),) if span else report.cited(str(answers["passage"])))
    out(*(passage_part(one) for one in marking.passages))
    out(
        Text("Recognised; write #1, #2 ... to use one", style="bold"),
        *proposal_parts(marking.proposals),
    )


def _force(marking: Marking, answers: Draft) -> str:
    del marking, answers
    options = [(f.value, FORCE_MEANING[f]) for f in FORCE_MEANING if f in REPORTED_FORCES]
    return choose("Force", options)


def _line(name: str, question: str, hint: str, *, needed_for: tuple[str, ...] = ()) -> Step:
    def step(marking: Marking, answers: Draft) -> str:
        def read(text: str) -> str:
            return check_value(STATEMENT, name, marking.chosen(text))

        optional = answers.get("force") not in needed_for
        return str(ask(question, read, hint=hint, optional=optional) or "")

    return step


def _text(marking: Marking, answers: Draft) -> str:
    del answers

    def read(text: str) -> str:
        return check_own_words(check_value(STATEMENT, "text", text), marking.passages)

    hint = "in words of your own, and no more than the passage says"
    return str(ask("What is said", read, hint=hint))


def _topics(marking: Marking, answers: Draft) -> list[str]:
    del answers

    def read(text: str) -> list[str]:
        parts = [marking.chosen(part.strip()) for part in text.split(",") if part.strip()]
        return [check_value(STATEMENT, "topic", part) for part in parts]

    return (
        ask("Topics", read, hint="keys, with commas between them: taiwan, sea", optional=True) or []
    )


def _assertions(marking: Marking, answers: Draft) -> bool:
    """Gather assertions one by one; each is kept as soon as it is whole."""
    hint = f"a whole line (round dsd-2; held=2018-11-09), or a kind of: {', '.join(ASSERTIONS)}"
    while True:
        told = ask(
            "What the record takes from it",
            lambda text: _assertion_start(marking, text),
            hint=hint,
            optional=True,
        )
        hint = "one more; Enter when there is no more"
        if told is None:
            return True
        line = told if ";" in told or " " in told else _assertion(marking, ASSERTIONS[told])
        answers["asserts"] = [*(answers.get("asserts") or ()), line]
        write_draft(marking.desk.home, marking.name, answers)
        out(indented(safe(f"+ {line}", "green")))


def _assertion_start(marking: Marking, text: str) -> str:
    if text.startswith("#"):
        one = marking.proposal(text)
        if one.kind in ASSERTIONS and one.key:
            return write_assertion(parse_assertion(f"{one.kind} {one.key}"))
        raise UsageError(f"{text} names no thing; write a kind, or a whole line")
    if text in ASSERTIONS:
        return text
    return write_assertion(parse_assertion(text))


def _assertion(marking: Marking, form: Form) -> str:
    known = marking.seen.things(form.make)[-KEYS_SHOWN_MAX:]  # type: ignore[arg-type]
    hint = f"known: {', '.join(known)}" if known else "none is known yet; choose a key"
    pairs = [
        (
            "thing",
            str(
                ask(
                    f"{form.word}: which",
                    lambda t: check_value(form, "thing", marking.chosen(t)),
                    hint=hint,
                )
            ),
        )
    ]
    for each in form.fields[1:]:
        if each.need:
            told = ask(each.name, _reader(marking, form, each), hint=_allowed(each))
            pairs.append((each.name, str(told)))
    free = [each for each in form.fields[1:] if not each.need or each.many]
    if free:
        out(indented(safe("; ".join(f"{each.name} ({_allowed(each)})" for each in free), "dim")))
    while free:
        pair = ask("field=value", lambda text: _pair(marking, form, pairs, text), optional=True)
        if pair is None:
            break
        pairs.append(pair)
    return write_assertion(make_assertion(form, pairs))


def _reader(marking: Marking, form: Form, each: Field) -> Callable[[str], str]:
    return lambda text: check_value(form, each.name, marking.chosen(text))


def _pair(marking: Marking, form: Form, pairs: list[tuple[str, str]], text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError("write field=value, for instance place=Oldport")
    pair = (name.strip(), marking.chosen(value.strip()))
    make_assertion(form, [*pairs, pair])
    return pair


def _allowed(each: Field) -> str:
    """What may stand in a field: the words of a closed list, or what kind of value it is."""
    for codec, told in _KINDS:
        if each.codec is codec:
            return told
    try:
        each.codec.from_text("?")
    except UsageError as error:
        # A closed list tells its words when it refuses one.
        return str(error).partition(" is not one of ")[2].partition(";")[0] or "words"
    return "words"


_KINDS = (
    (KEY, "key"),
    (DAYS, "days"),
    (NUMBER, "number"),
    (FLAG, "yes"),
    (SIDE, "SIDE = VALUE"),
)
STEPS: tuple[tuple[str, Step], ...] = (
    ("passage", _passage),
    ("force", _force),
    (
        "speaker",
        _line(
            "speaker",
            "Speaker",
            "the person or body that the passage names",
            needed_for=("press", "said", "post", "opinion"),
        ),
    ),
    ("happened", _line("happened", "Happened", '2018-11-09 "Friday", 2018-11, unknown, or #1')),
    ("text", _text),
    ("topics", _topics),
    ("asserted", _assertions),
    ("note", _line("note", "Note", "a remark of yours")),
)

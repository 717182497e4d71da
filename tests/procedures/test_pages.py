"""The page of each procedure shows the table that the code has.

``python tests/procedures/test_pages.py`` writes the tables into the pages again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tieline.procedures import BY_NAME, PROCEDURES
from tieline.procedures.form import Form
from tieline.procedures.house import HOUSE
from tieline.procedures.procedure import CROSSED, By, Opening, Procedure, Strands

PAGES = Path(__file__).resolve().parents[2] / "docs" / "procedures"
PAGE_OF = {"line": "invitation", "resumption": "suspension"}
PAGE_OF |= {procedure.name: "house" for procedure in HOUSE}
"""Procedures whose page has another name than their messages."""
BY_WORDS = {
    By.OPENER: "the party that opened it",
    By.OWNER: "the party whose strand it is",
    By.OTHER: "a party whose strand it is not",
    By.AUTHOR: "the party that opened it, on its own strand",
    By.HEARER: "another party, on its own strand",
    By.ANYONE: "any party",
}
STRAND_WORDS = {
    Strands.NONE: "No strands: the message is the whole case.",
    Strands.OPENER: "One strand, of the party that opened it.",
    Strands.ADDRESSEES: "One strand for each party that the opening message is addressed to.",
    Strands.OTHERS: "One strand for each party but the one that opened it.",
    Strands.ALL: "One strand for each party of the line.",
}


def begin(name: str) -> str:
    return f"<!-- table of {name}: written by tests/procedures/test_pages.py -->"


def end(name: str) -> str:
    return f"<!-- end of {name} -->"


def page_of(procedure: Procedure) -> Path:
    return PAGES / f"{PAGE_OF.get(procedure.name, procedure.name)}.md"


def table(procedure: Procedure) -> str:
    """What the page says between its two marks."""
    blocks = [_about(procedure), _messages(procedure), *_forms(procedure)]
    if procedure.strands is not Strands.NONE:
        blocks += [_states(procedure), _steps(procedure)]
    return "\n\n".join("\n".join(block) for block in blocks)


def _about(procedure: Procedure) -> list[str]:
    words = f"Version {procedure.version}. {STRAND_WORDS[procedure.strands]}"
    whole = [f"`{kind}`" for kind in procedure.bodies if kind in procedure.whole]
    if whole:
        verb = "moves" if len(whole) == 1 else "move"
        words += f" Every strand together, or none: {', '.join(whole)} {verb} the whole case."
    return [f"**`{procedure.name}`.** {words}"]


def _forms(procedure: Procedure) -> Iterator[list[str]]:
    """The fields of each message whose body is a form; messages with equal forms share a table."""
    kinds: dict[Form, list[str]] = {}
    for kind, body in procedure.bodies.items():
        if isinstance(body, Form) and body.fields:
            kinds.setdefault(body, []).append(f"`{kind}`")
    for form, named in kinds.items():
        needed = {name for group in form.either for name in group}
        rows = [f"| Field of {', '.join(named)} | Holds | Needed |", "| --- | --- | --- |"]
        for field in form:
            need = "yes" if field.required else "one of these" if field.name in needed else "no"
            rows.append(f"| `{field.name}` | {field.help}: {field.holds()} | {need} |")
        yield rows


def _messages(procedure: Procedure) -> list[str]:
    rows = ["| Message | Signed by | Travels | Opens a case |", "| --- | --- | --- | --- |"]
    for kind in procedure.bodies:
        signed = "a person, or the node alone" if kind in procedure.machine else "a person"
        travels = "in clear" if kind in procedure.clear else "sealed"
        opening = procedure.opening(kind)
        opens = "no" if opening is None else _opens(opening)
        rows.append(f"| `{kind}` | {signed} | {travels} | {opens} |")
    return rows


def _opens(opening: Opening) -> str:
    parts = [f"own strand *{opening.own}*"] if opening.own else []
    parts += [f"others *{opening.others}*"] if opening.others else []
    parts += ["with no strand"] if opening.strands is Strands.NONE else []
    return ", ".join(["yes", *parts])


def state_names(procedure: Procedure) -> list[str]:
    """States in the order in which the table first names them, *crossed* last."""
    named = [s for o in procedure.openings for s in (o.own, o.others) if s]
    named += [s for step in procedure.steps for s in (step.source, step.target)]
    found = [s for s in dict.fromkeys(named) if s in procedure.says and s != CROSSED]
    return [*found, CROSSED]


def _states(procedure: Procedure) -> list[str]:
    rows = ["| State | In words | Anything owed |", "| --- | --- | --- |"]
    for state in state_names(procedure):
        owed = "no" if state in procedure.closed else "yes"
        rows.append(f"| {state} | {procedure.says[state]} | {owed} |")
    return rows


def _steps(procedure: Procedure) -> list[str]:
    rows = ["| In | Message | From | Leads to |", "| --- | --- | --- | --- |"]
    for state in state_names(procedure):
        for step in procedure.steps:
            if step.source == state:
                by = BY_WORDS[step.by]
                rows.append(f"| {state} | `{step.kind}` | {by} | {step.target} |")
    return rows


def tables_in(page: str) -> Iterator[tuple[str, str]]:
    """Every marked table of a page, by procedure."""
    for procedure in PROCEDURES:
        first, last = begin(procedure.name), end(procedure.name)
        if first in page:
            yield procedure.name, page.partition(first)[2].partition(last)[0].strip()


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_the_page_shows_the_table_that_the_code_has(procedure: Procedure) -> None:
    found = dict(tables_in(page_of(procedure).read_text(encoding="utf-8")))
    assert found[procedure.name] == table(procedure)


def test_every_page_is_of_a_procedure_and_shows_no_other_table() -> None:
    pages = {page_of(p).stem for p in PROCEDURES} | {"expiry"}
    assert {page.stem for page in PAGES.glob("*.md")} == pages
    for page in PAGES.glob("*.md"):
        for name, _ in tables_in(page.read_text(encoding="utf-8")):
            assert page_of(BY_NAME[name]) == page


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_the_page_names_every_state_that_has_words(procedure: Procedure) -> None:
    if procedure.strands is Strands.NONE:
        assert set(procedure.says) <= {""}
    else:
        assert set(state_names(procedure)) == set(procedure.says)


def write() -> None:
    for procedure in PROCEDURES:
        path = page_of(procedure)
        page = path.read_text(encoding="utf-8")
        before, first, rest = page.partition(begin(procedure.name))
        _, last, after = rest.partition(end(procedure.name))
        assert last, f"{path.name} has no marks for {procedure.name}"
        text = f"{before}{first}\n\n{table(procedure)}\n\n{last}{after}"
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()

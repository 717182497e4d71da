"""Talks: the verbs of the dialogue on a line, one group for each procedure.

Every group is read from the procedure's own table and forms: a kind of message is a verb, a field
is an option. A new procedure of the dialogue needs nothing here but an example.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any

import typer

from tieline.cli.choosing import asked, line_for, pick_office, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, LineOption, OfficerOption, desk_at
from tieline.cli.intake import texts_of, translations_of, words_from
from tieline.cli.look import examples
from tieline.cli.said import report
from tieline.cli.send import AlsoOption, FileOption, LangOption, OwnOfficeOption, WithOption
from tieline.cli.signature import REQUIRED, command_of, keyword, positional
from tieline.cli.talkexamples import EXAMPLES
from tieline.cli.talkview import show_list, show_one, vacancies
from tieline.desk.clausefile import read_clauses
from tieline.desk.talks import (
    MANY,
    SPOKEN,
    asks_addressees,
    body_of,
    form_of,
    opens,
    option_of,
    say,
)
from tieline.errors import UsageError
from tieline.procedures import BY_NAME
from tieline.procedures.dialogue import text as tx
from tieline.procedures.form import Field, Form, Sort
from tieline.procedures.procedure import Procedure
from tieline.state.talks import TALKS

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Its key, or an entry of it: alpha-1:12.")
]
AnywayOption = Annotated[
    bool, typer.Option("--anyway", help="File it although it does not fit what is there.")
]
ToOption = Annotated[
    list[str], typer.Option("--to", metavar="PARTY/OFFICE", help="Whom it is for; repeat it.")
]
WordsArgument = Annotated[str, typer.Argument(help="The words; - reads them.")]
ClausesOption = Annotated[
    Path | None, typer.Option("--clauses", metavar="FILE", help="Your positions, as TOML.")
]


def _verb(kind: str) -> str:
    return kind.partition(".")[2]


def _option(field: Field) -> Parameter:
    """The option of a field."""
    name = f"--{option_of(field.name)}"
    hint = " PARTY=VALUE;" if field.sort in {Sort.LINE_BY_PARTY, Sort.KEY_BY_PARTY} else ""
    one_of = f" ({', '.join(field.choices)})" if field.choices else ""
    zone = " As 2026-12-01T09:00Z." if field.sort is Sort.INSTANT else ""
    many = " Repeat it for more." if field.sort in MANY else ""
    help_ = f"{field.help[:1].upper()}{field.help[1:]}{one_of}.{hint}{zone}{many}"
    kind: Any = list[str] | None if field.sort in MANY else str
    missing: Any = None if field.sort in MANY else ""
    # The digest of what all agree on is the node's to tell; it may be typed to be sure.
    if field.required and field.sort is not Sort.DIGEST:
        missing = REQUIRED
        kind = list[str] if field.sort in MANY else str
    metavar = {Sort.DAYS: "DAYS", Sort.INSTANT: "TIME", Sort.INTEGER: "N"}.get(field.sort)
    shown = typer.Option(name, help=help_, metavar=metavar, show_default=False)
    return keyword(_safe(field.name), Annotated[kind, shown], missing)


def _safe(name: str) -> str:
    """A field's name as a parameter: some are words of Python, some are ours."""
    return f"field_{name}"


COMMON = {
    "officers": (OfficerOption, None),
    "second": (WithOption, ""),
    "office": (OwnOfficeOption, ""),
    "anyway": (AnywayOption, False),
    "line": (LineOption, ""),
    "home": (HomeOption, None),
    "as_json": (JsonOption, False),
}


def _parameters(procedure: Procedure, kind: str, form: Form) -> list[Parameter]:
    found: list[Parameter] = []
    spoken = [field for field in form if field.sort in SPOKEN]
    if not opens(procedure, kind) or kind == tx.DRAFT:
        default = "" if opens(procedure, kind) else REQUIRED
        found.append(positional("case", CaseArgument, default))
    if any(field.sort is Sort.TEXTS for field in spoken):
        found.append(positional("words", WordsArgument, ""))
        found += [keyword("file", FileOption, None), keyword("lang", LangOption, "en")]
    if spoken:
        found.append(keyword("also", AlsoOption, None))
    if asks_addressees(procedure, kind):
        found.append(keyword("to", ToOption))
    if form.also is not None:
        found.append(keyword("clauses", ClausesOption, None))
    fields = sorted((f for f in form if f.sort not in SPOKEN), key=lambda f: not f.required)
    found += [_option(field) for field in fields]
    return found + [keyword(name, *value) for name, value in COMMON.items()]


def _command(procedure: Procedure, kind: str) -> Callable[..., None]:
    """A function with the options of a kind of message, as Typer reads them."""
    form = form_of(kind)
    parameters = _parameters(procedure, kind, form)

    return command_of(
        _verb(kind), _doc(procedure, kind), parameters, lambda given: _run(kind, form, given)
    )


def _doc(procedure: Procedure, kind: str) -> str:
    targets = sorted({row.target for row in procedure.steps if row.kind == kind})
    words = [procedure.says.get(state, state) for state in targets]
    verb = _verb(kind)
    if opens(procedure, kind):
        return f"Open a new {procedure.name}: {verb} it."
    return f"{verb.capitalize()} a {procedure.name}; then it stands as: {'; '.join(words)}."


def _run(kind: str, form: Form, given: dict[str, Any]) -> None:
    with desk_at(given["home"]) as desk:
        pick_signers(desk, given["officers"], given["second"])
        parties = [target.partition("/")[0] for target in given.get("to") or ()]
        line = line_for(desk, given["line"], parties)
        case = asked(desk, "talk", line=line, name=given["case"]) if given.get("case") else {}
        body = body_of(desk, line, form, _values(kind, form, given, case))
        terms = asked(desk, "terms", line=line)
        targets, notices = vacancies(desk, line, given.get("to") or [])
        spoken = say(
            desk,
            line=line,
            kind=kind,
            body=body,
            office=pick_office(desk, given["office"], ["desk", *terms["ladder"]]),
            case=str(case.get("full_ref", "")),
            to=targets,
            anyway=given["anyway"],
        )
        about = case.get("title") or body.get("key") or ""
        what = f"{_verb(kind).capitalize()}: {about}".strip(": ")
        told = [*notices, *spoken.notices]
        report(desk, line, spoken.said, what=what, as_json=given["as_json"], notices=told)


def _values(kind: str, form: Form, given: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """What was typed for each field of the form, without those left out."""
    values = {f.name: given.get(_safe(f.name)) for f in form if f.sort not in SPOKEN}
    values |= _words(form, given)
    if form.also is not None:
        values |= _clauses(given)
    if kind == tx.ADOPT and not values.get("digest"):
        values["digest"] = _digest(case)
    return {name: value for name, value in values.items() if value}


def _words(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    spoken = [field for field in form if field.sort in SPOKEN]
    if not spoken:
        return {}
    if spoken[0].sort is Sort.TRANSLATIONS:
        return {spoken[0].name: translations_of(given["also"])}
    words = words_from(given["words"], given["file"], needed=spoken[0].required)
    return {spoken[0].name: texts_of(words, given["lang"], given["also"])}


def _clauses(given: dict[str, Any]) -> dict[str, Any]:
    path: Path | None = given["clauses"]
    if path is None:
        raise UsageError(
            "there are no positions to file: name a file with --clauses",
            advice="`tieline text show CASE --write FILE` writes the text as it stands.",
        )
    found = read_clauses(words_from("", path), source=str(path))
    return {
        "clauses": [
            {"id": name, "title": c.title, "text": c.text, "terms": c.terms}
            for name, c in found.items()
        ]
    }


def _digest(case: dict[str, Any]) -> str:
    text = case.get("text") or {}
    if not text.get("digest"):
        open_ = [c["id"] for c in text.get("clauses", ()) if not c["is_locked"]]
        raise UsageError(f"the text is not agreed yet; in brackets: {', '.join(open_)}")
    return str(text["digest"])


def _group(procedure: Procedure) -> typer.Typer:
    name = procedure.name
    app = typer.Typer(
        no_args_is_help=True,
        help=HELP[name],
        epilog=examples(*EXAMPLES[name]),
    )
    for kind in procedure.bodies:
        if kind not in procedure.machine:
            shown = [e for e in EXAMPLES[name] if e.startswith(f"tieline {name} {_verb(kind)} ")]
            app.command(_verb(kind), epilog=examples(*shown) if shown else None)(
                _command(procedure, kind)
            )
    app.command("list", epilog=examples(f"tieline {name} list", f"tieline {name} list --json"))(
        show_list(name)
    )
    if procedure.steps:
        app.command("show", epilog=examples(f"tieline {name} show CASE"))(show_one(name))
    return app


HELP = {
    "mechanism": "Standing series of talks: propose, accept, decline, end.",
    "round": "Rounds of a mechanism: propose, move, postpone, open, close.",
    "seat": "Our offices in the talks: who holds them, since when they are vacant.",
    "contact": "Meetings and calls asked for at any level, and what became of them.",
    "agenda": "Items for a round, each side's own answer, and what one side raised alone.",
    "text": "Joint texts in brackets: positions by side, agreed passages, adoption.",
    "readout": "Our own words on a round or contact; never merged with theirs.",
    "position": "Our position on a topic, until we say otherwise.",
    "commitment": "Promises with owner and due day, and each side's view of them.",
    "precondition": "What somebody wants done first, and whether it is met.",
    "measure": "Sanctions, sales, deployments, exemptions: what causes refer to.",
    "cause": "Why something came about, as we say it.",
}


def register(app: typer.Typer) -> None:
    """Hang the verbs of the dialogue into the program."""
    for name in TALKS:
        if name in HELP:
            app.add_typer(_group(BY_NAME[name]), name=name)
    app.command(
        "talks", epilog=examples("tieline talks", "tieline talks --line 'watch line' --json")
    )(show_list(""))

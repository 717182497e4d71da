"""The tables: which fields each source, statement, inference and assertion has."""

from __future__ import annotations

from typing import Final, cast

from tieline.observer import assertion as a
from tieline.observer import statement as s
from tieline.observer import vocabulary as v
from tieline.observer.form import (
    DAYS,
    FLAG,
    KEY,
    LINE,
    NUMBER,
    PARTY,
    SHA256,
    SIDE,
    Field,
    Form,
    choice,
)

_BY = Field(name="by", codec=PARTY, many=True)
_THING = Field(name="thing", codec=KEY, need=True)
_LEVELS = Field(name="level", attr="levels", codec=SIDE, many=True, single=True)
_EXTENT = Field(name="extent", codec=choice(v.Extent, "leave it out if it is not said"))


def _form(word: str, make: type[a.Assertion], *fields: Field) -> Form:
    return Form(word=word, make=make, fields=(_THING, *fields))


_ASSERTION_FORMS: Final = (
    _form(
        "mechanism",
        a.Mechanism,
        Field(name="name", codec=LINE),
        Field(name="established", codec=DAYS, single=True),
        Field(name="place", codec=LINE, single=True),
        _BY,
        Field(name="parent", codec=KEY, single=True),
        Field(name="mandate", codec=LINE),
        _LEVELS,
        Field(name="subject", codec=LINE),
        Field(name="office", attr="offices", codec=SIDE, many=True),
        Field(name="rhythm", codec=LINE),
    ),
    _form("channel", a.Channel, Field(name="name", codec=LINE)),
    _form(
        "round",
        a.Round,
        Field(name="of", codec=KEY, single=True),
        Field(name="number", codec=NUMBER, single=True),
        Field(name="planned", codec=DAYS),
        Field(name="planned-place", codec=LINE),
        Field(name="held", codec=DAYS, single=True),
        Field(name="place", codec=LINE, single=True),
        _LEVELS,
        Field(name="mandate", codec=KEY, single=True),
        Field(name="host", codec=LINE, single=True),
        Field(name="presence", codec=choice(v.Presence), single=True),
        Field(name="length-min", codec=NUMBER, single=True),
    ),
    _form(
        "turn",
        a.Turn,
        Field(name="move", codec=choice(v.Move), need=True),
        _BY,
        Field(name="days", codec=DAYS),
        Field(name="reason", codec=LINE),
    ),
    _form(
        "postponement",
        a.Postponement,
        _BY,
        Field(name="reason", codec=LINE),
        Field(name="to", codec=DAYS),
        Field(name="to-place", codec=LINE),
    ),
    _form(
        "suspension",
        a.Suspension,
        _BY,
        Field(name="since", codec=DAYS),
        _EXTENT,
        Field(name="word", codec=LINE),
        Field(name="reason", codec=LINE),
    ),
    _form(
        "restoration",
        a.Restoration,
        _BY,
        Field(name="since", codec=DAYS),
        _EXTENT,
        Field(name="word", codec=LINE),
    ),
    _form(
        "condition",
        a.Condition,
        Field(name="words", codec=LINE, need=True),
        Field(name="since", codec=DAYS),
    ),
    _form(
        "seat",
        a.Seat,
        Field(name="party", codec=LINE, single=True),
        Field(name="office", codec=LINE, single=True),
        Field(name="holder", codec=LINE),
        Field(name="vacant", codec=FLAG),
        Field(name="at", codec=KEY),
        Field(name="from", attr="start", codec=DAYS),
        Field(name="until", attr="end", codec=DAYS),
        Field(name="level", codec=LINE),
        Field(name="rank", codec=NUMBER),
        Field(name="manner", codec=choice(v.Manner, "leave it out if appointed")),
        Field(name="counterpart", codec=KEY),
    ),
    _form(
        "framework",
        a.Framework,
        Field(name="stage", codec=choice(v.Stage), need=True),
        Field(name="name", codec=LINE),
        _BY,
    ),
    _form(
        "commitment",
        a.Commitment,
        Field(name="what", codec=LINE),
        _BY,
        Field(name="due", codec=DAYS, single=True),
        Field(
            name="outcome",
            codec=choice(v.Outcome, "leave it out if it is not reported"),
        ),
        Field(name="condition", codec=LINE),
        Field(name="evidence", codec=LINE),
        Field(name="side", codec=LINE),
        Field(name="at", codec=KEY),
    ),
    _form(
        "contact",
        a.Contact,
        Field(name="way", codec=choice(v.Way)),
        Field(name="result", codec=choice(v.Result)),
        Field(name="of", codec=KEY, single=True),
        _BY,
        Field(name="who", codec=SIDE, many=True),
        Field(name="days", codec=DAYS, single=True),
        Field(name="place", codec=LINE, single=True),
        Field(name="length-min", codec=NUMBER, single=True),
        Field(name="terms", codec=LINE),
        Field(name="level", codec=LINE),
    ),
    _form(
        "attendance",
        a.Attendance,
        Field(name="person", codec=LINE, need=True),
        Field(name="party", codec=LINE),
        Field(name="office", codec=LINE),
    ),
    _form("position", a.Position, Field(name="side", codec=LINE, need=True)),
    _form(
        "agenda",
        a.AgendaItem,
        Field(name="item", codec=LINE, need=True),
        _BY,
        Field(name="topic", codec=KEY),
        Field(name="fate", codec=choice(v.Fate)),
        Field(name="where", codec=choice(v.Where, "leave it out if it is not said")),
    ),
    _form(
        "text",
        a.Text,
        Field(name="stage", codec=choice(v.Draft)),
        Field(name="name", codec=LINE),
        Field(name="of", codec=KEY, single=True),
        _BY,
    ),
    _form(
        "readout",
        a.Readout,
        Field(name="side", codec=LINE, need=True),
        Field(name="channel", codec=LINE),
        Field(name="said", codec=DAYS),
        Field(name="embargo", codec=DAYS),
    ),
    _form(
        "precondition",
        a.Precondition,
        Field(name="of", codec=KEY, single=True),
        Field(name="words", codec=LINE),
        _BY,
        Field(name="stage", codec=choice(v.Demand)),
        Field(name="measure", codec=KEY),
    ),
    _form(
        "measure",
        a.Measure,
        Field(name="name", codec=LINE),
        Field(name="act", codec=choice(v.Act), single=True),
        _BY,
        Field(name="on", codec=LINE, many=True),
        Field(name="from", attr="start", codec=DAYS, single=True),
        Field(name="until", attr="end", codec=DAYS, single=True),
    ),
    _form(
        "event",
        a.Event,
        Field(name="name", codec=LINE),
        Field(name="days", codec=DAYS, single=True),
        _BY,
        Field(name="place", codec=LINE, single=True),
    ),
    _form(
        "cause",
        a.Cause,
        Field(name="because", codec=KEY),
        Field(name="words", codec=LINE),
    ),
    _form(
        "link",
        a.Link,
        Field(name="tie", codec=choice(v.Tie), need=True),
        Field(name="to", codec=KEY, need=True),
    ),
    _form(
        "person",
        a.Person,
        Field(name="name", attr="names", codec=LINE, need=True, many=True),
        Field(name="party", codec=LINE, single=True),
    ),
    _form("same", a.Same, Field(name="as", attr="other", codec=KEY, need=True)),
    _form("disagreement", a.Disagreement, Field(name="why", codec=LINE, need=True)),
    _form("dating", a.Dating, Field(name="days", codec=DAYS, need=True)),
)

ASSERTIONS: Final = {form.word: form for form in _ASSERTION_FORMS}
ASSERTION_FORM_OF: Final[dict[type[a.Assertion], Form]] = {
    cast("type[a.Assertion]", form.make): form for form in _ASSERTION_FORMS
}

_ITEM_FORMS: Final = (
    Form(
        word="source",
        make=s.Source,
        fields=(
            Field(name="id", codec=KEY, need=True),
            Field(name="title", codec=LINE),
            Field(name="outlet", codec=LINE),
            Field(name="published", codec=DAYS, need=True),
            Field(name="file", codec=LINE, need=True),
            Field(name="sha256", codec=SHA256),
            Field(name="language", codec=LINE),
        ),
    ),
    Form(
        word="statement",
        make=s.Statement,
        fields=(
            Field(name="id", codec=KEY, need=True),
            Field(name="source", codec=KEY, need=True),
            Field(name="via", codec=LINE, many=True),
            Field(name="passage", codec=LINE, need=True),
            Field(name="speaker", codec=LINE),
            Field(
                name="force",
                codec=choice(
                    s.Force,
                    "write said if the channel is not given",
                    frozenset(s.Force) - s.REPORTED_FORCES,
                ),
                need=True,
            ),
            Field(name="happened", codec=DAYS),
            Field(name="learned", codec=DAYS),
            Field(name="text", codec=LINE, need=True),
            Field(name="note", codec=LINE),
            Field(name="language", codec=LINE),
            Field(name="topic", attr="topics", codec=KEY, many=True),
            Field(name="span", codec=LINE),
        ),
    ),
    Form(
        word="inference",
        make=s.Inference,
        fields=(
            Field(name="id", codec=KEY, need=True),
            Field(name="author", codec=LINE, need=True),
            Field(name="text", codec=LINE, need=True),
            Field(name="ground", attr="grounds", codec=KEY, need=True, many=True),
        ),
    ),
    Form(
        word="review",
        make=s.Review,
        fields=(
            Field(name="id", codec=KEY, need=True),
            Field(name="of", codec=KEY, need=True),
            Field(name="reviewer", codec=LINE, need=True),
            Field(name="verdict", codec=choice(s.Verdict), need=True),
            Field(name="on", codec=DAYS, need=True),
            Field(name="note", codec=LINE),
        ),
    ),
    Form(
        word="withdrawal",
        make=s.Withdrawal,
        fields=(
            Field(name="id", codec=KEY, need=True),
            Field(name="of", codec=KEY, need=True),
            Field(name="author", codec=LINE, need=True),
            Field(name="on", codec=DAYS, need=True),
            Field(name="why", codec=LINE, need=True),
        ),
    ),
)

ITEMS: Final = {form.word: form for form in _ITEM_FORMS}
ITEM_FORM_OF: Final = {form.make: form for form in _ITEM_FORMS}

import copy
from typing import Any

import pytest

from tieline.errors import MalformedError
from tieline.observer import from_body, to_bodies

STATEMENT = {
    "id": "a-1",
    "source": "a",
    "passage": "3",
    "force": "said",
    "text": "Something.",
    "topic": ["x"],
    "asserts": [
        {"kind": "round", "thing": "r", "number": 2, "held": {"earliest": "2018-11-09"}},
        {"kind": "contact", "thing": "c", "who": [{"party": "A", "value": "B"}]},
    ],
}


def _changed(path, value):
    body = copy.deepcopy(STATEMENT)
    inner: Any = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return body


def _only_integers_and_strings(value):
    if isinstance(value, dict):
        return all(_only_integers_and_strings(one) for one in value.values())
    if isinstance(value, list):
        return all(_only_integers_and_strings(one) for one in value)
    return type(value) in {int, str}


def test_bodies_hold_integers_and_strings_only(talks, river):
    bodies = to_bodies(talks) + to_bodies(river)

    assert all(_only_integers_and_strings(body) for _, body in bodies)
    assert {kind for kind, _ in bodies} == {
        "reported.source",
        "reported.statement",
        "reported.inference",
        "reported.withdrawal",
    }


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (["force"], "stated", r'^force: "stated" is not one of readout, press'),
        (["force"], 7, "^force: is not a text"),
        (["colour"], "red", "^colour: is no field of a statement"),
        (["topic"], [], r"^topic: is not a list of 1 to 64"),
        (["topic"], ["a b"], r'^topic\[0\]: "a b" is not a key'),
        (["asserts"], {}, r"^asserts: is not a list"),
        (["asserts", 0, "kind"], "meeting", r"^asserts\[0\]\.kind: is not one of"),
        (["asserts", 0, "number"], True, r"^asserts\[0\]\.number: is not a whole number"),
        (["asserts", 0, "number"], -1, r"^asserts\[0\]\.number: is not a whole number"),
        (["asserts", 0, "held"], {"latest": "20181109"}, r"^asserts\[0\]\.held: .*not a day"),
        (["asserts", 0, "held"], {"day": "2018-11-09"}, r'^asserts\[0\]\.held: .*member "day"'),
        (["asserts", 1, "who", 0], "A = B", r"^asserts\[1\]\.who\[0\]: is not an object"),
        (["asserts", 1, "by"], ["unknown"], r"^asserts\[1\]\.by\[0\]: is unknown; leave"),
    ],
)
def test_a_wrong_member_is_refused_by_its_path(path, value, what):
    with pytest.raises(MalformedError, match=what):
        from_body("reported.statement", _changed(path, value))


def test_a_missing_member_is_refused():
    body = {key: value for key, value in STATEMENT.items() if key != "passage"}

    with pytest.raises(MalformedError, match=r"^passage: is missing from this statement"):
        from_body("reported.statement", body)


@pytest.mark.parametrize("kind", ["reported.rumour", "statement", "reported.", ""])
def test_another_kind_is_refused(kind):
    with pytest.raises(MalformedError, match=r"^kind: "):
        from_body(kind, STATEMENT)


def test_days_in_the_wrong_order_are_refused():
    held = {"earliest": "2018-11-09", "latest": "2018-11-08"}

    with pytest.raises(MalformedError, match=r"held: 2018-11-09 is after 2018-11-08"):
        from_body("reported.statement", _changed(["asserts", 0, "held"], held))

"""Bodies made from a form: the least that it takes, and everything that it knows."""

from __future__ import annotations

from typing import Any

from tieline.procedures.form import Field, Form, Sort
from tieline.record.entry import Ref

REF = Ref("lines.example/5d2f/alpha-1", 0, bytes(32)).text()
TEXTS = [
    {"lang": "en", "text": "As agreed.", "original": "yes"},
    {"lang": "zh", "text": "如约。", "original": "no"},
]
VALUES: dict[Sort, Any] = {
    Sort.KEY: "talks.2018-1",
    Sort.LINE: "Talks on 海上安全",
    Sort.WORDS: "In our own words.\nOn two lines.",
    Sort.TEXTS: TEXTS,
    Sort.TRANSLATIONS: [{"lang": "fr", "text": "Comme convenu.", "original": "no"}],
    Sort.DAYS: '2018-10 "October"',
    Sort.INSTANT: 1_795_257_600_000,
    Sort.REFERENCE: REF,
    Sort.KEY_OR_REF: "talks",
    Sort.PARTY: "bravo",
    Sort.OFFICE: "bravo/desk",
    Sort.DIGEST: "ab" * 32,
    Sort.LINES: ["One.", "Two."],
    Sort.KEYS: ["one", "two"],
    Sort.REFERENCES: [REF],
    Sort.PARTIES: ["alpha", "bravo"],
    Sort.LINE_BY_PARTY: [{"party": "alpha", "value": "vice-minister"}],
    Sort.KEY_BY_PARTY: [{"party": "bravo", "value": "director"}],
    Sort.VOLUMES: [
        {
            "shape": {"kind": "circle", "centre": {"lat_e7": 1, "lon_e7": -2}, "radius_m": 9_260},
            "window": [{"start_ms": 1_795_257_600_000, "end_ms": 1_795_300_000_000}],
        }
    ],
    Sort.POSITION: {"lat_e7": 514_778_000, "lon_e7": -15_000},
    Sort.WAYPOINTS: [{"lat_e7": 0, "lon_e7": 0, "name": "Post 1", "at_ms": 0, "stop_min": 5}],
    Sort.UNITS: [{"party": "bravo", "value": "radar 1"}, {"party": "bravo", "value": "radar 2"}],
    Sort.ATTACHMENTS: [
        {"name": "a", "type": "", "length": 1, "sha256": "ab" * 32, "personal": "yes"}
    ],
    Sort.FILES: [{"of": "a.b/l/alpha-1 0 " + "ab" * 32, "attachment": 1}],
}
"""A good value of each sort that does not depend on the field."""


def value_of(field: Field) -> Any:
    if field.sort is Sort.CHOICE:
        return field.choices[-1]
    return field.least if field.sort is Sort.INTEGER else VALUES[field.sort]


def full(form: Form) -> dict[str, Any]:
    """Every field that the form knows; not what its `also` reads."""
    return {field.name: value_of(field) for field in form}


def least(form: Form) -> dict[str, Any]:
    """What has to be said, and the first of each group of which something has to be."""
    needed = {f.name for f in form if f.required} | {group[0] for group in form.either}
    for group in form.together:
        needed |= set(group) if needed & set(group) else set()
    return {name: value for name, value in full(form).items() if name in needed}

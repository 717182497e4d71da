"""A record comes from the node to the desk as it is, and nothing else does."""

from __future__ import annotations

import json

import pytest

from tieline.errors import MalformedError
from tieline.observer import picture_of
from tieline.papers.carried import read_record, to_json


def test_a_record_comes_back_as_it_was(sample):
    told = json.loads(json.dumps(to_json(sample.record)))
    assert read_record(told) == sample.record
    assert picture_of(read_record(told)) == picture_of(sample.record)


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        "record",
        {"type": "Path", "value": {}},
        {"type": "Record", "value": {"statements": [{"type": "Statement", "value": {"id": "a"}}]}},
        {"type": "Record", "value": {"no": 1}},
        {"type": "Force", "value": "shouted"},
        {"type": "date", "value": "2030-13-01"},
    ],
)
def test_what_is_no_record_is_refused(told):
    with pytest.raises(MalformedError):
        read_record(told)

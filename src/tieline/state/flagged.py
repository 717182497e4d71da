"""Flags of a notification as it stands, for people: what its newest wording and its key give.

They rest on what is known by now, and some on distances; none of it stands in a judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tieline.record.strict import JsonValue
from tieline.state.model import Case
from tieline.state.notices import flags_of
from tieline.state.shortref import short_ref
from tieline.state.standing import NOTICES, is_over
from tieline.state.strays import strays
from tieline.state.view import View

NAMED_MAX: Final = 3
"""Most others under the same key that are named."""
EXPIRED: Final = "not confirmed again by its day; it still stands"


def namesakes(view: View) -> dict[str, tuple[Case, ...]]:
    """Every notification that stands, by its key."""
    found: dict[str, list[Case]] = {}
    for name in NOTICES:
        for case in view.cases(name):
            found.setdefault(str(case.message.body.get("key", "")), []).append(case)
    return {
        key: tuple(case for case in cases if not is_over(view, case))
        for key, cases in found.items()
        if len(cases) > 1
    }


def shared_key(view: View, case: Case, keys: Mapping[str, tuple[Case, ...]]) -> Iterator[str]:
    """Words of doubt where others stand under the key of a notification that stands."""
    others = keys.get(str(case.message.body.get("key", "")), ())
    if case in others and not is_over(view, case):
        named = [f"{short_ref(o.opener)} of {o.key.party}" for o in others if o is not case]
        if named:
            yield f"its key also names {', '.join(sorted(named)[:NAMED_MAX])}"


def flags_now(case: Case, body: Mapping[str, JsonValue], *, expired: bool) -> tuple[str, ...]:
    """Flags of a notification as it stands: those of its newest wording in place of its first.

    Those that rest on distances are worked out for the reader alone, and stand in no judgement.
    """
    first = set(flags_of(case.message.kind, case.message.body))
    kept = [flag for flag in case.flags if flag not in first]
    apart = (stray.words() for stray in strays(body))
    return (*kept, *flags_of(case.message.kind, body), *apart, *([EXPIRED] if expired else []))

"""Terms: the machine-readable half of a framework, clause by clause, as TOML tables.

Agreements are data: levels and their clocks, the ladder, the test interval, which channels can be
suspended, who must release what, which offices face each other. A clause that a framework
lacks falls back to the fixed defaults below, which also hold before any framework is in force.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from tieline.errors import MalformedError
from tieline.record.strict import JSON_INTEGER_MAX

TERMS_CHARS_MAX = 20_000
TERMS_DEPTH_MAX = 16
DIGITS_MAX = 16
"""Longest run of digits in terms; 2^53 has 16."""
_LONG_NUMBER = re.compile(rf"[0-9]{{{DIGITS_MAX + 1}}}")
Term: TypeAlias = "str | int | bool | list[Term] | dict[str, Term]"
Table: TypeAlias = "dict[str, Term]"

LEVELS = ("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE")
"""Default precedence, highest first (allied message handling, ACP 121)."""
TAKE_S = {"FLASH": 120, "IMMEDIATE": 600, "PRIORITY": 3_600, "ROUTINE": 21_600}
"""Seconds in which an officer takes a message; our defaults, shorter than the answer times."""
ANSWER_S = {"FLASH": 600, "IMMEDIATE": 1_800, "PRIORITY": 10_800, "ROUTINE": 21_600}
"""Handling times of ACP 121 as quoted in RELIABILITY S37: 10 and 30 minutes, 3 and 6 hours."""
LADDER = ("watch", "desk", "principal")
TEST_EVERY_S = 86_400
TEST_ANSWER_S = 300
RECEIPT_S = {"FLASH": 60, "IMMEDIATE": 300, "PRIORITY": 1_800, "ROUTINE": 3_600}
"""Seconds in which a receipt is due before the sender's machine says *not held*; our defaults."""
TWO_PERSONS = ("framework.sign", "roster.publish", "suspension.declare", "suspension.mechanism",
               "resumption.propose", "resumption.accept", "mechanism.end")  # fmt: skip
"""Default release by two persons (DESIGN 5.1); FLASH ACTUAL outside safety comes on top.

What severs for good takes no fewer than what suspends.
"""
SAFETY = "safety"


def parse_terms(text: str) -> Table:
    """Read the TOML of one clause: strings, integers, booleans, lists and tables only.

    Depth, digits and size are limited before the library reads a byte, so that no reader's stack
    or settings decide what a text is.

    Raises:
        MalformedError: not TOML 1.0, over a limit, or a float or date in it.
    """
    if len(text) > TERMS_CHARS_MAX:
        raise MalformedError(f"terms of {len(text)} characters; at most {TERMS_CHARS_MAX}")
    _check_brackets(text)
    if _LONG_NUMBER.search(text.replace("_", "")):
        raise MalformedError(f"terms hold a number of more than {DIGITS_MAX} digits")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"terms are not TOML: {error}") from None
    _check_values(table)
    return table


def _check_brackets(text: str) -> None:
    """Count brackets wherever they stand, in strings too: an upper bound of the nesting."""
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            if depth > TERMS_DEPTH_MAX:
                raise MalformedError(f"terms nested deeper than {TERMS_DEPTH_MAX}")
        elif character in "]}":
            depth = max(0, depth - 1)


def _check_values(table: object) -> None:
    waiting: list[tuple[object, int]] = [(table, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > TERMS_DEPTH_MAX:
            raise MalformedError(f"terms nested deeper than {TERMS_DEPTH_MAX}")
        if isinstance(value, dict):
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, int):
            if abs(value) > JSON_INTEGER_MAX:
                raise MalformedError(f"terms hold a number beyond {JSON_INTEGER_MAX}")
        elif not isinstance(value, str):
            raise MalformedError("terms hold strings, whole numbers, lists and tables only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms in force: clause id to table. Reads never fail; what is odd falls back."""

    version: int = 0
    clauses: Mapping[str, Table] = field(default_factory=dict)

    def _strings(self, clause: str, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.clauses.get(clause, {}).get(key)
        if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            return tuple(v for v in value if isinstance(v, str))
        return default

    def _seconds(self, clause: str, key: str, default: int) -> int:
        value = self.clauses.get(clause, {}).get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            return default
        return value if 0 < value <= 366 * 86_400 else default

    def levels(self) -> tuple[str, ...]:
        """Precedence levels, highest first."""
        return self._strings("levels", "names", LEVELS)

    def highest(self) -> str:
        """The level that goes express."""
        return self.levels()[0]

    def _clock(self, prefix: str, level: str, defaults: Mapping[str, int]) -> int:
        names = self.levels()
        at = names.index(level) if level in names else len(names) - 1
        fallback = LEVELS[min(at, len(LEVELS) - 1)]
        return self._seconds("clocks", f"{prefix}_{level}_s", defaults[fallback])

    def receipt_s(self, level: str) -> int:
        """Seconds until *not held by their system* is said."""
        return self._clock("receipt", level, RECEIPT_S)

    def take_s(self, level: str) -> int:
        """Seconds on each rung of the ladder until somebody takes the message."""
        return self._clock("take", level, TAKE_S)

    def answer_s(self, level: str) -> int:
        """Seconds until an answer is due."""
        return self._clock("answer", level, ANSWER_S)

    def ladder(self) -> tuple[str, ...]:
        """Offices called one after another while nobody takes a message."""
        return self._strings("ladder", "offices", LADDER)

    def test_every_s(self) -> int:
        """Interval of machine tests."""
        return self._seconds("test", "every_s", TEST_EVERY_S)

    def test_answer_s(self) -> int:
        """Seconds until a test without an echo is *silent*."""
        return self._seconds("test", "answer_s", TEST_ANSWER_S)

    def codes(self) -> Mapping[str, str]:
        """Coded messages agreed, code to meaning."""
        table = self.clauses.get("codes", {})
        return {k: v for k, v in table.items() if isinstance(v, str)}

    def suspendable(self, channel: str) -> bool:
        """Whether a party may suspend the channel alone; safety cannot unless agreed."""
        value = self.clauses.get("channels", {}).get(channel)
        return value != "fixed" and (channel != SAFETY or value == "suspendable")

    def needs_two(self, kind: str, level: str, mark: str, channel: str) -> bool:
        """Whether two persons must sign. Nothing in safety ever waits for a second one."""
        if channel == SAFETY:
            return False
        named = self._strings("release", "two_persons", (*TWO_PERSONS, "HIGHEST"))
        grave = kind == "message.say" and level == self.highest() and mark == "ACTUAL"
        return kind in named or (grave and "HIGHEST" in named)

    def counterpart(self, office: str) -> str | None:
        """The office that this one is paired with, both as ``party/office``."""
        pairs = self.clauses.get("offices", {}).get("counterparts")
        for pair in pairs if isinstance(pairs, list) else []:
            if isinstance(pair, list) and office in pair and len(pair) == 2:
                other = pair[1 - pair.index(office)]
                return other if isinstance(other, str) else None
        return None

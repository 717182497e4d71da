"""Asking: questions on a terminal, each answer checked at once, with the remedy beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from rich.text import Text

from tieline.cli.frame import console
from tieline.cli.look import safe
from tieline.errors import TielineError, UsageError

T = TypeVar("T")

YES, NO = "y", "n"


def on_terminal() -> bool:
    """Whether somebody sits there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(
    question: str,
    check: Callable[[str], T],
    *,
    default: str = "",
    hint: str = "",
    optional: bool = False,
) -> T | None:
    """Ask until the answer passes its check.

    Args:
        question: what is wanted.
        check: reads an answer; an error of ours is shown and the question asked again.
        default: what an empty answer stands for.
        hint: what may be answered, shown dimly.
        optional: an empty answer is taken, as None.

    Raises:
        KeyboardInterrupt: the observer stopped, by ^C or by ending the input.
    """
    out = console()
    if hint:
        out.print(safe(f"  {hint}", "dim"))
    while True:
        shown = f" [{default}]" if default else (" (Enter leaves it out)" if optional else "")
        try:
            answer = out.input(Text.assemble((question, "bold"), (shown, "dim"), ": ")).strip()
        except EOFError:
            raise KeyboardInterrupt from None
        answer = answer or default
        if not answer and optional:
            return None
        try:
            if not answer:
                raise UsageError("an answer is needed here")
            return check(answer)
        except TielineError as error:
            out.print(safe(f"  ! {error}", "red"))


def confirm(question: str, *, default: bool) -> bool:
    """Ask yes or no."""

    def read(text: str) -> bool:
        if text.casefold() in {"y", "yes"}:
            return True
        if text.casefold() in {"n", "no"}:
            return False
        raise UsageError("answer y or n")

    found = ask(f"{question} (y/n)", read, default=YES if default else NO)
    return bool(found)


def choose(question: str, options: list[tuple[str, str]], *, default: str = "") -> str:
    """Ask for one of several words, by its number or as it is written."""
    out = console()
    for number, (word, meaning) in enumerate(options, start=1):
        out.print(
            Text.assemble((f"  {number:>2} ", "bold"), safe(word), ("  " + meaning, "dim")),
            soft_wrap=True,
        )
    words = [word for word, _ in options]

    def read(text: str) -> str:
        if text.isdecimal() and 1 <= int(text) <= len(words):
            return words[int(text) - 1]
        if text in words:
            return text
        raise UsageError(f"choose a number from 1 to {len(words)}, or one of {', '.join(words)}")

    found = ask(question, read, default=default)
    assert found is not None
    return found

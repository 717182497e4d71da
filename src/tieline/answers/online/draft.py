"""Draft: what a message would add to the picture of a line, before it is filed."""

from __future__ import annotations

from tieline.answers.online.filed import Filed, key_of
from tieline.answers.online.picture import Reader, picture_of_line, statement_of
from tieline.observer.discrepancy import Discrepancy, faults_of
from tieline.observer.statement import Statement
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.state.fold import Fold

NOWHERE = Ref("draft/draft/draft", 0, b"\0" * 32)
"""Stands for the place that a draft does not have yet."""


def would_say(fold: Fold, message: Message) -> Statement:
    """The statement that a message would be."""
    view = fold.view
    case = view.case_at(message.case) if message.case is not None else None
    opener = case.message if case is not None else message
    keys = {
        ref.text(): key_of(known.opener, known.message)
        for key in view.registers.cases
        if (known := view.case(key)) is not None
        for ref in known.openers
    }
    return statement_of(
        Filed(
            ref=NOWHERE,
            time_s=message.issued_ms // 1000,
            party=message.sender.party,
            message=message,
            opener=opener,
            thing=key_of(case.opener if case is not None else NOWHERE, opener),
            keys=keys,
            parties=view.registers.parties,
        )
    )


def weigh(fold: Fold, read: Reader, message: Message) -> tuple[Discrepancy, ...]:
    """What would not fit any more if this were said: discrepancies that it would newly cause."""
    return faults_of(picture_of_line(fold, read), [would_say(fold, message)])

"""House rules: what the judge asks about a party's own house, and what its items add up to.

No item of a house stands on a line with others; whoever files one there has a discrepancy and no
effect. Inside the house, only the office that was asked gives or refuses a clearance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tieline.procedures.house import HOUSE
from tieline.procedures.house import clearance as cl
from tieline.procedures.house import draft as dr
from tieline.procedures.house.shared import is_house, mark_kind
from tieline.procedures.procedure import CROSSED
from tieline.record.content import Content, Spoken
from tieline.record.entry import Ref, parse_ref
from tieline.record.marking import Marking, narrowest, read_marking
from tieline.record.message import ID_BYTES, Message
from tieline.record.strict import JsonValue
from tieline.state.model import Case, Outcome, Taken
from tieline.state.view import View

Body = Mapping[str, JsonValue]
Fault = tuple[Outcome, str]
_GIVING = frozenset({cl.CLEAR, cl.REFUSE})
DID = {
    "house.draft": "drafted",
    "house.draft.revise": "changed a draft",
    "house.draft.sent": "sent a draft",
    "house.draft.drop": "gave a draft up",
    "house.draft.mark": "changed the mark of a draft",
    "house.clearance": "asked for clearance",
    "house.clearance.clear": "cleared a draft",
    "house.clearance.refuse": "refused to clear a draft",
    "house.clearance.comment": "commented on a draft",
    "house.clearance.withdraw": "asked for a clearance no longer",
    "house.clearance.mark": "changed the mark of a clearance",
    "house.instruction": "instructed",
    "house.instruction.end": "ended an instruction",
    "house.instruction.mark": "changed the mark of an instruction",
    "house.points": "wrote talking points",
    "house.points.revise": "changed talking points",
    "house.points.drop": "gave talking points up",
    "house.points.mark": "changed the mark of talking points",
    "house.note": "noted",
    "house.note.revise": "changed a note",
    "house.note.drop": "gave a note up",
    "house.note.mark": "changed the mark of a note",
    "house.recorded": "recorded, by us only",
    "house.recorded.correct": "corrected what was recorded by us only",
    "house.recorded.sheet": "wrote a sheet of what was recorded by us only",
    "house.recorded.withdraw": "withdrew what was recorded by us only",
    "house.recorded.mark": "changed the mark of what was recorded by us only",
    "house.handed": "made papers of a notification for somebody without a node",
    "house.handed.gone": "handed them over",
    "house.handed.heard": "heard from him, recorded by us only",
    "house.handed.withdraw": "withdrew what was noted of papers",
    "house.handed.mark": "changed the mark of what was noted of papers",
}
"""What the author did, in the past tense, for every kind that belongs into a house."""


# -- what the judge asks


def kind_fault(message: Message, parties: Sequence[str]) -> Fault | None:
    """An item of a house on a line with others, of whatever version."""
    if is_house(message.kind) and len(parties) > 1:
        return Outcome.HOUSE_ONLY, message.kind
    return None


def opening_fault(view: View, message: Message) -> Fault | None:
    """A clearance of something that is no draft of this house."""
    if message.kind != cl.ASK:
        return None
    draft = str(message.body["draft"])
    case = view.case_at(parse_ref(draft))
    if case is None or case.procedure.name != "house-draft":
        return Outcome.UNKNOWN_CASE, draft
    return None


def step_fault(case: Case, message: Message) -> Fault | None:
    """A clearance given or refused by another office than the one that was asked."""
    asked = case.message.body.get("office")
    if message.kind in _GIVING and message.sender.name != asked:
        return Outcome.NOT_ENTITLED, f"{message.sender} for {asked}"
    return None


# -- what the items add up to


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStep:
    """One step of an item. ``state`` is where it led."""

    ref: Ref
    kind: str
    office: str
    signers: tuple[str, ...]
    time_s: int
    state: str
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseItem:
    """One item of the house as it stands.

    Attributes:
        ref: the entry that opened it; ``kind`` is the kind of that message.
        state: of its procedure, *crossed* included; ``words`` are for an officer.
        marking: the mark that counts now.
        body: what it says now; ``revision`` counts how often that was said anew, from 1.
        salt: of the opening message, secret: from it follows the id of what a draft becomes.
        clearances: of a draft, those asked for it; ``may_go`` when each of them is given.
    """

    ref: Ref
    kind: str
    state: str
    words: str
    marking: Marking
    body: Body
    revision: int
    time_s: int
    salt: str
    steps: tuple[HouseStep, ...]
    clearances: tuple[HouseItem, ...] = ()
    may_go: bool = False

    @property
    def send_id(self) -> str:
        """The id of the message that a draft becomes: the same when it is sent again.

        It follows from a secret of the house, so that nobody else can tell it from a random one.
        """
        secret = f"tieline/house-send\n{self.salt}\n{self.revision}"
        return hashlib.sha256(secret.encode()).digest()[:ID_BYTES].hex()


def items_of(view: View, content: Callable[[Ref], Content]) -> tuple[HouseItem, ...]:
    """Every item of the house in the order of filing; of a line with others, none."""
    if len(view.registers.parties) > 1:
        return ()
    cases = [case for procedure in HOUSE for case in view.cases(procedure.name)]
    cases.sort(key=lambda case: (case.time_s, case.opener))
    found = [_item(view, case, content) for case in cases]
    asked: dict[str, list[HouseItem]] = {}
    for item in found:
        if item.kind == cl.ASK:
            asked.setdefault(str(item.body.get("draft", "")), []).append(item)
    drafts = {i.ref.text(): i.marking for i in found if i.kind == dr.DRAFT}
    return tuple(_related(item, asked.get(item.ref.text(), []), drafts) for item in found)


def _related(item: HouseItem, asked: list[HouseItem], drafts: Mapping[str, Marking]) -> HouseItem:
    if item.kind == cl.ASK:
        # What is said about a draft never goes further than the draft itself.
        draft = drafts.get(str(item.body.get("draft", "")), Marking.OWN)
        return replace(item, marking=narrowest((item.marking, draft)))
    if item.kind != dr.DRAFT:
        return item
    own = tuple(replace(one, marking=narrowest((one.marking, item.marking))) for one in asked)
    may_go = (
        item.state == dr.IN_DRAFT
        and not _disputed(item)
        and all(is_given(one, item.revision) for one in own if one.state != cl.WITHDRAWN)
    )
    return replace(item, clearances=own, may_go=may_go)


def is_given(clearance: HouseItem, revision: int) -> bool:
    """Whether a clearance is given, and for this very text."""
    if clearance.state != cl.CLEARED:
        return False
    seen = [step.body.get("revision") for step in clearance.steps if step.kind == cl.CLEAR]
    return bool(seen) and seen[-1] == revision


def _disputed(item: HouseItem) -> bool:
    """Whether two revisions bear one number: nobody has yet said which text counts."""
    numbers = [step.body.get("revision") for step in item.steps if step.kind == dr.REVISE]
    return len(set(map(str, numbers))) != len(numbers)


def _item(view: View, case: Case, content: Callable[[Ref], Content]) -> HouseItem:
    strand = next(iter(case.strands), "")
    state = view.state(case, strand)
    steps = list(_steps(view, case, strand, content))
    return HouseItem(
        ref=case.opener,
        kind=case.message.kind,
        state=state,
        words=case.procedure.says.get(state, state or CROSSED),
        marking=_marking(view, case, strand, {step.ref: step for step in steps}),
        body=_said(case.message.body, steps),
        revision=1 + sum(step.kind in _REVISING for step in steps),
        time_s=case.time_s,
        salt=case.message.salt,
        steps=tuple(steps),
    )


def _steps(
    view: View, case: Case, strand: str, content: Callable[[Ref], Content]
) -> Iterator[HouseStep]:
    """Steps after causes, each once; the opening comes first."""
    seen: set[str] = set()
    for taken in sorted(_held(view, case, strand), key=_after_causes):
        if taken.id in seen:
            continue
        seen.add(taken.id)
        spoken = content(taken.ref)
        message = spoken.message if isinstance(spoken, Spoken) else None
        yield HouseStep(
            ref=taken.ref,
            kind=taken.kind,
            office=str(message.sender) if message is not None else taken.author,
            signers=taken.signers,
            time_s=taken.time_s,
            state=taken.state,
            body=dict(message.body) if message is not None else {},
        )


def _held(view: View, case: Case, strand: str) -> list[Taken]:
    return [t for t in case.strands.get(strand, ()) if view.holds(t.ref) and view.counts(t)]


def _after_causes(taken: Taken) -> tuple[int, Ref]:
    return sum(taken.past), taken.ref


_REVISING = frozenset({dr.REVISE, "house.note.revise", "house.points.revise"})
_SAYING = _REVISING | {"house.recorded.correct"}
_NO_CONTENT = frozenset({"marking", "revision", "why"})


def _said(opening: Body, steps: Sequence[HouseStep]) -> Body:
    """What an item says after all its revisions; fields that one leaves out stay as they were."""
    said = dict(opening)
    for step in steps:
        if step.kind not in _SAYING:
            continue
        new = {name: value for name, value in step.body.items() if name not in _NO_CONTENT}
        for one, other in (("texts", "body"), ("body", "texts")):
            if one in new:
                said.pop(other, None)
        said.update(new)
    return said


def _marking(view: View, case: Case, strand: str, steps: Mapping[Ref, HouseStep]) -> Marking:
    """The mark that counts: of steps that did not see each other, the one that goes least far.

    A change made by somebody who saw another mark than the one that stood can only narrow it.
    """
    opening = read_marking(case.message.body.get("marking"))
    marks: dict[Ref, Marking] = {}
    for taken in sorted(_held(view, case, strand), key=_after_causes):
        before = narrowest([marks.get(ref, Marking.OWN) for ref in taken.after] or [opening])
        marks[taken.ref] = before
        step = steps.get(taken.ref)
        if step is not None and taken.kind == mark_kind(case.message.kind):
            wanted = read_marking(step.body.get("marking"))
            saw = read_marking(step.body.get("before"))
            marks[taken.ref] = wanted if saw == before else narrowest((before, wanted))
    tips = view.tips(case, strand)
    return narrowest(marks.get(tip.ref, Marking.OWN) for tip in tips)

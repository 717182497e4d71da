"""Filed: files of a notification: which are personal, withdrawn, and who says they are erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tieline.procedures.line.opened import ERASED
from tieline.record.entry import Ref
from tieline.state.shortref import short_ref
from tieline.state.shown import Overlay
from tieline.state.standing import Revision, body_at
from tieline.state.view import View
from tieline.state.withdrawn import withdrawn_places


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """One file of one wording, numbered from 1 as its entry lists it.

    Attributes:
        ref, full_ref: the entry that it came with.
        stands: whether it belongs to the notification as it stands.
        withdrawn: the entry by which its author withdrew it, or empty; ``why`` and ``withdrawn_s``
            say why and when.
        erased: parties whose node says that its store does not hold it any more.
        silent: parties whose node has not said so; it was asked, and nothing is confirmed.
    """

    ref: str
    full_ref: str
    number: int
    name: str
    type: str
    length: int
    personal: bool
    stands: bool
    withdrawn: str = ""
    why: str = ""
    withdrawn_s: int | None = None
    erased: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def files_of(view: View, overlay: Overlay, worded: tuple[Revision, ...]) -> Iterator[FileShown]:
    """The files of every wording, the first wording first."""
    places = {p: by for p, by in withdrawn_places(view.registers).items() if view.holds(by)}
    for one in worded:
        listed = one.body.get("attachments") if one.kind.partition(".")[2] != "reconfirm" else None
        for number, item in enumerate(listed if isinstance(listed, list) else (), 1):
            if isinstance(item, dict):
                by = places.get((one.ref.origin, one.ref.index, number))
                shown = FileShown(
                    ref=short_ref(one.ref),
                    full_ref=one.ref.text(),
                    number=number,
                    name=str(item["name"]),
                    type=str(item["type"]),
                    length=int(str(item["length"])),
                    personal=item.get("personal") == "yes",
                    stands=one is worded[-1],
                )
                yield shown if by is None else _withdrawn(view, overlay, shown, by)


def _withdrawn(view: View, overlay: Overlay, shown: FileShown, by: Ref) -> FileShown:
    facts = view.registers.opened.get(by, ())
    said = {f.party for f in facts if f.result == ERASED and view.holds(f.by)}
    body = body_at(overlay.content, by)
    case = view.registers.steps_of[by]
    steps = [s for strand in view.registers.cases[case].strands.values() for s in strand]
    return replace(
        shown,
        withdrawn=short_ref(by),
        why=str(body.get("why", "")),
        withdrawn_s=next((step.time_s for step in steps if step.ref == by), None),
        erased=tuple(sorted(said)),
        silent=tuple(p for p in view.registers.parties if p not in said),
    )

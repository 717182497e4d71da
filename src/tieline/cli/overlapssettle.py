"""Settling an overlap: our own windows moved, keeping apart offered or agreed, or ours cancelled.

What is filed are the usual steps of the two notifications; nothing else moves the state.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import overlapsnode as node
from tieline.cli import overlapsplan as plans
from tieline.cli.choosing import Shown, line_for, pick_signers
from tieline.cli.frame import HomeOption, JsonOption, LineOption, OfficerOption, console, desk_at
from tieline.cli.look import examples, safe
from tieline.cli.notifyparts import office_on, on_terminal, title_of
from tieline.cli.overlapsources import OwnOption
from tieline.cli.said import emit_or_print
from tieline.cli.send import OwnOfficeOption, WithOption
from tieline.desk import notifying as nt
from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, UsageError


def settle(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its identifier.")],
    *,
    line: LineOption = "",
    shift: Annotated[
        str, typer.Option("--shift", metavar="TIME", help="Move ours by 6h, -90min, 2d.")
    ] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="Move ours to begin then, with --until.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="And to end then.")] = "",
    separate: Annotated[
        str, typer.Option("--separate", metavar="WORDS", help="Propose how to keep apart.")
    ] = "",
    distance: Annotated[
        str, typer.Option("--distance", metavar="5nm", help="How far, with --separate.")
    ] = "",
    agree: Annotated[
        str, typer.Option("--agree", metavar="WORDS", help="Agree to what was proposed.")
    ] = "",
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel ours.")] = False,
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    key: Annotated[
        str, typer.Option("--key", help="Which notification, where both are ours.")
    ] = "",
    own: OwnOption = False,
    sure: Annotated[
        bool, typer.Option("--sure", help="File it without being asked, odd or not.")
    ] = False,
    officers: OfficerOption = None,
    second: WithOption = "",
    office: OwnOfficeOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Settle an overlap: say what will be filed, file it, and show how it stands then.

    Our own notification is moved or cancelled on every line that has it; keeping apart is spoken
    of on this line only.
    """
    way = plans.way_of(locals())
    with desk_at(home) as desk:
        pick_signers(desk, officers, second)
        chosen = line_for(desk, line)
        own = own or bool(key)
        each = node.one_of_line(desk, chosen, id_, own=own)
        plans.check_open(each)
        plan = plans.plan_of(desk, chosen, each, way, int(time.time() * 1000))
        _announce(desk, plan, sure=sure, as_json=as_json)
        sent = [_filed(desk, step, office) for step in plan.steps]
        after = _after(desk, chosen, each, own=own)
        value = {"will": plan.words, "sent": _sent_values(plan, sent), **after}
        emit_or_print(value, list(_told(desk, sent, after)), as_json=as_json)
        if all(one.said is None for one in sent):
            raise RefusedError(f"nothing was filed: {sent[0].fault}")


def _sent_values(plan: plans.Plan, sent: list[nt.Sent]) -> list[dict[str, Any]]:
    return [
        {
            "line": one.line,
            "kind": step.kind,
            "ref": one.said.short if one.said is not None else "",
            "waiting": one.said.waiting if one.said is not None else False,
            "fault": one.fault,
        }
        for one, step in zip(sent, plan.steps, strict=True)
    ]


def _announce(desk: Desk, plan: plans.Plan, *, sure: bool, as_json: bool) -> None:
    """Say what will be filed before anything is; on a terminal it is asked about."""
    out = console(stderr=as_json)
    for words in plan.words:
        out.print(safe(words, "bold"))
    for step in plan.steps:
        out.print(safe(f"  on {title_of(desk, step.line)}: {step.kind}", "dim"))
    for words in plan.doubts:
        out.print(Text("? ", style="bold yellow").append_text(safe(words, "yellow")))
    if sure:
        return
    if on_terminal():
        if typer.confirm("File this?", default=not plan.doubts):
            return
        raise UsageError("nothing was filed", advice="Say it otherwise, or --sure.")
    if plan.doubts:
        raise UsageError(
            f"nothing was filed; {'; '.join(plan.doubts)}", advice="Say --sure if it is meant so."
        )


def _filed(desk: Desk, step: plans.Filing, office: str) -> nt.Sent:
    """File one step; a line that refuses stops no other."""
    try:
        said = nt.step(
            desk,
            step.notice,
            line=step.line,
            kind=step.kind,
            body=step.body,
            office=office_on(desk, step.line, office),
            party=step.party,
            attachments=plans.files_of(desk, step),
        )
    except (RefusedError, UsageError) as error:
        return nt.Sent(line=step.line, said=None, fault=str(error))
    return nt.Sent(line=step.line, said=said)


def _after(desk: Desk, line: str, before: Shown, *, own: bool) -> dict[str, Any]:
    """How the overlap stands now, and what still overlaps of the two under another name."""
    told = node.of_line(desk, line, own=own)
    by_id = {each["id"]: each for each in (*told["overlaps"], *told["gone"])}
    same = by_id.get(before["id"])
    sides = [(side["party"], side["key"]) for side in before["between"]]
    others = [
        each
        for each in told["overlaps"]
        if each["id"] != before["id"]
        and [(side["party"], side["key"]) for side in each["between"]] == sides
    ]
    return {
        "id": before["id"],
        "state": same["state"] if same is not None else "no more",
        "state_words": same["state_words"] if same is not None else _no_more(others),
        "still": others,
        "summary": told["summary"],
        "line_digest": told["line_digest"],
    }


def _no_more(others: list[Shown]) -> str:
    return "the two overlap under another name" if others else "no longer closer"


def _told(desk: Desk, sent: list[nt.Sent], after: dict[str, Any]) -> Iterator[RenderableType]:
    for one in sent:
        head = safe(f"{title_of(desk, one.line)}: ", "bold")
        if one.said is None:
            yield head.append_text(safe(f"NOT filed: {one.fault}", "bold red"))
        elif one.said.waiting:
            yield head.append("waits for a second person: ").append(
                f"tieline release {one.said.id[:8]}", style="bold"
            )
        else:
            yield head.append_text(safe(f"filed as {one.said.short}"))
    yield safe(f"now {after['state']}: {after['state_words']}")
    for each in after["still"]:
        yield (
            Text("still ", style="bold yellow")
            .append_text(node.head(each))
            .append_text(safe(f"{each['words']['gap']}; {each['words']['time']}"))
        )
    yield safe(after["summary"], "dim")


def register(app: typer.Typer) -> None:
    """Hang the verb into the group."""
    app.command(
        epilog=examples(
            "tieline overlaps settle 3fa91c77d0 --line 'North and South' --shift 6h",
            "tieline overlaps settle 3fa91c77d0 --from 2026-12-02T08:00Z --until 2026-12-02T16:00Z",
            "tieline overlaps settle 3fa91c77d0 --separate 'We stay north of 54-30N.'",
            "tieline overlaps settle 3fa91c77d0 --agree 'Agreed, as you wrote.'",
            "tieline overlaps settle 3fa91c77d0 --cancel --why 'weather'",
        )
    )(settle)

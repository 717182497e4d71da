"""Answers on a terminal: rounds, mechanisms, standstills, mandates, and how things stood."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.askpieces import (
    Value,
    by,
    cited,
    cites,
    columns,
    days,
    heading,
    mark,
    of_sides,
    rows,
    settled,
    told,
    unknown,
)
from tieline.cli.look import counted, safe
from tieline.cli.paint import indented
from tieline.cli.status import GROUPS

Parts = Iterator[RenderableType]


def status(answer: list[Value]) -> Parts:
    """How everything stood: what is reported first, then of what nobody says anything."""
    groups = [(title, {about.value for about in abouts}) for title, abouts in GROUPS]
    placed = {name for _, names in groups for name in names}
    others = {line["about"] for line in answer} - placed
    for title, names in (*groups[:-1], ("Texts, conditions and measures", others), groups[-1]):
        own = [line for line in answer if line["about"] in names]
        if not own:
            continue
        yield heading(title)
        table = columns(2, 5)
        for line in sorted(own, key=lambda each: each["sure"] == "no"):
            name = Text().append_text(mark(line["sure"])).append(" ")
            style = "dim" if line["sure"] == "no" else ""
            table.add_row(
                name.append_text(safe(line["name"], "bold")),
                cited(line["words"], line["cites"], style),
            )
        yield table


def things(answer: list[Value]) -> Parts:
    """Every key with its name."""
    table = columns(2, 3, 6, head=("Kind", "Key", "Name"))
    for one in answer:
        table.add_row(safe(one["kind"]), safe(one["key"], "bold"), safe(one["name"]))
    yield table


def _plan(plan: Value) -> Text:
    words = [days(plan["days"])] if plan["days"] else ["day not said"]
    return cited(", ".join([*words, *([plan["place"]] if plan["place"] else [])]), plan["cites"])


def _step(step: Value) -> Text:
    text = safe(f"{step['what']}, {by(step['by'])}")
    if step["what"] == "postponed":
        to = days(step["to"]) if step["to"] else "when is not said"
        text.append_text(safe(f", to {to}"))
    if step["to_place"]:
        text.append_text(safe(f", {step['to_place']}"))
    text.append_text(cites(step["cites"]))
    for reason in [] if step["reasons_are_causes"] else step["reasons"]:
        text.append("\n  because ").append_text(cited(reason["value"], reason["cites"]))
    return text


def round_block(one: Value) -> Parts:
    """One round: plans, moves, what was held, who was there; then what is unknown."""
    yield safe(f"{one['thing']['name']}", "bold").append_text(
        safe(f"  {one['thing']['key']}", "dim")
    )
    first, later = one["plans"][:1], one["plans"][1:]
    pairs: list[tuple[str, RenderableType]] = [
        ("first planned", _plan(plan)) for plan in first
    ] or [("first planned", Text("not said", style="yellow"))]
    pairs += [("planned then", _plan(plan)) for plan in later]
    pairs += [("", _step(step)) for step in one["steps"]]
    pairs += [
        ("held", settled(one["held"])),
        ("place", told(one["place"])),
        ("host", told(one["host"])),
        ("how", told(one["presence"])),
        ("length", told(one["length_min"], " minutes")),
        ("level", of_sides(one["levels"])),
        ("mandate", told(one["mandate"])),
        ("causes", causes(one["causes"])),
        ("present", _present(one["present"])),
        ("agenda", _agenda(one["agenda"])),
        ("by one side only", _one_sided(one["one_sided"])),
        ("promised there", _promises(one["commitments"])),
    ]
    if one["readouts"]:
        given = ", ".join(f"{c['side']}: {len(c['readouts'])}" for c in one["readouts"])
        pairs.append(("readouts", safe(given)))
    pairs.append(("reports joined", cites(one["merged_by"], "")))
    if one["unknown"]:
        pairs.append(("", unknown(one["unknown"])))
    yield indented(rows(*pairs))


def _present(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        offices = " / ".join(each["value"] for each in one["offices"])
        side = f" ({one['party']})" if one["party"] else ""
        text.append("\n" if number else "")
        words = f"{one['person']}{side}" + (f", {offices}" if offices else "")
        text.append_text(cited(words, one["cites"]))
    return text


def _agenda(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        where = f" {one['where']}" if one["where"] else ""
        words = f"{one['item']}: {one['fate'] or 'what became of it is not said'}{where}"
        text.append("\n" if number else "")
        text.append_text(cited(f"{words}, {by(one['sides'])}", one["cites"]))
    return text


def _one_sided(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        where = ", ".join(each["value"] for each in one["where"])
        text.append("\n" if number else "")
        text.append_text(cited(f"{one['topic']}: {one['side']}, {where}", one["cites"]))
    return text


def _promises(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        owners = by([each["value"] for each in one["owners"]])
        text.append("\n" if number else "")
        text.append_text(cited(f"{one['thing']['name']}, {owners}", one["cites"]))
    return text


def rounds(answer: list[Value]) -> Parts:
    """Rounds in the order of days."""
    if not answer:
        yield Text("No round is reported.", style="yellow")
    for one in answer:
        yield Text("")
        yield from round_block(one)


def spells(listed: list[Value]) -> Text:
    """Suspensions, restorations and conditions."""
    text = Text()
    for number, one in enumerate(listed):
        verb = one["word"] or one["what"]
        who = f", {by(one['by'])}" if one["what"] in {"suspended", "restored"} else ""
        part = " in part" if one["extent"] == "part" else ""
        since = days(one["since"])
        text.append("\n" if number else "")
        text.append_text(cited(f"{verb}{part}{who}; since: {since}", one["cites"]))
        for reason in [] if one["reasons_are_causes"] else one["reasons"]:
            text.append("\n  because ").append_text(cited(reason["value"], reason["cites"]))
    return text


def causes(listed: list[Value]) -> Text:
    """Causes, each with who says so and how; those that are inferred say so first."""
    text = Text()
    for number, one in enumerate(listed):
        text.append("\n" if number else "")
        if one["inferred"]:
            text.append("inferred: ", style="magenta")
        named = one["because"]["name"] if one["because"] else ""
        words = ": ".join(part for part in (named, one["words"] or "") if part)
        text.append_text(cited(f"{words} (of {one['of']['name']})", one["cites"]))
    return text


def _contacts(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        results = " / ".join(each["value"] for each in one["results"]) or "outcome not said"
        when = days(one["days"]) if one["days"] else "day not said"
        text.append("\n" if number else "")
        text.append_text(cited(f"{one['thing']['name']}: {results}, {when}", one["cites"]))
    return text


def contacts(answer: list[Value]) -> Parts:
    """Contacts in the order of days."""
    if not answer:
        yield Text("No contact is reported.", style="yellow")
    for one in answer:
        yield safe(one["thing"]["name"], "bold").append_text(
            safe(f"  {one['thing']['key']}", "dim")
        )
        yield indented(
            rows(
                ("outcome", told(one["results"])),
                ("sought by", told(one["by"])),
                ("who", of_sides(one["who"])),
                ("when", settled(one["days"])),
                ("place", told(one["place"])),
                ("length", told(one["length_min"], " minutes")),
                ("level", told(one["level"])),
                ("terms", told(one["terms"])),
                ("present", _present(one["present"])),
                ("reports joined", cites(one["merged_by"], "")),
                ("", unknown(one["unknown"]) if one["unknown"] else Text()),
            )
        )


def mechanism(answer: Value) -> Parts:
    """A mechanism or channel with all that hangs on it."""
    thing = answer["thing"]
    kind = thing["kind"] or "mechanism or channel"
    yield safe(thing["name"], "bold").append_text(safe(f"  {thing['key']}, {kind}", "dim"))
    yield rows(
        ("established", settled(answer["established"]) if answer["established"] else Text()),
        ("place", told(answer["place"])),
        ("by", told(answer["by"])),
        ("subject", told(answer["subject"])),
        ("mandate", told(answer["mandate"])),
        ("levels", of_sides(answer["levels"])),
        ("offices", of_sides(answer["offices"])),
        ("rhythm", told(answer["rhythm"])),
        ("suspended", spells(answer["suspensions"])),
        ("restored", spells(answer["restorations"])),
        ("reported", spells(answer["reported"])),
        ("causes", causes(answer["causes"])),
        ("comes from", _ties(answer["up"])),
        ("leads to", _ties(answer["down"])),
        ("contacts", _contacts(answer["contacts"])),
        ("texts", _texts(answer["texts"])),
        ("", unknown(answer["unknown"]) if answer["unknown"] else Text()),
    )
    if answer["conditions"]:
        yield heading("Conditions")
        yield from conditions(answer["conditions"])
    if answer["rounds"]:
        yield heading(counted(len(answer["rounds"]), "round"))
        yield from rounds(answer["rounds"])


def _texts(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        stages = ", ".join(f"{each['stage']} {by(each['by'])}" for each in one["stages"])
        text.append("\n" if number else "")
        text.append_text(
            cited(f"{one['thing']['name']}: {stages or 'stage not said'}", one["cites"])
        )
    return text


def _ties(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        space = "  " * (one["depth"] - 1)
        if one["tie"] == "follows":
            words = f"{one['target']['name']} follows {one['source']['name']}"
        else:
            words = f"{one['source']['name']} {one['tie']} {one['target']['name']}"
        text.append("\n" if number else "")
        text.append_text(cited(space + words, one["cites"]))
        if one["closes_cycle"]:
            text.append(" leads back: not followed", style="bold yellow")
    return text


def mandates(answer: Value) -> Parts:
    """What it comes from and what it leads to, level by level."""
    yield safe(answer["thing"]["name"], "bold")
    yield rows(
        ("mandate", safe(" / ".join(answer["mandate"]))),
        ("comes from", _ties(answer["up"]) if answer["up"] else Text("not said", style="yellow")),
        ("leads to", _ties(answer["down"]) if answer["down"] else Text("not said", style="yellow")),
    )
    if answer["left_off"]:
        yield safe(f"{counted(answer['left_off'], 'tie')} farther away left off", "yellow")


def why(answer: Value) -> Parts:
    """Why it stood still, as it is said."""
    yield safe(answer["thing"]["name"], "bold")
    yield rows(
        ("suspended", spells(answer["suspensions"])),
        ("restored", spells(answer["restorations"])),
        ("reported", spells(answer["reported"])),
        ("causes", causes(answer["causes"])),
        ("rounds put off", _put_off(answer["put_off"])),
        ("turned down", _contacts(answer["refused"])),
        ("vacant seats", _vacant(answer["vacancies"])),
        ("", unknown(answer["unknown"]) if answer["unknown"] else Text()),
    )
    if answer["discrepancies"]:
        yield heading("Reports that do not fit")
        yield from discrepancies(answer["discrepancies"])
    if answer["conditions"]:
        yield heading("Conditions")
        yield from conditions(answer["conditions"])


def _vacant(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        since = days(one["start"]) if one["start"] else "since when is not said"
        until = f", until {days(one['end'])}" if one["end"] else ""
        text.append("\n" if number else "")
        text.append_text(cited(f"{one['seat']['name']}: since {since}{until}", one["cites"]))
        text.append_text(safe(f"\n  here because: {'; '.join(one['tied_by'])}", "dim"))
    return text


def discrepancies(answer: list[Value]) -> Parts:
    """Values that do not fit, each with what says so; nothing is decided."""
    if not answer:
        yield Text("Nothing that is reported contradicts anything else.", style="green")
    table = columns(2, 5)
    for one in answer:
        text = safe(one["why"] or f"{one['field']}:", "bold")
        for value, cite in one["values"]:
            text.append("\n").append_text(cited(value, [cite]) if value else cites([cite], ""))
        table.add_row(safe(one["thing"], "bold"), text)
    yield table


def _put_off(listed: list[Value]) -> Text:
    text = Text()
    for number, one in enumerate(listed):
        text.append("\n" if number else "").append_text(safe(f"{one['round']['name']}: "))
        text.append_text(_step(one["step"]))
    return text


def conditions(answer: list[Value]) -> Parts:
    """Conditions with everyone who speaks of them."""
    if not answer:
        yield Text("Nobody is reported to have named a condition.", style="yellow")
    for one in answer:
        words = " / ".join(each["value"] for each in one["words"]) or one["thing"]["name"]
        yield safe(words, "bold")
        yield indented(
            rows(
                ("for", told(one["of"])),
                ("whose demand", told(one["by"])),
                ("measure", told(one["measure"])),
                *((said["stage"] or "stage not said", _said(said)) for said in one["said"]),
                ("", unknown(one["unknown"]) if one["unknown"] else Text()),
            )
        )


def _said(said: Value) -> Text:
    if said["force"] is None:
        return cited(f"inferred by {said['author']}", [said["cite"]], "magenta")
    who = said["speaker"] or "the report itself"
    kind = "an opinion of" if said["force"] == "opinion" else f"{said['force']}:"
    when = (
        days(said["days"])
        if any(said["days"][end] for end in ("earliest", "latest", "wording"))
        else ""
    )
    return cited(f"{kind} {who}{f'; {when}' if when else ''}", [said["cite"]])

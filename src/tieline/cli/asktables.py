"""Answers on a terminal, as tables: counterparts, due days, positions, readouts, hits, counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.askpieces import (
    Value,
    bounds,
    cited,
    cites,
    columns,
    days,
    heading,
    mark,
    unknown,
)
from tieline.cli.look import counted, safe
from tieline.cli.paint import indented

Parts = Iterator[RenderableType]
CITES_SHOWN = 12
"""Citations of a count on a terminal; --json has more."""
SIDES_ABREAST = 3
"""More columns than this cannot be read at 80 columns: then the sides stand one below the other."""
FILLED_STYLES = {
    "held": "",
    "acting": "",
    "delegated": "",
    "vacant": "bold yellow",
    "unknown": "yellow",
}
DUE_STYLES = {
    "due soon": "bold yellow",
    "due passed, outcome unknown": "bold yellow",
    "due perhaps passed, outcome unknown": "yellow",
    "met": "green",
    "missed": "bold red",
    "lapsed": "red",
    "disputed": "bold magenta",
    "the sides' accounts differ": "bold magenta",
}


def counterparts(answer: Value) -> Parts:
    """The ladder of levels, a column for each side; then where a request could go."""
    found = answer["ladder"]
    sides = found["sides"]
    if not found["rungs"]:
        yield Text("No seat is reported.", style="yellow")
        return
    abreast = 0 < len(sides) <= SIDES_ABREAST
    shown = sides if abreast else []
    table = columns(2, *(4 for _ in shown or [0]), head=("Level", *(shown or ["Seats"])))
    for rung in found["rungs"]:
        rank = f"rank {rung['rank']}" if rung["rank"] is not None else ""
        level = ", ".join(part for part in (rank, rung["level"]) if part)
        name = safe(level or "level not said", "" if level else "dim")
        if rung["paired_by"] in {"rank", "level"}:
            name.append(f"\nbeside each other by {rung['paired_by']} alone", style="dim")
        name.append_text(cites(rung["cites"], "\n"))
        cells = [_cell([s for s in rung["seats"] if s["party"] == side]) for side in shown]
        table.add_row(name, *(cells or [_cell(rung["seats"], with_party=True)]))
    yield table
    candidates = {s["thing"]["key"]: s["now"] for rung in found["rungs"] for s in rung["seats"]}
    for words, keys in (
        (
            "of which reports leave open who holds it",
            [k for k in found["unknown"] if candidates.get(k)],
        ),
        (
            "with no holder reported for that day",
            [k for k in found["unknown"] if not candidates.get(k)],
        ),
    ):
        if keys:
            yield safe(f"{len(keys)} {words}: {', '.join(keys)}", "yellow")
    if answer["next"]:
        yield from _next(answer["next"])


def _cell(seats: list[Value], *, with_party: bool = False) -> Text:
    if not seats:
        return Text("no seat reported", style="dim")
    text = Text()
    for number, seat in enumerate(seats):
        text.append("\n" if number else "").append_text(mark(seat["sure"])).append(" ")
        party = f"{seat['party']}: " if with_party and seat["party"] else ""
        text.append_text(safe(f"{party}{seat['office'] or seat['thing']['key']}", "bold"))
        if not seat["now"]:
            text.append("\n  no holder reported for that day", style="yellow")
        for one in seat["now"]:
            text.append("\n  ").append_text(_tenure(one))
    return text


def _tenure(one: Value) -> Text:
    words = [one["holder"] or "vacant"]
    words += [f"({one['manner']})"] if one["manner"] else []
    also = [told["value"] for told in one["names"] if told["value"] != one["holder"]]
    words += [f"(also {', '.join(also)})"] if also else []
    parts = []
    for name, label in (("start", "from"), ("end", "until"), ("seen", "seen")):
        if one[name]:
            parts.append(f"{label} {days(one[name])}")
    line = " ".join(words) + (f", {', '.join(parts)}" if parts else "")
    return cited(line, one["cites"], FILLED_STYLES["vacant"] if one["vacant"] else "")


def _next(found: Value) -> Parts:
    yield heading("A request to this seat")
    name = found["asked"]["office"] or found["asked"]["thing"]["key"]
    if not found["why"]:
        yield safe(f"{name}: it and its counterpart are filled.", "green")
        return
    yield safe(f"{name}: {found['why']}.", "bold yellow")
    if found["next"] is None:
        yield Text("No level with a rank is filled on both sides.", style="yellow")
        return
    level = found["next"]["level"] or f"rank {found['next']['rank']}"
    sure = "perhaps filled" if found["sure"] == "perhaps" else "filled"
    yield safe(f"The next level that is {sure} on both sides: {level}.")
    yield indented(_cell(found["next"]["seats"], with_party=True))


def due(answer: Value) -> Parts:
    """What is due, grouped by how it stands, the most pressing first."""
    summary = "; ".join(f"{state}: {count}" for state, count in answer["counts"])
    yield safe(summary or "No commitment is reported as made by that day.")
    state = ""
    for item in answer["items"]:
        if item["state"] != state:
            state = item["state"]
            yield heading(state)
        table = columns(2, 5)
        table.add_row(_due_when(item), _due_what(item))
        yield table


def _due_when(item: Value) -> Text:
    style = DUE_STYLES.get(item["state"], "")
    if item["due"] is None:
        return safe("; ".join(item["conditions"]) or "no day set", style)
    text = safe(days(item["due"]), style)
    if all(cite["inferred"] for cite in item["due"]["cites"]):
        text.append(" ≈inferred", style="magenta")
    first = item["first_due"]
    if first and first["days"]["words"] != item["due"]["days"]["words"]:
        text.append_text(safe(f"\nfirst {days(first)}", "dim"))
    return text


def _due_what(item: Value) -> Text:
    owners = ", ".join(one["value"] for one in item["owners"]) or "whom is not said"
    speakers = list(dict.fromkeys(c["speaker"] for c in item["cites"] if c["speaker"]))
    said = f", as {' / '.join(speakers)} has it" if speakers else ""
    text = safe(item["what"], "bold").append_text(safe(f", by {owners}{said}"))
    if item["sure"] == "perhaps":
        text.append("; whether made by then is not said", style="yellow")
    text.append_text(cites(item["cites"]))
    made = item["made"]
    if made and any(made["days"][end] for end in ("earliest", "latest", "wording")):
        own = {cite["id"] for cite in item["cites"]}
        more = [cite for cite in made["cites"] if cite["id"] not in own]
        word = "from" if item["thing"]["kind"] == "measure" else "made"
        text.append("\n").append_text(cited(f"{word} {days(made)}", more, "dim"))
    for view in item["views"]:
        last = view["last"]
        side = view["side"] or "the source"
        words = f"{side}: {last['outcome']}, {days(last['days'])}"
        words += f", {last['evidence']}" if last["evidence"] else ""
        text.append("\n").append_text(cited(words, last["cites"]))
    if item["silent"] and item["views"]:
        text.append_text(safe(f"\nnothing from {', '.join(item['silent'])}", "dim"))
    if item["unknown"]:
        text.append("\n").append_text(unknown(item["unknown"]))
    return text


def positions(answer: list[Value]) -> Parts:
    """Positions by topic and side, oldest first; nothing is merged."""
    if not answer:
        yield Text("No position is reported.", style="yellow")
    for topic in answer:
        yield heading(topic["topic"])
        table = columns(3, 2, 7)
        for column in topic["sides"]:
            for number, one in enumerate(column["positions"]):
                when = days(one["said"]) if one["said"] else "day not said"
                table.add_row(
                    safe("" if number else column["side"], "bold").append_text(
                        safe(("" if number else "\n") + when, "dim")
                    ),
                    safe(one["speaker"] or "speaker not named"),
                    cited(one["text"], [one["cite"]]),
                )
        yield table
        counts = [f"{topic['undated']} without a day"] if topic["undated"] else []
        if topic["others"]:
            others = counted(topic["others"], "statement")
            counts.append(f"{others} on the topic that state no position")
        if counts:
            yield safe("; ".join(counts), "dim")


def readouts(answer: Value) -> Parts:
    """The sides' readouts side by side, in their own words; then topics by side."""
    yield safe(answer["thing"]["name"], "bold")
    sides = answer["sides"]
    if not sides:
        yield Text("No side is reported to have given a readout.", style="yellow")
        return
    cells = [_readout_cell(column) for column in sides]
    if len(sides) <= SIDES_ABREAST:
        table = columns(*(1 for _ in sides), head=[column["side"] for column in sides])
        table.add_row(*cells)
        yield table
    else:
        for column, cell in zip(sides, cells, strict=True):
            yield safe(column["side"], "bold")
            yield indented(cell)
    yield from _topics(answer["topics"])


def _topics(topics: list[Value]) -> Parts:
    if topics:
        yield heading("Topics their statements are marked with")
    table = columns(2, 5)
    for one in topics:
        only = " only" if len(one["sides"]) == 1 else ""
        table.add_row(safe(one["topic"]), safe(", ".join(one["sides"]) + only))
    yield table


def _readout_cell(column: Value) -> Text:
    text = Text()
    for number, one in enumerate(column["readouts"]):
        text.append("\n\n" if number else "")
        who = ", ".join(
            part for part in (one["speaker"], one["channel"], days(one["said"])) if part
        )
        text.append_text(safe(f"{who}\n", "dim"))
        if one["embargo"]:
            text.append_text(safe(f"embargo {days(one['embargo'])}\n", "yellow"))
        text.append_text(cited(one["text"], [one["cite"]]))
        text.append_text(safe(f" ({one['language']})" if one["language"] else "", "dim"))
    return text


def search(answer: Value) -> Parts:
    """The best hits first, each with the fields that matched."""
    more = f"; {len(answer['hits'])} shown" if len(answer["hits"]) < answer["total"] else ""
    yield safe(f"{counted(answer['total'], 'hit')}{more}")
    if not answer["total"] and len(answer["terms"]) > 1:
        alone = ", ".join(f"{one['term']}: {one['count']}" for one in answer["terms"])
        yield safe(f"Nothing holds all of them; alone they are found so often: {alone}", "yellow")
    if answer["set_aside"]:
        yield safe(f"{answer['set_aside']} more set aside: taken back, or not known then", "dim")
    table = columns(2, 7)
    for hit in answer["hits"]:
        name = safe(hit["id"], "bold" if hit["kind"] == "statement" else "magenta")
        name.append_text(safe(f"\nin {', '.join(hit['fields'])}", "dim"))
        when = f"{days(hit['happened'])}: " if hit["happened"] else ""
        text = safe(when, "dim").append_text(
            safe(f"{hit['speaker']}: " if hit["speaker"] else "", "bold")
        )
        table.add_row(name, text.append_text(cited(hit["text"], [hit["cite"]])))
    yield table


def statistics(answer: Value) -> Parts:
    """Counts of rounds and requests; the unknown ones stand beside each number."""
    name = answer["thing"]["name"] if answer["thing"] else "every mechanism and channel"
    yield safe(name, "bold").append(
        f"  {counted(answer['rounds'], 'round')} reported, {answer['held']} held", style="dim"
    )
    table = columns(3, 2, 2, 3, 1, 2, head=("", "Median", "Mean", "Least to most", "n", "Unknown"))
    spreads = (
        ("days between rounds", answer["days_between"]),
        ("days late, from the first plan", answer["delay"]),
    )
    for label, one in spreads:
        ends = f"{bounds(one['least'])} to {bounds(one['most'])}" if one["n"] else "–"
        text = Text(label)
        counts = (str(one["n"]), _count(one["unknown"]))
        table.add_row(text, bounds(one["median"]), bounds(one["mean"]), ends, *counts)
    share = answer["postponed"]
    total = share["yes"] + share["no"]
    text = Text("rounds postponed").append(f"\n{share['yes']} of {total} known", style="dim")
    percent = bounds(share["share"], "%", 100)
    table.add_row(text, percent, "", "", str(total), _count(share["unknown"]))
    yield table
    for label, one in spreads:
        if one["inferred"]:
            yield safe(f"≈ {label}: {one['inferred']} of {one['n']} rest on inferences", "magenta")
        for reason in one["why"]:
            yield safe(f"unknown, {label}: {reason}", "dim")
        if one["n"]:
            yield safe(f"{label}, from", "dim").append_text(cites(one["cites"][:CITES_SHOWN]))
    yield from _rates(answer["answers"])


def _count(number: int) -> Text:
    return Text(str(number), style="yellow" if number else "dim")


def _rates(listed: list[Value]) -> Parts:
    if not listed:
        yield Text("No request is reported.", style="dim")
        return
    yield heading("Requests, and whether an answer is reported")
    table = columns(3, 2, 3, 4, 1, 2, head=("By, to", "When", "Answered", "", "n", "Unknown"))
    for one in listed:
        who = f"{_said(one['sought_by'])}, to {_said(one['asked'])}"
        level = f"\nlevel: {_said(one['level'])}"
        names = ("accepted", "declined", "late", "unanswered", "cancelled")
        told_of = ", ".join(f"{one[name]} {name}" for name in names if one[name])
        table.add_row(
            safe(who)
            .append_text(safe(level, "dim"))
            .append_text(cites(one["cites"][:CITES_SHOWN])),
            safe("all" if one["period"] == "" else _said(one["period"])),
            bounds(one["rate"], "%", 100),
            safe(told_of or "nothing known"),
            str(one["requests"] - one["unknown"]),
            _count(one["unknown"]),
        )
    yield table
    inferred = sum(one["inferred"] for one in listed)
    if inferred:
        yield safe(f"≈ an inference speaks of {inferred} of the unknown ones", "magenta")


def _said(value: Any) -> str:
    return "not said" if value is None else str(value)

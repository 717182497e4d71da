"""Rosters as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from tieline.cli.look import facts, safe, table
from tieline.record.roster import Roster
from tieline.record.rosterchain import fingerprint, spoken


def roster_value(roster: Roster, labels: Mapping[str, str]) -> dict[str, object]:
    """A roster for machines, without its long keys."""
    return {
        "line": roster.line,
        "party": roster.party,
        "name": roster.name,
        "version": roster.version,
        "fingerprint": fingerprint(roster.root_keys, roster.root_threshold),
        "persons": [
            {"id": p.id, "label": labels.get(p.id, ""), "offices": list(p.offices)}
            for p in roster.persons
        ],
        "offices": [{"name": o.name, "title": o.title, "filled": o.filled} for o in roster.offices],
        "cutoffs": [
            {
                "key": c.key,
                "log": c.log,
                "index": c.index,
                "reason": c.reason,
                "suspect": c.suspect,
            }
            for c in roster.cutoffs
        ],
        "addresses": list(roster.addresses),
        "logs": [
            {"origin": c.origin, "role": c.role, "generation": c.generation, "state": c.state}
            for c in roster.logs
        ],
    }


def show_parts(roster: Roster, labels: Mapping[str, str]) -> Iterator[RenderableType]:
    """Offices first: they stay while persons come and go."""
    spare = {c.generation for c in roster.logs if c.state == "spare"}
    yield facts(
        ("party", safe(f"{roster.party} ({roster.name})", "bold")),
        ("roster", f"version {roster.version}"),
        ("fingerprint", spoken(fingerprint(roster.root_keys, roster.root_threshold))),
        ("addresses", ", ".join(roster.addresses) or "none: by pouch, or they call us"),
        ("spare logs", f"certified for {len(spare)} new generations"),
    )
    offices = table("office", "title", "state", "held by")
    for office in roster.offices:
        held = [_person(p.id, labels) for p in roster.persons if office.name in p.offices]
        state = safe("filled", "green") if office.filled else safe("vacant", "bold yellow")
        offices.add_row(safe(office.name, "bold"), safe(office.title), state, safe(", ".join(held)))
    yield offices
    for cutoff in roster.cutoffs:
        log = cutoff.log.rpartition("/")[2]
        word = "suspect" if cutoff.suspect else "revoked"
        yield safe(
            f"{_person(cutoff.key, labels)} {word} from {log}:{cutoff.index} on: {cutoff.reason}",
            "yellow",
        )


def _person(person: str, labels: Mapping[str, str]) -> str:
    label = labels.get(person)
    return f"{label} ({person})" if label else person

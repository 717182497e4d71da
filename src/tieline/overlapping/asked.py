"""Asked: the verbs about overlaps: all of a line, and one with everything about it."""

from __future__ import annotations

from typing import Any, Final

from tieline.deconfliction import report
from tieline.deconfliction.overlaps import Overlap, Result
from tieline.deconfliction.recorded import knew
from tieline.deconfliction.settling import Standing
from tieline.errors import UsageError
from tieline.node import Node
from tieline.overlapping.kept import Line, line_of
from tieline.space.window import INSTANT_MS_MAX
from tieline.state.shortref import short_ref
from tieline.verbargs import Args, Json, Verb, json_of, text_arg

SHOWN_MAX: Final = 5_000
"""Most overlaps in one answer, the gravest; all are counted and stand in the hash."""
GONE_MAX: Final = 1_000
"""Most overlaps that are no more in one answer."""
NO_CLEARANCE: Final = report.NO_CLEARANCE


def overlaps_shown(node: Node, args: Args) -> Json:
    """What overlaps on a line, gravest first, with the hashes, and what is no more.

    ``own`` ("yes") compares a party with itself too; ``known_ms`` is by when warnings are in
    force, now if left out. ``digest`` is over everything, ``line_digest`` only over what stands
    on the line: equal on every node that holds the same entries and has adopted the same packs.
    """
    kept, known_ms, own_too = _looked(node, args)
    result = kept.result(known_ms, own_too=own_too)
    past = kept.gone(result, known_ms, own_too=own_too)
    shown = result.overlaps[:SHOWN_MAX]
    return json_of(
        {
            "line": kept.line,
            "summary": report.summary(result),
            "digest": result.digest,
            "line_digest": kept.line_digest(result, own_too=own_too),
            "known_ms": known_ms,
            "notified": result.notified,
            "on_line": sum(not each.told.notified.state for each in kept.filed.values()),
            "warnings": len(kept.warnings),
            "volumes": result.volumes,
            "packs": list(result.packs),
            "own": own_too,
            "caveats": [*kept.caveats(), *report.caveats(result)],
            "overlaps": [report.value_of(each, kept.standing(each, known_ms)) for each in shown],
            "more": len(result.overlaps) - len(shown),
            "gone": [report.value_of(each, became) for each, became in past[:GONE_MAX]],
            "more_gone": max(len(past) - GONE_MAX, 0),
        }
    )


def _looked(node: Node, args: Args) -> tuple[Line, int, bool]:
    seat = node.seat(text_arg(args, "line"))
    given = args.get("known_ms")
    if given is not None and (not isinstance(given, int) or not 0 <= given <= INSTANT_MS_MAX):
        raise UsageError("known_ms is no time in milliseconds since 1970")
    known_ms = given if isinstance(given, int) else node.now().wall_ms
    kept = line_of(node, seat.line)
    kept.look(known_ms, exactly=given is not None)
    return kept, known_ms, text_arg(args, "own") == "yes"


def overlap_shown(node: Node, args: Args) -> Json:
    """One overlap by the beginning of its identifier, with everything about it; gone ones too.

    Beside what ``overlaps`` says of it: every fact in words, both notifications as they stand on
    the line, and for each author whether he had received the other one when he filed his own.

    Raises:
        UsageError: none begins so, or several do.
    """
    kept, known_ms, own_too = _looked(node, args)
    result = kept.result(known_ms, own_too=own_too)
    each, state, is_gone = _named(kept, result, text_arg(args, "id"), known_ms, own_too=own_too)
    logs = kept.seat.view.registers.logs
    found = report.value_of(each, state)
    sides = zip(each.sides, found["between"], strict=True)
    return json_of(
        found
        | {
            "line": kept.line,
            "own": kept.seat.party,
            "gone": is_gone,
            "known_ms": known_ms,
            "summary": report.summary(result),
            "digest": result.digest,
            "facts": report.facts(each, state),
            "times_in_common": report.times_words(each.common),
            "between": [told | _notice(kept, side.party, side.key) for side, told in sides],
            "knew": [
                {
                    "party": one.party,
                    "key": one.key,
                    "ref": short_ref(one.wording.ref),
                    "filed_s": one.wording.time_s,
                    "other": short_ref(one.of.ref),
                    "received": one.received,
                    "words": one.words,
                }
                for one in knew(logs, each, kept.filed)
            ],
            "caveats": [NO_CLEARANCE],
        }
    )


def _notice(kept: Line, party: str, key: str) -> dict[str, Any]:
    """A notification as it stands on the line; ``source`` is *warning* where it is none of it."""
    filed = kept.filed.get((party, key))
    if filed is None:
        told = kept.warnings.get((party, key))
        text = told.text if told is not None else ""
        doubts = list(told.doubts) if told is not None else []
        return {"source": "warning", "ours": False, "text": text, "doubts": doubts}
    case, told = filed.case, filed.told.notified
    return {
        "source": "line",
        "ours": party == kept.seat.party,
        "ref": short_ref(case.opener),
        "full_ref": case.opener.text(),
        "procedure": case.procedure.name,
        "title": told.title,
        "is_over": bool(told.state),
        "strands": dict(filed.told.strands),
        "wordings": [short_ref(one.ref) for one in filed.wordings],
        "doubts": list(told.doubts),
    }


def _named(
    kept: Line, result: Result, id_: str, known_ms: int, *, own_too: bool
) -> tuple[Overlap, Standing, bool]:
    wanted = id_.strip().lower()
    now = [(each, False) for each in result.overlaps if wanted and each.id.startswith(wanted)]
    past = kept.gone(result, known_ms, own_too=own_too) if wanted else ()
    ends = {each.id: became for each, became in past}
    found = now + [(each, True) for each, _ in past if each.id.startswith(wanted)]
    if len(found) == 1:
        each, is_gone = found[0]
        return each, ends[each.id] if is_gone else kept.standing(each, known_ms), is_gone
    if not found and wanted:
        _goes_on(kept, result, wanted, known_ms, own_too=own_too)
    what = "several overlaps begin" if found else "no overlap of this line begins"
    raise UsageError(
        f"{what} with {id_[:64]!r}; {report.summary(result)}",
        advice="`tieline overlaps list --line LINE` shows their identifiers.",
    )


def _goes_on(kept: Line, result: Result, id_: str, known_ms: int, *, own_too: bool) -> None:
    """Raise with the name under which an overlap of an earlier wording goes on, if it does."""
    before = [e for e in kept.ever(known_ms, own_too=own_too).overlaps if e.id.startswith(id_)]
    if len(before) != 1:
        return
    sides = {(side.party, side.key) for side in before[0].sides}
    on = [e for e in result.overlaps if {(side.party, side.key) for side in e.sides} == sides]
    names = ", ".join(each.id[: report.SHORT_ID] for each in on)
    raise UsageError(
        f"{id_[:64]} was an overlap of earlier wordings; the two notifications still overlap, "
        f"as {names}",
        advice="Name it so: another volume, after an amendment, is another overlap.",
    )


VERBS: Final[dict[str, Verb]] = {"overlaps": overlaps_shown, "overlap": overlap_shown}

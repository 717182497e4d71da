"""Digest: one hash of the state at a past, equal on every node that holds and reads the same.

SHA-256 over a text: the rules version, each log with its size and chain of outcomes in the order
of origins, then each case with its strands in the order of (party, id). Two nodes compare digests
only when their sets of unreadable entries are equal (DESIGN 5.1).
"""

from __future__ import annotations

import hashlib

from tieline.state.fold import RULES_VERSION, Fold
from tieline.state.past import Past
from tieline.state.view import View


def state_text(fold: Fold, past: Past | None = None) -> str:
    """The text that is hashed: one line per log, case and strand."""
    at = fold.registers.full if past is None else past
    view = View(fold.registers, at)
    lines = [f"tieline/state@v1 rules {RULES_VERSION}"]
    for origin, size in sorted(fold.registers.logs.sizes(at).items()):
        lines.append(f"log {origin} {size} {fold.chains[origin][size - 1].hex()}")
    for key in sorted(fold.registers.cases):
        case = view.case(key)
        if case is None:
            continue
        lines.append(f"case {key.party} {key.message_id} {case.procedure.name}")
        for strand in sorted(case.strands):
            tips = sorted(tip.ref.text() for tip in view.tips(case, strand))
            if tips:
                lines.append(f"strand {strand} {view.state(case, strand)} {' '.join(tips)}")
    version, digest = view.in_force()
    lines.append(f"framework {version} {digest}")
    return "\n".join(lines) + "\n"


def state_digest(fold: Fold, past: Past | None = None) -> bytes:
    """SHA-256 of :func:`state_text`, 32 bytes."""
    return hashlib.sha256(state_text(fold, past).encode()).digest()


def unreadable_digest(fold: Fold, past: Past | None = None) -> bytes:
    """SHA-256 over the references of entries that this reader cannot open, sorted, 32 bytes."""
    view = View(fold.registers, fold.registers.full if past is None else past)
    refs = sorted(ref.text() for ref in fold.registers.unreadable if view.holds(ref))
    return hashlib.sha256("".join(f"{ref}\n" for ref in refs).encode()).digest()

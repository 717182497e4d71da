"""Prints tables; `--json FILE` writes the numbers as well, `--quick` only sees that it runs."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import answering
import limits
import oracles
import overlaps
import published
import starting
import structlog
import talking
from houses import settle
from measuring import Table

ENTRIES = 100_000
QUICK_ENTRIES = 60
STATEMENTS = 100_000
QUICK_STATEMENTS = 600
USUAL = ["talk", "start", "answers", "warnings", "overlaps"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    known = [*USUAL, "oracles", []]
    parser.add_argument(
        "which", nargs="*", choices=known, help="all but oracles by default; what each measures is "
        "in benchmarks/README.md"
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs")
    parser.add_argument("--entries", type=int, help="of the long record")
    parser.add_argument("--statements", type=int, help="of the long observer's record")
    parser.add_argument("--json", metavar="FILE", help="write the numbers here too; - is stdout")
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    which = args.which or USUAL
    tables: list[Table] = []
    if "talk" in which:
        tables += _talk(quick=args.quick)
    if "start" in which:
        entries = args.entries or (QUICK_ENTRIES if args.quick else ENTRIES)
        tables += starting.run(entries, quick=args.quick)
    if "answers" in which:
        statements = args.statements or (QUICK_STATEMENTS if args.quick else STATEMENTS)
        tables += answering.run(statements)
    if "warnings" in which:
        tables += published.run(quick=args.quick)
    if "overlaps" in which:
        tables += overlaps.run(quick=args.quick)
    if "oracles" in which:
        tables += oracles.run(quick=args.quick)
    values: dict[str, Any] = {}
    for table in tables:
        values |= table.values
    if args.json != "-":
        print("\n".join(table.text() for table in tables))
    if args.json:
        text = json.dumps(values, indent=2) + "\n"
        sys.stdout.write(text) if args.json == "-" else Path(args.json).write_text(text)
    return 0


def _talk(*, quick: bool) -> list[Table]:
    with tempfile.TemporaryDirectory(prefix="tieline-bench-") as name:
        folder = Path(name)
        alpha, bravo = settle(folder)
        found = limits.measure(folder, alpha.settings, quick=quick)
        return talking.run(alpha, bravo, found, quick=quick)


if __name__ == "__main__":
    sys.exit(main())

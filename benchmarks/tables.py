"""Tables: the overlaps of one run as they stand in the README, from its numbers.

./run bench overlaps --json numbers.json
python benchmarks/tables.py numbers.json
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from overlaps import BULK, ONE

MIB = 2**20


def sizes(values: dict[str, Any]) -> list[int]:
    told = (re.fullmatch(r"overlaps_([0-9]+)_ours", key) for key in values)
    return sorted(int(each[1]) for each in told if each)


def seconds(found: list[float]) -> str:
    """Median, and the smallest and the largest if there is more than one."""
    digits = 1 if median(found) >= 1 else 2
    spread = f" ({min(found):,.{digits}f} .. {max(found):,.{digits}f})" if len(found) > 1 else ""
    return f"{median(found):,.{digits}f}{spread}"


def loads(result: dict[str, Any]) -> str:
    return f"{result['load'][0]:.0f} to {result['load'][1]:.0f}"


def bulk(values: dict[str, Any]) -> list[str]:
    counts = sizes(values)
    head = "| (e) wall s; processor s; MiB; load | " + " | ".join(f"{n:,}" for n in counts) + " |"
    lines = [head, "|---|" + "---|" * len(counts)]
    planar = " | ".join(f"{values[f'overlaps_{n}_ours']['pairs']:,}" for n in counts)
    lines.append(f"| pairs, planar edges | {planar} |")
    for engine, name in BULK.items():
        cells = []
        for count in counts:
            result = values.get(f"overlaps_{count}_{engine}")
            if result is None:
                cells.append("not run")
                continue
            peak = (result["peak_bytes"] + max(result.get("server_bytes", [0]))) / MIB
            cells.append(
                f"{seconds(result['wall_s'])}; {median(result['cpu_s']):.2f}; {peak:,.0f}; "
                f"{loads(result)}"
            )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def single(values: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for count in sizes(values):
        if f"overlaps_one_{count}_ours" not in values:
            continue
        lines += [f"| (f) one against {count:,}, ms: p50 / p99 | in | asked | both | load |",
                  "|---|---|---|---|---|"]  # fmt: skip
        for engine, name in ONE.items():
            result = values.get(f"overlaps_one_{count}_{engine}")
            if result is None:
                continue
            put, asked, both = (quantiles(result[key]) for key in ("put_s", "ask_s", "both_s"))
            cpu = f"; processor {quantiles(result['cpu_s'])}" if result["cpu_s"] else ""
            lines.append(f"| {name} | {put} | {asked} | {both}{cpu} | {result['load']:.0f} |")
    return lines


def quantiles(values: list[float]) -> str:
    p50, p99 = np.percentile(np.array(values) * 1_000, (50, 99))
    return f"{p50:.3f} / {p99:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("numbers", type=Path, help="what `./run bench overlaps --json` wrote")
    values = json.loads(parser.parse_args().numbers.read_text())
    print("\n".join([*bulk(values), "", *single(values)]))


if __name__ == "__main__":
    main()

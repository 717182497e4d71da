"""Same: whether two machines find the same overlaps among the same notifications, to the byte.

    python benchmarks/same.py make FILE [--count N] [--seed N]
    python benchmarks/same.py find FILE [--how plain|fast] [--threads N] [--list FILE]
    python benchmarks/same.py compare FOLDER

`make` writes notifications as the wire has them. `find` reads them on any machine and prints what
was found, with its hash; `--list` writes every pair with its gap to the last bit, so that two lists
can be compared where hashes differ. It needs numpy and geographiclib, and numba for `fast`.
`compare` takes what some runs of `find` printed and says what is not the same.
"""

# ruff: noqa: PLC0415 - numba must be absent before anything of the engine is imported

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

RULES = b"""format = "tieline/rules@v1"
id = "apart"
edition = 1
title = "Apart"
dated = 2026-01-01
source = "made for this comparison"
[[separation]]
id = "convoys"
kinds = ["exercise", "firing", "launch"]
other_kinds = ["movement", "site"]
distance_m = 18520
height_m = 300
time_min = 60
near = "medium"
source = "made for this comparison"
support = "agreed"
"""


def surroundings(how: str, threads: int) -> None:
    """Before numpy and the engine are imported: with numba for every size, or as if without."""
    if how == "plain":
        sys.modules["numba"] = None  # type: ignore[assignment]
    from tieline.deconfliction import compiled

    if how == "fast":
        compiled.COMPILED_FROM = compiled.LOADED_FROM = 1  # type: ignore[misc]
        if not compiled.has_numba():
            raise SystemExit("numba is absent here; ask for --how plain")
    compiled.threads = lambda: threads  # type: ignore[assignment]
    bulk = __import__("tieline.deconfliction.bulk", fromlist=["threads"])
    bulk.threads = lambda: threads


def find(data: bytes) -> tuple[dict[str, Any], list[str]]:
    import mixture

    from tieline.deconfliction.finding import find as found_among
    from tieline.deconfliction.rulereading import read_pack

    told, packs = mixture.read(data), (read_pack(RULES),)
    found: dict[str, Any] = {"notifications": len(told), "set": hashlib.sha256(data).hexdigest()}
    lines = []
    for name, applied, own_too in (("bare", (), False), ("rules", packs, True)):
        result = found_among(told, known_ms=0, packs=applied, own_too=own_too)
        marginal = sum(each.marginal for each in result.overlaps)
        found[name] = {
            "overlaps": len(result.overlaps), "marginal": marginal, "volumes": result.volumes,
            "uncompared": len(result.uncompared), "digest": result.digest,
        }  # fmt: skip
        for each in result.overlaps:
            sides = " ".join(f"{side.key}/{side.number}" for side in each.sides)
            lines.append(
                f"{name} {each.id} {each.nature.name} {'marginal' if each.marginal else 'firm'} "
                f"{float(each.gap_m).hex()} {each.limit_m} {each.severity} {each.rule} "
                f"{each.common_ms} {each.at.lat_e7},{each.at.lon_e7} {sides}"
            )
    return found, sorted(lines)


def compare(folder: Path) -> int:
    """A line for each run, and where its list of pairs is another than the first run's."""
    runs = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    digests = set()
    for name, run in runs.items():
        about, bare, rules = run["about"], run["bare"], run["rules"]
        digests.add((run["set"], bare["digest"], rules["digest"]))
        print(
            f"{name:18} {about['machine']:8} numpy {about['numpy']} {about['how']:5} "
            f"{about['threads']} threads {about['seconds']:6.0f} s  "
            f"{bare['overlaps']:,} + {rules['overlaps']:,} pairs, "
            f"{bare['marginal']} + {rules['marginal']} marginal  "
            f"{bare['digest'][:12]} {rules['digest'][:12]}"
        )
    lists = {path.stem: path.read_text().splitlines() for path in sorted(folder.glob("*.txt"))}
    first = lists.pop("here", [])
    for name, lines in lists.items():
        print(f"{name}: {_differences(first, lines)}")
    same = len(digests) == 1
    print("the same result everywhere" if same else "NOT the same result")
    return 0 if same else 1


def _differences(first: list[str], other: list[str]) -> str:
    one, two = ({tuple(line.split(" ", 2)[:2]): line for line in lines} for lines in (first, other))
    if one.keys() != two.keys():
        firm = [line for line in set(one.values()) ^ set(two.values()) if " firm " in line]
        return f"{len(one.keys() ^ two.keys())} pairs in one list alone, {len(firm)} of them firm"
    words = [(one[key].split(" "), two[key].split(" ")) for key in one]
    natures = sum(a[2:4] != b[2:4] for a, b in words)
    gaps = [abs(float.fromhex(a[4]) - float.fromhex(b[4])) for a, b in words]
    return (
        f"{len(words):,} pairs, {natures} of another nature or firmness, "
        f"{sum(gap > 0 for gap in gaps):,} gaps with other last digits, by {max(gaps):.1e} m at "
        "most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("verb", choices=["make", "find", "compare"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--how", choices=["plain", "fast"], default="plain")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--list", type=Path)
    args = parser.parse_args()
    if args.verb == "make":
        import mixture

        data = mixture.write(mixture.notifications(args.count, args.seed))
        args.file.write_bytes(data)
        print(f"{len(data.splitlines())} notifications, SHA-256 {hashlib.sha256(data).hexdigest()}")
        return
    if args.verb == "compare":
        sys.exit(compare(args.file))
    surroundings(args.how, args.threads)
    start = time.perf_counter()
    found, lines = find(args.file.read_bytes())
    numpy = sys.modules["numpy"]
    about = {
        "machine": platform.machine(), "python": platform.python_version(),
        "numpy": numpy.__version__, "how": args.how, "threads": args.threads,
        "hash seed": os.environ.get("PYTHONHASHSEED", "random"),
        "zone": os.environ.get("TZ", ""), "language": os.environ.get("LC_ALL", ""),
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    if args.list:
        args.list.write_text("\n".join(lines) + "\n")
    json.dump({**found, "about": about}, sys.stdout)
    print()


if __name__ == "__main__":
    main()

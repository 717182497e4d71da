#!/usr/bin/env python3
"""Write the vectors that are ours: `python vectors/generate.py [FOLDER]`.

Everything comes out byte for byte as before, but for the lines in `state`: their heads and sealed
files are made with fresh randomness, so those that are there are left as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from making import (
    chain,
    dialogue,
    house,
    invites,
    kinds,
    leaves,
    lines,
    notifications,
    papers,
    parcels,
    talk,
    texts,
)


def main(target: Path) -> None:
    """Write every case below a folder."""
    files = lines.make(
        target,
        dialogue=dialogue.line,
        texts=texts.line,
        notices=notifications.line,
        withdrawn=notifications.withdrawn,
    )
    makers = (leaves, talk, kinds, dialogue, notifications, texts, house, papers, chain, invites)
    for maker in (*makers, parcels):
        files |= maker.make()
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

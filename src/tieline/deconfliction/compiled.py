"""Compiled: numba where it is installed and the set is large, plain numpy otherwise.

Compiling takes a minute and must not hit an officer: results are cached beside the code, and
``python -m tieline.deconfliction.compiled`` fills the cache at set-up. Loading them takes some
seconds once in a process, so that only large sets do, and modules of kernels are imported by name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

COMPILED_FROM: Final = 20_000
"""Rows from which compiled functions are used once they are loaded."""
LOADED_FROM: Final = 200_000
"""Rows from which loading them takes less time than doing without."""
KERNELS: Final = "tieline.deconfliction."
CONSTANTS: Final = ("gap.py", "packed.py", "packing_frames.py", "sweep.py")
"""Modules whose constants are compiled in."""
_loaded: dict[str, Any] = {}


def has_numba() -> bool:
    """Whether kernels can be compiled here."""
    if "numba" in sys.modules:
        return sys.modules["numba"] is not None
    return find_spec("numba") is not None


def use_compiled(rows: int) -> bool:
    """Whether a set of so many rows is worth the compiled functions."""
    least = COMPILED_FROM if KERNELS + "sweep_compiled" in sys.modules else LOADED_FROM
    return rows >= least and has_numba()


def kernels(module: str) -> Any:
    """A module of compiled functions, imported when it is first used."""
    if module not in _loaded:
        # Another thread may be half-way through it; importing waits for that.
        _loaded[module] = import_module(KERNELS + module)
    return _loaded[module]


def jit(function: F) -> F:
    """Compile on first use, keep the result on disk, and let other threads run meanwhile."""
    numba = import_module("numba")
    forget_stale()
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@cache
def forget_stale() -> None:
    """Throw away what was compiled before any of its sources changed.

    numba looks at the file of a function alone, not at those of the functions and constants in it.
    """
    here = Path(__file__).parent
    sources = [*here.glob("*compiled.py"), *(here / name for name in CONSTANTS)]
    changed = max(source.stat().st_mtime for source in sources)
    for kept in (here / "__pycache__").glob("*.nb[ci]"):
        with suppress(OSError):
            if kept.stat().st_mtime < changed:
                kept.unlink()


def threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def warm() -> None:
    """Compile everything and keep it on disk; does nothing without numba."""
    if has_numba():
        import_module(KERNELS + "packing_warm").warm()


if __name__ == "__main__":
    warm()

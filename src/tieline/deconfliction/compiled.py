"""Compiled: numba where it is installed, the same functions as they stand where it is not.

Compiling takes seconds and must not hit an officer: results are cached beside the code, `./run`
fills the cache at set-up, and small sets never reach these functions (`engine.COMPILED_FROM`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # pragma: no cover - where no wheel of numba fits
    numba = None  # type: ignore[assignment]

HAS_NUMBA = numba is not None


def jit(function: F) -> F:
    """Compile on first use, keep the result on disk, and let other threads run meanwhile."""
    if numba is None:
        return function
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

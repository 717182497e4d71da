"""Intake at the desk: private copies of reports, and drafts of what is being marked in them.

::

    home/reports/<sha256>.txt    a report as it was given; readable by its owner alone
    home/drafts/<name>.json      answers that were given and not filed yet

Neither is part of the record: no entry, export or bundle ever holds them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from tieline.errors import SettingsError
from tieline.home import Home
from tieline.observer import Source
from tieline.observer.intake import ARTICLE_BYTES_MAX, Report, read_article

REPORTS = "reports"
DRAFTS = "drafts"
DRAFT_BYTES_MAX = 1024 * 1024
HEADINGS = "headings"
"""Of a kept report, how many of its first passages are headings; kept beside the copy."""
_UNSAFE = re.compile(r"[^\w.-]")

Draft = dict[str, Any]


def keep_report(home: Home, data: bytes, *, headings: int = 0) -> Path:
    """Keep a private copy of a report, mode 0600; the same once more changes nothing.

    Raises:
        SettingsError: the disk refused.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = home.path / REPORTS / f"{digest}.txt"
    _write(path, data)
    _write(path.with_suffix(".json"), json.dumps({HEADINGS: headings}).encode())
    return path


def kept_report(home: Home, source: Source) -> Report | None:
    """The private copy of a source's report, cut into passages; None if there is none.

    Raises:
        SettingsError: it is not what was taken any more.
    """
    if source.sha256 is None:
        return None
    path = home.path / REPORTS / f"{source.sha256}.txt"
    try:
        data = path.read_bytes() if path.stat().st_size <= ARTICLE_BYTES_MAX else b""
        headings = int(json.loads(path.with_suffix(".json").read_bytes())[HEADINGS])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise SettingsError(
            f"{path} is not the report that was taken as {source.id}",
            advice="Take the file away; take the report again if you still have it.",
        )
    return read_article(data, headings=headings)


def drop_report(home: Home, source: Source) -> bool:
    """Remove the private copy of a source's report; whether there was one."""
    if source.sha256 is None:
        return False
    path = home.path / REPORTS / f"{source.sha256}.txt"
    there = path.exists()
    path.unlink(missing_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)
    return there


def read_draft(home: Home, name: str) -> Draft:
    """The answers given so far under a name; empty where there are none.

    Raises:
        SettingsError: the file is damaged.
    """
    path = _draft_path(home, name)
    try:
        if path.stat().st_size > DRAFT_BYTES_MAX:
            raise ValueError("it is too large")
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path}, a draft, cannot be read: {error}",
            advice="Take the file away; the answers in it are lost, the record is not touched.",
        ) from error
    return value if isinstance(value, dict) else {}


def write_draft(home: Home, name: str, draft: Draft) -> None:
    """Keep answers, mode 0600; they survive an interruption at any moment.

    Raises:
        SettingsError: the disk refused.
    """
    _write(_draft_path(home, name), json.dumps(draft, ensure_ascii=False, indent=1).encode())


def drop_draft(home: Home, name: str) -> None:
    """Forget the answers under a name; absent is fine."""
    _draft_path(home, name).unlink(missing_ok=True)


def _draft_path(home: Home, name: str) -> Path:
    return home.path / DRAFTS / f"{_UNSAFE.sub('_', name)}.json"


def _write(path: Path, data: bytes) -> None:
    """Write beside and rename: a crash leaves the old file, or the new one."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        # mkstemp gives mode 0600 whatever the umask is.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from error

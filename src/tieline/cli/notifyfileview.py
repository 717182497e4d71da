"""How the files of a notification look on a terminal, and what became of those withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from tieline.cli.choosing import Shown
from tieline.cli.look import safe, size
from tieline.cli.paint import indented, moment


def file_parts(one: Shown) -> Iterator[RenderableType]:
    """The files of every wording; of those withdrawn, whose node says that it erased them."""
    if one["files"]:
        yield Text("Files", style="bold")
    for file in one["files"]:
        kind = "personal, " if file["personal"] else ""
        when = "" if file["stands"] else ", of an earlier wording"
        words = f"{file['number']}  {file['name']} ({kind}{size(file['length'])}), {file['ref']}"
        yield indented(safe(words + when, "" if file["stands"] else "dim"))
        if file["withdrawn"]:
            words = f"withdrawn {moment(file['withdrawn_s'])}, {file['withdrawn']}: {file['why']}"
            yield indented(safe(words, "bold yellow"), 6)
            said = ", ".join(file["erased"]) or "nobody yet"
            yield indented(safe(f"their node says that it erased it: {said}"), 6)
            if file["silent"]:
                words = f"asked, not confirmed: {', '.join(file['silent'])}"
                yield indented(safe(words, "yellow"), 6)
            yield indented(safe("what was read, copied or backed up is beyond reach", "dim"), 6)

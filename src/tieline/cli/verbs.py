"""Which verbs there are: one line each, in the order of the help."""

from __future__ import annotations

import typer

from tieline.cli import (
    ask,
    channels,
    demo,
    doctor,
    framework,
    house,
    inbox,
    init,
    line,
    notify,
    observe,
    overlaps,
    paper,
    pouch,
    release,
    roster,
    rules,
    send,
    serve,
    show,
    status,
    steps,
    talks,
    timeline,
    verify,
    warnings,
)
from tieline.cli import map as map_verb


def register(app: typer.Typer) -> None:
    """Hang every verb into the program; harmless when repeated."""
    if app.registered_commands:
        return
    init.register(app)
    serve.register(app)
    line.register(app)
    framework.register(app)
    roster.register(app)
    pouch.register(app)
    doctor.register(app)
    demo.register(app)
    send.register(app)
    inbox.register(app)
    show.register(app)
    steps.register(app)
    release.register(app)
    channels.register(app)
    talks.register(app)
    notify.register(app)
    overlaps.register(app)
    rules.register(app)
    map_verb.register(app)
    status.register(app)
    ask.register(app)
    observe.register(app)
    house.register(app)
    paper.register(app)
    timeline.register(app)
    verify.register(app)
    warnings.register(app)

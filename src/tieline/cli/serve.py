"""Serve: keep a node up, for peers by HTTPS and for commands by its socket."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import structlog
import typer

from tieline.cli.frame import HomeOption, JsonOption, console, desk_at, settings_of
from tieline.cli.look import clean, examples, facts, tell
from tieline.daemon import Daemon, Page
from tieline.node import Node
from tieline.settings import Settings
from tieline.transport.sockets import split_address

WORDS_MAX = 500
"""Characters of one value in the program's log; a peer must not fill the disk with it."""


def set_up_log() -> None:
    """The program's log: events with fields, on the error stream; readable on a terminal."""
    is_terminal = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _harmless,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _harmless(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Values come from peers: without escape sequences, and not without end."""
    del logger, method
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = clean(value)[:WORDS_MAX]
    return event


def serve(
    *,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="For peers; port 0 takes any.")
    ] = "",
    web: Annotated[
        str, typer.Option("--console", metavar="HOST:PORT", help="For the web page of officers.")
    ] = "",
    no_web: Annotated[bool, typer.Option("--no-console", help="Without the web page.")] = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a one-time link to the page that runs; no more.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the node up until it is told to stop (SIGTERM, or Ctrl-C).

    Peers are answered by HTTPS, other commands of this home by its control socket. The program's
    log goes to the error stream, as JSON unless that is a terminal; it never holds what messages
    say. The link that lets a browser in is printed on a terminal only, never into a file.

    Exit code 6 means that the disk failed and what it wrote is not known: start again, and the node
    reads and verifies everything anew.
    """
    if link:
        _tell_link(home, as_json=as_json)
        return
    set_up_log()
    settings = _settings(settings_of(home), listen, web, no_web=no_web)
    node = Node(settings)
    try:
        asyncio.run(_run(node, as_json=as_json))
    finally:
        node.close()


def _tell_link(home: Path | None, *, as_json: bool) -> None:
    with desk_at(home) as desk:
        link = str(desk.client.call("console.link"))
    tell({"link": link}, link, as_json=as_json)


def _settings(settings: Settings, listen: str, web: str, *, no_web: bool) -> Settings:
    for address in filter(None, (listen, web)):
        split_address(address)
    return replace(
        settings,
        listen=listen or settings.listen,
        console="" if no_web else web or settings.console,
    )


async def _run(node: Node, *, as_json: bool) -> None:
    daemon = Daemon(node, page=_page if node.settings.console else None)
    await daemon.run(ready=lambda: _say_ready(daemon, as_json=as_json))


async def _page(node: Node) -> Page:
    # The web framework is only loaded where a page is served: other commands stay quick.
    from tieline.console import serve_console

    host, port = split_address(node.settings.console)
    return await serve_console(node, host, port)


def _say_ready(daemon: Daemon, *, as_json: bool) -> None:
    """Where to reach the node; one line of JSON for machines."""
    node = daemon.node
    host = split_address(node.settings.listen)[0] if node.settings.listen else ""
    peers = f"{f'[{host}]' if ':' in host else host}:{daemon.port}" if host else ""
    if as_json:
        value = {
            "handle": node.card.handle,
            "peers": peers,
            "page": _page_at(daemon),
            "control": str(node.home.socket),
            "lines": len(node.seats),
        }
        sys.stdout.write(json.dumps(value) + "\n")
    else:
        console().print(
            facts(
                ("party", f"{node.card.handle} ({node.card.name})"),
                ("peers", f"https://{peers}" if peers else "not listening: we call, or by pouch"),
                ("page", _page_words(daemon)),
                ("control", str(node.home.socket)),
                ("lines", str(len(node.seats))),
            )
        )
    sys.stdout.flush()


def _page_at(daemon: Daemon) -> str:
    """The page without what lets a browser in: output may be kept by whoever supervises us."""
    if daemon.page is None:
        return ""
    return f"http://{daemon.node.card.handle}.localhost:{daemon.page.port}"


def _page_words(daemon: Daemon) -> str:
    if daemon.page is None:
        return "none"
    if sys.stdout.isatty():
        return daemon.page.link()
    return f"{_page_at(daemon)} (a link to enter: tieline serve --link)"


def register(app: typer.Typer) -> None:
    """Hang the verb into the program."""
    app.command(
        epilog=examples(
            "tieline serve",
            "tieline serve --listen 0.0.0.0:8440 --no-console",
            "tieline serve --link",
            "tieline serve --json --listen 127.0.0.1:0 2>node.log",
        )
    )(serve)

"""Console: the node's pages, made on the node, read-only.

`serve_console` runs them beside a node; `make_app` is the application alone.
"""

from tieline.console.access import Access
from tieline.console.pages import make_app
from tieline.console.serving import ConsoleServer, serve_console

__all__ = ["Access", "ConsoleServer", "make_app", "serve_console"]

"""Parcels over HTTP/1.1 over mutual, pinned TLS 1.3: ``POST /v1/push`` and nothing else.

*Why a server of our own.* The usual ASGI servers neither hand the peer's certificate to the
application nor end slow connections (uvicorn 0.54 kept 300 of 300 trickling connections open after
75 s). What is needed here is one route, so asyncio and h11 (the one HTTP parser in the house,
without I/O) suffice, and every wait has a limit. The client is built from the same two parts,
since no common client pins a certificate without an authority.

*What the server answers*, and to admitted certificates only:

====== =========================================================================
status meaning
====== =========================================================================
200    the handler's answer, ``application/octet-stream``
400    not HTTP that we take; in particular both length headers at once
404    any other path
405    any other method
408    too slow
411    no length announced (chunked bodies are not taken)
413    longer than the limit; refused before any of the body is read
415    not ``application/octet-stream``
417    ``Expect`` is not supported
422    the handler did not believe the parcel; the body is the error's ``code``
431    request head too large
503    we could not (our disk, our bug); the body is empty
505    not HTTP/1.1
====== =========================================================================

After 200, 422 and 503 the connection stays open; after all others it is closed. There are no
redirects, cookies, encodings, upgrades or trailers.
"""

from __future__ import annotations

from tieline.transport.https_carrier import HttpsCarrier
from tieline.transport.https_server import HttpsServer, Pins

__all__ = ["HttpsCarrier", "HttpsServer", "Pins"]

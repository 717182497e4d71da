"""A carrier without a network: the handler is called in the same process. For tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import PeerRefusedError, UnreachableError, UnverifiedError, UsageError
from tieline.transport import Limits

if TYPE_CHECKING:
    from tieline.transport import Handler, Peer


class LoopbackCarrier:
    """Keeps the promises of ``Carrier``, and can be cut on purpose.

    Attributes:
        is_cut: no parcel arrives.
        loses_answers: parcels arrive, answers do not: the case in which a parcel comes twice.
    """

    def __init__(self, handler: Handler, *, peer: Peer, limits: Limits | None = None) -> None:
        self._handler = handler
        self._peer = peer
        self._limits = limits or Limits()
        self.is_cut = False
        self.loses_answers = False

    async def exchange(self, parcel: bytes) -> bytes:
        """Hand ``parcel`` to the handler. Raises as ``Carrier.exchange`` says."""
        if len(parcel) > self._limits.parcel_bytes_max:
            raise UsageError(f"a parcel of {len(parcel)} bytes is over the limit of the carrier")
        if self.is_cut:
            raise UnreachableError("the loopback is cut")
        answer = await self._call(parcel)
        if self.loses_answers:
            raise UnreachableError("the loopback lost the answer")
        return answer

    async def close(self) -> None:
        """Nothing is open."""

    async def _call(self, parcel: bytes) -> bytes:
        try:
            answer = await self._handler(self._peer, parcel)
        except UnverifiedError as error:
            raise PeerRefusedError(f"the loopback answered 422: {error.code}") from error
        except Exception as error:
            # As over HTTPS, where no exception of theirs crosses the wire.
            raise PeerRefusedError("the loopback answered 503: no reason given") from error
        if len(answer) > self._limits.answer_bytes_max:
            raise PeerRefusedError("the loopback answered 503: no reason given")
        return answer

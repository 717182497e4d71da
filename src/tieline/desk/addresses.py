"""Addresses: somebody without a node, as ``Name <address>``, safe for the head of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieline.errors import UsageError
from tieline.procedures.house.handed import ADDRESS_CHARS_MAX
from tieline.words import check_line, shown

LOCAL_CHARS_MAX: Final = 64
"""Longest part of an address before the sign (RFC 5321, section 4.5.3.1.1)."""
NAME_CHARS_MAX: Final = 200
_NO_ADDRESS: Final = frozenset('<>()[],;:\\" \t')


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody without a node; without an address, papers reach him in another way than e-mail."""

    name: str
    address: str = ""

    @property
    def words(self) -> str:
        """Name and address, as they stand on papers."""
        return f"{self.name} <{self.address}>" if self.address else self.name


def recipient(text: str, *, mail: bool = True) -> Recipient:
    """Read ``Name <address>``; without ``mail`` a name alone is enough.

    Raises:
        UsageError: no address where one is due, one that cannot be delivered to, several, or a
            character that could begin another line of a letter's head.
    """
    name, bracket, rest = text.partition("<")
    address = ""
    if bracket:
        address, closed, after = rest.partition(">")
        if not closed or after.strip():
            raise UsageError(f'"{shown(text)}" is not Name <address>; one recipient at a time')
    elif "@" in name:
        name, address = "", name
    name, address = name.strip().strip('"').strip(), address.strip()
    if mail and not address:
        raise UsageError(
            f'"{shown(text)}" has no address; write Name <address>',
            advice="For papers that go as a letter or by hand, add --no-mail.",
        )
    checked = check_address(address) if address else ""
    said = name or checked
    try:
        check_line(said)
    except UsageError as error:
        raise UsageError(f"the recipient {error}") from None
    if len(said) > NAME_CHARS_MAX:
        raise UsageError(f"the recipient's name is longer than {NAME_CHARS_MAX} characters")
    return Recipient(name=said, address=checked)


def check_address(text: str) -> str:
    """An address of e-mail that headers and servers take; a name of a host in any script.

    Raises:
        UsageError: it is none.
    """
    local, at, host = text.rpartition("@")
    odd = [c for c in text if c in _NO_ADDRESS or not c.isprintable()]
    if not at or not local or not host or "@" in local or odd:
        raise UsageError(f'"{shown(text)}" is no address; write name@host')
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise UsageError(f'"{shown(host)}" is no name of a host') from None
    found = f"{local}@{ascii_host}"
    if not local.isascii():
        raise UsageError(
            f'"{shown(text)}" has letters before the @ that many servers refuse',
            advice="Ask the recipient for an address in plain letters.",
        )
    if len(local) > LOCAL_CHARS_MAX or len(found) > ADDRESS_CHARS_MAX:
        raise UsageError(f'"{shown(text)}" is too long for an address')
    return found

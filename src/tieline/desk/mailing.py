"""Mailing: a letter handed to a mail server, under TLS unless the server is on this machine.

That a server took it is told as just that: it is no word from the recipient.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Final

from tieline.errors import PeerRefusedError, UnreachableError, UsageError
from tieline.words import shown

TIMEOUT_S: Final = 30.0
SMTP_PORT: Final = 587
TLS_PORT: Final = 465
"""Submission, and submission under TLS from the first byte (RFC 8314, section 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server: where, and as whom; a password is used under TLS only."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(text: str, *, user: str = "", password: str = "") -> Server:
    """Read ``HOST:PORT``; without a port, that of submission.

    Raises:
        UsageError: neither, or a user without a password.
    """
    host, colon, port = text.rpartition(":")
    if not colon or (host.endswith("]") is False and ":" in host):
        host, port = text, str(SMTP_PORT)
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise UsageError(f'"{shown(text)}" is not HOST:PORT')
    if bool(user) != bool(password):
        raise UsageError("a mail server wants both a user and a password, or neither")
    return Server(host=host.strip("[]"), port=int(port), user=user, password=password)


def send(told: EmailMessage, server: Server, *, trust: ssl.SSLContext | None = None) -> None:
    """Hand the letter to a mail server; that it took it is no word from the recipient.

    TLS is required and its certificate checked, but for a server on this machine, which a local
    relay often is. A password never travels without it.

    Raises:
        UnreachableError: no connection, no TLS, or a certificate that does not hold.
        PeerRefusedError: the server refused the letter, its sender or its recipient.
    """
    context = trust or ssl.create_default_context()
    where = f"{server.host}:{server.port}"
    try:
        with _connected(server, context) as client:
            if server.user:
                client.login(server.user, server.password)
            refused = client.send_message(told)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        raise PeerRefusedError(
            f"{where} refused the letter: {_reply(error)}",
            advice="The papers are recorded as made ready. Send the letter by another server.",
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise UnreachableError(
            f"{where} did not take the letter: {error}",
            advice="The papers are recorded as made ready. Try again, or use the mail program.",
        ) from None
    if refused:
        raise PeerRefusedError(f"{where} refused {', '.join(refused)}")


def _connected(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.port == TLS_PORT:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
        elif server.user or not is_here(server.host):
            raise smtplib.SMTPException("it offers no TLS, and letters do not go without")
    except BaseException:
        client.close()
        raise
    return client


def is_here(host: str) -> bool:
    """Whether a host is this machine, by its number or by the name that always means it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reply(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error
        words = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        return f"{error.smtp_code} {shown(words, 200)}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(
            f"{who}: {code} {shown(reply.decode('utf-8', 'replace'), 120)}"
            for who, (code, reply) in error.recipients.items()
        )
    return shown(str(error), 200)

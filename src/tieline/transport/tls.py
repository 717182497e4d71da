"""TLS that only admits: version 1.3, both sides, certificates known beforehand.

There is no certificate authority. A party makes one self-signed certificate for its node and
publishes it (DER) in its roster; whoever holds the roster admits exactly that certificate.

*Why certificates and not bare pins.* Python's ``ssl`` has no verification callback: a server
that wants a client's certificate must let OpenSSL verify it, and OpenSSL verifies against trust
anchors. So every pinned certificate is loaded as an anchor of its own (the flag
``VERIFY_X509_PARTIAL_CHAIN`` makes a leaf a sufficient anchor), and after the handshake the
SHA-256 of the SPKI that was really presented is compared with the pins again. The second check is
not decoration: a peer whose certificate may sign others could otherwise vouch for strangers. The
client does the same with the one certificate that it expects, so that it breaks off *before* it
has shown its own.

*Why the certificates never expire.* Which certificate counts is said by rosters, by position in a
log; a wrong wall clock must not cut a line. Validity is therefore 1970 to 9999-12-31, the value
that RFC 5280 section 4.1.2.5 reserves for "no well-defined expiration date".

*Why Ed25519.* Its signature is a function of the key (RFC 8032), and all other fields are fixed,
so the certificate is too: it can be made again from the key alone. OpenSSL 1.1.1 and later speak
it in TLS 1.3. A pinned certificate with another key (P-256, for a hardware module) is as welcome.
"""

from __future__ import annotations

import hashlib
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tieline.errors import MalformedError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CERTIFICATE_BYTES_MAX: Final = 4096
"""Largest certificate that a roster may carry, DER bytes; ours have about 330."""

_NOT_BEFORE: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_AFTER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

_SERIAL_BYTES: Final = 16

_PINS_CACHED_MAX: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsIdentity:
    """Where our own certificate and key lie, both PEM.

    Attributes:
        certificate_path: the certificate that our rosters publish.
        key_path: its private key (PKCS #8), mode 0600.
    """

    certificate_path: Path
    key_path: Path

    def certificate(self) -> bytes:
        """Return our certificate, DER, as rosters carry it. Raises ``SettingsError``."""
        try:
            pem = self.certificate_path.read_text(encoding="ascii")
            return ssl.PEM_cert_to_DER_cert(pem)
        except (OSError, ValueError) as error:
            text = f"no TLS certificate at {self.certificate_path}: {error}"
            raise SettingsError(text) from error

    def pin(self) -> str:
        """Return the SPKI pin of our own certificate. Raises ``SettingsError``."""
        return spki_pin(self.certificate())


def make_certificate(key: Ed25519PrivateKey) -> bytes:
    """Return the self-signed certificate (DER) of ``key``: the same bytes every time.

    It names nobody: a scanner that connects learns a public key and the word "tieline".
    """
    public = key.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tieline")])
    both_ways = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(_serial(public))
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        # Not an authority: it vouches for itself and for no other key.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_ways), critical=False)
        .add_extension(identifier, critical=False)
    )
    return builder.sign(key, None).public_bytes(serialization.Encoding.DER)


def write_identity(folder: Path) -> TlsIdentity:
    """Make a key and its certificate in ``folder``; return where they lie.

    Raises:
        SettingsError: a key or certificate is there already (it is never overwritten), or the
            folder cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = ssl.DER_cert_to_PEM_cert(make_certificate(key)).encode("ascii")
    identity = TlsIdentity(certificate_path=folder / "tls.crt", key_path=folder / "tls.key")
    try:
        _write_new(identity.key_path, private, mode=0o600)
        _write_new(identity.certificate_path, pem, mode=0o644)
    except OSError as error:
        raise SettingsError(f"cannot write a TLS identity into {folder}: {error}") from error
    return identity


@lru_cache(maxsize=_PINS_CACHED_MAX)
def spki_pin(certificate: bytes) -> str:
    """Return SHA-256 of the SubjectPublicKeyInfo of a DER certificate, 64 hex digits.

    The pin is that of RFC 7469 section 2.4, in hex. Raises ``MalformedError``.
    """
    if len(certificate) > CERTIFICATE_BYTES_MAX:
        raise MalformedError(f"certificate of {len(certificate)} bytes: over the limit")
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
        spki = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except Exception as error:  # the parser raises more kinds than it documents
        raise MalformedError("not an X.509 certificate that we can read") from error
    return hashlib.sha256(spki).hexdigest()


@lru_cache(maxsize=_PINS_CACHED_MAX)
def check_certificate(certificate: bytes) -> str:
    """Return the pin of a certificate that can really be admitted; for rosters that come in.

    Raises:
        MalformedError: not X.509, too large, refused by OpenSSL, or not meant for both ends of
            a connection (public authorities stopped issuing for clients in 2026).
    """
    pin = spki_pin(certificate)
    if not _anchor(_context(ssl.PROTOCOL_TLS_SERVER), certificate):
        raise MalformedError("OpenSSL does not take this certificate")
    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return pin
    for purpose in (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH):
        if purpose not in purposes:
            raise MalformedError("this certificate is not meant for both ends of a connection")
    return pin


def server_context(identity: TlsIdentity, certificates: Iterable[bytes]) -> ssl.SSLContext:
    """Return a context that admits clients with one of ``certificates`` (DER).

    A certificate that OpenSSL cannot take is passed over: it must not shut out the others.
    Raises ``SettingsError``.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    # Nothing that one identity was given may resume a session as another.
    context.num_tickets = 0
    _load_own(context, identity)
    for certificate in certificates:
        _anchor(context, certificate)
    return context


def client_context(identity: TlsIdentity, certificate: bytes) -> ssl.SSLContext:
    """Return a context that talks to the holder of ``certificate`` (DER) and to nobody else.

    Raises ``MalformedError`` about the peer's certificate, ``SettingsError`` about ours.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    _load_own(context, identity)
    if not _anchor(context, certificate):
        raise MalformedError("OpenSSL does not take the peer's certificate")
    return context


def presented_pin(tls: ssl.SSLObject) -> str | None:
    """Return the pin of what the other end presented in the handshake, or None."""
    certificate = tls.getpeercert(binary_form=True)
    if certificate is None:
        return None
    try:
        return spki_pin(certificate)
    except MalformedError:
        return None


def _context(protocol: int) -> ssl.SSLContext:
    # Not create_default_context: that loads the system's authorities and obeys SSLKEYLOGFILE.
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # names prove nothing here, the certificate is pinned
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION
    return context


def _load_own(context: ssl.SSLContext, identity: TlsIdentity) -> None:
    try:
        if identity.key_path.stat().st_mode & 0o007:
            raise SettingsError(f"everybody may read {identity.key_path}; make its mode 0600")
        # An encrypted key would make OpenSSL ask at the terminal, and a node has none.
        context.load_cert_chain(identity.certificate_path, identity.key_path, password="")
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(f"cannot use the TLS key {identity.key_path}: {error}") from error


def _anchor(context: ssl.SSLContext, certificate: bytes) -> bool:
    try:
        context.load_verify_locations(cadata=certificate)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _serial(public: Ed25519PublicKey) -> int:
    digest = hashlib.sha256(public.public_bytes_raw()).digest()
    # Positive and not zero (RFC 5280 section 4.1.2.2): top bit off, next bit on.
    return int.from_bytes(bytes([digest[0] & 0x3F | 0x40]) + digest[1:_SERIAL_BYTES], "big")


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

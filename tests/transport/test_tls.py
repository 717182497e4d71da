"""Certificates and pins."""

from __future__ import annotations

import hashlib
import ssl
import stat
from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tieline.errors import MalformedError, SettingsError
from tieline.transport.tls import (
    TlsIdentity,
    check_certificate,
    client_context,
    make_certificate,
    server_context,
    spki_pin,
    write_identity,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def handshake(server, client):
    """Run a handshake in memory; return the server's and the client's view of the other."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server)
    there = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(10):
        waiting = 0
        for side in (here, there):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                waiting += 1
        if not waiting:
            return there, here
    pytest.fail("the handshake does not end")


def test_a_certificate_is_a_function_of_its_key():
    assert make_certificate(KEY) == make_certificate(KEY)


def test_a_certificate_never_expires_and_names_nobody():
    certificate = x509.load_der_x509_certificate(make_certificate(KEY))
    assert certificate.not_valid_before_utc == datetime(1970, 1, 1, tzinfo=UTC)
    assert certificate.not_valid_after_utc == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert certificate.subject.rfc4514_string() == "CN=tieline"
    assert 0 < certificate.serial_number < 2**127
    certificate.verify_directly_issued_by(certificate)


def test_the_pin_is_the_digest_of_the_public_key_info():
    spki = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert spki_pin(make_certificate(KEY)) == hashlib.sha256(spki).hexdigest()


@pytest.mark.parametrize("kind", ["ed25519", "p-256"])
def test_both_kinds_of_key_shake_hands_in_tls_1_3(tmp_path, kind):
    server = write_identity(tmp_path)
    (tmp_path / "c").mkdir()
    client = write_identity(tmp_path / "c") if kind == "ed25519" else p256(tmp_path / "c")
    there, here = handshake(
        server_context(server, [client.certificate()]),
        client_context(client, server.certificate()),
    )
    assert there.version() == here.version() == "TLSv1.3"
    assert spki_pin(there.getpeercert(binary_form=True)) == client.pin()
    assert spki_pin(here.getpeercert(binary_form=True)) == server.pin()


def test_the_server_checks_the_client(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
    server, friend, stranger = (write_identity(tmp_path / name) for name in "abc")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(
            server_context(server, [friend.certificate()]),
            client_context(stranger, server.certificate()),
        )


def test_the_client_checks_the_server(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
    server, friend, expected = (write_identity(tmp_path / name) for name in "abc")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(
            server_context(server, [friend.certificate()]),
            client_context(friend, expected.certificate()),
        )


def p256(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "module")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(1990, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    identity = TlsIdentity(certificate_path=folder / "tls.crt", key_path=folder / "tls.key")
    pem = serialization.Encoding.PEM
    identity.certificate_path.write_bytes(certificate.public_bytes(pem))
    identity.key_path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    identity.key_path.chmod(0o600)
    return identity


def test_our_own_certificates_pass_the_check_for_rosters():
    assert check_certificate(make_certificate(KEY)) == spki_pin(make_certificate(KEY))


def test_a_certificate_for_servers_alone_is_refused_and_named():
    # What public authorities give out since 2026.
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "web")])
    only_server = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(1990, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(only_server, critical=False)
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(MalformedError, match="both ends"):
        check_certificate(certificate.public_bytes(serialization.Encoding.DER))


def test_a_leaf_of_a_private_authority_can_be_pinned_alone(tmp_path):
    # trustme stands for a party's own authority; only the leaf is in the roster.
    leaf = trustme.CA().issue_cert("node.example")
    identity = TlsIdentity(certificate_path=tmp_path / "c.crt", key_path=tmp_path / "c.key")
    identity.certificate_path.write_bytes(leaf.cert_chain_pems[0].bytes())
    identity.key_path.write_bytes(leaf.private_key_pem.bytes())
    identity.key_path.chmod(0o600)
    (tmp_path / "s").mkdir()
    server = write_identity(tmp_path / "s")
    there, _ = handshake(
        server_context(server, [identity.certificate()]),
        client_context(identity, server.certificate()),
    )
    assert spki_pin(there.getpeercert(binary_form=True)) == identity.pin()


@pytest.mark.parametrize(
    "damaged",
    [b"", b"nonsense", make_certificate(KEY)[:-1], make_certificate(KEY) + b"x", bytes(5000)],
    ids=["empty", "nonsense", "short", "long", "large"],
)
def test_what_is_no_certificate_is_malformed(damaged):
    with pytest.raises(MalformedError):
        check_certificate(damaged)


def test_an_identity_is_written_once_and_for_us_alone(tmp_path):
    identity = write_identity(tmp_path)
    assert stat.S_IMODE(identity.key_path.stat().st_mode) == 0o600
    before = identity.key_path.read_bytes()
    with pytest.raises(SettingsError):
        write_identity(tmp_path)
    assert identity.key_path.read_bytes() == before


def test_a_key_that_everybody_may_read_is_refused(tmp_path):
    identity = write_identity(tmp_path)
    identity.key_path.chmod(0o644)
    with pytest.raises(SettingsError, match="0600"):
        server_context(identity, ())


def test_missing_and_foreign_keys_are_errors_of_settings(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    one, other = write_identity(tmp_path / "a"), write_identity(tmp_path / "b")
    mixed = TlsIdentity(certificate_path=one.certificate_path, key_path=other.key_path)
    with pytest.raises(SettingsError):
        server_context(mixed, ())
    absent = TlsIdentity(certificate_path=tmp_path / "no", key_path=tmp_path / "no")
    with pytest.raises(SettingsError):
        absent.certificate()
    with pytest.raises(SettingsError):
        client_context(absent, one.certificate())


def test_an_encrypted_key_is_refused_and_never_asked_for_at_a_terminal(tmp_path):
    identity = write_identity(tmp_path)
    identity.key_path.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(SettingsError):
        server_context(identity, ())


def test_no_authority_of_the_system_is_trusted_and_no_secret_is_logged(tmp_path, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "log"))
    identity = write_identity(tmp_path)
    for context in (server_context(identity, ()), client_context(identity, identity.certificate())):
        assert context.keylog_filename is None
        assert context.minimum_version is ssl.TLSVersion.TLSv1_3
        assert context.verify_mode is ssl.CERT_REQUIRED
    assert server_context(identity, ()).cert_store_stats()["x509"] == 0
    assert server_context(identity, ()).num_tickets == 0

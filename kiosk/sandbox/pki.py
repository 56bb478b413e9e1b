"""The certificates of the simulated world: a demo authority, the central service, two kiosks, and the wrong ones; and the
key that signs loss lists.

X.509 version 3 as RFC 5280 profiles it, strict enough for OpenSSL's `X509_STRICT`; P-256 keys, files in PEM, keys readable
by the owner only. The kiosk is named by the subject's common name (`kiosk-01`), the service by its alternative names. Nothing
here is trusted outside the folder it is made in: the authority's key lies beside it.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEVICES = ("kiosk-01", "kiosk-02")
RENEW_BEFORE = timedelta(days=30)

_AUTHORITY_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=397)
# The simulated world moves its clock; a certificate that begins today would make every step back a TLS failure.
_BEGINS_EARLIER = timedelta(days=60)
_FAR = timedelta(days=3650)


@unique
class Flaw(StrEnum):
    """What can be wrong with a certificate that is otherwise the right one."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    OTHER_AUTHORITY = "other-authority"  # of the same name, with another key
    OTHER_NAME = "other-name"  # a service of another host, a kiosk nobody registered


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key, both PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key pair, both PEM files: PKCS #8 and SubjectPublicKeyInfo."""

    private: Path
    public: Path


@dataclass(frozen=True, slots=True)
class DemoPki:
    """Where everything lies. `authority` is the one certificate that both sides trust."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def server(self) -> Identity:
        return self._identity("server")

    @property
    def list_signer(self) -> Signer:
        """Central's, for loss lists; a kiosk gets the public one."""
        return Signer(self.folder / "list-signer.key", self.folder / "list-signer.pem")

    def device(self, name: str) -> Identity:
        """Of a kiosk that `ensure` was asked for."""
        return self._identity(name)

    def flawed_server(self, flaw: Flaw) -> Identity:
        return self._identity(f"server-{flaw}")

    def flawed_device(self, flaw: Flaw) -> Identity:
        """Says `kiosk-01`, except OTHER_NAME: `kiosk-99`."""
        return self._identity(f"device-{flaw}")

    def _identity(self, name: str) -> Identity:
        return Identity(self.folder / f"{name}.pem", self.folder / f"{name}.key")


def ensure(folder: Path, devices: Sequence[str] = DEVICES, *, now: datetime | None = None) -> DemoPki:
    """Make what is missing, broken or within 30 days of its end; leave the rest as it is.

    `now` is aware; the real time when None. Several processes may call at once. Raises OSError.
    """
    moment = datetime.now(UTC) if now is None else now
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pki = DemoPki(folder)
    with _alone(folder):
        authority = _authority(folder, "ca", moment)
        other = _authority(folder, "other-ca", moment)
        _leaf(pki.server, authority, _service_name("localhost"), moment)
        for name in devices:
            _leaf(pki.device(name), authority, _device_name(name), moment)
        for flaw in Flaw:
            issuer = other if flaw is Flaw.OTHER_AUTHORITY else authority
            host, kiosk = ("central.invalid", "kiosk-99") if flaw is Flaw.OTHER_NAME else ("localhost", "kiosk-01")
            begins = _begins(flaw, moment)
            _leaf(pki.flawed_server(flaw), issuer, _service_name(host), moment, begins=begins)
            _leaf(pki.flawed_device(flaw), issuer, _device_name(kiosk), moment, begins=begins)
        _signer(pki.list_signer)
    return pki


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class _Subject:
    name: x509.Name
    alternatives: tuple[x509.GeneralName, ...]
    usage: x509.ObjectIdentifier


def _service_name(host: str) -> _Subject:
    alternatives: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        alternatives += [x509.IPAddress(ip_address(address)) for address in ("127.0.0.1", "::1")]
    return _Subject(_name(host), tuple(alternatives), ExtendedKeyUsageOID.SERVER_AUTH)


def _device_name(name: str) -> _Subject:
    return _Subject(_name(name), (), ExtendedKeyUsageOID.CLIENT_AUTH)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Social security kiosk, simulated"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _begins(flaw: Flaw, now: datetime) -> datetime | None:
    """First day of validity of a flawed certificate; None: as usual."""
    match flaw:
        case Flaw.EXPIRED:
            return now - _LEAF_LIFE - timedelta(days=1)
        case Flaw.NOT_YET_VALID:
            return now + _FAR
        case Flaw.OTHER_AUTHORITY | Flaw.OTHER_NAME:
            return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority(folder: Path, file: str, now: datetime) -> _Authority:
    at = Identity(folder / f"{file}.pem", folder / f"{file}.key")
    known = _load(at)
    if known is not None and _usable(known.certificate, now):
        return known
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("demo authority")
    certificate = (
        _builder(name, key, name, now - _LEAF_LIFE - 2 * _BEGINS_EARLIER, now + _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(at, certificate, key)
    return _Authority(certificate, key)


def _leaf(
    at: Identity, issuer: _Authority, subject: _Subject, now: datetime, *, begins: datetime | None = None
) -> None:
    known = _load(at)
    flawed_time = begins is not None
    if (
        known is not None
        and _issued_by(known.certificate, issuer)
        and known.certificate.subject == subject.name
        and (flawed_time or _usable(known.certificate, now))
    ):
        return
    key = ec.generate_private_key(ec.SECP256R1())
    start = now - _BEGINS_EARLIER if begins is None else begins
    end = (now if begins is None else begins) + _LEAF_LIFE
    public = issuer.key.public_key()
    builder = (
        _builder(subject.name, key, issuer.certificate.subject, start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([subject.usage]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    if subject.alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(subject.alternatives), critical=False)
    _write(at, builder.sign(issuer.key, hashes.SHA256()), key)


def _signer(at: Signer) -> None:
    try:
        known = serialization.load_pem_private_key(at.private.read_bytes(), password=None)
        fits = isinstance(known, ed25519.Ed25519PrivateKey) and at.public.read_bytes() == _public_pem(known)
    except (FileNotFoundError, ValueError):
        fits = False
    if not fits:
        key = ed25519.Ed25519PrivateKey.generate()
        _replace(at.private, _private_pem(key), 0o600)
        _replace(at.public, _public_pem(key), 0o644)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _usable(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE


def _issued_by(certificate: x509.Certificate, issuer: _Authority) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _load(at: Identity) -> _Authority | None:
    """The pair as it lies there; None when it is missing, unreadable or does not belong together."""
    try:
        certificate = x509.load_pem_x509_certificate(at.certificate.read_bytes())
        key = serialization.load_pem_private_key(at.key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return _Authority(certificate, key)


def _write(at: Identity, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    _replace(at.key, _private_pem(key), 0o600)
    _replace(at.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _replace(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    fresh.replace(path)

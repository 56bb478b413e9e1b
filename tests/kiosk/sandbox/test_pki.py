"""The demo's certificates: what they say is what TLS lets in, and what is wrong with the others keeps them out."""

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from kiosk.sandbox.pki import DEVICES, RENEW_BEFORE, DemoPki, Flaw, Identity, ensure


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure(tmp_path_factory.mktemp("pki") / "made")


def context(side: ssl._SSLMethod, own: Identity, authority: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(side)
    made.load_cert_chain(own.certificate, own.key)
    made.load_verify_locations(authority)
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    return made


def shake_hands(pki: DemoPki, server: Identity, device: Identity, host: str) -> str | None:
    """The device's common name as the server sees it, None when either side refuses the other."""
    seen: list[str] = []
    ours, theirs = socket.socketpair()

    def serve() -> None:
        wrapped = context(ssl.PROTOCOL_TLS_SERVER, server, pki.authority)
        try:
            with wrapped.wrap_socket(theirs, server_side=True) as peer:
                der = peer.getpeercert(binary_form=True) or b""
                subject = x509.load_der_x509_certificate(der).subject
                seen.append(str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))
                peer.sendall(b"!")
        except (ssl.SSLError, OSError):
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        wrapped = context(ssl.PROTOCOL_TLS_CLIENT, device, pki.authority)
        with wrapped.wrap_socket(ours, server_hostname=host) as line:
            return seen[0] if line.recv(1) == b"!" else None
    except (ssl.SSLError, OSError):
        return None
    finally:
        ours.close()
        thread.join(timeout=10)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("name", DEVICES)
def test_both_sides_let_each_other_in_and_the_kiosk_is_known_by_name(pki: DemoPki, name: str, host: str) -> None:
    assert shake_hands(pki, pki.server, pki.device(name), host) == name


@pytest.mark.parametrize("flaw", Flaw)
def test_a_service_with_a_flawed_certificate_is_refused(pki: DemoPki, flaw: Flaw) -> None:
    assert shake_hands(pki, pki.flawed_server(flaw), pki.device("kiosk-01"), "localhost") is None


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.OTHER_AUTHORITY])
def test_a_kiosk_with_a_flawed_certificate_is_refused(pki: DemoPki, flaw: Flaw) -> None:
    assert shake_hands(pki, pki.server, pki.flawed_device(flaw), "localhost") is None


def test_a_kiosk_that_nobody_registered_gets_as_far_as_its_name(pki: DemoPki) -> None:
    assert shake_hands(pki, pki.server, pki.flawed_device(Flaw.OTHER_NAME), "localhost") == "kiosk-99"


def test_a_service_and_a_kiosk_cannot_change_places(pki: DemoPki) -> None:
    assert shake_hands(pki, pki.device("kiosk-01"), pki.device("kiosk-02"), "localhost") is None
    assert shake_hands(pki, pki.server, pki.server, "localhost") is None


def test_keys_are_readable_by_their_owner_only(pki: DemoPki) -> None:
    keys = sorted(pki.folder.glob("*.key"))
    assert len(keys) == 2 + 1 + len(DEVICES) + 2 * len(Flaw) + 1
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert stat.S_IMODE(pki.folder.stat().st_mode) == 0o700


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*")}


def test_what_is_good_is_left_as_it_is(tmp_path: Path) -> None:
    ensure(tmp_path)
    before = contents(tmp_path)
    ensure(tmp_path)
    assert contents(tmp_path) == before


def test_a_third_kiosk_is_added_without_touching_the_others(tmp_path: Path) -> None:
    ensure(tmp_path)
    before = contents(tmp_path)
    pki = ensure(tmp_path, devices=("kiosk-03",))
    assert shake_hands(pki, pki.server, pki.device("kiosk-03"), "localhost") == "kiosk-03"
    assert contents(tmp_path).items() >= before.items()


@pytest.mark.parametrize("file", ["server.pem", "server.key", "kiosk-02.key"])
def test_what_is_missing_or_broken_is_made_again(tmp_path: Path, file: str) -> None:
    pki = ensure(tmp_path)
    before = contents(tmp_path)
    (tmp_path / file).unlink()
    ensure(tmp_path)
    (tmp_path / "kiosk-01.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
    (tmp_path / "ca.key").chmod(0o600)
    ensure(tmp_path)
    for name in DEVICES:
        assert shake_hands(pki, pki.server, pki.device(name), "localhost") == name
    assert contents(tmp_path)["ca.pem"] == before["ca.pem"]


def test_a_new_authority_renews_everything_it_signed(tmp_path: Path) -> None:
    pki = ensure(tmp_path)
    (tmp_path / "ca.key").unlink()
    ensure(tmp_path)
    assert shake_hands(pki, pki.server, pki.device("kiosk-01"), "localhost") == "kiosk-01"


def end_of(identity: Identity) -> datetime:
    return x509.load_pem_x509_certificate(identity.certificate.read_bytes()).not_valid_after_utc


def test_a_certificate_is_renewed_before_its_end_and_not_earlier(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    pki = ensure(tmp_path, now=now)
    end = end_of(pki.server)
    authority = pki.authority.read_bytes()
    ensure(tmp_path, now=end - RENEW_BEFORE - timedelta(days=1))
    assert end_of(pki.server) == end
    ensure(tmp_path, now=end - RENEW_BEFORE + timedelta(days=1))
    assert end_of(pki.server) > end
    assert end_of(pki.device("kiosk-02")) > end
    assert pki.authority.read_bytes() == authority


def test_a_clock_that_is_set_back_by_a_month_breaks_nothing(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ensure(tmp_path, now=now)
    before = contents(tmp_path)
    ensure(tmp_path, now=now - timedelta(days=31))
    assert contents(tmp_path) == before
    for name in ("server", *DEVICES, "ca"):
        certificate = x509.load_pem_x509_certificate(before[f"{name}.pem"])
        assert certificate.not_valid_before_utc < now - timedelta(days=31)

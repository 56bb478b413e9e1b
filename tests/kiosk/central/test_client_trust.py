"""Whom the client trusts, and what it lets itself be led to."""

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.central.answers import Cause
from kiosk.central.client import CentralClient
from kiosk.central.transport import Identity as Files
from kiosk.central.transport import Line
from kiosk.model import CentralFailure
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki, Flaw
from tests.kiosk.central.canned import answer, canned
from tests.kiosk.central.conftest import Connect


@pytest.mark.parametrize(
    ("flaw", "cause"),
    [
        (Flaw.EXPIRED, Cause.CERTIFICATE_DATES),
        (Flaw.NOT_YET_VALID, Cause.CERTIFICATE_DATES),
        (Flaw.OTHER_AUTHORITY, Cause.CERTIFICATE_UNTRUSTED),
        (Flaw.OTHER_NAME, Cause.CERTIFICATE_NAME),
    ],
)
@pytest.mark.fault("central", "certificate", level="real")
def test_a_service_with_a_wrong_certificate_gets_no_request(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], flaw: Flaw, cause: Cause
) -> None:
    with canned(pki, identity=pki.flawed_server(flaw)) as server:
        got = connect(server.base_url).challenges(1)
        assert (got.failure, got.cause) == (CentralFailure.TLS, cause)
        assert server.requests == []
        fired(server.connections)


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.OTHER_AUTHORITY])
def test_a_kiosk_with_a_wrong_certificate_is_not_let_in(
    pki: DemoPki, connect: Connect, central: CentralProcess, simulator: Simulator, flaw: Flaw
) -> None:
    got = connect(central.base_url, pki.flawed_device(flaw)).challenges(1)
    assert got.value is None
    # asyncio's TLS ends the connection without sending the alert that says why.
    assert got.cause in (Cause.HANDSHAKE, Cause.CONNECTION_LOST)
    assert simulator.recording() == []


@pytest.mark.fault("central", "another client certificate demanded", level="real")
@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_service_that_demands_another_client_certificate_is_named(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], warm: bool
) -> None:
    """In TLS 1.3 the refusal comes after the handshake, while the request is on its way: the alert is read all the same."""
    with canned(pki, verify=ssl.CERT_REQUIRED) as server:
        for _ in range(8):
            client = connect(server.base_url, pki.flawed_device(Flaw.OTHER_AUTHORITY))
            if warm:
                client.warm()
            got = client.challenges(1)
            assert (got.failure, got.cause) == (CentralFailure.TLS, Cause.HANDSHAKE)
        assert server.requests == []
        fired(server.connections >= 8)


def test_a_kiosk_that_nobody_registered_is_refused(pki: DemoPki, connect: Connect, central: CentralProcess) -> None:
    got = connect(central.base_url, pki.flawed_device(Flaw.OTHER_NAME)).challenges(1)
    assert (got.failure, got.status) == (CentralFailure.REFUSED, 403)
    assert got.problem == "urn:kiosk:problem:unknown-device"


def test_the_service_knows_the_kiosk_by_its_certificate(
    pki: DemoPki, connect: Connect, central: CentralProcess, simulator: Simulator
) -> None:
    for name in ("kiosk-01", "kiosk-02"):
        connect(central.base_url, pki.device(name)).challenges(1)
    assert [one.device for one in simulator.recording(Operation.CHALLENGES)] == ["kiosk-01", "kiosk-02"]


def test_one_authority_is_trusted_after_requests_too(
    pki: DemoPki, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import certifi

    from kiosk.central.transport import Call

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    monkeypatch.setenv("CURL_CA_BUNDLE", certifi.where())
    device = pki.device("kiosk-01")
    with canned(pki) as server:
        line = Line(server.base_url, Files(pki.authority, device.certificate, device.key))
        for _ in range(2):
            line.exchange(Call(3, 2, None), "POST", "/v1/challenges", {}, b"{}", 1 << 20)
        assert line.context.cert_store_stats()["x509_ca"] == 1
        assert line.context.verify_mode is ssl.CERT_REQUIRED
        assert line.context.check_hostname
        assert line.context.minimum_version is ssl.TLSVersion.TLSv1_2
        line.close()


def test_the_environment_does_not_lead_the_client_elsewhere(
    pki: DemoPki, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with canned(pki) as server:
        assert connect(server.base_url).challenges(1).value is not None
        assert b"authorization" not in server.requests[0].lower()


def test_a_redirect_is_not_followed_and_its_body_is_not_read(pki: DemoPki, connect: Connect) -> None:
    with canned(pki) as elsewhere:
        target = elsewhere.base_url.encode()
        redirect = answer(b"x" * (4 << 20), b"307 Temporary Redirect", b"Location: " + target + b"/v1/challenges")
        with canned(pki, lambda _: redirect) as server:
            got = connect(server.base_url).challenges(1)
        assert (got.failure, got.cause) in (
            (CentralFailure.BAD_ANSWER, Cause.REDIRECT),
            (CentralFailure.BAD_ANSWER, Cause.TOO_LARGE),
        )
        assert elsewhere.requests == []


def test_cookies_are_not_kept(pki: DemoPki, connect: Connect) -> None:
    with canned(pki, lambda _: answer(answer_body(), b"201 Created", b"Set-Cookie: who=somebody; Path=/")) as server:
        client = connect(server.base_url)
        client.challenges(1)
        client.challenges(1)
        assert len(server.requests) == 2
        assert b"cookie" not in server.requests[1].lower()


def answer_body() -> bytes:
    return answer().partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("missing", ["ca", "certificate", "key"])
def test_missing_files_are_a_named_failure(pki: DemoPki, tmp_path: Path, missing: str) -> None:
    device = pki.device("kiosk-01")
    files = {"ca": pki.authority, "certificate": device.certificate, "key": device.key}
    files[missing] = tmp_path / "nothing.pem"
    client = CentralClient("https://127.0.0.1:9", files["ca"], files["certificate"], files["key"])
    got = client.challenges(1)
    assert (got.failure, got.cause) == (CentralFailure.TLS, Cause.OWN_CERTIFICATE)


def test_a_key_of_another_certificate_is_a_named_failure(pki: DemoPki) -> None:
    client = CentralClient(
        "https://127.0.0.1:9", pki.authority, pki.device("kiosk-01").certificate, pki.device("kiosk-02").key
    )
    assert client.warm().cause is Cause.OWN_CERTIFICATE


def test_plain_http_is_not_spoken(pki: DemoPki) -> None:
    device = pki.device("kiosk-01")
    with pytest.raises(ValueError, match="https"):
        CentralClient("http://127.0.0.1:9", pki.authority, device.certificate, device.key)


def test_importing_the_client_loads_neither_requests_nor_pydantic() -> None:
    code = (
        "import sys, kiosk.central.client, kiosk.central.answers\n"
        "print([m for m in ('requests', 'urllib3', 'pydantic', 'ssl', 'http.client') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_urllib3_is_the_real_one() -> None:
    # niquests puts another package in its place.
    from importlib.metadata import distributions

    import urllib3

    assert "urllib3-future" not in {one.metadata["Name"] for one in distributions()}
    # Its `__version__` is not among what it exports to a type checker.
    assert int(vars(urllib3)["__version__"].split(".")[2]) < 900

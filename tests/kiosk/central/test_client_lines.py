"""Connections: warmed, reused, replaced, given up in time."""

import errno
import random
import socket
import threading
import time
from collections.abc import Callable

import pytest

from kiosk.central.answers import Cancel, Cause
from kiosk.central.contract import Heartbeat
from kiosk.central.transport import Call
from kiosk.central.transport import Identity as Files
from kiosk.central.transport import Line as HttpsLine
from kiosk.model import CentralFailure
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.line import BlackHole, Cut, Line, Through
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central.canned import Canned, answer, canned
from tests.kiosk.central.conftest import Connect

BEAT = Heartbeat("1.0", "ready", 5, False)
SLACK = 0.5


def test_what_was_warmed_is_what_the_next_call_uses(pki: DemoPki, connect: Connect) -> None:
    # After a TLS 1.3 handshake the server's tickets wait in the socket; urllib3 takes such a connection for a dropped one.
    with canned(pki) as server:
        client = connect(server.base_url)
        assert client.warm().failure is None
        assert client.warm().failure is None
        client.account_entries("session-01", "t" * 20, "310")
        assert server.connections == 1
        assert len(server.requests) == 1


def test_a_warmed_line_costs_one_round_trip(central: CentralProcess, connect: Connect) -> None:
    with Line(central.port, mode=Through(round_trip=0.2)) as line:
        took = []
        for _ in range(3):  # the best of three: a loaded machine adds, never takes away
            client = connect(f"https://127.0.0.1:{line.port}")
            assert client.warm().failure is None
            answer = client.account_entries("session-01", "t" * 20, "310")
            assert answer.status == 404
            took.append(answer.seconds)
        assert line.accepted == 3
        assert 0.2 <= min(took) < 0.38  # a second round trip would make it 0.4


def test_a_heartbeat_leaves_the_warmed_line_alone(pki: DemoPki, connect: Connect) -> None:
    with canned(pki, lambda _: answer(b'{"challenges":[],"notices":[]}', b"200 OK")) as server:
        client = connect(server.base_url)
        client.warm()
        assert client.heartbeat(BEAT).value is not None
        assert server.connections == 2
        client.account_entries("session-01", "t" * 20, "310")
        assert server.connections == 2


@pytest.mark.fault("central", "an idle connection closed", level="real")
def test_a_line_that_the_server_closed_is_replaced(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None]
) -> None:
    closed = threading.Semaphore(0)

    def script(server: Canned) -> bytes | None:
        if len(server.requests) > 1:
            return answer()
        server.live[0].sendall(answer())
        server.live[0].shutdown(socket.SHUT_RDWR)  # as after a server's keep-alive time
        closed.release()
        return None

    with canned(pki, script) as server:
        client = connect(server.base_url)
        assert client.challenges(1).value is not None
        assert closed.acquire(timeout=5)
        assert client.challenges(1).value is not None
        assert server.connections == 2
        assert len(server.requests) == 2
        fired(server.ended.acquire(timeout=5))


@pytest.mark.fault("central", "a reused connection lost before any byte", level="real")
def test_a_connection_lost_before_any_byte_is_tried_once_more(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None]
) -> None:
    lost: list[int] = []

    def script(server: Canned) -> bytes | None:
        if len(server.requests) == 2:
            lost.append(server.connections)
            return None
        return answer()

    with canned(pki, script) as server:
        client = connect(server.base_url)
        assert client.challenges(1).value is not None
        server.requests[:] = [b""]
        assert client.challenges(1).value is not None
        assert lost == [1], "it was not the connection of the first answer that was lost"
        fired(lost)
        del server.requests[0]
        keys = [line for one in server.requests for line in one.split(b"\r\n") if line.startswith(b"Idempotency-Key")]
        assert len(keys) == 2
        assert keys[0] == keys[1]


@pytest.mark.fault("central", "a connection lost after a byte", level="real")
def test_a_connection_lost_after_a_byte_is_not_tried_again(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None]
) -> None:
    def script(server: Canned) -> bytes | None:
        server.live[-1].sendall(b"HTTP/1.1 201 Cre")
        return None

    with canned(pki, script) as server:
        got = connect(server.base_url).challenges(1)
        assert got.value is None
        assert len(server.requests) == 1
        fired(server.ended.acquire(timeout=5))


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"])
def test_what_is_not_http_is_a_bad_answer(pki: DemoPki, connect: Connect, garbage: bytes) -> None:
    def script(server: Canned) -> bytes | None:
        server.live[-1].sendall(garbage)
        return None

    with canned(pki, script) as server:
        assert connect(server.base_url).challenges(1).failure is CentralFailure.BAD_ANSWER


@pytest.mark.fault("central", "random damage", level="real")
def test_no_answer_however_odd_is_an_exception(pki: DemoPki, connect: Connect, fired: Callable[[object], None]) -> None:
    chance = random.Random(20261120)
    odd = [
        b"HTTP/1.1 201 Created\r\nContent-Length: \xb2\r\n\r\n{}",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: -5\r\n\r\n{}",
        b"HTTP/1.1 999 \r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
        b"HTTP/1.1 503 Busy\r\nRetry-After: \xb2\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 429 Busy\r\nRetry-After: " + b"9" * 400 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 201 Created\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 201 Created\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ]
    whole = answer()
    for _ in range(60):
        at = chance.randrange(len(whole))
        odd.append(whole[:at] + chance.randbytes(chance.randint(0, 4)) + whole[at + chance.randint(0, 6) :])
    said = iter(odd)

    def script(server: Canned) -> bytes | None:
        server.live[-1].sendall(next(said))
        return None

    with canned(pki, script) as server:
        client = connect(server.base_url)
        seen = {client.challenges(1, within=5).failure for _ in odd}
    assert {CentralFailure.BAD_ANSWER, CentralFailure.UNAVAILABLE} <= seen
    assert CentralFailure.TIMEOUT not in seen
    fired(len(server.requests) >= len(odd))


def test_a_cancel_that_comes_late_leaves_the_next_call_alone(pki: DemoPki, connect: Connect) -> None:
    device = pki.device("kiosk-01")
    with canned(pki) as server:
        line = HttpsLine(server.base_url, Files(pki.authority, device.certificate, device.key))
        first, second = Call(5, 2, None), Call(5, 2, None)
        assert line.exchange(first, "POST", "/v1/challenges", {}, b"{}", 1 << 20).status == 201
        line.call = second
        line.abort(first)
        line.call = None
        assert line.exchange(second, "POST", "/v1/challenges", {}, b"{}", 1 << 20).status == 201
        assert server.connections == 1
        line.close()


def test_two_calls_at_once_have_a_connection_each(pki: DemoPki, connect: Connect) -> None:
    both = threading.Barrier(2, timeout=5)

    def script(_: Canned) -> bytes | None:
        both.wait()
        return answer()

    with canned(pki, script) as server:
        client = connect(server.base_url)
        results: list[object] = []
        threads = [threading.Thread(target=lambda: results.append(client.challenges(1).value)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(results) == 2
        assert None not in results
        assert server.connections == 2


def test_a_cancelled_call_ends_at_once(central: CentralProcess, simulator: Simulator, connect: Connect) -> None:
    simulator.fault(FaultKind.HANG, Operation.CHALLENGES)
    client = connect(central.base_url)
    cancel = Cancel()
    got = []
    thread = threading.Thread(target=lambda: got.append(client.challenges(1, cancel=cancel)))
    thread.start()
    deadline = time.monotonic() + 5
    while not simulator.recording(Operation.CHALLENGES) and time.monotonic() < deadline:
        pass
    began = time.monotonic()
    cancel.cancel()
    thread.join(5)
    assert time.monotonic() - began < SLACK
    assert got[0].cancelled
    assert client.challenges(1).value is not None


def test_a_call_of_an_ended_visit_does_not_begin(pki: DemoPki, connect: Connect) -> None:
    cancel = Cancel()
    cancel.cancel()
    with canned(pki) as server:
        got = connect(server.base_url).challenges(1, cancel=cancel)
        assert got.cancelled
        assert server.connections == 0


@pytest.mark.fault("central", "refused", level="real")
def test_nobody_listens(connect: Connect, fired: Callable[[object], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with socket.socket() as caller:
        fired(caller.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED)
    got = connect(f"https://127.0.0.1:{port}").challenges(1)
    assert (got.failure, got.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECTION_REFUSED)


@pytest.mark.fault("central", "black hole", level="real")
def test_a_black_hole_costs_the_connect_limit_and_no_more(
    central: CentralProcess, connect: Connect, fired: Callable[[object], None]
) -> None:
    with Line(central.port, mode=BlackHole()) as line:
        client = connect(f"https://127.0.0.1:{line.port}", connect_timeout=0.5)
        began = time.monotonic()
        got = client.challenges(1)
        assert (got.failure, got.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECT_TIMEOUT)
        assert 0.5 <= time.monotonic() - began < 0.5 + SLACK
        fired(line.accepted == 0)


@pytest.mark.fault("central", "black hole under a connection that stands", level="real")
def test_a_black_hole_under_a_warm_line_costs_the_total(
    central: CentralProcess, connect: Connect, fired: Callable[[object], None]
) -> None:
    with Line(central.port) as line:
        client = connect(f"https://127.0.0.1:{line.port}")
        assert client.challenges(1).value is not None
        line.set(BlackHole())
        began = time.monotonic()
        got = client.challenges(1, within=0.6)
        assert (got.failure, got.cause) == (CentralFailure.TIMEOUT, Cause.DEADLINE)
        assert 0.6 <= time.monotonic() - began < 0.6 + SLACK
        fired(line.accepted == 1)
        line.set(Through())
        assert client.challenges(1).value is not None


@pytest.mark.fault("central", "cut line", level="real")
def test_a_cut_line_is_seen_at_once_and_heals(
    central: CentralProcess, connect: Connect, fired: Callable[[object], None]
) -> None:
    with Line(central.port) as line:
        client = connect(f"https://127.0.0.1:{line.port}")
        assert client.challenges(1).value is not None
        line.set(Cut())
        assert client.challenges(1).failure is CentralFailure.UNREACHABLE
        fired(line.accepted == 1)
        line.set(Through())
        assert client.challenges(1).value is not None


def test_a_server_that_never_finishes_the_handshake_costs_the_connect_limit(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect(f"https://127.0.0.1:{silent.getsockname()[1]}", connect_timeout=0.4)
        began = time.monotonic()
        got = client.challenges(1)
        assert (got.failure, got.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECT_TIMEOUT)
        assert time.monotonic() - began < 0.4 + SLACK


@pytest.mark.fault("central", "name not found", level="boundary")
def test_a_name_that_nobody_knows(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, fired: Callable[[object], None]
) -> None:
    def unknown(*_: object, **__: object) -> object:
        fired(True)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    got = connect("https://central.invalid").challenges(1)
    assert (got.failure, got.cause) == (CentralFailure.UNREACHABLE, Cause.NAME_NOT_FOUND)


@pytest.mark.fault("central", "name not found", level="real")
def test_a_name_that_no_name_server_knows(connect: Connect, fired: Callable[[object], None]) -> None:
    """`.invalid` (RFC 6761 §6.4) exists nowhere; without a name server it cannot be looked up either, at once or in time."""
    began = time.monotonic()
    got = connect("https://central.invalid").challenges(1)
    assert got.failure is CentralFailure.UNREACHABLE
    assert got.cause in (Cause.NAME_NOT_FOUND, Cause.CONNECT_TIMEOUT)
    assert time.monotonic() - began < 2.0 + SLACK
    with pytest.raises(socket.gaierror) as unknown:
        socket.getaddrinfo("central.invalid", 443)
    fired(unknown.value.errno)


@pytest.mark.fault("central", "name server silent", level="boundary")
def test_a_name_server_that_is_silent_costs_the_connect_limit(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, fired: Callable[[object], None]
) -> None:
    enough = threading.Event()

    def silent(*_: object, **__: object) -> object:
        fired(True)
        return enough.wait(10) and []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    began = time.monotonic()
    got = connect("https://central.invalid", connect_timeout=0.3).challenges(1)
    enough.set()
    assert (got.failure, got.cause) == (CentralFailure.UNREACHABLE, Cause.CONNECT_TIMEOUT)
    assert time.monotonic() - began < 0.3 + SLACK


def test_a_closed_client_keeps_no_connection(pki: DemoPki, connect: Connect) -> None:
    with canned(pki) as server:
        client = connect(server.base_url)
        client.warm()
        client.close()
        assert server.ended.acquire(timeout=5)

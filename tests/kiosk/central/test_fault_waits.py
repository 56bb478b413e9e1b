"""Answers that take their time, wherever they do: the deadline of the action holds, and the next call is sound."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import pytest

from kiosk.central.answers import Cancel, Cause
from kiosk.central.client import CONNECT_SECONDS, TOTAL_SECONDS
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central.canned import Canned, canned
from tests.kiosk.central.conftest import Connect
from tests.kiosk.central.operations import EVERYWHERE, QUESTIONS, Question, head

PAUSE: Final = 0.02
"""Seconds between two bytes: well within every limit for one read."""
SLACK: Final = 0.7
OVERVIEW: Final = next(question for question in QUESTIONS if question.name == "overview")


def dripping(before: Callable[[Question], bytes], drop: bytes) -> Callable[[Question], Iterator[bytes]]:
    def said(question: Question) -> Iterator[bytes]:
        yield before(question)
        while True:
            yield drop

    return said


def silent(before: Callable[[Question], bytes]) -> Callable[[Question], Iterator[bytes]]:
    return lambda question: iter((before(question),))


WAITS: Final = {
    "drip in the status line": dripping(lambda _: b"HTTP/1.1 200 ", b"x"),
    "drip in the head": dripping(lambda _: b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "drip of header lines": dripping(lambda _: b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "drip of interim answers": dripping(lambda _: b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "drip in the body": dripping(lambda q: head(q.status, b"Content-Length: 1000000"), b" "),
    "drip of chunks": dripping(lambda q: head(q.status, b"Transfer-Encoding: chunked"), b"1\r\n \r\n"),
    "drip of a chunk's size": dripping(lambda q: head(q.status, b"Transfer-Encoding: chunked"), b"0"),
    "drip of trailers": dripping(lambda q: head(q.status, b"Transfer-Encoding: chunked") + b"0\r\n", b"X: y\r\n"),
    "silence before the head": silent(lambda _: b""),
    "silence in the head": silent(lambda _: b"HTTP/1.1 200 OK\r\n"),
    "silence after the head": silent(lambda q: q.sound[: -len(q.body)]),
    "silence before the last byte": silent(lambda q: q.sound[:-1]),
    "silence before the last chunk": silent(
        lambda q: head(q.status, b"Transfer-Encoding: chunked") + b"%x\r\n" % len(q.body) + q.body + b"\r\n"
    ),
}


class Slow:
    """Takes its time with the first request as long as it lives, answers all that follow."""

    def __init__(self, question: Question, said: Callable[[Question], Iterator[bytes]]) -> None:
        self._question, self._said = question, said
        self.over = threading.Event()
        self.pieces = 0

    def __call__(self, server: Canned) -> bytes | None:
        if self.pieces:
            return self._question.sound
        mine = server.live[-1]  # the next call's connection comes while this one is still served
        with suppress(OSError):
            for piece in self._said(self._question):
                self.pieces += 1
                mine.sendall(piece)
                if self.over.wait(PAUSE):
                    return None
            self.over.wait(60)
        return None


@contextmanager
def slow(
    pki: DemoPki, question: Question, said: Callable[[Question], Iterator[bytes]]
) -> Iterator[tuple[Canned, Slow]]:
    script = Slow(question, said)
    with canned(pki, script) as server:
        try:
            yield server, script
        finally:
            script.over.set()


@pytest.mark.fault("central", "wait", level="real")
@pytest.mark.parametrize("question", EVERYWHERE)
@pytest.mark.parametrize("wait", WAITS)
def test_the_deadline_holds_and_the_next_call_is_sound(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], question: Question, wait: str
) -> None:
    with slow(pki, question, WAITS[wait]) as (server, script):
        client = connect(server.base_url)
        began = time.monotonic()
        answer = question.ask(client, 0.4)
        took = time.monotonic() - began
        assert answer.cause is Cause.DEADLINE
        assert 0.4 <= took < 0.4 + SLACK
        assert question.ask(client, 8.0).value == question.record
        fired(script.pieces if "silence" in wait else script.pieces > 4)


@pytest.mark.fault("central", "the whole deadline", level="real")
@pytest.mark.parametrize("wait", ["drip in the head", pytest.param("drip in the body", marks=pytest.mark.long)])
def test_a_person_waits_eight_seconds_at_the_most(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], wait: str
) -> None:
    with slow(pki, OVERVIEW, WAITS[wait]) as (server, script):
        began = time.monotonic()
        answer = connect(server.base_url).overview("session-01", "t" * 20, card_number="A10033335")
        took = time.monotonic() - began
        assert answer.cause is Cause.DEADLINE
        assert TOTAL_SECONDS == 8.0
        assert TOTAL_SECONDS <= took < TOTAL_SECONDS + SLACK
        fired(script.pieces > 50)


@pytest.mark.fault("central", "visit over while central answers", level="real")
@pytest.mark.parametrize("wait", WAITS)
def test_an_ended_visit_waits_for_nothing(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], wait: str
) -> None:
    cancel = Cancel()
    with slow(pki, OVERVIEW, WAITS[wait]) as (server, script):
        client = connect(server.base_url)
        got: list[float] = []

        def ask() -> None:
            answer = client.overview("session-01", "t" * 20, card_number="A10033335", cancel=cancel)
            assert answer.cancelled
            assert answer.value is None
            got.append(time.monotonic())

        thread = threading.Thread(target=ask)
        thread.start()
        until = time.monotonic() + 5
        while script.pieces < (1 if "silence" in wait else 3) and time.monotonic() < until:
            time.sleep(0.002)
        began = time.monotonic()
        cancel.cancel()
        thread.join(5)
        assert got
        assert got[0] - began < SLACK
        fired(script.pieces)


class Tcp:
    """Takes connections and does with them as `do` says, before any TLS."""

    def __init__(self, do: Callable[[socket.socket, threading.Event], None]) -> None:
        self._do = do
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.over = threading.Event()
        self.taken = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.taken += 1
            with client, suppress(OSError):
                self._do(client, self.over)

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def drip_handshake(client: socket.socket, over: threading.Event) -> None:
    """A record of a handshake whose length is far away, a byte at a time."""
    client.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while not over.wait(PAUSE):
        client.sendall(b"\x00")


def mute(_client: socket.socket, over: threading.Event) -> None:
    over.wait(30)


def plain(client: socket.socket, _over: threading.Event) -> None:
    client.recv(4096)
    client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def hang_up(client: socket.socket, _over: threading.Event) -> None:
    client.recv(4096)


def alert(client: socket.socket, _over: threading.Event) -> None:
    """handshake_failure, RFC 8446 §6.2."""
    client.recv(4096)
    client.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


@pytest.mark.fault("central", "slow TLS handshake", level="real")
@pytest.mark.parametrize("do", [drip_handshake, mute], ids=["a byte at a time", "silence"])
@pytest.mark.parametrize("seconds", [0.4, pytest.param(CONNECT_SECONDS, marks=pytest.mark.long)])
def test_a_handshake_that_does_not_end_costs_the_connect_limit(
    connect: Connect,
    fired: Callable[[object], None],
    do: Callable[[socket.socket, threading.Event], None],
    seconds: float,
) -> None:
    server = Tcp(do)
    try:
        began = time.monotonic()
        answer = OVERVIEW.ask(connect(server.base_url, connect_timeout=seconds), 8.0)
        took = time.monotonic() - began
        assert answer.cause is Cause.CONNECT_TIMEOUT
        assert seconds <= took < seconds + SLACK
        fired(server.taken == 1)
    finally:
        server.close()


@pytest.mark.fault("central", "no TLS", level="real")
@pytest.mark.parametrize(
    ("do", "cause"),
    [(plain, Cause.HANDSHAKE), (alert, Cause.HANDSHAKE), (hang_up, Cause.CONNECTION_LOST)],
    ids=["plain HTTP", "alert", "hung up"],
)
def test_what_speaks_no_tls_is_named(
    connect: Connect,
    fired: Callable[[object], None],
    do: Callable[[socket.socket, threading.Event], None],
    cause: Cause,
) -> None:
    server = Tcp(do)
    try:
        answer = OVERVIEW.ask(connect(server.base_url), 8.0)
        assert answer.cause is cause
        fired(server.taken)
    finally:
        server.close()

"""Each way a line can be bad, seen from a client's socket."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from kiosk.sandbox.line import BlackHole, Cut, Drip, Flaky, Flapping, Line, Reset, Through


class Echo:
    """A server that sends back what it gets."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    @staticmethod
    def _serve(line: socket.socket) -> None:
        with line:
            try:
                while data := line.recv(4096):
                    line.sendall(data)
            except OSError:
                return

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def read_on(client: socket.socket, limit: int) -> None:
    """Until the line breaks; more than `limit` bytes are too many."""
    got = b""
    while len(got) <= limit:
        got += client.recv(16)


@pytest.fixture
def line() -> Iterator[Line]:
    echo = Echo()
    with Line(echo.port, seed=7) as line:
        yield line
    echo.stop()


def dial(line: Line, timeout: float = 5.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=timeout)


def ask(client: socket.socket, text: bytes) -> bytes:
    client.sendall(text)
    answer = b""
    while len(answer) < len(text):
        more = client.recv(4096)
        if not more:
            break
        answer += more
    return answer


def test_a_sound_line_passes_every_byte_both_ways(line: Line) -> None:
    text = bytes(range(256)) * 2000
    with dial(line) as client:
        assert ask(client, text) == text


def test_a_slow_line_takes_its_round_trip_but_carries_what_is_under_way_side_by_side(line: Line) -> None:
    line.set(Through(round_trip=0.1))
    with dial(line) as client:
        began = time.monotonic()
        answer = b""
        for letter in b"abcd":
            client.sendall(bytes((letter,)))
        while len(answer) < 4:
            answer += client.recv(16)
        took = time.monotonic() - began
    assert answer == b"abcd"
    assert 0.1 <= took < 0.3


def test_a_cut_line_refuses_new_connections_and_resets_the_ones_that_are_there(line: Line) -> None:
    with dial(line) as client:
        assert ask(client, b"x") == b"x"
        line.set(Cut())
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        dial(line)


def test_a_cut_line_comes_back_on_the_same_port(line: Line) -> None:
    line.set(Cut())
    line.set(Through())
    with dial(line) as client:
        assert ask(client, b"again") == b"again"


def test_a_black_hole_answers_neither_a_new_connection_nor_an_old_one(line: Line) -> None:
    with dial(line) as client:
        assert ask(client, b"x") == b"x"
        line.set(BlackHole())
        client.settimeout(0.3)
        client.sendall(b"y")
        with pytest.raises(TimeoutError):
            client.recv(1)
        with pytest.raises(TimeoutError):
            dial(line, 0.3)
        line.set(Through())
        client.settimeout(5)
        assert client.recv(1) == b"y"


def test_a_resetting_line_gives_the_first_bytes_and_then_breaks(line: Line) -> None:
    line.set(Reset(after=3))
    with dial(line) as client:
        client.sendall(b"abcdef")
        with pytest.raises(ConnectionResetError):
            read_on(client, limit=3)  # a reset may overtake what was not read yet


def test_a_dripping_line_gives_a_byte_at_a_time_until_it_is_mended(line: Line) -> None:
    line.set(Drip(pause=0.05))
    with dial(line) as client:
        client.sendall(b"abcdefgh")
        assert client.recv(16) == b"a"
        assert client.recv(16) == b"b"
        line.set(Through())
        rest = b""
        while len(rest) < 6:
            rest += client.recv(16)
    assert rest == b"cdefgh"


def test_a_flaky_line_breaks_the_same_connections_for_the_same_seed() -> None:
    def pattern(seed: int) -> list[bool]:
        echo = Echo()
        seen = []
        with Line(echo.port, seed=seed, mode=Flaky(share=0.5)) as line:
            for _ in range(12):
                try:
                    with dial(line) as client:
                        seen.append(ask(client, b"x") == b"x")
                except ConnectionError:
                    seen.append(False)
        echo.stop()
        return seen

    first = pattern(3)
    assert first == pattern(3)
    assert True in first
    assert False in first


def test_a_stopped_line_leaves_no_thread_and_no_port(line: Line) -> None:
    lines = sum(thread.name == "line" for thread in threading.enumerate())  # another test's may still run
    with dial(line) as client:
        ask(client, b"x")
        line.stop()
        line.stop()
        assert client.recv(1) == b""
    assert sum(thread.name == "line" for thread in threading.enumerate()) == lines - 1
    with pytest.raises(ConnectionRefusedError):
        dial(line)


def test_a_flapping_line_comes_and_goes_until_it_is_set_otherwise(line: Line) -> None:
    client = dial(line)
    client.sendall(b"there")
    assert client.recv(16) == b"there"
    line.set(Flapping(up=0.2, down=0.2))
    assert line.mode == Flapping(up=0.2, down=0.2)
    with client, pytest.raises(ConnectionResetError):
        client.recv(1)
    states = ""
    until = time.monotonic() + 10
    while len(states) < 6 and time.monotonic() < until:
        try:
            dial(line).close()
            now = "u"
        except (ConnectionRefusedError, ConnectionResetError):  # reset: it went while the connection was made
            now = "d"
        states += now if not states.endswith(now) else ""
        threading.Event().wait(0.02)
    assert states in ("dududu", "ududud")
    line.set(Through())
    with dial(line) as steady:
        threading.Event().wait(0.5)  # longer than the line was ever there
        steady.sendall(b"still here")
        assert steady.recv(16) == b"still here"

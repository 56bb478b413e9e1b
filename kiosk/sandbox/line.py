"""The network line between kiosk and central: a TCP proxy on loopback that can be cut, slowed and broken.

It sees ciphertext only. A mode holds for connections that are there and for new ones, from the next byte on.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self, TypeVar, assert_never

_CHUNK: Final = 1 << 14
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Through:
    """Bytes pass; each way takes half of `round_trip` seconds."""

    round_trip: float = 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Connections are refused; those that are there are reset."""


@dataclass(frozen=True, slots=True)
class BlackHole:
    """No packet is answered: connecting takes for ever, connections that are there go silent."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Each connection is reset after `after` bytes of central's answers."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class Drip:
    """Central's answers come a byte every `pause` seconds."""

    pause: float = 0.4


@dataclass(frozen=True, slots=True)
class Flaky:
    """A share of new connections is reset at once, drawn from the line's seed."""

    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Flapping:
    """There for `up` seconds, cut for `down` seconds, and so on, beginning with a cut."""

    up: float = 6.0
    down: float = 6.0


_Steady = Through | Cut | BlackHole | Reset | Drip | Flaky
Mode = _Steady | Flapping


class Line:
    """`with Line(central_port) as line:` the kiosk connects to `line.port`. Thread-safe."""

    def __init__(self, to_port: int, *, host: str = "127.0.0.1", seed: int = 0, mode: Mode | None = None) -> None:
        self.mode: Mode = mode or Through()
        self._now: _Steady = Through()  # what holds at this moment
        self._flapping: asyncio.Task[None] | None = None
        self._host = host
        self.to_port = to_port  # may move: central started again
        self._random = random.Random(seed)  # noqa: S311 repeatable faults, no secret
        self._listener = _listener(host, 0)
        self.port: int = self._listener.getsockname()[1]
        self._fillers: list[socket.socket] = []
        self._connections: set[_Connection] = set()
        self.accepted = 0
        self.broken = 0
        """How often the mode did its harm to what was on its way: bytes dripped or swallowed, connections reset."""
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self._accepting: asyncio.Task[None] | None = None
        self._call(lambda: self._set(self.mode))

    def set(self, mode: Mode) -> None:
        """Holds when this returns."""
        self._call(lambda: self._set(mode))

    def stop(self) -> None:
        """Safe to call twice."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- on the loop's thread ---------------------------------------------------------------------------------------

    def _call(self, work: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(5)

    def _set(self, mode: Mode) -> None:
        if self._flapping is not None:
            self._flapping.cancel()
            self._flapping = None
        self.mode = mode
        match mode:
            case Flapping():
                self._enter(Cut())
                self._flapping = self._loop.create_task(self._flap(mode))
            case Through() | Cut() | BlackHole() | Reset() | Drip() | Flaky():
                self._enter(mode)
            case never:
                assert_never(never)

    async def _flap(self, mode: Flapping) -> None:
        while True:
            await asyncio.sleep(mode.down)
            self._enter(Through())
            await asyncio.sleep(mode.up)
            self._enter(Cut())

    def _enter(self, mode: _Steady) -> None:
        self._now = mode
        self._apply()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _apply(self) -> None:
        """Brings listener and connections into the mode."""
        self._stop_accepting()
        while self._fillers:
            self._fillers.pop().close()
        match self._now:
            case Cut():
                self._listener.close()
                for connection in tuple(self._connections):
                    self.broken += 1
                    connection.reset()
            case BlackHole():
                self._reopen(backlog=0)
                self._fill()
            case Through() | Reset() | Drip() | Flaky():
                self._reopen(backlog=64)
                self._accepting = self._loop.create_task(self._accept(self._listener))
            case never:
                assert_never(never)

    def _stop_accepting(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            self._accepting = None
            # At once: asyncio would do it a round later, when the next listener may have the same number.
            self._loop.remove_reader(self._listener)

    def _reopen(self, backlog: int) -> None:
        """A fresh listener: what waited in the old one's queue is reset."""
        self._listener.close()
        self._listener = _listener(self._host, self.port, backlog)

    def _fill(self) -> None:
        """A full queue makes the kernel drop every further SYN: the caller's packets are not answered at all."""
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex((self._host, self.port))
            self._fillers.append(filler)

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = await self._loop.sock_accept(listener)
            except OSError:
                return
            self.accepted += 1
            if isinstance(self._now, Flaky) and self._random.random() < self._now.share:
                self.broken += 1
                _abort_on_close(client)
                client.close()
                continue
            connection = _Connection(self, client)
            self._connections.add(connection)
            connection.task = self._loop.create_task(self._serve(connection))

    async def _serve(self, connection: _Connection) -> None:
        try:
            connection.server.setblocking(False)
            await self._loop.sock_connect(connection.server, (self._host, self.to_port))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(connection, connection.client, connection.server, answers=False))
                group.create_task(self._pump(connection, connection.server, connection.client, answers=True))
        except* (OSError, _Ended):
            pass
        finally:
            connection.close()
            self._connections.discard(connection)

    async def _pump(self, at: _Connection, source: socket.socket, sink: socket.socket, *, answers: bool) -> None:
        """One direction: a reader that stamps each chunk with its due time, and a writer that keeps to it."""
        chunks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)

        async def read() -> None:
            while True:
                data = await self._loop.sock_recv(source, _CHUNK)
                delay = self._now.round_trip / 2 if isinstance(self._now, Through) else 0.0
                await chunks.put((self._loop.time() + delay, data))
                if not data:
                    return

        async def write() -> None:
            while True:
                due, data = await chunks.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    with suppress(OSError):
                        sink.shutdown(socket.SHUT_WR)
                    return
                await self._deliver(at, sink, data, answers=answers)

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            group.create_task(write())

    async def _deliver(self, at: _Connection, sink: socket.socket, data: bytes, *, answers: bool) -> None:
        while data:
            match self._now:
                case BlackHole() | Cut():
                    self.broken += 1
                    await self._changed.wait()
                case Drip(pause=pause) if answers:
                    await self._loop.sock_sendall(sink, data[:1])
                    data = data[1:]
                    self.broken += 1
                    with suppress(TimeoutError):
                        await asyncio.wait_for(asyncio.shield(self._changed.wait()), pause)
                case Reset(after=after) if answers:
                    left = max(0, after - at.answered)
                    await self._loop.sock_sendall(sink, data[:left])
                    at.answered += len(data[:left])
                    if len(data) > left:
                        self.broken += 1
                        at.abort_on_close()
                        raise _Ended
                    data = b""
                case Through() | Drip() | Reset() | Flaky():
                    await self._loop.sock_sendall(sink, data)
                    data = b""
                case never:
                    assert_never(never)

    async def _close(self) -> None:
        if self._flapping is not None:
            self._flapping.cancel()
        self._stop_accepting()
        self._listener.close()
        for filler in self._fillers:
            filler.close()
        tasks = [c.task for c in self._connections if c.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Ended(Exception):
    """This connection is over by the line's own doing."""


class _Connection:
    def __init__(self, line: Line, client: socket.socket) -> None:
        self.client = client
        self.server = socket.socket()
        self.answered = 0
        self.task: asyncio.Task[None] | None = None
        for end in (self.client, self.server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reset(self) -> None:
        """RST to both ends, as soon as nothing waits on them any more."""
        self.abort_on_close()
        if self.task is not None:
            self.task.cancel()

    def abort_on_close(self) -> None:
        for end in (self.client, self.server):
            _abort_on_close(end)

    def close(self) -> None:
        self.client.close()
        self.server.close()


def _listener(host: str, port: int, backlog: int = 64) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(backlog)
    listener.setblocking(False)
    return listener


def _abort_on_close(end: socket.socket) -> None:
    """RST instead of FIN."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

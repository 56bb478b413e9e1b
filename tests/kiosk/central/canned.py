"""A TLS server that answers from a script: for what no service does on purpose, and with certificates that are wrong."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kiosk.sandbox.pki import DemoPki, Identity

CHALLENGES = (
    b'{"challenges":[{"id":"canned-0001","proc8":"0011223344556677","orig8":"8899AABBCCDDEEFF",'
    b'"expires":"2099-01-01T00:00:00+08:00"}]}'
)


def answer(body: bytes = CHALLENGES, status: bytes = b"201 Created", *head: bytes) -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Type: application/json", b"Content-Length: %d" % len(body), *head]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Canned:
    """`script` is called for every request with the connection; what it returns is sent, None ends the connection."""

    def __init__(
        self,
        pki: DemoPki,
        script: Callable[["Canned"], bytes | None],
        identity: Identity | None,
        verify: ssl.VerifyMode,
    ) -> None:
        self._script = script
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown = identity if identity is not None else pki.server
        self._context.load_cert_chain(shown.certificate, shown.key)
        self._context.load_verify_locations(pki.authority)
        self._context.verify_mode = verify
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"https://127.0.0.1:{self.port}"
        self.connections = 0
        self.requests: list[bytes] = []
        self.asked: list[tuple[int, bytes]] = []
        """(port of the client's end, request): which connection a request came on."""
        self.live: list[ssl.SSLSocket] = []
        self.ended = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError):
            tls = self._context.wrap_socket(plain, server_side=True)
            self.live.append(tls)
            peer: int = tls.getpeername()[1]
            while request := self._request(tls):
                self.requests.append(request)
                self.asked.append((peer, request))
                said = self._script(self)
                if said is None:
                    break
                tls.sendall(said)
            tls.close()
        self.ended.release()

    @staticmethod
    def _request(tls: ssl.SSLSocket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            more = tls.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        while len(body) < length:
            body += tls.recv(65536)
        return head + b"\r\n\r\n" + body

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for tls in self.live:
            tls.close()


@contextmanager
def canned(
    pki: DemoPki,
    script: Callable[[Canned], bytes | None] = lambda _: answer(),
    identity: Identity | None = None,
    verify: ssl.VerifyMode = ssl.CERT_OPTIONAL,
) -> Iterator[Canned]:
    server = Canned(pki, script, identity, verify)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)

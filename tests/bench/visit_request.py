"""The least that asks central: one request on a connection that stands, for `tests.bench.visit` to compare the kiosk with.

    python tests/bench/visit_request.py 127.0.0.1 8443 ca.pem kiosk.pem kiosk.key

`http.client` with the kiosk's own certificate, in a process of its own. Each line on stdin is a request as JSON (`method`,
`path`, `headers`, `body`); it prints the seconds from the first byte sent to the last byte read, the status and the size of the
answer.
"""

import http.client
import json
import socket
import ssl
import sys
import time


def connect(host: str, port: int, ca: str, certificate: str, key: str) -> http.client.HTTPSConnection:
    """Connected, handshake done, nothing sent."""
    context = ssl.create_default_context(cafile=ca)
    context.load_cert_chain(certificate, key)
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=10)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(
    connection: http.client.HTTPSConnection, method: str, path: str, headers: dict[str, str], body: str
) -> tuple[float, int, int]:
    """Seconds, status, bytes of the answer's body."""
    content = body.encode()
    began = time.monotonic()
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(content)
    answer = connection.getresponse()
    got = answer.read()
    return time.monotonic() - began, answer.status, len(got)


def main() -> None:
    host, port, ca, certificate, key = sys.argv[1:]
    connection = connect(host, int(port), ca, certificate, key)
    for line in sys.stdin:
        print(json.dumps(ask(connection, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

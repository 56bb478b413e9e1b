"""One request over HTTPS with a deadline that holds. The only file of the kiosk that imports requests.

requests, urllib3 and http.client know timeouts per socket operation only: a server that drips a byte now and then keeps them
waiting without end. Here every operation on the socket is given what is left of the action's total, in the head as in the body.
The server is trusted by our CA alone: an own SSLContext, no environment (proxies, .netrc, REQUESTS_CA_BUNDLE), no redirects.
"""

import contextlib
import errno
import io
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import BadStatusLine, HTTPResponse, RemoteDisconnected
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.retry import Retry

from kiosk.central.answers import Cancel, Cause

CHUNK = 16384

_CLEANSE_PLAINTEXT = 0x2
"""SSL_OP_CLEANSE_PLAINTEXT (OpenSSL 1.1.1, ssl.h): what was decrypted is overwritten once it is handed on. Python's ssl has
no name for it."""
INTERIM = 8
"""Interim answers (1xx, RFC 9110 §15.2) that are passed over before the answer itself."""
NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL: `ssl` has no name for it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The files of the kiosk's own certificate and of the only CA it trusts (PEM)."""

    ca_file: Path
    cert_file: Path
    key_file: Path


@dataclass(frozen=True, slots=True, repr=False)
class Raw:
    """An answer as it came: status, lower-case head, body within the size limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    clock_offset: float | None


class Failed(Exception):
    """Ends a call inside this package; `client.py` turns it into a value."""

    def __init__(self, cause: Cause, clock_offset: float | None = None) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.clock_offset = clock_offset


class Call:
    """One action: its total deadline, its connect limit, whether it was cancelled. Times on the monotonic clock.

    `received` counts the bytes of the answer, head and framing included; more than `most` end the call: a head, an interim
    answer, a chunk's size line or a trailer without end would else only end with the deadline.
    """

    def __init__(self, total: float, connect: float, cancel: Cancel | None) -> None:
        self.started = time.monotonic()
        self.deadline = self.started + total
        self.connect_seconds = connect
        self.connect_deadline = self.deadline
        self.connecting = False
        self.cancel = cancel
        self.received = 0
        self.most: int | None = None

    def begin_connect(self) -> None:
        self.connecting = True
        self.connect_deadline = min(self.deadline, time.monotonic() + self.connect_seconds)

    def end_connect(self) -> None:
        self.connecting = False

    def remaining(self) -> float:
        """Seconds for the next operation on the socket. Raises TimeoutError when there are none."""
        if self.cancelled:
            raise ConnectionAbortedError("cancelled")
        left = (self.connect_deadline if self.connecting else self.deadline) - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left

    @property
    def cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.cancelled

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.deadline


class _Reader(io.BufferedReader):
    """What http.client reads an answer through. Closed when the answer is at its end: what is left then was never announced."""

    def __init__(self, raw: io.RawIOBase, sock: "_Socket") -> None:
        super().__init__(raw)
        self._over = sock

    def close(self) -> None:
        if not self.closed:
            self._over.quiet = True  # look at what is here already, wait for nothing
            try:
                self._over.surplus = bool(self.peek(1))
            finally:
                self._over.quiet = False
        super().close()


class _Socket(ssl.SSLSocket):
    """Gives each operation what is left of the call's time, and counts what came."""

    quiet = False
    surplus = False
    """The last answer was longer than it said."""

    @property
    def _line(self) -> "Line | None":
        context = self.context
        return context.line if isinstance(context, _Context) else None

    def _arm(self) -> Call | None:
        line = self._line
        call = line.call if line is not None else None
        if call is not None:
            self.settimeout(call.remaining())
        return call

    def do_handshake(self, block: bool = False) -> None:
        line = self._line
        if line is not None:
            line.attach(self)
        self._arm()
        super().do_handshake(block)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.quiet:
            raise BlockingIOError(errno.EAGAIN, "nothing is waited for")
        call = self._arm()
        count = super().recv_into(*args, **kwargs)
        if call is not None:
            call.received += count
            if call.most is not None and call.received > call.most:
                raise Failed(Cause.TOO_LARGE)
        return count

    def send(self, data: Any, flags: int = 0) -> int:
        self._arm()
        try:
            return super().send(data, flags)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            # A service that refuses the kiosk's certificate says so in an alert after the handshake (TLS 1.3) and closes:
            # the alert is there to be read although nothing can be sent any more. It raises SSLError, which names the cause.
            with contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
                self.settimeout(0)
                self.read(1)
            raise

    def makefile(self, *args: Any, **kwargs: Any) -> Any:
        """http.client reads through this: see `_Reader`."""
        if args[:1] != ("rb",) or len(args) > 1 or kwargs:
            return super().makefile(*args, **kwargs)
        return _Reader(cast(Any, super().makefile("rb", buffering=0)), self)

    def alive(self) -> bool:
        """Is the idle connection still usable.

        urllib3 takes any readable socket for a dropped one; but after a TLS 1.3 handshake the server's session tickets are
        waiting there. Reading without blocking takes them in, and tells a closed connection from a live one.
        """
        try:
            self.settimeout(0)
            self.read(1)
        except ssl.SSLWantReadError:
            return True
        except (OSError, ValueError):
            return False
        return False  # closed, or data that nobody asked for


class _Response(HTTPResponse):
    """http.client knows 100 alone of the interim answers and takes any other for the answer itself; the true one would then
    lie on the connection as the next request's."""

    def begin(self) -> None:
        super().begin()
        for _ in range(INTERIM):
            if not 100 <= self.status < 200 or self.status == 101:
                break
            self.headers = None  # type: ignore[assignment]  # else `begin` takes its work for done
            super().begin()
        if self.status < 200:
            raise BadStatusLine(f"{self.status}")


class _Context(ssl.SSLContext):
    """Trusts one CA file, shows the kiosk's certificate. One for each line, so that a socket finds its call."""

    sslsocket_class = _Socket
    line: "Line | None" = None


def _context(identity: Identity) -> _Context:
    """Raises Failed(OWN_CERTIFICATE) when a file is missing, unreadable or does not fit."""
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.options |= _CLEANSE_PLAINTEXT
    try:
        context.load_verify_locations(cafile=str(identity.ca_file))
        context.load_cert_chain(str(identity.cert_file), str(identity.key_file), password="")
    except (OSError, ValueError) as error:
        raise Failed(Cause.OWN_CERTIFICATE) from error
    return context


class _Connection(HTTPSConnection):
    """Connects within the call's connect limit: name look-up, TCP to every address and TLS together."""

    line: "Line"
    response_class = _Response

    def connect(self) -> None:
        call = self.line.call
        if call is None:
            raise RuntimeError("a connection is opened within a call")
        call.begin_connect()
        try:
            super().connect()
        finally:
            call.end_connect()

    def _new_conn(self) -> socket.socket:
        call = self.line.call
        if call is None:
            raise RuntimeError("a connection is opened within a call")
        refused: OSError | None = None
        for family, kind, protocol, _, address in _resolve(self.host, self.port or 443, call):
            sock = socket.socket(family, kind, protocol)
            try:
                self.line.attach(sock)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(call.remaining())
                sock.connect(address)
            except TimeoutError:
                sock.close()
                raise
            except OSError as error:
                sock.close()
                refused = error
                continue
            return sock
        raise refused if refused is not None else OSError("no address")

    @property
    def is_connected(self) -> bool:
        sock = self.sock
        if sock is None:
            return False
        return sock.alive() if isinstance(sock, _Socket) else False


def _resolve(host: str, port: int, call: Call) -> list[Any]:
    """getaddrinfo, which knows no timeout, in a thread that is left behind when it takes too long."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[Any] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up, name="central-name", daemon=True)
    thread.start()
    thread.join(call.remaining())
    if thread.is_alive():
        raise TimeoutError("name look-up")
    if failed:
        raise failed[0]
    return found


class _Pool(HTTPSConnectionPool):
    """The one connection of a line."""

    def __init__(self, line: "Line", host: str, port: int, context: _Context) -> None:
        super().__init__(
            host, port, maxsize=1, block=False, retries=False, ssl_context=context, cert_reqs="CERT_REQUIRED"
        )

        def connection(*args: Any, **kwargs: Any) -> _Connection:
            made = _Connection(*args, **kwargs)
            made.line = line
            return made

        self.ConnectionCls = cast(Any, connection)

    def warm(self) -> None:
        """Stand ready: connected, handshake done, nothing sent."""
        connection = cast(HTTPSConnection, self._get_conn())  # a dropped one comes back closed
        try:
            if connection.sock is None:
                connection.connect()
        except BaseException:
            connection.close()
            raise
        self._put_conn(connection)


class _Adapter(HTTPAdapter):
    """Sends everything through the line's own pool: no proxy, no other context, no CA bundle of requests."""

    def __init__(self, pool: _Pool) -> None:
        self._pool = pool
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=Retry(0, read=False))

    def get_connection_with_tls_context(self, *_args: Any, **_kwargs: Any) -> Any:
        return self._pool

    def cert_verify(self, *_args: Any, **_kwargs: Any) -> None:
        """requests would load a bundle into our context here: from certifi while `verify` is True."""


class _Session(requests.Session):
    """Looks at no redirect: requests would read the whole body of one, even when told not to follow it."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Line:
    """One session with one connection, used by one thread at a time. A line that failed is closed, never used again.

    `dates` False: certificates out of their dates are let pass. Only to ask central what time it is.
    """

    def __init__(self, base_url: str, identity: Identity, *, dates: bool = True) -> None:
        self.context = _context(identity)
        if not dates:
            self.context.verify_flags |= NO_CHECK_TIME
        self.context.line = self
        self.call: Call | None = None
        self.closed = False
        self._sock: socket.socket | None = None
        self._lock = threading.Lock()
        url = urllib3.util.parse_url(base_url)
        self._pool = _Pool(self, url.host or "", url.port or 443, self.context)
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = str(identity.ca_file)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.adapters.clear()
        self._session.mount("https://", _Adapter(self._pool))
        self._base = base_url.rstrip("/")

    def attach(self, sock: socket.socket) -> None:
        """The socket that a cancel has to end."""
        with self._lock:
            self._sock = sock

    def abort(self, call: Call) -> None:
        """Wake whoever waits on the socket in `call`. From any thread; a call that came after it is left alone."""
        with self._lock:
            if self.call is call and self._sock is not None:
                # Not SSLSocket.shutdown: that takes the TLS object away from under the reading thread.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        self.closed = True
        self._session.close()
        self._pool.close()
        self._sock = None

    def warm(self, call: Call) -> None:
        """Raises Failed."""
        self._within(call, self._pool.warm)

    def exchange(
        self, call: Call, method: str, path: str, headers: Mapping[str, str], body: bytes | None, limit: int
    ) -> Raw:
        """Send one request, read the whole answer. Raises Failed."""
        made: list[Raw] = []
        self._within(call, lambda: made.append(self._exchange(call, method, path, headers, body, limit)))
        return made[0]

    def _within(self, call: Call, work: Callable[[], None]) -> None:
        with self._lock:
            self.call = call
        handle = call.cancel.bind(lambda: self.abort(call)) if call.cancel is not None else None
        try:
            if call.cancelled:
                raise Failed(Cause.CANCELLED)
            work()
            if call.cancelled:
                raise Failed(Cause.CANCELLED)  # the end that a cancel makes passes for the end of trailers
        except Failed as failed:
            self.close()
            if call.cancelled:
                raise Failed(Cause.CANCELLED) from failed  # the end that a cancel makes looks like a truncated body
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self.close()
            raise Failed(cause_of(error, call)) from error
        finally:
            with self._lock:
                self.call = None
            if call.cancel is not None and handle is not None:
                call.cancel.release(handle)

    def _exchange(
        self, call: Call, method: str, path: str, headers: Mapping[str, str], body: bytes | None, limit: int
    ) -> Raw:
        asked = time.time()
        call.most = limit + limit // 4 + 4 * CHUNK
        response = self._session.request(
            method,
            self._base + path,
            data=body,
            headers={"Accept": "application/json, application/problem+json", "Accept-Encoding": "identity", **headers},
            timeout=None,
            allow_redirects=False,
            stream=True,
        )
        status = response.status_code
        head = {name.lower(): value for name, value in response.headers.items()}
        offset = _clock_offset(response.headers.get("Date"), asked, time.time())
        try:
            try:
                content = self._content(response, head, limit)
            finally:
                response.close()  # after a body that was read to its end this only gives the connection back
            if isinstance(self._sock, _Socket) and self._sock.surplus:
                raise Failed(Cause.TOO_LARGE)
        except Failed as failed:
            if status < 300:
                raise Failed(failed.cause, offset) from None
            self.close()
            content = b""  # what a service says by its status holds, whatever is wrong with the page that comes with it
        return Raw(status, head, content, offset)

    @staticmethod
    def _content(response: requests.Response, head: Mapping[str, str], limit: int) -> bytes:
        """The body. Raises Failed."""
        if head.get("content-encoding", "identity").lower() not in ("identity", ""):
            raise Failed(Cause.CONTENT_ENCODING)
        return _body(response, head, limit)


def _body(response: requests.Response, head: Mapping[str, str], limit: int) -> bytes:
    length = head.get("content-length", "")
    # By digits first: int() refuses thousands of them with an error.
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit):
        raise Failed(Cause.TOO_LARGE)
    body = bytearray()
    for chunk in _chunks(response):
        body += chunk
        if len(body) > limit:
            raise Failed(Cause.TOO_LARGE)
    return bytes(body)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.raw.stream(CHUNK, decode_content=False)
    except urllib3.exceptions.IncompleteRead as error:
        raise Failed(Cause.TRUNCATED) from error
    except ValueError as error:
        raise Failed(Cause.TRUNCATED) from error  # http.client, of a chunk whose size is below nothing
    except urllib3.exceptions.ProtocolError as error:
        if isinstance(_root(error), TimeoutError | ConnectionError):
            raise
        raise Failed(Cause.TRUNCATED) from error


def _clock_offset(date: str | None, asked: float, answered: float) -> float | None:
    if date is None:
        return None
    try:
        theirs = parsedate_to_datetime(date).timestamp() + 0.5  # Date has whole seconds, cut off
    except (ValueError, OverflowError):
        return None
    return theirs - (asked + answered) / 2


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from; requests and urllib3 wrap several times, in three ways."""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        one = todo.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


def _root(error: BaseException) -> BaseException:
    """The first error below that is the socket's or TLS's own, or `error`."""
    for one in _chain(error):
        if isinstance(one, OSError) and not isinstance(one, requests.RequestException | urllib3.exceptions.HTTPError):
            return one
    return error


_VERIFY_DATES = {9, 10}  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_VERIFY_NAME = {62, 63, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, EMAIL, IP_ADDRESS


def cause_of(error: BaseException, call: Call) -> Cause:
    """Why an exchange broke."""
    if call.cancelled:
        return Cause.CANCELLED
    if call.expired:
        return Cause.DEADLINE
    root = _root(error)
    match root:
        case ssl.SSLCertVerificationError():
            if root.verify_code in _VERIFY_DATES:
                return Cause.CERTIFICATE_DATES
            return Cause.CERTIFICATE_NAME if root.verify_code in _VERIFY_NAME else Cause.CERTIFICATE_UNTRUSTED
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return Cause.CONNECTION_LOST
        case ssl.SSLError():
            return Cause.HANDSHAKE
        case TimeoutError():
            return Cause.CONNECT_TIMEOUT
        case socket.gaierror():
            return Cause.NAME_NOT_FOUND
        case ConnectionRefusedError():
            return Cause.CONNECTION_REFUSED
        case RemoteDisconnected() | ConnectionError():
            return Cause.CONNECTION_LOST
        case OSError() if root is not error or not isinstance(error, requests.RequestException):
            return Cause.CONNECTION_REFUSED
        case _:
            # What is left of requests and urllib3: a head that is not HTTP, a broken chunk.
            return Cause.CONTRACT

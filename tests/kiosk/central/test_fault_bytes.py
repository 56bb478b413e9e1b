"""What no service says on purpose, byte by byte over TLS, at every question: a named failure at once, and the next is sound."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pytest

from kiosk.central import contract as c
from kiosk.central.answers import Cause, failure_of
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central.canned import Canned, canned
from tests.kiosk.central.conftest import Connect
from tests.kiosk.central.operations import EVERYWHERE, QUESTIONS, Question, head

AT_ONCE: Final = 2.0
"""Seconds within which an answer that is wrong is called wrong, on a loaded machine; the call itself had 8."""


@dataclass(frozen=True, slots=True)
class Odd:
    """`said(question)`: the bytes, in pieces; without an end where the fault has none. `ends`: the connection, too."""

    name: str
    said: Callable[[Question], Iterator[bytes]]
    cause: Cause
    ends: bool = False


def once(made: Callable[[Question], bytes]) -> Callable[[Question], Iterator[bytes]]:
    return lambda question: iter((made(question),))


def framed(body: bytes, *lines: bytes, status: bytes, kind: bytes = b"application/json") -> bytes:
    return head(status, b"Content-Length: %d" % len(body), *lines, kind=kind) + body


def body(
    made: Callable[[bytes], bytes], *lines: bytes, kind: bytes = b"application/json"
) -> Callable[..., Iterator[bytes]]:
    """The right head with a body made of the sound one."""
    return once(lambda question: framed(made(question.body), *lines, status=question.status, kind=kind))


def status(line: bytes, *lines: bytes, content: bytes = b"<h1>no</h1>") -> Callable[..., Iterator[bytes]]:
    return once(lambda _: framed(content, *lines, status=line, kind=b"text/html"))


def chunked(*chunks: Callable[[Question], bytes], more: bytes = b"") -> Callable[[Question], Iterator[bytes]]:
    def said(question: Question) -> Iterator[bytes]:
        yield head(question.status, b"Transfer-Encoding: chunked")
        for chunk in chunks:
            data = chunk(question)
            yield b"%x\r\n" % len(data) + data + b"\r\n"
        yield more

    return said


def endless(first: Callable[[Question], bytes], piece: bytes) -> Callable[[Question], Iterator[bytes]]:
    def said(question: Question) -> Iterator[bytes]:
        yield first(question)
        while True:
            yield piece * (65536 // len(piece) + 1)

    return said


def member(raw: bytes) -> Callable[[bytes], bytes]:
    """A member more, which nobody asked for, written so."""
    return lambda sound: sound[:-1] + b',"later":' + raw + b"}"


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BOMB: Final = b" " * (64 << 20)
GZIP: Final = gzip.compress(BOMB, 1)
DEFLATE: Final = zlib.compress(BOMB, 1)

ODD: Final = (
    # --- status ---
    Odd("500", status(b"500 Internal Server Error"), Cause.SERVER_ERROR),
    Odd("502 with a page", status(b"502 Bad Gateway", content=b"<p>" * 5000), Cause.SERVER_ERROR),
    Odd("429 without Retry-After", status(b"429 Too Many Requests"), Cause.BUSY),
    Odd("503 without Retry-After", status(b"503 Service Unavailable"), Cause.BUSY),
    Odd(
        "503 with a page over the limit",
        status(b"503 Service Unavailable", content=b"x" * (2 * c.MAX_BODY_BYTES)),
        Cause.BUSY,
    ),
    Odd(
        "503 cut short",
        once(lambda _: b"HTTP/1.1 503 Busy\r\nContent-Length: 500\r\n\r\nno"),
        Cause.BUSY,
        ends=True,
    ),
    Odd("503 packed", status(b"503 Service Unavailable", b"Content-Encoding: gzip"), Cause.BUSY),
    Odd("404 of somebody else", status(b"404 Not Found"), Cause.STATUS),
    Odd("202", once(lambda q: framed(q.body, status=b"202 Accepted")), Cause.STATUS),
    Odd("204", once(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n"), Cause.STATUS),
    Odd("101", once(lambda q: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + q.sound), Cause.CONTRACT),
    Odd("999", once(lambda _: b"HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n"), Cause.STATUS),
    Odd("099", once(lambda _: b"HTTP/1.1 099 \r\nContent-Length: 0\r\n\r\n"), Cause.CONTRACT),
    # --- what kind of body ---
    Odd(
        "HTML with 200", body(lambda _: b"<!doctype html><title>Sign in</title>", kind=b"text/html"), Cause.CONTENT_TYPE
    ),
    Odd("JSON said to be text", body(lambda sound: sound, kind=b"text/plain"), Cause.CONTENT_TYPE),
    Odd("HTML said to be JSON", body(lambda _: b"<!doctype html><title>Sign in</title>"), Cause.CONTRACT),
    Odd("empty", body(lambda _: b""), Cause.CONTRACT),
    Odd("gzip bomb", body(lambda _: GZIP, b"Content-Encoding: gzip"), Cause.CONTENT_ENCODING),
    Odd("deflate bomb", body(lambda _: DEFLATE, b"Content-Encoding: deflate"), Cause.CONTENT_ENCODING),
    Odd("br unasked", body(lambda sound: sound, b"Content-Encoding: br"), Cause.CONTENT_ENCODING),
    Odd("zstd unasked", body(lambda sound: sound, b"Content-Encoding: zstd"), Cause.CONTENT_ENCODING),
    Odd("gzip twice", body(lambda _: gzip.compress(GZIP), b"Content-Encoding: gzip, gzip"), Cause.CONTENT_ENCODING),
    Odd("gzip that nobody said", body(lambda sound: gzip.compress(sound)), Cause.CONTRACT),
    # --- JSON ---
    Odd("broken JSON", body(lambda sound: sound[: len(sound) // 2]), Cause.CONTRACT),
    Odd("JSON with more after it", body(lambda sound: sound + b"{}"), Cause.CONTRACT),
    Odd("JSON in a callback", body(lambda sound: b"cb(" + sound + b")"), Cause.CONTRACT),
    Odd("JSON with a comment", body(lambda sound: b"/**/" + sound), Cause.CONTRACT),
    Odd("JSON in single quotes", body(lambda sound: sound.replace(b'"', b"'")), Cause.CONTRACT),
    Odd("null", body(lambda _: b"null"), Cause.CONTRACT),
    Odd("a list", body(lambda sound: b"[" + sound + b"]"), Cause.CONTRACT),
    Odd("a text", body(lambda _: b'"ok"'), Cause.CONTRACT),
    Odd("another question's answer", body(lambda sound: b'{"ok":true,"data":' + sound + b"}"), Cause.CONTRACT),
    Odd("a member twice", body(lambda sound: sound[:-1] + b"," + sound[1:]), Cause.CONTRACT),
    Odd("an inner member twice", body(member(b'{"a":1,"a":2}')), Cause.CONTRACT),
    Odd("NaN", body(member(b"NaN")), Cause.CONTRACT),
    Odd("Infinity", body(member(b"Infinity")), Cause.CONTRACT),
    Odd("-Infinity", body(member(b"[-Infinity]")), Cause.CONTRACT),
    Odd("a number of 5,000 digits", body(member(b"9" * 5000)), Cause.CONTRACT),
    Odd("a depth of 100,000", body(lambda _: deep(100_000)), Cause.CONTRACT),
    Odd("a depth of 100,000 in a member", body(member(deep(100_000))), Cause.CONTRACT),
    Odd("objects 50,000 deep", body(lambda _: b'{"a":' * 50_000 + b"1" + b"}" * 50_000), Cause.CONTRACT),
    Odd("bytes that are not UTF-8", body(member(b'"\xff\xfe"')), Cause.CONTRACT),
    Odd("UTF-8 written too long", body(member(b'"\xc0\xaf"')), Cause.CONTRACT),
    Odd("half a surrogate", body(member(b'"\\ud800"')), Cause.CONTRACT),
    Odd("UTF-16", body(lambda sound: sound.decode().encode("utf-16")), Cause.CONTRACT),
    Odd("GBK", body(lambda sound: sound[:-1] + ',"姓":"试"}'.encode("gbk")), Cause.CONTRACT),
    Odd("a byte order mark", body(lambda sound: b"\xef\xbb\xbf" + sound), Cause.CONTRACT),
    # --- length and framing ---
    Odd("cut before its length", once(lambda q: q.sound[:-5]), Cause.TRUNCATED, ends=True),
    Odd("cut after the head", once(lambda q: q.sound[: -len(q.body)]), Cause.TRUNCATED, ends=True),
    Odd("cut in a chunk", chunked(lambda q: q.body, more=b"ff\r\n{"), Cause.TRUNCATED, ends=True),
    Odd("no last chunk", chunked(lambda q: q.body), Cause.TRUNCATED, ends=True),
    Odd("a chunk of no size", chunked(more=b"zz\r\n{}\r\n"), Cause.TRUNCATED),
    Odd("a chunk of negative size", chunked(more=b"-5\r\n{}\r\n"), Cause.TRUNCATED),
    Odd("larger than said", once(lambda q: q.sound + b"{}"), Cause.TOO_LARGE),
    Odd("another answer behind it", once(lambda q: q.sound + q.sound), Cause.TOO_LARGE),
    Odd("over the limit", body(member(b'"' + b"x" * c.MAX_BODY_BYTES + b'"')), Cause.TOO_LARGE),
    Odd("over the limit in chunks", chunked(*[lambda _: b" " * 65536] * 20), Cause.TOO_LARGE),
    Odd("without length or end", endless(lambda q: head(q.status, b"Connection: close"), b" "), Cause.TOO_LARGE),
    Odd(
        "chunks without end",
        endless(lambda q: head(q.status, b"Transfer-Encoding: chunked"), b"10\r\n" + b" " * 16 + b"\r\n"),
        Cause.TOO_LARGE,
    ),
    Odd("a length of 5,000 digits", once(lambda q: head(q.status, b"Content-Length: " + b"9" * 5000)), Cause.TOO_LARGE),
    Odd(
        "two lengths",
        once(lambda q: head(q.status, b"Content-Length: 5", b"Content-Length: 6") + b"{}    "),
        Cause.CONTRACT,
    ),
    Odd(
        "a length below nothing",
        once(lambda q: head(q.status, b"Content-Length: -5") + b"{}"),
        Cause.CONTRACT,
        ends=True,
    ),
    # --- head ---
    Odd("200 header lines", once(lambda q: head(q.status, *[b"X: y"] * 200) + q.body), Cause.CONTRACT),
    Odd("a header line of 70 kB", once(lambda q: head(q.status, b"X: " + b"y" * 70_000) + q.body), Cause.CONTRACT),
    Odd("header lines without end", endless(lambda _: b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), Cause.CONTRACT),
    Odd("a status line without end", endless(lambda _: b"HTTP/1.1 200 ", b"x"), Cause.CONTRACT),
    Odd("100 without end", endless(lambda _: b"", b"HTTP/1.1 100 Continue\r\n\r\n"), Cause.TOO_LARGE),
    Odd("103 nine times", once(lambda q: b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 9 + q.sound), Cause.CONTRACT),
    Odd(
        "trailers without end",
        endless(lambda q: head(q.status, b"Transfer-Encoding: chunked") + b"0\r\n", b"X: y\r\n"),
        Cause.TOO_LARGE,
    ),
    Odd(
        "a chunk's size without end",
        endless(lambda q: head(q.status, b"Transfer-Encoding: chunked"), b"0"),
        Cause.TRUNCATED,
    ),
    Odd("HTTP/0.9", once(lambda q: q.body + b"\r\n\r\n"), Cause.CONTRACT, ends=True),
    Odd(
        "HTTP/2",
        once(lambda _: b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\r\n"),
        Cause.CONTRACT,
        ends=True,
    ),
    Odd("SSH", once(lambda _: b"SSH-2.0-OpenSSH_9.2\r\n"), Cause.CONTRACT, ends=True),
    Odd("noughts", once(lambda _: bytes(64) + b"\r\n"), Cause.CONTRACT, ends=True),
)


class Misbehaving:
    """Says an odd answer to the first request, sound ones to all that follow."""

    def __init__(self, question: Question, odd: Odd) -> None:
        self._question, self._odd = question, odd
        self.served = 0

    def __call__(self, server: Canned) -> bytes | None:
        if self.served:
            return self._question.sound
        self.served = 1
        mine = server.live[-1]
        with suppress(OSError):  # the client need not hear an odd answer out
            for piece in self._odd.said(self._question):
                mine.sendall(piece)
        return None if self._odd.ends else b""


@pytest.mark.fault("central", "odd bytes", level="real")
@pytest.mark.parametrize("question", EVERYWHERE)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_an_odd_answer_is_named_at_once_and_the_next_is_sound(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], question: Question, odd: Odd
) -> None:
    script = Misbehaving(question, odd)
    with canned(pki, script) as server:
        client = connect(server.base_url)
        began = time.monotonic()
        answer = question.ask(client, 8.0)
        took = time.monotonic() - began
        assert (answer.cause, answer.failure) == (odd.cause, failure_of(odd.cause))
        assert answer.value is None
        assert took < AT_ONCE
        assert len(server.requests) == 1, "an answer that came was asked for again"
        assert question.ask(client, 8.0).value == question.record
        fired(script.served)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answers_are_passed_over(pki: DemoPki, connect: Connect, question: Question, interim: bytes) -> None:
    said = b"HTTP/1.1 " + interim + b"\r\nLink: x\r\n\r\n"
    with canned(pki, lambda _: said + said + question.sound) as server:
        client = connect(server.base_url)
        assert question.ask(client, 8.0).value == question.record
        assert question.ask(client, 8.0).value == question.record
        assert server.connections == 1


@pytest.mark.fault("central", "Retry-After", level="real")
@pytest.mark.parametrize("line", [b"429 Too Many Requests", b"503 Service Unavailable"], ids=["429", "503"])
@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        (b"17", 17.0, 17.0),
        (b"0", 0.0, 0.0),
        (b"Fri, 31 Dec 1999 23:59:59 GMT", 0.0, 0.0),
        (b"Fri, 31 Dec 2199 23:59:59 GMT", 86400.0, 86400.0),
        (b"9" * 400, 86400.0, 86400.0),
        (b"9" * 5000, 86400.0, 86400.0),
        (b"-5", None, None),
        (b"1.5", None, None),
        (b"soon", None, None),
        (b"\xb2", None, None),
        (b"", None, None),
    ],
    ids=[
        "17",
        "0",
        "past",
        "far",
        "400 digits",
        "5000 digits",
        "negative",
        "fraction",
        "word",
        "superscript",
        "nothing",
    ],
)
def test_what_central_asks_to_wait_is_a_number_of_seconds_or_nothing(
    pki: DemoPki,
    connect: Connect,
    fired: Callable[[object], None],
    line: bytes,
    said: bytes,
    least: float | None,
    most: float | None,
) -> None:
    with canned(pki, lambda _: framed(b"", b"Retry-After: " + said, status=line)) as server:
        answer = QUESTIONS[1].ask(connect(server.base_url), 8.0)
        assert answer.cause is Cause.BUSY
        if least is None or most is None:
            assert answer.retry_after is None
        else:
            assert answer.retry_after is not None
            assert least <= answer.retry_after <= most
        fired(len(server.requests) == 1)


@pytest.mark.fault("central", "redirect", level="real")
@pytest.mark.parametrize("question", EVERYWHERE)
@pytest.mark.parametrize("code", [300, 301, 302, 303, 304, 305, 307, 308])
def test_a_redirect_is_never_followed(
    pki: DemoPki, connect: Connect, fired: Callable[[object], None], question: Question, code: int
) -> None:
    """Elsewhere has a certificate of our CA: it is not TLS that keeps the person's data from it."""
    with canned(pki, lambda _: question.sound) as elsewhere:
        there = b"Location: " + elsewhere.base_url.encode() + b"/v1/card-sessions"
        redirect = framed(b"", there, status=b"%d Elsewhere" % code)
        with canned(pki, lambda _: redirect) as server:
            answer = question.ask(connect(server.base_url), 8.0)
            assert answer.cause is Cause.REDIRECT
            fired(len(server.requests) == 1)
        assert elsewhere.connections == 0

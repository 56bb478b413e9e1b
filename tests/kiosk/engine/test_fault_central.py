"""What the engine makes of a broken central: the client over TLS on one side, the visit's events on the other."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

import pytest

from drivers.card.layout import Generation, HolderClosed, HolderData, IssuerData
from kiosk.central import contract as c
from kiosk.central.answers import Answer, Cancel, Cause, failure_of
from kiosk.central.client import CentralClient
from kiosk.central.decode import encode
from kiosk.engine.card import CardRead, HeldChallenge
from kiosk.engine.central import CentralWorker
from kiosk.engine.device import ASKED_LONGEST, CLOCK_SECONDS, OFFLINE_LONGEST, Device
from kiosk.model import CentralFailure
from kiosk.sandbox.pki import DemoPki, Flaw, ensure
from kiosk.visit.events import Ask, CentralFailed, ClockChecked, Event, OverviewArrived, SessionOpened
from tests.kiosk.central.canned import Canned, canned
from tests.kiosk.central.operations import BEAT, head
from tests.kiosk.central.samples import CHALLENGES, OVERVIEW, SESSION

WAIT: Final = 5.0
VISIT, INSERTION = 7, 3
HOLDER = HolderData(OVERVIEW.holder.number, OVERVIEW.holder.name, "1", "01", "370101", None)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return ensure(tmp_path_factory.mktemp("pki"))


def read(holder: HolderData | HolderClosed, challenge: HeldChallenge | None) -> CardRead:
    issuer = IssuerData(
        "370100D15600000500000004A1B2C31C",
        "3",
        "3.00",
        Generation.THIRD,
        None,
        None,
        None,
        OVERVIEW.card_number,
        "370100",
        True,
    )
    return CardRead(bytes.fromhex("3B6D000000814A44468660370100A1B204"), issuer, holder, challenge, None)


class Bench:
    """The worker of one kiosk whose central answers `say(request line)`; its events, in order."""

    def __init__(self, pki: DemoPki, server: Canned) -> None:
        mine = pki.device("kiosk-01")
        self.server = server
        self.events: queue.Queue[Event] = queue.Queue()
        self.client = CentralClient(server.base_url, pki.authority, mine.certificate, mine.key, total_deadline=WAIT)
        self.device = Device(self.client, self.events.put, lambda: BEAT, 60.0)
        self.worker = CentralWorker(self.client, self.device, self.events.put, WAIT)

    def next(self, *kinds: type[Event]) -> Event:
        until = time.monotonic() + WAIT
        while True:
            event = self.events.get(timeout=max(0.01, until - time.monotonic()))
            if isinstance(event, kinds):
                return event

    def begin(self, holder: HolderData | HolderClosed = HOLDER, visit: int = VISIT, insertion: int = INSERTION) -> None:
        self.worker.begin(visit, insertion)
        self.worker.keep(visit, read(holder, self.device.challenges.take(lambda: False, WAIT)))

    def stop(self) -> None:
        self.worker.stop()
        self.client.close()


def said(status: bytes, record: object) -> bytes:
    body = encode(record)
    return head(status, b"Content-Length: %d" % len(body)) + body


Script = Callable[[bytes], bytes | None]
SOUND: Final[dict[bytes, bytes]] = {
    b"challenges": said(b"201 Created", CHALLENGES),
    b"card-sessions": said(b"201 Created", SESSION),
    b"overview": said(b"200 OK", OVERVIEW),
}


def sound(last: bytes) -> bytes:
    return SOUND.get(last, b"HTTP/1.1 204 No Content\r\n\r\n")


@pytest.fixture
def at(pki: DemoPki) -> Iterator[Callable[[Script], Bench]]:
    """at(script): a bench whose central says `script(last part of the path)`."""
    ends: list[Callable[[], object]] = []

    def made(script: Script) -> Bench:
        served = canned(pki, lambda server: script(server.requests[-1].split(b" ", 2)[1].rpartition(b"/")[2]))
        server = served.__enter__()
        ends.append(lambda: served.__exit__(None, None, None))
        bench = Bench(pki, server)
        ends.append(bench.stop)
        return bench

    yield made
    for end in reversed(ends):
        end()


def test_a_sound_central_opens_the_record(at: Callable[[Script], Bench]) -> None:
    bench = at(sound)
    bench.begin()
    bench.worker.open_session(VISIT, INSERTION)
    assert isinstance(bench.next(SessionOpened, CentralFailed), SessionOpened)
    bench.worker.overview(VISIT, INSERTION)
    opened = bench.next(OverviewArrived, CentralFailed)
    assert isinstance(opened, OverviewArrived)
    assert opened.agrees


def test_with_a_visit_its_threads_to_central_end(at: Callable[[Script], Bench]) -> None:
    """And with each what the C library kept for it of the record that it decoded."""
    before = set(threading.enumerate())
    bench = at(sound)
    bench.begin()
    bench.worker.open_session(VISIT, INSERTION)
    bench.next(SessionOpened)
    used = {thread for thread in set(threading.enumerate()) - before if thread.name.startswith("central")}
    assert used
    bench.worker.end(VISIT)
    for thread in used:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in used)


OTHERS: Final = {
    "another card": replace(OVERVIEW, card_number="B10033335"),
    "another number": replace(OVERVIEW, holder=replace(OVERVIEW.holder, number="370101198809121089")),
    "another name": replace(OVERVIEW, holder=replace(OVERVIEW.holder, name="试大明")),
}


@pytest.mark.fault("central", "an answer for another person", level="real")
@pytest.mark.parametrize("other", OTHERS)
def test_the_record_of_another_person_is_never_the_visits(
    at: Callable[[Script], Bench], fired: Callable[[object], None], other: str
) -> None:
    theirs = said(b"200 OK", OTHERS[other])
    bench = at(lambda last: theirs if last == b"overview" else sound(last))
    bench.begin()
    bench.worker.open_session(VISIT, INSERTION)
    bench.next(SessionOpened)
    bench.worker.overview(VISIT, INSERTION)
    event = bench.next(OverviewArrived, CentralFailed)
    match event:
        case CentralFailed(ask=ask, failure=failure):
            assert (ask, failure) == (Ask.OVERVIEW, CentralFailure.BAD_ANSWER)
        case OverviewArrived(agrees=agrees):
            assert not agrees  # the visit then shows CARD-DISAGREES, nothing of the record
        case _:
            raise AssertionError("no answer")
    fired(sum(b"/overview" in request for request in bench.server.requests))


@pytest.mark.fault("central", "late answer", level="real")
@pytest.mark.parametrize("what", ["card-sessions", "overview"])
@pytest.mark.parametrize("then", ["the visit's end", "another card in the slot"])
def test_a_late_answer_is_no_event(
    at: Callable[[Script], Bench], fired: Callable[[object], None], what: str, then: str
) -> None:
    asked, release, late = threading.Event(), threading.Event(), threading.Event()

    def script(last: bytes) -> bytes | None:
        if last == what.encode() and not late.is_set():
            asked.set()
            release.wait(WAIT)
            late.set()
        return sound(last)

    bench = at(script)
    bench.begin()
    bench.worker.open_session(VISIT, INSERTION)
    if what == "overview":
        bench.next(SessionOpened)
        bench.worker.overview(VISIT, INSERTION)
    assert asked.wait(WAIT)
    bench.worker.end(VISIT)
    if then == "another card in the slot":
        bench.begin(HolderClosed(), VISIT + 1, INSERTION + 1)
    release.set()
    assert late.wait(WAIT)
    if then == "another card in the slot":
        bench.worker.open_session(VISIT + 1, INSERTION + 1)
        assert bench.next(SessionOpened, CentralFailed).visit == VISIT + 1  # type: ignore[union-attr]
    bench.stop()
    for thread in threading.enumerate():
        if thread.name.startswith("central"):
            thread.join(WAIT)  # whatever a worker had to say is said
    rest = [bench.events.get_nowait() for _ in range(bench.events.qsize())]
    assert not [e for e in rest if isinstance(e, SessionOpened | OverviewArrived | CentralFailed) and e.visit == VISIT]
    fired(late.is_set())


@pytest.mark.fault("central", "another answer behind the last one", level="real")
def test_what_comes_late_on_the_connection_of_a_visit_meets_nobody(
    at: Callable[[Script], Bench], fired: Callable[[object], None]
) -> None:
    """Each visit has connections of its own: an answer too many cannot be taken for the next person's."""
    bench = at(sound)
    for visit in (VISIT, VISIT + 1):
        bench.begin(visit=visit, insertion=visit)
        bench.worker.open_session(visit, visit)
        bench.next(SessionOpened)
        bench.worker.end(visit)
    of_sessions = [peer for peer, request in bench.server.asked if b"POST /v1/card-sessions " in request]
    assert len(of_sessions) == len(set(of_sessions)) == 2
    fired(of_sessions)


@pytest.mark.fault("central", "no challenge in the answer", level="real")
def test_an_answer_without_a_challenge_is_a_bad_answer_and_not_an_unreachable_service(
    at: Callable[[Script], Bench], fired: Callable[[object], None]
) -> None:
    bench = at(lambda last: said(b"201 Created", c.Challenges(())) if last == b"challenges" else sound(last))
    bench.begin()
    bench.worker.open_session(VISIT, INSERTION)
    event = bench.next(SessionOpened, CentralFailed)
    assert isinstance(event, CentralFailed)
    assert event.failure is CentralFailure.BAD_ANSWER
    fired(sum(b"/challenges" in request for request in bench.server.requests))


# --- the device ---------------------------------------------------------------------------------------------------------


class Played:
    """Plays the client: one answer after the other, then the last again."""

    def __init__(self, *answers: Answer[object] | Exception, offset: float | None = None) -> None:
        self._answers = list(answers)
        self._offset = offset
        self.beats = 0
        self.clocks = 0

    def preload(self) -> None:
        pass

    def heartbeat(self, _beat: c.Heartbeat, cancel: Cancel | None = None) -> Answer[object]:
        self.beats += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def clock_offset(self, _cancel: Cancel, _within: float) -> float | None:
        self.clocks += 1
        return self._offset


def failed(cause: Cause, **more: float) -> Answer[object]:
    return Answer(failure_of(cause), cause, **more)  # type: ignore[arg-type]


@pytest.mark.fault("central", "absurd Retry-After", level="unit")
def test_central_cannot_silence_the_heartbeat_for_a_day(fired: Callable[[object], None]) -> None:
    client = Played(failed(Cause.BUSY, retry_after=86400.0))
    device = Device(client, lambda _: None, lambda: BEAT, 60.0)  # type: ignore[arg-type]
    assert device._beat() == ASKED_LONGEST
    fired(client.beats)


@pytest.mark.fault("central", "a bug in the heartbeat", level="unit")
def test_a_bug_does_not_end_the_heartbeat(
    fired: Callable[[object], None], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.engine.device.OFFLINE_LONGEST", 0.01)
    again = threading.Event()
    client = Played(ValueError("secret"), failed(Cause.BUSY))
    device = Device(client, lambda _: again.set(), lambda: BEAT, 60.0)  # type: ignore[arg-type]
    device.start()
    assert again.wait(WAIT)
    device.stop()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == ["kiosk-fault"]
    fired(client.beats >= 2)


@pytest.mark.fault("central", "certificate out of its dates: whose clock", level="unit")
@pytest.mark.parametrize(
    ("offset", "wrong"), [(4 * 365 * 86400.0, True), (-3600.0, True), (2.0, False), (None, None)], ids=str
)
def test_a_certificate_out_of_its_dates_asks_whose_clock_is_wrong(
    fired: Callable[[object], None], offset: float | None, wrong: bool | None
) -> None:
    events: list[Event] = []
    client = Played(failed(Cause.CERTIFICATE_DATES), offset=offset)
    device = Device(client, events.append, lambda: BEAT, 60.0)  # type: ignore[arg-type]
    pause = device._beat()
    checked = [event.wrong for event in events if isinstance(event, ClockChecked)]
    assert checked == ([] if wrong is None else [wrong])
    assert pause <= (CLOCK_SECONDS if wrong else OFFLINE_LONGEST)
    fired(client.clocks == 1)


@pytest.mark.fault("central", "certificate out of its dates: the time is asked for", level="real")
@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.OTHER_AUTHORITY, Flaw.OTHER_NAME])
def test_the_time_is_told_by_a_certificate_out_of_its_dates_but_by_no_stranger(
    pki: DemoPki, fired: Callable[[object], None], flaw: Flaw
) -> None:
    date = format_datetime(datetime(2030, 1, 1, tzinfo=UTC), usegmt=True).encode()
    reply = b"HTTP/1.1 405 No\r\nContent-Length: 0\r\nDate: " + date + b"\r\n\r\n"
    with canned(pki, lambda _: reply, pki.flawed_server(flaw)) as server:
        mine = pki.device("kiosk-01")
        client = CentralClient(server.base_url, pki.authority, mine.certificate, mine.key)
        assert client.challenges(1).failure is CentralFailure.TLS
        offset = client.clock_offset()
        if flaw in (Flaw.EXPIRED, Flaw.NOT_YET_VALID):
            assert offset is not None
            assert abs(offset - (datetime(2030, 1, 1, tzinfo=UTC).timestamp() - time.time())) < 5
            assert [request.split(b"\r\n")[0] for request in server.requests] == [b"GET /v1/challenges HTTP/1.1"]
            assert b"authorization" not in server.requests[0].lower()
        else:
            assert offset is None
            assert server.requests == []
        client.close()
        fired(server.connections == 2)


def test_the_log_has_the_cause_once_until_it_is_another_one(caplog: pytest.LogCaptureFixture) -> None:
    device = Device(Played(), lambda _: None, lambda: BEAT, 60.0)  # type: ignore[arg-type]
    contract, away = failed(Cause.CONTRACT, status=200), failed(Cause.CONNECTION_REFUSED)
    for answer in (contract, contract, failed(Cause.CANCELLED), away, away, contract, Answer("used"), contract):
        device.saw(answer)
    said = [vars(line)["values"] for line in caplog.records if line.getMessage() == "central-not-usable"]
    refused, broken = {"cause": "connection_refused"}, {"cause": "contract", "status": 200}
    assert said == [broken, refused, broken, broken]

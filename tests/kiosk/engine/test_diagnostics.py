"""What the engine keeps for the service screen: the last failures, since when something is so; and its questions' answers."""

import queue
from dataclasses import replace
from datetime import datetime, timedelta

from drivers.card.states import ReaderState
from kiosk.engine.diagnostics import MOST_FAILURES, FailureLog, ServiceDesk, WorldSince
from kiosk.health import Finding, Report
from kiosk.help import Part
from kiosk.ops import parts
from kiosk.ops.diagnostics import Check, Diagnostics
from kiosk.visit.events import Event
from kiosk.visit.help_deeds import Diagnose, Diagnosed, ReportWritten, WriteReport
from kiosk.visit.states import Link, World

AT = datetime(2026, 11, 22, 9, 30)


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def test_the_last_failures_are_told_once_each_newest_first_with_their_count() -> None:
    log = FailureLog(Clock())
    for code in ("CARD-MUTE", "KIOSK-CLOCK", "CARD-MUTE"):
        log.saw(code)
    assert [(one.code, one.count) for one in log.last()] == [("CARD-MUTE", 2), ("KIOSK-CLOCK", 1)]
    assert log.last()[0].at == AT + timedelta(minutes=3)
    for number in range(2 * MOST_FAILURES):
        log.saw(f"CODE-{number}")
    assert len(log.last()) == MOST_FAILURES
    assert log.last()[0].code == f"CODE-{2 * MOST_FAILURES - 1}"


def test_since_is_when_the_visits_found_it_changed_and_not_when_somebody_looked() -> None:
    since = WorldSince(Clock())
    world = World()
    since.saw(world, world)
    assert all(since.of(part) is None for part in Part)
    held = replace(world, reader=ReaderState.HELD)
    since.saw(world, held)
    since.saw(held, held)
    since.saw(held, replace(held, link=Link.OFFLINE))
    assert (since.of(Part.READER), since.of(Part.CENTRAL)) == (AT + timedelta(minutes=1), AT + timedelta(minutes=2))
    assert since.of(Part.CLOCK) is None


def desk(said: "queue.SimpleQueue[Event]", fails: bool = False) -> ServiceDesk:
    def ready() -> Finding:
        return parts.reader(ReaderState.READY)

    doctor = Diagnostics((Check(Part.READER, ready, lambda _occasion: parts.well(Part.READER, "no_card")),), tuple, "1")

    def written(_report: Report, language: str) -> str | None:
        if fails:
            raise AssertionError("a bug in it")
        return f"/reports/{language}"

    log = FailureLog(Clock())
    log.saw("CARD-MUTE")
    return ServiceDesk(lambda: doctor, written, log, said.put)


def test_a_look_is_answered_once_and_each_test_by_itself() -> None:
    said: queue.SimpleQueue[Event] = queue.SimpleQueue()
    service = desk(said)
    service.do(Diagnose(3, 8, 1))
    looked = said.get(timeout=5)
    assert isinstance(looked, Diagnosed)
    assert (looked.visit, looked.insertion, looked.request, looked.done) == (3, 8, 1, ())
    assert looked.report.findings[0].key == "ready"
    assert looked.report.failures[0].code == "CARD-MUTE"
    service.do(Diagnose(3, 8, 2, (Part.READER, Part.PRINTER)))
    tested = [said.get(timeout=5), said.get(timeout=5)]
    assert {one.done for one in tested if isinstance(one, Diagnosed)} == {(Part.READER,), (Part.PRINTER,)}


def test_a_report_that_fails_is_answered_all_the_same() -> None:
    said: queue.SimpleQueue[Event] = queue.SimpleQueue()
    report = Report(AT, "1", 1.0, ())
    for fails, file in ((False, "/reports/en"), (True, None)):
        desk(said, fails).do(WriteReport(3, 8, 4, report, "en", file=True))
        event = said.get(timeout=5)
        assert isinstance(event, ReportWritten)
        assert event.file == file


def test_nothing_is_said_to_a_visit_that_is_over() -> None:
    said: queue.SimpleQueue[Event] = queue.SimpleQueue()
    service = desk(said)
    service.end(3)
    service.do(Diagnose(3, 8, 1))
    service.do(Diagnose(4, 8, 1))
    event = said.get(timeout=5)
    assert isinstance(event, Diagnosed)
    assert event.visit == 4
    assert said.empty()

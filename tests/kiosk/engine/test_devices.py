"""Slip and document through the devices' own drivers: what the visit asks for, what becomes of it, what the log may say."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from drivers.document.adapter import check_ok
from drivers.document.protocol import IdDocument
from drivers.document.simulated import SimulatedDocumentReader
from drivers.printer.protocol import PaperState, PaperWidth
from drivers.printer.simulated import SimulatedPrinter
from kiosk import slip
from kiosk.config import Settings, defaults, load
from kiosk.devices import Devices
from kiosk.engine.appliances import ApplianceWorker, ShownDocument
from kiosk.engine.documents import DocumentDesk
from kiosk.ink import FaceInk
from kiosk.services import LossReport, Party, SlipKind, Ticket
from kiosk.ui.text import Words
from kiosk.visit.effects import Print, ReadDocument
from kiosk.visit.events import DocumentRead, Event, SlipPrinted
from kiosk.visit.services import Paper
from tests.pcsc import ROOT

DOCUMENT = IdDocument(
    next("37010119880912107" + last for last in "0123456789X" if check_ok("37010119880912107" + last)),
    "试建国",
    date(1988, 9, 12),
)


def place(language: str) -> slip.Place:
    gaps = {"hotline": "12333", "windows": "3-6"}
    return slip.Place(Words.load(ROOT / "assets" / "locale", language, strict=True), "大厅", gaps)


def settings(folder: Path, **values: str) -> Settings:
    """Of a kiosk with both devices in `folder`."""
    environment = {
        "KIOSK_PRINTER_ENABLED": "yes",
        "KIOSK_PRINTER_PATH": str(folder / "lp"),
        "KIOSK_PRINTER_WIDTH": "58",
        "KIOSK_DOCUMENT_ENABLED": "yes",
        "KIOSK_DOCUMENT_PATH": str(folder / "id"),
        **{f"KIOSK_CENTRAL_{key}": str(ROOT / "kiosk.ini") for key in ("CA", "CERTIFICATE", "KEY", "LIST_KEY")},
        **values,
    }
    found = load(ROOT / "kiosk.ini", environment)
    assert isinstance(found, Settings), found
    return found


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(tmp_path / "lp", PaperWidth.MM58, FaceInk()) as made:
        yield made


def asked(kind: SlipKind, **more: object) -> Print:
    return Print(3, 7, 1, kind, "zh_CN", **more)  # type: ignore[arg-type]


def test_each_kind_of_slip_comes_out_of_the_printer(printer: SimulatedPrinter, tmp_path: Path) -> None:
    printed = Devices(settings(tmp_path), place).appliances.printed
    assert printed is not None
    until = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    jobs = [
        asked(SlipKind.ACTIVATION, reference="QY-1", holder="试*国", card="A1*****19", bank="中国银行"),
        asked(SlipKind.LOSS, reference="GS-2", report=LossReport("GS-2", date(2026, 12, 7))),
        asked(SlipKind.TICKET, ticket=Ticket("T-33", until)),
    ]
    assert [printed(job) for job in jobs] == [Paper.PRINTED] * 3
    first, second, third = (strip.text for strip in printer.strips)
    assert all(part in first for part in ("QY-1", "试*国", "A1*****19", "12333"))
    assert "中国银行" in first.replace("\n", "")
    assert "GS-2" in second
    assert "2026-12-07" in second
    assert "T-33" in third
    assert until.astimezone().strftime(slip.MOMENT) in third


def test_a_slip_in_the_language_of_the_person(printer: SimulatedPrinter, tmp_path: Path) -> None:
    printed = Devices(settings(tmp_path), place).appliances.printed
    assert printed is not None
    assert printed(Print(3, 7, 1, SlipKind.ACTIVATION, "en", reference="QY-1")) is Paper.PRINTED
    assert "Reference" in printer.strips[0].text


@pytest.mark.parametrize("state", [PaperState.OUT, PaperState.JAMMED])
def test_what_is_not_printed_is_failed_and_can_be_printed_later(
    printer: SimulatedPrinter, tmp_path: Path, state: PaperState
) -> None:
    printed = Devices(settings(tmp_path), place).appliances.printed
    assert printed is not None
    job = asked(SlipKind.ACTIVATION, reference="QY-1")
    printer.set_paper(state)
    assert printed(job) is Paper.FAILED
    printer.set_paper(PaperState.FULL)
    assert printed(job) is Paper.PRINTED
    assert len(printer.strips) == 1


def test_a_slip_about_nothing_is_failed(printer: SimulatedPrinter, tmp_path: Path) -> None:
    printed = Devices(settings(tmp_path), place).appliances.printed
    assert printed is not None
    assert printed(asked(SlipKind.TICKET)) is Paper.FAILED
    assert printer.strips == []


def test_the_log_says_what_became_of_a_slip_and_nothing_of_whom(
    printer: SimulatedPrinter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    printed = Devices(settings(tmp_path), place).appliances.printed
    assert printed is not None
    caplog.set_level(logging.INFO)
    printed(asked(SlipKind.ACTIVATION, reference="QY-1", holder="试*国", card="A1*****19"))
    printer.set_cover(opened=True)
    printed(asked(SlipKind.ACTIVATION, reference="QY-1", holder="试*国", card="A1*****19"))
    told = [(record.getMessage(), getattr(record, "values", None)) for record in caplog.records]
    assert told == [
        ("slip-printed", {"kind": "activation", "result": "printed"}),
        ("slip-not-printed", {"kind": "activation", "result": "cover_open", "code": "PRINTER-COVER"}),
    ]


def test_a_kiosk_without_devices_has_none(tmp_path: Path) -> None:
    assert Devices(defaults(), place).appliances.printed is None
    assert Devices(defaults(), place).appliances.document is None


def test_the_worker_tells_the_visit_of_slip_and_document(printer: SimulatedPrinter, tmp_path: Path) -> None:
    events: list[Event] = []
    come = threading.Semaphore(0)

    def post(event: Event) -> None:
        events.append(event)
        come.release()

    worker = ApplianceWorker(Devices(settings(tmp_path), place).appliances, post)
    with SimulatedDocumentReader(tmp_path / "id", 0.0) as reader:
        reader.lay(DOCUMENT)
        worker.do(ReadDocument(3, 7, 5, Party.GUARDIAN))
        assert come.acquire(timeout=5)
        worker.do(asked(SlipKind.ACTIVATION, reference="QY-1"))
        assert come.acquire(timeout=5)
    read, slip_printed = events
    assert isinstance(read, DocumentRead)
    assert (read.visit, read.insertion, read.request, read.number, read.name) == (3, 7, 5, DOCUMENT.number, "试建国")
    assert isinstance(slip_printed, SlipPrinted)
    assert slip_printed.paper is Paper.PRINTED


def test_a_document_is_waited_for_no_longer_than_the_visit(tmp_path: Path) -> None:
    from drivers.document.adapter import AdapterReader

    over = threading.Event()
    with SimulatedDocumentReader(tmp_path / "id", 0.0) as reader:
        desk = DocumentDesk(AdapterReader(tmp_path / "id"), 60.0)
        threading.Timer(0.15, over.set).start()
        assert desk(Party.HOLDER, over.is_set) is None
        over.clear()
        reader.lay(DOCUMENT)
        assert desk(Party.HOLDER, over.is_set) == ShownDocument(DOCUMENT.number, DOCUMENT.name)
        reader.lay_unreadable()
        assert desk(Party.HOLDER, over.is_set) is None

"""A document is read over the socket, what is wrong is named, and what a vendor's process says is not believed blindly."""

import json
import socket
import threading
import time
from datetime import date
from pathlib import Path
from threading import Event, Timer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.device import DeviceState
from drivers.document.adapter import AdapterReader, check_ok, document_of
from drivers.document.protocol import IdDocument, ReadFault
from drivers.document.simulated import SimulatedDocumentReader

NEVER = Event()


def valid(body: str) -> str:
    return next(body + last for last in "0123456789X" if check_ok(body + last))


DOCUMENT = IdDocument(valid("37010120180910113"), "试小新", date(2018, 9, 10))


def test_what_lies_there_is_read(tmp_path: Path) -> None:
    with SimulatedDocumentReader(tmp_path / "id", 0.0) as device:
        reader = AdapterReader(tmp_path / "id")
        assert reader.status() is DeviceState.ONLINE
        device.lay(DOCUMENT)
        assert reader.read(2, NEVER) == DOCUMENT
        device.take()
        assert reader.read(0.05, NEVER) is ReadFault.NO_MEDIA
        device.lay_unreadable()
        assert reader.read(2, NEVER) is ReadFault.INVALID_MEDIA
        device.set_broken(broken=True)
        assert reader.read(2, NEVER) is ReadFault.OFFLINE
        assert reader.status() is DeviceState.HARDWARE_ERROR


def test_a_document_that_is_laid_down_while_one_waits(tmp_path: Path) -> None:
    with SimulatedDocumentReader(tmp_path / "id", 0.05) as device:
        Timer(0.1, lambda: device.lay(DOCUMENT)).start()
        assert AdapterReader(tmp_path / "id").read(5, NEVER) == DOCUMENT


def test_one_that_is_moved_before_it_was_read_is_not_read(tmp_path: Path) -> None:
    with SimulatedDocumentReader(tmp_path / "id", 5.0) as device:
        device.lay(DOCUMENT)
        Timer(0.1, device.take).start()
        assert AdapterReader(tmp_path / "id").read(0.3, NEVER) is ReadFault.NO_MEDIA


def test_cancelling_ends_a_read_at_once_and_frees_the_reader(tmp_path: Path) -> None:
    with SimulatedDocumentReader(tmp_path / "id", 0.0) as device:
        cancelled = Event()
        Timer(0.1, cancelled.set).start()
        began = time.monotonic()
        assert AdapterReader(tmp_path / "id").read(30, cancelled) is ReadFault.CANCELLED
        assert time.monotonic() - began < 2
        device.lay(DOCUMENT)
        assert AdapterReader(tmp_path / "id").read(5, NEVER) == DOCUMENT


def test_a_reader_that_is_not_there_or_goes_away(tmp_path: Path) -> None:
    reader = AdapterReader(tmp_path / "id")
    assert reader.status() is DeviceState.NO_DEVICE
    assert reader.read(1, NEVER) is ReadFault.OFFLINE
    with SimulatedDocumentReader(tmp_path / "id", 0.0) as device:
        device.unplug()
        assert reader.read(1, NEVER) is ReadFault.OFFLINE
        device.plug()
        device.lay(DOCUMENT)
        assert reader.read(1, NEVER) == DOCUMENT
    (tmp_path / "id").touch()
    assert reader.status() is DeviceState.OFFLINE


def test_the_socket_is_of_one_user_alone(tmp_path: Path) -> None:
    with SimulatedDocumentReader(tmp_path / "id"):
        assert (tmp_path / "id").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{\n",
        b"\xff\n",
        b"x" * 5000,
        b'{"number": 1, "name": "a", "born": "2000-01-01"}\n',
        b"{}\n",
    ],
)
def test_a_process_that_talks_nonsense_is_no_document(tmp_path: Path, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "id"))
        listener.listen()

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(100)
                line.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        found = AdapterReader(tmp_path / "id").read(1, NEVER)
        server.join()
    assert found in (ReadFault.OFFLINE, ReadFault.INVALID_MEDIA)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number", "370101201809101130"),
        ("number", "37010120180910113"),
        ("number", valid("37010120180911113")),  # of another day
        ("name", ""),
        ("name", "  "),
        ("name", "试\n新"),
        ("name", "试" * 61),
        ("born", "2018-09-11"),
        ("born", "2018-13-01"),
        ("born", None),
    ],
)
def test_a_document_that_contradicts_itself_is_none(key: str, value: str | None) -> None:
    told = {"number": DOCUMENT.number, "name": DOCUMENT.name, "born": "2018-09-10"}
    assert document_of(told) == DOCUMENT
    if value == DOCUMENT.number:
        value = value[:-1] + ("0" if value[-1] != "0" else "1")
    assert document_of({**told, key: value}) is ReadFault.INVALID_MEDIA


@settings(max_examples=60)
@given(st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.lists(st.text(max_size=3), max_size=3))
def test_whatever_is_said_becomes_a_document_or_a_fault(value: object) -> None:
    told = json.loads(json.dumps({"number": value, "name": value, "born": value}, default=str))
    assert document_of(told) is ReadFault.INVALID_MEDIA


def test_no_representation_tells_whose_document_it_is() -> None:
    assert "试" not in repr(DOCUMENT)
    assert DOCUMENT.number not in repr(DOCUMENT)

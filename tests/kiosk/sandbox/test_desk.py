"""The desk as a kiosk finds it: by its settings alone, through the kiosk's own drivers."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from drivers.card.cardfile import load_cards
from drivers.document.adapter import AdapterReader
from drivers.document.protocol import IdDocument, ReadFault
from drivers.printer.device import DevicePrinter, Limits
from drivers.printer.protocol import PaperWidth, PrintResult, TextLine
from kiosk.ink import FaceInk
from kiosk.sandbox.desk import PRINTER, UNREADABLE, Desk

SLIP = (TextLine("启用凭条"),)
RESULTS = {
    "well": PrintResult.PRINTED,
    "low": PrintResult.PRINTED,
    "out": PrintResult.PAPER_OUT,
    "cover": PrintResult.COVER_OPEN,
    "jammed": PrintResult.PAPER_JAMMED,
    "offline": PrintResult.OFFLINE,
    "unplugged": PrintResult.OFFLINE,
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, load_cards(), lambda *_, **__: None)
    yield made
    made.stop()
    made.stop()


def test_what_the_kiosk_gets_of_each_way_the_printer_can_be(desk: Desk) -> None:
    settings = desk.settings()["printer"]
    device = DevicePrinter(
        Path(str(settings["path"])), PaperWidth.MM80, FaceInk(), Limits(answer=0.3, job=2.0, look=0.05)
    )
    assert RESULTS.keys() == set(PRINTER)
    for how, result in RESULTS.items():
        desk.set_printer(how)
        assert (desk.how, device.print(SLIP)) == (how, result)
    desk.well()
    assert device.print(SLIP) is PrintResult.PRINTED
    assert [strip.text for strip in desk.printer.strips] == ["启用凭条"] * 3
    device.close()


def test_a_word_that_is_none_changes_nothing(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.set_printer("burning")
    with pytest.raises(KeyError):
        desk.lay("mute-card")
    assert (desk.how, desk.laid) == ("well", None)


def test_the_id_card_of_a_cards_holder_is_read(desk: Desk) -> None:
    reader = AdapterReader(Path(str(desk.settings()["document"]["path"])))
    desk.lay("jinan-new-child")
    never = threading.Event()
    found = reader.read(5, never)
    assert isinstance(found, IdDocument)
    assert (found.name, found.born) == ("试小新", date(2018, 9, 10))
    desk.lay(UNREADABLE)
    assert reader.read(5, never) is ReadFault.INVALID_MEDIA
    desk.well()
    assert reader.read(0.05, never) is ReadFault.NO_MEDIA


def test_everybodys_id_card_can_be_read(desk: Desk) -> None:
    reader = AdapterReader(Path(str(desk.settings()["document"]["path"])))
    desk.document.hold(0.0)
    for card in load_cards().values():
        if card.holder is not None and card.central is not None:
            desk.lay(card.id)
            assert isinstance(reader.read(5, threading.Event()), IdDocument), card.id

"""What stands beside the screen in the simulated world: a receipt printer, and a reader of ID cards with one laid on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from drivers.card.cardfile import CardFile
from drivers.document.protocol import IdDocument
from drivers.document.simulated import SimulatedDocumentReader
from drivers.printer.protocol import PaperState, PaperWidth
from drivers.printer.simulated import SimulatedPrinter
from kiosk.ink import FaceInk

UNREADABLE: Final = "unreadable"
"""Instead of a card's id: a document that the reader cannot make out."""

PRINTER: Final = ("well", "low", "out", "cover", "jammed", "offline", "unplugged")
"""How the printer can be."""


class Desk:
    """`folder` takes the devices' ends and the printed slips (`paper/slip-001.png` …). `cards`: whose ID cards there are."""

    def __init__(
        self, folder: Path, cards: Mapping[str, CardFile], did: Callable[..., None], width: PaperWidth = PaperWidth.MM80
    ) -> None:
        self.width = width
        self.printer = SimulatedPrinter(folder / "printer", width, FaceInk(), folder / "paper")
        self.document = SimulatedDocumentReader(folder / "document.sock")
        self._folder = folder
        self._cards = cards
        self._did = did
        self._how = "well"
        self._laid: str | None = None

    def settings(self) -> dict[str, dict[str, object]]:
        """What a kiosk.ini needs to find both."""
        return {
            "printer": {
                "enabled": True,
                "path": self._folder / "printer",
                "width": 58 if self.width is PaperWidth.MM58 else 80,
            },
            "document": {"enabled": True, "path": self._folder / "document.sock"},
        }

    @property
    def how(self) -> str:
        """The printer: one of PRINTER."""
        if self.printer.plugged:
            return "out" if self.printer.paper is PaperState.OUT else self._how
        return "unplugged"

    @property
    def laid(self) -> str | None:
        """Id of the card whose holder's ID card lies on the reader, or UNREADABLE."""
        return self._laid

    def set_printer(self, how: str) -> None:
        """Raises KeyError for another word than those of PRINTER."""
        if how not in PRINTER:
            raise KeyError(how)
        paper = {"low": PaperState.LOW, "out": PaperState.OUT, "jammed": PaperState.JAMMED}.get(how, PaperState.FULL)
        if how == "unplugged":
            self.printer.unplug()
        else:
            self.printer.plug()
        self.printer.set_paper(paper)
        self.printer.set_cover(opened=how == "cover")
        self.printer.set_online(online=how != "offline")
        self._how = how
        self._did("printer-set", how=how)

    def lay(self, card: str | None) -> None:
        """Lay the ID card of a card's holder on the reader, or UNREADABLE; None takes away what lies there. Raises KeyError."""
        if card is None:
            self.document.take()
        elif card == UNREADABLE:
            self.document.lay_unreadable()
        else:
            self.document.lay(document_of(self._cards[card]))
        self._laid = card
        self._did("document-laid" if card else "document-taken", card=card or "none")

    def well(self) -> None:
        """Everything in order, nothing on the reader."""
        self.printer.set_silent(silent=False)
        self.printer.set_pace(0.0)
        self.printer.deaf_after(None)
        self.set_printer("well")
        self.document.set_broken(broken=False)
        self.document.plug()
        self.lay(None)

    def stop(self) -> None:
        """Safe to call twice."""
        with suppress(OSError):
            self.printer.stop()
        self.document.stop()


def document_of(card: CardFile) -> IdDocument:
    """Of the card's holder, as central knows them. Raises KeyError where nobody holds it."""
    if card.holder is None:
        raise KeyError(card.id)
    central = card.central
    number = (central.ssn if central else None) or card.holder.ssn
    name = (central.name if central else None) or card.holder.name
    return IdDocument(number, name, date(int(number[6:10]), int(number[10:12]), int(number[12:14])))

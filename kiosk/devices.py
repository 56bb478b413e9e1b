"""What kiosk.ini says of printer and document reader -> the devices. Nothing of them is loaded before it is needed."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.config import Settings
from kiosk.engine.appliances import Appliances, ShownDocument

if TYPE_CHECKING:
    from drivers.device import DeviceState
    from drivers.printer.protocol import PrinterStatus, PrintResult, Slip
    from kiosk.engine.appliances import Printable
    from kiosk.engine.documents import DocumentDesk
    from kiosk.engine.printing import SlipPrinter
    from kiosk.services import Party
    from kiosk.slip import Place
    from kiosk.visit.services import Paper


class Devices:
    """Printer and document reader of this kiosk, each None where kiosk.ini says so. `place`: for slips, in a language."""

    def __init__(self, settings: Settings, place: "Callable[[str], Place]") -> None:
        self.printer = Printed(settings, place) if settings.printer.enabled else None
        self.document = ReadDocuments(settings) if settings.document.enabled else None

    @property
    def appliances(self) -> Appliances:
        """What the visit uses of them."""
        return Appliances(self.printer, self.document)


class Printed:
    """One job at a time. Any thread."""

    def __init__(self, settings: Settings, place: "Callable[[str], Place]") -> None:
        self._settings = settings
        self._place = place
        self._lock = threading.Lock()
        self._printer: SlipPrinter | None = None

    def __call__(self, effect: "Printable") -> "Paper":
        with self._lock:
            return self._open()(effect)

    def status(self) -> "PrinterStatus":
        """Waits for a slip that is being printed."""
        with self._lock:
            return self._open().status()

    def put(self, made: "Slip") -> "PrintResult":
        """A slip that is none of a visit's."""
        with self._lock:
            return self._open().put(made)

    def _open(self) -> "SlipPrinter":
        if self._printer is None:
            self._printer = self._opened()
        return self._printer

    def _opened(self) -> "SlipPrinter":
        from drivers.printer.device import DevicePrinter
        from drivers.printer.protocol import PaperWidth
        from kiosk.engine.printing import SlipPrinter
        from kiosk.ink import FaceInk

        printer = self._settings.printer
        width = PaperWidth.MM58 if printer.width == 58 else PaperWidth.MM80
        return SlipPrinter(DevicePrinter(printer.path, width, FaceInk()), self._place)


class ReadDocuments:
    """Any thread; the process in front of the reader takes one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._desk: DocumentDesk | None = None

    def __call__(self, whose: "Party", over: Callable[[], bool]) -> ShownDocument | None:
        if self._desk is None:
            from drivers.document.adapter import AdapterReader
            from kiosk.engine.documents import DocumentDesk

            self._desk = DocumentDesk(AdapterReader(self._settings.document.path))
        return self._desk(whose, over)

    def status(self) -> "DeviceState":
        from drivers.document.adapter import AdapterReader

        return AdapterReader(self._settings.document.path).status()

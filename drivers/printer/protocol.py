"""What the kiosk knows of a receipt printer: what can be asked of it, how it can be, and what a slip is made of.

States are those of XFS4IoT, Printer interface (`Printer.Status`: paper) and Common (`Common.Status`: device). `device.py` is the
real one, `simulated.py` stands in for it in the simulated world.
"""

from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, Protocol

from drivers.device import DeviceState


@unique
class PaperState(Enum):
    """`Printer.Status.paper` of XFS4IoT."""

    UNKNOWN = "unknown"
    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    device: DeviceState
    paper: PaperState = PaperState.UNKNOWN
    cover_open: bool = False

    @property
    def can_print(self) -> bool:
        """Little paper is enough for a slip."""
        return self.device is DeviceState.ONLINE and self.paper in (PaperState.FULL, PaperState.LOW)


@unique
class PrintResult(Enum):
    """What became of a job. Only `PRINTED` says that a whole slip came out; after `INTERRUPTED` part of one may have."""

    PRINTED = "printed"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    PAPER_JAMMED = "paper_jammed"
    OFFLINE = "offline"  # not there, not answering, or with an error that it does not name
    INTERRUPTED = "interrupted"  # it took the job, or a part of it, and did not say that it was done


@unique
class PaperWidth(Enum):
    """Printable dots across the paper, at 203 dpi: of paper 58 and 80 mm wide."""

    MM58 = 384
    MM80 = 576


# ---- a slip ------------------------------------------------------------------------------------------------------------


@unique
class Align(Enum):
    LEFT = 0
    CENTER = 1


@dataclass(frozen=True, slots=True)
class TextLine:
    """A paragraph, broken where the paper ends."""

    text: str = field(repr=False)
    strong: bool = False
    large: bool = False  # twice as wide and high
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the left and its value at the right; under it where both do not fit in a line."""

    label: str
    value: str = field(repr=False)
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code (ISO/IEC 18004) in the middle: its modules row by row from the top, True is dark; without quiet zone."""

    modules: tuple[tuple[bool, ...], ...] = field(repr=False)


Line = TextLine | Pair | Rule | Gap | Code
Slip = tuple[Line, ...]


# ---- drawing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bitmap:
    """`rows` from the top, each (width + 7) // 8 bytes, the leftmost dot in the highest bit, 1 is black."""

    width: int
    rows: tuple[bytes, ...] = field(repr=False)

    def at(self, x: int, y: int) -> bool:
        return bool(self.rows[y][x >> 3] & 0x80 >> (x & 7))


class Ink(Protocol):
    """Draws text that a printer has no characters for."""

    def draw(self, text: str, em: int, height: int, baseline: int, *, strong: bool) -> Bitmap:
        """A bitmap as wide as the text and `height` dots high, its baseline `baseline` dots from the top; `em` is the size of a
        Han character. What is above or below is cut. From any thread."""


# ---- the device --------------------------------------------------------------------------------------------------------


class ReceiptPrinter(Protocol):
    """One printer. Of one thread; every call ends in the time it is given."""

    def status(self) -> PrinterStatus:
        """How it is now. Raises nothing."""

    def print(self, slip: Slip) -> PrintResult:
        """Print and cut. What did not come out is dropped by the printer, too: nobody finds it later. Raises nothing."""

    def close(self) -> None:
        """Let the device go. Safe to call twice."""


MOST_LINES: Final = 80
"""Of one slip: more is a mistake of who made it."""

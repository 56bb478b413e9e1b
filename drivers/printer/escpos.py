"""ESC/POS: a slip as bytes for a receipt printer, and the status bytes that it sends back.

Source: Epson, ESC/POS Command Reference (ESC @, ESC E, GS !, FS &, GS v 0, GS V, GS r, DLE EOT, DLE ENQ, DLE DC4). Text is
GB 18030; a line with a character that printers have not is sent as a picture, and so is a QR code: the one way that every
printer understands.
"""

from typing import Final, assert_never

from drivers.device import DeviceState
from drivers.printer import paper
from drivers.printer.protocol import Bitmap, Code, Gap, Ink, PaperState, PaperWidth, PrinterStatus, Rule, Slip

DLE, ESC, FS, GS, LF = b"\x10", b"\x1b", b"\x1c", b"\x1d", b"\n"
EOT, ENQ, DC4 = b"\x04", b"\x05", b"\x14"

INITIALISE: Final = ESC + b"@"
HAN: Final = FS + b"&"
"""Text is GB 18030: bytes above 80h are halves of characters."""
CUT: Final = GS + b"V\x42\x00"
"""Feed to the knife and cut all but a point, so that the slip does not fall."""
DONE: Final = GS + b"r\x01"
"""Answered in turn, once everything before it was carried out: one byte, its bits 4 and 7 clear. Not answered while the printer
has stopped."""
DROP: Final = DLE + ENQ + b"\x02" + DLE + DC4 + b"\x08\x01\x03\x14\x01\x06\x02\x08"
"""Forget what was sent and not yet printed (DLE ENQ 2 after an error, DLE DC4 function 8 otherwise)."""
MODULE: Final = {PaperWidth.MM58: 6, PaperWidth.MM80: 8}
"""Dots of a module of a QR code: 0.75 mm and 1 mm."""

_LINE: Final = 30
"""Dots of a line, with the room between lines (ESC 2)."""
_BASELINE: Final = 22
_EMS: Final = (23, 21, 19, 17, 15, 13)
"""Sizes to try until a line that is drawn fits its place; a printer's own Han characters are 24 dots."""
_CLOSE: Final = {b"\x10\x04", b"\x10\x05", b"\x10\x14"}


def ask(kind: int) -> bytes:
    """DLE EOT: one byte at once. 1 printer, 2 why offline, 3 errors, 4 paper."""
    return DLE + EOT + bytes((kind,))


def is_status(answer: int) -> bool:
    """An answer to DLE EOT: bits 1 and 4 set, 0 and 7 clear."""
    return answer & 0x93 == 0x12


def is_done(answer: int) -> bool:
    """The answer to DONE."""
    return answer & 0x90 == 0


def has_stopped(offline: int) -> bool:
    """By the answer to DLE EOT 2: cover, paper, or an error."""
    return bool(offline & 0x64)


def status_of(printer: int, offline: int, errors: int, sensors: int) -> PrinterStatus:
    """From the answers to DLE EOT 1, 2, 3 and 4."""
    cover = bool(offline & 0x04)
    knife, fatal, passing = errors & 0x08, errors & 0x20, errors & 0x40
    if knife:
        state = PaperState.JAMMED  # a printer of slips notices a jam where it cannot cut
    elif sensors & 0x60 or offline & 0x20:
        state = PaperState.OUT
    else:
        state = PaperState.LOW if sensors & 0x0C else PaperState.FULL
    if fatal:
        device = DeviceState.HARDWARE_ERROR
    elif cover or state in (PaperState.OUT, PaperState.JAMMED):
        device = DeviceState.USER_ERROR  # somebody at the machine can put it right
    elif passing:
        device = DeviceState.DEVICE_BUSY  # a head too hot: it goes on by itself
    else:
        device = DeviceState.OFFLINE if printer & 0x08 else DeviceState.ONLINE
    return PrinterStatus(device, state, cover)


def encode(slip: Slip, width: PaperWidth, ink: Ink) -> bytes:
    """The whole job, from initialising to the cut."""
    out = bytearray(INITIALISE + HAN)
    for row in paper.rows(slip, width):
        match row:
            case paper.Laid():
                out += _text(row) if paper.can_set(row) else picture(_drawn(row, width, ink))
            case Rule():
                out += picture(_rule(width))
            case Gap():
                out += LF
            case Code():
                out += picture(_code(row, width))
            case _:
                assert_never(row)
    return bytes(out + CUT)


def _text(row: paper.Laid) -> bytes:
    size = GS + b"!" + (b"\x11" if row.large else b"\x00")
    weight = ESC + b"E" + bytes((row.strong,))
    return weight + size + row.text.encode("gb18030") + LF


def picture(bitmap: Bitmap) -> bytes:
    """GS v 0, normal size."""
    stride = (bitmap.width + 7) // 8
    head = GS + b"v0\x00" + stride.to_bytes(2, "little") + len(bitmap.rows).to_bytes(2, "little")
    return head + _without_commands(b"".join(bitmap.rows))


def _without_commands(dots: bytes) -> bytes:
    """Printers find DLE EOT, DLE ENQ and DLE DC4 in pictures, too: one dot more beside the first, and they are none."""
    found = bytearray(dots)
    for at in range(len(found) - 1):
        if bytes(found[at : at + 2]) in _CLOSE:
            found[at] |= 0x08
    return bytes(found)


def _rule(width: PaperWidth) -> Bitmap:
    stride = width.value // 8
    return Bitmap(width.value, (*(bytes(stride),) * 8, *(b"\xff" * stride,) * 2, *(bytes(stride),) * 10))


def _code(code: Code, width: PaperWidth) -> Bitmap:
    side = MODULE[width]
    left = (width.value - len(code.modules[0]) * side) // 2
    rows: list[bytes] = []
    for modules in code.modules:
        bits = 0
        for x, dark in enumerate(modules):
            if dark:
                bits |= ((1 << side) - 1) << (width.value - left - (x + 1) * side)
        rows += [bits.to_bytes(width.value // 8)] * side
    quiet = (bytes(width.value // 8),) * (4 * side)
    return Bitmap(width.value, (*quiet, *rows, *quiet))


def _drawn(row: paper.Laid, width: PaperWidth, ink: Ink) -> Bitmap:
    """A line as a picture: each piece in its place, smaller where the face is wider than the printer's columns."""
    scale = 2 if row.large else 1
    height, baseline = _LINE * scale, _BASELINE * scale
    canvas = [0] * height
    for index, piece in enumerate(row.pieces):
        left = piece.column * paper.COLUMN
        last = index == len(row.pieces) - 1
        room = width.value - left if last else row.pieces[index + 1].column * paper.COLUMN - left
        found = None
        for em in _EMS:
            found = ink.draw(piece.text, em * scale, height, baseline, strong=row.strong)
            if found.width <= room:
                break
        if found is None:
            continue
        right = paper.columns(piece.text) * paper.COLUMN * scale
        if last and len(row.pieces) > 1:  # a value stands at the right edge
            left += max(0, right - found.width)
        for y, line in enumerate(found.rows):
            bits = int.from_bytes(line) >> (len(line) * 8 - found.width) if found.width else 0
            shift = width.value - left - found.width
            canvas[y] |= bits << shift if shift >= 0 else bits >> -shift
    stride = width.value // 8
    return Bitmap(width.value, tuple(line.to_bytes(stride) for line in canvas))

"""From what a part says to the finding about it: how bad, which sentence, which code, who must act. Pure, but for the files, the
disk and the display that a look is about."""

import ctypes
import errno
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never

from drivers.card.states import ReaderState
from drivers.device import DeviceState
from drivers.printer.protocol import PaperState, PrinterStatus, PrintResult
from kiosk.central.answers import Answer
from kiosk.failures import DeviceFailure, of_document_reader, of_print, of_printer
from kiosk.health import Finding, Values
from kiosk.help import Level, Part
from kiosk.visit.failures import Failure, of_central, of_reader
from kiosk.visit.states import Link

DAY_SECONDS: Final = 86_400.0
CERTIFICATE_DAYS: Final = 30
"""So long before its end a certificate is worth a notice: a bureau needs time to issue one."""
DISK_LOW: Final = 256 << 20
DISK_FULL: Final = 16 << 20
"""Bytes. The stores need a few MiB; the system's log takes what it finds."""
CLOCK_NOTICE: Final = 10.0
SLOW_SECONDS: Final = 2.0
"""Of an answer of central: a visit's whole deadline is eight."""
_PROBE: Final = bytes(64 << 10)


def well(part: Part, key: str, **values: str | int) -> Finding:
    return Finding(part, Level.OK, key, _values(values))


def unused(part: Part) -> Finding:
    """kiosk.ini says that there is none."""
    return Finding(part, Level.UNUSED, "unused")


def wrong(part: Part, level: Level, failure: DeviceFailure | Failure, **values: str | int) -> Finding:
    """The sentence's key is the failure's name without the part's."""
    key = failure.name.lower().removeprefix(part.value + "_")
    return Finding(part, level, key, _values(values), who=failure.who, code=failure.code)


def _values(values: dict[str, str | int]) -> Values:
    return tuple((name, str(value)) for name, value in values.items())


# ---- devices -------------------------------------------------------------------------------------------------------------


def reader(state: ReaderState) -> Finding:
    failure = of_reader(state)
    if failure is not None:
        return wrong(Part.READER, Level.FAULT, failure)
    return well(Part.READER, "ready") if state is ReaderState.READY else Finding(Part.READER, Level.NOTICE, "starting")


def reader_timed(state: ReaderState, seconds: float | None) -> Finding:
    """`seconds`: of reading EF05 of the card in the slot; None: there is no card that could be read."""
    found = reader(state)
    if found.level is not Level.OK:
        return found
    return well(Part.READER, "no_card") if seconds is None else well(Part.READER, "timed", ms=round(seconds * 1000))


def printer(status: PrinterStatus) -> Finding:
    failure = of_printer(status)
    if failure is None:
        ready = status.device is DeviceState.ONLINE
        return well(Part.PRINTER, "ready") if ready else Finding(Part.PRINTER, Level.NOTICE, "starting")
    low = status.paper is PaperState.LOW and failure is DeviceFailure.PRINTER_PAPER_LOW
    return wrong(Part.PRINTER, Level.NOTICE if low else Level.FAULT, failure)


def printed(result: PrintResult, after: PrinterStatus) -> Finding:
    """A test page, and how the printer is after it: little paper is worth saying."""
    failure = of_print(result)
    if failure is not None:
        return wrong(Part.PRINTER, Level.FAULT, failure)
    found = printer(after)
    return found if found.level is not Level.OK else well(Part.PRINTER, "printed")


def document(state: DeviceState) -> Finding:
    failure = of_document_reader(state)
    if failure is not None:
        return wrong(Part.DOCUMENT, Level.FAULT, failure)
    ready = state is DeviceState.ONLINE
    return well(Part.DOCUMENT, "ready") if ready else Finding(Part.DOCUMENT, Level.NOTICE, "starting")


def sound(player: str | None) -> Finding:
    """`player`: the program that plays."""
    if player is None:
        return wrong(Part.SOUND, Level.NOTICE, DeviceFailure.SOUND_MISSING)
    return well(Part.SOUND, "ready", player=player)


def sound_tested(player: str | None, played: bool | None) -> Finding:
    """`played`: the program ended well; None: it has not ended. Whether it was heard only a person can tell."""
    found = sound(player)
    if found.level is not Level.OK:
        return found
    missing = DeviceFailure.SOUND_MISSING
    silent = Finding(Part.SOUND, Level.NOTICE, "not_played", who=missing.who, code=missing.code)
    return well(Part.SOUND, "played") if played else silent


def screen(
    wanted: tuple[int, int], real: tuple[int, int] | None, untouched: int | None = None, *, fullscreen: bool
) -> Finding:
    """px. `real`: of the display; None: this program sees none. `untouched`: targets that a touch test missed; None: no test."""
    if untouched:
        return wrong(Part.SCREEN, Level.FAULT, DeviceFailure.SCREEN_TOUCH, untouched=untouched)
    if real is None:
        return well(Part.SCREEN, "unseen")
    fits = real == wanted if fullscreen else real[0] >= wanted[0] and real[1] >= wanted[1]
    shown = {"width": real[0], "height": real[1]}
    if fits and untouched is not None:
        return well(Part.SCREEN, "touched")
    if fits:
        return well(Part.SCREEN, "ready", **shown)
    return wrong(
        Part.SCREEN, Level.NOTICE, DeviceFailure.SCREEN_SIZE, **shown, wanted_width=wanted[0], wanted_height=wanted[1]
    )


def display_size() -> tuple[int, int] | None:
    """Of the display that DISPLAY names, in px; None: there is none, or it lets nobody in."""
    if not os.environ.get("DISPLAY"):
        return None
    try:
        x = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    for function in (x.XDisplayWidth, x.XDisplayHeight):
        function.argtypes = [ctypes.c_void_p, ctypes.c_int]
    x.XDefaultScreen.argtypes = [ctypes.c_void_p]
    display = x.XOpenDisplay(None)
    if not display:
        return None
    try:
        number = x.XDefaultScreen(display)
        return x.XDisplayWidth(display, number), x.XDisplayHeight(display, number)
    finally:
        x.XCloseDisplay(display)


# ---- clock, certificate, disk ----------------------------------------------------------------------------------------------


def clock(offset: float | None, limit: float) -> Finding:
    """`offset`: seconds that central's clock is ahead; None: it has not told. `limit`: beyond it the kiosk stops."""
    if offset is None:
        return wrong(Part.CLOCK, Level.NOTICE, DeviceFailure.CLOCK_UNCHECKED)
    seconds = round(offset)
    if abs(offset) > limit:
        return wrong(Part.CLOCK, Level.FAULT, Failure.CLOCK_WRONG, seconds=seconds)
    if abs(offset) > min(CLOCK_NOTICE, limit / 2):
        return wrong(Part.CLOCK, Level.NOTICE, DeviceFailure.CLOCK_OFFSET, seconds=seconds)
    return well(Part.CLOCK, "right", seconds=seconds)


def certificates(certificate: Path, key: Path, ca: Path, now: datetime) -> Finding:
    """The kiosk's own certificate with its key, and the authority's; the one that ends first. `now` with its zone."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    found = []
    for path in (certificate, ca):
        try:
            found.append((path, x509.load_pem_x509_certificate(path.read_bytes())))
        except (OSError, ValueError):
            return wrong(Part.CERTIFICATE, Level.FAULT, DeviceFailure.CERTIFICATE_UNREADABLE, file=path.name)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        own = load_pem_private_key(key.read_bytes(), None).public_key().public_bytes(*form)
    except (OSError, ValueError, TypeError):
        return wrong(Part.CERTIFICATE, Level.FAULT, DeviceFailure.CERTIFICATE_UNREADABLE, file=key.name)
    if own != found[0][1].public_key().public_bytes(*form):
        return wrong(Part.CERTIFICATE, Level.FAULT, DeviceFailure.CERTIFICATE_UNREADABLE, file=key.name)
    path, first = min(found, key=lambda one: one[1].not_valid_after_utc)
    begun = all(one.not_valid_before_utc <= now for _, one in found)
    left = int((first.not_valid_after_utc - now).total_seconds() // DAY_SECONDS)
    until = first.not_valid_after_utc.date().isoformat()
    if not begun or first.not_valid_after_utc <= now:
        return wrong(Part.CERTIFICATE, Level.FAULT, DeviceFailure.CERTIFICATE_EXPIRED, file=path.name, until=until)
    if left < CERTIFICATE_DAYS:
        ends = DeviceFailure.CERTIFICATE_ENDS
        return wrong(Part.CERTIFICATE, Level.NOTICE, ends, file=path.name, until=until, days=left)
    return well(Part.CERTIFICATE, "valid", until=until, days=left)


@dataclass(frozen=True, slots=True)
class Space:
    """Of the fullest disk that something is kept on. Bytes."""

    free: int
    read_only: bool


def space(folders: Sequence[Path]) -> Space:
    """Raises OSError."""
    found = []
    for folder in folders:
        there = next(above for above in (folder, *folder.absolute().parents) if above.exists())
        told = os.statvfs(there)
        shut = bool(told.f_flag & os.ST_RDONLY) or not os.access(there, os.W_OK)
        # A disk without a place for one more file is full, whatever is free on it; some kinds count none.
        none_left = bool(told.f_files) and not told.f_favail
        found.append(Space(0 if none_left else told.f_bavail * told.f_frsize, shut))
    return Space(min(one.free for one in found), any(one.read_only for one in found))


def disk(folders: Sequence[Path]) -> Finding:
    try:
        left = space(folders)
    except OSError:
        return wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_READ_ONLY)
    free = {"free": f"{left.free / (1 << 30):.1f}"}
    if left.read_only:
        return wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_READ_ONLY)
    if left.free < DISK_FULL:
        return wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_FULL, **free)
    if left.free < DISK_LOW:
        return wrong(Part.DISK, Level.NOTICE, DeviceFailure.DISK_LOW, **free)
    return well(Part.DISK, "free", **free)


def disk_tested(folders: Sequence[Path]) -> Finding:
    """Something is written and synced in each folder that is there, and taken away."""
    longest = 0.0
    for folder in folders:
        if not folder.exists():
            continue
        began = time.monotonic()
        probe = folder / f".doctor-{os.getpid()}"
        try:
            handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_PROBE)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_FULL, free="0.0")
            return wrong(Part.DISK, Level.FAULT, DeviceFailure.DISK_READ_ONLY)
        finally:
            with suppress(OSError):
                probe.unlink()
        longest = max(longest, time.monotonic() - began)
    found = disk(folders)
    if found.level is not Level.OK:
        return found
    return well(Part.DISK, "written", free=dict(found.values)["free"], ms=round(longest * 1000))


# ---- central and settings ---------------------------------------------------------------------------------------------------


def central(link: Link) -> Finding:
    """As the visits have found it last."""
    match link:
        case Link.ONLINE:
            return well(Part.CENTRAL, "online")
        case Link.DEGRADED:
            slow = DeviceFailure.CENTRAL_SLOW
            return Finding(Part.CENTRAL, Level.NOTICE, "degraded", who=slow.who, code=slow.code)
        case Link.OFFLINE:
            return wrong(Part.CENTRAL, Level.FAULT, Failure.CENTRAL_UNREACHABLE)
        case never:
            assert_never(never)


def central_asked(answer: Answer[object], missing: Sequence[str]) -> Finding:
    """`answer`: to the question for its parts; `missing`: those that it says are not there."""
    ms = round(answer.seconds * 1000)
    if answer.failure is not None:
        return wrong(Part.CENTRAL, Level.FAULT, of_central(answer.failure))
    if missing:
        return wrong(Part.CENTRAL, Level.NOTICE, DeviceFailure.CENTRAL_PART, parts=", ".join(missing))
    if answer.seconds > SLOW_SECONDS:
        return wrong(Part.CENTRAL, Level.NOTICE, DeviceFailure.CENTRAL_SLOW, ms=ms)
    return well(Part.CENTRAL, "answered", ms=ms)


def settings(errors: Sequence[str], own: int) -> Finding:
    """`own`: how many are not at their default."""
    if errors:
        return wrong(Part.SETTINGS, Level.FAULT, Failure.CONFIG_INVALID, errors=len(errors))
    return well(Part.SETTINGS, "read", own=own)

"""What can be wrong with the kiosk's own parts while it serves: the codes beside those that stand between a person and the
answer (`kiosk.visit.failures`), and which of them is what a device reports. All codes together: `kiosk.visit.catalogue`.
"""

from enum import Enum, unique
from typing import assert_never

from drivers.device import DeviceState, Who
from drivers.document.protocol import ReadFault
from drivers.printer.protocol import PaperState, PrinterStatus, PrintResult


@unique
class DeviceFailure(Enum):
    """(code, catalogue key, who must act). The order is that of the parts on the service screen."""

    PRINTER_PAPER_LOW = ("PRINTER-PAPER-LOW", "device.printer_paper_low", Who.CLERK)
    PRINTER_PAPER_OUT = ("PRINTER-PAPER-OUT", "device.printer_paper_out", Who.CLERK)
    PRINTER_COVER_OPEN = ("PRINTER-COVER", "device.printer_cover_open", Who.CLERK)
    PRINTER_JAMMED = ("PRINTER-JAM", "device.printer_jammed", Who.CLERK)
    PRINTER_INTERRUPTED = ("PRINTER-HALF", "device.printer_interrupted", Who.CLERK)
    PRINTER_OFFLINE = ("PRINTER-OFFLINE", "device.printer_offline", Who.TECHNICIAN)
    PRINTER_FAULTY = ("PRINTER-FAULTY", "device.printer_faulty", Who.VENDOR)

    DOCUMENT_UNREADABLE = ("DOCUMENT-UNREAD", "device.document_unreadable", Who.RESIDENT)
    DOCUMENT_OFFLINE = ("DOCUMENT-OFFLINE", "device.document_offline", Who.TECHNICIAN)
    DOCUMENT_FAULTY = ("DOCUMENT-FAULTY", "device.document_faulty", Who.VENDOR)

    SCREEN_SIZE = ("SCREEN-SIZE", "device.screen_size", Who.TECHNICIAN)
    SCREEN_TOUCH = ("SCREEN-TOUCH", "device.screen_touch", Who.TECHNICIAN)
    SOUND_MISSING = ("SOUND-MISSING", "device.sound_missing", Who.TECHNICIAN)

    CLOCK_OFFSET = ("CLOCK-OFFSET", "device.clock_offset", Who.TECHNICIAN)
    CLOCK_UNCHECKED = ("CLOCK-UNCHECKED", "device.clock_unchecked", Who.NOBODY)

    DISK_LOW = ("DISK-LOW", "device.disk_low", Who.TECHNICIAN)
    DISK_FULL = ("DISK-FULL", "device.disk_full", Who.TECHNICIAN)
    DISK_READ_ONLY = ("DISK-READONLY", "device.disk_read_only", Who.TECHNICIAN)

    DEVICE_KEY = ("STORE-KEY", "device.store_key", Who.TECHNICIAN)
    CACHE_BROKEN = ("STORE-CACHE", "device.store_cache", Who.NOBODY)
    JOURNAL_UNWRITABLE = ("STORE-JOURNAL", "device.store_journal", Who.TECHNICIAN)
    AUDIT_BROKEN = ("STORE-AUDIT", "device.store_audit", Who.CENTRE)
    AUDIT_BEHIND = ("STORE-UPLOAD", "device.store_upload", Who.CENTRE)
    LOSS_LIST_OLD = ("STORE-LOSSLIST", "device.store_loss_list", Who.CENTRE)
    PAIRS_OLD = ("STORE-PAIRS", "device.store_pairs", Who.TECHNICIAN)

    CERTIFICATE_ENDS = ("CERTIFICATE-ENDS", "device.certificate_ends", Who.CENTRE)
    CERTIFICATE_EXPIRED = ("CERTIFICATE-OVER", "device.certificate_expired", Who.CENTRE)
    CERTIFICATE_UNREADABLE = ("CERTIFICATE-FILE", "device.certificate_unreadable", Who.TECHNICIAN)

    CENTRAL_PART = ("CENTRAL-PART", "device.central_part", Who.CENTRE)
    CENTRAL_SLOW = ("CENTRAL-SLOW", "device.central_slow", Who.CENTRE)

    def __init__(self, code: str, key: str, who: Who) -> None:
        self.code = code
        self.key = key
        self.who = who


def of_printer(status: PrinterStatus) -> DeviceFailure | None:
    """None where a slip comes out and nobody has to do anything. What can be put right at the machine comes before what it
    only follows from: with an open cover it is offline, too."""
    if status.cover_open:
        return DeviceFailure.PRINTER_COVER_OPEN
    match status.paper:
        case PaperState.OUT:
            return DeviceFailure.PRINTER_PAPER_OUT
        case PaperState.JAMMED:
            return DeviceFailure.PRINTER_JAMMED
        case PaperState.UNKNOWN | PaperState.FULL | PaperState.LOW:
            pass
        case never:
            assert_never(never)
    match status.device:
        case DeviceState.ONLINE | DeviceState.STARTING | DeviceState.DEVICE_BUSY:
            return DeviceFailure.PRINTER_PAPER_LOW if status.paper is PaperState.LOW else None
        case DeviceState.OFFLINE | DeviceState.POWER_OFF | DeviceState.NO_DEVICE:
            return DeviceFailure.PRINTER_OFFLINE
        case (
            DeviceState.HARDWARE_ERROR
            | DeviceState.USER_ERROR
            | DeviceState.FRAUD_ATTEMPT
            | DeviceState.POTENTIAL_FRAUD
        ):
            return DeviceFailure.PRINTER_FAULTY
        case never_so:
            assert_never(never_so)


def of_print(result: PrintResult) -> DeviceFailure | None:
    match result:
        case PrintResult.PRINTED:
            return None
        case PrintResult.PAPER_OUT:
            return DeviceFailure.PRINTER_PAPER_OUT
        case PrintResult.COVER_OPEN:
            return DeviceFailure.PRINTER_COVER_OPEN
        case PrintResult.PAPER_JAMMED:
            return DeviceFailure.PRINTER_JAMMED
        case PrintResult.OFFLINE:
            return DeviceFailure.PRINTER_OFFLINE
        case PrintResult.INTERRUPTED:
            return DeviceFailure.PRINTER_INTERRUPTED
        case never:
            assert_never(never)


def of_document_reader(state: DeviceState) -> DeviceFailure | None:
    match state:
        case DeviceState.ONLINE | DeviceState.STARTING | DeviceState.DEVICE_BUSY:
            return None
        case DeviceState.OFFLINE | DeviceState.POWER_OFF | DeviceState.NO_DEVICE:
            return DeviceFailure.DOCUMENT_OFFLINE
        case (
            DeviceState.HARDWARE_ERROR
            | DeviceState.USER_ERROR
            | DeviceState.FRAUD_ATTEMPT
            | DeviceState.POTENTIAL_FRAUD
        ):
            return DeviceFailure.DOCUMENT_FAULTY
        case never:
            assert_never(never)


def of_document(fault: ReadFault) -> DeviceFailure | None:
    """None where nothing is wrong: nobody laid a document on it, or it was not waited for any more."""
    match fault:
        case ReadFault.NO_MEDIA | ReadFault.CANCELLED:
            return None
        case ReadFault.INVALID_MEDIA:
            return DeviceFailure.DOCUMENT_UNREADABLE
        case ReadFault.OFFLINE:
            return DeviceFailure.DOCUMENT_OFFLINE
        case never:
            assert_never(never)

"""What kiosk.ini says of recent data -> the stores. Nothing of the store is loaded before it is needed."""

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk.config import Settings
from kiosk.engine.audit import Chain
from kiosk.engine.help import Lockouts
from kiosk.engine.recent import Keeping

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kiosk.store.auditfile import AuditFile
    from kiosk.store.cache import Limits, SealedCache
    from kiosk.store.device_key import DeviceKey
    from kiosk.store.journal import TransactionJournal
    from kiosk.store.lockout import Lockout
    from kiosk.store.losslist import LossList
    from kiosk.store.technicians import Technicians

log = logging.getLogger("kiosk.recent")

DAY_SECONDS = 86_400
HOUR_SECONDS = 3600


def keeping_of(settings: Settings, key: "DeviceKeyFile | None" = None) -> Keeping | None:
    """None: kiosk.ini says that nothing is kept."""
    if not settings.cache.enabled:
        return None
    key = key or DeviceKeyFile(settings)

    def cache() -> "SealedCache | None":
        from kiosk.store.cache import SealedCache

        device = key.get()
        return None if device is None else SealedCache(settings.cache.folder, device, _limits(settings))

    def losses() -> "LossList | None":
        device = key.get()
        return None if device is None else _losses(settings, device)

    return Keeping(cache, losses)


def journal_of(settings: Settings, key: "DeviceKeyFile") -> "TransactionJournal | None":
    """The journal of activations, whether or not anything is kept for outages. None: there is no device key."""
    from kiosk.store.journal import TransactionJournal

    device = key.get()
    return None if device is None else TransactionJournal(settings.journal.folder, device)


def technicians_of(settings: Settings, device: "DeviceKey") -> "Technicians":
    """The pairs of challenges that let a technician's card in while central is away."""
    from kiosk.store.technicians import Technicians

    return Technicians(settings.staff.folder, device)


def technicians_there(settings: Settings, key: "DeviceKeyFile") -> "Technicians | None":
    """None: there is no device key."""
    device = key.get()
    return None if device is None else technicians_of(settings, device)


def lockouts_of(settings: Settings, key: "DeviceKeyFile") -> Lockouts:
    """Of sign-ins and of look-ups without a card at this kiosk."""

    def staff() -> "Lockout":
        from kiosk.store.lockout import Lockout

        return Lockout(settings.staff.folder, "lockout-staff", key.get())

    def query() -> "Lockout":
        from kiosk.store.lockout import Limits, Lockout

        # By whomever: a hall's residents mistype, and central counts for each number.
        limits = Limits(free=10, first=15.0, longest=300.0, forgets=180.0)
        return Lockout(settings.staff.folder, "lockout-query", key.get(), limits)

    return Lockouts(staff, query)


def audit_of(settings: Settings, key: "DeviceKeyFile") -> Chain:
    """The audit chain: always kept."""

    def opened() -> "AuditFile | None":
        from kiosk.store.auditfile import AuditFile

        device = key.get()
        return None if device is None else AuditFile(settings.audit.folder, device, str(settings.kiosk.number))

    def signer() -> "Ed25519PublicKey | None":
        from kiosk.store.losslist import load_signer

        return load_signer(settings.central.list_key)

    return Chain(opened, signer, settings.audit.days)


class DeviceKeyFile:
    """The device key, read (and at the very first start made) once for all that hangs on it. Any thread."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.cache.key
        self._lock = threading.Lock()
        self._key: DeviceKey | None = None

    def get(self) -> "DeviceKey | None":
        from kiosk.store.device_key import NoKey, load

        with self._lock:
            if self._key is None:
                found = load(self._path, make=True)
                if isinstance(found, NoKey):
                    log.error("device-key-missing", extra={"values": {"fault": found.fault.value}})
                    return None
                self._key = found
            return self._key


def _limits(settings: Settings) -> "Limits":
    from kiosk.store.cache import Limits

    return Limits(settings.cache.days * DAY_SECONDS, settings.cache.rows)


def _losses(settings: Settings, device: "DeviceKey") -> "LossList | None":
    from kiosk.store.losslist import LossList, load_signer

    signer = load_signer(settings.central.list_key)
    if signer is None:
        log.error("list-key-missing")
        return None
    return LossList(settings.cache.folder, device, signer, settings.cache.loss_list_hours * HOUR_SECONDS)


# --- for the technician -----------------------------------------------------------------------------------------------


def look_into(settings: Settings) -> "SealedCache | str":
    """The cache as it is, or why it cannot be opened. A kiosk may be running on it: nothing is set aside or made anew here.
    Raises OSError."""
    from kiosk.store.cache import FILE, SCHEMA_VERSION, SealedCache
    from kiosk.store.database import Unusable, open_database
    from kiosk.store.device_key import Label, NoKey, load

    device = load(settings.cache.key)
    if isinstance(device, NoKey):
        return f"{device.path}: no device key: {device.fault.value}"
    path = settings.cache.folder / FILE
    if not path.exists():
        return f"{path}: nothing is kept yet"
    try:
        open_database(path, device.derive(Label.FILE), SCHEMA_VERSION).dispose()
    except Unusable as unusable:
        return str(unusable)
    return SealedCache(settings.cache.folder, device, _limits(settings))


def journal_fault(settings: Settings, device: "DeviceKey") -> str | None:
    """Why the journal of activations cannot be used; it is opened and looked through. None: it can, or none was begun yet."""
    from kiosk.store.journal import FILE, TransactionJournal
    from kiosk.store.transaction import JournalUnusable

    if not (settings.journal.folder / FILE).exists():
        return None
    journal = TransactionJournal(settings.journal.folder, device)
    try:
        journal.pending()
    except JournalUnusable as unusable:
        return str(unusable)
    finally:
        journal.close_file()
    return None


def cache_fault(settings: Settings, device: "DeviceKey") -> str | None:
    """As `journal_fault`, of recent data; also when a broken file was set aside."""
    from kiosk.store.cache import FILE, SCHEMA_VERSION
    from kiosk.store.database import Unusable, open_database
    from kiosk.store.device_key import Label

    path = settings.cache.folder / FILE
    if path.with_name(f"{FILE}.aside").exists():
        return f"{path.name}: one that was broken is set aside"
    if not path.exists():
        return None
    try:
        open_database(path, device.derive(Label.FILE), SCHEMA_VERSION).dispose()
    except (OSError, Unusable) as error:
        return str(error)
    return None


def losses_good_until(settings: Settings, device: "DeviceKey") -> int | None:
    """When the list of lost cards is too old, in seconds since 1970 on central's clock; None: there is none."""
    losses = _losses(settings, device)
    held = None if losses is None else losses.status
    return None if held is None else held.issued + settings.cache.loss_list_hours * HOUR_SECONDS


def look_into_audit(settings: Settings) -> "AuditFile | str":
    """The audit chain as it is, or why it cannot be looked at. A kiosk may be running on it."""
    from kiosk.store.auditfile import FILE, AuditFile
    from kiosk.store.device_key import NoKey, load

    device = load(settings.cache.key)
    if isinstance(device, NoKey):
        return f"{device.path}: no device key: {device.fault.value}"
    path = settings.audit.folder / FILE
    if not path.exists():
        return f"{path}: nothing is written yet"
    return AuditFile(settings.audit.folder, device, str(settings.kiosk.number), look=True)


def described(settings: Settings, cache: "SealedCache") -> dict[str, object]:
    """Counts, times (UTC) and bytes."""
    from kiosk.store.device_key import NoKey, load

    status = cache.status()
    told: dict[str, object] = {
        "people": status.rows,
        "oldest": _when(status.oldest),
        "newest": _when(status.newest),
        "bytes": status.file_bytes,
        "not opened": status.not_opened,
        "files set aside": status.files_set_aside,
        "central's time": _when(cache.clock_mark or None),
    }
    device = load(settings.cache.key)
    losses = None if isinstance(device, NoKey) else _losses(settings, device)
    held = None if losses is None else losses.status
    told["loss list"] = "none" if held is None else f"number {held.number}, {held.cards} cards, {_when(held.issued)}"
    return told


def _when(at: int | None) -> str:
    return "-" if at is None else datetime.fromtimestamp(at, UTC).isoformat()

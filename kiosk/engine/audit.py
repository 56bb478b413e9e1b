"""The audit trail of the running kiosk: lines are written on a thread of its own, and what they stand for is shown once they are
on the disk; every request to central tells how long the chain is, and central gets the lines and the first key.
"""

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.audit import Entry
from kiosk.central.answers import Answer, Cancel
from kiosk.engine import stack
from kiosk.engine.clock import ServerClock
from kiosk.visit.help_deeds import AuditStands

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kiosk.central.client import CentralClient
    from kiosk.store.audit import Head, Seen
    from kiosk.store.auditfile import AuditFile

log = logging.getLogger("kiosk.audit")

RETRY_SECONDS: Final = 5.0
"""After a line could not be written, or the file not be opened."""
STALL_SECONDS: Final = 3.0
"""A disk that takes longer for a line is one that cannot be written: nobody stands before a page that waits for it."""
SETTLE_SECONDS: Final = 1.0
"""Without a line, before old pages (and the old keys on them) go from the write-ahead log."""
FIRST_SECONDS: Final = 2.0
"""That the first request to central waits for the chain to be read: its head goes with every one."""
LINES_AT_ONCE: Final = 200
PRUNE_SECONDS: Final = 86_400.0
MOST_WAITING: Final = 1000
"""Lines kept for a disk that cannot be written; nothing is shown meanwhile, so that only visits that are turned away add any."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the trail is made on. `opened` gives the file, None: there is no device key. `signer` gives central's public key,
    None: there is none, and no head of central's is taken. `days`: that a line is kept."""

    opened: "Callable[[], AuditFile | None]"
    signer: "Callable[[], Ed25519PublicKey | None]"
    days: int


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """For the technician. `contradicted`: central has seen another chain of this name than is here, or a longer one."""

    writable: bool
    length: int
    held: int
    seen: int
    escrowed: bool
    contradicted: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Waiting:
    """`number` in clear only until the key is known by which it is hashed."""

    visit: int
    values: Mapping[str, str | int]
    number: tuple[str, str] | None
    follows: bool  # whose: as the line before in this visit


class AuditTrail:
    """`write`, `durable` and `forget` on the loop's thread, the rest on any. `number` gives the number of a visit's card.
    `stands` hears of each change between writable and not, `written` when nothing waits any more. `saw` hears only what central
    took: whether people are served does not hang on the audit's own calls."""

    def __init__(
        self,
        chain: Chain,
        client: "CentralClient",
        saw: Callable[[Answer[object]], None],
        clock: ServerClock,
        number: Callable[[int], str | None],
        stands: Callable[[AuditStands], None],
        written: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain = chain
        self._client = client
        self._saw = saw
        self._clock = clock
        self._number = number
        self._stands = stands
        self._written = written
        self._now = now
        self._boot = secrets.token_hex(4)
        self._turn = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._since: float | None = None  # since when the oldest of them waits
        self._failed: int | None = None  # the visit whose lines could not be written; 0: none's
        self._stalled = False
        self._stopping = False
        self._file: AuditFile | None = None
        self._person: bytes | None = None
        self._whose: tuple[int, str] | None = None  # the last one named in a visit, hashed
        self._over: int | None = None  # a visit that is over: its hash goes with the next lines
        self._head: Head | None = None
        self._opened = threading.Event()
        self._seen: Seen | None = None  # newest that central told, unchecked
        self._seen_kept = 0
        self._held = 0
        self._escrowed = False
        self._contradicted = False
        self._pruned: float | None = None
        self._thread: threading.Thread | None = None
        self._sending: threading.Thread | None = None

    def start(self) -> None:
        """Open the file, on a thread of its own."""
        with self._turn:
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """What waits is written first, if the disk takes it now."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join(2.0)
        self._opened.set()

    # --- the loop -----------------------------------------------------------------------------------------------------

    def write(self, entries: Iterable[Entry]) -> None:
        """To be written, in this order; `durable` is False until they are."""
        lines = [self._line(entry) for entry in entries]
        if self._over is not None:
            self._over = self._whose = None
        if not lines:
            return
        stack.overwrite()  # of whose number was hashed
        self.start()
        with self._turn:
            if self._since is None:
                self._since = self._now()
            self._waiting.extend(lines[: max(0, MOST_WAITING - len(self._waiting))])
            self._turn.notify_all()

    def forget(self) -> None:
        """A visit is over: whose it was is not kept any longer than its last line."""
        self._over = None if self._whose is None else self._whose[0]

    @property
    def durable(self) -> bool:
        """All that was given to `write` is on the disk."""
        return self._since is None

    def watch(self) -> float | None:
        """Seconds until it has to be asked again; None: nothing waits. A disk that hangs is one that cannot be written."""
        since = self._since
        if since is None or self._stalled or self._failed is not None:
            return None
        left = since + STALL_SECONDS - self._now()
        if left > 0:
            return left
        with self._turn:
            if self._since is None or self._failed is not None:
                return None
            self._stalled = True
            visit = self._waiting[0].visit if self._waiting else 0
        self._tell(AuditStands(self._now(), visit, False))
        return None

    def _line(self, entry: Entry) -> _Waiting:
        values: dict[str, str | int] = {
            "at": self._clock.now_ms(),
            "kind": entry.kind.value,
            "outcome": entry.outcome.value,
            "visit": f"{self._boot}-{entry.visit}",
            "who": entry.who.value,
        }
        for name, value in (
            ("role", entry.role),
            ("ground", entry.ground),
            ("detail", entry.detail),
            ("ref", entry.ref),
            ("by", entry.by),
        ):
            if value:
                values[name] = str(value)
        number = None
        if entry.whose is not None:
            text = entry.whose.number or self._number(entry.visit)
            number = None if text is None else (entry.whose.kind.value, text)
        line = _Waiting(entry.visit, values, number, number is None)
        return line if self._person is None else self._hashed(line, self._person)

    def _hashed(self, line: _Waiting, person: bytes) -> _Waiting:
        """Nobody's number is left in it."""
        from kiosk.store.audit import whose

        values = dict(line.values)
        if "by" in values:
            values["by"] = whose(person, "staff", str(values["by"]))
        if line.number is not None:
            values["whose"] = whose(person, *line.number)
            self._whose = line.visit, str(values["whose"])
        elif line.follows and self._whose is not None and self._whose[0] == line.visit:
            values["whose"] = self._whose[1]
        return _Waiting(line.visit, values, None, False)

    # --- central ------------------------------------------------------------------------------------------------------

    def head(self) -> str | None:
        """For the header of a request; None: there is no chain to tell of."""
        from kiosk.store.audit import head_header

        if self._thread is not None and not self._opened.is_set():
            self._opened.wait(FIRST_SECONDS)
        head = self._head
        return None if head is None else head_header(head)

    def seen(self, header: str) -> None:
        """What central countersigned, of an answer's header; looked at when there is time."""
        from kiosk.store.audit import seen_of

        seen, head = seen_of(header), self._head
        if seen is None or head is None or seen.head.chain != head.chain:
            return
        with self._turn:
            if seen.head.length > max(self._seen_kept, 0 if self._seen is None else self._seen.head.length):
                self._seen = seen

    def after_heartbeat(self, cancel: Cancel) -> None:
        """Central is there: what it has not got goes there, on a thread of its own."""
        if self._thread is not None and (self._sending is None or not self._sending.is_alive()):
            self._sending = threading.Thread(target=self.send, args=(cancel,), name="audit-upload", daemon=True)
            self._sending.start()

    def send(self, cancel: Cancel) -> None:
        """k0, the lines, what central countersigned; then what is old enough goes. Blocks for calls and disk."""
        from kiosk.store.auditfile import AuditUnwritable

        self._opened.wait()
        file = self._file
        if file is None:
            return
        try:
            if self._enrolled(file, cancel) and self._uploaded(file, cancel):
                self._countersigned(file)
                self._prune(file)
        except AuditUnwritable as broken:
            log.error("audit-unwritable", extra={"values": {"damaged": int(broken.damaged)}})

    def status(self) -> AuditStatus:
        with self._turn:
            writable = self._file is not None and self._failed is None and not self._stalled
            length = 0 if self._head is None else self._head.length
            return AuditStatus(writable, length, self._held, self._seen_kept, self._escrowed, self._contradicted)

    def _enrolled(self, file: "AuditFile", cancel: Cancel) -> bool:
        key = file.escrow()
        if key is not None:
            answer = self._client.enrol_audit(file.head().chain, key, cancel=cancel)
            if answer.value is None:
                self._refused("enrolment", answer)
                return False
            self._saw(answer)
            file.escrowed()
            log.info("audit-enrolled")
        self._escrowed = True
        return True

    def _uploaded(self, file: "AuditFile", cancel: Cancel) -> bool:
        """All lines are at central. It goes on after what central says that it holds, however that came about."""
        chain, held = file.head().chain, file.held()
        self._held = held
        asked = False
        while lines := file.after(held, LINES_AT_ONCE):
            # Central may hold fewer than it said: it was restored from an older copy.
            answer = self._client.upload_audit(chain, [] if asked else lines, cancel=cancel)
            if answer.value is None:
                if answer.status == 409 and not asked:
                    asked = True
                    continue
                self._refused("upload", answer)
                return False
            self._saw(answer)
            progressed = answer.value.held != held
            held, asked = answer.value.held, False
            file.uploaded(held)
            self._held = held
            if not progressed or held > file.head().length:
                self._contradiction("upload", held)
                return False
        return True

    def _countersigned(self, file: "AuditFile") -> None:
        """A head of central's is kept where its signature is good and the line here is the same."""
        with self._turn:
            seen, self._seen = self._seen, None
        kept = file.seen()
        self._seen_kept = 0 if kept is None else kept.head.length
        if seen is None or seen.head.length <= self._seen_kept:
            return
        signer = self._chain.signer()
        if signer is None or not _signed(signer, seen):
            log.error("audit-signature", extra={"values": {"length": seen.head.length}})
            return
        if seen.head.length > file.head().length or file.mac_at(seen.head.length) not in (None, seen.head.mac):
            self._contradiction("head", seen.head.length)
            return
        file.countersigned(seen)
        self._seen_kept = seen.head.length
        self._contradicted = False

    def _prune(self, file: "AuditFile") -> None:
        now = self._now()
        if self._pruned is not None and now < self._pruned + PRUNE_SECONDS:
            return
        self._pruned = now
        removed = 0
        while more := file.prune(self._chain.days):
            removed += more
            self._moved(file.head())
        if removed:
            file.settle()
            log.info("audit-pruned", extra={"values": {"lines": removed}})

    def _refused(self, what: str, answer: Answer[object]) -> None:
        if not answer.cancelled:
            cause = "" if answer.cause is None else answer.cause.value
            log.warning("audit-not-sent", extra={"values": {"what": what, "cause": cause}})

    def _contradiction(self, what: str, length: int) -> None:
        """Lines that central has seen are not here, or are others: the file was rolled back, or is not this kiosk's."""
        self._contradicted = True
        log.error("audit-contradiction", extra={"values": {"what": what, "length": length}})

    def _moved(self, head: "Head") -> None:
        with self._turn:
            if self._head is None or head.length > self._head.length:
                self._head = head

    # --- the writer ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        dirty = False
        while True:
            with self._turn:
                if not self._waiting and self._file is not None and not self._stopping:
                    self._turn.wait(SETTLE_SECONDS if dirty else None)
                batch = tuple(self._waiting)
                if self._stopping and (not batch or self._failed is not None):
                    break
            if self._file is None and not self._open():
                self._pause()
                continue
            if batch:
                dirty = self._append(batch) or dirty
                stack.overwrite()  # of whose number was hashed
            elif dirty:
                dirty = not self._settled()
        if self._file is not None:
            self._file.close_file()

    def _open(self) -> bool:
        try:
            from kiosk.store.auditfile import AuditUnwritable

            file = self._chain.opened()
        except OSError as broken:  # no file handle to open it, or to read the modules that do
            return self._not_opened(broken)
        try:
            if file is None:
                raise AuditUnwritable("no device key", damaged=True)
            head, person = file.head(), file.person()
        except AuditUnwritable as broken:
            return self._not_opened(broken)
        with self._turn:
            self._head, self._person, self._file = head, person, file
            self._waiting = deque(self._hashed(one, person) for one in self._waiting)
        self._opened.set()
        if not self._waiting:
            self._good()
        return True

    def _not_opened(self, broken: Exception) -> bool:
        self._not_written(0, broken)
        with self._turn:
            # Nobody saw anything: the line says what was asked for, not of whom.
            self._waiting = deque(_Waiting(one.visit, _nobody(one.values), None, False) for one in self._waiting)
        self._opened.set()
        return False

    def _append(self, batch: tuple[_Waiting, ...]) -> bool:
        from kiosk.store.auditfile import AuditUnwritable

        file, person = self._file, self._person
        if file is None or person is None:
            raise AssertionError("written only to a file that is open")
        lines = [one if one.number is None and not one.follows else self._hashed(one, person) for one in batch]
        try:
            head = file.append([one.values for one in lines])
        except AuditUnwritable as broken:
            self._not_written(batch[0].visit, broken)
            self._pause()
            return False
        with self._turn:
            for _ in batch:
                self._waiting.popleft()
            self._since = None if not self._waiting else self._now()
        self._moved(head)
        self._good()
        if self._since is None:
            self._written()
        return True

    def _settled(self) -> bool:
        from kiosk.store.auditfile import AuditUnwritable

        try:
            if self._file is not None:
                self._file.settle()
        except AuditUnwritable:
            return False  # the next line tells what is wrong
        return True

    def _not_written(self, visit: int, broken: Exception) -> None:
        with self._turn:
            told, self._failed = self._failed, visit
        if told != visit:
            log.error("audit-unwritable", exc_info=None, extra={"values": {"why": str(broken)}})
            self._tell(AuditStands(self._now(), visit, False))

    def _good(self) -> None:
        with self._turn:
            was_bad = self._failed is not None or self._stalled
            self._failed, self._stalled = None, False
        if was_bad:
            log.info("audit-written-again")
            self._tell(AuditStands(self._now(), 0, True))

    def _tell(self, event: AuditStands) -> None:
        self._stands(event)

    def _pause(self) -> None:
        """Until it is tried again; a new line is tried at once, but no line more often than the disk answers."""
        with self._turn:
            if not self._stopping:
                self._turn.wait(RETRY_SECONDS)


def _nobody(values: Mapping[str, str | int]) -> Mapping[str, str | int]:
    return {name: value for name, value in values.items() if name != "by"}


def _signed(signer: "Ed25519PublicKey", seen: "Seen") -> bool:
    from cryptography.exceptions import InvalidSignature

    from kiosk.store.audit import seen_bytes

    try:
        signer.verify(seen.signature, seen_bytes(seen.head))
    except InvalidSignature:
        return False
    return True

"""A kiosk process, a card, central and a person; at one point of the person's story something happens."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from drivers.card.cardfile import CARDS, KEYS_FILE, CardFile, Fault, load_cards, load_keys
from drivers.card.states import ReaderState
from drivers.card.virtual import Pulled, Silent, VirtualCard
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import BY_ITSELF, FaultKind, Operation, Recorded
from kiosk.sandbox.spoil import let_write
from kiosk.sandbox.world import World
from kiosk.store.device_key import DeviceKey, load
from kiosk.store.journal import FILE, TransactionJournal
from kiosk.visit.states import Idle, Link, Model, Reading
from tests.faults.activation.facts import Facts, Pin
from tests.faults.activation.line import JOURNAL, PERSON, Digits, Journalled, Touch
from tests.faults.activation.person import NEW, OLD, Deed, Next, Person
from tests.faults.activation.points import Border, Cell, Point, Story, What, brings_a_pin
from tests.journeys.driver import ROOT

ENTRY: Final = Path(__file__).with_name("entry.py")
TEMPLATE: Final = "jinan-not-activated"
PEOPLE: Final = 500
"""New cards of one world, each with a holder of its own: more than there are cells."""
TOTAL: Final = 2.5
"""Seconds that the kiosk waits for central in all."""
LATE_SECONDS: Final = 4.0
LATE_CARD_MS: Final = 1500.0
VISIT_SECONDS: Final = 40.0
GAP_SECONDS: Final = 0.6
"""Between one card and the next: pcscd sees the slot empty."""
OURS: Final = frozenset(Operation) - BY_ITSELF
"""Messages of a visit."""


class Stuck(AssertionError):
    """Nothing goes on. The text names the page, and nothing personal."""


class HeardCard(VirtualCard):
    """A card that tells of each command before it is carried out and after."""

    stand: Stand | None = None

    def transmit(self, apdu: bytes) -> bytes:
        if self.stand is None:
            return super().transmit(apdu)
        return self.stand.heard(self, bytes(apdu), super().transmit)

    def next_goes(self, action: Any, **more: Any) -> None:
        """With the command that comes now."""
        self.add_fault(Fault(action=action, index=self._commands, times=1, **more))

    def falls_silent(self) -> None:
        self._silent = True


class Stand:
    """One world for many cells; each has a new card, and a kiosk with an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._line = Path(tempfile.mkdtemp(prefix="kiosk-person-"))
        self.world = World(folder, population=0, cards=_cards(folder / "cards"))
        self._people = 0
        self._touched = 0  # cards that came between and were not left alone
        self._listener = Listener(str(self._line / "line"), "AF_UNIX")
        self._changed = threading.Condition()
        self._model: Model | None = None
        self._touch: Connection | None = None
        self._accepting = threading.Thread(target=self._accept, name="lines", daemon=True)
        self._ahead = 0.0
        self._lock = threading.RLock()
        self._watching: threading.Thread | None = None
        self._clear()

    def _clear(self) -> None:
        self.cell: Cell | None = None
        self.counts: Counter[tuple[Border, str]] = Counter()
        self.passed: list[tuple[Border, str, int]] = []
        self.recording = False
        self.fired = 0
        self.mine = True
        self.gone = False  # the fault took the card
        self.full = False
        self.fingers = 0
        self.sent: list[float] = []  # when a PIN went to the card, seconds since 1970
        self.changes: list[float] = []
        self.without: int = 0  # PINs that no finger sent
        self.faults: list[str] = []
        self._watching = None

    def __enter__(self) -> Self:
        self.world.start()
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.stop()
        self._listener.close()
        shutil.rmtree(self._line, ignore_errors=True)

    # ---- the cell -----------------------------------------------------------------------------------------------------

    def begin(self, name: str) -> None:
        """A new card, nobody's kiosk, central well."""
        watching, self.cell = self._watching, None
        if watching is not None:
            watching.join()
        self.world.pull()
        if self.world.kiosk is not None:
            self.world.kiosk.cut_power()
        self._clear()
        self._people += 1
        self.id, self.other_id = f"new-{self._people:03d}", f"new-{PEOPLE - self._touched:03d}"
        self.chip = HeardCard(self.world.cards[self.id], load_keys())
        self.other = HeardCard(self.world.cards[self.other_id], load_keys())
        self.chip.stand = self
        self.world.central.reset()
        self._ahead = 0.0
        self.phone = self.world.central.card(number_of(self.chip)).phone or ""
        self.name = name
        shutil.rmtree(self.folder / name, ignore_errors=True)
        self.world.place_kiosk(
            [str(ROOT / ".venv" / "bin" / "python"), str(ENTRY), "--person", str(self._line / "line")],
            {"central": {"connect": 1, "total": TOTAL}, "time": {"reading_minimum": 0.2}},
            name=name,
        )
        self.start()

    def start(self) -> None:
        """The kiosk, until it waits for a card."""
        with self._changed:
            self._model = self._touch = None
        self.world.power_on()
        self.until(
            lambda m: m.world.reader is ReaderState.READY and m.world.slot is None and isinstance(m.state, Idle), 20
        )

    def arm(self, cell: Cell) -> None:
        """From now on the points are counted; the cell's fault happens at its one."""
        self.cell = cell
        self._count_from_here()
        point = cell.point
        if point.border is Border.MESSAGE:
            kind, more = _MESSAGE[cell.what]
            self.world.central.fault(kind, Operation(point.name), skip=point.nth - 1, **more)
            self._watching = threading.Thread(target=self._watch, args=(cell,), name="watch", daemon=True)
            self._watching.start()

    def record(self) -> None:
        self._count_from_here()

    def _count_from_here(self) -> None:
        self.counts.clear()
        self.passed.clear()
        self.recording = True
        self.world.central.forget()

    def visit(self, story: Story) -> Person:
        """The card goes in; the person does what there is to do, until the card is out and the kiosk idle, or dead."""
        person = Person(
            number_of_holder(self.chip), self.phone, self.world.central, leaves=story is Story.LEAVE, minute=self.minute
        )
        self.mine, self.gone = True, False
        self.world.insert_chip(self.chip)
        until = time.monotonic() + VISIT_SECONDS
        while time.monotonic() < until:
            if self.dead or self.gone or not self.mine or self.world.card_in is None:
                break
            model = self.model
            if model is None or model.world.slot is None or (model.world.slot.done and isinstance(model.state, Idle)):
                deed: Deed | Next = Next.WAIT
            else:
                deed = person.next(model)
            if deed is Next.TAKE:
                break
            if isinstance(deed, Deed) and model is not None:
                self._do(model, deed)
            with self._changed:
                if self._model is model:
                    self._changed.wait(0.05)
        else:
            raise Stuck(f"{self.name}: a visit has no end: {type(self.model.state if self.model else None).__name__}")
        return person

    def till_it_happened(self) -> None:
        """Some things only go out when the person has ended, or has taken the card."""
        if not self._wait(lambda: bool(self.fired) or self.dead, 1.0):
            self.world.pull()
            self._wait(lambda: bool(self.fired) or self.dead, 4.0)
        if self._watching is not None:
            self._watching.join(6)

    def aside(self) -> None:
        """After the fault: who came between stands there a moment; then the slot is empty, and the kiosk idle or dead."""
        if not self.mine and not self.dead:
            self._wait(lambda: self.world.card_in == self.other_id, 5)
            with suppress(Stuck):
                self.until(lambda m: m.world.slot is not None and not isinstance(m.state, Idle | Reading), 6)
        self.mine = True
        self.world.pull()
        if not self.dead:
            self.until(lambda m: m.world.slot is None and isinstance(m.state, Idle), 15)
        if self.full:
            self.let_write(allowed=True)

    def come_back(self) -> None:
        """The kiosk runs, and waits for a card."""
        if self.dead:
            self.start()

    def minute(self) -> None:
        self._ahead += 61.0
        self.world.central.condition(ahead_seconds=self._ahead)

    @property
    def dead(self) -> bool:
        return self.world.kiosk is None or not self.world.kiosk.on

    @property
    def model(self) -> Model | None:
        with self._changed:
            return self._model

    def until(self, wanted: Callable[[Model], bool], within: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._model is not None and wanted(self._model), within):
                state = "none" if self._model is None else type(self._model.state).__name__
                raise Stuck(f"{self.name}: the kiosk is at {state}")

    def _wait(self, done: Callable[[], bool], within: float) -> bool:
        until = time.monotonic() + within
        while not done():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    # ---- what is so ---------------------------------------------------------------------------------------------------

    def facts(self) -> Facts:
        seen = self.world.central.card(number_of(self.chip))
        pin = Pin.NEW if self.chip.has_pin(NEW) else Pin.OLD if self.chip.has_pin(OLD) else Pin.NEITHER
        return Facts(pin, seen.status, len(seen.open), tuple(row.closed or row.step for row in self.rows(self.chip)))

    def rows(self, chip: VirtualCard) -> tuple[Any, ...]:
        folder = self.folder / self.name
        device = load(folder / "device.key", make=False)
        if not isinstance(device, DeviceKey) or not (folder / "journal" / FILE).exists():
            return ()
        assert chip.file.issuer is not None
        journal = TransactionJournal(folder / "journal", device)
        try:
            return journal.history(chip.file.issuer.identification)
        finally:
            journal.close_file()

    def other_untouched(self) -> bool:
        """The card that came between: nothing of it, and nothing of it anywhere."""
        seen = self.world.central.card(number_of(self.other))
        untouched = (
            self.other.has_pin(OLD)
            and self.other.tries_left == self.other.file.pin.limit
            and seen.status is CardStatus.NOT_ACTIVATED
            and not seen.reservations
            and not self.rows(self.other)
        )
        self._touched += not untouched
        return untouched

    def cancelled_after_change(self) -> bool:
        """A cancel went out although CHANGE may have been sent."""
        cancels = (Operation.CANCEL, Operation.CANCEL_KEY)
        sent = [one.at for one in self.world.central.recording() if one.operation in cancels]
        return bool(self.changes) and any(at > self.changes[0] for at in sent)

    def answered(self) -> bool:
        """Has central done with every message, late ones too? One that was lost on purpose is never answered."""
        return not [one for one in self.world.central.recording() if one.status is None and not self._lost(one)]

    def quiet(self) -> None:
        """Until the visit that is over has said so to central."""
        ended = Operation.END_CARD_SESSION
        assert self._wait(lambda: any(one.status for one in self.world.central.recording(ended)), 5), "no end was told"

    def _lost(self, one: Recorded) -> bool:
        cell = self.cell
        if cell is None or cell.point.border is not Border.MESSAGE or cell.what is What.LATE:
            return one.operation in BY_ITSELF
        return one.operation is Operation(cell.point.name)

    def messages(self) -> list[Point]:
        """The messages since `record`, as points."""
        counts: Counter[str] = Counter()
        found = []
        for one in self.world.central.recording():
            if one.operation in OURS and one.operation is not None:
                counts[one.operation.value] += 1
                found.append((one.operation.value, counts[one.operation.value]))
        return [Point(Story.ACTIVATE, Border.MESSAGE, name, nth) for name, nth in found]

    # ---- hands ---------------------------------------------------------------------------------------------------------

    def _do(self, model: Model, deed: Deed) -> None:
        with self._changed:
            line = self._touch
        if line is None:
            return
        if deed.sends:
            self.fingers += 1
        with suppress(OSError):
            if deed.digits:
                line.send(Digits(deed.digits))
            for action in deed.actions:
                line.send(Touch(model.visits, action))

    def kill(self) -> None:
        kiosk = self.world.kiosk
        assert kiosk is not None
        kiosk.cut_power()

    def let_write(self, *, allowed: bool) -> None:
        kiosk = self.world.kiosk
        assert kiosk is not None
        self.full = not allowed
        if kiosk.on:
            let_write(kiosk.pid, allowed=allowed)

    def take(self) -> None:
        """The fault takes the card, and the kiosk has seen it."""
        self.gone = True
        self.world.pull()
        with suppress(Stuck):
            self.until(lambda m: m.world.slot is None, 2)

    def swap(self) -> None:
        """The fault puts another card in, and the kiosk has seen it."""
        self.mine = False
        self.take()
        time.sleep(GAP_SECONDS)
        self.world.insert_chip(self.other)
        with suppress(Stuck):
            self.until(lambda m: m.world.slot is not None, 3)

    # ---- at the borders ------------------------------------------------------------------------------------------------

    def _is_at(self, border: Border, name: str, *, count: bool = True) -> What | None:
        """What happens at this one, by the cell."""
        with self._lock:
            if not self.recording:
                return None
            if count:
                self.counts[border, name] += 1
                self.passed.append((border, name, self.counts[border, name]))
            cell = self.cell
            if cell is None or self.fired:
                return None
            point = cell.point
            here = (point.border, point.name, point.nth) == (border, name, self.counts[border, name])
            return cell.what if here else None

    def heard(self, chip: HeardCard, apdu: bytes, carry_out: Callable[[bytes], bytes]) -> bytes:
        """A command at the card, on the card's thread."""
        name = head(apdu)
        what = self._is_at(Border.APDU, name)
        if brings_a_pin(name):
            self.sent.append(time.time())
            if name.startswith("805E"):
                self.changes.append(time.time())
            self.without += len(self.sent) > self.fingers
        if what is None:
            return carry_out(apdu)
        self.fired += 1
        match what:
            case What.PULLED:
                self.gone = True
                chip.next_goes("remove")
            case What.TORN:
                self.gone = True
                chip.next_goes("tear")
            case What.PULLED_AFTER:
                self.gone = True
                chip.next_goes("remove_after")
            case What.OTHER | What.OTHER_AFTER:
                self.mine = False
                self.gone = True
                chip.next_goes("remove" if what is What.OTHER else "remove_after")
                threading.Thread(target=self._other_comes, name="swap", daemon=True).start()
            case What.KILLED:
                self.kill()
                raise Pulled
            case What.KILLED_AFTER:
                answer = carry_out(apdu)
                self.kill()
                return answer
            case What.REQUEST_LOST:
                chip.next_goes("mute")
            case What.ANSWER_LOST:
                carry_out(apdu)
                chip.falls_silent()
                raise Silent
            case What.LATE:
                chip.next_goes("delay", ms=LATE_CARD_MS)
            case What.ERROR:
                chip.next_goes("status")
            case _:
                raise AssertionError(what)
        return carry_out(apdu)

    def _other_comes(self) -> None:
        self._wait(lambda: self.world.card_in is None, 2)
        time.sleep(GAP_SECONDS)
        self.world.insert_chip(self.other)

    def _written(self, said: Journalled) -> None:
        """A write of the journal, while the kiosk's thread waits."""
        what = self._is_at(Border.WRITE, said.write, count=not said.durable)
        if what is None:
            return
        after = what in (What.PULLED_AFTER, What.OTHER_AFTER, What.KILLED_AFTER)
        if after is not said.durable:
            if what is What.FULL:
                raise AssertionError("a full disk was written to")
            return
        match what:
            case What.PULLED | What.PULLED_AFTER:
                self.take()
            case What.OTHER | What.OTHER_AFTER:
                self.swap()
            case What.KILLED | What.KILLED_AFTER:
                self.kill()
            case What.FULL:
                self.let_write(allowed=False)
            case _:
                raise AssertionError(what)
        self.fired += 1

    def _watch(self, cell: Cell) -> None:
        """A message, held at central before or after it is done."""
        central = self.world.central
        with suppress(OSError):
            if _MESSAGE[cell.what][0] not in (FaultKind.HOLD, FaultKind.HOLD_REQUEST):
                self._wait(lambda: not central.waiting or self.cell is not cell, VISIT_SECONDS)
                self.fired += self.cell is cell and not central.waiting
                return
            if (
                not self._wait(lambda: central.held > 0 or self.cell is not cell, VISIT_SECONDS)
                or self.cell is not cell
            ):
                return
            match cell.what:
                case What.PULLED | What.PULLED_AFTER:
                    self.take()
                case What.OTHER | What.OTHER_AFTER:
                    self.swap()
                case What.KILLED | What.KILLED_AFTER:
                    self.kill()
                case _:
                    raise AssertionError(cell.what)
            self.fired += 1
            central.release()

    # ---- the lines -----------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
                role = connection.recv()
            except (OSError, EOFError):
                return
            serve = {PERSON: self._serve_person, JOURNAL: self._serve_journal}[role]
            threading.Thread(target=serve, args=(connection,), name=role, daemon=True).start()

    def _serve_person(self, connection: Connection) -> None:
        with self._changed:
            self._touch = connection
        with suppress(OSError, EOFError):
            while True:
                model = connection.recv()
                with self._changed:
                    self._model = model
                    self._changed.notify_all()

    def _serve_journal(self, connection: Connection) -> None:
        with suppress(OSError, EOFError):
            while True:
                said = connection.recv()
                try:
                    self._written(said)
                except Exception as error:
                    self.faults.append(f"{type(error).__name__}: {error}")
                connection.send(None)


_MESSAGE: Final[dict[What, tuple[FaultKind, dict[str, Any]]]] = {
    What.PULLED: (FaultKind.HOLD_REQUEST, {}),
    What.PULLED_AFTER: (FaultKind.HOLD, {}),
    What.OTHER: (FaultKind.HOLD_REQUEST, {}),
    What.OTHER_AFTER: (FaultKind.HOLD, {}),
    What.KILLED: (FaultKind.HOLD_REQUEST, {}),
    What.KILLED_AFTER: (FaultKind.HOLD, {}),
    What.REQUEST_LOST: (FaultKind.REQUEST_LOST, {}),
    What.ANSWER_LOST: (FaultKind.RESET, {}),
    What.DUPLICATE: (FaultKind.REPEATED, {}),
    What.LATE: (FaultKind.LATE, {"seconds": LATE_SECONDS}),
    What.ERROR: (FaultKind.STATUS, {"status": 503}),
}


def head(apdu: bytes) -> str:
    """Class, instruction and parameters; `-` after those of a command that brings no data."""
    return apdu[:4].hex().upper() + ("" if len(apdu) > 5 else "-")


def number_of(chip: VirtualCard) -> str:
    assert chip.file.issuer is not None
    return chip.file.issuer.number


def number_of_holder(chip: VirtualCard) -> str:
    assert chip.file.holder is not None
    return chip.file.holder.ssn


def _cards(folder: Path) -> Path:
    """Card files of many new cards, and their keys."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        shutil.copy(CARDS / KEYS_FILE, folder / KEYS_FILE)
        text = (CARDS / f"{TEMPLATE}.toml").read_text("utf-8")
        template = load_cards()[TEMPLATE]
        for count in range(1, PEOPLE + 1):
            (folder / f"new-{count:03d}.toml").write_text(_another(text, template, count), "utf-8")
    return folder


def _another(text: str, template: CardFile, count: int) -> str:
    assert template.issuer is not None
    assert template.holder is not None
    identification = template.issuer.identification
    born = date(1980, 1, 1).toordinal() + count
    ssn = f"370101{date.fromordinal(born):%Y%m%d}{count:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    ssn += "10X98765432"[sum(w * int(c) for w, c in zip(weights, ssn, strict=True)) % 11]
    for old, new in (
        (TEMPLATE, f"new-{count:03d}"),
        (identification, identification[:-8] + f"{count:08X}"),
        (template.issuer.number, f"C2{count:06d}X"),
        (template.holder.ssn, ssn),
        (f"born = {template.holder.born}", f"born = {date.fromordinal(born)}"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


__all__ = ["Link", "Stand", "Stuck"]

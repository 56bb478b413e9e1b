"""Everything outside the kiosk, simulated at the real borders: cards, reader and PC/SC service, central and the line to it, clock
and power. Dock, demo, tour, tests and benches all drive it through this one class; each action is a step in the log.

    with World(folder) as world:
        world.place_kiosk([sys.executable, "-m", "kiosk", "run"])
        world.insert("jinan-2-0")
        world.set_line(Cut())
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from drivers.card.cardfile import CARDS, KEYS_FILE, CardFile, Fault, load_cards, load_keys
from drivers.card.virtual import VirtualCard
from drivers.card.vpcd import VirtualSlot
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.desk import Desk
from kiosk.sandbox.leash import Leashed
from kiosk.sandbox.line import Line, Mode, Through
from kiosk.sandbox.machine import Machine, SettingsText, merged
from kiosk.sandbox.pcscd import NAME, Pcscd
from kiosk.sandbox.pki import DemoPki, Flaw, ensure
from kiosk.sandbox.spoil import let_write, tamper_rows
from kiosk.sandbox.steps import Steps

_T = TypeVar("_T")

READER: Final = "Virtual PCD 00 00"
SECOND_READER: Final = "Virtual PCD 00 01"
DEVICE: Final = "kiosk-01"
LOOK_SECONDS: Final = 0.5
"""pcscd looks for cards about every 0.4 s."""
BYTE_MS_9600: Final = 1.25
"""A byte on the line of a card at 9600 baud."""


class NotPossible(Exception):
    """The world is not so that this can be done: no card to pull, no kiosk to switch on. The text says why."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a script, `after` seconds after the last one: a method of `World` by name."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    after: float = 0.0


class World:
    """`folder` takes certificates, logs and the kiosk's files. `seed` draws what is left to chance.

    `standard_reader`: on the machine's own PC/SC socket and port 35963, so that other programs see it, too. `central` False: the
    caller brings a central service of its own. `cards`: a folder of card files with their keys; central knows the same ones.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        standard_reader: bool = False,
        central: bool = True,
        population: int = 200,
        areas: Sequence[tuple[str, str]] = ((DEVICE, "370100"), ("kiosk-02", "140300")),
        today: date | None = None,
        cards: Path = CARDS,
    ) -> None:
        self.folder = folder
        self.steps = Steps()
        self.random = random.Random(seed)  # noqa: S311 repeatable, no secret
        self.cards: dict[str, CardFile] = load_cards(cards)
        self.kiosk: Machine | None = None
        self.ahead = 0.0
        self._card_files = cards
        self._keys = load_keys(cards / KEYS_FILE)
        self._standard = standard_reader
        self._central_options = (population, tuple(areas), today) if central else None
        self._chips: dict[str, VirtualCard] = {}
        self._card_id: str | None = None
        self._holder: Leashed | None = None
        self._pcscd: Pcscd | None = None
        self._slot: VirtualSlot | None = None
        self._second: VirtualSlot | None = None
        self._desk: Desk | None = None
        self._pki: DemoPki | None = None
        self._central: CentralProcess | None = None
        self._central_on = False
        self._flawed = False
        self._powered = False
        self._disk_full = False
        self._kept: tuple[Path, Path] | None = None  # where the kiosk keeps recent data, and its device key
        self._reader_wanted = True
        self._line: Line | None = None
        self._lock = threading.RLock()

    # ---- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Reader, printer, central and line. Raises PcscMissing, CentralDidNotStart."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._pcscd = Pcscd.open(standard=self._standard)
            self._slot = VirtualSlot(self._pcscd.port)
            self._second = VirtualSlot(self._pcscd.port + 1)
            self._desk = Desk(self.folder, self.cards, self._did)
            self._pki = ensure(self.folder / "tls")
            if self._central_options is not None:
                self._central = self._new_central()
                self._central.start()
                self._central_on = True
                self._line = Line(self._central.port, seed=self.random.randrange(1 << 30))
        except BaseException:
            self.stop()
            raise
        self.steps.say("world", "started", reader=self._pcscd.where.value)

    def stop(self) -> None:
        """Everything that was started, in the order in which nobody complains. Safe to call twice."""
        self._drop_holder()
        if self.kiosk is not None:
            self.kiosk.shut_down()
        for slot in (self._slot, self._second):
            if slot is not None:
                slot.remove()
        if self._desk is not None:
            self._desk.stop()
        if self._line is not None:
            self._line.stop()
        if self._central is not None:
            self._central.stop()
        if self._pcscd is not None:
            self._pcscd.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pcscd(self) -> Pcscd:
        return _there(self._pcscd)

    @property
    def pki(self) -> DemoPki:
        return _there(self._pki)

    @property
    def desk(self) -> Desk:
        """Printer and ID card reader."""
        return _there(self._desk)

    @property
    def central(self) -> Simulator:
        """The simulator's port of the reference service: faults, conditions, what was recorded."""
        return _there(self._central).simulator

    @property
    def line(self) -> Line:
        return _there(self._line)

    @property
    def url(self) -> str:
        """Central as the kiosk reaches it: through the line."""
        return f"https://127.0.0.1:{self.line.port}"

    # ---- the kiosk --------------------------------------------------------------------------------------------------

    def settings(self, device: str = DEVICE) -> dict[str, dict[str, object]]:
        """What a kiosk.ini needs to find this world."""
        mine = self.pki.device(device)
        settings: dict[str, dict[str, object]] = {
            "reader": {"names": READER, "allow_virtual": True},
            "window": {"fullscreen": False},
            "central": {
                "ca": self.pki.authority,
                "certificate": mine.certificate,
                "key": mine.key,
                "list_key": self.pki.list_signer.public,
            },
            **self.desk.settings(),
        }
        if self._line is not None:
            settings["central"]["url"] = self.url
        return settings

    def place_kiosk(
        self,
        program: Sequence[str],
        settings: SettingsText | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        movable_clock: bool = False,
        name: str = "kiosk",
    ) -> Machine:
        """Put a machine into this world; it is not switched on yet."""
        if self.kiosk is not None:
            self.kiosk.shut_down()
        folder = self.folder / name
        mine = {
            "cache": {"folder": folder / "cache", "key": folder / "device.key"},
            "journal": {"folder": folder / "journal"},
            "audit": {"folder": folder / "audit"},
            "staff": {"folder": folder / "staff"},
        }
        told = merged(self.settings(), mine, settings or {})
        self._kept = Path(str(told["cache"]["folder"])), Path(str(told["cache"]["key"]))
        self._disk_full = False
        self.kiosk = Machine(
            program,
            folder,
            told,
            {**self.pcscd.environment, **(environment or {})},
            movable_clock=movable_clock,
        )
        return self.kiosk

    @property
    def powered(self) -> bool:
        """Somebody has switched the kiosk on and nobody has cut its power: it should be running."""
        return self._powered

    def power_on(self) -> None:
        self._machine().power_on()
        self._powered = True
        if self._disk_full:
            let_write(self._machine().pid, allowed=False)
        self._did("power-on")

    def cut_power(self) -> None:
        """The kiosk is gone at once; the card stays in the slot."""
        self._powered = False
        self._machine().cut_power()
        self._did("power-cut")

    def set_clock(self, ahead: float) -> None:
        """The kiosk's wall clock, in seconds ahead of the true time."""
        self._machine().set_clock(ahead)
        self.ahead = ahead
        self._did("clock-set", ahead=ahead)

    def tamper_rows(self) -> int:
        """Somebody changes every row of recent data on the kiosk's disk. How many."""
        if self._kept is None:
            raise NotPossible("no kiosk stands here")
        rows = tamper_rows(*self._kept)
        if not rows:
            raise NotPossible("nothing is kept on this kiosk")
        self._did("rows-tampered", rows=rows)
        return rows

    @property
    def disk_full(self) -> bool:
        return self._disk_full

    def fill_disk(self) -> None:
        """The kiosk can write to no file any more, its log among them."""
        self._let_write(allowed=False)
        self._did("disk-filled")

    def free_disk(self) -> None:
        self._let_write(allowed=True)
        self._did("disk-freed")

    def _let_write(self, *, allowed: bool) -> None:
        if self._machine().on:
            let_write(self._machine().pid, allowed=allowed)
        self._disk_full = not allowed

    def _machine(self) -> Machine:
        if self.kiosk is None:
            raise NotPossible("no kiosk stands here")
        return self.kiosk

    # ---- cards ------------------------------------------------------------------------------------------------------

    @property
    def card_in(self) -> str | None:
        """Id of the card in the slot."""
        return self._card_id if self._slot is not None and self._slot.card is not None else None

    def chip(self, card: str, *, fresh: bool = False) -> VirtualCard:
        """The chip of a card file. What is written to it (PIN tries) stays until a `fresh` one is asked for."""
        if card not in self.cards:
            raise NotPossible(f"no such card: {card}")
        if fresh or card not in self._chips:
            self._chips[card] = VirtualCard(self.cards[card], self._keys)
        return self._chips[card]

    def insert(
        self, card: str, *, fresh: bool = False, byte_ms: float | None = None, faults: Iterable[Fault] = ()
    ) -> VirtualCard:
        """Put a card in. `byte_ms`: how slow its line is; `faults` happen from now on."""
        with self._lock:
            if self.card_in is not None:
                raise NotPossible("there is a card in the slot")
            chip = self._prepared(card, fresh, byte_ms, faults)
            _there(self._slot).insert(chip)
            self._card_id = card
        self._did("card-inserted", card=card)
        return chip

    def insert_chip(self, chip: VirtualCard) -> None:
        """Put a chip in that somebody else made: a counterfeit, or one that is listened to."""
        with self._lock:
            if self.card_in is not None:
                raise NotPossible("there is a card in the slot")
            _there(self._slot).insert(chip)
            self._card_id = chip.file.id
        self._did("card-inserted", card=chip.file.id)

    def pull(self) -> None:
        """Take the card out, in the middle of a command if need be. Nothing happens when there is none."""
        with self._lock:
            was = self.card_in
            _there(self._slot).remove()
            self._card_id = None
        if was is not None:
            self._did("card-pulled", card=was)

    def insert_second(self, card: str) -> VirtualCard:
        """Put a fresh card into the second reader, named `SECOND_READER`."""
        chip = self._prepared(card, True, None, ())
        _there(self._second).insert(chip)
        self._did("second-card-inserted", card=card)
        return chip

    def pull_second(self) -> None:
        _there(self._second).remove()
        self._did("second-card-pulled")

    def swap(
        self, card: str, *, fresh: bool = False, byte_ms: float | None = None, gap: float = LOOK_SECONDS
    ) -> VirtualCard:
        """The card out and another in, with an empty slot for `gap` seconds: as quick as pcscd's looks let a client see it.

        `gap` 0 is faster than any look. pcscd 1.9.9 then sometimes never tells that the second card leaves: the client's
        SCardDisconnect of the first one powered the second one on before pcscd had seen it.
        """
        with self._lock:
            chip = self._prepared(card, fresh, byte_ms, ())
            slot = _there(self._slot)
            slot.remove()
            threading.Event().wait(gap)
            slot.insert(chip)
            self._card_id = card
        self._did("card-swapped", card=card)
        return chip

    def swap_at(self, card: str, *, ins: int | None = None, index: int | None = None, nth: int = 1) -> None:
        """At a command of the card that is in, it goes and another comes: `index`-th since power-on, or `nth` with `ins`."""
        chip = _there(self._slot).card
        if chip is None:
            raise NotPossible("there is no card in the slot")
        other = self.chip(card)
        chip.add_fault(Fault(action="remove", ins=ins, index=index, nth=nth, times=1))

        def wait() -> None:
            slot = _there(self._slot)
            while slot.card is chip:
                threading.Event().wait(0.005)
            with self._lock:
                if slot.card is None and self._card_id is not None:
                    slot.swap(other)
                    self._card_id = card
            self._did("card-swapped", card=card)

        threading.Thread(target=wait, name="swap", daemon=True).start()

    def card_fault(self, **fault: Any) -> None:
        """Something goes wrong with the card that is in: the fields of `drivers.card.cardfile.Fault`."""
        chip = _there(self._slot).card
        if chip is None:
            raise NotPossible("there is no card in the slot")
        planned = Fault(**fault)
        chip.add_fault(planned)
        self._did("card-fault", action=planned.action)

    def _prepared(self, card: str, fresh: bool, byte_ms: float | None, faults: Iterable[Fault]) -> VirtualCard:
        chip = self.chip(card, fresh=fresh)
        if byte_ms is not None:
            slow = chip.file.chip.model_copy(update={"byte_ms": byte_ms})
            chip.file = chip.file.model_copy(update={"chip": slow})
        for fault in faults:
            chip.add_fault(fault)
        return chip

    # ---- the reader -------------------------------------------------------------------------------------------------

    @property
    def pcscd_well(self) -> bool:
        """pcscd runs, or was stopped on purpose."""
        return self.pcscd.alive or not self._reader_wanted

    def stop_reader_service(self) -> None:
        self._reader_wanted = False
        self._ours().stop()
        self._did("pcscd-stopped")

    def kill_reader_service(self) -> None:
        self._reader_wanted = False
        self._ours().kill()
        self._did("pcscd-killed")

    def start_reader_service(self) -> None:
        self._ours().start()
        self._reader_wanted = True
        self._did("pcscd-started")

    def unplug_reader(self) -> None:
        self._ours().unplug()
        self._did("reader-unplugged")

    def plug_reader(self, name: str = NAME) -> None:
        """`name`: under which it comes back."""
        self._ours().plug(name)
        self._did("reader-plugged", reader=name)

    def freeze_reader_service(self) -> None:
        """pcscd takes connections and answers nobody."""
        self._ours().freeze()
        self._did("pcscd-frozen")

    def thaw_reader_service(self) -> None:
        self._ours().thaw()
        self._did("pcscd-thawed")

    def hold_reader(self) -> None:
        """Another program connects exclusively to the card that is in. Returns when it has it: the kiosk must not be using it.

        pcsc-lite keeps the reader locked for that program also over the next cards.
        """
        if self.card_in is None:
            raise NotPossible("there is no card that could be held")
        self._drop_holder()
        ours, theirs = os.pipe()
        try:
            self._holder = Leashed(
                [sys.executable, "-m", "kiosk.sandbox.holder", self.pcscd.reader, str(theirs)],
                env={**os.environ, **self.pcscd.environment},
                log=self.folder / "holder.log",
                keep=(theirs,),
            )
        finally:
            os.close(theirs)
        with os.fdopen(ours) as told:
            if told.readline() != "held\n":
                self._drop_holder()
                raise NotPossible("the card could not be held")
        self._did("reader-held")

    def let_reader_go(self) -> None:
        self._drop_holder()
        self._did("reader-let-go")

    def _drop_holder(self) -> None:
        holder, self._holder = self._holder, None
        if holder is not None:
            holder.stop()

    def _ours(self) -> Pcscd:
        if not self.pcscd.ours:
            raise NotPossible("pcscd is not ours: it is neither stopped nor started")
        return self.pcscd

    # ---- central and the line to it ---------------------------------------------------------------------------------

    @property
    def central_on(self) -> bool:
        return self._central_on

    def stop_central(self) -> None:
        _there(self._central).stop()
        self._central_on = False
        self._did("central-stopped")

    def start_central(self, flaw: Flaw | None = None) -> None:
        """A new process on the same database; the kiosk reaches it where it did before. `flaw`: of the certificate it shows."""
        _there(self._central).stop()
        central = self._central = self._new_central(flaw)
        central.start()
        self._central_on = True
        self._flawed = flaw is not None
        self.line.to_port = central.port
        self._did("central-started", **({} if flaw is None else {"certificate": flaw.value}))

    def _new_central(self, flaw: Flaw | None = None) -> CentralProcess:
        population, devices, day = _there(self._central_options)
        server = None if flaw is None else self.pki.flawed_server(flaw)
        return CentralProcess(
            self.pki,
            server=server,
            population=population,
            devices=devices,
            today=day,
            cards=self._card_files,
            database=f"sqlite:///{self.folder / 'central.db'}",  # a service that starts again remembers its challenges
            log=self.folder / "central.log",
        )

    def central_fault(self, kind: str, operation: str | None = None, **more: Any) -> None:
        """Script a fault (`kiosk.sandbox.central.faults`)."""
        self.central.fault(FaultKind(kind), None if operation is None else Operation(operation), **more)
        self._did("central-fault", kind=kind, operation=operation or "any")

    def central_condition(self, **changes: Any) -> None:
        self.central.condition(**changes)
        self._did("central-condition", **{name: str(value) for name, value in changes.items()})

    def central_release(self) -> None:
        self.central.release()
        self._did("central-released")

    def central_well(self) -> None:
        """No faults, usual conditions."""
        self.central.reset()
        self._did("central-well")

    def set_card_status(self, card: str, status: CardStatus) -> None:
        """What central's register says of a card."""
        issuer = self.cards[card].issuer
        if issuer is None:
            raise NotPossible("this card is in no register")
        self.central.set_card(issuer.number, status)
        self._did("card-status", card=card, status=status.value)

    def first_day(self) -> None:
        """Central's register as it was seeded: cards and phones are what they were, and nobody has used up anything."""
        self.central.first_day()
        self._did("first-day")

    def set_line(self, mode: Mode) -> None:
        self.line.set(mode)
        self._did("line-set", mode=type(mode).__name__)

    # ---- all ---------------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Everything well again; no card in the slot. The kiosk is left as it is."""
        self._drop_holder()
        self.pull()
        _there(self._second).remove()
        self.desk.well()
        if self.pcscd.ours:
            self.pcscd.thaw()
            self.pcscd.start()
            self.pcscd.plug()
            self._reader_wanted = True
        if self._line is not None:
            if not self._central_on or self._flawed:
                self.start_central()
            self.line.set(Through())
            self.central.reset()
            self.central.first_day()
        if self.ahead:
            self.set_clock(0)
        if self._disk_full:
            self.free_disk()
        self._did("restored")

    def play(self, script: Iterable[Action], wait: Callable[[float], object] | None = None) -> None:
        """Carry a script out, in order. Raises AttributeError for a name that `World` does not have."""
        pause = wait or threading.Event().wait
        for action in script:
            if action.after:
                pause(action.after)
            getattr(self, action.name)(**action.values)

    def _did(self, name: str, **values: str | int | float) -> None:
        self.steps.say("world", name, **values)


def _there(part: _T | None) -> _T:
    if part is None:
        raise NotPossible("this part of the world is not there")
    return part

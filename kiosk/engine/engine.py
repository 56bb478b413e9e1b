"""The loop: one thread steps the visit; nothing else ever does. Workers do, the loop decides, the screen draws."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import TYPE_CHECKING, Final, assert_never

from drivers.card.profiles import COMMAND_LIMIT_S
from drivers.card.reader import CardInserted as ReaderCardInserted
from drivers.card.reader import CardReader, ReaderChanged, ReaderEvent
from drivers.card.reader import CardRemoved as ReaderCardRemoved
from drivers.card.ssc import CardFailure, PinProfile, SocialSecurityCard
from drivers.card.states import ReaderState
from kiosk import __version__
from kiosk.engine.activation import Transactions
from kiosk.engine.appliances import Appliances, ApplianceWorker
from kiosk.engine.audit import AuditTrail, Chain
from kiosk.engine.card import CardWorker, HeldChallenge
from kiosk.engine.central import CentralWorker
from kiosk.engine.clock import ServerClock
from kiosk.engine.deeds import Deeds
from kiosk.engine.delivery import Deliverer, Journals
from kiosk.engine.device import Device
from kiosk.engine.diagnostics import FailureLog, WorldSince
from kiosk.engine.help import HelpCalls, TechnicianDoor
from kiosk.engine.helping import Helpers, Helping
from kiosk.engine.losses import Losses
from kiosk.engine.recent import Keeping, RecentData
from kiosk.engine.secret import SecretEntry
from kiosk.engine.services import ServiceCalls
from kiosk.engine.technicians import TechnicianCards
from kiosk.pinrules import PinLimits
from kiosk.visit import audit as audit_lines
from kiosk.visit import effects as fx
from kiosk.visit import journal
from kiosk.visit.deadlines import next_deadline, visible
from kiosk.visit.events import (
    CardInserted,
    CardRemoved,
    DigitsEntered,
    Event,
    Pressed,
    ReaderReported,
    Tick,
    Touched,
)
from kiosk.visit.failures import Failure
from kiosk.visit.help import Query, QueryPassword, SignIn, Staff
from kiosk.visit.services import Activation, CardService, ClerkConfirms, Pins, Work, Working
from kiosk.visit.states import Kept, Link, Model, OutOfService, PinPad, Prefs, Rules, World
from kiosk.visit.step import step

if TYPE_CHECKING:
    from kiosk.central.answers import Answer, Cancel
    from kiosk.central.client import CentralClient
    from kiosk.central.contract import Heartbeat
    from kiosk.store.journal import TransactionJournal
    from kiosk.visit.actions import Action

log = logging.getLogger("kiosk.visit")

_SHOWS_A_CODE: Final = (
    journal.LogName.FAILURE_SHOWN,
    journal.LogName.OUT_OF_SERVICE,
    journal.LogName.SERVICE_STOPPED,
)
"""The lines that say which code somebody was shown."""

CARD_STALL_SECONDS = COMMAND_LIMIT_S
"""An APDU that takes longer marks the reader faulty: the person is told, the stuck call is left alone."""

CARD_GIVE_UP_SECONDS = 120.0
"""Then the process ends, for its supervisor to start it and the PC/SC service again."""

FAULT_STORM = 5
"""So many bugs within a minute, and the process ends for its supervisor to start it again."""


@unique
class _AuditWritten(Enum):
    """No lines wait any more: what is held back may be shown."""

    ALL = "all"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Seconds and digits; from kiosk.ini and the region profile."""

    pin_profile: PinProfile
    max_clock_offset: float
    total_deadline: float
    initial_pins: tuple[str, ...] = ()  # what cards are issued with: none of them may be set

    def __repr__(self) -> str:
        return f"EngineSettings({self.pin_profile}, {self.max_clock_offset}, {self.total_deadline})"


class Engine:
    """Owns the model. `publish` is called on the loop's thread with every new model; `play` with every sound.

    `reader` None: no card is ever read (a configuration error is on the screen). `keeping` None: nothing is kept for outages.
    `journal` opens the journal of activations; None: there is no device key, and nothing is activated.
    `audit`: where it is written who looked at whose record. A model that shows one is published once its lines are on the disk.
    `helping` None: there is no help by staff, none without a card, and no service screen.
    """

    def __init__(
        self,
        rules: Rules,
        settings: EngineSettings,
        reader: CardReader | None,
        client: "CentralClient | None",
        publish: Callable[[Model], None],
        play: Callable[[fx.Sound], None],
        give_up: Callable[[], None],
        *,
        config_invalid: bool = False,
        keeping: Keeping | None = None,
        journal: "Callable[[], TransactionJournal | None]" = lambda: None,
        appliances: Appliances | None = None,
        audit: Chain | None = None,
        helping: Helping | None = None,
    ) -> None:
        self._publish = publish
        self._give_up = give_up
        self._reader = reader
        self._client = client
        self._now = time.monotonic
        self._started = self._now()
        self._events: queue.SimpleQueue[Event | _AuditWritten | None] = queue.SimpleQueue()
        first = OutOfService(Failure.CONFIG_INVALID, since=self._started) if config_invalid else Model().state
        self._model = Model(
            rules, World(config_invalid=config_invalid), prefs=_first_prefs(rules), state=first, now=self._started
        )
        self.secret = SecretEntry(self._digits, rules.pin_max)
        self._forgotten = False
        self._reader_stalled = False
        self._faults: list[float] = []
        self._failures: list[str] = []
        self._failure_log = FailureLog()
        self.since = WorldSince()
        self._thread = threading.Thread(target=self._run, name="visit", daemon=True)
        self._device: Device | None = None
        self._central: CentralWorker | None = None
        self._card: CardWorker | None = None
        self._recent: RecentData | None = None
        self._deliverer: Deliverer | None = None
        self._transactions: Transactions | None = None
        self._services: ServiceCalls | None = None
        self._technicians: TechnicianCards | None = None
        self._helpers: Helpers | None = None
        self._trail: AuditTrail | None = None
        self._held = False  # what the model shows waits for its audit line
        self._appliances = ApplianceWorker(appliances or Appliances(), self.post)
        self.clock = ServerClock()
        if client is not None:
            self._device = Device(client, self.post, self._heartbeat, settings.max_clock_offset, self.clock)
            if keeping is not None:
                losses = Losses(client, keeping.losses, self._device.saw)
                self._device.after_heartbeat = losses.after_heartbeat
                self._recent = RecentData(keeping.cache, losses.listed, self.clock, self.post)
            self._central = CentralWorker(client, self._device, self.post, settings.total_deadline)
            if audit is not None:
                self._trail = AuditTrail(
                    audit, client, self._device.saw, self.clock, self._central.whose, self.post, self._audit_written
                )
                client.audit = self._trail
                self._device.after_heartbeat = _in_turn(self._device.after_heartbeat, self._trail.after_heartbeat)
            if helping is not None:
                saw = self._device.saw
                cards = self._technicians = TechnicianCards(client, helping.technicians, saw, self.clock)
                self._device.after_heartbeat = _in_turn(self._device.after_heartbeat, cards.after_heartbeat)
        if reader is not None and self._central is not None:
            self._card = CardWorker(
                reader,
                settings.pin_profile,
                self.post,
                self._challenge,
                self._central.keep,
                recent=self._recent,
                technician=self._is_technicians,
            )
            if self._recent is not None:
                self._recent.found_late = self._card.ask
        if client is not None and self._device is not None and self._central is not None and self._card is not None:
            journals = Journals(journal)
            self._deliverer = Deliverer(journals, client, self._device.saw)
            self._transactions = Transactions(journals, self._deliverer, self._card, self.post)
            self._services = ServiceCalls(client, self._central, self._device, self._transactions, self.post)
            back = self._deliverer.central_is_there
            self._device.after_heartbeat = _in_turn(self._device.after_heartbeat, lambda _cancel: back())
        self._total = settings.total_deadline
        if helping is not None:
            self._helpers = self._help(helping)
        self._deeds = Deeds(
            self.secret,
            PinLimits(settings.pin_profile.min_digits, settings.pin_profile.max_digits, settings.initial_pins),
            self._appliances,
            self._device,
            self._central,
            self._card,
            self._recent,
            self._transactions,
            self._services,
            self._helpers,
            self._trail,
            self.post,
            play,
            self._card_forgotten,
        )

    def _help(self, helping: Helping) -> Helpers:
        calls, door = None, None
        if self._client is not None and self._central is not None and self._device is not None:
            calls = HelpCalls(
                self._client,
                self._central,
                self._device,
                self.secret,
                helping.lockouts,
                self._handed_over,
                self.post,
            )
        if self._card is not None and self._technicians is not None:
            door = TechnicianDoor(self._card, self._technicians, self.post)
        return Helpers(helping, self.secret, calls, door, self._appliances, self._failure_log, self.post)

    # --- from outside -----------------------------------------------------------------------------------------------

    @property
    def model(self) -> Model:
        return self._model

    def start(self) -> None:
        self._thread.start()
        if self._card is not None and self._reader is not None:
            self._card.start()
            self._reader.start(self._reader_event)

    def connect(self) -> None:
        """Begin to talk to central. Apart from `start`: its libraries take longer to load than the first screen to draw."""
        if self._trail is not None:
            self._trail.start()
        if self._recent is not None:
            self._recent.start()
        if self._device is not None:
            self._device.start()
        if self._deliverer is not None:
            self._deliverer.start()
        if self._technicians is not None:
            self._technicians.start()

    def stop(self) -> None:
        """End everything; the card is powered off."""
        if self._reader is not None:
            self._reader.stop()
        self._events.put(None)
        if self._thread.is_alive():
            self._thread.join(2.0)
        self.secret.close()
        if self._card is not None:
            self._card.stop(1.0)  # longer only when the PC/SC service hangs: the thread is left behind
        if self._transactions is not None:
            self._transactions.stop()
        self._appliances.stop()
        if self._recent is not None:
            self._recent.stop()
        if self._central is not None:
            self._central.stop()
        if self._device is not None:
            self._device.stop()
        if self._trail is not None:
            self._trail.stop()
        if self._client is not None:
            self._client.close()

    def post(self, event: Event) -> None:
        """From any thread."""
        self._events.put(event)

    def heard(self, answer: "Answer[object]") -> None:
        """An answer of central's to somebody else in this process: it tells of link and clock, too."""
        if self._device is not None:
            self._device.saw(answer)

    def timed_card(self, visit: int, insertion: int) -> float | None:
        """Seconds of reading EF05 of the card of a visit, which has taken its PIN; None: there is none, or it cannot be read.
        Blocks."""
        if self._card is None or insertion == 0:
            return None
        done, took = threading.Event(), list[float]()

        def read(card: SocialSecurityCard, _identification: str) -> None:
            began = time.monotonic()
            if not isinstance(card.issuer_data(), CardFailure):
                took.append(time.monotonic() - began)
            done.set()

        self._card.with_card(visit, insertion, read, done.set)
        done.wait(CARD_STALL_SECONDS)
        return took[0] if took else None

    def pressed(self, visit: int, action: "Action") -> None:
        self.post(Pressed(self._now(), visit, action))

    def touched(self) -> None:
        self.post(Touched(self._now()))

    def _digits(self, visit: int, count: int) -> None:
        self.post(DigitsEntered(self._now(), visit, count))

    def _card_forgotten(self, forgotten: bool) -> None:
        self._forgotten = forgotten

    def _audit_written(self) -> None:
        self._events.put(_AuditWritten.ALL)

    def _reader_event(self, event: ReaderEvent) -> None:
        """On the reader's thread: only into the queue."""
        at = self._now()
        match event:
            case ReaderChanged(state=state, reader=name):
                self.post(ReaderReported(at, state, name is not None and name.startswith("Virtual PCD")))
            case ReaderCardInserted(insertion=insertion, mute=mute):
                self.post(CardInserted(at, insertion, mute))
            case ReaderCardRemoved(insertion=insertion):
                self.post(CardRemoved(at, insertion))
            case never:
                assert_never(never)

    # --- the loop ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=self._patience())
            except queue.Empty:
                event = Tick(self._now())
            if event is None:
                return
            self._watch_card()
            if self._trail is not None:
                self._trail.watch()
            try:
                if isinstance(event, _AuditWritten):
                    self._show_held()
                else:
                    self._step(event)
            except Exception as bug:
                self._fault(bug)

    def _patience(self) -> float | None:
        """How long nothing can happen by itself."""
        waits = []
        deadline = next_deadline(self._model)
        if deadline is not None:
            waits.append(max(0.0, deadline - self._now()))
        if self._trail is not None and (left := self._trail.watch()) is not None:
            waits.append(left)
        if self._reader_stalled:
            waits.append(1.0)
        elif self._card is not None and self._card.busy:
            waits.append(min(1.0, max(0.02, CARD_STALL_SECONDS - self._card.stalled())))
        return min(waits, default=None)

    def _watch_card(self) -> None:
        """A command that never comes back is not waited for: the person is told, the stuck call is left alone."""
        if self._card is None:
            return
        stalled = self._card.stalled()
        if stalled > CARD_STALL_SECONDS and not self._reader_stalled:
            self._reader_stalled = True
            if self._model.world.reader is ReaderState.READY:  # else the reader has said already what hangs
                self.post(ReaderReported(self._now(), ReaderState.FAULTY, self._model.world.reader_is_virtual))
        elif self._reader_stalled and not stalled:
            self._reader_stalled = False
            if self._model.world.reader is ReaderState.FAULTY:
                self.post(ReaderReported(self._now(), ReaderState.READY, self._model.world.reader_is_virtual))
        elif stalled > CARD_GIVE_UP_SECONDS:
            self._give_up()

    def _step(self, event: Event) -> None:
        before = self._model
        after, effects = step(before, event)
        self._model = after
        # What others do begins before the page is drawn: the drawing would hold them up.
        for effect in effects:
            if not isinstance(effect, fx.Play):
                self._deeds.do(effect)
        # The question has left: its audit line is written while central answers.
        if self._trail is not None:
            self._trail.write(audit_lines.lines(before, event, after))
        if _keeps_pins(before) and not _keeps_pins(after):
            self.secret.close()
        # Whether a PIN is judged to be good is known already: no page that stands no longer than an event holds up the next.
        if visible(after) != visible(before) and not any(isinstance(effect, fx.JudgePin) for effect in effects):
            self._show(after)
        for effect in effects:
            if isinstance(effect, fx.Play):
                self._deeds.do(effect)
        for line in journal.lines(before, event, after):
            if line.name in (journal.LogName.FAILURE_SHOWN, journal.LogName.OUT_OF_SERVICE):
                self._failures = [*self._failures[-49:], str(line.values["code"])]
            if line.name in _SHOWS_A_CODE:
                self._failure_log.saw(str(line.values["code"]))
            log.info("%s", line.name.value, extra={"visit": line.visit, "values": line.values})

    def _show(self, model: Model) -> None:
        """Nothing of a person's record is painted before its audit line is on the disk."""
        self._held = self._trail is not None and not self._trail.durable and audit_lines.shows(model)
        if not self._held:
            self._publish(model)

    def _show_held(self) -> None:
        if self._held:
            self._show(self._model)

    def _fault(self, bug: Exception) -> None:
        """A bug in the rules or an effect: end the visit, show a page. The log writes its type and place, never its text."""
        log.error("kiosk-fault", extra={"values": {"in": "visit"}}, exc_info=bug)
        now = self._now()
        visit = self._model.visits
        self._deeds.end(visit)
        world = self._model.world
        slot = None if world.slot is None else replace(world.slot, done=True)
        self._model = replace(
            self._model,
            world=replace(world, slot=slot),
            prefs=_first_prefs(self._model.rules),
            state=OutOfService(Failure.SCREEN_FAULT, since=now, lifts_at=now + self._model.rules.failure_page),
        )
        self._held = False
        self._publish(self._model)
        self._faults = [at for at in self._faults if now - at < 60] + [now]
        if len(self._faults) >= FAULT_STORM:
            self._give_up()

    # --- for the workers --------------------------------------------------------------------------------------------

    def _challenge(self, over: Callable[[], bool], kept: Kept) -> HeldChallenge | None:
        """In a known outage nobody waits for one; who can be shown recent data waits no longer than for the PIN pad."""
        if self._device is None:
            return None
        offline = self._model.world.link is Link.OFFLINE
        if offline and kept in (Kept.RECENT, Kept.TECHNICIAN, Kept.LISTED):
            return None
        short = offline or kept is Kept.RECENT
        return self._device.challenges.take(over, self._model.rules.pin_pad_wait if short else self._total)

    def _is_technicians(self, identification: str) -> bool:
        return self._technicians is not None and self._technicians.knows(identification)

    def _handed_over(self, visit: int) -> None:
        """The clerk's card is of this visit no more: powered off, and nothing that it opened is kept."""
        if self._card is not None:
            self._card.release(visit)
        if self._recent is not None:
            self._recent.end(visit)

    def _heartbeat(self) -> "Heartbeat":
        from kiosk.central.contract import Heartbeat

        failures, self._failures = tuple(self._failures), []
        uptime = int(self._now() - self._started)
        return Heartbeat(__version__, self._model.world.reader.value, uptime, self._forgotten, failures)


def _keeps_pins(model: Model) -> bool:
    """Is somebody at a page of PINs or of a password (or of what is typed after it), or the card at what was typed there?"""
    match model.state:
        case PinPad() | Activation(stage=Pins() | ClerkConfirms()) | CardService(stage=Pins()):
            return True
        case Activation(stage=Working(work=work)) | CardService(stage=Working(work=work)):
            return work in (Work.CHANGE, Work.VERIFY)
        case Staff(stage=SignIn()) | Query(stage=QueryPassword()):
            return True
        case _:
            return False


def _in_turn(*calls: "Callable[[Cancel], object]") -> "Callable[[Cancel], object]":
    def do(cancel: "Cancel") -> None:
        for call in calls:
            call(cancel)

    return do


def _first_prefs(rules: Rules) -> Prefs:
    return Prefs(language=rules.default_language)

"""An engine without a window: virtual cards in a slot, the real loop and workers, the reference service over mutual TLS."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Final

from drivers.card.cardfile import CardFile
from drivers.card.reader import CardReader
from drivers.card.ssc import PinProfile
from drivers.card.virtual import VirtualCard
from kiosk.central.client import CentralClient
from kiosk.engine.appliances import Appliances
from kiosk.engine.audit import Chain
from kiosk.engine.engine import Engine, EngineSettings
from kiosk.engine.helping import Helping
from kiosk.engine.recent import Keeping
from kiosk.masking import mask_name, mask_number
from kiosk.sandbox import pki
from kiosk.store.journal import TransactionJournal
from kiosk.ui import pages
from kiosk.ui.env import Env
from kiosk.ui.text import Words
from kiosk.visit.actions import Action, ConfirmPin
from kiosk.visit.base import in_visit, screen_of
from kiosk.visit.effects import Sound
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Idle, Model, OutOfService, Prefs, Record, Rules, Screen
from tests.kiosk.engine.slot import Slot
from tests.kiosk.ui.means import kit_of
from tests.kiosk.ui.screens.harness import LANGUAGES, MONOTONIC, PLACE, REGION, ROOT
from tests.kiosk.ui.screens.samples import NOW

AREAS: Final = frozenset({"370100", "370101", "370102"})
PIN: Final = "123456"
WRONG: Final = "999999"
INITIAL: Final = ("123456", "888888")


class Machine:
    """An engine with a slot, and every model it ever published. `reader`: another one than the slot."""

    def __init__(
        self,
        url: str,
        certificates: pki.DemoPki,
        rules: Rules,
        reader: CardReader | None = None,
        keeping: Keeping | None = None,
        journal: Callable[[], TransactionJournal | None] = lambda: None,
        appliances: Appliances | None = None,
        audit: Chain | None = None,
        helping: Helping | None = None,
    ) -> None:
        identity = certificates.device("kiosk-01")
        self.slot = Slot()
        self.sounds: list[Sound] = []
        self.gave_up = 0
        self.confirmed = 0
        self._changed = threading.Condition()
        client = CentralClient(url, certificates.authority, identity.certificate, identity.key)
        self.engine = Engine(
            rules,
            EngineSettings(PinProfile(4, 12), 30.0, 8.0, INITIAL),
            reader or self.slot,
            client,
            self._published,
            self.sounds.append,
            self._given_up,
            keeping=keeping,
            journal=journal,
            appliances=appliances,
            audit=audit,
            helping=helping,
        )
        self.models: list[Model] = [self.engine.model]
        self.engine.start()
        self.engine.connect()

    def _published(self, model: Model) -> None:
        with self._changed:
            self.models.append(model)
            self._changed.notify_all()

    def _given_up(self) -> None:
        self.gave_up += 1

    def until(self, wanted: Callable[[Model], bool], within: float = 12.0) -> Model:
        with self._changed:
            done = self._changed.wait_for(lambda: wanted(self.models[-1]), within)
            assert done, f"stuck at {screen_of(self.models[-1])} {self.models[-1].state!r}"
            return self.models[-1]

    def screen(self, name: Screen, within: float = 12.0) -> Model:
        return self.until(lambda model: screen_of(model) is name, within)

    def failure(self, failure: Failure, within: float = 12.0) -> None:
        self.until(lambda model: shown(model) is failure, within)

    def type_pin(self, pin: str) -> None:
        self.screen(Screen.PIN)
        for digit in pin:
            self.engine.secret.press(int(digit))
        self.confirmed += 1
        self.engine.pressed(self.models[-1].visits, ConfirmPin())

    def press(self, action: Action) -> None:
        self.engine.pressed(self.models[-1].visits, action)

    # ---- a visit that something happens to ---------------------------------------------------------------------------

    def go(self, done: Callable[[Model], bool], pin: str = PIN, within: float = 12.0) -> Model:
        """Types the PIN once, when the pad is there, and waits for `done`."""
        model = self.until(lambda m: done(m) or screen_of(m) is Screen.PIN, within)
        if done(model):
            return model
        self.type_pin(pin)
        return self.until(done, within)

    def at_rest(self, chip: VirtualCard | None = None) -> None:
        """Idle, first looks, nothing personal, the PIN's buffer closed, the card without power."""
        idle = self.until(lambda model: isinstance(model.state, Idle) and model.world.slot is None)
        assert idle.prefs == Prefs(language=idle.rules.default_language)
        self.engine.secret.press(7)
        assert self.engine.secret.take(idle.visits) == bytearray(), "the PIN's buffer is open while nobody is there"
        until = time.monotonic() + 5
        while chip is not None and chip.powered:
            assert time.monotonic() < until, "the card still has power"
            time.sleep(0.005)

    def next_person(self, chip: VirtualCard) -> None:
        """Who comes next is served, and sees nothing but what is theirs."""
        since = len(self.models)
        self.slot.insert(chip)
        record = self.go(lambda model: isinstance(model.state, Record | CardPage | OutOfService)).state
        assert isinstance(record, Record), record
        assert chip.file.issuer is not None
        assert record.overview.card_number == chip.file.issuer.number
        self.slot.pull()
        self.at_rest(chip)
        assert len(self.models) > since


def shown(model: Model) -> Failure | None:
    """The failure whose page is on the screen."""
    return model.state.failure if isinstance(model.state, CardPage | OutOfService) else None


def pins_sent(chip: VirtualCard) -> int:
    """How often a PIN reached this chip."""
    return sum(1 for seen in chip.seen if seen.ins == 0x20 and seen.lc)


def marks(file: CardFile, beside: CardFile | None = None) -> frozenset[str]:
    """What tells this card's holder, whole and masked; without what the holder of `beside` has, too."""
    if file.holder is None or file.issuer is None:
        return frozenset()
    own = {
        file.holder.name,
        file.holder.ssn,
        file.issuer.number,
        file.issuer.identification,
        mask_name(file.holder.name),
        mask_number(file.holder.ssn),
    }
    return frozenset(own) - (marks(beside) if beside is not None else frozenset())


def texts_of(part: object) -> Iterator[str]:
    """Every text that a model holds, however deep: also what a repr hides."""
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts_of(getattr(part, field.name))
    elif isinstance(part, tuple | list | frozenset | set):
        for each in part:
            yield from texts_of(each)
    elif isinstance(part, dict):
        for each in part.values():
            yield from texts_of(each)


def holds(model: Model, forbidden: frozenset[str]) -> bool:
    return any(mark in text for text in texts_of(model) for mark in forbidden)


def nothing_of_the_other(models: list[Model], first: CardFile, second: CardFile, from_insertion: int) -> None:
    """No model of the visit with insertion `from_insertion` or later holds what is the first's alone, nor does one of nobody."""
    of_first = marks(first, second)
    assert of_first
    for model in models:
        state = in_visit(model.state)
        if state is None or state.insertion >= from_insertion:
            assert not holds(model, of_first), f"something of the first person on {screen_of(model)}"


@cache
def explained(failure: Failure) -> None:
    """The page of a failure, as the kiosk builds it, says its code, what is, and what to do, in every language."""
    for language in ("zh_CN", "en"):
        words = Words.load(ROOT / "assets" / "locale", language, strict=True)
        env = Env(kit_of(), words, LANGUAGES, REGION, PLACE, NOW, MONOTONIC)
        kiosk_itself = failure.key.startswith(("kiosk.", "reader."))
        state = OutOfService(failure, since=MONOTONIC) if kiosk_itself else CardPage(1, 1, failure, MONOTONIC)
        model = Model(prefs=Prefs(language), state=state, visits=1, now=MONOTONIC)
        texts = {each.text for each in pages.build(model, env).texts}
        assert failure.code in texts
        assert env.t(f"{failure.key}.title") in texts
        told = {env.t(f"{failure.key}.advice")}
        if failure is Failure.CARD_MUTE:
            told |= {env.t(f"card.mute.step{number}") for number in (1, 2, 3)}
        assert told & texts, "nothing to do is said"

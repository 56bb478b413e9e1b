"""Effects of the visit's rules -> the workers that carry them out, and the end of all that a visit began."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from drivers.card.states import PinUnknown
from kiosk.engine.activation import Transactions
from kiosk.engine.appliances import ApplianceWorker
from kiosk.engine.audit import AuditTrail
from kiosk.engine.card import CardWorker
from kiosk.engine.central import CentralWorker
from kiosk.engine.device import Device
from kiosk.engine.helping import Helpers
from kiosk.engine.recent import RecentData
from kiosk.engine.secret import SecretEntry
from kiosk.engine.services import ServiceCalls
from kiosk.pinrules import PinBearer, PinLimits
from kiosk.visit import effects as fx
from kiosk.visit.events import CardPinAnswered, Event, PinJudged
from kiosk.visit.help_deeds import HelpEffect
from kiosk.visit.services import PinSlot

if TYPE_CHECKING:
    from drivers.card.states import PinVerdict


@dataclass(frozen=True, slots=True, repr=False)
class Deeds:
    """The workers. None: there is none of this kind here, and what it would do is not done."""

    secret: SecretEntry
    limits: PinLimits
    appliances: ApplianceWorker
    device: Device | None
    central: CentralWorker | None
    card: CardWorker | None
    recent: RecentData | None
    transactions: Transactions | None
    services: ServiceCalls | None
    helpers: Helpers | None
    trail: AuditTrail | None
    post: Callable[[Event], None]
    play: Callable[[fx.Sound], None]
    card_forgotten: Callable[[bool], None]
    now: Callable[[], float] = time.monotonic

    def do(self, effect: fx.Effect) -> None:
        """Returns at once. On the loop's thread, as `end`."""
        if isinstance(effect, HelpEffect):
            if self.helpers is not None:
                self.helpers.do(effect)
            return
        match effect:
            case fx.ReadCard(visit=visit, insertion=insertion):
                if self.central is not None and self.card is not None:
                    self.central.begin(visit, insertion)
                    self.card.read(visit, insertion)
            case fx.OpenSession(visit=visit, insertion=insertion):
                if self.central is not None:
                    self.central.open_session(visit, insertion)
            case fx.WarmCentral(visit=visit):
                if self.central is not None:
                    self.central.warm(visit)
            case fx.OpenPinEntry(visit=visit):
                self.secret.open(visit)
            case fx.VerifyPin(visit=visit, insertion=insertion):
                if self.card is not None:
                    self.card.verify(visit, insertion, self.secret.take(visit))
            case fx.FetchOverview(visit=visit, insertion=insertion):
                if self.central is not None:
                    self.central.overview(visit, insertion)
            case fx.OpenRecent(visit=visit, insertion=insertion):
                if self.recent is not None:
                    self.recent.open(visit, insertion)
            case fx.KeepRecent(visit=visit, insertion=insertion, overview=overview):
                if self.recent is not None:
                    self.recent.keep(visit, insertion, overview)
            case fx.ForgetRecent(visit=visit, insertion=insertion):
                if self.recent is not None:
                    self.recent.forget(visit, insertion)
            case fx.FetchContributions() | fx.FetchEntries():
                if self.central is not None:
                    self.central.rows(effect)
            case fx.EndVisit(visit=visit):
                self.end(visit)
            case fx.OpenSecret(visit=visit, slot=slot):
                self.secret.open_slot(visit, slot)
            case fx.JudgePin(visit=visit, insertion=insertion, request=request, slot=slot):
                bearer = PinBearer() if self.central is None else self.central.bearer(visit)
                rule = self.secret.judge(visit, slot, self.limits, bearer)
                self.post(PinJudged(self.now(), visit, insertion, request, slot, rule))
            case fx.ChangeCardPin():
                self._change(effect)
            case fx.VerifyNewPin(visit=visit):
                if self.transactions is not None:
                    self.transactions.verify_new(effect, self.secret.take(visit, PinSlot.NEW))
            case fx.ConfirmActivation():
                if self.transactions is not None:
                    self.transactions.confirm(effect)
            case fx.CancelReservation():
                if self.transactions is not None:
                    self.transactions.cancel(effect)
            case (
                fx.CheckActivation()
                | fx.ProveIdentity()
                | fx.SendCode()
                | fx.CheckCode()
                | fx.Reserve()
                | fx.ReportLossNow()
                | fx.AskTicket()
            ):
                if self.services is not None:
                    self.services.ask(effect)
            case fx.ReadDocument():
                self.appliances.do(effect)
            case fx.Print(visit=visit):
                card = None if self.central is None else self.central.card_number(visit)
                self.appliances.do(replace(effect, card=card))
            case fx.Play(sound=sound):
                self.play(sound)
            case fx.ReportForgottenCard(forgotten=forgotten):
                self.card_forgotten(forgotten)
                if self.device is not None:
                    self.device.beat_now()
            case never:
                assert_never(never)

    def _change(self, effect: fx.ChangeCardPin) -> None:
        """The old PIN goes to the card and is gone here; of the new one a copy, until the card has taken it."""
        old = self.secret.take(effect.visit, PinSlot.OLD)
        new = self.secret.copy(effect.visit, PinSlot.NEW)
        if effect.transaction and self.transactions is not None:
            self.transactions.change(effect, old, new)
        elif self.card is not None:

            def told(verdict: "PinVerdict | None") -> None:
                at, answer = self.now(), PinUnknown(None) if verdict is None else verdict
                self.post(CardPinAnswered(at, effect.visit, effect.insertion, effect.request, answer))

            self.card.change(effect.visit, effect.insertion, old, new, told)

    def end(self, visit: int) -> None:
        """All of it: nothing of this visit is done, asked, shown or kept any more."""
        self.secret.close()
        if self.card is not None:
            self.card.release(visit)
        if self.recent is not None:
            self.recent.end(visit)
        if self.transactions is not None:
            self.transactions.end(visit)
        if self.trail is not None:
            self.trail.forget()
        self.appliances.end(visit)
        if self.helpers is not None:
            self.helpers.end(visit)
        if self.central is not None:
            self.central.end(visit)

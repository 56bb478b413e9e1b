"""Help at the kiosk, put together: what of it central does, what the card, the printer and the kiosk's own parts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from kiosk.engine.appliances import ApplianceWorker
from kiosk.engine.diagnostics import Diagnostician, FailureLog, ServiceDesk
from kiosk.engine.help import HelpCalls, Lockouts, TechnicianDoor
from kiosk.engine.secret import SecretEntry
from kiosk.health import Report
from kiosk.model import CentralFailure
from kiosk.visit import help_deeds as fx
from kiosk.visit.events import Ask, CentralFailed, Event

if TYPE_CHECKING:
    from kiosk.store.technicians import Technicians


@dataclass(frozen=True, slots=True)
class Helping:
    """What the engine is given for it. `technicians` gives the pairs that are kept, None: there is no device key. `doctor` and
    `written`: of `ServiceDesk`. All are called when first needed, on the thread that needs it."""

    lockouts: Lockouts
    technicians: "Callable[[], Technicians | None]"
    doctor: Callable[[], Diagnostician]
    written: Callable[[Report, str], str | None]


class Helpers:
    """Executes the effects of help. `calls` None: there is no central to ask (the settings are wrong); `door` None: no card is
    read. What cannot be done is answered so."""

    def __init__(
        self,
        helping: Helping,
        secret: SecretEntry,
        calls: HelpCalls | None,
        door: TechnicianDoor | None,
        appliances: ApplianceWorker,
        failures: FailureLog,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = secret
        self._calls = calls
        self._door = door
        self._appliances = appliances
        self._desk = ServiceDesk(helping.doctor, helping.written, failures, post)
        self._post = post
        self._now = now

    def do(self, effect: fx.HelpEffect) -> None:
        """Returns at once."""
        match effect:
            case fx.OpenPassword(visit=visit, longest=longest):
                self._secret.open_password(visit, longest)
            case fx.SignTechnicianIn():
                if self._door is not None:
                    self._door.open(effect)
                else:
                    at = self._now()
                    self._post(fx.TechnicianLetIn(at, effect.visit, effect.insertion, effect.request, None))
            case fx.PrintLookup() | fx.PrintAgain():
                self._appliances.do(effect)
            case fx.WriteReport(file=False):
                self._appliances.do(effect)
            case fx.Diagnose() | fx.WriteReport():
                self._desk.do(effect)
            case (
                fx.SignStaffIn()
                | fx.ConfirmIdentity()
                | fx.LookUp()
                | fx.RevealNow()
                | fx.HandOverNow()
                | fx.TakeTicket()
                | fx.FindSlip()
                | fx.AskPersonSession()
            ):
                if self._calls is not None:
                    self._calls.ask(effect)
                else:
                    self._secret.close()
                    at, failure = self._now(), CentralFailure.UNREACHABLE
                    self._post(CentralFailed(at, effect.visit, effect.insertion, Ask.SERVICE, effect.request, failure))
            case never:
                assert_never(never)

    def end(self, visit: int) -> None:
        """Sessions end with the visit's calls; here only what the service screen still waits for."""
        self._desk.end(visit)

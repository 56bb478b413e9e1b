"""The questions of an activation and of the services for an active card: central in the card's session, the ID card reader, the
printer. Each is answered by one event with its `request`; a transaction's steps are journalled by `kiosk.engine.activation`.
"""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, assert_never

from kiosk.central.answers import Answer, Cause
from kiosk.engine.activation import Transactions
from kiosk.engine.central import CentralWorker, VisitCalls
from kiosk.engine.device import Device
from kiosk.model import CentralFailure
from kiosk.services import IdentityOutcome, Party, Reservation
from kiosk.store.transaction import JournalUnusable
from kiosk.visit import effects as fx
from kiosk.visit.events import (
    ActivationChecked,
    CodeChecked,
    CodeSent,
    Event,
    IdentityAnswered,
    JournalFailed,
    LossReportAnswered,
    ReservationAnswered,
    TicketAnswered,
)

if TYPE_CHECKING:
    from kiosk.central.client import CentralClient

log = logging.getLogger("kiosk.activation")

T = TypeVar("T")

CentralEffect = (
    fx.CheckActivation | fx.ProveIdentity | fx.SendCode | fx.CheckCode | fx.Reserve | fx.ReportLossNow | fx.AskTicket
)


class ServiceCalls:
    """Executes the effects that central answers. All return at once; on a worker of the visit's the answer is posted."""

    def __init__(
        self,
        client: "CentralClient",
        central: CentralWorker,
        device: Device,
        transactions: Transactions,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._central = central
        self._device = device
        self._transactions = transactions
        self._post = post
        self._now = now

    def ask(self, effect: CentralEffect) -> None:
        self._central.service(effect.visit, effect.insertion, effect.request, lambda calls: self._do(effect, calls))

    # --- on the pool ------------------------------------------------------------------------------------------------

    def _do(self, effect: CentralEffect, calls: VisitCalls) -> None:
        held = calls.open
        if held is None:
            self._central.refused(calls, effect.request, Answer(CentralFailure.SESSION_ENDED, Cause.SESSION_ENDED))
            return
        try:
            event = self._answer(effect, calls, *held)
        except JournalUnusable:
            log.error("journal-unusable", extra={"visit": effect.visit, "values": {"in": type(effect).__name__}})
            event = JournalFailed(self._now(), effect.visit, effect.insertion, effect.request)
        if event is not None and not calls.cancel.cancelled:
            self._post(event)

    def _answer(self, effect: CentralEffect, calls: VisitCalls, session: str, token: str) -> Event | None:
        """None: there is none, and that was said; or the visit is over. Raises JournalUnusable."""
        client, cancel = self._client, calls.cancel
        visit, insertion, request = effect.visit, effect.insertion, effect.request
        match effect:
            case fx.CheckActivation():
                if calls.read is None:
                    return None
                self._transactions.look(visit, calls.read.issuer.identification)
                eligibility = self._value(effect, calls, client.eligibility(session, token, cancel=cancel))
                if eligibility is None:
                    return None
                journalled, reference = self._transactions.merged(visit, eligibility)
                return ActivationChecked(self._now(), visit, insertion, request, eligibility, journalled, reference)
            case fx.ProveIdentity(party=party, relation=relation, number=number, name=name):
                answer = client.prove_identity(session, token, party, relation, number, document=name, cancel=cancel)
                identity = self._value(effect, calls, answer)
                if identity is None:
                    return None
                if party is Party.HOLDER and identity.outcome is IdentityOutcome.MATCHED:
                    calls.numbers = (*calls.numbers, number)
                return IdentityAnswered(self._now(), visit, insertion, request, identity)
            case fx.SendCode(purpose=purpose, phone=phone):
                sent = self._value(effect, calls, client.send_code(session, token, purpose, phone, cancel=cancel))
                return None if sent is None else CodeSent(self._now(), visit, insertion, request, sent)
            case fx.CheckCode(code=code, text=text):
                checked = self._value(effect, calls, client.check_code(session, token, code, text, cancel=cancel))
                return None if checked is None else CodeChecked(self._now(), visit, insertion, request, checked)
            case fx.Reserve():
                return self._reserve(effect, calls, session, token)
            case fx.ReportLossNow():
                report = self._value(effect, calls, client.report_loss(session, token, cancel=cancel))
                return None if report is None else LossReportAnswered(self._now(), visit, insertion, request, report)
            case fx.AskTicket(reason=reason):
                ticket = self._value(effect, calls, client.ticket(session, token, reason, cancel=cancel))
                return None if ticket is None else TicketAnswered(self._now(), visit, insertion, request, ticket)
            case never:
                assert_never(never)

    def _reserve(self, effect: fx.Reserve, calls: VisitCalls, session: str, token: str) -> Event | None:
        said = None

        def ask(key: str) -> Answer[Reservation]:
            nonlocal said
            answer = self._client.reserve(
                session, token, effect.party, effect.relation, effect.phone_code, key=key, cancel=calls.cancel
            )
            self._device.saw(answer)
            said = answer.value
            return answer

        answer = self._transactions.reserve(effect.visit, ask)
        if answer is not None and answer.value is None and not answer.cancelled:
            self._central.refused(calls, effect.request, answer)
        if answer is None or answer.value is None or said is None:
            return None
        return ReservationAnswered(self._now(), effect.visit, effect.insertion, effect.request, said)

    def _value(self, effect: CentralEffect, calls: VisitCalls, answer: Answer[T]) -> T | None:
        self._device.saw(answer)
        if answer.value is None and not answer.cancelled:
            self._central.refused(calls, effect.request, answer)
        return answer.value

"""What staff, and residents without a card, ask central; and the technician's card while central is away.

Sessions and their tokens stand in the visit's calls and nowhere else: they go with it, or with the hand-over. Passwords come out
of the keyboard's buffer and are wiped as soon as they are on their way. Who types wrong ones waits, here and at central.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, assert_never

from drivers.card.ssc import SocialSecurityCard
from kiosk.central.answers import Answer, Cause
from kiosk.engine.card import CardWorker
from kiosk.engine.central import CentralWorker, VisitCalls
from kiosk.engine.device import Device
from kiosk.engine.secret import SecretEntry
from kiosk.engine.technicians import TechnicianCards
from kiosk.help import PersonSession, QueryOutcome, SignInOutcome, StaffSession
from kiosk.model import CentralFailure
from kiosk.services import IdentityOutcome, Party
from kiosk.visit import help_deeds as fx
from kiosk.visit.events import Event, IdentityAnswered

if TYPE_CHECKING:
    from kiosk.central.client import CentralClient
    from kiosk.store.lockout import Lockout, Try

log = logging.getLogger("kiosk.staff")

T = TypeVar("T")

SignIn = fx.SignStaffIn | fx.ConfirmIdentity
HelpCall = fx.SignStaffIn | fx.ConfirmIdentity | fx.LookUp | fx.RevealNow | fx.HandOverNow | fx.TakeTicket | fx.FindSlip
Asked = HelpCall | fx.AskPersonSession


@dataclass(frozen=True, slots=True)
class Lockouts:
    """Of this kiosk; each opened when it is first needed, on the thread that needs it."""

    staff: "Callable[[], Lockout]"
    query: "Callable[[], Lockout]"


class HelpCalls:
    """Executes effects. All return at once; the answer is posted, from a worker of the visit's. `handed_over`: the clerk's card
    is to be powered off, as nothing of the visit that goes on is that card's."""

    def __init__(
        self,
        client: "CentralClient",
        central: CentralWorker,
        device: Device,
        secret: SecretEntry,
        lockouts: Lockouts,
        handed_over: Callable[[int], None],
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._central = central
        self._device = device
        self._secret = secret
        self._lockouts = lockouts
        self._handed_over = handed_over
        self._post = post
        self._now = now
        self._opening = threading.Lock()
        self._staff: Lockout | None = None
        self._query: Lockout | None = None

    def ask(self, effect: Asked) -> None:
        """Nothing typed stays in the keyboard's buffer after this."""
        password = bytearray()
        if isinstance(effect, fx.AskPersonSession | fx.ConfirmIdentity) or (
            isinstance(effect, fx.SignStaffIn) and not effect.with_card
        ):
            password = self._secret.take_password(effect.visit)
        if effect.insertion == 0:
            self._central.begin_without_card(effect.visit)
        asked = self._central.service(
            effect.visit, effect.insertion, effect.request, lambda calls: self._do(effect, calls, password)
        )
        if not asked:
            _wipe(password)

    # --- on the pool ------------------------------------------------------------------------------------------------

    def _do(self, effect: Asked, calls: VisitCalls, password: bytearray) -> None:
        try:
            event = self._answer(effect, calls, password)
        finally:
            _wipe(password)
        if event is not None and not calls.cancel.cancelled:
            self._post(event)

    def _answer(self, effect: Asked, calls: VisitCalls, password: bytearray) -> Event | None:
        """None: there is none, and that was said; or the visit is over."""
        match effect:
            case fx.SignStaffIn(with_card=True):
                return self._by_card(effect, calls)
            case fx.SignStaffIn() | fx.ConfirmIdentity():
                return self._by_name(effect, calls, password)
            case fx.AskPersonSession():
                return self._person(effect, calls, password)
            case fx.LookUp() | fx.RevealNow() | fx.HandOverNow() | fx.TakeTicket() | fx.FindSlip():
                staff = calls.staff
                if staff is None or staff.session is None or staff.token is None:
                    return self._no_session(effect, calls)
                return self._at_the_desk(effect, calls, staff.session, staff.token)
            case never:
                assert_never(never)

    def _at_the_desk(
        self,
        effect: fx.LookUp | fx.RevealNow | fx.HandOverNow | fx.TakeTicket | fx.FindSlip,
        calls: VisitCalls,
        session: str,
        token: str,
    ) -> Event | None:
        client, cancel = self._client, calls.cancel
        visit, insertion, request = effect.visit, effect.insertion, effect.request
        match effect:
            case fx.LookUp():
                answer = client.look_up(
                    session,
                    token,
                    ground=effect.ground,
                    document=effect.document,
                    reference=effect.reference,
                    kind=effect.kind,
                    number=effect.number,
                    cancel=cancel,
                )
                lookup = self._value(effect, calls, answer)
                return None if lookup is None else fx.LookupAnswered(self._now(), visit, insertion, request, lookup)
            case fx.RevealNow():
                told = client.reveal(session, token, effect.lookup, effect.field, cancel=cancel)
                field = self._value(effect, calls, told)
                return None if field is None else fx.FieldRevealed(self._now(), visit, insertion, request, field)
            case fx.HandOverNow():
                return self._hand_over(effect, calls, session, token)
            case fx.TakeTicket():
                ticket = self._value(effect, calls, client.take_ticket(session, token, effect.code, cancel=cancel))
                if ticket is None:
                    return None
                return fx.TicketTakenAnswered(self._now(), visit, insertion, request, ticket)
            case fx.FindSlip():
                found = self._value(effect, calls, client.slip_again(session, token, effect.reference, cancel=cancel))
                return None if found is None else fx.SlipAnswered(self._now(), visit, insertion, request, found.slip)
            case never:
                assert_never(never)

    def _hand_over(self, effect: fx.HandOverNow, calls: VisitCalls, session: str, token: str) -> Event | None:
        """What central opened is the resident's; of the clerk nothing stays here, and the clerk's card is powered off first."""
        answer = self._client.hand_over(session, token, effect.lookup, cancel=calls.cancel)
        person = self._value(effect, calls, answer)
        if person is None:
            return None
        if person.outcome is QueryOutcome.OPENED:
            self._handed_over(effect.visit)
            if not self._central.hand_over(calls, person):
                return None
            # The old calls are cancelled with all that was theirs: this one is the last of them that says anything.
            self._post(self._opened(effect, person))
            return None
        return self._opened(effect, person)

    def _opened(
        self, effect: fx.HandOverNow | fx.AskPersonSession, person: PersonSession, locked: float = 0.0
    ) -> Event:
        """The visit hears that a session is open, and nothing by which it is."""
        told = PersonSession(person.outcome, expires=person.expires, wait=person.wait)
        return fx.PersonSessionOpened(self._now(), effect.visit, effect.insertion, effect.request, told, locked)

    # --- signing in -------------------------------------------------------------------------------------------------

    def _by_card(self, effect: fx.SignStaffIn, calls: VisitCalls) -> Event | None:
        """The chip took the PIN; its tries are the card's own to count."""
        held = calls.open
        if held is None:
            return self._no_session(effect, calls)
        staff = self._value(effect, calls, self._client.sign_staff_in_by_card(*held, cancel=calls.cancel))
        return None if staff is None else self._signed_in(effect, calls, staff)

    def _by_name(self, effect: SignIn, calls: VisitCalls, password: bytearray) -> Event | None:
        begun = self._staff_lockout().begin()
        if isinstance(begun, float):
            locked = StaffSession(SignInOutcome.LOCKED, wait=math.ceil(begun))
            return fx.StaffSignedIn(self._now(), effect.visit, effect.insertion, effect.request, locked, begun)
        if isinstance(effect, fx.ConfirmIdentity):
            return self._confirm(effect, calls, password, begun)
        answer: Answer[StaffSession]
        typed = (effect.name, password.decode("ascii"), effect.code)
        if effect.second:
            staff = calls.staff
            if staff is None or staff.session is None or staff.token is None:
                begun.not_judged()
                return self._no_session(effect, calls)
            answer = self._client.sign_second_in(staff.session, staff.token, *typed, cancel=calls.cancel)
        else:
            answer = self._client.sign_staff_in(*typed, cancel=calls.cancel)
        session = self._value(effect, calls, answer)
        if session is None:
            _unjudged(begun, answer)
            return None
        _settle(begun, session.outcome)
        return self._signed_in(effect, calls, session)

    def _signed_in(self, effect: fx.SignStaffIn, calls: VisitCalls, session: StaffSession) -> Event:
        if session.outcome is SignInOutcome.SIGNED_IN and not effect.second:
            self._central.signed_in(calls, session)
        wait = (
            self._staff_lockout().wait() if session.outcome is SignInOutcome.REFUSED and not effect.with_card else 0.0
        )
        told = StaffSession(
            session.outcome, role=session.role, number=session.number, expires=session.expires, wait=session.wait
        )
        return fx.StaffSignedIn(self._now(), effect.visit, effect.insertion, effect.request, told, wait)

    def _confirm(
        self, effect: fx.ConfirmIdentity, calls: VisitCalls, password: bytearray, begun: "Try"
    ) -> Event | None:
        """A clerk for an activation that is under way; no staff session comes of it."""
        from kiosk.central.contract import SignInRequest

        held = calls.open
        if held is None:
            begun.not_judged()
            return self._no_session(effect, calls)
        clerk = SignInRequest(effect.clerk, password.decode("ascii"), effect.code)
        answer = self._client.confirm_identity(
            *held, clerk, effect.party, effect.relation, effect.number, cancel=calls.cancel
        )
        told = self._value(effect, calls, answer)
        if told is None:
            _unjudged(begun, answer)
            return None
        _settle(begun, told.sign_in)
        visit, insertion, request = effect.visit, effect.insertion, effect.request
        if told.identity is None:
            refused = StaffSession(told.sign_in, wait=told.wait)
            return fx.StaffSignedIn(self._now(), visit, insertion, request, refused, self._staff_lockout().wait())
        if effect.party is Party.HOLDER and told.identity.outcome is IdentityOutcome.MATCHED:
            calls.numbers = (*calls.numbers, effect.number)
        return IdentityAnswered(self._now(), visit, insertion, request, told.identity)

    def _person(self, effect: fx.AskPersonSession, calls: VisitCalls, password: bytearray) -> Event | None:
        """A right password takes nothing off what others, or the same person, typed wrong before: who has one number that opens
        could go on guessing at others."""
        begun = self._query_lockout().begin()
        if isinstance(begun, float):
            locked = PersonSession(QueryOutcome.LOCKED, wait=math.ceil(begun))
            return self._opened(effect, locked, begun)
        answer = self._client.open_query_session(
            effect.kind, effect.number, password.decode("ascii"), cancel=calls.cancel
        )
        person = self._value(effect, calls, answer)
        if person is None:
            _unjudged(begun, answer)
            return None
        if person.outcome is QueryOutcome.OPENED:
            begun.not_judged()
            self._central.let_in(calls, person)
        return self._opened(effect, person)

    # --- small things -----------------------------------------------------------------------------------------------

    def _value(self, effect: Asked, calls: VisitCalls, answer: Answer[T]) -> T | None:
        self._device.saw(answer)
        if answer.value is None and not answer.cancelled:
            self._central.refused(calls, effect.request, answer)
        return answer.value

    def _no_session(self, effect: Asked, calls: VisitCalls) -> Event | None:
        """There is none to ask in, or no more: that is said, and there is no answer."""
        self._central.refused(calls, effect.request, Answer(CentralFailure.SESSION_ENDED, Cause.SESSION_ENDED))
        return None

    def _staff_lockout(self) -> "Lockout":
        with self._opening:
            if self._staff is None:
                self._staff = self._lockouts.staff()
            return self._staff

    def _query_lockout(self) -> "Lockout":
        with self._opening:
            if self._query is None:
                self._query = self._lockouts.query()
            return self._query


class TechnicianDoor:
    """Executes `SignTechnicianIn`, on the card's own worker: after its PIN, by one pair, to diagnostics and nothing else."""

    def __init__(
        self,
        card: CardWorker,
        cards: TechnicianCards,
        post: Callable[[Event], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._card = card
        self._cards = cards
        self._post = post
        self._now = now

    def open(self, effect: fx.SignTechnicianIn) -> None:
        def answered(number: str | None) -> None:
            log.info("technician-card", extra={"visit": effect.visit, "values": {"let_in": number is not None}})
            at = self._now()
            self._post(fx.TechnicianLetIn(at, effect.visit, effect.insertion, effect.request, number))

        def do(card: SocialSecurityCard, identification: str) -> None:
            answered(self._cards.opens(card, identification))

        self._card.with_card(effect.visit, effect.insertion, do, lambda: answered(None))


def _settle(begun: "Try", outcome: SignInOutcome) -> None:
    """What a try counts as, by what central said."""
    match outcome:
        case SignInOutcome.SIGNED_IN:
            begun.good()
        case SignInOutcome.REFUSED | SignInOutcome.LOCKED:
            pass  # it counts already; central locks with the answer to a wrong one
        case SignInOutcome.NOT_STAFF | SignInOutcome.WRONG_ROLE:
            begun.not_judged()  # not the password was wrong; and nothing is taken off either
        case never:
            assert_never(never)


def _unjudged(begun: "Try", answer: Answer[object]) -> None:
    """Central did not say. A call that was cancelled may have been judged: who walks away from it has used the try up."""
    if not answer.cancelled:
        begun.not_judged()


def _wipe(password: bytearray) -> None:
    for place in range(len(password)):
        password[place] = 0

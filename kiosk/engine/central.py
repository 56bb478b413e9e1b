"""Calls to central for a visit: session, overview, rows. Each on a small pool, each dropped when its visit is over."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.card.layout import HolderClosed, HolderData, IssuerData
from kiosk.central.answers import Answer, Cancel
from kiosk.engine import stack
from kiosk.engine.card import CardRead
from kiosk.engine.device import Device
from kiosk.help import PersonSession, StaffSession
from kiosk.masking import mask_card_number
from kiosk.model import CentralFailure, Overview
from kiosk.pinrules import PinBearer
from kiosk.visit.effects import FetchContributions, FetchEntries
from kiosk.visit.events import Ask, CentralFailed, Event, OverviewArrived, RowsArrived, SessionOpened
from kiosk.visit.states import SessionReply

if TYPE_CHECKING:
    from kiosk.central.client import CentralClient
    from kiosk.central.contract import CardSession, CardSessionRequest, HolderFile, IssuerFile

log = logging.getLogger("kiosk.central")

THREADS = 4
END_SECONDS = 3.0
"""Central is told of a visit's end in the background; nobody waits for it."""


@dataclass(slots=True)
class VisitCalls:
    """What the calls of one visit share. Personal while it lives; dropped as a whole."""

    number: int
    insertion: int
    deadline: float  # monotonic seconds: of challenge and session together
    pool: ThreadPoolExecutor
    cancel: Cancel = field(default_factory=Cancel)
    read: CardRead | None = None
    session: "CardSession | None" = None
    person: PersonSession | None = None  # of a resident without a card
    staff: StaffSession | None = None
    numbers: tuple[str, ...] = ()  # the holder's, as typed or shown, once central has matched it

    @property
    def open(self) -> tuple[str, str] | None:
        """Session and token by which a record is asked for: of the card, or of a resident without one."""
        held = self.session if self.person is None else self.person
        if held is None or held.session is None or held.token is None:
            return None
        return held.session, held.token

    def __repr__(self) -> str:
        return f"VisitCalls({self.number})"


class CentralWorker:
    """Executes central effects. One visit at a time has a context; results of any other are never posted.

    Each visit has threads of its own: with a thread ends what the C library kept of it for that thread's next allocations.
    """

    def __init__(
        self,
        client: "CentralClient",
        device: Device,
        post: Callable[[Event], None],
        total_deadline: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._device = device
        self._post = post
        self._total = total_deadline
        self._now = now
        self._lock = threading.Lock()
        self._visit: VisitCalls | None = None

    def stop(self) -> None:
        with self._lock:
            context = self._visit
        self.end(2**62)
        if context is not None:
            context.pool.shutdown(wait=False, cancel_futures=True)

    # --- the visit's life -------------------------------------------------------------------------------------------

    def begin(self, visit: int, insertion: int) -> None:
        """A card is being read: a challenge is needed soon, and a connection that stands."""
        context = self._begin(visit, insertion)
        if not len(self._device.challenges):
            self._device.challenges.expect()
            context.pool.submit(self._device.fetch_challenges, context.cancel)

    def begin_without_card(self, visit: int) -> None:
        """A visit in which no card is read; nothing to do where it has begun."""
        with self._lock:
            begun = self._visit is not None and self._visit.number == visit
        if not begun:
            self._begin(visit, 0)

    def _begin(self, visit: int, insertion: int) -> VisitCalls:
        self.end(visit)
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="central")
        context = VisitCalls(visit, insertion, self._now() + self._total, pool)
        with self._lock:
            self._visit = context
        context.pool.submit(self._client.warm, context.cancel)
        return context

    def hand_over(self, context: VisitCalls, person: PersonSession) -> bool:
        """The visit goes on as the resident's own, without a card: of the session before nothing is kept. Central has ended the
        staff session by itself. False: the visit is over."""
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="central")
        own = VisitCalls(context.number, 0, self._now() + self._total, pool, person=person)
        with self._lock:
            taken = self._visit is context
            if taken:
                self._visit = own
        if not taken:
            self._leave(own, pool)
            return False
        context.staff = None
        self._leave(context, pool)
        return True

    def signed_in(self, context: VisitCalls, staff: StaffSession) -> None:
        """The staff session that the visit's look-ups are asked in. Of a visit that is over by now, central is told so."""
        with self._lock:
            taken = self._visit is context
            if taken:
                context.staff = staff
        if not taken and staff.session is not None and staff.token is not None:
            self._client.end_staff_session(staff.session, staff.token, within=END_SECONDS)

    def let_in(self, context: VisitCalls, person: PersonSession) -> None:
        """As above, of a resident without a card."""
        with self._lock:
            taken = self._visit is context
            if taken:
                context.person = person
        if not taken and person.session is not None and person.token is not None:
            self._client.end_session(person.session, person.token, within=END_SECONDS)

    def keep(self, visit: int, read: CardRead) -> None:
        """What was read of the card, for the session request and to compare with the record."""
        with self._lock:
            if self._visit is not None and self._visit.number == visit:
                self._visit.read = read

    def end(self, visit: int) -> None:
        """Abandon every call, drop session and card data, tell central in the background."""
        with self._lock:
            context = self._visit
            if context is None or context.number > visit:
                return
            self._visit = None
        self._leave(context, context.pool)

    def _leave(self, context: VisitCalls, pool: ThreadPoolExecutor) -> None:
        """Nothing of it is kept; on `pool` central is told."""
        context.cancel.cancel()
        self._client.part()
        session, staff, person = context.session, context.staff, context.person
        context.read = context.session = context.staff = context.person = None
        context.numbers = ()
        if staff is not None and staff.session is not None and staff.token is not None:
            self._tell(pool, self._client.end_staff_session, staff.session, staff.token)
        for held in (session, person):
            if held is not None and held.session is not None and held.token is not None:
                self._tell(pool, self._client.end_session, held.session, held.token)
        context.pool.shutdown(wait=False)

    @staticmethod
    def _tell(pool: ThreadPoolExecutor, call: Callable[..., object], session: str, token: str) -> None:
        pool.submit(stack.leaving_nothing, call, session, token, within=END_SECONDS)

    def _context(self, visit: int, insertion: int) -> VisitCalls | None:
        with self._lock:
            context = self._visit
        if context is None or (context.number, context.insertion) != (visit, insertion):
            return None
        return context

    # --- calls ------------------------------------------------------------------------------------------------------

    def warm(self, visit: int) -> None:
        with self._lock:
            context = self._visit
        if context is not None and context.number == visit:
            context.pool.submit(self._client.warm, context.cancel)

    def open_session(self, visit: int, insertion: int) -> None:
        context = self._context(visit, insertion)
        if context is not None:
            context.pool.submit(self._guard, Ask.SESSION, 0, context, lambda: self._open_session(context))

    def overview(self, visit: int, insertion: int) -> None:
        context = self._context(visit, insertion)
        if context is not None:
            context.pool.submit(self._guard, Ask.OVERVIEW, 0, context, lambda: self._overview(context))

    def rows(self, ask: FetchContributions | FetchEntries) -> None:
        context = self._context(ask.visit, ask.insertion)
        if context is not None:
            context.pool.submit(self._guard, Ask.ROWS, ask.request, context, lambda: self._rows(context, ask))

    def service(self, visit: int, insertion: int, request: int, call: Callable[[VisitCalls], None]) -> bool:
        """A question of an activation or a service; `call` on the pool. What it does not answer is `refused`. False: the visit is
        over, and it is not called."""
        context = self._context(visit, insertion)
        if context is not None:
            context.pool.submit(self._guard, Ask.SERVICE, request, context, lambda: call(context))
        return context is not None

    def refused(self, context: VisitCalls, request: int, answer: Answer[object]) -> None:
        """There is no answer to the question."""
        self._fail(context, Ask.SERVICE, answer.failure, request)

    def bearer(self, visit: int) -> PinBearer:
        """What is known here of the person whose PIN is set."""
        with self._lock:
            context = self._visit
        if context is None or context.number != visit or context.read is None:
            return PinBearer()
        holder = context.read.holder
        if isinstance(holder, HolderClosed):
            return PinBearer(context.numbers)
        on_card = () if not holder.ssn else (holder.ssn.upper(),)
        return PinBearer((*on_card, *context.numbers), holder.born)

    def card_number(self, visit: int) -> str | None:
        """Masked, for a slip."""
        with self._lock:
            context = self._visit
        if context is None or context.number != visit or context.read is None:
            return None
        return mask_card_number(context.read.issuer.number)

    def whose(self, visit: int) -> str | None:
        """The card's number (EF05), for the audit trail, which keeps a keyed hash of it."""
        with self._lock:
            context = self._visit
        if context is None or context.number != visit or context.read is None:
            return None
        return context.read.issuer.number

    # --- on the pool ------------------------------------------------------------------------------------------------

    def _guard(self, ask: Ask, request: int, context: VisitCalls, call: Callable[[], None]) -> None:
        """A bug in a call must not leave a person before a page that never changes, nor stay unseen in a future."""
        try:
            call()
        except Exception as bug:
            log.error("kiosk-fault", extra={"visit": context.number, "values": {"in": ask.value}}, exc_info=bug)
            self._fail(context, ask, CentralFailure.BAD_ANSWER, request)
        finally:
            stack.overwrite()

    def _open_session(self, context: VisitCalls) -> None:
        read = context.read
        if read is None:
            return
        if read.challenge is None:
            self._fail(context, Ask.SESSION, self._device.last_failure)
            return
        # The wait for a challenge was part of the same action: what is left of its deadline is all there is.
        left = max(1.0, context.deadline - self._now())
        answer = self._client.open_card_session(_request(read), cancel=context.cancel, within=left)
        self._device.saw(answer)
        session = answer.value
        if session is None:
            self._fail(context, Ask.SESSION, answer.failure)
            return
        if session.challenges:
            self._device.challenges.put(session.challenges)
        with self._lock:
            if self._visit is not context:
                return
            context.session = session
        from kiosk.central.contract import HolderKind, Next

        may_ask = session.next is Next.ASK_PIN and session.token is not None
        may_activate = session.next is Next.OFFER_ACTIVATION and session.token is not None
        staff = session.staff if session.kind is HolderKind.STAFF else None
        reply = SessionReply(
            session.verdict,
            session.card_status,
            session.holder,
            may_ask,
            may_activate,
            staff=None if staff is None else staff.role,
            staff_number="" if staff is None else staff.number,
        )
        self._post(SessionOpened(self._now(), context.number, context.insertion, reply))

    def _overview(self, context: VisitCalls) -> None:
        held, read = context.open, context.read
        if held is None or (read is None and context.person is None):
            return
        number = None if read is None else read.issuer.number
        answer = self._client.overview(*held, card_number=number, cancel=context.cancel)
        self._device.saw(answer)
        overview = answer.value
        if overview is None:
            self._fail(context, Ask.OVERVIEW, answer.failure)
            return
        agrees = read is None or _agrees(read, overview)
        self._post(OverviewArrived(self._now(), context.number, context.insertion, overview, agrees))

    def _rows(self, context: VisitCalls, ask: FetchContributions | FetchEntries) -> None:
        held = context.open
        if held is None:
            return
        answer: Answer[object]
        if isinstance(ask, FetchContributions):
            contributions = self._client.contributions(*held, ask.insurance, ask.year, ask.page, cancel=context.cancel)
            answer, rows = contributions, contributions.value
            if rows is not None:
                self._post(RowsArrived(self._now(), context.number, context.insertion, ask.request, rows))
        else:
            entries = self._client.account_entries(*held, ask.insurance, ask.page, cancel=context.cancel)
            answer, page = entries, entries.value
            if page is not None:
                self._post(RowsArrived(self._now(), context.number, context.insertion, ask.request, page))
        self._device.saw(answer)
        if answer.failure is not None and not answer.cancelled:
            self._fail(context, Ask.ROWS, answer.failure, ask.request)

    def _fail(self, context: VisitCalls, ask: Ask, failure: CentralFailure | None, request: int = 0) -> None:
        if context.cancel.cancelled:
            return
        named = failure or CentralFailure.UNREACHABLE
        self._post(CentralFailed(self._now(), context.number, context.insertion, ask, request, named))


def _request(read: CardRead) -> "CardSessionRequest":
    from kiosk.central import contract as c

    assert read.challenge is not None
    proof: c.InternalAuthProof | c.NoProof
    if read.answer is not None:
        proof = c.InternalAuthProof(read.challenge.id, read.answer.hex().upper())
    else:
        proof = c.NoProof(c.NoProofReason.CARD_REFUSED)
    return c.CardSessionRequest(read.atr.hex().upper(), _issuer(read.issuer), _holder(read.holder), proof)


def _issuer(issuer: IssuerData) -> "IssuerFile":
    from kiosk.central.contract import IssuerFile

    return IssuerFile(
        issuer.identification,
        issuer.category,
        issuer.version,
        issuer.initialising_org,
        issuer.issued,
        issuer.expires,
        issuer.number,
    )


def _holder(holder: HolderData | HolderClosed) -> "HolderFile | None":
    from kiosk.central.contract import HolderFile

    if isinstance(holder, HolderClosed):
        return None
    return HolderFile(holder.ssn or "", holder.name or "")


def _agrees(read: CardRead, overview: Overview) -> bool:
    """Card and central mean the same person. A closed EF06, or one whose fields are empty, cannot disagree."""
    holder = read.holder
    if isinstance(holder, HolderClosed):
        return True
    number_agrees = not holder.ssn or holder.ssn.upper() == overview.holder.number.upper()
    name_agrees = not holder.name or holder.name == overview.holder.name
    return number_agrees and name_agrees

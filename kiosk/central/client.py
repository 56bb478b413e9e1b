"""The kiosk's client of the central service. Importing this is cheap: requests and pydantic are loaded by the first call,
or by `preload()` on a worker.

Every method blocks at most its total deadline and returns an `Answer`: what can be expected is a value. The client may be
used from several threads at once: each call takes a *line* (one session, one connection) out of a small store and gives it
back. Calls of a visit and calls of the device (heartbeat, challenges) have lines of their own, so that a heartbeat never
takes away the connection that was warmed while a PIN is typed. A line whose call failed, was cancelled or ran out of time is
closed: no rest of one answer can be read as the next one's.
"""

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

from kiosk.central.answers import Answer, Cancel, Cause, failure_of
from kiosk.central.audit_calls import AuditCalls, AuditHead
from kiosk.central.calls import Lane, failed, in_session, not_asked
from kiosk.central.query_client import QueryCalls
from kiosk.central.staff_client import StaffCalls
from kiosk.help import Lookup, PersonSession, StaffSession
from kiosk.model import AccountPage, ContributionPage, Overview
from kiosk.services import (
    Cancellation,
    CheckedCode,
    CodeFor,
    Confirmation,
    Eligibility,
    Identity,
    LossReport,
    Party,
    Relation,
    Reservation,
    ReservationState,
    SentCode,
    Ticket,
    TicketReason,
)

if TYPE_CHECKING:
    from kiosk.central import contract as c
    from kiosk.central.transport import Call, Line, Raw

T = TypeVar("T")

TOTAL_SECONDS = 8.0
CONNECT_SECONDS = 2.0
_KEPT_LINES = 2


class CentralClient(StaffCalls, QueryCalls, AuditCalls):
    """Talks to one central service with one device certificate.

    `base_url` is `https://host[:port]` without a path. The files are PEM; a missing or wrong one shows as
    `CentralFailure.TLS` with `Cause.OWN_CERTIFICATE`, not as an exception. Raises ValueError when `base_url` is not HTTPS.
    `within` of a method overrides the total deadline of that call, in seconds.
    """

    def __init__(
        self,
        base_url: str,
        ca_file: Path,
        cert_file: Path,
        key_file: Path,
        connect_timeout: float = CONNECT_SECONDS,
        total_deadline: float = TOTAL_SECONDS,
    ) -> None:
        if not base_url.startswith("https://"):
            raise ValueError("the central service is reached over https")
        self._base_url = base_url.rstrip("/")
        self._files = (Path(ca_file), Path(cert_file), Path(key_file))
        self._connect = connect_timeout
        self._total = total_deadline
        self._lock = threading.Lock()
        self._idle: dict[Lane, list[Line]] = {Lane.VISIT: [], Lane.DEVICE: []}
        self._closed = False
        self.audit: AuditHead | None = None
        """The kiosk's audit chain, whose head goes with every request."""

    # --- what it is asked -------------------------------------------------------------------------------------------

    def preload(self) -> None:
        """Import what the calls need and build the decoders; on a worker, after the first screen stands."""
        from kiosk.central import contract, decode, transport  # noqa: F401

        for kind in (
            contract.Challenges,
            contract.CardSession,
            contract.CardSessionRequest,
            contract.PinStatement,
            contract.HeartbeatAnswer,
            contract.Problem,
            Overview,
            ContributionPage,
            AccountPage,
            Eligibility,
            contract.IdentityRequest,
            Identity,
            contract.CodeRequest,
            SentCode,
            contract.CodeCheck,
            CheckedCode,
            contract.ReservationRequest,
            Reservation,
            Confirmation,
            Cancellation,
            contract.SignInRequest,
            StaffSession,
            contract.LookupRequest,
            Lookup,
            contract.QueryRequest,
            PersonSession,
        ):
            decode.validator(kind)

    def warm(self, cancel: Cancel | None = None, within: float | None = None) -> Answer[None]:
        """Make sure that a connection of the visit's lane stands: the next call then costs one round trip.

        Sends nothing. Free when one stands already.
        """
        started = time.monotonic()
        try:
            from kiosk.central.transport import Failed

            call = self._call(within, cancel)
            line = self._take(Lane.VISIT)
            line.warm(call)
        except Failed as end:
            return failed(end.cause, time.monotonic() - started)
        self._give_back(Lane.VISIT, line)
        return Answer(None, seconds=time.monotonic() - started)

    def challenges(
        self, n: int = 2, cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.Challenges]":
        """Ask for `n` (1 to 8) fresh challenges: only when none is left from a heartbeat or an answer."""
        from kiosk.central import contract as c

        request = c.ChallengeRequest(n)
        answer = self._do(c.Challenges, Lane.DEVICE, "POST", c.CHALLENGES, 201, request, cancel=cancel, within=within)
        if isinstance(answer.result, c.Challenges) and not 1 <= len(answer.result.challenges) <= n:
            return not_asked(answer)
        return answer

    def heartbeat(
        self, beat: "c.Heartbeat", cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.HeartbeatAnswer]":
        from kiosk.central import contract as c

        return self._do(c.HeartbeatAnswer, Lane.DEVICE, "POST", c.HEARTBEAT, 200, beat, cancel=cancel, within=within)

    def loss_list(
        self, after: int, cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.LossAnswer]":
        """The newest list of lost cards, if its number is higher than `after`: that of the list held, 0 without one."""
        from kiosk.central import contract as c

        path = f"{c.LOSS_LIST}?{urlencode({'after': after})}"
        answer = self._do(c.LossAnswer, Lane.DEVICE, "GET", path, 200, cancel=cancel, within=within)
        if isinstance(answer.result, c.LossAnswer) and answer.result.newer and answer.result.newer.number <= after:
            return not_asked(answer)
        return answer

    def open_card_session(
        self, request: "c.CardSessionRequest", cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.CardSession]":
        """A card that is not genuine is an answer, not a failure."""
        from kiosk.central import contract as c

        return self._do(c.CardSession, Lane.VISIT, "POST", c.CARD_SESSIONS, 201, request, cancel=cancel, within=within)

    def overview(
        self,
        session: str,
        token: str,
        *,
        card_number: str | None,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Overview]:
        """State "PIN verified" and get the whole overview. Only after the chip's 9000.

        `card_number` is EF05's: an overview of another card is BAD_ANSWER. None: a session without a card, in which no PIN is.
        """
        from kiosk.central import contract as c

        answer = self._do(
            Overview,
            Lane.VISIT,
            "POST",
            c.OVERVIEW.format(session=quote(session, safe="")),
            200,
            c.PinStatement("pin_verified" if card_number is not None else "without_card"),
            token=token,
            cancel=cancel,
            within=within,
        )
        if isinstance(answer.result, Overview) and card_number not in (None, answer.result.card_number):
            return not_asked(answer)
        return answer

    def contributions(
        self,
        session: str,
        token: str,
        insurance: str,
        year: int,
        page: int = 1,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[ContributionPage]:
        from kiosk.central import contract as c

        path = c.CONTRIBUTIONS.format(session=quote(session, safe=""))
        query = urlencode({"insurance": insurance, "year": year, "page": page})
        answer = self._do(
            ContributionPage, Lane.VISIT, "GET", f"{path}?{query}", 200, token=token, cancel=cancel, within=within
        )
        if isinstance(answer.result, ContributionPage):
            got = answer.result
            if (got.insurance, got.year, got.page) != (insurance, year, page):
                return not_asked(answer)
        return answer

    def account_entries(
        self,
        session: str,
        token: str,
        insurance: str,
        page: int = 1,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[AccountPage]:
        from kiosk.central import contract as c

        path = c.ACCOUNT_ENTRIES.format(session=quote(session, safe=""))
        query = urlencode({"insurance": insurance, "page": page})
        answer = self._do(
            AccountPage, Lane.VISIT, "GET", f"{path}?{query}", 200, token=token, cancel=cancel, within=within
        )
        if isinstance(answer.result, AccountPage):
            got = answer.result
            if (got.insurance, got.page) != (insurance, page):
                return not_asked(answer)
        return answer

    # --- what is done at the kiosk ----------------------------------------------------------------------------------

    def eligibility(
        self, session: str, token: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Eligibility]:
        """May the session's card be activated. An open reservation that is told here may be confirmed by this kiosk."""
        from kiosk.central import contract as c

        path = in_session(c.ACTIVATION, session)
        return self._do(Eligibility, Lane.VISIT, "POST", path, 200, token=token, cancel=cancel, within=within)

    def prove_identity(
        self,
        session: str,
        token: str,
        whose: Party,
        relation: Relation | None,
        number: str,
        *,
        document: str | None = None,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Identity]:
        """One person's number: typed, or of an ID card on the reader, then with the name on it (`document`).

        The holder's comes first, an agent's or guardian's after it; `relation` is a guardian's.
        """
        from kiosk.central import contract as c

        shown = None if document is None else c.Document(document)
        return self._do(
            Identity,
            Lane.VISIT,
            "POST",
            in_session(c.IDENTITY, session),
            200,
            c.IdentityRequest(whose, relation, number, shown),
            token=token,
            cancel=cancel,
            within=within,
        )

    def send_code(
        self,
        session: str,
        token: str,
        purpose: CodeFor,
        phone: str | None = None,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[SentCode]:
        """`phone`: eleven digits, for PHONE; for IDENTITY None: central knows it."""
        from kiosk.central import contract as c

        path = in_session(c.CODES, session)
        asked = c.CodeRequest(purpose, phone)
        return self._do(SentCode, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)

    def check_code(
        self,
        session: str,
        token: str,
        code: str,
        text: str,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[CheckedCode]:
        """`code` of `SentCode`, `text` what stands on the phone."""
        from kiosk.central import contract as c

        path = c.CODE.format(session=quote(session, safe=""), code=quote(code, safe=""))
        asked = c.CodeCheck(text)
        return self._do(CheckedCode, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)

    def reserve(
        self,
        session: str,
        token: str,
        party: Party,
        relation: Relation | None,
        phone: str | None,
        *,
        key: str,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Reservation]:
        """`key`: the Idempotency-Key, from the journal: 16 to 64 of [A-Za-z0-9_-]. It names one reservation of one card, in
        whatever session it is asked again. `phone`: the code (`SentCode.code`) by which a new phone was confirmed."""
        from kiosk.central import contract as c

        return self._do(
            Reservation,
            Lane.VISIT,
            "POST",
            in_session(c.RESERVATION, session),
            200,
            c.ReservationRequest(party, relation, phone),
            token=token,
            key=key,
            cancel=cancel,
            within=within,
        )

    def confirm(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Confirmation]:
        """State that the card's PIN was changed under this reservation. On the device's lane: also after the visit."""
        from kiosk.central import contract as c

        path = _of_reservation(c.CONFIRM, reservation)
        said = c.ChangeStatement("pin_changed")
        return self._do(Confirmation, Lane.DEVICE, "POST", path, 200, said, cancel=cancel, within=within)

    def cancel_reservation(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[Cancellation]:
        """State that CHANGE was never sent to the card under this reservation, and never will be: only by the journal."""
        from kiosk.central import contract as c

        path = _of_reservation(c.CANCEL, reservation)
        said = c.NoChangeStatement("pin_not_changed")
        return self._do(Cancellation, Lane.DEVICE, "POST", path, 200, said, cancel=cancel, within=within)

    def cancel_key(self, key: str, cancel: Cancel | None = None, within: float | None = None) -> Answer[Cancellation]:
        """As `cancel_reservation`, where the answer to `reserve` was lost: cancels what the key reserved, or is going to
        reserve when that request still arrives."""
        from kiosk.central import contract as c

        path = c.CANCEL_KEY.format(name=quote(key, safe=""))
        said = c.NoChangeStatement("pin_not_changed")
        return self._do(Cancellation, Lane.DEVICE, "POST", path, 200, said, cancel=cancel, within=within)

    def reservation(
        self, reservation: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[ReservationState]:
        """How a reservation stands that this kiosk made or was told of."""
        from kiosk.central import contract as c

        path = _of_reservation(c.RESERVATION_STATE, reservation)
        return self._do(ReservationState, Lane.DEVICE, "GET", path, 200, cancel=cancel, within=within)

    def report_loss(
        self, session: str, token: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[LossReport]:
        """After "PIN verified" was stated in the session. A second report of the same card gives the first one back."""
        from kiosk.central import contract as c

        path = in_session(c.LOSS_REPORT, session)
        said = c.LossRequest("report_lost")
        return self._do(LossReport, Lane.VISIT, "POST", path, 200, said, token=token, cancel=cancel, within=within)

    def ticket(
        self,
        session: str,
        token: str,
        reason: TicketReason,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Ticket]:
        from kiosk.central import contract as c

        path = in_session(c.TICKETS, session)
        asked = c.TicketRequest(reason)
        return self._do(Ticket, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)

    # --- and beside ---------------------------------------------------------------------------------------------------

    def clock_offset(self, cancel: Cancel | None = None, within: float | None = None) -> float | None:
        """Seconds that central's clock is ahead, where TLS alone cannot tell: after CERTIFICATE_DATES.

        Either central's certificate is out of its dates or this machine's clock is. The same authority and name are asked
        for, only the dates are not; nothing is sent but a request without content. None: not to be had.
        """
        from kiosk.central import contract as c
        from kiosk.central.transport import Failed, Identity, Line

        call = self._call(within, cancel)
        try:
            line = Line(self._base_url, Identity(*self._files), dates=False)
            raw = line.exchange(call, "GET", c.CHALLENGES, self._headers(), None, c.MAX_BODY_BYTES)
        except Failed as end:
            return end.clock_offset
        line.close()
        return raw.clock_offset

    def end_session(
        self, session: str, token: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[None]:
        """Tell central that the visit is over. On the device's lane: the next visit's line stays free and warm."""
        from kiosk.central import contract as c

        path = c.CARD_SESSION.format(session=quote(session, safe=""))
        return self._do(None, Lane.DEVICE, "DELETE", path, 204, token=token, cancel=cancel, within=within)

    def part(self) -> None:
        """A visit is over: its connections are closed, so that nothing a service still sends on them meets the next person."""
        self._drop(Lane.VISIT)

    def close(self) -> None:
        """Close the idle connections. Calls under way end by their own."""
        self._closed = True
        self._drop(*Lane)

    def _drop(self, *lanes: Lane) -> None:
        with self._lock:
            idle = [line for lane in lanes for line in self._idle[lane]]
            for lane in lanes:
                self._idle[lane].clear()
        for line in idle:
            line.close()

    # --- how it is done ---------------------------------------------------------------------------------------------

    def _call(self, within: float | None, cancel: Cancel | None) -> "Call":
        from kiosk.central.transport import Call

        return Call(self._total if within is None else within, self._connect, cancel)

    def _take(self, lane: Lane) -> "Line":
        """The line given back last: the warmest. Raises Failed."""
        from kiosk.central.transport import Identity, Line

        with self._lock:
            if self._idle[lane]:
                return self._idle[lane].pop()
        return Line(self._base_url, Identity(*self._files))

    def _give_back(self, lane: Lane, line: "Line") -> None:
        with self._lock:
            if not self._closed and not line.closed and len(self._idle[lane]) < _KEPT_LINES:
                self._idle[lane].append(line)
                return
        line.close()

    def _do(
        self,
        kind: type[T] | None,
        lane: Lane,
        method: str,
        path: str,
        expected: int,
        body: object | None = None,
        *,
        token: str | None = None,
        key: str | None = None,
        cancel: Cancel | None,
        within: float | None,
    ) -> Answer[T]:
        """One action. Every one is idempotent: by its method, or by its Idempotency-Key, which a second try repeats.

        `key` None: a fresh one.
        """
        import secrets

        from kiosk.central import contract as c
        from kiosk.central import decode
        from kiosk.central.transport import Failed

        call = self._call(within, cancel)
        headers = self._headers()
        data: bytes | None = None
        if body is not None:
            data = decode.encode(body)
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers[c.IDEMPOTENCY_KEY] = secrets.token_urlsafe(24) if key is None else key
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        raw: Raw | None = None
        for attempt in (1, 2):
            try:
                line = self._take(lane)
                call.received = 0
                raw = line.exchange(call, method, path, headers, data, c.MAX_BODY_BYTES)
            except Failed as end:
                again = end.cause is Cause.CONNECTION_LOST and call.received == 0 and attempt == 1
                if again and not call.expired:
                    continue
                return failed(end.cause, time.monotonic() - call.started, end.clock_offset)
            self._give_back(lane, line)
            self._countersigned(raw)
            break
        if raw is None:
            raise AssertionError("two tries end in an answer or a failure")
        return self._read(kind, raw, expected, call)

    def _headers(self) -> dict[str, str]:
        """Of every request: how long the audit chain is, at this very moment."""
        from kiosk.central import contract as c

        head = None if self.audit is None else self.audit.head()
        return {} if head is None else {c.AUDIT_HEAD: head}

    def _countersigned(self, raw: "Raw") -> None:
        from kiosk.central import contract as c

        seen = raw.headers.get(c.AUDIT_SEEN.lower())
        if self.audit is not None and seen is not None:
            self.audit.seen(seen)

    def _read(self, kind: type[T] | None, raw: "Raw", expected: int, call: "Call") -> Answer[T]:
        from kiosk.central import decode
        from kiosk.central.problems import cause_of_status

        seconds = time.monotonic() - call.started
        kind_of_content = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        if raw.status != expected:
            problem = decode.problem(raw.body) if kind_of_content == "application/problem+json" else None
            cause = cause_of_status(raw.status, problem)
            return Answer(
                failure_of(cause),
                cause,
                raw.clock_offset,
                _retry_after(raw.headers.get("retry-after"), raw.clock_offset),
                raw.status,
                problem,
                seconds,
            )
        if kind is None:
            # 204: there is no body to read.
            nothing: Answer[T] = Answer(None, None, raw.clock_offset, None, raw.status, None, seconds)  # type: ignore[arg-type]
            return nothing
        if kind_of_content != "application/json":
            return failed(Cause.CONTENT_TYPE, seconds, raw.clock_offset, raw.status)
        try:
            value = decode.decode(kind, raw.body)
        except decode.BrokenContract:
            return failed(Cause.CONTRACT, seconds, raw.clock_offset, raw.status)
        return Answer(value, None, raw.clock_offset, None, raw.status, None, seconds)


def _of_reservation(route: str, reservation: str) -> str:
    return route.format(reservation=quote(reservation, safe=""))


def _retry_after(text: str | None, offset: float | None) -> float | None:
    """Seconds, from either form of RFC 9110 §10.2.3. At most a day: a nonsense value must not silence the kiosk."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text), 86400.0)
    from email.utils import parsedate_to_datetime

    try:
        until = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(until - (time.time() + (offset or 0.0)), 0.0), 86400.0)

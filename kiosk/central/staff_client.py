"""What staff ask central at a kiosk: sign-in, look-ups with their ground, tickets, slips; and what is kept for technicians."""

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from kiosk.central.answers import Answer, Cancel
from kiosk.central.calls import Calls, Lane, not_asked
from kiosk.help import (
    AuthorisationKind,
    Ground,
    Lookup,
    NumberKind,
    PersonSession,
    QueryOutcome,
    Revealed,
    RevealField,
    SignInOutcome,
    StaffSession,
    TakenTicket,
)
from kiosk.services import Party, Relation

if TYPE_CHECKING:
    from kiosk.central import contract as c

T = TypeVar("T")


class StaffCalls(Calls):
    """Part of `CentralClient`. `session` and `token` are those of `StaffSession`, where nothing else is said."""

    def sign_staff_in_by_card(
        self, session: str, token: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[StaffSession]:
        """State "PIN verified" in the session of a staff card (`session` and `token` are the card session's)."""
        from kiosk.central import contract as c

        path = _path(c.STAFF_CARD_SESSION, session=session)
        said = c.PinStatement("pin_verified")
        answer = self._do(StaffSession, Lane.VISIT, "POST", path, 200, said, token=token, cancel=cancel, within=within)
        return _with_a_session(answer)

    def sign_staff_in(
        self, name: str, password: str, code: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[StaffSession]:
        """Without a staff card. `code`: the one-time code's six digits."""
        from kiosk.central import contract as c

        asked = c.SignInRequest(name, password, code)
        answer = self._do(StaffSession, Lane.VISIT, "POST", c.STAFF_SESSIONS, 200, asked, cancel=cancel, within=within)
        return _with_a_session(answer)

    def sign_second_in(
        self,
        session: str,
        token: str,
        name: str,
        password: str,
        code: str,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[StaffSession]:
        """A supervisor's, good for one look-up of the open session: the answer holds no session of its own."""
        from kiosk.central import contract as c

        path = _path(c.SECOND, session=session)
        asked = c.SignInRequest(name, password, code)
        return self._do(StaffSession, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)

    def end_staff_session(
        self, session: str, token: str, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[None]:
        """Signed out. On the device's lane, as the end of a visit."""
        from kiosk.central import contract as c

        path = _path(c.STAFF_SESSION, session=session)
        return self._do(None, Lane.DEVICE, "DELETE", path, 204, token=token, cancel=cancel, within=within)

    def look_up(
        self,
        session: str,
        token: str,
        *,
        ground: Ground,
        document: AuthorisationKind | None,
        reference: str | None,
        kind: NumberKind,
        number: str,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Lookup]:
        """One person's record, masked, by the whole number. Every look-up is on central's record, also a refused one."""
        from kiosk.central import contract as c

        path = _path(c.LOOKUPS, session=session)
        asked = c.LookupRequest(ground, document, reference, kind, number)
        return self._do(Lookup, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)

    def reveal(
        self,
        session: str,
        token: str,
        lookup: str,
        field: RevealField,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[Revealed]:
        from kiosk.central import contract as c

        path = _path(c.REVEAL, session=session, lookup=lookup)
        asked = c.RevealRequest(field)
        answer = self._do(Revealed, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within)
        if isinstance(answer.result, Revealed) and answer.result.field is not field:
            return not_asked(answer)
        return answer

    def hand_over(
        self, session: str, token: str, lookup: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[PersonSession]:
        """Ends the staff session; what is opened is the resident's own. Only of a look-up that said so."""
        from kiosk.central import contract as c

        path = _path(c.HAND_OVER, session=session, lookup=lookup)
        answer = self._do(PersonSession, Lane.VISIT, "POST", path, 200, token=token, cancel=cancel, within=within)
        if isinstance(answer.result, PersonSession) and answer.result.outcome is not QueryOutcome.OPENED:
            return not_asked(answer)
        return answer

    def take_ticket(
        self, session: str, token: str, code: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> Answer[TakenTicket]:
        """TAKEN with what it stands for: it is this clerk's. TAKEN with nothing: another one has it."""
        from kiosk.central import contract as c

        path = _path(c.TAKE_TICKET, session=session, code=code)
        return self._do(TakenTicket, Lane.VISIT, "POST", path, 200, token=token, cancel=cancel, within=within)

    def slip_again(
        self, session: str, token: str, reference: str, *, cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.SlipAnswer]":
        """What stood on a slip of this hall."""
        from kiosk.central import contract as c

        path = _path(c.SLIP_AGAIN, session=session, reference=reference)
        answer = self._do(c.SlipAnswer, Lane.VISIT, "GET", path, 200, token=token, cancel=cancel, within=within)
        if isinstance(answer.result, c.SlipAnswer) and answer.result.slip is not None:
            return answer if answer.result.slip.reference == reference else not_asked(answer)
        return answer

    def confirm_identity(
        self,
        session: str,
        token: str,
        clerk: "c.SignInRequest",
        whose: Party,
        relation: Relation | None,
        number: str,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> "Answer[c.StaffConfirmation]":
        """A clerk has seen the ID document of who stands there. `session` and `token`: of the card that is being activated."""
        from kiosk.central import contract as c

        path = _path(c.STAFF_CONFIRMATION, session=session)
        asked = c.StaffConfirmationRequest(clerk, c.IdentityRequest(whose, relation, number, None))
        return self._do(
            c.StaffConfirmation, Lane.VISIT, "POST", path, 200, asked, token=token, cancel=cancel, within=within
        )

    # --- the device's own ---------------------------------------------------------------------------------------------

    def technician_pairs(
        self, cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.TechnicianPairs]":
        """Fresh ones for every technician's card, to be kept in place of those before."""
        from kiosk.central import contract as c

        return self._do(c.TechnicianPairs, Lane.DEVICE, "GET", c.TECHNICIAN_PAIRS, 200, cancel=cancel, within=within)

    def parts(self, cancel: Cancel | None = None, within: float | None = None) -> "Answer[c.Parts]":
        """Which of central's own parts are there."""
        from kiosk.central import contract as c

        return self._do(c.Parts, Lane.DEVICE, "GET", c.PARTS, 200, cancel=cancel, within=within)


def _path(route: str, **names: str) -> str:
    return route.format(**{name: quote(value, safe="") for name, value in names.items()})


def _with_a_session(answer: Answer[StaffSession]) -> Answer[StaffSession]:
    got = answer.result
    if isinstance(got, StaffSession) and got.outcome is SignInOutcome.SIGNED_IN and got.session is None:
        return not_asked(answer)
    return answer

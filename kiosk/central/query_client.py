"""What a resident without a card asks central: a session by number and query password."""

from kiosk.central.answers import Answer, Cancel
from kiosk.central.calls import Calls, Lane
from kiosk.help import NumberKind, PersonSession


class QueryCalls(Calls):
    """Part of `CentralClient`. What a session without a card opens is asked for as of a card's."""

    def open_query_session(
        self,
        kind: NumberKind,
        number: str,
        password: str,
        *,
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> Answer[PersonSession]:
        """REFUSED does not tell whether there is such a number; nor does LOCKED. Ended with `end_session`."""
        from kiosk.central import contract as c

        asked = c.QueryRequest(kind, number, password)
        return self._do(PersonSession, Lane.VISIT, "POST", c.QUERY_SESSIONS, 200, asked, cancel=cancel, within=within)

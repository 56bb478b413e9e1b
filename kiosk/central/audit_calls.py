"""What central is asked for the audit chain of this kiosk."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from kiosk.central.answers import Answer, Cancel
from kiosk.central.calls import Calls, Lane

if TYPE_CHECKING:
    from kiosk.central import contract as c


class AuditHead(Protocol):
    """The chain, as its headers need it (`contract.AUDIT_HEAD`, `AUDIT_SEEN`). Any thread."""

    def head(self) -> str | None:
        """Value of the request's header; None: there is no chain to tell of."""
        ...

    def seen(self, header: str) -> None:
        """Value of an answer's; central's word, not checked."""
        ...


class AuditCalls(Calls):
    """On the device's lane: no visit waits for one."""

    def enrol_audit(
        self, chain: str, key: bytes, cancel: Cancel | None = None, within: float | None = None
    ) -> "Answer[c.AuditStanding]":
        """k0 of a chain, for escrow. Central holds it once it answered; another key of the same chain is REFUSED."""
        from kiosk.central import contract as c

        asked = c.AuditEnrolment(chain, key.hex().upper())
        return self._do(
            c.AuditStanding, Lane.DEVICE, "POST", c.AUDIT_ENROLMENT, 200, asked, cancel=cancel, within=within
        )

    def upload_audit(
        self,
        chain: str,
        lines: Iterable[tuple[int, str, bytes]],
        cancel: Cancel | None = None,
        within: float | None = None,
    ) -> "Answer[c.AuditStanding]":
        """Number, text and MAC of at most 500 lines, those after the ones that central holds; none: how many does it hold."""
        from kiosk.central import contract as c

        asked = c.AuditUpload(chain, tuple(c.AuditLine(number, text, mac.hex().upper()) for number, text, mac in lines))
        return self._do(c.AuditStanding, Lane.DEVICE, "POST", c.AUDIT, 200, asked, cancel=cancel, within=within)

"""Drives the simulator's port of a running reference service: faults, conditions, recording, the card register."""

import http.client
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from kiosk.central.decode import adapter
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Conditions, Fault, FaultKind, Operation, Recorded, SignOfLife
from kiosk.sandbox.central.seen import Message, SeenCard, SeenChain, SeenQuery
from kiosk.sandbox.central.staff_simulator import StaffSimulator


class SimulatorError(Exception):
    """The simulator's port refused; the text says what."""


class Simulator(StaffSimulator):
    """`url` as the service printed it. Every method is one request and raises OSError when nothing listens there."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80

    def fault(self, kind: FaultKind, operation: Operation | None = None, **more: Any) -> None:
        """Script one fault; `more` are the other fields of `Fault`."""
        self._ask("POST", "/faults", adapter(Fault).dump_json(Fault(kind, operation, **more)))

    @property
    def waiting(self) -> int:
        """Scripted faults that have yet to happen."""
        return int(self._ask("GET", "/faults"))

    def clear(self) -> None:
        """No faults any more; held answers go."""
        self._ask("DELETE", "/faults")

    @property
    def conditions(self) -> Conditions:
        found: Conditions = adapter(Conditions).validate_json(self._ask("GET", "/conditions"))
        return found

    def condition(self, **changes: Any) -> None:
        """Change some conditions, leave the others."""
        self._ask("PUT", "/conditions", adapter(Conditions).dump_json(replace(self.conditions, **changes)))

    def recording(self, operation: Operation | None = None) -> list[Recorded]:
        """What was asked and answered, in order; of one operation where given."""
        found: list[Recorded] = adapter(list[Recorded]).validate_json(self._ask("GET", "/recording"))
        return [one for one in found if operation is None or one.operation is operation]

    def forget(self) -> None:
        """Empty the recording."""
        self._ask("DELETE", "/recording")

    @property
    def held(self) -> int:
        """Answers that wait to be released."""
        return int(self._ask("GET", "/held"))

    def release(self) -> None:
        self._ask("DELETE", "/held")

    def set_card(self, number: str, status: CardStatus) -> None:
        """Change a card's status in the register. Raises SimulatorError when there is no such card."""
        self._ask("PUT", f"/cards/{quote(number)}", adapter(CardStatus).dump_json(status))

    def card(self, number: str) -> SeenCard:
        """What the register holds of a card, past the contract. Raises SimulatorError when there is no such card."""
        found: SeenCard = adapter(SeenCard).validate_json(self._ask("GET", f"/cards/{quote(number)}"))
        return found

    def set_query_password(self, number: str, password: str | None) -> None:
        """As at the counter: for the holder of the card with this number; None: the initial one. A lock is taken away.
        Raises SimulatorError when there is no such card."""
        self._ask("PUT", f"/query-passwords/{quote(number)}", adapter(str | None).dump_json(password))

    def audits(self, device: str | None = None) -> list[SeenChain]:
        """What central holds of the kiosks' audit chains, those that began first before; of one kiosk where given."""
        found: list[SeenChain] = adapter(list[SeenChain]).validate_json(self._ask("GET", "/audits"))
        return [one for one in found if device is None or one.device == device]

    def queries(self) -> list[SeenQuery]:
        """Central's record of the look-ups without a card, oldest first."""
        found: list[SeenQuery] = adapter(list[SeenQuery]).validate_json(self._ask("GET", "/queries"))
        return found

    def first_day(self) -> None:
        """The register as it was seeded: nothing was done at any kiosk, every card and phone is what it was."""
        self._ask("DELETE", "/deeds")

    def messages(self, phone: str | None = None) -> list[Message]:
        """The codes that arrived on the phones, oldest first; on one of them where given."""
        found: list[Message] = adapter(list[Message]).validate_json(self._ask("GET", "/messages"))
        return [one for one in found if phone is None or one.phone == phone]

    def expire_sessions(self) -> None:
        """Every session's time is up."""
        self._ask("DELETE", "/sessions")

    def heartbeats(self) -> list[SignOfLife]:
        """The last one of each device."""
        found: list[SignOfLife] = adapter(list[SignOfLife]).validate_json(self._ask("GET", "/heartbeats"))
        return found

    def reset(self) -> None:
        """As after the start: no faults, usual conditions, nothing recorded. The register stays as it is."""
        self.clear()
        self._ask("PUT", "/conditions", adapter(Conditions).dump_json(Conditions()))
        self.forget()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise SimulatorError(f"{method} {path}: {answer.status}")
        return content

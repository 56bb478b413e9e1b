"""What `simulator.Simulator` knows of staff."""

from abc import ABC, abstractmethod
from urllib.parse import quote

from kiosk.central.contract import SignInRequest
from kiosk.central.decode import adapter
from kiosk.sandbox.central.staff_seen import SeenAlarm, SeenAuthorisation, SeenLookup, SeenStaff, StaffStanding


class StaffSimulator(ABC):
    @abstractmethod
    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes: ...

    def staff(self) -> list[SeenStaff]:
        """Everybody of the staff, with password and one-time code, in the order of the card files."""
        found: list[SeenStaff] = adapter(list[SeenStaff]).validate_json(self._ask("GET", "/staff"))
        return found

    def member(self, number: str) -> SeenStaff:
        """By the number on the card. Raises KeyError."""
        return {one.number: one for one in self.staff()}[number]

    def sign_in_of(self, number: str) -> SignInRequest:
        """What a member of staff types. A code is good once: the third within 30 seconds has to wait (ValueError; move the time
        with the condition `ahead_seconds`). Raises KeyError."""
        found = self.member(number)
        if found.code is None:
            raise ValueError("the codes of this half minute are used up")
        return SignInRequest(found.name, found.password, found.code)

    def set_staff(self, number: str, *, active: bool = True, on_duty: bool = True) -> None:
        """Raises SimulatorError when there is nobody with this number."""
        self._ask("PUT", f"/staff/{quote(number)}", adapter(StaffStanding).dump_json(StaffStanding(active, on_duty)))

    def lookups(self) -> list[SeenLookup]:
        """Central's own record, oldest first."""
        found: list[SeenLookup] = adapter(list[SeenLookup]).validate_json(self._ask("GET", "/lookups"))
        return found

    def alarms(self) -> list[SeenAlarm]:
        """What went to the supervisors."""
        found: list[SeenAlarm] = adapter(list[SeenAlarm]).validate_json(self._ask("GET", "/alarms"))
        return found

    def authorisations(self) -> list[SeenAuthorisation]:
        """The documents that were laid down at the counter."""
        found: list[SeenAuthorisation] = adapter(list[SeenAuthorisation]).validate_json(
            self._ask("GET", "/authorisations")
        )
        return found

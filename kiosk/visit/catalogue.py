"""The failure catalogue: every code that a person can meet on a screen, in a log, in a report, from one place (design §7).

The data: code, key of its texts, who must act. The texts are in the message catalogues, for every language: `<key>.title`,
`.lead`, `.advice` (the resident), `.staff` (the clerk), `.technician`. Screens, log events, doctor and the manual page
(assets/manual) are made from it. It needs nothing but itself: a code is answered without central, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, assert_never

from drivers.device import Who
from kiosk.failures import DeviceFailure
from kiosk.visit.failures import Failure
from kiosk.visit.services import Stop

PARTS: Final = ("title", "lead", "advice", "staff", "technician")
"""Of a code's texts; the first three are the resident's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `key`: of its texts. `who`: must act."""

    code: str
    key: str
    who: Who

    @property
    def place(self) -> str:
        """Where it is: the first word of the code."""
        return self.code.partition("-")[0]


OF_SERVICES: Final = (
    Stop.PIN_LOCKED,
    Stop.CARD_FAILED,
    Stop.TORN,
    Stop.JOURNAL,
    Stop.CENTRAL,
)
"""What a service on an active card can stop at: nothing is to be activated there."""


def who_acts(stop: Stop) -> Who:
    match stop:
        case Stop.ACTIVE_ALREADY | Stop.ACTIVE_OTHERWISE | Stop.NOT_PROVED | Stop.TORN:
            return Who.RESIDENT
        case Stop.SAME_PERSON | Stop.UNDER_AGE:
            return Who.RESIDENT
        case (
            Stop.STATUS
            | Stop.LOST
            | Stop.REPLACED
            | Stop.NOT_ON_FILE
            | Stop.PARTY_NOT_ON_FILE
            | Stop.NO_WAY
            | Stop.IDENTITY_LOCKED
            | Stop.NO_MOBILE
            | Stop.OTHERS_NUMBER
            | Stop.CODE_USED_UP
            | Stop.CANCELLED
            | Stop.UNKNOWN_RESERVATION
            | Stop.PIN_LOCKED
            | Stop.ONE_TRY_LEFT
            | Stop.CARD_FAILED
        ):
            return Who.CLERK
        case Stop.JOURNAL:
            return Who.TECHNICIAN
        case Stop.CENTRAL:
            return Who.NOBODY
        case never:
            assert_never(never)


def stop_key(stop: Stop, *, service: bool) -> str:
    """Of the texts of a stop; `service`: of a service on an active card."""
    return f"{'services' if service and stop in OF_SERVICES else 'activation'}.stop.{stop.value}"


def of_stop(stop: Stop, because: Failure | None = None, *, service: bool) -> Entry:
    """What stands on a stopped page. An outage has central's own code; an active card's locked PIN that of its failure page."""
    if because is not None:
        return of_failure(because)
    if service and stop is Stop.PIN_LOCKED:
        return of_failure(Failure.PIN_LOCKED)
    place = "SERVICE" if service and stop in OF_SERVICES else "ACT"
    return Entry(f"{place}-{stop.name.replace('_', '-')}", stop_key(stop, service=service), who_acts(stop))


def of_failure(failure: Failure | DeviceFailure) -> Entry:
    return Entry(failure.code, failure.key, failure.who)


def _entries() -> Iterator[Entry]:
    yield from map(of_failure, Failure)
    for stop in Stop:
        if stop is not Stop.CENTRAL:  # has central's own code
            yield of_stop(stop, service=False)
    for stop in OF_SERVICES:
        if stop not in (Stop.CENTRAL, Stop.PIN_LOCKED):
            yield of_stop(stop, service=True)
    yield from map(of_failure, DeviceFailure)


CATALOGUE: Final[Mapping[str, Entry]] = MappingProxyType({entry.code: entry for entry in _entries()})
"""By code. What is wrong with the kiosk first, in the order of precedence; then what an activation or service stops at, then
the devices."""

PLACES: Final = tuple(dict.fromkeys(entry.place for entry in CATALOGUE.values()))
"""The first words of the codes, in that order."""


def _plain(text: str) -> str:
    """As it is compared: nobody has to type the hyphen."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


_BY_PLAIN: Final = {_plain(code): entry for code, entry in CATALOGUE.items()}


def find(typed: str) -> Entry | None:
    """The entry of a code as it was typed: capitals, blanks and hyphens do not matter."""
    return _BY_PLAIN.get(_plain(typed))


def beginning(typed: str) -> tuple[Entry, ...]:
    """Whose code begins as typed, in the catalogue's order; all for nothing typed."""
    plain = _plain(typed)
    return tuple(entry for code, entry in _BY_PLAIN.items() if code.startswith(plain))

"""What can stand between a person and the answer: one closed set, one order, one code each (design §6).

The members' order *is* the order of precedence: of two at once the earlier is shown. `code` is what staff read
(`<PLACE>-<CAUSE>`); `key` names the texts in the catalogues. All codes, also those that block nobody: `kiosk.visit.catalogue`.
"""

from enum import Enum, unique
from typing import assert_never

from drivers.card.states import CardState, ReaderState
from drivers.device import Who
from kiosk.model import CardStatus, CentralFailure, Verdict


@unique
class Failure(Enum):
    """(code, catalogue key, who must act), highest precedence first."""

    AUDIT_UNWRITABLE = ("KIOSK-AUDIT", "kiosk.audit_unwritable", Who.TECHNICIAN)
    CONFIG_INVALID = ("KIOSK-CONFIG", "kiosk.config_invalid", Who.TECHNICIAN)
    SCREEN_FAULT = ("KIOSK-SCREEN", "kiosk.screen_fault", Who.TECHNICIAN)
    CLOCK_WRONG = ("KIOSK-CLOCK", "kiosk.clock_wrong", Who.TECHNICIAN)

    READER_SERVICE_STOPPED = ("READER-SERVICE", "reader.service_stopped", Who.TECHNICIAN)
    READER_ACCESS_DENIED = ("READER-DENIED", "reader.access_denied", Who.TECHNICIAN)
    READER_MISSING = ("READER-MISSING", "reader.no_reader", Who.TECHNICIAN)
    READER_VIRTUAL_REFUSED = ("READER-VIRTUAL", "reader.virtual_refused", Who.TECHNICIAN)
    READER_FAULTY = ("READER-FAULTY", "reader.faulty", Who.TECHNICIAN)
    READER_HELD = ("READER-HELD", "reader.held", Who.TECHNICIAN)

    CARD_MUTE = ("CARD-MUTE", "card.mute", Who.RESIDENT)
    CARD_NOT_SOCIAL_SECURITY = ("CARD-FOREIGN", "card.not_social_security", Who.RESIDENT)
    CARD_APPLICATION_LOCKED = ("CARD-APPLOCK", "card.application_locked", Who.CLERK)
    CARD_FAULTY = ("CARD-FAULTY", "card.faulty", Who.CLERK)
    CARD_MALFORMED = ("CARD-MALFORMED", "card.malformed", Who.CLERK)

    NOT_GENUINE = ("PROOF-REFUSED", "verdict.not_genuine", Who.CLERK)
    CANNOT_BE_PROVED = ("PROOF-MISSING", "verdict.cannot_be_proved", Who.CENTRE)
    CARD_DISAGREES = ("CARD-DISAGREES", "card.disagrees", Who.CLERK)

    STATUS_BLOCKED = ("STATUS-BLOCKED", "status.blocked", Who.CLERK)
    STATUS_LOST = ("STATUS-LOST", "status.lost", Who.CLERK)
    STATUS_TEMPORARILY_LOST = ("STATUS-TEMPLOST", "status.temporarily_lost", Who.CLERK)
    STATUS_REPLACED = ("STATUS-REPLACED", "status.replaced", Who.RESIDENT)
    STATUS_CANCELLED = ("STATUS-CANCELLED", "status.cancelled", Who.CLERK)
    STATUS_EXPIRED = ("STATUS-EXPIRED", "status.expired", Who.RESIDENT)
    STATUS_LISTED = ("STATUS-LISTED", "status.listed", Who.CLERK)
    OTHER_PLACE = ("CARD-OTHERPLACE", "status.other_place", Who.RESIDENT)
    NOT_ACTIVATED = ("STATUS-INACTIVE", "status.not_activated", Who.CLERK)

    NO_PIN_SET = ("PIN-NOTSET", "card.no_pin_set", Who.CLERK)
    PIN_LOCKED = ("PIN-LOCKED", "card.pin_locked", Who.CLERK)
    PIN_OUTCOME_UNKNOWN = ("PIN-UNKNOWN", "card.pin_unknown", Who.RESIDENT)

    CENTRAL_TLS = ("CENTRAL-TLS", "central.tls", Who.TECHNICIAN)
    CENTRAL_REFUSED = ("CENTRAL-REFUSED", "central.refused", Who.CENTRE)
    CENTRAL_BAD_ANSWER = ("CENTRAL-BADANSWER", "central.bad_answer", Who.CENTRE)
    CENTRAL_UNAVAILABLE = ("CENTRAL-BUSY", "central.unavailable", Who.CENTRE)
    CENTRAL_UNREACHABLE = ("CENTRAL-UNREACHABLE", "central.unreachable", Who.CENTRE)
    CENTRAL_TIMEOUT = ("CENTRAL-TIMEOUT", "central.timeout", Who.CENTRE)
    CENTRAL_SESSION_ENDED = ("CENTRAL-ENDED", "central.session_ended", Who.RESIDENT)

    def __init__(self, code: str, key: str, who: Who) -> None:
        self.code = code
        self.key = key
        self.who = who

    @property
    def rank(self) -> int:
        """0 is the highest."""
        return _RANK[self]


_RANK = {failure: rank for rank, failure in enumerate(Failure)}


def highest(*found: Failure | None) -> Failure | None:
    """The one that is shown of several at once."""
    return min((f for f in found if f is not None), key=lambda f: f.rank, default=None)


def of_reader(state: ReaderState) -> Failure | None:
    """None where the reader does not stand in the way (`STARTING` is answered by the first report)."""
    match state:
        case ReaderState.STARTING | ReaderState.READY:
            return None
        case ReaderState.SERVICE_STOPPED:
            return Failure.READER_SERVICE_STOPPED
        case ReaderState.ACCESS_DENIED:
            return Failure.READER_ACCESS_DENIED
        case ReaderState.NO_READER:
            return Failure.READER_MISSING
        case ReaderState.VIRTUAL_REFUSED:
            return Failure.READER_VIRTUAL_REFUSED
        case ReaderState.FAULTY:
            return Failure.READER_FAULTY
        case ReaderState.HELD:
            return Failure.READER_HELD
        case never:
            assert_never(never)


def of_card(state: CardState) -> Failure | None:
    match state:
        case CardState.ABSENT | CardState.READING | CardState.USABLE:
            return None
        case CardState.MUTE:
            return Failure.CARD_MUTE
        case CardState.NOT_SOCIAL_SECURITY:
            return Failure.CARD_NOT_SOCIAL_SECURITY
        case CardState.MALFORMED:
            return Failure.CARD_MALFORMED
        case CardState.FAULTY:
            return Failure.CARD_FAULTY
        case CardState.APPLICATION_LOCKED:
            return Failure.CARD_APPLICATION_LOCKED
        case CardState.NO_PIN_SET:
            return Failure.NO_PIN_SET
        case CardState.PIN_LOCKED:
            return Failure.PIN_LOCKED
        case never:
            assert_never(never)


def of_verdict(verdict: Verdict) -> Failure | None:
    match verdict:
        case Verdict.GENUINE:
            return None
        case Verdict.NOT_GENUINE:
            return Failure.NOT_GENUINE
        case Verdict.CANNOT_BE_PROVED:
            return Failure.CANNOT_BE_PROVED
        case never:
            assert_never(never)


def of_status(status: CardStatus) -> Failure | None:
    match status:
        case CardStatus.NORMAL:
            return None
        case CardStatus.NOT_ACTIVATED:
            return Failure.NOT_ACTIVATED
        case CardStatus.LOST:
            return Failure.STATUS_LOST
        case CardStatus.TEMPORARILY_LOST:
            return Failure.STATUS_TEMPORARILY_LOST
        case CardStatus.REPLACED:
            return Failure.STATUS_REPLACED
        case CardStatus.CANCELLED:
            return Failure.STATUS_CANCELLED
        case CardStatus.BLOCKED:
            return Failure.STATUS_BLOCKED
        case CardStatus.EXPIRED:
            return Failure.STATUS_EXPIRED
        case CardStatus.OTHER_PLACE:
            return Failure.OTHER_PLACE
        case never:
            assert_never(never)


def is_outage(failure: CentralFailure) -> bool:
    """Central does not answer, or nothing that can be used: recent data may be shown. Not where it is there and says no."""
    match failure:
        case (
            CentralFailure.UNREACHABLE
            | CentralFailure.TIMEOUT
            | CentralFailure.TLS
            | CentralFailure.UNAVAILABLE
            | CentralFailure.BAD_ANSWER
        ):
            return True
        case CentralFailure.REFUSED | CentralFailure.SESSION_ENDED:
            return False
        case never:
            assert_never(never)


def of_central(failure: CentralFailure) -> Failure:
    match failure:
        case CentralFailure.UNREACHABLE:
            return Failure.CENTRAL_UNREACHABLE
        case CentralFailure.TIMEOUT:
            return Failure.CENTRAL_TIMEOUT
        case CentralFailure.TLS:
            return Failure.CENTRAL_TLS
        case CentralFailure.UNAVAILABLE:
            return Failure.CENTRAL_UNAVAILABLE
        case CentralFailure.BAD_ANSWER:
            return Failure.CENTRAL_BAD_ANSWER
        case CentralFailure.REFUSED:
            return Failure.CENTRAL_REFUSED
        case CentralFailure.SESSION_ENDED:
            return Failure.CENTRAL_SESSION_ENDED
        case never:
            assert_never(never)


OUTAGES = tuple(of_central(failure) for failure in CentralFailure if is_outage(failure))
"""What recent data can be shown because of."""

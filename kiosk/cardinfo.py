"""What is on the inserted card, for `python -m kiosk card`: an integrator's first look at a reader and a card."""

import queue
import time

from drivers.card.layout import HolderClosed, HolderData
from drivers.card.reader import (
    CardInserted,
    CardLost,
    CardMute,
    CardReader,
    CardRemoved,
    ReaderChanged,
    ReaderDenied,
    ReaderEvent,
    ReaderFault,
    ReaderHeld,
)
from drivers.card.ssc import CardFailure, SocialSecurityCard
from drivers.card.states import CardState, PinLocked, PinNotSet, PinTries, ReaderState
from kiosk.masking import mask_card_number, mask_name, mask_number

Facts = dict[str, str | int | bool | None]


def wait_for_card(reader: CardReader, until: float) -> int | str:
    """The insertion of the card in the slot, or why there is none (a ReaderState's value, "absent")."""
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    reader.start(events.put)
    why = CardState.ABSENT.value
    while (left := until - time.monotonic()) > 0:
        try:
            event = events.get(timeout=left)
        except queue.Empty:
            break
        match event:
            case CardInserted(insertion=insertion):
                return insertion
            case ReaderChanged(state=state):
                why = CardState.ABSENT.value if state is ReaderState.READY else state.value
            case CardRemoved():
                pass
    return why


def describe(reader: CardReader, insertion: int, *, reveal: bool) -> Facts:
    """Facts by name; `state` is a CardState's value, or what PC/SC said. Personal values are masked unless `reveal`."""
    try:
        connection = reader.connect(insertion)
    except CardMute:
        return {"state": CardState.MUTE.value}
    except ReaderHeld:
        return {"state": ReaderState.HELD.value}
    except ReaderDenied:
        return {"state": ReaderState.ACCESS_DENIED.value}
    except (CardLost, ReaderFault) as fault:
        return {"state": CardState.FAULTY.value, "detail": type(fault).__name__}
    try:
        return _read(SocialSecurityCard(connection), connection.atr, reveal=reveal)
    except (CardLost, ReaderFault) as fault:
        return {"state": CardState.FAULTY.value, "detail": type(fault).__name__}
    finally:
        connection.disconnect()


def _read(card: SocialSecurityCard, atr: bytes, *, reveal: bool) -> Facts:
    # The last four bytes are the card's serial number.
    shown = atr.hex().upper() if reveal else atr[:-4].hex().upper() + "*" * 8
    facts: Facts = {"state": CardState.USABLE.value, "atr": shown}
    application = card.select()
    if isinstance(application, CardFailure):
        return facts | _failed(application)
    facts["algorithm"] = None if application.algorithm is None else application.algorithm.name
    issuer = card.issuer_data()
    if isinstance(issuer, CardFailure):
        return facts | _failed(issuer)
    facts |= {
        "version": issuer.version,
        "generation": issuer.generation.name,
        "area": issuer.area,
        "category": issuer.category,
        "issued": str(issuer.issued) if issuer.issued else None,
        "expires": str(issuer.expires) if issuer.expires else None,
        "card_number": issuer.number if reveal else mask_card_number(issuer.number),
        "card_number_check": issuer.number_check_ok,
        "identification": issuer.identification if reveal else None,
    }
    holder = card.holder_data()
    match holder:
        case CardFailure():
            return facts | _failed(holder)
        case HolderClosed():
            facts["holder"] = "closed"
        case HolderData():
            facts["holder"] = "open"
            facts["name"] = holder.name if reveal or holder.name is None else mask_name(holder.name)
            facts["number"] = holder.ssn if reveal or holder.ssn is None else mask_number(holder.ssn)
    probe = card.probe_pin()
    match probe:
        case CardFailure():
            return facts | _failed(probe)
        case PinTries(tries_left=left):
            facts["pin"], facts["pin_tries_left"] = "asked", left
        case PinLocked():
            facts["state"], facts["pin"] = CardState.PIN_LOCKED.value, "locked"
        case PinNotSet():
            facts["state"], facts["pin"] = CardState.NO_PIN_SET.value, "not set"
    return facts


def _failed(failure: CardFailure) -> Facts:
    return {"state": failure.state.value, "step": failure.step.value, "detail": failure.detail}

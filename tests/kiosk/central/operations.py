"""Every question that the kiosk asks central, as one value: how it is asked and what a sound answer is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.central import contract as c
from kiosk.central.answers import Answer
from kiosk.central.client import CentralClient
from kiosk.central.decode import encode
from kiosk.help import Ground, NumberKind, RevealField
from kiosk.services import CodeFor, Party, TicketReason
from tests.kiosk.central.samples import (
    BEAT_ANSWER,
    CANCELLED,
    CHALLENGES,
    CHECKED,
    CONFIRMATION,
    CONFIRMED,
    ELIGIBLE,
    ENTRIES,
    FOUND,
    HELD,
    IDENTITY,
    LOSSES,
    OPENED,
    OVERVIEW,
    PAIRS,
    PARTS,
    REPORTED,
    RESERVED,
    REVEALED,
    ROWS,
    SECOND,
    SENT,
    SESSION,
    SIGNED_IN,
    SLIP,
    STANDING,
    TAKEN,
    TICKET,
)

TOKEN = "t" * 20
CLERK = c.SignInRequest("0231", "Hall-5c01d2aa", "287082")
BEAT = c.Heartbeat("1.0", "ready", 5, False)
REQUEST = c.CardSessionRequest(
    "3B6D000000814A44468660370100A1B204",
    c.IssuerFile("370100D15600000500000004A1B2C31C", "3", "3.00", None, None, None, OVERVIEW.card_number),
    None,
    c.NoProof(c.NoProofReason.CARD_REFUSED),
)


@dataclass(frozen=True, slots=True)
class Question:
    """`ask(client, seconds)` -> the answer; `record`, `status` of a sound one; `schema`: its name in the OpenAPI document."""

    name: str
    ask: Callable[[CentralClient, float], Answer[Any]]
    status: bytes
    record: object
    schema: str

    @property
    def body(self) -> bytes:
        return encode(self.record)

    @property
    def sound(self) -> bytes:
        """The whole HTTP answer."""
        return head(self.status, b"Content-Length: %d" % len(self.body)) + self.body


def head(status: bytes, *lines: bytes, kind: bytes = b"application/json") -> bytes:
    """The head of an answer, with the empty line after it."""
    return b"\r\n".join((b"HTTP/1.1 " + status, b"Content-Type: " + kind, *lines)) + b"\r\n\r\n"


QUESTIONS = (
    Question(
        "challenges",
        lambda client, within: client.challenges(1, within=within),
        b"201 Created",
        CHALLENGES,
        "Challenges",
    ),
    Question(
        "heartbeat",
        lambda client, within: client.heartbeat(BEAT, within=within),
        b"200 OK",
        BEAT_ANSWER,
        "HeartbeatAnswer",
    ),
    Question(
        "session",
        lambda client, within: client.open_card_session(REQUEST, within=within),
        b"201 Created",
        SESSION,
        "CardSession",
    ),
    Question(
        "overview",
        lambda client, within: client.overview("session-01", TOKEN, card_number=OVERVIEW.card_number, within=within),
        b"200 OK",
        OVERVIEW,
        "Overview",
    ),
    Question(
        "contributions",
        lambda client, within: client.contributions("session-01", TOKEN, ROWS.insurance, ROWS.year, within=within),
        b"200 OK",
        ROWS,
        "ContributionPage",
    ),
    Question(
        "entries",
        lambda client, within: client.account_entries("session-01", TOKEN, ENTRIES.insurance, within=within),
        b"200 OK",
        ENTRIES,
        "AccountPage",
    ),
    Question(
        "losses",
        lambda client, within: client.loss_list(6, within=within),
        b"200 OK",
        LOSSES,
        "LossAnswer",
    ),
    Question(
        "eligibility",
        lambda client, within: client.eligibility("session-01", TOKEN, within=within),
        b"200 OK",
        ELIGIBLE,
        "Eligibility",
    ),
    Question(
        "identity",
        lambda client, within: client.prove_identity(
            "session-01", TOKEN, Party.HOLDER, None, "370101200105201231", within=within
        ),
        b"200 OK",
        IDENTITY,
        "Identity",
    ),
    Question(
        "code",
        lambda client, within: client.send_code("session-01", TOKEN, CodeFor.IDENTITY, within=within),
        b"200 OK",
        SENT,
        "SentCode",
    ),
    Question(
        "check",
        lambda client, within: client.check_code("session-01", TOKEN, "code-0001", "402817", within=within),
        b"200 OK",
        CHECKED,
        "CheckedCode",
    ),
    Question(
        "reserve",
        lambda client, within: client.reserve(
            "session-01", TOKEN, Party.HOLDER, None, None, key="k" * 20, within=within
        ),
        b"200 OK",
        RESERVED,
        "Reservation",
    ),
    Question(
        "confirm",
        lambda client, within: client.confirm("reservation-01", within=within),
        b"200 OK",
        CONFIRMED,
        "Confirmation",
    ),
    Question(
        "cancel",
        lambda client, within: client.cancel_reservation("reservation-01", within=within),
        b"200 OK",
        CANCELLED,
        "Cancellation",
    ),
    Question(
        "cancel-key",
        lambda client, within: client.cancel_key("k" * 20, within=within),
        b"200 OK",
        CANCELLED,
        "Cancellation",
    ),
    Question(
        "reservation",
        lambda client, within: client.reservation("reservation-01", within=within),
        b"200 OK",
        STANDING,
        "ReservationState",
    ),
    Question(
        "loss",
        lambda client, within: client.report_loss("session-01", TOKEN, within=within),
        b"200 OK",
        REPORTED,
        "LossReport",
    ),
    Question(
        "ticket",
        lambda client, within: client.ticket("session-01", TOKEN, TicketReason.PIN_LOCKED, within=within),
        b"200 OK",
        TICKET,
        "Ticket",
    ),
    Question(
        "staff-card",
        lambda client, within: client.sign_staff_in_by_card("session-01", TOKEN, within=within),
        b"200 OK",
        SIGNED_IN,
        "StaffSession",
    ),
    Question(
        "staff-name",
        lambda client, within: client.sign_staff_in("0231", "Hall-5c01d2aa", "287082", within=within),
        b"200 OK",
        SIGNED_IN,
        "StaffSession",
    ),
    Question(
        "second",
        lambda client, within: client.sign_second_in(
            "staff-0001", TOKEN, "0007", "Hall-91f0be37", "081804", within=within
        ),
        b"200 OK",
        SECOND,
        "StaffSession",
    ),
    Question(
        "look-up",
        lambda client, within: client.look_up(
            "staff-0001",
            TOKEN,
            ground=Ground.PRESENT,
            document=None,
            reference=None,
            kind=NumberKind.ID_NUMBER,
            number="370101200105201231",
            within=within,
        ),
        b"200 OK",
        FOUND,
        "Lookup",
    ),
    Question(
        "reveal",
        lambda client, within: client.reveal("staff-0001", TOKEN, "lookup-0001", RevealField.PHONE, within=within),
        b"200 OK",
        REVEALED,
        "Revealed",
    ),
    Question(
        "hand-over",
        lambda client, within: client.hand_over("staff-0001", TOKEN, "lookup-0001", within=within),
        b"200 OK",
        OPENED,
        "PersonSession",
    ),
    Question(
        "take-ticket",
        lambda client, within: client.take_ticket("staff-0001", TOKEN, "N6PV-2CYA", within=within),
        b"200 OK",
        TAKEN,
        "TakenTicket",
    ),
    Question(
        "slip",
        lambda client, within: client.slip_again("staff-0001", TOKEN, "261120-R3WD-8HXE", within=within),
        b"200 OK",
        SLIP,
        "SlipAnswer",
    ),
    Question(
        "staff-word",
        lambda client, within: client.confirm_identity(
            "session-01", TOKEN, CLERK, Party.HOLDER, None, "370101200105201231", within=within
        ),
        b"200 OK",
        CONFIRMATION,
        "StaffConfirmation",
    ),
    Question(
        "pairs",
        lambda client, within: client.technician_pairs(within=within),
        b"200 OK",
        PAIRS,
        "TechnicianPairs",
    ),
    Question(
        "query",
        lambda client, within: client.open_query_session(
            NumberKind.ID_NUMBER, "370101200105201231", "shi4Li7", within=within
        ),
        b"200 OK",
        OPENED,
        "PersonSession",
    ),
    Question(
        "escrow",
        lambda client, within: client.enrol_audit("0f" * 16, bytes(32), within=within),
        b"200 OK",
        HELD,
        "AuditStanding",
    ),
    Question(
        "lines",
        lambda client, within: client.upload_audit("0f" * 16, [(3, '{"at":1}', bytes(32))], within=within),
        b"200 OK",
        HELD,
        "AuditStanding",
    ),
    Question("parts", lambda client, within: client.parts(within=within), b"200 OK", PARTS, "Parts"),
)
"""All that get a record; a session's end gets none."""

PERSONAL = ("session", "overview")
EVERYWHERE = [
    pytest.param(question, id=question.name, marks=() if question.name in PERSONAL else pytest.mark.long)
    for question in QUESTIONS
]
"""For cells that are the same code at each question: two of them in every run, the others in `make faults`."""

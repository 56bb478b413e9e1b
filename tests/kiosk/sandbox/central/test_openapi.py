"""The checked-in document is the app's, complete, and true of the traffic."""

import hmac
import json
import re
import struct
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_spec_validator import validate
from werkzeug.datastructures import Headers, ImmutableMultiDict

from kiosk.central import contract as c
from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession, Heartbeat, ProblemType
from kiosk.central.decode import adapter, encode
from kiosk.help import Lookup, PersonSession, Revealed, StaffSession, TakenTicket
from kiosk.model import AccountPage, CardStatus, ContributionPage, Overview
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.documents import ANSWERS, REQUESTS
from kiosk.sandbox.central.faults import FaultKind, Operation, Recorded
from kiosk.sandbox.central.fields import DESCRIPTIONS
from kiosk.sandbox.central.openapi import FILE, document, text
from kiosk.sandbox.central.outer import operation_of
from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import (
    Cancellation,
    Cancelled,
    Checked,
    CheckedCode,
    CodeFor,
    Confirmation,
    Confirmed,
    Eligibility,
    Identity,
    LossReport,
    Party,
    Reservation,
    ReservationState,
    SentCode,
    Standing,
    Ticket,
    TicketReason,
)
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.traffic import audited, without_card
from tests.kiosk.sandbox.central.traffic_staff import helped

RFC_8032_TEST_1 = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""Public key of §7.1, test 1."""


@pytest.fixture(scope="module")
def checked_in() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def test_the_checked_in_document_is_the_apps() -> None:
    assert FILE.read_text("utf-8") == text(), "write it anew: python -m kiosk.sandbox.central.openapi"


def test_the_document_is_openapi_3_1(checked_in: dict[str, Any]) -> None:
    assert checked_in["openapi"] == "3.1.0"
    validate(checked_in)


def test_every_operation_is_in_it_and_every_route_has_its_name(checked_in: dict[str, Any]) -> None:
    found = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in checked_in["paths"].items()
        for method, operation in methods.items()
    }
    assert set(found) == {operation.value for operation in Operation}
    for name, (method, path) in found.items():
        assert operation_of(method, re.sub(r"\{[a-z]+\}", "abc", path)) is Operation(name)


def test_every_member_of_every_object_has_its_meaning(checked_in: dict[str, Any]) -> None:
    schemas = {name: one for name, one in checked_in["components"]["schemas"].items() if "properties" in one}
    assert {name: set(one["properties"]) for name, one in schemas.items()} == {
        name: set(members) for name, members in DESCRIPTIONS.items()
    }
    for one in schemas.values():
        assert all(member.get("description") for member in one["properties"].values())


def test_every_operation_has_words_device_and_problems(checked_in: dict[str, Any]) -> None:
    for methods in checked_in["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert len(operation["description"]) > 30
            (security,) = operation["security"]
            assert "deviceCertificate" in security
            assert ("personToken" in security) == ("401" in operation["responses"])
            assert {"403", "422", "429", "500", "503"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                assert "Date" in response["headers"]
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def test_every_problem_type_stands_in_the_document(checked_in: dict[str, Any]) -> None:
    shown = json.dumps(checked_in["paths"])
    for type_ in ProblemType:
        assert type_.value in shown


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("challenges", c.Challenges),
        ("heartbeat", c.HeartbeatAnswer),
        ("open_card_session", c.CardSession),
        ("card_session", c.CardSession),
        ("overview", Overview),
        ("contributions", ContributionPage),
        ("account_entries", AccountPage),
        ("loss_list", c.LossAnswer),
        ("eligibility", Eligibility),
        ("prove_identity", Identity),
        ("send_code", SentCode),
        ("check_code", CheckedCode),
        ("reserve", Reservation),
        ("confirm", Confirmation),
        ("cancel", Cancellation),
        ("cancel_key", Cancellation),
        ("reservation", ReservationState),
        ("report_loss", LossReport),
        ("ticket", Ticket),
        ("open_query_session", PersonSession),
        ("enrol_audit", c.AuditStanding),
        ("upload_audit", c.AuditStanding),
        ("sign_staff_in_by_card", StaffSession),
        ("sign_staff_in", StaffSession),
        ("sign_second_in", StaffSession),
        ("look_up", Lookup),
        ("reveal", Revealed),
        ("hand_over", PersonSession),
        ("take_ticket", TakenTicket),
        ("slip_again", c.SlipAnswer),
        ("confirm_identity", c.StaffConfirmation),
        ("technician_pairs", c.TechnicianPairs),
        ("parts", c.Parts),
    ],
)
def test_every_example_of_an_answer_is_one(name: str, kind: type) -> None:
    value = adapter(kind).validate_json(json.dumps(ANSWERS[name]), strict=True)
    assert json.loads(encode(value)) == ANSWERS[name]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("challenges", c.ChallengeRequest),
        ("heartbeat", c.Heartbeat),
        ("open_card_session", c.CardSessionRequest),
        ("overview", c.PinStatement),
        ("prove_identity", c.IdentityRequest),
        ("send_code", c.CodeRequest),
        ("check_code", c.CodeCheck),
        ("reserve", c.ReservationRequest),
        ("confirm", c.ChangeStatement),
        ("cancel", c.NoChangeStatement),
        ("cancel_key", c.NoChangeStatement),
        ("report_loss", c.LossRequest),
        ("ticket", c.TicketRequest),
        ("open_query_session", c.QueryRequest),
        ("enrol_audit", c.AuditEnrolment),
        ("upload_audit", c.AuditUpload),
        ("sign_staff_in_by_card", c.PinStatement),
        ("sign_staff_in", c.SignInRequest),
        ("sign_second_in", c.SignInRequest),
        ("look_up", c.LookupRequest),
        ("reveal", c.RevealRequest),
        ("confirm_identity", c.StaffConfirmationRequest),
    ],
)
def test_every_example_of_a_request_is_one(name: str, kind: type) -> None:
    for example in REQUESTS[name].values():
        assert adapter(kind).validate_json(json.dumps(example), strict=True)


def test_the_example_of_a_loss_list_is_signed_as_its_words_say() -> None:
    example = ANSWERS["loss_list"]["newer"]
    key, cards, signature = (bytes.fromhex(example[name]) for name in ("key", "cards", "signature"))
    issued = int(datetime.fromisoformat(example["issued"]).timestamp())
    signed = b"kiosk loss list\0" + struct.pack(">QQ32sI", example["number"], issued, key, len(cards) // 32) + cards
    Ed25519PublicKey.from_public_bytes(RFC_8032_TEST_1).verify(signature, signed)
    asked = [one["issuer"]["identification"] for one in REQUESTS["open_card_session"].values()]
    digests = sorted(hmac.digest(key, one.encode("ascii"), "sha256") for one in asked)
    assert b"".join(digests) == cards


# --- traffic against the document -----------------------------------------------------------------------------------


class Asked:
    """A recorded request as openapi-core reads one."""

    def __init__(self, recorded: Recorded) -> None:
        parts = urlsplit(recorded.path)
        self.host_url = "https://central.example"
        self.path = parts.path
        self.full_url_pattern = self.host_url + parts.path
        self.method = recorded.method.lower()
        pairs = [pair.split("=", 1) for pair in parts.query.split("&") if pair]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict([(name, value) for name, value in pairs]),
            header=Headers(recorded.headers),
            cookie=ImmutableMultiDict(),
        )
        self.body = recorded.body.encode() if recorded.body else None
        self.content_type = recorded.headers.get("content-type", "")


class Answered:
    """A recorded answer as openapi-core reads one."""

    def __init__(self, recorded: Recorded) -> None:
        assert recorded.status is not None
        self.status_code = recorded.status
        self.headers = Headers(recorded.answer_headers)
        self.content_type = recorded.answer_headers.get("content-type", "").partition(";")[0]
        self.data = recorded.answer.encode()


def without_tls(document: dict[str, Any]) -> dict[str, Any]:
    """The certificate is proved below HTTP, where openapi-core does not look."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    del copy["components"]["securitySchemes"]["deviceCertificate"]
    for methods in copy["paths"].values():
        for operation in methods.values():
            for one in operation["security"]:
                one.pop("deviceCertificate")
    return copy


def test_the_clients_traffic_is_true_to_the_document(
    checked_in: dict[str, Any],
    client: CentralClient,
    connect: Connect,
    simulator: Simulator,
    session: CardSession,
    holder: Cardholder,
    tmp_path: Path,
) -> None:
    token = session.token
    assert token is not None
    simulator.forget()
    for card in ("jinan-3-0-closed", "yangquan-2-0", "jinan-counterfeit", "chengdu-other-place", "jinan-lost"):
        assert Cardholder.of(card).open(client).value is not None
    client.open_card_session(holder.request(None))
    client.heartbeat(Heartbeat("0.1.0", "ready", 10, False, ("CARD-MUTE",)))
    client.contributions(session.session, token, "110", 2026)  # refused: the PIN was not stated
    assert client.overview(session.session, token, card_number=holder.card_number).value is not None
    for insurance in ("110", "310", "390", "999"):
        assert client.contributions(session.session, token, insurance, 2019).value is not None
        assert client.account_entries(session.session, token, insurance).value is not None
    simulator.fault(FaultKind.STATUS, Operation.CHALLENGES, status=429, retry_after=3)
    client.challenges(1)
    assert client.loss_list(0).value is not None
    client.end_session(session.session, token)
    client.overview(session.session, token, card_number=holder.card_number)  # ended
    activate(client, simulator)
    report(client, simulator)
    without_card(client, simulator)
    helped(client, simulator)
    audited(client, tmp_path)
    recorded = simulator.recording()
    assert {one.operation for one in recorded} == set(Operation) - {Operation.CARD_SESSION}
    assert {one.status for one in recorded} == {200, 201, 204, 403, 409, 429}
    api = OpenAPI.from_dict(
        without_tls(checked_in), Config(extra_media_type_deserializers={"application/problem+json": json.loads})
    )
    for one in recorded:
        asked = Asked(one)
        api.validate_request(asked)
        api.validate_response(asked, Answered(one))


def activate(client: CentralClient, simulator: Simulator) -> None:
    """A whole activation, with what goes wrong on the way."""
    holder = Cardholder.of("jinan-not-activated")
    assert holder.card.holder is not None
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    at = (opened.session, opened.token)
    assert client.eligibility(*at).value is not None
    assert client.send_code(*at, CodeFor.IDENTITY).problem == ProblemType.NOT_OFFERED
    assert client.prove_identity(*at, Party.HOLDER, None, "370101199001011059").value is not None
    assert client.prove_identity(*at, Party.HOLDER, None, holder.card.holder.ssn).value is not None
    sent = client.send_code(*at, CodeFor.IDENTITY).value
    assert sent is not None
    assert sent.code is not None
    text = simulator.messages()[-1].text
    assert client.check_code(*at, sent.code, "000000" if text != "000000" else "111111").value is not None
    assert client.check_code(*at, sent.code, text).value == CheckedCode(Checked.MATCHED, 3)
    first = client.reserve(*at, Party.HOLDER, None, None, key="first-of-the-traffic").value
    assert first is not None
    assert first.reservation is not None
    assert client.cancel_reservation(first.reservation).value == Cancellation(Cancelled.CANCELLED)
    assert client.cancel_key("first-of-the-traffic").value == Cancellation(Cancelled.CANCELLED)
    second = client.reserve(*at, Party.HOLDER, None, None, key="second-of-the-traffic").value
    assert second is not None
    assert second.reservation is not None
    assert client.ticket(*at, TicketReason.IDENTITY).value is not None
    confirmed = client.confirm(second.reservation).value
    assert confirmed is not None
    assert confirmed.outcome is Confirmed.ACTIVATED
    state = client.reservation(second.reservation).value
    assert state is not None
    assert (state.standing, state.at) == (Standing.CONFIRMED, confirmed.at)
    simulator.set_card(holder.card_number, CardStatus.NOT_ACTIVATED)


def report(client: CentralClient, simulator: Simulator) -> None:
    holder = Cardholder.of("jinan-long-name")
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    assert client.report_loss(opened.session, opened.token).problem == ProblemType.PIN_NOT_STATED
    client.overview(opened.session, opened.token, card_number=holder.card_number)
    assert client.report_loss(opened.session, opened.token).value is not None
    simulator.set_card(holder.card_number, CardStatus.NORMAL)


def test_the_app_makes_the_same_document_twice() -> None:
    assert document() == document()


def test_the_example_of_an_audit_line_fits_the_example_of_a_first_key() -> None:
    """As the words say it, without the kiosk's own code."""
    key = bytes.fromhex(REQUESTS["enrol_audit"]["first"]["key"])
    (line,) = REQUESTS["upload_audit"]["first_line"]["lines"]
    assert hmac.digest(key, bytes(32) + line["text"].encode("ascii"), "sha256").hex().upper() == line["mac"]

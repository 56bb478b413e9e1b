"""Genuine only if everything fits; and who may speak in a session."""

from dataclasses import replace
from typing import Literal, assert_never

import pytest

from drivers.card.layout import Algorithm
from kiosk.central.client import CentralClient
from kiosk.central.contract import CardSession, CardSessionRequest, Challenge, HolderFile, Next, ProblemType
from kiosk.model import CardStatus, CentralFailure, Verdict
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central.conftest import Connect

OFFERED = {CardStatus.NORMAL: Next.ASK_PIN, CardStatus.NOT_ACTIVATED: Next.OFFER_ACTIVATION}


def challenge(client: CentralClient) -> Challenge:
    got = client.challenges(1).value
    assert got is not None
    return got.challenges[0]


def opened(client: CentralClient, request: CardSessionRequest) -> CardSession:
    got = client.open_card_session(request).value
    assert got is not None
    return got


def refused(session: CardSession) -> bool:
    """Not genuine, and nothing said of card, holder or what comes next."""
    return (
        session.verdict is Verdict.NOT_GENUINE
        and session.card_status is None
        and session.holder is None
        and session.token is None
        and session.next is Next.NOTHING
    )


@pytest.mark.parametrize(
    ("card", "algorithm"),
    [
        ("jinan-1-0", Algorithm.DES),
        ("jinan-2-0", Algorithm.DES),
        ("jinan-3-0-open", Algorithm.SM4),
        ("jinan-3-0-closed", Algorithm.SM4),
        ("yangquan-2-0", Algorithm.DES),
        ("yangquan-3-0", Algorithm.SM4),
        ("yangquan-rare-name", Algorithm.DES),
        ("jinan-long-name", Algorithm.DES),
    ],
)
def test_a_genuine_card_is_genuine(client: CentralClient, card: str, algorithm: Algorithm) -> None:
    holder = Cardholder.of(card)
    assert holder.card.chip.algorithm is algorithm
    session = opened(client, holder.request(challenge(client)))
    assert (session.verdict, session.card_status, session.next) == (Verdict.GENUINE, CardStatus.NORMAL, Next.ASK_PIN)
    assert session.token is not None
    assert session.holder is not None
    assert "*" in session.holder.name
    assert holder.card.holder is not None
    assert holder.card.holder.ssn not in session.holder.number


@pytest.mark.parametrize(
    ("card", "status"),
    [
        ("jinan-lost", CardStatus.LOST),
        ("jinan-expired", CardStatus.EXPIRED),
    ],
)
def test_a_genuine_card_that_may_not_be_used_gets_no_token(
    client: CentralClient, card: str, status: CardStatus
) -> None:
    session = opened(client, Cardholder.of(card).request(challenge(client)))
    assert (session.verdict, session.card_status) == (Verdict.GENUINE, status)
    assert (session.next, session.token) == (Next.NOTHING, None)


def test_a_new_card_is_offered_activation_and_nothing_else(client: CentralClient) -> None:
    holder = Cardholder.of("jinan-not-activated")
    session = opened(client, holder.request(challenge(client)))
    assert (session.verdict, session.card_status) == (Verdict.GENUINE, CardStatus.NOT_ACTIVATED)
    assert session.next is Next.OFFER_ACTIVATION
    assert session.token is not None
    refused = client.overview(session.session, session.token, card_number=holder.card_number)
    assert refused.problem == ProblemType.NOT_OFFERED
    for answer in (
        client.contributions(session.session, session.token, "110", 2026),
        client.account_entries(session.session, session.token, "310"),
    ):
        assert answer.problem == ProblemType.PIN_NOT_STATED


@pytest.mark.parametrize("status", [one for one in CardStatus if one is not CardStatus.OTHER_PLACE])
def test_a_status_that_changes_counts_at_once(client: CentralClient, simulator: Simulator, status: CardStatus) -> None:
    holder = Cardholder.of("jinan-field-quirks")
    simulator.set_card(holder.card_number, status)
    try:
        session = opened(client, holder.request(challenge(client)))
        assert session.card_status is status
        assert session.next is OFFERED.get(status, Next.NOTHING)
        assert (session.token is not None) == (status in OFFERED)
    finally:
        simulator.set_card(holder.card_number, CardStatus.NORMAL)


def test_a_minor_is_told_as_one(client: CentralClient) -> None:
    session = opened(client, Cardholder.of("jinan-minor").request(challenge(client)))
    assert session.holder is not None
    assert session.holder.minor


def test_a_card_of_another_place_is_said_to_be_one(client: CentralClient) -> None:
    session = opened(client, Cardholder.of("chengdu-other-place").request(challenge(client)))
    assert (session.verdict, session.card_status) == (Verdict.CANNOT_BE_PROVED, CardStatus.OTHER_PLACE)
    assert (session.holder, session.token) == (None, None)


def test_a_counterfeit_chip_is_refused(client: CentralClient) -> None:
    assert refused(opened(client, Cardholder.of("jinan-counterfeit").request(challenge(client))))


def test_a_genuine_chip_with_another_cards_ef05_is_refused(client: CentralClient, holder: Cardholder) -> None:
    other = Cardholder.of("jinan-2-0")
    request = holder.request(challenge(client))
    assert refused(opened(client, replace(request, issuer=other.issuer)))


@pytest.mark.parametrize("part", ["atr", "identification", "number", "holder"])
def test_the_register_must_hold_everything_as_one_card(
    client: CentralClient, holder: Cardholder, part: Literal["atr", "identification", "number", "holder"]
) -> None:
    # The twins share their ATR: a proof of one fits the other's key, and only the register tells them apart.
    other = Cardholder.of("jinan-2-0")
    request = holder.request(challenge(client))
    match part:
        case "atr":
            request = replace(request, atr=other.atr)
        case "identification":
            issuer = replace(request.issuer, identification=other.issuer.identification)
            request = replace(request, issuer=issuer)
        case "number":
            request = replace(request, issuer=replace(request.issuer, number=other.card_number))
        case "holder":
            request = replace(request, holder=HolderFile("370101199001011059", "测试甲"))
        case _:
            assert_never(part)
    assert refused(opened(client, request))


def test_twins_with_one_atr_are_told_apart_by_the_register(client: CentralClient) -> None:
    first, second = Cardholder.of("jinan-twin-a"), Cardholder.of("jinan-twin-b")
    assert first.atr == second.atr
    request = first.request(challenge(client))
    mixed = replace(request, issuer=replace(request.issuer, number=second.card_number))
    assert refused(opened(client, mixed))
    assert opened(client, second.request(challenge(client))).verdict is Verdict.GENUINE


def test_a_closed_ef06_is_no_reason_to_doubt(client: CentralClient, holder: Cardholder) -> None:
    request = replace(holder.request(challenge(client)), holder=None)
    assert opened(client, request).verdict is Verdict.GENUINE


def test_an_answer_recorded_earlier_is_refused(client: CentralClient, holder: Cardholder) -> None:
    recorded = holder.answer(challenge(client))
    fresh = challenge(client)
    request = holder.request(fresh)
    assert refused(opened(client, replace(request, proof=replace(recorded, challenge=fresh.id))))


def test_a_challenge_is_good_once(client: CentralClient, holder: Cardholder) -> None:
    used = challenge(client)
    assert opened(client, holder.request(used)).verdict is Verdict.GENUINE
    assert refused(opened(client, holder.request(used)))


def test_a_challenge_is_used_up_by_a_wrong_answer_too(client: CentralClient, holder: Cardholder) -> None:
    used = challenge(client)
    wrong = holder.request(used)
    assert refused(opened(client, replace(wrong, proof=replace(holder.answer(used), answer="00" * 8))))
    assert refused(opened(client, holder.request(used)))


def test_a_challenge_of_another_kiosk_is_refused_and_not_used_up(
    pki: DemoPki, connect: Connect, central: CentralProcess, client: CentralClient, holder: Cardholder
) -> None:
    mine = challenge(client)
    assert refused(opened(connect(central.base_url, pki.device("kiosk-02")), holder.request(mine)))
    assert opened(client, holder.request(mine)).verdict is Verdict.GENUINE


def test_challenges_are_random(client: CentralClient) -> None:
    got = client.challenges(8).value
    assert got is not None
    parts = [part for one in got.challenges for part in (one.id, one.proc8, one.orig8)]
    assert len(set(parts)) == 24


def test_challenges_come_with_heartbeats_and_sessions(client: CentralClient, holder: Cardholder) -> None:
    session = opened(client, holder.request(challenge(client)))
    assert len(session.challenges) == 2
    assert opened(client, holder.request(session.challenges[0])).verdict is Verdict.GENUINE


def test_a_card_that_gives_no_proof_cannot_be_proved(client: CentralClient, holder: Cardholder) -> None:
    session = opened(client, holder.request(None))
    assert session.verdict is Verdict.CANNOT_BE_PROVED
    assert (session.card_status, session.holder, session.token) == (None, None, None)


def test_without_the_key_module_nothing_can_be_proved(
    client: CentralClient, simulator: Simulator, holder: Cardholder
) -> None:
    simulator.condition(keys_answer=False)
    session = opened(client, holder.request(challenge(client)))
    assert session.verdict is Verdict.CANNOT_BE_PROVED
    assert (session.card_status, session.holder, session.token) == (None, None, None)


def test_another_kiosks_certificate_opens_nothing_in_a_session(
    pki: DemoPki, connect: Connect, central: CentralProcess, session: CardSession, holder: Cardholder
) -> None:
    other = connect(central.base_url, pki.device("kiosk-02"))
    assert session.token is not None
    got = other.overview(session.session, session.token, card_number=holder.card_number)
    assert (got.failure, got.problem) == (CentralFailure.REFUSED, "urn:kiosk:problem:wrong-device")
    rows = other.contributions(session.session, session.token, "110", 2020)
    assert rows.problem == "urn:kiosk:problem:wrong-device"
    assert other.end_session(session.session, session.token).problem == "urn:kiosk:problem:wrong-device"

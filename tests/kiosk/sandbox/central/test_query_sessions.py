"""The look-up without a card over the wire: what its session opens, what it shows, what a stranger hears."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from kiosk.central import contract as c
from kiosk.central.client import CentralClient
from kiosk.central.contract import ProblemType
from kiosk.help import NumberKind, PersonSession, QueryOutcome
from kiosk.masking import mask_card_number, mask_name, mask_number
from kiosk.model import Absent, AbsentReason, CardStatus, CentralFailure, Overview
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.population.queries import SET
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.query_desk import NUMBER_LIMIT, TICK_SECONDS
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.pki import DemoPki
from kiosk.services import Party, TicketReason
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.plain import Plain

PASSWORD = SET["jinan-1-0"]
WRONG = "shi4Li8"
NOBODY = "37010119900101999X"
SHOWN = ("390", "310", "110")
_KEYS = count(1)


@pytest.fixture(autouse=True)
def morning(simulator: Simulator) -> None:
    simulator.first_day()


def number_of(holder: Cardholder) -> str:
    assert holder.card.holder is not None
    return holder.card.holder.ssn


def opened(client: CentralClient, holder: Cardholder) -> tuple[str, str]:
    answer = client.open_query_session(NumberKind.ID_NUMBER, number_of(holder), PASSWORD).value
    assert answer is not None
    assert answer.outcome is QueryOutcome.OPENED
    assert answer.session is not None
    assert answer.token is not None
    return answer.session, answer.token


def by_card(client: CentralClient, holder: Cardholder) -> Overview:
    session = holder.open(client).value
    assert session is not None
    assert session.token is not None
    found = client.overview(session.session, session.token, card_number=holder.card_number).value
    assert found is not None
    return found


def without_card(client: CentralClient, at: tuple[str, str]) -> Overview:
    found = client.overview(*at, card_number=None).value
    assert found is not None
    return found


def test_the_record_is_that_of_the_card_masked_and_without_what_was_told_to_the_person(
    client: CentralClient, holder: Cardholder
) -> None:
    with_card, without = by_card(client, holder), without_card(client, opened(client, holder))
    assert without.holder.name == mask_name(with_card.holder.name) != with_card.holder.name
    assert without.holder.number == mask_number(with_card.holder.number)
    assert without.card_number == mask_card_number(with_card.card_number)
    assert (without.accounts, without.contributions) == (with_card.accounts, with_card.contributions)
    assert (without.notices, without.views) == ((), ())
    assert not isinstance(without.registrations, Absent)
    assert not isinstance(with_card.registrations, Absent)
    names = [one.payer.name for one in with_card.registrations if one.payer is not None]
    assert names
    assert [one.payer.name for one in without.registrations if one.payer is not None] == list(map(mask_name, names))


def test_rows_are_shown_without_the_employers_name_and_entries_not_at_all(
    client: CentralClient, holder: Cardholder
) -> None:
    at = opened(client, holder)
    without_card(client, at)
    rows = client.contributions(*at, "110", 2019).value
    assert rows is not None
    assert rows.rows
    assert all("*" in row.payer for row in rows.rows if row.payer is not None)
    entries = client.account_entries(*at, "310")
    assert (entries.failure, entries.problem) == (CentralFailure.REFUSED, ProblemType.NOT_OFFERED)


def test_a_city_that_shows_less_leaves_the_rest_absent_with_its_reason(pki: DemoPki) -> None:
    holder = Cardholder.of("yangquan-2-0")
    with CentralProcess(pki, devices=(("kiosk-01", "140300"),), population=5) as central:
        identity = pki.device("kiosk-01")
        client = CentralClient(central.base_url, pki.authority, identity.certificate, identity.key)
        answer = client.open_query_session(NumberKind.CARD_NUMBER, holder.card_number, SET["yangquan-2-0"]).value
        assert answer is not None
        assert answer.session is not None
        assert answer.token is not None
        at = (answer.session, answer.token)
        found = without_card(client, at)
        assert found.contributions == found.accounts == Absent(AbsentReason.NOT_SHOWN)
        assert not isinstance(found.registrations, Absent)
        assert client.contributions(*at, "110", 2019).problem == ProblemType.NOT_OFFERED
        assert client.report_loss(*at).problem == ProblemType.NOT_OFFERED
        client.close()


def test_before_it_is_stated_that_no_card_is_there_nothing_opens(client: CentralClient, holder: Cardholder) -> None:
    at = opened(client, holder)
    assert client.contributions(*at, "110", 2019).problem == ProblemType.PIN_NOT_STATED
    assert client.report_loss(*at).problem == ProblemType.PIN_NOT_STATED
    pin = client.overview(*at, card_number=holder.card_number)
    assert (pin.failure, pin.problem) == (CentralFailure.REFUSED, ProblemType.NOT_OFFERED)


def test_a_loss_can_be_reported_and_nothing_else_be_changed(
    client: CentralClient, holder: Cardholder, simulator: Simulator, pki: DemoPki, central: CentralProcess
) -> None:
    at = opened(client, holder)
    without_card(client, at)
    refused = (
        client.ticket(*at, TicketReason.IDENTITY),
        client.eligibility(*at),
        client.prove_identity(*at, Party.HOLDER, None, number_of(holder)),
        client.reserve(*at, Party.HOLDER, None, None, key="no-reservation-of-a-query"),
    )
    assert [one.problem for one in refused] == [ProblemType.NOT_OFFERED] * len(refused)
    status = Plain(pki, central).ask("GET", c.CARD_SESSION.format(session=at[0]), token=at[1])
    assert status.problem == ProblemType.NOT_OFFERED
    report = client.report_loss(*at).value
    assert report is not None
    assert simulator.card(holder.card_number).status is CardStatus.TEMPORARILY_LOST
    simulator.set_card(holder.card_number, CardStatus.NORMAL)  # the register is everybody's
    assert client.end_session(*at).status == 204
    assert client.contributions(*at, "110", 2019).failure is CentralFailure.SESSION_ENDED


def test_another_kiosk_cannot_use_the_session(
    client: CentralClient, holder: Cardholder, connect: Connect, central: CentralProcess, pki: DemoPki
) -> None:
    at = opened(client, holder)
    other = connect(central.base_url, pki.device("kiosk-02"))
    assert other.overview(*at, card_number=None).problem == ProblemType.WRONG_DEVICE


def asked(plain: Plain, number: str, password: str) -> bytes:
    body = {"kind": "id_number", "number": number, "password": password}
    answer = plain.ask("POST", c.QUERY_SESSIONS, body, key=f"query-{next(_KEYS):020}")
    assert answer.status == 200
    assert set(answer.head) == {"content-length", "content-type", "date", "cache-control"}
    return answer.body


def heard(kiosks: list[Plain], number: str) -> list[bytes]:
    """Until after the lock; the right password is the last one tried."""
    tries = [WRONG] * NUMBER_LIMIT.tries + [PASSWORD]
    return [asked(kiosks[at % len(kiosks)], number, password) for at, password in enumerate(tries)]


@pytest.mark.parametrize("devices", [["kiosk-01"], ["kiosk-01", "kiosk-02"]], ids=["one kiosk", "two kiosks"])
def test_brute_force_hears_the_same_bytes_of_a_number_that_exists_and_of_one_that_does_not(
    pki: DemoPki, central: CentralProcess, holder: Cardholder, devices: list[str]
) -> None:
    kiosks = [Plain(pki, central, device) for device in devices]
    with ThreadPoolExecutor(2) as strangers:
        exists, does_not = strangers.map(lambda number: heard(kiosks, number), (number_of(holder), NOBODY))
    refused = NUMBER_LIMIT.tries - 1
    assert exists[:refused] == does_not[:refused] == [exists[0]] * refused
    for one, other in zip(exists[refused:], does_not[refused:], strict=True):
        # A minute may have begun in between.
        told, also = json.loads(one), json.loads(other)
        assert abs(told.pop("wait") - also.pop("wait")) <= 60
        assert told == also == {"outcome": "locked", "session": None, "token": None, "expires": None}
    record = central.simulator.queries()
    assert {one.device for one in record} == set(devices)
    assert [one.outcome for one in record].count(QueryOutcome.REFUSED) == 2 * refused
    assert not [one for one in record if one.session is not None]


def test_the_answer_waits_for_its_tick(client: CentralClient, holder: Cardholder) -> None:
    client.warm()
    for number, password in ((number_of(holder), PASSWORD), (number_of(holder), WRONG), (NOBODY, WRONG)):
        began = time.monotonic()
        assert client.open_query_session(NumberKind.ID_NUMBER, number, password).value is not None
        assert time.monotonic() - began >= TICK_SECONDS


def test_two_at_once_on_one_number_are_counted_both(
    client: CentralClient, pki: DemoPki, central: CentralProcess, simulator: Simulator
) -> None:
    kiosks = [Plain(pki, central, device) for device in ("kiosk-01", "kiosk-02")] * NUMBER_LIMIT.tries
    with ThreadPoolExecutor(len(kiosks)) as strangers:
        answers = list(strangers.map(lambda kiosk: json.loads(asked(kiosk, NOBODY, WRONG))["outcome"], kiosks))
    assert answers.count("refused") == NUMBER_LIMIT.tries - 1
    assert answers.count("locked") == len(kiosks) - NUMBER_LIMIT.tries + 1


def test_the_counter_sets_a_new_password_and_takes_the_lock_away(client: CentralClient, simulator: Simulator) -> None:
    holder = Cardholder.of("jinan-2-0")  # has an initial one
    number = number_of(holder)

    def ask(password: str) -> PersonSession:
        answer = client.open_query_session(NumberKind.ID_NUMBER, number, password).value
        assert answer is not None
        return answer

    for _ in range(NUMBER_LIMIT.tries):
        answer = ask(number[-6:])
    assert answer.outcome is QueryOutcome.LOCKED
    simulator.set_query_password(holder.card_number, "neu5Pass")
    assert ask("neu5Pass").outcome is QueryOutcome.OPENED


def test_the_same_request_again_is_answered_the_same_and_counted_once(
    pki: DemoPki, central: CentralProcess, holder: Cardholder
) -> None:
    plain = Plain(pki, central)
    body = {"kind": "id_number", "number": number_of(holder), "password": PASSWORD}
    first, again = (plain.ask("POST", c.QUERY_SESSIONS, body, key="query-twice-0000001") for _ in range(2))
    assert first.body == again.body
    assert len(central.simulator.queries()) == 1
    other = plain.ask("POST", c.QUERY_SESSIONS, body | {"password": WRONG}, key="query-twice-0000001")
    assert other.problem == ProblemType.IDEMPOTENCY_CONFLICT
    assert central.simulator.recording(Operation.OPEN_QUERY_SESSION)

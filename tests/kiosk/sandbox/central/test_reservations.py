"""A reservation: made once, told to every kiosk, confirmed by whoever knows it, cancelled by nobody who may not."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.central.contract import ProblemType
from kiosk.model import CardStatus
from kiosk.region import RegionProfile, load
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.counter import LOSS_DAYS
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.population.contacts import phone_of
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import (
    Cancellation,
    Cancelled,
    Checked,
    CodeFor,
    Confirmation,
    Confirmed,
    Party,
    Relation,
    Reserved,
    Standing,
    TicketReason,
)
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.hall import CHILD, ELDER, HOLDER, PARENT, STRANGER, YOUTH, A, B, Hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


# --- made ----------------------------------------------------------------------------------------------------------------


def test_a_reservation_lasts_thirty_minutes_and_has_a_reference_without_personal_data(hall: Hall) -> None:
    made = hall.reserved()
    assert made.outcome is Reserved.RESERVED
    assert made.expires == moment(hall.now + 1800)
    assert made.reference is not None
    assert made.reference.startswith("261120-")
    assert hall.state(made.reservation).standing is Standing.OPEN


def test_the_same_key_reserves_once(hall: Hall) -> None:
    session = hall.proved()
    assert hall.reserve(session, "one-and-the-same") == hall.reserve(session, "one-and-the-same")


def test_an_open_reservation_is_given_back_also_to_another_key_and_kiosk(hall: Hall) -> None:
    first = hall.reserved(key="the-first-key")
    hall.later(minutes=40)
    again = hall.reserve(hall.proved(device=B), "the-second-key")
    assert (again.reservation, again.reference) == (first.reservation, first.reference)
    assert again.expires == moment(hall.now + 1800)


def test_a_key_that_was_used_for_another_card_is_refused(hall: Hall) -> None:
    hall.reserved(key="for-one-card-only")
    with pytest.raises(ProblemError) as error:
        hall.reserve(hall.proved(YOUTH), "for-one-card-only")
    assert error.value.type is ProblemType.IDEMPOTENCY_CONFLICT


def test_nobody_reserves_who_has_not_shown_who_one_is(hall: Hall) -> None:
    session = hall.insert(HOLDER)
    assert hall.reserve(session, "k").outcome is Reserved.NOT_PROVED
    hall.prove(session, Party.HOLDER, HOLDER)  # typed: a code is to come
    assert hall.reserve(session, "k").outcome is Reserved.NOT_PROVED
    sent = hall.send(session)
    hall.check(session, sent.code, hall.arrived("13800000001")[0])
    assert hall.reserve(session, "k").outcome is Reserved.RESERVED


def test_an_identity_of_another_visit_does_not_count(hall: Hall) -> None:
    hall.proved()
    assert hall.reserve(hall.insert(HOLDER), "k").outcome is Reserved.NOT_PROVED


def test_an_identity_check_is_too_old_after_fifteen_minutes(hall: Hall) -> None:
    session = hall.proved()
    hall.later(minutes=15, seconds=1)
    assert hall.reserve(session, "k").outcome is Reserved.NOT_PROVED


def test_the_answer_that_was_lost_is_given_again_however_old_the_check_is(hall: Hall) -> None:
    session = hall.proved()
    first = hall.reserve(session, "k")
    hall.later(minutes=16)
    assert hall.reserve(session, "k").reservation == first.reservation


def test_the_agent_who_was_proved_is_the_one_who_acts(hall: Hall) -> None:
    session = hall.insert(ELDER)
    hall.prove(session, Party.HOLDER, ELDER)
    hall.prove(session, Party.AGENT, PARENT, name="测家长")
    assert hall.reserve(session, "k").outcome is Reserved.NOT_PROVED  # the holder is not there
    made = hall.reserve(session, "k", Party.AGENT)
    assert made.reservation is not None
    row = hall.recorded(made.reservation)
    assert (row.party, row.agent_name, row.agent_number, row.agent_phone) == (
        "agent",
        "测家长",
        PARENT,
        "13800000003",
    )


def test_a_child_is_activated_by_the_guardian_with_the_relation_that_was_told(hall: Hall) -> None:
    session = hall.insert(CHILD)
    hall.prove(session, Party.HOLDER, CHILD, name="测小童")
    assert hall.reserve(session, "k").outcome is Reserved.NOT_PROVED
    hall.prove(session, Party.GUARDIAN, PARENT, Relation.GRANDPARENT, name="测家长")
    assert hall.reserve(session, "k", Party.GUARDIAN, Relation.PARENT).outcome is Reserved.NOT_PROVED
    made = hall.reserve(session, "k", Party.GUARDIAN, Relation.GRANDPARENT)
    assert made.reservation is not None
    row = hall.recorded(made.reservation)
    assert (row.relation, row.agent_number) == ("grandparent", PARENT)


def test_whoever_resumes_is_the_one_who_is_recorded(hall: Hall) -> None:
    hall.reserved(ELDER, key="k")
    session = hall.insert(ELDER, B)
    hall.prove(session, Party.HOLDER, ELDER)
    hall.prove(session, Party.AGENT, STRANGER, name="测外地")
    made = hall.reserve(session, "other", Party.AGENT)
    assert made.reservation is not None
    row = hall.recorded(made.reservation)
    assert (row.party, row.agent_name, row.agent_phone) == ("agent", "测外地", None)


def test_a_new_phone_counts_once_its_code_was_typed_and_is_on_file_once_it_is_confirmed(hall: Hall) -> None:
    session = hall.proved()
    sent = hall.send(session, "13900000099")
    assert hall.reserve(session, "k", phone=sent.code).outcome is Reserved.NOT_PROVED
    hall.check(session, sent.code, hall.arrived("13900000099")[0])
    made = hall.reserve(session, "k", phone=sent.code)
    assert hall.phone(HOLDER) == "13800000001"
    hall.confirm(made.reservation)
    assert hall.phone(HOLDER) == "13900000099"


def test_an_agents_phone_does_not_become_the_holders(hall: Hall) -> None:
    session = hall.insert(ELDER)
    hall.prove(session, Party.HOLDER, ELDER)
    hall.prove(session, Party.AGENT, PARENT, name="测家长")
    sent = hall.send(session, "13800000003")
    hall.check(session, sent.code, hall.arrived("13800000003")[0])
    hall.confirm(hall.reserve(session, "k", Party.AGENT, phone=sent.code).reservation)
    assert hall.status(ELDER) is CardStatus.NORMAL
    assert hall.phone(ELDER) is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (CardStatus.NORMAL, Reserved.ACTIVE_ALREADY),
        (CardStatus.LOST, Reserved.STATUS),
        (CardStatus.REPLACED, Reserved.STATUS),
        (CardStatus.BLOCKED, Reserved.STATUS),
    ],
)
def test_a_card_that_changed_meanwhile_is_not_reserved(hall: Hall, status: CardStatus, outcome: Reserved) -> None:
    session = hall.proved()
    hall.set_status(HOLDER, status)
    assert hall.reserve(session, "k").outcome is outcome


# --- told ----------------------------------------------------------------------------------------------------------------


def test_every_kiosk_is_told_of_an_open_reservation_also_of_an_expired_one(hall: Hall) -> None:
    made = hall.reserved()
    here = hall.eligibility(hall.insert(HOLDER)).open
    hall.later(days=3)
    there = hall.eligibility(hall.insert(HOLDER, B)).open
    assert here is not None
    assert there is not None
    assert (here.reservation, here.here, there.reservation, there.here) == (
        made.reservation,
        True,
        made.reservation,
        False,
    )
    assert hall.state(made.reservation, B).standing is Standing.EXPIRED


def test_a_kiosk_that_never_had_the_card_knows_nothing_of_it(hall: Hall) -> None:
    made = hall.reserved()
    assert hall.state(made.reservation, B).standing is Standing.UNKNOWN
    assert hall.confirm(made.reservation, B) == Confirmation(Confirmed.UNKNOWN, None)
    assert hall.cancel(made.reservation, B) == Cancellation(Cancelled.UNKNOWN)
    assert hall.eligibility(hall.insert(YOUTH, B)).open is None
    assert hall.confirm(made.reservation, B).outcome is Confirmed.UNKNOWN
    assert hall.status(HOLDER) is CardStatus.NOT_ACTIVATED


def test_a_closed_reservation_is_told_to_nobody(hall: Hall) -> None:
    hall.cancel(hall.reserved().reservation)
    assert hall.eligibility(hall.insert(HOLDER)).open is None


# --- confirmed -----------------------------------------------------------------------------------------------------------


def test_a_confirm_activates_and_says_so_every_time(hall: Hall) -> None:
    made = hall.reserved()
    at = moment(hall.now)
    assert hall.confirm(made.reservation) == Confirmation(Confirmed.ACTIVATED, at)
    assert hall.status(HOLDER) is CardStatus.NORMAL
    hall.later(days=2)
    hall.set_status(HOLDER, CardStatus.LOST)
    assert hall.confirm(made.reservation) == Confirmation(Confirmed.ACTIVATED, at)
    assert hall.status(HOLDER) is CardStatus.LOST  # and does nothing again
    state = hall.state(made.reservation)
    assert (state.standing, state.at) == (Standing.CONFIRMED, at)


def test_an_expired_reservation_takes_its_confirm(hall: Hall) -> None:
    made = hall.reserved()
    hall.later(days=30)
    assert hall.state(made.reservation).standing is Standing.EXPIRED
    assert hall.confirm(made.reservation).outcome is Confirmed.ACTIVATED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (CardStatus.LOST, Confirmed.LOST),
        (CardStatus.TEMPORARILY_LOST, Confirmed.LOST),
        (CardStatus.REPLACED, Confirmed.REPLACED),
        (CardStatus.NORMAL, Confirmed.ACTIVE_OTHERWISE),
        (CardStatus.CANCELLED, Confirmed.STATUS),
        (CardStatus.BLOCKED, Confirmed.STATUS),
    ],
)
def test_a_card_that_became_something_else_is_not_activated(hall: Hall, status: CardStatus, outcome: Confirmed) -> None:
    made = hall.reserved()
    hall.set_status(HOLDER, status)
    assert hall.confirm(made.reservation) == Confirmation(outcome, None)
    assert hall.status(HOLDER) is status


def test_a_card_that_was_lost_and_found_can_still_be_confirmed(hall: Hall) -> None:
    made = hall.reserved()
    hall.set_status(HOLDER, CardStatus.LOST)
    hall.confirm(made.reservation)
    hall.set_status(HOLDER, CardStatus.NOT_ACTIVATED)
    found = hall.eligibility(hall.insert(HOLDER, B)).open
    assert found is not None
    assert hall.confirm(found.reservation, B).outcome is Confirmed.ACTIVATED


def test_the_kiosk_that_was_told_confirms_for_the_one_whose_disk_died(hall: Hall) -> None:
    made = hall.reserved()
    hall.eligibility(hall.insert(HOLDER, B))
    assert hall.confirm(made.reservation, B).outcome is Confirmed.ACTIVATED
    assert hall.confirm(made.reservation, A).outcome is Confirmed.ACTIVATED


# --- cancelled -----------------------------------------------------------------------------------------------------------


def test_a_cancel_closes_and_says_so_every_time(hall: Hall) -> None:
    made = hall.reserved()
    assert hall.cancel(made.reservation).outcome is Cancelled.CANCELLED
    assert hall.cancel(made.reservation).outcome is Cancelled.CANCELLED
    assert hall.confirm(made.reservation).outcome is Confirmed.CANCELLED
    assert hall.status(HOLDER) is CardStatus.NOT_ACTIVATED
    assert hall.state(made.reservation).standing is Standing.CANCELLED


def test_after_a_cancel_a_new_key_reserves_anew_and_the_old_one_never_does(hall: Hall) -> None:
    first = hall.reserved(key="the-first-key")
    hall.cancel(first.reservation)
    session = hall.proved()
    assert hall.reserve(session, "the-first-key").outcome is Reserved.CANCELLED
    second = hall.reserve(session, "the-second-key")
    assert second.outcome is Reserved.RESERVED
    assert second.reservation != first.reservation
    assert hall.reserve(session, "the-first-key").outcome is Reserved.CANCELLED  # late, on its way twice


def test_too_late_a_cancel_changes_nothing(hall: Hall) -> None:
    made = hall.reserved()
    hall.confirm(made.reservation)
    assert hall.cancel(made.reservation).outcome is Cancelled.CONFIRMED
    assert hall.cancel_key("key-of-the-journal").outcome is Cancelled.CONFIRMED
    assert hall.status(HOLDER) is CardStatus.NORMAL


def test_once_another_kiosk_was_told_nobody_cancels(hall: Hall) -> None:
    """It may have sent CHANGE by now: a cancel would leave the card with a new PIN and no way to be active."""
    made = hall.reserved()
    hall.eligibility(hall.insert(HOLDER, B))
    assert hall.cancel(made.reservation, A).outcome is Cancelled.ELSEWHERE
    assert hall.cancel_key("key-of-the-journal", A).outcome is Cancelled.ELSEWHERE
    assert hall.cancel(made.reservation, B).outcome is Cancelled.ELSEWHERE
    assert hall.confirm(made.reservation, B).outcome is Confirmed.ACTIVATED


def test_a_second_transaction_of_the_same_kiosk_cannot_cancel_the_first(hall: Hall) -> None:
    """Its journal was lost, and with it what it did under the first key."""
    made = hall.reserved(key="of-the-lost-journal")
    assert hall.reserve(hall.proved(), "of-the-new-journal").reservation == made.reservation
    assert hall.cancel_key("of-the-new-journal").outcome is Cancelled.ELSEWHERE
    assert hall.confirm(made.reservation).outcome is Confirmed.ACTIVATED


def test_the_key_cancels_where_the_answer_was_lost(hall: Hall) -> None:
    made = hall.reserved(key="answer-never-came")
    assert hall.cancel_key("answer-never-came", B).outcome is Cancelled.CANCELLED  # another kiosk's key of that name
    assert hall.state(made.reservation).standing is Standing.OPEN
    assert hall.cancel_key("answer-never-came").outcome is Cancelled.CANCELLED
    assert hall.state(made.reservation).standing is Standing.CANCELLED


def test_a_reservation_that_comes_after_its_cancel_is_none(hall: Hall) -> None:
    session = hall.proved()
    assert hall.cancel_key("still-on-its-way").outcome is Cancelled.CANCELLED
    assert hall.reserve(session, "still-on-its-way").outcome is Reserved.CANCELLED
    assert hall.eligibility(session).open is None


# --- reports of loss, tickets ----------------------------------------------------------------------------------------------


def active(hall: Hall, *, stated: bool) -> str:
    hall.set_status(HOLDER, CardStatus.NORMAL)
    return hall.insert(HOLDER, stated=stated)


def test_a_report_of_loss_ends_by_itself_after_the_days_of_the_city(hall: Hall) -> None:
    session = active(hall, stated=True)
    report = hall.report_loss(session)
    assert report.until == date(2026, 12, 5)
    assert hall.report_loss(session) == report
    assert hall.status(HOLDER) is CardStatus.TEMPORARILY_LOST
    hall.later(days=15)
    assert hall.status(HOLDER) is CardStatus.TEMPORARILY_LOST  # the last day
    hall.later(days=1)
    assert hall.status(HOLDER) is CardStatus.NORMAL
    again = hall.report_loss(hall.insert(HOLDER, stated=True))
    assert again.reference != report.reference
    assert again.until == date(2026, 12, 21)


def test_a_card_that_was_reported_at_the_counter_since_does_not_come_back_by_itself(hall: Hall) -> None:
    hall.report_loss(active(hall, stated=True))
    hall.set_status(HOLDER, CardStatus.REPLACED)
    hall.later(days=20)
    assert hall.status(HOLDER) is CardStatus.REPLACED


def test_a_card_that_is_lost_already_stays_so_until_it_is_lifted(hall: Hall) -> None:
    session = active(hall, stated=True)
    hall.set_status(HOLDER, CardStatus.LOST)
    assert hall.report_loss(session).until is None
    hall.later(days=100)
    assert hall.status(HOLDER) is CardStatus.LOST


def test_no_report_of_loss_without_the_pin_or_of_a_new_card(hall: Hall) -> None:
    with pytest.raises(ProblemError) as new:
        hall.report_loss(hall.insert(HOLDER))
    with pytest.raises(ProblemError) as unstated:
        hall.report_loss(active(hall, stated=False))
    assert (new.value.type, unstated.value.type) == (ProblemType.NOT_OFFERED, ProblemType.PIN_NOT_STATED)


def test_a_ticket_says_nothing_of_the_person_and_is_the_same_while_it_is_good(hall: Hall) -> None:
    session = hall.insert(HOLDER)
    ticket = hall.ticket(session, TicketReason.PIN_LOCKED)
    assert len(ticket.code) == 9
    assert hall.ticket(session, TicketReason.PIN_LOCKED) == ticket
    assert hall.ticket(session, TicketReason.IDENTITY).code != ticket.code
    assert hall.ticket(hall.insert(YOUTH), TicketReason.PIN_LOCKED).code != ticket.code
    hall.later(days=7)
    assert hall.ticket(session, TicketReason.PIN_LOCKED).code != ticket.code


# --- over HTTP, with what goes wrong on the way ------------------------------------------------------------------------------


def test_a_confirm_that_is_lost_late_or_comes_twice_activates_once(
    client: CentralClient, connect: Connect, central: CentralProcess, simulator: Simulator
) -> None:
    holder = Cardholder.of("jinan-new-one-try")
    assert holder.card.holder is not None
    number, ssn, name = holder.card_number, holder.card.holder.ssn, holder.card.holder.name
    hasty = connect(central.base_url, total_deadline=3.0)
    for turn, kind in enumerate((FaultKind.REQUEST_LOST, FaultKind.RESET, FaultKind.LATE, FaultKind.REPEATED)):
        simulator.set_card(number, CardStatus.NOT_ACTIVATED)
        opened = holder.open(client).value
        assert opened is not None
        assert opened.token is not None
        client.prove_identity(opened.session, opened.token, Party.HOLDER, None, ssn, document=name)
        made = client.reserve(
            opened.session, opened.token, Party.HOLDER, None, None, key=f"confirmed-in-turn-{turn}"
        ).value
        assert made is not None
        assert made.reservation is not None
        simulator.forget()
        # the client asks a second time by itself when nothing of an answer came: that one is lost, too
        simulator.fault(kind, Operation.CONFIRM, times=2, seconds=0.2)
        hasty.confirm(made.reservation)
        if kind is FaultKind.REQUEST_LOST:
            assert simulator.card(number).status is CardStatus.NOT_ACTIVATED
            assert len(simulator.card(number).open) == 1
        simulator.clear()
        again = client.confirm(made.reservation).value
        assert again is not None
        assert again.outcome is Confirmed.ACTIVATED
        seen = simulator.card(number)
        assert (seen.status, seen.open) == (CardStatus.NORMAL, ())
        assert len(simulator.recording(Operation.CONFIRM)) >= 2
        state = client.reservation(made.reservation).value
        assert state is not None
        assert state.at == again.at
    simulator.set_card(number, CardStatus.NOT_ACTIVATED)


def test_reports_last_as_long_as_the_region_profiles_say() -> None:
    for area, days in LOSS_DAYS.items():
        profile = load(Path(__file__).parents[4] / "assets" / "regions", f"{area}00")
        assert isinstance(profile, RegionProfile)
        assert profile.loss.days == days


def test_codes_come_to_the_phone_that_the_simulator_shows(client: CentralClient, simulator: Simulator) -> None:
    holder = Cardholder.of("jinan-not-activated")
    assert holder.card.holder is not None
    phone = simulator.card(holder.card_number).phone
    assert phone == phone_of("jinan-not-activated")
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    client.prove_identity(opened.session, opened.token, Party.HOLDER, None, holder.card.holder.ssn)
    simulator.condition(ahead_seconds=7200)
    before = len(simulator.messages(phone))
    sent = client.send_code(opened.session, opened.token, CodeFor.IDENTITY).value
    assert sent is not None
    assert sent.code is not None
    *_, message = simulator.messages(phone)
    assert len(simulator.messages(phone)) == before + 1
    checked = client.check_code(opened.session, opened.token, sent.code, message.text).value
    assert checked is not None
    assert checked.outcome is Checked.MATCHED

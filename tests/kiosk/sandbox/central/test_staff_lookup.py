"""Assisted look-ups: grounds, documents, second sign-in, refusals, masks, reveals, hand-over, and what the person is told."""

import pytest

from kiosk.central.client import CentralClient
from kiosk.help import (
    AuthorisationKind,
    Ground,
    Lookup,
    LookupOutcome,
    LookupRefusal,
    NumberKind,
    QueryOutcome,
    RevealField,
    SignInOutcome,
)
from kiosk.masking import mask_name, mask_number
from kiosk.model import Absent, CentralFailure, RecordView
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator
from kiosk.sandbox.central.staff_lookup import LOOKUPS, REVEAL_SECONDS, WINDOW_SECONDS
from tests.kiosk.sandbox.central.staffroom import (
    CARDS,
    CLERK,
    COLLEAGUE,
    SUPERVISOR,
    TECHNICIAN,
    AtTheKiosk,
    number_of,
    signed_in,
)

RESIDENT = "jinan-2-0"
ENTRUSTING = "jinan-1-0"
COURT = (Ground.COURT, AuthorisationKind.COURT_ORDER, "FY-2026-0009")
NOBODY = "37010119000101001X"


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.first_day()
    return simulator


@pytest.fixture
def clerk(simulator: Simulator, client: CentralClient) -> AtTheKiosk:
    return signed_in(client)


def why(lookup: Lookup) -> LookupRefusal | None:
    assert (lookup.lookup, lookup.record, lookup.may_hand_over) == (None, None, False)
    return lookup.why


def test_a_person_is_found_masked_and_nothing_in_clear_leaves_central(clerk: AtTheKiosk, simulator: Simulator) -> None:
    simulator.forget()
    got = clerk.look_up(number_of(RESIDENT))
    holder = Cardholder.of(RESIDENT).card.holder
    assert holder is not None
    assert got.outcome is LookupOutcome.FOUND
    assert got.record is not None
    assert (got.record.name, got.record.number) == (mask_name(holder.name), mask_number(holder.ssn))
    assert got.record.registrations
    assert all(one.payer is None for one in got.record.registrations)
    assert got.may_hand_over
    (asked,) = simulator.recording()
    assert holder.ssn in asked.body
    assert holder.ssn not in asked.answer
    assert holder.name not in asked.answer
    employer = clerk.reveal(got.lookup or "", RevealField.EMPLOYER).value
    assert employer
    assert employer not in asked.answer


def test_by_the_card_number_the_same_person_is_found(clerk: AtTheKiosk) -> None:
    one = clerk.look_up(number_of(RESIDENT)).record
    other = clerk.look_up(Cardholder.of(RESIDENT).card_number, kind=NumberKind.CARD_NUMBER).record
    assert one is not None
    assert other is not None
    assert (one.name, one.number) == (other.name, other.number)


def test_on_a_staff_card_hangs_no_record(clerk: AtTheKiosk) -> None:
    """A colleague is looked up as anybody is; the staff card is neither a way to the record nor handed over to."""
    colleague = Cardholder.of(CARDS[COLLEAGUE])
    assert clerk.look_up(colleague.card_number, kind=NumberKind.CARD_NUMBER) == Lookup(LookupOutcome.NOT_FOUND)
    found = clerk.look_up(number_of(CARDS[COLLEAGUE]))
    assert (found.outcome, found.may_hand_over) == (LookupOutcome.FOUND, False)


def test_nobody_is_not_found(clerk: AtTheKiosk) -> None:
    assert clerk.look_up(NOBODY) == Lookup(LookupOutcome.NOT_FOUND)


@pytest.mark.parametrize(
    ("whose", "refused"),
    [
        (CARDS[CLERK], LookupRefusal.OWN_RECORD),
        ("jinan-twin-b", LookupRefusal.PROTECTED),
        ("yangquan-3-0", LookupRefusal.ELSEWHERE),
    ],
)
def test_whose_record_is_not_for_this_clerk_is_refused_with_the_reason(
    clerk: AtTheKiosk, whose: str, refused: LookupRefusal
) -> None:
    assert why(clerk.look_up(number_of(whose))) is refused


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        (None, None),
        (AuthorisationKind.POWER_OF_ATTORNEY, None),
        (AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2025-0999"),  # run out
        (AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-9999"),  # never laid down
        (AuthorisationKind.KINSHIP, "SQ-2026-0117"),  # of another kind
    ],
)
def test_somebody_elses_record_takes_a_document_that_holds(
    clerk: AtTheKiosk, document: AuthorisationKind | None, reference: str | None
) -> None:
    got = clerk.look_up(number_of(ENTRUSTING), Ground.ENTRUSTED, document, reference)
    assert why(got) is LookupRefusal.DOCUMENT


def test_a_document_opens_one_persons_record_and_tells_nothing_of_others(clerk: AtTheKiosk) -> None:
    mine = (Ground.ENTRUSTED, AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-0117")
    got = clerk.look_up(number_of(ENTRUSTING), *mine)
    assert got.outcome is LookupOutcome.FOUND
    assert not got.may_hand_over
    assert {why(clerk.look_up(whose, *mine)) for whose in (number_of(RESIDENT), NOBODY)} == {LookupRefusal.DOCUMENT}


def test_a_ground_is_the_regions_and_the_roles(clerk: AtTheKiosk, client: CentralClient) -> None:
    """In Jinan a correction is a supervisor's; a technician sees no record at all."""
    assert why(clerk.look_up(number_of(RESIDENT), Ground.CORRECTION)) is LookupRefusal.GROUND
    technician = signed_in(client, TECHNICIAN)
    assert {why(technician.look_up(number_of(RESIDENT), ground)) for ground in Ground} == {LookupRefusal.GROUND}


def test_who_is_not_on_the_roster_looks_nobody_up(clerk: AtTheKiosk, simulator: Simulator) -> None:
    simulator.set_staff(CLERK, on_duty=False)
    assert why(clerk.look_up(number_of(RESIDENT))) is LookupRefusal.NOT_DUTY


# --- the second sign-in -----------------------------------------------------------------------------------------------


def test_a_marked_ground_waits_for_a_supervisor_and_takes_one_for_one_look_up(
    clerk: AtTheKiosk, simulator: Simulator
) -> None:
    whose = number_of("jinan-civil-servant")
    assert clerk.look_up(whose, *COURT) == Lookup(LookupOutcome.SECOND_NEEDED)
    second = clerk.second(simulator, SUPERVISOR)
    assert (second.outcome, second.number, second.session) == (SignInOutcome.SIGNED_IN, SUPERVISOR, None)
    assert clerk.look_up(whose, *COURT).outcome is LookupOutcome.FOUND
    assert clerk.look_up(whose, *COURT).outcome is LookupOutcome.SECOND_NEEDED
    lines = [(one.outcome, one.second) for one in simulator.lookups()]
    assert lines == [
        (LookupOutcome.SECOND_NEEDED, None),
        (LookupOutcome.FOUND, SUPERVISOR),
        (LookupOutcome.SECOND_NEEDED, None),
    ]


def test_the_second_one_is_a_supervisor_and_another_person(
    clerk: AtTheKiosk, client: CentralClient, simulator: Simulator
) -> None:
    assert clerk.second(simulator, COLLEAGUE).outcome is SignInOutcome.WRONG_ROLE
    alone = signed_in(client, SUPERVISOR)
    assert alone.second(simulator, SUPERVISOR).outcome is SignInOutcome.WRONG_ROLE
    assert alone.look_up(number_of(RESIDENT), Ground.CORRECTION).outcome is LookupOutcome.SECOND_NEEDED


def test_a_second_sign_in_does_not_wait_for_ever(clerk: AtTheKiosk, simulator: Simulator) -> None:
    clerk.second(simulator, SUPERVISOR)
    simulator.condition(ahead_seconds=400.0)
    assert clerk.look_up(number_of("jinan-civil-servant"), *COURT).outcome is LookupOutcome.SECOND_NEEDED


# --- the rate ---------------------------------------------------------------------------------------------------------


def test_too_many_look_ups_are_an_alarm_once_and_one_clerks_own(
    clerk: AtTheKiosk, client: CentralClient, simulator: Simulator
) -> None:
    outcomes = [clerk.look_up(NOBODY).outcome for _ in range(LOOKUPS + 3)]
    assert outcomes == [LookupOutcome.NOT_FOUND] * LOOKUPS + [LookupOutcome.TOO_MANY] * 3
    assert [one.staff for one in simulator.alarms()] == [CLERK]
    assert signed_in(client, COLLEAGUE).look_up(NOBODY).outcome is LookupOutcome.NOT_FOUND
    assert signed_in(client).look_up(NOBODY).outcome is LookupOutcome.TOO_MANY
    simulator.condition(ahead_seconds=WINDOW_SECONDS + 60)
    assert clerk.look_up(NOBODY).outcome is LookupOutcome.NOT_FOUND


# --- reveal -----------------------------------------------------------------------------------------------------------


def test_one_field_at_a_time_is_shown_in_clear_and_each_is_on_the_record(
    clerk: AtTheKiosk, simulator: Simulator
) -> None:
    holder = Cardholder.of(RESIDENT).card.holder
    assert holder is not None
    lookup = clerk.found(holder.ssn)
    shown = {field: clerk.reveal(lookup, field).value for field in RevealField}
    assert (shown[RevealField.NAME], shown[RevealField.NUMBER]) == (holder.name, holder.ssn)
    assert shown[RevealField.PHONE] == simulator.card(Cardholder.of(RESIDENT).card_number).phone
    assert (shown[RevealField.EMPLOYER] or "").startswith("示例")
    assert simulator.lookups()[-1].reveals == tuple(RevealField)


def test_only_the_newest_look_up_of_the_own_session_is_open(
    clerk: AtTheKiosk, client: CentralClient, simulator: Simulator
) -> None:
    first = clerk.found(number_of(RESIDENT))
    second = clerk.found(number_of(ENTRUSTING))
    colleague = signed_in(client, COLLEAGUE)
    refused = {
        client.reveal(*clerk.where, first, RevealField.NAME).problem,
        client.reveal(*colleague.where, second, RevealField.NAME).problem,
        client.reveal(*clerk.where, "no-such-lookup", RevealField.NAME).problem,
        client.hand_over(*clerk.where, first).problem,
    }
    assert refused == {"urn:kiosk:problem:not-offered"}
    assert clerk.reveal(second, RevealField.NAME).value is not None
    simulator.condition(ahead_seconds=REVEAL_SECONDS + 10)
    assert client.reveal(*clerk.where, second, RevealField.NAME).problem == "urn:kiosk:problem:not-offered"


# --- hand-over --------------------------------------------------------------------------------------------------------


def test_the_resident_goes_on_alone_and_nothing_of_the_staff_session_is_left(
    clerk: AtTheKiosk, client: CentralClient
) -> None:
    lookup = clerk.found(number_of(RESIDENT))
    person = clerk.hand_over(lookup)
    assert person.outcome is QueryOutcome.OPENED
    assert person.session is not None
    assert person.token is not None
    at = (person.session, person.token)
    assert (
        client.look_up(
            *clerk.where, ground=Ground.PRESENT, document=None, reference=None, kind=NumberKind.ID_NUMBER, number=NOBODY
        ).failure
        is CentralFailure.SESSION_ENDED
    )
    assert client.reveal(*clerk.where, lookup, RevealField.NAME).failure is CentralFailure.SESSION_ENDED
    assert client.reveal(*at, lookup, RevealField.NAME).status == 404
    wrong = client.overview(*at, card_number=Cardholder.of(RESIDENT).card_number)
    assert wrong.problem == "urn:kiosk:problem:not-offered"  # no PIN was stated: there is no card
    overview = client.overview(*at, card_number=None).value
    assert overview is not None
    assert overview.holder.number == number_of(RESIDENT)
    assert overview.views == ()
    assert client.contributions(*at, "110", 2020).value is not None
    assert client.end_session(*at).status == 204


def test_the_clerks_card_may_leave_after_the_hand_over(client: CentralClient, simulator: Simulator) -> None:
    opened = Cardholder.of(CARDS[CLERK]).open(client).value
    assert opened is not None
    assert opened.token is not None
    got = client.sign_staff_in_by_card(opened.session, opened.token).value
    assert got is not None
    assert got.session is not None
    assert got.token is not None
    clerk = AtTheKiosk(client, got.session, got.token)
    person = clerk.hand_over(clerk.found(number_of(RESIDENT)))
    assert person.session is not None
    assert person.token is not None
    client.end_session(opened.session, opened.token)
    assert client.overview(person.session, person.token, card_number=None).value is not None


def test_only_who_is_present_is_handed_over_to(clerk: AtTheKiosk, client: CentralClient) -> None:
    mine = (Ground.ENTRUSTED, AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-0117")
    lookup = clerk.look_up(number_of(ENTRUSTING), *mine).lookup
    assert lookup is not None
    assert client.hand_over(*clerk.where, lookup).problem == "urn:kiosk:problem:not-offered"


# --- told to whose record it is ---------------------------------------------------------------------------------------


def visit(client: CentralClient, card: str, *, to_its_end: bool) -> tuple[RecordView, ...]:
    holder = Cardholder.of(card)
    opened = holder.open(client).value
    assert opened is not None
    assert opened.token is not None
    overview = client.overview(opened.session, opened.token, card_number=holder.card_number).value
    assert overview is not None
    assert not isinstance(overview.registrations, Absent)
    if to_its_end:
        client.end_session(opened.session, opened.token)
    return overview.views


def test_the_person_is_told_on_the_next_own_visit_until_one_came_to_its_end(
    clerk: AtTheKiosk, client: CentralClient, simulator: Simulator
) -> None:
    visit(client, ENTRUSTING, to_its_end=True)
    clerk.look_up(number_of(ENTRUSTING), Ground.ENTRUSTED, AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-0117")
    clerk.look_up(number_of(ENTRUSTING), Ground.ENTRUSTED, None, None)  # refused: nobody saw anything
    clerk.look_up(number_of(ENTRUSTING))
    assert visit(client, RESIDENT, to_its_end=True) == ()
    broken_off = visit(client, ENTRUSTING, to_its_end=False)
    assert [one.ground for one in broken_off] == [Ground.PRESENT, Ground.ENTRUSTED]
    assert {one.hall for one in broken_off} == {"济南市社会保险服务大厅"}
    assert visit(client, ENTRUSTING, to_its_end=True) == broken_off
    assert visit(client, ENTRUSTING, to_its_end=True) == ()
    assert [one.told for one in simulator.lookups()] == [True, False, True]


def test_centrals_own_record_has_every_look_up_with_who_why_and_what_came_of_it(
    clerk: AtTheKiosk, simulator: Simulator
) -> None:
    clerk.look_up(NOBODY)
    clerk.look_up(number_of("jinan-twin-b"))
    clerk.hand_over(clerk.found(number_of(RESIDENT)))
    lines = simulator.lookups()
    assert {(one.staff, one.device, one.ground) for one in lines} == {(CLERK, "kiosk-01", Ground.PRESENT)}
    assert [(one.outcome, one.why, one.person, one.handed_over) for one in lines] == [
        (LookupOutcome.NOT_FOUND, None, None, False),
        (LookupOutcome.REFUSED, LookupRefusal.PROTECTED, number_of("jinan-twin-b"), False),
        (LookupOutcome.FOUND, None, number_of(RESIDENT), True),
    ]

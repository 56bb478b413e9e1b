"""May a card be activated, who stands there, and codes to phones: each outcome by name, and nothing said of anybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.central.contract import ProblemType
from kiosk.model import CardStatus
from kiosk.sandbox.central.problems import ProblemError
from kiosk.services import (
    Checked,
    CheckedCode,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    Party,
    Relation,
    Sending,
)
from tests.kiosk.sandbox.central.hall import CHILD, ELDER, HOLDER, PARENT, STRANGER, UNREGISTERED, YOUTH, Hall

MATCHED, MISMATCH = IdentityOutcome.MATCHED, IdentityOutcome.MISMATCH


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


def not_offered(error: pytest.ExceptionInfo[ProblemError]) -> bool:
    return error.value.type is ProblemType.NOT_OFFERED


# --- eligibility -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "eligible"),
    [
        (CardStatus.NOT_ACTIVATED, Eligible.YES),
        (CardStatus.NORMAL, Eligible.ACTIVE_ALREADY),
        (CardStatus.LOST, Eligible.STATUS),
        (CardStatus.TEMPORARILY_LOST, Eligible.STATUS),
        (CardStatus.REPLACED, Eligible.STATUS),
        (CardStatus.CANCELLED, Eligible.STATUS),
        (CardStatus.BLOCKED, Eligible.STATUS),
    ],
)
def test_a_card_is_eligible_while_it_is_not_activated(hall: Hall, status: CardStatus, eligible: Eligible) -> None:
    session = hall.insert(HOLDER)
    hall.set_status(HOLDER, status)
    assert hall.eligibility(session).eligible is eligible


def test_a_holder_whom_the_register_of_persons_does_not_have_goes_to_the_counter(hall: Hall) -> None:
    session = hall.insert(UNREGISTERED)
    assert hall.eligibility(session).eligible is Eligible.NOT_ON_FILE
    with pytest.raises(ProblemError) as error:
        hall.prove(session, Party.HOLDER, UNREGISTERED)
    assert not_offered(error)


def test_eligibility_says_who_acts_how_and_with_which_bank(hall: Hall) -> None:
    found = hall.eligibility(hall.insert(HOLDER))
    assert (found.minor, found.phone, found.bank, found.open) == (False, "138****0001", "示例银行", None)
    assert found.ways == (IdentityWay.CODE, IdentityWay.DOCUMENT, IdentityWay.STAFF)
    assert hall.eligibility(hall.insert(CHILD)).minor
    assert not hall.eligibility(hall.insert(YOUTH)).minor  # sixteen
    assert hall.eligibility(hall.insert(ELDER)).phone is None


# --- identity ----------------------------------------------------------------------------------------------------------


def test_the_holders_number_leads_to_a_code_on_the_phone_on_file(hall: Hall) -> None:
    assert hall.prove(hall.insert(HOLDER), Party.HOLDER, HOLDER) == Identity(MATCHED, 5, "138****0001")


def test_the_holders_document_needs_no_code(hall: Hall) -> None:
    assert hall.prove(hall.insert(HOLDER), Party.HOLDER, HOLDER, name="测试甲") == Identity(MATCHED, 5, None)


def test_anothers_document_is_no_proof(hall: Hall) -> None:
    session = hall.insert(HOLDER)
    assert hall.prove(session, Party.HOLDER, HOLDER, name="测家长").outcome is MISMATCH
    assert hall.prove(session, Party.HOLDER, PARENT, name="测家长").outcome is MISMATCH


def test_a_holder_without_a_phone_gets_no_code_and_an_agent_goes_on(hall: Hall) -> None:
    session = hall.insert(ELDER)
    assert hall.prove(session, Party.HOLDER, ELDER).outcome is IdentityOutcome.NO_PHONE
    assert hall.send(session).outcome is Sending.NO_PHONE
    assert hall.prove(session, Party.AGENT, PARENT) == Identity(MATCHED, 5, "138****0003")


@pytest.mark.parametrize("written", [STRANGER, PARENT, CHILD])
def test_a_wrong_number_is_a_mismatch_whoevers_it_is(hall: Hall, written: str) -> None:
    assert hall.prove(hall.insert(HOLDER), Party.HOLDER, written) == Identity(MISMATCH, 4, None)


def test_five_mismatches_lock_the_card_for_a_day_at_every_kiosk(hall: Hall) -> None:
    found = [hall.prove(hall.insert(HOLDER), Party.HOLDER, STRANGER).outcome for _ in range(5)]
    assert found == [MISMATCH] * 4 + [IdentityOutcome.LOCKED]
    locked = Identity(IdentityOutcome.LOCKED, 0, None)
    assert hall.prove(hall.insert(HOLDER, "kiosk-02"), Party.HOLDER, HOLDER) == locked
    hall.later(hours=23)
    assert hall.prove(hall.insert(HOLDER), Party.HOLDER, HOLDER) == locked
    hall.later(hours=1.1)
    assert hall.prove(hall.insert(HOLDER), Party.HOLDER, HOLDER).outcome is MATCHED


def test_another_cards_mismatches_lock_nobody_else(hall: Hall) -> None:
    for _ in range(5):
        hall.prove(hall.insert(HOLDER), Party.HOLDER, STRANGER)
    assert hall.prove(hall.insert(ELDER), Party.HOLDER, ELDER).outcome is IdentityOutcome.NO_PHONE


@pytest.mark.parametrize(
    ("written", "outcome", "left"),
    [
        (PARENT, MATCHED, 5),
        (CHILD, IdentityOutcome.SAME_PERSON, 5),
        (YOUTH, IdentityOutcome.UNDER_AGE, 4),
        (STRANGER, IdentityOutcome.NOT_ON_FILE, 4),
        (UNREGISTERED, IdentityOutcome.NOT_ON_FILE, 4),
        (ELDER, IdentityOutcome.NO_PHONE, 5),
    ],
)
def test_a_guardian_is_another_grown_up_on_file(hall: Hall, written: str, outcome: IdentityOutcome, left: int) -> None:
    session = hall.insert(CHILD)
    assert hall.prove(session, Party.HOLDER, CHILD) == Identity(MATCHED, 5, None)
    found = hall.prove(session, Party.GUARDIAN, written, Relation.PARENT)
    assert (found.outcome, found.left) == (outcome, left)


def test_an_agent_with_a_document_need_not_be_on_file_but_of_age(hall: Hall) -> None:
    session = hall.insert(ELDER)
    hall.prove(session, Party.HOLDER, ELDER)
    assert hall.prove(session, Party.AGENT, STRANGER, name="测外地") == Identity(MATCHED, 5, None)
    assert hall.prove(session, Party.AGENT, YOUTH, name="测少年").outcome is IdentityOutcome.UNDER_AGE
    assert hall.prove(session, Party.AGENT, "370101202002300017", name="测假").outcome is MISMATCH


@pytest.mark.parametrize(
    ("holder", "whose", "relation"),
    [
        (HOLDER, Party.GUARDIAN, Relation.PARENT),
        (CHILD, Party.AGENT, None),
        (CHILD, Party.GUARDIAN, None),
        (ELDER, Party.AGENT, Relation.OTHER),
    ],
)
def test_a_child_has_a_guardian_with_a_relation_and_a_grown_up_an_agent_without(
    hall: Hall, holder: str, whose: Party, relation: Relation | None
) -> None:
    session = hall.insert(holder)
    hall.prove(session, Party.HOLDER, holder)
    with pytest.raises(ProblemError) as error:
        hall.prove(session, whose, PARENT, relation)
    assert not_offered(error)


def test_nobody_elses_number_is_compared_before_the_holders(hall: Hall) -> None:
    session = hall.insert(ELDER)
    with pytest.raises(ProblemError) as error:
        hall.prove(session, Party.AGENT, PARENT)
    assert not_offered(error)


# --- codes -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(hall: Hall) -> str:
    """The holder's number matched; the code is still to come."""
    made = hall.insert(HOLDER)
    hall.prove(made, Party.HOLDER, HOLDER)
    return made


def test_the_code_on_the_phone_is_the_one(hall: Hall, session: str) -> None:
    sent = hall.send(session)
    assert (sent.outcome, sent.phone, sent.wait, sent.left) == (Sending.SENT, "138****0001", 60, 3)
    (text,) = hall.arrived("13800000001")
    assert hall.check(session, sent.code, text) == CheckedCode(Checked.MATCHED, 4)
    assert hall.check(session, sent.code, text) == CheckedCode(Checked.MATCHED, 4)  # the answer was lost


def test_no_code_before_the_number(hall: Hall) -> None:
    with pytest.raises(ProblemError) as error:
        hall.send(hall.insert(HOLDER))
    assert not_offered(error)


def test_a_code_is_sent_again_after_a_minute_and_stays_the_same(hall: Hall, session: str) -> None:
    first = hall.send(session)
    hall.later(seconds=59)
    soon = hall.send(session)
    assert (soon.outcome, soon.code, soon.wait, soon.left) == (Sending.TOO_SOON, first.code, 1, 3)
    hall.later(seconds=1)
    again = hall.send(session)
    assert (again.outcome, again.code, again.left) == (Sending.SENT, first.code, 2)
    one, other = hall.arrived("13800000001")
    assert one == other


def test_a_code_is_sent_four_times_and_then_no_more_for_an_hour(hall: Hall, session: str) -> None:
    left = []
    for _ in range(4):
        sent = hall.send(session)
        left.append((sent.outcome, sent.left))
        hall.later(seconds=61)
    assert left == [(Sending.SENT, 3 - turn) for turn in range(4)]
    used = hall.send(session)
    assert (used.outcome, used.code, used.left) == (Sending.USED_UP, sent.code, 0)
    # the same at another kiosk
    other = hall.insert(HOLDER, "kiosk-02")
    hall.prove(other, Party.HOLDER, HOLDER)
    assert hall.send(other).outcome is Sending.USED_UP
    assert len(hall.arrived("13800000001")) == 4
    # what came late still counts
    assert hall.check(other, used.code, hall.arrived("13800000001")[-1]).outcome is Checked.MATCHED
    hall.later(hours=1)
    assert hall.send(session).outcome is Sending.SENT


def test_five_checks_and_the_code_is_worth_nothing(hall: Hall, session: str) -> None:
    code = hall.send(session).code
    (text,) = hall.arrived("13800000001")
    wrong = f"{(int(text) + 1) % 10**6:06d}"
    found = [hall.check(session, code, wrong) for _ in range(5)]
    assert found == [CheckedCode(Checked.WRONG, left) for left in (4, 3, 2, 1)] + [CheckedCode(Checked.USED_UP, 0)]
    assert hall.check(session, code, text) == CheckedCode(Checked.USED_UP, 0)
    hall.later(seconds=60)
    fresh = hall.send(session)
    assert fresh.outcome is Sending.SENT
    assert fresh.code != code


def test_a_code_holds_ten_minutes(hall: Hall, session: str) -> None:
    code = hall.send(session).code
    (text,) = hall.arrived("13800000001")
    hall.later(minutes=10)
    assert hall.check(session, code, text) == CheckedCode(Checked.EXPIRED, 0)
    assert hall.send(session).code != code


def test_a_code_of_another_card_is_none(hall: Hall, session: str) -> None:
    code = hall.send(session).code
    (text,) = hall.arrived("13800000001")
    other = hall.insert(YOUTH)
    hall.prove(other, Party.HOLDER, YOUTH)
    assert hall.check(other, code, text) == CheckedCode(Checked.EXPIRED, 0)


def test_a_guardians_code_goes_to_the_guardian(hall: Hall) -> None:
    session = hall.insert(CHILD)
    hall.prove(session, Party.HOLDER, CHILD)
    hall.prove(session, Party.GUARDIAN, PARENT, Relation.PARENT)
    assert hall.send(session).phone == "138****0003"
    assert len(hall.arrived("13800000003")) == 1


def test_a_new_phone_is_taken_after_the_identity_only(hall: Hall, session: str) -> None:
    with pytest.raises(ProblemError) as error:
        hall.send(session, "13900000099")
    assert not_offered(error)
    code = hall.send(session).code
    hall.check(session, code, hall.arrived("13800000001")[0])
    sent = hall.send(session, "13900000099")
    assert (sent.outcome, sent.phone) == (Sending.SENT, "139****0099")
    assert hall.check(session, sent.code, hall.arrived("13900000099")[0]).outcome is Checked.MATCHED


def test_another_persons_number_gets_no_code_and_is_not_tried_without_end(hall: Hall) -> None:
    session = hall.proved()
    assert [hall.send(session, "13800000003").outcome for _ in range(5)] == [Sending.OTHERS_NUMBER] * 4 + [
        Sending.USED_UP
    ]
    assert hall.send(session, "13800000005").outcome is Sending.USED_UP
    assert hall.arrived("13800000003") == []


def test_ones_own_number_is_not_anothers(hall: Hall) -> None:
    session = hall.proved()
    assert hall.send(session, "13800000001").outcome is Sending.SENT
    child = hall.insert(CHILD)
    hall.prove(child, Party.HOLDER, CHILD)
    hall.prove(child, Party.GUARDIAN, PARENT, Relation.PARENT, name="测家长")
    assert hall.send(child, "13800000003").outcome is Sending.SENT


def test_one_phone_gets_ten_codes_a_day_whatever_cards_they_are_for(hall: Hall) -> None:
    session = hall.proved()
    for _ in range(10):
        assert hall.send(session, "13900000099").outcome is Sending.SENT
        hall.later(minutes=16)
    assert hall.send(hall.proved(YOUTH), "13900000099").outcome is Sending.USED_UP


def test_a_code_that_does_not_arrive_is_on_no_phone(hall: Hall, session: str) -> None:
    hall.phones.reached = False
    assert hall.send(session).outcome is Sending.SENT
    assert hall.arrived("13800000001") == []

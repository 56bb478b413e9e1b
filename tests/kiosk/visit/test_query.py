"""A look-up without a card: number, query password, one answer for all that does not open, and what a record shows then."""

from dataclasses import replace

import pytest

from drivers.card.states import ReaderState
from kiosk.help import Access, NumberKind, QueryOutcome
from kiosk.model import CentralFailure
from kiosk.visit import effects as fx
from kiosk.visit.actions import Back, ConfirmTyped, End, OpenAccount, OpenServices, ShowPart, StayHere, TryAgain
from kiosk.visit.entry import EntryNote
from kiosk.visit.events import Ask, LinkChanged
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    Ended,
    HelpRules,
    OpenQuery,
    OpenQueryHelp,
    PickNumberKind,
    Query,
    QueryFailed,
    QueryHelp,
    QueryLocked,
    QueryNumber,
    QueryPassword,
    QueryStage,
    QueryWorking,
    WhyEnded,
)
from kiosk.visit.help_deeds import AskPersonSession, AuditStands, OpenPassword, PersonSessionOpened
from kiosk.visit.services import CardService
from kiosk.visit.states import AccountsPage, Idle, Link, NotShown, Opening, OutOfService, Reading, Record, Screen
from tests.kiosk.visit.help_samples import (
    CARD_NUMBER,
    HELP,
    helping,
    kind,
    person_session,
    shown,
    state_of,
    to_query_asked,
    to_query_password,
    to_query_record,
)
from tests.kiosk.visit.samples import NUMBER, Scene, mark, overview, texts


def stage(scene: Scene) -> QueryStage:
    assert isinstance(scene.state, Query)
    return scene.state.stage


def test_the_entry_stands_on_the_attract_page_where_the_region_has_it() -> None:
    without = helping(help=replace(HELP, query=False))
    without.press(OpenQuery())
    assert kind(without) is Idle
    scene = helping()
    scene.press(OpenQuery())
    assert stage(scene) == QueryNumber()


def test_number_and_password_are_sent_once_and_the_record_opens_without_a_card() -> None:
    scene = to_query_password()
    assert scene.effects == [OpenPassword(1, HelpRules().query_password_max)]
    assert stage(scene) == QueryPassword(QueryNumber(text=NUMBER))
    scene.digits(8)
    assert scene.press(ConfirmTyped()) == (AskPersonSession(1, 0, 1, NumberKind.ID_NUMBER, NUMBER),)
    assert scene.press(ConfirmTyped()) == ()
    assert scene.answer(PersonSessionOpened, person_session()) == (fx.FetchOverview(1, 0),)
    assert NUMBER not in texts(scene.model)
    assert scene.overview() == ()
    record = scene.state
    assert isinstance(record, Record)
    assert (record.access, record.insertion, record.offline) == (Access.QUERY, 0, None)
    assert scene.press(End()) == (fx.EndVisit(1, 0),)
    assert kind(scene) is Idle


def test_a_slip_of_the_finger_is_told_before_anything_is_sent() -> None:
    scene = helping()
    scene.press(OpenQuery())
    scene.keys(NUMBER[:-1]).press(ConfirmTyped())
    assert stage(scene) == QueryNumber(text=NUMBER[:-1], note=EntryNote.INCOMPLETE)
    scene.keys("8").press(ConfirmTyped())
    assert stage(scene) == QueryNumber(text=NUMBER[:-1] + "8", note=EntryNote.CHECKSUM)
    scene.press(PickNumberKind(NumberKind.CARD_NUMBER))
    scene.keys(CARD_NUMBER).press(ConfirmTyped())
    assert stage(scene) == QueryPassword(QueryNumber(NumberKind.CARD_NUMBER, CARD_NUMBER))


def test_a_password_that_is_too_short_is_not_sent() -> None:
    scene = to_query_password()
    scene.digits(5)
    assert scene.press(ConfirmTyped()) == ()
    assert stage(scene) == QueryPassword(QueryNumber(text=NUMBER), 5, EntryNote.INCOMPLETE)


def test_whatever_was_wrong_the_page_says_the_same_and_the_password_is_typed_anew() -> None:
    scene = to_query_asked()
    assert scene.answer(PersonSessionOpened, person_session(QueryOutcome.REFUSED)) == (
        OpenPassword(1, HelpRules().query_password_max),
    )
    assert stage(scene) == QueryPassword(QueryNumber(text=NUMBER), note=EntryNote.REFUSED)
    assert scene.press(OpenQueryHelp()) == (OpenPassword(1),)
    scene.press(ShowPart(2))
    assert stage(scene) == QueryHelp(2)
    scene.press(Back())
    assert stage(scene) == QueryNumber()


@pytest.mark.parametrize(("wait", "locked"), [(600, 0.0), (0, 30.0)])
def test_a_locked_number_leads_to_the_way_out(wait: int, locked: float) -> None:
    scene = to_query_asked()
    outcome = QueryOutcome.LOCKED if locked == 0 else QueryOutcome.REFUSED
    scene.answer(PersonSessionOpened, person_session(outcome, wait), locked)
    assert stage(scene) == QueryLocked(scene.now + (wait or locked))
    assert NUMBER not in texts(scene.model)
    scene.press(Back())
    assert kind(scene) is Idle


def test_in_a_known_outage_nobody_types_in_vain() -> None:
    scene = helping()
    scene.send(LinkChanged(scene.now, Link.OFFLINE))
    scene.press(OpenQuery())
    assert stage(scene) == QueryFailed(Failure.CENTRAL_UNREACHABLE)
    late = to_query_password()
    late.send(LinkChanged(late.now, Link.OFFLINE))
    late.digits(8)
    assert late.press(ConfirmTyped()) == (OpenPassword(1),)
    assert stage(late) == QueryFailed(Failure.CENTRAL_UNREACHABLE)


@pytest.mark.parametrize("failure", CentralFailure)
def test_an_outage_shows_nothing_that_was_kept(failure: CentralFailure) -> None:
    asked = to_query_asked()
    asked.service_fails(failure)
    assert isinstance(stage(asked), QueryFailed)
    opening = to_query_asked()
    opening.answer(PersonSessionOpened, person_session())
    opening.central_fails(Ask.SESSION, failure)
    assert kind(opening) is Opening
    assert opening.central_fails(Ask.OVERVIEW, failure) == (fx.EndVisit(1, 0),)
    failed = stage(opening)
    assert isinstance(failed, QueryFailed)
    assert failed.ended
    opening.wait(5.0)
    assert opening.press(Back()) == ()  # it has ended already, once
    assert kind(opening) is Idle
    assert not any(isinstance(effect, fx.OpenRecent | fx.KeepRecent) for effect in (*asked.effects, *opening.effects))


def test_the_wait_has_a_name_and_no_end_of_its_own() -> None:
    scene = to_query_asked()
    since = scene.now
    scene.wait(30.0)
    assert stage(scene) == QueryWorking(since, QueryNumber(text=NUMBER), slow=True)


@pytest.mark.parametrize("reach", [to_query_password, to_query_asked, to_query_record])
def test_a_card_put_in_ends_it_visibly_and_then_its_own_visit_begins(reach: object) -> None:
    scene = reach()  # type: ignore[operator]
    assert scene.insert() == (fx.EndVisit(1, 0),)
    assert state_of(scene) == Ended(WhyEnded.CARD_CAME, scene.now)
    assert not any(mark(0) in text or text == NUMBER for text in texts(scene.model))
    scene.wait(HELP.ended_page)
    assert kind(scene) is Reading


@pytest.mark.parametrize("reach", [to_query_password, to_query_record])
def test_who_is_away_is_asked_and_then_it_ends_and_says_so(reach: object) -> None:
    scene = reach()  # type: ignore[operator]
    scene.wait(60.0)
    assert shown(scene) is Screen.STILL_THERE
    scene.press(StayHere())
    assert shown(scene) is not Screen.STILL_THERE
    scene.wait(80.0)
    assert state_of(scene) == Ended(WhyEnded.IDLE, scene.now)


def test_an_answer_that_comes_late_opens_nothing() -> None:
    scene = to_query_asked()
    scene.press(End())
    scene.press(OpenQuery())
    scene.answer(PersonSessionOpened, person_session(), request=1)
    assert stage(scene) == QueryNumber()


def test_a_clock_that_is_wrong_or_a_chain_that_cannot_be_written_lets_nobody_in() -> None:
    scene = to_query_asked()
    scene.clock(True)
    assert stage(scene) == QueryFailed(Failure.CLOCK_WRONG, ended=True)
    scene.press(Back())
    assert kind(scene) is OutOfService
    record = to_query_record()
    assert record.send(AuditStands(record.now, 1, writable=False)) == (fx.EndVisit(1, 0),)
    assert stage(record) == QueryFailed(Failure.AUDIT_UNWRITABLE, ended=True)
    assert not any(mark(0) in text for text in texts(record.model))


def test_a_reader_that_goes_ends_nothing_that_needs_no_card() -> None:
    scene = to_query_record()
    scene.reader(ReaderState.FAULTY)
    assert kind(scene) is Record


def test_a_record_that_is_not_this_sessions_is_no_answer() -> None:
    scene = to_query_asked()
    scene.answer(PersonSessionOpened, person_session())
    scene.overview(overview(0), agrees=False)
    assert stage(scene) == QueryFailed(Failure.CENTRAL_BAD_ANSWER, ended=True)


def test_movements_are_asked_for_without_the_card_only_where_the_region_shows_them() -> None:
    scene = to_query_record()
    assert scene.press(OpenAccount()) == ()
    for action in (TryAgain(), ShowPart(1)):
        assert scene.press(action) == ()
        assert isinstance(scene.state, Record)
        assert isinstance(scene.state.page, AccountsPage)
        assert scene.state.page.entries == NotShown()
    more = to_query_record(helping(help=replace(HELP, query_entries=True)))
    (asked,) = more.press(OpenAccount())
    assert isinstance(asked, fx.FetchEntries)


def test_where_the_region_has_no_report_of_loss_without_the_card_none_begins() -> None:
    scene = to_query_record(helping(help=replace(HELP, query_loss=False)))
    assert scene.press(OpenServices()) == ()
    assert kind(scene) is Record
    offered = to_query_record()
    offered.press(OpenServices())
    assert kind(offered) is CardService

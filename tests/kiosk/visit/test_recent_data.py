"""Recent data: when the kiosk shows what it keeps, when central's late answer takes its place, and when nobody sees anything."""

from dataclasses import replace
from datetime import UTC, datetime

from drivers.card.states import ReaderState
from kiosk.model import CardStatus, CentralFailure, Ground, RecordView, Verdict
from kiosk.visit import effects as fx
from kiosk.visit.actions import ConfirmPin, OpenAccount, OpenContributions
from kiosk.visit.deadlines import next_deadline
from kiosk.visit.events import Event
from kiosk.visit.failures import Failure, is_outage
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ContributionsPage,
    HomePage,
    Kept,
    Link,
    NotKept,
    Opening,
    PinPad,
    Reading,
    Record,
    Waiting,
)
from tests.kiosk.visit.samples import Scene, overview
from tests.kiosk.visit.walk import OUTCOMES, Card, Walk

KEPT = Card(0, kept=Kept.RECENT)
FAILED = {failure: 8 + n for n, failure in enumerate(CentralFailure)}
assert max(FAILED.values()) < OUTCOMES


class Visit(Walk):
    """A walk whose effects are counted, and whose answers are given by name."""

    def __init__(self, link: Link = Link.ONLINE) -> None:
        super().__init__()
        self.done: list[fx.Effect] = []
        self.reader(ReaderState.READY)
        self.hall(link)

    def _effect(self, event: Event, effect: fx.Effect) -> None:
        self.done.append(effect)
        super()._effect(event, effect)

    def count(self, kind: type) -> int:
        return sum(isinstance(effect, kind) for effect in self.done)

    def give(self, kind: type, outcome: int = 0) -> None:
        """The next answer to an effect of this kind."""
        index = next(n for n, due in enumerate(self.due) if isinstance(due.effect, kind))
        self.deliver(index, outcome)

    def asked(self, kind: type) -> bool:
        return any(isinstance(due.effect, kind) for due in self.due)

    def read(self, card: Card = KEPT) -> None:
        """Into the slot, recognised and probed; central has not answered."""
        self.insert(card)
        for _ in range(3):
            self.give(fx.ReadCard)

    def pad(self) -> PinPad:
        self.pause(self.rules.pin_pad_wait)
        assert isinstance(self.model.state, PinPad)
        return self.model.state

    def pin(self) -> None:
        self.type(6)
        self.press(ConfirmPin())
        self.give(fx.VerifyPin)

    def record(self) -> Record:
        assert isinstance(self.model.state, Record), self.model.state
        return self.model.state

    def failed(self) -> Failure:
        assert isinstance(self.model.state, CardPage), self.model.state
        return self.model.state.failure


def test_in_a_known_outage_nobody_waits_for_a_call() -> None:
    visit = Visit(Link.OFFLINE)
    visit.read()
    assert isinstance(visit.model.state, PinPad)  # at once: no second of waiting
    assert visit.count(fx.OpenSession) == 0
    visit.pin()
    visit.give(fx.OpenRecent)
    offline = visit.record().offline
    assert offline is not None
    assert (offline.reason, offline.asking) == (Failure.CENTRAL_UNREACHABLE, False)


def test_an_outage_that_begins_with_this_visit_is_seen_before_the_pin() -> None:
    visit = Visit()
    visit.read()
    visit.give(fx.OpenSession, FAILED[CentralFailure.UNREACHABLE])
    assert visit.pad().offline is Failure.CENTRAL_UNREACHABLE
    visit.pin()
    visit.give(fx.OpenRecent)
    assert visit.record().offline is not None
    assert visit.count(fx.FetchOverview) == 0


def test_a_call_that_fails_while_the_pin_is_typed_costs_no_more_than_the_figures_of_today() -> None:
    visit = Visit()
    visit.read()
    visit.pad()
    visit.give(fx.OpenSession, FAILED[CentralFailure.TIMEOUT])
    assert isinstance(visit.model.state, PinPad)
    visit.pin()
    visit.give(fx.OpenRecent)
    assert visit.record().offline is not None


def black_hole() -> Visit:
    """Central takes the call and never answers; the PIN was right."""
    visit = Visit()
    visit.read()
    visit.pad()
    visit.pin()
    assert isinstance(visit.model.state, Opening)
    assert not visit.asked(fx.OpenRecent)
    return visit


def test_a_first_visitor_into_a_black_hole_sees_recent_data_within_two_seconds_of_the_pin() -> None:
    visit = black_hole()
    begun = visit.now
    while not visit.asked(fx.OpenRecent):
        due = next_deadline(visit.model)
        assert due is not None
        visit.pause(due - visit.now)
    assert visit.now - begun < 2
    visit.give(fx.OpenRecent)
    offline = visit.record().offline
    assert offline is not None
    assert offline.asking


def hedged() -> Visit:
    visit = black_hole()
    visit.pause(visit.rules.recent_after)
    visit.give(fx.OpenRecent)
    return visit


def test_a_late_good_answer_takes_the_place_of_recent_data_and_says_so() -> None:
    visit = hedged()
    visit.give(fx.OpenSession)
    assert visit.record().offline is not None
    visit.give(fx.FetchOverview)
    record = visit.record()
    assert (record.offline, record.refreshed) == (None, True)
    assert isinstance(record.page, HomePage)
    assert visit.count(fx.KeepRecent) == 1


def test_a_late_answer_refreshes_the_page_that_is_open() -> None:
    visit = hedged()
    visit.press(OpenContributions("110"))
    page = visit.record().page
    assert isinstance(page, ContributionsPage)
    assert page.rows == NotKept()
    visit.give(fx.OpenSession)
    visit.give(fx.FetchOverview)
    page = visit.record().page
    assert isinstance(page, ContributionsPage)
    assert isinstance(page.rows, Waiting)
    assert visit.record().refreshed
    visit.give(fx.FetchContributions)
    assert not isinstance(visit.record().page, HomePage)


def test_that_the_figures_were_renewed_is_said_until_the_page_is_turned() -> None:
    visit = hedged()
    visit.give(fx.OpenSession)
    visit.give(fx.FetchOverview)
    visit.pause(30)
    assert visit.record().refreshed
    visit.press(OpenAccount("310"))
    assert not visit.record().refreshed


def test_a_late_failure_leaves_recent_data_and_names_its_reason() -> None:
    visit = hedged()
    visit.give(fx.OpenSession, FAILED[CentralFailure.UNREACHABLE])
    offline = visit.record().offline
    assert offline is not None
    assert (offline.asking, offline.reason) == (False, Failure.CENTRAL_UNREACHABLE)


def test_a_late_no_closes_the_record() -> None:
    for outcome in (CentralFailure.REFUSED, CentralFailure.SESSION_ENDED):
        visit = hedged()
        visit.give(fx.OpenSession, FAILED[outcome])
        assert isinstance(visit.model.state, CardPage)


def test_a_card_that_central_calls_lost_after_all_loses_record_and_row() -> None:
    visit = Visit()
    visit.read(Card(3, kept=Kept.RECENT, status=CardStatus.LOST))
    visit.pad()
    visit.pin()
    visit.pause(visit.rules.recent_after)
    visit.give(fx.OpenRecent)
    visit.give(fx.OpenSession)
    assert visit.failed() is Failure.STATUS_LOST
    assert visit.count(fx.ForgetRecent) == 1


def test_a_counterfeit_changes_nothing_of_the_genuine_cards_row() -> None:
    visit = Visit()
    visit.read(Card(0, kept=Kept.RECENT, verdict=Verdict.NOT_GENUINE, status=None))
    visit.give(fx.OpenSession)
    visit.pause(5)
    assert visit.failed() is Failure.NOT_GENUINE
    assert visit.count(fx.ForgetRecent) + visit.count(fx.KeepRecent) == 0


def test_a_row_that_this_chip_does_not_open_shows_nothing() -> None:
    visit = Visit(Link.OFFLINE)
    visit.read(Card(0, kept=Kept.RECENT, opens=False))
    visit.pin()
    visit.give(fx.OpenRecent)
    assert visit.failed() is Failure.CENTRAL_UNREACHABLE


def test_a_row_that_does_not_open_leaves_the_call_its_time() -> None:
    visit = Visit()
    visit.read(Card(0, kept=Kept.RECENT, opens=False))
    visit.pad()
    visit.pin()
    visit.pause(visit.rules.recent_after)
    visit.give(fx.OpenRecent)
    assert isinstance(visit.model.state, Opening)
    visit.give(fx.OpenSession)
    visit.give(fx.FetchOverview)
    record = visit.record()
    assert (record.offline, record.refreshed) == (None, False)


def test_a_wrong_pin_opens_nothing() -> None:
    visit = Visit(Link.OFFLINE)
    visit.read()
    visit.type(6)
    visit.press(ConfirmPin())
    visit.give(fx.VerifyPin, 3)
    assert isinstance(visit.model.state, PinPad)
    assert visit.count(fx.OpenRecent) == 0


def test_a_card_reported_lost_gets_nothing_in_an_outage() -> None:
    for link in (Link.OFFLINE, Link.ONLINE):
        visit = Visit(link)
        visit.read(Card(1, kept=Kept.LISTED))
        if link is Link.ONLINE:
            visit.give(fx.OpenSession, FAILED[CentralFailure.UNREACHABLE])
        visit.pause(1)
        assert visit.failed() is Failure.STATUS_LISTED
        assert visit.count(fx.OpenPinEntry) == 0


def test_central_knows_better_than_the_list() -> None:
    visit = Visit()
    visit.read(Card(1, kept=Kept.LISTED))
    visit.give(fx.OpenSession)
    assert isinstance(visit.model.state, PinPad)


def test_without_recent_data_an_outage_is_told_without_a_wait() -> None:
    for kept in (Kept.NOTHING, Kept.CLOSED):
        visit = Visit(Link.OFFLINE)
        visit.read(Card(2, kept=kept))
        assert isinstance(visit.model.state, Reading)
        visit.pause(visit.rules.pin_pad_wait)
        assert visit.failed() is Failure.CENTRAL_UNREACHABLE
        assert visit.count(fx.OpenPinEntry) == 0


def test_central_that_is_there_and_says_no_is_no_outage() -> None:
    assert {failure for failure in CentralFailure if not is_outage(failure)} == {
        CentralFailure.REFUSED,
        CentralFailure.SESSION_ENDED,
    }
    visit = Visit()
    visit.read()
    visit.give(fx.OpenSession, FAILED[CentralFailure.REFUSED])
    visit.pause(1)
    assert visit.failed() is Failure.CENTRAL_REFUSED


def test_what_is_not_kept_is_said_never_shown_empty() -> None:
    visit = Visit(Link.OFFLINE)
    visit.read()
    visit.pin()
    visit.give(fx.OpenRecent)
    visit.press(OpenAccount("310"))
    page = visit.record().page
    assert isinstance(page, AccountsPage)
    assert page.entries == NotKept()
    assert visit.count(fx.FetchEntries) == 0


def test_every_online_visit_is_kept_once() -> None:
    visit = Visit()
    visit.read(Card(0))
    visit.give(fx.OpenSession)
    visit.pin()
    visit.give(fx.FetchOverview)
    assert visit.count(fx.KeepRecent) == 1


def test_who_was_told_that_staff_viewed_the_record_is_not_told_again_by_recent_data() -> None:
    scene = Scene()
    scene.to_opening()
    told = replace(
        overview(0), views=(RecordView(datetime(2026, 11, 20, 9, tzinfo=UTC), "某大厅", "A hall", Ground.PRESENT),)
    )
    effects = scene.overview(told)
    assert isinstance(scene.state, Record)
    assert scene.state.overview.views == told.views
    assert [effect.overview for effect in effects if isinstance(effect, fx.KeepRecent)] == [overview(0)]


def test_what_could_not_be_proved_is_not_kept() -> None:
    visit = Visit()
    visit.model = replace(visit.model, rules=replace(visit.rules, personal_without_proof=True))
    visit.rules = visit.model.rules
    visit.read(Card(0, verdict=Verdict.CANNOT_BE_PROVED))
    visit.give(fx.OpenSession)
    visit.pin()
    visit.give(fx.FetchOverview)
    visit.record()
    assert visit.count(fx.KeepRecent) == 0

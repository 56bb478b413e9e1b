"""Without the card: number and query password on the screen open a masked, shorter record, and nothing else opens anything."""

import re
from collections.abc import Callable, Iterator

import pytest

from kiosk.help import QueryOutcome
from kiosk.masking import mask_name
from kiosk.model import CardStatus
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.population.queries import SET
from kiosk.sandbox.line import Cut
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.driver import Kiosk
from tests.journeys.querying import (
    MINE,
    WRONG,
    asked,
    card_number,
    card_of,
    enabled,
    id_number,
    leave,
    outcomes,
    password,
    press,
    refused,
    started,
    to_record,
    typed,
)

NEVER_SET = "jinan-2-0"
OTHER = "jinan-retiree"
"""Of somebody else, who was not here before."""


@pytest.fixture(scope="module")
def kiosk(world: World, display: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    """What other files typed wrong does not count here."""
    with started(world, display, tmp_path_factory.mktemp("mine")) as kiosk:
        yield kiosk


@pytest.fixture
def walk(world: World, display: str, kiosk: Kiosk) -> Iterator[Walk]:
    walk = Walk(world, kiosk)
    walk.to_idle()
    yield walk
    world.restore()
    leave(walk)


# --- what opens ---------------------------------------------------------------------------------------------------------


def test_the_record_is_masked_and_shorter_and_no_card_is_spoken_of(walk: Walk, world: World) -> None:
    before = asked(world)
    view = to_record(walk)
    assert outcomes(world, before) == [QueryOutcome.OPENED]
    holder = card_of(walk, MINE).holder
    assert holder is not None
    assert view.says(mask_name(holder.name))
    assert view.says(walk.says("query.bar.query"))
    pages = [view]
    for control in ("open-registration", "open-contributions", "open-accounts"):
        walk.kiosk.tap(control)
        pages.append(walk.kiosk.wait(lambda v: v.screen != "home", 10, "a page of the record"))
        walk.kiosk.tap("back")
        walk.kiosk.wait_screen("home")
    for page in pages:
        assert not page.says(holder.name)
        assert not page.says(holder.ssn)
        assert not page.says(card_number(walk, MINE))
        assert not any("reveal" in control.name for control in page.controls)
        assert not page.says(walk.says("bar.card_in"))
    assert not world.central.recording(Operation.ACCOUNT_ENTRIES)
    walk.kiosk.tap("end")
    left = walk.kiosk.wait_screen("attract")
    assert not left.says(mask_name(holder.name))


def test_the_number_on_the_card_opens_the_same_record(walk: Walk) -> None:
    typed(walk, card_number(walk, MINE), "card_number")
    password(walk, SET[MINE])
    assert walk.kiosk.wait_screen("home").says(walk.says("query.bar.query"))


def test_the_loss_of_the_card_that_is_not_there_is_reported(walk: Walk, world: World) -> None:
    to_record(walk)
    walk.kiosk.tap("open-services")
    walk.kiosk.wait_screen("loss")
    while not enabled(walk.kiosk.view(), "confirm-loss"):
        press(walk, "next")
    walk.kiosk.tap("confirm-loss")
    walk.kiosk.wait_screen("loss-reported", 20)
    assert world.central.card(card_number(walk, MINE)).status is CardStatus.TEMPORARILY_LOST


# --- what does not ------------------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_initial_one_are_told_the_same_with_the_way_to_one(walk: Walk, world: World) -> None:
    before = asked(world)
    pages = []
    number = id_number(walk, NEVER_SET)
    for card, attempt in ((MINE, WRONG), (NEVER_SET, number[-6:].lower())):
        typed(walk, id_number(walk, card))
        password(walk, attempt)
        pages.append(refused(walk))
        assert pages[-1].says(walk.says("query.refused.advice"))
        walk.kiosk.tap("query-help")
        help = walk.kiosk.wait_screen("query-help")
        assert help.says(walk.says("query.help.initial"))
        assert help.says(walk.says("query.way.window"))
        leave(walk)
    assert outcomes(world, before) == [QueryOutcome.REFUSED] * 2
    # But for the header's time of day.
    first, second = ({text for text in page.texts if not re.fullmatch(r"\d\d:\d\d", text)} for page in pages)
    assert first == second


# --- a card, central away ------------------------------------------------------------------------------------------------


def at_number(walk: Walk) -> None:
    walk.kiosk.tap("open-query")
    walk.kiosk.wait_screen("query-number")
    for sign in "3701":
        press(walk, f"key-{sign}")


def at_password(walk: Walk) -> None:
    typed(walk, id_number(walk, MINE))
    press(walk, "key-s")


def at_answer(walk: Walk) -> None:
    typed(walk, id_number(walk, MINE))
    walk.world.central_fault("hold", "open_query_session")
    password(walk, SET[MINE])
    walk.kiosk.wait_screen("query-working")


def at_record(walk: Walk) -> None:
    to_record(walk)


@pytest.mark.parametrize(
    "reach",
    [
        pytest.param(at_number, marks=pytest.mark.long),
        pytest.param(at_password, marks=pytest.mark.long),
        pytest.param(at_answer, marks=pytest.mark.long),
        at_record,
    ],
)
def test_a_card_put_in_ends_it_visibly_and_its_own_visit_begins(
    walk: Walk, world: World, reach: Callable[[Walk], None]
) -> None:
    reach(walk)
    holder = card_of(walk, MINE).holder
    assert holder is not None
    world.insert(OTHER, fresh=True)
    ended = walk.kiosk.wait_screen("ended")
    assert ended.says(walk.says("ended.card_came.title"))
    assert not ended.says(mask_name(holder.name))
    world.central.release()
    asks = walk.kiosk.wait_screen("pin", 20)
    assert not asks.says(mask_name(holder.name))
    walk.to_idle()
    walk.kiosk.tap("open-query")
    again = walk.kiosk.wait_screen("query-number")
    assert not enabled(again, "confirm")  # of what was typed nothing is there


# The last one: it takes a while until this kiosk knows that central is there again.
@pytest.mark.fault("central", "away during a look-up without a card", level="real")
def test_in_an_outage_nothing_that_was_kept_is_shown_without_the_card(
    walk: Walk, world: World, fired: Callable[[object], None]
) -> None:
    walk.to_home(MINE)  # kept now, for whoever comes with this card and its PIN
    walk.to_idle()
    typed(walk, id_number(walk, MINE))
    world.set_line(Cut())
    password(walk, SET[MINE])
    view = walk.kiosk.wait_screen("query-failed", 20)
    fired(view.says("CENTRAL-UNREACHABLE"))
    holder = card_of(walk, MINE).holder
    assert holder is not None
    assert not view.says(mask_name(holder.name))
    assert view.says(walk.says("query.failed.lead"))

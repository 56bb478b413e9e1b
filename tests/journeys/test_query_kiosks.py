"""Look-ups without the card at kiosks of their own: what is counted at one and at several, and another region's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.help import NumberKind, QueryOutcome
from kiosk.sandbox.central.population.queries import SET
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.journeys.querying import (
    MINE,
    WRONG,
    asked,
    card_number,
    enabled,
    id_number,
    leave,
    outcomes,
    password,
    refused,
    started,
    to_record,
    typed,
)

LESS = "yangquan-2-0"
NUMBER_TRIES = 5
"""Central locks a number with so many in vain."""
EACH = 2
"""Tries at each of OTHERS: together as many as a kiosk takes before it makes everybody wait."""
OTHERS = ("jinan-2-0", "jinan-retiree", "jinan-flexible", "jinan-long-name", "jinan-minor")


@pytest.fixture
def fresh(world: World, display: str, tmp_path: Path) -> Iterator[Walk]:
    """At a kiosk of its own, at which nobody typed anything wrong yet."""
    with started(world, display, tmp_path) as kiosk:
        kiosk.wait_screen("attract")
        yield Walk(world, kiosk)
    world.restore()


@pytest.mark.long
def test_a_region_that_shows_less_has_digits_only_and_no_report_of_loss(
    world: World, display: str, tmp_path: Path
) -> None:
    other = world.pki.device("kiosk-02")
    central: dict[str, object] = {"certificate": other.certificate, "key": other.key}
    with started(world, display, tmp_path, kiosk={"region": "140300"}, central=central) as kiosk:
        kiosk.wait_screen("attract")
        walk = Walk(world, kiosk)
        typed(walk, id_number(walk, LESS))
        assert not enabled(kiosk.view(), "key-a")
        password(walk, SET[LESS])
        view = kiosk.wait_screen("home")
        assert enabled(view, "open-registration")
        for control in ("open-contributions", "open-accounts", "open-services"):
            assert not enabled(view, control)
        assert view.says(walk.says("absent.not_shown.word"))
        assert view.says(walk.says("query.tile.loss_window"))
    world.restore()


@pytest.mark.long
def test_a_number_that_is_tried_at_two_kiosks_is_locked_at_both_and_the_owner_is_told_the_way_out(
    fresh: Walk, world: World
) -> None:
    number = id_number(fresh, MINE)
    other = world.pki.device("kiosk-02")
    client = CentralClient(world.url, world.pki.authority, other.certificate, other.key)
    before = asked(world)
    for attempt in range(NUMBER_TRIES - 2):
        answer = client.open_query_session(NumberKind.ID_NUMBER, number, f"guess-{attempt}").value
        assert answer is not None
        assert answer.outcome is QueryOutcome.REFUSED
    typed(fresh, number)
    password(fresh, WRONG)
    refused(fresh)
    password(fresh, WRONG)
    fresh.kiosk.wait_screen("query-locked")
    leave(fresh)
    typed(fresh, number)
    password(fresh, SET[MINE])
    locked = fresh.kiosk.wait_screen("query-locked")
    assert locked.says(fresh.says("query.way.card"))
    assert locked.says(fresh.says("query.way.window"))
    there = client.open_query_session(NumberKind.ID_NUMBER, number, SET[MINE]).value
    client.close()
    assert there is not None
    assert there.outcome is QueryOutcome.LOCKED
    tries = [QueryOutcome.REFUSED] * (NUMBER_TRIES - 1)
    assert outcomes(world, before) == [*tries, *[QueryOutcome.LOCKED] * 3]
    leave(fresh)
    world.central.set_query_password(card_number(fresh, MINE), SET[MINE])  # the window, as the page says
    to_record(fresh)


@pytest.mark.long
def test_who_goes_through_numbers_waits_at_this_kiosk_and_central_is_not_asked(fresh: Walk, world: World) -> None:
    before = asked(world)
    for card in OTHERS:
        if card != OTHERS[0]:
            leave(fresh)
        typed(fresh, id_number(fresh, card))
        for _ in range(EACH):
            count = asked(world) + 1
            password(fresh, WRONG)
            fresh.kiosk.wait(lambda _, count=count: asked(world) == count, 10, "central's answer")  # type: ignore[misc]
            refused(fresh)
    assert asked(world) == before + EACH * len(OTHERS)
    password(fresh, WRONG)  # on the same page: the wait is a short one still
    fresh.kiosk.wait_screen("query-locked")
    assert asked(world) == before + EACH * len(OTHERS)

"""A kiosk whose central has a name that nobody knows: it is there, takes a card, and says what stands in the way."""

import socket
from collections.abc import Callable, Iterator

import pytest

from kiosk.sandbox.walk import Walk
from kiosk.sandbox.world import World
from tests.faults.always import personal
from tests.journeys.driver import Kiosk

CARD = "jinan-2-0"
NAME = "central.invalid"
"""RFC 6761 §6.4: exists nowhere."""


@pytest.fixture(scope="module")
def kiosk(world: World, display: str) -> Iterator[Kiosk]:
    with Kiosk.start({"central": {"total": 3.0}}, url=f"https://{NAME}", world=world, display=display) as kiosk:
        yield kiosk


@pytest.mark.long
@pytest.mark.fault("central", "name not found: the screen", level="real")
def test_a_name_that_nobody_knows_is_a_page_and_the_kiosk_is_idle_again(
    walk: Walk, fired: Callable[[object], None]
) -> None:
    for _ in range(2):
        chip = walk.insert(CARD)
        view = walk.kiosk.wait_screen("failure", 8, failure="CENTRAL-UNREACHABLE")
        assert not any(view.says(text) for text in personal(walk, CARD))
        assert chip.tries_left == 6
        walk.to_idle()
    with pytest.raises(socket.gaierror) as unknown:
        socket.getaddrinfo(NAME, 443)
    fired(unknown.value.errno)

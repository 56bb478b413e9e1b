"""Central's challenges in stock: each handed out once, none when stale, nobody waits when there are none to be had."""

import threading
import time
from datetime import UTC, datetime

from kiosk.central.contract import Challenge
from kiosk.engine.device import CHALLENGE_LIFE, Challenges


def challenge(number: int) -> Challenge:
    return Challenge(f"challenge-{number}", f"{number:016X}", f"{number + 1:016X}", datetime.now(UTC))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def never() -> bool:
    return False


def test_each_is_handed_out_once_oldest_first() -> None:
    stock = Challenges()
    stock.put((challenge(1), challenge(2)))
    first, second = stock.take(never, 1), stock.take(never, 1)
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == ("challenge-1", "challenge-2")
    assert first.proc8 == bytes.fromhex(f"{1:016X}")
    assert stock.take(never, 0) is None


def test_a_stale_one_is_never_used() -> None:
    clock = Clock()
    stock = Challenges(clock)
    stock.put((challenge(1),))
    clock.now += CHALLENGE_LIFE
    assert len(stock) == 0
    assert stock.take(never, 0) is None


def test_who_waits_gets_the_one_that_comes() -> None:
    stock = Challenges()
    stock.expect()
    threading.Timer(0.05, stock.put, [(challenge(3),)]).start()
    got = stock.take(never, 5)
    assert got is not None
    assert got.id == "challenge-3"


def test_who_waits_is_let_go_when_central_gives_none() -> None:
    stock = Challenges()
    stock.expect()
    threading.Timer(0.05, stock.asked).start()
    assert stock.take(never, 30) is None


def test_nobody_waits_when_central_said_no_before_the_card_was_read() -> None:
    stock = Challenges()
    stock.expect()
    stock.asked()
    begun = time.monotonic()
    assert stock.take(never, 30) is None
    assert time.monotonic() - begun < 5


def test_what_central_may_have_forgotten_is_not_used() -> None:
    stock = Challenges()
    stock.put((challenge(1),))
    stock.drop()
    assert len(stock) == 0


def test_who_waits_is_let_go_when_the_visit_is_over() -> None:
    stock = Challenges()
    stock.expect()
    over = threading.Event()
    threading.Timer(0.05, over.set).start()
    assert stock.take(over.is_set, 30) is None

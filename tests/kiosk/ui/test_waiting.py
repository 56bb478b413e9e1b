"""How the loop sleeps and wakes. A loop that would sleep for minutes shows that nothing is found by asking again and again."""

import threading
import time
from collections.abc import Iterator

import pytest

from kiosk.ui.waiting import POLLED, Connection, Waker
from tests.kiosk.ui.window import Window
from tests.xvfb import Display, xvfb

LONG = 600.0
"""Seconds: longer than any test waits."""


@pytest.fixture(scope="module")
def sleeper() -> Iterator[Window]:
    with xvfb() as display:
        window = Window(Display(display), "--sleep", str(LONG))
        window.wait("painted", page="first")
        yield window
        assert window.close() == 0


def test_a_model_published_while_idle_wakes_the_loop(sleeper: Window) -> None:
    sleeper.tell("page second")
    sleeper.wait("painted", page="second")
    sleeper.tell("page first")
    sleeper.wait("painted", page="first")


def test_a_touch_while_idle_wakes_the_loop_and_its_look_goes_by_itself(sleeper: Window) -> None:
    sleeper.settled()
    before = sleeper.drawn()["frame"]
    sleeper.tap("stay")
    sleeper.wait("pressed", action="stay")
    until = time.monotonic() + 20
    while sleeper.drawn()["frame"] < before + 2:  # pressed, and as before
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_touch_after_a_long_turn_that_drew_nothing_acts(sleeper: Window) -> None:
    sleeper.settled()
    sleeper.seen.clear()
    sleeper.tell("block 3")
    sleeper.wait("unblocked")
    sleeper.settled()
    sleeper.tap("stay")
    sleeper.wait("pressed", action="stay")


def test_an_idle_loop_draws_nothing_and_takes_no_time(sleeper: Window) -> None:
    sleeper.settled()
    before = sleeper.drawn()["frame"]
    idle = sleeper.ask("cpu 2", "cpu")
    assert idle["frame"] == before
    assert idle["share"] < 0.01  # nothing runs at all but the reading of commands


def test_a_call_wakes_who_waits() -> None:
    waker = Waker(None)
    woken = threading.Event()

    def wait() -> None:
        # Without a connection it looks again by itself; only a call can end this many waits so early.
        for _ in range(int(LONG / POLLED)):
            waker.wait(LONG)
            if called.is_set():
                woken.set()
                return

    called = threading.Event()
    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    called.set()
    waker.set()
    assert woken.wait(10)


def test_a_call_before_the_wait_is_not_lost_and_wakes_only_once() -> None:
    waker = Waker(None)
    waker.set()
    waker.set()
    began = time.monotonic()
    waker.wait(LONG)
    first = time.monotonic() - began
    waker.wait(0.0)
    assert first < 10


def test_where_there_is_no_x_connection_the_loop_looks_by_itself() -> None:
    assert Connection.of(None) is None
    assert Connection.of(0) is None
    began = time.monotonic()
    Waker(None).wait(LONG)
    assert time.monotonic() - began < 10

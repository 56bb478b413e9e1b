"""The leg of an outage: recent data beside the answer that does not come, in its place, and for whom there is none."""

from __future__ import annotations

import time
from typing import Final

from kiosk.sandbox.line import Cut
from kiosk.sandbox.stops import (
    Go,
    Leg,
    Stop,
    card_failure,
    from_home,
    home,
    idle,
    pin,
    registration,
    together,
)
from kiosk.sandbox.walk import PIN, Walk
from kiosk.visit.failures import Failure

SERVED: Final = "jinan-2-0"
STRANGER: Final = "jinan-1-0"
NOTICED: Final = 60.0
"""Seconds until a kiosk has noticed, with nobody in front of it, that central is gone."""


def logged(event: str, within: float, **values: str) -> Go:
    """Until the kiosk's log tells so, from its start on."""

    def go(walk: Walk) -> None:
        until = time.monotonic() + within
        while not any(
            line.get("event") == event and all(line.get(name) == value for name, value in values.items())
            for line in walk.kiosk.machine.log_lines()
        ):
            if time.monotonic() > until:
                raise TimeoutError(f"the log does not tell of {event} {values}")
            walk.kiosk.machine.wait(0.1)

    return go


def _asking(walk: Walk) -> None:
    """Central has the question and does not answer."""
    walk.to_pin(SERVED)
    walk.world.central_fault("hold", "overview")
    walk.kiosk.type_pin(PIN)
    walk.kiosk.wait_screen("home")
    walk.kiosk.wait_text(walk.says("offline.asking"))


def _answered(walk: Walk) -> None:
    walk.world.central_release()
    walk.kiosk.wait_text(walk.says("offline.refreshed"))


def _cut(walk: Walk) -> None:
    walk.to_idle()
    walk.world.set_line(Cut())


OUTAGE: Final = Leg(
    "outage",
    (
        Stop(
            "home-still-asking",
            together(home(SERVED), logged("recent-kept", 10), logged("loss-list", 30, took="taken"), idle, _asking),
            "home",
        ),
        Stop("home-refreshed", _answered, "home"),
        Stop("attract-offline", together(_cut, logged("link-changed", NOTICED, link="offline")), "attract"),
        Stop("pin-offline", pin(SERVED), "pin"),
        Stop("home-recent", home(SERVED), "home"),
        Stop("registration-recent", registration("110"), "registration"),
        Stop("contributions-recent", from_home("open-contributions", "contributions"), "contributions"),
        Stop("accounts-recent", from_home("open-accounts", "accounts"), "accounts"),
        card_failure(Failure.CENTRAL_UNREACHABLE, STRANGER, name="central-nothing-kept"),
        card_failure(Failure.STATUS_LISTED, "jinan-lost"),
    ),
    {"cache": {"enabled": True}},
)

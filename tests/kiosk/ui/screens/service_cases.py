"""Services of an active card: what the tests build and the pictures show, by name. What their pages share with those of an
activation (PINs, what stops them) is among `activation_cases`, too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from kiosk.services import LossReport, Ticket
from kiosk.visit.failures import OUTAGES, Failure
from kiosk.visit.services import (
    CardService,
    LossAsked,
    LossReported,
    Paper,
    PinChanged,
    PinRule,
    Pins,
    PinSlot,
    ServicesMenu,
    ServiceStage,
    Stop,
    Stopped,
    Work,
    Working,
)
from kiosk.visit.states import CardPage, Link, Model, World
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import MONOTONIC

T: Final = MONOTONIC
REPORT: Final = LossReport("GS-261120-7KQ4", date(2026, 12, 5))
TICKET: Final = Ticket("K7PQ-3MXD", samples.NOW + timedelta(days=7))


def service(stage: ServiceStage, world: World, *, tries: int | None = 6, **more: object) -> Model:
    state = replace(CardService(1, 1, stage, T, tries), **more)  # type: ignore[arg-type]
    return Model(world=world, state=state, visits=1, now=T)


def cases(card_in: World) -> dict[str, Callable[[], Model]]:
    """`card_in`: a card in the slot."""
    stages: dict[str, ServiceStage] = {
        "services": ServicesMenu(),
        "pin-changed": PinChanged(),
        **{f"loss.{part}": LossAsked(part) for part in range(5)},
        **{f"loss-reported.{paper.value}": LossReported(REPORT, paper) for paper in Paper},
        "loss-reported.open": LossReported(LossReport("GS-261120-7KQ4", None), Paper.OFFERED),
        "pins.change-old": Pins(),
        "pins.change-new": Pins(PinSlot.NEW, 3),
        "pins.change-rule": Pins(PinSlot.NEW, rule=PinRule.BIRTH),
        "pins.change-again": Pins(PinSlot.AGAIN, 6),
        "pins.change-judging": Pins(PinSlot.AGAIN, 6, judging=True),
        **{f"working.service-{work.value}": Working(work, T) for work in (Work.CHANGE, Work.REPORT_LOSS)},
        "working.service-slow": Working(Work.REPORT_LOSS, T - 2, slow=True),
        **{f"stopped.service-{each.code}": Stopped(Stop.CENTRAL, each) for each in (*OUTAGES, Failure.CENTRAL_REFUSED)},
        "ticket.asking": Stopped(Stop.PIN_LOCKED, asking=True),
        **{f"ticket.{paper.value}": Stopped(Stop.PIN_LOCKED, ticket=TICKET, paper=paper) for paper in Paper},
    }
    made: dict[str, Callable[[], Model]] = {name: partial(service, stage, card_in) for name, stage in stages.items()}
    made["pins.change-wrong"] = partial(service, Pins(wrong=True), card_in, tries=2)
    made["pins.change-last"] = partial(service, Pins(wrong=True), card_in, tries=1)
    made["still-there.service"] = partial(service, LossAsked(), card_in, asking_since=T - 4)
    locked = CardPage(1, 1, Failure.PIN_LOCKED, T, ticket=True)
    made["failure.ticket"] = lambda: Model(world=card_in, state=locked, visits=1, now=T)
    made["services.offline"] = partial(service, ServicesMenu(), replace(card_in, link=Link.OFFLINE))
    return made

"""Every model outside an open record that the tests build and the pictures show, by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from drivers.card.states import PinTries, ReaderState
from kiosk.model import CardStatus, MaskedHolder, Notice, Verdict
from kiosk.ui import pages
from kiosk.ui.env import Env, Place
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.text import Language, Words
from kiosk.ui.theme import Contrast, TextSize
from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    CardPage,
    HomePage,
    Idle,
    Link,
    Model,
    Opening,
    OutOfService,
    PinNote,
    PinPad,
    Prefs,
    Reading,
    ReadStep,
    Reminder,
    Rules,
    SessionReply,
    Slot,
    State,
    TakeCard,
    World,
)
from tests.kiosk.ui.screens import samples, service_cases
from tests.kiosk.ui.screens.harness import LANGUAGES, MONOTONIC, PLACE, REGION, Look, record

T: Final = MONOTONIC
READY: Final = World(reader=ReaderState.READY)
CARD_IN: Final = replace(READY, slot=Slot(1, mute=False))
DONE: Final = replace(READY, slot=Slot(1, mute=False, done=True))
REPLY: Final = SessionReply(
    Verdict.GENUINE, CardStatus.NORMAL, MaskedHolder("试*明", "370***********5671", False), True
)
NOTICE: Final = Notice(
    "n1",
    "本大厅 11月25日（星期三）下午系统维护，自助机和窗口暂停服务。",
    "On Wednesday 25 November, in the afternoon, kiosks and windows of this hall are closed for maintenance.",
)
MORE_LANGUAGES: Final = (
    *LANGUAGES,
    Language("es", "Español"),
    Language("de", "Deutsch"),
    Language("it", "Italiano"),
    Language("fr", "Français"),
)

KEEPS: Final = Rules(recent_days=7)
OUTAGE: Final = replace(CARD_IN, link=Link.OFFLINE)
AWAY: Final = Failure.CENTRAL_UNREACHABLE

KIOSK_FAILURES: Final = tuple(f for f in Failure if f.key.startswith(("kiosk.", "reader.")))
"""What an out-of-service page can be about."""
CARD_FAILURES: Final = tuple(f for f in Failure if not f.key.startswith("reader.") and f is not Failure.CONFIG_INVALID)
"""What a page of a visit can be about."""


def model(state: State, world: World = CARD_IN) -> Model:
    return Model(world=world, state=state, visits=1, now=T)


def pin(tries: int = 3, digits: int = 0, **more: object) -> Model:
    pad = PinPad(1, 1, PinTries(tries), T, REPLY, minor=False, digits=digits)
    return model(replace(pad, **more))  # type: ignore[arg-type]


def pin_offline(tries: int = 3, **more: object) -> Model:
    """Recent data follows the PIN."""
    return replace(pin(tries, **{"reply": None, "recent": True, "offline": AWAY, **more}), world=OUTAGE)  # type: ignore[arg-type]


CASES: Final[dict[str, Callable[[], Model]]] = {
    "attract": lambda: model(Idle(), READY),
    "attract.notice": lambda: model(Idle(), replace(READY, notices=(NOTICE, NOTICE))),
    "attract.virtual": lambda: model(Idle(), replace(READY, reader_is_virtual=True)),
    "attract.recent": lambda: replace(
        model(Idle(), replace(READY, reader_is_virtual=True, notices=(NOTICE,), link=Link.OFFLINE)), rules=KEEPS
    ),
    "attract.all": lambda: model(Idle(), replace(READY, reader_is_virtual=True, notices=(NOTICE,), link=Link.OFFLINE)),
    "pin": lambda: pin(),
    "pin.four": lambda: pin(digits=4),
    "pin.twelve": lambda: pin(digits=12),
    "pin.many": lambda: pin(6),
    "pin.two": lambda: pin(2),
    "pin.wrong": lambda: pin(2, note=PinNote.WRONG),
    "pin.wrong-of-many": lambda: pin(4, note=PinNote.WRONG),
    "pin.last": lambda: pin(1),
    "pin.last-wrong": lambda: pin(1, note=PinNote.WRONG),
    "pin.format": lambda: pin(note=PinNote.FORMAT),
    "pin.minor": lambda: pin(minor=True, reply=None),
    "pin.minor-last-wrong": lambda: pin(1, minor=True, note=PinNote.WRONG),
    "pin.checking": lambda: pin(verifying=True),
    **{
        f"pin.offline{name}": partial(pin_offline, **more)
        for name, more in (
            ("", {}),
            ("-last-wrong", {"tries": 1, "note": PinNote.WRONG}),
            ("-wrong", {"tries": 2, "note": PinNote.WRONG}),
            ("-format", {"note": PinNote.FORMAT}),
            ("-minor", {"minor": True}),
            ("-minor-last-wrong", {"tries": 1, "minor": True, "note": PinNote.WRONG}),
            ("-checking", {"verifying": True}),
        )
    },
    "pin-help": lambda: pin(helping=True),
    "opening": lambda: model(Opening(1, 1, T, REPLY)),
    "opening.slow": lambda: model(Opening(1, 1, T, REPLY, slow=True)),
    "opening.offline": lambda: model(Opening(1, 1, T, None, recent=True, unsealing=True, offline=AWAY), OUTAGE),
    "opening.unsealing": lambda: model(Opening(1, 1, T, REPLY, slow=True, recent=True, unsealing=True)),
    "still-there.pin": lambda: pin(asking_since=T - 4),
    "still-there.record": lambda: model(replace(record(samples.PEOPLE["picture"](), HomePage()), asking_since=T - 4)),
    "still-there.end": lambda: pin(asking_since=T - 19),
}
CASES.update({f"reading.{step.value}": partial(model, Reading(1, 1, T, step)) for step in ReadStep})
CASES.update({f"take-card.{each.value}": partial(model, TakeCard(1, T, each), DONE) for each in Reminder})
CASES.update({f"failure.{each.code}": partial(model, CardPage(1, 1, each, T)) for each in CARD_FAILURES})
CASES.update(
    {f"out-of-service.{each.code}": partial(model, OutOfService(each, since=T - 300), READY) for each in KIOSK_FAILURES}
)
CASES["out-of-service.card-in"] = lambda: model(OutOfService(Failure.CLOCK_WRONG, since=T - 300), CARD_IN)
CASES["out-of-service.blank"] = lambda: model(OutOfService(Failure.SCREEN_FAULT), World())


def draw(
    case: Model,
    look: Look,
    kit: Callable[[Look], Kit],
    words: Callable[[str], Words],
    *,
    languages: tuple[Language, ...] = LANGUAGES,
    place: Place = PLACE,
) -> Page:
    """A model's page in a look, through the dispatch that the kiosk uses."""
    prefs = Prefs(look.language, look.text is TextSize.LARGE, look.contrast is Contrast.HIGH)
    env = Env(kit(look), words(look.language), languages, REGION, place, samples.NOW, MONOTONIC)
    return pages.build(replace(case, prefs=prefs), env)


for _link in Link:
    CASES[f"attract.{_link.value}"] = partial(model, Idle(), replace(READY, link=_link))
    CASES[f"take-card.{_link.value}"] = partial(model, TakeCard(1, T), replace(DONE, link=_link))

CASES.update(service_cases.cases(CARD_IN))

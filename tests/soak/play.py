"""Plays one planned visit through the real stack, from the attract page back to it. Raises NotShown when it goes elsewhere.

Nothing sleeps: each step waits for what the screen shows, and the card is in the slot only while the visit is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final, assert_never

from drivers.card.cardfile import Fault
from kiosk.masking import mask_name
from kiosk.sandbox.legs_activation import number
from kiosk.sandbox.line import BlackHole, Cut, Drip, Flaky, Mode, Reset, Through
from kiosk.sandbox.walk import PIN, Walk
from kiosk.visit.failures import Failure
from kiosk.visit.states import Screen
from tests.journeys.driver import Kiosk, NotShown, View
from tests.journeys.ends import HOME, NEW, STOPPED, WHO
from tests.soak.plan import (
    ATTRACT,
    Activates,
    Aid,
    CardLeft,
    CentralFault,
    Line,
    LineFault,
    Nobody,
    Pulled,
    PulledByHand,
    ServiceKilled,
    Stage,
    Swapped,
    Visit,
    WrongPin,
    before_swap,
    ends,
)

SETTINGS: Final[dict[str, dict[str, object]]] = {
    "central": {"connect": 2, "total": 4},
    "time": {
        "page_idle": 10,
        "page_idle_slow": 10,
        "question": 5,
        "question_slow": 5,
        "pin_idle": 20,
        "reveal": 2,
        "take_card_louder": 5,
    },
    "cache": {"enabled": False},
}
"""Nobody waits long: what happens after these times is the same. Nothing is kept: an outage leads everybody to its page."""

WRONG: Final = "000000"
_NOTHING: Final = 0.15
"""A touch that changes nothing shows by nothing being painted for so long."""
_CODES: Final = frozenset(failure.code for failure in Failure)
_OF_RECORD: Final = frozenset(
    screen.value
    for screen in (
        Screen.HOME,
        Screen.REGISTRATION,
        Screen.CONTRIBUTIONS,
        Screen.YEAR,
        Screen.ACCOUNTS,
        Screen.CHOOSER,
        Screen.WRONG,
        Screen.PRIVACY,
    )
)
_OF_ACTIVATION: Final = frozenset(
    screen.value
    for screen in (
        Screen.WHO,
        Screen.RELATION,
        Screen.NUMBER,
        Screen.WAY,
        Screen.DOCUMENT,
        Screen.CODE,
        Screen.KEEP_PHONE,
        Screen.PHONE,
        Screen.WORKING,
        Screen.STOPPED,
        Screen.PRIVACY,
    )
)
_MAY_END: Final = (Screen.PIN.value, Screen.FAILURE.value, Screen.OUT_OF_SERVICE.value, WHO, STOPPED)
_LEFT_ALONE: Final = frozenset({"end"})
"""Not touched by somebody who wanders."""


class _Over(Exception):
    """The visit has come to its end before its last step, as planned."""


class Player:
    """One kiosk, one visit after the other."""

    def __init__(self, walk: Walk, kiosk: Kiosk) -> None:
        self._walk = walk
        self._world = walk.world
        self._kiosk = kiosk

    def play(self, visit: Visit) -> str:
        """From attract to attract. Returns where it led: `home`, a failure's code, `attract` for a card that was pulled."""
        draw = random.Random(visit.draw)
        ended = ATTRACT
        self._idle_page()
        try:
            self._before(visit, draw)
            ended = self._insert(visit)
            ended = self._to_end(visit, ended, draw)
            self._stay(visit, ended, draw)
        except _Over:
            pass
        except NotShown:
            # The kiosk looks at the card of an open record, too: the APDU at which it leaves may be one of those.
            if not isinstance(visit.trouble, Pulled) or self._world.card_in is not None:
                raise
            ended = ATTRACT
        finally:
            self._world.pull()
            if isinstance(visit.trouble, LineFault):
                self._world.set_line(Through())
            if isinstance(visit.trouble, CentralFault):
                self._world.central_well()
        self._idle_page(visit)
        return ended

    # ---- before the card --------------------------------------------------------------------------------------------

    def _idle_page(self, after: Visit | None = None) -> None:
        first = self._walk.words["zh_CN"].t("attract.title")
        # Who was touching a page when the card left has touched the idle page, too: that is put back after its time.
        touched = after is not None and isinstance(after.trouble, Pulled)
        view = self._kiosk.wait(lambda v: bool(v.screen == ATTRACT and (not touched or v.says(first))), 25, ATTRACT)
        holder = None if after is None else self._world.cards[after.card].holder
        if holder is not None and any(view.says(text) for text in (holder.name, holder.ssn, mask_name(holder.name))):
            raise NotShown("something of the last person is on the idle page")
        if after is not None and not view.says(first):
            raise NotShown("the idle page is not in the kiosk's first language")

    def _before(self, visit: Visit, draw: random.Random) -> None:
        if visit.privacy:
            self._to("privacy", Screen.PRIVACY.value)
            self._wander(visit.wander, draw, frozenset({Screen.PRIVACY.value}), {"end", "back"})
            self._to("back", ATTRACT)
        self._aids(visit, Stage.IDLE)
        match visit.trouble:
            case CentralFault(kind=kind, operation=operation, seconds=seconds, status=status):
                self._world.central_fault(kind.value, operation.value, seconds=seconds, status=status)
            case LineFault(stage=Stage.IDLE):
                self._break_line(visit.trouble)
            case ServiceKilled(stage=Stage.IDLE):
                self._kill_service()
            case _:
                pass

    def _break_line(self, fault: LineFault) -> None:
        mode: Mode
        match fault.kind:
            case Line.CUT:
                mode = Cut()
            case Line.RESET:
                mode = Reset(int(fault.amount))
            case Line.SLOW:
                mode = Through(fault.amount)
            case Line.FLAKY:
                mode = Flaky(fault.amount)
            case Line.DRIP:
                mode = Drip(fault.amount)
            case Line.BLACK_HOLE:
                mode = BlackHole()
            case never:
                assert_never(never)
        self._world.set_line(mode)

    def _kill_service(self) -> None:
        self._world.kill_reader_service()
        self._kiosk.wait_screen(Screen.OUT_OF_SERVICE.value, 20, failure=Failure.READER_SERVICE_STOPPED.code)
        self._world.pull()
        self._world.start_reader_service()
        self._kiosk.wait_screen(ATTRACT, 20)

    # ---- the card ---------------------------------------------------------------------------------------------------

    def _insert(self, visit: Visit) -> str:
        """Returns the first page that asks for something: `pin`, a failure's code, or `attract` when the card left before."""
        faults = []
        if isinstance(visit.trouble, Pulled):
            action: Any = "remove_after" if visit.trouble.after else "remove"
            faults.append(Fault(action=action, index=visit.trouble.index, times=1))
        look = self._kiosk.view().look
        self._world.insert(visit.card, fresh=True, byte_ms=0.0, faults=faults)
        return self._page_after(look)

    def _page_after(self, look: int, *, swapped: bool = False) -> str:
        """The page that the card in the slot leads to. `swapped`: a page of the card before may still be drawn anew."""

        def there(view: View) -> bool:
            if swapped and not any(
                at > look and screen in (ATTRACT, Screen.READING.value) for at, screen in view.passed
            ):
                return False
            if view.screen in _MAY_END:
                return any(at > look for at, screen in view.passed if screen == view.screen)
            return view.screen == ATTRACT and any(at > look and screen != ATTRACT for at, screen in view.passed)

        return self._named(self._kiosk.wait(there, 20, "a page that the card leads to"))

    @staticmethod
    def _named(view: View) -> str:
        if view.screen in (Screen.FAILURE.value, Screen.OUT_OF_SERVICE.value):
            return next((text for text in view.texts if text in _CODES), view.screen)
        return view.screen

    def _to_end(self, visit: Visit, came: str, draw: random.Random) -> str:
        """Through the PIN page where there is one. Returns where the visit leads. Raises NotShown for a wrong place."""
        if came == Screen.PIN.value:
            came = self._pin_page(visit)
        expected = before_swap(visit)
        if came not in expected:
            raise NotShown(f"{visit.card} came to {came}, expected: {' or '.join(sorted(expected))}")
        if came == ATTRACT:
            if self._world.card_in is not None:
                raise NotShown("the visit ended with the card in the slot and nobody touching anything")
            raise _Over
        return came

    def _pin_page(self, visit: Visit) -> str:
        """Where the PIN page leads. Central's answer may come while the person types: then its page takes the key pad's place."""
        try:
            return self._keys(visit)
        except NotShown:
            view = self._kiosk.view()
            if view.screen not in (Screen.FAILURE.value, Screen.OUT_OF_SERVICE.value, ATTRACT):
                raise
            return self._named(view)

    def _keys(self, visit: Visit) -> str:
        kiosk = self._kiosk
        self._aids(visit, Stage.PIN)
        if visit.forgot:
            self._to("forgot-pin", Screen.PIN_HELP.value)
            self._to("back", Screen.PIN.value)
        match visit.trouble:
            case PulledByHand(digits=digits):
                kiosk.type_pin(PIN[:digits], confirm=False)
                raise _Over
            case Swapped(stage=Stage.PIN, card=other):
                look = kiosk.view().look
                self._world.swap(other, fresh=True, byte_ms=0.0)
                came = self._page_after(look, swapped=True)
                return self._type(PIN) if came == Screen.PIN.value else came
            case ServiceKilled(stage=Stage.PIN):
                self._kill_service()
                raise _Over
            case LineFault(stage=Stage.PIN):
                self._break_line(visit.trouble)
            case WrongPin():
                came = self._type(WRONG)
                if came != Screen.PIN.value:
                    return came
            case _:
                pass
        return self._type(PIN)

    def _type(self, pin: str) -> str:
        """Type and confirm. Returns `home`, a failure's code, `pin` when it is asked for again, `attract` without a card."""
        kiosk = self._kiosk
        asked = self._walk_says_again()
        kiosk.type_pin(pin)
        over = (HOME, Screen.FAILURE.value, Screen.OUT_OF_SERVICE.value, ATTRACT)
        return self._named(
            kiosk.wait(lambda view: view.screen in over or view.says(asked), 20, "an answer to the PIN")
            if pin != PIN
            else kiosk.wait(lambda view: view.screen in over, 20, "the end of the PIN page")
        )

    def _walk_says_again(self) -> str:
        """What the page says after a wrong PIN, in the language that it is in now."""
        self._walk.language = "zh_CN" if _offers(self._kiosk.view(), "language-en") else "en"
        return self._walk.says("pin.again.title")

    # ---- the page it leads to ---------------------------------------------------------------------------------------

    def _stay(self, visit: Visit, ended: str, draw: random.Random) -> None:
        kiosk = self._kiosk
        self._aids(visit, Stage.HOME)
        if ended == HOME:
            self._right_person(visit)
            match visit.trouble:
                case Swapped(stage=Stage.HOME, card=other):
                    look = kiosk.view().look
                    self._world.swap(other, fresh=True, byte_ms=0.0)
                    came = self._page_after(look, swapped=True)
                    came = self._type(PIN) if came == Screen.PIN.value else came
                    if came not in ends(visit):
                        raise NotShown(f"{other}, swapped in, came to {came}")
                case ServiceKilled(stage=Stage.HOME):
                    self._kill_service()
                    raise _Over
                case Nobody(comes_back=comes_back):
                    kiosk.wait_screen(Screen.STILL_THERE.value, 20)
                    if not comes_back:
                        kiosk.wait_screen(Screen.TAKE_CARD.value, 15)
                        return
                    self._to("stay", HOME)
                case _:
                    self._wander(visit.wander, draw, _OF_RECORD, _LEFT_ALONE)
        elif ended in NEW:
            self._begin(visit, draw)
        else:
            self._wander(visit.wander // 3, draw, frozenset({Screen.FAILURE.value}), _LEFT_ALONE)
        if ended == HOME and (visit.ends_by_touch or isinstance(visit.trouble, CardLeft)):
            self._to("end", Screen.TAKE_CARD.value)
        if ended == HOME and isinstance(visit.trouble, CardLeft):
            look = kiosk.view().look
            kiosk.wait(lambda view: view.look > look, 15, "a louder reminder")

    def _begin(self, visit: Visit, draw: random.Random) -> None:
        """An activation, as far as it is planned; the rest of the time whatever its pages offer."""
        if visit.activates is not Activates.NOT:
            self._to("party-holder", Screen.NUMBER.value)
            number(visit.card, Screen.WAY.value)(self._walk)
        if visit.activates is Activates.PINS:
            self._world.desk.lay(visit.card)
            self._to("way-document", Screen.DOCUMENT.value)
            self._to("read-document", Screen.KEEP_PHONE.value)
            self._world.desk.lay(None)
            self._to("use-phone", Screen.EXPLAIN.value)
            self._to("start", Screen.PINS.value)
            self._kiosk.type_pin(PIN, confirm=False)
            if visit.ends_by_touch:
                self._to("end", Screen.TAKE_CARD.value)
        else:
            self._wander(visit.wander, draw, _OF_ACTIVATION, _LEFT_ALONE)

    def _right_person(self, visit: Visit) -> None:
        holder = self._world.cards[visit.card].holder
        swapped = isinstance(visit.trouble, Swapped) and visit.trouble.stage is Stage.PIN
        if holder is not None and not swapped and not self._kiosk.view().says(mask_name(holder.name)):
            raise NotShown("home does not name the card's holder")

    def _wander(self, touches: int, draw: random.Random, among: frozenset[str], not_these: Any) -> None:
        """Touch whatever the pages offer, sometimes twice in a row. Raises NotShown when it leads to no page of `among`."""
        kiosk = self._kiosk
        for _ in range(touches):
            view = kiosk.view()
            offered = [control for control in view.controls if control.enabled and control.name not in not_these]
            if not offered:
                return
            control = draw.choice(sorted(offered, key=lambda one: one.name))
            kiosk.touch(*control.centre)
            if draw.random() < 0.15:
                kiosk.glass.tap(*control.centre)
            view = kiosk.changed(view, _NOTHING)
            if view.screen not in among:
                raise NotShown(f"{control.name} led to {self._named(view)}")

    def _aids(self, visit: Visit, stage: Stage) -> None:
        for at, aid in visit.aids:
            view = self._kiosk.view()
            name = self._other_language(view) if aid is Aid.LANGUAGE else aid.value
            if at is stage and _offers(view, name):
                self._press(name, lambda now, look=view.look: bool(now.look > look))  # type: ignore[misc]

    def _other_language(self, view: View) -> str:
        """The attract page offers both languages, every other page the one that it is not in."""
        other = "language-en"
        there = (
            view.says(self._walk.words["zh_CN"].t("attract.title")) if view.screen == ATTRACT else _offers(view, other)
        )
        return other if there else "language-zh-cn"

    def _press(self, name: str, done: Callable[[View], bool]) -> None:
        """Touch until it has its effect: a page that has just changed lets a touch pass, and a person touches again."""
        for tries_left in (2, 1, 0):
            self._kiosk.tap(name)
            try:
                self._kiosk.wait(done, 4, f"the effect of {name}")
            except NotShown:
                if not tries_left or not _offers(self._kiosk.view(), name):
                    raise
            else:
                return

    def _to(self, name: str, screen: str) -> None:
        self._press(name, lambda view: bool(view.screen == screen))


def _offers(view: View, name: str) -> bool:
    return any(control.name == name and control.enabled for control in view.controls)

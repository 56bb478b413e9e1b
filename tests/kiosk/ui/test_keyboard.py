"""The keyboard on the screen: which keys there are, where they go, and that capitals are the page's own affair."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.ui.components.keys import KeyboardSpec, SecretField, TypedField, keyboard
from kiosk.ui.layout import Element, Sink
from kiosk.ui.nodes import Page, Rect, RoundRect, SecretKey, SecretKind, ShiftKeys, Target, TextRun
from kiosk.ui.port import enter_secret
from kiosk.ui.presenter import Look, ScreenPresenter
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import Action, ClearKeys, ConfirmTyped, EraseKey, TypeKey
from kiosk.visit.entry import SignInStep
from kiosk.visit.help import Desk
from kiosk.visit.states import Model
from tests.kiosk.ui.means import kit_of, surface
from tests.kiosk.ui.screens.harness import LANGUAGES, PLACE, REGION
from tests.kiosk.ui.screens.samples import NOW
from tests.kiosk.ui.screens.staff_cases import model, sign_in

WIDE = 960
"""Px that the keys have at least, in every look."""


def spec(shift: bool | None, *, enabled: bool = True) -> KeyboardSpec:
    return KeyboardSpec(
        key=TypeKey,
        shift_label="Caps",
        clear="Clear",
        erase_spoken="erase",
        hyphen_spoken="hyphen",
        confirm="OK",
        shift=shift,
        clear_action=ClearKeys(),
        erase_action=EraseKey(),
        confirm_action=ConfirmTyped(),
        can_confirm=True,
        enabled=enabled,
    )


def put(element: Element, width: int = WIDE) -> Sink:
    sink = Sink()
    sink.put(element, Rect(0, 0, width, element.measure(width).h))
    return sink


def keys(sink: Sink) -> dict[str, Target]:
    return {each.name: each for each in sink.targets}


def rows(sink: Sink) -> list[str]:
    """The letters as they lie on the glass."""
    lines: dict[int, str] = {}
    for run in sorted((n for n in sink.nodes if isinstance(n, TextRun) and len(n.text) == 1), key=lambda n: n.x):
        lines[run.y] = lines.get(run.y, "") + run.text
    return [lines[y] for y in sorted(lines)]


@pytest.mark.parametrize(
    ("shift", "letters"),
    [
        (None, ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", "-"]),
        (True, ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", "-"]),
        (False, ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "-"]),
    ],
)
def test_letters_lie_where_people_look_for_them(shift: bool | None, letters: list[str]) -> None:
    kit = kit_of()
    assert rows(put(keyboard(kit, spec(shift)))) == letters


def test_there_is_no_key_for_capitals_where_there_is_nothing_else() -> None:
    kit = kit_of()
    assert "key-shift" not in keys(put(keyboard(kit, spec(None))))
    assert keys(put(keyboard(kit, spec(False))))["key-shift"].action == ShiftKeys(True)
    assert keys(put(keyboard(kit, spec(True))))["key-shift"].action == ShiftKeys(False)


@pytest.mark.parametrize("text", TextSize)
@pytest.mark.parametrize("shift", [None, False])
def test_every_key_is_large_enough_and_apart_from_its_neighbours(shift: bool | None, text: TextSize) -> None:
    for orientation in Orientation:
        kit = surface(orientation).kit(Contrast.NORMAL, text)
        sink = put(keyboard(kit, spec(shift)))
        assert sink.overflows == []
        targets = sink.targets
        for one in targets:
            assert min(one.rect.w, one.rect.h) >= 76, one.name
            for other in targets:
                assert one is other or not one.rect.outset(16).overlaps(other.rect), (one.name, other.name)


def test_nothing_can_be_typed_while_it_is_not_enabled() -> None:
    kit = kit_of()
    assert [each.name for each in put(keyboard(kit, spec(False, enabled=False))).targets if each.enabled] == []


@pytest.mark.parametrize("count", [0, 1, 5, 24])
def test_the_field_draws_each_character_and_a_mark_for_the_next(count: int) -> None:
    sink = put(TypedField(kit_of(), "W" * count, 24))
    runs = [node for node in sink.nodes if isinstance(node, TextRun)]
    assert len(runs) == count
    assert all(run.x + run.w <= WIDE for run in runs)
    marks = [node for node in sink.nodes if isinstance(node, RoundRect) and node.rect.w == 6]
    assert len(marks) == (count < 24)


def test_a_passwords_field_holds_no_text() -> None:
    sink = put(SecretField(kit_of(), 32))
    assert not any(isinstance(node, TextRun) for node in sink.nodes)
    assert all(Rect(0, 0, WIDE, 200).contains(node.rect) for node in sink.nodes if isinstance(node, RoundRect))


# --- where keys go ----------------------------------------------------------------------------------------------------


@dataclass
class Port:
    """The engine's side: what came through, and what went past."""

    came: list[tuple[int, Action]] = field(default_factory=list)
    signs: str = ""

    @property
    def secret(self) -> "Port":
        return self

    def press(self, digit: int) -> None:
        self.signs += str(digit)

    def press_sign(self, sign: str) -> None:
        self.signs += sign

    def erase(self) -> None:
        self.signs = self.signs[:-1]

    def clear(self) -> None:
        self.signs = ""

    def pressed(self, visit: int, action: Action) -> None:
        self.came.append((visit, action))

    def touched(self) -> None: ...


def test_a_key_of_a_password_goes_to_the_port_and_says_nothing_of_itself() -> None:
    port = Port()
    for key in (
        SecretKey(SecretKind.SIGN, sign="A"),
        SecretKey(SecretKind.SIGN, sign="-"),
        SecretKey(SecretKind.DIGIT, 7),
    ):
        enter_secret(port, key)
        assert "A" not in repr(key)
    assert port.signs == "A-7"
    enter_secret(port, SecretKey(SecretKind.ERASE))
    assert port.signs == "A-"
    enter_secret(port, SecretKey(SecretKind.CLEAR))
    assert port.signs == ""


class Glass:
    """A presenter with the page of a model."""

    def __init__(self, first: Model, locale: Path) -> None:
        look = Look(REGION, PLACE, LANGUAGES, lambda code: Words.load(locale, code))
        self.port = Port()
        self.presenter = ScreenPresenter(look, first, lambda: NOW, lambda: first.now)
        self.presenter.connect(self.port)

    @property
    def page(self) -> Page:
        return self.presenter.page(surface(Orientation.PORTRAIT))

    def key(self, name: str) -> object:
        return next(each.action for each in self.page.targets if each.name == name)


def test_capitals_stay_on_for_this_page_and_nobody_but_the_page_hears_of_them(locale_folder: Path) -> None:
    password = sign_in(SignInStep.PASSWORD)
    glass = Glass(password, locale_folder)
    assert glass.key("key-q") == SecretKey(SecretKind.SIGN, sign="q")
    on = glass.key("key-shift")
    assert on == ShiftKeys(True)
    glass.presenter.pressed(ShiftKeys(True))
    assert glass.key("key-q") == SecretKey(SecretKind.SIGN, sign="Q")
    glass.presenter.publish(sign_in(SignInStep.PASSWORD, digits=1))
    assert glass.key("key-q") == SecretKey(SecretKind.SIGN, sign="Q"), "a key was typed, the keyboard is the same"
    glass.presenter.pressed(ShiftKeys(False))
    assert glass.key("key-q") == SecretKey(SecretKind.SIGN, sign="q")
    assert glass.port.came == []


def test_the_next_persons_keyboard_begins_without_capitals(locale_folder: Path) -> None:
    password = sign_in(SignInStep.PASSWORD)
    glass = Glass(password, locale_folder)
    glass.page  # noqa: B018 it is on the screen
    glass.presenter.pressed(ShiftKeys(True))
    glass.presenter.publish(model(Desk()))
    glass.page  # noqa: B018
    later = sign_in(SignInStep.PASSWORD)
    glass.presenter.publish(Model(later.rules, later.world, later.prefs, later.state, visits=2, now=later.now))
    assert glass.key("key-q") == SecretKey(SecretKind.SIGN, sign="q")

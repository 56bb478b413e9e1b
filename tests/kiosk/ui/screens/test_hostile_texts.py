"""Names that try to be something else: markup, orders to the line, nothing to see, no end. They are shown as they are."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from kiosk.model import Notice
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, TextRun
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast
from kiosk.visit.actions import Field
from kiosk.visit.states import HomePage, Idle, RegistrationPage, Reveal, State, WrongPage
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LOOKS, MONOTONIC, Look, draw, record
from tests.kiosk.ui.screens.page_checks import problems
from tests.kiosk.ui.screens.samples import Person
from tests.kiosk.ui.screens.visit_cases import READY, model
from tests.kiosk.ui.screens.visit_cases import draw as draw_model

NAMES: Final = {
    "markup": "[b]粗[/b]&bl;&amp;[ref=x]点[/ref]<b>名</b>{name}%s[color=ff0000]红",
    "bidirectional marks": "\u202e试\u2066甲\u200f乙\u2069",
    "zero width": "试\u200b验\u200d甲\ufeff乙",
    "combining marks": "e\u0301" * 10 + "Z\u0351\u0352\u0353" * 5,
    "control characters": "试\x00\x07\x1b[31m甲\n乙\r\t丙\x7f",
    "one control character": "\u202e",
    "as long as a card can hold": "长" * 60,
    "overlong Latin": "W" * 80,
    "characters of no face": "\U000e0001\ufffe\U0010fffd\ud800",
    "another script that runs from right to left": "محمد בן",
    "an emoji of many parts": "👨\u200d👩\u200d👧\u200d👦",
}
LOOKED: Final = tuple(
    look
    for look in LOOKS
    if look.contrast is Contrast.NORMAL
    and str(look).count("large") == str(look).count("en")  # the widest and the usual
)
REVEALED: Final = Reveal(Field.NAME, MONOTONIC + 5)


def person(name: str) -> Person:
    """Named so by the card and by central, and insured by a firm of the same name."""
    of = samples.picture()
    registrations = tuple(
        replace(each, payer=None if each.payer is None else replace(each.payer, name=name))
        for each in of.overview.registrations  # type: ignore[union-attr]
    )
    holder = replace(of.overview.holder, name=name)
    return replace(of, overview=replace(of.overview, holder=holder, registrations=registrations))


PAGES: Final[dict[str, Callable[[Person], State]]] = {
    "home": lambda of: record(of, HomePage()),
    "wrong": lambda of: record(of, WrongPage(RegistrationPage("110"), "110-2026-1120-0001")),
}


@pytest.fixture(scope="module")
def words(zh: Words, en: Words) -> Callable[[str], Words]:
    return {"zh_CN": zh, "en": en}.__getitem__


def kit(look: Look) -> Kit:
    return surface(look.orientation).kit(look.contrast, look.text)


def drawn_text(page: Page) -> str:
    return "".join(node.text for node in page.nodes if isinstance(node, TextRun))


def acting(text: str) -> list[str]:
    """Characters that act on the line instead of standing in it."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def broken(page: Page) -> list[str]:
    """What is wrong with the page. Rows of one list touch; what is no word may be broken anywhere."""
    return [each for each in problems(page) if each.count("insurance-") < 2 and not each.startswith("a word in two")]


@pytest.mark.fault("people", "a name that is not one, on every page that shows names", level="unit")
@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_shown_as_it_is_and_stays_in_its_box(
    kind: str, words: Callable[[str], Words], fired: Callable[[object], None]
) -> None:
    name, shown = NAMES[kind], 0
    for look in LOOKED:
        for of, state in PAGES.items():
            page = draw(state(person(name)), look, kit, words)
            assert broken(page) == [], (of, str(look))
            assert not acting(drawn_text(page)), (of, str(look))
        turned = [
            draw(record(person(name), RegistrationPage("110", part), REVEALED), look, kit, words) for part in (0, 4, 9)
        ]
        assert [each for page in turned for each in broken(page)] == [], str(look)
        text = "".join(map(drawn_text, turned))
        assert not acting(text), str(look)
        assert kind != "markup" or name in text  # the very characters: nothing of it was taken for an order
        shown += any(placed.text == name for page in turned for placed in page.texts)
    fired(shown == len(LOOKED))


@pytest.mark.fault("people", "a name as long as central's contract allows, masked", level="unit")
@pytest.mark.parametrize("letter", "长W")
def test_a_mask_has_an_end(letter: str, words: Callable[[str], Words], fired: Callable[[object], None]) -> None:
    of = samples.picture()
    long = replace(of, overview=replace(of.overview, holder=replace(of.overview.holder, name=letter * 200)))
    for look in LOOKED:
        assert broken(draw(record(long, HomePage()), look, kit, words)) == [], str(look)
    fired(len(long.overview.holder.name) == 200)


@pytest.mark.fault("people", "a notice of central's that is not plain text", level="unit")
@pytest.mark.parametrize("kind", NAMES)
def test_a_notice_is_shown_as_it_is(kind: str, words: Callable[[str], Words], fired: Callable[[object], None]) -> None:
    case, shown = model(Idle(), replace(READY, notices=(Notice("n1", NAMES[kind], NAMES[kind]),))), 0
    for look in LOOKED:
        page = draw_model(case, look, kit, words)
        assert broken(page) == [], str(look)
        assert not acting(drawn_text(page))
        shown += any(NAMES[kind].strip() in placed.text for placed in page.texts)
    fired(shown >= len(LOOKED) // 2)  # one too long for large text gives way to how the card goes in

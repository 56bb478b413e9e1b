"""A record that is opened without its card: no card is pictured or asked to be taken, and what is not shown is not offered."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.card.states import ReaderState
from kiosk.help import Access
from kiosk.model import Absent, AbsentReason
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast
from kiosk.visit.states import HomePage, Model, Opening, Record, Rules, World
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LOOKS, MONOTONIC, REGION, Look
from tests.kiosk.ui.screens.page_checks import problems, shown
from tests.kiosk.ui.screens.visit_cases import draw

T = MONOTONIC
EVERY_LOOK = pytest.mark.parametrize("look", [look for look in LOOKS if look.contrast is Contrast.NORMAL], ids=str)
WITHOUT = World(reader=ReaderState.READY)

Drawing = Callable[[Model, Look], Page]


@pytest.fixture(scope="module")
def words(zh: Words, en: Words) -> dict[str, Words]:
    return {"zh_CN": zh, "en": en}


@pytest.fixture(scope="module")
def page(words: dict[str, Words]) -> Drawing:
    def kit(look: Look) -> Kit:
        return surface(look.orientation).kit(look.contrast, look.text)

    return lambda model, look: draw(model, look, kit, words.__getitem__)


def opening(access: Access, *, slow: bool = False) -> Model:
    state = Opening(1, 0, T, None, slow=slow, access=access)
    return Model(Rules(), WITHOUT, state=state, visits=1, now=T)


def home(access: Access, absent: AbsentReason) -> Model:
    overview = replace(samples.picture().overview, accounts=Absent(absent), contributions=Absent(absent))
    state = Record(1, 0, overview, HomePage(), T, access=access)
    return Model(Rules(), WITHOUT, state=state, visits=1, now=T)


@EVERY_LOOK
@pytest.mark.parametrize("access", [Access.QUERY, Access.HANDED_OVER])
def test_nobody_is_told_to_take_a_card_that_was_never_put_in(
    page: Drawing, words: dict[str, Words], access: Access, look: Look
) -> None:
    said = words[look.language]
    gaps = REGION.gaps(look.language)
    for slow in (False, True):
        drawn = page(opening(access, slow=slow), look)
        assert problems(drawn) == []
        for key in ("opening.way_out", "opening.step.pin", "bar.card_in"):
            assert said.t(key, **gaps) not in shown(drawn)
        step = "query.working.step" if access is Access.QUERY else "query.bar.handed_over"
        assert said.t(step, **gaps) in shown(drawn)


@EVERY_LOOK
def test_what_is_shown_with_the_card_only_is_not_offered_without_it(
    page: Drawing, words: dict[str, Words], look: Look
) -> None:
    drawn = page(home(Access.QUERY, AbsentReason.NOT_SHOWN), look)
    can = {target.name: target.enabled for target in drawn.targets}
    assert not can["open-accounts"]
    assert not can["open-contributions"]
    assert can["open-registration"]
    assert words[look.language].t("absent.not_shown.word") in shown(drawn)
    assert drawn.overflows == ()


def test_what_is_missing_for_another_reason_has_its_page_that_says_so(page: Drawing) -> None:
    drawn = page(home(Access.QUERY, AbsentReason.SOURCE_UNAVAILABLE), LOOKS[0])
    can = {target.name: target.enabled for target in drawn.targets}
    assert can["open-accounts"]
    assert can["open-contributions"]

"""A code is typed or taken, and its remedy is there, in every look: who does what comes from the failure catalogue alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.help import Role
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import Back, ConfirmTyped, ShowPart, TypeKey
from kiosk.visit.catalogue import CATALOGUE, PARTS, beginning
from kiosk.visit.help import PickFailure, Remedy, TypeFailure
from kiosk.visit.states import Link, Model
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens.failure_cases import ALL_REMEDIES, CASES, LAST, REPORT
from tests.kiosk.ui.screens.harness import LOOKS, REGION, Look
from tests.kiosk.ui.screens.page_checks import problems, shown
from tests.kiosk.ui.screens.staff_cases import model
from tests.kiosk.ui.screens.visit_cases import draw

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
TIGHT = tuple(replace(each, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE) for each in (ZH, EN))

Drawing = Callable[..., Page]


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}

    def kit(look: Look) -> Kit:
        found: Surface = surface(look.orientation)
        return found.kit(look.contrast, look.text)

    return lambda case, look=ZH: draw(case, look, kit, words.__getitem__)


def acts(drawn: Page) -> dict[str, object]:
    return {each.name: each.action for each in drawn.targets if each.enabled}


def taken(drawn: Page) -> list[str]:
    """The codes that one touch answers, in their order."""
    return [action.code for action in acts(drawn).values() if isinstance(action, PickFailure)]


def pages_of(page: Drawing, case: Model, look: Look) -> list[Page]:
    """All parts of a list, turned by its own buttons."""
    drawn = [page(case, look)]
    while isinstance(after := acts(drawn[-1]).get("next-part"), ShowPart):
        stage = case.state.stage  # type: ignore[union-attr]
        case = replace(case, state=replace(case.state, stage=replace(stage, part=after.part)))  # type: ignore[arg-type]
        drawn.append(page(case, look))
    return drawn


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str) -> None:
    assert {str(look): found for look in NORMAL if (found := problems(page(CASES[name](), look)))} == {}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_remedy_says_all_that_the_catalogue_says_in_every_look(
    page: Drawing, zh: Words, en: Words, code: str
) -> None:
    for look in (EN, *TIGHT):
        words = en if look.language == "en" else zh
        drawn = pages_of(page, ALL_REMEDIES[f"remedy.{code}"](), look)
        assert [found for each in drawn for found in problems(each)] == []
        said = "".join(shown(each) for each in drawn)
        assert code in said
        for part in PARTS:
            assert words.t(f"{CATALOGUE[code].key}.{part}", **REGION.gaps(look.language)) in said


def test_what_ones_own_role_does_comes_first(page: Drawing, zh: Words) -> None:
    key = CATALOGUE["READER-HELD"].key
    for role, first, second in ((Role.CLERK, "staff", "technician"), (Role.TECHNICIAN, "technician", "staff")):
        said = shown(page(model(Remedy("READER-HELD"), role)))
        assert said.index(zh.t(f"{key}.{first}")) < said.index(zh.t(f"{key}.{second}"))


def test_who_must_act_is_said(page: Drawing, zh: Words) -> None:
    for code in ("READER-HELD", "CARD-MUTE", "CENTRAL-TIMEOUT", "PRINTER-FAULTY"):
        assert zh.t(f"who.{CATALOGUE[code].who.value}") in shown(page(model(Remedy(code))))


def test_both_pages_lead_back_and_are_the_same_while_central_is_away(page: Drawing) -> None:
    for case in (model(TypeFailure("READ")), model(Remedy("CENTRAL-UNREACHABLE"))):
        drawn, away = page(case), page(replace(case, world=replace(case.world, link=Link.OFFLINE)))
        assert acts(drawn)["back"] == Back()
        assert acts(away) == acts(drawn)


@pytest.mark.parametrize("typed", ["", "C", "ACT", "CERT", "READER-H", "READER-HELD", "QQ"])
def test_what_begins_as_typed_is_offered_once_it_is_few(page: Drawing, typed: str) -> None:
    found = [entry.code for entry in beginning(typed)] if typed else []
    assert taken(page(model(TypeFailure(typed)))) == (found if len(found) <= 4 else [])


def test_before_anything_is_typed_the_newest_of_this_kiosks_own_are_offered(page: Drawing) -> None:
    backwards = replace(REPORT, failures=LAST[::-1])
    for report in (REPORT, backwards):
        assert taken(page(model(TypeFailure(), Role.TECHNICIAN, report=report))) == [last.code for last in LAST[:4]]


def test_a_code_is_typed_with_letters_digits_and_the_hyphen(page: Drawing) -> None:
    found = acts(page(model(TypeFailure("READER"))))
    signs = {action.key for action in found.values() if isinstance(action, TypeKey)}
    assert signs == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert found["confirm"] == ConfirmTyped()
    assert "confirm" not in acts(page(model(TypeFailure("REA"))))

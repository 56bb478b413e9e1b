"""The service screen and its pages in every look: problems first, who must act, since when, and what can be tested."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from drivers.device import Who
from kiosk.health import Finding
from kiosk.help import Level, Part
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.port import Surface
from kiosk.ui.screens.service import worst
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import Action, Back, End, PrintSlip, ShowPart
from kiosk.visit.catalogue import CATALOGUE
from kiosk.visit.events import Pressed
from kiosk.visit.help import (
    TOUCH_TARGETS,
    FailureList,
    PickFailure,
    ReadinessReport,
    SaveReport,
    ServiceScreen,
    SettingList,
    Staff,
    TestAll,
    TestPart,
    TouchedTarget,
    TouchTest,
)
from kiosk.visit.services import Paper
from kiosk.visit.states import Model
from kiosk.visit.step import step
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens.harness import LOOKS, Look
from tests.kiosk.ui.screens.page_checks import problems, shown
from tests.kiosk.ui.screens.technician_cases import (
    AUDIT,
    AWAY,
    CASES,
    ENDS,
    FILE,
    LAST,
    LOW,
    SETTINGS,
    UNUSED,
    report,
    technician,
)
from tests.kiosk.ui.screens.visit_cases import draw

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
TIGHT = replace(EN, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE)
BOTH = pytest.mark.parametrize("look", [ZH, TIGHT], ids=str)

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


def staff_of(case: Model) -> Staff:
    assert isinstance(case.state, Staff)
    return case.state


def all_pages(page: Drawing, case: Model, look: Look) -> list[Page]:
    """A list, turned by its own buttons."""
    drawn = [page(case, look)]
    while isinstance(after := acts(drawn[-1]).get("next-part"), ShowPart):
        staff = staff_of(case)
        assert isinstance(staff.stage, ServiceScreen | FailureList | SettingList | ReadinessReport)
        case = replace(case, state=replace(staff, stage=replace(staff.stage, part=after.part)))
        drawn.append(page(case, look))
    return drawn


def said_on(drawn: list[Page]) -> str:
    """Folded lines are one text."""
    return "".join(text.text.replace("\n", "") + "\n" for each in drawn for text in each.texts)


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str) -> None:
    assert {str(look): wrong for look in NORMAL if (wrong := problems(page(CASES[name](), look)))} == {}


@pytest.mark.parametrize("name", CASES)
def test_whatever_can_be_pressed_the_visit_takes(page: Drawing, name: str) -> None:
    case = CASES[name]()
    for control, action in acts(page(case)).items():
        assert isinstance(action, get_args(Action)), control
        if not control.startswith(("language-", "large-text", "high-contrast")):
            after, effects = step(case, Pressed(case.now, case.visits, action))
            assert (after, effects) != (case, ()), control


@pytest.mark.parametrize("name", CASES)
def test_the_way_out_is_on_every_page_and_the_way_back_on_all_but_the_first(
    page: Drawing, zh: Words, name: str
) -> None:
    case = CASES[name]()
    staff = staff_of(case)
    drawn = page(case)
    assert acts(drawn)["end"] == End()
    assert (Back() in acts(drawn).values()) is not isinstance(staff.stage, ServiceScreen)
    assert zh.t("staff.bar", role=zh.t("staff.role.technician"), number=staff.number) in shown(drawn)
    assert zh.t("staff.card_in" if staff.insertion else "staff.no_card") in shown(drawn)


# --- the service screen -----------------------------------------------------------------------------------------------


@BOTH
def test_problems_come_first_and_what_is_not_fitted_last(page: Drawing, look: Look) -> None:
    drawn = all_pages(page, technician(ServiceScreen(), report(AWAY, LOW, AUDIT, UNUSED[1])), look)
    order = [action.part for each in drawn for action in acts(each).values() if isinstance(action, TestPart)]
    assert order[:3] == [Part.STORE, Part.CENTRAL, Part.PRINTER]
    assert order[-1] is Part.DOCUMENT


@BOTH
def test_every_part_has_its_state_since_when_who_must_act_and_a_test(
    page: Drawing, zh: Words, en: Words, look: Look
) -> None:
    words = zh if look is ZH else en
    told = report(AWAY, LOW, ENDS)
    drawn = all_pages(page, technician(ServiceScreen(), told), look)
    said = said_on(drawn)
    for finding in told.findings:
        assert words.t(f"health.{finding.part.value}.{finding.key}", **dict(finding.values)) in said
    for who in (Who.CENTRE, Who.CLERK, Who.TECHNICIAN):
        assert words.t(f"technician.who.{who.value}") in said
    assert words.t("technician.nothing_to_do") in said
    assert "10:25" in said
    assert "09:50" in said
    tests = [action for each in drawn for action in acts(each).values() if isinstance(action, TestPart)]
    assert {test.part for test in tests} == set(Part)
    assert len(tests) == len(Part)


@pytest.mark.parametrize("look", NORMAL, ids=str)
def test_the_remedy_of_the_worst_is_on_the_first_page_of_every_look(
    page: Drawing, zh: Words, en: Words, look: Look
) -> None:
    words = zh if look.language == "zh_CN" else en
    said = shown(page(CASES["service.fault"](), look))
    assert "KIOSK-AUDIT" in said
    assert words.t(f"{CATALOGUE['KIOSK-AUDIT'].key}.technician") in said


def test_the_worst_is_a_fault_before_a_notice_and_nothing_where_all_is_well() -> None:
    assert worst(report(LOW, AWAY)) == AWAY
    assert worst(report(LOW)) == LOW
    assert worst(report()) is None
    assert worst(report(Finding(Part.READER, Level.NOTICE, "starting"))) is None


def test_what_is_under_way_cannot_be_asked_again(page: Drawing) -> None:
    found = acts(page(CASES["service.testing"]()))
    assert "test-printer" not in found
    assert "test-central" not in found
    assert "test-reader" in found
    assert TestAll() not in found.values()
    assert TestAll() in acts(page(CASES["service"]())).values()


def test_until_the_first_answer_it_says_that_it_looks(page: Drawing, zh: Words) -> None:
    drawn = page(CASES["service.looking"]())
    assert zh.t("technician.looking") in shown(drawn)
    assert not [name for name in acts(drawn) if name.startswith("test-")]


# --- touch test -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", NORMAL, ids=str)
def test_the_targets_are_in_the_very_corners_and_in_the_middle(page: Drawing, look: Look) -> None:
    drawn = page(technician(TouchTest()), look)
    found = {t.action.target: t.rect for t in drawn.targets if isinstance(t.action, TouchedTarget)}
    w, h = drawn.size
    assert len(found) == TOUCH_TARGETS
    assert (found[0].x, found[0].y) == (0, 0)
    assert (found[1].right, found[1].y) == (w, 0)
    assert (found[2].x, found[2].bottom) == (0, h)
    assert (found[3].right, found[3].bottom) == (w, h)
    assert abs(found[4].cx - w // 2) <= 1
    assert abs(found[4].cy - h // 2) <= 1


def test_a_target_is_touched_once_and_the_last_one_ends_the_test(page: Drawing) -> None:
    case = CASES["touch-test.one-left"]()
    left = [action for action in acts(page(case)).values() if isinstance(action, TouchedTarget)]
    assert left == [TouchedTarget(TOUCH_TARGETS - 1)]
    after, effects = step(case, Pressed(case.now, case.visits, left[0]))
    assert staff_of(after).stage == ServiceScreen(frozenset({Part.SCREEN}))
    assert effects


# --- lists ------------------------------------------------------------------------------------------------------------


@BOTH
def test_every_last_failure_is_there_with_its_remedy_behind_a_touch(page: Drawing, look: Look) -> None:
    drawn = all_pages(page, CASES["failures"](), look)
    picked = [action.code for each in drawn for action in acts(each).values() if isinstance(action, PickFailure)]
    assert picked == [failure.code for failure in LAST]
    said = said_on(drawn)
    assert f"{LAST[3].count}" in said


def test_a_code_that_no_catalogue_has_is_shown_and_leads_nowhere(page: Drawing) -> None:
    drawn = page(CASES["failures.unknown"]())
    assert "OLD-CODE" in shown(drawn)
    assert PickFailure("OLD-CODE") not in acts(drawn).values()


@BOTH
def test_every_setting_is_there_with_its_source(page: Drawing, look: Look) -> None:
    said = said_on(all_pages(page, CASES["settings"](), look))
    for one in SETTINGS:
        assert one.key in said
        assert one.value in said
        assert one.source == "default" or one.source in said


# --- report -----------------------------------------------------------------------------------------------------------


@BOTH
def test_the_report_has_every_part_the_last_failures_and_how_it_is_as_a_whole(
    page: Drawing, zh: Words, en: Words, look: Look
) -> None:
    words = zh if look is ZH else en
    said = said_on(all_pages(page, CASES["report"](), look))
    assert "1.4.0" in said
    assert words.t("level.notice") in said
    for part in Part:
        assert words.t(f"part.{part.value}") in said
    for failure in LAST:
        assert failure.code in said


@pytest.mark.parametrize("paper", Paper)
def test_paper_is_offered_where_there_is_a_printer_that_is_free(page: Drawing, paper: Paper) -> None:
    found = acts(page(technician(ReadinessReport(paper), report())))
    assert (PrintSlip() in found.values()) is (paper in (Paper.OFFERED, Paper.PRINTED, Paper.FAILED))
    assert found["save-report"] == SaveReport()


def test_where_the_file_is_or_that_there_is_none_is_said(page: Drawing, zh: Words) -> None:
    assert FILE in said_on([page(CASES["report.saved"]())])
    assert zh.t("technician.report.not_saved") in shown(page(CASES["report.not-saved"]()))
    assert "save-report" not in acts(page(CASES["report.saving"]()))
    assert "save-report" not in acts(page(CASES["report.looking"]()))

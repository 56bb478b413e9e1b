"""Every page of a resident without a card in every look: room, what is said, what can be pressed, and what is not."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from kiosk.help import Access
from kiosk.region import RegionProfile
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, TextRun
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import End, OpenServices, SetReveal, TryAgain
from kiosk.visit.entry import EntryNote
from kiosk.visit.help import Ended, OpenQuery, OpenQueryHelp, OpenStaffSignIn, Query, QueryStage, WhyEnded
from kiosk.visit.states import Record, RegistrationPage
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens.harness import LOOKS, REGION, Look
from tests.kiosk.ui.screens.page_checks import problems
from tests.kiosk.ui.screens.query_cases import CASES, record
from tests.kiosk.ui.screens.visit_cases import draw

ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
BOTH = pytest.mark.parametrize("look", [ZH, EN], ids=str)

Drawing = Callable[..., Page]


def _kit(look: Look) -> Kit:
    there: Surface = surface(look.orientation)
    return there.kit(look.contrast, look.text)


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}
    return lambda case, look=ZH: draw(case, look, _kit, words.__getitem__)


@pytest.fixture(scope="module")
def said(zh: Words, en: Words) -> Callable[..., str]:
    words = {"zh_CN": zh, "en": en}
    assert isinstance(REGION, RegionProfile)
    return lambda look, key, **gaps: words[look.language].t(key, **{**REGION.gaps(look.language), **gaps})


def acts(drawn: Page) -> list[object]:
    return [each.action for each in drawn.targets if each.enabled]


def texts(drawn: Page) -> set[str]:
    return {text.text for text in drawn.texts}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str) -> None:
    """Rows of insurances and years are shortcuts: everything that they open is behind a tile, too."""

    def wrong(look: Look) -> list[str]:
        shortcuts = ("too close: insurance-", "too close: year-", "too small to touch: year-")
        return [each for each in problems(page(CASES[name](), look)) if not each.startswith(shortcuts)]

    assert {str(look): found for look in NORMAL if (found := wrong(look))} == {}


def test_every_stage_note_access_and_reason_is_among_the_cases() -> None:
    states = [case().state for case in CASES.values()]
    stages = [state.stage for state in states if isinstance(state, Query)]
    assert {type(stage) for stage in stages} == set(get_args(QueryStage))
    assert {getattr(stage, "note", EntryNote.NONE) for stage in stages} >= {
        EntryNote.NONE,
        EntryNote.INCOMPLETE,
        EntryNote.CHECKSUM,
        EntryNote.REFUSED,
    }
    assert {state.access for state in states if isinstance(state, Record)} == set(Access)
    assert {state.why for state in states if isinstance(state, Ended)} == set(WhyEnded)


@BOTH
def test_a_refusal_is_one_sentence_and_always_says_how_a_password_is_set(
    page: Drawing, said: Callable[..., str], look: Look
) -> None:
    shown = texts(page(CASES["query-password.refused"](), look))
    assert {said(look, "query.refused"), said(look, "query.refused.advice")} <= shown
    assert OpenQueryHelp() in acts(page(CASES["query-password.refused"](), look))


def test_the_page_knows_how_long_the_password_is_and_nothing_of_it(page: Drawing) -> None:
    drawn = page(CASES["query-password.typed"]())
    assert sum(node.text.count("●") for node in drawn.nodes if isinstance(node, TextRun)) in (0, 8)
    assert not any("TypeKey" in type(action).__name__ for action in acts(drawn))


@BOTH
def test_a_record_without_a_card_reveals_nothing_and_offers_the_loss_report_only(page: Drawing, look: Look) -> None:
    for access in (Access.QUERY, Access.HANDED_OVER):
        registration = page(record(RegistrationPage("110"), access), look)
        assert not any(isinstance(action, SetReveal) for action in acts(registration))
        home = page(record(access=access), look)
        services = [each for each in home.targets if each.action == OpenServices()]
        assert len(services) == 1
        assert services[0].enabled


@BOTH
def test_there_is_no_card_to_take(page: Drawing, said: Callable[..., str], look: Look) -> None:
    for name in CASES:
        if name.startswith("query"):
            drawn = page(CASES[name](), look)
            assert said(look, "bar.exit") not in texts(drawn), name
            assert said(look, "bar.card_in") not in texts(drawn), name
            assert End() in acts(drawn), name


def test_the_attract_page_offers_what_the_visit_takes(page: Drawing) -> None:
    assert OpenQuery() in acts(page(CASES["attract.query"]()))
    assert OpenStaffSignIn() not in acts(page(CASES["attract.query"]()))
    assert {OpenQuery(), OpenStaffSignIn()} <= set(acts(page(CASES["attract.query-and-staff"]())))
    assert OpenStaffSignIn() in acts(page(CASES["out-of-service.staff"]()))


@BOTH
def test_who_was_looked_at_is_told_when_where_and_on_what_ground(
    page: Drawing, said: Callable[..., str], look: Look
) -> None:
    shown = " ".join(texts(page(CASES["home.viewed"](), look)))
    assert said(look, "ground.entrusted") in shown
    assert ("济南市社会保险服务大厅" if look.language == "zh_CN" else "Jinan Social Insurance Service Hall") in shown


@BOTH
def test_a_region_whose_passwords_are_digits_has_no_letters_to_look_for(page: Drawing, look: Look) -> None:
    names = {each.name for each in page(CASES["query-password.digits"](), look).targets}
    assert {"key-0", "key-9", "key-clear", "key-erase", "confirm"} <= names
    assert not names & {"key-a", "key-shift", "key-hyphen"}


@BOTH
def test_where_a_loss_is_reported_at_the_counter_the_tile_says_so_and_leads_nowhere(
    page: Drawing, said: Callable[..., str], look: Look
) -> None:
    drawn = page(CASES["query.home-no-loss"](), look)
    assert OpenServices() not in acts(drawn)
    assert said(look, "query.tile.loss_window") in texts(drawn)
    assert said(look, "home.tile.services_offline") not in texts(drawn)


@BOTH
def test_movements_that_are_seen_with_the_card_only_are_no_failure_and_not_none(
    page: Drawing, said: Callable[..., str], look: Look
) -> None:
    drawn = page(CASES["query.entries"](), look)
    assert said(look, "absent.not_shown.word") in texts(drawn)
    assert said(look, "accounts.no_entries") not in texts(drawn)
    assert not any(isinstance(action, TryAgain) for action in acts(drawn))

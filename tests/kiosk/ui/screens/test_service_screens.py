"""Services of an active card: the way to them, what is said before anything is done, and what is left to do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import Orientation, TextSize
from kiosk.visit.actions import Back, ChangePin, ConfirmLoss, GetTicket, OpenServices, PrintSlip, ReportLoss, ShowPart
from kiosk.visit.failures import Failure
from kiosk.visit.services import LossAsked, LossReported, Paper, PinChanged, ServicesMenu, Stop, Stopped
from kiosk.visit.states import HomePage, Link, Model
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LOOKS, REGION, Look, record
from tests.kiosk.ui.screens.offline_cases import offline
from tests.kiosk.ui.screens.page_checks import shown
from tests.kiosk.ui.screens.service_cases import REPORT, TICKET, service
from tests.kiosk.ui.screens.test_visit_screens import BOTH, EN, NORMAL, ZH
from tests.kiosk.ui.screens.visit_cases import CARD_IN, CASES, draw, model

EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)
Drawing = Callable[[Model, Look], Page]
Said = Callable[[Look], Words]


@pytest.fixture(scope="module")
def said(zh: Words, en: Words) -> Said:
    words = {"zh_CN": zh, "en": en}
    return lambda look: words[look.language]


@pytest.fixture(scope="module")
def page(said: Said) -> Drawing:
    def kit(look: Look) -> Kit:
        found: Surface = surface(look.orientation)
        return found.kit(look.contrast, look.text)

    return lambda case, look: draw(case, look, kit, lambda language: said(replace(look, language=language)))


def acts(drawn: Page) -> dict[str, object]:
    """What can be pressed, without the frame's own."""
    return {each.name: each.action for each in drawn.targets if each.enabled}


def words_of(drawn: Page) -> str:
    return " ".join(shown(drawn).split())


# --- home -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", ["picture", "long-history", "minor-with-notice", "long-name", "nothing"])
def test_home_leads_to_the_cards_services_in_every_look(page: Drawing, said: Said, name: str, look: Look) -> None:
    drawn = page(model(record(samples.PEOPLE[name](), HomePage())), look)
    assert acts(drawn)["open-services"] == OpenServices()
    assert said(look).t("home.tile.services") in shown(drawn)
    assert "open-privacy" in acts(drawn)


@EVERY_LOOK
def test_without_central_the_services_are_not_open_and_the_page_says_until_when(
    page: Drawing, said: Said, look: Look
) -> None:
    at_home = record(samples.picture(), HomePage())
    cut = page(model(at_home, replace(CARD_IN, link=Link.OFFLINE)), look)
    recent = page(model(offline(at_home), replace(CARD_IN, link=Link.OFFLINE)), look)
    for drawn in (cut, recent):
        assert "open-services" not in acts(drawn)
    assert said(look).t("home.tile.services_offline") in shown(cut)
    # Large text in landscape below a strip has no room for what is not open.
    least = look.text is TextSize.LARGE and look.orientation is Orientation.LANDSCAPE
    assert least or said(look).t("home.tile.services_offline") in shown(recent)


@EVERY_LOOK
def test_what_stands_below_a_strip_that_goes_leads_to_the_services_too(page: Drawing, look: Look) -> None:
    drawn = page(model(replace(record(samples.minor(), HomePage()), refreshed=True)), look)
    assert acts(drawn)["open-services"] == OpenServices()


# --- menu, new PIN ----------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_the_menu_says_what_each_service_is_and_how_long_it_takes(page: Drawing, said: Said, look: Look) -> None:
    drawn, words = page(service(ServicesMenu(), CARD_IN), look), said(look)
    assert acts(drawn)["change-pin"] == ChangePin()
    assert acts(drawn)["report-loss"] == ReportLoss()
    assert "back" not in acts(drawn), "the record is closed"
    for key in ("services.pin", "services.pin_text", "services.loss", "services.loss_text", "services.record_closed"):
        assert words.t(key) in shown(drawn)


@BOTH
def test_a_new_pin_is_told_apart_from_the_banks_and_leads_back_to_the_menu(
    page: Drawing, said: Said, look: Look
) -> None:
    drawn = page(service(PinChanged(), CARD_IN), look)
    assert acts(drawn)["back"] == Back()
    for key in ("title", "lead", "keep", "bank", "bank_text", "kept"):
        assert said(look).t(f"services.pin_changed.{key}") in shown(drawn)


# --- loss -------------------------------------------------------------------------------------------------------------


def read(page: Drawing, look: Look) -> list[Page]:
    """The pages of the question, as one turns them."""
    found, part = [], 0
    while True:
        found.append(page(service(LossAsked(part), CARD_IN), look))
        after = acts(found[-1]).get("next-part")
        if after is None:
            return found
        assert isinstance(after, ShowPart)
        assert after.part > part
        part = after.part


@EVERY_LOOK
def test_everything_is_read_before_a_loss_can_be_reported(page: Drawing, said: Said, look: Look) -> None:
    pages, words = read(page, look), said(look)
    whole = "\n".join(shown(drawn) for drawn in pages)
    gaps = REGION.gaps(look.language)
    for key in ("stops", "bank", "lift", "end"):
        assert words.t(f"loss.{key}") in whole
        assert words.t(f"loss.{key}_text", **gaps) in whole
    assert words.n("loss.lasts", REGION.loss.days, **gaps) in whole
    for drawn in pages[:-1]:
        assert "confirm-loss" not in acts(drawn)
        assert words.t("loss.read_first") in shown(drawn)
    assert acts(pages[-1])["confirm-loss"] == ConfirmLoss()
    assert all(acts(drawn)["back"] == Back() for drawn in pages)


@EVERY_LOOK
@pytest.mark.parametrize("paper", Paper)
def test_a_report_has_its_number_its_end_and_the_bank(page: Drawing, said: Said, look: Look, paper: Paper) -> None:
    drawn, words = page(service(LossReported(REPORT, paper), CARD_IN), look), said(look)
    assert REPORT.reference in shown(drawn)
    assert ("12月5日" if look.language == "zh_CN" else "5 Dec") in words_of(drawn)
    for key in ("loss.reported.title", "loss.bank", "loss.lift"):
        assert words.t(key) in shown(drawn)
    printable = paper not in (Paper.NO_PRINTER, Paper.PRINTING)
    assert (acts(drawn).get("print-slip") == PrintSlip()) is printable


def test_a_report_that_stays_until_it_is_lifted_says_so(page: Drawing, zh: Words) -> None:
    drawn = page(service(LossReported(replace(REPORT, until=None)), CARD_IN), ZH)
    assert zh.t("loss.reported.open") in shown(drawn)


# --- a locked PIN -----------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_a_locked_pins_page_offers_the_ticket_where_one_can_be_had(page: Drawing, look: Look) -> None:
    assert acts(page(CASES["failure.ticket"](), look))["get-ticket"] == GetTicket()
    assert "get-ticket" not in acts(page(CASES["failure.PIN-LOCKED"](), look))


@EVERY_LOOK
def test_a_ticket_shows_its_code_and_nothing_of_a_person(page: Drawing, said: Said, look: Look) -> None:
    drawn = page(service(Stopped(Stop.PIN_LOCKED, ticket=TICKET), CARD_IN), look)
    assert TICKET.code in shown(drawn)
    assert "*" not in shown(drawn)
    assert said(look).t("services.stop.pin_locked.title") in shown(drawn)
    assert "get-ticket" not in acts(drawn)


@pytest.mark.parametrize(
    "look", [ZH, EN, *(replace(each, orientation=Orientation.LANDSCAPE) for each in (ZH, EN))], ids=str
)
def test_a_tickets_page_has_the_code_of_the_page_before_and_says_when_somebody_is_there(
    page: Drawing, said: Said, look: Look
) -> None:
    stage = Stopped(Stop.PIN_LOCKED, ticket=TICKET, paper=Paper.OFFERED)
    read = words_of(page(service(stage, CARD_IN), look))
    assert Failure.PIN_LOCKED.code in read.split()
    assert said(look).t("failure.hotline", hotline=REGION.social_hotline) in read


@BOTH
def test_central_away_leads_back_to_the_menu(page: Drawing, look: Look) -> None:
    assert acts(page(CASES["stopped.service-CENTRAL-UNREACHABLE"](), look))["back"] == Back()


def test_the_page_of_english_and_chinese_do_the_same(page: Drawing) -> None:
    for name in ("services", "pin-changed", "loss.4", "loss-reported.offered", "ticket.offered"):
        one, other = (acts(page(CASES[name](), look)) for look in (ZH, EN))
        assert {key for key in one if "language" not in key} == {key for key in other if "language" not in key}

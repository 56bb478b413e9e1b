"""Accounts, chooser, privacy notice and “this is wrong” in every look."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.model import PAGE_ROWS, Absent, AccountFigures
from kiosk.ui import format as fmt
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import OpenAccount, OpenChooser, OpenWrong, ShowPart, TryAgain
from kiosk.visit.failures import Failure
from kiosk.visit.states import AccountsPage, ChooserPage, HomePage, IdlePrivacy, NotCome, State
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.further_cases import CASES, account, wrong
from tests.kiosk.ui.screens.harness import LOOKS, MONOTONIC, Look, draw, record
from tests.kiosk.ui.screens.page_checks import names, problems, shown

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)

Drawing = Callable[..., Page]


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}

    def kit(look: Look) -> Kit:
        found: Surface = surface(look.orientation)
        return found.kit(look.contrast, look.text)

    def drawn(state: State, look: Look = ZH) -> Page:
        return draw(state, look, kit, words.__getitem__)

    return drawn


def action(page: Page, name: str) -> object:
    """What a control does; None when it is not there or disabled."""
    return next((target.action for target in page.targets if target.name == name and target.enabled), None)


def turned(page: Page, name: str) -> int | None:
    found = action(page, name)
    assert found is None or isinstance(found, ShowPart)
    return None if found is None else found.part


def texts(page: Page) -> list[str]:
    return [text.text for text in page.texts]


# --- every page in every look -----------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_too_small_to_touch_or_personal(page: Drawing, name: str, look: Look) -> None:
    drawn = page(CASES[name](), look)
    # Rows of one list have no gap between them: each is higher than a smallest target with its gap.
    assert [each for each in problems(drawn) if each.count("insurance-") < 2] == []
    words = shown(drawn)
    for person in (samples.picture(), samples.long_history(), samples.long_name(), samples.resident_late()):
        assert person.overview.holder.name not in words
        assert person.overview.holder.number not in words
        assert person.overview.card_number not in words


@pytest.mark.parametrize("name", CASES)
def test_high_contrast_is_the_same_page_in_other_colours(page: Drawing, name: str) -> None:
    for look in (ZH, replace(EN, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE)):
        plain, high = page(CASES[name](), look), page(CASES[name](), replace(look, contrast=Contrast.HIGH))
        assert texts(plain) == texts(high)
        assert names(plain) == names(high)
        assert high.overflows == ()


# --- accounts ---------------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize(("name", "insurance"), [("picture", "310"), ("picture", "110"), ("long-history", "310")])
def test_the_figures_are_shown_and_add_up(page: Drawing, name: str, insurance: str, look: Look) -> None:
    person = samples.PEOPLE[name]()
    assert not isinstance(person.overview.accounts, Absent)
    figures = next(one.figures for one in person.overview.accounts if one.insurance == insurance)
    assert isinstance(figures, AccountFigures)
    words = texts(page(account(person, insurance), look))
    assert {
        fmt.money(figures.balance),
        fmt.money(figures.opening),
        fmt.money_signed(figures.income),
        fmt.money_signed(-figures.outgo),
    } <= set(words)
    assert figures.opening + figures.income - figures.outgo == figures.balance


@EVERY_LOOK
def test_paging_shows_every_entry_once_newest_first_and_keeps_to_centrals_pages(page: Drawing, look: Look) -> None:
    person = samples.long_history()
    every = person.entries["310"]
    written = (
        fmt.money if look.text is TextSize.LARGE else fmt.amount,
        "余额 " if look.language == "zh_CN" else "Balance ",
    )
    of = {
        (written[1] if look.text is TextSize.LARGE else "") + written[0](entry.balance): i
        for i, entry in enumerate(every)
        if entry.balance is not None
    }
    assert len(of) == len(every) == 101
    seen: list[int] = []
    part: int | None = 0
    while part is not None:
        drawn = page(account(person, "310", part), look)
        here = [of[text] for text in texts(drawn) if text in of]
        assert here[0] == part
        assert {i // PAGE_ROWS for i in here} == {part // PAGE_ROWS}
        back = turned(drawn, "prev-part")
        if part == 0:
            assert back is None
        else:
            assert back is not None
            before = page(account(person, "310", back), look)
            assert [of[text] for text in texts(before) if text in of][-1] == part - 1
        seen += here
        part = turned(drawn, "next-part")
    assert seen == list(range(len(every)))


def test_the_count_of_screens_is_told_only_when_it_is_known(page: Drawing) -> None:
    person = samples.long_history()
    first = page(account(person, "310"))
    assert any(text == "第 1 页" for text in texts(first)), texts(first)[-14:]
    last = page(account(person, "310", 100))
    at = next(text for text in texts(last) if text.endswith(" 页") and "/" in text)
    number, count = at.removesuffix(" 页").split(" / ")
    assert number == count


@EVERY_LOOK
def test_a_balance_that_is_not_known_is_a_word(page: Drawing, look: Look) -> None:
    drawn = page(account(samples.unknown_codes(), "999"), look)
    word = "暂无数据" if look.language == "zh_CN" else "No data"
    assert any(word in text for text in texts(drawn))


@EVERY_LOOK
@pytest.mark.parametrize("insurance", ["310", "110"])
def test_figures_that_are_not_there_are_a_word_and_no_amount(page: Drawing, insurance: str, look: Look) -> None:
    words = shown(page(account(samples.absent(), insurance), look))
    assert ("暂无数据" if look.language == "zh_CN" else "No data") in words
    assert "0.00" not in words
    assert "¥" not in words


@pytest.mark.parametrize(("name", "word"), [("nothing", "没有个人账户"), ("all-absent", "没有记录")])
def test_no_account_at_all_says_which_and_whom_to_ask(page: Drawing, name: str, word: str) -> None:
    drawn = page(record(samples.PEOPLE[name](), AccountsPage("", None)))
    assert word in texts(drawn)
    assert "0.00" not in shown(drawn)
    assert action(drawn, "wrong") == OpenWrong()


@pytest.mark.parametrize("look", [ZH, replace(EN, text=TextSize.LARGE)], ids=str)
@pytest.mark.parametrize("failure", [f for f in Failure if f.key.startswith("central.")])
def test_entries_that_did_not_come_can_be_asked_for_again(
    page: Drawing, zh: Words, en: Words, failure: Failure, look: Look
) -> None:
    words = {"zh_CN": zh, "en": en}[look.language]
    drawn = page(record(samples.long_history(), AccountsPage("310", NotCome(failure), 50)), look)
    assert words.t(f"{failure.key}.title") in texts(drawn)
    assert action(drawn, "try-again") == TryAgain()
    assert not names(drawn) & {"prev-part", "next-part"}


def test_a_wait_is_named_only_when_it_is_long(page: Drawing) -> None:
    assert "最多 8 秒" not in shown(page(CASES["accounts.waiting-0"]()))
    assert "最多 8 秒" in shown(page(CASES["accounts.slow-0"]()))
    assert "try-again" not in names(page(CASES["accounts.slow-0"]()))


def test_two_accounts_are_tabs_and_more_are_a_list(page: Drawing) -> None:
    two = page(account(samples.picture(), "310"))
    assert (action(two, "account-110"), action(two, "account-310")) == (OpenAccount("110"), OpenAccount("310"))
    four = page(account(samples.long_history(), "310"))
    assert action(four, "choose-account") == OpenChooser()
    one = page(account(samples.retiree(), "310"))
    assert not [name for name in names(one) if "account" in name]


@EVERY_LOOK
def test_who_answers_as_of_when_and_the_way_to_them(page: Drawing, look: Look) -> None:
    drawn = page(account(samples.picture(), "310"), look)
    body, as_of = (
        ("济南市医疗保障局", "11月19日 18:00")
        if look.language == "zh_CN"
        else (
            "Jinan Healthcare Security Bureau",
            "19 Nov, 18:00",
        )
    )
    assert body in shown(drawn)
    assert as_of in shown(drawn)
    assert action(drawn, "wrong") == OpenWrong()
    if look.text is TextSize.NORMAL:
        assert "12393" in shown(drawn)


def test_entries_of_other_years_have_their_year(page: Drawing) -> None:
    assert "11-18" in texts(page(account(samples.picture(), "310")))
    older = texts(page(account(samples.long_history(), "310", 60)))
    assert not any(len(text) == 5 and text[2] == "-" for text in older)
    assert any(text.startswith("2024-") for text in older)


# --- this is wrong ----------------------------------------------------------------------------------------------------


def whole(page: Drawing, at: Callable[[int], State], look: Look) -> str:
    """The words of all parts, turned with the paging button."""
    found, part = "", 0
    while True:
        drawn = page(at(part), look)
        found += shown(drawn) + "\n"
        after = turned(drawn, "next-part")
        if after is None:
            return found
        assert after > part
        part = after


@EVERY_LOOK
def test_from_home_every_body_of_the_record_is_named_with_its_number(page: Drawing, look: Look) -> None:
    words = whole(page, lambda part: wrong(samples.resident_late(), HomePage(), part), look)
    for body in (samples.SOCIAL, samples.MEDICAL, samples.OFFICE):
        assert (body.name if look.language == "zh_CN" else body.name_en) in words
        assert body.phone is not None
        assert body.phone.number in words
    assert "310-2026-1120-0007" in words


@EVERY_LOOK
def test_from_an_account_the_body_that_keeps_it(page: Drawing, look: Look) -> None:
    words = whole(page, lambda part: wrong(samples.picture(), AccountsPage("310", None), part), look)
    assert (samples.MEDICAL.name if look.language == "zh_CN" else samples.MEDICAL.name_en) in words
    assert "12393" in words
    assert "12333" not in words


# --- privacy and chooser ----------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_the_whole_notice_can_be_read_before_a_card(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    catalogue = {"zh_CN": zh, "en": en}[look.language]
    words = whole(page, lambda part: IdlePrivacy(MONOTONIC, part), look)
    for section in ("handler", "what", "services", "why", "kept", "journal", "slip", "log", "rights"):
        assert catalogue.t(f"privacy.{section}.title") in words
    assert "{" not in words
    assert "end" not in names(page(IdlePrivacy(MONOTONIC)))


@EVERY_LOOK
def test_the_chooser_of_accounts_lists_all_of_them(page: Drawing, look: Look) -> None:
    drawn = page(record(samples.long_history(), ChooserPage(AccountsPage("310", None))), look)
    for code in ("110", "120", "170", "310"):
        assert action(drawn, f"insurance-{code}") == OpenAccount(code)

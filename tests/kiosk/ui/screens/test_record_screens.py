"""Home, registration, contributions and their years in every look: what must be read can be read, nothing else is shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kiosk.masking import mask_card_number, mask_name, mask_number
from kiosk.model import PAGE_ROWS, Absent, ContributionYear, MonthState, Registration
from kiosk.ui import format as fmt
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, RoundRect, Stroke
from kiosk.ui.port import Surface
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import fill, starts_of, turn
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, Role, TextSize
from kiosk.visit.actions import (
    Back,
    Field,
    OpenAccount,
    OpenChooser,
    OpenContributions,
    OpenPrivacy,
    OpenRegistration,
    OpenWrong,
    OpenYear,
    SelectYear,
    SetReveal,
    ShowPart,
    TryAgain,
)
from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    ContributionsPage,
    HomePage,
    NotCome,
    Record,
    RegistrationPage,
    Reveal,
    State,
    Waiting,
)
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.cases import CASES
from tests.kiosk.ui.screens.harness import LOOKS, MONOTONIC, Look, draw, record
from tests.kiosk.ui.screens.page_checks import names, problems, shown
from tests.kiosk.ui.screens.samples import Person

RECORD = {
    name: made
    for name, made in CASES.items()
    if name.split(".")[0] in ("home", "registration", "contributions", "year")
}
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


@pytest.fixture(scope="module")
def said(zh: Words, en: Words) -> Callable[[Look], Words]:
    return lambda look: {"zh_CN": zh, "en": en}[look.language]


def action(page: Page, name: str) -> object:
    """What a control does; None when it is not there or disabled."""
    return next((target.action for target in page.targets if target.name == name and target.enabled), None)


def texts(page: Page) -> list[str]:
    return [text.text for text in page.texts]


def parts(page: Drawing, at: Callable[[int], State], look: Look) -> Iterator[Page]:
    """All parts, turned with the paging button; each leads back to the one before."""
    part, before = 0, -1
    while True:
        drawn = page(at(part), look)
        back = action(drawn, "prev-part")
        if before >= 0:
            assert isinstance(back, ShowPart)
            assert texts(page(at(back.part), look)) == texts(page(at(before), look))
        else:
            assert back is None
        yield drawn
        after = action(drawn, "next-part")
        if after is None:
            return
        assert isinstance(after, ShowPart)
        assert after.part > part
        before, part = part, after.part


def whole(page: Drawing, at: Callable[[int], State], look: Look) -> str:
    return "\n".join(shown(drawn) for drawn in parts(page, at, look))


def home(person: Person, part: int = 0) -> Record:
    return record(person, HomePage(part))


def registration(person: Person, insurance: str, part: int = 0) -> Record:
    return record(person, RegistrationPage(insurance, part))


def year(person: Person, insurance: str, number: int, part: int = 0, *, table: bool = True) -> Record:
    rows = person.page(insurance, number, part)
    return record(person, ContributionsPage(insurance, number, rows, table=table, table_part=part))


def of(person: Person, insurance: str) -> Registration:
    found = facts.of_insurance(person.overview.registrations, insurance)
    assert found is not None
    return found


# --- every page in every look -----------------------------------------------------------------------------------------


def shortcut(problem: str) -> bool:
    """Rows of a list and of the months picture touch each other and may be lower: each has a full-size twin."""
    return (
        problem.count("insurance-") == 2
        or problem.startswith("too small to touch: year-")
        or problem.count("year-") == 2
    )


@EVERY_LOOK
@pytest.mark.parametrize("name", RECORD)
def test_nothing_is_cut_covered_too_small_to_touch_or_personal(page: Drawing, name: str, look: Look) -> None:
    state = RECORD[name]()
    assert isinstance(state, Record)
    drawn = page(state, look)
    assert [problem for problem in problems(drawn) if not shortcut(problem)] == []
    assert {"end", "large-text", "high-contrast"} <= names(drawn)
    words, holder = shown(drawn), state.overview.holder
    secrets = {Field.NAME: holder.name, Field.NUMBER: holder.number, Field.CARD_NUMBER: state.overview.card_number}
    revealed = {state.reveal.field} if state.reveal else set()
    assert {which for which, value in secrets.items() if value in words} <= revealed


@pytest.mark.parametrize("name", RECORD)
def test_high_contrast_is_the_same_page_in_other_colours(page: Drawing, name: str) -> None:
    for look in (ZH, replace(EN, text=TextSize.LARGE), replace(ZH, orientation=Orientation.LANDSCAPE)):
        plain, high = page(RECORD[name](), look), page(RECORD[name](), replace(look, contrast=Contrast.HIGH))
        assert texts(plain) == texts(high)
        assert names(plain) == names(high)
        assert high.overflows == ()


# --- home -------------------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize("name", ["picture", "long-history", "unknown-codes", "with-notice", "long-name", "minor"])
def test_home_shows_every_insurance_with_its_status_and_opens_it(
    page: Drawing, said: Callable[[Look], Words], name: str, look: Look
) -> None:
    person = samples.PEOPLE[name]()
    assert not isinstance(person.overview.registrations, Absent)
    opened: list[str] = []
    for drawn in parts(page, lambda part: home(person, part), look):
        for one in person.overview.registrations:
            if action(drawn, f"insurance-{one.insurance}") is not None:
                assert action(drawn, f"insurance-{one.insurance}") == OpenRegistration(one.insurance)
                opened.append(one.insurance)
    assert opened == [one.insurance for one in person.overview.registrations]
    words = whole(page, lambda part: home(person, part), look)
    for one in person.overview.registrations:
        catalogue = said(look)
        if catalogue.has(f"insurance.{one.insurance}.name"):
            known = (catalogue.t(f"insurance.{one.insurance}.{form}") for form in ("name", "short"))
            assert any(form in words for form in known)
        else:
            assert one.insurance in words


def test_the_statuses_of_the_picture_are_those_of_its_codes(page: Drawing) -> None:
    words = texts(page(home(samples.picture())))
    assert words.count("正常缴费") == 4
    assert {"合并参保", "终止参保", "2004年7月起·示例机械有限公司", "2004年7月起·截至 11月19日"} <= set(words)
    assert {"2004年7月起·个人不缴费", "随职工基本医疗一并参保", "2019年1月至 12月"} <= set(words)


@EVERY_LOOK
def test_unknown_codes_are_shown_as_such(page: Drawing, look: Look) -> None:
    words = whole(page, lambda part: home(samples.unknown_codes(), part), look)
    for code in ("7", "9", "2-1"):
        assert (f"未知（原码 {code}）" if look.language == "zh_CN" else f"Unknown (code {code})") in words


@EVERY_LOOK
def test_home_asks_the_three_questions_and_leads_to_notice_and_body(page: Drawing, look: Look) -> None:
    drawn = page(home(samples.picture()), look)
    assert action(drawn, "open-registration") == OpenRegistration()
    assert action(drawn, "open-contributions") == OpenContributions()
    assert action(drawn, "open-accounts") == OpenAccount()
    assert action(drawn, "open-privacy") == OpenPrivacy()
    assert action(drawn, "wrong") == OpenWrong()
    assert "back" not in names(drawn)
    words = shown(drawn)
    assert mask_name(samples.picture().overview.holder.name) in words
    assert mask_number(samples.picture().overview.holder.number) in words
    assert ("正常" if look.language == "zh_CN" else "Normal") in words


@EVERY_LOOK
@pytest.mark.parametrize("name", ["nothing", "all-absent"])
def test_without_a_registration_the_page_says_which_and_has_no_dead_tile(
    page: Drawing, said: Callable[[Look], Words], name: str, look: Look
) -> None:
    drawn = page(home(samples.PEOPLE[name]()), look)
    key = "home.none" if name == "nothing" else "absent.source_unavailable.word"
    assert said(look).t(key) in shown(drawn)
    assert action(drawn, "open-registration") is None
    assert action(drawn, "open-contributions") == OpenContributions()


@EVERY_LOOK
def test_a_childs_record_says_whose_it_is_and_that_a_guardian_looks(page: Drawing, look: Look) -> None:
    words = shown(page(home(samples.minor()), look))
    assert (
        "这是未成年人试*禾的记录，由监护人查询。" if look.language == "zh_CN" else "the record of 试*禾, a child"
    ) in words


@EVERY_LOOK
def test_a_long_notice_is_read_to_its_end(page: Drawing, look: Look) -> None:
    person = samples.with_notice()
    notice = person.overview.notices[0]
    text = notice.text if look.language == "zh_CN" else notice.text_en
    read = [
        one
        for drawn in parts(page, lambda part: home(person, part), look)
        for one in texts(drawn)
        if one in text and len(one) > 5
    ]
    assert "".join("".join(read).split()) == "".join(text.split())


# --- registration -----------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize("key", samples.ENTITLEMENTS)
def test_every_reason_is_told_with_its_period(
    page: Drawing, said: Callable[[Look], Words], key: str, look: Look
) -> None:
    person = samples.entitled(key)
    entitlement = samples.ENTITLEMENTS[key]
    catalogue = said(look)
    words = whole(page, lambda part: registration(person, "390", part), look)
    for one in entitlement.periods:
        if key != "newborn-in-window":  # its two periods follow each other: they are one
            assert fmt.days_range(catalogue, one.since, one.until) in words
    if not entitlement.periods:
        assert catalogue.t("entitlement.none_in_year", year=2026) in words
    expected = {
        "employed": ("单位正在按月为您缴费", "Your employer pays for you every month"),
        "retired": ("终身享受待遇", "You keep the benefit for life"),
        "paid-in-window": ("集中缴费期（2025年9月至 12月）", "enrolment window (Sep–Dec 2025)"),
        "paid-late": ("您在 3月10日缴费，待遇从缴费 30 天后开始，也就是 4月9日", "30 days after the payment, on 9 Apr"),
        "paid-too-late": ("2027年1月13日", "13 Jan 2027"),
        "paid-late-from-december": ("12月20日", "20 Dec"),
        "newborn-registered": ("登记日是 5月20日", "which was 20 May"),
        "newborn-in-window": ("2025年10月20日至 2026年12月31日", "20 Oct 2025 to 31 Dec 2026"),
        "funded": ("医疗救助资助", "Medical assistance funds"),
        "not-paid": ("可以用社保卡、银行柜台或 POS 机缴费", "Pay with the social security card"),
        "arrears": ("补缴的办法请问济南市医疗保障局", "Please ask Jinan Healthcare Security Bureau how to pay"),
        "ended": ("这项参保已经结束", "This insurance has ended"),
        "unknown": ("未知（原码 9Z）", "Unknown (code 9Z)"),
        "future": ("12月9日起", "From 9 Dec"),
    }[key]
    assert expected[0 if look.language == "zh_CN" else 1] in words


@EVERY_LOOK
def test_what_is_known_of_a_registration_is_on_its_parts(page: Drawing, look: Look) -> None:
    words = whole(page, lambda part: registration(samples.resident_late(), "390", part), look)
    zh_words = (
        "2012年1月",
        "历下区 示例街道 示例社区",
        "¥1,050.00",
        "济南市医疗保障局",
        "12393",
        "11月19日 18:00",
        "正常参保",
    )
    en_words = (
        "Jan 2012",
        "历下区 示例街道 示例社区",
        "¥1,050.00",
        "Healthcare Security Bureau",
        "12393",
        "19 Nov, 18:00",
        "Insured",
    )
    for expected in zh_words if look.language == "zh_CN" else en_words:
        assert expected in words
    holder = samples.resident_late().overview
    for masked in (
        mask_name(holder.holder.name),
        mask_number(holder.holder.number),
        mask_card_number(holder.card_number),
    ):
        assert masked in words


def test_what_nobody_knows_of_a_registration_is_a_word_and_no_amount(page: Drawing) -> None:
    for look in NORMAL:
        words = whole(page, lambda part: registration(samples.absent(), "110", part), look)
        assert ("暂无数据" if look.language == "zh_CN" else "No data") in words
        assert "0.00" not in words


def test_an_unconfirmed_number_is_shown_as_one(page: Drawing) -> None:
    words = whole(page, lambda part: registration(samples.unknown_codes(), "310", part), ZH)
    assert "8361810（号码待确认）" in words


@EVERY_LOOK
@pytest.mark.parametrize("which", Field)
def test_a_value_is_revealed_alone_and_counts_down_until_it_hides(
    page: Drawing, said: Callable[[Look], Words], which: Field, look: Look
) -> None:
    person, name = samples.picture(), f"reveal-{which.value.replace('_', '-')}"
    part = 0
    closed = page(registration(person, "110", part), look)
    while name not in names(closed):
        after = action(closed, "next-part")
        assert isinstance(after, ShowPart)
        part = after.part
        closed = page(registration(person, "110", part), look)
    assert action(closed, name) == SetReveal(which)
    state = record(person, RegistrationPage("110", part), Reveal(which, MONOTONIC + 7.2))
    opened, value = page(state, look), _secret(person, which)
    assert action(opened, name) == SetReveal(None)
    assert said(look).n("common.hide", 8) in texts(opened)
    assert value in texts(opened)
    assert value not in shown(closed)
    others = [other for other in Field if other is not which]
    assert not [other for other in others if _secret(person, other) in shown(opened)]


def _secret(person: Person, which: Field) -> str:
    overview = person.overview
    found = {
        Field.NAME: overview.holder.name,
        Field.NUMBER: overview.holder.number,
        Field.CARD_NUMBER: overview.card_number,
    }
    return found[which]


def test_paging_goes_through_the_parts_and_then_to_the_next_insurance(page: Drawing) -> None:
    person = samples.resident_late()
    first = page(registration(person, "390"))
    assert action(first, "prev-insurance") == OpenRegistration("170")
    after = action(first, "next-part")
    assert isinstance(after, ShowPart)
    last = page(registration(person, "390", after.part))
    assert action(last, "prev-part") == ShowPart(0)
    assert action(last, "next-insurance") == OpenRegistration("330")
    alone = page(registration(samples.minor(), "390"))
    assert "prev-insurance" not in names(alone) or action(alone, "prev-insurance") is None


# --- contributions ----------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_the_total_comes_with_the_count_of_every_state(
    page: Drawing, said: Callable[[Look], Words], look: Look
) -> None:
    words = texts(page(CASES["contributions.picture"](), look))
    assert "263" in words
    for state, count in (("paid", "256"), ("back_paid", "2"), ("exempt", "5"), ("missing", "5"), ("on_the_way", "1")):
        assert said(look).t(f"month_state.{state}") in words
        assert count in words
    assert ("合 21 年 11 个月" if look.language == "zh_CN" else "That is 21 years 11 months") in words


@EVERY_LOOK
def test_months_without_an_answer_make_the_total_a_least(
    page: Drawing, said: Callable[[Look], Words], look: Look
) -> None:
    drawn = page(CASES["contributions.unknown-110-2023"](), look)
    words = texts(drawn)
    assert said(look).t("contributions.at_least") in words
    assert "19" in words
    assert "0" not in words
    assert "¥0.00" not in shown(drawn)
    assert not any("合 1 年" in text or "That is" in text for text in words)


@EVERY_LOOK
@pytest.mark.parametrize("name", ["picture", "long-history", "retiree"])
def test_every_year_can_be_turned_to_and_chosen(page: Drawing, name: str, look: Look) -> None:
    person = samples.PEOPLE[name]()
    history = facts.history_of(person.overview, "110")
    assert history is not None
    seen: set[int] = set()
    part: int | None = 0
    while part is not None:
        state = record(person, ContributionsPage("110", history.years[-1].year, None, part=part))
        drawn = page(state, look)
        here = [one.year for one in history.years if action(drawn, f"year-{one.year}") == SelectYear(one.year)]
        assert here
        seen |= set(here)
        earlier = action(drawn, "prev-part")
        assert earlier is None or isinstance(earlier, ShowPart)
        part = earlier.part if earlier is not None else None
    assert seen == {one.year for one in history.years}


def test_the_chosen_year_is_framed_and_its_card_opens_its_months(page: Drawing) -> None:
    drawn = page(CASES["contributions.picture-2019"]())
    tint, edge = (surface().kit().theme.colour(role) for role in (Role.TINT, Role.PRIMARY))
    row = next(target for target in drawn.targets if target.name == "year-2019")
    frames = [
        node for node in drawn.nodes if isinstance(node, RoundRect) and node.fill == tint and node.outline == edge
    ]
    assert row.rect in [frame.rect for frame in frames]
    assert action(drawn, "open-year") == OpenYear(2019)
    assert "2019年已缴 7 个月" in texts(drawn)
    assert "个人 ¥2,324.00，单位 ¥4,648.00" in texts(drawn)


def test_states_differ_in_shape_not_in_colour_alone(page: Drawing) -> None:
    drawn = page(CASES["contributions.picture-2019"]())
    row = next(target for target in drawn.targets if target.name == "year-2019")
    first, after = row.nodes
    strokes = [node for node in drawn.nodes[first:after] if isinstance(node, Stroke)]
    assert len(strokes) == 5 * 2 + 2 * 2  # a cross for each missing month, a plus for each paid back


@pytest.mark.parametrize("look", [ZH, EN], ids=str)
def test_the_chosen_insurance_is_always_among_the_chips(page: Drawing, look: Look) -> None:
    person = samples.long_history()
    for code in ("110", "120", "310", "210", "330", "410", "170", "390"):
        drawn = page(record(person, ContributionsPage(code, 2026, None)), look)
        assert action(drawn, f"insurance-{code}") == OpenContributions(code)
        assert action(drawn, "more") == OpenChooser()


@pytest.mark.parametrize("orientation", Orientation)
def test_large_text_has_one_button_that_opens_the_list(page: Drawing, orientation: Orientation) -> None:
    look = replace(ZH, text=TextSize.LARGE, orientation=orientation)
    drawn = page(CASES["contributions.picture"](), look)
    assert action(drawn, "choose") == OpenChooser()
    assert "险种：职工养老" in texts(drawn)
    assert not [name for name in names(drawn) if name.startswith("insurance-")]


@EVERY_LOOK
@pytest.mark.parametrize(
    ("name", "key"), [("absent", "absent.source_unavailable.text"), ("nothing", "contributions.none")]
)
def test_no_contributions_at_all_says_why(
    page: Drawing, said: Callable[[Look], Words], name: str, key: str, look: Look
) -> None:
    drawn = page(CASES[f"contributions.{name}"](), look)
    assert said(look).t(key) in texts(drawn)
    assert "0" not in texts(drawn)


def test_landscape_shows_picture_and_table_side_by_side(page: Drawing) -> None:
    look = replace(ZH, orientation=Orientation.LANDSCAPE)
    words = texts(page(CASES["contributions.picture"](), look))
    assert words.count("7,650.00") == 6
    assert {"12,540.80", "6,270.40", "10 个月合计", "缴费基数"} <= set(words)
    waiting = page(CASES["contributions.waiting"](), look)
    assert "7,650.00" not in texts(waiting)
    assert "try-again" not in names(waiting)
    failed = page(CASES["contributions.failed"](), look)
    assert action(failed, "try-again") == TryAgain()
    assert "263" in texts(failed)


# --- a year -----------------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize(
    ("name", "number"), [("picture", 2026), ("picture", 2019), ("long-history", 2024), ("retiree", 2016)]
)
def test_every_booked_row_is_shown_once_in_order_over_all_parts(
    page: Drawing, name: str, number: int, look: Look
) -> None:
    person = samples.PEOPLE[name]()
    rows = person.rows["110", number]
    own = [fmt.amount(row.own) for row in rows if row.own is not None]
    found: list[str] = []
    for drawn in parts(page, lambda part: year(person, "110", number, part), look):
        sums = {fmt.amount(one.own) for one in _years(person) if one.year == number}
        for text in texts(drawn):
            bare = text.removeprefix("个人 ").removeprefix("Own ")
            if bare in own and bare not in sums - set(own):
                found.append(bare)
    base = [fmt.amount(row.base) for row in rows if row.base is not None]
    words = whole(page, lambda part: year(person, "110", number, part), look)
    assert all(amount in words for amount in base)
    assert [amount for amount in found if amount in own] == own


def _years(person: Person) -> tuple[ContributionYear, ...]:
    history = facts.history_of(person.overview, "110")
    assert history is not None
    return history.years


@EVERY_LOOK
def test_no_part_asks_for_a_row_that_is_not_there(page: Drawing, look: Look) -> None:
    person = samples.long_history()
    count = len(person.rows["110", 2024])
    assert PAGE_ROWS < count < 2 * PAGE_ROWS
    asked = [0]
    for drawn in parts(page, lambda part: year(person, "110", 2024, part), look):
        asked += [
            target.action.part for target in drawn.targets if isinstance(target.action, ShowPart) and target.enabled
        ]
    assert max(asked) < count


@EVERY_LOOK
def test_a_part_that_begins_within_a_month_repeats_the_month(
    page: Drawing, said: Callable[[Look], Words], look: Look
) -> None:
    person = samples.long_history()
    for drawn in parts(page, lambda part: year(person, "110", 2024, part), look):
        words = texts(drawn)
        kinds = [said(look).t("row_kind.correction"), said(look).t("month_state.paid")]
        months = [fmt.month_only(said(look), number) for number in range(1, 13)]
        assert min(map(words.index, set(months) & set(words))) < min(map(words.index, set(kinds) & set(words)))


@EVERY_LOOK
def test_another_text_size_shows_the_part_that_holds_the_row(page: Drawing, look: Look) -> None:
    person = samples.long_history()
    rows = person.rows["110", 2024]
    for part in (0, 7, 20, 33, 49, 50, 57):
        drawn = page(year(person, "110", 2024, part), look)
        amount = fmt.amount(rows[part].base or 0)
        assert any(amount in text for text in texts(drawn)), part


def test_what_has_not_arrived_is_a_dash_and_what_nobody_knows_a_word(page: Drawing) -> None:
    words = texts(page(CASES["year.picture"]()))
    assert words.count("待到账") == 1
    assert words.count("未到期") == 1
    assert words.count("—") == 1 + 4  # no day for November; nothing at all for December
    unknown = texts(page(CASES["year.unknown-110"]()))
    assert unknown.count("不清楚") == 1 + 2 + 1 + 1
    assert "0.00" not in unknown
    assert "已知合计" in unknown


def test_a_correction_stands_under_its_month_with_its_sign(page: Drawing) -> None:
    words = texts(page(CASES["year.picture-2019"]()))
    at = words.index("8月")
    assert words[at + 1 : at + 6] == ["4,150.00", "664.00", "332.00", "补缴", "2020-01-16"]
    assert words[at + 6 : at + 11] == ["−415.00", "−66.40", "−33.20", "更正", "2020-03-02"]


def test_the_subsidy_of_residents_is_called_one(page: Drawing) -> None:
    words = texts(page(CASES["year.resident-late"]()))
    assert "补助" in words
    assert "单位缴" not in words
    assert "2月至 12月" in words


@EVERY_LOOK
def test_a_year_leads_to_its_neighbours_its_source_and_the_body(page: Drawing, look: Look) -> None:
    person = samples.picture()
    drawn = page(year(person, "110", 2019), look)
    assert action(drawn, "prev-year") == OpenYear(2018)
    assert action(drawn, "next-year") == OpenYear(2020)
    assert action(drawn, "back") == Back()
    assert action(drawn, "wrong") == OpenWrong()
    assert action(page(year(person, "110", 2026), look), "next-year") is None
    assert action(page(year(person, "110", 2004), look), "prev-year") is None
    words = whole(page, lambda part: year(person, "110", 2019, part), look)
    assert ("济南市社会保险事业中心" if look.language == "zh_CN" else "Jinan Social Insurance Centre") in words
    assert ("11月20日 10:30" if look.language == "zh_CN" else "20 Nov, 10:30") in words


@EVERY_LOOK
@pytest.mark.parametrize("failure", [f for f in Failure if f.key.startswith("central.")])
def test_rows_that_did_not_come_say_why_and_can_be_asked_for_again(
    page: Drawing, said: Callable[[Look], Words], failure: Failure, look: Look
) -> None:
    state = record(samples.picture(), ContributionsPage("110", 2026, NotCome(failure), table=True))
    drawn = page(state, look)
    assert said(look).t(f"{failure.key}.title") in texts(drawn)
    assert failure.code in texts(drawn)
    assert action(drawn, "try-again") == TryAgain()
    assert drawn.overflows == ()


def test_a_wait_is_named_after_a_second_with_its_end(page: Drawing) -> None:
    for slow in (False, True):
        state = record(samples.picture(), ContributionsPage("110", 2026, Waiting(1, MONOTONIC, slow=slow), table=True))
        assert ("最多 8 秒" in shown(page(state))) is slow


# --- paging -----------------------------------------------------------------------------------------------------------


def test_pages_begin_where_the_next_item_has_no_room() -> None:
    assert starts_of([10, 10, 10, 10, 10], 25) == [0, 2, 4]
    assert starts_of([10, 10, 10], 34, gap=2) == [0]
    assert starts_of([10, 10, 10], 33, gap=2) == [0, 2]
    assert starts_of([50, 10], 25) == [0, 1]
    assert starts_of([], 25) == [0]


def test_a_page_holds_the_item_asked_for_whatever_fits() -> None:
    for size in (1, 2, 3, 5, 8):
        starts = list(range(0, 20, size))
        for item in range(20):
            found = turn(starts, 20, item)
            assert found.first <= item < found.end
            assert found.before is None or turn(starts, 20, found.before).end == found.first
            assert found.after is None or turn(starts, 20, found.after).first == found.end
    assert turn([0, 5], 8, 99).first == 5


def test_what_fits_is_not_turned() -> None:
    assert fill([10, 10, 10], 30, 15, 2).only
    assert not fill([10, 10, 11], 30, 15, 0).only


def test_exempt_months_count_only_where_the_region_says_so(page: Drawing) -> None:
    assert {MonthState.PAID, MonthState.BACK_PAID, MonthState.EXEMPT} == facts.COUNTED
    words = texts(page(CASES["contributions.picture"]()))
    assert "免缴月份计入累计缴费。" in words

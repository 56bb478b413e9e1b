"""Recent data in an outage: of when and why stands on every page, each figure has its date, what is not kept is said."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.model import Absent, AbsentReason, Month, MonthState
from kiosk.ui import format as fmt
from kiosk.ui.components.months import Elsewhere
from kiosk.ui.env import Env
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, Rect
from kiosk.ui.port import Surface
from kiosk.ui.screens import facts, shell
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.failures import OUTAGES, Failure
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ContributionsPage,
    HomePage,
    Link,
    Model,
    NotKept,
    PrivacyPage,
    Record,
    Rules,
    Screen,
    World,
)
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import (
    activation_cases,
    failure_cases,
    harness,
    query_cases,
    samples,
    staff_cases,
    technician_cases,
    visit_cases,
)
from tests.kiosk.ui.screens.cases import CASES
from tests.kiosk.ui.screens.harness import LOOKS, Look, record
from tests.kiosk.ui.screens.offline_cases import STORED, offline
from tests.kiosk.ui.screens.page_checks import names, shown

RECENT = {name: made for name, made in CASES.items() if ".offline-" in name}
RENEWED = {name: made for name, made in CASES.items() if ".refreshed-" in name}
NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)

Drawing = Callable[..., Page]


def kit(look: Look) -> Kit:
    found: Surface = surface(look.orientation)
    return found.kit(look.contrast, look.text)


@pytest.fixture(scope="module")
def words(zh: Words, en: Words) -> dict[str, Words]:
    return {"zh_CN": zh, "en": en}


@pytest.fixture(scope="module")
def page(words: dict[str, Words]) -> Drawing:
    def drawn(state: Record, look: Look = ZH) -> Page:
        return harness.draw(state, look, kit, words.__getitem__)

    return drawn


@pytest.fixture(scope="module")
def of_model(words: dict[str, Words]) -> Drawing:
    def drawn(model: Model, look: Look = ZH) -> Page:
        return visit_cases.draw(model, look, kit, words.__getitem__)

    return drawn


def recent(name: str) -> Record:
    state = RECENT[name]()
    assert isinstance(state, Record)
    return state


def env_of(words: Words, look: Look = ZH) -> Env:
    return Env(kit(look), words, harness.LANGUAGES, harness.REGION, harness.PLACE, samples.NOW, harness.MONOTONIC)


def lines(page: Page) -> list[str]:
    return [text.text for text in page.texts]


def places(page: Page) -> dict[str, Rect]:
    return {target.name: target.rect for target in page.targets}


# --- of when, and why -------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize("name", RECENT)
def test_every_page_of_recent_data_says_of_when_it_is_and_why(
    page: Drawing, words: dict[str, Words], name: str, look: Look
) -> None:
    state, said = recent(name), words[look.language]
    assert state.offline is not None
    as_of = fmt.moment(said, state.offline.stored, samples.NOW)
    why = "offline.asking" if state.offline.asking else f"{state.offline.reason.key}.recent"
    assert {said.t("offline.as_of", as_of=as_of), said.t(why)} <= set(lines(page(state, look)))


def test_a_record_of_centrals_own_says_nothing_of_the_kind(page: Drawing, zh: Words) -> None:
    drawn = shown(page(record(samples.picture(), HomePage())))
    assert "以下为" not in drawn
    assert zh.t("offline.refreshed") not in drawn


def test_each_reason_has_words_of_its_own(words: dict[str, Words]) -> None:
    for said in words.values():
        assert len({said.t(f"{reason.key}.recent") for reason in OUTAGES}) == len(OUTAGES) == 5


@EVERY_LOOK
def test_nothing_moves_under_a_finger_when_the_reason_changes_or_the_answer_comes(
    page: Drawing, words: dict[str, Words], look: Look
) -> None:
    """The page begins at the same height below each of the strip's texts."""
    at_home = record(samples.picture(), HomePage())
    away = [*(offline(at_home, reason=reason) for reason in OUTAGES), offline(at_home, asking=True)]
    assert len({tuple(sorted(places(page(one, look)).items())) for one in away}) == 1
    env = env_of(words[look.language], look)
    high = {shell.with_strip(env, one).kit.theme.strip for one in (*away, replace(at_home, refreshed=True))}
    assert len(high) == 1
    assert min(high) > 0
    assert shell.with_strip(env, at_home).kit.theme.strip == 0


@pytest.mark.parametrize("name", RENEWED)
def test_renewed_figures_are_said_to_be_new(page: Drawing, zh: Words, name: str) -> None:
    state = RENEWED[name]()
    assert isinstance(state, Record)
    drawn = lines(page(state))
    assert {zh.t("offline.refreshed"), zh.t("offline.refreshed_note")} <= set(drawn)
    assert not [line for line in drawn if line.startswith("以下为") and "11月17日" in line]


@pytest.mark.parametrize("link", Link)
def test_the_state_of_the_line_is_on_every_screen(of_model: Drawing, words: dict[str, Words], link: Link) -> None:
    seen: set[str] = set()
    cases = {
        **visit_cases.CASES,
        **activation_cases.CASES,
        **staff_cases.CASES,
        **failure_cases.CASES,
        **query_cases.CASES,
        **technician_cases.CASES,
        **{name: CASES[name] for name in CASES if "refreshed" in name or "offline" in name},
    }
    for made in cases.values():
        case = made()
        model = case if isinstance(case, Model) else visit_cases.model(case)
        drawn = of_model(replace(model, world=replace(model.world, link=link)))
        # The touch test has its targets where the header is.
        said = words["zh_CN"].t(f"header.{link.value}") in lines(drawn)
        assert said or drawn.name == Screen.TOUCH_TEST.value, drawn.name
        seen.add(drawn.name)
    assert seen == {screen.value for screen in Screen}


# --- each figure with its date ----------------------------------------------------------------------------------------


@EVERY_LOOK
def test_at_home_every_status_has_the_date_of_its_figures(page: Drawing, words: dict[str, Words], look: Look) -> None:
    state, said = recent("home.offline-picture"), words[look.language]
    registrations = state.overview.registrations
    assert not isinstance(registrations, Absent)
    dated: list[str] = []
    part = 0
    while True:
        drawn = page(replace(state, page=HomePage(part)), look)
        here = [one for one in registrations if f"insurance-{one.insurance}" in names(drawn)]
        wanted = [
            said.t("common.as_of", as_of=fmt.moment(said, one.origin.as_of.astimezone(samples.HALL_TIME), samples.NOW))
            for one in here
        ]
        assert [line for line in lines(drawn) if line in wanted] == wanted
        dated += [one.insurance for one in here]
        part += len(here)
        if part == len(registrations):
            break
    assert dated == [one.insurance for one in registrations]


@EVERY_LOOK
@pytest.mark.parametrize("name", ["contributions.offline-picture", "accounts.offline-picture-310-0"])
def test_total_and_balance_have_the_date_of_their_source(
    page: Drawing, words: dict[str, Words], name: str, look: Look
) -> None:
    state, said = recent(name), words[look.language]
    assert isinstance(state.page, ContributionsPage | AccountsPage)
    parts = state.overview.contributions if name.startswith("contr") else state.overview.accounts
    origin = next(one.origin for one in parts if one.insurance == state.page.insurance)  # type: ignore[union-attr]
    as_of = fmt.moment(said, origin.as_of.astimezone(samples.HALL_TIME), samples.NOW)
    assert as_of in shown(page(state, look))


def test_the_three_questions_say_how_old_the_answers_are(page: Drawing) -> None:
    state = recent("home.offline-picture")
    assert {"11月17日的数据", "最近 24 个月", "余额"} <= set(lines(page(state)))
    assert not isinstance(state.overview.accounts, Absent)
    one = replace(state, overview=replace(state.overview, accounts=state.overview.accounts[1:]))
    assert "11月16日的余额" in lines(page(one))


# --- what is not kept -------------------------------------------------------------------------------------------------


def test_older_months_are_not_kept_neither_unpaid_nor_unknown(zh: Words) -> None:
    state = recent("contributions.offline-picture")
    history = facts.history_of(state.overview, "110")
    assert history is not None
    signs = [sign for year in history.years for sign in facts.signs(env_of(zh), state, year)]
    assert signs[:11] == [Elsewhere.NOT_KEPT] * 11  # of 2024
    assert signs[11:34] == [MonthState.PAID] * 23
    assert MonthState.UNKNOWN not in signs
    # What central did not answer for stays that, within the months that are kept.
    odd = recent("contributions.offline-unknown-110")
    history = facts.history_of(odd.overview, "110")
    assert history is not None
    last = facts.signs(env_of(zh), odd, history.years[-1])
    assert (last.count(MonthState.UNKNOWN), last.count(Elsewhere.NOT_KEPT)) == (9, 0)


@EVERY_LOOK
def test_the_total_stays_what_the_body_counts(page: Drawing, words: dict[str, Words], look: Look) -> None:
    said = words[look.language]
    drawn = lines(page(recent("contributions.offline-picture"), look))
    assert "263" in drawn
    assert said.t("contributions.at_least") not in drawn
    assert said.t("common.no_data") not in drawn
    assert "0" not in drawn
    assert said.t("contributions.at_least") in lines(page(recent("contributions.offline-unknown-110"), look))


@EVERY_LOOK
@pytest.mark.parametrize("insurance", ["110", "390"])
def test_months_and_years_that_are_not_kept_come_back_with_the_service(
    page: Drawing, words: dict[str, Words], insurance: str, look: Look
) -> None:
    """Also where nothing at all is kept, because the insurance ended long ago."""
    said = words[look.language]
    state = recent({"110": "contributions.offline-picture", "390": "contributions.offline-picture-390"}[insurance])
    drawn = shown(page(state, look))
    month = fmt.month(said, Month(2024, 12))
    assert said.t("offline.months", month=month) in drawn or said.t("offline.details_and_older") in drawn
    assert said.t("contributions.none") not in drawn


@EVERY_LOOK
def test_there_is_no_way_to_rows_that_are_not_kept(page: Drawing, words: dict[str, Words], look: Look) -> None:
    said = words[look.language]
    drawn = page(recent("contributions.offline-picture"), look)
    assert "open-year" not in names(drawn)
    assert any(said.t(f"offline.{key}") in shown(drawn) for key in ("details", "details_and_older", "rows"))


@EVERY_LOOK
@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("year.offline-picture", "year.none"),
        ("accounts.offline-picture-310-0", "accounts.no_entries"),
        ("accounts.offline-long-history-310-0", "accounts.no_entries"),
    ],
)
def test_rows_that_are_not_kept_are_not_said_to_be_none(
    page: Drawing, words: dict[str, Words], name: str, empty: str, look: Look
) -> None:
    state, said = recent(name), words[look.language]
    assert isinstance(state.page, ContributionsPage | AccountsPage)
    rows = state.page.rows if isinstance(state.page, ContributionsPage) else state.page.entries
    assert isinstance(rows, NotKept)
    drawn = shown(page(state, look))
    assert said.t("offline.later") in drawn
    assert said.t(empty, year=2026) not in drawn


def test_a_body_that_did_not_answer_then_is_not_said_to_be_silent_now(page: Drawing, zh: Words) -> None:
    drawn = shown(page(recent("contributions.offline-absent")))
    assert zh.t("offline.absent") in drawn
    assert zh.t("absent.source_unavailable.text") not in drawn
    # What the body never gives is as true in an outage.
    state = recent("accounts.offline-all-absent")
    assert state.overview.accounts == Absent(AbsentReason.NOT_RECORDED)
    assert zh.t("absent.not_recorded.text") in shown(page(state))


# --- on the way there -------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_before_the_pin_one_knows_that_recent_data_follows(
    of_model: Drawing, words: dict[str, Words], look: Look
) -> None:
    said = words[look.language]
    hints = {said.t("offline.pin"), said.t("offline.pin_short")}
    for name in ("pin", "pin.wrong", "pin.minor", "pin.format"):
        assert not hints & set(lines(of_model(visit_cases.CASES[name](), look)))
        case = "pin.offline" + name[3:].replace(".", "-")
        assert hints & set(lines(of_model(visit_cases.CASES[case](), look))), case


@EVERY_LOOK
def test_the_keys_stay_where_they_are_when_the_call_fails_while_one_types(of_model: Drawing, look: Look) -> None:
    before, after = (places(of_model(visit_cases.CASES[name](), look)) for name in ("pin", "pin.offline"))
    assert before == after


def test_the_wait_is_for_what_is_opened(of_model: Drawing, zh: Words) -> None:
    drawn = shown(of_model(visit_cases.CASES["opening.offline"]()))
    assert zh.t("offline.opening") in drawn
    assert zh.t("offline.step") in drawn
    assert zh.t("opening.step.record") not in drawn


@pytest.mark.parametrize("failure", OUTAGES)
def test_without_recent_data_that_is_said_and_never_that_nothing_was_found(
    of_model: Drawing, words: dict[str, Words], failure: Failure
) -> None:
    case = visit_cases.model(CardPage(1, 1, failure, harness.MONOTONIC), World(link=Link.OFFLINE))
    assert "没有这张卡近期的数据" in shown(of_model(case)).replace("\n", "")
    english = " ".join(shown(of_model(case, replace(ZH, language="en"))).split())
    assert "no recent figures of this card" in english
    for text in (shown(of_model(case)), english):
        assert "没有查到" not in text
        assert "not found" not in text.lower()


def test_a_card_on_the_loss_list_is_sent_to_the_window(of_model: Drawing, zh: Words) -> None:
    case = visit_cases.model(CardPage(1, 1, Failure.STATUS_LISTED, harness.MONOTONIC), World(link=Link.OFFLINE))
    drawn = shown(of_model(case))
    assert zh.t("status.listed.title") in drawn
    assert Failure.STATUS_LISTED.code in drawn


def test_the_privacy_notice_says_what_this_kiosk_keeps(of_model: Drawing, zh: Words) -> None:
    state = record(samples.picture(), PrivacyPage(4))
    keeps, keeps_not = (
        shown(of_model(replace(visit_cases.model(state), rules=Rules(recent_days=days)))) for days in (7, 0)
    )
    sealed, nothing = zh.n("privacy.kept.sealed", 7), zh.t("privacy.kept.text")
    assert sealed in keeps
    assert nothing not in keeps
    assert nothing in keeps_not
    assert "最多 7 天" in sealed


def test_the_cases_are_three_days_old() -> None:
    assert (samples.NOW - STORED).days == 3

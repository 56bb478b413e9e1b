"""An open record: pages, rows across central's pages, what is revealed, the way back."""

# mypy: disable-error-code="comparison-overlap, unreachable"
# A scene's state changes between two looks; mypy takes the first look for the second.

import pytest

from kiosk.model import PAGE_ROWS, CentralFailure, ContributionPage
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
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    SetReveal,
    ShowPart,
    TryAgain,
)
from kiosk.visit.effects import FetchContributions, FetchEntries
from kiosk.visit.events import Ask
from kiosk.visit.failures import Failure, of_central
from kiosk.visit.states import (
    AccountsPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    NotCome,
    PrivacyPage,
    Record,
    RecordPage,
    RegistrationPage,
    Reveal,
    Screen,
    Waiting,
    WrongPage,
)
from tests.kiosk.visit.samples import Scene, account_rows, contribution_rows, mark, overview, with_rules


def page(scene: Scene) -> RecordPage:
    assert isinstance(scene.state, Record)
    return scene.state.page


def contributions(scene: Scene) -> ContributionsPage:
    found = page(scene)
    assert isinstance(found, ContributionsPage)
    return found


def accounts(scene: Scene) -> AccountsPage:
    found = page(scene)
    assert isinstance(found, AccountsPage)
    return found


# --- opening pages -----------------------------------------------------------------------------------------------------


def test_without_a_choice_the_first_insurance_opens() -> None:
    scene = Scene().to_record()
    scene.press(OpenRegistration())
    assert page(scene) == RegistrationPage("110")
    scene.press(OpenRegistration("310"))
    assert page(scene) == RegistrationPage("310")


def test_an_insurance_that_the_record_does_not_have_opens_nothing() -> None:
    scene = Scene().to_record()
    for action in (OpenRegistration("999"), OpenContributions("999"), OpenAccount("390")):
        assert scene.press(action) == ()
        assert page(scene) == HomePage()


def test_the_newest_year_s_rows_are_asked_for_when_the_page_opens() -> None:
    scene = Scene().to_record()
    assert scene.press(OpenContributions()) == (FetchContributions(1, 1, 1, "110", 2026, 1),)
    assert page(scene) == ContributionsPage("110", 2026, Waiting(1, scene.now))
    scene.rows(contribution_rows(0, "110", 2026))
    assert contributions(scene).rows == contribution_rows(0, "110", 2026)


def test_an_insurance_without_years_asks_for_nothing() -> None:
    scene = Scene().to_record()
    assert scene.press(OpenContributions("390")) == ()
    assert page(scene) == ContributionsPage("390", None, None)


def test_absent_parts_open_a_page_that_says_so() -> None:
    scene = Scene().to_record(overview(0, absent=True))
    assert scene.press(OpenContributions()) == ()
    assert page(scene) == ContributionsPage("", None, None)
    scene.press(Back())
    assert scene.press(OpenAccount()) == ()
    assert page(scene) == AccountsPage("", None)


def test_another_year_is_asked_for_and_the_table_opens_on_touch() -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    assert scene.press(SelectYear(2024)) == (FetchContributions(1, 1, 2, "110", 2024, 1),)
    assert not contributions(scene).table
    scene.rows(contribution_rows(0, "110", 2024))
    assert scene.press(OpenYear(2024)) == ()
    assert scene.screen is Screen.YEAR
    assert scene.press(SelectYear(1999)) == ()
    assert contributions(scene).year == 2024


def test_old_rows_are_dropped_when_another_year_was_chosen_since() -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.press(SelectYear(2025))
    scene.rows(contribution_rows(0, "110", 2026), request=1)
    assert contributions(scene).rows == Waiting(2, scene.now)
    scene.central_fails(Ask.ROWS, CentralFailure.TIMEOUT, request=1)
    assert contributions(scene).rows == Waiting(2, scene.now)
    scene.rows(contribution_rows(0, "110", 2025), request=2)
    assert isinstance(contributions(scene).rows, ContributionPage)


@pytest.mark.parametrize(
    "rows",
    [
        contribution_rows(0, "310", 2026),
        contribution_rows(0, "110", 2025),
        contribution_rows(0, "110", 2026, page=2),
        account_rows(0, "110"),
    ],
)
def test_rows_that_were_not_asked_for_are_a_bad_answer(rows: object) -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.rows(rows)  # type: ignore[arg-type]
    assert contributions(scene).rows == NotCome(Failure.CENTRAL_BAD_ANSWER)


@pytest.mark.parametrize("failure", CentralFailure)
def test_rows_that_do_not_come_leave_the_record_open_and_can_be_asked_for_again(failure: CentralFailure) -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.central_fails(Ask.ROWS, failure)
    assert contributions(scene).rows == NotCome(of_central(failure))
    assert scene.press(TryAgain()) == (FetchContributions(1, 1, 2, "110", 2026, 1),)
    scene.rows(contribution_rows(0, "110", 2026))
    assert scene.press(TryAgain()) == ()


def test_an_account_s_entries_that_do_not_come_can_be_asked_for_again_at_their_place() -> None:
    scene = Scene().to_record()
    assert scene.press(OpenAccount()) == (FetchEntries(1, 1, 1, "110", 1),)
    scene.rows(account_rows(0, "110"))
    assert scene.press(ShowPart(PAGE_ROWS)) == (FetchEntries(1, 1, 2, "110", 2),)
    scene.central_fails(Ask.ROWS, CentralFailure.TIMEOUT)
    assert scene.press(TryAgain()) == (FetchEntries(1, 1, 3, "110", 2),)


def test_the_wait_for_rows_gets_a_name_and_no_question_interrupts_it() -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.wait(1.1)
    rows = contributions(scene).rows
    assert isinstance(rows, Waiting)
    assert rows.slow
    scene.wait(100.0)
    assert scene.screen is Screen.CONTRIBUTIONS
    scene.rows(contribution_rows(0, "110", 2026))
    scene.wait(59.0)
    assert scene.screen is Screen.CONTRIBUTIONS
    scene.wait(2.0)
    assert scene.screen is Screen.STILL_THERE


# --- across central's pages --------------------------------------------------------------------------------------------


def test_turning_within_what_is_here_asks_for_nothing() -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.rows(account_rows(0, "110"))
    assert scene.press(ShowPart(49)) == ()
    assert accounts(scene).part == 49


def test_turning_beyond_central_s_page_asks_for_the_next() -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.rows(account_rows(0, "110"))
    assert scene.press(ShowPart(50)) == (FetchEntries(1, 1, 2, "110", 2),)
    scene.rows(account_rows(0, "110", 2))
    assert scene.press(ShowPart(104)) == (FetchEntries(1, 1, 3, "110", 3),)
    scene.rows(account_rows(0, "110", 3))
    assert scene.press(ShowPart(49)) == (FetchEntries(1, 1, 4, "110", 1),)


@pytest.mark.parametrize("part", [107, 149, 150, 5000])
def test_there_is_nothing_behind_the_last_row(part: int) -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.rows(account_rows(0, "110"))
    scene.press(ShowPart(100))
    scene.rows(account_rows(0, "110", 3))
    assert scene.press(ShowPart(part)) == ()
    assert accounts(scene).part == 100


def test_a_hurried_finger_does_not_turn_beyond_rows_that_are_on_their_way() -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.rows(account_rows(0, "110"))
    scene.press(ShowPart(50))
    assert scene.press(ShowPart(100)) == ()
    assert scene.press(ShowPart(58)) == ()  # the same page of central's
    scene.rows(account_rows(0, "110", 2))
    assert accounts(scene).part == 58
    assert accounts(scene).entries == account_rows(0, "110", 2)


def test_turning_back_while_rows_are_on_their_way_asks_for_those_instead() -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.rows(account_rows(0, "110"))
    scene.press(ShowPart(50))
    assert scene.press(ShowPart(42)) == (FetchEntries(1, 1, 3, "110", 1),)
    scene.rows(account_rows(0, "110", 2), request=2)
    assert accounts(scene).entries == Waiting(3, scene.now)


def test_leaving_a_year_s_later_rows_brings_the_first_ones_back() -> None:
    """The same rows stand beside the picture in landscape: they begin at the first."""
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.rows(contribution_rows(0, "110", 2026))
    scene.press(OpenYear(2026))
    assert scene.press(ShowPart(50)) == (FetchContributions(1, 1, 2, "110", 2026, 2),)
    scene.rows(contribution_rows(0, "110", 2026, 2))
    assert scene.press(Back()) == (FetchContributions(1, 1, 3, "110", 2026, 1),)
    assert not contributions(scene).table
    assert contributions(scene).table_part == 0
    scene.rows(contribution_rows(0, "110", 2026))
    assert scene.press(OpenYear(2026)) == ()


def test_the_picture_of_years_turns_without_asking() -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    assert scene.press(ShowPart(2)) == ()
    assert contributions(scene).part == 2
    scene.press(ShowPart(-4))
    assert contributions(scene).part == 0


# --- pages that cover another ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cover", [OpenChooser(), OpenWrong()])
def test_rows_that_come_while_another_page_covers_theirs_are_there_on_the_way_back(
    cover: OpenChooser | OpenWrong,
) -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.press(cover)
    scene.rows(contribution_rows(0, "110", 2026))
    assert isinstance(page(scene), ChooserPage | WrongPage)
    scene.press(Back())
    assert contributions(scene).rows == contribution_rows(0, "110", 2026)


@pytest.mark.parametrize("cover", [OpenChooser(), OpenWrong()])
def test_rows_that_fail_while_another_page_covers_theirs_are_said_on_the_way_back(
    cover: OpenChooser | OpenWrong,
) -> None:
    scene = Scene().to_record()
    scene.press(OpenAccount())
    scene.press(cover)
    scene.central_fails(Ask.ROWS, CentralFailure.UNAVAILABLE)
    scene.press(Back())
    assert accounts(scene).entries == NotCome(Failure.CENTRAL_UNAVAILABLE)


def test_the_chooser_comes_back_with_the_chosen_insurance_or_to_where_it_came_from() -> None:
    scene = Scene().to_record()
    assert scene.press(OpenChooser()) == ()
    assert page(scene) == HomePage()
    scene.press(OpenRegistration("310"))
    scene.press(OpenChooser())
    assert page(scene) == ChooserPage(RegistrationPage("310"))
    scene.press(Back())
    assert page(scene) == RegistrationPage("310")
    scene.press(OpenChooser())
    scene.press(OpenRegistration("390"))
    assert page(scene) == RegistrationPage("390")
    scene.press(Back())
    assert page(scene) == HomePage()


def test_this_is_wrong_gives_a_reference_without_personal_data_and_comes_back() -> None:
    scene = Scene().to_record()
    scene.press(OpenRegistration("310"))
    scene.press(OpenWrong())
    wrong = page(scene)
    assert wrong == WrongPage(RegistrationPage("310"), "310-2026-1120-0001")
    assert isinstance(wrong, WrongPage)
    assert mark(0) not in wrong.reference
    assert scene.press(OpenWrong()) == ()
    assert scene.press(ShowPart(3)) == ()
    scene.press(Back())
    assert page(scene) == RegistrationPage("310")


def test_the_reference_names_the_year_that_is_shown() -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions("310"))
    scene.press(OpenWrong())
    wrong = page(scene)
    assert isinstance(wrong, WrongPage)
    assert wrong.reference == "310-2024-1120-0001"
    home = Scene().to_record()
    home.press(OpenWrong())
    assert page(home) == WrongPage(HomePage(), "000-2026-1120-0001")


def test_the_privacy_notice_leads_back_home() -> None:
    scene = Scene().to_record()
    scene.press(OpenPrivacy())
    assert page(scene) == PrivacyPage()
    assert scene.screen is Screen.PRIVACY
    scene.press(Back())
    assert page(scene) == HomePage()
    assert scene.press(Back()) == ()
    assert page(scene) == HomePage()


# --- language, size, reveal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [SetLanguage("en"), SetLargeText(True), SetHighContrast(True)])
def test_aids_keep_the_place(action: SetLanguage | SetLargeText | SetHighContrast) -> None:
    scene = Scene().to_record()
    scene.press(OpenContributions())
    scene.rows(contribution_rows(0, "110", 2026))
    scene.press(OpenYear(2026))
    scene.press(ShowPart(12))
    before = page(scene)
    assert scene.press(action) == ()
    assert page(scene) == before
    assert scene.model.prefs != Scene().model.prefs


def test_a_language_that_the_hall_does_not_have_changes_nothing() -> None:
    scene = Scene().to_record()
    scene.press(SetLanguage("xx"))
    assert scene.model.prefs.language == "zh_CN"


def test_what_is_revealed_hides_by_itself() -> None:
    scene = Scene().to_record()
    scene.press(SetReveal(Field.NUMBER))
    assert isinstance(scene.state, Record)
    assert scene.state.reveal == Reveal(Field.NUMBER, scene.now + 10.0)
    scene.wait(9.9)
    assert scene.state.reveal is not None
    scene.wait(0.2)
    assert isinstance(scene.state, Record)
    assert scene.state.reveal is None


@pytest.mark.parametrize("action", [SetReveal(None), OpenRegistration(), OpenPrivacy(), OpenContributions()])
def test_what_is_revealed_hides_on_touch_and_with_its_page(action: SetReveal | OpenRegistration) -> None:
    scene = Scene().to_record()
    scene.press(SetReveal(Field.NAME))
    scene.press(action)
    assert isinstance(scene.state, Record)
    assert scene.state.reveal is None


def test_nothing_can_be_revealed_behind_the_still_there_question() -> None:
    scene = Scene(with_rules(reveal=90.0)).to_record()
    scene.press(SetReveal(Field.NAME))
    scene.wait(61.0)
    assert scene.screen is Screen.STILL_THERE
    assert isinstance(scene.state, Record)
    assert scene.state.reveal is None
    scene.press(SetReveal(Field.NAME))
    assert scene.state.reveal is None

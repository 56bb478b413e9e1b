"""A look-up of staff, from the number to the result: what is said, what is masked, and what can be pressed; tickets and slips."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.help import LookupRefusal, NumberKind, RevealField, TicketState
from kiosk.region import RegionProfile
from kiosk.services import TicketReason
from kiosk.ui.env import Env
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, TextRun
from kiosk.ui.port import Surface
from kiosk.ui.screens import facts
from kiosk.ui.text import Words
from kiosk.ui.theme import Contrast, Orientation, TextSize
from kiosk.visit.actions import (
    Back,
    ConfirmTyped,
    ShowPart,
    StayHere,
    TryAgain,
    TypeKey,
)
from kiosk.visit.entry import EntryNote
from kiosk.visit.help import (
    EndLookup,
    Found,
    HandOver,
    PickNumberKind,
    Refused,
    RevealRecord,
    Shown,
    Staff,
)
from kiosk.visit.states import Model
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LANGUAGES, LOOKS, MONOTONIC, PLACE, REGION, Look
from tests.kiosk.ui.screens.page_checks import names, shown
from tests.kiosk.ui.screens.staff_cases import (
    CARD_NUMBER,
    CASES,
    NUMBER,
    RECORD,
    REFERENCE,
    T,
    found,
    model,
    whose,
)
from tests.kiosk.ui.screens.visit_cases import draw

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
BOTH = pytest.mark.parametrize("look", [ZH, EN], ids=str)
EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)
Drawing = Callable[..., Page]
Saying = Callable[..., str]


def _kit(look: Look) -> Kit:
    there: Surface = surface(look.orientation)
    return there.kit(look.contrast, look.text)


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}
    return lambda case, look=ZH: draw(case, look, _kit, words.__getitem__)


@pytest.fixture(scope="module")
def said(zh: Words, en: Words) -> Saying:
    words = {"zh_CN": zh, "en": en}
    assert isinstance(REGION, RegionProfile)
    return lambda look, key, **gaps: words[look.language].t(key, **{**REGION.gaps(look.language), **gaps})


def acts(drawn: Page) -> dict[str, object]:
    """What can be pressed."""
    return {each.name: each.action for each in drawn.targets if each.enabled}


def of_keys(drawn: Page) -> dict[str, object]:
    return {name: action for name, action in acts(drawn).items() if name.startswith("key-")}


def staff_of(case: Model) -> Staff:
    assert isinstance(case.state, Staff)
    return case.state


def runs(drawn: Page) -> str:
    """All that is drawn, letter by letter."""
    return "".join(node.text for node in drawn.nodes if isinstance(node, TextRun))


# --- whose ------------------------------------------------------------------------------------------------------------


def test_ground_and_document_stay_in_view_and_the_button_says_that_it_is_recorded(page: Drawing, said: Saying) -> None:
    drawn = page(whose(text=NUMBER))
    for words in ("ground.entrusted", "authorisation.power_of_attorney", "lookup.confirm", "lookup.no_names"):
        assert said(ZH, words) in shown(drawn)
    assert REFERENCE in shown(drawn)
    assert acts(drawn)["confirm"] == ConfirmTyped()


def test_the_number_is_in_full_while_it_is_typed_and_each_digit_a_text_of_its_own(page: Drawing) -> None:
    drawn = page(whose(text=NUMBER))
    assert NUMBER in runs(drawn)
    assert not any(len(text.text) > 1 and text.text in NUMBER and text.text.isdigit() for text in drawn.texts)


def test_an_id_number_has_a_pad_with_x_and_a_card_number_the_keyboard(page: Drawing) -> None:
    assert "key-x" not in acts(page(whose(text=NUMBER[:16])))
    assert acts(page(whose(text=NUMBER[:17])))["key-x"] == TypeKey("X")
    keys = of_keys(page(whose(kind=NumberKind.CARD_NUMBER)))
    assert keys["key-d"] == TypeKey("D")
    for kind in NumberKind:
        chosen = acts(page(whose(kind=kind)))
        assert {chosen[f"kind-{each.value}"] for each in NumberKind} == {PickNumberKind(each) for each in NumberKind}


@pytest.mark.parametrize(
    ("text", "kind", "can"),
    [
        (NUMBER[:17], NumberKind.ID_NUMBER, False),
        (NUMBER, NumberKind.ID_NUMBER, True),
        (CARD_NUMBER[:8], NumberKind.CARD_NUMBER, False),
        (CARD_NUMBER, NumberKind.CARD_NUMBER, True),
    ],
)
def test_nothing_is_looked_up_before_the_number_is_whole(
    page: Drawing, text: str, kind: NumberKind, *, can: bool
) -> None:
    assert ("confirm" in acts(page(whose(text=text, kind=kind)))) is can


@EVERY_LOOK
@pytest.mark.parametrize("note", [EntryNote.CHECKSUM, EntryNote.NOT_FOUND])
def test_why_a_number_was_not_taken_is_said_in_every_look(
    page: Drawing, said: Saying, note: EntryNote, look: Look
) -> None:
    assert said(look, f"entry.{note.value}") in shown(page(whose(note=note), look))


# --- found ------------------------------------------------------------------------------------------------------------


def parts_of(page: Drawing, case: Model, look: Look) -> list[Page]:
    """All pages that a result goes over."""
    drawn = [page(case, look)]
    while isinstance(following := acts(drawn[-1]).get("next-part"), ShowPart):
        staff = staff_of(case)
        assert isinstance(staff.stage, Found)
        stage = replace(staff.stage, part=following.part)
        drawn.append(page(replace(case, state=replace(staff, stage=stage)), look))
    return drawn


@EVERY_LOOK
@pytest.mark.parametrize("name", ["found", "found.long", "found.little"])
def test_all_of_a_result_can_be_reached_masked(page: Drawing, said: Saying, name: str, look: Look) -> None:
    case = CASES[name]()
    staff = staff_of(case)
    assert isinstance(staff.stage, Found)
    record = staff.stage.record
    drawn = parts_of(page, case, look)
    everything = "\n".join(shown(each) for each in drawn)
    for value in (record.name, record.number, record.phone, record.employer):
        assert (said(look, "lookup.not_on_file") if value is None else value) in everything
    offered = {action for each in drawn for action in acts(each).values() if isinstance(action, RevealRecord)}
    there = [RevealField.NAME, RevealField.NUMBER]
    there += [] if record.phone is None else [RevealField.PHONE, RevealField.EMPLOYER]
    assert offered == {RevealRecord(field) for field in there}
    assert said(look, "lookup.found.nothing") in everything or record.registrations


@EVERY_LOOK
def test_the_insurances_of_a_result_are_all_shown(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look.language == "zh_CN" else en
    env = Env(_kit(look), words, LANGUAGES, REGION, PLACE, samples.NOW, MONOTONIC)
    name = facts.insurance_short if look.text is TextSize.LARGE else facts.insurance_name
    case = CASES["found.long"]()
    stage = staff_of(case).stage
    assert isinstance(stage, Found)
    named = {name(env, one.insurance) for one in stage.record.registrations}
    texts = [text.text for each in parts_of(page, case, look) for text in each.texts]
    assert sorted(text for text in texts if text in named) == sorted(
        name(env, one.insurance) for one in stage.record.registrations
    )


def test_one_field_is_in_clear_and_its_button_counts_down(page: Drawing, zh: Words) -> None:
    clear = "370114199901015671"
    drawn = page(found(shown=Shown(RevealField.NUMBER, clear, T + 7.2)))
    assert clear in shown(drawn)
    assert RECORD.number not in shown(drawn)
    assert zh.n("common.hide", 8) in shown(drawn)
    buttons = {name: action for name, action in acts(drawn).items() if name.startswith("reveal-")}
    assert buttons.pop("reveal-number") == RevealRecord(None)
    assert set(buttons.values()) == {RevealRecord(field) for field in RevealField if field is not RevealField.NUMBER}


def test_a_field_that_is_asked_for_cannot_be_asked_again(page: Drawing, said: Saying) -> None:
    drawn = page(found(asked=RevealField.EMPLOYER))
    assert "reveal-employer" in names(drawn)
    assert not any(name.startswith("reveal-") for name in acts(drawn)), "one at a time"
    assert said(ZH, "lookup.asking") in shown(drawn)


@EVERY_LOOK
def test_handing_over_is_offered_where_the_holder_stands_and_ends_everything_else(
    page: Drawing, said: Saying, look: Look
) -> None:
    assert "hand-over" not in names(page(found(), look))
    own = acts(page(found(own=True), look))
    assert own["hand-over"] == HandOver()
    assert own["end-lookup"] == EndLookup()
    drawn = page(found(own=True, handing_over=True), look)
    assert set(acts(drawn)) - {"next-part", "end"} <= {"large-text", "high-contrast", "language-en", "language-zh-cn"}
    assert said(look, "lookup.handing_over") in shown(drawn)


def test_nobody_is_asked_to_photograph_a_page_of_staff(page: Drawing, said: Saying) -> None:
    for name in ("found.no-paper", "slip-found.failed"):
        drawn = shown(page(CASES[name]()))
        assert said(ZH, "staff.no_paper") in drawn
        assert said(ZH, "slip.no_paper") not in drawn


@pytest.mark.parametrize("name", ["staff.covered", "staff.still-there-found"])
def test_a_page_that_is_covered_shows_nothing_of_the_person(page: Drawing, name: str) -> None:
    for look in NORMAL:
        drawn = page(CASES[name](), look)
        everything = shown(drawn) + runs(drawn)
        for value in (RECORD.name, RECORD.number, RECORD.phone, RECORD.employer):
            assert str(value) not in everything
        assert acts(drawn)["stay"] == StayHere()


# --- no, and other answers --------------------------------------------------------------------------------------------


@BOTH
def test_each_reason_has_its_own_words_and_says_what_the_clerk_can_do(page: Drawing, said: Saying, look: Look) -> None:
    drawn = {why: page(model(Refused(why)), look) for why in (None, *LookupRefusal)}
    for why, there in drawn.items():
        key = "lookup.too_many" if why is None else f"lookup.refusal.{why.value}"
        assert said(look, key) in shown(there)
        assert said(look, f"{key}.advice") in shown(there)
        assert acts(there)["done"] == Back()
    assert len({shown(there) for there in drawn.values()}) == len(drawn)


@BOTH
def test_a_ticket_says_why_its_holder_was_sent_and_who_it_is(page: Drawing, said: Saying, look: Look) -> None:
    for reason in TicketReason:
        drawn = shown(page(CASES[f"ticket-taken.{reason.value}"](), look))
        assert said(look, f"ticket_reason.{reason.value}") in drawn
        assert "测*宁" in drawn
    titles = {said(look, f"ticket_taken.{state.value}.title") for state in TicketState}
    assert len(titles) == len(TicketState)


def test_unknown_codes_are_told_apart_by_what_they_are_of(page: Drawing, said: Saying) -> None:
    assert said(ZH, "desk.ticket.unknown") in shown(page(CASES["ticket-code.unknown"]()))
    assert said(ZH, "desk.slip.unknown") in shown(page(CASES["slip-reference.unknown"]()))
    assert said(ZH, "entry.expired") in shown(page(CASES["ticket-code.expired"]()))


def test_a_slip_says_what_it_is_of_and_can_be_printed_where_there_is_a_printer(page: Drawing, said: Saying) -> None:
    for name, kind in (("slip-found.offered", "activation"), ("slip-found.loss", "loss")):
        drawn = page(CASES[name]())
        assert said(ZH, f"slip_found.{kind}") in shown(drawn)
        assert "print-slip" in acts(drawn)
    assert said(ZH, "slip_found.not_confirmed") in shown(page(CASES["slip-found.loss"]()))
    none = page(CASES["slip-found.no_printer"]())
    assert said(ZH, "slip_found.no_printer") in shown(none)
    assert "print-slip" not in names(none)


def test_the_wait_gets_its_name_and_central_away_says_the_code(page: Drawing, zh: Words) -> None:
    assert zh.n("opening.lead", 8) in shown(page(CASES["staff-working.slow"]()))
    drawn = page(CASES["staff-failed"]())
    assert "CENTRAL-UNREACHABLE" in shown(drawn)
    assert zh.t("central.unreachable.staff") in shown(drawn)
    assert acts(drawn)["try-again"] == TryAgain()

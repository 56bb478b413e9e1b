"""Every stage of a staff session with the shipped words and faces: room in every look, what is said, and what can be pressed."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from kiosk.help import LookupRefusal, Role, TicketState
from kiosk.model import Ground
from kiosk.region import RegionProfile
from kiosk.services import TicketReason
from kiosk.ui import pages
from kiosk.ui.env import Env
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Page, RoundRect, SecretKey, SecretKind, ShiftKeys, TextRun
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import PALETTES, Contrast, Orientation, TextSize
from kiosk.ui.theme import Role as Colour
from kiosk.visit import offers
from kiosk.visit.actions import (
    Action,
    Back,
    ClearKeys,
    ConfirmTyped,
    End,
    EraseKey,
    ShowPart,
    TypeKey,
)
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.events import Pressed, Touched
from kiosk.visit.help import (
    ChooseGround,
    FailureList,
    Found,
    OpenRemedy,
    PickAuthorisation,
    PickGround,
    ReadinessReport,
    Refused,
    Remedy,
    ServiceScreen,
    SettingList,
    SignIn,
    SlipFound,
    Staff,
    StaffStage,
    StaffWork,
    StaffWorking,
    TicketTaken,
    TouchTest,
    TypeFailure,
)
from kiosk.visit.services import Activation, ClerkConfirms, Paper
from kiosk.visit.states import Model
from kiosk.visit.step import step
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LANGUAGES, LOOKS, MONOTONIC, PLACE, REGION, Look
from tests.kiosk.ui.screens.page_checks import names, problems, shown
from tests.kiosk.ui.screens.staff_cases import (
    CASES,
    DOCUMENTS,
    NUMBER,
    T,
    model,
    second,
    sign_in,
)
from tests.kiosk.ui.screens.visit_cases import draw

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
BOTH = pytest.mark.parametrize("look", [ZH, EN], ids=str)
EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)
OF_OTHERS = (TypeFailure, Remedy, ServiceScreen, TouchTest, FailureList, SettingList, ReadinessReport)
"""Stages whose pages have cases of their own."""
STAFF = {name: case for name, case in CASES.items() if isinstance(case().state, Staff)}

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


# --- every page in every look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str) -> None:
    assert {str(look): wrong for look in NORMAL if (wrong := problems(page(CASES[name](), look)))} == {}


@pytest.mark.parametrize("name", CASES)
def test_high_contrast_is_the_same_page_in_other_colours(page: Drawing, name: str) -> None:
    allowed = set(PALETTES[Contrast.HIGH].values())
    look = replace(EN, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE)
    plain, high = page(CASES[name](), look), page(CASES[name](), replace(look, contrast=Contrast.HIGH))
    assert [text.text for text in plain.texts] == [text.text for text in high.texts]
    # Lines between rows are a pixel thicker.
    assert [(each.name, each.rect.x, each.rect[2:], each.enabled) for each in plain.targets] == [
        (each.name, each.rect.x, each.rect[2:], each.enabled) for each in high.targets
    ]
    used = {node.colour for node in high.nodes if not isinstance(node, RoundRect)}
    used |= {node.fill for node in high.nodes if isinstance(node, RoundRect) and node.fill is not None}
    assert used <= allowed


@pytest.mark.parametrize("name", CASES)
def test_large_text_is_larger(page: Drawing, name: str) -> None:
    def smallest(drawn: Page) -> int:
        return min(node.size for node in drawn.nodes if isinstance(node, TextRun))

    assert smallest(page(CASES[name](), replace(ZH, text=TextSize.LARGE))) >= smallest(page(CASES[name]())) * 13 // 10


def test_every_stage_step_note_role_reason_and_state_of_the_paper_is_among_the_cases() -> None:
    everyone = [staff_of(case()) for case in STAFF.values()]
    stages = [staff.stage for staff in everyone]
    assert {type(stage) for stage in stages} == set(get_args(StaffStage)) - set(OF_OTHERS)
    assert {staff.role for staff in everyone} == {None, *Role}
    assert {staff.insertion for staff in everyone} == {0, 1}
    assert {stage.step for stage in stages if isinstance(stage, SignIn)} == set(SignInStep)
    assert {stage.second for stage in stages if isinstance(stage, SignIn)} == {True, False}
    assert {getattr(stage, "note", EntryNote.NONE) for stage in stages} == set(EntryNote)
    assert {stage.why for stage in stages if isinstance(stage, Refused)} == {None, *LookupRefusal}
    assert {stage.work for stage in stages if isinstance(stage, StaffWorking)} == set(StaffWork)
    assert {stage.ticket.state for stage in stages if isinstance(stage, TicketTaken)} == set(TicketState)
    assert {stage.ticket.reason for stage in stages if isinstance(stage, TicketTaken)} == {None, *TicketReason}
    for kind in (Found, SlipFound):
        assert {stage.paper for stage in stages if isinstance(stage, kind)} == set(Paper)
    clerks = [s.stage for case in CASES.values() if isinstance(s := case().state, Activation)]
    assert {stage.step for stage in clerks if isinstance(stage, ClerkConfirms)} == set(SignInStep)


def test_what_can_be_pressed_is_an_action_of_the_visit_or_a_key_that_goes_past_it(page: Drawing) -> None:
    for name, case in CASES.items():
        for each in page(case()).targets:
            assert not each.enabled or isinstance(each.action, (*get_args(Action), SecretKey, ShiftKeys)), (
                name,
                each.name,
            )


@pytest.mark.parametrize("name", [name for name in CASES if name != "staff.covered"])
def test_whatever_can_be_pressed_the_visit_takes(page: Drawing, name: str) -> None:
    """But aids, keys of what is empty or full, and the chosen of two tabs."""
    case = CASES[name]()
    for control, action in acts(page(case)).items():
        if not control.startswith(("key-", "kind-", "language-", "large-text", "high-contrast")):
            after, effects = step(case, Pressed(case.now, case.visits, action))  # type: ignore[arg-type]
            assert (after, effects) != (case, ()), control


def test_a_touch_brings_a_covered_page_back_masked(page: Drawing) -> None:
    after, _ = step(CASES["staff.covered"](), Touched(T))
    assert shown(page(after)) == shown(page(CASES["found"]()))


@pytest.mark.parametrize("name", [name for name in STAFF if not name.startswith("staff.")])
def test_back_is_offered_where_the_visit_goes_back(page: Drawing, name: str) -> None:
    case = CASES[name]()
    after, _ = step(case, Pressed(case.now, case.visits, Back()))
    leads = not isinstance(after.state, Staff) or after.state.stage != staff_of(case).stage
    assert (Back() in acts(page(case)).values()) is leads


# --- the frame --------------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_who_is_at_the_kiosk_and_the_way_out_are_on_every_page(page: Drawing, said: Saying, look: Look) -> None:
    for name, case in STAFF.items():
        staff = staff_of(case())
        drawn = page(case(), look)
        assert acts(drawn)["end"] == End(), name
        if staff.asking_since is not None:
            continue
        if staff.role is None:
            assert said(look, "staff.bar.sign_in") in shown(drawn), name
        else:
            role = said(look, f"staff.role.{staff.role.value}")
            assert said(look, "staff.bar", role=role, number=staff.number) in shown(drawn), name
        assert said(look, "staff.card_in" if staff.insertion else "staff.no_card") in shown(drawn), name


def test_a_technician_is_told_that_no_records_are_open_and_a_clerk_that_each_view_is_recorded(
    page: Drawing, said: Saying
) -> None:
    assert said(ZH, "staff.bar.no_records") in shown(page(CASES["desk.technician"]()))
    assert said(ZH, "staff.bar.recorded") in shown(page(CASES["desk"]()))


@EVERY_LOOK
def test_the_pin_page_says_that_it_is_a_staff_card_and_what_it_opens(page: Drawing, said: Saying, look: Look) -> None:
    assert said(look, "pin.staff.title") in shown(page(CASES["pin.staff"](), look))
    assert said(look, "pin.staff.again.title") in shown(page(CASES["pin.staff-wrong"](), look))
    for name in ("pin.technician", "pin.technician-last"):
        assert said(look, "pin.staff.offline") in shown(page(CASES[name](), look))


# --- sign-in ----------------------------------------------------------------------------------------------------------


def test_number_and_code_are_typed_with_keys_of_the_visit_and_the_password_with_none(page: Drawing) -> None:
    digits = {f"key-{digit}": TypeKey(str(digit)) for digit in range(10)}
    rest = {"key-erase": EraseKey(), "key-clear": ClearKeys()}
    assert of_keys(page(sign_in())) == digits | rest
    assert of_keys(page(sign_in(SignInStep.CODE))) == digits | rest
    keys = of_keys(page(sign_in(SignInStep.PASSWORD)))
    assert keys.pop("key-shift") == ShiftKeys(True)
    assert all(isinstance(action, SecretKey) for action in keys.values())
    signs = {action.sign for action in keys.values() if isinstance(action, SecretKey)}
    assert signs == {*"abcdefghijklmnopqrstuvwxyz0123456789-", ""}


def test_the_page_knows_how_many_characters_the_password_has_and_none_of_them(page: Drawing) -> None:
    ink = PALETTES[Contrast.NORMAL][Colour.INK]

    def dots(count: int) -> int:
        drawn = page(sign_in(SignInStep.PASSWORD, digits=count))
        assert [text.text for text in drawn.texts] == [text.text for text in page(sign_in(SignInStep.PASSWORD)).texts]
        return sum(isinstance(n, RoundRect) and n.fill == ink and n.radius * 2 == n.rect.w for n in drawn.nodes)

    assert [dots(count) for count in (0, 1, 11, 32)] == [0, 1, 11, 32]


def test_capitals_are_on_the_keys_once_they_are_asked_for_and_no_state_says_so(zh: Words) -> None:
    case = sign_in(SignInStep.PASSWORD)
    plain = Env(_kit(ZH), zh, LANGUAGES, REGION, PLACE, samples.NOW, MONOTONIC)
    drawn = pages.build(case, replace(plain, shift=True))
    keys = of_keys(drawn)
    assert keys["key-a"] == SecretKey(SecretKind.SIGN, sign="A")
    assert keys["key-shift"] == ShiftKeys(False)
    assert "A" in runs(drawn)
    assert "a" not in runs(drawn)
    assert {each.name: each.rect for each in drawn.targets} == {
        each.name: each.rect for each in pages.build(case, plain).targets
    }


@pytest.mark.parametrize(
    ("case", "can"),
    [
        (sign_in(name="023"), False),
        (sign_in(name="0231"), True),
        (sign_in(SignInStep.PASSWORD), False),
        (sign_in(SignInStep.PASSWORD, digits=1), True),
        (sign_in(SignInStep.CODE, code="12345"), False),
        (sign_in(SignInStep.CODE, code="123456"), True),
        (sign_in(name="0231", locked_until=T + 9), False),
        (sign_in(name="0231", locked_until=T - 1), True),
    ],
)
def test_confirm_waits_for_a_whole_entry_and_for_the_end_of_a_lock(page: Drawing, case: Model, *, can: bool) -> None:
    drawn = page(case)
    assert (acts(drawn).get("confirm") == ConfirmTyped()) is can


@EVERY_LOOK
def test_a_lock_is_counted_down_in_seconds_and_a_long_one_in_minutes(
    page: Drawing, zh: Words, en: Words, look: Look
) -> None:
    words = zh if look.language == "zh_CN" else en
    assert words.n("staff.locked.seconds", 15) in shown(page(CASES["sign-in.locked"](), look))
    assert words.n("staff.locked.seconds", 1) in shown(page(CASES["sign-in.locked-one"](), look))
    assert words.n("staff.locked.minutes", 15) in shown(page(CASES["sign-in.locked-long"](), look))


def test_a_refusal_says_the_same_whatever_was_wrong(page: Drawing, said: Saying) -> None:
    assert said(ZH, "entry.refused") in shown(page(sign_in(note=EntryNote.REFUSED)))


@BOTH
def test_a_supervisor_is_asked_for_another_person(page: Drawing, said: Saying, look: Look) -> None:
    drawn = page(second(), look)
    assert said(look, "staff.second.name.title") in shown(drawn)
    assert said(look, "staff.second.name.lead") in shown(drawn)
    assert said(look, "entry.wrong_role") in shown(page(CASES["second.wrong-role"](), look))
    assert "open-remedy" not in names(drawn)


def test_the_meaning_of_a_failures_code_needs_no_sign_in(page: Drawing) -> None:
    assert acts(page(sign_in()))["open-remedy"] == OpenRemedy()


@EVERY_LOOK
def test_a_clerk_sees_the_number_that_the_document_should_bear(page: Drawing, look: Look) -> None:
    assert "370114 19990101 123X" in shown(page(CASES["clerk.name"](), look))
    assert NUMBER[-6:] not in shown(page(CASES["clerk.password"](), look))


# --- desk, ground, document -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["desk", "desk.supervisor", "desk.technician", "desk.no-grounds"])
def test_the_desk_offers_what_this_role_can_do_here_and_nothing_else(page: Drawing, name: str) -> None:
    case = CASES[name]()
    opened = [action for key, action in acts(page(case)).items() if key.startswith("open-")]
    assert opened == list(offers.at_desk(case, staff_of(case)))
    assert opened


@EVERY_LOOK
def test_every_ground_can_be_reached_and_says_what_it_needs(page: Drawing, said: Saying, look: Look) -> None:
    everywhere: set[object] = set()
    parts = [ChooseGround()]
    while parts:
        drawn = page(model(parts.pop()), look)
        everywhere |= {action for key, action in acts(drawn).items() if key.startswith("ground-")}
        following = acts(drawn).get("next-part")
        if isinstance(following, ShowPart):
            parts.append(ChooseGround(following.part))
    assert everywhere == {PickGround(ground) for ground in Ground}
    if look in (ZH, EN):
        for needs in ("both", "second", "document", "nothing"):
            assert said(look, f"lookup.needs.{needs}") in shown(drawn)


def test_a_ground_of_another_role_is_not_offered(page: Drawing) -> None:
    case = CASES["ground"]()
    rules = tuple(replace(rule, roles=frozenset({Role.SUPERVISOR})) for rule in case.rules.help.grounds[:1])
    help_ = replace(case.rules.help, grounds=(*rules, *case.rules.help.grounds[1:]))
    assert "ground-present" not in names(page(replace(case, rules=replace(case.rules, help=help_))))


def test_only_the_documents_that_the_ground_takes_are_offered(page: Drawing) -> None:
    picked = [a for key, a in acts(page(CASES["authorisation"]())).items() if key.startswith("document-")]
    assert picked == [PickAuthorisation(kind) for kind in DOCUMENTS[Ground.GUARDIAN]]


def test_a_reference_is_typed_in_capitals_with_keys_of_the_visit(page: Drawing) -> None:
    keys = of_keys(page(CASES["reference"]()))
    signs = {action.key for action in keys.values() if isinstance(action, TypeKey)}
    assert signs == {*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"}
    assert "key-shift" not in keys
    assert "confirm" not in acts(page(CASES["reference.incomplete"]()))
    assert acts(page(CASES["reference.typed"]()))["confirm"] == ConfirmTyped()


@EVERY_LOOK
def test_what_is_typed_is_drawn_whole_inside_its_field(page: Drawing, look: Look) -> None:
    for name in ("reference.longest", "sign-in.name-longest"):
        drawn = page(CASES[name](), look)
        strong = _field(drawn)
        typed = [n for n in drawn.nodes if isinstance(n, TextRun) and strong[0] <= n.y + n.rect.h // 2 <= strong[1]]
        typed = [n for n in typed if strong[2] <= n.x <= strong[3]]
        assert "".join(n.text for n in sorted(typed, key=lambda n: n.x)) in ("WW-MM-2026-WW-MM-0417-WW", "8888888888")
        assert max(n.x + n.w for n in typed) < strong[3]


def _field(drawn: Page) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of the field with the strong outline."""
    (box,) = {n.rect for n in drawn.nodes if isinstance(n, RoundRect) and n.width == 6 and n.rect.h >= 100}
    return box.y, box.bottom, box.x, box.right

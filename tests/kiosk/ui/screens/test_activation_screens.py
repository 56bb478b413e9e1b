"""Every stage of an activation with the shipped words and faces: room in every look, what is said, and what can be pressed."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from kiosk.services import CodeFor, IdentityWay, Party, Relation
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.layout import Kit, Sink
from kiosk.ui.nodes import Page, Rect, RoundRect, SecretKey, TextRun
from kiosk.ui.port import Surface
from kiosk.ui.screens.number import GROUPS
from kiosk.ui.text import Words
from kiosk.ui.theme import PALETTES, Contrast, Orientation, Role, TextSize
from kiosk.visit.actions import (
    Action,
    Back,
    ChooseParty,
    ConfirmPin,
    ConfirmTyped,
    GetTicket,
    NoPhone,
    OpenPrivacy,
    PickRelation,
    PickWay,
    PrintSlip,
    ReadDocumentNow,
    SendAgain,
    ShowPart,
    Start,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.catalogue import of_stop
from kiosk.visit.events import Pressed
from kiosk.visit.failures import Failure
from kiosk.visit.services import (
    Activation,
    CardService,
    Explain,
    Finished,
    Paper,
    PinRule,
    Pins,
    PinSlot,
    Stage,
    Stop,
    Stopped,
    TypedNote,
    TypePhone,
    Who,
    Work,
    Working,
    may_try_again,
    ticket_reason,
)
from kiosk.visit.states import Link, Model
from kiosk.visit.step import step
from tests.kiosk.ui.means import kit_of, surface
from tests.kiosk.ui.screens.activation_cases import BANK, CASES, MASKED, NUMBER, TICKET, T, code, model, number
from tests.kiosk.ui.screens.harness import LOOKS, REGION, Look
from tests.kiosk.ui.screens.page_checks import names, problems, shown
from tests.kiosk.ui.screens.visit_cases import draw

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
BOTH = pytest.mark.parametrize("look", [ZH, EN], ids=str)
EVERY_LOOK = pytest.mark.parametrize("look", NORMAL, ids=str)
STAGES = {name: case for name, case in CASES.items() if isinstance(case().state, Activation)}

Drawing = Callable[..., Page]
Saying = Callable[..., str]


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}

    def kit(look: Look) -> Kit:
        found: Surface = surface(look.orientation)
        return found.kit(look.contrast, look.text)

    return lambda case, look=ZH: draw(case, look, kit, words.__getitem__)


@pytest.fixture(scope="module")
def said(zh: Words, en: Words) -> Saying:
    words = {"zh_CN": zh, "en": en}
    return lambda look, key, **gaps: words[look.language].t(key, **{**REGION.gaps(look.language), **gaps})


def acts(drawn: Page) -> dict[str, object]:
    """What can be pressed."""
    return {each.name: each.action for each in drawn.targets if each.enabled}


def of_keys(drawn: Page) -> dict[str, object]:
    return {name: action for name, action in acts(drawn).items() if name.startswith("key-")}


# --- every page in every look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str) -> None:
    assert {str(look): found for look in NORMAL if (found := problems(page(CASES[name](), look)))} == {}


@pytest.mark.parametrize("name", CASES)
def test_high_contrast_is_the_same_page_in_other_colours(page: Drawing, name: str) -> None:
    allowed = set(PALETTES[Contrast.HIGH].values())
    for look in (ZH, replace(EN, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE)):
        plain, high = page(CASES[name](), look), page(CASES[name](), replace(look, contrast=Contrast.HIGH))
        assert [text.text for text in plain.texts] == [text.text for text in high.texts]
        assert [(each.name, each.rect, each.enabled) for each in plain.targets] == [
            (each.name, each.rect, each.enabled) for each in high.targets
        ]
        used = {node.colour for node in high.nodes if not isinstance(node, RoundRect)}
        used |= {node.fill for node in high.nodes if isinstance(node, RoundRect) and node.fill is not None}
        assert used <= allowed


@pytest.mark.parametrize("name", CASES)
def test_large_text_is_larger(page: Drawing, name: str) -> None:
    def smallest(drawn: Page) -> int:
        return min(node.size for node in drawn.nodes if isinstance(node, TextRun))

    assert smallest(page(CASES[name](), replace(ZH, text=TextSize.LARGE))) >= smallest(page(CASES[name]())) * 13 // 10


@EVERY_LOOK
def test_the_way_out_is_on_every_page_but_while_the_card_is_at_its_pin(page: Drawing, said: Saying, look: Look) -> None:
    for name, case in STAGES.items():
        drawn = page(case(), look)
        changing = isinstance(stage := stage_of(case()), Working) and stage.work in (Work.CHANGE, Work.VERIFY)
        assert ("end" in acts(drawn)) is not changing, name
        if changing:
            assert said(look, "bar.leave_in") in shown(drawn)


def stage_of(case: Model) -> Stage:
    assert isinstance(case.state, Activation)
    return case.state.stage


def test_every_stage_stop_work_note_rule_and_state_of_the_paper_is_among_the_cases() -> None:
    stages = [stage_of(case()) for case in STAGES.values()]
    assert {type(stage) for stage in stages} == set(get_args(Stage))
    assert {stage.stop for stage in stages if isinstance(stage, Stopped)} == set(Stop)
    assert {stage.work for stage in stages if isinstance(stage, Working)} == set(Work)
    assert {stage.rule for stage in stages if isinstance(stage, Pins)} == {None, *PinRule}
    assert {stage.paper for stage in stages if isinstance(stage, Finished)} == set(Paper)
    assert {note for stage in stages if isinstance(note := getattr(stage, "note", None), TypedNote)} == set(TypedNote)


def test_what_can_be_pressed_is_an_action_of_the_visit_or_a_key_of_the_pin(page: Drawing) -> None:
    for name, case in CASES.items():
        for each in page(case()).targets:
            assert isinstance(each.action, (*get_args(Action), SecretKey)), (name, each.name)


# --- who, how ---------------------------------------------------------------------------------------------------------


@BOTH
def test_of_an_adults_card_the_holder_or_an_agent_and_of_a_childs_only_a_guardian(page: Drawing, look: Look) -> None:
    adult, child = (acts(page(model(Who(), minor=minor), look)) for minor in (False, True))
    assert {a for a in adult.values() if isinstance(a, ChooseParty)} == {
        ChooseParty(Party.HOLDER),
        ChooseParty(Party.AGENT),
    }
    assert [a for a in child.values() if isinstance(a, ChooseParty)] == [ChooseParty(Party.GUARDIAN)]
    assert "16" in shown(page(model(Who(), minor=True), look))


def test_each_relation_and_each_way_that_this_kiosk_takes_can_be_chosen(page: Drawing) -> None:
    relations = [a for a in acts(page(CASES["relation"]())).values() if isinstance(a, PickRelation)]
    assert relations == [PickRelation(each) for each in Relation]
    case = CASES["way"]()
    assert {a for a in acts(page(case)).values() if isinstance(a, PickWay)} == {PickWay(way) for way in IdentityWay}
    no_reader = replace(case, rules=replace(case.rules, identity_ways=(IdentityWay.CODE,)))
    assert [a for a in acts(page(no_reader)).values() if isinstance(a, PickWay)] == [PickWay(IdentityWay.CODE)]


@BOTH
def test_whose_number_is_asked_for_is_said(page: Drawing, said: Saying, look: Look) -> None:
    for whose, minor, party, key in (
        (Party.HOLDER, False, Party.HOLDER, "self"),
        (Party.HOLDER, False, Party.AGENT, "holder"),
        (Party.HOLDER, True, Party.GUARDIAN, "child"),
        (Party.AGENT, False, Party.AGENT, "agent"),
        (Party.GUARDIAN, True, Party.GUARDIAN, "guardian"),
    ):
        drawn = page(number(whose, minor=minor, party=party), look)
        assert said(look, f"activation.number.{key}.title") in shown(drawn)


def test_the_document_is_read_when_the_person_says_that_it_lies_there(page: Drawing) -> None:
    assert ReadDocumentNow() in acts(page(CASES["document.holder"]())).values()


# --- what is typed ----------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_an_id_number_has_a_key_for_each_digit_and_x_where_x_can_stand(page: Drawing, look: Look) -> None:
    for typed, letter in (("", False), (NUMBER[:16], False), (NUMBER[:17], True), (NUMBER, False)):
        keys = of_keys(page(number(Party.HOLDER, text=typed), look))
        signs = {action.key for action in keys.values() if isinstance(action, TypeKey)}
        assert signs == set("0123456789") | ({"X"} if letter else set())
        assert {"key-clear", "key-erase"} <= set(keys)


def test_confirm_waits_for_the_last_place(page: Drawing) -> None:
    for short, full in (
        (number(Party.HOLDER, text=NUMBER[:17]), number(Party.HOLDER, text=NUMBER)),
        (code(text="12345"), code(text="123456")),
        (CASES["phone.incomplete"](), CASES["phone.full"]()),
    ):
        assert "confirm" not in acts(page(short))
        assert acts(page(full))["confirm"] == ConfirmTyped()


@EVERY_LOOK
def test_what_was_typed_stands_in_its_boxes_one_text_a_digit_in_order(page: Drawing, look: Look) -> None:
    drawn = page(number(Party.HOLDER, text=NUMBER), look)
    assert all(NUMBER not in text.text for text in drawn.texts)
    field = [text for text in drawn.texts if len(text.text) == 1 and not in_a_key(drawn, text.box)]
    assert "".join(text.text for text in sorted(field, key=lambda text: text.box.x)) == NUMBER


def in_a_key(drawn: Page, box: Rect) -> bool:
    return any(each.rect.contains(box) for each in drawn.targets) or (box.y < 240 and box.h < 70)


def test_digits_keep_to_their_groups() -> None:
    sink = Sink()
    boxes = DigitBoxes(kit_of(), NUMBER, GROUPS)
    boxes.place(Rect(60, 0, 960, boxes.measure(960).h), sink)
    centres = [text.box.cx for text in sink.texts]
    gaps = [b - a for a, b in itertools.pairwise(centres)]
    wide = [i + 1 for i, each in enumerate(gaps) if each > min(gaps) * 5 // 4]
    assert wide == [6, 14]
    assert min(text.box.x for text in sink.texts) >= 60
    assert max(text.box.right for text in sink.texts) <= 1020


@BOTH
@pytest.mark.parametrize("note", [note for note in TypedNote if note is not TypedNote.NONE])
def test_each_note_has_its_words(page: Drawing, said: Saying, note: TypedNote, look: Look) -> None:
    case = code(note=note) if note in (TypedNote.WRONG, TypedNote.EXPIRED) else number(Party.HOLDER, note=note)
    assert said(look, f"typed.{note.value}") in shown(page(case, look))


@BOTH
def test_the_tries_that_are_left_are_said_with_the_mismatch(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look is ZH else en
    for left in (1, 2):
        drawn = page(number(Party.HOLDER, note=TypedNote.MISMATCH, left=left), look)
        assert words.n("typed.mismatch_left", left) in shown(drawn)


# --- codes ------------------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_a_code_says_where_it_went_and_counts_down_to_the_next(page: Drawing, look: Look) -> None:
    waiting = page(code(again_in=41.2), look)
    assert MASKED in " ".join(shown(waiting).split())
    assert "send-again" in names(waiting)
    assert "send-again" not in acts(waiting)
    assert "42" in shown(waiting)
    ready = page(code(again_in=0.0), look)
    assert acts(ready)["send-again"] == SendAgain()
    assert "42" not in shown(ready)


@BOTH
def test_a_code_that_was_sent_too_often_says_so(page: Drawing, said: Saying, look: Look) -> None:
    drawn = page(code(again_in=-5, left=0), look)
    assert "send-again" not in acts(drawn)
    assert said(look, "activation.code.again_used_up") in shown(drawn)


def test_where_no_code_comes_there_is_a_way_on(page: Drawing) -> None:
    assert acts(page(code(CodeFor.IDENTITY)))["no-phone"] == NoPhone()
    assert acts(page(code(CodeFor.PHONE)))["other-phone"] == Back()
    assert acts(page(CASES["phone"]()))["no-phone"] == NoPhone()


def test_the_number_on_file_is_kept_masked(page: Drawing) -> None:
    drawn = page(CASES["keep-phone"]())
    assert acts(drawn)["use-phone"] == UseThisPhone()
    assert MASKED in shown(drawn)


# --- explain ----------------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_all_that_is_explained_can_be_read_and_started_from_every_part(page: Drawing, said: Saying, look: Look) -> None:
    read, part = "", 0
    for _ in range(5):
        drawn = page(model(Explain(part)), look)
        read += shown(drawn)
        assert acts(drawn)["start"] == Start()
        assert acts(drawn)["privacy"] == OpenPrivacy()
        following = acts(drawn).get("next-part")
        if not isinstance(following, ShowPart):
            break
        part = following.part
    for fact in ("pin", "stay", "bank", "kept"):
        assert said(look, f"activation.explain.{fact}.title") in read
    assert BANK in read.replace("\n", "")


# --- PINs -------------------------------------------------------------------------------------------------------------


@EVERY_LOOK
def test_keys_of_a_pin_go_past_every_state_and_only_their_number_is_shown(page: Drawing, look: Look) -> None:
    for slot in PinSlot:
        for digits in (0, 3, 6):
            drawn = page(model(Pins(slot, digits)), look)
            keys = of_keys(drawn)
            assert len(keys) == 12
            assert all(isinstance(action, SecretKey) for action in keys.values())
            dots = [
                n for n in drawn.nodes if isinstance(n, RoundRect) and n.rect.w == n.rect.h == 40 and n.radius == 20
            ]
            assert len(dots) == digits


@EVERY_LOOK
def test_the_rules_are_told_before_a_new_pin_is_typed_and_nowhere_else(page: Drawing, said: Saying, look: Look) -> None:
    rules = [said(look, f"pins.rule.{each}") for each in ("same", "birth", "initial", "old")]
    assert all(rule in shown(page(model(Pins(PinSlot.NEW)), look)) for rule in rules)
    for other in (Pins(), Pins(PinSlot.AGAIN), Pins(PinSlot.NEW, after_tear=True)):
        assert not any(rule in shown(page(model(other), look)) for rule in rules)


@EVERY_LOOK
@pytest.mark.parametrize("rule", PinRule)
def test_why_a_new_pin_was_not_taken_is_said(page: Drawing, said: Saying, rule: PinRule, look: Look) -> None:
    drawn = page(model(Pins(PinSlot.NEW, rule=rule)), look)
    assert said(look, f"pinrule.{rule.value}", digits=REGION.pin.boxes) in shown(drawn)


@EVERY_LOOK
def test_tries_are_shown_where_one_is_used(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look.language == "zh_CN" else en
    for pins in (Pins(), Pins(PinSlot.NEW, after_tear=True), Pins(PinSlot.OLD, after_tear=True)):
        assert words.n("pin.tries", 4) in shown(page(model(pins, tries=4), look))
        assert words.t("pin.last.title") in shown(page(model(pins, tries=1), look))
    for pins in (Pins(PinSlot.NEW), Pins(PinSlot.AGAIN)):
        assert words.n("pin.tries", 4) not in shown(page(model(pins, tries=4), look))


@EVERY_LOOK
def test_after_a_tear_the_page_says_what_happened_and_that_a_try_may_be_used(
    page: Drawing, said: Saying, look: Look
) -> None:
    drawn = page(model(Pins(PinSlot.NEW, after_tear=True), tries=3), look)
    assert said(look, "pins.torn_new.lead") in shown(drawn)


def test_a_new_pin_is_confirmed_when_it_has_all_its_digits_an_old_one_when_it_may_be_whole(page: Drawing) -> None:
    assert "confirm" not in acts(page(model(Pins(PinSlot.NEW, 5))))
    assert acts(page(model(Pins(PinSlot.NEW, 6))))["confirm"] == ConfirmPin()
    assert "confirm" not in acts(page(model(Pins(PinSlot.OLD, 3))))
    assert acts(page(model(Pins(PinSlot.OLD, 4))))["confirm"] == ConfirmPin()
    judging = page(model(Pins(PinSlot.AGAIN, 6, judging=True)))
    assert "confirm" not in acts(judging)
    assert not of_keys(judging)


def test_a_service_on_an_active_card_asks_for_the_pin_in_use(page: Drawing, zh: Words) -> None:
    assert zh.t("pins.old.title") in shown(page(CASES["pins.service-old"]()))
    assert zh.t("pins.initial.title") in shown(page(CASES["pins.old"]()))


# --- waits ------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("work", Work)
def test_a_wait_has_its_name_and_after_a_second_how_long_it_may_last(
    page: Drawing, said: Saying, zh: Words, en: Words, work: Work, look: Look
) -> None:
    words = zh if look is ZH else en
    soon, slow = (shown(page(model(Working(work, T, slow=slow)), look)) for slow in (False, True))
    assert said(look, f"work.{work.value}.title") in soon
    assert said(look, f"work.{work.value}.step") in soon
    at_card = work in (Work.CHANGE, Work.VERIFY)
    assert (words.n("opening.lead", 8) in slow) is not at_card


# --- stops ------------------------------------------------------------------------------------------------------------


def activation_code(stage: Stopped) -> str:
    service = model(stage).state
    assert isinstance(service, Activation)
    return of_stop(stage.stop, stage.because, service=False).code


@EVERY_LOOK
@pytest.mark.parametrize("stop", Stop)
def test_a_stop_says_what_is_and_what_to_do_and_has_its_code(
    page: Drawing, said: Saying, stop: Stop, look: Look
) -> None:
    stage = Stopped(stop, Failure.CENTRAL_TIMEOUT if stop is Stop.CENTRAL else None)
    read = shown(page(model(stage), look))
    for part in ("title", "lead", "advice"):
        assert said(look, f"activation.stop.{stop.value}.{part}") in read
    assert activation_code(stage) in read


def test_codes_of_stops_are_their_own() -> None:
    codes = {activation_code(Stopped(stop, Failure.CENTRAL_TIMEOUT if stop is Stop.CENTRAL else None)) for stop in Stop}
    assert len(codes) == len(Stop)
    assert not codes & {failure.code for failure in Failure} - {Failure.CENTRAL_TIMEOUT.code}


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("stopped.")])
def test_a_stop_offers_what_the_visit_takes(page: Drawing, name: str) -> None:
    case = CASES[name]()
    service = case.state
    assert isinstance(service, Activation | CardService)
    assert isinstance(service.stage, Stopped)
    stage, offered = service.stage, set(acts(page(case)).values())
    wanted = stage.ticket is None and not stage.asking and ticket_reason(service, stage.stop) is not None
    assert (GetTicket() in offered) is wanted
    reachable = case.world.link is not Link.OFFLINE
    assert (TryAgain() in offered) is (may_try_again(stage) and stage.ticket is None and reachable)
    printable = stage.ticket is not None and stage.paper not in (Paper.NO_PRINTER, Paper.PRINTING)
    assert (PrintSlip() in offered) is printable


@EVERY_LOOK
def test_a_tickets_code_is_the_largest_word_below_the_title(page: Drawing, look: Look) -> None:
    drawn = page(model(Stopped(Stop.PIN_LOCKED, ticket=TICKET)), look)
    sizes = {node.text: node.size for node in drawn.nodes if isinstance(node, TextRun)}
    assert sizes[TICKET.code] >= 64
    assert len([node for node in drawn.nodes if isinstance(node, TextRun) and node.text == TICKET.code]) == 1


def test_a_number_that_is_somebody_elses_leads_back_to_the_number(page: Drawing) -> None:
    assert acts(page(CASES["stopped.others_number-back"]())).get("back") == Back()
    assert "back" not in names(page(CASES["stopped.others_number"]()))


# --- done -------------------------------------------------------------------------------------------------------------


@EVERY_LOOK
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("confirmed", [True, False])
def test_done_says_whether_central_confirmed_the_reference_and_the_bank(
    page: Drawing, said: Saying, confirmed: bool, paper: Paper, look: Look
) -> None:
    drawn = page(model(Finished(confirmed, paper)), look)
    read = shown(drawn)
    assert said(look, "activation.done.title" if confirmed else "activation.pending.title") in read
    assert said(look, "activation.pending.title" if confirmed else "activation.done.title") not in read
    assert "QY-1120-0387" in read
    assert BANK in read
    assert (PrintSlip() in acts(drawn).values()) is (paper not in (Paper.NO_PRINTER, Paper.PRINTING))


def test_the_reference_is_a_qr_code_where_there_is_no_slip(page: Drawing) -> None:
    dark = PALETTES[Contrast.NORMAL][Role.CODE_DARK]

    def coded(paper: Paper, look: Look) -> bool:
        drawn = page(model(Finished(True, paper)), look)
        return any(isinstance(node, RoundRect) and node.fill == dark for node in drawn.nodes)

    for look in NORMAL:
        assert [paper for paper in Paper if coded(paper, look)] == [Paper.NO_PRINTER, Paper.FAILED], str(look)


def test_the_bar_says_what_the_card_is_by_now(page: Drawing, zh: Words) -> None:
    for stage, status in ((Finished(True), "active"), (Finished(False), "pending"), (Who(), "not_active")):
        named = zh.t("bar.named", name="测*宁", status=zh.t(f"bar.{status}"))
        assert named in shown(page(model(stage))).splitlines()


# --- the visit ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_whatever_can_be_pressed_the_visit_takes(page: Drawing, name: str) -> None:
    """But aids while the PIN is changed, and keys of what is empty or full."""
    case = CASES[name]()
    for control, action in acts(page(case)).items():
        if not control.startswith(("key-", "language-", "large-text", "high-contrast")):
            after, effects = step(case, Pressed(case.now, case.visits, action))  # type: ignore[arg-type]
            assert (after, effects) != (case, ()), control


@pytest.mark.parametrize("name", STAGES)
def test_back_is_offered_where_the_visit_goes_back(page: Drawing, name: str) -> None:
    case = CASES[name]()
    after, _ = step(case, Pressed(case.now, case.visits, Back()))
    leads = isinstance(after.state, Activation) and after.state.stage != stage_of(case)
    assert (Back() in acts(page(case)).values()) is leads


@EVERY_LOOK
def test_each_stage_says_which_step_of_how_many_it_is(page: Drawing, said: Saying, look: Look) -> None:
    steps = [said(look, f"activation.step.{each}") for each in ("identity", "phone", "explain", "pin", "done")]
    for stage, at in ((Who(), 1), (TypePhone(), 2), (Explain(), 3), (Pins(PinSlot.AGAIN), 4), (Finished(False), 5)):
        drawn = page(model(stage), look)
        read = shown(drawn).splitlines()
        if look.text is TextSize.LARGE or look.orientation is Orientation.LANDSCAPE:
            lean = isinstance(stage, Finished)  # the result's page leaves it out where it has no room
            line = said(look, "activation.step.line", step=at, steps=5, name=steps[at - 1])
            assert line in read or lean, type(stage).__name__
        else:
            assert set(steps) <= set(read)
            circles = {text.text for text in drawn.texts if text.text.isdigit() and text.box.y < 260}
            assert circles == {str(number) for number in range(at, 6)}, "a check stands for a step that is done"

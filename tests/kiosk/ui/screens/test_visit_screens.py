"""The screens before and after an open record, with the shipped words and faces, in every look."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.device import Who
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Kit
from kiosk.ui.nodes import Arc, IconGlyph, Page, RoundRect, SecretKey, SecretKind, Stroke, TextRun
from kiosk.ui.port import Surface
from kiosk.ui.text import Words
from kiosk.ui.theme import PALETTES, Contrast, Orientation, Role, TextSize
from kiosk.visit.actions import Back, ConfirmPin, End, ForgotPin, OpenPrivacy, SetHighContrast, SetLanguage, StayHere
from kiosk.visit.failures import Failure
from kiosk.visit.states import CardPage, Idle, Model, OutOfService, PinNote, Reminder, Rules, World
from tests.kiosk.ui.means import surface
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import LANGUAGES, LOOKS, PLACE, REGION, Look
from tests.kiosk.ui.screens.page_checks import names, problems, shown
from tests.kiosk.ui.screens.visit_cases import (
    CARD_FAILURES,
    CARD_IN,
    CASES,
    KIOSK_FAILURES,
    MORE_LANGUAGES,
    NOTICE,
    READY,
    T,
    draw,
    model,
    pin,
)

NORMAL = tuple(look for look in LOOKS if look.contrast is Contrast.NORMAL)
ZH = Look("zh_CN", TextSize.NORMAL, Contrast.NORMAL, Orientation.PORTRAIT)
EN = replace(ZH, language="en")
BOTH = pytest.mark.parametrize("look", [ZH, EN], ids=str)

Drawing = Callable[..., Page]


@pytest.fixture(scope="module")
def page(zh: Words, en: Words) -> Drawing:
    words = {"zh_CN": zh, "en": en}

    def kit(look: Look) -> Kit:
        found: Surface = surface(look.orientation)
        return found.kit(look.contrast, look.text)

    def drawn(case: Model, look: Look = ZH, **more: object) -> Page:
        return draw(case, look, kit, words.__getitem__, **more)  # type: ignore[arg-type]

    return drawn


def icons(page: Page) -> list[Icon]:
    return [node.icon for node in page.nodes if isinstance(node, IconGlyph)]


def of_header(page: Page) -> list[str]:
    return [text.text for text in page.texts if text.box.y < 120]


def enabled(page: Page, name: str) -> bool:
    return next(target for target in page.targets if target.name == name).enabled


# --- every page in every look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", NORMAL, ids=str)
@pytest.mark.parametrize("name", CASES)
def test_nothing_is_cut_covered_or_too_small_to_touch(page: Drawing, name: str, look: Look) -> None:
    assert problems(page(CASES[name](), look)) == []


@pytest.mark.parametrize("look", NORMAL, ids=str)
@pytest.mark.parametrize("name", ["attract", "attract.notice", "attract.all"])
def test_more_languages_have_room_too(page: Drawing, name: str, look: Look) -> None:
    drawn = page(CASES[name](), look, languages=MORE_LANGUAGES)
    assert problems(drawn) == []
    assert {f"language-{code}" for code in ("zh-cn", "en", "es", "de", "it", "fr")} <= names(drawn)


@pytest.mark.parametrize("name", CASES)
def test_high_contrast_is_the_same_page_in_other_colours(page: Drawing, name: str) -> None:
    for look in (ZH, replace(EN, text=TextSize.LARGE, orientation=Orientation.LANDSCAPE)):
        plain, high = page(CASES[name](), look), page(CASES[name](), replace(look, contrast=Contrast.HIGH))
        assert [text.text for text in plain.texts] == [text.text for text in high.texts]
        assert [(each.name, each.rect, each.enabled) for each in plain.targets] == [
            (each.name, each.rect, each.enabled) for each in high.targets
        ]
        allowed = set(PALETTES[Contrast.HIGH].values())
        used = {node.colour for node in high.nodes if not isinstance(node, RoundRect)}
        used |= {node.fill for node in high.nodes if isinstance(node, RoundRect) and node.fill is not None}
        assert used <= allowed


@pytest.mark.parametrize("name", CASES)
def test_large_text_is_larger_and_says_the_title_too(page: Drawing, name: str) -> None:
    small, large = page(CASES[name]()), page(CASES[name](), replace(ZH, text=TextSize.LARGE))

    def smallest(drawn: Page) -> int:
        return min(node.size for node in drawn.nodes if isinstance(node, TextRun))

    assert smallest(large) >= smallest(small) * 13 // 10


@pytest.mark.parametrize("name", CASES)
def test_the_page_checks_find_one_box_that_is_made_smaller(page: Drawing, name: str) -> None:
    drawn = page(CASES[name]())
    run = next(node for node in drawn.nodes if isinstance(node, TextRun))
    squeezed = replace(run, box=run.box._replace(w=run.x + run.w - run.box.x - 10))
    nodes = tuple(squeezed if node is run else node for node in drawn.nodes)
    assert any("wider than its box" in each for each in problems(replace(drawn, nodes=nodes)))


def test_the_aids_are_on_every_page_and_do_what_they_say(page: Drawing) -> None:
    for name, case in CASES.items():
        drawn = page(case(), EN)
        assert {"large-text", "high-contrast", "language-zh-cn"} <= names(drawn), name
        actions = {target.name: target.action for target in drawn.targets}
        assert actions["high-contrast"] == SetHighContrast(True)
        assert actions["language-zh-cn"] == SetLanguage("zh_CN")


def test_a_virtual_reader_is_named_on_every_page(page: Drawing, zh: Words) -> None:
    for case in CASES.values():
        given = case()
        for look, key in ((ZH, "header.virtual"), (replace(ZH, text=TextSize.LARGE), "header.virtual_short")):
            there = page(replace(given, world=replace(given.world, reader_is_virtual=True)), look)
            assert zh.t(key) in of_header(there)
            real = page(replace(given, world=replace(given.world, reader_is_virtual=False)), look)
            assert zh.t(key) not in of_header(real)


# --- attract ----------------------------------------------------------------------------------------------------------


def test_the_idle_page_has_each_language_as_a_button_with_the_chosen_one_checked(page: Drawing) -> None:
    for look in (ZH, EN):
        drawn = page(CASES["attract"](), look)
        for language in LANGUAGES:
            target = next(t for t in drawn.targets if t.action == SetLanguage(language.code))
            nodes = drawn.nodes[target.nodes[0] : target.nodes[1]]
            checked = any(isinstance(node, IconGlyph) and node.icon is Icon.CHECK for node in nodes)
            assert checked is (language.code == look.language)


def test_the_idle_page_opens_the_privacy_notice(page: Drawing) -> None:
    drawn = page(CASES["attract"]())
    assert next(t.action for t in drawn.targets if t.name == "privacy") == OpenPrivacy()


@BOTH
def test_one_notice_of_the_hall_is_shown_and_no_second_one(page: Drawing, look: Look) -> None:
    other = replace(NOTICE, text="第二条通知", text_en="A second notice")
    drawn = shown(page(model(Idle(), replace(READY, notices=(NOTICE, other))), look))
    assert (NOTICE.text if look is ZH else NOTICE.text_en) in drawn
    assert other.text not in drawn
    assert other.text_en not in drawn


def test_in_an_outage_the_idle_page_says_who_is_served_and_that_nobody_is_where_nothing_is_kept(
    page: Drawing, zh: Words
) -> None:
    assert zh.n("offline.attract", 7) in shown(page(CASES["attract.recent"]()))
    assert zh.t("offline.attract_nobody") in shown(page(CASES["attract.all"]()))
    assert zh.t("offline.attract_nobody") not in shown(page(CASES["attract"]()))


@pytest.mark.parametrize("slot", ["below", "above", "left", "right"])
def test_the_idle_page_says_and_points_where_the_slot_is(page: Drawing, zh: Words, slot: str) -> None:
    drawn = page(CASES["attract"](), place=replace(PLACE, slot=slot))
    assert zh.t(f"slot.{slot}") in shown(drawn)
    shaft, head = [node for node in drawn.nodes if isinstance(node, Stroke)][-2:]
    (x0, y0), (x1, y1) = shaft.points
    way = {"below": (0, 1), "above": (0, -1), "left": (-1, 0), "right": (1, 0)}[slot]
    assert ((x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)) == way
    assert head.points[1] == (x1, y1)


# --- reading, opening -------------------------------------------------------------------------------------------------


def test_reading_marks_the_step_that_is_taken(page: Drawing) -> None:
    signs = (Icon.CHECK_CIRCLE, Icon.RADIO_CHECKED, Icon.RADIO_UNCHECKED)
    found = {
        step: [icons(page(CASES[f"reading.{step}"]())).count(sign) for sign in signs]
        for step in ("recognise", "prove", "prepare")
    }
    assert found == {"recognise": [0, 1, 2], "prove": [1, 1, 1], "prepare": [2, 1, 0]}


@BOTH
def test_the_wait_for_the_record_gets_its_name_and_its_end_after_a_moment(
    page: Drawing, zh: Words, en: Words, look: Look
) -> None:
    words = zh if look is ZH else en
    slow = replace(CASES["opening.slow"](), rules=Rules(answer_deadline=6.0))
    assert words.n("opening.lead", 6) in shown(page(slow, look))
    assert words.n("opening.lead", 8) not in shown(page(CASES["opening"](), look))


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("reading", "opening", "pin", "still"))])
def test_the_way_out_is_on_every_page_of_a_visit(page: Drawing, name: str) -> None:
    for look in (ZH, replace(ZH, orientation=Orientation.LANDSCAPE)):
        assert [t.action for t in page(CASES[name](), look).targets if t.name == "end"] == [End()]


# --- PIN --------------------------------------------------------------------------------------------------------------


def test_the_keys_of_the_pad_go_past_the_visit(page: Drawing) -> None:
    drawn = page(CASES["pin"]())
    keys = {target.name: target.action for target in drawn.targets}
    assert {name: keys[name] for name in keys if name.startswith("key-")} == {
        **{f"key-{digit}": SecretKey(SecretKind.DIGIT, digit) for digit in range(10)},
        "key-clear": SecretKey(SecretKind.CLEAR),
        "key-erase": SecretKey(SecretKind.ERASE),
    }
    assert keys["confirm"] == ConfirmPin()
    assert keys["forgot-pin"] == ForgotPin()
    assert "9" not in repr(keys["key-9"])


def test_the_pad_is_in_telephone_order(page: Drawing) -> None:
    place = {t.name: (t.rect.y, t.rect.x) for t in page(CASES["pin"]()).targets if t.name.startswith("key-")}
    assert sorted(place, key=place.__getitem__) == [
        *(f"key-{n}" for n in range(1, 10)),
        "key-clear",
        "key-0",
        "key-erase",
    ]


@pytest.mark.parametrize(("digits", "can"), [(0, False), (3, False), (4, True), (12, True)])
def test_confirm_waits_for_the_shortest_pin(page: Drawing, digits: int, can: bool) -> None:
    assert enabled(page(pin(digits=digits)), "confirm") is can


def test_confirm_follows_the_regions_shortest_pin(page: Drawing) -> None:
    five = replace(pin(digits=5), rules=Rules(pin_min=6))
    assert not enabled(page(five), "confirm")
    assert enabled(page(replace(five, rules=Rules(pin_min=5))), "confirm")


def dots(drawn: Page) -> int:
    ink = PALETTES[Contrast.NORMAL][Role.INK]
    return sum(isinstance(n, RoundRect) and n.fill == ink and n.radius * 2 == n.rect.w > 20 for n in drawn.nodes)


@pytest.mark.parametrize("digits", [0, 1, 6, 7, 12])
def test_a_dot_for_each_digit_and_never_the_digit(page: Drawing, digits: int) -> None:
    drawn = page(pin(digits=digits))
    assert dots(drawn) == digits
    assert [text.text for text in drawn.texts] == [text.text for text in page(pin()).texts]


def test_nothing_can_be_typed_while_the_pin_is_checked(page: Drawing, zh: Words) -> None:
    drawn = page(CASES["pin.checking"]())
    assert zh.t("pin.checking") in shown(drawn)
    assert [
        t.name for t in drawn.targets if isinstance(t.action, SecretKey | ConfirmPin | ForgotPin) and t.enabled
    ] == []
    assert enabled(drawn, "end")


@BOTH
def test_which_pin_and_how_many_tries_before_the_first_key(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look is ZH else en
    drawn = shown(page(pin(3), look))
    assert words.t("pin.lead", digits=REGION.pin.boxes) in drawn
    assert words.n("pin.tries", 3) in drawn


def test_fewer_tries_look_more_urgent_and_the_last_one_alarms(page: Drawing, zh: Words) -> None:
    colours = PALETTES[Contrast.NORMAL]

    def alarms(tries: int, note: PinNote = PinNote.NONE) -> tuple[bool, bool]:
        fills = {node.fill for node in page(pin(tries, note=note)).nodes if isinstance(node, RoundRect)}
        return colours[Role.WARN_TINT] in fills, colours[Role.BAD_TINT] in fills

    assert [alarms(tries) for tries in (6, 3, 2, 1)] == [(False, False), (False, False), (True, False), (False, True)]
    last = shown(page(pin(1, note=PinNote.WRONG)))
    for key in ("pin.again.title", "pin.again.lead", "pin.last.title", "pin.last.text", "pin.last.hint"):
        assert zh.t(key) in last


def test_a_wrong_entry_is_said_and_one_that_was_never_tried_says_so(page: Drawing, zh: Words) -> None:
    assert zh.t("pin.again.lead") in shown(page(pin(2, note=PinNote.WRONG)))
    assert zh.t("pin.format.lead", min=4, max=12) in shown(page(pin(note=PinNote.FORMAT)))
    plain = shown(page(pin()))
    assert zh.t("pin.again.lead") not in plain
    assert zh.t("pin.format.lead", min=4, max=12) not in plain


@pytest.mark.parametrize("look", NORMAL, ids=str)
def test_a_childs_card_asks_the_guardian_in_every_look(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look.language == "zh_CN" else en
    assert words.t("pin.minor") in shown(page(pin(minor=True), look))
    assert words.t("pin.minor") not in shown(page(pin(), look))


@pytest.mark.parametrize("look", NORMAL, ids=str)
def test_the_last_try_is_named_in_every_look(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look.language == "zh_CN" else en
    drawn = shown(page(pin(1, note=PinNote.WRONG, minor=True), look))
    assert words.t("pin.last.title") in drawn
    assert words.t("pin.last.text") in drawn


def test_forgot_pin_says_where_to_go_and_leads_back(page: Drawing, zh: Words) -> None:
    drawn = page(CASES["pin-help"]())
    gaps = REGION.gaps("zh_CN")
    assert zh.t("forgot.where", **gaps) in shown(drawn)
    assert zh.t("forgot.bring") in shown(drawn)
    assert [t.action for t in drawn.targets if t.name == "back"] == [Back()]


def test_the_bar_says_whether_the_card_has_been_proved(page: Drawing, zh: Words) -> None:
    assert zh.t("bar.proved") in shown(page(pin()))
    assert zh.t("bar.proving") in shown(page(pin(reply=None)))


# --- still there ------------------------------------------------------------------------------------------------------


def test_the_question_covers_whose_record_it_is(page: Drawing) -> None:
    person = samples.PEOPLE["picture"]()
    drawn = page(CASES["still-there.record"]())
    everything = shown(drawn) + repr([node.text for node in drawn.nodes if isinstance(node, TextRun)])
    holder = person.overview.holder
    assert holder.name not in everything
    assert holder.number[-4:] not in everything


def test_the_ring_empties_by_the_second_and_both_answers_are_there(page: Drawing, zh: Words) -> None:
    early, late = page(pin(asking_since=T - 4)), page(pin(asking_since=T - 19))
    assert zh.n("still.lead", 16) in shown(early)
    assert zh.n("still.lead", 1) in shown(late)

    def left(drawn: Page) -> int:
        return [node.sweep for node in drawn.nodes if isinstance(node, Arc)][-1]

    assert left(early) == 288
    assert left(late) == 18
    actions = {t.name: t.action for t in early.targets}
    assert actions["stay"] == StayHere()
    assert actions["end"] == End()


# --- take the card ----------------------------------------------------------------------------------------------------


def arrows(drawn: Page) -> int:
    return sum(isinstance(node, Stroke) and len(node.points) == 3 for node in drawn.nodes)


@BOTH
def test_each_reminder_is_plainer_than_the_one_before(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look is ZH else en
    drawn = {each: page(CASES[f"take-card.{each.value}"](), look) for each in Reminder}
    for each, there in drawn.items():
        assert words.t(f"takecard.{each.value}.title") in shown(there)
        assert words.t(f"takecard.{each.value}.lead") in shown(there)
    colours = PALETTES[Contrast.NORMAL]
    assert [drawn[each].ground for each in Reminder] == [
        colours[role] for role in (Role.BG, Role.WARN_TINT, Role.BAD_TINT)
    ]
    # Nobody is asked to pull a card that staff come for.
    assert arrows(drawn[Reminder.QUIET]) > arrows(drawn[Reminder.STAFF])


def test_there_is_nothing_to_press_but_the_aids_while_a_card_waits(page: Drawing) -> None:
    assert names(page(CASES["take-card.loud"]())) == {"language-en", "large-text", "high-contrast"}


def test_take_card_points_to_the_slot(page: Drawing, zh: Words) -> None:
    assert zh.t("slot.left") in shown(page(CASES["take-card.quiet"](), place=replace(PLACE, slot="left")))


# --- failures ---------------------------------------------------------------------------------------------------------


def test_every_failure_has_a_page() -> None:
    assert {*CARD_FAILURES, *KIOSK_FAILURES} == set(Failure)


@pytest.mark.parametrize("look", NORMAL, ids=str)
@pytest.mark.parametrize("failure", CARD_FAILURES)
def test_a_failures_page_says_what_to_do_what_is_and_the_code(
    page: Drawing, zh: Words, en: Words, failure: Failure, look: Look
) -> None:
    words = zh if look.language == "zh_CN" else en
    gaps = REGION.gaps(look.language)
    there = page(model(CardPage(1, 1, failure, T)), look)
    drawn = shown(there)
    assert words.t(f"{failure.key}.title", **gaps) in drawn
    assert words.t(f"{failure.key}.lead", **gaps) in drawn
    # The code is one run: never broken over two lines.
    assert failure.code in [node.text for node in there.nodes if isinstance(node, TextRun)]
    pictured = f"{failure.key}.right"
    advised = words.t(f"{failure.key}.advice", **gaps) in drawn
    assert advised or (words.has(pictured) and words.t(pictured) in drawn)


@pytest.mark.parametrize("failure", CARD_FAILURES)
def test_the_time_stands_with_the_code_and_who_acts_unless_it_is_the_reader(
    page: Drawing, zh: Words, failure: Failure
) -> None:
    drawn = shown(page(model(CardPage(1, 1, failure, T - 120))))
    assert "11月20日 10:30" in drawn
    assert (zh.t(f"who.{failure.who.value}") in drawn) is (failure.who is not Who.RESIDENT)


@pytest.mark.parametrize("failure", Failure)
def test_staff_are_asked_for_only_where_the_card_is_the_cause(page: Drawing, zh: Words, failure: Failure) -> None:
    state = OutOfService(failure, since=T) if failure in KIOSK_FAILURES else CardPage(1, 1, failure, T)
    by_card = failure.key.startswith(("card.", "status.", "verdict."))
    assert (zh.t("failure.code") in shown(page(model(state)))) is by_card


@pytest.mark.parametrize("failure", CARD_FAILURES)
def test_the_bar_says_that_the_card_can_be_taken(page: Drawing, zh: Words, failure: Failure) -> None:
    drawn = page(model(CardPage(1, 1, failure, T)))
    assert zh.t("bar.can_take") in shown(drawn)
    simply = failure in (Failure.CARD_MUTE, Failure.CARD_NOT_SOCIAL_SECURITY)
    assert ("end" in names(drawn)) is not simply


@pytest.mark.parametrize("look", NORMAL, ids=str)
def test_a_card_the_wrong_way_round_is_met_with_pictures(page: Drawing, zh: Words, en: Words, look: Look) -> None:
    words = zh if look.language == "zh_CN" else en
    drawn = shown(page(model(CardPage(1, 1, Failure.CARD_MUTE, T)), look))
    for key in ("right", "wrong", "wrong_end", "wrong_side"):
        assert words.t(f"card.mute.{key}") in drawn


def test_two_failures_never_have_the_same_page(page: Drawing) -> None:
    drawn = [shown(page(model(CardPage(1, 1, failure, T)))) for failure in CARD_FAILURES]
    assert len(set(drawn)) == len(drawn)


# --- out of service ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", NORMAL, ids=str)
@pytest.mark.parametrize("failure", KIOSK_FAILURES)
def test_out_of_service_says_what_to_do_instead_and_the_code(
    page: Drawing, zh: Words, en: Words, failure: Failure, look: Look
) -> None:
    words = zh if look.language == "zh_CN" else en
    drawn = shown(page(model(OutOfService(failure, since=T - 300), World()), look))
    for part in ("title", "lead", "advice"):
        assert words.t(f"{failure.key}.{part}", **REGION.gaps(look.language)) in drawn
    assert failure.code in drawn
    assert "10:27" in drawn
    assert words.t(f"who.{failure.who.value}") in drawn


def test_out_of_service_tells_no_time_it_does_not_know(page: Drawing, zh: Words) -> None:
    drawn = shown(page(CASES["out-of-service.blank"]()))
    assert zh.t("who.technician") in drawn
    assert "11月20日 10" not in drawn


def test_out_of_service_asks_for_no_card_and_gives_back_one_that_is_in(page: Drawing, zh: Words) -> None:
    state = OutOfService(Failure.CLOCK_WRONG, since=T)
    assert zh.t("bar.do_not_insert") in shown(page(model(state, READY)))
    card_in = shown(page(model(state, CARD_IN)))
    assert zh.t("bar.can_take") in card_in
    assert zh.t("bar.do_not_insert") not in card_in


def test_a_broken_configuration_names_nothing_of_a_region(page: Drawing) -> None:
    drawn = shown(page(model(OutOfService(Failure.CONFIG_INVALID, since=T), World(config_invalid=True))))
    gaps = REGION.gaps("zh_CN")
    assert not any(gaps[name] in drawn for name in ("windows", "hours", "hotline"))

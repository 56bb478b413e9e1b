"""Every member of the reader's, the card's and central's closed sets has its screen, its words in every language and its line
in the log: the three are found by three ways (played through the visit, read from the catalogues, taken from the log) and must
be the same sets."""

from collections.abc import Callable
from enum import Enum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from drivers.card.states import CardState, PinLocked, PinNotSet, PinVerified, ReaderState
from kiosk.help import AuthorisationKind, LookupRefusal, RevealField, TicketState
from kiosk.model import CardStatus, CentralFailure, Ground, Verdict
from kiosk.services import Party, Relation
from kiosk.visit.actions import (
    Back,
    End,
    ForgotPin,
    OpenAccount,
    OpenChooser,
    OpenContributions,
    OpenPrivacy,
    OpenRegistration,
    OpenWrong,
    OpenYear,
)
from kiosk.visit.base import screen_of
from kiosk.visit.catalogue import PARTS
from kiosk.visit.entry import SignInStep
from kiosk.visit.events import Ask
from kiosk.visit.failures import Failure, of_card, of_central, of_reader, of_status, of_verdict
from kiosk.visit.help import StaffWork, WhyEnded
from kiosk.visit.journal import LogName
from kiosk.visit.services import PinRule, Stop, Work
from kiosk.visit.states import CardPage, Model, OutOfService, Screen, World
from tests.kiosk.visit.samples import RULES, Scene, contribution_rows, reply
from tests.kiosk.visit.test_totality import MODELS

LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def words(language: str) -> dict[str, str]:
    """Key -> text; of plural forms the first."""
    with (LOCALE / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        found = read_po(file, abort_invalid=True)
    texts: dict[str, str] = {}
    for message in found:
        key = message.id if isinstance(message.id, str) else message.id[0]
        string = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
        if key and not message.fuzzy:
            texts[key] = string
    return texts


WORDS = {language: words(language) for language in LANGUAGES}

SCREENS: dict[Screen, tuple[str, ...]] = {
    # The words without which a screen would say nothing; a failure's pages have the failure's own.
    Screen.ATTRACT: ("attract.title", "attract.lead"),
    Screen.PRIVACY: ("privacy.title",),
    Screen.READING: ("reading.title", "reading.lead"),
    Screen.PIN: ("pin.title", "pin.lead"),
    Screen.PIN_HELP: ("forgot.title",),
    Screen.OPENING: ("opening.title",),
    Screen.HOME: ("home.title",),
    Screen.REGISTRATION: ("registration.lead.entitled",),
    Screen.CONTRIBUTIONS: ("contributions.title",),
    Screen.YEAR: ("year.title",),
    Screen.ACCOUNTS: (
        "account.other.title",
        "accounts.balance",
    ),
    Screen.CHOOSER: ("contributions.choose",),
    Screen.WRONG: ("wrong.title",),
    Screen.STILL_THERE: ("still.title",),
    Screen.TAKE_CARD: ("takecard.quiet.title", "takecard.loud.title", "takecard.staff.title"),
    Screen.WHO: ("activation.who.adult.title", "activation.who.child.title", *(f"party.{p.value}" for p in Party)),
    Screen.RELATION: ("activation.relation.title", *(f"relation.{relation.value}" for relation in Relation)),
    Screen.WAY: ("activation.way.title",),
    Screen.NUMBER: tuple(f"activation.number.{who}.title" for who in ("self", "holder", "child", "agent", "guardian")),
    Screen.DOCUMENT: tuple(f"activation.document.{who}.title" for who in ("holder", "child", "agent", "guardian")),
    Screen.CODE: ("activation.code.title",),
    Screen.KEEP_PHONE: ("activation.keep_phone.title",),
    Screen.PHONE: ("activation.phone.title",),
    Screen.EXPLAIN: ("activation.explain.title", "activation.explain.bank.title"),
    Screen.PINS: tuple(f"pinrule.{rule.value}" for rule in PinRule),
    Screen.WORKING: tuple(f"work.{work.value}.{part}" for work in Work for part in ("title", "lead", "step")),
    Screen.STOPPED: tuple(f"activation.stop.{stop.value}.{part}" for stop in Stop for part in PARTS[:4]),
    Screen.ACTIVATED: ("activation.done.title", "activation.pending.title"),
    Screen.SERVICES: ("services.title", "services.pin", "services.loss"),
    Screen.PIN_CHANGED: ("services.pin_changed.title",),
    Screen.LOSS: ("loss.title", "loss.confirm"),
    Screen.LOSS_REPORTED: ("loss.reported.title",),
    Screen.SIGN_IN: tuple(f"staff.{who}.{step.value}.title" for who in ("sign_in", "second") for step in SignInStep),
    Screen.CLERK: tuple(f"staff.clerk.{step.value}.title" for step in SignInStep),
    Screen.DESK: ("desk.title", "desk.lookup", "desk.ticket", "desk.slip", "desk.remedy"),
    Screen.GROUND: ("lookup.ground.title", *(f"ground.{ground.value}" for ground in Ground)),
    Screen.AUTHORISATION: ("lookup.document.title", *(f"authorisation.{kind.value}" for kind in AuthorisationKind)),
    Screen.REFERENCE: ("lookup.reference.title",),
    Screen.WHOSE: ("lookup.whose.title", "lookup.confirm", "lookup.no_names"),
    Screen.FOUND: ("lookup.found.title", "lookup.found.holder", *(f"reveal.{one.value}" for one in RevealField)),
    Screen.REFUSED: tuple(f"lookup.refusal.{why.value}" for why in LookupRefusal),
    Screen.TICKET_CODE: ("desk.ticket.title",),
    Screen.TICKET_TAKEN: tuple(f"ticket_taken.{state.value}.title" for state in TicketState),
    Screen.SLIP_REFERENCE: ("desk.slip.title",),
    Screen.SLIP_FOUND: ("slip_found.title",),
    Screen.STAFF_WORKING: tuple(f"staff.work.{work.value}.title" for work in StaffWork),
    Screen.STAFF_FAILED: ("staff.failed.title",),
    Screen.COVERED: ("covered.title",),
    Screen.QUERY_NUMBER: ("query.number.title", "query.number.lead"),
    Screen.QUERY_PASSWORD: ("query.password.title", "query.refused", "query.refused.advice"),
    Screen.QUERY_WORKING: ("query.working.title", "query.working.step"),
    Screen.QUERY_LOCKED: ("query.locked.title", "query.locked.lead"),
    Screen.QUERY_HELP: ("query.help.title", "query.help.initial", "query.way.card", "query.way.window"),
    Screen.QUERY_FAILED: ("query.failed.title", "query.failed.lead"),
    Screen.FAILURE_CODE: ("remedy.code.title",),
    Screen.REMEDY: ("remedy.title",),
    Screen.SERVICE: ("technician.title.ok", "technician.title.fault", "technician.looking"),
    Screen.TOUCH_TEST: ("technician.touch.title",),
    Screen.FAILURES: ("technician.failures.title",),
    Screen.SETTINGS: ("technician.settings.title",),
    Screen.REPORT: ("technician.report.title",),
    Screen.ENDED: tuple(f"ended.{why.value}.{part}" for why in WhyEnded for part in ("title", "lead")),
}


def keys_of(model: Model) -> tuple[str, ...]:
    """The catalogue keys of what is on the screen."""
    state = model.state
    if isinstance(state, CardPage | OutOfService):
        return tuple(f"{state.failure.key}.{part}" for part in PARTS)
    return SCREENS[screen_of(model)]


# --- each member, played until it is on the screen ----------------------------------------------------------------------


def reader(state: ReaderState) -> Scene:
    scene = Scene()
    scene.model = Model(RULES)
    scene.lines.clear()
    scene.reader(state)
    return scene


def card(state: CardState) -> Scene:
    """As the engine tells of it (kiosk/engine/card.py)."""
    scene = Scene()
    scene.lines.clear()
    match state:
        case CardState.ABSENT:
            scene.insert()
            scene.remove()
        case CardState.READING:
            scene.insert()
        case CardState.USABLE:
            scene.to_pin_pad()
        case CardState.MUTE:
            scene.insert(mute=True)
        case CardState.NO_PIN_SET | CardState.PIN_LOCKED:
            scene.insert()
            scene.identified()
            scene.probed(PinNotSet() if state is CardState.NO_PIN_SET else PinLocked())
            scene.session()
        case (
            CardState.NOT_SOCIAL_SECURITY | CardState.MALFORMED | CardState.FAULTY | CardState.APPLICATION_LOCKED
        ) as failed:
            failure = of_card(failed)
            assert failure is not None
            scene.insert()
            scene.unusable(failure)
    scene.wait(0.8)
    return scene


def status(member: CardStatus) -> Scene:
    scene = Scene()
    scene.lines.clear()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(reply(status=member))
    scene.wait(0.8)
    return scene


def verdict(member: Verdict) -> Scene:
    scene = Scene()
    scene.lines.clear()
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(reply(verdict=member))
    scene.wait(0.8)
    return scene


def central(member: CentralFailure) -> Scene:
    scene = Scene().to_verifying()
    scene.lines.clear()
    scene.pin(PinVerified())
    scene.central_fails(Ask.OVERVIEW, member)
    return scene


CLOSED: dict[type[Enum], tuple[Callable[..., Scene], Callable[..., Failure | None]]] = {
    ReaderState: (reader, of_reader),
    CardState: (card, of_card),
    CardStatus: (status, of_status),
    Verdict: (verdict, of_verdict),
    CentralFailure: (central, of_central),
}


@pytest.mark.parametrize("closed", list(CLOSED), ids=lambda c: c.__name__)
def test_the_members_with_a_screen_with_words_and_with_a_log_line_are_all_members(closed: type[Enum]) -> None:
    play, failure_of = CLOSED[closed]
    with_screen, with_words, with_log = set(), set(), set()
    for member in closed:
        scene = play(member)
        failure = failure_of(member)
        shown = scene.failure()
        if shown is failure:
            with_screen.add(member)
        if all(WORDS[language].get(key) for language in LANGUAGES for key in keys_of(scene.model)):
            with_words.add(member)
        values = [(line.name, value) for line in scene.lines for value in line.values.values()]
        if failure is not None:
            name = LogName.OUT_OF_SERVICE if closed is ReaderState else LogName.FAILURE_SHOWN
            logged = (name, failure.code) in values
        elif closed is ReaderState:
            logged = (LogName.READER_REPORTED, member.value) in values
        else:
            logged = (LogName.PAGE_SHOWN, scene.screen.value) in values
        if logged:
            with_log.add(member)
    assert with_screen == with_words == with_log == set(closed)


def test_members_of_one_set_are_told_apart() -> None:
    """Two members with one page would make one of them invisible to staff. Other place's cards are found in two ways."""
    for closed, (_, failure_of) in CLOSED.items():
        failures = [failure_of(member) for member in closed if failure_of(member) is not None]
        assert len(failures) == len(set(failures))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_its_title_lead_advice_and_word_for_staff(language: str) -> None:
    texts = WORDS[language]
    assert {f.name for f in Failure if all(texts.get(f"{f.key}.{part}", "").strip() for part in PARTS)} == {
        f.name for f in Failure
    }


def test_both_languages_are_there() -> None:
    assert set(LANGUAGES) >= {"zh_CN", "en"}


def _every_screen() -> dict[Screen, Model]:
    seen: dict[Screen, Model] = {}

    def look(scene: Scene) -> None:
        seen.setdefault(scene.screen, scene.model)

    scene = Scene()
    look(scene)
    scene.press(OpenPrivacy())
    look(scene)
    scene.insert()
    look(scene)
    for pad in (Scene().to_pin_pad(),):
        look(pad)
        pad.press(ForgotPin())
        look(pad)
        pad.wait(61.0)
        look(pad)
    opening = Scene().to_opening()
    look(opening)
    record = Scene().to_record()
    look(record)
    for action in (OpenRegistration(), OpenChooser(), Back(), OpenWrong(), Back(), OpenAccount(), OpenContributions()):
        record.press(action)
        look(record)
    record.rows(contribution_rows(0, "110", 2026))
    record.press(OpenYear(2026))
    look(record)
    record.press(End())
    look(record)
    failed = Scene()
    failed.insert(mute=True)
    failed.wait(1.0)
    look(failed)
    broken = Scene()
    broken.model = Model(RULES, World(config_invalid=True))
    broken.reader(ReaderState.READY)
    look(broken)
    for model in MODELS.values():  # activation and card services
        seen.setdefault(screen_of(model), model)
    return seen


def test_every_screen_can_be_reached_and_has_its_words() -> None:
    seen = _every_screen()
    assert set(seen) == set(Screen)
    missing = {
        (screen.value, language, key)
        for screen, model in seen.items()
        for language in LANGUAGES
        for key in keys_of(model)
        if not WORDS[language].get(key)
    }
    assert missing == set()

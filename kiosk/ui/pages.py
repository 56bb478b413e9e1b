"""The page of a model. A screen's module is imported when it is first shown: start-up pays for one of them only."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.nodes import Page
from kiosk.visit.help import Ended, Query, Staff
from kiosk.visit.services import Activation, CardService
from kiosk.visit.states import (
    AccountsPage,
    CardPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    Idle,
    IdlePrivacy,
    Model,
    Opening,
    OutOfService,
    PinPad,
    PrivacyPage,
    Reading,
    Record,
    RegistrationPage,
    TakeCard,
    WrongPage,
)


def build(model: Model, env: Env) -> Page:
    """The page of a model. Every state has one; the type checker holds this whole."""
    match model.state:
        case Idle() as idle:
            from kiosk.ui.screens import attract

            return attract.build(idle, model, env)
        case IdlePrivacy() as notice:
            from kiosk.ui.screens import privacy

            return privacy.build(notice, model, env)
        case OutOfService() as out:
            from kiosk.ui.screens import out_of_service

            return out_of_service.build(out, model, env)
        case Reading() as reading:
            from kiosk.ui.screens import reading as reading_screen

            return reading_screen.build(reading, model, env)
        case CardPage() as page:
            from kiosk.ui.screens import failure

            return failure.build(page, model, env)
        case PinPad() as pad if pad.asking_since is not None:
            from kiosk.ui.screens import still_there

            return still_there.build(pad, model, env)
        case PinPad() as pad if pad.helping:
            from kiosk.ui.screens import pin_help

            return pin_help.build(pad, model, env)
        case PinPad() as pad:
            from kiosk.ui.screens import pin

            return pin.build(pad, model, env)
        case Opening() as opening:
            from kiosk.ui.screens import opening as opening_screen

            return opening_screen.build(opening, model, env)
        case Record() as record if record.asking_since is not None:
            from kiosk.ui.screens import still_there

            return still_there.build(record, model, env)
        case Record() as record:
            return _record(record, model, env)
        case Activation() | CardService() as service if service.asking_since is not None:
            from kiosk.ui.screens import still_there

            return still_there.build(service, model, env)
        case Activation() as activation:
            from kiosk.ui.screens import activation as activation_screens

            return activation_screens.build(activation, model, env)
        case CardService() as service:
            from kiosk.ui.screens import card_service

            return card_service.build(service, model, env)
        case Staff() as staff:
            from kiosk.ui.screens import staff as staff_screens

            return staff_screens.build(staff, model, env)
        case Query() as query:
            from kiosk.ui.screens import query as query_screens

            return query_screens.build(query, model, env)
        case Ended() as gone:
            from kiosk.ui.screens import ended

            return ended.build(gone, model, env)
        case TakeCard() as take:
            from kiosk.ui.screens import take_card

            return take_card.build(take, model, env)
        case never:
            assert_never(never)


def _record(record: Record, model: Model, env: Env) -> Page:
    from kiosk.ui.screens.shell import with_strip

    env = with_strip(env, record)
    match record.page:
        case HomePage():
            from kiosk.ui.screens import home

            return home.build(record, model, env)
        case RegistrationPage():
            from kiosk.ui.screens import registration

            return registration.build(record, model, env)
        case ContributionsPage(table=True):
            from kiosk.ui.screens import contributions_year

            return contributions_year.build(record, model, env)
        case ContributionsPage():
            from kiosk.ui.screens import contributions

            return contributions.build(record, model, env)
        case AccountsPage():
            from kiosk.ui.screens import accounts

            return accounts.build(record, model, env)
        case ChooserPage():
            from kiosk.ui.screens import chooser

            return chooser.build(record, model, env)
        case PrivacyPage():
            from kiosk.ui.screens import privacy

            return privacy.build(record, model, env)
        case WrongPage():
            from kiosk.ui.screens import wrong

            return wrong.build(record, model, env)
        case never:
            assert_never(never)

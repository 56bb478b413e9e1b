"""All insurances (or accounts) in a list, where chips have no room: one touch leads to the page one came from."""

from typing import assert_never

from kiosk.ui.components.lists import InsuranceSpec, insurance_row, list_panel
from kiosk.ui.components.status import Tone, status_label
from kiosk.ui.env import Env
from kiosk.ui.frame import content_box
from kiosk.ui.layout import UNBOUNDED, Column, Element, Nothing, Spacer
from kiosk.ui.nodes import Page
from kiosk.ui.screens import facts
from kiosk.ui.screens.paging import fill, part_pager
from kiosk.ui.screens.shell import page, record_session
from kiosk.ui.theme import IconSize, Type
from kiosk.ui.typeset import Text
from kiosk.visit.actions import Action, OpenAccount, OpenContributions, OpenRegistration
from kiosk.visit.rules_record import accounts, histories, registrations
from kiosk.visit.states import AccountsPage, ChooserPage, ContributionsPage, Model, Record, RegistrationPage


def build(state: Record, model: Model, env: Env) -> Page:
    assert isinstance(state.page, ChooserPage)
    theme = env.kit.theme
    gap = theme.pick(28, 20)
    return page(env, model, _content(state, state.page, env, gap), record_session(env, state), top_gap=gap)


def _choices(state: Record, chooser: ChooserPage) -> list[tuple[str, Action]]:
    """Insurances with what a touch does, in central's order."""
    overview = state.overview
    match chooser.to:
        case RegistrationPage():
            return [(one.insurance, OpenRegistration(one.insurance)) for one in registrations(overview)]
        case ContributionsPage():
            return [(one.insurance, OpenContributions(one.insurance)) for one in histories(overview)]
        case AccountsPage():
            return [(one.insurance, OpenAccount(one.insurance)) for one in accounts(overview)]
        case never:
            assert_never(never)


def _content(state: Record, chooser: ChooserPage, env: Env, top: int) -> Element:
    kit, theme = env.kit, env.kit.theme
    box = content_box(kit, top_gap=top)
    gap = theme.pick(28, 16)
    accounts_ = isinstance(chooser.to, AccountsPage)
    title = Text(kit, env.t("accounts.choose" if accounts_ else "contributions.choose"), Type.H1, lines=2)
    rows = [
        _row(state, insurance, action, env, box.w, account=accounts_) for insurance, action in _choices(state, chooser)
    ]
    room = box.h - title.measure(box.w).h - gap - 4
    foot = theme.pick(84, 104)
    turned = fill(
        [row.measure(box.w - 4).h for row in rows], room, room - foot - gap, chooser.part, theme.lines.hairline
    )
    shown: list[Element] = [title, Nothing(0, gap), list_panel(kit, rows[turned.first : turned.end]), Spacer(1)]
    if not turned.only:
        shown.append(part_pager(env, turned, height=foot))
    return Column(*shown)


def _row(state: Record, insurance: str, action: Action, env: Env, width: int, *, account: bool) -> Element:
    """An insurance has its status beside it where central gave one, the same row as at home; an account has none."""
    theme = env.kit.theme
    found = None if account else facts.of_insurance(state.overview.registrations, insurance)
    status = None if found is None else facts.status_of(env, found)
    if account:
        name = facts.account_name(env, insurance)
    else:
        name = facts.insurance_short(env, insurance) if theme.large else facts.insurance_name(env, insurance)
    if status is not None:
        label = status_label(env.kit, status.text, status.tone).measure(UNBOUNDED).w
        room = width - label - theme.icon(IconSize.ROW) - 130
        if Text(env.kit, name, Type.VALUE, keep=True).measure(UNBOUNDED).w > room:
            status = None  # the page chooses; what it leads to says the status
    return insurance_row(
        env.kit,
        InsuranceSpec(
            icon=facts.insurance_icon(insurance),
            label=name,
            text="",
            word="" if status is None else status.text,
            tone=Tone.NEUTRAL if status is None else status.tone,
            status_icon=None if status is None else status.icon,
            name=f"insurance-{insurance}",
            action=action,
            short=name,
        ),
        height=theme.pick(100, 118) if theme.landscape else theme.pick(116, 140),
    )

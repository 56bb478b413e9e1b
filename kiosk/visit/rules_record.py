"""Rules of an open record: pages, rows that are fetched for them, reveal, the still-there question."""

from dataclasses import replace
from typing import assert_never

from kiosk.model import (
    PAGE_ROWS,
    Absent,
    Account,
    AccountPage,
    ContributionHistory,
    ContributionPage,
    Overview,
    Registration,
)
from kiosk.visit.actions import (
    Action,
    Back,
    ConfirmPin,
    End,
    ForgotPin,
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
    StayHere,
    TryAgain,
)
from kiosk.visit.base import Out, end, goto, stay
from kiosk.visit.deadlines import page_idle, question
from kiosk.visit.effects import Effect, FetchContributions, FetchEntries, Play, Sound
from kiosk.visit.events import CentralFailed, RowsArrived
from kiosk.visit.failures import of_central
from kiosk.visit.states import (
    AccountsPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    Model,
    NotCome,
    PrivacyPage,
    Record,
    RecordPage,
    RegistrationPage,
    Reveal,
    Waiting,
    WrongPage,
)


def tick(model: Model, record: Record) -> Out:
    now = model.now
    if record.asking_since is not None:
        return end(model) if now >= record.asking_since + question(model) else stay(model)
    if record.reveal is not None and now >= record.reveal.until:
        record = replace(record, reveal=None)
    waiting = _waiting(record.page)
    if waiting is not None:
        if now >= waiting.since + model.rules.name_the_wait:
            record = replace(record, page=_with_rows(record.page, replace(waiting, slow=True)))
        return goto(model, record)
    if now >= record.touched + page_idle(model):
        return goto(model, replace(record, asking_since=now, reveal=None), Play(Sound.QUESTION))
    return goto(model, record)


def pressed(model: Model, record: Record, action: Action) -> Out:
    if record.asking_since is not None:
        if isinstance(action, StayHere):
            return goto(model, replace(record, asking_since=None, touched=model.now))
        return stay(model)
    record = replace(record, touched=model.now)
    match action:
        case OpenRegistration(insurance=insurance):
            found = _known(insurance, registrations(record.overview))
            return stay(model) if found is None else _turn(model, record, RegistrationPage(found))
        case OpenContributions(insurance=insurance):
            return _open_contributions(model, record, insurance)
        case OpenAccount(insurance=insurance):
            return _open_account(model, record, insurance)
        case OpenChooser():
            page = record.page
            if isinstance(page, RegistrationPage | ContributionsPage | AccountsPage):
                return _turn(model, record, ChooserPage(page))
            return stay(model)
        case SelectYear(year=year):
            return _select_year(model, record, year, table=False)
        case OpenYear(year=year):
            return _select_year(model, record, year, table=True)
        case ShowPart(part=part):
            return _show_part(model, record, max(0, part))
        case SetReveal(field=field):
            reveal = None if field is None else Reveal(field, model.now + model.rules.reveal)
            return goto(model, replace(record, reveal=reveal))
        case OpenPrivacy():
            return _turn(model, record, PrivacyPage())
        case OpenWrong():
            page = record.page
            if isinstance(page, HomePage | RegistrationPage | ContributionsPage | AccountsPage):
                return _turn(model, record, WrongPage(page, _reference(model, record)))
            return stay(model)
        case TryAgain():
            return _try_again(model, record)
        case Back():
            return _back(model, record)
        case SetLanguage() | SetLargeText() | SetHighContrast() | End() | StayHere() | ConfirmPin() | ForgotPin():
            return stay(model)
        case never:
            assert_never(never)


def rows_arrived(model: Model, event: RowsArrived) -> Out:
    """Only the newest request's rows, and only for the page that asked for them."""
    record = model.state
    if not isinstance(record, Record):
        return stay(model)
    page, rows = record.page, event.rows
    waiting = _waiting(page)
    if waiting is None or waiting.request != event.request:
        return stay(model)
    if isinstance(page, ContributionsPage) and isinstance(rows, ContributionPage):
        return goto(model, replace(record, page=replace(page, rows=rows), touched=model.now))
    if isinstance(page, AccountsPage) and isinstance(rows, AccountPage):
        return goto(model, replace(record, page=replace(page, entries=rows), touched=model.now))
    return stay(model)


def rows_failed(model: Model, event: CentralFailed) -> Out:
    record = model.state
    assert isinstance(record, Record)
    waiting = _waiting(record.page)
    if waiting is None or waiting.request != event.request:
        return stay(model)
    page = _with_rows(record.page, NotCome(of_central(event.failure)))
    return goto(model, replace(record, page=page, touched=model.now))


# --- what the overview has ---------------------------------------------------------------------------------------------


def registrations(overview: Overview) -> tuple[Registration, ...]:
    return () if isinstance(overview.registrations, Absent) else overview.registrations


def histories(overview: Overview) -> tuple[ContributionHistory, ...]:
    return () if isinstance(overview.contributions, Absent) else overview.contributions


def accounts(overview: Overview) -> tuple[Account, ...]:
    return () if isinstance(overview.accounts, Absent) else overview.accounts


def _known(insurance: str | None, among: tuple[Registration | ContributionHistory | Account, ...]) -> str | None:
    codes = [item.insurance for item in among]
    if insurance is None:
        return codes[0] if codes else None
    return insurance if insurance in codes else None


# --- pages ------------------------------------------------------------------------------------------------------------


def _turn(model: Model, record: Record, page: RecordPage, *effects: Effect) -> Out:
    """Another page: what was revealed on the last one is hidden again."""
    return goto(model, replace(record, page=page, reveal=None), *effects)


def _open_contributions(model: Model, record: Record, insurance: str | None) -> Out:
    found = _known(insurance, histories(record.overview))
    if found is None:
        # Nothing known, or the part is absent: the page says which.
        return _turn(model, record, ContributionsPage("", None, None)) if insurance is None else stay(model)
    history = next(h for h in histories(record.overview) if h.insurance == found)
    if not history.years:
        return _turn(model, record, ContributionsPage(found, None, None))
    return _ask_year(model, record, ContributionsPage(found, history.years[-1].year, None))


def _select_year(model: Model, record: Record, year: int, *, table: bool) -> Out:
    page = record.page
    if not isinstance(page, ContributionsPage):
        return stay(model)
    history = next((h for h in histories(record.overview) if h.insurance == page.insurance), None)
    if history is None or all(y.year != year for y in history.years):
        return stay(model)
    if page.year == year:
        return _turn(model, record, replace(page, table=table or page.table, table_part=0))
    return _ask_year(model, record, replace(page, year=year, table=table or page.table, table_part=0))


def _ask_year(model: Model, record: Record, page: ContributionsPage) -> Out:
    """The chosen year's rows are asked for at once: they are on the page in landscape, one touch away in portrait."""
    assert page.year is not None
    request = record.requests + 1
    record = replace(record, requests=request)
    ask = FetchContributions(record.visit, record.insertion, request, page.insurance, page.year, 1)
    return _turn(model, record, replace(page, rows=Waiting(request, model.now)), ask)


def _open_account(model: Model, record: Record, insurance: str | None) -> Out:
    found = _known(insurance, accounts(record.overview))
    if found is None:
        return _turn(model, record, AccountsPage("", None)) if insurance is None else stay(model)
    return _ask_entries(model, record, AccountsPage(found, None), 1)


def _ask_entries(model: Model, record: Record, page: AccountsPage, number: int) -> Out:
    request = record.requests + 1
    record = replace(record, requests=request)
    ask = FetchEntries(record.visit, record.insertion, request, page.insurance, number)
    return _turn(model, record, replace(page, entries=Waiting(request, model.now)), ask)


def _show_part(model: Model, record: Record, part: int) -> Out:
    match record.page:
        case ContributionsPage() as page:
            if not page.table:
                return _turn(model, record, replace(page, part=part))
            number = part // PAGE_ROWS + 1
            rows = page.rows
            if not isinstance(rows, ContributionPage) or number == rows.page:
                return _turn(model, record, replace(page, table_part=part))
            if number > rows.pages or page.year is None:
                return stay(model)
            request = record.requests + 1
            ask = FetchContributions(record.visit, record.insertion, request, page.insurance, page.year, number)
            turned = replace(page, table_part=part, rows=Waiting(request, model.now))
            return _turn(model, replace(record, requests=request), turned, ask)
        case AccountsPage() as page:
            number = part // PAGE_ROWS + 1
            entries = page.entries
            if not isinstance(entries, AccountPage) or number == entries.page:
                return _turn(model, record, replace(page, part=part))
            if number > entries.pages:
                return stay(model)
            return _ask_entries(model, record, replace(page, part=part), number)
        case HomePage() | RegistrationPage() | ChooserPage() | PrivacyPage() as page:
            return _turn(model, record, replace(page, part=part))
        case WrongPage():
            return stay(model)
        case never:
            assert_never(never)


def _try_again(model: Model, record: Record) -> Out:
    page = record.page
    if isinstance(page, ContributionsPage) and isinstance(page.rows, NotCome) and page.year is not None:
        number = page.table_part // PAGE_ROWS + 1
        request = record.requests + 1
        ask = FetchContributions(record.visit, record.insertion, request, page.insurance, page.year, number)
        turned = replace(page, rows=Waiting(request, model.now))
        return _turn(model, replace(record, requests=request), turned, ask)
    if isinstance(page, AccountsPage) and isinstance(page.entries, NotCome):
        return _ask_entries(model, record, page, page.part // PAGE_ROWS + 1)
    return stay(model)


def _back(model: Model, record: Record) -> Out:
    match record.page:
        case HomePage():
            return stay(model)
        case ContributionsPage(table=True) as page:
            return _turn(model, record, replace(page, table=False, table_part=0))
        case ChooserPage(to=page):
            return _turn(model, record, page)
        case WrongPage(about=page):
            return _turn(model, record, page)
        case RegistrationPage() | ContributionsPage() | AccountsPage() | PrivacyPage():
            return _turn(model, record, HomePage())
        case never:
            assert_never(never)


def _waiting(page: RecordPage) -> Waiting | None:
    if isinstance(page, ContributionsPage) and isinstance(page.rows, Waiting):
        return page.rows
    if isinstance(page, AccountsPage) and isinstance(page.entries, Waiting):
        return page.entries
    return None


def _with_rows(page: RecordPage, rows: Waiting | NotCome) -> RecordPage:
    if isinstance(page, ContributionsPage):
        return replace(page, rows=rows)
    assert isinstance(page, AccountsPage)
    return replace(page, entries=rows)


def _reference(model: Model, record: Record) -> str:
    """What a resident tells the body: insurance, year, day of the figures, and the visit's number on this kiosk, by which
    staff find it in the log. Nothing personal."""
    page = record.page
    insurance = getattr(page, "insurance", "") or "000"
    year = getattr(page, "year", None) or record.overview.as_of.year
    return f"{insurance}-{year}-{record.overview.as_of:%m%d}-{record.visit:04d}"

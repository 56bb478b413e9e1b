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
from kiosk.visit import offers, rules_service
from kiosk.visit.actions import (
    Action,
    Back,
    ChangePin,
    ChooseParty,
    ClearKeys,
    ConfirmLoss,
    ConfirmPin,
    ConfirmTyped,
    End,
    EraseKey,
    ForgotPin,
    GetTicket,
    NoPhone,
    OpenAccount,
    OpenChooser,
    OpenContributions,
    OpenPrivacy,
    OpenRegistration,
    OpenServices,
    OpenWrong,
    OpenYear,
    OtherPhone,
    PickRelation,
    PickWay,
    PrintSlip,
    ReadDocumentNow,
    ReportLoss,
    SelectYear,
    SendAgain,
    SetHighContrast,
    SetLanguage,
    SetLargeText,
    SetReveal,
    ShowPart,
    Start,
    StayHere,
    TryAgain,
    TypeKey,
    UseThisPhone,
)
from kiosk.visit.base import Out, goto, left_alone, stay
from kiosk.visit.deadlines import page_idle, question
from kiosk.visit.effects import Effect, FetchContributions, FetchEntries, Play, Sound
from kiosk.visit.events import CentralFailed, RowsArrived
from kiosk.visit.failures import Failure, of_central
from kiosk.visit.help import (
    EndLookup,
    HandOver,
    OpenFailures,
    OpenLookup,
    OpenQuery,
    OpenQueryHelp,
    OpenRemedy,
    OpenReport,
    OpenServiceScreen,
    OpenSettings,
    OpenSlip,
    OpenStaffSignIn,
    OpenTicket,
    PickAuthorisation,
    PickFailure,
    PickGround,
    PickNumberKind,
    RevealRecord,
    SaveReport,
    TestAll,
    TestPart,
    TouchedTarget,
)
from kiosk.visit.states import (
    AccountsPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    Model,
    NotCome,
    NotKept,
    NotShown,
    PrivacyPage,
    Record,
    RecordPage,
    RegistrationPage,
    Reveal,
    Waiting,
    WrongPage,
)

Rows = ContributionPage | AccountPage


def tick(model: Model, record: Record) -> Out:
    now = model.now
    if record.asking_since is not None:
        return left_alone(model) if now >= record.asking_since + question(model) else stay(model)
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
    model = replace(model, state=record)  # also a touch that changes nothing else says that somebody is there
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
        case SetReveal() if not offers.reveals(record):
            return stay(model)
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
        case OpenServices():
            return rules_service.opened(model, record)
        case SetLanguage() | SetLargeText() | SetHighContrast() | End() | StayHere() | ConfirmPin() | ForgotPin():
            return stay(model)
        case (
            ChooseParty()
            | PickRelation()
            | PickWay()
            | TypeKey()
            | EraseKey()
            | ClearKeys()
            | ConfirmTyped()
            | SendAgain()
            | UseThisPhone()
            | OtherPhone()
            | NoPhone()
            | ReadDocumentNow()
            | Start()
            | GetTicket()
            | PrintSlip()
            | ChangePin()
            | ReportLoss()
            | ConfirmLoss()
        ):
            return stay(model)  # of the services
        case (
            OpenQuery()
            | OpenStaffSignIn()
            | PickNumberKind()
            | OpenQueryHelp()
            | OpenLookup()
            | PickGround()
            | PickAuthorisation()
            | RevealRecord()
            | HandOver()
            | EndLookup()
            | OpenTicket()
            | OpenSlip()
            | OpenRemedy()
            | PickFailure()
            | OpenServiceScreen()
            | TestPart()
            | TestAll()
            | TouchedTarget()
            | OpenFailures()
            | OpenSettings()
            | OpenReport()
            | SaveReport()
        ):
            return stay(model)  # of staff, and of who has no card
        case never:
            assert_never(never)


def refreshed(model: Model, record: Record, overview: Overview) -> Out:
    """Central's answer came after recent data was shown: it takes its place, on the same page where there still is one."""
    record = replace(record, overview=overview, offline=None)
    page = record.page
    match page:
        case RegistrationPage(insurance=insurance):
            there = _known(insurance, registrations(overview)) is not None
        case ContributionsPage(insurance=insurance, year=year):
            history = next((h for h in histories(overview) if h.insurance == insurance), None)
            there = history is not None and any(y.year == year for y in history.years)
        case AccountsPage(insurance=insurance):
            there = _known(insurance, accounts(overview)) is not None
        case HomePage() | PrivacyPage():
            there = True
        case ChooserPage() | WrongPage():
            there = False  # they stand over a page of what was shown before
        case never:
            assert_never(never)
    if not there:
        return goto(model, replace(record, page=HomePage(), reveal=None, refreshed=True))
    if not isinstance(page, ContributionsPage | AccountsPage):
        return goto(model, replace(record, refreshed=True))
    model, effects = _ask(model, record, page)
    assert isinstance(model.state, Record)
    return goto(model, replace(model.state, refreshed=True), *effects)


def rows_arrived(model: Model, event: RowsArrived) -> Out:
    """Only the newest request's rows, and only for the page that asked for them: also when another one covers it for now."""
    record = model.state
    if not isinstance(record, Record):
        return stay(model)
    held = _held(record.page)
    waiting = _waiting(held)
    if waiting is None or waiting.request != event.request:
        return stay(model)
    return goto(model, _filled(model, record, _fitting(held, event.rows) or NotCome(Failure.CENTRAL_BAD_ANSWER)))


def rows_failed(model: Model, event: CentralFailed) -> Out:
    record = model.state
    assert isinstance(record, Record)
    waiting = _waiting(_held(record.page))
    if waiting is None or waiting.request != event.request:
        return stay(model)
    return goto(model, _filled(model, record, NotCome(of_central(event.failure))))


def _fitting(page: RecordPage, rows: Rows) -> Rows | None:
    """The rows, when they are those that the page asked for."""
    match page, rows:
        case ContributionsPage(), ContributionPage():
            asked = (page.insurance, page.year, _number(page.table_part))
            return rows if asked == (rows.insurance, rows.year, rows.page) else None
        case AccountsPage(), AccountPage():
            return rows if (page.insurance, _number(page.part)) == (rows.insurance, rows.page) else None
        case _:
            return None


def _filled(model: Model, record: Record, rows: Rows | NotCome) -> Record:
    page = record.page
    if isinstance(page, ChooserPage):
        to = _with_rows(page.to, rows)
        assert isinstance(to, ContributionsPage | AccountsPage)
        return replace(record, page=replace(page, to=to))
    if isinstance(page, WrongPage):
        about = _with_rows(page.about, rows)
        assert isinstance(about, ContributionsPage | AccountsPage)
        return replace(record, page=replace(page, about=about))
    # The person's time begins when there is something to read.
    return replace(record, page=_with_rows(page, rows), touched=model.now)


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
    """Another page: what was revealed on the last one is hidden again, and that its figures were renewed has been said."""
    return goto(model, replace(record, page=page, reveal=None, refreshed=False), *effects)


def _open_contributions(model: Model, record: Record, insurance: str | None) -> Out:
    found = _known(insurance, histories(record.overview))
    if found is None:
        # Nothing known, or the part is absent: the page says which.
        return _turn(model, record, ContributionsPage("", None, None)) if insurance is None else stay(model)
    history = next(h for h in histories(record.overview) if h.insurance == found)
    if not history.years:
        return _turn(model, record, ContributionsPage(found, None, None))
    return _ask(model, record, ContributionsPage(found, history.years[-1].year, None))


def _select_year(model: Model, record: Record, year: int, *, table: bool) -> Out:
    """The chosen year's rows are asked for at once: they are on the page in landscape, one touch away in portrait."""
    page = record.page
    if not isinstance(page, ContributionsPage):
        return stay(model)
    history = next((h for h in histories(record.overview) if h.insurance == page.insurance), None)
    if history is None or all(y.year != year for y in history.years):
        return stay(model)
    page = replace(page, table=table or page.table)
    if page.year == year:
        return _turn_rows(model, record, page, 0)
    return _ask(model, record, replace(page, year=year, table_part=0))


def _open_account(model: Model, record: Record, insurance: str | None) -> Out:
    found = _known(insurance, accounts(record.overview))
    if found is None:
        return _turn(model, record, AccountsPage("", None)) if insurance is None else stay(model)
    return _ask(model, record, AccountsPage(found, None))


def _number(part: int) -> int:
    """Central's page (from 1) that covers the row with index `part`."""
    return part // PAGE_ROWS + 1


def _ask(model: Model, record: Record, page: ContributionsPage | AccountsPage) -> Out:
    """Turn to `page` and ask for central's page of rows that covers its part. What is on its way is not asked for twice.

    In an outage there is nobody to ask: rows are not kept.
    """
    if record.offline is not None:
        return _turn(model, record, _with_rows(page, NotKept()))
    if isinstance(page, AccountsPage) and not offers.entries(model, record):
        return _turn(model, record, replace(page, entries=NotShown()))
    under_way = _waiting(record.page)
    if under_way is not None and record.page == _with_rows(page, under_way):
        return stay(model)
    request = record.requests + 1
    record = replace(record, requests=request)
    waiting = Waiting(request, model.now)
    match page:
        case ContributionsPage(insurance=insurance, year=year, table_part=part):
            assert year is not None
            fetch = FetchContributions(record.visit, record.insertion, request, insurance, year, _number(part))
            return _turn(model, record, replace(page, rows=waiting), fetch)
        case AccountsPage(insurance=insurance, part=part):
            entries = FetchEntries(record.visit, record.insertion, request, insurance, _number(part))
            return _turn(model, record, replace(page, entries=waiting), entries)
        case never:
            assert_never(never)


def _turn_rows(model: Model, record: Record, page: ContributionsPage | AccountsPage, part: int) -> Out:
    """Turn to the row with index `part`. Rows that are here, on their way or did not come always are those of the central
    page that covers the part shown; another one is asked for."""
    rows: Rows | Waiting | NotCome | NotKept | NotShown | None
    turned: ContributionsPage | AccountsPage
    if isinstance(page, ContributionsPage):
        shown, rows, turned = page.table_part, page.rows, replace(page, table_part=part)
    else:
        shown, rows, turned = page.part, page.entries, replace(page, part=part)
    number = _number(part)
    match rows:
        case ContributionPage() | AccountPage():
            count = len(rows.rows if isinstance(rows, ContributionPage) else rows.entries)
            if number > rows.pages or (number == rows.page and part % PAGE_ROWS >= max(count, 1)):
                return stay(model)
        case Waiting() | NotCome():
            if number > _number(shown):
                return stay(model)  # nobody knows how many there are
        case None | NotKept() | NotShown():
            return _turn(model, record, turned) if part == 0 else stay(model)
        case never:
            assert_never(never)
    return _turn(model, record, turned) if number == _number(shown) else _ask(model, record, turned)


def _show_part(model: Model, record: Record, part: int) -> Out:
    match record.page:
        case ContributionsPage(table=False) as page:
            return _turn(model, record, replace(page, part=part))
        case ContributionsPage() | AccountsPage() as page:
            return _turn_rows(model, record, page, part)
        case HomePage() | RegistrationPage() | ChooserPage() | PrivacyPage() | WrongPage() as page:
            return _turn(model, record, replace(page, part=part))
        case never:
            assert_never(never)


def _try_again(model: Model, record: Record) -> Out:
    match record.page:
        case ContributionsPage(rows=NotCome()) | AccountsPage(entries=NotCome()) as page:
            return _ask(model, record, page)
        case _:
            return stay(model)


def _back(model: Model, record: Record) -> Out:
    match record.page:
        case HomePage():
            return stay(model)
        case ContributionsPage(table=True) as page:
            return _turn_rows(model, record, replace(page, table=False), 0)
        case ChooserPage(to=page):
            return _turn(model, record, page)
        case WrongPage(about=page):
            return _turn(model, record, page)
        case RegistrationPage() | ContributionsPage() | AccountsPage() | PrivacyPage():
            return _turn(model, record, HomePage())
        case never:
            assert_never(never)


def _held(page: RecordPage) -> RecordPage:
    """The page itself, or the one it covers and comes back to."""
    match page:
        case ChooserPage(to=held) | WrongPage(about=held):
            return held
        case _:
            return page


def _waiting(page: RecordPage) -> Waiting | None:
    if isinstance(page, ContributionsPage) and isinstance(page.rows, Waiting):
        return page.rows
    if isinstance(page, AccountsPage) and isinstance(page.entries, Waiting):
        return page.entries
    return None


def _with_rows(page: RecordPage, rows: Rows | Waiting | NotCome | NotKept) -> RecordPage:
    match page:
        case ContributionsPage():
            assert not isinstance(rows, AccountPage)
            return replace(page, rows=rows)
        case AccountsPage():
            assert not isinstance(rows, ContributionPage)
            return replace(page, entries=rows)
        case _:
            raise AssertionError("only these pages have rows")


def _reference(model: Model, record: Record) -> str:
    """What a resident tells the body: insurance, year, day of the figures, and the visit's number on this kiosk, by which
    staff find it in the log. Nothing personal."""
    page = record.page
    insurance = getattr(page, "insurance", "") or "000"
    year = getattr(page, "year", None) or record.overview.as_of.year
    return f"{insurance}-{year}-{record.overview.as_of:%m%d}-{record.visit:04d}"

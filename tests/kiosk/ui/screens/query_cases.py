"""Every stage of a look-up without a card, the record that it opens, and what ended by itself, by name. All made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from drivers.card.states import ReaderState
from kiosk.help import Access, NumberKind
from kiosk.masking import mask_name, mask_number
from kiosk.model import Absent, AbsentReason, Ground, Overview, RecordView
from kiosk.visit.entry import EntryNote
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    Ended,
    HelpRules,
    Query,
    QueryFailed,
    QueryHelp,
    QueryLocked,
    QueryNumber,
    QueryPassword,
    QueryStage,
    QueryWorking,
    WhyEnded,
)
from kiosk.visit.services import CardService, LossAsked
from kiosk.visit.states import (
    AccountsPage,
    ContributionsPage,
    HomePage,
    Idle,
    Link,
    Model,
    NotShown,
    Opening,
    OutOfService,
    Record,
    RecordPage,
    RegistrationPage,
    Rules,
    Slot,
    World,
)
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import MONOTONIC
from tests.kiosk.ui.screens.staff_cases import CARD_NUMBER, NUMBER

T: Final = MONOTONIC
RULES: Final = Rules(help=HelpRules(query=True))
LESS: Final = Rules(help=HelpRules(query=True, query_letters=False, query_loss=False))
"""Of a region where the password has digits only, and a loss is reported at the counter."""
BOTH: Final = Rules(help=HelpRules(query=True, sign_in_without_card=True))
WITHOUT: Final = World(reader=ReaderState.READY)
WITH_CARD: Final = World(reader=ReaderState.READY, slot=Slot(1, mute=False))
TYPED: Final = QueryNumber(text=NUMBER)


def model(stage: QueryStage, **more: object) -> Model:
    state = replace(Query(1, stage, T), **more)  # type: ignore[arg-type]
    return Model(RULES, WITHOUT, state=state, visits=1, now=T)


def less(overview: Overview) -> Overview:
    """As central gives it without a card: masked, and without what the region does not show."""
    holder = replace(overview.holder, name=mask_name(overview.holder.name), number=mask_number(overview.holder.number))
    return replace(overview, holder=holder, accounts=Absent(AbsentReason.NOT_SHOWN))


def record(page: RecordPage | None = None, access: Access = Access.QUERY, **more: object) -> Model:
    state = Record(1, 0, less(samples.picture().overview), page or HomePage(), T, access=access)
    return Model(RULES, WITHOUT, state=replace(state, **more), visits=1, now=T)  # type: ignore[arg-type]


def entries_with_the_card() -> Model:
    """The year's figures are shown, the movements behind them are not."""
    overview = replace(less(samples.picture().overview), accounts=samples.picture().overview.accounts)
    state = Record(1, 0, overview, AccountsPage("310", NotShown()), T, access=Access.QUERY)
    return Model(RULES, WITHOUT, state=state, visits=1, now=T)


def viewed(count: int = 1) -> Model:
    """The own card; staff looked at the record some days ago."""
    at = samples.LIVE.as_of - timedelta(days=3)
    views = tuple(
        RecordView(at, "济南市社会保险服务大厅", "Jinan Social Insurance Service Hall", Ground.ENTRUSTED)
        for _ in range(count)
    )
    overview = replace(samples.picture().overview, views=views)
    return Model(RULES, WITH_CARD, state=Record(1, 1, overview, HomePage(), T), visits=1, now=T)


CASES: Final[dict[str, Callable[[], Model]]] = {
    "query-number": lambda: model(QueryNumber()),
    "query-number.typed": lambda: model(TYPED),
    "query-number.checksum": lambda: model(QueryNumber(note=EntryNote.CHECKSUM)),
    "query-number.incomplete": lambda: model(QueryNumber(text=NUMBER[:9], note=EntryNote.INCOMPLETE)),
    "query-number.card": lambda: model(QueryNumber(NumberKind.CARD_NUMBER)),
    "query-number.card-typed": lambda: model(QueryNumber(NumberKind.CARD_NUMBER, CARD_NUMBER)),
    "query-password": lambda: model(QueryPassword(TYPED)),
    "query-password.typed": lambda: model(QueryPassword(TYPED, 8)),
    "query-password.incomplete": lambda: model(QueryPassword(TYPED, note=EntryNote.INCOMPLETE)),
    "query-password.refused": lambda: model(QueryPassword(TYPED, note=EntryNote.REFUSED)),
    "query-password.digits": lambda: replace(model(QueryPassword(TYPED, 4)), rules=LESS),
    "query-password.digits-refused": lambda: replace(model(QueryPassword(TYPED, note=EntryNote.REFUSED)), rules=LESS),
    "query-working": lambda: model(QueryWorking(T, TYPED)),
    "query-working.slow": lambda: model(QueryWorking(T - 2, TYPED, slow=True)),
    "query-locked": lambda: model(QueryLocked(T + 1800)),
    "query-locked.day": lambda: model(QueryLocked(T + 86_400)),
    "query-locked.last": lambda: model(QueryLocked(T + 20)),
    "query-help": lambda: model(QueryHelp()),
    "query-failed": lambda: model(QueryFailed(Failure.CENTRAL_UNREACHABLE)),
    "query.still-there": lambda: model(TYPED, asking_since=T - 4),
    "query.opening": lambda: Model(RULES, WITHOUT, state=Opening(1, 0, T, None, access=Access.QUERY), now=T),
    "query.home": record,
    "query.home-no-loss": lambda: replace(record(), rules=LESS),
    "query.entries": entries_with_the_card,
    "query.home-handed-over": lambda: record(access=Access.HANDED_OVER),
    "query.home-offline": lambda: replace(record(), world=replace(WITHOUT, link=Link.OFFLINE)),
    "query.home-still-there": lambda: record(asking_since=T - 4),
    "query.registration": lambda: record(RegistrationPage("110")),
    "query.contributions": lambda: record(ContributionsPage("110", 2026, None)),
    "query.loss": lambda: Model(
        RULES, WITHOUT, state=CardService(1, 0, LossAsked(), T, access=Access.QUERY), visits=1, now=T
    ),
    "attract.query": lambda: Model(RULES, WITHOUT, state=Idle(), now=T),
    "attract.query-and-staff": lambda: Model(BOTH, WITHOUT, state=Idle(), now=T),
    "attract.query-offline": lambda: Model(RULES, replace(WITHOUT, link=Link.OFFLINE), state=Idle(), now=T),
    "out-of-service.staff": lambda: Model(
        RULES, World(reader=ReaderState.NO_READER), state=OutOfService(Failure.READER_MISSING, since=T - 60), now=T
    ),
    "home.viewed": viewed,
    "home.viewed-often": lambda: viewed(3),
    **{f"ended.{why.value}": partial(Model, RULES, WITHOUT, state=Ended(why, T), visits=1, now=T) for why in WhyEnded},
}

"""Recent data in an outage: a record as the kiosk keeps it, and which of the other cases are shown that way too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from kiosk.engine.trim import kept_part
from kiosk.model import Absent, Overview
from kiosk.ui.screens.facts import Part
from kiosk.visit.failures import OUTAGES, Failure
from kiosk.visit.rules_record import histories
from kiosk.visit.states import (
    AccountsPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    NotKept,
    Offline,
    PrivacyPage,
    Record,
    RecordPage,
    RegistrationPage,
    State,
    WrongPage,
)
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import record
from tests.kiosk.ui.screens.samples import NOW

STORED: Final = NOW - timedelta(days=3, hours=1, minutes=17)
"""When the last visit was: 17 November, 09:15 in the hall."""

NAMES: Final = (
    *(
        f"home.{name}"
        for name in (
            "picture",
            "long-history",
            "long-history.second",
            "long-name",
            "long-name-with-notice",
            "minor-with-notice",
            "with-notice",
            "unknown-codes",
            "absent",
            "all-absent",
            "nothing",
        )
    ),
    *(
        f"registration.{name}"
        for name in (
            "paid-late",
            "arrears",
            "picture-110",
            "picture-390",
            "long-history-310",
            "absent-310",
            "unknown-codes-310",
            "revealed-number",
        )
    ),
    *(
        f"contributions.{name}"
        for name in (
            "picture",
            "picture-330",
            "picture-390",
            "resident-late",
            "minor",
            "retiree",
            "long-history",
            "absent",
            "nothing",
            "unknown-110",
            "unknown-310",
        )
    ),
    "year.picture",
    "year.unknown-110",
    *(f"accounts.{name}" for name in ("picture-310-0", "long-history-310-0", "absent-110-0", "unknown-codes-999-0")),
    "accounts.all-absent",
    "wrong.picture-home-0",
    "wrong.registration-0",
    "chooser.long-history-registration-0",
    "chooser.accounts",
    "privacy.record-0",
)
"""Cases that are shown as recent data too: `home.picture` as `home.offline-picture`."""


def offline(
    shown: Record, *, reason: Failure = Failure.CENTRAL_UNREACHABLE, asking: bool = False, stored: datetime = STORED
) -> Record:
    """The record as it comes from the store, on the same page."""
    overview = kept_part(_of(stored, shown.overview), stored.date())
    page = _page(shown.page, overview)
    return replace(shown, overview=overview, page=page, offline=Offline(reason, stored, asking))


def _of(stored: datetime, overview: Overview) -> Overview:
    """With the same figures, none of them younger than `stored`."""
    back = NOW - stored

    def earlier(parts: tuple[Part, ...] | Absent) -> tuple[Part, ...] | Absent:
        if isinstance(parts, Absent):
            return parts
        return tuple(replace(one, origin=replace(one.origin, as_of=one.origin.as_of - back)) for one in parts)

    return replace(
        overview,
        registrations=earlier(overview.registrations),
        contributions=earlier(overview.contributions),
        accounts=earlier(overview.accounts),
        as_of=overview.as_of - back,
    )


def _page(page: RecordPage, overview: Overview) -> RecordPage:
    """As the visit turns to it in an outage: no rows, and no year that was not kept."""
    match page:
        case ContributionsPage(insurance=insurance, year=year):
            years = [each.year for one in histories(overview) if one.insurance == insurance for each in one.years]
            if not years:
                return ContributionsPage(insurance, None, None)
            return replace(page, year=year if year in years else years[-1], rows=NotKept(), part=0, table_part=0)
        case AccountsPage(insurance=insurance):
            return AccountsPage(insurance, NotKept() if insurance else None)
        case HomePage() | RegistrationPage() | ChooserPage() | PrivacyPage() | WrongPage():
            return page


def _offline(made: Callable[[], State]) -> State:
    shown = made()
    assert isinstance(shown, Record)
    return offline(shown)


def cases(online: dict[str, Callable[[], State]]) -> dict[str, Callable[[], State]]:
    """Recent data by name, for every reason, with an answer still awaited, kept in another year, and renewed."""
    found: dict[str, Callable[[], State]] = {}
    for name in NAMES:
        screen, _, rest = name.partition(".")
        found[f"{screen}.offline-{rest}"] = partial(_offline, online[name])
    home = record(samples.picture(), HomePage())
    for reason in OUTAGES:
        found[f"home.offline-reason-{reason.code}"] = partial(offline, home, reason=reason)
    found["home.offline-asking"] = partial(offline, home, asking=True)
    pension = record(samples.picture(), ContributionsPage("110", 2026, None))
    found["contributions.offline-from-january"] = partial(offline, pension, stored=NOW.replace(month=12))
    for name in ("home.picture", "contributions.picture", "accounts.picture-310-0", "registration.picture-390"):
        screen, _, rest = name.partition(".")
        found[f"{screen}.refreshed-{rest}"] = partial(_refreshed, online[name])
    return found


def _refreshed(made: Callable[[], State]) -> State:
    shown = made()
    assert isinstance(shown, Record)
    return replace(shown, refreshed=True)

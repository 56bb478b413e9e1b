"""Accounts, chooser, privacy and “this is wrong”: every state that the tests build and the pictures show, by name."""

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.visit.failures import Failure
from kiosk.visit.states import (
    AccountsPage,
    ChooserPage,
    ContributionsPage,
    HomePage,
    IdlePrivacy,
    NotCome,
    PrivacyPage,
    RecordPage,
    RegistrationPage,
    State,
    Waiting,
    WrongPage,
)
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import MONOTONIC, record
from tests.kiosk.ui.screens.samples import Person

CASES: Final[dict[str, Callable[[], State]]] = {}


def account(person: Person, insurance: str, part: int = 0) -> State:
    """An account with the entries that central would send for `part`."""
    return record(person, AccountsPage(insurance, person.account(insurance, part), part))


def wrong(
    person: Person, about: RegistrationPage | ContributionsPage | AccountsPage | HomePage, part: int = 0
) -> State:
    return record(person, WrongPage(about, "310-2026-1120-0007", part))


def _account(name: str, insurance: str, part: int) -> State:
    return account(samples.PEOPLE[name](), insurance, part)


def _page(name: str, page: RecordPage) -> State:
    return record(samples.PEOPLE[name](), page)


def _wrong(name: str, about: RegistrationPage | HomePage, part: int) -> State:
    return wrong(samples.PEOPLE[name](), about, part)


for _name, _insurance, _part in (
    ("picture", "310", 0),
    ("picture", "310", 9),
    ("picture", "110", 0),
    ("resident-late", "170", 0),
    ("retiree", "310", 0),
    ("long-history", "310", 0),
    ("long-history", "310", 49),
    ("long-history", "310", 50),
    ("long-history", "310", 100),
    ("long-history", "110", 0),
    ("long-history", "110", 49),
    ("long-history", "120", 0),
    ("absent", "310", 0),
    ("absent", "110", 0),
    ("unknown-codes", "999", 0),
    ("unknown-codes", "999", 3),
    ("long-name", "310", 0),
):
    CASES[f"accounts.{_name}-{_insurance}-{_part}"] = partial(_account, _name, _insurance, _part)
for _name in ("nothing", "all-absent"):
    CASES[f"accounts.{_name}"] = partial(_page, _name, AccountsPage("", None))
_NO_ENTRIES: Final[dict[str, Waiting | NotCome]] = {
    "waiting": Waiting(1, MONOTONIC - 0.5),
    "slow": Waiting(1, MONOTONIC - 2, slow=True),
    **{f"not-come-{one.code}": NotCome(one) for one in (Failure.CENTRAL_TIMEOUT, Failure.CENTRAL_BAD_ANSWER)},
}
for _key, _entries in _NO_ENTRIES.items():
    for _part in (0, 50):
        CASES[f"accounts.{_key}-{_part}"] = partial(_page, "long-history", AccountsPage("310", _entries, _part))
CASES["accounts.not-asked"] = lambda: record(samples.picture(), AccountsPage("110", None))

for _part in range(9):
    CASES[f"privacy.idle-{_part}"] = partial(IdlePrivacy, MONOTONIC, _part)
    CASES[f"privacy.record-{_part}"] = partial(_page, "picture", PrivacyPage(_part))


for _name in ("picture", "resident-late", "absent", "unknown-codes", "nothing", "all-absent", "long-history"):
    for _part in (0, 3):
        CASES[f"wrong.{_name}-home-{_part}"] = partial(_wrong, _name, HomePage(), _part)
for _part in range(3):
    CASES[f"wrong.address-{_part}"] = partial(_wrong, "resident-late", RegistrationPage("330"), _part)
    CASES[f"wrong.registration-{_part}"] = partial(_wrong, "picture", RegistrationPage("110"), _part)
CASES["wrong.no-phone"] = lambda: wrong(samples.unknown_codes(), AccountsPage("999", None))
CASES["wrong.contributions"] = lambda: wrong(samples.picture(), ContributionsPage("310", 2026, None))
CASES["wrong.accounts"] = lambda: wrong(samples.picture(), AccountsPage("310", None))
CASES["wrong.no-account"] = lambda: wrong(samples.nothing(), AccountsPage("", None))

for _name in ("picture", "long-history", "unknown-codes", "absent"):
    for _part in (0, 8):
        CASES[f"chooser.{_name}-registration-{_part}"] = partial(
            _page, _name, ChooserPage(RegistrationPage("110"), _part)
        )
CASES["chooser.contributions"] = lambda: record(
    samples.long_history(), ChooserPage(ContributionsPage("110", 2026, None))
)
CASES["chooser.accounts"] = lambda: record(samples.long_history(), ChooserPage(AccountsPage("310", None)))

"""Every state of an open record that the tests build and the pictures show, by name."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from kiosk.model import ContributionPage
from kiosk.visit.actions import Field
from kiosk.visit.failures import Failure
from kiosk.visit.states import ContributionsPage, HomePage, NotCome, RegistrationPage, Reveal, State, Waiting
from tests.kiosk.ui.screens import further_cases, offline_cases, samples
from tests.kiosk.ui.screens.harness import MONOTONIC, record
from tests.kiosk.ui.screens.samples import Person

CASES: Final[dict[str, Callable[[], State]]] = dict(further_cases.CASES)


def _home(person: Callable[[], Person]) -> State:
    return record(person(), HomePage())


def _registration(person: Callable[[], Person], insurance: str) -> State:
    return record(person(), RegistrationPage(insurance))


def _revealed(field: Field) -> State:
    return record(samples.long_name(), RegistrationPage("110", 9), Reveal(field, MONOTONIC + 7.5))


for _name, _person in samples.PEOPLE.items():
    CASES[f"home.{_name}"] = partial(_home, _person)
CASES["home.long-history.second"] = lambda: record(samples.long_history(), HomePage(6))

for _key in samples.ENTITLEMENTS:
    CASES[f"registration.{_key}"] = partial(_registration, partial(samples.entitled, _key), "390")
for _name, _insurance in (
    ("picture", "110"),
    ("picture", "510"),
    ("picture", "390"),
    ("picture", "410"),
    ("minor", "390"),
    ("retiree", "310"),
    ("long-history", "110"),
    ("long-history", "310"),
    ("absent", "310"),
    ("absent", "110"),
    ("unknown-codes", "999"),
    ("unknown-codes", "310"),
    ("rare-name", "110"),
):
    CASES[f"registration.{_name}-{_insurance}"] = partial(_registration, samples.PEOPLE[_name], _insurance)
for _field in Field:
    CASES[f"registration.revealed-{_field.value}"] = partial(_revealed, _field)


def _contributions(name: str, insurance: str, year: int | None, *, rows: str = "", **page: Any) -> State:
    """`rows`: "waiting", "slow", "failed"; else those of the year."""
    person = samples.PEOPLE[name]()
    found: ContributionPage | Waiting | NotCome | None = None
    if rows == "waiting":
        found = Waiting(1, MONOTONIC)
    elif rows == "slow":
        found = Waiting(1, MONOTONIC, slow=True)
    elif rows == "failed":
        found = NotCome(Failure.CENTRAL_TIMEOUT)
    elif year is not None:
        found = person.page(insurance, year, page.get("table_part", 0))
    return record(person, ContributionsPage(insurance, year, found, **page))


_CONTRIBUTIONS: Final[dict[str, tuple[str, str, int | None, dict[str, Any]]]] = {
    "picture": ("picture", "110", 2026, {}),
    "picture-2019": ("picture", "110", 2019, {}),
    "picture-330": ("picture", "330", 2020, {}),
    "picture-390": ("picture", "390", 2019, {}),
    "picture-older": ("picture", "110", 2008, {"part": 16}),
    "resident-late": ("resident-late", "390", 2026, {}),
    "minor": ("minor", "390", 2026, {}),
    "retiree": ("retiree", "110", 2016, {}),
    "long-history": ("long-history", "110", 2024, {}),
    "long-history-410": ("long-history", "410", 1985, {"part": 40}),
    "absent": ("absent", "", None, {}),
    "nothing": ("nothing", "", None, {}),
    "unknown-110": ("unknown-codes", "110", 2026, {}),
    "unknown-110-2023": ("unknown-codes", "110", 2023, {}),
    "unknown-999": ("unknown-codes", "999", 2026, {}),
    "unknown-310": ("unknown-codes", "310", None, {}),
    "waiting": ("picture", "110", 2026, {"rows": "waiting"}),
    "slow": ("picture", "110", 2026, {"rows": "slow"}),
    "failed": ("picture", "110", 2026, {"rows": "failed"}),
}
for _name, (_who, _insurance, _year, _page) in _CONTRIBUTIONS.items():
    CASES[f"contributions.{_name}"] = partial(_contributions, _who, _insurance, _year, **_page)
for _name, (_who, _insurance, _year, _page) in _CONTRIBUTIONS.items():
    if _year is not None:
        CASES[f"year.{_name}"] = partial(_contributions, _who, _insurance, _year, **{**_page, "table": True})
for _row in (13, 49, 52, 57):
    CASES[f"year.long-history-{_row}"] = partial(
        _contributions, "long-history", "110", 2024, table=True, table_part=_row
    )
CASES["year.picture-last-part"] = partial(_contributions, "picture", "110", 2026, table=True, table_part=10)

CASES.update(offline_cases.cases(CASES))

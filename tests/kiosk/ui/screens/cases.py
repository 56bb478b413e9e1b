"""Every state of an open record that the tests build and the pictures show, by name."""

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.visit.actions import Field
from kiosk.visit.states import HomePage, RegistrationPage, Reveal, State
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import MONOTONIC, record
from tests.kiosk.ui.screens.samples import Person

CASES: Final[dict[str, Callable[[], State]]] = {}


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

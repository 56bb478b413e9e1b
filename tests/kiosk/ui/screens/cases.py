"""Every state of an open record that the tests build and the pictures show, by name."""

from collections.abc import Callable
from typing import Final

from kiosk.visit.states import HomePage, State
from tests.kiosk.ui.screens import samples
from tests.kiosk.ui.screens.harness import record

CASES: Final[dict[str, Callable[[], State]]] = {}

for _name, _person in samples.PEOPLE.items():
    CASES[f"home.{_name}"] = lambda person=_person: record(person(), HomePage())
CASES["home.long-history.second"] = lambda: record(samples.long_history(), HomePage(6))

"""The visits that need staff or no card: a clerk looks the planted person up, and the person asks with number and password."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from drivers.card.cardfile import CARDS
from kiosk.sandbox.walk import Walk
from kiosk.sandbox.ways_help import CLERK, listed, member, type_text
from tests.canary.person import CARD_NUMBER, NUMBER, QUERY_PASSWORD, Told
from tests.canary.visits import empty, to_page

SETTINGS: Final[dict[str, dict[str, object]]] = {"staff": {"sign_in_without_card": "yes"}}


def add_clerk(cards: Path) -> None:
    """The clerk of the demo's set, to a folder of cards."""
    shutil.copy(CARDS / f"{CLERK}.toml", cards)


def looked_up_by_staff(walk: Walk) -> Told:
    """Name, password and one-time code typed; the person found, a field opened. Returns what the clerk typed."""
    to_page(walk, "open-staff", "sign-in")
    clerk = member(walk, CLERK)
    assert clerk.code is not None
    _typed(walk, clerk.name, "sign-in")
    _typed(walk, clerk.password, "sign-in")
    type_text(walk, clerk.code)
    walk.kiosk.wait_screen("desk")
    to_page(walk, "open-lookup", "ground")
    listed("ground-present", "whose")(walk)
    type_text(walk, NUMBER)
    walk.kiosk.wait_screen("found")
    look = walk.kiosk.view().look
    walk.kiosk.tap("reveal-name")
    walk.kiosk.wait(lambda view: view.look > look, what="a name in clear")
    walk.kiosk.machine.wait(1.0)
    to_page(walk, "end", "attract")
    return Told(frozenset(), frozenset(), codes=frozenset({clerk.code}), passwords=frozenset({clerk.password}))


def asked_without_a_card(walk: Walk) -> None:
    """The record is opened; nobody ends it."""
    walk.world.central.set_query_password(CARD_NUMBER, QUERY_PASSWORD)
    to_page(walk, "open-query", "query-number")
    type_text(walk, NUMBER)
    walk.kiosk.wait_screen("query-password")
    type_text(walk, QUERY_PASSWORD)
    walk.kiosk.wait_screen("home")
    to_page(walk, "open-accounts", "accounts")
    to_page(walk, "end", "attract")


def played(walk: Walk) -> Told:
    """Both; nobody may find afterwards what was typed."""
    typed = looked_up_by_staff(walk)
    asked_without_a_card(walk)
    return replace(typed, passwords=typed.passwords | {QUERY_PASSWORD})


def _typed(walk: Walk, text: str, screen: str) -> None:
    type_text(walk, text)
    walk.kiosk.wait(lambda view: view.screen == screen and empty(view), what="the next thing to type")

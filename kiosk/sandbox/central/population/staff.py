"""The staff of the simulated world: passwords, tokens, documents that were laid down, people who are protected. All made up."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from drivers.card.cardfile import CardFile
from kiosk.help import AuthorisationKind, Role
from kiosk.sandbox.central.passwords import SALT_BYTES, hashed
from kiosk.sandbox.central.population.people import RegisteredCard, Resident


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """Somebody of the staff. `secret`: of the token for one-time codes (RFC 6238)."""

    number: str
    name: str
    role: Role
    password: str
    secret: bytes
    salt: bytes  # of the password's hash: a synthetic world is the same every time
    card: str
    person: int

    def __repr__(self) -> str:
        return f"Member({self.number})"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A document of the holder of a card file; `days` from the first day on."""

    kind: AuthorisationKind
    reference: str
    card: str
    days: int


AUTHORISATIONS: Final = (
    Authorisation(AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2026-0117", "jinan-1-0", 365),
    Authorisation(AuthorisationKind.POWER_OF_ATTORNEY, "SQ-2025-0999", "jinan-1-0", -1),  # run out
    Authorisation(AuthorisationKind.GUARDIANSHIP, "JH-2026-0042", "jinan-minor", 365),
    Authorisation(AuthorisationKind.KINSHIP, "QS-2026-0007", "jinan-retiree", 365),
    Authorisation(AuthorisationKind.EMPLOYER_LETTER, "DW-2026-0311", "jinan-2-0", 365),
    Authorisation(AuthorisationKind.COURT_ORDER, "FY-2026-0009", "jinan-civil-servant", 365),
)
PROTECTED: Final = frozenset({"jinan-twin-b"})
"""Holders of card files whose record is looked up at the bureau only."""


def members(
    cards: dict[str, CardFile], everybody: Sequence[tuple[Resident, RegisteredCard]], seed: int
) -> tuple[Member, ...]:
    """Of the card files that are a member of staff's."""
    found = []
    for resident, registered in everybody:
        card = cards.get(resident.card) if resident.card is not None else None
        if card is None or card.staff is None:
            continue
        digest = hashlib.sha256(f"{seed}:{card.staff.number}:staff".encode()).digest()
        found.append(
            Member(
                card.staff.number,
                card.staff.name,
                Role(card.staff.role),
                f"Hall-{digest.hex()[:8]}",
                digest[8:28],
                hashlib.sha256(digest).digest()[:SALT_BYTES],
                registered.identification,
                resident.id,
            )
        )
    return tuple(found)


def staff_rows(staff: Sequence[Member]) -> list[dict[str, Any]]:
    """As the table has them."""
    return [
        {
            "number": one.number,
            "name": one.name,
            "role": one.role.value,
            "salt": one.salt,
            "password": hashed(one.password, one.salt),
            "secret": one.secret,
            "card": one.card,
            "person_id": one.person,
            "active": True,
            "on_duty": True,
            "used_step": 0,
        }
        for one in staff
    ]


def authorisation_rows(people: dict[str, int], today: date) -> list[dict[str, Any]]:
    """`people`: ids by card file."""
    return [
        {
            "kind": one.kind.value,
            "reference": one.reference,
            "person_id": people[one.card],
            "until": today + timedelta(days=one.days),
        }
        for one in AUTHORISATIONS
        if one.card in people
    ]


def protected_rows(people: dict[str, int]) -> list[dict[str, Any]]:
    return [{"person_id": people[card]} for card in sorted(PROTECTED) if card in people]

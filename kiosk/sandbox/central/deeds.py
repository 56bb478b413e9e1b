"""The tables of what is done at a kiosk: identity checks, codes, reservations, reports of loss, tickets.

Moments as seconds since 1970; codes as hashes.
"""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.sandbox.central.tables import Base


class IdentityRow(Base):
    """A number that matched in a session. `proved` None: the code to this person's phone is still to come."""

    __tablename__ = "identities"
    session: Mapped[str] = mapped_column(ForeignKey("card_sessions.id"), primary_key=True)
    whose: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(64))  # the register's, or the document's
    phone: Mapped[str | None] = mapped_column(String(11))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  # None: known by the document alone
    relation: Mapped[str | None] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(10))  # IdentityWay
    proved: Mapped[float | None]


class MismatchRow(Base):
    """A number that did not match, so that nobody tries many."""

    __tablename__ = "mismatches"
    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    at: Mapped[float]


class SendingRow(Base):
    """A code that was asked for: sent, or refused because the number is another person's."""

    __tablename__ = "sendings"
    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    device: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(11), index=True)
    sent: Mapped[bool]
    at: Mapped[float]


class CodeRow(Base):
    """A code on its way to be typed. Sent again it stays the same while it holds."""

    __tablename__ = "codes"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(11))
    digest: Mapped[str] = mapped_column(String(64))
    expires: Mapped[float]
    checks: Mapped[int] = mapped_column(default=0)
    matched: Mapped[float | None]


class ReservationRow(Base):
    """A card on its way to be active. Neither `confirmed` nor `cancelled`: it is open, also when it expired.

    `agent_*`: who acted for the holder, 代办人 or 监护人.
    """

    __tablename__ = "reservations"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    session: Mapped[str] = mapped_column(ForeignKey("card_sessions.id"))  # the last one that it was given to
    party: Mapped[str] = mapped_column(String(10))
    relation: Mapped[str | None] = mapped_column(String(20))
    agent_name: Mapped[str | None] = mapped_column(String(64))
    agent_number: Mapped[str | None] = mapped_column(String(18))
    agent_phone: Mapped[str | None] = mapped_column(String(11))
    phone: Mapped[str | None] = mapped_column(String(11))  # confirmed by a code: becomes the one on file
    made: Mapped[float]
    expires: Mapped[float]
    confirmed: Mapped[float | None]
    cancelled: Mapped[float | None]


class ToldRow(Base):
    """A kiosk that knows a reservation: it made it, or was told of it when the card was in its slot."""

    __tablename__ = "reservations_told"
    reservation: Mapped[str] = mapped_column(ForeignKey("reservations.id"), primary_key=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)


class ReservationKeyRow(Base):
    """What an Idempotency-Key reserved. `reservation` None: the key was cancelled before its request came."""

    __tablename__ = "reservation_keys"
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reservation: Mapped[str | None] = mapped_column(ForeignKey("reservations.id"), index=True)


class LossReportRow(Base):
    """A temporary report of loss. `until` None: it stays until it is lifted."""

    __tablename__ = "loss_reports"
    reference: Mapped[str] = mapped_column(String(24), primary_key=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    at: Mapped[float]
    until: Mapped[date | None]
    lifted: Mapped[bool] = mapped_column(default=False)


class TicketRow(Base):
    """What a ticket for the counter stands for."""

    __tablename__ = "tickets"
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    card: Mapped[str] = mapped_column(ForeignKey("cards.identification"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[float]
    until: Mapped[float]

"""The tables of staff: who they are, what they looked at and why, what they did for others. Moments as seconds since 1970."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.sandbox.central.tables import Base


class StaffRow(Base):
    """Somebody who works in a hall. `person_id`: who that is, for the own record. `used_step`: of the last one-time code."""

    __tablename__ = "staff"
    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(10), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    password: Mapped[bytes] = mapped_column(LargeBinary)  # scrypt
    secret: Mapped[bytes] = mapped_column(LargeBinary)  # of the token, RFC 6238
    card: Mapped[str | None] = mapped_column(ForeignKey("cards.identification"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    active: Mapped[bool] = mapped_column(default=True)
    on_duty: Mapped[bool] = mapped_column(default=True)  # by the roster, now
    used_step: Mapped[int] = mapped_column(BigInteger, default=0)


class AttemptRow(Base):
    """Wrong sign-ins on end under a name, whether there is such a name or not."""

    __tablename__ = "sign_in_attempts"
    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    wrong: Mapped[int]
    last: Mapped[float]
    until: Mapped[float]


class StaffSessionRow(Base):
    """`card_session`: of the staff card in the slot; None: signed in without one."""

    __tablename__ = "staff_sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.number"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    card_session: Mapped[str | None] = mapped_column(ForeignKey("card_sessions.id"), index=True)
    opened: Mapped[float]
    expires: Mapped[float]
    ended: Mapped[float | None]
    second: Mapped[str | None] = mapped_column(ForeignKey("staff.number"))  # a supervisor, for the next look-up
    second_until: Mapped[float] = mapped_column(default=0.0)


class AuthorisationRow(Base):
    """A document by which somebody may see another's record, as it was laid down at the counter."""

    __tablename__ = "authorisations"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))  # whose record
    until: Mapped[date]


class ProtectedRow(Base):
    """重点人员: looked up at the bureau only."""

    __tablename__ = "protected_persons"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)


class LookupRow(Base):
    """Central's own record of every look-up that was asked for. `told_in`: the own visit in which its person was told;
    `told`: that visit is over."""

    __tablename__ = "lookups"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("staff_sessions.id"), index=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.number"), index=True)
    second: Mapped[str | None] = mapped_column(ForeignKey("staff.number"))
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    ground: Mapped[str] = mapped_column(String(12))
    document: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(24))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[float]
    told_in: Mapped[str | None] = mapped_column(ForeignKey("card_sessions.id"))
    told: Mapped[bool] = mapped_column(default=False)
    handed_over: Mapped[float | None]


class RevealRow(Base):
    """One field that was shown in clear."""

    __tablename__ = "reveals"
    id: Mapped[int] = mapped_column(primary_key=True)
    lookup: Mapped[str] = mapped_column(ForeignKey("lookups.id"), index=True)
    field: Mapped[str] = mapped_column(String(12))
    at: Mapped[float]


class AlarmRow(Base):
    """To the supervisors: a clerk's look-ups are too many."""

    __tablename__ = "staff_alarms"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.number"), index=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    at: Mapped[float]


class TakenRow(Base):
    """Who took a hand-off ticket."""

    __tablename__ = "tickets_taken"
    code: Mapped[str] = mapped_column(ForeignKey("tickets.code"), primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.number"))
    at: Mapped[float]


class CounterRow(Base):
    """What else a member of staff did for somebody: a slip shown again, an identity confirmed."""

    __tablename__ = "staff_deeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.number"))
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    deed: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(64))  # the slip's reference, or the card session
    at: Mapped[float]

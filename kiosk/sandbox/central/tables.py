"""The tables. Money in fen, months as `Month.ordinal`, moments as seconds since 1970; card and session secrets as hashes."""

from datetime import date

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the reference service."""


class Seeded(Base):
    """Which population the database holds: another fingerprint means that it is built anew."""

    __tablename__ = "seeded"
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)


class Device(Base):
    """A kiosk that may ask: known by the common name of its certificate."""

    __tablename__ = "devices"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    area: Mapped[str] = mapped_column(String(6))


class ChallengeRow(Base):
    """A challenge that was handed out. Good for one card session of one device."""

    __tablename__ = "challenges"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    proc8: Mapped[str] = mapped_column(String(16))
    orig8: Mapped[str] = mapped_column(String(16))
    expires: Mapped[float]
    used: Mapped[bool] = mapped_column(default=False)


class IdempotentAnswer(Base):
    """What was answered to a key: the same again, and never the deed twice."""

    __tablename__ = "idempotent_answers"
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))  # SHA-256 of method, path and body
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)  # compressed (zlib)
    created: Mapped[float] = mapped_column(index=True)


class HeartbeatRow(Base):
    """The last sign of life of a device."""

    __tablename__ = "heartbeats"
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    at: Mapped[float]
    version: Mapped[str] = mapped_column(String(40))
    reader: Mapped[str] = mapped_column(String(40))
    uptime_s: Mapped[int] = mapped_column(BigInteger)
    card_forgotten: Mapped[bool]
    failures: Mapped[list[str]] = mapped_column(JSON)


class BodyRow(Base):
    """A body that answers for facts. `lag_hours`: how old its data is when it comes."""

    __tablename__ = "bodies"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_confirmed: Mapped[bool]
    address: Mapped[str | None] = mapped_column(String(200))
    lag_hours: Mapped[int]


class Person(Base):
    """A resident. `posted`: the books (rows, accounts, entries) have been written out of the seed."""

    __tablename__ = "persons"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(32), index=True)
    born: Mapped[date]
    phone: Mapped[str | None] = mapped_column(String(11), index=True)
    on_file: Mapped[bool] = mapped_column(default=True)  # in the register of persons, so that identity can be compared
    posted: Mapped[bool] = mapped_column(default=False)


class Card(Base):
    """The register of cards: ATR, identification code, card number and holder belong together."""

    __tablename__ = "cards"
    identification: Mapped[str] = mapped_column(String(32), primary_key=True)
    atr: Mapped[str] = mapped_column(String(66))
    number: Mapped[str] = mapped_column(String(9), index=True)
    area: Mapped[str] = mapped_column(String(6))
    algorithm: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(20))
    expires: Mapped[date | None]
    bank: Mapped[str | None] = mapped_column(String(100))  # whose account is on it
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))


class CardSessionRow(Base):
    """One card in one kiosk's slot, or the session of somebody without one (`access`). `offers`: `contract.Next`; `token_hash`
    None: nothing more may be done in it."""

    __tablename__ = "card_sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    card: Mapped[str | None] = mapped_column(ForeignKey("cards.identification"))
    verdict: Mapped[str] = mapped_column(String(20))
    card_status: Mapped[str | None] = mapped_column(String(20))
    offers: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    expires: Mapped[float]
    ended: Mapped[bool] = mapped_column(default=False)
    pin_stated: Mapped[bool] = mapped_column(default=False)
    access: Mapped[str] = mapped_column(String(20), default="card")  # `help.Access`: how the person came to the record
    staff: Mapped[str | None] = mapped_column(String(10))  # whose staff card it is: no record opens in it


class LossListRow(Base):
    """The newest list of lost cards, as it was signed."""

    __tablename__ = "loss_list"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    issued: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    cards: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class NoticeRow(Base):
    """To one person, or to the hall where `person_id` is None."""

    __tablename__ = "notices"
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    text_en: Mapped[str] = mapped_column(String(500))


class RegistrationRow(Base):
    """One insurance of one person."""

    __tablename__ = "registrations"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    insurance: Mapped[str] = mapped_column(String(20))
    person_status: Mapped[str] = mapped_column(String(20))
    payment_status: Mapped[str] = mapped_column(String(20))
    since: Mapped[int | None]
    until: Mapped[int | None]
    merged_into: Mapped[str | None] = mapped_column(String(20))
    payer_kind: Mapped[str | None] = mapped_column(String(20))
    payer: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    yearly: Mapped[bool]  # one payment covers a year of insurance (resident schemes, large-expense aid)
    pays: Mapped[bool]  # contribution rows exist or are due
    entitlement: Mapped[str | None] = mapped_column(String(30))  # fixed reason; None: by enrolments, or no such notion
    by_enrolment: Mapped[bool]
    entitlement_absent: Mapped[str | None] = mapped_column(String(30))


class EnrolmentRow(Base):
    """Facts of one insurance year of the resident scheme, from which entitlement follows (resident_medical.py)."""

    __tablename__ = "enrolments"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    paid_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    newborn: Mapped[bool]
    funded: Mapped[bool]


class ContributionRowRow(Base):
    """One booked row. A month may have several, corrections may be negative."""

    __tablename__ = "contributions"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # order of booking within the insurance
    month: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    kind_code: Mapped[str] = mapped_column(String(20))
    base: Mapped[int | None] = mapped_column(BigInteger)
    employer: Mapped[int | None] = mapped_column(BigInteger)
    own: Mapped[int | None] = mapped_column(BigInteger)
    arrived: Mapped[bool | None]
    arrived_on: Mapped[date | None]
    payer: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (Index("contributions_by_month", "person_id", "insurance", "month", "position"),)


class AccountRow(Base):
    """The year's figures of a personal account; `absent` says why there are none."""

    __tablename__ = "accounts"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    absent: Mapped[str | None] = mapped_column(String(30))
    year: Mapped[int]
    opening: Mapped[int] = mapped_column(BigInteger)
    income: Mapped[int] = mapped_column(BigInteger)
    outgo: Mapped[int] = mapped_column(BigInteger)


class EntryRow(Base):
    """One movement of an account."""

    __tablename__ = "account_entries"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    insurance: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int | None] = mapped_column(BigInteger)

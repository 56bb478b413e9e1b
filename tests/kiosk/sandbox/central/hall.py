"""Central's deeds without HTTP: a register of a few people and cards, two kiosks, a clock that the test moves.

Each method is one request: one transaction of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from kiosk.central.contract import CodeRequest, Document, IdentityRequest, Next, ReservationRequest
from kiosk.model import CardStatus
from kiosk.sandbox.central import activation, codes, counter, reservations
from kiosk.sandbox.central.database import open_database, sessions
from kiosk.sandbox.central.deeds import IdentityRow, ReservationKeyRow, ReservationRow, ToldRow
from kiosk.sandbox.central.phones import Phones
from kiosk.sandbox.central.population.people import id_check
from kiosk.sandbox.central.reports import lift
from kiosk.sandbox.central.sessions import CHINA, age
from kiosk.sandbox.central.tables import Base, Card, CardSessionRow, Device, Person
from kiosk.services import (
    GUARDIAN_AGE,
    Cancellation,
    CheckedCode,
    CodeFor,
    Confirmation,
    Eligibility,
    Identity,
    LossReport,
    Party,
    Relation,
    Reservation,
    ReservationState,
    SentCode,
    Ticket,
    TicketReason,
)

START = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA).timestamp()
A, B = "kiosk-01", "kiosk-02"


def number(born: str, serial: int) -> str:
    body = f"370101{born}{serial:03d}"
    return body + id_check(body)


HOLDER = number("20010520", 123)
CHILD = number("20180910", 113)
PARENT = number("19900101", 105)
ELDER = number("19431018", 214)
YOUTH = number("20100303", 331)  # 16 years old: acts for oneself, for nobody else
STRANGER = number("19770707", 177)  # of whom central knows nothing
UNREGISTERED = number("19850505", 155)  # whose card central has, and not the person

PEOPLE = (
    (1, "测试甲", HOLDER, "13800000001", True),
    (2, "测小童", CHILD, None, True),
    (3, "测家长", PARENT, "13800000003", True),
    (4, "测长寿", ELDER, None, True),
    (5, "测少年", YOUTH, "13800000005", True),
    (6, "测不详", UNREGISTERED, "13800000006", False),
)


@cache
def _register() -> bytes:
    """The database of the morning."""
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/made.sqlite")
        Base.metadata.create_all(engine)
        with sessions(engine).begin() as db:
            db.add_all(Device(id=device, area="370100") for device in (A, B))
            for id_, name, written, phone, on_file in PEOPLE:
                born = date(int(written[6:10]), int(written[10:12]), int(written[12:14]))
                db.add(Person(id=id_, name=name, number=written, born=born, phone=phone, on_file=on_file))
                db.flush()
                db.add(
                    Card(
                        identification=f"{id_:032X}",
                        atr="3B00",
                        number=f"A{id_:08}",
                        area="370100",
                        algorithm="DES",
                        status=CardStatus.NOT_ACTIVATED.value,
                        expires=None,
                        bank="示例银行",
                        person_id=id_,
                    )
                )
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        engine.dispose()
        return Path(folder, "made.sqlite").read_bytes()


class Hall:
    """Cards are named by the person's ID number."""

    def __init__(self, folder: Path) -> None:
        file = folder / "central.sqlite"
        file.write_bytes(_register())
        self.engine: Engine = open_database(f"sqlite:///{file}")
        self._sessions = sessions(self.engine)
        self.phones = Phones()
        self.now = START
        self._count = 0

    def close(self) -> None:
        self.engine.dispose()

    def forget(self) -> None:
        """It is the morning again: nothing was asked yet."""
        self.now = START
        with self.db() as db:
            for table in (ToldRow, ReservationKeyRow, ReservationRow, IdentityRow, CardSessionRow):
                db.execute(delete(table))
            db.execute(update(Card).values(status=CardStatus.NOT_ACTIVATED.value))

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, CHINA).date()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span).total_seconds()

    @contextmanager
    def db(self) -> Iterator[Session]:
        with self._sessions.begin() as db:
            yield db

    @contextmanager
    def _in(self, session: str) -> Iterator[tuple[Session, CardSessionRow, Card, Person]]:
        with self._sessions.begin() as db:
            row = db.get(CardSessionRow, session)
            assert row is not None
            card = db.get(Card, row.card)
            assert card is not None
            person = db.get(Person, card.person_id)
            assert person is not None
            yield db, row, card, person

    # --- what the world does ----------------------------------------------------------------------------------------

    def status(self, holder: str) -> CardStatus:
        with self.db() as db:
            lift(db, self.today)
            return CardStatus(self._card(db, holder).status)

    def set_status(self, holder: str, status: CardStatus) -> None:
        with self.db() as db:
            self._card(db, holder).status = status.value

    def phone(self, holder: str) -> str | None:
        with self.db() as db:
            return db.query(Person).filter(Person.number == holder).one().phone

    def recorded(self, reservation: str) -> ReservationRow:
        with self.db() as db:
            row = db.get(ReservationRow, reservation)
            assert row is not None
            return row

    def arrived(self, phone: str) -> list[str]:
        """The codes on a phone."""
        return [one.text for one in self.phones.messages() if one.phone == phone]

    def _card(self, db: Session, holder: str) -> Card:
        person = db.query(Person).filter(Person.number == holder).one()
        return db.query(Card).filter(Card.person_id == person.id).one()

    # --- what kiosks ask ----------------------------------------------------------------------------------------------

    def insert(self, holder: str, device: str = A, *, stated: bool = False) -> str:
        """The card is in a kiosk's slot: its session."""
        self._count += 1
        with self.db() as db:
            card = self._card(db, holder)
            normal = CardStatus(card.status) is CardStatus.NORMAL
            offers = Next.ASK_PIN if normal else Next.OFFER_ACTIVATION
            row = CardSessionRow(
                id=f"session-{self._count:04}",
                device=device,
                card=card.identification,
                verdict="genuine",
                card_status=card.status,
                offers=offers.value,
                token_hash="0" * 64,
                expires=self.now + 1800,
                pin_stated=stated,
            )
            db.add(row)
            return row.id

    def eligibility(self, session: str) -> Eligibility:
        with self._in(session) as (db, row, card, person):
            return activation.eligibility(db, row.device, card, person, self.today)

    def prove(
        self, session: str, whose: Party, written: str, relation: Relation | None = None, name: str | None = None
    ) -> Identity:
        shown = None if name is None else Document(name)
        with self._in(session) as (db, row, card, person):
            request = IdentityRequest(whose, relation, written, shown)
            return activation.prove_identity(db, row, card, person, request, self.now, self.today)

    def send(self, session: str, phone: str | None = None) -> SentCode:
        """For the identity; with a phone: to that."""
        request = CodeRequest(CodeFor.IDENTITY if phone is None else CodeFor.PHONE, phone)
        with self._in(session) as (db, row, card, person):
            return codes.send(db, self.phones, row.device, row, card, person, request, self.now)

    def check(self, session: str, code: str | None, text: str) -> CheckedCode:
        assert code is not None
        with self._in(session) as (db, row, card, _):
            return codes.check(db, row, card, code, text, self.now)

    def reserve(
        self,
        session: str,
        key: str,
        party: Party = Party.HOLDER,
        relation: Relation | None = None,
        phone: str | None = None,
    ) -> Reservation:
        with self._in(session) as (db, row, card, person):
            new = codes.confirmed_phone(db, card, phone, self.now - 900) if phone is not None else None
            asking = reservations.Asking(
                row.device,
                key,
                row,
                card,
                person,
                ReservationRequest(party, relation, phone),
                activation.acting(db, row),
                new,
                age(person.born, self.today) < GUARDIAN_AGE,
            )
            return reservations.reserve(db, asking, self.now, self.today)

    def confirm(self, reservation: str | None, device: str = A) -> Confirmation:
        assert reservation is not None
        with self.db() as db:
            return reservations.confirm(db, device, reservation, self.now)

    def cancel(self, reservation: str | None, device: str = A) -> Cancellation:
        assert reservation is not None
        with self.db() as db:
            return reservations.cancel(db, device, reservation, self.now)

    def cancel_key(self, key: str, device: str = A) -> Cancellation:
        with self.db() as db:
            return reservations.cancel_key(db, device, key, self.now)

    def state(self, reservation: str | None, device: str = A) -> ReservationState:
        assert reservation is not None
        with self.db() as db:
            return reservations.state(db, device, reservation, self.now)

    def report_loss(self, session: str) -> LossReport:
        with self._in(session) as (db, row, card, _):
            return counter.report_loss(db, row.device, row, card, self.now, self.today)

    def ticket(self, session: str, reason: TicketReason) -> Ticket:
        with self._in(session) as (db, row, card, _):
            return counter.ticket(db, row.device, card, reason, self.now)

    # --- several at once ------------------------------------------------------------------------------------------------

    def proved(self, holder: str = HOLDER, device: str = A) -> str:
        """A session in which a grown-up holder has shown who one is, by the ID card."""
        session = self.insert(holder, device)
        name = next(name for _, name, written, _, _ in PEOPLE if written == holder)
        self.prove(session, Party.HOLDER, holder, name=name)
        return session

    def reserved(self, holder: str = HOLDER, device: str = A, key: str = "key-of-the-journal") -> Reservation:
        made = self.reserve(self.proved(holder, device), key)
        assert made.reservation is not None
        return made

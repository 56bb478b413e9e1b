"""The staff's routes of the simulator's own port."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.central.decode import adapter
from kiosk.help import AuthorisationKind, Ground, LookupOutcome, LookupRefusal, RevealField
from kiosk.sandbox.central.population.staff import Member
from kiosk.sandbox.central.staff_seen import SeenAlarm, SeenAuthorisation, SeenLookup, SeenStaff, StaffStanding
from kiosk.sandbox.central.staff_tables import AlarmRow, AuthorisationRow, LookupRow, RevealRow, StaffRow
from kiosk.sandbox.central.tables import Card, Person
from kiosk.sandbox.central.totp import DRIFT, code_at, step_of
from kiosk.sandbox.central.web import Service


def staff_routes(service: Service) -> list[Route]:
    """Each gives the types of `staff_seen.py` as JSON."""

    async def staff(_request: Request) -> Response:
        found = await run_in_threadpool(_staff, service)
        return Response(adapter(list[SeenStaff]).dump_json(found), media_type="application/json")

    async def set_staff(request: Request) -> Response:
        standing = adapter(StaffStanding).validate_json(await request.body())
        found = await run_in_threadpool(_set, service, request.path_params["number"], standing)
        return Response(status_code=204 if found else 404)

    async def lookups(_request: Request) -> Response:
        found = await run_in_threadpool(_lookups, service)
        return Response(adapter(list[SeenLookup]).dump_json(found), media_type="application/json")

    async def alarms(_request: Request) -> Response:
        found = await run_in_threadpool(_alarms, service)
        return Response(adapter(list[SeenAlarm]).dump_json(found), media_type="application/json")

    async def authorisations(_request: Request) -> Response:
        found = await run_in_threadpool(_authorisations, service)
        return Response(adapter(list[SeenAuthorisation]).dump_json(found), media_type="application/json")

    return [
        Route("/staff", staff, methods=["GET"]),
        Route("/staff/{number}", set_staff, methods=["PUT"]),
        Route("/lookups", lookups, methods=["GET"]),
        Route("/alarms", alarms, methods=["GET"]),
        Route("/authorisations", authorisations, methods=["GET"]),
    ]


def _staff(service: Service) -> list[SeenStaff]:
    with service.sessions.begin() as db:
        return [_seen(db, one, service.now()) for one in service.staff]


def _seen(db: Session, member: Member, now: float) -> SeenStaff:
    row, card, person = (
        db.get_one(StaffRow, member.number),
        db.get_one(Card, member.card),
        db.get_one(Person, member.person),
    )
    step = max(step_of(now), row.used_step + 1)
    code = code_at(member.secret, step) if step <= step_of(now) + DRIFT else None
    return SeenStaff(
        member.number,
        member.name,
        member.role,
        member.password,
        code,
        card.number,
        person.number,
        row.active,
        row.on_duty,
    )


def _set(service: Service, number: str, standing: StaffStanding) -> bool:
    with service.sessions.begin() as db:
        changed = db.execute(
            update(StaffRow)
            .where(StaffRow.number == number)
            .values(active=standing.active, on_duty=standing.on_duty)
            .returning(StaffRow.number)
        )
        return changed.first() is not None


def _lookups(service: Service) -> list[SeenLookup]:
    with service.sessions.begin() as db:
        return [_line(db, row) for row in db.scalars(select(LookupRow).order_by(LookupRow.at))]


def _line(db: Session, row: LookupRow) -> SeenLookup:
    person = db.get(Person, row.person_id) if row.person_id is not None else None
    fields = db.scalars(select(RevealRow.field).where(RevealRow.lookup == row.id).order_by(RevealRow.id))
    return SeenLookup(
        row.at,
        row.staff,
        row.second,
        row.device,
        Ground(row.ground),
        AuthorisationKind(row.document) if row.document is not None else None,
        row.reference,
        person.number if person is not None else None,
        LookupOutcome(row.outcome),
        LookupRefusal(row.why) if row.why is not None else None,
        tuple(RevealField(field) for field in fields),
        row.handed_over is not None,
        row.told,
    )


def _alarms(service: Service) -> list[SeenAlarm]:
    with service.sessions.begin() as db:
        return [SeenAlarm(row.staff, row.device, row.at) for row in db.scalars(select(AlarmRow).order_by(AlarmRow.at))]


def _authorisations(service: Service) -> list[SeenAuthorisation]:
    with service.sessions.begin() as db:
        rows = db.execute(
            select(AuthorisationRow, Person.number)
            .join(Person, Person.id == AuthorisationRow.person_id)
            .order_by(AuthorisationRow.reference)
        ).all()
        return [
            SeenAuthorisation(AuthorisationKind(one.kind), one.reference, number, one.until) for one, number in rows
        ]

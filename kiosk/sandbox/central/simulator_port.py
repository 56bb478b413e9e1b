"""The simulator's own port: plain HTTP on loopback, never the TLS port. Tests and the demo's dock drive it by `simulator.py`."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.central.decode import adapter
from kiosk.model import CardStatus
from kiosk.sandbox.central import audit_port, query_port
from kiosk.sandbox.central.deeds import LossReportRow, ReservationRow, TicketRow, ToldRow
from kiosk.sandbox.central.faults import Conditions, Fault, Recorded, SignOfLife
from kiosk.sandbox.central.reports import lift
from kiosk.sandbox.central.reservations import standing
from kiosk.sandbox.central.seen import Message, SeenCard, SeenChain, SeenQuery, SeenReport, SeenReservation, SeenTicket
from kiosk.sandbox.central.staff_port import staff_routes
from kiosk.sandbox.central.staff_tables import StaffSessionRow
from kiosk.sandbox.central.tables import Card, CardSessionRow, HeartbeatRow, Person
from kiosk.sandbox.central.web import Service
from kiosk.sandbox.central.world import World
from kiosk.services import Party, Relation, TicketReason


def simulator_app(world: World, service: Service) -> Starlette:
    """Each route takes and gives the types of `faults.py` and `seen.py` as JSON."""

    def answer(kind: Any, value: object) -> Response:
        return Response(adapter(kind).dump_json(value), media_type="application/json")

    async def add_fault(request: Request) -> Response:
        world.add(adapter(Fault).validate_json(await request.body()))
        return Response(status_code=204)

    async def clear_faults(_request: Request) -> Response:
        world.clear()
        world.release()
        return Response(status_code=204)

    async def waiting(_request: Request) -> Response:
        return answer(int, world.waiting)

    async def get_conditions(_request: Request) -> Response:
        return answer(Conditions, world.conditions)

    async def set_conditions(request: Request) -> Response:
        world.conditions = adapter(Conditions).validate_json(await request.body())
        return Response(status_code=204)

    async def recording(_request: Request) -> Response:
        return answer(list[Recorded], world.recording())

    async def forget(_request: Request) -> Response:
        world.forget()
        return Response(status_code=204)

    async def held(_request: Request) -> Response:
        return answer(int, world.held)

    async def release(_request: Request) -> Response:
        world.release()
        return Response(status_code=204)

    async def set_card(request: Request) -> Response:
        status = adapter(CardStatus).validate_json(await request.body())
        found = await run_in_threadpool(_set_card, service, request.path_params["number"], status)
        return Response(status_code=204 if found else 404)

    async def card(request: Request) -> Response:
        found = await run_in_threadpool(_seen, service, request.path_params["number"])
        return Response(status_code=404) if found is None else answer(SeenCard, found)

    async def set_query_password(request: Request) -> Response:
        password = adapter(str | None).validate_json(await request.body())
        found = await run_in_threadpool(query_port.reset, service, request.path_params["number"], password)
        return Response(status_code=204 if found else 404)

    async def audits(_request: Request) -> Response:
        return answer(list[SeenChain], await run_in_threadpool(audit_port.chains, service))

    async def queries(_request: Request) -> Response:
        return answer(list[SeenQuery], await run_in_threadpool(query_port.recorded, service))

    async def first_day(_request: Request) -> Response:
        await run_in_threadpool(_first_day, service)
        return Response(status_code=204)

    async def messages(_request: Request) -> Response:
        return answer(list[Message], service.phones.messages())

    async def expire_sessions(_request: Request) -> Response:
        await run_in_threadpool(_expire, service)
        return Response(status_code=204)

    async def heartbeats(_request: Request) -> Response:
        return answer(list[SignOfLife], await run_in_threadpool(_heartbeats, service))

    def route(path: str, **methods: Callable[[Request], Any]) -> list[Route]:
        return [Route(path, endpoint, methods=[method]) for method, endpoint in methods.items()]

    return Starlette(
        routes=[
            *route("/faults", GET=waiting, POST=add_fault, DELETE=clear_faults),
            *route("/conditions", GET=get_conditions, PUT=set_conditions),
            *route("/recording", GET=recording, DELETE=forget),
            *route("/held", GET=held, DELETE=release),
            *route("/cards/{number}", GET=card, PUT=set_card),
            *route("/query-passwords/{number}", PUT=set_query_password),
            *route("/audits", GET=audits),
            *route("/queries", GET=queries),
            *route("/deeds", DELETE=first_day),
            *route("/messages", GET=messages),
            *route("/sessions", DELETE=expire_sessions),
            *route("/heartbeats", GET=heartbeats),
            *staff_routes(service),
        ]
    )


def _first_day(service: Service) -> None:
    with service.sessions.begin() as db:
        service.first_day(db)


def _set_card(service: Service, number: str, status: CardStatus) -> bool:
    with service.sessions.begin() as db:
        changed = db.execute(
            update(Card).where(Card.number == number).values(status=status.value).returning(Card.number)
        )
        return changed.first() is not None


def _seen(service: Service, number: str) -> SeenCard | None:
    with service.sessions.begin() as db:
        lift(db, service.today())
        card = db.scalars(select(Card).where(Card.number == number)).first()
        if card is None:
            return None
        holder = db.get(Person, card.person_id)
        rows = db.scalars(
            select(ReservationRow).where(ReservationRow.card == card.identification).order_by(ReservationRow.made)
        )
        reports = db.scalars(
            select(LossReportRow).where(LossReportRow.card == card.identification).order_by(LossReportRow.at)
        )
        tickets = db.scalars(select(TicketRow).where(TicketRow.card == card.identification).order_by(TicketRow.at))
        return SeenCard(
            card.number,
            CardStatus(card.status),
            holder.phone if holder is not None else None,
            tuple(_seen_reservation(db, row, service.now()) for row in rows),
            tuple(SeenReport(row.reference, row.until, row.lifted) for row in reports),
            tuple(SeenTicket(row.code, TicketReason(row.reason)) for row in tickets),
        )


def _seen_reservation(db: Session, row: ReservationRow, now: float) -> SeenReservation:
    told = db.scalars(select(ToldRow.device).where(ToldRow.reservation == row.id).order_by(ToldRow.device))
    return SeenReservation(
        row.id,
        row.reference,
        row.device,
        tuple(told),
        standing(row, now),
        Party(row.party),
        Relation(row.relation) if row.relation is not None else None,
        row.agent_name,
        row.agent_number,
        row.agent_phone,
        row.phone,
    )


def _expire(service: Service) -> None:
    with service.sessions.begin() as db:
        db.execute(update(CardSessionRow).values(expires=time.time() - 1))
        db.execute(update(StaffSessionRow).values(expires=time.time() - 1))


def _heartbeats(service: Service) -> list[SignOfLife]:
    with service.sessions.begin() as db:
        return [
            SignOfLife(
                row.device,
                row.at,
                row.version,
                row.reader,
                row.uptime_s,
                row.card_forgotten,
                tuple(row.failures),
            )
            for row in db.scalars(select(HeartbeatRow).order_by(HeartbeatRow.device))
        ]

"""From settings to running servers: the contract over mutual TLS and the simulator's port beside it."""

import argparse
import asyncio
import contextlib
import json
import logging
import signal
import ssl
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from drivers.card.cardfile import KEYS_FILE, CardFileError, load_cards, load_keys
from drivers.card.layout import Algorithm
from kiosk.help import QueryRules
from kiosk.region import RegionProfile
from kiosk.region import load as load_region
from kiosk.sandbox.central import api as looking
from kiosk.sandbox.central import api_audit as auditing
from kiosk.sandbox.central import api_deeds as doing
from kiosk.sandbox.central import api_query as without_card
from kiosk.sandbox.central import api_staff as helping
from kiosk.sandbox.central import documents
from kiosk.sandbox.central.database import open_database, sessions
from kiosk.sandbox.central.losses import load_signer
from kiosk.sandbox.central.outer import Outer, methods_of
from kiosk.sandbox.central.peer import PeerProtocol
from kiosk.sandbox.central.phones import Phones
from kiosk.sandbox.central.population.seed import AREAS, post_books, seed
from kiosk.sandbox.central.problems import ProblemError, on_http, on_invalid, on_problem
from kiosk.sandbox.central.query_desk import QueryDesk, desk_secret
from kiosk.sandbox.central.sessions import moment
from kiosk.sandbox.central.settings import CentralSettings
from kiosk.sandbox.central.simulator_port import simulator_app
from kiosk.sandbox.central.verdict import KeyModule
from kiosk.sandbox.central.web import Service
from kiosk.sandbox.central.world import World
from kiosk.sandbox.pki import ensure

log = logging.getLogger("kiosk.central")

REGIONS = Path(__file__).resolve().parents[3] / "assets" / "regions"
LOOPBACK = "127.0.0.1"
DEMO_PKI = Path(__file__).resolve().parents[3] / "build" / "demo-pki"


def build_api(service: Service | None = None) -> FastAPI:
    """The contract's routes. Without a service only the document can be made of it."""
    api = FastAPI(
        title=documents.TITLE,
        description=documents.DESCRIPTION,
        version="1.0.0",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            ProblemError: on_problem,
            RequestValidationError: on_invalid,
            HTTPException: on_http,
        },
    )
    api.include_router(looking.router)
    api.include_router(doing.router)
    api.include_router(helping.router)
    api.include_router(without_card.router)
    api.include_router(auditing.router)
    api.state.service = service
    api.state.methods_of = methods_of
    return api


def query_rules(devices: Sequence[tuple[str, str]]) -> dict[str, QueryRules]:
    """What each kiosk's region shows without a card; a kiosk whose region has no profile has no such look-up."""
    profiles = {area: load_region(REGIONS, area) for area in {area for _, area in devices}}
    return {name: profile.query for name, area in devices if isinstance(profile := profiles[area], RegionProfile)}


class _Server(uvicorn.Server):
    """Signals are handled once for all servers of the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: Any, host: str, port: int, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        **more,
    )


def build_service(settings: CentralSettings, database: str, world: World) -> Service:
    """Open and seed the database. Raises sqlalchemy's errors, CardFileError, OSError."""
    cards = load_cards(settings.cards)
    masters = load_keys(settings.keys)
    list_signer = load_signer(settings.list_key_file)
    engine = open_database(database)

    def now() -> float:
        return time.time() + world.conditions.ahead_seconds

    def today() -> date:
        if settings.today is None:
            return moment(now()).date()
        return settings.today + timedelta(seconds=world.conditions.ahead_seconds)

    known = seed(engine, cards, settings.devices, settings.seed, settings.population, today())
    held = {algorithm: key for algorithm in Algorithm if (key := masters.of(algorithm)) is not None}
    return Service(
        sessions=sessions(engine),
        keys=KeyModule(held),
        world=world,
        areas=AREAS,
        today=today,
        session_seconds=settings.session_seconds,
        post_books=lambda db, person: post_books(db, person, known),
        clerk=ThreadPoolExecutor(1, "clerk"),
        list_signer=list_signer,
        phones=Phones(),
        now=now,
        first_day=known.first_day,
        staff=known.staff,
        query=QueryDesk(desk_secret(list_signer), query_rules(settings.devices)),
    )


async def run(settings: CentralSettings, database: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    world = World()
    service = build_service(settings, database, world)
    main_server = _Server(
        _config(
            Outer(build_api(service), world),
            settings.host,
            settings.port,
            http=PeerProtocol,
            ssl_certfile=str(settings.cert_file),
            ssl_keyfile=str(settings.key_file),
            ssl_ca_certs=str(settings.ca_file),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
        )
    )
    servers = [main_server]
    tasks = [asyncio.create_task(main_server.serve())]
    addresses = {"base_url": f"https://{settings.host}:{await _port(main_server, tasks[0])}"}
    if settings.simulator_port is not None:
        simulator = _Server(_config(simulator_app(world, service), LOOPBACK, settings.simulator_port))
        servers.append(simulator)
        tasks.append(asyncio.create_task(simulator.serve()))
        addresses["simulator"] = f"http://{LOOPBACK}:{await _port(simulator, tasks[1])}"
    log.info("listening %s", " ".join(f"{name}={where}" for name, where in addresses.items()))
    if settings.ready_file is not None:
        settings.ready_file.write_text(json.dumps(addresses) + "\n", "utf-8")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    world.stopping.set()
    world.release()
    for server in servers:
        server.should_exit = True
        server.force_exit = True
    await asyncio.gather(*tasks)
    service.clerk.shutdown(cancel_futures=True)


async def _port(server: uvicorn.Server, task: "asyncio.Task[None]") -> int:
    """The port that the system gave. Raises what the server raised when it does not come up."""
    while not server.started:
        if task.done():
            task.result()
            raise OSError("the server did not start")
        await asyncio.sleep(0.005)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def serve(settings: CentralSettings) -> None:
    """Run the service until SIGTERM or SIGINT. Raises OSError when a port is taken or a file cannot be read."""
    with contextlib.ExitStack() as stack:
        database = settings.database
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-central-"))
            database = f"sqlite:///{folder}/central.sqlite"
        asyncio.run(run(settings, database))


def arguments() -> argparse.ArgumentParser:
    """The command line, shared with `python -m kiosk central`."""
    parser = argparse.ArgumentParser(prog="kiosk central", description="The reference central service")
    parser.add_argument("--ca", type=Path, metavar="PEM", help="CA of the kiosks' certificates; without: the demo's")
    parser.add_argument("--cert", type=Path, metavar="PEM", help="the service's certificate")
    parser.add_argument("--key", type=Path, metavar="PEM", help="the service's key")
    parser.add_argument("--list-key", type=Path, metavar="PEM", help="the Ed25519 key that signs loss lists")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8443, help="0: any free one")
    parser.add_argument("--simulator-port", type=int, default=None, help="loopback only; none: no faults, no recording")
    parser.add_argument(
        "--database", default=None, metavar="URL", help="sqlite:///… or postgresql://…; none: temporary"
    )
    parser.add_argument(
        "--device",
        action="append",
        default=[],
        metavar="NAME=AREA",
        help="a kiosk by its certificate's common name, with the area of its hall",
    )
    parser.add_argument(
        "--cards", type=Path, default=CentralSettings.cards, metavar="FOLDER", help="card files whose holders are known"
    )
    parser.add_argument("--seed", type=int, default=CentralSettings.seed)
    parser.add_argument("--population", type=int, default=CentralSettings.population)
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="YYYY-MM-DD; none: the calendar's")
    parser.add_argument("--session-seconds", type=float, default=CentralSettings.session_seconds)
    parser.add_argument("--ready-file", type=Path, default=None, help="where to write the addresses when all listens")
    return parser


def settings_of(given: argparse.Namespace) -> CentralSettings:
    """Raises ValueError when some of the four key and certificate files are given and others not."""
    files = (given.ca, given.cert, given.key, given.list_key)
    if files == (None, None, None, None):
        pki = ensure(DEMO_PKI)
        files = (pki.authority, pki.server.certificate, pki.server.key, pki.list_signer.private)
    elif None in files:
        raise ValueError("--ca, --cert, --key and --list-key belong together")
    devices = tuple((name, area) for name, _, area in (one.partition("=") for one in given.device))
    if not devices:
        devices = CentralSettings.devices
    return CentralSettings(
        ca_file=files[0],
        cert_file=files[1],
        key_file=files[2],
        list_key_file=files[3],
        host=given.host,
        port=given.port,
        simulator_port=given.simulator_port,
        database=given.database,
        devices=devices,
        cards=given.cards,
        keys=given.cards / KEYS_FILE,
        seed=given.seed,
        population=given.population,
        today=given.today,
        session_seconds=given.session_seconds,
        ready_file=given.ready_file,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 2: the arguments do not fit, or a port or file cannot be used."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    parser = arguments()
    try:
        settings = settings_of(parser.parse_args(argv))
    except ValueError as error:
        parser.error(str(error))
    try:
        serve(settings)
    except (OSError, CardFileError, SQLAlchemyError) as error:
        log.error("cannot serve: %s", str(error).splitlines()[0])
        return 2
    return 0

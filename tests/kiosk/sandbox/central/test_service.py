"""Starting and stopping, the command, the database: SQLite and PostgreSQL."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from drivers.card.cardfile import load_cards
from kiosk.central import contract as c
from kiosk.central.contract import CardSession
from kiosk.help import NumberKind, QueryOutcome
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.database import open_database
from kiosk.sandbox.central.faults import FaultKind, Operation
from kiosk.sandbox.central.population.seed import Known, post_books, seed
from kiosk.sandbox.central.process import CentralDidNotStart, CentralProcess
from kiosk.sandbox.central.query_desk import NUMBER_LIMIT
from kiosk.sandbox.central.settings import CentralSettings
from kiosk.sandbox.central.tables import Card, ContributionRowRow, Device, Person, RegistrationRow
from kiosk.sandbox.pki import DemoPki
from tests.kiosk.central.conftest import Connect
from tests.kiosk.sandbox.central.plain import Plain

DEVICES = CentralSettings.devices


def test_the_command_says_where_it_listens_and_stops_when_told(pki: DemoPki, connect: Connect) -> None:
    files = (
        "--ca",
        str(pki.authority),
        "--cert",
        str(pki.server.certificate),
        "--key",
        str(pki.server.key),
        "--list-key",
        str(pki.list_signer.private),
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "central", *files, "--port", "0", "--population", "10"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stderr is not None
        said = child.stderr.readline()
        assert "listening base_url=https://127.0.0.1:" in said, said + child.stderr.read()
        assert "simulator" not in said
        assert connect(said.strip().rpartition("=")[2]).challenges(1).value is not None
        began = time.monotonic()
        child.terminate()
        _, more = child.communicate(timeout=10)
        assert time.monotonic() - began < 3
    finally:
        child.kill()
        child.wait()
    assert (child.returncode, more) == (0, "")


def test_it_stops_at_once_with_answers_under_way(pki: DemoPki, connect: Connect) -> None:
    import threading

    with CentralProcess(pki, population=0) as central:
        client = connect(central.base_url)
        for kind in (FaultKind.HANG, FaultKind.HOLD, FaultKind.HOLD_REQUEST, FaultKind.DRIP_BODY):
            central.simulator.fault(kind, Operation.CHALLENGES, seconds=0.2)
        threads = [threading.Thread(target=lambda: client.challenges(1, within=9)) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(central.simulator.recording(Operation.CHALLENGES)) < 4:
            assert threads[0].is_alive()
        began = time.monotonic()
    assert time.monotonic() - began < 3
    for thread in threads:
        thread.join(9)


def test_a_request_that_is_held_is_done_once_it_is_released(pki: DemoPki, connect: Connect) -> None:
    with CentralProcess(pki, population=0) as central, ThreadPoolExecutor(1) as pool:
        client = connect(central.base_url)
        central.simulator.fault(FaultKind.HOLD_REQUEST, Operation.CHALLENGES)
        assert central.simulator.waiting == 1
        asked = pool.submit(lambda: client.challenges(1, within=9))
        while not central.simulator.held:
            assert not asked.done()
        assert central.simulator.waiting == 0
        assert [one.status for one in central.simulator.recording(Operation.CHALLENGES)] == [None]
        central.simulator.release()
        assert asked.result(9).value is not None


def test_a_port_that_is_taken_is_told(pki: DemoPki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CentralDidNotStart, match=r"in use|did not start"), CentralProcess(pki, port=port):
            pass


def test_certificate_files_belong_together(pki: DemoPki) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kiosk.sandbox.central", "--ca", str(pki.authority)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "belong together" in ran.stderr


# --- the database -------------------------------------------------------------------------------------------------------


def filled(url: str, count: int = 30, today: date = date(2026, 11, 20)) -> tuple[Engine, Known]:
    engine = open_database(url)
    return engine, seed(engine, load_cards(), DEVICES, 7, count, today)


def test_seeding_two_thousand_is_quick_and_happens_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/central.sqlite"
    began = time.process_time()
    engine, _ = filled(url, 2000)
    first = time.process_time() - began
    assert first < 3.0
    with Session(engine) as db, db.begin():
        everybody = select(func.count()).select_from(Person)
        assert db.scalars(everybody).one() == 2000 + db.scalars(everybody.where(Person.id < 10_000)).one()
        db.add(Device(id="kiosk-77", area="370100"))
    again, _ = filled(url, 2000)
    with Session(again) as db:
        assert db.get(Device, "kiosk-77") is not None  # what was there stays
    other, _ = filled(url, 2000, date(2026, 11, 21))
    with Session(other) as db:
        assert db.get(Device, "kiosk-77") is None  # another day, another population: built anew


def test_books_are_written_when_they_are_first_opened_and_once(tmp_path: Path) -> None:
    engine, known = filled(f"sqlite:///{tmp_path}/central.sqlite")

    def rows() -> int:
        with Session(engine) as db:
            return db.scalar(select(func.count()).select_from(ContributionRowRow)) or 0

    assert rows() == 0
    for _ in range(2):
        with Session(engine) as db, db.begin():
            person = db.get(Person, 10_001)
            assert person is not None
            post_books(db, person, known)
    with Session(engine) as db:
        assert db.scalars(select(func.count()).select_from(RegistrationRow)).one() > 0
    once = rows()
    with Session(engine) as db, db.begin():
        for person in db.scalars(select(Person)).all():
            post_books(db, person, known)
    assert rows() > once


def test_every_card_of_the_register_belongs_to_somebody(tmp_path: Path) -> None:
    engine, known = filled(f"sqlite:///{tmp_path}/central.sqlite")
    with Session(engine) as db:
        for card in db.scalars(select(Card)):
            assert known[card.person_id].id == card.person_id


# --- PostgreSQL -----------------------------------------------------------------------------------------------------------


def programs() -> Path:
    """Where initdb and pg_ctl are: Debian's newest first. Fails with what is to be done when they are missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    elsewhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    if elsewhere is not None:
        return Path(elsewhere).parent
    pytest.fail("PostgreSQL is missing: install the Debian package `postgresql` (make test does it as root)")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """An own cluster on a free port, as a user who is not root; its URL."""
    # Not in pytest's own folder: every pytest that starts closes that to other users.
    with tempfile.TemporaryDirectory(prefix="kiosk-postgres-") as name, socket.create_server(("127.0.0.1", 0)) as free:
        folder, port = Path(name), free.getsockname()[1]
        free.close()
        as_user: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(folder, "postgres", "postgres")
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        bin_, cluster = programs(), folder / "cluster"

        def run(*argv: str) -> None:
            ran = subprocess.run([*as_user, *argv], capture_output=True, text=True, timeout=60, check=False, cwd=folder)
            log = folder / "log"
            said = log.read_text() if log.exists() else ""
            assert ran.returncode == 0, ran.stdout + ran.stderr + said

        run(str(bin_ / "initdb"), "-D", str(cluster), "-U", "central", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c shared_buffers=16MB -c max_connections=20"
        run(str(bin_ / "pg_ctl"), "-D", str(cluster), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://central@127.0.0.1:{port}/postgres"
        finally:
            run(str(bin_ / "pg_ctl"), "-D", str(cluster), "-m", "immediate", "-w", "stop")


def test_the_service_runs_on_postgresql(postgres: str, pki: DemoPki, connect: Connect) -> None:
    with CentralProcess(pki, database=postgres, population=300, today=date(2026, 11, 20)) as central:
        client = connect(central.base_url)
        holder = Cardholder.of("jinan-1-0")
        challenge = client.challenges(1).value
        assert challenge is not None
        first: CardSession | None = client.open_card_session(holder.request(challenge.challenges[0])).value
        assert first is not None
        assert first.token is not None
        again = client.open_card_session(holder.request(challenge.challenges[0])).value
        assert again is not None
        assert again.verdict.value == "not_genuine"
        overview = client.overview(first.session, first.token, card_number=holder.card_number).value
        assert overview is not None
        pension = next(one for one in overview.contributions if one.insurance == "110")  # type: ignore[union-attr]
        assert pension.total_months == 263
        assert client.contributions(first.session, first.token, "110", 2019).value is not None
        assert client.account_entries(first.session, first.token, "310").value is not None
        stated = client.overview(first.session, first.token, card_number=holder.card_number)
        assert stated.problem == "urn:kiosk:problem:statement-used"
        long = Cardholder.of("jinan-long-history")
        opened = long.open(client).value
        assert opened is not None
        assert opened.token is not None
        assert client.overview(opened.session, opened.token, card_number=long.card_number).value is not None
        assert client.end_session(opened.session, opened.token).status == 204


def test_postgresql_does_one_deed_for_one_key(postgres: str, pki: DemoPki, connect: Connect) -> None:
    import threading

    with CentralProcess(pki, database=postgres, population=300, today=date(2026, 11, 20)) as central:
        holder = Cardholder.of("jinan-2-0")
        session = holder.open(connect(central.base_url)).value
        assert session is not None
        plain, answers = Plain(pki, central), []
        path = c.OVERVIEW.format(session=session.session)

        def state() -> None:
            answers.append(plain.ask("POST", path, {"statement": "pin_verified"}, key="p" * 20, token=session.token))

        threads = [threading.Thread(target=state) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert [one.status for one in answers] == [200] * 4
        assert len({one.body for one in answers}) == 1


def test_postgresql_issues_one_loss_list_for_all_that_ask_at_once(
    postgres: str, pki: DemoPki, connect: Connect
) -> None:
    with CentralProcess(pki, database=postgres, population=10) as central, ThreadPoolExecutor(6) as pool:
        client = connect(central.base_url)
        found = [answer.value for answer in pool.map(lambda _: client.loss_list(0), range(12))]
    assert len({one.newer.number for one in found if one is not None and one.newer is not None}) == 1
    assert None not in found


def test_postgresql_counts_every_try_at_once_and_hears_every_head_at_once(
    postgres: str, pki: DemoPki, connect: Connect
) -> None:
    chain, told = "0f" * 16, [1, 2, 3, 4]
    heads = {length: f"{chain};{length};{length:064x}" for length in told}
    with CentralProcess(pki, database=postgres, population=10) as central, ThreadPoolExecutor(8) as pool:
        clients = [connect(central.base_url, pki.device(device)) for device in ("kiosk-01", "kiosk-02")]

        def guess(at: int) -> QueryOutcome | None:
            kiosk = clients[at % 2]
            answer = kiosk.open_query_session(NumberKind.ID_NUMBER, "37010119900101999X", f"guess{at}").value
            return None if answer is None else answer.outcome

        guesses = list(pool.map(guess, range(12)))
        assert guesses.count(QueryOutcome.REFUSED) == NUMBER_LIMIT.tries - 1
        assert guesses.count(QueryOutcome.LOCKED) == len(guesses) - NUMBER_LIMIT.tries + 1

        def tell(at: int) -> str | None:
            answer = Plain(pki, central).ask("GET", f"{c.LOSS_LIST}?after=0", head={c.AUDIT_HEAD: heads[told[at % 4]]})
            assert answer.status == 200
            return answer.head.get(c.AUDIT_SEEN.lower())

        seen = list(pool.map(tell, range(12)))
        assert all(one is not None and one.startswith(chain) for one in seen)
        (held,) = central.simulator.audits()
        assert (held.length, held.alarms) == (4, ())

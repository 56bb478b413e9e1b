"""schemathesis against the running service: all checks, all phases, over mutual TLS with device and person."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kiosk.central.client import CentralClient
from kiosk.model import CardStatus
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.documents import REQUESTS
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.openapi import FILE
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.pki import DemoPki
from kiosk.services import Party
from tests.kiosk.sandbox.central.staffroom import (
    CARDS,
    CLERK,
    COLLEAGUE,
    SUPERVISOR,
    TECHNICIAN,
    number_of,
    signed_in,
)

EXAMPLES = 30
FEWEST = 25
"""Where a path is all that can be varied, fewer differ."""

DOES = {
    *(Operation.ELIGIBILITY, Operation.PROVE_IDENTITY, Operation.SEND_CODE, Operation.CHECK_CODE, Operation.RESERVE),
    *(Operation.CONFIRM, Operation.CANCEL, Operation.CANCEL_KEY, Operation.RESERVATION),
    *(Operation.REPORT_LOSS, Operation.TICKET),
}

STAFF = {
    *(Operation.SIGN_STAFF_IN_BY_CARD, Operation.SIGN_STAFF_IN, Operation.SIGN_SECOND_IN, Operation.END_STAFF_SESSION),
    *(Operation.LOOK_UP, Operation.REVEAL, Operation.HAND_OVER, Operation.TAKE_TICKET, Operation.SLIP_AGAIN),
    *(Operation.CONFIRM_IDENTITY, Operation.TECHNICIAN_PAIRS, Operation.PARTS),
}

APART = {Operation.OPEN_QUERY_SESSION, Operation.ENROL_AUDIT, Operation.UPLOAD_AUDIT}


def sessions(client: CentralClient, count: int, *, stated: bool, holder: Cardholder) -> list[dict[str, str | None]]:
    made: list[dict[str, str | None]] = []
    for _ in range(count):
        session = holder.open(client).value
        assert session is not None
        assert session.token is not None
        if stated:
            assert client.overview(session.session, session.token, card_number=holder.card_number).value is not None
        made.append({"session": session.session, "token": session.token})
    return made


def staff_sessions(client: CentralClient) -> dict[str, list[dict[str, str | None]]]:
    """By operation: sessions of staff, with the look-up that is open in them. Some are used up by the first who asks."""

    def living(number: str, count: int, *, found: bool = False) -> list[dict[str, str | None]]:
        made = []
        for _ in range(count):
            one = signed_in(client, number)
            lookup = one.found(number_of("jinan-2-0")) if found else None
            made.append({"session": one.session, "token": one.token, "lookup": lookup})
        return made

    cards = sessions(client, 10, stated=False, holder=Cardholder.of(CARDS[CLERK]))
    return {
        "sign_staff_in_by_card": cards,
        "sign_second_in": living(CLERK, 1),
        "end_staff_session": living(TECHNICIAN, 10),
        "look_up": living(CLERK, 1),
        "reveal": living(COLLEAGUE, 1, found=True),
        "hand_over": living(SUPERVISOR, 8, found=True),
        "take_ticket": living(COLLEAGUE, 1),
        "slip_again": living(COLLEAGUE, 1),
    }


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param(set(Operation) - DOES - STAFF - APART, id="what looks"),
        pytest.param(DOES, id="what does", marks=pytest.mark.long),
        pytest.param(STAFF, id="staff", marks=pytest.mark.long),
        pytest.param(APART, id="without a card, and audit", marks=pytest.mark.long),
    ],
)
def test_schemathesis_finds_nothing(
    pki: DemoPki, central: CentralProcess, client: CentralClient, tmp_path: Path, operations: set[Operation]
) -> None:
    device = pki.device("kiosk-01")
    active, new = Cardholder.of("jinan-1-0"), Cardholder.of("jinan-new-one-try")
    assert new.card.holder is not None
    stated = sessions(client, 2, stated=True, holder=active)
    activating = sessions(client, 2, stated=False, holder=new)
    for one in activating:  # the holder was proved by the ID card
        assert one["session"] is not None
        assert one["token"] is not None
        number, name = new.card.holder.ssn, new.card.holder.name
        client.prove_identity(one["session"], one["token"], Party.HOLDER, None, number, document=name)
    enrolment = REQUESTS["enrol_audit"]["first"]
    client.enrol_audit(enrolment["chain"], bytes.fromhex(enrolment["key"]))
    living = tmp_path / "living.json"
    living.write_text(
        json.dumps(
            {
                "base_url": central.base_url,
                "ca": str(pki.authority),
                "cert": str(device.certificate),
                "key": str(device.key),
                "stated": stated,
                "fresh": sessions(client, 30, stated=False, holder=active),
                "activating": activating,
                "staff": staff_sessions(client) if operations == STAFF else {},
                "chain": enrolment["chain"],
                "number": new.card.holder.ssn,
                "document": {"name": new.card.holder.name},
            }
        )
    )
    hooks = Path(__file__).with_name("living.py")
    (tmp_path / "schemathesis.toml").write_text(
        f"""
base-url = "{central.base_url}"
tls-verify = "{pki.authority}"
request-cert = "{device.certificate}"
request-cert-key = "{device.key}"
hooks = "{hooks}"
[generation]
max-examples = {EXAMPLES}
deterministic = true
"""
    )
    central.simulator.forget()
    root = Path(__file__).parents[4]
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(tmp_path / "schemathesis.toml"),
            "run",
            str(FILE),
            "--checks",
            "all",
            "--phases",
            "examples,coverage,fuzzing"
            + ("" if operations in (APART, STAFF) else ",stateful"),  # nothing leads from one to another
            "--continue-on-failure",
            "--include-operation-id-regex",
            "^(" + "|".join(operations) + ")$",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"LIVING": str(living), "PYTHONPATH": str(root), "COLUMNS": "200"},
        timeout=110,
        check=False,
    )
    central.simulator.set_card(active.card_number, CardStatus.NORMAL)  # it was reported lost
    if operations == STAFF:
        central.simulator.first_day()
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    recorded = central.simulator.recording()
    by_operation = Counter(one.operation for one in recorded)
    sound = Counter(one.operation for one in recorded if one.status is not None and one.status < 300)
    for operation in operations:
        assert by_operation[operation] >= FEWEST, (operation, by_operation)
        assert sound[operation] >= 1, (operation, sound)
    assert not [one for one in recorded if one.status is None or one.status >= 500]

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
from kiosk.sandbox.central.faults import Operation
from kiosk.sandbox.central.openapi import FILE
from kiosk.sandbox.central.process import CentralProcess
from kiosk.sandbox.pki import DemoPki
from kiosk.services import Party

EXAMPLES = 30

DOES = {
    *(Operation.ELIGIBILITY, Operation.PROVE_IDENTITY, Operation.SEND_CODE, Operation.CHECK_CODE, Operation.RESERVE),
    *(Operation.CONFIRM, Operation.CANCEL, Operation.CANCEL_KEY, Operation.RESERVATION),
    *(Operation.REPORT_LOSS, Operation.TICKET),
}


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


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param(set(Operation) - DOES, id="what looks"),
        pytest.param(DOES, id="what does", marks=pytest.mark.long),
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
            "examples,coverage,fuzzing,stateful",
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
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    recorded = central.simulator.recording()
    by_operation = Counter(one.operation for one in recorded)
    sound = Counter(one.operation for one in recorded if one.status is not None and one.status < 300)
    for operation in operations:
        assert by_operation[operation] >= EXAMPLES, (operation, by_operation)
        assert sound[operation] >= 1, (operation, sound)
    assert not [one for one in recorded if one.status is None or one.status >= 500]

"""Hooks for schemathesis: half of the valid requests speak in a session that lives, with a card that is genuine.

Without them nothing but refusals would be tested: no generator guesses a token or a chip's answer. `LIVING` in the environment
names a JSON file: sessions whose PIN was stated, sessions before it, and what a client needs.
"""

import itertools
import json
import os
from pathlib import Path
from typing import Any

import schemathesis

from kiosk.central.client import CentralClient
from kiosk.central.decode import encode
from kiosk.sandbox.central.cardholder import Cardholder

_GIVEN = json.loads(Path(os.environ["LIVING"]).read_text())
_CLIENT = CentralClient(_GIVEN["base_url"], Path(_GIVEN["ca"]), Path(_GIVEN["cert"]), Path(_GIVEN["key"]))
_HOLDER = Cardholder.of("jinan-1-0")
_STATED = itertools.cycle(_GIVEN["stated"])
_FRESH = {
    name: itertools.cycle(_GIVEN["fresh"][place::2]) for place, name in enumerate(("overview", "end_card_session"))
}
_TURN = itertools.count()
_ACTIVATING = itertools.cycle(_GIVEN["activating"])
_TO_ACTIVATE = ["eligibility", "prove_identity", "send_code", "check_code", "reserve", "confirm_identity"]
_STAFF = {name: itertools.cycle(found) for name, found in _GIVEN["staff"].items()}
_HELPS = [
    *("sign_staff_in_by_card", "sign_second_in", "end_staff_session", "look_up"),
    *("reveal", "hand_over", "take_ticket", "slip_again"),
]


def _positive(case: Any) -> bool:
    return case.meta is not None and case.meta.generation.mode == schemathesis.GenerationMode.POSITIVE


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """A genuine card for every second valid request to open a session."""
    if _operation(case) == "open_card_session" and _positive(case) and next(_TURN) % 2:
        challenges = _CLIENT.challenges(1).value
        if challenges is not None:
            case.body = json.loads(encode(_HOLDER.request(challenges.challenges[0])))
    if _operation(case) == "upload_audit" and _positive(case) and next(_TURN) % 2:
        case.body = {"chain": _GIVEN["chain"], "lines": []}
    if _operation(case) == "prove_identity" and _positive(case) and next(_TURN) % 2:
        case.body = {"whose": "holder", "relation": None, "number": _GIVEN["number"], "document": _GIVEN["document"]}


@schemathesis.auth(refresh_interval=None).apply_to(
    operation_id=[
        *("card_session", "contributions", "account_entries", "overview", "end_card_session", "report_loss", "ticket"),
        *_TO_ACTIVATE,
        *_HELPS,
    ]
)
class LivingSession:
    """A person's token, and the session that it belongs to."""

    def get(self, case: Any, context: Any) -> dict[str, str]:
        if _operation(case) in _STAFF:
            helping: dict[str, str] = next(_STAFF[_operation(case)])
            return helping
        activating = _ACTIVATING if _operation(case) in _TO_ACTIVATE else _STATED
        living: dict[str, str] = next(_FRESH.get(_operation(case), activating))
        return living

    def set(self, case: Any, data: dict[str, str], context: Any) -> None:
        linked = case.meta is not None and case.meta.phase.name.value == "stateful"
        if linked and "Authorization" in (case.headers or {}):
            return
        case.headers["Authorization"] = f"Bearer {data['token']}"
        if _positive(case) and not linked:
            case.path_parameters["session"] = data["session"]
            if data.get("lookup"):
                case.path_parameters["lookup"] = data["lookup"]

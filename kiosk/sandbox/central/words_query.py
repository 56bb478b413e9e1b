"""The words of the OpenAPI document for the look-up without a card."""

from typing import Any, Final

from kiosk.central.contract import ProblemType
from kiosk.sandbox.central.query_desk import KIOSK_LIMIT, NUMBER_LIMIT

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "open_query_session": (
        "Open a session without a card",
        "By ID number or card number and the query password. A number that does not exist, a wrong password and an initial one "
        "(the ID number or birth date, which opens nothing until it was set with the card and its PIN or at the counter) get the "
        "same answer, byte for byte, after the same work and on a fixed tick. After "
        f"{NUMBER_LIMIT.tries} in vain within a day a number is locked for a day, whether it exists or not and whatever "
        f"password comes; after {KIOSK_LIMIT.tries} in vain within 10 minutes a kiosk is.\n\n"
        "The session is good for the overview (with the statement `without_card`), for pages of contributions and account "
        "entries, and for a report of loss, as far as the region shows and allows them (`not-offered` otherwise). Names and "
        "numbers in it are masked, what is not shown is absent (`not_shown`), and what was told to the person alone is left out.",
        "A no is an answer, not an error. `session`, `token` and `expires` only where `opened`.",
    ),
}

PROBLEMS: Final[dict[str, tuple[ProblemType, ...]]] = {
    "open_query_session": (
        ProblemType.IDEMPOTENCY_MISSING,
        ProblemType.IDEMPOTENCY_CONFLICT,
        ProblemType.NOT_OFFERED,
    ),
}

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "open_query_session": {
        "id_number": {"kind": "id_number", "number": "370101199001011059", "password": "shi4Li7"},
        "card_number": {"kind": "card_number", "number": "A10022222", "password": "shi4Li7"},
    },
}

ANSWERS: Final[dict[str, Any]] = {
    "open_query_session": {
        "outcome": "opened",
        "session": "q7wN1cKp0Zt5vLxE",
        "token": "k8sJ0mVb3nXq5TfYw1Lz9RcHd6PgAe2u",
        "expires": "2026-11-20T10:45:00+08:00",
        "wait": 0,
    },
}

FIELDS: Final[dict[str, dict[str, str]]] = {
    "PersonSession": {
        "outcome": "Opened, or why not.",
        "session": "Names the session in the paths of a card session; null unless opened.",
        "token": "Bearer token of the session; null unless opened.",
        "expires": "The session ends then; null unless opened.",
        "wait": "Of a lock: seconds until it is over, in whole minutes.",
    },
    "QueryRequest": {
        "kind": "Which number it is.",
        "number": "GB 11643, 18 characters, or AAZ500, nine.",
        "password": "As typed.",
    },
}

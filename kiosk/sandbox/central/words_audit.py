"""The words of the OpenAPI document for the audit chains."""

from typing import Any, Final

from kiosk.central.contract import ProblemType

HEAD: Final = (
    "Of a kiosk with an audit chain, with every request: `<chain>;<length>;<head>`, its name, the lines written so far and the "
    "MAC of the last one. What contradicts the heads before is an alarm at the service, and no reason to refuse."
)
SEEN: Final = (
    "To a request with `Audit-Head`: `<chain>;<length>;<head>;<signature>`, the highest head that the service has seen of this "
    "chain. The signature is Ed25519 by the key that signs loss lists, over the ASCII text `kiosk-audit/seen/1`, a zero byte, "
    "and the part before the last semicolon."
)

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "enrol_audit": (
        "Put a chain's first key in escrow",
        "Once, when a kiosk's audit chain begins: k0, by which its lines can be checked later. The kiosk erases it when this was "
        "answered. The first key of a chain stays; the same one again changes nothing. Another chain of the same kiosk is taken, "
        "and an alarm.",
        "How many lines of the chain are held.",
    ),
    "upload_audit": (
        "Upload lines of the audit chain",
        "Those after the ones that the service holds, in order; none asks how many those are. Line i is the text and HMAC-SHA256 "
        "under k_i of the MAC before (32 zero bytes for line 1) and the text; k_1 is k0, and k_(i+1) is SHA-256 of the ASCII "
        "text `kiosk-audit/key/1` and k_i. The service checks each, and line 1 to be the genesis line of this chain. Lines sent "
        "again change nothing; other ones than are held, a line that does not fit, and a gap are refused.",
        "How many lines of the chain are held now.",
    ),
}

_PROBLEMS: Final = (
    ProblemType.IDEMPOTENCY_MISSING,
    ProblemType.IDEMPOTENCY_CONFLICT,
    ProblemType.WRONG_DEVICE,
    ProblemType.AUDIT_CONFLICT,
)
PROBLEMS: Final[dict[str, tuple[ProblemType, ...]]] = {
    "enrol_audit": _PROBLEMS,
    "upload_audit": (*_PROBLEMS, ProblemType.NOT_OFFERED),
}

_CHAIN: Final = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_GENESIS: Final = (
    '{"at":1795138200000,"chain":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","form":1,"kind":"genesis","kiosk":"kiosk-01"}'
)

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "enrol_audit": {
        "first": {"chain": _CHAIN, "key": "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"}
    },
    "upload_audit": {
        "first_line": {
            "chain": _CHAIN,
            "lines": [
                {
                    "number": 1,
                    "text": _GENESIS,
                    "mac": "B125450D740376C6271C8119D48C583AF712E4C4F66B1FF93DF3BB98F34CF208",
                }
            ],
        },
        "how_many": {"chain": _CHAIN, "lines": []},
    },
}

ANSWERS: Final[dict[str, Any]] = {"enrol_audit": {"held": 0}, "upload_audit": {"held": 1}}

FIELDS: Final[dict[str, dict[str, str]]] = {
    "AuditEnrolment": {"chain": "Its random name.", "key": "k0, 32 bytes hexadecimal."},
    "AuditLine": {
        "number": "From 1.",
        "text": "Canonical JSON (ASCII, keys sorted, no blanks): what was looked at, by whom, why. No plain personal data.",
        "mac": "32 bytes hexadecimal.",
    },
    "AuditStanding": {"held": "The upload goes on after them."},
    "AuditUpload": {"chain": "Whose lines.", "lines": "In order."},
}

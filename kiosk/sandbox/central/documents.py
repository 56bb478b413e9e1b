"""The words of the OpenAPI document: what an integrator has to know of each operation, with examples."""

from typing import Any, Final

from kiosk.central.contract import LOST_CARD_DAYS, MOST_LOST_CARDS, ProblemType
from kiosk.sandbox.central import examples, words_audit, words_deeds, words_query, words_staff
from kiosk.sandbox.central.examples import LINKS as LINKS
from kiosk.sandbox.central.problems import MEDIA_TYPE, STATUS, TITLES

ANSWERS: Final = (
    examples.ANSWERS | words_deeds.ANSWERS | words_query.ANSWERS | words_audit.ANSWERS | words_staff.ANSWERS
)
REQUESTS: Final = (
    examples.REQUESTS | words_deeds.REQUESTS | words_query.REQUESTS | words_audit.REQUESTS | words_staff.REQUESTS
)

TITLE: Final = "Central service of the social security kiosk"

DESCRIPTION: Final = """\
What a kiosk asks the bureau's central service, and what it expects.

**Device.** HTTPS with mutual TLS (1.2 or later). The service knows the kiosk by the common name of its certificate, never by
a header or a body; a session or challenge of one kiosk is refused to another.

**Person.** A card session carries a short-lived bearer token. Until the kiosk states "PIN verified" (once a session) it opens
status only.

**Activation** is a transaction of two parties, the card and the service: reserve, change the PIN on the card, confirm. A card
that is not activated gets a session for this alone: no PIN is stated in it and no record opened. Reservations outlive sessions;
confirm and cancel are the kiosk's, by its certificate, and may come at any time after.

**Everything that changes something** carries an `Idempotency-Key`. The same key with the same request gets the same answer for
24 hours; with another request it is refused.

**Values.** Money is integer fen (`700`, never `700.0`), months are `YYYY-MM`, times RFC 3339 with offset, codes are those of
LD/T 92 and GB/T 31594 (AAE140, AAC008, AAC031, AAA115, …). What is not known is an `Absent` with its reason, never 0. A code
value that the kiosk does not know is shown as such; unknown members of an object are passed over. A member that stands twice, NaN
and Infinity are refused with the whole answer, and so are moments outside the years 1900 to 2200.

**Answers.** Every answer carries `Date`; the kiosk compares its clock with it. Bodies are at most 1 MiB, not compressed, not
cached. Errors are problem details (RFC 9457) with the stable `type`s below; other types are treated by their status code.
The kiosk does not follow redirects, and abandons an action after 8 seconds in total. An answer that is longer than it says is
refused. `Retry-After` holds back the heartbeat, for 10 minutes at the most; what a person asks for is asked for.
"""

IDEMPOTENCY_KEY: Final = "Names this deed. A second try repeats it; the deed is done once."

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "challenges": (
        "Hand out challenges",
        "Challenges for INTERNAL AUTHENTICATE: random, good for one card session of this kiosk, for 120 seconds. The kiosk "
        "asks here only when none is left of those that come with heartbeats and sessions.",
        "Fresh challenges.",
    ),
    "heartbeat": (
        "Sign of life",
        "Once a minute, and at once when a card is left in the slot. `failures` are the codes since the last heartbeat.",
        "Challenges in stock and what the hall is to be told.",
    ),
    "open_card_session": (
        "Open a card session",
        "The kiosk sends what it read and the card's answer to one of central's challenges. *Genuine* only if the answer fits, "
        "the challenge was open and this kiosk's, and the register holds ATR, identification code, card number (and the "
        "holder's number, if it was read) as one card; otherwise *not genuine*, or *cannot be proved* (no proof, no key, key "
        "module away). A card that is not genuine is an answer, not an error. The challenge is used up in every case.",
        "Verdict, status, the masked holder, and what may be done next. `token` is null where nothing more may be done; "
        "`card_status` and `holder` are null unless genuine, but for `other_place`, which the card says itself.",
    ),
    "card_session": (
        "Status of a card session",
        "What was answered when it was opened, without token and challenges.",
        "The session.",
    ),
    "end_card_session": ("End a card session", "The visit is over: the token is worth nothing from now on.", "Ended."),
    "overview": (
        "State PIN verified and get the overview",
        "The kiosk states that the chip accepted the PIN in this session; the statement is good once. It opens the whole "
        "overview in this answer, and contributions and account entries after it.",
        "Registrations, contribution pictures, balances, notices. `card_number` is that of the session's card: the kiosk "
        "refuses an answer of another one.",
    ),
    "contributions": (
        "Contribution rows of an insurance and year",
        "By month, then by booking; corrections may be negative. Pages hold 50 rows, every page but the last is full. A "
        "year without rows is one empty page.",
        "The rows; `insurance`, `year` and `page` are those that were asked for.",
    ),
    "account_entries": (
        "Entries of a personal account",
        "Newest first, 50 a page. An account without entries is one empty page.",
        "The entries; `insurance` and `page` are those that were asked for.",
    ),
    "loss_list": (
        "Cards that get nothing while central is away",
        "The kiosk asks once an hour, and keeps the list for the time that central cannot be reached: a card on it is not "
        "shown what the kiosk keeps of its holder, and with a list older than 48 hours nobody is. On it stands at least every "
        f"card whose overview this kiosk was given within the last {LOST_CARD_DAYS} days and that is since reported lost "
        f"(also for the time being), replaced, cancelled or blocked; at most {MOST_LOST_CARDS:,} cards. Each list has a higher "
        "number than the one before, also after a restore, and a fresh random key. Central issues one whenever the set changes, "
        "and otherwise once an hour, so that its age tells how far it can be trusted.\n\n"
        "A card stands in it as HMAC-SHA256 (RFC 2104) under `key` of the 32 ASCII characters of its identification code, in "
        "upper case. The signature is Ed25519 (RFC 8032) by the key whose public half was given to the kiosk with its "
        "certificate, over these bytes, numbers big-endian: the ASCII text `kiosk loss list` and a zero byte; `number`, 8 "
        "bytes; `issued` in seconds since 1970, 8 bytes; `key`, 32 bytes; how many cards, 4 bytes; the cards, 32 bytes each. The "
        "example below is signed with the secret key of RFC 8032 section 7.1, test 1.",
        "The newest list; `newer` is null when its number is not higher than `after`.",
    ),
    **words_deeds.WORDS,
    **words_query.WORDS,
    **words_audit.WORDS,
    **words_staff.WORDS,
}

_COMMON: Final = (ProblemType.UNKNOWN_DEVICE, ProblemType.INVALID_REQUEST, ProblemType.TOO_MANY_REQUESTS)
_SERVER: Final = (ProblemType.INTERNAL, ProblemType.UNAVAILABLE)
_WRITES: Final = (ProblemType.IDEMPOTENCY_MISSING, ProblemType.IDEMPOTENCY_CONFLICT)
_SESSION: Final = (
    ProblemType.NO_SUCH_SESSION,
    ProblemType.WRONG_DEVICE,
    ProblemType.TOKEN_INVALID,
    ProblemType.SESSION_ENDED,
)
_PROBLEMS: Final[dict[str, tuple[ProblemType, ...]]] = {
    "challenges": _WRITES,
    "heartbeat": _WRITES,
    "open_card_session": _WRITES,
    "card_session": (*_SESSION, ProblemType.NOT_OFFERED),
    "end_card_session": _SESSION,
    "overview": (*_SESSION, *_WRITES, ProblemType.STATEMENT_USED, ProblemType.NOT_OFFERED),
    "contributions": (*_SESSION, ProblemType.PIN_NOT_STATED, ProblemType.NOT_OFFERED),
    "account_entries": (*_SESSION, ProblemType.PIN_NOT_STATED, ProblemType.NOT_OFFERED),
    "loss_list": (),
    **words_deeds.PROBLEMS,
    **words_query.PROBLEMS,
    **words_audit.PROBLEMS,
    **words_staff.PROBLEMS,
}


def operation(name: str, *, token: bool = False) -> dict[str, Any]:
    """Keyword arguments of a FastAPI route."""
    summary, description, answer = _WORDS[name]
    security: dict[str, list[str]] = {"deviceCertificate": []}
    if token:
        security["personToken"] = []
    return {
        "summary": summary,
        "description": description,
        "response_description": answer,
        "responses": _problems((*_COMMON, *_PROBLEMS[name], *_SERVER)),
        "openapi_extra": {"security": [security]},
    }


_PLAIN: Final = {
    400: "The request cannot be read",
    413: "The request is larger than 64 KiB (lines of an audit chain: 1 MiB)",
    415: "The request is not application/json",
}


def _problems(types: tuple[ProblemType, ...]) -> dict[int | str, dict[str, Any]]:
    by_status: dict[int | str, list[ProblemType]] = {}
    for one in types:
        by_status.setdefault(STATUS[one], []).append(one)
    by_status.setdefault(400, [])  # a body that cannot be read at all
    if ProblemType.IDEMPOTENCY_MISSING in types:
        by_status.setdefault(413, [])
        by_status.setdefault(415, [])
    return {
        status: {
            "description": "; ".join(TITLES[one] for one in ones) or _PLAIN[int(status)],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {
                        one.value.rpartition(":")[2]: {
                            "value": {"type": one.value, "title": TITLES[one], "status": status, "detail": None}
                        }
                        for one in ones
                    },
                }
            },
        }
        for status, ones in sorted(by_status.items(), key=lambda item: int(item[0]))
    }

"""The words of the OpenAPI document for staff: sign-in, look-ups, tickets and slips, technicians."""

from typing import Any, Final

from kiosk.central.contract import ProblemType
from kiosk.sandbox.central.staff_lookup import LOOKUPS, REVEAL_SECONDS, WINDOW_SECONDS
from kiosk.sandbox.central.staff_pairs import PAIR_DAYS, PAIRS
from kiosk.sandbox.central.staff_signin import FREE, IDLE_SECONDS, SECOND_SECONDS

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "sign_staff_in_by_card": (
        "Sign staff in by card",
        "In the session of a staff card (`kind` is `staff`): the kiosk states that the chip accepted the PIN, once. In "
        "such a session nothing else opens: the holder's own record is seen with the holder's own card. When the card "
        "session is ended, the staff session ends with it.",
        "A staff session, or why there is none; of a resident's card, and of somebody who is no longer of the staff, "
        "`not_staff`.",
    ),
    "sign_staff_in": (
        "Sign staff in by name, password and one-time code",
        "Where a hall has no staff cards, or the kiosk cannot read one. The code is RFC 6238: six digits, steps of 30 "
        f"seconds, one step of drift either way, each good once. {FREE} wrong sign-ins on end under one name, whether "
        "there is such a name or not, and it is locked: for 15 seconds, then twice as long each time, at most 15 minutes."
        " While it is locked nothing is looked at.",
        "A staff session, or why there is none. Whether name, password or code was wrong is not told.",
    ),
    "end_staff_session": (
        "Sign staff out",
        f"The token is worth nothing from now on. A session that nothing is asked in ends after {IDLE_SECONDS // 60} "
        "minutes by itself.",
        "Signed out.",
    ),
    "sign_second_in": (
        "A supervisor's second sign-in",
        "For a look-up that was answered `second_needed`. It is good for one look-up of this session, within "
        f"{int(SECOND_SECONDS) // 60} minutes, and opens no session of its own. The supervisor is another person than "
        "whoever is signed in: otherwise `wrong_role`.",
        "`role` and `number` of the supervisor, without a session, or why not.",
    ),
    "look_up": (
        "Look a person up",
        "By the whole ID number or card number: there is no search by name, and no list. The region's rules of each ground say "
        "whose it is, which document it takes and whether a supervisor signs in too. In this order: the rate "
        f"({LOOKUPS} in {int(WINDOW_SECONDS) // 60} minutes; the next one is an alarm to the supervisors), ground and role, "
        "roster, document, second sign-in, and only then anything that depends on the person. A document opens one person's "
        "record until its last day. Every look-up that is asked for is on central's record with its outcome.",
        "The record, masked, without accounts, medical entries and payers; or why there is none. The person is told at "
        "the next own visit (`views` of the overview).",
    ),
    "reveal": (
        "Show one field in clear",
        "Of the session's newest look-up, within "
        f"{int(REVEAL_SECONDS) // 60} minutes. Each is on central's record by itself.",
        "The field; `value` is null where nobody has it.",
    ),
    "hand_over": (
        "Hand over to the resident",
        "Of a look-up on the ground `present` whose answer said `may_hand_over`. Ends the staff session. What is opened "
        "is the resident's own, for the routes of a card session that look (the overview with the statement "
        "`without_card`) and for the report of a loss.",
        "Session and token of the resident.",
    ),
    "take_ticket": (
        "Take a hand-off ticket",
        "By the code on it. Whoever takes it first has it, and is told again what it stands for when asking again. A "
        "ticket that was not given in this hall is not known.",
        "`taken` with reason and holder: it is this clerk's. `taken` with nothing else: another one's. `waiting` is never"
        " answered here.",
    ),
    "slip_again": (
        "What stood on a slip",
        "By its reference, to print it again: the slips of activations and of reports of loss of this hall. It is on central's "
        "record who asked.",
        "The slip; null where there is none with this reference.",
    ),
    "confirm_identity": (
        "A clerk confirms who stands there",
        "In the session of a card that was offered activation: the clerk has seen the ID document and signs in for this "
        "one statement, as for `sign_staff_in`. The number is compared as for `prove_identity`, and takes no code. Nobody"
        " confirms who one is oneself, and technicians nobody: `wrong_role`.",
        "How the sign-in went, and where it was taken how the comparison did.",
    ),
    "technician_pairs": (
        "What lets technicians in while central is away",
        f"For each technician's card {PAIRS} challenges, each with the HMAC-SHA256 (RFC 2104) under `key` of the card's "
        "eight bytes in answer to INTERNAL AUTHENTICATE over proc8 and orig8. Nothing in the list answers a challenge, "
        f"and none of them opens a card session. The kiosk keeps the newest list, sealed, for {PAIR_DAYS} days, and "
        "strikes a pair off before it asks the card. A pair opens the kiosk's service screen: no record, no look-up.",
        "The newest list; it takes the place of the one before.",
    ),
    "parts": (
        "Which of central's parts are there",
        "For the kiosk's service screen, so that a technician is not sent to a cable when a source is away.",
        "Each part by name.",
    ),
}

_SESSION: Final = (
    ProblemType.NO_SUCH_SESSION,
    ProblemType.WRONG_DEVICE,
    ProblemType.TOKEN_INVALID,
    ProblemType.SESSION_ENDED,
)
_WRITES: Final = (ProblemType.IDEMPOTENCY_MISSING, ProblemType.IDEMPOTENCY_CONFLICT)
_STEP: Final = (*_SESSION, *_WRITES, ProblemType.NOT_OFFERED)

PROBLEMS: Final[dict[str, tuple[ProblemType, ...]]] = {
    "sign_staff_in_by_card": (*_STEP, ProblemType.STATEMENT_USED),
    "sign_staff_in": _WRITES,
    "end_staff_session": _SESSION,
    "sign_second_in": (*_SESSION, *_WRITES),
    "look_up": (*_SESSION, *_WRITES),
    "reveal": _STEP,
    "hand_over": _STEP,
    "take_ticket": _STEP,
    "slip_again": (*_SESSION, ProblemType.NOT_OFFERED),
    "confirm_identity": _STEP,
    "technician_pairs": (),
    "parts": (),
}

_CLERK: Final = {"name": "0231", "password": "Hall-5c01d2aa", "code": "287082"}

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "sign_staff_in_by_card": {"stated": {"statement": "pin_verified"}},
    "sign_staff_in": {"clerk": _CLERK},
    "sign_second_in": {"supervisor": {"name": "0007", "password": "Hall-91f0be37", "code": "081804"}},
    "look_up": {
        "present": {
            "ground": "present",
            "document": None,
            "reference": None,
            "kind": "id_number",
            "number": "370101199001011059",
        },
        "entrusted": {
            "ground": "entrusted",
            "document": "power_of_attorney",
            "reference": "SQ-2026-0117",
            "kind": "card_number",
            "number": "A10022222",
        },
    },
    "reveal": {"phone": {"field": "phone"}},
    "confirm_identity": {
        "holder": {
            "clerk": _CLERK,
            "identity": {"whose": "holder", "relation": None, "number": "370101200105201231", "document": None},
        }
    },
}

_SIGNED_IN: Final = {
    "outcome": "signed_in",
    "session": "c9TzR2mV0kXe4sQp",
    "token": "Yx0W2o7kq3sJ8rJfH4aTn2mB0c3vM1yq",
    "role": "clerk",
    "number": "W-0231",
    "expires": "2026-11-20T11:00:00+08:00",
    "wait": 0,
}

ANSWERS: Final[dict[str, Any]] = {
    "sign_staff_in_by_card": _SIGNED_IN,
    "sign_staff_in": _SIGNED_IN,
    "sign_second_in": {
        "outcome": "signed_in",
        "session": None,
        "token": None,
        "role": "supervisor",
        "number": "S-0007",
        "expires": None,
        "wait": 0,
    },
    "look_up": {
        "outcome": "found",
        "lookup": "pB7wq0Zk2mV4yT1c",
        "why": None,
        "record": {
            "name": "测*甲",
            "number": "370***********1059",
            "phone": "138****0011",
            "employer": "示******司",
            "registrations": [
                {
                    "insurance": "110",
                    "person_status": "1",
                    "payment_status": "1",
                    "since": "2010-07",
                    "until": None,
                    "merged_into": None,
                    "payer": None,
                    "entitlement": None,
                    "origin": {
                        "body": {
                            "code": "370100-SI",
                            "name": "济南市社会保险事业中心",
                            "name_en": "Jinan Social Insurance Centre",
                            "phone": {"number": "12333", "confirmed": True},
                            "address": None,
                        },
                        "as_of": "2026-11-20T10:30:00+08:00",
                    },
                }
            ],
            "as_of": "2026-11-20T10:32:05+08:00",
        },
        "may_hand_over": True,
    },
    "reveal": {"field": "phone", "value": "13800000011"},
    "hand_over": {
        "outcome": "opened",
        "session": "h3Lq8wXc1vN0zKpR",
        "token": "T5fYw1Lz9RcHd6PgAe2uk8sJ0mVb3nXq",
        "expires": "2026-11-20T10:47:05+08:00",
        "wait": 0,
    },
    "take_ticket": {
        "state": "taken",
        "reason": "pin_locked",
        "holder": "测*甲",
        "given": "2026-11-20T10:12:40+08:00",
    },
    "slip_again": {
        "slip": {
            "reference": "261120-R3WD-8HXE",
            "kind": "loss",
            "holder": "测*甲",
            "at": "2026-11-20T10:12:40+08:00",
            "bank": None,
            "confirmed": True,
            "until": "2026-12-05",
        }
    },
    "confirm_identity": {
        "sign_in": "signed_in",
        "wait": 0,
        "identity": {"outcome": "matched", "left": 5, "phone": None},
    },
    "technician_pairs": {
        "key": "5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F5A0F",
        "issued": "2026-11-20T10:30:00+08:00",
        "expires": "2026-12-20T10:30:00+08:00",
        "cards": [
            {
                "card": "2F076E52E2B145B20EF4FACF69E62E9718FEFB56460CE915ACC96AA8DD929F30",
                "number": "T-0007",
                "pairs": [
                    {
                        "proc8": "1D5A3E9B7C20F481",
                        "orig8": "99E04C6A12B7D835",
                        "digest": "47F834387DD08F4AD7CF7B46C54C76F49168D4001B2DD1B299FF81FA3F87933F",
                    }
                ],
            }
        ],
    },
    "parts": {"parts": [{"name": "register", "there": True}, {"name": "contributions", "there": False}]},
}

FIELDS: Final[dict[str, dict[str, str]]] = {
    "FoundRecord": {
        "name": "Masked by central.",
        "number": "Masked by central.",
        "phone": "Masked by central; null where none is on file.",
        "employer": "AAB004 单位名称, masked by central; null without one.",
        "registrations": "Every insurance of the person, without its payer.",
        "as_of": "When it was put together.",
    },
    "Lookup": {
        "outcome": "Found, or why not.",
        "lookup": "Names the look-up in the paths below; null unless found.",
        "why": "Of a refused one.",
        "record": "Null unless found.",
        "may_hand_over": "The resident may go on alone.",
    },
    "LookupRequest": {
        "ground": "查询依据.",
        "document": "Which document, where the ground takes one.",
        "reference": "What stands on it.",
        "kind": "Which number it is.",
        "number": "GB 11643, 18 characters, or AAZ500, nine.",
    },
    "PartState": {
        "name": "register, keys, contributions, accounts, cards, codes, staff, audit, or another.",
        "there": "Does it answer now.",
    },
    "Parts": {"parts": "In no certain order."},
    "RecordView": {
        "at": "When staff saw the record.",
        "hall": "Where, in Chinese.",
        "hall_en": "The same in English.",
        "ground": "On which ground.",
    },
    "RevealRequest": {"field": "Which one."},
    "Revealed": {"field": "As asked.", "value": "In clear; null where nobody has it."},
    "SignInRequest": {
        "name": "The digits that staff sign in with.",
        "password": "As typed.",
        "code": "Of the token, six digits (RFC 6238).",
    },
    "SlipAnswer": {"slip": "Null where no slip of this hall has this reference."},
    "SlipFacts": {
        "reference": "As asked.",
        "kind": "activation or loss.",
        "holder": "Masked by central.",
        "at": "When it was given.",
        "bank": "Of an activation: whose account is on the card.",
        "confirmed": "Of an activation: the card is active. False: its confirmation is still to come.",
        "until": "Of a report of loss: its last day; null: it stays until it is lifted.",
    },
    "StaffConfirmation": {
        "sign_in": "How the clerk's sign-in went.",
        "wait": "Of a locked one: seconds.",
        "identity": "Null unless the sign-in was taken.",
    },
    "StaffConfirmationRequest": {
        "clerk": "Who has seen the ID document.",
        "identity": "Whose it is; without a document, as the clerk has read it.",
    },
    "StaffFacts": {"role": "What one may do.", "number": "What stands on the card."},
    "StaffSession": {
        "outcome": "Signed in, or why not.",
        "session": "Names the session in the paths below; null unless one was opened.",
        "token": "Bearer token of the session; null unless one was opened.",
        "role": "What one may do; null unless signed in.",
        "number": "What stands on the staff card; null unless signed in.",
        "expires": "The session ends then if nothing is asked in it; null unless one was opened.",
        "wait": "Of a locked one: seconds.",
    },
    "TakenTicket": {
        "state": "How it stands.",
        "reason": "Why the person was sent to the counter.",
        "holder": "Whose card it was, masked by central.",
        "given": "When.",
    },
    "TechnicianCard": {
        "card": "HMAC-SHA256 under `key` of the 32 ASCII characters of the identification code, in upper case.",
        "number": "What stands on the card.",
        "pairs": "None where the card's answers cannot be told now.",
    },
    "TechnicianPair": {
        "proc8": "过程因子, 8 bytes hexadecimal, random.",
        "orig8": "原始信息, 8 bytes hexadecimal, random.",
        "digest": "HMAC-SHA256 under `key` of the card's eight bytes.",
    },
    "TechnicianPairs": {
        "key": "32 random bytes hexadecimal, fresh with every list.",
        "issued": "When it was put together.",
        "expires": "So long a kiosk may use it.",
        "cards": "Of the technicians whose cards are in order.",
    },
}

"""The words of the OpenAPI document for what is done at a kiosk: activation, reports of loss, tickets."""

from typing import Any, Final

from kiosk.central.contract import ProblemType
from kiosk.services import CODE_SENDINGS, CODE_WAIT_SECONDS

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "eligibility": (
        "May the card be activated",
        "In the session of a card that was offered activation. An open reservation of the card is told to whatever "
        "kiosk has it in its slot: that kiosk may confirm it from then on, and no kiosk may cancel it alone any "
        "more. A reservation stays open until it is confirmed or cancelled, also when its time is over: the card's "
        "PIN may have been changed under it.",
        "Who may act, in which ways one can prove who one is, and the reservation that is open.",
    ),
    "prove_identity": (
        "Compare one person's ID number",
        "The holder's first, whoever stands there; an agent's or guardian's after it. A number that was typed "
        "proves nothing yet: a code to this person's phone on file follows. A number that a document reader read, "
        "with the name beside it, proves by itself. Guardians and agents are of age and not the holder. 5 numbers "
        "a day that do not match, and the card is locked for this. Whoever does not give a whole number learns "
        "nothing of anybody.",
        "A number that does not match is an answer, not an error. Of a holder without a phone on file `no_phone`: "
        "an agent may still go on.",
    ),
    "send_code": (
        "Send a code to a phone",
        "For an identity to the phone on file of who stands there; for a phone number to that number, after the "
        "identity was proved. Six digits that hold for 10 minutes; sent again they are the same. Again after "
        f"{CODE_WAIT_SECONDS} seconds, {CODE_SENDINGS} times in all within an hour for one card and purpose; a "
        "number that is another person's on file counts.",
        "Where it went, and when it may be sent again. Where it is too soon, `code` is the one sent before.",
    ),
    "check_code": (
        "Check a code",
        "5 checks. A code that matched matches again while it holds. One that is not known for this card has expired.",
        "Whether it is the one.",
    ),
    "reserve": (
        "Reserve the activation",
        "Before the card's PIN is changed. A card has at most one open reservation: it is given back, with 30 "
        "minutes anew. The `Idempotency-Key` names one reservation of one card for good, in whatever session and "
        "with whatever body it comes again: what it reserved is given back while that is open, and `cancelled` "
        "after it was cancelled, also where the cancel came first. What was refused may be asked again with the "
        "same key. The identity check is at most 15 minutes old.",
        "The reservation, or why there is none.",
    ),
    "confirm": (
        "Confirm a reservation",
        "The card's PIN was changed: the card becomes active. Authorised by the kiosk and the reservation, not by "
        "a person: by the one that made it or was told of it, at any time, as often as it takes; an expired one "
        "too. Where the card was reported lost since, the reservation stays open and its confirm may come again.",
        "`activated` also for every later confirm. Of a reservation that this kiosk was not told of: `unknown`.",
    ),
    "cancel": (
        "Cancel a reservation",
        "The kiosk never sent the card the command that changes its PIN. Only by the kiosk that made it, and only "
        "while no other one was told of it and no second key was given it: otherwise `elsewhere`, and it stays "
        "open.",
        "`cancelled` also for every later cancel.",
    ),
    "cancel_key": (
        "Cancel what a key reserved",
        "For a kiosk that never had the answer of its reservation. Where the request never came, the key reserves "
        "nothing when it still comes.",
        "As for a reservation.",
    ),
    "reservation": (
        "How a reservation stands",
        "For the kiosk that made it or was told of it.",
        "Of any other: `unknown`.",
    ),
    "report_loss": (
        "Report the card lost for the time being",
        "After PIN verified was stated in this session. The card is on the next loss list. A second report gives "
        "the first one back. The bank's part of the card is reported at the bank.",
        "Reference and last day; the report ends by itself.",
    ),
    "ticket": (
        "Give a ticket for the counter",
        "A code that tells the clerk what brought the person there, with no personal data in it. For the same card "
        "and reason the same while it is good.",
        "The code.",
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
    "eligibility": _STEP,
    "prove_identity": _STEP,
    "send_code": _STEP,
    "check_code": _STEP,
    "reserve": _STEP,
    "confirm": _WRITES,
    "cancel": _WRITES,
    "cancel_key": _WRITES,
    "reservation": (),
    "report_loss": (*_STEP, ProblemType.PIN_NOT_STATED),
    "ticket": (*_SESSION, *_WRITES, ProblemType.NOT_OFFERED),
}

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "prove_identity": {
        "holder": {"whose": "holder", "relation": None, "number": "370101200105201231", "document": None},
        "guardian_with_document": {
            "whose": "guardian",
            "relation": "parent",
            "number": "370101199001011059",
            "document": {"name": "测试甲"},
        },
    },
    "send_code": {
        "identity": {"purpose": "identity", "phone": None},
        "phone": {"purpose": "phone", "phone": "13800000011"},
    },
    "check_code": {"typed": {"text": "402817"}},
    "reserve": {
        "holder": {"party": "holder", "relation": None, "phone": None},
        "guardian": {"party": "guardian", "relation": "parent", "phone": "p2Zk7mB0c3vM1yqY"},
    },
    "confirm": {"changed": {"statement": "pin_changed"}},
    "cancel": {"not_changed": {"statement": "pin_not_changed"}},
    "cancel_key": {"not_changed": {"statement": "pin_not_changed"}},
    "report_loss": {"report": {"statement": "report_lost"}},
    "ticket": {"locked": {"reason": "pin_locked"}},
}

ANSWERS: Final[dict[str, Any]] = {
    "eligibility": {
        "eligible": "yes",
        "minor": False,
        "ways": ["code", "document"],
        "phone": "138****0011",
        "bank": "示例银行济南分行",
        "open": {
            "reservation": "mT0yqB8d3vP1xWzC",
            "reference": "261120-K7QM-4T9P",
            "party": "holder",
            "expires": "2026-11-20T11:00:00+08:00",
            "here": True,
        },
    },
    "prove_identity": {"outcome": "matched", "left": 5, "phone": "138****0011"},
    "send_code": {"outcome": "sent", "code": "p2Zk7mB0c3vM1yqY", "phone": "138****0011", "wait": 60, "left": 3},
    "check_code": {"outcome": "matched", "left": 4},
    "reserve": {
        "outcome": "reserved",
        "reservation": "mT0yqB8d3vP1xWzC",
        "reference": "261120-K7QM-4T9P",
        "expires": "2026-11-20T11:00:00+08:00",
    },
    "confirm": {"outcome": "activated", "at": "2026-11-20T10:34:20+08:00"},
    "cancel": {"outcome": "cancelled"},
    "cancel_key": {"outcome": "cancelled"},
    "reservation": {
        "standing": "confirmed",
        "expires": "2026-11-20T11:00:00+08:00",
        "at": "2026-11-20T10:34:20+08:00",
    },
    "report_loss": {"reference": "261120-R3WD-8HXE", "until": "2026-12-05"},
    "ticket": {"code": "N6PV-2CYA", "until": "2026-11-27T10:30:00+08:00"},
}

FIELDS: Final[dict[str, dict[str, str]]] = {
    "Cancellation": {"outcome": "What became of it."},
    "ChangeStatement": {"statement": "The card said so, or took the new PIN afterwards."},
    "CheckedCode": {"outcome": "Is it the one.", "left": "Checks that are left."},
    "CodeCheck": {"text": "Six digits, as typed."},
    "CodeRequest": {
        "purpose": "What the code is to prove.",
        "phone": "For a phone number: eleven digits. Null for an identity.",
    },
    "Confirmation": {"outcome": "What became of it.", "at": "When it was activated; null unless it was."},
    "Document": {"name": "AAC003 姓名, as the document has it."},
    "Eligibility": {
        "eligible": "May it be activated here.",
        "minor": "Under 16: a guardian acts.",
        "ways": "In which ways one can prove who one is.",
        "phone": "The holder's phone on file, masked by central; null: none.",
        "bank": "Whose account is on the card: its part is activated there.",
        "open": "The reservation that is neither confirmed nor cancelled.",
    },
    "Identity": {
        "outcome": "What the comparison gave.",
        "left": "Numbers that may be tried yet today.",
        "phone": "Where a code goes, masked; null: none is needed, or none can be sent.",
    },
    "IdentityRequest": {
        "whose": "Whose number it is.",
        "relation": "监护关系; of a guardian, else null.",
        "number": "GB 11643, 18 characters.",
        "document": "What a document reader read beside the number; null: typed.",
    },
    "LossReport": {"reference": "For the person.", "until": "Last day; null: until it is lifted."},
    "LossRequest": {"statement": "The holder wants it."},
    "NoChangeStatement": {"statement": "It never was, and never will be under this reservation."},
    "OpenReservation": {
        "reservation": "Names it for confirm and cancel.",
        "reference": "For the person.",
        "party": "Who acted.",
        "expires": "It takes its confirm after this, too.",
        "here": "This kiosk made it.",
    },
    "Reservation": {
        "outcome": "Reserved, or why not.",
        "reservation": "Names it for confirm and cancel.",
        "reference": "For the person: on the slip.",
        "expires": "It takes its confirm after this, too.",
    },
    "ReservationRequest": {
        "party": "Who acts.",
        "relation": "监护关系; of a guardian, else null.",
        "phone": "The code by which a new phone was confirmed; null: what is on file stays.",
    },
    "ReservationState": {
        "standing": "How it stands.",
        "expires": "Null: not known here.",
        "at": "Of its confirm or cancel.",
    },
    "SentCode": {
        "outcome": "Was it sent.",
        "code": "Names the code in its check; where it is too soon or used up, the one sent before.",
        "phone": "Where it went, masked.",
        "wait": "Seconds until it may be sent again.",
        "left": "Sendings that are left.",
    },
    "Ticket": {"code": "For the clerk.", "until": "It is good until then."},
    "TicketRequest": {"reason": "What brings the person to the counter."},
}

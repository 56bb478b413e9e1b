"""Every stage, note, role and outcome of a staff session that the tests build and the pictures show, by name. All made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from drivers.card.states import ReaderState
from kiosk.help import (
    AuthorisationKind,
    FoundRecord,
    GroundRule,
    LookupRefusal,
    NumberKind,
    RevealField,
    Role,
    SlipFacts,
    TakenTicket,
    TicketState,
)
from kiosk.model import Ground, Verdict
from kiosk.services import Party, TicketReason
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.failures import Failure
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    Found,
    HelpRules,
    Refused,
    Shown,
    SignIn,
    SlipFound,
    Staff,
    StaffFailed,
    StaffStage,
    StaffWork,
    StaffWorking,
    TicketTaken,
    TypeReference,
    TypeSlip,
    TypeTicket,
    TypeWhose,
)
from kiosk.visit.services import ClerkConfirms, Paper
from kiosk.visit.states import Link, Model, PinNote, Rules, SessionReply, Slot, World
from tests.kiosk.ui.screens import activation_cases, samples
from tests.kiosk.ui.screens.harness import MONOTONIC
from tests.kiosk.ui.screens.visit_cases import pin, pin_offline

T: Final = MONOTONIC
DOCUMENTS: Final = {
    Ground.ENTRUSTED: (AuthorisationKind.POWER_OF_ATTORNEY,),
    Ground.GUARDIAN: (AuthorisationKind.GUARDIANSHIP, AuthorisationKind.KINSHIP),
    Ground.HEIR: (AuthorisationKind.KINSHIP,),
    Ground.EMPLOYER: (AuthorisationKind.EMPLOYER_LETTER,),
    Ground.COURT: tuple(AuthorisationKind),
}
GROUNDS: Final = tuple(
    GroundRule(ground, DOCUMENTS.get(ground, ()), second=ground in (Ground.COURT, Ground.CORRECTION))
    for ground in Ground
)
RULES: Final = Rules(printer=True, help=HelpRules(grounds=GROUNDS, sign_in_without_card=True))
WITH_CARD: Final = World(reader=ReaderState.READY, slot=Slot(1, mute=False))
WITHOUT: Final = World(reader=ReaderState.READY)
NUMBER: Final = activation_cases.NUMBER
CARD_NUMBER: Final = "D12345675"
REFERENCE: Final = "SQ-2026-0417"
LONGEST: Final = "WW-MM-2026-WW-MM-0417-WW"
assert len(LONGEST) == 24
FOUR: Final = tuple(samples.registration(code) for code in ("110", "310", "210", "410"))
RECORD: Final = FoundRecord("测*宁", "370***********5671", "138****5678", "示例机械有限公司", FOUR, samples.LIVE.as_of)
LONG_RECORD: Final = FoundRecord(
    samples.LONG_NAME,
    "370***********5671",
    "138****5678",
    samples.LONG_FIRM.name,
    tuple(
        samples.registration(code) for code in ("110", "310", "210", "410", "510", "170", "390", "120", "150", "330")
    ),
    samples.LIVE.as_of,
)


def model(stage: StaffStage, role: Role | None = Role.CLERK, *, card: bool = True, **more: object) -> Model:
    number = {None: "", Role.CLERK: "W-0231", Role.SUPERVISOR: "S-0007", Role.TECHNICIAN: "T-0007"}[role]
    state = replace(Staff(1, 1 if card else 0, stage, T, role, number), **more)  # type: ignore[arg-type]
    return Model(RULES, WITH_CARD if card else WITHOUT, state=state, visits=1, now=T)


def sign_in(step: SignInStep = SignInStep.NAME, **more: object) -> Model:
    return model(replace(SignIn(step), **more), None, card=False)  # type: ignore[arg-type]


def second(step: SignInStep = SignInStep.NAME, **more: object) -> Model:
    back = TypeWhose(Ground.COURT, AuthorisationKind.COURT_ORDER, REFERENCE, text=NUMBER)
    return model(replace(SignIn(step, second=True, back=back), **more))  # type: ignore[arg-type]


def whose(ground: Ground = Ground.ENTRUSTED, **more: object) -> Model:
    document = AuthorisationKind.POWER_OF_ATTORNEY if ground is Ground.ENTRUSTED else None
    return model(replace(TypeWhose(ground, document, REFERENCE if document else None), **more))  # type: ignore[arg-type]


def found(record: FoundRecord = RECORD, *, own: bool = False, **more: object) -> Model:
    kind = None if own else AuthorisationKind.POWER_OF_ATTORNEY
    ground = Ground.PRESENT if own else Ground.ENTRUSTED
    stage = Found("lookup-00000001", ground, kind, None if own else REFERENCE, record, own, paper=Paper.OFFERED)
    return model(replace(stage, **more))  # type: ignore[arg-type]


def clerk(step: SignInStep = SignInStep.NAME, **more: object) -> Model:
    stage = replace(ClerkConfirms(Party.HOLDER, NUMBER, step), **more)  # type: ignore[arg-type]
    return activation_cases.model(stage, party=Party.HOLDER)


SLIP: Final = SlipFacts("QY-1120-0387", "activation", "测*宁", samples.NOW - timedelta(days=2), activation_cases.BANK)
LOSS: Final = SlipFacts(
    "GS-1120-0388", "loss", "测*宁", samples.NOW - timedelta(days=400), None, False, date(2026, 11, 27)
)
TAKEN: Final = TakenTicket(TicketState.TAKEN, TicketReason.PIN_LOCKED, "测*宁", samples.NOW - timedelta(minutes=12))
STAFF_REPLY: Final = SessionReply(Verdict.GENUINE, None, None, True, staff=Role.CLERK, staff_number="W-0231")
ENTRY_NOTES: Final = tuple(note for note in EntryNote if note is not EntryNote.NONE)

CASES: Final[dict[str, Callable[[], Model]]] = {
    **{f"sign-in.{step.value}": partial(sign_in, step) for step in SignInStep},
    "sign-in.name-typed": lambda: sign_in(name="0231"),
    "sign-in.name-longest": lambda: sign_in(name="8888888888"),
    "sign-in.password-typed": lambda: sign_in(SignInStep.PASSWORD, digits=11),
    "sign-in.password-longest": lambda: sign_in(SignInStep.PASSWORD, digits=32),
    "sign-in.code-typed": lambda: sign_in(SignInStep.CODE, code="123456"),
    "sign-in.refused": lambda: sign_in(note=EntryNote.REFUSED),
    "sign-in.incomplete": lambda: sign_in(SignInStep.PASSWORD, note=EntryNote.INCOMPLETE),
    "sign-in.locked": lambda: sign_in(note=EntryNote.REFUSED, locked_until=T + 14.2),
    "sign-in.locked-one": lambda: sign_in(note=EntryNote.REFUSED, locked_until=T + 0.5),
    "sign-in.locked-long": lambda: sign_in(note=EntryNote.REFUSED, locked_until=T + 899),
    **{f"second.{step.value}": partial(second, step) for step in SignInStep},
    "second.wrong-role": lambda: second(note=EntryNote.WRONG_ROLE),
    **{f"clerk.{step.value}": partial(clerk, step) for step in SignInStep},
    "clerk.refused": lambda: clerk(note=EntryNote.REFUSED),
    "clerk.locked": lambda: clerk(note=EntryNote.REFUSED, locked_until=T + 30),
    "pin.staff": lambda: pin(reply=STAFF_REPLY),
    "pin.staff-wrong": lambda: pin(2, reply=STAFF_REPLY, note=PinNote.WRONG),
    "pin.technician": lambda: pin_offline(technician=True, recent=False),
    "pin.technician-last": lambda: pin_offline(1, technician=True, recent=False, note=PinNote.WRONG),
    "desk": lambda: model(Desk()),
    "desk.supervisor": lambda: model(Desk(), Role.SUPERVISOR, card=False),
    "desk.technician": lambda: model(Desk(), Role.TECHNICIAN),
    "desk.no-grounds": lambda: replace(model(Desk()), rules=Rules()),
    "ground": lambda: model(ChooseGround()),
    "ground.later": lambda: model(ChooseGround(6)),
    "authorisation": lambda: model(ChooseAuthorisation(Ground.GUARDIAN)),
    "authorisation.all": lambda: model(ChooseAuthorisation(Ground.COURT)),
    "reference": lambda: model(TypeReference(Ground.ENTRUSTED, AuthorisationKind.POWER_OF_ATTORNEY)),
    "reference.typed": lambda: model(TypeReference(Ground.ENTRUSTED, AuthorisationKind.POWER_OF_ATTORNEY, REFERENCE)),
    "reference.longest": lambda: model(TypeReference(Ground.COURT, AuthorisationKind.COURT_ORDER, LONGEST)),
    "reference.incomplete": lambda: model(
        TypeReference(Ground.HEIR, AuthorisationKind.KINSHIP, "S", EntryNote.INCOMPLETE)
    ),
    "whose": lambda: whose(),
    "whose.present": lambda: whose(Ground.PRESENT),
    "whose.half": lambda: whose(text=NUMBER[:11]),
    "whose.full": lambda: whose(text=NUMBER),
    "whose.longest": lambda: whose(Ground.ENTRUSTED, reference=LONGEST, text=NUMBER),
    "whose.card": lambda: whose(kind=NumberKind.CARD_NUMBER),
    "whose.card-full": lambda: whose(kind=NumberKind.CARD_NUMBER, text=CARD_NUMBER),
    "whose.card-checksum": lambda: whose(kind=NumberKind.CARD_NUMBER, text=CARD_NUMBER, note=EntryNote.CHECKSUM),
    **{f"whose.{note.value}": partial(whose, note=note) for note in ENTRY_NOTES},
    "found": lambda: found(),
    "found.own": lambda: found(own=True),
    "found.shown": lambda: found(shown=Shown(RevealField.NUMBER, "370114199901015671", T + 7.2)),
    "found.asked": lambda: found(asked=RevealField.EMPLOYER),
    "found.handing-over": lambda: found(own=True, handing_over=True),
    "found.printing": lambda: found(paper=Paper.PRINTING),
    "found.printed": lambda: found(own=True, paper=Paper.PRINTED),
    "found.no-paper": lambda: found(paper=Paper.FAILED),
    "found.no-printer": lambda: found(paper=Paper.NO_PRINTER),
    "found.little": lambda: found(replace(RECORD, phone=None, employer=None, registrations=())),
    "found.long": lambda: found(LONG_RECORD),
    "found.long-later": lambda: found(LONG_RECORD, own=True, part=9, shown=Shown(RevealField.NAME, None, T + 1)),
    **{f"refused.{why.value}": partial(model, Refused(why)) for why in LookupRefusal},
    "refused.too-many": lambda: model(Refused(None)),
    "ticket-code": lambda: model(TypeTicket()),
    "ticket-code.typed": lambda: model(TypeTicket("B7K-4Q2-9XD")),
    "ticket-code.unknown": lambda: model(TypeTicket(note=EntryNote.UNKNOWN)),
    "ticket-code.expired": lambda: model(TypeTicket(note=EntryNote.EXPIRED)),
    "ticket-taken": lambda: model(TicketTaken(TAKEN)),
    **{f"ticket-taken.{s.value}": partial(model, TicketTaken(TakenTicket(s))) for s in TicketState},
    **{
        f"ticket-taken.{reason.value}": partial(model, TicketTaken(replace(TAKEN, reason=reason)))
        for reason in TicketReason
    },
    "slip-reference": lambda: model(TypeSlip()),
    "slip-reference.unknown": lambda: model(TypeSlip(note=EntryNote.UNKNOWN)),
    **{f"slip-found.{paper.value}": partial(model, SlipFound(SLIP, paper)) for paper in Paper},
    "slip-found.loss": lambda: model(SlipFound(LOSS, Paper.OFFERED)),
    **{f"staff-working.{work.value}": partial(model, StaffWorking(work, T, Desk())) for work in StaffWork},
    "staff-working.card": lambda: model(StaffWorking(StaffWork.SIGN_IN, T, Desk()), None),
    "staff-working.slow": lambda: model(StaffWorking(StaffWork.LOOK_UP, T - 2, Desk(), slow=True)),
    "staff-failed": lambda: model(StaffFailed(Failure.CENTRAL_UNREACHABLE, Desk())),
    "staff-failed.bad-answer": lambda: model(StaffFailed(Failure.CENTRAL_BAD_ANSWER, Desk())),
    "staff-failed.session": lambda: model(StaffFailed(Failure.CENTRAL_SESSION_ENDED, SignIn()), None, card=False),
    "staff.still-there": lambda: replace(model(Desk(), asking_since=T - 4)),
    "staff.still-there-found": lambda: replace(found(), state=replace(_staff(found()), asking_since=T - 4)),
    "staff.covered": lambda: replace(found(), state=replace(_staff(found()), covered=True)),
    "staff.offline": lambda: replace(sign_in(), world=replace(WITHOUT, link=Link.OFFLINE)),
}


def _staff(case: Model) -> Staff:
    assert isinstance(case.state, Staff)
    return case.state

"""Help in the random world of `walk.Walk`: what central and the devices answer, and what must always hold of it.

Of a session without a card the person is `person_of(visit)`: also who is looked up, and who goes on after a hand-over.
"""

from collections.abc import Sequence
from typing import Final, TypeVar, assert_never

from kiosk.help import (
    Access,
    Ground,
    LookupOutcome,
    LookupRefusal,
    Part,
    QueryOutcome,
    Revealed,
    RevealField,
    Role,
    SignInOutcome,
    TicketState,
)
from kiosk.model import CentralFailure
from kiosk.services import Identity, IdentityOutcome
from kiosk.visit import help_deeds as hd
from kiosk.visit import offers
from kiosk.visit.actions import Action, ConfirmTyped
from kiosk.visit.base import has_ended, in_visit
from kiosk.visit.events import Ask, CardInserted, CentralFailed, Event, IdentityAnswered, Pressed, SlipPrinted
from kiosk.visit.help import (
    ChooseAuthorisation,
    ChooseGround,
    Desk,
    Ended,
    EndLookup,
    FailureList,
    Found,
    HandOver,
    OpenFailures,
    OpenLookup,
    OpenRemedy,
    OpenReport,
    OpenSettings,
    OpenSlip,
    OpenTicket,
    PickAuthorisation,
    PickFailure,
    PickGround,
    Query,
    ReadinessReport,
    RevealRecord,
    SaveReport,
    ServiceScreen,
    SlipFound,
    Staff,
    TestAll,
    TestPart,
    TicketTaken,
    TouchedTarget,
    TouchTest,
    WhyEnded,
)
from kiosk.visit.services import Activation, Paper
from kiosk.visit.states import Model, Opening, Record
from tests.kiosk.visit.help_samples import (
    GROUNDS,
    KINSHIP,
    NAMES,
    STAFF_TEXTS,
    lookup,
    person_session,
    report,
    session,
    slip_facts,
    ticket,
)
from tests.kiosk.visit.samples import mark, texts

PEOPLE: Final = 4
ROLES: Final = {name: role for role, name in NAMES.items()}
HELPERS: Final = (Role.CLERK, Role.SUPERVISOR)
T = TypeVar("T")

NEXT: Final[dict[type, tuple[Action, ...]]] = {
    Desk: (OpenLookup(), OpenLookup(), OpenLookup(), OpenTicket(), OpenSlip(), OpenRemedy()),
    ChooseGround: (PickGround(Ground.PRESENT),) * 3 + tuple(PickGround(rule.ground) for rule in GROUNDS),
    ChooseAuthorisation: (PickAuthorisation(KINSHIP),),
    Found: (RevealRecord(RevealField.NAME), RevealRecord(RevealField.PHONE), *(HandOver(),) * 4, EndLookup()),
    ServiceScreen: (
        *(TestPart(part) for part in Part),
        *(TestAll(), OpenFailures(), OpenSettings(), OpenReport(), OpenRemedy()),
    ),
    TouchTest: tuple(TouchedTarget(target) for target in range(5)),
    FailureList: (PickFailure("READER-MISSING"),),
    ReadinessReport: (SaveReport(),),
}
"""What leads on from a page of help."""


def person_of(visit: int) -> int:
    return visit % PEOPLE


HelpAsked = (
    hd.SignStaffIn
    | hd.ConfirmIdentity
    | hd.SignTechnicianIn
    | hd.LookUp
    | hd.RevealNow
    | hd.HandOverNow
    | hd.TakeTicket
    | hd.FindSlip
    | hd.AskPersonSession
    | hd.PrintLookup
    | hd.PrintAgain
    | hd.Diagnose
    | hd.WriteReport
)


def help_answer(at: float, effect: HelpAsked, card_role: Role | None, outcome: int) -> Event:
    """0: as one wishes; 1 to 7: another of what can come; from 8 on central fails, where it is asked."""
    ids = at, effect.visit, effect.insertion, effect.request
    person = person_of(effect.visit)

    def one(of: Sequence[T]) -> T:
        return of[outcome % len(of)]

    here = hd.SignTechnicianIn, hd.Diagnose, hd.WriteReport, hd.PrintLookup, hd.PrintAgain
    if outcome >= 8 and not isinstance(effect, here):
        return CentralFailed(at, *ids[1:3], Ask.SERVICE, effect.request, list(CentralFailure)[outcome - 8])
    match effect:
        case hd.SignStaffIn(with_card=with_card, name=name):
            role = card_role if with_card else ROLES.get(name, Role.CLERK)
            said = one((SignInOutcome.SIGNED_IN, *SignInOutcome))
            return hd.StaffSignedIn(*ids, session(role, said, wait=15 if said is SignInOutcome.LOCKED else 0))
        case hd.ConfirmIdentity() if outcome in (1, 2):
            return hd.StaffSignedIn(*ids, session(outcome=SignInOutcome.REFUSED), 15.0 * (outcome - 1))
        case hd.ConfirmIdentity():
            return IdentityAnswered(*ids, Identity(one((IdentityOutcome.MATCHED, *IdentityOutcome)), 2, None))
        case hd.SignTechnicianIn():
            return hd.TechnicianLetIn(*ids, "T-0007" if card_role is Role.TECHNICIAN and outcome < 8 else None)
        case hd.LookUp():
            found = one((LookupOutcome.FOUND, *LookupOutcome))
            why = LookupRefusal.PROTECTED if found is LookupOutcome.REFUSED else None
            return hd.LookupAnswered(*ids, lookup(found, person, why=why))
        case hd.RevealNow(field=field):
            return hd.FieldRevealed(*ids, Revealed(field, f"clear{mark(person)}"))
        case hd.HandOverNow() | hd.AskPersonSession():
            opened = one((QueryOutcome.OPENED, *QueryOutcome))
            return hd.PersonSessionOpened(*ids, person_session(opened, 30), 30.0 if outcome == 7 else 0.0)
        case hd.TakeTicket():
            return hd.TicketTakenAnswered(*ids, ticket(one((TicketState.TAKEN, *TicketState)), person))
        case hd.FindSlip():
            return hd.SlipAnswered(*ids, None if outcome % 2 else slip_facts(person))
        case hd.PrintLookup() | hd.PrintAgain() | hd.WriteReport(file=False):
            return SlipPrinted(*ids, one((Paper.PRINTED, Paper.FAILED, Paper.NO_PRINTER)))
        case hd.WriteReport():
            return hd.ReportWritten(*ids, None if outcome % 2 else "report.txt")
        case hd.Diagnose(parts=parts):
            return hd.Diagnosed(*ids, report(), parts or ())
        case never:
            assert_never(never)


class Broken(AssertionError):
    """A rule that must always hold does not."""


def must(holds: bool, rule: str) -> None:
    if not holds:
        raise Broken(rule)


class Helped:
    """What help has done so far, for the rules that span several steps."""

    def __init__(self) -> None:
        self.passwords: set[int] = set()  # a buffer was opened, and not sent since
        self.staff: dict[int, Role] = {}  # signed in
        self.diagnostics: set[int] = set()  # let in by a pair
        self.sessions: dict[int, Access] = {}  # of a resident without a card

    def copy(self) -> "Helped":
        other = Helped()
        other.passwords, other.staff = set(self.passwords), dict(self.staff)
        other.diagnostics, other.sessions = set(self.diagnostics), dict(self.sessions)
        return other

    def answered(self, before: Model, event: Event, after: Model) -> None:
        """By the answers that were taken."""
        old, new = before.state, after.state
        if isinstance(new, Staff) and new.role is not None and not (isinstance(old, Staff) and old.role is not None):
            must(isinstance(event, hd.StaffSignedIn | hd.TechnicianLetIn), "nobody is staff without an answer")
            if isinstance(event, hd.StaffSignedIn):
                must(event.session.outcome is SignInOutcome.SIGNED_IN, "a no signs nobody in")
                must(event.session.role is new.role and event.locked == 0, "a role is central's")
            else:
                must(new.role is Role.TECHNICIAN and new.diagnostics_only, "a pair opens diagnostics only")
                self.diagnostics.add(new.visit)
            self.staff[new.visit] = new.role
        if isinstance(old, Staff) and isinstance(new, Staff) and old.role is not None and new.role is None:
            gone = isinstance(event, CentralFailed) and event.failure is CentralFailure.SESSION_ENDED
            must(gone, "staff are signed out by central only, while the page stays")
            self.staff.pop(new.visit)
        if isinstance(new, Opening) and new.access is not Access.CARD and not isinstance(old, Opening):
            if isinstance(event, hd.PersonSessionOpened):
                must(event.session.outcome is QueryOutcome.OPENED, "a no opens nothing")
                self.sessions[new.visit] = new.access
                self.staff.pop(new.visit, None)
            must(self.sessions.get(new.visit) is new.access, "no record without a session")
        was = in_visit(old)
        if isinstance(event, CardInserted) and was is not None and was.insertion == 0 and new is not old:
            must(isinstance(new, Ended) and new.why is WhyEnded.CARD_CAME, "a card ends a session without one visibly")

    def effect(self, model: Model, verified: set[tuple[int, int]], event: Event, effect: hd.HelpEffect) -> None:
        """`model`: after the step."""
        visit = effect.visit
        if isinstance(effect, hd.OpenPassword):
            self.passwords.add(visit)
            return
        role, by_card = self.staff.get(visit), (visit, effect.insertion) in verified
        confirmed = isinstance(event, Pressed) and isinstance(event.action, ConfirmTyped)
        match effect:
            case hd.SignStaffIn(with_card=True) | hd.SignTechnicianIn():
                must(by_card, "a staff card is let in after its PIN only")
            case hd.SignStaffIn() | hd.ConfirmIdentity() | hd.AskPersonSession():
                must(confirmed, "a password is sent by a finger only")
                must(visit in self.passwords, "a password is sent once for each time it was typed")
                self.passwords.discard(visit)
                if isinstance(effect, hd.SignStaffIn) and effect.second:
                    must(role in HELPERS, "a second one signs in for somebody")
            case hd.LookUp():
                must(role in HELPERS and visit not in self.diagnostics, "nobody is looked up without a clerk")
                must(offers.may_show(model.world), "nobody is looked up where nobody may be shown")
                second = isinstance(event, hd.StaffSignedIn)
                must(confirmed or second, "nobody is looked up but by a finger, or a second one's sign-in")
                must(any(rule.ground is effect.ground for rule in GROUNDS), "a ground is the region's")
            case (
                hd.RevealNow() | hd.HandOverNow() | hd.TakeTicket() | hd.FindSlip() | hd.PrintLookup() | hd.PrintAgain()
            ):
                must(role in HELPERS and visit not in self.diagnostics, "a clerk's work is a clerk's")
                must(isinstance(event, Pressed), "a clerk's work is done by a finger only")
            case hd.Diagnose() | hd.WriteReport():
                must(role is Role.TECHNICIAN, "parts are a technician's")
            case never:
                assert_never(never)

    def state(self, model: Model) -> None:
        state = model.state
        if isinstance(state, Staff):
            must(state.role is self.staff.get(state.visit), "a role is the one that was signed in")
            must(state.diagnostics_only >= (state.visit in self.diagnostics), "diagnostics stay diagnostics")
            shows = isinstance(state.stage, Found | TicketTaken | SlipFound)
            must(not shows or state.role in HELPERS, "a record is shown to who may look up")
            must(not (shows and model.world.audit_broken), "nothing is shown without its line")
            clear = any(f"clear{mark(person_of(state.visit))}" == text for text in texts(state))
            must(not clear or (isinstance(state.stage, Found) and not state.covered), "in clear on its page only")
            return
        if not isinstance(state, Activation):
            left = set(texts(state)) & set(STAFF_TEXTS)
            # The page before the PIN says whose staff card it is.
            must(
                not left or getattr(getattr(state, "reply", None), "staff", None) is not None,
                "no staff session is left",
            )
        if isinstance(state, Record) and state.insertion == 0:
            must(self.sessions.get(state.visit) is state.access, "no record without a session")
            must(state.reveal is None, "without the card nothing is revealed")
            must(state.offline is None, "without the card nothing that was kept is shown")
        if isinstance(state, Ended) or (isinstance(state, Query) and has_ended(state)):
            must(not any("«" in text for text in texts(state)), "an end holds nothing of anybody")

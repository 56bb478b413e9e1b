"""Help at the kiosk, by hand: staff of a synthetic hall, what they find, and scenes up to each page."""

from dataclasses import replace
from typing import Any

from drivers.card.states import PinVerified
from kiosk.health import Finding, LastFailure, Report
from kiosk.help import (
    AuthorisationKind,
    FoundRecord,
    Ground,
    Level,
    Lookup,
    LookupOutcome,
    LookupRefusal,
    Part,
    PersonSession,
    QueryOutcome,
    Revealed,
    RevealField,
    Role,
    SignInOutcome,
    SlipFacts,
    StaffSession,
    TakenTicket,
    TicketState,
)
from kiosk.services import IdentityWay, TicketReason
from kiosk.visit.actions import ConfirmPin, ConfirmTyped
from kiosk.visit.help import (
    GroundRule,
    HandOver,
    HelpRules,
    OpenLookup,
    OpenQuery,
    OpenStaffSignIn,
    PickGround,
    RevealRecord,
    Staff,
)
from kiosk.visit.help_deeds import (
    FieldRevealed,
    LookupAnswered,
    PersonSessionOpened,
    StaffSignedIn,
)
from kiosk.visit.states import Kept, Rules, Screen, SessionReply, State
from tests.kiosk.visit.samples import AS_OF, NUMBER, RULES, Scene, mark, overview, reply

POWER, KINSHIP = AuthorisationKind.POWER_OF_ATTORNEY, AuthorisationKind.KINSHIP
GROUNDS = (
    GroundRule(Ground.PRESENT),
    GroundRule(Ground.ENTRUSTED, documents=(POWER,)),
    GroundRule(Ground.HEIR, documents=(POWER, KINSHIP)),
    GroundRule(Ground.COURT, second=True),
    GroundRule(Ground.CORRECTION, roles=frozenset({Role.SUPERVISOR})),
)
HELP = HelpRules(sign_in_without_card=True, query=True, grounds=GROUNDS)
HELP_RULES = replace(RULES, help=HELP, printer=True, identity_ways=tuple(IdentityWay))
"""A hall without staff cards that lets people look without their card."""

NUMBERS = {Role.CLERK: "W-0231", Role.SUPERVISOR: "S-0007", Role.TECHNICIAN: "T-0007"}
NAMES = {Role.CLERK: "0231", Role.SUPERVISOR: "0007", Role.TECHNICIAN: "7007"}
LOOKUP = "lookup-0001"
DOCUMENT = "DOC-7788"
STAFF_TEXTS = (*NUMBERS.values(), *NAMES.values(), LOOKUP, DOCUMENT)
"""What is of a staff session only: none of it may be left when it is over."""
CARD_NUMBER = "A12345674"
"""Of nobody; the check character fits (reference card §1.6)."""


def session(
    role: Role | None = Role.CLERK, outcome: SignInOutcome = SignInOutcome.SIGNED_IN, wait: int = 0
) -> StaffSession:
    if outcome is not SignInOutcome.SIGNED_IN or role is None:
        return StaffSession(outcome, wait=wait)
    return StaffSession(outcome, "session-9", "t" * 32, role, NUMBERS[role], AS_OF)


def found_record(person: int = 0) -> FoundRecord:
    m = mark(person)
    held = overview(person).registrations
    assert isinstance(held, tuple)
    return FoundRecord(f"张*{m}", f"370***{m}", f"138****{m}", f"单位{m}", held, AS_OF)


def lookup(
    outcome: LookupOutcome = LookupOutcome.FOUND,
    person: int = 0,
    *,
    why: LookupRefusal | None = None,
    may_hand_over: bool = True,
) -> Lookup:
    if outcome is not LookupOutcome.FOUND:
        return Lookup(outcome, why=why)
    return Lookup(outcome, LOOKUP, None, found_record(person), may_hand_over)


def person_session(outcome: QueryOutcome = QueryOutcome.OPENED, wait: int = 0) -> PersonSession:
    if outcome is not QueryOutcome.OPENED:
        return PersonSession(outcome, wait=wait)
    return PersonSession(outcome, "session-7", "p" * 32, AS_OF)


def ticket(state: TicketState = TicketState.TAKEN, person: int = 0) -> TakenTicket:
    known = state in (TicketState.TAKEN, TicketState.WAITING)
    return TakenTicket(state, TicketReason.PIN_LOCKED, f"张*{mark(person)}", AS_OF) if known else TakenTicket(state)


def slip_facts(person: int = 0) -> SlipFacts:
    return SlipFacts("REF-1", "loss", f"张*{mark(person)}", AS_OF)


def report() -> Report:
    finding = Finding(Part.READER, Level.FAULT, "missing", code="READER-MISSING")
    return Report(AS_OF, "0.1.0", 60.0, (finding,), (LastFailure("READER-MISSING", AS_OF),))


def staff_reply(role: Role = Role.CLERK, **what: Any) -> SessionReply:
    return replace(reply(**what), holder=None, staff=role, staff_number=NUMBERS[role])


def staff_of(scene: Scene) -> Staff:
    assert isinstance(scene.state, Staff)
    return scene.state


def shown(scene: Scene) -> Screen:
    """A function, so that no checker believes the screen of before."""
    return scene.screen


def state_of(scene: Scene) -> State:
    return scene.state


def kind(scene: Scene) -> type[State]:
    return type(scene.state)


def helping(**rules: Any) -> Scene:
    return Scene(replace(HELP_RULES, **rules))


def type_sign_in(scene: Scene, role: Role) -> None:
    scene.keys(NAMES[role]).press(ConfirmTyped())
    scene.digits(8)
    scene.press(ConfirmTyped())
    scene.keys("123456").press(ConfirmTyped())


def at_desk(role: Role = Role.CLERK, rules: Rules = HELP_RULES) -> Scene:
    """Signed in without a card."""
    scene = Scene(rules)
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, role)
    scene.answer(StaffSignedIn, session(role))
    return scene


def with_staff_card(role: Role = Role.CLERK, rules: Rules = HELP_RULES) -> Scene:
    """The staff card's PIN is right; central is asked whose session it is."""
    scene = Scene(rules)
    scene.insert()
    scene.identified()
    scene.probed()
    scene.session(staff_reply(role))
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    return scene


def at_desk_with_card(role: Role = Role.CLERK, rules: Rules = HELP_RULES) -> Scene:
    scene = with_staff_card(role, rules)
    scene.answer(StaffSignedIn, session(role))
    return scene


def technician_in_an_outage() -> Scene:
    """A technician's card with good pairs; central is away."""
    scene = helping()
    scene.insert()
    scene.identified(kept=Kept.TECHNICIAN)
    scene.probed()
    return scene


def look_up(scene: Scene, ground: Ground = Ground.PRESENT, number: str = NUMBER) -> Scene:
    """On the desk: a ground without a document, the number, asked."""
    scene.press(OpenLookup())
    scene.press(PickGround(ground))
    scene.keys(number).press(ConfirmTyped())
    return scene


def to_found(scene: Scene, person: int = 0) -> Scene:
    look_up(scene)
    scene.answer(LookupAnswered, lookup(person=person))
    return scene


def reveal(scene: Scene, field: RevealField = RevealField.NUMBER, value: str = "in clear") -> Scene:
    scene.press(RevealRecord(field))
    scene.answer(FieldRevealed, Revealed(field, value))
    return scene


def to_handed_over(scene: Scene, person: int = 0) -> Scene:
    to_found(scene, person)
    scene.press(HandOver())
    scene.answer(PersonSessionOpened, person_session())
    scene.overview(overview(person))
    return scene


def to_query_password(scene: Scene | None = None, number: str = NUMBER) -> Scene:
    scene = scene or helping()
    scene.press(OpenQuery())
    scene.keys(number).press(ConfirmTyped())
    return scene


def to_query_asked(scene: Scene | None = None) -> Scene:
    scene = to_query_password(scene)
    scene.digits(8)
    scene.press(ConfirmTyped())
    return scene


def to_query_record() -> Scene:
    scene = to_query_asked()
    scene.answer(PersonSessionOpened, person_session())
    scene.overview()
    return scene

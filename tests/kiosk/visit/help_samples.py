"""Help at the kiosk, by hand: staff of a synthetic hall, what they find, and scenes up to each page."""

from collections.abc import Callable
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
    NumberKind,
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
from kiosk.model import CentralFailure
from kiosk.services import Identity, IdentityOutcome, IdentityWay, Party, TicketReason
from kiosk.visit.actions import Action, ChooseParty, ConfirmPin, ConfirmTyped, OpenServices, PrintSlip
from kiosk.visit.events import Ask, Event, IdentityAnswered
from kiosk.visit.help import (
    TOUCH_TARGETS,
    EndLookup,
    GroundRule,
    HandOver,
    HelpRules,
    OpenFailures,
    OpenLookup,
    OpenQuery,
    OpenQueryHelp,
    OpenRemedy,
    OpenReport,
    OpenServiceScreen,
    OpenSettings,
    OpenSlip,
    OpenStaffSignIn,
    OpenTicket,
    PickAuthorisation,
    PickFailure,
    PickGround,
    PickNumberKind,
    RevealRecord,
    SaveReport,
    Staff,
    TestAll,
    TestPart,
    TouchedTarget,
)
from kiosk.visit.help_deeds import (
    AuditStands,
    Diagnosed,
    FieldRevealed,
    LookupAnswered,
    PersonSessionOpened,
    ReportWritten,
    SlipAnswered,
    StaffSignedIn,
    TechnicianLetIn,
    TicketTakenAnswered,
)
from kiosk.visit.states import Kept, Rules, Screen, SessionReply, State
from tests.kiosk.visit.samples import AS_OF, NUMBER, RULES, Scene, eligibility, mark, overview, reply

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


def to_query_record(scene: Scene | None = None) -> Scene:
    scene = to_query_asked(scene)
    scene.answer(PersonSessionOpened, person_session())
    scene.overview()
    return scene


def _clerk_confirms() -> Scene:
    scene = helping()
    scene.to_who(eligibility(ways=(IdentityWay.STAFF,)))
    scene.press(ChooseParty(Party.HOLDER))
    scene.typed(NUMBER)
    scene.answer(IdentityAnswered, Identity(IdentityOutcome.MATCHED, 3, "138****1234"))
    return scene


def _after(scene: Scene, *pressed: Action, then: Callable[[Scene], object] | None = None) -> Scene:
    for action in pressed:
        scene.press(action)
    if then is not None:
        then(scene)
    return scene


def _typed(scene: Scene, opened: Action, text: str, kind: Callable[..., Event], *what: Any) -> Scene:
    scene.press(opened)
    scene.keys(text).press(ConfirmTyped())
    scene.answer(kind, *what)
    return scene


def _no(outcome: LookupOutcome, why: LookupRefusal | None = None, ground: Ground = Ground.PRESENT) -> Scene:
    scene = look_up(at_desk(), ground)
    scene.answer(LookupAnswered, lookup(outcome, why=why))
    return scene


def _queried(outcome: QueryOutcome, wait: int = 0) -> Scene:
    scene = to_query_asked()
    scene.answer(PersonSessionOpened, person_session(outcome, wait))
    return scene


def _query_fails() -> Scene:
    scene = to_query_asked()
    scene.service_fails()
    return scene


def _sign_in_locked() -> Scene:
    scene = helping()
    scene.press(OpenStaffSignIn())
    type_sign_in(scene, Role.CLERK)
    scene.answer(StaffSignedIn, session(outcome=SignInOutcome.LOCKED, wait=15))
    return scene


def _diagnosed() -> Scene:
    scene = at_desk(Role.TECHNICIAN)
    scene.answer(Diagnosed, report())
    return scene


def _let_in() -> Scene:
    scene = technician_in_an_outage()
    scene.central_fails(Ask.SESSION, CentralFailure.UNREACHABLE)
    scene.digits(6)
    scene.press(ConfirmPin())
    scene.pin(PinVerified())
    return scene


HELP_STAGES: dict[str, Callable[[], Scene]] = {
    "sign in": lambda: _after(helping(), OpenStaffSignIn()),
    "sign in, locked": _sign_in_locked,
    "signing in with the card": with_staff_card,
    "signing in by a pair": _let_in,
    "desk": at_desk,
    "desk, with the card": at_desk_with_card,
    "desk, asked": lambda: _after(at_desk(), then=lambda s: s.wait(571.0)),
    "ground": lambda: _after(at_desk(), OpenLookup()),
    "authorisation": lambda: _after(at_desk(), OpenLookup(), PickGround(Ground.HEIR)),
    "reference": lambda: _after(at_desk(), OpenLookup(), PickGround(Ground.ENTRUSTED)),
    "whose": lambda: _after(at_desk(), OpenLookup(), PickGround(Ground.PRESENT), then=lambda s: s.keys(NUMBER)),
    "looking up": lambda: look_up(at_desk()),
    "second": lambda: _no(LookupOutcome.SECOND_NEEDED, ground=Ground.COURT),
    "found": lambda: to_found(at_desk()),
    "found, with the card": lambda: to_found(at_desk_with_card()),
    "found, reveal asked": lambda: _after(to_found(at_desk()), RevealRecord(RevealField.NAME)),
    "found, in clear": lambda: reveal(to_found(at_desk())),
    "found, covered": lambda: _after(to_found(at_desk()), then=lambda s: s.wait(61.0)),
    "found, handing over": lambda: _after(to_found(at_desk_with_card()), HandOver()),
    "found, printing": lambda: _after(to_found(at_desk()), PrintSlip()),
    "refused": lambda: _no(LookupOutcome.REFUSED, LookupRefusal.PROTECTED),
    "staff failed": lambda: _after(look_up(at_desk()), then=Scene.service_fails),
    "ticket": lambda: _after(at_desk(), OpenTicket()),
    "ticket taken": lambda: _typed(at_desk(), OpenTicket(), "T-1234", TicketTakenAnswered, ticket()),
    "slip": lambda: _after(at_desk(), OpenSlip()),
    "slip found": lambda: _typed(at_desk(), OpenSlip(), "REF-1", SlipAnswered, slip_facts()),
    "failure code": lambda: _after(at_desk(), OpenRemedy()),
    "remedy": lambda: _after(at_desk(), OpenRemedy(), PickFailure("READER-MISSING")),
    "service": _diagnosed,
    "service, testing": lambda: _after(_diagnosed(), TestAll()),
    "touch test": lambda: _after(_diagnosed(), TestPart(Part.SCREEN)),
    "failures": lambda: _after(_diagnosed(), OpenFailures()),
    "settings": lambda: _after(_diagnosed(), OpenSettings()),
    "report": lambda: _after(_diagnosed(), OpenReport()),
    "report, busy": lambda: _after(_diagnosed(), OpenReport(), PrintSlip(), SaveReport()),
    "handed over, opening": lambda: _after(
        to_found(at_desk_with_card()), HandOver(), then=lambda s: s.answer(PersonSessionOpened, person_session())
    ),
    "handed over": lambda: to_handed_over(at_desk_with_card()),
    "handed over, loss": lambda: _after(to_handed_over(at_desk()), OpenServices()),
    "query": lambda: _after(helping(), OpenQuery()),
    "query, password": to_query_password,
    "query, asked": to_query_asked,
    "query, refused": lambda: _queried(QueryOutcome.REFUSED),
    "query, locked": lambda: _queried(QueryOutcome.LOCKED, 600),
    "query, help": lambda: _after(helping(), OpenQuery(), OpenQueryHelp()),
    "query, failed": _query_fails,
    "query, opening": lambda: _queried(QueryOutcome.OPENED),
    "query, record": to_query_record,
    "query, still there": lambda: _after(to_query_password(), then=lambda s: s.wait(61.0)),
    "query, session ended": lambda: _after(to_query_asked(), then=lambda s: s.clock(True)),
    "ended, card came": lambda: _after(at_desk(), then=Scene.insert),
    "ended, staff card left": lambda: _after(at_desk_with_card(), then=Scene.remove),
    "clerk confirms": _clerk_confirms,
    "staff, audit broken": lambda: _after(
        at_desk(Role.TECHNICIAN), then=lambda s: s.send(AuditStands(s.now, 0, writable=False))
    ),
}
"""Every page of help, and where a session without a card can be."""

HELP_ACTIONS: tuple[Action, ...] = (
    *(OpenQuery(), OpenStaffSignIn(), OpenQueryHelp(), OpenLookup(), HandOver(), EndLookup()),
    *(PickNumberKind(kind) for kind in NumberKind),
    *(PickGround(rule.ground) for rule in GROUNDS),
    *(PickAuthorisation(POWER), PickAuthorisation(KINSHIP)),
    *(RevealRecord(RevealField.NAME), RevealRecord(RevealField.NUMBER), RevealRecord(None)),
    *(OpenTicket(), OpenSlip(), OpenRemedy(), PickFailure("READER-MISSING"), PickFailure("NONE")),
    *(OpenServiceScreen(), TestPart(Part.READER), TestPart(Part.SCREEN), TestAll()),
    *(TouchedTarget(target) for target in (-1, *range(TOUCH_TARGETS + 1))),
    *(OpenFailures(), OpenSettings(), OpenReport(), SaveReport()),
)


def help_answers(at: float, visit: int, insertion: int, request: int) -> list[Event]:
    """To every question of help."""
    ids = at, visit, insertion, request
    refusals = (None, *LookupRefusal)
    return [
        *(StaffSignedIn(*ids, session(role)) for role in (*Role, None)),
        *(StaffSignedIn(*ids, session(outcome=outcome, wait=wait)) for outcome in SignInOutcome for wait in (0, 15)),
        StaffSignedIn(*ids, session(outcome=SignInOutcome.LOCKED), 15.0),
        *(TechnicianLetIn(*ids, number) for number in ("T-0007", None)),
        *(LookupAnswered(*ids, lookup(outcome, why=why)) for outcome in LookupOutcome for why in refusals),
        *(FieldRevealed(*ids, Revealed(field, value)) for field in RevealField for value in ("in clear", None)),
        *(TicketTakenAnswered(*ids, ticket(state)) for state in TicketState),
        *(SlipAnswered(*ids, facts) for facts in (slip_facts(), None)),
        *(PersonSessionOpened(*ids, person_session(outcome, 60)) for outcome in QueryOutcome),
        PersonSessionOpened(*ids, person_session(QueryOutcome.REFUSED), 15.0),
        *(Diagnosed(*ids, report(), done) for done in ((), (Part.READER,), tuple(Part))),
        *(ReportWritten(*ids, file) for file in ("report.txt", None)),
    ]

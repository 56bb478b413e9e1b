"""Whole records of the contract, with every member filled."""

from datetime import UTC, date, datetime

from kiosk.central import contract as c
from kiosk.help import (
    FoundRecord,
    Lookup,
    LookupOutcome,
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
from kiosk.model import (
    Account,
    AccountEntry,
    AccountFigures,
    AccountPage,
    Body,
    CardStatus,
    ContributionHistory,
    ContributionPage,
    ContributionRow,
    ContributionYear,
    Entitlement,
    EntryKind,
    Ground,
    Holder,
    MaskedHolder,
    Month,
    Notice,
    Origin,
    Overview,
    Payer,
    PayerKind,
    Period,
    Phone,
    RecordView,
    Registration,
    RowKind,
    Verdict,
)
from kiosk.services import (
    Cancellation,
    Cancelled,
    Checked,
    CheckedCode,
    Confirmation,
    Confirmed,
    Eligibility,
    Eligible,
    Identity,
    IdentityOutcome,
    IdentityWay,
    LossReport,
    OpenReservation,
    Party,
    Reservation,
    ReservationState,
    Reserved,
    Sending,
    SentCode,
    Standing,
    Ticket,
    TicketReason,
)

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
ORIGIN = Origin(Body("370100-SI", "济南市社会保险事业中心", "Jinan Centre", Phone("12333"), None), NOW)

OVERVIEW = Overview(
    holder=Holder("试小明", "370101198809121070", False),
    card_number="A10033335",
    card_status=CardStatus.NORMAL,
    registrations=(
        Registration(
            "390",
            "1",
            "1",
            Month(2012, 1),
            Month(2026, 12),
            "310",
            Payer(PayerKind.COMMUNITY, "示例社区"),
            Entitlement(2026, "paid_late", (Period(date(2026, 4, 9), date(2026, 12, 31)),), date(2026, 3, 10)),
            ORIGIN,
        ),
    ),
    contributions=(
        ContributionHistory(
            "110", Month(2025, 1), 12, (ContributionYear(2025, "PPPPPPPPPPPP", (3,), 1000, 2000),), ORIGIN
        ),
    ),
    accounts=(Account("310", AccountFigures(2026, 100, 50, 20, 130), ORIGIN),),
    notices=(Notice("n-1", "通知", "Notice"),),
    as_of=NOW,
    views=(RecordView(NOW, "济南市社会保险服务大厅", "Jinan Social Insurance Service Hall", Ground.ENTRUSTED),),
)

ROWS = ContributionPage(
    "110",
    2025,
    1,
    1,
    (
        ContributionRow(
            Month(2025, 3), RowKind.CORRECTION, "31", 765000, -122400, -61200, True, date(2025, 3, 15), "示例"
        ),
    ),
    ORIGIN,
)

ENTRIES = AccountPage("310", 1, 1, (AccountEntry(date(2026, 11, 18), EntryKind.SPENDING, -8650, 348216),), ORIGIN)

CHALLENGE = c.Challenge("canned-0001", "0011223344556677", "8899AABBCCDDEEFF", NOW)
CHALLENGES = c.Challenges((CHALLENGE,))
BEAT_ANSWER = c.HeartbeatAnswer((CHALLENGE,), (Notice("n-2", "通知", "Notice"),))
LOSSES = c.LossAnswer(c.LossList(7, NOW, "5A" * 32, "00" * 32 + "FF" * 32, "A5" * 64))
SESSION = c.CardSession(
    "session-01",
    "t" * 20,
    NOW,
    Verdict.GENUINE,
    CardStatus.NORMAL,
    MaskedHolder("试*明", "370***********1070", False),
    c.Next.ASK_PIN,
    (CHALLENGE,),
)

ELIGIBLE = Eligibility(
    Eligible.YES,
    False,
    (IdentityWay.CODE, IdentityWay.DOCUMENT),
    "138****0011",
    "示例银行",
    OpenReservation("reservation-01", "261120-K7QM-4T9P", Party.HOLDER, NOW, True),
)
IDENTITY = Identity(IdentityOutcome.MATCHED, 5, "138****0011")
SENT = SentCode(Sending.SENT, "code-0001", "138****0011", 60, 3)
CHECKED = CheckedCode(Checked.WRONG, 4)
RESERVED = Reservation(Reserved.RESERVED, "reservation-01", "261120-K7QM-4T9P", NOW)
CONFIRMED = Confirmation(Confirmed.ACTIVATED, NOW)
CANCELLED = Cancellation(Cancelled.CANCELLED)
STANDING = ReservationState(Standing.CONFIRMED, NOW, NOW)
REPORTED = LossReport("261120-R3WD-8HXE", date(2026, 12, 5))
TICKET = Ticket("N6PV-2CYA", NOW)

SIGNED_IN = StaffSession(SignInOutcome.SIGNED_IN, "staff-0001", "s" * 20, Role.CLERK, "W-0231", NOW)
SECOND = StaffSession(SignInOutcome.SIGNED_IN, role=Role.SUPERVISOR, number="S-0007")
FOUND = Lookup(
    LookupOutcome.FOUND,
    "lookup-0001",
    record=FoundRecord(
        "试*明",
        "370***********1070",
        "138****0011",
        "示***司",
        (Registration("110", "1", "1", Month(2012, 1), None, None, None, None, ORIGIN),),
        NOW,
    ),
    may_hand_over=True,
)
REVEALED = Revealed(RevealField.PHONE, "13800000011")
OPENED = PersonSession(QueryOutcome.OPENED, "session-02", "p" * 20, NOW)
TAKEN = TakenTicket(TicketState.TAKEN, TicketReason.PIN_LOCKED, "试*明", NOW)
SLIP = c.SlipAnswer(
    SlipFacts("261120-R3WD-8HXE", "loss", "试*明", NOW, "示例银行", confirmed=True, until=date(2026, 12, 5))
)
CONFIRMATION = c.StaffConfirmation(SignInOutcome.SIGNED_IN, 0, IDENTITY)
PAIRS = c.TechnicianPairs(
    "5A" * 32,
    NOW,
    NOW,
    (c.TechnicianCard("A5" * 32, "T-0007", (c.TechnicianPair("00" * 8, "FF" * 8, "0F" * 32),)),),
)
HELD = c.AuditStanding(3)
PARTS = c.Parts((c.PartState("register", True), c.PartState("codes", False)))

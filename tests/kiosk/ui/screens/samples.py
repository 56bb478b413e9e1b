"""People for the screens' tests: synthetic lives that are long, short, odd or full of gaps. All names and numbers are made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from kiosk.model import (
    PAGE_ROWS,
    Absent,
    AbsentReason,
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
    EntitlementReason,
    EntryKind,
    Holder,
    Month,
    Notice,
    Origin,
    Overview,
    Payer,
    PayerKind,
    Period,
    Phone,
    Registration,
    RowKind,
)

HALL_TIME: Final = timezone(timedelta(hours=8))
NOW: Final = datetime(2026, 11, 20, 10, 32, tzinfo=HALL_TIME)
TODAY: Final = NOW.date()

SOCIAL: Final = Body(
    "370100-01", "济南市社会保险事业中心", "Jinan Social Insurance Centre", Phone("12333"), "济南市历下区示例路 100 号"
)
MEDICAL: Final = Body("370100-02", "济南市医疗保障局", "Jinan Healthcare Security Bureau", Phone("12393"), None)
OFFICE: Final = Body(
    "370114-01",
    "章丘区医保办（医保咨询）",
    "Zhangqiu medical insurance office (enquiries)",
    Phone("8361810", confirmed=False),
    "章丘区秀水街 4100 号",
)
SILENT: Final = Body("370100-09", "济南市示例经办机构", "Jinan Example Agency", None, None)

LIVE: Final = Origin(SOCIAL, datetime(2026, 11, 20, 2, 30, tzinfo=UTC))  # 10:30 in the hall
YESTERDAY: Final = Origin(MEDICAL, datetime(2026, 11, 19, 10, 0, tzinfo=UTC))  # 18:00 in the hall
OFFICE_ORIGIN: Final = Origin(OFFICE, datetime(2025, 12, 31, 10, 0, tzinfo=UTC))
SILENT_ORIGIN: Final = Origin(SILENT, datetime(2026, 11, 18, 4, 0, tzinfo=UTC))

JULY_2004: Final = Month(2004, 7)

MACHINERY: Final = Payer(PayerKind.EMPLOYER, "示例机械有限公司")
LONG_FIRM: Final = Payer(PayerKind.EMPLOYER, "示例（济南）高新技术产业开发区智能装备制造集团股份有限公司")
COMMUNITY: Final = Payer(PayerKind.COMMUNITY, "历下区 示例街道 示例社区")
SCHOOL: Final = Payer(PayerKind.SCHOOL, "济南市历下区示例实验小学")

LONG_NAME: Final = "阿卜杜热合曼·买买提吐尔逊江·艾合买提尼亚孜"
RARE_NAME: Final = "\U000215d7\U00020d91"
assert len(LONG_NAME) >= 20


@dataclass(frozen=True, slots=True)
class Person:
    """One record, and the rows that central would send for it, by insurance and year, and by account."""

    overview: Overview
    rows: Mapping[tuple[str, int], tuple[ContributionRow, ...]] = field(default_factory=dict)
    entries: Mapping[str, tuple[AccountEntry, ...]] = field(default_factory=dict)

    def page(self, insurance: str, year: int, part: int = 0) -> ContributionPage:
        """The central page of rows that covers row `part`."""
        rows = self.rows.get((insurance, year), ())
        number = part // PAGE_ROWS
        pages = max(1, -(-len(rows) // PAGE_ROWS))
        shown = rows[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        return ContributionPage(insurance, year, number + 1, pages, shown, LIVE)

    def account(self, insurance: str, part: int = 0) -> AccountPage:
        entries = self.entries.get(insurance, ())
        number = part // PAGE_ROWS
        pages = max(1, -(-len(entries) // PAGE_ROWS))
        shown = entries[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        return AccountPage(insurance, number + 1, pages, shown, YESTERDAY if insurance == "310" else LIVE)


def registration(
    insurance: str,
    since: Month | None = JULY_2004,
    *,
    until: Month | None = None,
    status: tuple[str, str] = ("1", "1"),
    payer: Payer | None = MACHINERY,
    merged: str | None = None,
    entitlement: Entitlement | Absent | None = None,
    origin: Origin = LIVE,
) -> Registration:
    """`status`: AAC031, AAC008."""
    return Registration(insurance, status[1], status[0], since, until, merged, payer, entitlement, origin)


def whole_year(reason: EntitlementReason | str, year: int = 2026) -> Entitlement:
    return Entitlement(year, str(reason), (Period(date(year, 1, 1), date(year, 12, 31)),), None)


def history(
    insurance: str, first: Month | None, total: int, years: tuple[ContributionYear, ...], origin: Origin = LIVE
) -> ContributionHistory:
    return ContributionHistory(insurance, first, total, years, origin)


def full_years(first: int, last: int, own: int = 4_000_00, employer: int = 8_000_00) -> tuple[ContributionYear, ...]:
    return tuple(ContributionYear(year, "P" * 12, (), own, employer) for year in range(first, last + 1))


# --- the person of the pictures -----------------------------------------------------------------------------------------

_PENSION_YEARS: Final = (
    ContributionYear(2004, "NNNNNNPPPPPP", (), 1_200_00, 2_400_00),
    *full_years(2005, 2018),
    ContributionYear(2019, "PPMMMMMBBPPP", (8,), 2_324_00, 4_648_00),
    ContributionYear(2020, "PEEEEEPPPPPP", (), 3_100_00, 2_900_00),
    *full_years(2021, 2025),
    ContributionYear(2026, "PPPPPPPPPPWD", (), 6_270_40, 12_540_80),
)


def _row(
    month: Month,
    base: int | None,
    *,
    rate: tuple[int, int] = (16, 8),
    kind: RowKind = RowKind.REGULAR,
    code: str = "10",
    arrived: bool | None = True,
    on: date | None = None,
    payer: str | None = MACHINERY.name,
) -> ContributionRow:
    employer = None if base is None else base * rate[0] // 100
    own = None if base is None else base * rate[1] // 100
    return ContributionRow(month, kind, code, base, employer, own, arrived, on, payer)


def _year_2026() -> tuple[ContributionRow, ...]:
    days = (15, 13, 14, 15, 15, 15, 15, 14, 15, 15)
    rows = [
        _row(Month(2026, m), 7_650_00 if m < 7 else 8_120_00, on=date(2026, m, day)) for m, day in enumerate(days, 1)
    ]
    rows.append(_row(Month(2026, 11), 8_120_00, arrived=False))
    return tuple(rows)


def _year_2019() -> tuple[ContributionRow, ...]:
    paid = [_row(Month(2019, m), 4_150_00, on=date(2019, m, 15)) for m in (1, 2)]
    back = [
        _row(Month(2019, 8), 4_150_00, kind=RowKind.BACK_PAYMENT, code="21", on=date(2020, 1, 16)),
        _row(Month(2019, 8), -415_00, kind=RowKind.CORRECTION, code="30", on=date(2020, 3, 2)),
        _row(Month(2019, 9), 4_150_00, kind=RowKind.BACK_PAYMENT, code="21", on=date(2020, 1, 16)),
    ]
    rest = [_row(Month(2019, m), 4_150_00, on=date(2019, m, 15)) for m in (10, 11, 12)]
    return (*paid, *back, *rest)


def _entries(count: int) -> tuple[AccountEntry, ...]:
    """Newest first, with a balance that runs: 3,482.16 at the top."""
    balance = 3_482_16
    day = date(2026, 11, 18)
    found = []
    for i in range(count):
        kind, amount = (EntryKind.CONTRIBUTION, 162_40) if i % 3 == 2 else (EntryKind.SPENDING, -(63_20 + i * 7_31))
        found.append(AccountEntry(day, kind, amount, balance))
        balance -= amount
        day -= timedelta(days=13)
    return tuple(found)


_MEDICAL_FIGURES: Final = AccountFigures(2026, 3_033_01, 1_567_60, 1_118_45, 3_482_16)


def picture() -> Person:
    """The employee of the reference pictures: six insurances, gaps, exempt and back-paid months."""
    overview = Overview(
        holder=Holder("试验明", "370102198804125671", minor=False),
        card_number="D12345637",
        card_status=CardStatus.NORMAL,
        registrations=(
            registration("110"),
            registration("310", entitlement=whole_year(EntitlementReason.EMPLOYED), origin=YESTERDAY),
            registration("210"),
            registration("410"),
            registration("510", merged="310", origin=YESTERDAY),
            registration(
                "390",
                Month(2019, 1),
                until=Month(2019, 12),
                status=("3", "4"),
                payer=COMMUNITY,
                entitlement=Entitlement(2026, EntitlementReason.ENDED, (), None),
                origin=YESTERDAY,
            ),
        ),
        contributions=(
            history("110", Month(2004, 7), 263, _PENSION_YEARS),
            history("310", Month(2004, 7), 263, _PENSION_YEARS, YESTERDAY),
            history("210", Month(2004, 7), 263, _PENSION_YEARS),
            history(
                "410", Month(2015, 1), 142, (*full_years(2015, 2025, 0, 300_00), _year(2026, "PPPPPPPPPPWD", 0, 250_00))
            ),
            history("390", Month(2019, 1), 12, (ContributionYear(2019, "P" * 12, (), 240_00, 520_00),), YESTERDAY),
            history("330", Month(2012, 1), 178, full_years(2012, 2026, 60_00, 0), YESTERDAY),
        ),
        accounts=(
            Account("110", AccountFigures(2026, 98_120_44, 8_231_55, 0, 106_351_99), LIVE),
            Account("310", _MEDICAL_FIGURES, YESTERDAY),
        ),
        notices=(),
        as_of=LIVE.as_of,
    )
    rows = {("110", 2026): _year_2026(), ("110", 2019): _year_2019(), ("310", 2026): _year_2026()}
    return Person(overview, rows, {"310": _entries(23), "110": _entries(3)})


def _year(year: int, months: str, own: int, employer: int) -> ContributionYear:
    return ContributionYear(year, months, (), own, employer)


# --- the others ---------------------------------------------------------------------------------------------------------


def resident_late() -> Person:
    """Picture 06: resident medical insurance paid on 10 March, entitled from 9 April."""
    late = Entitlement(
        2026, EntitlementReason.PAID_LATE, (Period(date(2026, 4, 9), date(2026, 12, 31)),), date(2026, 3, 10)
    )
    overview = replace(
        picture().overview,
        holder=Holder("测安宁", "370102197602031248", minor=False),
        registrations=(
            registration("170", Month(2012, 1), payer=COMMUNITY, status=("1", "1")),
            registration("390", Month(2012, 1), payer=COMMUNITY, entitlement=late, origin=YESTERDAY),
            registration("330", None, payer=None, origin=OFFICE_ORIGIN),
        ),
        contributions=(
            history("170", Month(2012, 1), 178, full_years(2012, 2026, 300_00, 60_00)),
            history(
                "390",
                Month(2012, 1),
                178,
                (*full_years(2012, 2025, 24000, 52000), _year(2026, "P" * 12, 105000, 0)),
            ),
        ),
        accounts=(Account("170", AccountFigures(2026, 9_020_00, 360_00, 0, 9_380_00), LIVE),),
    )
    yearly = (_row(Month(2026, 1), None, kind=RowKind.BACK_PAYMENT, code="21", on=date(2026, 3, 10), payer=None),)
    yearly = (replace(yearly[0], own=1_050_00, employer=0),)
    return Person(overview, {("390", 2026): yearly, ("170", 2026): yearly}, {"170": _entries(1)})


def minor() -> Person:
    """A child whose guardian asks; born within the enrolment window."""
    born = Entitlement(
        2026,
        EntitlementReason.NEWBORN_IN_WINDOW,
        (Period(date(2025, 10, 20), date(2025, 12, 31)), Period(date(2026, 1, 1), date(2026, 12, 31))),
        date(2025, 11, 5),
    )
    overview = replace(
        picture().overview,
        holder=Holder("试小禾", "370102202510203322", minor=True),
        registrations=(registration("390", Month(2025, 10), payer=COMMUNITY, entitlement=born, origin=YESTERDAY),),
        contributions=(
            history(
                "390", Month(2025, 10), 15, (_year(2025, "NNNNNNNNNPPP", 0, 0), _year(2026, "P" * 12, 400_00, 670_00))
            ),
        ),
        accounts=(),
        notices=(
            Notice(
                "n-7",
                "工作人员于 11月12日 14:05 因转移接续查看了这份记录。",
                "Staff viewed this record on 12 Nov, 14:05, for a transfer.",
            ),
        ),
    )
    rows = (replace(_row(Month(2026, 1), None, on=date(2025, 11, 5), payer=None), own=400_00, employer=670_00),)
    return Person(overview, {("390", 2026): rows})


def retiree() -> Person:
    """Benefits since 2016; thirty years behind her; nothing more to pay."""
    for_life = Entitlement(2026, EntitlementReason.RETIRED, (Period(date(2026, 1, 1), None),), None)
    years = (*full_years(1986, 2015), _year(2016, "PPPNNNNNNNNN", 900_00, 1_800_00))
    overview = replace(
        picture().overview,
        holder=Holder("例秀英", "370103196103120028", minor=False),
        registrations=(
            registration("110", Month(1986, 3), status=("3", "1")),
            registration("310", Month(2001, 7), status=("3", "1"), entitlement=for_life, origin=YESTERDAY),
        ),
        contributions=(history("110", Month(1986, 1), 363, years), history("310", Month(2001, 7), 177, years[15:])),
        accounts=(Account("310", _MEDICAL_FIGURES, YESTERDAY),),
    )
    return Person(
        overview, {("110", 2016): tuple(_row(Month(2016, m), 4_000_00) for m in (1, 2, 3))}, {"310": _entries(8)}
    )


def long_history() -> Person:
    """Forty years, five employers, a month with seven corrections: more rows in a year than central sends on a page."""
    years = tuple(
        ContributionYear(year, "P" * 12, (2, 3, 4, 5, 6) if year == 2024 else (), 4_000_00, 8_000_00)
        for year in range(1985, 2027)
    )
    overview = replace(
        picture().overview,
        holder=Holder("示建国", "370102196502031233", minor=False),
        registrations=tuple(
            registration(code, Month(1985, 1), payer=LONG_FIRM, entitlement=ent, origin=YESTERDAY if ent else LIVE)
            for code, ent in (
                ("110", None),
                ("120", None),
                ("310", whole_year(EntitlementReason.EMPLOYED)),
                ("210", None),
                ("330", None),
                ("410", None),
                ("510", None),
                ("170", None),
                ("390", whole_year(EntitlementReason.PAID_IN_WINDOW)),
            )
        ),
        contributions=tuple(
            history(code, Month(1985, 1), 504, years)
            for code in ("110", "120", "310", "210", "330", "410", "170", "390")
        ),
        accounts=tuple(
            Account(code, AccountFigures(2026, 123_456_789_01, 1_234_567_89, 0, 124_691_356_90), LIVE)
            for code in ("110", "120", "170", "310")
        ),
    )
    rows: list[ContributionRow] = []
    for month in range(1, 13):
        rows.append(_row(Month(2024, month), 23_916_00, on=date(2024, month, 15), payer=LONG_FIRM.name))
        for step in range(5 if 2 <= month <= 6 else 3):
            rows.append(
                _row(
                    Month(2024, month),
                    -1_245_600_00 + step,
                    kind=RowKind.CORRECTION,
                    code="30",
                    on=date(2025, 1, 3 + step),
                    payer=LONG_FIRM.name,
                )
            )
    return Person(overview, {("110", 2024): tuple(rows)}, {"310": _entries(101), "110": _entries(50)})


def long_name() -> Person:
    """The longest name, a rare-character relative as payer's opposite: everything beside it stays on the page."""
    overview = replace(picture().overview, holder=Holder(LONG_NAME, "650102199001011231", minor=False))
    return replace(picture(), overview=overview)


def rare_name() -> Person:
    overview = replace(picture().overview, holder=Holder(RARE_NAME, "H12345678", minor=False), card_number="9X")
    return replace(picture(), overview=overview)


def absent() -> Person:
    """Central gives hardly anything: each part says why."""
    overview = replace(
        picture().overview,
        registrations=(
            registration("310", entitlement=Absent(AbsentReason.SOURCE_UNAVAILABLE), origin=SILENT_ORIGIN, payer=None),
            registration("110", None, payer=None),
        ),
        contributions=Absent(AbsentReason.SOURCE_UNAVAILABLE),
        accounts=(
            Account("310", Absent(AbsentReason.NOT_PROVIDED), SILENT_ORIGIN),
            Account("110", Absent(AbsentReason.SOURCE_UNAVAILABLE), LIVE),
        ),
    )
    return Person(overview)


def nothing() -> Person:
    """No registration, no contributions, no accounts; and a card that is about to be renewed."""
    overview = replace(picture().overview, registrations=(), contributions=(), accounts=())
    return Person(overview)


def all_absent() -> Person:
    overview = replace(
        picture().overview,
        registrations=Absent(AbsentReason.SOURCE_UNAVAILABLE),
        contributions=Absent(AbsentReason.NOT_PROVIDED),
        accounts=Absent(AbsentReason.NOT_RECORDED),
    )
    return Person(overview)


def unknown_codes() -> Person:
    """Codes that nobody knows, months that central did not answer for, rows with null bases."""
    odd = Entitlement(2026, "9Z", (Period(date(2026, 6, 15), date(2026, 9, 30)),), None)
    overview = replace(
        picture().overview,
        registrations=(
            registration("999", status=("7", "1")),
            registration("310", status=("1", "9"), entitlement=odd, origin=OFFICE_ORIGIN),
            registration("110", status=("2", "1")),
        ),
        contributions=(
            history(
                "110",
                None,
                19,
                (
                    ContributionYear(2023, "U" * 12, (), 0, 0),
                    ContributionYear(2024, "UUUUUUUPPPPP", (8,), 1_000_00, 2_000_00),
                    ContributionYear(2025, "PPPPPPPPPPPP", (), 4_000_00, 8_000_00),
                    ContributionYear(2026, "PPUUUUUUUUUD", (), 600_00, 1_200_00),
                ),
            ),
            history("999", Month(2026, 1), 0, (ContributionYear(2026, "DDDDDDDDDDDD", (), 0, 0),), SILENT_ORIGIN),
            history("310", None, 0, (), OFFICE_ORIGIN),
        ),
        accounts=(Account("999", AccountFigures(2026, 0, 0, 0, 0), SILENT_ORIGIN),),
    )
    rows = (
        ContributionRow(Month(2026, 1), RowKind.OTHER, "88", None, None, 1_00, True, date(2026, 1, 9), None),
        ContributionRow(Month(2026, 2), RowKind.REGULAR, "10", 5_000_00, None, None, True, None, "示例机械有限公司"),
        ContributionRow(Month(2026, 3), RowKind.REGULAR, "10", 5_000_00, 800_00, 400_00, None, None, "另一家示例公司"),
    )
    entries = (
        AccountEntry(date(2026, 5, 2), EntryKind.OTHER, 0, None),
        AccountEntry(date(2026, 4, 2), EntryKind.CORRECTION, -12_345_678_90, None),
        AccountEntry(date(2025, 4, 2), EntryKind.TRANSFER, 12_345_678_90, 12_345_678_90),
        AccountEntry(date(2025, 3, 2), EntryKind.INTEREST, 1, 0),
    )
    return Person(overview, {("110", 2026): rows}, {"999": entries})


_SHORT: Final = Notice(
    "n-2",
    "城乡居民医疗保险集中缴费期为每年9月至12月。",
    "Resident medical insurance is paid for from September to December of the year before.",
)


def long_name_with_notice() -> Person:
    """The longest name and a notice: both want the top of the page."""
    return replace(long_name(), overview=replace(long_name().overview, notices=(_SHORT,)))


def minor_with_notice() -> Person:
    return replace(minor(), overview=replace(minor().overview, notices=(_SHORT,)))


def with_notice() -> Person:
    """A notice of the bureau as long as one may be."""
    text = "社会保险缴费基数将于明年一月调整，请您留意单位的申报情况。" * 12
    english = "The contribution base changes in January next year; please watch what your employer reports. " * 5
    return replace(picture(), overview=replace(picture().overview, notices=(Notice("n-1", text[:340], english[:430]),)))


_Y: Final = 2026
_WINDOW_PAID: Final = date(2025, 10, 15)

ENTITLEMENTS: Final[dict[str, Entitlement]] = {
    "employed": whole_year(EntitlementReason.EMPLOYED),
    "retired": Entitlement(_Y, EntitlementReason.RETIRED, (Period(date(_Y, 1, 1), None),), None),
    "paid-in-window": Entitlement(
        _Y, EntitlementReason.PAID_IN_WINDOW, (Period(date(_Y, 1, 1), date(_Y, 12, 31)),), _WINDOW_PAID
    ),
    "paid-late": Entitlement(
        _Y, EntitlementReason.PAID_LATE, (Period(date(_Y, 4, 9), date(_Y, 12, 31)),), date(_Y, 3, 10)
    ),
    "paid-too-late": Entitlement(_Y, EntitlementReason.PAID_LATE, (), date(_Y, 12, 14)),
    "paid-late-from-december": Entitlement(
        _Y, EntitlementReason.PAID_LATE, (Period(date(_Y, 12, 20), date(_Y, 12, 31)),), date(_Y, 11, 20)
    ),
    "newborn-registered": Entitlement(
        _Y, EntitlementReason.NEWBORN_REGISTERED, (Period(date(_Y, 5, 20), date(_Y, 12, 31)),), date(_Y, 5, 20)
    ),
    "newborn-in-window": Entitlement(
        _Y,
        EntitlementReason.NEWBORN_IN_WINDOW,
        (Period(date(2025, 10, 20), date(2025, 12, 31)), Period(date(_Y, 1, 1), date(_Y, 12, 31))),
        date(2025, 11, 5),
    ),
    "funded": whole_year(EntitlementReason.FUNDED),
    "not-paid": Entitlement(_Y, EntitlementReason.NOT_PAID, (), None),
    "arrears": Entitlement(
        _Y,
        EntitlementReason.ARREARS,
        (Period(date(_Y, 1, 1), date(_Y, 6, 30)), Period(date(_Y, 9, 1), date(_Y, 10, 31))),
        None,
    ),
    "ended": Entitlement(_Y, EntitlementReason.ENDED, (), None),
    "unknown": Entitlement(_Y, "9Z", (Period(date(_Y, 6, 15), date(_Y, 9, 30)),), None),
    "future": Entitlement(
        _Y, EntitlementReason.PAID_LATE, (Period(date(_Y, 12, 9), date(_Y, 12, 31)),), date(_Y, 11, 9)
    ),
}
"""Every reason, and the odd ones."""


def entitled(key: str) -> Person:
    """The resident of picture 06 with another entitlement."""
    base = resident_late()
    assert not isinstance(base.overview.registrations, Absent)
    registrations = tuple(
        replace(one, entitlement=ENTITLEMENTS[key]) if one.insurance == "390" else one
        for one in base.overview.registrations
    )
    return replace(base, overview=replace(base.overview, registrations=registrations))


PEOPLE: Final = {
    "picture": picture,
    "resident-late": resident_late,
    "minor": minor,
    "retiree": retiree,
    "long-history": long_history,
    "long-name": long_name,
    "rare-name": rare_name,
    "absent": absent,
    "nothing": nothing,
    "all-absent": all_absent,
    "unknown-codes": unknown_codes,
    "with-notice": with_notice,
    "long-name-with-notice": long_name_with_notice,
    "minor-with-notice": minor_with_notice,
}
"""By name, made anew for each caller."""

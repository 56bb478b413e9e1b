"""The lives behind the records: work, gaps, back payments, corrections, retirement, residents' schemes, children."""

from datetime import date, timedelta
from random import Random
from typing import Final, assert_never

from kiosk.model import AbsentReason, EntitlementReason, EntryKind, Fen, PayerKind, RowKind
from kiosk.sandbox.central.population.accounts import medical_account, pension_account, scripted_medical_account
from kiosk.sandbox.central.population.ledger import Ledger, Registered, Row
from kiosk.sandbox.central.population.people import FIRST_ID, LifeKind, Resident
from kiosk.sandbox.central.population.resident_schemes import add_resident_medical, add_resident_pension
from kiosk.sandbox.central.population.tariffs import BEGINNINGS, EXEMPT, MERGED_510, arrival, base, base_index
from kiosk.sandbox.central.population.working import Job, Work, pay_large_expense, register_work, work

_EMPLOYERS: Final = (
    "示例机械有限公司",
    "样例商贸有限公司",
    "测试纺织厂",
    "示例软件技术有限公司",
    "样例建筑工程集团有限公司",
    "示例第二人民医院",
    "测试物业服务有限公司",
    "示例矿业集团第三分公司",
    "样例餐饮管理有限公司",
    "示例智能装备制造与工业互联网技术研究院有限责任公司",
)
_OFFICES: Final = ("示例区教育局", "样例市第一中学", "示例街道办事处", "测试区档案馆")

PICTURE_TOP: Final[Fen] = 8120_00
"""Base of this half of the insurance year in the sample screens; the year before 7,650.00."""


def live(resident: Resident, today: date) -> Ledger:
    """The books of one resident as of `today`. Deterministic."""
    rng = Random(resident.seed)  # noqa: S311 repeatable, no secret
    ledger = Ledger(today, resident.area)
    match resident.life:
        case LifeKind.EMPLOYEE:
            _employee(ledger, resident, rng)
        case LifeKind.CIVIL_SERVANT:
            _civil_servant(ledger, resident, rng)
        case LifeKind.RETIREE:
            _retiree(ledger, resident, rng)
        case LifeKind.MINOR:
            add_resident_medical(ledger, resident, rng)
        case LifeKind.RESIDENT:
            add_resident_pension(ledger, resident, rng)
            add_resident_medical(ledger, resident, rng)
        case LifeKind.FLEXIBLE:
            _flexible(ledger, resident, rng)
        case LifeKind.LONG:
            _long(ledger, resident, rng)
        case never:
            assert_never(never)
    if resident.id >= FIRST_ID:
        _oddities(ledger, resident, rng)
    ledger.sort()
    return ledger


def month_at(born: date, years: int, month: int | None = None) -> int:
    """The month in which somebody turns `years` (or that year's `month`, 1 to 12), as an ordinal."""
    return (born.year + years) * 12 + (born.month if month is None else month) - 1


def retirement_month(resident: Resident) -> int:
    """60 for men, 55 for women; from 2025 on a month later for every four, at most 36 (decision of September 2024)."""
    original = month_at(resident.born, 60 if resident.male else 55)
    beyond = original - (2025 * 12 - 1)
    return original + min(36, -(-beyond // 4)) if beyond > 0 else original


def _picture_base(current: int, factor: float) -> "dict[int, Fen]":
    """Bases by index: the sample screens' 8,120.00 and 7,650.00, and backwards from there 5.8 % less a year."""
    top = base_index(current)
    return {index: round(PICTURE_TOP * factor * 0.942 ** (top - index) / 1000) * 1000 for index in range(1980, top + 1)}


def _employee(ledger: Ledger, resident: Resident, rng: Random) -> None:
    if resident.id < FIRST_ID:
        _holder_employee(ledger, resident, rng)
        return
    current = ledger.current
    start = max(month_at(resident.born, rng.randint(18, 24), 7), BEGINNINGS["110"])
    jobs: list[Job] = []
    month = min(start, current)
    while month <= current:
        length = rng.randint(18, 150)
        end = month + length
        if end >= current - 6:
            end = current if rng.random() < 0.88 else current - rng.randint(1, 20)
        jobs.append(Job(month, max(end, month), rng.choice(_EMPLOYERS)))
        if end >= current - 20:
            break
        month = end + 1 + (rng.randint(1, 14) if rng.random() < 0.4 else 0)
    factor = rng.choice((0.6, 0.7, 0.85, 1.0, 1.0, 1.2, 1.6, 2.4, 3.2))
    did = Work(
        jobs=tuple(jobs),
        base=lambda m: base(base_index(m), factor),
        insurances=("110", "310", "210", "410", "510"),
        exempt=EXEMPT if rng.random() < 0.6 else range(0),
        back_paid=_after_gaps(jobs, rng),
        wrong_base=_some_months(jobs, rng, 0.25),
        taken_back=_some_months(jobs, rng, 0.05),
    )
    work(ledger, did)
    register_work(ledger, did)
    pay_large_expense(ledger, jobs[0].first, jobs[-1].payer, PayerKind.EMPLOYER)
    pension_account(ledger, "110")
    medical_account(ledger, rng)
    if resident.id % 7 == 0:
        ledger.notices.append(
            ("您的年度个人权益记录单已生成。", "Your yearly statement of rights and contributions is ready.")
        )


def _after_gaps(jobs: list[Job], rng: Random) -> frozenset[int]:
    """The first months of a new job, paid in arrears."""
    return frozenset(
        month
        for job in jobs[1:]
        if rng.random() < 0.4 and job.last - job.first > 6
        for month in range(job.first, job.first + rng.randint(1, 3))
    )


def _some_months(jobs: list[Job], rng: Random, chance: float) -> frozenset[int]:
    months = range(jobs[0].first, jobs[-1].last)
    if rng.random() >= chance or len(months) < 24:
        return frozenset()
    return frozenset(rng.sample(months, rng.randint(1, 3)))


def _holder_employee(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """The record of the sample screens: since July 2004 (or July of the year one turns 20), a gap from March to July 2019,
    August and September 2019 paid in arrears, February to June 2020 exempt, this month on its way."""
    current = ledger.current
    start = max(2004 * 12 + 6, month_at(resident.born, 18) if resident.born.year <= 1986 else 0)
    if resident.born.year > 1986:
        start = month_at(resident.born, 20, 7)
    sample = resident.card in ("jinan-1-0", "jinan-3-0-open")
    bases = _picture_base(current, 1.0 if sample else rng.choice((0.7, 0.85, 0.95, 1.1, 1.35)))
    payer = _EMPLOYERS[0] if sample else rng.choice(_EMPLOYERS[1:])
    gap = 2019 * 12 + 2
    jobs = [Job(start, gap - 1, "样例商贸有限公司"), Job(gap + 5, current, payer)] if start < gap else []
    did = Work(
        jobs=tuple(jobs or [Job(min(start, current), current, payer)]),
        base=lambda m: bases[base_index(m)],
        insurances=("110", "310", "210", "410", "510"),
        exempt=EXEMPT,
        back_paid=frozenset((gap + 5, gap + 6)) if jobs else frozenset(),
    )
    work(ledger, did)
    register_work(ledger, did)
    if jobs:
        # In the year of the gap the residents' scheme stood in.
        ledger.registrations.append(
            Registered(
                "390", "4", "3", 2019 * 12, 2019 * 12 + 11, yearly=True, entitlement=EntitlementReason.ENDED.value
            )
        )
        ledger.rows["390"] = [
            Row(2019 * 12, RowKind.REGULAR, "10", None, 520_00, 280_00, True, date(2018, 11, 20), "历下区示例社区")
        ]
    pension_account(ledger, "110")
    if sample:
        scripted_medical_account(ledger)
    else:
        medical_account(ledger, rng)


def _civil_servant(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """Pension of offices and institutions (120) since October 2014; the years before count without rows."""
    start = month_at(resident.born, rng.randint(22, 25), 8)
    payer = rng.choice(_OFFICES)
    factor = rng.choice((0.9, 1.1, 1.3, 1.7))
    institution = "校" in payer or "中学" in payer
    did = Work(
        jobs=(Job(max(start, BEGINNINGS["310"]), ledger.current, payer),),
        base=lambda m: base(base_index(m), factor),
        insurances=("120", "310", "210", "410", "510") if institution else ("120", "310", "410", "510"),
        wrong_base=frozenset({ledger.current - 30}) if rng.random() < 0.5 else frozenset(),
    )
    work(ledger, did)
    register_work(ledger, did)
    pension_account(ledger, "120")
    medical_account(ledger, rng)


def _retiree(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """Contributions until retirement, benefits since; older ones have never paid into all funds."""
    until = min(retirement_month(resident), ledger.current - 1)
    start = max(month_at(resident.born, rng.randint(18, 22), 9), BEGINNINGS["110"])
    if until - start < 24:
        _pension_only(ledger, resident, until, rng)
        return
    factor = rng.choice((0.6, 0.8, 1.0, 1.4))
    did = Work(
        jobs=(Job(start, until - 1, rng.choice(_EMPLOYERS)),),
        base=lambda m: base(base_index(m), factor),
        insurances=("110", "310", "210", "410", "510"),
        retired=True,
        wrong_base=frozenset({until - 10}) if rng.random() < 0.2 else frozenset(),
    )
    work(ledger, did)
    register_work(ledger, did)
    pension_account(ledger, "110", paid_out_from=until)
    medical_account(ledger, rng, pension_from=until)


def _pension_only(ledger: Ledger, resident: Resident, until: int, rng: Random) -> None:
    """Retired before the funds began to keep books: benefits without contribution rows."""
    for insurance in ("110", "310"):
        ledger.registrations.append(
            Registered(
                insurance,
                "1",
                "3",
                until,
                payer_kind=PayerKind.COMMUNITY,
                payer="示例社区",
                pays=False,
                entitlement=EntitlementReason.RETIRED.value if insurance == "310" else None,
            )
        )
    pension_account(ledger, "110", absent=AbsentReason.NOT_RECORDED)
    medical_account(ledger, rng, pension_from=until)


def _flexible(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """Pays the whole contribution; sometimes not, and sometimes late."""
    start = max(month_at(resident.born, rng.randint(20, 26), 3), 2006 * 12)
    current = ledger.current
    missing = frozenset(
        rng.sample(range(start, max(start + 1, current)), min(rng.randint(0, 9), max(1, current - start)))
    )
    factor = rng.choice((0.6, 0.6, 0.8, 1.0))
    did = Work(
        jobs=(Job(min(start, current), current, None),),
        base=lambda m: base(base_index(m), factor),
        insurances=("110", "310"),
        self_paid=True,
        missing=missing,
        back_paid=frozenset(month for month in missing if month % 3 == 0),
    )
    work(ledger, did)
    register_work(ledger, did)
    pension_account(ledger, "110")
    medical_account(ledger, rng)


def _long(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """Forty years at one employer: over two thousand rows, with a supplement for each half year's new base."""
    start = month_at(resident.born, 20, 8) if resident.born.year < 1968 else month_at(resident.born, 18, 7)
    retires = retirement_month(resident)
    retired = retires <= ledger.current
    last = retires - 1 if retired else ledger.current
    bases = _picture_base(ledger.current, 1.4)
    did = Work(
        jobs=(Job(start, last, "示例矿业集团第三分公司"),),
        base=lambda m: bases[base_index(m)],
        insurances=("110", "310", "210", "410", "510"),
        beginnings={"110": start, "210": 1986 * 12 + 9, "310": 1994 * 12, "410": 1996 * 12, "510": 1997 * 12},
        retired=retired,
        exempt=EXEMPT,
        supplements=frozenset({"110", "310"}),
        wrong_base=frozenset({start + 100, start + 250, start + 400}),
    )
    work(ledger, did)
    register_work(ledger, did)
    pay_large_expense(ledger, start, None, PayerKind.SELF)
    pension_account(ledger, "110", paid_out_from=last + 1 if retired else None)
    medical_account(ledger, rng, pension_from=last + 1 if retired else None)


def _oddities(ledger: Ledger, resident: Resident, rng: Random) -> None:
    """What real books hold besides: unknown codes, empty bases, unknown arrival, amounts of every size."""
    if resident.id % 97 == 0:
        ledger.registrations.append(
            Registered("985", "9", "7", 2021 * 12, payer_kind=PayerKind.COMMUNITY, payer="示例社区", pays=False)
        )
        ledger.registrations[0].entitlement = "pilot_scheme_2031"
    rows = ledger.rows.get("110")
    if not rows:
        return
    last = rows[-1].month
    if resident.id % 53 == 0:
        # Old paper books: nobody knows whether it came.
        rows[0] = rows[0]._replace(arrived=None, arrived_on=None, base=None)
    if resident.id % 61 == 0:
        rows.append(Row(last - 2, RowKind.OTHER, "77", None, None, 1, True, arrival(last - 2, 1), None))
    if resident.id % 211 == 0:
        huge = 123_456_789_01
        rows.append(Row(last - 3, RowKind.OTHER, "88", huge, huge // 5, huge // 12, True, arrival(last - 3, 1), None))
    if resident.id % 101 == 0:
        ledger.accounts[0].absent = AbsentReason.NOT_PROVIDED
    if resident.id % 131 == 0 and ledger.accounts[-1].insurance == "310":
        day = ledger.today - timedelta(days=rng.randint(3, 20))
        taken = ledger.accounts[-1].entries[-1].amount if ledger.accounts[-1].entries else 1
        ledger.accounts[-1].entries.append(type(ledger.accounts[-1].entries[0])(day, EntryKind.CORRECTION, -abs(taken)))


__all__ = ["MERGED_510", "live", "month_at", "retirement_month"]

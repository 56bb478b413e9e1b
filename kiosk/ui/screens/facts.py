"""The words of a record: names of insurances, status, source, absent parts, money of a year. No element, no layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.model import (
    Absent,
    AbsentReason,
    Account,
    Body,
    ContributionHistory,
    ContributionYear,
    Month,
    MonthState,
    Origin,
    Overview,
    Payer,
    PayerKind,
    Phone,
    Registration,
)
from kiosk.region import CHINESE, StatusKind, StatusWord
from kiosk.ui import format as fmt
from kiosk.ui.components.months import Elsewhere, MonthSign
from kiosk.ui.components.status import Tone
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.screens.shell import local, moment
from kiosk.ui.text import Run
from kiosk.visit.kept import oldest_kept
from kiosk.visit.states import Record

RESIDENT: Final = frozenset({"150", "160", "170", "380", "390", "391"})
"""AAE140 of schemes that the government subsidises: what stands in "employer" is its part."""

NO_OWN_PART: Final = frozenset({"410", "510"})
"""AAE140 of insurances to which the insured person pays nothing (Social Insurance Law, articles 33 and 53)."""

_ICONS: Final = {
    "110": Icon.ELDERLY,
    "120": Icon.ELDERLY,
    "150": Icon.ELDERLY,
    "160": Icon.ELDERLY,
    "170": Icon.ELDERLY,
    "210": Icon.WORK_HISTORY,
    "310": Icon.MEDICAL_SERVICES,
    "330": Icon.MEDICAL_SERVICES,
    "340": Icon.MEDICAL_SERVICES,
    "360": Icon.MEDICAL_SERVICES,
    "380": Icon.FAMILY_RESTROOM,
    "390": Icon.FAMILY_RESTROOM,
    "391": Icon.FAMILY_RESTROOM,
    "410": Icon.PERSONAL_INJURY,
    "510": Icon.CHILD_CARE,
}

COUNTED: Final = frozenset({MonthState.PAID, MonthState.BACK_PAID, MonthState.EXEMPT})
"""What a year's months column counts; exempt months only where the profile says so."""

Part = TypeVar("Part", Registration, ContributionHistory, Account)


def of_insurance(parts: Sequence[Part] | Absent, insurance: str) -> Part | None:
    """The part that belongs to an insurance, when there is one."""
    if isinstance(parts, Absent):
        return None
    return next((part for part in parts if part.insurance == insurance), None)


# --- insurances ---------------------------------------------------------------------------------------------------------


def insurance_icon(code: str) -> Icon:
    return _ICONS.get(code, Icon.HELP)


def insurance_title(env: Env, code: str) -> str:
    """Title of the record's page; an AAE140 nobody knows is named with its code."""
    key = f"insurance.{code}.title"
    return env.t(key) if env.words.has(key) else env.t("insurance.unknown", code=code)


def insurance_name(env: Env, code: str) -> str:
    """Name in a row of a list."""
    key = f"insurance.{code}.name"
    return env.t(key) if env.words.has(key) else env.t("insurance.unknown", code=code)


def insurance_short(env: Env, code: str) -> str:
    """For chips, and for rows in large text."""
    key = f"insurance.{code}.short"
    return env.t(key) if env.words.has(key) else env.t("common.unknown_code", code=code)


def account_title(env: Env, code: str) -> str:
    """Title of the account's page."""
    key = f"account.{code}.title"
    return env.t(key) if env.words.has(key) else account_name(env, code)


def account_name(env: Env, code: str) -> str:
    """For tabs and rows; the account of an insurance that has no such name is named after it."""
    key = f"account.{code}.name"
    if env.words.has(key):
        return env.t(key)
    return env.t("account.other.name", insurance=insurance_short(env, code))


# --- status -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusFact:
    """What the status label shows. `word` None: the codes are unknown."""

    word: StatusWord | None
    text: str
    tone: Tone
    icon: Icon


_TONES: Final = {StatusKind.OK: Tone.OK, StatusKind.WARN: Tone.WARN, StatusKind.NEUTRAL: Tone.NEUTRAL}


def status_of(env: Env, registration: Registration) -> StatusFact:
    """AAC031 and AAC008 by the region's table; merged insurances have their own word; unknown codes are shown as such."""
    if registration.merged_into is not None:
        return StatusFact(StatusWord.MERGED, env.t("insured.merged.word"), Tone.NEUTRAL, Icon.LINK)
    payment, person = registration.payment_status, registration.person_status
    status = env.region.status(payment, person, registration.insurance)
    if status is None:
        return StatusFact(
            None, env.t("common.unknown_code", code=_unknown(env, payment, person)), Tone.UNKNOWN, Icon.HELP
        )
    tone = _TONES[status.kind]
    return StatusFact(status.word, env.t(f"insured.{status.word.value}.word"), tone, tone.icon)


def _unknown(env: Env, payment: str, person: str) -> str:
    """The code that is in no table; both where only their pair is in none."""
    if all(rule.payment != payment for rule in env.region.statuses):
        return payment
    if all(rule.person != person for rule in env.region.statuses):
        return person
    return f"{payment}-{person}"


# --- who pays, who answers ----------------------------------------------------------------------------------------------


def payer_label(env: Env, payer: Payer) -> str:
    return env.t(f"registration.payer.{payer.kind.value}")


def payer_value(env: Env, payer: Payer) -> str:
    return env.t("registration.payer.self_value") if payer.kind is PayerKind.SELF else payer.name


def body_name(env: Env, body: Body) -> str:
    """Chinese, or for readers of any other language English; people's and firms' names stay as written."""
    return body.name_en if env.words.language != CHINESE and body.name_en else body.name


def source(env: Env, origin: Origin) -> str:
    """`济南市社会保险事业中心提供，数据截至 11月20日 10:30`."""
    return env.t("common.source", body=body_name(env, origin.body), as_of=moment(env, origin.as_of))


def as_of(env: Env, origin: Origin) -> str:
    """`截至 11月20日 10:30`."""
    return env.t("common.as_of", as_of=moment(env, origin.as_of))


def phone_of(env: Env, origin: Origin, insurance: str) -> Phone | None:
    """The number to ring: the body's own, else the profile's for the insurance."""
    if origin.body.phone is not None:
        return origin.body.phone
    return next((contact.phone for contact in env.region.contacts_for(insurance)), None)


def older_than_today(env: Env, origin: Origin) -> bool:
    return local(env, origin.as_of).date() < env.now.date()


def day_of(env: Env, origin: Origin) -> str:
    """`11月19日`."""
    return fmt.day(env.words, local(env, origin.as_of).date(), env.now.date())


# --- what is not there --------------------------------------------------------------------------------------------------


def absent_word(env: Env, absent: Absent) -> str:
    return env.t(f"absent.{absent.absent.value}.word")


def absent_text(env: Env, record: Record, absent: Absent) -> str:
    """Why there is nothing. In an outage: why there was nothing when the record was kept."""
    if record.offline is not None and absent.absent is AbsentReason.SOURCE_UNAVAILABLE:
        return env.t("offline.absent")
    return env.t(f"absent.{absent.absent.value}.text")


# --- months and years ---------------------------------------------------------------------------------------------------


def history_of(overview: Overview, insurance: str) -> ContributionHistory | None:
    return of_insurance(overview.contributions, insurance)


def year_of(history: ContributionHistory | None, year: int | None) -> ContributionYear | None:
    if history is None:
        return None
    return next((one for one in history.years if one.year == year), None)


def counts(env: Env, state: MonthState) -> bool:
    """Does a month of this state count towards the total."""
    return state in COUNTED and (state is not MonthState.EXEMPT or env.region.exempt_counts)


def months_counted(env: Env, year: ContributionYear) -> int:
    return sum(1 for letter in year.months if counts(env, MonthState(letter)))


def months_of(history: ContributionHistory, state: MonthState) -> int:
    return sum(year.months.count(state.value) for year in history.years)


def kept_from(env: Env, record: Record) -> Month | None:
    """In an outage the first month that the kiosk keeps; None: all are here."""
    return None if record.offline is None else oldest_kept(local(env, record.offline.stored).date())


def signs(env: Env, record: Record, year: ContributionYear) -> tuple[MonthSign, ...]:
    """The twelve months; what is unknown only because it is not kept is told apart from what central gave no answer for."""
    kept = kept_from(env, record)
    return tuple(
        Elsewhere.NOT_KEPT
        if letter == MonthState.UNKNOWN.value and kept is not None and Month(year.year, number) < kept
        else MonthState(letter)
        for number, letter in enumerate(year.months, 1)
    )


def has_unknown(year: ContributionYear) -> bool:
    return MonthState.UNKNOWN.value in year.months


def sums(env: Env, insurance: str, year: ContributionYear) -> str:
    """`个人 ¥6,270.40，单位 ¥12,540.80`; empty where nothing has arrived."""
    return "".join(run.text for run in sum_runs(env, insurance, year))


def sum_runs(env: Env, insurance: str, year: ContributionYear) -> tuple[Run, ...]:
    """As `sums`, in stretches of weight."""
    if year.own == 0 and year.employer == 0:
        return ()
    own, employer = fmt.money(year.own), fmt.money(year.employer)
    if insurance in RESIDENT:
        return env.runs("contributions.year_sums_subsidy", own=own, employer=employer)
    if insurance in NO_OWN_PART and year.own == 0:
        return env.runs("contributions.year_sums_no_own", employer=employer)
    return env.runs("contributions.year_sums", own=own, employer=employer)

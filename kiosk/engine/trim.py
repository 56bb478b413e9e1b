"""How much of a record is kept for outages. Pure."""

from dataclasses import replace
from datetime import date

from kiosk.model import Absent, ContributionHistory, ContributionYear, Month, MonthState, Overview
from kiosk.visit.kept import oldest_kept


def kept_part(overview: Overview, today: date) -> Overview:
    """The overview with the contributions of the last 24 months, that of `today` the last of them.

    Older months are UNKNOWN, never "nothing paid", but for those before the insurance began; a year that has none left is not
    there. Booked rows and account entries are no part of an overview: they are not kept at all.
    """
    if isinstance(overview.contributions, Absent):
        return overview
    oldest = oldest_kept(today)
    return replace(overview, contributions=tuple(_history(each, oldest) for each in overview.contributions))


def _history(history: ContributionHistory, oldest: Month) -> ContributionHistory:
    years = tuple(_year(year, oldest) for year in history.years if year.year >= oldest.year)
    return replace(history, years=years)


def _year(year: ContributionYear, oldest: Month) -> ContributionYear:
    if year.year > oldest.year:
        return year
    older = oldest.month - 1
    none, unknown = MonthState.NONE.value, MonthState.UNKNOWN.value
    return replace(
        year,
        months="".join(none if month == none else unknown for month in year.months[:older]) + year.months[older:],
        corrected=tuple(month for month in year.corrected if month > older),
    )

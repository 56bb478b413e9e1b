"""How much of a record is kept for outages. Pure."""

from dataclasses import replace
from typing import Final

from kiosk.model import Absent, ContributionHistory, ContributionYear, Month, MonthState, Overview

KEPT_MONTHS: Final = 24


def kept_part(overview: Overview, this_month: Month) -> Overview:
    """The overview with the contributions of the last 24 months, `this_month` the last of them.

    Older months are UNKNOWN, never "nothing paid"; a year that has none left is not there. Booked rows and account entries
    are no part of an overview: they are not kept at all.
    """
    if isinstance(overview.contributions, Absent):
        return overview
    oldest = this_month.plus(1 - KEPT_MONTHS)
    return replace(overview, contributions=tuple(_history(each, oldest) for each in overview.contributions))


def _history(history: ContributionHistory, oldest: Month) -> ContributionHistory:
    years = tuple(_year(year, oldest) for year in history.years if year.year >= oldest.year)
    return replace(history, years=years)


def _year(year: ContributionYear, oldest: Month) -> ContributionYear:
    if year.year > oldest.year:
        return year
    older = oldest.month - 1
    return replace(
        year,
        months=MonthState.UNKNOWN.value * older + year.months[older:],
        corrected=tuple(month for month in year.corrected if month > older),
    )

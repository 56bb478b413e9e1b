"""What of a record is shown without the card: the parts that the region names, everything masked, nothing that was told to the
person alone."""

from dataclasses import replace

from kiosk.central.contract import ProblemType
from kiosk.help import Access, QueryPart, QueryRules
from kiosk.masking import mask_card_number, mask_name, mask_number
from kiosk.model import (
    Absent,
    AbsentReason,
    ContributionPage,
    Holder,
    Overview,
    Registration,
)
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.tables import CardSessionRow

NOT_SHOWN = Absent(AbsentReason.NOT_SHOWN)


def shortened(overview: Overview, rules: QueryRules) -> Overview:
    """Notices and views by staff are for the person, who is known by the card."""
    holder = overview.holder
    registrations = overview.registrations
    if not isinstance(registrations, Absent):
        registrations = tuple(map(_masked, registrations))
    return Overview(
        holder=Holder(mask_name(holder.name), mask_number(holder.number), holder.minor),
        card_number=mask_card_number(overview.card_number),
        card_status=overview.card_status,
        registrations=registrations if QueryPart.REGISTRATIONS in rules.shows else NOT_SHOWN,
        contributions=overview.contributions if QueryPart.CONTRIBUTIONS in rules.shows else NOT_SHOWN,
        accounts=overview.accounts if QueryPart.ACCOUNTS in rules.shows else NOT_SHOWN,
        notices=(),
        as_of=overview.as_of,
    )


def rows_without_payers(page: ContributionPage) -> ContributionPage:
    rows = (replace(row, payer=None if row.payer is None else mask_name(row.payer)) for row in page.rows)
    return replace(page, rows=tuple(rows))


def by_query(session: CardSessionRow) -> bool:
    """Was it opened with a query password."""
    return Access(session.access) is Access.QUERY


def must_show(rules: QueryRules, part: QueryPart) -> None:
    """Raises ProblemError(NOT_OFFERED)."""
    if part not in rules.shows:
        raise ProblemError(ProblemType.NOT_OFFERED)


def _masked(registration: Registration) -> Registration:
    payer = registration.payer
    return registration if payer is None else replace(registration, payer=replace(payer, name=mask_name(payer.name)))

"""What of a record is kept for outages: one definition for who writes it and who shows that the rest is not there."""

from datetime import date
from typing import Final

from kiosk.model import Month

KEPT_MONTHS: Final = 24


def oldest_kept(stored: date) -> Month:
    """The first of the months that were kept on that day, its own the last of them."""
    return Month.of(stored).plus(1 - KEPT_MONTHS)

"""How personal values are masked (reference social-insurance §5.1). One definition for screen, slip and log."""

MOST_STARS = 24
"""More than the longest true names have between their first and last character."""


def mask_name(name: str) -> str:
    """`试*明`, two characters `试*`; of a long minority name the first and the last character stay.

    No more than `MOST_STARS` stand for what is between: a name without end must not push a page out of its screen.
    """
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, MOST_STARS) + name[-1]


def mask_number(number: str) -> str:
    """First 3 and last 4 of a social security number; of a shorter or foreign one only the last 2."""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 1) + number[-2:] if len(number) > 3 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_card_number(number: str) -> str:
    """First 2, five stars, last 2."""
    if len(number) < 6:
        return "*" * len(number)
    return number[:2] + "*" * 5 + number[-2:]


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    if len(phone) < 8:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]

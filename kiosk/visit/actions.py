"""What a person can touch: the closed set of actions behind the controls on the screen.

The digits of a PIN are not in here: they go from the key pad to the engine's buffer, and the visit hears only how many.
"""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Field(Enum):
    """Masked values that can be shown for some seconds."""

    NAME = "name"
    NUMBER = "number"
    CARD_NUMBER = "card_number"


@dataclass(frozen=True, slots=True)
class SetLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class SetLargeText:
    on: bool


@dataclass(frozen=True, slots=True)
class SetHighContrast:
    on: bool


@dataclass(frozen=True, slots=True)
class OpenPrivacy:
    pass


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class End:
    """End the visit and take the card."""


@dataclass(frozen=True, slots=True)
class StayHere:
    """ "I am still here"."""


@dataclass(frozen=True, slots=True)
class ConfirmPin:
    pass


@dataclass(frozen=True, slots=True)
class ForgotPin:
    pass


@dataclass(frozen=True, slots=True)
class OpenRegistration:
    """`insurance` None: the first one."""

    insurance: str | None = None


@dataclass(frozen=True, slots=True)
class OpenContributions:
    insurance: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAccount:
    insurance: str | None = None


@dataclass(frozen=True, slots=True)
class OpenChooser:
    """The page that lists all insurances, where chips or a long list have no room."""


@dataclass(frozen=True, slots=True)
class SelectYear:
    year: int


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The year's table, a page of its own in portrait."""

    year: int


@dataclass(frozen=True, slots=True)
class ShowPart:
    """Turn to the item with index `part` (from 0) of what does not fit on one page. The screen knows how many fit."""

    part: int


@dataclass(frozen=True, slots=True)
class SetReveal:
    """None: hide."""

    field: Field | None


@dataclass(frozen=True, slots=True)
class OpenWrong:
    """ "This is wrong": which body to ring or visit."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Ask central again for rows that did not come."""


Action = (
    SetLanguage
    | SetLargeText
    | SetHighContrast
    | OpenPrivacy
    | Back
    | End
    | StayHere
    | ConfirmPin
    | ForgotPin
    | OpenRegistration
    | OpenContributions
    | OpenAccount
    | OpenChooser
    | SelectYear
    | OpenYear
    | ShowPart
    | SetReveal
    | OpenWrong
    | TryAgain
)

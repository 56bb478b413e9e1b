"""What a person can touch: the closed set of actions behind the controls on the screen.

The digits of a PIN are not in here: they go from the key pad to the engine's buffer, and the visit hears only how many.
"""

from dataclasses import dataclass
from enum import Enum, unique

from kiosk.services import IdentityWay, Party, Relation
from kiosk.visit.help import HelpAction


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


# --- activation and card services -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChooseParty:
    """Who stands there."""

    party: Party


@dataclass(frozen=True, slots=True)
class PickRelation:
    relation: Relation


@dataclass(frozen=True, slots=True)
class PickWay:
    way: IdentityWay


@dataclass(frozen=True, slots=True, repr=False)
class TypeKey:
    """One of 0-9 and X, on a page whose entry is shown. PINs are not typed with this."""

    key: str

    def __repr__(self) -> str:
        return "TypeKey()"


@dataclass(frozen=True, slots=True)
class EraseKey:
    pass


@dataclass(frozen=True, slots=True)
class ClearKeys:
    pass


@dataclass(frozen=True, slots=True)
class ConfirmTyped:
    pass


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The code."""


@dataclass(frozen=True, slots=True)
class UseThisPhone:
    """The one on file."""


@dataclass(frozen=True, slots=True)
class OtherPhone:
    pass


@dataclass(frozen=True, slots=True)
class NoPhone:
    """ "I have no mobile phone", "it is not with me", "no code comes"."""


@dataclass(frozen=True, slots=True)
class ReadDocumentNow:
    """It lies on the reader."""


@dataclass(frozen=True, slots=True)
class Start:
    """It was explained: set the PIN and activate."""


@dataclass(frozen=True, slots=True)
class GetTicket:
    """For the counter."""


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Also once more."""


@dataclass(frozen=True, slots=True)
class OpenServices:
    """From an open record: it is closed."""


@dataclass(frozen=True, slots=True)
class ChangePin:
    pass


@dataclass(frozen=True, slots=True)
class ReportLoss:
    """Asks first."""


@dataclass(frozen=True, slots=True)
class ConfirmLoss:
    pass


ServiceAction = (
    ChooseParty
    | PickRelation
    | PickWay
    | TypeKey
    | EraseKey
    | ClearKeys
    | ConfirmTyped
    | SendAgain
    | UseThisPhone
    | OtherPhone
    | NoPhone
    | ReadDocumentNow
    | Start
    | GetTicket
    | PrintSlip
    | OpenServices
    | ChangePin
    | ReportLoss
    | ConfirmLoss
)

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
    | ServiceAction
    | HelpAction
)

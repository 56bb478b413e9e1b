"""What is typed on the pages of help: which keys they take, and what of an entry is a slip of the finger."""

from dataclasses import replace
from enum import Enum, unique
from typing import Final, TypeVar, assert_never

from kiosk.help import NumberKind
from kiosk.visit.actions import ClearKeys, EraseKey, TypeKey
from kiosk.visit.entry import EntryNote, SignInStep
from kiosk.visit.help import QueryNumber, SignIn, TypeFailure, TypeReference, TypeSlip, TypeTicket, TypeWhose
from kiosk.visit.services import ClerkConfirms

NAME_LENGTHS: Final = (4, 10)
"""Of `kiosk.help.StaffName`."""
ONE_TIME_LENGTH: Final = 6
REFERENCE_LENGTHS: Final = (4, 24)
"""Of `kiosk.help.DocumentReference` and `kiosk.services.Reference`."""
ID_LENGTH: Final = 18
CARD_NUMBER_LENGTH: Final = 9

_DIGITS: Final = frozenset("0123456789")
_CAPITALS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: 2^(18-i) mod 11 of place i."""
_CARD_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
"""Of 卡号: 人社信息函〔2012〕37号, Annex A."""

Key = TypeKey | EraseKey | ClearKeys
Typed = TypeVar("Typed", TypeReference, TypeWhose, TypeTicket, TypeSlip, TypeFailure, QueryNumber)
SigningIn = TypeVar("SigningIn", SignIn, ClerkConfirms)


def number_fits(text: str) -> bool:
    """Does the check character of an 18-place number fit (GB 11643-1999)?"""
    return "10X98765432"[sum(w * int(c) for w, c in zip(_ID_WEIGHTS, text, strict=False)) % 11] == text[-1]


def card_number_fits(text: str) -> bool:
    """Does the check character of a card number fit? Cards of the first generation bear others: it tells of a slip of the finger,
    and who says it once more is right."""
    weighted = sum(w * int(c, 36) for w, c in zip(_CARD_WEIGHTS, text, strict=False))
    check = 11 - weighted % 11
    return text[-1] == {10: "X", 11: "0"}.get(check, str(check))


def keyed(stage: Typed, action: Key) -> Typed:
    """The entry after this key; one that it does not take changes nothing."""
    text = _after(stage.text, action, _takes(stage))
    return stage if text == stage.text else replace(stage, text=text, note=EntryNote.NONE)


def _after(text: str, action: Key, takes: "_Takes") -> str:
    match action:
        case TypeKey(key=key):
            key = key.upper()
            return text + key if takes(text, key) else text
        case EraseKey():
            return text[:-1]
        case ClearKeys():
            return ""
        case never:
            assert_never(never)


class _Takes:
    """`signs`, up to `length` of them; `last`: as the last one also these."""

    def __init__(self, signs: frozenset[str], length: int, last: frozenset[str] = frozenset()) -> None:
        self._signs, self._length, self._last = signs, length, last

    def __call__(self, text: str, key: str) -> bool:
        at = len(text)
        return at < self._length and (key in self._signs or (at == self._length - 1 and key in self._last))


_NAME: Final = _Takes(_DIGITS, NAME_LENGTHS[1])
_ONE_TIME: Final = _Takes(_DIGITS, ONE_TIME_LENGTH)
_REFERENCE: Final = _Takes(_DIGITS | _CAPITALS | {"-"}, REFERENCE_LENGTHS[1])
_ID_NUMBER: Final = _Takes(_DIGITS, ID_LENGTH, frozenset("X"))
_CARD_NUMBER: Final = _Takes(_DIGITS | _CAPITALS, CARD_NUMBER_LENGTH)


def _takes(stage: TypeReference | TypeWhose | TypeTicket | TypeSlip | TypeFailure | QueryNumber) -> _Takes:
    if not isinstance(stage, TypeWhose | QueryNumber):
        return _REFERENCE
    match stage.kind:
        case NumberKind.ID_NUMBER:
            return _ID_NUMBER
        case NumberKind.CARD_NUMBER:
            return _CARD_NUMBER
        case never:
            assert_never(never)


def of_reference(stage: TypeReference | TypeTicket | TypeSlip | TypeFailure) -> EntryNote:
    """What is to be said before anything is sent; NONE: it may be."""
    return EntryNote.NONE if len(stage.text) >= REFERENCE_LENGTHS[0] else EntryNote.INCOMPLETE


def of_number(stage: TypeWhose | QueryNumber) -> EntryNote:
    """As `of_reference`. A card number that does not fit is taken when it is confirmed once more."""
    text = stage.text
    match stage.kind:
        case NumberKind.ID_NUMBER if len(text) == ID_LENGTH:
            return EntryNote.NONE if number_fits(text) else EntryNote.CHECKSUM
        case NumberKind.CARD_NUMBER if len(text) == CARD_NUMBER_LENGTH:
            said = stage.note is EntryNote.CHECKSUM
            return EntryNote.NONE if said or card_number_fits(text) else EntryNote.CHECKSUM
        case _:
            return EntryNote.INCOMPLETE


# --- name, password, one-time code ----------------------------------------------------------------------------------------


@unique
class Next(Enum):
    """What a confirmed step of a sign-in leads to."""

    STAY = "stay"
    PASSWORD = "password"  # noqa: S105 a fresh buffer
    CODE = "code"
    SEND = "send"


def sign_in_keyed(stage: SigningIn, action: Key, now: float) -> SigningIn:
    """The password's keys do not come here. While it is locked nothing is taken."""
    if stage.locked_until is not None and now < stage.locked_until:
        return stage
    match stage.step:
        case SignInStep.NAME:
            name = _after(stage.name, action, _NAME)
            return stage if name == stage.name else replace(stage, name=name, note=EntryNote.NONE)
        case SignInStep.CODE:
            code = _after(stage.code, action, _ONE_TIME)
            return stage if code == stage.code else replace(stage, code=code, note=EntryNote.NONE)
        case SignInStep.PASSWORD:
            return stage
        case never:
            assert_never(never)


def sign_in_confirmed(stage: SigningIn, now: float) -> tuple[SigningIn, Next]:
    if stage.locked_until is not None and now < stage.locked_until:
        return stage, Next.STAY
    match stage.step:
        case SignInStep.NAME if len(stage.name) >= NAME_LENGTHS[0]:
            return replace(stage, step=SignInStep.PASSWORD, digits=0, note=EntryNote.NONE), Next.PASSWORD
        case SignInStep.PASSWORD if stage.digits > 0:
            return replace(stage, step=SignInStep.CODE, code="", note=EntryNote.NONE), Next.CODE
        case SignInStep.CODE if len(stage.code) == ONE_TIME_LENGTH:
            return stage, Next.SEND
        case SignInStep.NAME | SignInStep.PASSWORD | SignInStep.CODE:
            return replace(stage, note=EntryNote.INCOMPLETE), Next.STAY
        case never:
            assert_never(never)


def sign_in_back(stage: SigningIn) -> SigningIn | None:
    """The step before, with a password to be typed anew; None: there is none."""
    match stage.step:
        case SignInStep.NAME:
            return None
        case SignInStep.PASSWORD:
            return replace(stage, step=SignInStep.NAME, digits=0, note=EntryNote.NONE)
        case SignInStep.CODE:
            return replace(stage, step=SignInStep.PASSWORD, digits=0, code="", note=EntryNote.NONE)
        case never:
            assert_never(never)


def sign_in_counted(stage: SigningIn, count: int) -> SigningIn:
    """So many characters are in the buffer."""
    if stage.step is not SignInStep.PASSWORD:
        return stage
    return replace(stage, digits=count, note=EntryNote.NONE if count else stage.note)


def sign_in_again(stage: SigningIn, note: EntryNote, locked_until: float | None = None) -> SigningIn:
    """From the beginning: nothing that was typed is kept."""
    return replace(stage, step=SignInStep.NAME, name="", code="", digits=0, note=note, locked_until=locked_until)

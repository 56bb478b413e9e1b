"""A virtual card as a file: what `assets/cards/*.toml` may say, and the synthetic master keys beside them.

One definition for the virtual card (`drivers.card.virtual`), which is written from it, and for the reference central service,
which seeds its register from the same files. Everybody in them is made up. Not used by `kiosk run`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from enum import Enum, unique
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from drivers.card.layout import Algorithm, Generation, encode_holder, encode_issuer, generation_of
from drivers.card.tlv import Record

CARDS: Final = Path(__file__).resolve().parents[2] / "assets" / "cards"
"""The card files that ship with the demo."""

KEYS_FILE: Final = "keys.toml"

_Hex = Annotated[bytes, BeforeValidator(lambda text: bytes.fromhex(text) if isinstance(text, str) else text)]
_Area = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
_Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$")]


def _algorithm(value: object) -> object:
    return Algorithm[value] if isinstance(value, str) and value in Algorithm.__members__ else value


_T = TypeVar("_T", bound=BaseModel)
_Algorithm = Annotated[Algorithm, BeforeValidator(_algorithm)]


class CardFileError(ValueError):
    """A card file says something it may not. The text names file and key."""


@unique
class Kind(Enum):
    SOCIAL_SECURITY = "social_security"
    BANK = "bank"  # an ordinary EMV card: no SSSE
    MUTE = "mute"  # no usable answer to reset: the wrong way round, dirty or broken


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Chip(_Model):
    """`area` is the area of the key's derivation where it is not the one in EF05; `byte_ms` the time of a byte on the line
    (1.25 for a card at 9600 baud)."""

    atr: _Hex
    algorithm: _Algorithm = Algorithm.DES
    area: _Area | None = None
    byte_ms: float = Field(default=0.0, ge=0.0)


class Issuer(_Model):
    """EF05."""

    identification: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{32}$")]
    category: str = "3"
    version: str
    initialising_org: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{24}$")]
    issued: date | None = None
    expires: date | None = None
    number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,9}$")]


class Holder(_Model):
    """EF06, and who the person is at central."""

    ssn: str
    name: str
    sex: str = ""
    ethnicity: str = ""
    birthplace: str = ""
    born: date | None = None

    def __repr__(self) -> str:
        return "Holder(<personal>)"


class Pin(_Model):
    """`value` None: the card asks for no PIN. `tries_left` None: as many as `limit`."""

    value: _Pin | None = "123456"
    limit: int = Field(default=6, ge=1, le=15)
    tries_left: int | None = Field(default=None, ge=0, le=15)

    def __repr__(self) -> str:
        return "Pin(<secret>)"


class Damage(_Model):
    """The record says its full length but only `keep` bytes of its value are there."""

    file: Literal["EF05", "EF06"]
    tag: int
    keep: int = Field(ge=0)


class Quirks(_Model):
    """How a card differs from the standard's own wording: each is seen in the field, or stands for an attack."""

    select_file_p1: tuple[Literal[0, 2], ...] = (2, 0)
    whole_file: bool = True  # READ RECORD with P2 = 05
    by_tag: bool = True  # READ RECORD with P2 = 00
    by_number: bool = True  # READ RECORD with P2 = 04
    t0: bool = True  # answers 61xx and 6Cxx instead of data at once
    holder_closed: bool = False  # EF06 wants EXTERNAL AUTHENTICATE: 6982
    key: Literal["own", "foreign", "none"] = "own"  # foreign: a counterfeit chip; none: 6A88
    unsteady_answer: bool = False  # the same challenge twice gets two answers
    accepts_any_pin: bool = False  # a wedge that answers 9000 to VERIFY
    probe_says_no_pin: bool = False  # a wedge, or a card whose PIN was never set


class Fault(_Model):
    """What goes wrong at one command: the `index`-th since power-on (0 is the first), or the `nth` with this `ins`.

    remove: pulled before it is carried out · tear: pulled inside it: a PIN's try is counted, which a chip does before it
    compares, and nothing is written · remove_after: carried out and written, pulled before the answer · mute: no answer any
    more until power-on · status: `status_word` instead · delay: `ms` longer · truncate: `count` bytes of data fewer · corrupt:
    one bit of the data, or of the status word, the other way round. `times`: how often in the card's life; None is always.
    """

    action: Literal["remove", "tear", "remove_after", "mute", "status", "delay", "truncate", "corrupt"]
    index: int | None = Field(default=None, ge=0)
    ins: int | None = Field(default=None, ge=0, le=255)
    nth: int = Field(default=1, ge=1)
    status_word: int = Field(default=0x6F00, ge=0, le=0xFFFF)
    ms: float = Field(default=0.0, ge=0.0)
    count: int = Field(default=1, ge=1)
    times: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.index is None) == (self.ins is None):
            raise ValueError("a fault names either index or ins")
        return self


class Person(_Model):
    """A hint for the reference service: what kind of life to make up for the holder."""

    life: Literal["employee", "civil_servant", "retiree", "minor", "resident", "flexible", "long"] = "employee"


class Central(_Model):
    """A hint for the reference service: what its register says of the card. `name`, `ssn` only where it disagrees with EF06."""

    known: bool = True
    status: Literal[
        "not_activated",
        "normal",
        "lost",
        "temporarily_lost",
        "replaced",
        "cancelled",
        "blocked",
        "expired",
        "other_place",
    ] = "normal"
    name: str | None = None
    ssn: str | None = None


class Staff(_Model):
    """A hint for the reference service: the card is a member of staff's. `name` is what is typed to sign in without it."""

    role: Literal["clerk", "supervisor", "technician"]
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]-[0-9]{4}$")]
    name: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,10}$")]


class CardFile(_Model):
    """One card. `zh` and `en` are its line in the demo's dock."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    zh: str
    en: str
    kind: Kind = Kind.SOCIAL_SECURITY
    chip: Chip
    issuer: Issuer | None = None
    holder: Holder | None = None
    pin: Pin = Pin()
    quirks: Quirks = Quirks()
    damage: tuple[Damage, ...] = ()
    faults: tuple[Fault, ...] = ()
    person: Person | None = None
    central: Central | None = None
    staff: Staff | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind is Kind.SOCIAL_SECURITY:
            if self.issuer is None or self.holder is None:
                raise ValueError("a social security card has issuer and holder")
            self.issuer_records()
            self.holder_records()
        return self

    @property
    def generation(self) -> Generation:
        return generation_of(self.issuer.version if self.issuer else "")

    @property
    def key_area(self) -> str:
        """The area that the chip's key is derived with."""
        return self.chip.area or (self.issuer.identification[:6] if self.issuer else "000000")

    def issuer_records(self) -> tuple[Record, ...]:
        return encode_issuer(self.issuer.model_dump()) if self.issuer else ()

    def holder_records(self) -> tuple[Record, ...]:
        return encode_holder(self.generation, self.holder.model_dump()) if self.holder else ()


class MasterKeys(_Model):
    """Synthetic national master keys for INTERNAL AUTHENTICATE (IRK), 16 bytes for each published algorithm."""

    DES: Annotated[_Hex, Field(min_length=16, max_length=16)]
    SM4: Annotated[_Hex, Field(min_length=16, max_length=16)]

    def of(self, algorithm: Algorithm) -> bytes | None:
        """None for SSF33: it is not published, so nobody here can hold a key for it."""
        match algorithm:
            case Algorithm.DES:
                return self.DES
            case Algorithm.SM4:
                return self.SM4
            case Algorithm.SSF33:
                return None

    def __repr__(self) -> str:
        return "MasterKeys(<secret>)"


def load_card(path: Path) -> CardFile:
    """Raises CardFileError, OSError."""
    return _load(path, CardFile)


def load_cards(folder: Path = CARDS) -> dict[str, CardFile]:
    """Every card file of a folder by id, in the order of the file names. Raises CardFileError, OSError."""
    cards: dict[str, CardFile] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == KEYS_FILE:
            continue
        card = load_card(path)
        if card.id in cards:
            raise CardFileError(f"{path.name}: id: {card.id} stands in two files")
        cards[card.id] = card
    return cards


def load_keys(path: Path = CARDS / KEYS_FILE) -> MasterKeys:
    """Raises CardFileError, OSError."""
    return _load(path, MasterKeys)


def _load(path: Path, model: type[_T]) -> _T:
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardFileError(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = ".".join(map(str, first["loc"])) or "card"
        raise CardFileError(f"{path.name}: {key}: {first['msg']}") from None

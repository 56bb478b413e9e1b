"""The three entries by which somebody of the staff proves who they are. Of the password no element knows a character."""

from dataclasses import dataclass
from typing import assert_never

from kiosk.ui.components.buttons import ButtonSpec
from kiosk.ui.components.keys import SecretField, TypedField
from kiosk.ui.components.numberpad import DigitBoxes
from kiosk.ui.components.status import BannerSpec, Tone, banner, note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.screens.entry_note import entry_note, not_taken
from kiosk.ui.screens.keyboard import secret_keys
from kiosk.ui.screens.number import keys
from kiosk.ui.screens.service_parts import Typing
from kiosk.ui.typeset import weighted
from kiosk.visit import deadlines
from kiosk.visit.entries import NAME_LENGTHS, ONE_TIME_LENGTH
from kiosk.visit.help import EntryNote, SignInStep
from kiosk.visit.states import Model


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """How far it is. `locked_until`: monotonic."""

    step: SignInStep
    name: str
    code: str
    digits: int
    note: EntryNote
    locked_until: float | None


def typing_of(env: Env, model: Model, entry: Entry, who: str, *, help: ButtonSpec | None = None, **gaps: str) -> Typing:
    """`who`: whose sign-in it is, as the catalogues name it (`staff.<who>.<step>.title`, `.lead`). `help`: beside the keys of
    the first step. `gaps`: of its texts."""
    left = locked_left(model, entry.locked_until)
    said = entry_note(env, entry.note)
    if left:
        said = _locked(env, left)
    wrong = not_taken(entry.note)
    title = env.t(f"staff.{who}.{entry.step.value}.title")
    lead = weighted(env.runs(f"staff.{who}.{entry.step.value}.lead", **gaps))
    needed = said is None
    match entry.step:
        case SignInStep.NAME:
            field: Element = TypedField(env.kit, entry.name, NAME_LENGTHS[1], wrong=wrong and not entry.name)
            pad = keys(env, can_confirm=not left and len(entry.name) >= NAME_LENGTHS[0], help=help)
            return Typing(title, lead, field, pad, said, needed=needed)
        case SignInStep.PASSWORD:
            field = SecretField(env.kit, entry.digits, wrong=wrong and not entry.digits)
            pad = secret_keys(env, can_confirm=not left and entry.digits > 0)
            cover = note(env.kit, Icon.BACK_HAND, env.t("staff.password.cover"))
            return Typing(title, lead, field, pad, said, comfort=cover, needed=needed, keyboard=True)
        case SignInStep.CODE:
            field = DigitBoxes(env.kit, entry.code, (3, 3), wrong=wrong and not entry.code)
            pad = keys(env, can_confirm=not left and len(entry.code) == ONE_TIME_LENGTH)
            return Typing(title, lead, field, pad, said, needed=needed)
        case never:
            assert_never(never)


def locked_left(model: Model, until: float | None) -> int:
    """Seconds until an entry is taken again; 0: it is."""
    return 0 if until is None else deadlines.whole(until, model.now)


def _locked(env: Env, left: int) -> Element:
    """Minutes from two on: nobody waits by the second then."""
    wait = env.n("staff.locked.seconds", left) if left < 120 else env.n("staff.locked.minutes", -(-left // 60))
    return banner(env.kit, BannerSpec(Tone.WARN, env.t("staff.locked.title"), wait, Icon.LOCK))

"""What a page with typed digits says of the last entry, and how many tries are left."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.screens.service_parts import said_line
from kiosk.ui.theme import Role
from kiosk.visit.services import TypedNote


def wrong(note: TypedNote) -> bool:
    """The boxes are marked: this entry was not taken."""
    return note not in (TypedNote.NONE, TypedNote.SENT_AGAIN, TypedNote.TOO_SOON)


def typed_note(env: Env, note: TypedNote, left: int | None) -> Element | None:
    match note:
        case TypedNote.NONE:
            return None
        case TypedNote.SENT_AGAIN:
            icon, colour = Icon.CHECK_CIRCLE, Role.OK
        case TypedNote.MISMATCH | TypedNote.WRONG | TypedNote.SAME_PERSON:
            icon, colour = Icon.CANCEL, Role.BAD
        case (
            TypedNote.INCOMPLETE | TypedNote.CHECKSUM | TypedNote.EXPIRED | TypedNote.NOT_A_MOBILE | TypedNote.TOO_SOON
        ):
            icon, colour = Icon.INFO, Role.BAD
        case never:
            assert_never(never)
    if left is not None and note in (TypedNote.MISMATCH, TypedNote.WRONG):
        return said_line(env, icon, colour, env.n(f"typed.{note.value}_left", left))
    return said_line(env, icon, colour, env.t(f"typed.{note.value}"))

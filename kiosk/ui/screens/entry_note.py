"""What a page with an entry of staff, or of a resident without a card, says of the last one."""

from typing import assert_never

from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.screens.service_parts import said_line
from kiosk.ui.theme import Role
from kiosk.visit.help import EntryNote


def entry_note(env: Env, note: EntryNote, *, key: str | None = None) -> Element | None:
    """`key`: of the sentence, where a page has its own for this note."""
    match note:
        case EntryNote.NONE:
            return None
        case EntryNote.INCOMPLETE | EntryNote.CHECKSUM | EntryNote.EXPIRED:
            icon = Icon.INFO
        case EntryNote.REFUSED | EntryNote.WRONG_ROLE | EntryNote.UNKNOWN | EntryNote.NOT_FOUND:
            icon = Icon.CANCEL
        case never:
            assert_never(never)
    return said_line(env, icon, Role.BAD, env.t(key or f"entry.{note.value}"))


def not_taken(note: EntryNote) -> bool:
    """The field is marked."""
    return note is not EntryNote.NONE

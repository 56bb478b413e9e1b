"""A reference or code of capitals, digits and hyphens: of a document, a ticket, a slip."""

from kiosk.ui.components.keys import TypedField
from kiosk.ui.components.status import note
from kiosk.ui.env import Env
from kiosk.ui.icons import Icon
from kiosk.ui.layout import Element
from kiosk.ui.nodes import Page
from kiosk.ui.screens import shell
from kiosk.ui.screens.entry_note import entry_note, not_taken
from kiosk.ui.screens.keyboard import shown_keys
from kiosk.ui.screens.service_parts import Typing, typing_page
from kiosk.ui.screens.staff_parts import TOP, staff_frame
from kiosk.ui.typeset import TextLike
from kiosk.visit.entries import REFERENCE_LENGTHS
from kiosk.visit.help import EntryNote, Staff
from kiosk.visit.states import Model


def reference_page(
    staff: Staff,
    model: Model,
    env: Env,
    *,
    title: TextLike,
    lead: TextLike,
    text: str,
    said: EntryNote,
    hint: str,
    unknown: str | None = None,
    below: Element | None = None,
) -> Page:
    """`unknown`: key of what is said where there is no such one."""
    frame = staff_frame(env, staff)
    key = unknown if said in (EntryNote.UNKNOWN, EntryNote.NOT_FOUND) else None
    typing = Typing(
        title=title,
        lead=lead,
        field=TypedField(env.kit, text, REFERENCE_LENGTHS[1], wrong=not_taken(said) and not text),
        pad=shown_keys(env, can_confirm=len(text) >= REFERENCE_LENGTHS[0]),
        said=entry_note(env, said, key=key),
        below=below,
        comfort=note(env.kit, Icon.INFO, hint),
        needed=said is EntryNote.NONE,
        keyboard=True,
    )
    return shell.page(env, model, typing_page(env, frame, typing), frame.session, top_gap=TOP)
